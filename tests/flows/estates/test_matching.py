"""Whom a report of death means: sure only where name, birth date and SSN agree."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.estates.matching import NEAR, Known, Match, Nobody, Report, Sure, Unsure, match, score

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
        ({"first_name": "Walter"}, Unsure(((1, 85),))),
        ({"ssn_last4": "9999"}, Nobody()),
        ({"last_name": "Other", "ssn_last4": None}, Nobody()),
        ({"birth_date": None, "ssn_last4": None}, Nobody()),
    ],
)
def test_a_report_means_whom_it_fits(change: dict[str, object], expected: Match) -> None:
    assert match(replace(REPORT, **change), [HAROLD]) == expected  # type: ignore[arg-type]


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


def test_the_name_alone_is_nobody() -> None:
    assert score(replace(REPORT, birth_date=None, ssn_last4=None), HAROLD) < NEAR
