"""The only module that starts, changes and ends placements: rows, notices to the agency, and the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from flows.accounts.happenings import wake
from flows.accounts.placed import collected, open_placements
from flows.settings.contracts.queries import agencies_now, agency_codes
from flows.settings.contracts.terms import Terms
from models import Account, AgencyNotice, Placement
from models.agency_events import AgencyToBeTold, PlacementEnded, PlacementQueued, PlacementReopened
from models.columns import AnyRow, ColumnValues, table
from models.database import Transaction, batches, bulk, group_by_key
from models.enums import NoticeKind, PlacementState
from models.ids import AccountId, CreditorId, PersonId

ACCOUNT = table(Account)
PLACEMENT = table(Placement)

RETURNS = frozenset({PlacementState.RECALLED, PlacementState.RETURNED, PlacementState.REFUSED})
"""Ends that return an account to the practice."""


@dataclass(frozen=True, slots=True)
class NewPlacement:
    """An account to place in a pool. `again_with`: an agency that can have it again."""

    account_id: AccountId
    guarantor_id: PersonId
    creditor_id: CreditorId
    balance_cents: int
    pool: str
    step: str | None = None
    cycle: int | None = None
    schedule_version_id: int | None = None
    again_with: str | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a placement ends. `tell`: the agency has the account and must be notified."""

    placement_id: int
    state: PlacementState
    code: str
    tell: bool = True


@dataclass(frozen=True, slots=True)
class NoticeContent:
    """A notice to an agency about an account that it has."""

    placement: AnyRow
    kind: NoticeKind
    amount_cents: int = 0
    balance_cents: int = 0
    until: date | None = None
    reason: str = ""
    entry_id: int | None = None


def queue_placements(tx: Transaction, wanted: Sequence[NewPlacement]) -> list[int]:
    """Queue accounts for placement; the place stage checks the gates and chooses the agency. Returns the numbers.

    An account that is already queued or placed is skipped.
    """
    there = open_placements(tx.conn, [one.account_id for one in wanted])
    fresh = [one for one in wanted if one.account_id not in there]
    before = _with_before(tx, [one.account_id for one in fresh])
    numbers = list(tx.ids(Placement, len(fresh)))
    rows: list[ColumnValues] = []
    for number, one in zip(numbers, fresh, strict=True):
        rows.append(
            {
                "id": number,
                "account_id": one.account_id,
                "guarantor_id": one.guarantor_id,
                "creditor_id": one.creditor_id,
                "pool": one.pool,
                "state": PlacementState.QUEUED.value,
                "wanted_on": tx.business_date,
                "wanted_by": tx.actor,
                "review_on": tx.business_date,
                "not_with": ",".join(code for code in before.get(one.account_id, ()) if code != one.again_with),
            }
        )
        tx.record(
            PlacementQueued(
                account_id=one.account_id,
                step=one.step,
                cycle=one.cycle,
                schedule_version_id=one.schedule_version_id,
                placement=number,
                pool=one.pool,
                balance_cents=one.balance_cents,
            )
        )
    tx.insert(Placement, rows)
    return numbers


def _with_before(tx: Transaction, account_ids: Sequence[int]) -> dict[int, list[str]]:
    """The agencies that had these accounts before."""
    codes = agency_codes(tx.conn)
    pairs: list[tuple[int, str]] = []
    for part in batches(account_ids):
        mine = sa.and_(PLACEMENT.c.account_id.in_(part), PLACEMENT.c.placed_on.is_not(None))
        query = sa.select(PLACEMENT.c.account_id, PLACEMENT.c.agency_id).where(mine).order_by(PLACEMENT.c.id)
        pairs += [(row[0], codes[row[1]]) for row in tx.conn.execute(query)]
    return group_by_key(dict.fromkeys(pairs))


_END = (
    sa.update(PLACEMENT)
    .where(PLACEMENT.c.id == sa.bindparam("key"))
    .values(
        state=sa.bindparam("new_state"),
        ended_on=sa.bindparam("day"),
        ended_code=sa.bindparam("new_code"),
        ended_cents=sa.bindparam("cents"),
        earns_until=sa.bindparam("earns"),
        review_on=None,
        suspended_until=None,
    )
)


