"""The mailing date of a batch: not in the future, and corrected only while nothing depends on it."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.facts.commands import eca_notices_mailed
from flows.accounts.happenings import close_tasks, open_tasks_on
from flows.accounts.load_rows import STEP_TAKEN
from flows.business_days.queries import walked_so_far
from flows.correspondence.letters.queries import LETTER, LETTER_ACCOUNT, PRINT_BATCH
from flows.correspondence.print_batches.bills import bills_sent
from flows.correspondence.print_batches.mailing import report_late_notices
from flows.correspondence.print_batches.queries import batch_row
from letters.kinds import LetterKind
from letters.numbers import letter_number
from models.columns import AnyRow
from models.database import Transaction, batches
from models.enums import LetterState, StepOutcome, TaskState
from models.errors import BadInput, Refused
from models.ids import BatchId
from models.letter_events import LetterMailedCorrected
from models.task_kinds import TaskKind


def refuse_day_to_come(conn: Connection, batch: int, days: list[date], today: date) -> None:
    """Raise BadInput for a date in the future: after the practice's date, and after the dates that were run or printed,
    which are ahead of it in a trial."""
    row = batch_row(conn, batch)
    reached = [today, walked_so_far(conn).done, None if row is None else row.released_on or row.made_on]
    latest = max(day for day in reached if day is not None)
    for day in days:
        if day > latest:
            raise BadInput(f"{day} is in the future", f"enter the date on which batch {batch} was mailed")


def correct_mailed_date(tx: Transaction, batch: BatchId, mailed_on: date, reason: str) -> int:
    """Correct the mailing date of a batch, with all dates that count from it; returns the number of letters.

    Raises Refused for an impossible date, and if something already depends on the date. Raises BadInput for a batch
    that was not mailed, a date in the future, and a missing reason.
    """
    row = batch_row(tx.conn, batch)
    if row is None or row.mailed_on is None:
        raise BadInput(f"batch {batch} is not marked as mailed", "no date to correct")
    if not reason.strip():
        raise BadInput("enter the reason for the correction", "it is recorded in each history")
    _refuse_wrong_day(row, mailed_on, tx.business_date)
    # A letter by certified mail may have been mailed on another date, which stays.
    mine = sa.and_(LETTER.c.print_batch_id == batch, LETTER.c.mailed_on == row.mailed_on, _GONE)
    letters = tx.conn.execute(sa.select(LETTER).where(mine)).all()
    rests = _rests_on(tx.conn, letters, row.mailed_on)
    if rests is not None:
        raise Refused(f"the mailing date {row.mailed_on} of batch {batch} can't be changed: {rests}")
    about = _about(tx.conn, [one.id for one in letters])
    tx.record_all(
        LetterMailedCorrected(
            account_id=one.account_id,
            step=one.step,
            cycle=one.cycle,
            letter=one.letter_id,
            batch=batch,
            was=row.mailed_on,
            mailed_on=mailed_on,
            reason=reason.strip(),
        )
        for one in about
    )
    tx.conn.execute(sa.update(LETTER).where(mine).values(mailed_on=mailed_on, sent_on=mailed_on))
    _move(tx, batch, mailed_on, about)
    return len(letters)


_GONE = LETTER.c.state.in_([LetterState.MAILED.value, LetterState.RETURNED.value])


def _refuse_wrong_day(row: AnyRow, mailed_on: date, today: date) -> None:
    if mailed_on > today:
        raise BadInput(f"{mailed_on} is in the future", f"enter the date on which batch {row.id} was mailed")
    if mailed_on < (row.released_on or row.made_on):
        raise Refused(
            f"batch {row.id} was printed on {row.released_on or row.made_on}",
            f"it can't have been mailed on {mailed_on}",
        )
    if mailed_on == row.mailed_on:
        raise Refused(f"the mailing date of batch {row.id} is already {mailed_on}")


def _rests_on(conn: Connection, letters: Sequence[AnyRow], mailed_on: date) -> str | None:
    """What depends on the mailing date: a returned letter, a text message about a letter, or a step completed since."""
    for one in letters:
        if one.returned_on is not None:
            return f"letter {letter_number(one.id)} was returned on {one.returned_on}"
        if one.texted_on is not None:
            return f"a text message about letter {letter_number(one.id)} was sent on {one.texted_on}"
    for part in batches([one.id for one in letters]):
        since = (
            sa.select(LETTER_ACCOUNT.c.letter_id, STEP_TAKEN.c.step, STEP_TAKEN.c.on)
            .join(STEP_TAKEN, STEP_TAKEN.c.account_id == LETTER_ACCOUNT.c.account_id)
            .where(LETTER_ACCOUNT.c.letter_id.in_(part), STEP_TAKEN.c.on > mailed_on)
            .where(STEP_TAKEN.c.outcome == StepOutcome.DONE.value)
            .where(sa.or_(LETTER_ACCOUNT.c.step.is_(None), LETTER_ACCOUNT.c.step != STEP_TAKEN.c.step))
            .order_by(LETTER_ACCOUNT.c.letter_id, STEP_TAKEN.c.on)
        )
        found = conn.execute(since.limit(1)).first()
        if found is not None:
            return f"after letter {letter_number(found.letter_id)} the step {found.step} was completed on {found.on}"
    return None


def _about(conn: Connection, letters: list[int]) -> list[AnyRow]:
    return [
        row
        for part in batches(letters)
        for row in conn.execute(
            sa.select(LETTER_ACCOUNT)
            .where(LETTER_ACCOUNT.c.letter_id.in_(part))
            .order_by(LETTER_ACCOUNT.c.letter_id, LETTER_ACCOUNT.c.account_id)
        )
    ]


def _move(tx: Transaction, batch: int, mailed_on: date, about: list[AnyRow]) -> None:
    """Move all dates that count from the mailing date."""
    tx.conn.execute(sa.update(PRINT_BATCH).where(PRINT_BATCH.c.id == batch).values(mailed_on=mailed_on))
    statements = [(one.letter_id, one.account_id) for one in about if one.kind == LetterKind.ITEMISED_STATEMENT]
    bills_sent(tx, statements, mailed_on)
    eca_notices_mailed(tx, batch, mailed_on)
    late = open_tasks_on(
        tx, [one.account_id for one in about if one.kind == LetterKind.FINAL_NOTICE], [TaskKind.FINAL_NOTICE_LATE]
    )
    close_tasks(tx, late, TaskState.CANCELLED, "the mailing date was corrected")
    report_late_notices(tx, batch, mailed_on)
