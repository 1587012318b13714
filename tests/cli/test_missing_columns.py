"""A file without a column that must be there: one sentence with the file and the column, in every format."""

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from flows.agency_handoff.files.layout_file import layout_from, shipped_layouts
from flows.agency_handoff.files.reading import check_whole
from flows.intake.book_files import BOOK_FILES
from flows.intake.deaths import DEATHS
from flows.intake.payments_file import PAYMENTS
from flows.intake.synthea import COLUMNS, OPTIONAL, RENAMED, TRANSITIONS
from models.enums import AgencyFileKind
from models.errors import BadFile
from tests.command_line import BOOK, ok, run
from tests.flows.agency_handoff.agencies import terms_text
from tests.flows.intake.files import PLAIN_REMITTANCE

DAY = ("--date", "2026-09-01")

PAID = "account_number,date,amount,method,reference,reversal\nA1,2026-01-20,5.00,check,77,no\n"
DIED = "first_name,last_name,birth_date,death_date,state,source\nAda,Tester,1970-01-01,2026-01-10,OH,clippings\n"
MAPPING = "take: payments\ncolumns: {account_number: Acct, date: Posted, amount: Amt, reference: Ref}\n"
MAPPED = "Acct,Posted,Amt,Ref\nA1,2026-01-20,5.00,77\n"
ANSWER = "record,account_number,their_number,answer,balance,reason\nD,A1,H1,accepted,,\nT,1\n"

SYNTHEA = {
    "patients.csv": "Id,BIRTHDATE,DEATHDATE,SSN,FIRST,LAST,ADDRESS,CITY,STATE,ZIP\nP1,2020-01-01,,999-00-1111,Ann,Lee,1 A St,Boston,Massachusetts,02108\n",
    "claims.csv": "Id,PATIENTID,PROVIDERID,PRIMARYPATIENTINSURANCEID,SERVICEDATE,LASTBILLEDDATEP\nC1,P1,D1,I1,2025-12-01,2026-01-05\n",
    "claims_transactions.csv": "ID,CLAIMID,TYPE,AMOUNT,METHOD,FROMDATE,TRANSFERTYPE,PAYMENTS\nT1,C1,CHARGE,50.00,,2025-12-01,p,\n",
    "organizations.csv": "Id,NAME,ADDRESS,CITY,STATE,ZIP,PHONE\nO1,HARBOR HOSPITAL,1 B St,Boston,MA,02108,6175550100\n",
    "providers.csv": "Id,ORGANIZATION\nD1,O1\n",
    "payers.csv": "Id,NAME\nI1,NO_INSURANCE\n",
    TRANSITIONS: "PATIENT,MEMBERID,START_DATE,END_DATE,PAYER,SECONDARY_PAYER,PLAN_OWNERSHIP,OWNER_NAME\n"
    "P1,M1,2020-01-01,2026-12-31,I1,,Guardian,Bo Lee\n",
}


@dataclass(frozen=True)
class Case:
    """A file that is whole, and a column that is taken out of it; `beside` are files that lie in its folder."""

    name: str
    text: str
    column: str
    words: tuple[str, ...] = ("intake",)
    beside: dict[str, str] = field(default_factory=dict[str, str])

    def __str__(self) -> str:
        return f"{' '.join(self.words)} {self.name} {self.column}"


def without(text: str, column: str) -> str:
    """A CSV without one of its columns."""
    rows = list(csv.reader(io.StringIO(text)))
    place = [name.lower() for name in rows[0]].index(column.lower())
    out = io.StringIO()
    csv.writer(out).writerows([row[:place] + row[place + 1 :] if len(row) > place else row for row in rows])
    return out.getvalue()


