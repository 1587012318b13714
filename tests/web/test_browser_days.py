"""Whole days in a real browser on the made-up practice: a collector's, the mail room's, the estate desk's, a manager's."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, TimeoutError, expect

from flows.settings.commands import change_setting
from letters.numbers import letter_number
from models.database import open_database
from tests.web.browsing import WCAG, Desk, query

pytestmark = pytest.mark.xdist_group("browser")


def press(page: Page, key: str) -> None:
    """A key on the page itself, not in a field, by somebody who looked at the page first."""
    page.wait_for_load_state()
    page.wait_for_timeout(800)
    page.evaluate("document.activeElement && document.activeElement.blur()")
    page.keyboard.press(key)


def call_of(page: Page) -> int:
    page.wait_for_url(re.compile(r"/calls/\d+"))
    return int(re.findall(r"/calls/(\d+)", page.url)[0])


def _send(page: Page, button: Any) -> None:
    """Send a form, and wait until its page is there anew."""
    try:
        with page.expect_navigation(timeout=8_000):
            button.click()
    except TimeoutError as error:
        raise AssertionError(f"refused: {page.get_by_role('alert').all_inner_texts()}") from error
    page.wait_for_load_state("networkidle")


def _open_all(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def after(page: Page, task: int) -> None:
    """Until the page has gone on from a call."""
    page.wait_for_url(lambda url: f"/calls/{task}" not in url)
    page.wait_for_load_state("networkidle")


def test_a_collectors_day_by_keyboard_alone(desk: Desk) -> None:
    page = desk.sign_in("maria")
    expect(page.locator("h1")).to_contain_text("My calls")
    listed = page.locator("main tbody tr").count()
    assert listed >= 6
    page.keyboard.press("Enter")
    insured = call_of(page)
    press(page, "i")
    page.keyboard.type("Acme Health")
    page.keyboard.press("Tab")
    page.keyboard.type("XQ 7781")
    page.keyboard.press("Enter")
    after(page, insured)
    planned = call_of(page)
    press(page, "a")
    expect(page.locator("#w-monthly")).to_be_focused()
    none, first = page.get_by_text("No payment plan available"), page.locator('[data-key="1"]')
    while none.or_(first).first.wait_for() or none.is_visible():
        # Whoever has a plan already is asked nothing further.
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        press(page, "n")
        after(page, planned)
        planned = call_of(page)
        press(page, "a")
    press(page, "1")
    after(page, planned)
    died = call_of(page)
    press(page, "e")
    page.keyboard.type("2026-03-02")
    page.fill("#death-on", "2026-03-02")
    page.focus("#death-note")
    page.keyboard.type("her daughter")
    page.keyboard.press("Enter")
    page.wait_for_url("**/after-death")
    expect(page.locator("main")).to_contain_text("All letters and calls have stopped")
    page.get_by_role("button", name="Next call").press("Enter")
    ceased = call_of(page)
    press(page, "s")
    assert call_of(page) == ceased, "what stops a person's calls for good is not sent by a single key"
    page.keyboard.press("Enter")
    after(page, ceased)
    promised = call_of(page)
    press(page, "p")
    page.keyboard.type("25.00")
    page.keyboard.press("Tab")
    page.fill("#promise-on", "2026-03-30")
    page.keyboard.press("Enter")
    after(page, promised)
    outcomes = {
        row.task_id: row.disposition
        for row in query(
            desk, "SELECT task_id, disposition FROM contact_attempt WHERE made_by = 'maria' AND made_on = '2026-03-23'"
        )
    }
    expected = {
        insured: "insurance_provided",
        planned: "arrangement",
        died: "deceased",
        ceased: "cease",
        promised: "promise_to_pay",
    }
    others = {result for task, result in outcomes.items() if task not in expected}
    assert outcomes.items() >= expected.items() and others <= {"no_answer"}
    page.goto(f"{desk.url}/calls")
    expect(page.locator(".figures")).to_contain_text("$25.00")


def test_two_collectors_at_once_never_get_the_same_person(desk: Desk) -> None:
    with_pool = open_database(desk.database_url)
    with with_pool.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE task SET assigned_to = NULL WHERE kind = 'call'")
    with_pool.close()
    maria, sam = desk.sign_in("maria"), desk.sign_in("sam")
    had: list[int] = []
    for _ in range(4):
        for page in (maria, sam):
            page.goto(f"{desk.url}/calls")
        for page in (maria, sam):
            page.get_by_role("button", name="Next call").click(no_wait_after=True)
        tasks = [call_of(page) for page in (maria, sam)]
        had += tasks
        for page, task in zip((maria, sam), tasks, strict=True):
            press(page, "n")
            after(page, task)
            if "/calls/" in page.url:
                had.append(call_of(page))
                page.get_by_role("button", name="Return to queue").click()
                page.wait_for_url(re.compile(r"/calls$"))
    made = query(desk, "SELECT guarantor_id, made_by FROM contact_attempt WHERE made_on = '2026-03-23'")
    assert len(made) == 8
    assert len({row.guarantor_id for row in made}) == 8


TYPE_AT_ONCE = """() => new MutationObserver(() => {
  const field = document.getElementById("password");
  if (field && !window.begun) { window.begun = true; field.focus(); }
}).observe(document.body, { childList: true, subtree: true })"""
"""Somebody who goes to the password as soon as it is there."""


WORDS = """(words) => {
  for (const sign of words) document.body.dispatchEvent(new KeyboardEvent("keydown", { key: sign, bubbles: true }));
}"""
"""Words as fast as somebody types them, however slow the machine is that runs the browser."""


def test_words_typed_where_no_field_is_end_no_call_and_a_note_goes_with_any_ending(desk: Desk) -> None:
    page = desk.sign_in("maria")
    press(page, "Enter")
    task = call_of(page)
    page.wait_for_load_state()
    page.wait_for_timeout(800)
    page.evaluate(WORDS, "busy no answer")
    page.keyboard.press("Enter")
    page.wait_for_timeout(700)
    assert call_of(page) == task
    expect(page.locator("#keys-said")).to_contain_text("Nothing was saved")
    assert query(desk, "SELECT 1 FROM contact_attempt WHERE made_on = '2026-03-23'") == []
    press(page, "m")
    page.keyboard.type("prefers mornings")
    page.keyboard.press("Escape")
    press(page, "c")
    page.fill("#callback-on", "2026-03-25")
    page.get_by_role("button", name="Schedule callback").click()
    after(page, task)
    assert [row.note for row in query(desk, "SELECT note FROM contact_attempt WHERE made_on = '2026-03-23'")] == [
        "prefers mornings"
    ]


def test_what_is_typed_survives_a_session_that_ends(desk: Desk) -> None:
    page = desk.sign_in("leo")
    page.goto(f"{desk.url}/payments")
    page.fill("#f-number", "20001")
    page.fill("#f-amount", "31.41")
    page.fill("#f-ref", "check 27")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(800)
    page.context.clear_cookies()
    page.evaluate(TYPE_AT_ONCE)
    page.get_by_role("button", name="Post payment").click()
    expect(page.get_by_role("alert")).to_contain_text("Your entry is kept")
    page.wait_for_timeout(200)
    expect(page.locator("#password")).to_be_focused()
    page.fill("#name", "leo")
    page.fill("#password", desk.demo_practice.passwords["leo"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("input[name=amount]")).to_have_value("31.41")
    expect(page.locator("input[name=ref]")).to_have_value("check 27")


def test_a_refusal_stands_beside_the_form_and_the_form_stays(desk: Desk) -> None:
    page = desk.sign_in("leo")
    page.goto(f"{desk.url}/payments")
    page.fill("#f-number", "no-such")
    page.fill("#f-amount", "5")
    page.fill("#f-ref", "c")
    page.get_by_role("button", name="Post payment").click()
    expect(page.get_by_role("alert")).to_contain_text("no account")
    expect(page.locator("#f-number")).to_have_value("no-such")


def test_the_mail_rooms_day(desk: Desk) -> None:
    page = desk.sign_in("nora")
    expect(page.locator("h1")).to_contain_text("Mail room")
    page.locator('main a[href^="/mail/batches/"]').first.click()
    expect(page.locator("h1")).to_contain_text("Batch")
    batch = page.url
    got = page.request.get(f"{batch}/file")
    assert got.headers["content-type"] in (
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )
    page.get_by_role("button", name="Mark as mailed").click()
    expect(page.locator("main")).to_contain_text("mailed Mar 23, 2026")
    letters = query(desk, "SELECT id FROM letter WHERE state = 'mailed' ORDER BY id DESC LIMIT 3")
    page.goto(f"{desk.url}/mail")
    page.fill("#letters", "\n".join(letter_number(row.id) for row in letters))
    page.get_by_role("button", name="Show recipients").click()
    page.get_by_role("button", name="Record returned mail").click()
    expect(page.get_by_role("status").first).to_contain_text("Returned mail recorded: 3 letters")
    page.goto(f"{desk.url}/letters/{letters[0].id}")
    expect(page.locator("h1")).to_contain_text("returned")


def _any_claim_is_worth_filing(desk: Desk) -> None:
    database = open_database(desk.database_url)
    with database.transaction(actor="grace", business_date=date(2026, 3, 1)) as tx:
        change_setting(tx, "estate_at_least_cents", "0")
        change_setting(tx, "estate_cost_cents", "0")
    database.close()


def test_the_estate_desks_day_and_the_attorneys(desk: Desk, tmp_path: Path) -> None:
    _any_claim_is_worth_filing(desk)
    page = desk.sign_in("priya")
    expect(page.locator("h1")).to_contain_text("Estate docket")
    matter = query(desk, "SELECT id FROM estate_matter WHERE state = 'searching' ORDER BY id LIMIT 1")[0].id
    page.goto(f"{desk.url}/estates/{matter}")
    expect(page.locator("main")).to_contain_text("Missing facts")
    for name, value in (
        ("county", "Montgomery"),
        ("case_number", "26-EST-0007"),
        ("letters_issued", "2026-03-19"),
        ("notice_received", "2026-03-20"),
    ):
        page.select_option("#fact-name", name)
        page.fill("#fact-day" if value.startswith("2026-03") else "#fact-value", value)
        if name == "notice_received":
            page.press("#fact-day", "Tab")
            expect(page.locator("#day-if")).to_contain_text("Not saved yet")
        page.fill("#fact-source", "letter from the representative's attorney")
        _send(page, page.get_by_role("button", name="Save fact"))
        expect(page.locator("main")).to_contain_text(name.replace("_", " ").capitalize())
    expect(page.locator("main")).to_contain_text("Claim by")
    for role, name in (("representative", "Nell Fairholt"), ("court", "Clerk of the Probate Court")):
        _open_all(page)
        page.select_option("#role", role)
        page.select_option("#authority", "letters" if role == "representative" else "")
        page.fill("#party-name", name)
        page.fill("#party-source", "letters of authority")
        for field, value in (("address1", "1 Court Square"), ("city", "Dayton"), ("state", "OH"), ("zip", "45402")):
            page.fill(f"#f-{field}", value)
        _send(page, page.get_by_role("button", name="Add party"))
        expect(page.locator("main")).to_contain_text(name)
    for state in ("found", "claim_due"):
        _open_all(page)
        page.select_option("#to", state)
        page.fill("#step-source", "the court's index")
        _send(page, page.get_by_role("button", name="Save step"))
        expect(page.locator("h1")).to_contain_text({"found": "Estate found", "claim_due": "Claim due"}[state])
    _open_all(page)
    page.fill("#refer-asked", "File the claim")
    page.fill("#refer-budget", "1500")
    page.fill("#refer-fee", "hourly, $240")
    _send(page, page.locator("form", has=page.locator("#refer-asked")).get_by_role("button"))
    expect(page.locator("main")).to_contain_text("Referred to Orin Fenwicker")
    with page.expect_download() as packet:
        page.get_by_role("button", name="Create packet (ZIP)").click()
    packet.value.save_as(tmp_path / "packet.zip")
    assert (tmp_path / "packet.zip").read_bytes()[:2] == b"PK"
    orin = desk.sign_in("orin")
    expect(orin.locator("h1")).to_contain_text("My matters")
    orin.goto(f"{desk.url}/matters/{matter}")
    orin.fill("#f-on", "2026-05-04")
    orin.fill("#f-place", "Courtroom 3")
    _send(orin, orin.get_by_role("button", name="Add to calendar"))
    expect(orin.locator("main")).to_contain_text("Courtroom 3")
    page.reload()
    expect(page.locator("main")).to_contain_text("Courtroom 3")


def test_the_managers_day(desk: Desk) -> None:
    owing = query(
        desk, "SELECT guarantor_id AS person FROM account WHERE balance_cents > 20000 AND state = 'open' ORDER BY id"
    )
    leo = desk.sign_in("leo")
    leo.goto(f"{desk.url}/people/{owing[0].person}")
    _open_all(leo)
    leo.fill("#settle-percent", "60")
    leo.fill("#settle-expires", "2026-04-15")
    leo.fill("#settle-reason", "pays at once")
    _send(leo, leo.get_by_role("button", name="Send offer"))
    page = desk.sign_in("grace")
    page.goto(f"{desk.url}/house")
    expect(page.locator("h1")).to_contain_text("Dashboard")
    expect(page.locator("[data-chart] svg.apexcharts-svg")).to_be_visible()
    page.get_by_role("link", name="My approvals").click()
    expect(page.locator("main")).to_contain_text("Settlements: 1")
    _send(page, page.get_by_role("button", name="Approve").first)
    expect(page.locator("main")).to_contain_text("Settlements: 0")
    page.goto(f"{desk.url}/house/settings")
    page.locator("tr", has=page.locator("#v-release_over_letters")).locator("summary").click()
    page.fill("#v-release_over_letters", "400")
    page.fill("#r-release_over_letters", "the mail room's capacity")
    _send(page, page.locator("form", has=page.locator("#v-release_over_letters")).get_by_role("button"))
    expect(page.locator("tr", has=page.locator("#v-release_over_letters"))).to_contain_text("400")
    page.fill("#find", "20001")
    expect(page.locator("#found a").first).to_be_visible()
    page.locator("#found a").first.click()
    expect(page.locator("main")).to_contain_text("Next step")


PAGES = {
    "maria": ("/calls", "/calls/{call}", "/tasks", "/password"),
    "nora": ("/mail", "/mail/batches/1", "/letters/1"),
    "priya": ("/estates", "/estates/1"),
    "leo": ("/files", "/payments", "/refunds", "/people/1"),
    "grace": (
        "/house",
        "/house/approvals",
        "/house/agencies",
        "/reports",
        "/reports/aging",
        "/reports/collections?by=payer_class",
        "/reports/collections?by=month&by=payer_class&by=creditor&from=2020-01-01",
        "/reports/aging/accounts?measure=balance_cents",
        "/reports/call-attempts",
        "/house/reviews",
        "/house/settings",
        "/calls?whose=all",
        "/schedules",
        "/schedules/patient-balance",
        "/schedules/patient-balance/compare?one=1&two=2",
        "/templates",
        "/templates/reminder-1",
    ),
    "orin": ("/matters",),
    "omar": ("/logs",),
    "ada": ("/users",),
}


SCHEDULES = ("/schedules", "/schedules/patient-balance", "/templates", "/house/reviews")


@pytest.mark.parametrize("who", sorted(PAGES))
def test_every_page_can_be_used_by_everybody(desk: Desk, who: str) -> None:
    page = desk.sign_in(who)
    call = query(desk, "SELECT id FROM task WHERE kind = 'call' AND state = 'open' AND assigned_to = 'maria' LIMIT 1")
    wrong: list[str] = []
    for path in PAGES[who]:
        page.goto(desk.url + path.format(call=call[0].id if call else 0))
        page.wait_for_load_state("networkidle")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        for found in Axe().run(page, options=WCAG).response["violations"]:
            wrong += [f"{path}: {found['id']}: {node['html'][:140]}" for node in found["nodes"][:3]]
    assert wrong == []


def test_on_a_phone_nothing_is_wider_than_the_screen(desk: Desk) -> None:
    page = desk.sign_in("grace")
    page.set_viewport_size({"width": 390, "height": 800})
    for path in (
        "/calls?whose=all",
        "/house",
        "/estates",
        "/estates/1",
        "/people/1",
        "/mail",
        "/files",
        "/tasks",
        *SCHEDULES,
    ):
        page.goto(desk.url + path)
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{path} is {wide} wide"


def test_everything_is_read_and_done_without_javascript(desk: Desk) -> None:
    page = desk.sign_in("leo", java_script_enabled=False)
    page.goto(f"{desk.url}/payments")
    page.fill("#f-number", "20001")
    page.fill("#f-amount", "1.00")
    page.fill("#f-ref", "without scripts")
    page.get_by_role("button", name="Post payment").click()
    expect(page.locator("main")).to_contain_text("$1.00 posted to 20001")
    page.fill("#find", "20001")
    page.press("#find", "Enter")
    expect(page.locator("main table")).to_contain_text("20001")
