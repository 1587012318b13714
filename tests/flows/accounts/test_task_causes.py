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
from flows.dunning.reviews.watch import watch_reviews
from flows.dunning.versions.publish import SHIPPED
from flows.estates.death.undo import undo_death
from flows.insurance.commands import answered, bill, report_insurance
from flows.insurance.decide import ReportedInsurance
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
def a1(practice: Practice) -> Practice:
    """An account that owes, on its way to an agency."""
    begin(practice)
    run_days(practice, FIRST, date(2026, 2, 10), ("enter", "advance"))
    return practice


def change(practice: Practice, work: Callable[[Transaction], object], on: date = TODAY) -> None:
    with practice.database.transaction(actor="somebody", business_date=on) as tx:
        work(tx)


def a(practice: Practice) -> int:
    return account_of(practice.database, "A1").id


def person(practice: Practice) -> int:
    return account_of(practice.database, "A1").guarantor_id


def pay(practice: Practice, cents: int = 500_00) -> None:
    entry = Entry(a(practice), TODAY, LedgerKind.PATIENT_PAYMENT, -cents, "test", f"P{cents}")
    change(practice, lambda tx: post(tx, [entry]))


def hold_of(kind: TaskKind) -> HoldKind:
    hold = CAUSES[kind].hold
    assert hold is not None
    return hold


def hold(practice: Practice, kind: TaskKind) -> None:
    change(practice, lambda tx: open_holds(tx, [NewHold(hold_of(kind), account_id=a(practice))]))


def clear(practice: Practice, kind: TaskKind) -> None:
    query = "SELECT id FROM hold WHERE kind = :kind AND cleared_on IS NULL"
    keys = [row[0] for row in rows(practice.database, query, kind=hold_of(kind).value)]
    change(practice, lambda tx: clear_holds(tx, keys, "it was looked into"))


def put(practice: Practice, model: type, **values: object) -> None:
    change(practice, lambda tx: tx.insert(model, [{"id": next(iter(tx.ids(model, 1))), **values}]))


def wait_for_placement(practice: Practice) -> None:
    change(practice, lambda tx: change_setting(tx, "placement_review_over_cents", "100"))
    want(practice.database, "A1")
    place_waiting(agency_desk(practice), TODAY)


def decide_placement(practice: Practice) -> None:
    change(practice, lambda tx: review(tx, account_of(practice.database, "A1"), approve=True, reason=None))


def propose(practice: Practice) -> None:
    low = settlements.Offer((a(practice),), TODAY + timedelta(days=30), "hardship", 250_00)
    change(practice, lambda tx: settlements.offer(tx, low))


def decide_settlement(practice: Practice) -> None:
    number = rows(practice.database, "SELECT max(id) FROM settlement")[0][0]
    with practice.database.transaction(actor="grace", business_date=TODAY) as tx:
        settlements.approve(tx, number)


def insure(practice: Practice) -> None:
    change(
        practice,
        lambda tx: report_insurance(
            tx, [a(practice)], ReportedInsurance("Acme", PayerClass.COMMERCIAL, "XQ 1", "phone")
        ),
    )


def answer_insurance(practice: Practice) -> None:
    number = rows(practice.database, "SELECT max(id) FROM coverage")[0][0]
    change(practice, lambda tx: bill(tx, number, TODAY))
    change(practice, lambda tx: answered(tx, number, "paid nothing"))


def acknowledge(practice: Practice) -> None:
    line = {"record": "D", "account_number": "A1", "their_number": "H1", "answer": "accepted"}
    take(practice, write(practice, AgencyFileKind.ACKNOWLEDGMENT, [line]))


def live(practice: Practice) -> None:
    change(practice, lambda tx: undo_death(tx, person(practice), "another was meant"))


def doubt(practice: Practice) -> None:
    put(
        practice,
        PersonSuspect,
        first_id=person(practice),
        second_id=person(practice),
        why="x",
        state="open",
        opened_on=TODAY,
    )


def unsure(practice: Practice) -> None:
    values = {"kind": "reminder-1", "state": "unsure", "queued_on": TODAY, "creditor_id": 1}
    put(practice, Letter, guarantor_id=person(practice), **values)


def update(practice: Practice, table: sa.Table, **values: object) -> None:
    change(practice, lambda tx: tx.conn.execute(sa.update(table).values(**values)))


def die(practice: Practice) -> None:
    change(practice, lambda tx: record_death(tx, person(practice), date(2026, 5, 1), "a daughter"))


def nothing(practice: Practice) -> None:
    """The account as it is has the cause."""


