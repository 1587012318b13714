"""One signed amount to post."""

from dataclasses import dataclass
from datetime import date

from models.enums import LedgerKind
from models.ids import AccountId, MatterId


@dataclass(frozen=True, slots=True)
class Entry:
    """One signed amount to post: charges, refunds and interest raise the balance, the others lower it.

    `settlement_id` and `matter_id` name the settlement or estate matter, if any. `code`, `description` and `units` are
    those of one service, if a charge is of one.
    """

    account_id: AccountId
    posted_on: date
    kind: LedgerKind
    amount_cents: int
    source: str
    external_id: str
    reference: str | None = None
    settlement_id: int | None = None
    matter_id: MatterId | None = None
    code: str | None = None
    description: str | None = None
    units: int | None = None
