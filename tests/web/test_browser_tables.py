"""What a manager owns, in a real browser: forms without YAML, a conflict of two managers, wide and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.browsing import WCAG, Desk, query
from tests.web.test_browser_phone import shot

pytestmark = pytest.mark.xdist_group("browser")

PAGES = {
    "tables": "/house/tables",
    "calendar": "/house/tables/calendar",
    "scoring": "/house/tables/call-scoring",
    "results": "/house/tables/dispositions",
    "result": "/house/tables/dispositions/results/cease",
    "new-result": "/house/tables/dispositions/new-result",
    "compare": "/house/tables/call-scoring/compare?one=0&two=0",
    "creditors": "/house/creditors",
    "creditor": "/house/creditors/1",
    "settings": "/house/settings",
    "limits": "/house/limits",
    "agency": "/house/tables/agency:harbor",
    "pools": "/house/tables/agency-pools",
    "columns": "/house/tables/layout:fixed-400",
}


def faults_of(page: Page) -> list[tuple[str, str]]:
    return [(one["id"], one["nodes"][0]["html"][:160]) for one in Axe().run(page, options=WCAG).response["violations"]]


def test_every_page_passes_axe_and_is_not_wider_than_its_screen(desk: Desk) -> None:
    page = desk.sign_in("grace")
    for width, height in ((1366, 768), (390, 800)):
        page.set_viewport_size({"width": width, "height": height})
        for name, path in PAGES.items():
            page.goto(desk.url + path)
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            shot(page, f"{name}-{width}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
            assert faults_of(page) == [], (name, width)


def test_two_managers_change_the_call_priority_and_neither_change_is_lost(desk: Desk) -> None:
    mine, theirs = desk.sign_in("grace"), desk.sign_in("grace")
    for page in (mine, theirs):
        page.goto(f"{desk.url}/house/tables/call-scoring")
    for page, field, value in ((theirs, "points_callback", "9000"), (mine, "points_broken_promise", "6000")):
        page.fill(f"#f-{field}", value)
        page.fill("#points-reason", f"{field} first")
        page.locator("section[aria-labelledby=points-h]").get_by_role("button", name="Publish").click()
    expect(theirs.get_by_role("status").first).to_contain_text("version 1 published")
    expect(mine.locator("main")).to_contain_text("Callback scheduled for today: 9,000 points (before: 10,000 points).")
    assert faults_of(mine) == []
    shot(mine, "conflict")
    mine.get_by_role("button", name="Save anyway").click()
    expect(mine.get_by_role("status").first).to_contain_text("version 2 published")
    text = query(desk, "SELECT text FROM config_table WHERE name = 'call-scoring' ORDER BY version DESC LIMIT 1")[
        0
    ].text
    assert "callback: 9000" in text and "broken_promise: 6000" in text
    shot(mine, "scoring-history")


def test_a_setting_is_changed_in_place(desk: Desk) -> None:
    page = desk.sign_in("grace")
    page.goto(f"{desk.url}/house/settings")
    row = page.locator("tr", has_text="Refund credit balances within")
    row.locator("summary").click()
    row.locator("#v-refund_days").fill("20")
    row.locator("#r-refund_days").fill("state law")
    row.get_by_role("button", name="Save").click()
    expect(page.locator("tr", has_text="Refund credit balances within")).to_contain_text("state law")
