"""What a manager can decide at a gate besides yes and no: keep until a day, write off, place in another pool."""

from datetime import date, timedelta

import pytest

from flows.accounts.holds import NewHold, open_holds
from flows.accounts.tasks.done import complete_tasks
from flows.dunning.reviews.commands import approve, keep, place_with, write_off
from flows.dunning.reviews.queries import ReviewSort, in_order, waiting_reviews
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.practice import Practice
from flows.reports.account import events_of, explain
from flows.settings.commands import change_setting
from models.database import Database
from models.enums import GateState, HoldKind, HoldScope, LedgerKind
from models.errors import BadInput, NotFound, Refused
from models.user_enums import Role
from tests.flows.agency_handoff.agencies import FIRST, begin
from tests.flows.dunning.gates import DAY, GATED, LATER, REVIEWED, keys, open_tasks, waiting
from tests.small_book import account_of, history, publish_text, rows, run_days, steps

UNTIL = date(2026, 5, 11)
REASON = "pays a little each month"


@pytest.fixture
def gate_reached(practice: Practice) -> Practice:
    """The same accounts on the day on which their review was opened."""
    begin(practice, numbers=("A1", "A2"))
    publish_text(practice.database, GATED)
    run_days(practice, FIRST, REVIEWED, DAY)
    return practice


def decisions(database: Database, number: str = "A1") -> list[str]:
    with database.reading() as conn:
        events = events_of(conn, account_of(database, number).id)
    return [one["why"] for one in events if one["kind"] == "review_decided"]


def ledger(database: Database, number: str = "A1") -> list[tuple[str, int, str]]:
    query = (
        "SELECT l.kind, l.amount_cents, l.reference FROM ledger_entry l JOIN account a ON a.id = l.account_id "
        "WHERE a.number = :n AND l.kind = 'write_off' ORDER BY l.id"
    )
    return [(row[0], row[1], row[2]) for row in rows(database, query, n=number)]


def keep_until(database: Database, number: str = "A1", until: date | None = UNTIL, on: date = LATER) -> None:
    with database.transaction(actor="grace", business_date=on) as tx:
        keep(tx, keys(database, number), REASON, until)


def pools(database: Database) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in rows(database, "SELECT pool, state FROM placement ORDER BY id")]


def test_an_account_kept_until_a_day_comes_back_on_that_day_with_a_task(at_the_gate: Practice) -> None:
    database = at_the_gate.database
    keep_until(database)
    with database.reading() as conn:
        (stop,) = explain(conn, "A1", LATER)["blocked_by"]
    assert (stop["until"], "kept in house by grace" in stop["reason"]) == (UNTIL, True)
    run_days(at_the_gate, LATER, UNTIL - timedelta(days=1), DAY)
    assert [one.account for one in waiting(database)] == ["A2"]
    assert open_tasks(database) == ["placement-review"]
    run_days(at_the_gate, UNTIL, UNTIL, DAY)
    one = next(one for one in waiting(database, on=UNTIL) if one.account == "A1")
    assert (one.waits_since, one.until_on) == (UNTIL, None)
    assert open_tasks(database) == ["placement-review", "placement-review"]
    assert waiting(database, GateState.KEPT) == []
    run_days(at_the_gate, UNTIL + timedelta(days=1), UNTIL + timedelta(days=20), DAY)
    assert "place" not in steps(database, "A1")
    assert len(open_tasks(database)) == 2
    with database.transaction(actor="grace", business_date=UNTIL + timedelta(days=21)) as tx:
        approve(tx, keys(database, "A1"))
    run_days(at_the_gate, UNTIL + timedelta(days=21), UNTIL + timedelta(days=21), DAY)
    assert steps(database, "A1")["place"] == ("done", str(UNTIL + timedelta(days=21)))


