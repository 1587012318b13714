"""What a report is asked for: bad input is one sentence, and a creditor that one may not read is refused."""

from datetime import date

import pytest

from flows.reports.asked import Given, asked_of
from flows.reports.registry import REPORTS
from models.errors import BadInput, NotPermitted

TODAY = date(2026, 4, 15)
KEYS = {"C1": 1, "C2": 2}
AGING, ROLL = REPORTS["aging"], REPORTS["roll-forward"]


@pytest.mark.parametrize(
    ("report", "given", "says"),
    [
        (ROLL, Given(first=date(2026, 4, 2), last=date(2026, 4, 1)), "ends before"),
        (ROLL, Given(first=date(2026, 5, 1), last=date(2026, 5, 2)), "has not come yet"),
        (ROLL, Given(first=date(1990, 1, 1)), "longer than ten years"),
        (ROLL, Given(first=date(2026, 4, 1), on=date(2026, 4, 2)), "a date and a period"),
        (AGING, Given(on=date(2026, 4, 16)), "has not come yet"),
        (AGING, Given(first=date(2026, 4, 1)), "about one day"),
        (AGING, Given(by=("moon",)), 'no rows by "moon"'),
        (AGING, Given(where=("moon=full",)), 'no filter "moon"'),
        (AGING, Given(where=("bucket",)), "is not a filter"),
        (AGING, Given(where=("bucket=",)), "is not a filter"),
        (AGING, Given(creditors=("C9",)), 'no creditor "C9"'),
        (AGING, Given(where=("creditor=C9",)), 'no creditor "C9"'),
        (AGING, Given(days=30), "needs no number of days"),
        (REPORTS["inactive"], Given(days=0), "0 days"),
        (AGING, Given(where=("payer_class=moon",)), "use one of these: self_pay"),
    ],
)
def test_what_can_not_be_is_refused_in_a_sentence(report: object, given: Given, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        asked_of(report, given, TODAY, KEYS, None)  # type: ignore[arg-type]


def test_a_filter_may_be_written_as_people_read_it() -> None:
    asked = asked_of(AGING, Given(where=("payer_class=Self-pay", "bucket=0-30 days")), TODAY, KEYS, None)
    assert asked.where == {"payer_class": "self_pay", "bucket": "0-30"}


def test_a_report_without_parameters_is_about_its_own_time() -> None:
    assert asked_of(AGING, Given(), TODAY, KEYS, None).last == TODAY
    roll = asked_of(ROLL, Given(), TODAY, KEYS, None)
    assert (roll.first, roll.last) == (date(2026, 3, 1), TODAY)
    assert asked_of(REPORTS["inactive"], Given(), TODAY, KEYS, None).days == 60


def test_a_user_who_is_limited_reads_their_creditors_only() -> None:
    limited = frozenset({1})
    assert asked_of(AGING, Given(), TODAY, KEYS, limited).creditors == limited
    assert asked_of(AGING, Given(creditors=("C1",)), TODAY, KEYS, limited).creditors == limited
    assert asked_of(AGING, Given(creditors=("C2",)), TODAY, KEYS, None).creditors == frozenset({2})
    for given in (Given(creditors=("C2",)), Given(creditors=("C1", "C2")), Given(where=("creditor=C2",))):
        with pytest.raises(NotPermitted, match="may not read"):
            asked_of(AGING, given, TODAY, KEYS, limited)
