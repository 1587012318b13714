"""Placing by hand does not go around a gate: a manager says why, which approves the review, or it is refused."""

from datetime import date, timedelta

import pytest

from flows.accounts.load import Unread
from flows.agency_handoff.commands import want_placed
from flows.agency_handoff.files.desk import agency_desk
from flows.agency_handoff.placement.place import place_waiting
from flows.dunning.engine.commands import set_aside
from flows.dunning.reviews.commands import keep
from flows.practice import Practice
from models.database import Database
from models.errors import BadInput, Refused
from tests.flows.agency_handoff.agencies import FIRST, begin
from tests.flows.dunning.gates import DAY, GATED, LATER, keys, open_tasks, waiting
from tests.refusals import refused
from tests.small_book import account_of, history, publish_text, rows, run_days

WHY = "the guarantor refuses to pay"


def place(database: Database, *numbers: str, reason: str | None = None, on: date = LATER) -> None:
    with database.transaction(actor="grace", business_date=on) as tx:
        want_placed(tx, [account_of(database, number) for number in numbers], "primary", reason)


def decisions(database: Database) -> list[tuple[str, str, str | None, str | None]]:
    query = (
        "SELECT a.number, r.state, r.decided_by, r.reason FROM gate_review r "
        "JOIN account a ON a.id = r.account_id ORDER BY r.id"
    )
    return [tuple(row) for row in rows(database, query)]


def placements(database: Database) -> list[str]:
    return [row[0] for row in rows(database, "SELECT state FROM placement ORDER BY id")]


def test_an_account_whose_review_is_open_is_not_placed_and_the_refusal_says_what_to_do(at_the_gate: Practice) -> None:
    database = at_the_gate.database
    with refused("A1, A2; enter a reason, .*--reason.*pastdue review approve A1 A2"):
        place(database, "A1", "A2")
    assert placements(database) == []
    assert [one.account for one in waiting(database)] == ["A1", "A2"]
    with pytest.raises(BadInput):
        place(database, "A1", reason="ok")
    assert placements(database) == []


def test_with_a_reason_it_goes_and_that_is_the_approval_of_its_review(at_the_gate: Practice) -> None:
    database = at_the_gate.database
    place(database, "A1", reason=WHY)
    assert decisions(database) == [("A1", "approved", "grace", WHY), ("A2", "waiting", None, None)]
    assert open_tasks(database) == ["placement-review"]
    assert placements(database) == ["queued"]
    assert ("review_decided", "review") in [(kind, step) for _, kind, step in history(database, "A1")]


def test_what_was_placed_by_hand_is_placed_once_and_asked_for_no_second_review(at_the_gate: Practice) -> None:
    database = at_the_gate.database
    place(database, "A1", reason=WHY)
    place_waiting(agency_desk(at_the_gate), LATER)
    run_days(at_the_gate, LATER, LATER + timedelta(days=20), (*DAY, "place", "tasks"))
    assert placements(database) == ["placed"]
    assert [one.account for one in waiting(database)] == ["A2"]


def test_an_account_that_was_kept_goes_with_a_reason_only(at_the_gate: Practice) -> None:
    database = at_the_gate.database
    with database.transaction(actor="henry", business_date=LATER) as tx:
        keep(tx, keys(database, "A1"), "pays a little each month")
    with pytest.raises(Refused, match="A1"):
        place(database, "A1")
    place(database, "A1", reason="stopped paying")
    assert decisions(database)[0] == ("A1", "approved", "grace", "stopped paying")
    assert placements(database) == ["queued"]


def test_a_gate_that_an_account_has_not_come_to_is_approved_before_it_comes(practice: Practice) -> None:
    begin(practice)
    publish_text(practice.database, GATED)
    on = date(2026, 2, 10)
    run_days(practice, FIRST, on, DAY)
    with pytest.raises(Refused, match="A1"):
        place(practice.database, "A1", on=on)
    place(practice.database, "A1", reason=WHY, on=on)
    assert decisions(practice.database) == [("A1", "approved", "grace", WHY)]
    assert open_tasks(practice.database) == []
    assert placements(practice.database) == ["queued"]


def test_an_account_set_aside_before_a_gate_is_brought_back_first(at_the_gate: Practice) -> None:
    database = at_the_gate.database
    with database.transaction(actor="test", business_date=LATER) as tx:
        set_aside(tx, Unread((account_of(database, "A1").id,), "a comet"))
    with refused("return each account to its schedule first.*pastdue resume"):
        place(database, "A1", reason=WHY)
    assert placements(database) == []


def test_without_a_gate_in_the_way_an_account_goes_and_a_reason_is_kept_as_a_note(practice: Practice) -> None:
    begin(practice)
    run_days(practice, FIRST, date(2026, 2, 10), DAY)
    place(practice.database, "A1", reason=WHY, on=date(2026, 2, 10))
    assert placements(practice.database) == ["queued"]
    assert decisions(practice.database) == []
    assert "note_written" in [kind for _, kind, _ in history(practice.database, "A1")]
