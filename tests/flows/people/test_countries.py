"""Addresses abroad: taken in, written to with their country, called where their number says they are, or not at all."""

import json
from datetime import date
from pathlib import Path

import pytest

from compliance.hours import zones_of
from flows.people.contact.commands import change_person
from flows.people.countries import country_line, country_name, read_country
from flows.practice import Practice
from models.errors import Refused
from models.values import BadValue
from tests.flows.intake.files import rejects, take, write
from tests.small_book import account_of, publish_shipped, rows, run_days

TODAY = date(2026, 2, 2)
HEADER = "guarantor_id,first_name,last_name,birth_date,address1,city,state,zip,country,phone\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("US", "US"),
        ("usa", "US"),
        ("United States", "US"),
        ("Canada", "CA"),
        ("CAN", "CA"),
        ("mx", "MX"),
        ("Mexico", "MX"),
        ("UK", "GB"),
        ("Germany", "DE"),
        ("deu", "DE"),
    ],
)
def test_a_country_is_read_by_its_name_and_by_its_letters(text: str, code: str) -> None:
    assert read_country(text) == code


def test_what_is_no_country_says_what_to_write() -> None:
    with pytest.raises(BadValue, match='"Atlantis" is not a country; enter a two-letter code or a name'):
        read_country("Atlantis")


def test_the_last_line_of_an_address_is_its_country_in_capitals() -> None:
    assert country_name("MX") == "MEXICO"
    assert country_line("QC", "") == ("CANADA",)
    assert country_line("OH", "") == ()
    assert country_line(None, "GB") == ("UNITED KINGDOM",)


def test_abroad_only_a_number_of_that_country_tells_the_hours() -> None:
    assert zones_of("06600", "937-555-0101", country="MX") == frozenset(), "an Ohio number does not say where they are"
    assert zones_of("06600", "+52 55 5550 0101", country="MX") == {"America/Mexico_City"}
    assert zones_of("H2X 1Y4", "514-555-0101", state="QC") >= {"America/Toronto"}


def intake(practice: Practice, tmp_path: Path, *people: str) -> list[tuple[int, str, str]]:
    publish_shipped(practice.database)
    numbers = range(1, len(people) + 1)
    files = {
        "creditors": "creditor_id,name,kind,state,address1,city,zip,phone\n"
        "C1,Maple,physician_practice,OH,1 Maple,Dayton,45402,937-555-0100\n",
        "guarantors": HEADER + "".join(f"G{n},Per{n},Son{n},197{n}-01-01,{text}\n" for n, text in enumerate(people, 1)),
        "patients": "patient_id,guarantor_id,first_name,last_name\n"
        + "".join(f"P{n},G{n},Kid{n},Son\n" for n in numbers),
        "accounts": "account_number,creditor_id,patient_id,guarantor_id,payer_class,service_from,first_statement_on,"
        "balance\n" + "".join(f"A{n},C1,P{n},G{n},self_pay,2025-12-01,2026-01-02,100.00\n" for n in numbers),
    }
    paths = [write(tmp_path / "in", name, text) for name, text in files.items()]
    return rejects(take(practice.database, tmp_path / "in", *paths, today=TODAY)["guarantors.csv"])


def place(practice: Practice, number: str) -> tuple[str | None, ...]:
    key = account_of(practice.database, number).guarantor_id
    (row,) = rows(practice.database, "SELECT city, state, zip, country FROM person WHERE id = :id", id=key)
    return tuple(row)


