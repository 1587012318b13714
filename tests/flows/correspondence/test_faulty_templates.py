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
def own(practice: Practice) -> Path:
    """The practice's own first reminder, with a field misspelled, and three letters that want it."""
    publish_shipped(practice.database)
    take_in(
        practice.database,
        [someone(name, f"{name}-1", date(2026, 1, 7)) for name in ("Ada", "Bo", "Cy")],
        date(2026, 1, 20),
    )
    practice.settings.templates.mkdir(parents=True)
    path = practice.settings.templates / "reminder-1.docx"
    path.write_bytes(template_with("Dear {{ guarantor.nmae }}, pay {{ total_cents|money }}"))
    return path


def tasks(practice: Practice) -> list[tuple[str, str, str]]:
    return [tuple(row) for row in rows(practice.database, "SELECT kind, state, reason FROM task ORDER BY id")]


def letters(practice: Practice) -> set[str]:
    return {row.state for row in rows(practice.database, "SELECT state FROM letter")}


def test_its_letters_wait_with_one_task_and_no_account_is_set_aside(practice: Practice, own: Path) -> None:
    home = practice_of(practice.database, practice.settings)
    run_days(home, FRIDAY, FRIDAY)
    run_days(home, MONDAY, MONDAY)
    assert letters(practice) == {"queued"}
    ((kind, state, reason),) = tasks(practice)
    assert (kind, state) == ("template-fault", "open")
    assert reason.startswith(f"3 letters on hold; {TOLD}; they are written with the next run")
    assert rows(practice.database, "SELECT COUNT(*) FROM enrollment WHERE state = 'set_aside'")[0][0] == 0


def test_they_are_all_written_once_it_is_corrected_and_the_task_is_done(practice: Practice, own: Path) -> None:
    home = practice_of(practice.database, practice.settings)
    run_days(home, FRIDAY, FRIDAY)
    own.write_bytes(template_with("Dear {{ guarantor.name }}, pay {{ total_cents|money }}"))
    counts = write_letters(mail_room(home), MONDAY)
    assert (counts["letters"], counts["waiting_for_template"]) == (3, 0)
    assert letters(practice) == {"rendered"}
    assert [(kind, state) for kind, state, _ in tasks(practice)] == [("template-fault", "done")]


def test_a_template_that_is_no_word_file_keeps_its_letters_waiting_too(practice: Practice, own: Path) -> None:
    own.write_bytes(b"no Word file")
    run_days(practice_of(practice.database, practice.settings), FRIDAY, FRIDAY)
    ((_, _, reason),) = tasks(practice)
    assert "3 letters on hold; reminder-1.docx" in reason
    assert letters(practice) == {"queued"}
