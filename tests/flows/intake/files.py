"""A book of a few files as a test needs it, and ways to look at what came of it."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from flows.intake.file_format import Options
from flows.intake.rows import FileReport
from flows.intake.take import take_files
from models.database import Database
from tests.small_book import rows, someone, take_in

TODAY = date(2026, 3, 2)

CREDITORS = "creditor_id,name,kind,state\nC1,Maple Street Clinic,physician_practice,OH\n"
GUARANTORS = (
    "guarantor_id,first_name,last_name,birth_date,address1,city,state,zip,phone,email_consent,language\n"
    "G1,Ann,Lee,1970-01-01,1 Test Lane,Dayton,OH,45402,937-555-0101,yes,es\n"
    "G2,Bo,Ray,1980-02-02,2 Test Lane,Dayton,OH,45402,937-555-0102,,\n"
)
PATIENTS = (
    "patient_id,guarantor_id,first_name,last_name,birth_date\nP1,G1,Ann,Lee,1970-01-01\nP2,G2,Cy,Ray,2015-05-05\n"
)
ACCOUNTS = (
    "account_number,creditor_id,patient_id,guarantor_id,payer_class,service_from,first_statement_on,balance\n"
    "A1,C1,P1,G1,self_pay,2025-12-01,2026-01-05,100.00\n"
    "A2,C1,P2,G2,commercial,2025-12-02,2026-01-06,50.00\n"
    "A3,C1,P2,G2,commercial,2025-12-03,2026-01-07,30.00\n"
)
TRANSACTIONS = (
    "transaction_id,account_number,date,kind,amount,reference\n"
    "T1,A1,2025-12-01,charge,120.00,\n"
    "T2,A1,2025-12-20,patient_payment,-20.00,check 1\n"
    "T3,A2,2025-12-02,charge,50.00,\n"
)
BOOK = {
    "creditors": CREDITORS,
    "guarantors": GUARANTORS,
    "patients": PATIENTS,
    "accounts": ACCOUNTS,
    "transactions": TRANSACTIONS,
}


def write(folder: Path, name: str, text: str | bytes) -> Path:
    """A file with this content; a name without an ending is a CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (name if "." in name else f"{name}.csv")
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def write_book(folder: Path, **instead: str | bytes) -> list[Path]:
    """The files of the book, some of them with another content."""
    return [write(folder, name, text) for name, text in {**BOOK, **instead}.items()]


def take(
    database: Database, folder: Path, *paths: Path, options: Options | None = None, today: date = TODAY
) -> dict[str, FileReport]:
    """Take files in; the reports by file name. Rejects go to a folder beside."""
    reports = take_files(database, list(paths) or [folder], options or Options(), today, folder.parent / "rejects")
    return {report.name: report for report in reports}


def rejects(report: FileReport) -> list[tuple[int, str, str]]:
    """The rows of a reject file: line, field, reason."""
    if report.reject_file is None:
        assert report.rejected == 0
        return []
    with Path(report.reject_file).open(encoding="utf-8", newline="") as file:
        found = [(int(row["line"]), row["field"], row["reason"]) for row in csv.DictReader(file)]
    assert len(found) == report.rejected
    return found


def balances(database: Database) -> dict[str, int]:
    """Every account's balance in cents, each checked against the sum of its ledger."""
    query = (
        "SELECT a.number, a.balance_cents, (SELECT coalesce(sum(l.amount_cents), 0) FROM ledger_entry l "
        "WHERE l.account_id = a.id) AS ledger FROM account a ORDER BY a.number"
    )
    found = rows(database, query)
    for row in found:
        assert row.balance_cents == row.ledger, f"account {row.number} does not agree with its ledger"
    return {row.number: row.balance_cents for row in found}


def whole(
    database: Database, without: Sequence[str] = ("at", "digest", "previous_digest", "history_digest")
) -> dict[str, object]:
    """Every table, without clock times and the digests that follow from them."""
    names = [name for name in sa.inspect(database.engine).get_table_names() if name != "alembic_version"]
    found: dict[str, object] = {}
    for name in names:
        table = sorted(
            (
                tuple((k, v) for k, v in row._mapping.items() if k not in without)
                for row in rows(database, f"SELECT * FROM {name}")
            ),
            key=repr,
        )
        found[name] = table
    return found


HEAD = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*PROVIDER       *260201*1500*^*00501*000000005*0*P*:~"
PAID = "20260201"


def remittance(paid: str, *claims: str, plb: str = "", trace: str = "TRACE1", payer: str = "MADE UP PLAN") -> str:
    """An 835 with one payment; segments of a claim are parted by a blank."""
    body = "".join(f"{segment}~" for claim in claims for segment in claim.split())
    return (
        f"{HEAD}GS*HP*PAYER*PROVIDER*20260201*1500*5*X*005010X221A1~ST*835*0001~"
        f"BPR*I*{paid}*C*ACH************{PAID}~TRN*1*{trace}*1999999999~N1*PR*{payer}~LX*1~{body}"
        f"{f'PLB*1234567893*20261231*{plb}~' if plb else ''}SE*9*0001~GE*1*5~IEA*1*000000005~"
    )


def post(database: Database, tmp_path: Path, text: str, name: str = "remit.835") -> FileReport:
    return take(database, tmp_path / "in", write(tmp_path / "in", name, text))[name]


def owing(database: Database, *numbers: str, cents: int = 10_000) -> None:
    """Accounts with a balance, a person each."""
    take_in(database, [someone(f"Q{n}", number, cents=cents) for n, number in enumerate(numbers)], date(2026, 1, 10))


PAID_CLAIM = "CLP*A1*1*100*60*15*12*ICN1*11 CAS*CO*45*25 CAS*PR*2*15"
PLAIN_REMITTANCE = remittance("60", PAID_CLAIM)
"""A remittance of one claim, as the standard writes it."""
