"""Who may be asked, by which number and at which address: read where that is sure, else held with a clerk's task."""

from datetime import date
from pathlib import Path

import pytest

from flows.people.addresses import agrees, read_zip
from flows.people.contact.commands import change_person
from flows.people.phones import read_phones
from flows.practice import Practice
from models.database import Database
from models.errors import Refused
from tests.flows.intake.files import rejects, take, write
from tests.small_book import account_of, publish_shipped, rows, run_days

TODAY = date(2026, 2, 2)
HEADER = "guarantor_id,first_name,last_name,birth_date,address1,city,state,zip,phone\n"


def intake(practice: Practice, tmp_path: Path, *people: str) -> list[tuple[int, str, str]]:
    """Guarantors G1, G2 ... with an account each, A1, A2 ...; returns the rejects of the guarantors' file."""
    publish_shipped(practice.database)
    lines = [f"G{n},Per{n},Son{n},{text}" for n, text in enumerate(people, 1)]
    numbers = range(1, len(people) + 1)
    files = {
        "creditors": "creditor_id,name,kind,state,address1,city,zip,phone\n"
        "C1,Maple,physician_practice,OH,1 Maple,Dayton,45402,937-555-0100\n",
        "guarantors": HEADER + "\n".join(lines) + "\n",
        "patients": "patient_id,guarantor_id,first_name,last_name\n"
        + "".join(f"P{n},G{n},Kid{n},Son\n" for n in numbers),
        "accounts": "account_number,creditor_id,patient_id,guarantor_id,payer_class,service_from,first_statement_on,balance\n"
        + "".join(f"A{n},C1,P{n},G{n},self_pay,2025-12-01,2026-01-02,100.00\n" for n in numbers),
    }
    paths = [write(tmp_path / "in", name, text) for name, text in files.items()]
    return rejects(take(practice.database, tmp_path / "in", *paths, today=TODAY)["guarantors.csv"])


def tasks(database: Database) -> list[tuple[str, str]]:
    query = (
        "SELECT t.kind, a.number FROM task t JOIN task_account ta ON ta.task_id = t.id JOIN account a "
        "ON a.id = ta.account_id WHERE t.state = 'open' AND t.role = 'clerk' ORDER BY a.number, t.kind"
    )
    return [(row.kind, row.number) for row in rows(database, query)]


def test_a_guarantor_under_age_is_not_contacted_and_one_who_is_not_born_is_rejected(
    practice: Practice, tmp_path: Path
) -> None:
    found = intake(
        practice,
        tmp_path,
        "2010-06-01,1 Test Lane,Dayton,OH,45402,937-555-0101",
        "2027-05-01,1 Test Lane,Dayton,OH,45402,937-555-0102",
        "2008-02-02,1 Test Lane,Dayton,OH,45402,937-555-0103",
    )
    assert [(line, field) for line, field, _ in found] == [(3, "birth_date")]
    assert tasks(practice.database) == [("find-guarantor", "A1")]
    run_days(practice, TODAY, date(2026, 2, 20))
    written = rows(
        practice.database, "SELECT DISTINCT a.number FROM letter_account la JOIN account a ON a.id = la.account_id"
    )
    called = rows(practice.database, "SELECT DISTINCT guarantor_id FROM task WHERE kind = 'call'")
    assert [row.number for row in written] == ["A3"], "eighteen years old today"
    assert [row[0] for row in called] == [account_of(practice.database, "A3").guarantor_id]


def test_a_number_that_cannot_be_dialed_is_a_clerks_task_and_its_call_waits(practice: Practice, tmp_path: Path) -> None:
    intake(
        practice,
        tmp_path,
        "1970-01-01,1 Test Lane,Dayton,OH,45402,555-0101",
        "1970-01-01,1 Test Lane,Dayton,OH,45402,937-555-0102; 937-555-0103",
        "1970-01-01,1 Test Lane,Dayton,OH,45402,",
    )
    assert tasks(practice.database) == [("find-phone", "A1")]
    people = rows(practice.database, "SELECT phone, mobile FROM person WHERE phone IS NOT NULL AND phone <> '555-0101'")
    assert [tuple(row) for row in people] == [("937-555-0102", "937-555-0103")]
    run_days(practice, TODAY, date(2026, 2, 20))
    called = rows(practice.database, "SELECT guarantor_id FROM task WHERE kind = 'call'")
    assert [row[0] for row in called] == [account_of(practice.database, "A2").guarantor_id]
    assert ("missing-phone", "A3") in tasks(practice.database), "a call does not vanish for want of a number"
    with practice.database.transaction(actor="leo", business_date=date(2026, 2, 20)) as tx:
        change_person(tx, account_of(practice.database, "A1").guarantor_id, {"phone": "937-555-0101"}, "patient")
        change_person(tx, account_of(practice.database, "A3").guarantor_id, {"phone": "937-555-0104"}, "patient")
    assert tasks(practice.database) == []
    run_days(practice, date(2026, 2, 21), date(2026, 2, 24))
    assert len(rows(practice.database, "SELECT guarantor_id FROM task WHERE kind = 'call'")) == 3