def test_who_lives_abroad_is_written_to_there_and_not_called_at_an_unknown_hour(
    practice: Practice, tmp_path: Path
) -> None:
    found = intake(
        practice,
        tmp_path,
        "Calle Mayor 5,Guadalajara,Jalisco,44100,Mexico,937-555-0101",
        "77 Rue St-Denis,Montreal,QC,h2x1y4,Canada,514-555-0101",
        "1 Test Lane,Dayton,OH,45402,USA,937-555-0103",
    )
    assert found == []
    assert place(practice, "A1") == ("Guadalajara, Jalisco", None, "44100", "MX")
    assert place(practice, "A2") == ("Montreal", "QC", "H2X 1Y4", "")
    run_days(practice, TODAY, date(2026, 2, 24))
    letters = rows(
        practice.database, "SELECT guarantor_id, data FROM letter WHERE state <> 'voided' ORDER BY guarantor_id, id"
    )
    lines = {row.guarantor_id: json.loads(row.data)["guarantor"]["address_lines"] for row in letters if row.data}
    mine = {number: lines[account_of(practice.database, number).guarantor_id] for number in ("A1", "A2", "A3")}
    assert mine["A1"] == ["Calle Mayor 5", "Guadalajara, Jalisco 44100", "MEXICO"]
    assert mine["A2"][-2:] == ["Montreal, QC H2X 1Y4", "CANADA"]
    assert mine["A3"][-1] == "Dayton, OH 45402"
    listed = rows(practice.database, "SELECT DISTINCT guarantor_id FROM task WHERE kind = 'call'")
    waits = rows(
        practice.database,
        "SELECT 1 FROM task WHERE kind = 'missing-phone' AND state = 'open' AND guarantor_id = :id",
        id=account_of(practice.database, "A1").guarantor_id,
    )
    assert account_of(practice.database, "A1").guarantor_id not in [row[0] for row in listed]
    assert waits, "a call does not vanish for want of an hour"


def test_a_state_of_another_country_and_an_unknown_country_are_rejected(practice: Practice, tmp_path: Path) -> None:
    found = intake(
        practice,
        tmp_path,
        "1 Test Lane,Dayton,OH,45402,Canada,937-555-0101",
        "1 Test Lane,Dayton,OH,45402,Atlantis,",
        "1 Test Lane,Dayton,OH,45402,,937-555-0103",
    )
    assert [(line, field) for line, field, _ in found] == [(2, "country"), (3, "country")]


def test_who_moves_abroad_lives_in_no_state_and_who_returns_lives_in_one(practice: Practice, tmp_path: Path) -> None:
    intake(practice, tmp_path, "1 Test Lane,Dayton,OH,45402,,937-555-0101")
    for line, there in (
        ("G1,Per1,Son1,1971-01-01,Calle Mayor 5,Merida,,97000,MX,", ("Merida", None, "97000", "MX")),
        ("G1,Per1,Son1,1971-01-01,,,,,,937-555-0102", ("Merida", None, "97000", "MX")),
        ("G1,Per1,Son1,1971-01-01,1 Test Lane,Dayton,OH,45402,,", ("Dayton", "OH", "45402", "")),
    ):
        path = write(tmp_path / "later", "guarantors", HEADER + line + "\n")
        take(practice.database, tmp_path / "later", path, today=TODAY)
        assert place(practice, "A1") == there


def test_an_address_abroad_is_changed_at_the_desk(practice: Practice, tmp_path: Path) -> None:
    intake(practice, tmp_path, "1 Test Lane,Dayton,OH,45402,,937-555-0101")
    person = account_of(practice.database, "A1").guarantor_id

    def change(**what: str | None) -> None:
        with practice.database.transaction(actor="leo", business_date=TODAY) as tx:
            change_person(tx, person, what, "patient")

    change(address1="Calle Mayor 5", city="Merida", state="Yucatan", zip="97000", country="Mexico")
    assert place(practice, "A1") == ("Merida, Yucatan", None, "97000", "MX")
    change(phone="937-555-0104")
    assert place(practice, "A1")[3] == "MX", "what was not said stays"
    with pytest.raises(Refused, match="the address has no city"):
        change(city=None)
    with pytest.raises(Refused, match="is not a country"):
        change(country="Atlantis")
    change(address1="1 Test Lane", city="Dayton", state="OH", zip="45402")
    assert place(practice, "A1") == ("Dayton", "OH", "45402", "")
