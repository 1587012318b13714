"""Keys of different tables as types of their own: a person's where a creditor's belongs is found by the type checker.

They are whole numbers at run time. A key that comes out of a query has its type where it is first named; one that comes
in from outside (a command, an address of a page) is given it at that door.
"""

from typing import NewType

PersonId = NewType("PersonId", int)
"""A guarantor or a patient (table `person`)."""

CreditorId = NewType("CreditorId", int)
"""A practice or hospital that is owed (table `creditor`)."""

AccountId = NewType("AccountId", int)
"""One account (table `account`); its number is a text, and another thing."""

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
"""Somebody who takes part in an estate matter (table `estate_party`)."""

PlacementId = NewType("PlacementId", int)
"""An account's time with an agency (table `placement`)."""
