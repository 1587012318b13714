"""A closed day of the practice moves steps to the next open day: at night, in the forecast and in a simulation alike.
No deadline of a court moves."""

from datetime import date, timedelta

import pytest

from flows.calls.promises import promise
from flows.dunning.experiments.commands import ArmWanted, ExperimentWanted, start
from flows.practice import Practice
from flows.practice_tables import publish_table
from flows.reports.account import explain
from flows.schedules.schedule_file import build, read_source
from flows.simulation.run import Wanted, simulate
from flows.stages import run_stage
from tests.flows.estates.estates import die, harold, now, to_claim
from tests.flows.estates.test_watch import told, walk
from tests.small_book import SHIPPED, account_of, publish_shipped, rows, run_days, someone, take_in

FRIDAY, MONDAY, TUESDAY = date(2026, 2, 6), date(2026, 2, 9), date(2026, 2, 10)
CLOSED = "closed:\n  - {date: 2026-02-06, name: Staff day}\n  - {yearly: 02-09, name: Founders' day}\n"


def close(practice: Practice, text: str = CLOSED) -> None:
    with practice.database.transaction(actor="grace", business_date=date(2026, 1, 20)) as tx:
        publish_table(tx, "calendar", text, "calendar", "closed")


@pytest.fixture
def one_account(practice: Practice) -> Practice:
    """One account whose first reminder falls due on the Friday."""
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Ada", "A1", date(2026, 1, 7))], date(2026, 1, 20))
    return practice


def queued(practice: Practice) -> list[tuple[str, str]]:
    return [(row[0], str(row[1])) for row in rows(practice.database, "SELECT kind, queued_on FROM letter ORDER BY id")]


def test_a_letter_that_is_due_on_a_closed_day_is_sent_on_the_next_open_day(one_account: Practice) -> None:
    close(one_account)
    run_days(one_account, date(2026, 1, 21), TUESDAY)
    assert queued(one_account) == [("reminder-1", str(TUESDAY))]


def test_a_day_that_is_closed_when_it_is_already_due_is_waited_for_too(one_account: Practice) -> None:
    run_days(one_account, date(2026, 1, 21), FRIDAY - timedelta(1))
    close(one_account)
    run_days(one_account, FRIDAY, TUESDAY)
    assert queued(one_account) == [("reminder-1", str(TUESDAY))]


def test_forecast_and_simulation_name_the_day_of_the_nightly_run(one_account: Practice) -> None:
    run_days(one_account, date(2026, 1, 21), date(2026, 2, 20))
    usual, moved = date(2026, 3, 9), date(2026, 3, 10)
    assert next_day(one_account) == usual
    close(one_account, f"closed: [{{date: {usual}, name: Staff day}}]")
    assert next_day(one_account) == moved
    text = (SHIPPED / "patient-balance.yaml").read_text()
    wanted = Wanted(build(read_source(text, "t").words), date(2026, 2, 21), 20, accounts=True)
    result = simulate(one_account.database, wanted)
    assert [(step, str(on)) for one in result.accounts for step, on in one.steps] == [("reminder-2", str(moved))]
    run_days(one_account, date(2026, 2, 21), moved)
    assert queued(one_account)[1] == ("reminder-2", str(moved))


def next_day(practice: Practice) -> date:
    """The day of the next step, as the account's page names it."""
    with practice.database.reading() as conn:
        ahead = explain(conn, "A1", date(2026, 2, 21))["next"]
    assert ahead is not None
    return date.fromisoformat(str(ahead["on"]))


def test_the_grace_of_a_promise_does_not_count_closed_days(one_account: Practice) -> None:
    close(one_account)
    account = account_of(one_account.database, "A1")
    with one_account.database.transaction(actor="maria", business_date=date(2026, 2, 2)) as tx:
        promise(tx, account.guarantor_id, account.creditor_id, [account], 50_00, date(2026, 2, 5))
    (row,) = rows(one_account.database, "SELECT judge_on FROM promise")
    assert str(row.judge_on) == "2026-02-12"


def test_no_deadline_of_a_court_and_no_warning_of_it_moves(practice: Practice) -> None:
    harold(practice.database)
    act_by = date(2026, 7, 31)
    days = [act_by, *(act_by - timedelta(days) for days in (30, 14, 7, 2))]
    close(practice, "closed:\n" + "".join(f"  - {{date: {day}, name: closed}}\n" for day in days))
    matter = die(practice.database)
    to_claim(practice, matter)
    assert now(practice.database, matter).deadline_on == date(2026, 8, 1)
    walk(practice, date(2026, 6, 1), act_by)
    assert [on for on, kind in told(practice) if kind == "estate-deadline"] == [str(day) for day in days[1:]]


def test_the_arms_of_an_experiment_have_the_same_closed_days(practice: Practice) -> None:
    publish_shipped(practice.database)
    close(practice)
    text = (SHIPPED / "patient-balance.yaml").read_text().replace("{day: 60}", "{day: 50}")
    wanted = ExperimentWanted("sooner", "patient-balance", [ArmWanted(text=text)], "find out")
    with practice.database.transaction(actor="grace", business_date=date(2026, 1, 20)) as tx:
        start(tx, wanted, practice.shelf)
    people = [someone(f"P{n}", f"P{n}-0", date(2026, 1, 7)) for n in range(8)]
    take_in(practice.database, people, date(2026, 1, 20))
    run_stage(practice, "enter", FRIDAY)
    query = "SELECT schedule_version_id, next_action_on FROM enrollment ORDER BY account_id"
    entered = [(row[0], str(row[1])) for row in rows(practice.database, query)]
    assert len({version for version, _ in entered}) == 2, "both arms have people"
    assert {on for _, on in entered} == {str(TUESDAY)}
