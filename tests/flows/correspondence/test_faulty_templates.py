"""A template with a fault keeps its letters waiting, with one task that says the fault, and sets no account aside."""

from datetime import date
from pathlib import Path

import pytest

from flows.correspondence.letters.commands import mail_room, write_letters
from flows.practice import Practice, practice_of
from tests.letters.reading import template_with
from tests.small_book import publish_shipped, rows, run_days, someone, take_in

FRIDAY = date(2026, 2, 6)
MONDAY = date(2026, 2, 9)
TOLD = 'reminder-1.docx: "guarantor.nmae" is not a field of a letter; did you mean "guarantor.name"?'


@pytest.fixture
def own(house: Practice) -> Path:
    """The practice's own first reminder, with a field misspelled, and three letters that want it."""
    publish_shipped(house.book)
    take_in(
        house.book, [someone(name, f"{name}-1", date(2026, 1, 7)) for name in ("Ada", "Bo", "Cy")], date(2026, 1, 20)
    )
    house.settings.templates.mkdir(parents=True)
    path = house.settings.templates / "reminder-1.docx"
    path.write_bytes(template_with("Dear {{ guarantor.nmae }}, pay {{ total_cents|money }}"))
    return path


def tasks(house: Practice) -> list[tuple[str, str, str]]:
    return [tuple(row) for row in rows(house.book, "SELECT kind, state, reason FROM task ORDER BY id")]


def letters(house: Practice) -> set[str]:
    return {row.state for row in rows(house.book, "SELECT state FROM letter")}


def test_its_letters_wait_with_one_task_and_no_account_is_set_aside(house: Practice, own: Path) -> None:
    home = practice_of(house.book, house.settings)
    run_days(home, FRIDAY, FRIDAY)
    run_days(home, MONDAY, MONDAY)
    assert letters(house) == {"queued"}
    ((kind, state, reason),) = tasks(house)
    assert (kind, state) == ("template-fault", "open")
    assert reason.startswith(f"3 letters wait; {TOLD}; they are written with the next run")
    assert rows(house.book, "SELECT COUNT(*) FROM enrollment WHERE state = 'set_aside'")[0][0] == 0


def test_they_are_all_written_once_it_is_corrected_and_the_task_is_done(house: Practice, own: Path) -> None:
    home = practice_of(house.book, house.settings)
    run_days(home, FRIDAY, FRIDAY)
    own.write_bytes(template_with("Dear {{ guarantor.name }}, pay {{ total_cents|money }}"))
    counts = write_letters(mail_room(home), MONDAY)
    assert (counts["letters"], counts["waiting_for_template"]) == (3, 0)
    assert letters(house) == {"rendered"}
    assert [(kind, state) for kind, state, _ in tasks(house)] == [("template-fault", "done")]


def test_a_template_that_is_no_word_file_keeps_its_letters_waiting_too(house: Practice, own: Path) -> None:
    own.write_bytes(b"no Word file")
    run_days(practice_of(house.book, house.settings), FRIDAY, FRIDAY)
    ((_, _, reason),) = tasks(house)
    assert "3 letters wait; reminder-1.docx" in reason
    assert letters(house) == {"queued"}
