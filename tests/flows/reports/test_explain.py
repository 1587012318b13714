"""What is said of the way ahead holds: no day is named for a step that something stops on that day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from flows.accounts.holds import NewHold, clear_holds, open_hold_of, open_holds
from flows.accounts.queries import account_row
from flows.practice import Practice
from flows.reports.account import explain
from flows.users.commands import add_user
from models import Letter
from models.columns import table
from models.enums import HoldKind, StepOutcome
from models.user_enums import Role
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


def test_a_dispute_that_is_over_is_part_of_the_answer_with_who_opened_and_who_released_it(ada: Practice) -> None:
    with ada.database.transaction(actor="ada", business_date=TODAY) as tx:
        add_user(tx, "maria", "Maria Costa", [Role.COLLECTOR], None, datetime.now(UTC))
    key = account_of(ada.database, "A1").id
    with ada.database.transaction(actor="maria", business_date=TODAY) as tx:
        open_holds(tx, [NewHold(HoldKind.DISPUTE, account_id=key, note="charges for a visit")])
    assert ahead(ada)["answer"][1] == (
        "Dispute: hold opened Feb 6, 2026 by Maria Costa (collector) (charges for a visit); "
        "it stops all activity until it is released."
    )
    with ada.database.transaction(actor="leo", business_date=TODAY + timedelta(days=17)) as tx:
        clear_holds(tx, [open_hold_of(tx, account_row(tx.conn, "A1"), HoldKind.DISPUTE)], "answered")
    told = ahead(ada, TODAY + timedelta(days=18))
    assert told["answer"][:2] == [
        "No letter has been sent about this account.",
        "Dispute: hold opened Feb 6, 2026 by Maria Costa (collector) (charges for a visit); "
        "it stopped all activity until it was released Feb 23, 2026 by leo: answered.",
    ]
    assert (told["holds"][0]["cleared_by"], told["holds"][0]["reason"]) == ("leo", "answered")


def test_a_hold_whose_day_has_come_is_told_as_ended(ada: Practice) -> None:
    hold(ada, HoldKind.MANAGER, TODAY + timedelta(days=11))
    said = ahead(ada, TODAY + timedelta(days=12))["answer"][1]
    assert said.endswith("it stopped all activity until it ended Feb 17, 2026.")


def test_the_answer_ends_with_what_stands_in_the_way_of_the_next_step(ada: Practice) -> None:
    hold(ada, HoldKind.DISPUTE)
    said = ahead(ada)["answer"]
    assert said[2] == "Next step: Reminder 1 letter, date pending."
    assert said[3].startswith("Blocked: ")
    assert "open dispute" in said[3]


def test_the_last_letter_that_went_out_is_named(ada: Practice) -> None:
    run_days(ada, TODAY, TODAY + timedelta(days=1), ["settle", "advance"])
    with ada.database.transaction(actor="mail room", business_date=TODAY) as tx:
        tx.conn.execute(sa.update(table(Letter)).values(mailed_on=TODAY + timedelta(days=2), state="mailed"))
    told = ahead(ada, TODAY + timedelta(days=3))
    assert told["last_letter"]["kind"] == "reminder-1"
    assert told["answer"][0].endswith("mailed Feb 8, 2026.")


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
