"""A synthetic clinic's export comes in as of a day, and again as of a later one."""

from datetime import date
from pathlib import Path

import pytest

from flows.intake.file_format import Options
from flows.intake.rows import FileReport
from flows.intake.synthea import SyntheaOptions
from models.database import Database
from models.errors import BadFile
from tests.flows.intake.files import balances, take, whole, write
from tests.small_book import rows

SINCE = date(2022, 7, 1)


def take_as_of(database: Database, field: Path, tmp_path: Path, day: date) -> dict[str, FileReport]:
    options = Options(synthea=SyntheaOptions(as_of=day, since=SINCE, patient_payments=False))
    return take(database, tmp_path / "in", field / "data" / "synthea", options=options, today=day)


@pytest.mark.field
def test_a_year_of_claims_gives_its_accounts_and_taken_again_nothing(
    field: Path, empty_sqlite_database: Database, tmp_path: Path
) -> None:
    database, day = empty_sqlite_database, date(2023, 6, 30)
    reports = take_as_of(database, field, tmp_path, day)
    assert not any(report.rejected for report in reports.values())
    found = balances(database)
    assert len(found) == 63
    assert len(rows(database, "SELECT DISTINCT patient_id FROM account")) == 20
    assert min(found.values()) >= 0 < sum(found.values())
    late = "SELECT id FROM ledger_entry WHERE posted_on > :day UNION SELECT id FROM person WHERE death_date > :day"
    assert rows(database, late, day=day.isoformat()) == []
    before = whole(database)
    assert all(report.already_taken for report in take_as_of(database, field, tmp_path, day).values())
    assert whole(database) == before


@pytest.mark.field
def test_a_minor_is_answered_for_by_a_guardian(field: Path, empty_sqlite_database: Database, tmp_path: Path) -> None:
    day = date(2023, 6, 30)
    take_as_of(empty_sqlite_database, field, tmp_path, day)
    query = (
        "SELECT DISTINCT p.id, p.birth_date, a.patient_id = a.guarantor_id AS alone FROM account a "
        "JOIN person p ON p.id = a.patient_id"
    )
    found = rows(empty_sqlite_database, query)
    minors = [row.alone for row in found if date.fromisoformat(row.birth_date) > date(2005, 6, 30)]
    assert len(minors) > 3
    assert sum(minors) == 1, "the export names no guardian of one of them"
    assert all(row.alone for row in found if date.fromisoformat(row.birth_date) <= date(2005, 6, 30))


@pytest.mark.field
def test_taken_again_as_of_a_later_day_only_what_is_new_comes_in(
    field: Path, empty_sqlite_database: Database, tmp_path: Path
) -> None:
    database = empty_sqlite_database
    take_as_of(database, field, tmp_path, date(2023, 1, 31))
    early = balances(database)
    deaths = rows(database, "SELECT id FROM person WHERE death_date IS NOT NULL")
    later = take_as_of(database, field, tmp_path, date(2023, 6, 30))
    found = balances(database)
    assert 0 < len(early) < len(found) == 63
    assert later["claims.csv"].taken == 63 - len(early)
    assert {number: found[number] for number in early} == early
    assert len(rows(database, "SELECT id FROM person WHERE death_date IS NOT NULL")) >= len(deaths)


def test_an_export_without_a_file_or_a_column_is_refused(empty_sqlite_database: Database, tmp_path: Path) -> None:
    options = Options(kind=None)
    for name in ("patients", "claims", "claims_transactions", "organizations", "providers"):
        write(tmp_path / "in", name, "Id,NAME\n1,x\n")
    with pytest.raises(BadFile, match=r"patients\.csv:1: columns birthdate, deathdate"):
        take(empty_sqlite_database, tmp_path / "in", options=options)


PATIENTS_CSV = (
    "ID,BIRTHDATE,DEATHDATE,SSN,FIRST,LAST,ADDRESS,CITY,STATE,ZIP\n"
    "P1,2020-01-01,,999-00-1111,Kim,Lee,1 A St,Boston,Massachusetts,02108\n"
)
TRANSITIONS = {
    "today": "PATIENT,MEMBERID,START_DATE,END_DATE,PAYER,SECONDARY_PAYER,PLAN_OWNERSHIP,OWNER_NAME\n",
    "older": "PATIENT,MEMBERID,START_YEAR,END_YEAR,PAYER,SECONDARY_PAYER,OWNERSHIP,OWNERNAME\n",
}


@pytest.mark.parametrize("header", TRANSITIONS)
def test_the_guardian_of_the_newest_insurance_is_read_in_exports_of_today_and_of_before(
    header: str, empty_sqlite_database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    insured = "P1,M2,2024-01-01,2025-12-31,I1,,Guardian,Ada Lee\nP1,M1,2020-01-01,2023-12-31,I1,,Guardian,Bo Ray\n"
    for name, text in {
        "patients": PATIENTS_CSV,
        "claims": "Id,PATIENTID,PROVIDERID,PRIMARYPATIENTINSURANCEID,SERVICEDATE,LASTBILLEDDATEP\n"
        "C1,P1,D1,I1,2025-12-01,2026-01-05\n",
        "claims_transactions": "ID,CLAIMID,TYPE,AMOUNT,METHOD,FROMDATE,TRANSFERTYPE,PAYMENTS\n"
        "T1,C1,CHARGE,50.00,,2025-12-01,p,\n",
        "organizations": "Id,NAME,ADDRESS,CITY,STATE,ZIP,PHONE\nO1,HARBOR HOSPITAL,1 B St,Boston,MA,02108,6175550100\n",
        "providers": "ID,ORGANIZATION\nD1,O1\n",
        "payers": "id,NAME\nI1,Medicaid\n",
        "payer_transitions": TRANSITIONS[header] + insured,
    }.items():
        write(folder, name, text)
    take(empty_sqlite_database, folder, folder, today=date(2026, 2, 2))
    query = "SELECT g.first_name, g.last_name, a.payer_class FROM account a JOIN person g ON g.id = a.guarantor_id"
    assert [tuple(row) for row in rows(empty_sqlite_database, query)] == [("Ada", "Lee", "medicaid")]