CASES = [
    *(Case(f"{kind.name}.csv", BOOK[f"{kind.name}.csv"], column) for kind in BOOK_FILES for column in kind.required),
    *(
        Case("paid.csv", PAID, column, words)
        for column in PAYMENTS.required
        for words in (("intake",), ("intake", "--as", "payments"))
    ),
    Case("paid.csv", PAID, "account_number", ("intake", "--as", "payments")),
    *(Case("died.csv", DIED, column, ("intake", "--as", "deaths")) for column in DEATHS.required),
    *(
        Case("export.csv", MAPPED, column, ("intake", "--mapping", "{folder}/map.yaml"), {"map.yaml": MAPPING})
        for column in ("Acct", "Posted", "Amt", "Ref")
    ),
    *(
        Case(name, SYNTHEA[name], column, ("intake", "--as", "synthea", "folder"), SYNTHEA)
        for name, columns in {**COLUMNS, **OPTIONAL, TRANSITIONS: ("patient", *RENAMED)}.items()
        for column in columns
    ),
    *(
        Case("harbor-acknowledgment-1.csv", ANSWER, column, ("agency", "import"))
        for column in ("account_number", "answer", "balance")
    ),
]


@pytest.fixture
def folder(taken_in: Path, tmp_path: Path) -> Path:
    """A folder for files, beside a book with an agency in it."""
    (tmp_path / "harbor.yaml").write_text(terms_text("harbor"))
    ok("agency", "publish", str(tmp_path / "harbor.yaml"), *DAY)
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def _typed(case: Case, folder: Path) -> list[str]:
    words = [word.format(folder=folder) for word in case.words]
    target = folder if words[-1] == "folder" else folder / case.name
    return [*[word for word in words if word != "folder"], str(target), *DAY]


def test_each_missing_column_is_one_sentence_with_file_and_column(folder: Path) -> None:
    for case in CASES:
        for old in folder.iterdir():
            old.unlink()
        for name, text in {**case.beside, case.name: without(case.text, case.column)}.items():
            (folder / name).write_text(text)
        result = run(*_typed(case, folder))
        said = " ".join(result.stderr.split())
        assert result.exit_code == 1, f"{case}: {result.output}"
        assert isinstance(result.exception, SystemExit), f"{case}: {result.exception!r}"
        assert case.name in said and case.column.lower() in said.lower(), f"{case}: {said}"
        assert "missing" in said or "neither" in said or "also needs the column" in said, f"{case}: {said}"
        assert "Traceback" not in said and len(result.stderr.strip().splitlines()) <= 8, f"{case}: {said}"


def test_the_same_files_whole_are_taken(folder: Path) -> None:
    """So that the test above fails for the column, and not for something else."""
    for case in {(one.words, one.name): one for one in CASES if one.words != ("agency", "import")}.values():
        for name, text in {**case.beside, case.name: case.text}.items():
            (folder / name).write_text(text)
        result = run(*_typed(case, folder))
        assert result.exit_code == 0, f"{case}: {result.output}"


@pytest.mark.parametrize("name", sorted(shipped_layouts()))
def test_a_layout_with_titles_names_the_title_that_is_missing(name: str, tmp_path: Path) -> None:
    layout = layout_from(shipped_layouts()[name].read_text(), name)
    if not layout.titles:
        return
    cells = layout.files[AgencyFileKind.RETURNS].line
    for cell in cells:
        path = tmp_path / "returns.csv"
        path.write_text(layout.delimiter.join(one.title for one in cells if one is not cell) + "\n")
        with pytest.raises(BadFile, match=rf"returns\.csv:1: column {cell.title} is missing"):
            check_whole(layout, AgencyFileKind.RETURNS, path)


def test_a_remittance_without_a_segment_names_file_and_segment(folder: Path) -> None:
    for segment in ("ST", "BPR", "TRN", "SE"):
        lines = [one for one in PLAIN_REMITTANCE.split("~") if not one.strip().startswith(f"{segment}*")]
        (folder / "bad.835").write_text("~".join(lines))
        result = run("intake", str(folder / "bad.835"), *DAY)
        assert result.exit_code == 1, f"{segment}: {result.output}"
        assert "bad.835" in result.stderr and segment in result.stderr, f"{segment}: {result.stderr}"
