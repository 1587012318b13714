"""The workspace on a phone: no keys where there is no keyboard, nothing wider than the screen, what is owed first."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.browsing import Desk, query

pytestmark = pytest.mark.xdist_group("browser")

LONG = "Wolfeschlegelsteinhausenbergerdorff" * 3


def on_a_phone(desk: Desk, name: str) -> Page:
    page = desk.sign_in(name, has_touch=True, is_mobile=True)
    page.set_viewport_size({"width": 390, "height": 800})
    return page


def shot(page: Page, name: str) -> None:
    """A picture to look at, where a folder for them is named."""
    folder = os.environ.get("PASTDUE_SHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_a_call_on_a_phone_shows_what_is_owed_before_the_endings_and_no_keys(desk: Desk) -> None:
    page = on_a_phone(desk, "maria")
    page.get_by_role("button", name="Next call").click()
    page.wait_for_url("**/calls/*")
    page.wait_for_load_state("networkidle")
    shot(page, "call")
    expect(page.locator(".ends kbd").first).to_be_hidden()
    tops = [page.locator(f"[aria-labelledby={name}-h]").bounding_box() for name in ("owed", "say", "end")]
    assert all(tops)
    assert [box["y"] for box in tops if box] == sorted(box["y"] for box in tops if box)


def test_keys_are_shown_where_there_is_a_keyboard(desk: Desk) -> None:
    page = desk.sign_in("maria")
    page.get_by_role("button", name="Next call").click()
    page.wait_for_url("**/calls/*")
    expect(page.locator(".ends kbd").first).to_be_visible()


def test_long_words_do_not_widen_a_page(desk: Desk) -> None:
    person = query(desk, "SELECT guarantor_id FROM account WHERE number = '20001'")[0].guarantor_id
    leo = desk.sign_in("leo")
    leo.goto(f"{desk.url}/people/{person}")
    leo.get_by_text("Add note").click()
    leo.fill("#note-text", LONG)
    leo.get_by_role("button", name="Save note").first.click()
    expect(leo.locator("main")).to_contain_text("Note saved")
    page = on_a_phone(desk, "leo")
    page.goto(f"{desk.url}/people/{person}")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.evaluate(
        """word => document.querySelectorAll('main .card, main .alert, main .head h1').forEach(one => {
        const p = document.createElement('p'); p.textContent = word; one.append(p); })""",
        LONG,
    )
    shot(page, "person")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
