"""The menu shows where a page belongs."""

import pytest

from web.rendering.menu import MENU


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/schedules", "Schedules"),
        ("/schedules/standard/compare", "Schedules"),
        ("/drafts/3/steps/reminder-1", "Schedules"),
        ("/simulations/20260217-0123456789abcdef", "Schedules"),
        ("/experiments", "Schedules"),
        ("/experiments/sooner", "Schedules"),
        ("/house/tables/agencies", "Dashboard"),
        ("/templates/reminder-1", "Dashboard"),
        ("/letters/12", "Mail room"),
        ("/matters/4", "My matters"),
        ("/stuck/accounts", "Stuck accounts"),
        ("/people/1", None),
        ("/password", None),
        ("/callsign", None),
    ],
)
def test_a_page_lights_the_entry_that_it_belongs_to(path: str, label: str | None) -> None:
    assert [entry.label for entry in MENU if entry.is_current(path)] == ([label] if label else [])
