"""An account file that repeats old contact data overrules no correction; what it says anew is imported, at every door."""

from pathlib import Path

import pytest

from models.database import open_database
from tests.command_line import BOOK, ok
from tests.small_book import rows

HEADER = "guarantor_id,first_name,last_name,birth_date,address1,city,state,zip,phone,email,email_consent"
OLD = "G1,Ada,Tester,1970-01-01,1 Test Lane,Dayton,OH,45402,937-555-0101,ada@example.org,yes"


def person(home: Path) -> dict[str, object]:
    database = open_database(f"sqlite:///{home / 'pastdue.db'}")
    (row,) = rows(database, "SELECT * FROM person WHERE first_name = 'Ada'")
    database.close()
    return dict(row._mapping)


def sent(folder: Path, line: str, name: str = "guarantors.csv") -> list[str]:
    """A file of the practice system, imported; returns its warnings."""
    path = folder / name
    path.write_text(f"{HEADER}\n{line}\n")
    ((report,),) = [ok("intake", str(path), "--date", "2026-02-20").values()]
    return report[0]["warnings"]


@pytest.fixture
def exported(taken_in: Path, tmp_path: Path) -> Path:
    """A home after a first export of the practice system."""
    sent(tmp_path, OLD)
    assert person(taken_in)["email"] == "ada@example.org"
    return taken_in


def test_a_corrected_address_stays_when_the_next_export_repeats_the_old_one(exported: Path, tmp_path: Path) -> None:
    moved = ("--address1", "9 New Street", "--city", "Dayton", "--state", "OH", "--zip", "45402")
    ok("contact", "A1", *moved, "--phone", "937-555-0177", "--date", "2026-02-19")
    for day in range(2):
        warnings = sent(tmp_path, f"{OLD}{' ' * (day + 1)}")
        assert "1 guarantor with other contact data here than in the file" in warnings[0]
        found = person(exported)
        assert (found["address1"], found["phone"]) == ("9 New Street", "937-555-0177")


def test_what_the_export_says_anew_is_imported(exported: Path, tmp_path: Path) -> None:
    moved = ("--address1", "9 New Street", "--city", "Dayton", "--state", "OH", "--zip", "45402")
    ok("contact", "A1", *moved, "--date", "2026-02-19")
    warnings = sent(tmp_path, OLD.replace("1 Test Lane", "44 Elm Court").replace("0101", "0199"))
    assert warnings == []
    found = person(exported)
    assert (found["address1"], found["phone"]) == ("44 Elm Court", "937-555-0199")


def test_consent_that_was_withdrawn_is_not_given_again_by_an_export(exported: Path, tmp_path: Path) -> None:
    ok("contact", "A1", "--no-email-consent", "--date", "2026-02-19")
    sent(tmp_path, OLD)
    assert not person(exported)["email_consent"]
    sent(tmp_path, OLD.replace("ada@", "ada.tester@"))
    found = person(exported)
    assert found["email"] == "ada.tester@example.org" and not found["email_consent"]


def test_a_whole_export_is_no_other_door(exported: Path, tmp_path: Path) -> None:
    ok("contact", "A1", "--phone", "937-555-0177", "--date", "2026-02-19")
    for name, text in BOOK.items():
        (tmp_path / "book" / name).write_text(text)
    (tmp_path / "book" / "guarantors.csv").write_text(f"{HEADER}\n{OLD}\n")
    ok("intake", str(tmp_path / "book"), "--date", "2026-02-21")
    assert person(exported)["phone"] == "937-555-0177"
