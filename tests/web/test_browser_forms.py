"""Forms in a real browser: what they show while one types, and after they were sent."""

import pytest
from playwright.sync_api import expect

from tests.web.browsing import Desk
from tests.web.test_browser_days import query

pytestmark = pytest.mark.xdist_group("browser")


def test_the_day_that_a_fact_would_set_follows_what_is_typed_and_chosen(desk: Desk) -> None:
    page = desk.sign_in("priya")
    matter = query(desk, "SELECT id FROM estate_matter WHERE state = 'searching' ORDER BY id LIMIT 1")[0].id
    page.goto(f"{desk.url}/estates/{matter}")
    preview = page.locator("#day-if")
    page.select_option("#fact-name", "letters_issued")
    page.fill("#fact-day", "2026-03-19")
    expect(preview).to_contain_text("Nothing is saved yet")
    expect(page.locator("#fact-day")).to_be_focused()
    of_letters = preview.inner_text()
    page.select_option("#fact-name", "notice_received")
    expect(preview).not_to_have_text(of_letters)
    expect(preview).to_contain_text("Nothing is saved yet")
    page.fill("#fact-day", "")
    expect(preview).to_be_empty()
