"""The table of tasks, walked row by row: with its cause a task stays open, without it it closes and says by what."""

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from flows.accounts.happenings import NewTask, open_tasks
from flows.accounts.holds import NewHold, clear_holds, open_holds
from flows.accounts.load import Unread
from flows.accounts.pages import Subject, each_alone
from flows.accounts.tasks.causes import CAUSES, Cause, Gone
from flows.accounts.tasks.standing import ENROLLMENT, LETTER, SUSPECT
from flows.accounts.tasks.sweep import tend_tasks
from flows.agency_handoff.commands import review
from flows.agency_handoff.files.desk import agency_desk
from flows.agency_handoff.placement.place import place_waiting
from flows.arrangements.settlements import commands as settlements
from flows.calls.dispositions import SHIPPED as DISPOSITIONS
from flows.calls.dispositions import dispositions_from
from flows.dunning.engine.commands import bring_back, set_aside
from flows.dunning.publish import SHIPPED
from flows.estates.death.undo import undo_death
from flows.insurance.commands import answered, bill, tell
from flows.insurance.decide import Told
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.people.death import record_death
from flows.practice import Practice
from flows.schedules.schedule import OpenTask
from flows.schedules.schedule_file import schedule_from
from flows.settings.commands import change_setting
from flows.stages import run_stage
from models import Letter, PersonSuspect
from models.database import Transaction
from models.enums import AgencyFileKind, HoldKind, LedgerKind, PayerClass
from models.task_kinds import TaskKind, kind_of_task, missing
from models.user_enums import Role
from tests.flows.agency_handoff.agencies import FIRST, TODAY, begin, place, take, want, write
from tests.small_book import account_of, history, rows, run_days

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def a1(house: Practice) -> Practice:
    """An account that owes, on its way to an agency."""
    begin(house)
    run_days(house, FIRST, date(2026, 2, 10), ("enter", "advance"))
    return house


def change(house: Practice, work: Callable[[Transaction], object], on: date = TODAY) -> None:
    with house.book.transaction(actor="somebody", business_date=on) as tx:
        work(tx)


def a(house: Practice) -> int:
    return account_of(house.book, "A1").id


def person(house: Practice) -> int:
    return account_of(house.book, "A1").guarantor_id


def pay(house: Practice, cents: int = 500_00) -> None:
    entry = Entry(a(house), TODAY, LedgerKind.PATIENT_PAYMENT, -cents, "test", f"P{cents}")
    change(house, lambda tx: post(tx, [entry]))


def hold_of(kind: TaskKind) -> HoldKind:
    hold = CAUSES[kind].hold
    assert hold is not None
    return hold


def hold(house: Practice, kind: TaskKind) -> None:
    change(house, lambda tx: open_holds(tx, [NewHold(hold_of(kind), account_id=a(house))]))


def clear(house: Practice, kind: TaskKind) -> None:
    query = "SELECT id FROM hold WHERE kind = :kind AND cleared_on IS NULL"
    keys = [row[0] for row in rows(house.book, query, kind=hold_of(kind).value)]
    change(house, lambda tx: clear_holds(tx, keys, "it was looked into"))


def put(house: Practice, model: type, **values: object) -> None:
    change(house, lambda tx: tx.insert(model, [{"id": next(iter(tx.ids(model, 1))), **values}]))


def wait_for_placement(house: Practice) -> None:
    change(house, lambda tx: change_setting(tx, "placement_review_over_cents", "100"))
    want(house.book, "A1")
    place_waiting(agency_desk(house), TODAY)


def decide_placement(house: Practice) -> None:
    change(house, lambda tx: review(tx, account_of(house.book, "A1"), approve=True, reason=None))


def propose(house: Practice) -> None:
    low = settlements.Offer((a(house),), TODAY + timedelta(days=30), "hardship", 250_00)
    change(house, lambda tx: settlements.offer(tx, low))


def decide_settlement(house: Practice) -> None:
    number = rows(house.book, "SELECT max(id) FROM settlement")[0][0]
    with house.book.transaction(actor="grace", business_date=TODAY) as tx:
        settlements.approve(tx, number)


