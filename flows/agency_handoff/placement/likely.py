"""What would happen to accounts in the placement queue if they were placed today. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import Connection

from flows.accounts.blocker import Blocker
from flows.accounts.eligibility import who_may_have
from flows.accounts.load import groups_of_accounts
from flows.agency_handoff.placement.choose import Room, Wanted, choose
from flows.agency_handoff.queries import agencies_of_guarantors, rooms_used
from flows.schedules.schedule import Place
from flows.settings.contracts.queries import agencies_now
from models.columns import AnyRow


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
    pools, used = agencies_now(conn).pools, dict(rooms_used(conn, today))
    together = agencies_of_guarantors(conn, sorted({row.guarantor_id for row in rows}))
    groups, _ = groups_of_accounts(conn, list(by_account), today, lock=False)
    found: dict[int, Outlook] = {}
    for group in groups:
        for account in group.accounts:
            row = by_account[account.id]
            fit = who_may_have(Place(row.pool), account, group, today)
            if isinstance(fit, Blocker):
                found[row.id] = Outlook(stop=fit)
                continue
            already = together.setdefault(row.guarantor_id, [])
            wanted = Wanted(row.guarantor_id, 1, account.balance_cents, already, set(row.not_with.split(",")))
            member = choose(pools[row.pool], fit.members, wanted, used)
            if member is None:
                found[row.id] = Outlook()
                continue
            code = member.terms.code
            room = used.get(code, Room())
            used[code] = Room(room.accounts + 1, room.cents + account.balance_cents)
            already.append(code)
            found[row.id] = Outlook(code)
    return found
