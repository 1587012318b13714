"""The estate desk's commands for paralegals, files, void documents and court forms, as they are typed."""

from getpass import getuser
from pathlib import Path

import pytest

from cli.output import open_practice
from flows.users.commands import add_user, set_system_user
from models.user_enums import Role
from tests.cli.test_estate_commands import DAY, book, say  # noqa: F401  (the practice with one account)
from tests.scans import fillable, pdf
from tests.web.site import NOON


@pytest.fixture
def matter() -> str:
    found = say("estate", "open", "A1", "--death", "2026-04-20", "--source", "the family", *DAY)
    return str(found["matter"])


def test_a_matter_is_assigned_and_listed_by_its_paralegal_and_its_days(matter: str) -> None:
    with open_practice() as practice, practice.database.transaction(actor="x", business_date=NOON.date()) as tx:
        add_user(tx, "priya", "Priya Raman", [Role.ESTATE_DESK], None, NOON)
        set_system_user(tx, "priya", getuser(), NOON)
    assert say("estate", "assign", matter, "--to", "priya", *DAY) == {"matters": 1, "to": "priya"}
    assert [row["number"] for row in say("estate", "list", "--paralegal", "priya", "--state", "oh", *DAY)] == [
        "E-000001"
    ]
    assert say("estate", "list", "--days", "passed", *DAY) == []
    assert "no attorney" in say("estate", "list", "--attorney", "jones", *DAY, code=1)


def test_a_file_is_added_written_back_and_withdrawn(matter: str, tmp_path: Path) -> None:
    scan, back, bad = tmp_path / "scan.pdf", tmp_path / "back.pdf", tmp_path / "bad.pdf"
    scan.write_bytes(pdf(2))
    bad.write_bytes(b"MZ a program")
    assert say("estate", "file-add", matter, "stamped_copy", str(scan), *DAY)["file"] == 1
    assert "not a PDF, PNG, JPEG or TIFF" in say("estate", "file-add", matter, "other", str(bad), *DAY, code=1)
    say("estate", "file-get", matter, "1", "--out", str(back))
    assert back.read_bytes() == scan.read_bytes()
    say("estate", "file-withdraw", matter, "1", "--why", "of another estate", *DAY)
    (line,) = say("estate", "show", matter, *DAY)["files"]
    assert line["withdrawn_why"] == "of another estate"


def test_a_document_is_voided_by_its_number(matter: str) -> None:
    made = say("estate", "paper", matter, "deadlines", "--signer", "Priya Raman, Coordinator", *DAY)
    assert say("estate", "void", made["paper"], "--why", "made twice", *DAY) == {"voided": [made["paper"]]}
    assert "already voided" in say("estate", "void", made["paper"], "--why", "again", *DAY, code=1)


def test_the_fields_of_a_blank_are_listed_and_a_blank_is_added(tmp_path: Path) -> None:
    blank = tmp_path / "blank.pdf"
    blank.write_bytes(fillable(("Case",), ("Sworn",)))
    listed = say("estate", "form-fields", str(blank))
    assert [(one["field"], one["text"], one["values"]) for one in listed] == [
        ("Case", True, []),
        ("Sworn", False, ["/Yes"]),
    ]
    assert say("estate", "form-add", "ca-de-172", str(blank), "--edition", "2015", *DAY)["version"] == 1
    assert next(one for one in say("estate", "forms") if one["code"] == "ca-de-172")["edition"] == "2015"