def insure(house: Practice) -> None:
    change(house, lambda tx: tell(tx, [a(house)], Told("Acme", PayerClass.COMMERCIAL, "XQ 1", "phone")))


def answer_insurance(house: Practice) -> None:
    number = rows(house.book, "SELECT max(id) FROM coverage")[0][0]
    change(house, lambda tx: bill(tx, number, TODAY))
    change(house, lambda tx: answered(tx, number, "paid nothing"))


def acknowledge(house: Practice) -> None:
    line = {"record": "D", "account_number": "A1", "their_number": "H1", "answer": "accepted"}
    take(house, write(house, AgencyFileKind.ACKNOWLEDGMENT, [line]))


def live(house: Practice) -> None:
    change(house, lambda tx: undo_death(tx, person(house), "another was meant"))


def doubt(house: Practice) -> None:
    put(house, PersonSuspect, first_id=person(house), second_id=person(house), why="x", state="open", opened_on=TODAY)


def unsure(house: Practice) -> None:
    values = {"kind": "reminder-1", "state": "unsure", "queued_on": TODAY, "creditor_id": 1}
    put(house, Letter, guarantor_id=person(house), **values)


def update(house: Practice, table: sa.Table, **values: object) -> None:
    change(house, lambda tx: tx.conn.execute(sa.update(table).values(**values)))


def die(house: Practice) -> None:
    change(house, lambda tx: record_death(tx, person(house), date(2026, 5, 1), "a daughter"))


def nothing(house: Practice) -> None:
    """The account as it is has the cause."""


def aside(house: Practice) -> None:
    change(house, lambda tx: set_aside(tx, Unread((a(house),), "a comet")))


def night(house: Practice, *, fails: bool, due: bool = True) -> None:
    """A night works on something of the account, and fails on it or not."""

    def work(_: Transaction, keys: Sequence[int]) -> Counter[str]:
        if fails:
            raise RuntimeError("a comet")
        return Counter(worked=len(keys))

    def whose(_: Transaction, key: int) -> Subject:
        return Subject(person(house), account_of(house.book, "A1").creditor_id, (key,))

    each_alone(house.book, "test", TODAY, "comet", [a(house)] if due else [], work, whose)


STANDS: dict[Gone, Callable[[Practice, TaskKind], None]] = {
    Gone.NOTHING_OWED: lambda house, _: nothing(house),
    Gone.NOT_WITH_US: lambda house, _: nothing(house),
    Gone.PLACED: lambda house, _: nothing(house),
    Gone.HOLD_CLEARED: hold,
    Gone.NOT_SET_ASIDE: lambda house, _: aside(house),
    Gone.PLACEMENT_DECIDED: lambda house, _: wait_for_placement(house),
    Gone.SETTLEMENT_DECIDED: lambda house, _: propose(house),
    Gone.NOT_BELOW_ZERO: lambda house, _: pay(house, 600_00),
    Gone.NO_INSURANCE_WAITS: lambda house, _: insure(house),
    Gone.PAIR_DECIDED: lambda house, _: doubt(house),
    Gone.DEATH_KNOWN: lambda house, _: nothing(house),
    Gone.NOT_KEPT_BACK: lambda house, _: update(house, ENROLLMENT, blocked_by="a-rule"),
    Gone.EMAIL_KNOWN: lambda house, _: unsure(house),
    Gone.ACKNOWLEDGED: lambda house, _: place(house, "A1"),
    Gone.MATTER_ENDED: lambda house, _: die(house),
    Gone.WORKED: lambda house, _: night(house, fails=True),
    Gone.NOT_DUE: lambda house, _: night(house, fails=True),
}
"""How the cause comes to stand, by what ends it."""

