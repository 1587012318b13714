"""A page of postings as the consequences see it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flows.accounts.balances import Moved
from flows.ledger.entry import Entry
from models.enums import LedgerKind
from models.ids import EntryId


@dataclass(frozen=True, slots=True)
class Posted:
    """A ledger entry as it was posted: its key, and the balance after it."""

    entry_id: EntryId
    entry: Entry
    balance_cents: int


@dataclass(frozen=True, slots=True)
class LedgerChanged:
    """Entries were posted and balances moved.

    `to_post` collects the entries that must follow, after the balances include the reversals.
    """

    posted: tuple[Posted, ...]
    moved: tuple[Moved, ...]
    to_post: list[Entry] = field(default_factory=list[Entry])

    @property
    def account_ids(self) -> list[int]:
        """The accounts whose balance moved."""
        return sorted(one.account_id for one in self.moved)

    @property
    def owed_again(self) -> list[int]:
        """The accounts that had no balance due before, and have one now."""
        return [one.account_id for one in self.moved if one.before_cents <= 0 < one.after_cents]

    @property
    def taken_back(self) -> list[Entry]:
        """Entries that reverse a patient's payment."""
        paid = [one.entry for one in self.posted if one.entry.kind is LedgerKind.PATIENT_PAYMENT]
        return [entry for entry in paid if entry.amount_cents > 0]

    def accounts_with(self, kind: LedgerKind) -> Sequence[int]:
        """The accounts on which an entry of a kind was posted."""
        return sorted({one.entry.account_id for one in self.posted if one.entry.kind is kind})