def end_placements(tx: Transaction, endings: Sequence[Ending]) -> None:
    """End a page of placements; those that have already ended are skipped.

    The account is the practice's again at once: its schedule is reviewed, and the agency is notified in its
    next file, unless the agency itself reported the end.
    """
    how = {ending.placement_id: ending for ending in endings}
    rows: list[AnyRow] = []
    for part in batches(sorted(how)):
        query = sa.select(PLACEMENT, ACCOUNT.c.balance_cents).join(ACCOUNT, ACCOUNT.c.id == PLACEMENT.c.account_id)
        open_ = sa.and_(PLACEMENT.c.id.in_(part), PLACEMENT.c.ended_on.is_(None))
        rows += tx.conn.execute(query.where(open_).order_by(PLACEMENT.c.id)).all()
    if not rows:
        return
    terms, codes = agencies_now(tx.conn).terms, agency_codes(tx.conn)
    brought_in = collected(tx.conn, [row.id for row in rows])
    updates: list[ColumnValues] = []
    for row in rows:
        code = codes.get(row.agency_id)
        earns = None if row.placed_on is None else _earns_until(terms.get(code or ""), tx.business_date)
        updates.append(
            {
                "key": row.id,
                "new_state": how[row.id].state.value,
                "day": tx.business_date,
                "new_code": how[row.id].code,
                "cents": row.balance_cents,
                "earns": earns,
            }
        )
        tx.record(
            PlacementEnded(
                account_id=row.account_id,
                placement=row.id,
                agency=code,
                state=how[row.id].state.value,
                code=how[row.id].code,
                balance_cents=row.balance_cents,
                collected_cents=brought_in.get(row.id, 0),
            )
        )
    bulk(tx.conn, _END, updates)
    placed = [row for row in rows if row.placed_on is not None]
    _give_back(tx, [row for row in placed if how[row.id].state in RETURNS], [row.account_id for row in placed])
    told = [row for row in placed if how[row.id].tell]
    cancel = [NoticeContent(row, NoticeKind.CANCEL, 0, row.balance_cents, reason=how[row.id].code) for row in told]
    notify_agencies(tx, cancel)
    wake(tx, [row.account_id for row in placed])


def reopen_paid(tx: Transaction, rows: Sequence[AnyRow]) -> set[int]:
    """Resume placements that ended as paid, because a payment was reversed; not if the account is placed elsewhere now.

    Returns those that resume.
    """
    there = open_placements(tx.conn, [row.account_id for row in rows])
    back = [row for row in rows if row.account_id not in there]
    codes = agency_codes(tx.conn) if back else {}
    for row in back:
        this = sa.update(PLACEMENT).where(PLACEMENT.c.id == row.id)
        again = {"ended_on": None, "ended_code": None, "ended_cents": 0, "earns_until": None}
        tx.conn.execute(this.values(state=PlacementState.PLACED.value, review_on=tx.business_date, **again))
        tx.conn.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id == row.account_id).values(placement_id=row.id))
        tx.record(PlacementReopened(account_id=row.account_id, placement=row.id, agency=codes[row.agency_id]))
    return {row.id for row in back}


def _earns_until(terms: Terms | None, today: date) -> date | None:
    return None if terms is None else today + timedelta(days=terms.earns_after_days)


def _give_back(tx: Transaction, returned: Sequence[AnyRow], free: Sequence[int]) -> None:
    for part in batches(free):
        tx.conn.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id.in_(part)).values(placement_id=None))
    for part in batches([row.account_id for row in returned]):
        back = sa.update(ACCOUNT).where(ACCOUNT.c.id.in_(part))
        more = ACCOUNT.c.agency_returns + 1
        tx.conn.execute(back.values(agency_returns=more, agency_returned_on=tx.business_date))


def notify_agencies(tx: Transaction, told: Sequence[NoticeContent]) -> None:
    """Record notices to agencies for their next update file; never what an agency itself reported."""
    codes = agency_codes(tx.conn) if told else {}
    told = [one for one in told if tx.actor != voice_of(codes[one.placement.agency_id]) or one.kind in OUR_OWN]
    rows: list[ColumnValues] = []
    for key, one in zip(tx.ids(AgencyNotice, len(told)), told, strict=True):
        rows.append(
            {
                "id": key,
                "agency_id": one.placement.agency_id,
                "placement_id": one.placement.id,
                "account_id": one.placement.account_id,
                "kind": one.kind.value,
                "on": tx.business_date,
                "amount_cents": one.amount_cents,
                "balance_cents": one.balance_cents,
                "until": one.until,
                "reason": one.reason,
                "entry_id": one.entry_id,
            }
        )
        tx.record(
            AgencyToBeTold(
                account_id=one.placement.account_id,
                agency=codes[one.placement.agency_id],
                notice=one.kind.value,
                amount_cents=one.amount_cents,
                until=one.until,
                reason=one.reason,
            )
        )
    tx.insert(AgencyNotice, rows)


OUR_OWN = frozenset({NoticeKind.CANCEL, NoticeKind.SUSPEND, NoticeKind.REINSTATE})
"""Decisions of the practice; the agency is notified even if its own report caused them."""


def voice_of(agency: str) -> str:
    """The actor in the history for what an agency reported."""
    return f"agency {agency}"