ENDS: dict[Gone, Callable[[Practice, TaskKind], None]] = {
    Gone.NOTHING_OWED: lambda house, _: pay(house),
    Gone.NOT_WITH_US: lambda house, _: place(house, "A1"),
    Gone.PLACED: lambda house, _: place(house, "A1"),
    Gone.HOLD_CLEARED: clear,
    Gone.NOT_SET_ASIDE: lambda house, _: change(house, lambda tx: bring_back(tx, a(house))),
    Gone.PLACEMENT_DECIDED: lambda house, _: decide_placement(house),
    Gone.SETTLEMENT_DECIDED: lambda house, _: decide_settlement(house),
    Gone.NOT_BELOW_ZERO: lambda house, _: pay(house, -100_00),
    Gone.NO_INSURANCE_WAITS: lambda house, _: answer_insurance(house),
    Gone.PAIR_DECIDED: lambda house, _: update(house, SUSPECT, state="different"),
    Gone.DEATH_KNOWN: lambda house, _: die(house),
    Gone.NOT_KEPT_BACK: lambda house, _: update(house, ENROLLMENT, blocked_by=None),
    Gone.EMAIL_KNOWN: lambda house, _: update(house, LETTER, state="emailed"),
    Gone.ACKNOWLEDGED: lambda house, _: acknowledge(house),
    Gone.MATTER_ENDED: lambda house, _: live(house),
    Gone.WORKED: lambda house, _: night(house, fails=False),
    Gone.NOT_DUE: lambda house, _: night(house, fails=False, due=False),
}
"""How the cause goes, at a door of it where there is one."""

BY_TRYING = (Gone.WORKED, Gone.NOT_DUE)
"""What no row of the book shows, but a night that tries again."""

ROWS = [(kind, gone) for kind, work in CAUSES.items() for gone in work.gone]


def word_of(kind: TaskKind) -> str:
    return "missing-plan-offer" if kind is TaskKind.MISSING else kind.value


def opened(house: Practice, kind: TaskKind) -> int:
    row = account_of(house.book, "A1")
    new = NewTask(word_of(kind), CAUSES[kind].role, "somebody must look", row.guarantor_id, row.creditor_id, (row.id,))
    found: list[int] = []
    change(house, lambda tx: found.extend(open_tasks(tx, [new])))
    # A command that makes the cause may have opened the work already.
    query = "SELECT max(id) FROM task WHERE kind = :kind AND state = 'open'"
    return found[0] if found else rows(house.book, query, kind=word_of(kind))[0][0]


def task(house: Practice, number: int) -> tuple[str, str | None]:
    row = rows(house.book, "SELECT state, outcome FROM task WHERE id = :id", id=number)[0]
    return row[0], row[1]


@pytest.mark.parametrize(("kind", "gone"), ROWS, ids=lambda value: value.name)
def test_a_task_stays_open_as_long_as_its_cause_stands_and_closes_when_it_is_gone(
    a1: Practice, kind: TaskKind, gone: Gone
) -> None:
    for one in CAUSES[kind].gone:
        STANDS[one](a1, kind)
    number = opened(a1, kind)
    tend_tasks(a1.book, TODAY)
    assert task(a1, number)[0] == "open"
    ENDS[gone](a1, kind)
    tend_tasks(a1.book, TODAY)
    state, outcome = task(a1, number)
    assert state in ("done", "cancelled")
    assert outcome
    assert "task_closed" in [event for _, event, _ in history(a1.book, "A1")]
    if gone not in BY_TRYING:
        late = opened(a1, kind)
        tend_tasks(a1.book, TODAY)
        assert task(a1, late)[0] == "done", "the night closes it too, whatever the door did"


def test_what_closes_by_itself_says_by_what_in_the_history_and_again_changes_nothing(a1: Practice) -> None:
    number = opened(a1, TaskKind.AGENCY_SILENT)
    assert tend_tasks(a1.book, TODAY) == {"tasks_closed": 1}
    assert task(a1, number) == ("done", "by itself: the agency has answered, or no longer has it")
    assert tend_tasks(a1.book, TODAY) == {}


def test_a_cleared_dispute_and_a_payment_close_the_work_at_once(a1: Practice) -> None:
    for kind in (TaskKind.REVIEW_DISPUTE, TaskKind.FIND_PHONE):
        hold(a1, kind)
    dispute, phone = opened(a1, TaskKind.REVIEW_DISPUTE), opened(a1, TaskKind.FIND_PHONE)
    clear(a1, TaskKind.REVIEW_DISPUTE)
    assert task(a1, dispute) == ("done", "by itself: the hold that it was about was cleared")
    assert task(a1, phone)[0] == "open"
    pay(a1)
    assert task(a1, phone) == ("done", "by itself: nothing is owed any more")


