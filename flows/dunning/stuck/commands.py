"""Actions on all accounts that are stuck for one reason, each recorded in the history."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.happenings import NewTask, close_tasks, open_tasks, open_tasks_on, wake
from flows.accounts.holds import clear_holds
from flows.dunning.stuck.queries import ACCOUNT, StuckAccount, stuck_for
from flows.dunning.stuck.reasons import HOLD as HOLD_CODE
from flows.dunning.stuck.reasons import Act
from flows.ledger.write_offs import write_off_balances
from models import Hold
from models.columns import AnyRow, in_keys, table
from models.database import Transaction
from models.enums import PayerClass, TaskState
from models.errors import BadInput, NotPermitted, Refused
from models.events import PayerClassCorrected
from models.labels import label
from models.task_kinds import TaskKind
from models.user_enums import Role

HOLD = table(Hold)

BILL_TASK = TaskKind.BILL_PAYER
"""A clerk's task: bill the payer of an account before its filing deadline."""

BILL_DAYS = 5
"""A payer is billed within this many days, or sooner if its filing deadline is nearer."""


@dataclass(frozen=True, slots=True)
class Order:
    """An action on the accounts of one reason: on all of them, or on those of `numbers`.

    `why` is recorded in each history; `payer_class` for CLASS, `manager`: whether a manager orders it.
    """

    code: str
    act: Act
    why: str
    numbers: tuple[str, ...] = ()
    payer_class: PayerClass | None = None
    manager: bool = False


@dataclass(frozen=True, slots=True)
class Acted:
    """The result: how many accounts, their total balance, and which were left unchanged, with the reason."""

    accounts: int = 0
    owed_cents: int = 0
    left: tuple[tuple[str, str], ...] = field(default_factory=tuple[tuple[str, str], ...])


def accounts_meant(conn: Connection, order: Order) -> list[StuckAccount]:
    """The accounts of an order. Raises NotFound, or Refused for a number that is not among them."""
    found = stuck_for(conn, order.code)
    if not order.numbers:
        return found
    by_number = {one.number: one for one in found}
    if unknown := [number for number in order.numbers if number not in by_number]:
        raise Refused(
            f"account {', '.join(unknown)} is not stuck with the reason {order.code}", "remove it from the list"
        )
    return [by_number[number] for number in dict.fromkeys(order.numbers)]


def act_on_stuck(tx: Transaction, order: Order) -> Acted:
    """Do one action on all accounts of an order. Raises Refused, and changes nothing."""
    mine = accounts_meant(tx.conn, order)
    acts = mine[0].reason.acts
    if order.act not in acts:
        said = ", ".join(acts) or "no action for all accounts at once"
        raise Refused(
            f"{order.act} is not an action for {order.code}", f"the actions are {said}. {mine[0].reason.todo}"
        )
    if not order.why.strip() and order.act is not Act.AGAIN:
        raise BadInput("enter the reason", "it is recorded in the history of each account", field="why")
    return _ACTS[order.act](tx, order, mine)


def _bill(tx: Transaction, order: Order, mine: Sequence[StuckAccount]) -> Acted:
    """A task per account, due before the payer's filing deadline; none if one is open."""
    rows = _rows(tx, mine)
    done: list[StuckAccount] = []
    left: list[tuple[str, str]] = []
    for one in mine:
        if open_tasks_on(tx, [one.id], [BILL_TASK]):
            left.append((one.number, "a task to bill the payer is already open"))
            continue
        by = tx.business_date + timedelta(BILL_DAYS)
        late = one.file_by is not None and one.file_by < tx.business_date
        due = by if one.file_by is None or late else min(by, one.file_by)
        until = "" if one.file_by is None else f"; filing deadline {one.file_by}"
        passed = " (passed: check for an exception, else write the balance off)" if late else ""
        why = f"Bill {label(one.payer_class)}{until}{passed} ({order.why})"
        days = max(0, (due - tx.business_date).days)
        open_tasks(
            tx, [NewTask(BILL_TASK, Role.CLERK, why, one.guarantor_id, rows[one.id].creditor_id, (one.id,), days)]
        )
        done.append(one)
    return _acted(done, left)


