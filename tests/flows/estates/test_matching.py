"""Whom a report of death means: sure only where name, birth date and SSN agree."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.estates.death.matching import NEAR, Known, Match, Nobody, Report, Sure, Unsure, match, score

BORN = date(1941, 5, 3)
HAROLD = Known(1, "Harold", "Whitcombe", BORN, "1234")
REPORT = Report("Harold", "Whitcombe", BORN, "1234", date(2026, 2, 1), "file")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, Sure(1)),
        ({"first_name": "HAROLD", "last_name": "whitcombe"}, Sure(1)),
        ({"ssn_last4": None}, Unsure(((1, 80),))),
        ({"birth_date": date(1941, 3, 5)}, Unsure(((1, 80),))),
        ({"birth_date": date(1941, 5, 4)}, Unsure(((1, 80),))),
        ({"birth_date": None}, Unsure(((1, 65),))),
        ({"first_name": "H."}, Unsure(((1, 93),))),
        ({"first_name": "Harold J"}, Unsure(((1, 93),))),
        ({"first_name": "Hal"}, Unsure(((1, 93),))),
        ({"first_name": "Walter"}, Unsure(((1, 85),))),
        ({"last_name": "WHITCOMBE JR."}, Sure(1)),
        ({"birth_date": None, "died_on": date(1941, 5, 2)}, Nobody()),
        ({"ssn_last4": "9999"}, Nobody()),
        ({"last_name": "Other", "ssn_last4": None}, Nobody()),
        ({"birth_date": None, "ssn_last4": None}, Unsure(((1, 45),))),
        ({"birth_date": None, "ssn_last4": None, "first_name": "Hal"}, Nobody()),
        ({"last_name": "Witcomb"}, Unsure(((1, 70),))),
        ({"first_name": "Harrold", "last_name": "Witcomb"}, Unsure(((1, 55),))),
        ({"first_name": "Harrold", "last_name": "Witcomb", "ssn_last4": None}, Nobody()),
        ({"birth_date": date(1971, 8, 22), "ssn_last4": None}, Nobody()),
    ],
)
def test_a_report_means_whom_it_fits(change: dict[str, object], expected: Match) -> None:
    assert match(replace(REPORT, **change), [HAROLD]) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("book", "file"),
    [
        ("O'Brien", "OBRIEN"),
        ("O\u2019Brien", "O BRIEN"),
        ("Muñoz", "MUNOZ"),
        ("McDonald", "MCDONALD"),
        ("de la Cruz", "DELACRUZ"),
        ("Smith-Jones", "SMITH JONES"),
        ("St. John", "ST JOHN"),
        ("Weiß", "WEISS"),
        ("Ii", "II"),
    ],
)
def test_a_last_name_is_the_same_however_it_is_written(book: str, file: str) -> None:
    assert match(replace(REPORT, last_name=file), [replace(HAROLD, last_name=book)]) == Sure(1)


def test_names_without_a_letter_are_no_names() -> None:
    assert match(replace(REPORT, last_name="-"), [replace(HAROLD, last_name=".")]) == Unsure(((1, 70),))


def test_of_twins_the_one_who_is_called_so_comes_first() -> None:
    robert, william = replace(HAROLD, first_name="Robert"), replace(HAROLD, person_id=2, first_name="William")
    bill = replace(REPORT, first_name="Bill", ssn_last4=None)
    assert match(bill, [robert, william]) == Unsure(((2, 73), (1, 65)))


def test_two_who_fit_alike_are_never_sure() -> None:
    assert match(REPORT, [HAROLD, replace(HAROLD, person_id=2)]) == Unsure(((2, 100), (1, 100)))


def test_a_father_of_the_same_name_is_told_apart_by_his_birth_date() -> None:
    assert match(REPORT, [HAROLD, Known(2, "Harold", "Whitcombe", date(1915, 1, 2), None)]) == Sure(1)


NAMES = st.text("abcdeéñ- ", min_size=1, max_size=8)


@given(NAMES, NAMES, st.dates(), st.dates(), st.sampled_from(["1234", "9999", None]))
def test_no_report_with_another_birth_date_or_ssn_is_sure(
    first: str, last: str, born: date, other: date, ssn: str | None
) -> None:
    report = Report(first, last, other, ssn, date(2026, 2, 1), "file")
    found = match(report, [Known(1, first, last, born, "1234")])
    assert not isinstance(found, Sure) or (born == other and ssn == "1234")


@given(NAMES, NAMES, st.none() | st.dates())
def test_an_ssn_that_differs_never_helps(first: str, last: str, born: date | None) -> None:
    known = Known(1, first, last, born, "1234")
    report = Report(first, last, born, None, date(2026, 2, 1), "file")
    assert score(replace(report, ssn_last4="9999"), known) <= score(report, known)
    assert score(replace(report, first_name=first.upper()), known) == score(report, known)


@given(NAMES, NAMES)
def test_case_and_accents_change_nothing(first: str, last: str) -> None:
    known = Known(1, first, last, BORN, "1234")
    report = replace(REPORT, first_name=first, last_name=last)
    plain = str.maketrans("éñ", "en")
    bare = replace(report, first_name=first.translate(plain).upper(), last_name=last.translate(plain).title())
    assert score(bare, known) == score(report, known)


OTHERWISE = {
    "first_name": st.sampled_from(["Walter", "Hal", "H", "Harold J"]),
    "last_name": st.sampled_from(["Other", "Whitcomb"]),
    "birth_date": st.dates(max_value=date(2026, 1, 1)).filter(lambda day: day != BORN),
    "ssn_last4": st.from_regex(r"\A[0-9]{4}\Z").filter(lambda text: text != "1234"),
}


@given(st.fixed_dictionaries({}, optional=OTHERWISE), st.data())
def test_whatever_differs_lowers_the_score(differs: dict[str, object], data: st.DataObject) -> None:
    before = replace(REPORT, **differs)  # type: ignore[arg-type]
    if left := sorted(set(OTHERWISE) - set(differs)):
        field = data.draw(st.sampled_from(left))
        after = replace(before, **{field: data.draw(OTHERWISE[field])})  # type: ignore[arg-type]
        assert score(after, HAROLD) < score(before, HAROLD) or score(before, HAROLD) == 0


def test_the_name_alone_is_near_nobody_and_asked_about_all_the_same() -> None:
    assert score(replace(REPORT, birth_date=None, ssn_last4=None), HAROLD) < NEAR


def test_several_of_one_name_without_a_birth_date_are_for_a_person_to_decide() -> None:
    bare = replace(REPORT, birth_date=None, ssn_last4=None)
    assert match(bare, [HAROLD, replace(HAROLD, person_id=2, birth_date=date(1950, 1, 1))]) == Unsure(
        ((2, 45), (1, 45))
    )


def test_one_of_whom_no_birth_date_is_known_is_asked_about_by_name() -> None:
    undated = replace(HAROLD, birth_date=None, ssn_last4=None)
    assert match(REPORT, [undated]) == Unsure(((1, 45),))
    assert match(REPORT, [replace(undated, ssn_last4="9999")]) == Nobody()
