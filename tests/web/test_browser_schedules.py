"""The manager's day in a browser: a final notice is dragged ten days forward, simulated, and published from Monday."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.browsing import WCAG, Desk, query

STEP = '.mark[data-step="{}"]'


def begin_draft(desk: Desk) -> Page:
    page = desk.sign_in("grace")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{desk.url}/schedules/patient-balance")
    page.get_by_role("button", name="Start draft").click()
    expect(page.locator("h1")).to_contain_text("Draft:")
    return page


def changes(page: Page) -> str:
    return page.locator("section[aria-labelledby=changes-h]").inner_text()


def test_a_step_is_dragged_simulated_and_published_from_monday(desk: Desk) -> None:
    page = begin_draft(desk)
    mark = page.locator(f"{STEP.format('final-notice')} .dot")
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box is not None
    unit = float(page.locator("svg.timeline").get_attribute("data-unit") or 0)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 10 * unit, y, steps=10)
    expect(page.locator("#drag-said")).to_contain_text("final notice: day 80 (was 90)")
    page.mouse.up()
    expect(page.get_by_role("status").first).to_contain_text("Step moved.")
    assert "Final notice moves from day 90 to day 80." in changes(page)
    page.get_by_label("People answer as in our history").check()
    page.get_by_role("button", name="Run simulation").click()
    page.wait_for_url(re.compile("/simulations/"))
    expect(page.locator("main")).to_contain_text("Accounts earlier", timeout=60_000)
    weeks = page.get_by_role("group", name="Figures by week")
    expect(weeks).to_contain_text("Returned mail")
    assert weeks.evaluate("box => box.scrollWidth - box.clientWidth") == 0, "the whole table fits"
    expect(page.locator(".menu a[aria-current]")).to_have_text("Schedules")
    found = Axe().run(page, options=WCAG).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:100]) for one in found] == []
    page.get_by_role("link", name="Back to the draft").click()
    page.fill("#f-starts", "2026-03-30")
    page.fill("#publish-reason", "Final notices go too late")
    page.get_by_role("button", name="Publish schedule").click()
    page.wait_for_url(re.compile("/schedules/patient-balance"))
    expect(page.locator("main")).to_contain_text("Coming")
    expect(page.locator("main")).to_contain_text("Final notices go too late")
    row = query(desk, "SELECT published_by, in_force_on, migrate FROM schedule_version ORDER BY id DESC LIMIT 1")[0]
    assert (row.published_by, str(row.in_force_on), bool(row.migrate)) == ("grace", "2026-03-30", False)


def test_a_step_is_moved_by_keyboard_alone_and_the_move_undone(desk: Desk) -> None:
    page = begin_draft(desk)
    page.locator(STEP.format("reminder-2")).focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("#drag-said")).to_contain_text("reminder 2: day 57 (was 60)")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Step moved.")
    assert "Reminder 2 moves from day 60 to day 57." in changes(page)
    page.get_by_role("button", name="Undo last change").click()
    expect(page.get_by_role("status").first).to_contain_text("Last change undone.")
    assert "Nothing yet" in changes(page)


def test_the_text_is_saved_while_it_is_typed_and_its_errors_appear(desk: Desk) -> None:
    page = begin_draft(desk)
    page.locator("summary", has_text="Text of the schedule").click()
    text = page.locator("#draft-text")
    text.fill(text.input_value().replace("{day: 90}", "{dya: 90}"))
    expect(page.locator("#problems")).to_contain_text("can't be published yet")
    expect(page.locator("#problems")).to_contain_text('did you mean "day"?')
    text.fill(text.input_value().replace("{dya: 90}", "{day: 85}"))
    expect(page.locator("#problems")).not_to_contain_text("can't be published yet")
    page.get_by_role("button", name="Save and show the timeline").click()
    expect(page.get_by_role("status").first).to_contain_text("Draft saved.")
    assert "Final notice moves from day 90 to day 85." in changes(page)