def _class(tx: Transaction, order: Order, mine: Sequence[StuckAccount]) -> Acted:
    if order.payer_class is None:
        raise BadInput(f"enter the correct payer class: {', '.join(PayerClass)}", field="class")
    new = order.payer_class
    changing = [one for one in mine if one.payer_class is not new]
    ids = [one.id for one in changing]
    values = {"payer_class": new.value, "review_on": tx.business_date, "version": ACCOUNT.c.version + 1}
    tx.conn.execute(sa.update(ACCOUNT).where(in_keys(ACCOUNT.c.id, ids)).values(**values))
    tx.record_all(
        PayerClassCorrected(account_id=one.id, before=one.payer_class.value, after=new.value, reason=order.why)
        for one in changing
    )
    close_tasks(tx, open_tasks_on(tx, ids, [BILL_TASK]), TaskState.DONE, f"payer class corrected to {label(new)}")
    return _acted(
        changing, [(one.number, f"the payer class is already {label(new)}") for one in mine if one.payer_class is new]
    )


def _write_off(tx: Transaction, order: Order, mine: Sequence[StuckAccount]) -> Acted:
    """Write balances off if the law of write-offs allows it; others are left, with the reason."""
    if not order.manager:
        raise NotPermitted("only a manager can write off a balance")
    refused = write_off_balances(tx, [one.id for one in mine], "stuck", order.why)
    left = [(one.number, refused[one.id]) for one in mine if one.id in refused]
    done = [one for one in mine if one.id not in refused]
    ids = [one.id for one in done]
    close_tasks(tx, open_tasks_on(tx, ids, [BILL_TASK]), TaskState.DONE, "written off")
    return _acted(done, left)


def _clear(tx: Transaction, order: Order, mine: Sequence[StuckAccount]) -> Acted:
    if mine[0].reason.clears == "manager" and not order.manager:
        raise NotPermitted(f"only a manager can release {order.code}")
    kind = order.code.removeprefix(HOLD_CODE)
    persons, accounts = {one.guarantor_id for one in mine}, {one.id for one in mine}
    whose = sa.or_(in_keys(HOLD.c.account_id, sorted(accounts)), in_keys(HOLD.c.person_id, sorted(persons)))
    query = sa.select(HOLD.c.id).where(whose, HOLD.c.kind == kind, HOLD.c.cleared_on.is_(None)).order_by(HOLD.c.id)
    clear_holds(tx, list(tx.conn.execute(query).scalars()), order.why)
    return _acted(mine, [])


def _again(tx: Transaction, order: Order, mine: Sequence[StuckAccount]) -> Acted:
    del order
    wake(tx, [one.id for one in mine])
    return _acted(mine, [])


def _acted(done: Sequence[StuckAccount], left: Sequence[tuple[str, str]]) -> Acted:
    return Acted(len(done), sum(one.balance_cents for one in done), tuple(left))


def _rows(tx: Transaction, mine: Sequence[StuckAccount]) -> dict[int, AnyRow]:
    """The accounts' own rows, by id."""
    query = sa.select(ACCOUNT).where(in_keys(ACCOUNT.c.id, [one.id for one in mine]))
    return {row.id: row for row in tx.conn.execute(query)}


_ACTS: dict[Act, Callable[[Transaction, Order, Sequence[StuckAccount]], Acted]] = {
    Act.BILL: _bill,
    Act.CLASS: _class,
    Act.WRITE_OFF: _write_off,
    Act.CLEAR: _clear,
    Act.AGAIN: _again,
}


__all__ = ["BILL_TASK", "Acted", "Order", "Refused", "accounts_meant", "act_on_stuck"]