def test_it_comes_back_on_its_day_although_the_placement_is_not_due_yet(gate_reached: Practice) -> None:
    database, on = gate_reached.database, date(2026, 3, 6)
    keep_until(database, until=date(2026, 3, 9), on=on)
    run_days(gate_reached, date(2026, 3, 7), date(2026, 3, 8), DAY)
    assert [one.account for one in waiting(database, on=on)] == ["A2"]
    run_days(gate_reached, date(2026, 3, 9), date(2026, 3, 9), DAY)
    assert sorted(one.account for one in waiting(database, on=on)) == ["A1", "A2"]
    assert len(open_tasks(database)) == 2


def test_the_day_can_be_changed_and_the_account_approved_before_it(at_the_gate: Practice) -> None:
    database = at_the_gate.database
    keep_until(database)
    with pytest.raises(Refused, match="already kept in house until 2026-05-11: A1"):
        keep_until(database)
    keep_until(database, until=date(2026, 6, 1))
    keep_until(database, until=None)
    with pytest.raises(Refused, match="already kept in house: A1"):
        keep_until(database, until=None)
    assert [said.rpartition("in house")[2] for said in decisions(database)] == [
        f" until 2026-05-11: {REASON}",
        f" until 2026-06-01: {REASON}",
        f": {REASON}",
    ]
    with database.transaction(actor="grace", business_date=LATER) as tx:
        approve(tx, keys(database, "A1"))
    run_days(at_the_gate, LATER, LATER, DAY)
    assert steps(database, "A1")["place"] == ("done", str(LATER))


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (LATER, "is not after today"),
        (date(2026, 1, 1), "is not after today"),
        (date(2062, 5, 1), "more than 730 days"),
    ],
)
def test_a_day_that_makes_no_sense_is_refused(at_the_gate: Practice, until: date, said: str) -> None:
    with pytest.raises(BadInput, match=said) as found:
        keep_until(at_the_gate.database, until=until)
    assert found.value.advice.field == "until"
    assert [one.account for one in waiting(at_the_gate.database)] == ["A1", "A2"]


def test_a_balance_is_written_off_once_with_its_reason_and_never_placed(at_the_gate: Practice) -> None:
    database = at_the_gate.database
    mine = keys(database, "A1")
    with database.transaction(actor="grace", business_date=LATER) as tx:
        (done,) = write_off(tx, mine, "too old to collect")
    assert (done.account, done.balance_cents) == ("A1", 500_00)
    assert ledger(database) == [("write_off", -500_00, "too old to collect")]
    account = account_of(database, "A1")
    assert (account.balance_cents, account.state) == (0, "written_off")
    assert decisions(database) == ["Step review decided at $500.00; the balance is written off: too old to collect"]
    assert open_tasks(database) == ["placement-review"]
    for again in (write_off, keep):
        with (
            pytest.raises(Refused, match="can no longer be decided"),
            database.transaction(actor="henry", business_date=LATER) as tx,
        ):
            again(tx, mine, "too old to collect")
    assert len(ledger(database)) == 1
    run_days(at_the_gate, LATER, LATER + timedelta(days=10), DAY)
    assert "place" not in steps(database, "A1")


def test_a_kept_account_is_written_off_too_and_a_reversed_write_off_is_reviewed_again(at_the_gate: Practice) -> None:
    database = at_the_gate.database
    keep_until(database)
    with database.transaction(actor="grace", business_date=LATER) as tx:
        write_off(tx, keys(database, "A1"), "too old to collect")
    with database.transaction(actor="clerk", business_date=LATER) as tx:
        post(tx, [Entry(account_of(database, "A1").id, LATER, LedgerKind.WRITE_OFF, 500_00, "test", "back")])
    run_days(at_the_gate, LATER, LATER + timedelta(days=1), DAY)
    assert sorted(one.account for one in waiting(database)) == ["A1", "A2"]
    assert "place" not in steps(database, "A1")


