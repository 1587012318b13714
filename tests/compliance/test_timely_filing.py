"""Until when a claim must reach a payer: each row cited, and nothing said where no rule of law says it."""

from datetime import date

import pytest

from compliance.tables import BadTable
from compliance.timely_filing import file_claim_by, read_timely_filing, timely_filing
from models.enums import PayerClass

SERVED = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("payer_class", "on"),
    [
        (PayerClass.MEDICARE, date(2027, 1, 31)),
        (PayerClass.QMB, date(2027, 1, 31)),
        (PayerClass.MEDICAID, date(2027, 1, 31)),
        (PayerClass.TRICARE, date(2027, 1, 31)),
        (PayerClass.VA, date(2026, 7, 30)),
    ],
)
def test_the_last_day_for_a_claim_by_class(payer_class: PayerClass, on: date) -> None:
    found = file_claim_by(payer_class, SERVED)
    assert found is not None
    assert found.on == on
    assert found.citation


@pytest.mark.parametrize("payer_class", ["commercial", "auto", "workers_comp", "medicare_advantage", "self_pay"])
def test_where_a_contract_says_it_no_day_is_made_up(payer_class: str) -> None:
    assert file_claim_by(PayerClass(payer_class), SERVED) is None


def test_a_leap_day_is_a_year_later_the_last_of_february() -> None:
    found = file_claim_by(PayerClass.MEDICARE, date(2028, 2, 29))
    assert found is not None and found.on == date(2029, 2, 28)


def test_every_row_has_its_citation_day_and_confidence() -> None:
    for rule in timely_filing().values():
        assert rule.citation and rule.confidence in ("high", "medium", "low")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("rows: {}", "it must contain only classes"),
        ("classes: {medcare: {months: 12}}", "is not a payer class"),
        ("classes: {medicare: {months: 12, days: 3}}", "either months or days"),
        ("classes: {medicare: {months: 0}}", "either months or days"),
        ("classes: {medicare: {months: 12, citation: x}}", "citation, as_of"),
    ],
)
def test_a_table_that_cannot_be_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadTable, match=says):
        read_timely_filing(text)
