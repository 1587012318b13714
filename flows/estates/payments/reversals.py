"""An estate payment was returned by the bank: a matter that it closed is reopened, and so is the time to sue."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from flows.accounts.happenings import NewTask, open_tasks
from flows.estates.deadlines.commands import recompute
from flows.estates.matters.numbers import matter_number, paper_number
from flows.estates.matters.queries import (
    ACCOUNT,
    MATTER,
    PAPER,
    account_rows,
    accounts_of_matter,
    matter_row,
    running_at,
)
from flows.estates.payments.ledger import paid_cents, reinstating
from flows.ledger.entry import Entry
from models.columns import AnyRow, in_keys
from models.database import Transaction
from models.estate_enums import MatterState
from models.estate_events import MatterMoved
from models.labels import label_of
from models.task_kinds import TaskKind
from models.user_enums import Role
from models.values import dollars

TASK = TaskKind.ESTATE_PAYMENT_BACK
SATISFACTION = "satisfaction"


def estate_payment_reversed(tx: Transaction, entries: Sequence[Entry]) -> list[Entry]:
    """Process reversed estate payments; returns the entries to post: what was written off with the payment is owed
    again.

    A matter that was closed on the payment awaits payment again, so that no second one is opened. The last day to sue
    applies again. A manager gets a task about a satisfaction that states the payment, because it is no longer true.
    """
    mine = [entry for entry in entries if entry.matter_id is not None]
    again: list[Entry] = []
    for number in sorted({entry.matter_id for entry in mine if entry.matter_id is not None}):
        matter = matter_row(tx.conn, number, lock=True)
        cents = sum(entry.amount_cents for entry in mine if entry.matter_id == number)
        # Accounts for which a spouse or a living guarantor is responsible have left the matter with their payments.
        there = account_rows(tx.conn, number)
        ended = MatterState(matter.state) in (MatterState.CLOSED_PAID, MatterState.CLOSED_WRITTEN_OFF)
        reopened = ended and bool(there) and running_at(tx.conn, matter.person_id, matter.creditor_id) is None
        said = f"a payment of {dollars(cents)} from the estate was returned by the bank"
        if reopened:
            again += reinstating(tx, number, "the payment was returned")
            _reopen(tx, matter, said)
        _sue_again(tx, matter)
        recompute(tx, [number])
        about = there or _accounts(tx, [entry.account_id for entry in mine])
        _report(tx, matter, said, about, reopened=reopened)
    return again


def check_satisfaction(tx: Transaction, matter: AnyRow, paper: str, sent_on: date) -> None:
    """A satisfaction is marked as sent: if the payment in it was reversed, a manager must withdraw it."""
    if paid_cents(tx.conn, matter.id) > 0:
        return
    said = f"the satisfaction {paper} was sent on {sent_on}, but no payment from the estate remains"
    why = f"{matter_number(matter.id)}: {said}; notify the court and the estate"
    if there := account_rows(tx.conn, matter.id):
        _task(tx, matter, why, there)


def _accounts(tx: Transaction, account_ids: Sequence[int]) -> list[AnyRow]:
    return list(tx.conn.execute(sa.select(ACCOUNT).where(in_keys(ACCOUNT.c.id, account_ids)).order_by(ACCOUNT.c.id)))


def _reopen(tx: Transaction, matter: AnyRow, said: str) -> None:
    values = {
        "state": MatterState.AWAITING_PAYMENT.value,
        "closed_on": None,
        "reason": None,
        "reviewed_on": None,
        "review_on": tx.business_date,
        "version": MATTER.c.version + 1,
    }
    tx.conn.execute(sa.update(MATTER).where(MATTER.c.id == matter.id).values(**values))
    tx.record_all(
        MatterMoved(
            account_id=key,
            matter=matter.id,
            before=matter.state,
            after=MatterState.AWAITING_PAYMENT.value,
            reason=said,
            source="the bank",
            source_on=tx.business_date,
            role=Role.ESTATE_DESK.value,
        )
        for key in accounts_of_matter(tx.conn, matter.id)
    )


def _sue_again(tx: Transaction, matter: AnyRow) -> None:
    """The last day to sue, which ended when the agreed amount was paid, applies until it is paid again."""
    agreed = matter.allowed_cents or 0
    if matter.previous_sue_by_on is None or paid_cents(tx.conn, matter.id) >= agreed:
        return
    again = {"sue_by_on": matter.previous_sue_by_on, "previous_sue_by_on": None}
    tx.conn.execute(sa.update(MATTER).where(MATTER.c.id == matter.id).values(**again))


def _report(tx: Transaction, matter: AnyRow, said: str, about: Sequence[AnyRow], *, reopened: bool) -> None:
    query = sa.select(PAPER.c.serial, PAPER.c.amount_cents, PAPER.c.sent_on).where(
        PAPER.c.matter_id == matter.id, PAPER.c.kind == SATISFACTION
    )
    papers = tx.conn.execute(query.order_by(PAPER.c.serial)).all()
    parts = [f"{matter_number(matter.id)}: {said}"]
    if reopened:
        parts.append(f"the state was {label_of(MatterState, matter.state)}; it awaits payment again")
    for paper in papers:
        went = f"was sent on {paper.sent_on}: notify the court and the estate" if paper.sent_on else "must not be sent"
        parts.append(f"the satisfaction {paper_number(matter.id, paper.serial)} is no longer true and {went}")
    now = matter_row(tx.conn, matter.id)
    if now.sue_by_on is not None:
        parts.append(f"the deadline to sue, {now.sue_by_on}, applies again")
    _task(tx, matter, "; ".join(parts), about)


def _task(tx: Transaction, matter: AnyRow, why: str, about: Sequence[AnyRow]) -> None:
    ids = tuple(account.id for account in about)
    open_tasks(tx, [NewTask(TASK, Role.MANAGER, why, about[0].guarantor_id, matter.creditor_id, ids, 1)])
