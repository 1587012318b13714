"""Forms in a real browser: what they show while one types, and after they were sent."""

import pytest
from playwright.sync_api import expect

from tests.web.browsing import Desk, query

pytestmark = pytest.mark.xdist_group("browser")


def test_the_day_that_a_fact_would_set_follows_what_is_typed_and_chosen(desk: Desk) -> None:
    page = desk.sign_in("priya")
    matter = query(desk, "SELECT id FROM estate_matter WHERE state = 'searching' ORDER BY id LIMIT 1")[0].id
    page.goto(f"{desk.url}/estates/{matter}")
    preview = page.locator("#day-if")
    page.select_option("#fact-name", "letters_issued")
    page.locator("#fact-value").press_sequentially("2026-03-19")
    expect(preview).to_contain_text("Not saved yet")
    expect(page.locator("#fact-value")).to_be_focused()
    of_letters = preview.text_content() or ""
    page.select_option("#fact-name", "notice_received")
    expect(preview).not_to_have_text(of_letters)
    expect(preview).to_contain_text("Not saved yet")
    page.fill("#fact-value", "")
    expect(preview).to_be_empty()
    page.fill("#fact-day", "2026-03-19")
    expect(preview).to_contain_text("Not saved yet")
    page.fill("#fact-day", "")
    expect(preview).to_be_empty()


def test_after_a_payment_the_next_one_can_be_typed_at_once(desk: Desk) -> None:
    page = desk.sign_in("leo")
    page.goto(f"{desk.url}/payments")
    expect(page.locator("#f-number")).to_be_focused()
    page.keyboard.type("20001")
    page.fill("#f-amount", "1.25")
    page.fill("#f-ref", "check 41")
    page.select_option("#f-method", "cash")
    page.press("#f-ref", "Enter")
    expect(page.get_by_role("status")).to_contain_text("$1.25 posted to 20001")
    for field, value in (("number", ""), ("amount", ""), ("ref", ""), ("method", "check")):
        expect(page.locator(f"#f-{field}")).to_have_value(value)
    expect(page.locator("#f-number")).to_be_focused()
    page.keyboard.type("20001")
    page.fill("#f-amount", "1.25")
    page.fill("#f-ref", "check 41")
    page.press("#f-ref", "Enter")
    expect(page.get_by_role("status")).to_contain_text("Nothing was changed")
    expect(page.locator("#f-ref")).to_have_value("check 41")


NARROW = {
    "grace": (
        "/calls?whose=all",
        "/house",
        "/house/agencies",
        "/reports",
        "/reports/aging",
        "/reports/collections?by=payer_class",
        "/reports/collections?by=month&by=payer_class&by=creditor&from=2020-01-01",
        "/reports/aging/accounts?measure=balance_cents",
        "/reports/call-attempts",
        "/house/settings",
        "/estates",
        "/estates/1",
        "/mail",
        "/mail/batches/1",
        "/tasks",
        "/people/1",
    ),
    "ada": ("/users",),
    "omar": ("/logs",),
}
BEYOND = """() => [...document.querySelectorAll("main button, main a, main input, main select")]
  .filter((one) => one.getBoundingClientRect().right > 390).map((one) => one.outerHTML.slice(0, 80))"""
SIDEWAYS = """() => [...document.querySelectorAll(".scroll")].filter((one) => one.scrollWidth > one.clientWidth)
  .map((one) => one.getAttribute("aria-label"))"""


@pytest.mark.parametrize("who", sorted(NARROW))
def test_on_a_phone_no_table_scrolls_sideways_and_no_button_lies_beyond_the_edge(desk: Desk, who: str) -> None:
    page = desk.sign_in(who)
    page.set_viewport_size({"width": 390, "height": 800})
    for path in NARROW[who]:
        page.goto(desk.url + path)
        page.wait_for_load_state("networkidle")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert (page.evaluate(SIDEWAYS), page.evaluate(BEYOND)) == ([], []), path
