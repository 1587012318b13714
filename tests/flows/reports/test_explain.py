"""What is said of the way ahead holds: no day is named for a step that something stops on that day."""

from datetime import date, timedelta
from typing import Any

import pytest

from flows.accounts.holds import NewHold, open_holds
from flows.practice import Practice
from flows.reports.account import explain
from models.enums import HoldKind, StepOutcome
from tests.small_book import account_of, publish_shipped, publish_text, run_days, someone, steps, take_in

TODAY = date(2026, 2, 6)
BILLED = date(2026, 1, 7)  # thirty days before


@pytest.fixture
def ada(practice: Practice) -> Practice:
    """One account, whose first reminder falls due today."""
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Ada", "A1", BILLED)], date(2026, 1, 20))
    run_days(practice, TODAY, TODAY, ["settle", "enter"])
    return practice


def hold(practice: Practice, kind: HoldKind, until: date | None = None) -> None:
    with practice.database.transaction(actor="clerk", business_date=TODAY) as tx:
        open_holds(tx, [NewHold(kind, account_id=account_of(practice.database, "A1").id, until=until)])


def ahead(practice: Practice, today: date = TODAY) -> dict[str, Any]:
    with practice.database.reading() as conn:
        return explain(conn, "A1", today)


def test_a_step_that_nothing_stops_is_named_with_its_day(ada: Practice) -> None:
    assert (ahead(ada)["next"]["step"], ahead(ada)["next"]["on"]) == ("reminder-1", TODAY)


def test_no_day_is_named_while_a_hold_without_an_end_stands(ada: Practice) -> None:
    hold(ada, HoldKind.DISPUTE)
    told = ahead(ada)
    assert (told["next"]["step"], told["next"]["on"], told["next"]["do"]) == ("reminder-1", None, "letter reminder-1")
    assert told["blocked_by"][0]["until"] is None


def test_the_day_on_which_a_hold_ends_is_named_and_the_letter_goes_on_it(ada: Practice) -> None:
    end = TODAY + timedelta(days=11)
    hold(ada, HoldKind.MANAGER, end)
    assert ahead(ada)["next"]["on"] == end
    run_days(ada, TODAY, end, ["settle", "advance"])
    assert steps(ada.database, "A1")["reminder-1"] == (StepOutcome.DONE.value, end.isoformat())


def test_of_a_hold_with_an_end_and_one_without_no_day_is_named(ada: Practice) -> None:
    hold(ada, HoldKind.MANAGER, TODAY + timedelta(days=11))
    hold(ada, HoldKind.DISPUTE)
    assert ahead(ada)["next"]["on"] is None


def test_no_day_is_named_while_an_arrangement_runs(ada: Practice) -> None:
    hold(ada, HoldKind.ARRANGEMENT)
    told = ahead(ada)
    assert (told["next"]["step"], told["next"]["on"]) == ("reminder-1", None)


def test_no_day_is_named_for_a_step_that_will_be_passed_over(practice: Practice) -> None:
    publish_text(
        practice.database,
        "schedule: s\ntitle: s\nenter: {overdue_days: 30, balance: {at_least: 1.00}}\nsteps:\n"
        "  - {id: first-call, at: {day: 30}, do: {call: {script: first-call, attempts: 3}}}\n"
        "  - {id: reminder-1, at: {day: 40}, do: {letter: reminder-1}}\n",
    )
    take_in(practice.database, [someone("Ada", "A1", BILLED, phone=None)], date(2026, 1, 20))
    run_days(practice, TODAY, TODAY, ["settle", "enter"])
    told = ahead(practice)
    assert (told["next"]["step"], told["next"]["on"]) == ("first-call", None)
    assert "no phone number on file" in told["path"][0]["why"]
