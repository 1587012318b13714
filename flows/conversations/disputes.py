"""A dispute is answered: the bill stands, or a part of it is taken off; the hold ends and the person gets the bill."""

from collections.abc import Sequence
from enum import StrEnum

import sqlalchemy as sa

from flows.accounts.happenings import close_tasks
from flows.accounts.holds import clear_holds, holds_of_each
from flows.accounts.notes import check_length
from flows.accounts.tasks.queries import accounts_of_tasks
from flows.calls.queries import ACCOUNT, owing_of, task_row
from flows.correspondence.queue import answer
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.ledger.write_off import write_off_refused
from letters.kinds import LetterKind
from models.columns import AnyRow, in_keys
from models.database import Transaction
from models.enums import HoldKind, LedgerKind, TaskState
from models.errors import BadInput, Refused
from models.task_kinds import TaskKind
from models.values import dollars

WAIVED = "courtesy"
"""The strictest word of the law of write-offs: what a rule forbids to waive is not taken off as a correction either."""


class Verdict(StrEnum):
    """How a dispute is answered."""

    STANDS = "stands"
    ADJUSTED = "adjusted"


def answer_dispute(
    tx: Transaction, task_id: int, verdict: Verdict, reason: str, *, adjust_cents: int = 0, letter: bool = True
) -> None:
    """Answer a dispute, with a reason for the history. The hold for it ends, its task closes, and the guarantor gets an
    itemized statement with the balance as it now is.

    `adjust_cents` is taken off the balance of the one account that the dispute is about. Raises BadInput for a wrong
    amount or no reason, and Refused where the law forbids it or the task is no open dispute.
    """
    why = " ".join(reason.split())
    check_length(why)
    if not why:
        raise BadInput("enter what the review found", field="reason")
    task = task_row(tx.conn, task_id)
    if task is None or task.kind != TaskKind.REVIEW_DISPUTE:
        raise Refused(f"task {task_id} is not an open dispute", "open the list again")
    ids = accounts_of_tasks(tx.conn, [task_id]).get(task_id, [])
    query = sa.select(ACCOUNT).where(in_keys(ACCOUNT.c.id, ids)).order_by(ACCOUNT.c.id).with_for_update()
    accounts = list(tx.conn.execute(query))
    if verdict is Verdict.ADJUSTED:
        post(tx, [_adjustment(tx, task_id, accounts, adjust_cents, why)])
    holds = [hold for each in holds_of_each(tx, ids, HoldKind.DISPUTE).values() for hold in each]
    said = "the bill stands" if verdict is Verdict.STANDS else f"adjusted by {dollars(adjust_cents)}"
    clear_holds(tx, holds, f"dispute answered: {said}. {why}")
    owing = owing_of(tx.conn, ids)
    if letter and owing:
        answer(tx, LetterKind.ITEMISED_STATEMENT, owing)
    if task_row(tx.conn, task_id) is not None:
        close_tasks(tx, [task_id], TaskState.DONE, f"{said}. {why}")


def _adjustment(tx: Transaction, task_id: int, accounts: Sequence[AnyRow], cents: int, why: str) -> Entry:
    if len(accounts) != 1:
        raise Refused(
            "this dispute is about several accounts", "post the adjustment on the account that is wrong first"
        )
    account = accounts[0]
    if not 0 < cents <= account.balance_cents:
        raise BadInput(
            f"the adjustment must be between $0.01 and the balance of {dollars(account.balance_cents)}", field="amount"
        )
    refused = write_off_refused(account, WAIVED, tx.business_date)
    if refused is not None:
        raise Refused(f"this balance can't be adjusted: {refused}", "ask a manager")
    return Entry(account.id, tx.business_date, LedgerKind.DISCOUNT, -cents, "dispute", f"task-{task_id}", why)