def test_a_zip_of_another_state_holds_the_letters_with_a_task(practice: Practice, tmp_path: Path) -> None:
    intake(
        practice,
        tmp_path,
        "1970-01-01,1 Test Lane,Cambridge,MA,2138,937-555-0101",
        "1970-01-01,1 Test Lane,Chicago,OH,60607,937-555-0102",
        "1970-01-01,1 Test Lane,Dayton,Ohio,454021234,937-555-0103",
        "1970-01-01,77 Rue St-Denis,Montreal,QC,h2x1y4,514-555-0101",
    )
    assert tasks(practice.database) == [("find-address", "A2")]
    assert [
        row.zip for row in rows(practice.database, "SELECT zip FROM person WHERE phone IS NOT NULL ORDER BY id")
    ] == [
        "02138",
        "60607",
        "45402-1234",
        "H2X 1Y4",
    ]
    run_days(practice, TODAY, date(2026, 2, 20))
    written = rows(
        practice.database,
        "SELECT DISTINCT a.number FROM letter_account la JOIN account a ON a.id = la.account_id ORDER BY a.number",
    )
    assert [row.number for row in written] == ["A1", "A3", "A4"]


@pytest.mark.parametrize(
    ("state", "zip_code", "says"),
    [
        ("ZZ", "60607", "is not a state"),
        ("OH", "60607", "ZIP 60607 is in IL, not in OH"),
        ("QC", "60607", "is not a postal code"),
    ],
)
def test_an_address_that_cannot_be_is_refused_at_the_desk(
    practice: Practice, tmp_path: Path, state: str, zip_code: str, says: str
) -> None:
    intake(practice, tmp_path, "1970-01-01,1 Test Lane,Dayton,OH,45402,937-555-0101")
    with pytest.raises(Refused, match=says), practice.database.transaction(actor="leo", business_date=TODAY) as tx:
        change = {"address1": "1 Test Lane", "city": "Chicago", "state": state, "zip": zip_code}
        change_person(tx, account_of(practice.database, "A1").guarantor_id, change, "patient")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("9375550101", ("937-555-0101",)),
        ("9375550101.0", ("937-555-0101",)),
        ("1-937-555-0101", ("937-555-0101",)),
        ("(937) 555-0101 x204", ("(937) 555-0101 x204",)),
        ("937-555-0101;937-555-0102", ("937-555-0101", "937-555-0102")),
        ("9.37555E+09", ()),
        ("555-0101", ()),
        ("0000000000", ()),
        ("ask at the desk", ()),
        ("", ()),
        (None, ()),
        ("+49 6371 555010", ("+49 6371 555010",)),
    ],
)
def test_a_phone_is_read_where_that_is_sure(text: str | None, read: tuple[str, ...]) -> None:
    assert read_phones(text) == read


@pytest.mark.parametrize(
    ("text", "state", "read"),
    [
        ("2138", "MA", "02138"),
        ("2138", "OH", "2138"),
        ("454021234", "OH", "45402-1234"),
        ("21381234", "MA", "02138-1234"),
        ("45402", "OH", "45402"),
        ("901", "PR", "00901"),
        ("9021", "AE", "09021"),
        ("H2X1Y4", "QC", "H2X 1Y4"),
        (None, "OH", None),
    ],
)
def test_a_zip_is_put_right_where_the_state_confirms_it(text: str | None, state: str, read: str | None) -> None:
    assert read_zip(text, state) == read


@pytest.mark.parametrize(
    ("zip_code", "state", "found"),
    [
        ("45402", "OH", True),
        ("45402-1234", "OH", True),
        ("60607", "OH", False),
        ("09021", "AE", True),
        ("34012", "AA", True),
        ("2138", "OH", False),
        ("H2X 1Y4", "QC", True),
        ("H2X 1Y4", "ON", False),
        (None, "OH", True),
    ],
)
def test_zip_and_state_agree_or_not(zip_code: str | None, state: str, found: bool) -> None:
    assert agrees(zip_code, state) is found