def test_nothing_is_written_off_if_one_account_may_not_be(
    at_the_gate: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = at_the_gate.database
    forbidden = account_of(database, "A2").id
    monkeypatch.setattr(
        "flows.ledger.write_offs.write_off_refused",
        lambda row, *_: "a Medicare balance (RULE-1, 42 CFR)" if row.id == forbidden else None,
    )
    with (
        pytest.raises(Refused, match=r"A2 \(a Medicare balance \(RULE-1, 42 CFR\)\)"),
        database.transaction(actor="grace", business_date=LATER) as tx,
    ):
        write_off(tx, keys(database, "A1", "A2"), "too old to collect")
    assert ledger(database) == []
    assert [one.account for one in waiting(database)] == ["A1", "A2"]


def test_a_write_off_needs_a_reason(at_the_gate: Practice) -> None:
    database = at_the_gate.database
    with pytest.raises(BadInput), database.transaction(actor="grace", business_date=LATER) as tx:
        write_off(tx, keys(database, "A1"), "x")
    assert ledger(database) == []


def test_an_account_is_placed_in_the_pool_that_the_manager_names(at_the_gate: Practice) -> None:
    database = at_the_gate.database
    with database.transaction(actor="grace", business_date=LATER) as tx:
        place_with(tx, keys(database, "A1"), "secondary", "primary had it before")
        approve(tx, keys(database, "A2"))
    with database.reading() as conn:
        assert explain(conn, "A1", LATER)["next"]["do"] == "placement (pool secondary)"  # type: ignore[index]
    run_days(at_the_gate, LATER, LATER, DAY)
    assert sorted(pools(database)) == [("primary", "queued"), ("secondary", "queued")]
    assert decisions(database) == [
        "Step review approved at $500.00; the schedule continues with placement in pool secondary: "
        "primary had it before"
    ]
    assert ("review_decided", "review") in [(kind, step) for _, kind, step in history(database, "A1")]


def test_an_unknown_pool_is_refused_with_those_that_there_are(at_the_gate: Practice) -> None:
    database = at_the_gate.database
    with (
        pytest.raises(NotFound, match='pool "third" was not found') as found,
        database.transaction(actor="grace", business_date=LATER) as tx,
    ):
        place_with(tx, keys(database, "A1"), "third")
    assert "primary, secondary" in found.value.advice.text
    assert len(waiting(database)) == 2


def test_a_review_without_a_placement_after_it_is_not_placed_in_a_pool(practice: Practice) -> None:
    begin(practice)
    publish_text(practice.database, GATED.replace("place: {pool: primary}", "letter: reminder-2"))
    run_days(practice, FIRST, LATER, DAY)
    with (
        pytest.raises(Refused, match="no placement follows the review of A1"),
        practice.database.transaction(actor="grace", business_date=LATER) as tx,
    ):
        place_with(tx, keys(practice.database, "A1"), "secondary")


@pytest.mark.parametrize("decide", ["approve", "pool"])
@pytest.mark.parametrize(
    ("kind", "scope", "said"),
    [
        (HoldKind.DISPUTE, HoldScope.ALL, "dispute"),
        (HoldKind.MANAGER, HoldScope.PLACEMENT, "on hold since"),
    ],
)
def test_the_law_and_a_hold_win_over_an_approval(
    at_the_gate: Practice, kind: HoldKind, scope: HoldScope, said: str, decide: str
) -> None:
    database = at_the_gate.database
    account = account_of(database, "A1")
    with database.transaction(actor="grace", business_date=LATER) as tx:
        hold = NewHold(kind, scope=scope, account_id=account.id)
        open_holds(tx, [hold])
        mine = keys(database, "A1")
        _ = approve(tx, mine) if decide == "approve" else place_with(tx, mine, "secondary")
    run_days(at_the_gate, LATER, LATER + timedelta(days=5), DAY)
    assert "place" not in steps(database, "A1")
    assert pools(database) == []
    with database.reading() as conn:
        assert said in explain(conn, "A1", LATER + timedelta(days=5))["blocked_by"][0]["reason"]


def test_the_counts_on_the_dashboard_follow_every_decision(at_the_gate: Practice) -> None:
    database = at_the_gate.database
    keep_until(database)
    with database.transaction(actor="grace", business_date=LATER) as tx:
        write_off(tx, keys(database, "A2"), "too old to collect")
    with database.reading() as conn:
        assert waiting_reviews(conn, LATER).reviews == 0


TASKS = ("enter", "advance", "tasks")


def overdue(database: Database) -> list[tuple[str, str, str]]:
    found = rows(database, "SELECT state, role, reason FROM task WHERE kind = 'reviews-overdue' ORDER BY id")
    return [(row[0], row[1], row[2]) for row in found]


def test_one_task_stands_while_a_review_is_overdue_and_closes_when_none_is(gate_reached: Practice) -> None:
    database = gate_reached.database
    run_days(gate_reached, date(2026, 3, 7), date(2026, 3, 16), TASKS)
    assert overdue(database) == []
    run_days(gate_reached, date(2026, 3, 17), date(2026, 3, 20), TASKS)
    said = "2 reviews pending for more than 10 days, the first since 2026-03-06"
    assert overdue(database) == [("open", "manager", said)]
    on = date(2026, 3, 20)
    with database.reading() as conn:
        assert waiting_reviews(conn, on).late == 2
    with database.transaction(actor="grace", business_date=on) as tx:
        approve(tx, keys(database, "A1"))
    assert overdue(database)[0][0] == "open"
    keep_until(database, "A2", date(2026, 3, 30), on)
    assert overdue(database) == [("done", "manager", said)]
    run_days(gate_reached, date(2026, 3, 21), date(2026, 3, 31), TASKS)
    assert [row[0] for row in overdue(database)] == ["done"], "it is pending again since its day only"


def test_it_closes_too_when_the_accounts_are_paid(gate_reached: Practice) -> None:
    database, on = gate_reached.database, date(2026, 3, 20)
    run_days(gate_reached, date(2026, 3, 7), on, TASKS)
    with database.transaction(actor="clerk", business_date=on) as tx:
        for number in ("A1", "A2"):
            post(tx, [Entry(account_of(database, number).id, on, LedgerKind.PATIENT_PAYMENT, -500_00, "test", number)])
    run_days(gate_reached, date(2026, 3, 21), date(2026, 3, 21), TASKS)
    assert [row[0] for row in overdue(database)] == ["done"]


@pytest.mark.parametrize(("days", "tasks"), [("none", 0), ("5", 1), ("60", 0)])
def test_a_manager_sets_the_days_or_none(gate_reached: Practice, days: str, tasks: int) -> None:
    database = gate_reached.database
    with database.transaction(actor="grace", business_date=REVIEWED) as tx:
        change_setting(tx, "review_escalate_days", days)
    run_days(gate_reached, date(2026, 3, 7), date(2026, 3, 20), TASKS)
    assert len(overdue(database)) == tasks


def test_the_task_is_not_ticked_off(gate_reached: Practice) -> None:
    database, on = gate_reached.database, date(2026, 3, 20)
    run_days(gate_reached, date(2026, 3, 7), on, TASKS)
    (task,) = rows(database, "SELECT id FROM task WHERE kind = 'reviews-overdue'")
    with pytest.raises(Refused, match="Reviews overdue"), database.transaction(actor="g", business_date=on) as tx:
        complete_tasks(tx, [task.id], "looked at it", roles=[Role.MANAGER])


def test_overdue_reviews_are_first_in_the_list(at_the_gate: Practice) -> None:
    database = at_the_gate.database
    keep_until(database)
    run_days(at_the_gate, LATER, UNTIL, DAY)
    found = waiting(database, on=UNTIL)
    assert [one.account for one in in_order(found, ReviewSort.WAITING, UNTIL)] == ["A2", "A1"]
    assert [one.escalated for one in in_order(found, ReviewSort.WAITING, UNTIL)] == [True, False]
