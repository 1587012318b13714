"""A batch is mailed: on every account, with what a mailed letter starts."""

from collections.abc import Sequence
from datetime import date

import orjson
import sqlalchemy as sa

from flows.accounts.facts.commands import eca_notices_mailed
from flows.accounts.happenings import NewTask, open_tasks, wake
from flows.correspondence.letters.queries import LETTER, LETTER_ACCOUNT
from flows.correspondence.print_batches.commands import manager_task, set_batch
from flows.correspondence.print_batches.queries import batch_found
from letters.data import FINAL_NOTICE_DAYS, LetterData
from letters.kinds import LetterKind
from letters.numbers import letter_number
from models import Account
from models.columns import table
from models.database import Transaction, batches
from models.enums import BatchState, LetterState
from models.errors import BadInput, Refused
from models.ids import BatchId
from models.letter_events import LetterMailed
from models.remedies import Remedy
from models.task_kinds import TaskKind

ACCOUNT = table(Account)


def mail_batch(tx: Transaction, batch: BatchId, mailed_on: date) -> int:
    """Record on every account that a batch was mailed; returns the number of letters. A repeat is recorded once.

    Raises Refused for a batch that does not exist, is not finished, or was mailed on another date. Raises BadInput for
    a date in the future.
    """
    row = batch_found(tx.conn, batch)
    if row.state != BatchState.PRINTED.value:
        raise Refused(
            f"batch {batch} is not printed", "print it first, or release it if it is held", remedy=Remedy.PRINT_LETTERS
        )
    if row.mailed_on == mailed_on:
        return row.letters
    if row.mailed_on is not None:
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
    in_batch = sa.and_(LETTER.c.print_batch_id == batch, LETTER.c.state == LetterState.BATCHED.value)
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
    set_batch(tx, batch, mailed_on=mailed_on)
    bills_sent(tx, [row.account_id for row in about if row.kind == LetterKind.ITEMISED_STATEMENT], mailed_on)
    eca_notices_mailed(tx, batch, mailed_on)
    report_late_notices(tx, batch, mailed_on)
    return len({row.id for row in about})


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


def bills_sent(tx: Transaction, account_ids: Sequence[int], sent_on: date) -> None:
    """Itemized statements were sent: letters that waited for them can be sent now."""
    for part in batches(account_ids):
        tx.conn.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id.in_(part)).values(itemized_bill_on=sent_on))
    wake(tx, account_ids)
