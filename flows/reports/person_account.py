"""An account as shown during a call: balance, calls and letters, next step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import Connection

from flows.reports.account import Explained, account_views
from flows.reports.account_documents import AccountView, WayAhead
from flows.reports.account_past import holds_about
from flows.reports.person import accounts_by_id
from models.enums import LedgerKind
from models.errors import Refused

_GROUPS = {
    LedgerKind.OPENING: "charged",
    LedgerKind.CHARGE: "charged",
    LedgerKind.TRANSFER: "charged",
    LedgerKind.INTEREST: "charged",
    LedgerKind.INSURANCE_PAYMENT: "insurance",
    LedgerKind.CONTRACTUAL: "adjusted",
    LedgerKind.DISCOUNT: "adjusted",
    LedgerKind.WRITE_OFF: "adjusted",
    LedgerKind.PATIENT_PAYMENT: "paid",
    LedgerKind.REFUND: "paid",
}


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """`sums` in cents: charged, insurance, adjusted, paid; together the balance. `ahead` as in `explain`."""

    view: AccountView
    sums: dict[str, int]
    ahead: WayAhead


def sight_of(conn: Connection, account_ids: Sequence[int], today: date) -> list[AccountSummary]:
    """The summaries of these accounts."""
    rows = accounts_by_id(conn, account_ids)
    holds = holds_about(conn, rows)
    views, explained = account_views(conn, rows, holds), Explained(conn, rows, holds, today)
    return [_one(views[row.id], explained) for row in rows]


def _one(view: AccountView, explained: Explained) -> AccountSummary:
    sums: dict[str, int] = dict.fromkeys(sorted(set(_GROUPS.values())), 0)
    for entry in view["ledger"]:
        sums[_GROUPS[LedgerKind(entry["kind"])]] += entry["amount_cents"]
    return AccountSummary(view, sums, _ahead(view["number"], explained))


def _ahead(number: str, explained: Explained) -> WayAhead:
    try:
        return explained.of(number)
    except Refused as error:
        return explained.unreadable(number, str(error))
