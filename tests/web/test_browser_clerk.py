"""A clerk's day, and twenty calls by keyboard, in a real browser on the made-up practice."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from models.database import open_database
from models.values import dollars
from tests.web.browsing import Desk, query
from tests.web.test_browser_days import after, call_of, press

pytestmark = pytest.mark.xdist_group("browser")

OWING = """
    SELECT a.number, a.balance_cents, a.guarantor_id, p.last_name, p.phone FROM account a JOIN person p ON p.id = a.guarantor_id
    WHERE a.balance_cents > 5000 AND p.phone IS NOT NULL AND p.death_date IS NULL AND a.state = 'open'
      AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.person_id = p.id) ORDER BY a.id LIMIT 4
"""


def search(page: Page, wanted: str) -> None:
    """Search in the header, by the keyboard."""
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type(wanted)


def test_the_clerks_day(desk: Desk, tmp_path: Path) -> None:
    owing = query(desk, OWING)
    page = desk.sign_in("leo")
    _post_files(page, desk, tmp_path, owing)
    _answer_a_patient(page, desk, owing[0])
    _refund(page, desk)
    _packet(desk, owing[0])


def _post_files(page: Page, desk: Desk, folder: Path, owing: list[Any]) -> None:
    """The bank's file with a payment of an unknown account, and a deposit that says so."""
    lines = [f"{row.number},2026-03-20,10.00,check,b-{row.number},no" for row in owing]
    lines.append("None-9,2026-03-20,7.50,check,b-9,no")
    bank = folder / "lockbox.csv"
    bank.write_text("\n".join(["account_number,date,amount,method,reference,reversal", *lines]) + "\n")
    page.goto(f"{desk.url}/files")
    page.set_input_files("#files", bank)
    page.fill("#deposit", "47.50")
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.locator("main")).to_contain_text("5 rows: 4 imported ($40.00), 0 duplicates, 1 rejected ($7.50)")
    expect(page.get_by_role("status")).to_contain_text("$7.50 not applied")
    expect(page.locator("main")).to_contain_text("None-9")
    page.set_input_files("#files", bank)
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.locator("main")).to_contain_text("This file was imported before. Nothing was changed.")


def _answer_a_patient(page: Page, desk: Desk, row: Any) -> None:
    """She is found by the first letters of her name and the end of her number; the bill is read, a statement is sent."""
    phone, name, number = row.phone, row.last_name, row.number
    search(page, f"{name[:4]} {phone[-4:]}")
    found = page.locator("#found tbody tr").filter(has_text=number)
    expect(found).to_have_count(1)
    found.get_by_role("link").first.click()
    if "Reason for access" in page.locator("h1").inner_text():
        page.get_by_role("button", name="Open account").click()
    page.wait_for_url(re.compile(rf"/people/{row.guarantor_id}$"))
    expect(page.locator("main")).to_contain_text(dollars(row.balance_cents - 10_00))
    expect(page.locator("main")).to_contain_text("$10.00")
    page.get_by_text("Send a requested letter").click()
    page.select_option("#letter-kind", label="Itemized statement")
    page.get_by_role("button", name="Send letter").click()
    expect(page.get_by_role("status").first).to_contain_text("Letter queued")
    letters = query(
        desk, "SELECT kind FROM letter WHERE guarantor_id = :person AND state = 'queued'", person=row.guarantor_id
    )
    assert "itemised-statement" in {one.kind for one in letters}


def _refund(page: Page, desk: Desk) -> None:
    """Proposed by the clerk, approved by the manager, paid by the clerk; the ledger has it."""
    page.goto(f"{desk.url}/refunds")
    line = page.locator("tr").filter(has=page.get_by_role("button", name="Request refund")).first
    number = line.locator("th").inner_text().split()[0]
    owed = query(desk, "SELECT balance_cents FROM account WHERE number = :number", number=number)[0].balance_cents
    line.get_by_label("Reason").fill("insurance paid later")
    line.get_by_role("button", name="Request refund").click()
    expect(page.locator("tr").filter(has_text=number).first).not_to_contain_text("Request refund")
    manager = desk.sign_in("grace")
    manager.goto(f"{desk.url}/house/approvals")
    section = manager.locator("main section, main article, main .card").filter(has_text=number).first
    section.get_by_role("button", name="Approve").first.click()
    manager.wait_for_load_state("networkidle")
    page.goto(f"{desk.url}/refunds")
    paid = page.locator("tr").filter(has_text=number).filter(has=page.get_by_role("button", name="Mark as paid"))
    paid.get_by_label("Check number").fill("1044")
    paid.get_by_role("button", name="Mark as paid").click()
    expect(paid).to_have_count(0)
    posted = query(
        desk,
        "SELECT sum(amount_cents) AS cents FROM ledger_entry e JOIN account a ON a.id = e.account_id "
        "WHERE a.number = :number AND e.kind = 'refund' AND e.posted_on = '2026-03-23'",
        number=number,
    )
    assert posted[0].cents == -owed


def _packet(desk: Desk, row: Any) -> None:
    """An auditor gets one file with everything about an account."""
    page = desk.sign_in("omar")
    page.goto(f"{desk.url}/people/{row.guarantor_id}")
    if "Reason for access" in page.locator("h1").inner_text():
        page.get_by_role("button", name="Open account").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Audit packet for {row.number}").click()
    assert download.value.path().read_bytes()[:2] == b"PK"


def test_twenty_calls_are_worked_by_keyboard_without_leaving_the_call_screen(desk: Desk) -> None:
    database = open_database(desk.database_url)
    with database.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE task SET assigned_to = 'maria' WHERE kind = 'call' AND state = 'open'")
    database.close()
    page = desk.sign_in("maria")
    page.keyboard.press("Enter")
    results: list[str] = []
    for number in range(20):
        task = call_of(page)
        key = ("n", "v", "b", "p")[number % 4]
        press(page, key)
        if key == "p":
            page.keyboard.type("20.00")
            page.keyboard.press("Tab")
            page.locator("#promise-on").press_sequentially("03302026")
            page.keyboard.press("Enter")
        after(page, task)
        results.append(key)
        assert re.search(r"/calls/\d+$", page.url), f"after {number + 1} calls: {page.url}"
    made = query(
        desk, "SELECT disposition, count(*) AS n FROM contact_attempt WHERE made_on = '2026-03-23' GROUP BY disposition"
    )
    assert {row.disposition: row.n for row in made} == {"no_answer": 5, "voicemail": 5, "busy": 5, "promise_to_pay": 5}
