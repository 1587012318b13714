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
from models.database import Book
from models.errors import Refused
from tests.flows.agency_handoff.agencies import FIRST, begin
from tests.flows.dunning.gates import DAY, GATED, LATER, keys, open_tasks, waiting
from tests.small_book import account_of, history, publish_text, rows, run_days

WHY = "the guarantor refuses to pay"


def place(book: Book, *numbers: str, reason: str | None = None, on: date = LATER) -> None:
    with book.transaction(actor="grace", business_date=on) as tx:
        want_placed(tx, [account_of(book, number) for number in numbers], "primary", reason)


def decisions(book: Book) -> list[tuple[str, str, str | None, str | None]]:
    query = (
        "SELECT a.number, r.state, r.decided_by, r.reason FROM gate_review r "
        "JOIN account a ON a.id = r.account_id ORDER BY r.id"
    )
    return [tuple(row) for row in rows(book, query)]


def placements(book: Book) -> list[str]:
    return [row[0] for row in rows(book, "SELECT state FROM placement ORDER BY id")]


def test_an_account_whose_review_is_open_is_not_placed_and_the_refusal_says_what_to_do(at_the_gate: Practice) -> None:
    book = at_the_gate.book
    with pytest.raises(Refused, match=r"A1, A2.*--reason.*pastdue review approve A1 A2"):
        place(book, "A1", "A2")
    assert placements(book) == []
    assert [one.account for one in waiting(book)] == ["A1", "A2"]
    with pytest.raises(Refused):
        place(book, "A1", reason="ok")
    assert placements(book) == []


def test_with_a_reason_it_goes_and_that_is_the_approval_of_its_review(at_the_gate: Practice) -> None:
    book = at_the_gate.book
    place(book, "A1", reason=WHY)
    assert decisions(book) == [("A1", "approved", "grace", WHY), ("A2", "waiting", None, None)]
    assert open_tasks(book) == ["placement-review"]
    assert placements(book) == ["queued"]
    assert ("review_decided", "review") in [(kind, step) for _, kind, step in history(book, "A1")]


def test_what_was_placed_by_hand_is_placed_once_and_asked_for_no_second_review(at_the_gate: Practice) -> None:
    book = at_the_gate.book
    place(book, "A1", reason=WHY)
    place_waiting(agency_desk(at_the_gate), LATER)
    run_days(at_the_gate, LATER, LATER + timedelta(days=20), (*DAY, "place", "tasks"))
    assert placements(book) == ["placed"]
    assert [one.account for one in waiting(book)] == ["A2"]


def test_an_account_that_was_kept_goes_with_a_reason_only(at_the_gate: Practice) -> None:
    book = at_the_gate.book
    with book.transaction(actor="henry", business_date=LATER) as tx:
        keep(tx, keys(book, "A1"), "pays a little each month")
    with pytest.raises(Refused, match="A1"):
        place(book, "A1")
    place(book, "A1", reason="stopped paying")
    assert decisions(book)[0] == ("A1", "approved", "grace", "stopped paying")
    assert placements(book) == ["queued"]


def test_a_gate_that_an_account_has_not_come_to_is_approved_before_it_comes(house: Practice) -> None:
    begin(house)
    publish_text(house.book, GATED)
    on = date(2026, 2, 10)
    run_days(house, FIRST, on, DAY)
    with pytest.raises(Refused, match="A1"):
        place(house.book, "A1", on=on)
    place(house.book, "A1", reason=WHY, on=on)
    assert decisions(house.book) == [("A1", "approved", "grace", WHY)]
    assert open_tasks(house.book) == []
    assert placements(house.book) == ["queued"]


def test_an_account_set_aside_before_a_gate_is_brought_back_first(at_the_gate: Practice) -> None:
    book = at_the_gate.book
    with book.transaction(actor="test", business_date=LATER) as tx:
        set_aside(tx, Unread((account_of(book, "A1").id,), "a comet"))
    with pytest.raises(Refused, match="pastdue bring-back"):
        place(book, "A1", reason=WHY)
    assert placements(book) == []


def test_without_a_gate_in_the_way_an_account_goes_and_a_reason_is_kept_as_a_note(house: Practice) -> None:
    begin(house)
    run_days(house, FIRST, date(2026, 2, 10), DAY)
    place(house.book, "A1", reason=WHY, on=date(2026, 2, 10))
    assert placements(house.book) == ["queued"]
    assert decisions(house.book) == []
    assert "note_written" in [kind for _, kind, _ in history(house.book, "A1")]
