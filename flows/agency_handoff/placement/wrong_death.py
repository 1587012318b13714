"""A report of death that recalled accounts from agencies was wrong or had a wrong date: the agencies are corrected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from flows.accounts.happenings import NewTask, open_tasks
from flows.accounts.placed import open_placements
from flows.accounts.placements import NewPlacement, queue_placements
from flows.agency_handoff.queries import ACCOUNT, NOTICE, PLACEMENT
from flows.settings.contracts.queries import agency_codes
from models.agency_events import PlacementReopened
from models.columns import AnyRow, in_keys
from models.database import Transaction
from models.enums import NoticeKind, PlacementState
from models.task_kinds import TaskKind
from models.user_enums import Role

OF_A_DEATH = (NoticeKind.DECEASED.value, NoticeKind.CANCEL.value)


@dataclass(frozen=True, slots=True)
class Back:
    """How many accounts are back with their agency, and how many are queued because theirs was notified of the
    death."""

    reopened: int
    queued: int


def death_was_none(tx: Transaction, placement_ids: Sequence[int]) -> Back:
    """Resume placements that a death ended. An agency that was not notified yet is not notified, and keeps the account.

    An agency that was notified has closed the account: a manager notifies it of the error, and the account is queued in
    its pool, where the same agency is eligible too.
    """
    query = (
        sa.select(PLACEMENT, ACCOUNT.c.balance_cents, ACCOUNT.c.number)
        .join(ACCOUNT, ACCOUNT.c.id == PLACEMENT.c.account_id)
        .where(in_keys(PLACEMENT.c.id, placement_ids))
        .order_by(PLACEMENT.c.id)
    )
    rows = tx.conn.execute(query).all()
    told, codes = _told(tx, placement_ids), agency_codes(tx.conn)
    for row in rows:
        if row.id in told:
            _notify_manager(tx, row, codes[row.agency_id])
        else:
            _say_nothing(tx, row.id)
    elsewhere = open_placements(tx.conn, [row.account_id for row in rows])
    owing = [row for row in rows if row.balance_cents > 0 and row.account_id not in elsewhere]
    reopened = [row for row in owing if row.id not in told]
    for row in reopened:
        _reopen(tx, row, codes[row.agency_id])
    closed = [row for row in owing if row.id in told]
    queue_placements(
        tx,
        [
            NewPlacement(
                row.account_id,
                row.guarantor_id,
                row.creditor_id,
                row.balance_cents,
                row.pool,
                again_with=codes[row.agency_id],
            )
            for row in closed
        ],
    )
    return Back(len(reopened), len(closed))


def death_day_was_wrong(tx: Transaction, account_ids: Sequence[int], before: date, died_on: date) -> None:
    """A date of death was corrected: pending notices get the right date, and a manager notifies each agency that got
    the wrong one."""
    query = (
        sa.select(
            NOTICE.c.id,
            NOTICE.c.file_id,
            NOTICE.c.account_id,
            PLACEMENT.c.agency_id,
            ACCOUNT.c.number,
            ACCOUNT.c.guarantor_id,
            ACCOUNT.c.creditor_id,
        )
        .join(PLACEMENT, PLACEMENT.c.id == NOTICE.c.placement_id)
        .join(ACCOUNT, ACCOUNT.c.id == NOTICE.c.account_id)
        .where(in_keys(NOTICE.c.account_id, account_ids), NOTICE.c.kind == NoticeKind.DECEASED.value)
        .where(sa.or_(NOTICE.c.until == before, NOTICE.c.until.is_(None)))
        .order_by(NOTICE.c.id)
    )
    rows, codes = tx.conn.execute(query).all(), agency_codes(tx.conn)
    waiting = [row.id for row in rows if row.file_id is None]
    tx.conn.execute(sa.update(NOTICE).where(in_keys(NOTICE.c.id, waiting)).values(until=died_on))
    for row in rows:
        if row.file_id is None:
            continue
        why = (
            f"Notify {codes[row.agency_id]} that the date of death is {died_on}. It was given {before} for account "
            f"{row.number} and must correct its records and what it reported to others"
        )
        about = (row.account_id,)
        open_tasks(tx, [NewTask(TaskKind.TELL_AGENCY, Role.MANAGER, why, row.guarantor_id, row.creditor_id, about, 1)])


def _told(tx: Transaction, placement_ids: Sequence[int]) -> set[int]:
    """The placements for which the agency received a file that reports the death."""
    query = sa.select(NOTICE.c.placement_id).where(
        in_keys(NOTICE.c.placement_id, placement_ids), NOTICE.c.kind.in_(OF_A_DEATH), NOTICE.c.file_id.is_not(None)
    )
    return set(tx.conn.execute(query).scalars())


def _say_nothing(tx: Transaction, placement_id: int) -> None:
    """Withdraw the pending notices of the death, and remove the reason from pending notices of the recall."""
    mine = sa.and_(NOTICE.c.placement_id == placement_id, NOTICE.c.file_id.is_(None))
    tx.conn.execute(sa.delete(NOTICE).where(mine, NOTICE.c.kind == NoticeKind.DECEASED.value))
    tx.conn.execute(sa.update(NOTICE).where(mine, NOTICE.c.kind == NoticeKind.CANCEL.value).values(reason=""))


def _reopen(tx: Transaction, row: AnyRow, agency: str) -> None:
    mine = sa.and_(NOTICE.c.placement_id == row.id, NOTICE.c.file_id.is_(None))
    tx.conn.execute(sa.delete(NOTICE).where(mine, NOTICE.c.kind == NoticeKind.CANCEL.value))
    again = {"ended_on": None, "ended_code": None, "ended_cents": 0, "earns_until": None, "review_on": tx.business_date}
    this = sa.update(PLACEMENT).where(PLACEMENT.c.id == row.id)
    tx.conn.execute(this.values(state=PlacementState.PLACED.value, **again))
    before = sa.select(sa.func.max(PLACEMENT.c.ended_on)).where(
        PLACEMENT.c.account_id == row.account_id, PLACEMENT.c.placed_on.is_not(None)
    )
    values = {
        "placement_id": row.id,
        "agency_returns": ACCOUNT.c.agency_returns - 1,
        "agency_returned_on": tx.conn.execute(before).scalar(),
    }
    tx.conn.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id == row.account_id).values(**values))
    because = "the report of death was wrong, and the agency had not been notified of it"
    tx.record(PlacementReopened(account_id=row.account_id, placement=row.id, agency=agency, because=because))


def _notify_manager(tx: Transaction, row: AnyRow, agency: str) -> None:
    why = (
        f"Notify {agency} that the report of death on account {row.number} was wrong. The account was recalled on "
        f"{row.ended_on}. The agency must correct its records and what it reported to others. The balance is "
        "in the queue "
        f"of pool {row.pool}; it may be placed with {agency} again"
    )
    open_tasks(
        tx, [NewTask(TaskKind.TELL_AGENCY, Role.MANAGER, why, row.guarantor_id, row.creditor_id, (row.account_id,), 1)]
    )
