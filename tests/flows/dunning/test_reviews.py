"""A gate of a schedule: what comes after it waits until a manager approves it; kept, the account stays with us."""

from datetime import date

import pytest

from flows.dunning.reviews.commands import approve, keep
from flows.dunning.reviews.queries import waiting_reviews
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.practice import Practice
from flows.reports.account import explain
from flows.schedules.check import problems_of
from flows.schedules.schedule_file import read_source
from models.database import Database
from models.enums import LedgerKind
from models.errors import BadInput, Refused
from tests.flows.agency_handoff.agencies import FIRST, begin
from tests.flows.dunning.gates import DAY, GATED, LATER, REVIEWED, keys, open_tasks, waiting
from tests.small_book import LETTERS, account_of, history, publish_text, rows, run_days, steps


def why_not(database: Database, number: str, on: date = LATER) -> str:
    with database.reading() as conn:
        (stop,) = explain(conn, number, on)["blocked_by"]
    return stop["reason"]


def test_nothing_after_a_gate_is_done_before_somebody_decides(at_the_gate: Practice) -> None:
    database = at_the_gate.database
    assert steps(database, "A1") == {"reminder-1": ("done", "2026-02-04"), "review": ("done", str(REVIEWED))}
    assert open_tasks(database) == ["placement-review", "placement-review"]
    assert rows(database, "SELECT id FROM placement") == []
    assert why_not(database, "A1") == f"pending manager review since {REVIEWED}"


def test_a_review_says_whose_it_is_what_is_owed_how_old_it_is_and_where_it_goes(at_the_gate: Practice) -> None:
    one = waiting(at_the_gate.database)[0]
    assert (one.account, one.name, one.creditor, one.balance_cents) == (
        "A1",
        "Ada Tester",
        "Maple Street Clinic",
        500_00,
    )
    assert (one.age_days, one.waits_days, one.goes_to) == ((LATER - FIRST).days, (LATER - REVIEWED).days, "primary")
    with at_the_gate.database.reading() as conn:
        found = waiting_reviews(conn, LATER)
        assert (found.reviews, found.late, found.balance_cents) == (2, 2, 1_000_00)
        assert waiting_reviews(conn, REVIEWED).late == 0


def test_an_approved_account_goes_on_the_next_day_and_the_other_waits(at_the_gate: Practice) -> None:
    database = at_the_gate.database
    with database.transaction(actor="grace", business_date=LATER) as tx:
        assert [one.account for one in approve(tx, keys(database, "A1"))] == ["A1"]
    run_days(at_the_gate, LATER, LATER, DAY)
    assert steps(database, "A1")["place"] == ("done", str(LATER))
    assert "place" not in steps(database, "A2")
    assert open_tasks(database) == ["placement-review"]
    assert ("review_decided", "review") in [(kind, step) for _, kind, step in history(database, "A1")]


def test_a_kept_account_stays_with_us_until_it_is_approved_after_all(at_the_gate: Practice) -> None:
    database = at_the_gate.database
    with database.transaction(actor="grace", business_date=LATER) as tx:
        keep(tx, keys(database, "A1"), "pays a little each month")
    run_days(at_the_gate, LATER, date(2026, 6, 30), DAY)
    assert "place" not in steps(database, "A1")
    assert open_tasks(database) == ["placement-review"]
    assert "kept in house by grace since 2026-04-20: pays a little each month" in why_not(
        database, "A1", date(2026, 6, 30)
    )
    with database.transaction(actor="grace", business_date=date(2026, 7, 1)) as tx:
        approve(tx, keys(database, "A1"))
    run_days(at_the_gate, date(2026, 7, 1), date(2026, 7, 1), DAY)
    assert steps(database, "A1")["place"] == ("done", "2026-07-01")


def test_to_keep_an_account_a_reason_is_given(at_the_gate: Practice) -> None:
    database = at_the_gate.database
    with pytest.raises(BadInput), database.transaction(actor="grace", business_date=LATER) as tx:
        keep(tx, keys(database, "A1"), "x")
    assert [one.account for one in waiting(database)] == ["A1", "A2"]


def test_what_was_decided_meanwhile_is_not_decided_twice_and_nothing_else_with_it(at_the_gate: Practice) -> None:
    database = at_the_gate.database
    both = keys(database, "A1", "A2")
    with database.transaction(actor="grace", business_date=LATER) as tx:
        approve(tx, keys(database, "A1"))
    with pytest.raises(Refused), database.transaction(actor="henry", business_date=LATER) as tx:
        keep(tx, both, "two managers at once")
    assert [one.account for one in waiting(database)] == ["A2"]


def test_an_account_that_is_paid_leaves_the_list_and_comes_back_to_it_when_the_check_bounces(
    at_the_gate: Practice,
) -> None:
    database = at_the_gate.database
    account = account_of(database, "A1").id
    with database.transaction(actor="clerk", business_date=LATER) as tx:
        post(tx, [Entry(account, LATER, LedgerKind.PATIENT_PAYMENT, -500_00, "test", "1")])
    assert [one.account for one in waiting(database)] == ["A2"]
    with database.transaction(actor="clerk", business_date=LATER) as tx:
        post(tx, [Entry(account, LATER, LedgerKind.PATIENT_PAYMENT, 500_00, "test", "2")])
    run_days(at_the_gate, LATER, date(2026, 4, 21), DAY)
    assert sorted(one.account for one in waiting(database)) == ["A1", "A2"]
    assert "place" not in steps(database, "A1")


def test_a_jump_past_a_gate_that_was_never_reached_comes_to_the_gate_first(practice: Practice) -> None:
    begin(practice)
    jumps = GATED.replace("reminder-1}}", "reminder-1}}", 1) + "on:\n  arrangement_broken: {then: {resume_at: place}}\n"
    publish_text(practice.database, jumps)
    run_days(practice, FIRST, date(2026, 2, 10), DAY)
    with practice.database.transaction(actor="test", business_date=date(2026, 2, 10)) as tx:
        from flows.dunning.engine.commands import jump
        from flows.schedules.schedule import AfterTrigger

        jump(tx, [account_of(practice.database, "A1").id], AfterTrigger(resume_at="place"), "a plan broke")
    run_days(practice, date(2026, 2, 11), date(2026, 2, 20), DAY)
    assert steps(practice.database, "A1")["review"] == ("done", "2026-02-11")
    assert "place" not in steps(practice.database, "A1")


def problems(text: str) -> list[str]:
    found = problems_of(read_source(text, "test.yaml"), letters=LETTERS, pools=("primary",))
    return [str(one) for one in found]


def test_a_gate_has_something_after_it_stands_in_the_list_and_is_decided_by_a_manager() -> None:
    assert problems(GATED) == []
    (last,) = problems(GATED[: GATED.index("  - {id: place")])
    assert last.startswith("test.yaml:7: steps.1.do.task.gate: no step follows this gate")
    (role,) = problems(GATED.replace("due_days: 5", "role: clerk"))
    assert role.startswith("test.yaml:7: steps.1.do.task.role: a manager decides at a gate")
    (beside,) = problems(f"{GATED}on:\n  mail_returned: {{do: {{task: {{kind: look, gate: true}}}}}}\n")
    assert beside.startswith("test.yaml:10: on.mail_returned.do.task.gate: only a step under `steps`")


def test_a_review_before_a_placement_that_is_no_gate_is_warned_of() -> None:
    (one,) = problems(GATED.replace(", gate: true", ""))
    assert one.startswith('test.yaml:7: warning: steps.1.do.task: "place" does not wait for this review')
