"""An account that cannot move by itself is listed by its reason, once, and what is done to all of them is in each history."""

from datetime import date, timedelta

import pytest

from compliance.load import catalogue
from flows.accounts.holds import NewHold, open_holds
from flows.dunning.stuck.commands import Acted, Order, act_on_stuck
from flows.dunning.stuck.queries import StuckReason, stuck_for, stuck_reasons
from flows.dunning.stuck.reasons import Act, covers_every_hold, reason_named
from flows.practice import Practice
from models.enums import HoldKind, PayerClass
from models.errors import NotFound, Refused
from tests.refusals import refused
from tests.small_book import Someone, account_of, publish_shipped, rows, run_days, someone, take_in

FIRST = date(2026, 1, 5)
NOW = date(2026, 3, 20)


@pytest.fixture
def home(practice: Practice) -> Practice:
    publish_shipped(practice.database)
    return practice


def reasons(home: Practice, today: date = NOW) -> dict[str, StuckReason]:
    with home.database.reading() as conn:
        return {one.reason.code: one for one in stuck_reasons(conn, today)}


def order(home: Practice, code: str, act: Act, today: date = NOW, **more: object) -> Acted:
    with home.database.transaction(actor="clerk", business_date=today) as tx:
        return act_on_stuck(tx, Order(code, act, "checked with the payer", **more))  # type: ignore[arg-type]


def take(home: Practice, *people: Someone) -> None:
    take_in(home.database, people, FIRST)
    run_days(home, FIRST, FIRST + timedelta(days=40))


@pytest.mark.parametrize("payer", [PayerClass.MEDICAID, PayerClass.QMB, PayerClass.WORKERS_COMP])
def test_an_account_whose_payer_no_schedule_takes_is_in_a_queue_with_what_to_do(
    home: Practice, payer: PayerClass
) -> None:
    take(home, someone("Ann", payer_class=payer))
    found = reasons(home)[f"payer:{payer}"]
    assert (found.accounts, found.owed_cents, found.reason.clears) == (1, 120_00, "billing clerk")
    assert "Bill" in found.reason.todo


def test_the_payers_last_day_is_shown(home: Practice) -> None:
    take(home, someone("Ann", payer_class="medicaid"))
    assert reasons(home)["payer:medicaid"].file_by == date(2026, 12, 6)


def test_tricare_is_listed_under_its_rule_with_who_may_clear_it(home: Practice) -> None:
    take(home, someone("Ann", payer_class="tricare"))
    found = reasons(home)["rule:fed-tricare-balance"]
    assert (found.accounts, found.reason.clears) == (1, "billing clerk")
    assert found.reason.says.startswith("TRICARE: no balance beyond the allowed cost share")


def test_an_account_that_goes_on_is_not_listed(home: Practice) -> None:
    take(home, someone("Ann"))
    assert reasons(home) == {}


def test_a_plan_that_runs_does_not_stand_still(home: Practice) -> None:
    take(home, someone("Ann"))
    with home.database.transaction(actor="clerk", business_date=NOW) as tx:
        open_holds(tx, [NewHold(HoldKind.ARRANGEMENT, account_id=account_of(home.database, "A1").id)])
    run_days(home, NOW, NOW + timedelta(days=30))
    assert reasons(home, NOW + timedelta(days=30)) == {}


def test_each_account_is_counted_once(home: Practice) -> None:
    take(
        home,
        someone("Ann", "A1", payer_class="medicaid"),
        someone("Bob", "A2", payer_class="medicaid"),
        someone("Cy", "A3", payer_class="tricare"),
        someone("Dee", "A4"),
    )
    found = reasons(home)
    assert sum(one.accounts for one in found.values()) == 3
    assert found["payer:medicaid"].accounts == 2


