"""Two records that may be one person: the newer one is held, a stop holds both, and one decision joins or parts them."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from bench.same_person import measure
from flows.accounts.holds import NewHold, open_holds
from flows.people.alike import Record, alike
from flows.people.death import record_death
from flows.people.duplicates import suspects
from flows.people.duplicates.commands import decide_different, decide_same, undo_same
from flows.people.duplicates.queries import open_suspects
from flows.people.duplicates.suspects import MOST_AT_A_PHONE, find_suspects
from flows.people.nearly import nearly_same_day, one_slip
from flows.practice import Practice
from models import Person
from models.columns import table
from models.database import Database
from models.enums import HoldKind
from models.errors import Refused
from tests.flows.intake.files import take, write
from tests.small_book import account_of, publish_shipped, rows, run_days

TODAY = date(2026, 2, 2)
BORN = date(1961, 5, 5)

GUARANTORS = """guarantor_id,first_name,last_name,birth_date,ssn_last4,address1,city,state,zip,phone
D1,Rosa,Lopez,1961-05-05,4471,1 Test Lane,Dayton,OH,45402,937-555-0101
D2,ROSA,López,1961-05-05,4471,9 Other Road,Dayton,OH,45402,937-555-0102
D3,Rosa,Lopez,1988-01-01,,1 Test Lane,Dayton,OH,45402,937-555-0101
"""
CREDITORS = "creditor_id,name,kind,state,address1,city,zip,phone\nC1,Maple,physician_practice,OH,1 Maple,Dayton,45402,937-555-0100\n"
PATIENTS = "patient_id,guarantor_id,first_name,last_name\n" + "".join(f"P{n},D{n},Kid{n},Lopez\n" for n in (1, 2, 3))
ACCOUNTS = (
    "account_number,creditor_id,patient_id,guarantor_id,payer_class,service_from,first_statement_on,balance\n"
    + "".join(f"A{n},C1,P{n},D{n},self_pay,2025-12-01,2026-01-02,{n}00.00\n" for n in (1, 2, 3))
)


@pytest.fixture
def pair(practice: Practice, tmp_path: Path) -> Practice:
    """Rosa under two numbers, her daughter of the same name under a third."""
    publish_shipped(practice.database)
    files = {"creditors": CREDITORS, "guarantors": GUARANTORS, "patients": PATIENTS, "accounts": ACCOUNTS}
    paths = [write(tmp_path / "in", name, text) for name, text in files.items()]
    reports = take(practice.database, tmp_path / "in", *paths, today=TODAY)
    assert "1 pair of records agrees in name, birth date and more, and may be the same person" in " ".join(
        reports["guarantors.csv"].warnings
    )
    return practice


def held(database: Database) -> list[str]:
    query = (
        "SELECT DISTINCT a.number FROM hold h JOIN account a ON a.guarantor_id = h.person_id "
        "WHERE h.kind = 'identity' AND h.cleared_on IS NULL ORDER BY a.number"
    )
    return [row.number for row in rows(database, query)]


def written_to(database: Database) -> list[str]:
    query = "SELECT DISTINCT a.number FROM letter_account la JOIN account a ON a.id = la.account_id ORDER BY a.number"
    return [row.number for row in rows(database, query)]


def test_the_newer_record_is_held_with_a_task_and_the_daughter_is_not(pair: Practice) -> None:
    assert held(pair.database) == ["A2"]
    (task,) = rows(pair.database, "SELECT reason FROM task WHERE kind = 'same-person' AND state = 'open'")
    assert task.reason == "Decide whether two records are the same person (no. 1): name, birth date and SSN agree"
    run_days(pair, TODAY, date(2026, 2, 9))
    assert written_to(pair.database) == ["A1", "A3"]


@pytest.mark.parametrize("kind", [HoldKind.CEASE, HoldKind.ATTORNEY, HoldKind.BANKRUPTCY])
def test_a_stop_said_under_one_number_stops_the_other(pair: Practice, kind: HoldKind) -> None:
    with pair.database.transaction(actor="maria", business_date=TODAY) as tx:
        open_holds(tx, [NewHold(kind, person_id=account_of(pair.database, "A2").guarantor_id)])
    assert held(pair.database) == ["A1", "A2"]


def test_a_death_under_one_number_stops_the_other(pair: Practice) -> None:
    with pair.database.transaction(actor="maria", business_date=TODAY) as tx:
        record_death(tx, account_of(pair.database, "A2").guarantor_id, date(2026, 1, 15), "daughter")
    assert held(pair.database) == ["A1", "A2"]
    run_days(pair, TODAY, date(2026, 2, 9))
    assert written_to(pair.database) == ["A3"]


def test_one_person_gets_one_letter_and_is_stopped_once(pair: Practice) -> None:
    with pair.database.transaction(actor="leo", business_date=TODAY) as tx:
        kept = decide_same(tx, 1, "same driver's license")
    assert (held(pair.database), open_suspects_of(pair.database)) == ([], [])
    assert account_of(pair.database, "A2").guarantor_id == account_of(pair.database, "A1").guarantor_id == kept
    run_days(pair, TODAY, date(2026, 2, 9))
    letters = rows(
        pair.database,
        "SELECT letter_id FROM letter_account la JOIN account a ON a.id = la.account_id WHERE a.number IN ('A1', 'A2')",
    )
    assert len({row.letter_id for row in letters}) == 1, "one letter about both accounts"
    with pair.database.transaction(actor="maria", business_date=date(2026, 2, 9)) as tx:
        open_holds(tx, [NewHold(HoldKind.CEASE, person_id=kept)])
    assert not rows(pair.database, "SELECT 1 FROM task WHERE kind = 'same-person' AND state = 'open'")


def test_a_decision_that_was_wrong_is_undone_and_nothing_is_lost(pair: Practice) -> None:
    before = account_of(pair.database, "A2").guarantor_id
    with pair.database.transaction(actor="leo", business_date=TODAY) as tx:
        decide_same(tx, 1, "same driver's license")
    with pair.database.transaction(actor="leo", business_date=TODAY) as tx:
        undo_same(tx, 1, "her cousin")
    assert account_of(pair.database, "A2").guarantor_id == before
    assert rows(pair.database, "SELECT person_id FROM person_key WHERE external_id = 'D2'")[0].person_id == before
    assert not rows(pair.database, "SELECT 1 FROM person_moved")
    assert held(pair.database) == []


def test_two_persons_are_contacted_each_for_itself(pair: Practice) -> None:
    with pair.database.transaction(actor="leo", business_date=TODAY) as tx:
        decide_different(tx, 1, "two birth certificates")
    assert held(pair.database) == []
    with (
        pytest.raises(Refused, match="was decided on 2026-02-02 by leo: different people"),
        pair.database.transaction(actor="leo", business_date=TODAY) as tx,
    ):
        decide_same(tx, 1, "changed my mind")
    run_days(pair, TODAY, date(2026, 2, 9))
    assert written_to(pair.database) == ["A1", "A2", "A3"]


def test_the_dead_ones_record_is_kept_and_the_other_account_joins_the_matter(pair: Practice) -> None:
    dead = account_of(pair.database, "A2").guarantor_id
    with pair.database.transaction(actor="maria", business_date=TODAY) as tx:
        record_death(tx, dead, date(2026, 1, 15), "daughter")
    with pair.database.transaction(actor="leo", business_date=TODAY) as tx:
        assert decide_same(tx, 1, "same driver's license") == dead
    joined = rows(
        pair.database, "SELECT a.number FROM matter_account m JOIN account a ON a.id = m.account_id ORDER BY 1"
    )
    assert [row.number for row in joined] == ["A1", "A2"]


def open_suspects_of(database: Database) -> list[object]:
    with database.reading() as conn:
        return list(open_suspects(conn))


ROSA = Record(1, "Rosa", "López", BORN, "4471", frozenset({"9375550101"}), "r@example.com", "1 Test Lane", "45402")


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (Record(2, "ROSA", "Lopez", BORN, "4471"), ("name", "birth date", "SSN")),
        (Record(2, "Rosa", "Lopez", BORN, None, frozenset({"9375550101"})), ("name", "birth date", "phone")),
        (Record(2, "Rosa", "Lopez", BORN, None, email="R@Example.com"), ("name", "birth date", "e-mail")),
        (
            Record(2, "Rosa", "Lopez", BORN, None, street="1 test lane", zip="45402-1234"),
            ("name", "birth date", "address"),
        ),
        (Record(2, "Rosa", "Meyer", BORN, "4471"), ("first or last name", "birth date", "SSN")),
        (Record(2, "Rosie", "Lopez", BORN, None, frozenset({"9375550101"})), ("name", "birth date", "phone")),
        (Record(2, "Rosa", "Lpoez", BORN, "4471"), ("first or last name", "birth date", "SSN")),
        (
            Record(2, "Rosie", "Lpoez", BORN, None, frozenset({"9375550101"})),
            ("name (except a typo)", "birth date", "phone"),
        ),
        (Record(2, "Rosie", "Lpoez", BORN, street="1 Test Lane", zip="45402"), ()),
        (Record(2, "Rosa", "Lopez", date(1961, 5, 8), "4471"), ("name", "birth date (except a typo)", "SSN")),
        (Record(2, "Rosa", "Lopez", date(1991, 5, 5), None, frozenset({"9375550101"})), ()),
        (Record(2, "Rosa", "Lopez", BORN), ()),
        (Record(2, "Rosa", "Lopez", None, "4471"), ()),
        (Record(2, "Rosa", "Lopez", date(1988, 1, 1), "4471"), ()),
        (Record(2, "Rosa", "Lopez", BORN, "9999", frozenset({"9375550101"})), ()),
        (Record(2, "Ana", "Meyer", BORN, "4471"), ()),
        (Record(2, "Ana", "Lopez", BORN, None, frozenset({"9375550101"})), ()),
    ],
)
def test_records_agree_in_name_birth_date_and_one_thing_more(other: Record, found: tuple[str, ...]) -> None:
    assert alike(ROSA, other) == alike(other, ROSA) == found


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("lopez", "lpoez", True),
        ("lopez", "lopes", True),
        ("lopez", "lope", True),
        ("lopez", "loppez", True),
        ("lopez", "lopez", False),
        ("lopez", "lepoz", False),
        ("ana", "ann", False),
        ("meyer", "mayor", False),
    ],
)
def test_a_word_typed_with_one_slip_is_told_from_another_word(one: str, other: str, slip: bool) -> None:
    assert one_slip(one, other) is one_slip(other, one) is slip


@pytest.mark.parametrize(
    ("day", "other", "slip"),
    [
        (date(1961, 5, 7), date(1961, 7, 5), True),
        (date(1961, 5, 7), date(1961, 5, 9), True),
        (date(1961, 5, 7), date(1962, 5, 7), True),
        (date(1961, 5, 7), date(1991, 5, 7), False),
        (date(1961, 5, 7), date(1961, 6, 9), False),
        (date(1961, 5, 7), date(1961, 5, 7), False),
    ],
)
def test_a_birth_date_typed_with_one_slip_is_not_that_of_a_child(day: date, other: date, slip: bool) -> None:
    assert nearly_same_day(day, other) is nearly_same_day(other, day) is slip


def test_most_double_records_with_typing_mistakes_are_found_and_nearly_none_that_are_not(tmp_path: Path) -> None:
    found = measure(tmp_path, people=600, seed=5)
    assert found.recall > 0.85, found.by_slip
    assert found.precision > 0.95


def test_a_number_that_many_records_have_brings_nobody_together(empty_sqlite_database: Database) -> None:
    born = date(1961, 5, 8)
    people = [
        {"id": n, "first_name": "Rosa", "last_name": "Lopez", "birth_date": born, "phone": "937-555-0100", "version": 1}
        for n in range(2, MOST_AT_A_PHONE + 3)
    ]
    with empty_sqlite_database.transaction(actor="leo", business_date=TODAY) as tx:
        tx.insert(Person, [{**people[0], "id": 1, "birth_date": BORN}, *people])
        assert find_suspects(tx, [1]) == 0
        tx.conn.execute(sa.delete(table(Person)).where(table(Person).c.id > 3))
        assert find_suspects(tx, [1]) == 2


def test_people_whose_names_are_near_are_not_held_for_a_clinics_number_and_one_of_one_name_is_asked_about(
    empty_sqlite_database: Database,
) -> None:
    near = [f"Person{n:03}" for n in range(MOST_AT_A_PHONE + 5)]
    people = [
        {"id": n, "first_name": "Rosa", "last_name": name, "birth_date": BORN, "phone": "937-555-0100", "version": 1}
        for n, name in enumerate([*near, near[0]], 1)
    ]
    with empty_sqlite_database.transaction(actor="leo", business_date=TODAY) as tx:
        tx.insert(Person, people)
        assert find_suspects(tx, range(1, len(people) + 1)) == 1
        (found,) = open_suspects(tx.conn)
    assert found["why"] == "name, birth date and a shared phone number agree"
    assert rows(empty_sqlite_database, "SELECT 1 FROM hold") == [], "a clinic's number is nobody's own"


def test_a_birth_date_entered_for_want_of_one_brings_nobody_together(
    empty_sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [
        {"id": n, "first_name": "Rosa", "last_name": "Lopez", "birth_date": BORN, "ssn_last4": "4471", "version": 1}
        for n in range(1, 7)
    ]
    with empty_sqlite_database.transaction(actor="leo", business_date=TODAY) as tx:
        tx.insert(Person, people)
        monkeypatch.setattr(suspects, "MOST_BORN_ON_A_DAY", 5)
        assert find_suspects(tx, [1]) == 0
        monkeypatch.setattr(suspects, "MOST_BORN_ON_A_DAY", 6)
        assert find_suspects(tx, [1]) == 5
