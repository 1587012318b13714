"""The components in a real browser, light and dark: readable for everyone, and taken as pictures."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.browsing import WCAG, Desk

pytestmark = pytest.mark.xdist_group("browser")


def is_clean(page: Page) -> None:
    found = Axe().run(page, options=WCAG)
    said = [
        f"{one['id']}: {one['help']} {[node['html'] for node in one['nodes'][:3]]}"
        for one in found.response["violations"]
    ]
    assert not said, said


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/style", "/calls", "/tasks", "/house"])
def test_pages_are_readable_light_and_dark(desk: Desk, tmp_path: Path, theme: str, path: str) -> None:
    page = desk.sign_in("grace")
    if theme == "dark":
        page.get_by_role("button", name="Dark").click()
    page.goto(desk.url + path)
    page.wait_for_load_state("networkidle")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark") if theme == "dark" else None
    is_clean(page)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(16, 23, 30)" if theme == "dark" else "rgb(244, 246, 248)")
    picture = page.screenshot(path=tmp_path / f"{theme}.png")
    assert picture[:4] == b"\x89PNG"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_what_one_needs_in_the_first_seconds_of_a_call_is_above_the_fold(desk: Desk) -> None:
    page = desk.sign_in("maria")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{desk.url}/calls")
    page.get_by_role("button", name="Next call").click()
    page.wait_for_url("**/calls/*")
    for what in (
        ".talk-facts .main-fact",
        ".dial",
        ".accounts-table tbody tr",
        ".say li",
        "#note",
        ".results .result",
        ".result-more",
    ):
        box = page.locator(what).first.bounding_box()
        assert box is not None, what
        assert box["y"] + box["height"] <= 768, what
    last = page.locator(".results .btn:visible").last.bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= 768
    page.mouse.wheel(0, 600)
    page.wait_for_timeout(200)
    head = page.locator(".talk-head").bounding_box()
    assert head is not None
    assert head["y"] >= 0, "the header stays"
    is_clean(page)
