"""What a file is is told by what stands in it; what cannot be told is refused with what to do."""

from datetime import date
from pathlib import Path

import pytest

from flows.intake.file_format import Options
from flows.intake.take import FORMATS, take_files
from models.database import Database
from models.enums import IntakeKind
from models.errors import BadFile
from tests.flows.intake.files import BOOK, TRANSACTIONS, balances, remittance, take, write, write_book

PAYMENTS = "Date,Account_Number,Amount,Reference\n2026-02-01,A1,10.00,R1\n"


def test_every_type_but_account_files_and_synthea_folders_has_its_reader() -> None:
    own = {IntakeKind.BOOK, IntakeKind.SYNTHEA}
    assert sorted([*(one.kind for one in FORMATS), *own]) == sorted(IntakeKind)


def test_a_folder_of_mixed_kinds_is_told_apart_and_the_book_comes_first(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    write_book(tmp_path / "in")
    write(tmp_path / "in", "bank.CSV", PAYMENTS)
    write(tmp_path / "in", "a-remit.txt", "\ufeff" + remittance("10", "CLP*A2*1*10*10*0*12*C1"))
    write(tmp_path / "in", "notes.docx", b"PK\x03\x04")
    write(tmp_path / "in", ".hidden.csv", b"\x00")
    reports = take(empty_sqlite_database, tmp_path / "in")
    assert {name: report.kind for name, report in reports.items()} == {
        **{f"{name}.csv": "book" for name in BOOK},
        "bank.CSV": "payments",
        "a-remit.txt": "835",
    }
    assert balances(empty_sqlite_database) == {"A1": 9_000, "A2": 4_000, "A3": 3_000}


def test_a_file_of_the_book_is_told_by_its_columns_whatever_its_name(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    files = [write(tmp_path / "in", f"export-{number}", text) for number, text in enumerate(BOOK.values())]
    assert {report.kind for report in take(empty_sqlite_database, tmp_path, *files).values()} == {"book"}
    assert len(balances(empty_sqlite_database)) == 3


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "empty": ("transactions", b"", "transactions.csv:1: the file is empty"),
    "blank": ("transactions", b"\xef\xbb\xbf \r\n", "the file is empty"),
    "PDF": ("accounts", b"%PDF-1.7\n%\xe2\xe3", "is a PDF; save it as CSV"),
    "workbook": ("accounts", b"PK\x03\x04\x14\x00", "the file is an Excel workbook"),
    "UTF-16": ("accounts", "account_number".encode("utf-16"), "is UTF-16 text"),
    "other binary": ("accounts", bytes(range(256)), "can't be read"),
    "no header": ("accounts", b"\nA1,C1\n", "the first line is empty"),
    "unknown": ("export", b"a,b\n1,2\n", "match no known file type"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_file_of_a_kind_is_refused_and_nothing_of_the_others_taken(
    empty_sqlite_database: Database, tmp_path: Path, name: str
) -> None:
    files = write_book(tmp_path / "in")
    stem, content, reason = REFUSED[name]
    with pytest.raises(BadFile) as refused:
        take(empty_sqlite_database, tmp_path / "in", *files, write(tmp_path / "bad", stem, content))
    assert reason in str(refused.value)
    assert balances(empty_sqlite_database) == {}


def test_a_folder_without_files_and_a_path_that_is_not_there_are_refused(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(BadFile, match="the folder is empty"):
        take(empty_sqlite_database, tmp_path / "in")
    write(tmp_path / "in", "letter.docx", b"PK")
    with pytest.raises(BadFile, match=r"no known file that ends in \.csv"):
        take(empty_sqlite_database, tmp_path / "in")
    with pytest.raises(BadFile, match="was not found; enter the path of a file or a folder"):
        take(empty_sqlite_database, tmp_path / "nowhere")
    with pytest.raises(BadFile, match="a mapped file needs a mapping"):
        file = write(tmp_path / "in", "transactions", TRANSACTIONS)
        take(empty_sqlite_database, tmp_path, file, options=Options(kind=IntakeKind.MAPPED))
    with pytest.raises(BadFile, match="a Synthea export is a folder"):
        take(empty_sqlite_database, tmp_path, file, options=Options(kind=IntakeKind.SYNTHEA))


def test_a_stranger_in_a_folder_is_said_and_passed_over(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "creditors.csv").write_text("creditor_id,name,kind,state\nC1,Clinic,physician_practice,OH\n")
    (folder / "notes.csv").write_text("who,what\nme,remember the milk\n")
    reports = {
        report.name: report
        for report in take_files(database, [folder], Options(), date(2026, 2, 2), tmp_path / "rejects")
    }
    assert reports["creditors.csv"].taken == 1
    assert (reports["notes.csv"].kind, reports["notes.csv"].taken) == ("unknown", 0)
    assert "was skipped" in reports["notes.csv"].warnings[0]


def test_of_several_files_each_is_said_what_became_of_it_where_one_is_refused(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    good = write(tmp_path, "creditors", "creditor_id,name,kind,state\nC1,Clinic,physician_practice,OH\n")
    bad = write(tmp_path, "payments", "paid_on,amount,reference\n")
    gone = tmp_path / "gone.csv"
    with pytest.raises(BadFile) as refused:
        take(empty_sqlite_database, tmp_path, good, bad, gone)
    said = str(refused.value)
    assert said.startswith("2 of 3 files can't be imported, so none was imported: ")
    assert "gone.csv was not found" in said
    assert "payments" in said
    assert "creditors.csv: no errors found, but not imported" in said
    assert balances(empty_sqlite_database) == {}
    assert take(empty_sqlite_database, tmp_path, good)[good.name].taken == 1