WITHOUT = [kind for kind, work in CAUSES.items() if work.cause is Cause.HOLD]


def lose_work(house: Practice, state: str) -> None:
    """As if somebody had closed all work, or, with `lost`, as if it had never been opened."""
    statement = "DELETE FROM task_account" if state == "lost" else f"UPDATE task SET state = '{state}'"
    change(house, lambda tx: tx.conn.execute(sa.text(statement)))


@pytest.mark.parametrize("kind", WITHOUT)
def test_a_hold_without_its_work_gets_it_and_once_more_unless_it_is_done_once(a1: Practice, kind: TaskKind) -> None:
    hold(a1, kind)
    lose_work(a1, "lost")
    assert tend_tasks(a1.book, TODAY)["tasks_opened"] == 1
    (found,) = rows(a1.book, "SELECT id, role FROM task WHERE kind = :kind AND state = 'open'", kind=kind.value)
    assert found.role == CAUSES[kind].role.label
    assert tend_tasks(a1.book, TODAY) == {}
    lose_work(a1, "done")
    assert tend_tasks(a1.book, TODAY)["tasks_opened"] == (0 if CAUSES[kind].once else 1)
    assert tend_tasks(a1.book, TODAY) == {}


def test_an_account_set_aside_below_zero_or_waiting_for_a_placement_without_its_work_gets_it(a1: Practice) -> None:
    aside(a1)
    wait_for_placement(a1)
    pay(a1, 600_00)
    change(a1, lambda tx: tx.conn.execute(sa.text("UPDATE task SET state = 'cancelled'")))
    assert tend_tasks(a1.book, TODAY)["tasks_opened"] == 3
    kinds = {row[0] for row in rows(a1.book, "SELECT kind FROM task WHERE state = 'open'")}
    assert kinds == {"set-aside", "refund", "approve-placement"}


def test_the_night_looks_at_it(a1: Practice) -> None:
    number = opened(a1, TaskKind.APPROVE_SETTLEMENT)
    assert run_stage(a1, "tasks", TODAY)["tasks_closed"] == 1
    assert task(a1, number)[0] == "done"


def test_each_kind_of_work_has_a_row_that_a_role_works_and_an_end_or_the_reason_why_it_has_none() -> None:
    assert set(CAUSES) == set(TaskKind)
    for kind, work in CAUSES.items():
        assert isinstance(work.role, Role), kind
        assert bool(work.gone) != bool(work.by_hand), kind
        assert (Gone.HOLD_CLEARED in work.gone) == (work.hold is not None), kind


def kinds_named() -> Iterator[str]:
    """The kinds of work that the sources speak of, and those that the shipped tables open."""
    for path in sorted((ROOT / "flows").rglob("*.py")):
        if path.parent.name != "tasks":
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "TaskKind":
                    yield TaskKind[node.attr]
    for found in dispositions_from(DISPOSITIONS.read_text("utf-8"), "shipped").values():
        if found.task is not None:
            yield found.task.kind
    for file in SHIPPED.glob("*.yaml"):
        schedule = schedule_from(file.read_text("utf-8"))
        acts = [step.act for step in schedule.steps] + [one.act for one in schedule.on.values()]
        yield from (act.kind for act in acts if isinstance(act, OpenTask))


def test_no_work_is_opened_that_the_table_does_not_have_and_none_is_there_that_nothing_opens() -> None:
    found = set(kinds_named())
    assert {kind for kind in found if kind_of_task(kind) is None} == set()
    assert set(TaskKind) - found == {TaskKind.MISSING}
    assert kind_of_task(missing("plan_offer")) is TaskKind.MISSING


def test_no_kind_of_work_is_opened_as_a_bare_text() -> None:
    for path in sorted((ROOT / "flows").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "NewTask":
                assert not isinstance(node.args[0], ast.Constant | ast.JoinedStr), path
