"""Finding a person: what was typed is read, and who fits is found, on both databases."""

from datetime import date

import pytest

from flows.correspondence.queue import answer
from flows.estates.matters.numbers import matter_number
from flows.people.death import record_death
from flows.people.search import Wanted, read_wanted
from flows.reports.person import find
from letters.numbers import letter_number
from models.database import Database
from tests.small_book import account_of, rows, someone, take_in

DAY = date(2026, 2, 17)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("Smith", Wanted(("smith",))),
        ("smith, JOHN", Wanted(("smith", "john"))),
        ("la 0", Wanted(("la",), "0", "0")),
        ("20481", Wanted((), "20481", "20481")),
        ("N-20481", Wanted((), "20481", "n-20481")),
        ("(937) 555-0110", Wanted((), "9375550110", "9375550110")),
        ("937.555.0110 smith", Wanted(("smith",), "9375550110", "9375550110")),
        ("03/04/1951", Wanted(born_on=date(1951, 3, 4))),
        ("smith 1951-03-04", Wanted(("smith",), born_on=date(1951, 3, 4))),
        ("13/45/1951", Wanted()),
        ("L-00001234-0", Wanted((), "000012340", "l-000012340", letter=1234)),
        ("L-00001234", Wanted((), "00001234", "l-00001234", letter=1234)),
        ("L-00001235-0", Wanted((), "000012350", "l-000012350")),
        ("l-12", Wanted((), "12", "l-12")),
        ("E-000001", Wanted((), "000001", "e-000001", matter=1)),
        ("E-000001/3", Wanted((), "0000013", "e-000001/3", matter=1)),
        ("L-12x", Wanted((), "12", "l-12x")),
        ("", Wanted()),
    ],
)
def test_names_numbers_and_birth_dates_are_told_apart(typed: str, wanted: Wanted) -> None:
    assert read_wanted(typed) == wanted


@pytest.mark.parametrize("typed", ["", "a", "1", "12", "x 1"])
def test_too_little_finds_nobody(typed: str) -> None:
    assert not read_wanted(typed).enough


@pytest.fixture
def town(database: Database) -> Database:
    people = [
        someone("Lara", number="N100", phone="937-555-0101"),
        someone("Lars", number="N101", phone="(937) 555-0102"),
        someone("Müller", number="M7-33", phone="614 555 0133"),
        someone("O'Neil", number="20481", phone=None),
    ]
    take_in(database, people, DAY)
    return database


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lar", ["Lara", "Lars"]),
        ("LARA", ["Lara"]),
        ("tester", ["Lara", "Lars", "Müller", "O'Neil"]),
        ("lars test", ["Lars"]),
        ("test lars", ["Lars"]),
        ("lar 2", ["Lars"]),
        ("o'n", ["O'Neil"]),
        ("mül", ["Müller"]),
        ("9375550102", ["Lars"]),
        ("0133", ["Müller"]),
        ("5550101", ["Lara"]),
        ("n10", ["Lara", "Lars"]),
        ("20481", ["O'Neil"]),
        ("M7-33", ["Müller"]),
        ("01/01/1970 lara", ["Lara"]),
        ("lara 1971-01-01", []),
        ("nobody", []),
        ("lar%", []),
        ("lar_", []),
    ],
)
def test_who_fits_is_found_however_they_are_looked_for(town: Database, typed: str, found: list[str]) -> None:
    with town.reading() as conn:
        names = sorted(one["name"].split()[0] for one in find(conn, read_wanted(typed)))
    assert names == found


def test_a_person_is_shown_with_their_accounts_and_what_they_owe(town: Database) -> None:
    with town.reading() as conn:
        (lara,) = find(conn, read_wanted("lara"))
    assert lara["numbers"] == ["N100"]
    assert lara["balance_cents"] == 120_00


def test_a_letters_and_an_estates_number_find_their_person(town: Database) -> None:
    lara, lars = account_of(town, "N100"), account_of(town, "N101")
    with town.transaction(actor="clerk", business_date=DAY) as tx:
        answer(tx, "itemised-statement", [lara.id])
        record_death(tx, lars.guarantor_id, DAY, "daughter")
    letter = rows(town, "SELECT id FROM letter WHERE guarantor_id = :p", p=lara.guarantor_id)[0].id
    matter = rows(town, "SELECT id FROM estate_matter WHERE person_id = :p", p=lars.guarantor_id)[0].id
    found = {}
    with town.reading() as conn:
        for typed in (
            letter_number(letter),
            f"l-{letter:08d}",
            matter_number(matter),
            f"{matter_number(matter)}/2",
            "L-00009999",
            "E-009999",
            "L-999999999999",
        ):
            found[typed] = [one["name"].split()[0] for one in find(conn, read_wanted(typed))]
    assert list(found.values()) == [["Lara"], ["Lara"], ["Lars"], ["Lars"], [], [], []]


def test_twenty_are_shown_at_most(database: Database) -> None:
    take_in(database, [someone(f"Same{n}", number=f"S{n}") for n in range(30)], DAY)
    with database.reading() as conn:
        assert len(find(conn, read_wanted("same"))) == 20
