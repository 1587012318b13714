"""When a credit balance of a patient is presumed abandoned, by state."""

from datetime import date

import pytest

from compliance.unclaimed import dormancies, presumed_abandoned

FOUND = date(2024, 2, 29)


@pytest.mark.parametrize(
    ("state", "on"), [("OR", date(2027, 2, 28)), ("FL", date(2029, 2, 28)), ("OH", None), (None, None)]
)
def test_the_day_of_a_state_or_none_where_its_law_is_not_known(state: str | None, on: date | None) -> None:
    found = presumed_abandoned(state, FOUND)
    assert (found.on if found else None) == on
    assert found is None or found.citation


def test_every_row_has_its_law_and_how_sure_it_is() -> None:
    for one in dormancies().values():
        assert one.citation and one.confidence in ("high", "medium", "low") and one.years in range(1, 16)
