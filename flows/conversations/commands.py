"""A call or an inbound call, complete: its result, the insurance or the plan that it brought, and what followed."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from flows.arrangements.commands import Ask, create
from flows.calls.commands import CallResult, record_call_result, record_inbound_call
from flows.calls.queries import ACCOUNT, CONTACT, TASK, accounts_of_call, open_call_of, owing_of
from flows.conversations.followed import Mark, followed_since, mark_before
from flows.insurance.commands import report_insurance
from flows.insurance.decide import ReportedInsurance, require_named
from models.database import Transaction
from models.ids import PersonId


class Completed(NamedTuple):
    """What was recorded: the number of the call, and of the plan that was set up in it."""

    call: int
    plan: int | None

    @property
    def plan_made(self) -> int:
        """The number of the plan, where one was asked for."""
        assert self.plan is not None
        return self.plan


def complete_call(
    tx: Transaction,
    task_id: int,
    said: CallResult,
    *,
    insurance: ReportedInsurance | None = None,
    plan: Ask | None = None,
) -> Completed:
    """Record the result of one of our calls with all that it brought.

    An insurance is reported for every account of the call with a balance. Raises Refused, and changes nothing.
    """
    require_named(said.code, insurance, said.note)
    task = tx.conn.execute(sa.select(TASK).where(TASK.c.id == task_id)).first()
    about = [] if insurance is None else owing_of(tx.conn, accounts_of_call(tx.conn, task_id))
    mark = None if task is None else mark_before(tx, task.guarantor_id, task.creditor_id, task)
    number = record_call_result(tx, task_id, said)
    made = _bring(tx, about, insurance, plan)
    _store(tx, number, mark)
    return Completed(number, made)


def complete_inbound(
    tx: Transaction,
    account_id: int,
    said: CallResult,
    *,
    insurance: ReportedInsurance | None = None,
    plan: Ask | None = None,
) -> Completed:
    """Record an inbound call about an account with all that it brought.

    An insurance is reported for this account. Raises Refused, and changes nothing.
    """
    require_named(said.code, insurance, said.note)
    account = tx.conn.execute(sa.select(ACCOUNT).where(ACCOUNT.c.id == account_id)).one()
    task = tx.conn.execute(open_call_of(account.guarantor_id, account.creditor_id)).first()
    mark = mark_before(tx, account.guarantor_id, account.creditor_id, task)
    undone = _undone_inbound(tx, account.guarantor_id, account.creditor_id)
    number = record_inbound_call(tx, account_id, said, instead_of=undone)
    made = _bring(tx, [account_id], insurance, plan)
    _store(tx, number, mark)
    return Completed(number, made)


def _bring(tx: Transaction, about: Sequence[int], insurance: ReportedInsurance | None, plan: Ask | None) -> int | None:
    if insurance is not None:
        report_insurance(tx, about, insurance)
    return None if plan is None else create(tx, plan)


def _store(tx: Transaction, number: int, mark: Mark | None) -> None:
    if mark is not None:
        text = followed_since(tx, mark).text()
        tx.conn.execute(sa.update(CONTACT).where(CONTACT.c.id == number).values(followed=text))


def _undone_inbound(tx: Transaction, guarantor: PersonId, creditor: int) -> int | None:
    """The user's inbound call of today whose result was undone and not yet recorded again."""
    query = sa.select(CONTACT.c.id).where(
        CONTACT.c.guarantor_id == guarantor,
        CONTACT.c.creditor_id == creditor,
        CONTACT.c.made_on == tx.business_date,
        CONTACT.c.made_by == tx.actor,
        CONTACT.c.inbound.is_(True),
        CONTACT.c.disposition == UNDONE,
    )
    return tx.conn.execute(query.order_by(CONTACT.c.id.desc())).scalars().first()


UNDONE = "undone"
"""What stands as the result of a call whose result was undone, until the right one is recorded."""
