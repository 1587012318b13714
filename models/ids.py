"""Keys of different tables as separate types: the type checker finds a person's key used as a creditor's.

They are whole numbers at run time. A key from a query has its type where it is first named. A key from outside (a
command, an address of a page) is typed where it enters.
"""

from typing import NewType

PersonId = NewType("PersonId", int)
"""A guarantor or a patient (table `person`)."""

CreditorId = NewType("CreditorId", int)
"""A practice or hospital that is owed (table `creditor`)."""

AccountId = NewType("AccountId", int)
"""One account (table `account`). Its account number is a text, and not this key."""

EntryId = NewType("EntryId", int)
"""A line of a ledger (table `ledger_entry`)."""

TaskId = NewType("TaskId", int)
"""A task or a call (table `task`)."""

LetterId = NewType("LetterId", int)
"""A letter, queued or sent (table `letter`)."""

BatchId = NewType("BatchId", int)
"""A print batch (table `print_batch`)."""

MatterId = NewType("MatterId", int)
"""An estate matter (table `estate_matter`)."""

PartyId = NewType("PartyId", int)
"""A party to an estate matter (table `estate_party`)."""

PlacementId = NewType("PlacementId", int)
"""An account's placement with an agency (table `placement`)."""