def test_billing_opens_one_task_for_each_account(home: Practice) -> None:
    take(home, someone("Ann", "A1", payer_class="medicaid"), someone("Bob", "A2", payer_class="medicaid"))
    assert order(home, "payer:medicaid", Act.BILL).accounts == 2
    again = order(home, "payer:medicaid", Act.BILL)
    assert (again.accounts, len(again.left)) == (0, 2)
    tasks = rows(home.database, "SELECT reason, due_on FROM task WHERE kind = 'bill-payer' AND state = 'open'")
    assert len(tasks) == 2
    assert "filing deadline 2026-12-06" in tasks[0].reason


def test_a_corrected_payer_class_lets_a_schedule_take_the_account(home: Practice) -> None:
    take(home, someone("Ann", payer_class="medicaid"))
    order(home, "payer:medicaid", Act.BILL)
    assert order(home, "payer:medicaid", Act.CLASS, payer_class=PayerClass.SELF_PAY).accounts == 1
    assert account_of(home.database, "A1").payer_class == "self_pay"
    assert not rows(home.database, "SELECT id FROM task WHERE kind = 'bill-payer' AND state = 'open'")
    run_days(home, NOW, NOW)
    assert reasons(home) == {}
    assert rows(home.database, "SELECT 1 FROM enrollment")
    (event,) = rows(home.database, "SELECT why FROM account_event WHERE kind = 'payer_class_corrected'")
    assert event.why == "Payer class corrected from Medicaid to Self-pay (checked with the payer)"


def test_only_a_manager_writes_off(home: Practice) -> None:
    take(home, someone("Ann", payer_class="qmb"))
    with pytest.raises(Refused, match="only a manager can write off"):
        order(home, "payer:qmb", Act.WRITE_OFF)
    done = order(home, "payer:qmb", Act.WRITE_OFF, manager=True)
    account = account_of(home.database, "A1")
    assert done.left or (account.balance_cents, account.state) == (0, "written_off")
    assert (done.accounts, len(done.left)) in ((1, 0), (0, 1))


def test_a_hold_is_cleared_for_all_and_they_go_on(home: Practice) -> None:
    take(home, someone("Ann", "A1"), someone("Bob", "A2"))
    with home.database.transaction(actor="clerk", business_date=FIRST + timedelta(days=40)) as tx:
        accounts = [account_of(home.database, number).id for number in ("A1", "A2")]
        open_holds(tx, [NewHold(HoldKind.COMPLAINT, account_id=key) for key in accounts])
    run_days(home, FIRST + timedelta(days=41), NOW)
    (code,) = reasons(home)
    assert code == "hold:complaint"
    with pytest.raises(Refused, match="only a manager can release"):
        order(home, code, Act.CLEAR)
    assert order(home, code, Act.CLEAR, manager=True, numbers=("A1",)).accounts == 1
    run_days(home, NOW + timedelta(days=1), NOW + timedelta(days=3))
    assert reasons(home)[code].accounts == 1


def test_what_is_not_for_a_reason_is_refused_with_what_is(home: Practice) -> None:
    take(home, someone("Ann", payer_class="tricare"))
    with pytest.raises(Refused, match="clear is not an action for rule:fed-tricare-balance; the actions are again"):
        order(home, "rule:fed-tricare-balance", Act.CLEAR)
    with pytest.raises(Refused, match="account A9 is not stuck"):
        order(home, "rule:fed-tricare-balance", Act.AGAIN, numbers=("A9",))
    with home.database.reading() as conn, refused("no account is stuck with the reason.*pastdue stuck", NotFound):
        stuck_for(conn, "nonsense")


def test_an_account_at_a_gate_waits_for_a_managers_review() -> None:
    reason = reason_named("gate:placement-review")
    assert (reason.code, reason.clears) == ("review", "manager")


def test_every_kind_of_hold_has_a_reason() -> None:
    assert covers_every_hold() == frozenset(HoldKind)


def test_every_rule_names_who_may_clear_it() -> None:
    for rule in catalogue().rules:
        assert reason_named(rule.id).clears
