"""What would happen to accounts in the placement queue if they were placed today. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import Connection

from flows.accounts.blocker import Blocker
from flows.accounts.eligibility import who_may_have
from flows.accounts.load import groups_of_accounts
from flows.agency_handoff.placement.choose import Candidate, assign
from flows.agency_handoff.placement.place import candidate
from flows.agency_handoff.queries import agencies_of_guarantors, rooms_used
from flows.schedules.schedule import Place
from flows.settings.contracts.queries import agencies_now
from models.columns import AnyRow
from models.database import group_by_key


@dataclass(frozen=True, slots=True)
class Outlook:
    """The agency that would get an account today, or what blocks it; neither if no agency has room left."""

    agency: str | None = None
    stop: Blocker | None = None


def outlook(conn: Connection, today: date, rows: Sequence[AnyRow]) -> dict[int, Outlook]:
    """For each of these queued placements, what would happen today: the same checks and the same choice as when it is
    placed, in the order of the queue."""
    if not rows:
        return {}
    by_account = {row.account_id: row for row in rows}
    pools, used = agencies_now(conn).pools, rooms_used(conn, today)
    already = agencies_of_guarantors(conn, sorted({row.guarantor_id for row in rows}))
    groups, _ = groups_of_accounts(conn, list(by_account), today, lock=False)
    found: dict[int, Outlook] = {}
    able: list[tuple[tuple[int, str], Candidate]] = []
    for group in groups:
        for account in group.accounts:
            row = by_account[account.id]
            fit = who_may_have(Place(row.pool), account, group, today)
            if isinstance(fit, Blocker):
                found[row.id] = Outlook(stop=fit)
            else:
                able.append(((row.guarantor_id, row.pool), candidate(row, account, fit)))
    for (guarantor, pool), together in group_by_key(able).items():
        result = assign(pools[pool], guarantor, together, used, already.get(guarantor, ()))
        used, already[guarantor] = result.used, list(result.with_already)
        for placement, member in result.agencies.items():
            found[placement] = Outlook(None if member is None else member.terms.code)
    return found