def aside(practice: Practice) -> None:
    change(practice, lambda tx: set_aside(tx, Unread((a(practice),), "a comet")))


def night(practice: Practice, *, fails: bool, due: bool = True) -> None:
    """A night works on something of the account, and fails on it or not."""

    def work(_: Transaction, keys: Sequence[int]) -> Counter[str]:
        if fails:
            raise RuntimeError("a comet")
        return Counter(worked=len(keys))

    def whose(_: Transaction, key: int) -> Subject:
        return Subject(person(practice), account_of(practice.database, "A1").creditor_id, (key,))

    each_alone(practice.database, "test", TODAY, "comet", [a(practice)] if due else [], work, whose)


def look_at_reviews(practice: Practice) -> None:
    watch_reviews(practice.database, TODAY)


STANDS: dict[Gone, Callable[[Practice, TaskKind], None]] = {
    Gone.NOTHING_OWED: lambda practice, _: nothing(practice),
    Gone.NOT_WITH_US: lambda practice, _: nothing(practice),
    Gone.PLACED: lambda practice, _: nothing(practice),
    Gone.HOLD_CLEARED: hold,
    Gone.NOT_SET_ASIDE: lambda practice, _: aside(practice),
    Gone.PLACEMENT_DECIDED: lambda practice, _: wait_for_placement(practice),
    Gone.SETTLEMENT_DECIDED: lambda practice, _: propose(practice),
    Gone.NOT_BELOW_ZERO: lambda practice, _: pay(practice, 600_00),
    Gone.NO_INSURANCE_WAITS: lambda practice, _: insure(practice),
    Gone.PAIR_DECIDED: lambda practice, _: doubt(practice),
    Gone.DEATH_KNOWN: lambda practice, _: nothing(practice),
    Gone.NOT_KEPT_BACK: lambda practice, _: update(practice, ENROLLMENT, blocked_by="a-rule"),
    Gone.EMAIL_KNOWN: lambda practice, _: unsure(practice),
    Gone.ACKNOWLEDGED: lambda practice, _: place(practice, "A1"),
    Gone.MATTER_ENDED: lambda practice, _: die(practice),
    Gone.NO_REVIEW_OVERDUE: lambda practice, _: nothing(practice),
    Gone.WORKED: lambda practice, _: night(practice, fails=True),
    Gone.NOT_DUE: lambda practice, _: night(practice, fails=True),
}
"""How the cause comes to stand, by what ends it."""

ENDS: dict[Gone, Callable[[Practice, TaskKind], None]] = {
    Gone.NOTHING_OWED: lambda practice, _: pay(practice),
    Gone.NOT_WITH_US: lambda practice, _: place(practice, "A1"),
    Gone.PLACED: lambda practice, _: place(practice, "A1"),
    Gone.HOLD_CLEARED: clear,
    Gone.NOT_SET_ASIDE: lambda practice, _: change(practice, lambda tx: bring_back(tx, a(practice))),
    Gone.PLACEMENT_DECIDED: lambda practice, _: decide_placement(practice),
    Gone.SETTLEMENT_DECIDED: lambda practice, _: decide_settlement(practice),
    Gone.NOT_BELOW_ZERO: lambda practice, _: pay(practice, -100_00),
    Gone.NO_INSURANCE_WAITS: lambda practice, _: answer_insurance(practice),
    Gone.PAIR_DECIDED: lambda practice, _: update(practice, SUSPECT, state="different"),
    Gone.DEATH_KNOWN: lambda practice, _: die(practice),
    Gone.NOT_KEPT_BACK: lambda practice, _: update(practice, ENROLLMENT, blocked_by=None),
    Gone.EMAIL_KNOWN: lambda practice, _: update(practice, LETTER, state="emailed"),
    Gone.ACKNOWLEDGED: lambda practice, _: acknowledge(practice),
    Gone.MATTER_ENDED: lambda practice, _: live(practice),
    Gone.NO_REVIEW_OVERDUE: lambda practice, _: look_at_reviews(practice),
    Gone.WORKED: lambda practice, _: night(practice, fails=False),
    Gone.NOT_DUE: lambda practice, _: night(practice, fails=False, due=False),
}
"""How the cause goes, at a door of it where there is one."""

BY_TRYING = (Gone.WORKED, Gone.NOT_DUE, Gone.NO_REVIEW_OVERDUE)
"""What no row of the book shows, but a night that tries or looks again."""

ROWS = [(kind, gone) for kind, work in CAUSES.items() for gone in work.gone]


def word_of(kind: TaskKind) -> str:
    return "missing-plan-offer" if kind is TaskKind.MISSING else kind.value


