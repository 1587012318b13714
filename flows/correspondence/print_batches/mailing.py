"""A batch is mailed: on every account, with what a mailed letter starts."""

from datetime import date

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.facts.commands import eca_notices_mailed
from flows.accounts.happenings import NewTask, open_tasks
from flows.correspondence.certified.queries import WAITS, without_number
from flows.correspondence.letters.queries import LETTER, LETTER_ACCOUNT
from flows.correspondence.print_batches.bills import bills_sent
from flows.correspondence.print_batches.commands import manager_task, set_batch
from flows.correspondence.print_batches.queries import batch_found
from letters.data import FINAL_NOTICE_DAYS, LetterData
from letters.kinds import LetterKind
from letters.numbers import letter_number
from models.database import Transaction
from models.enums import BatchState, LetterState
from models.errors import BadInput, Refused
from models.ids import BatchId
from models.letter_events import LetterMailed
from models.remedies import Remedy
from models.task_kinds import TaskKind
from models.values import counted


def mail_batch(tx: Transaction, batch: BatchId, mailed_on: date) -> int:
    """Record on every account that a batch was mailed; returns the number of letters. A repeat is recorded once.

    A letter that goes by certified mail is mailed only with its number: the others do not wait for it, and it is mailed
    later, on its own date. Raises Refused for a batch that does not exist, is not finished, or was mailed on another
    date. Raises BadInput for a date in the future.
    """
    row = batch_found(tx.conn, batch)
    if row.state != BatchState.PRINTED.value:
        raise Refused(
            f"batch {batch} is not printed", "print it first, or release it if it is held", remedy=Remedy.PRINT_LETTERS
        )
    ready, waiting = _ready(tx.conn, batch), without_number(tx.conn, batch)
    if row.mailed_on == mailed_on and not ready:
        return row.letters - waiting
    if row.mailed_on is not None and not ready:
        raise Refused(
            f"batch {batch} was mailed on {row.mailed_on}",
            f"it can't be mailed again on {mailed_on}. A manager can correct a wrong date",
            remedy=Remedy.CORRECT_MAILED_DATE,
            batch=batch,
        )
    if mailed_on > tx.business_date:
        raise BadInput(f"{mailed_on} is in the future", f"enter the date on which batch {batch} was mailed")
    if mailed_on < (row.released_on or row.made_on):
        raise Refused(
            f"batch {batch} was printed on {row.released_on or row.made_on}",
            f"it can't have been mailed on {mailed_on}",
        )
    if waiting and not ready:
        raise Refused(
            f"{counted(waiting, 'letter')} of batch {batch} must go by certified mail", "enter their numbers first"
        )
    in_batch = sa.and_(_of_batch(batch), ~WAITS)
    about = tx.conn.execute(
        sa.select(
            LETTER.c.id,
            LETTER_ACCOUNT.c.account_id,
            LETTER_ACCOUNT.c.step,
            LETTER_ACCOUNT.c.cycle,
            LETTER_ACCOUNT.c.kind,
        )
        .join(LETTER_ACCOUNT, LETTER_ACCOUNT.c.letter_id == LETTER.c.id)
        .where(in_batch)
        .order_by(LETTER.c.id, LETTER_ACCOUNT.c.account_id)
    ).all()
    tx.record_all(
        LetterMailed(account_id=r.account_id, step=r.step, cycle=r.cycle, letter=r.id, batch=batch, mailed_on=mailed_on)
        for r in about
    )
    gone = {"state": LetterState.MAILED.value, "mailed_on": mailed_on, "sent_on": mailed_on}
    tx.conn.execute(sa.update(LETTER).where(in_batch).values(**gone))
    if row.mailed_on is None:
        set_batch(tx, batch, mailed_on=mailed_on)
    statements = [(row.id, row.account_id) for row in about if row.kind == LetterKind.ITEMISED_STATEMENT]
    bills_sent(tx, statements, mailed_on)
    eca_notices_mailed(tx, batch, mailed_on)
    report_late_notices(tx, batch, mailed_on)
    return len({row.id for row in about})


def _of_batch(batch: int) -> sa.ColumnElement[bool]:
    return sa.and_(LETTER.c.print_batch_id == batch, LETTER.c.state == LetterState.BATCHED.value)


def _ready(conn: Connection, batch: int) -> bool:
    """Whether a letter of a batch can be mailed that is not."""
    return conn.execute(sa.select(LETTER.c.id).where(_of_batch(batch), ~WAITS).limit(1)).first() is not None


def report_late_notices(tx: Transaction, batch: int, mailed_on: date) -> None:
    """A final notice mailed late leaves less than thirty days from its mailing date: a manager decides."""
    final = sa.and_(
        LETTER.c.print_batch_id == batch, LETTER.c.kind == LetterKind.FINAL_NOTICE, LETTER.c.mailed_on == mailed_on
    )
    tasks: list[NewTask] = []
    for row in tx.conn.execute(sa.select(LETTER).where(final).order_by(LETTER.c.id)).all():
        pay_by = LetterData.from_dict(orjson.loads(row.data)).letter.pay_by
        if pay_by is None or (pay_by - mailed_on).days >= FINAL_NOTICE_DAYS:
            continue
        why = (
            f"Final notice {letter_number(row.id)} states {pay_by}, less than {FINAL_NOTICE_DAYS} days after "
            f"{mailed_on} "
            "when it was mailed. Write to the guarantor to extend the date, and take no action before it"
        )
        tasks.append(manager_task(tx, TaskKind.FINAL_NOTICE_LATE, row, why))
    open_tasks(tx, tasks)
