"""A person says that work is done: one rule at every door, and not while what the work is about still stands."""

from collections.abc import Sequence
from datetime import date

import pytest

from flows.accounts.happenings import NewTask, open_tasks
from flows.accounts.holds import NewHold, open_holds
from flows.accounts.tasks.causes import CAUSES, Cause
from flows.accounts.tasks.done import complete_tasks
from flows.accounts.tasks.sweep import tend_tasks
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.practice import Practice
from flows.reports.tasks import listed_tasks
from models.enums import HoldKind, LedgerKind
from models.errors import Refused
from models.task_kinds import TaskKind
from models.user_enums import Role
from tests.flows.agency_handoff.agencies import FIRST, TODAY, begin
from tests.small_book import account_of, rows, run_days


@pytest.fixture
def a1(practice: Practice) -> Practice:
    """An account that owes."""
    begin(practice)
    run_days(practice, FIRST, date(2026, 2, 10), ("enter", "advance"))
    return practice


def opened(practice: Practice, kind: TaskKind) -> int:
    row = account_of(practice.database, "A1")
    with practice.database.transaction(actor="test", business_date=TODAY) as tx:
        open_tasks(tx, [NewTask(kind, CAUSES[kind].role, "look", row.guarantor_id, row.creditor_id, (row.id,))])
    return rows(practice.database, "SELECT max(id) FROM task WHERE kind = :kind AND state = 'open'", kind=kind.value)[
        0
    ][0]


def hold(practice: Practice, kind: HoldKind) -> None:
    with practice.database.transaction(actor="test", business_date=TODAY) as tx:
        open_holds(tx, [NewHold(kind, account_id=account_of(practice.database, "A1").id)])


def done(practice: Practice, task: int, *roles: Role, outcome: str = "looked into it") -> None:
    with practice.database.transaction(actor="somebody", business_date=TODAY) as tx:
        complete_tasks(tx, [task], outcome, roles=roles or (Role.MANAGER,))


def state(practice: Practice, task: int) -> str:
    return rows(practice.database, "SELECT state FROM task WHERE id = :id", id=task)[0][0]


def kinds(*, once: bool) -> Sequence[TaskKind]:
    return [kind for kind, work in CAUSES.items() if work.cause is Cause.HOLD and bool(work.once) is once]


@pytest.mark.parametrize("kind", kinds(once=False))
def test_work_about_a_hold_is_not_ticked_off_while_the_hold_stands(a1: Practice, kind: TaskKind) -> None:
    about = CAUSES[kind].hold
    assert about is not None
    hold(a1, about)
    task = opened(a1, kind)
    with pytest.raises(Refused, match=f"task {task} .*release the hold"):
        done(a1, task)
    assert state(a1, task) == "open"
    with a1.database.reading() as conn:
        (listed,) = [one for one in listed_tasks(conn, TODAY) if one.task == task]
    assert (listed.ticked_off, "release the hold" in listed.instead) == (False, True)


@pytest.mark.parametrize("kind", kinds(once=True))
def test_what_is_done_once_while_its_hold_stands_on_is_ticked_off_and_not_asked_for_again(
    a1: Practice, kind: TaskKind
) -> None:
    about = CAUSES[kind].hold
    assert about is not None
    hold(a1, about)
    task = opened(a1, kind)
    done(a1, task)
    tend_tasks(a1.database, TODAY)
    assert state(a1, task) == "done"
    assert rows(a1.database, "SELECT id FROM task WHERE kind = :kind AND state = 'open'", kind=kind.value) == []


def test_work_of_such_a_kind_without_a_hold_is_ticked_off(a1: Practice) -> None:
    task = opened(a1, TaskKind.REVIEW_DISPUTE)
    done(a1, task)
    assert state(a1, task) == "done"


def test_a_refund_is_not_ticked_off_while_the_account_is_below_zero(a1: Practice) -> None:
    with a1.database.transaction(actor="clerk", business_date=TODAY) as tx:
        post(tx, [Entry(account_of(a1.database, "A1").id, TODAY, LedgerKind.PATIENT_PAYMENT, -600_00, "test", "1")])
    task = opened(a1, TaskKind.REFUND)
    with pytest.raises(Refused, match="propose the refund"):
        done(a1, task)


def test_work_is_ticked_off_by_its_role_or_a_manager_and_with_what_came_of_it(a1: Practice) -> None:
    task = opened(a1, TaskKind.DUPLICATE_PAYMENT)
    with pytest.raises(Refused, match="for the clerk"):
        done(a1, task, Role.COLLECTOR)
    with pytest.raises(Refused, match="enter the result"):
        done(a1, task, Role.CLERK, outcome=" ")
    done(a1, task, Role.CLERK)
    assert state(a1, task) == "done"
    with pytest.raises(Refused, match="already completed"):
        done(a1, task, Role.CLERK)
    desk = opened(a1, TaskKind.CONFIRM_DEATH)
    done(a1, desk, Role.ESTATE_DESK)
    assert state(a1, desk) == "done"
