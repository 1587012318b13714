"""Overdue insurance: unbilled, or without a response."""

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.counts import Count, Counts
from flows.accounts.happenings import NewTask, open_tasks
from flows.accounts.pages import Subject
from flows.insurance.commands import LATE, SILENT
from flows.insurance.decide import NEAR_DAYS
from flows.insurance.queries import ACCOUNT, COVERAGE, WAITING
from flows.settings.queries import policy_now
from models.columns import AnyRow, in_keys
from models.database import Transaction
from models.enums import CoverageState
from models.user_enums import Role


def due_insurance(conn: Connection, today: date) -> list[int]:
    """Insurance due for review, by ix_coverage_look."""
    return sorted(conn.execute(sa.select(COVERAGE.c.id).where(WAITING, COVERAGE.c.review_on <= today)).scalars())


def insurance_subject(tx: Transaction, key: int) -> Subject:
    """The subject of an insurance: its account, guarantor and creditor."""
    query = sa.select(ACCOUNT.c.id, ACCOUNT.c.guarantor_id, ACCOUNT.c.creditor_id).join(
        COVERAGE, COVERAGE.c.account_id == ACCOUNT.c.id
    )
    row = tx.conn.execute(query.where(COVERAGE.c.id == key)).one()
    return Subject(row.guarantor_id, row.creditor_id, (row.id,))


def watch_insurance(tx: Transaction, keys: Sequence[int]) -> Counts:
    """Open tasks for insurance that is unbilled or does not respond, and set the next review date."""
    query = (
        sa.select(COVERAGE, ACCOUNT.c.number, ACCOUNT.c.guarantor_id, ACCOUNT.c.creditor_id)
        .join(ACCOUNT, ACCOUNT.c.id == COVERAGE.c.account_id)
        .where(in_keys(COVERAGE.c.id, keys))
    )
    rows = sorted(tx.conn.execute(query), key=lambda row: row.id)
    again = timedelta(max(1, policy_now(tx.conn).insurance_wait_days))
    counts = Counts()
    for row in rows:
        billed = row.state == CoverageState.BILLED.value
        open_tasks(tx, [_silent(tx, row) if billed else _unbilled(tx, row)])
        counts[Count.INSURANCE_SILENT if billed else Count.INSURANCE_NOT_BILLED] += 1
        later = tx.business_date + (again if billed else timedelta(7))
        tx.conn.execute(sa.update(COVERAGE).where(COVERAGE.c.id == row.id).values(review_on=later))
    return counts


def _silent(tx: Transaction, row: AnyRow) -> NewTask:
    days = (tx.business_date - row.billed_on).days
    why = f"No response from {row.payer} for account {row.number} in {days} days; follow up, or record its decision"
    return NewTask(SILENT, Role.CLERK, why, row.guarantor_id, row.creditor_id, (row.account_id,))


def _unbilled(tx: Transaction, row: AnyRow) -> NewTask:
    """Unbilled insurance: the manager gets a task, due at once if the filing deadline is near."""
    last = row.file_by_on
    until = "" if last is None else f"; filing deadline {last}"
    if last is not None and last < tx.business_date:
        until = f"; the filing deadline {last} HAS PASSED"
    near = last is not None and (last - tx.business_date).days <= NEAR_DAYS
    why = f"{row.payer} was reported for account {row.number} on {row.reported_on} but not billed yet{until}"
    about = (row.account_id,)
    return NewTask(LATE, Role.MANAGER, why, row.guarantor_id, row.creditor_id, about, 0 if near else 3)