def opened(practice: Practice, kind: TaskKind) -> int:
    row = account_of(practice.database, "A1")
    new = NewTask(word_of(kind), CAUSES[kind].role, "somebody must look", row.guarantor_id, row.creditor_id, (row.id,))
    found: list[int] = []
    change(practice, lambda tx: found.extend(open_tasks(tx, [new])))
    # A command that makes the cause may have opened the work already.
    query = "SELECT max(id) FROM task WHERE kind = :kind AND state = 'open'"
    return found[0] if found else rows(practice.database, query, kind=word_of(kind))[0][0]


def task(practice: Practice, number: int) -> tuple[str, str | None]:
    row = rows(practice.database, "SELECT state, outcome FROM task WHERE id = :id", id=number)[0]
    return row[0], row[1]


@pytest.mark.parametrize(("kind", "gone"), ROWS, ids=lambda value: value.name)
def test_a_task_stays_open_as_long_as_its_cause_stands_and_closes_when_it_is_gone(
    a1: Practice, kind: TaskKind, gone: Gone
) -> None:
    for one in CAUSES[kind].gone:
        STANDS[one](a1, kind)
    number = opened(a1, kind)
    tend_tasks(a1.database, TODAY)
    assert task(a1, number)[0] == "open"
    ENDS[gone](a1, kind)
    tend_tasks(a1.database, TODAY)
    state, outcome = task(a1, number)
    assert state in ("done", "cancelled")
    assert outcome
    assert "task_closed" in [event for _, event, _ in history(a1.database, "A1")]
    if gone not in BY_TRYING:
        late = opened(a1, kind)
        tend_tasks(a1.database, TODAY)
        assert task(a1, late)[0] == "done", "the night closes it too, whatever the door did"


def test_what_closes_by_itself_says_by_what_in_the_history_and_again_changes_nothing(a1: Practice) -> None:
    number = opened(a1, TaskKind.AGENCY_SILENT)
    assert tend_tasks(a1.database, TODAY) == {"tasks_closed": 1}
    assert task(a1, number) == ("done", "automatic (the agency responded, or no longer has the account)")
    assert tend_tasks(a1.database, TODAY) == {}


def test_a_cleared_dispute_and_a_payment_close_the_work_at_once(a1: Practice) -> None:
    for kind in (TaskKind.REVIEW_DISPUTE, TaskKind.FIND_PHONE):
        hold(a1, kind)
    dispute, phone = opened(a1, TaskKind.REVIEW_DISPUTE), opened(a1, TaskKind.FIND_PHONE)
    clear(a1, TaskKind.REVIEW_DISPUTE)
    assert task(a1, dispute) == ("done", "automatic (the hold was released)")
    assert task(a1, phone)[0] == "open"
    pay(a1)
    assert task(a1, phone) == ("done", "automatic (the balance is zero)")


WITHOUT = [kind for kind, work in CAUSES.items() if work.cause is Cause.HOLD]


def lose_work(practice: Practice, state: str) -> None:
    """As if somebody had closed all work, or, with `lost`, as if it had never been opened."""
    statement = "DELETE FROM task_account" if state == "lost" else f"UPDATE task SET state = '{state}'"
    change(practice, lambda tx: tx.conn.execute(sa.text(statement)))


@pytest.mark.parametrize("kind", WITHOUT)
def test_a_hold_without_its_work_gets_it_and_once_more_unless_it_is_done_once(a1: Practice, kind: TaskKind) -> None:
    hold(a1, kind)
    lose_work(a1, "lost")
    assert tend_tasks(a1.database, TODAY)["tasks_opened"] == 1
    (found,) = rows(a1.database, "SELECT id, role FROM task WHERE kind = :kind AND state = 'open'", kind=kind.value)
    assert found.role == CAUSES[kind].role.label
    assert tend_tasks(a1.database, TODAY) == {}
    lose_work(a1, "done")
    assert tend_tasks(a1.database, TODAY)["tasks_opened"] == (0 if CAUSES[kind].once else 1)
    assert tend_tasks(a1.database, TODAY) == {}


def test_an_account_set_aside_below_zero_or_waiting_for_a_placement_without_its_work_gets_it(a1: Practice) -> None:
    aside(a1)
    wait_for_placement(a1)
    pay(a1, 600_00)
    change(a1, lambda tx: tx.conn.execute(sa.text("UPDATE task SET state = 'cancelled'")))
    assert tend_tasks(a1.database, TODAY)["tasks_opened"] == 3
    kinds = {row[0] for row in rows(a1.database, "SELECT kind FROM task WHERE state = 'open'")}
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
