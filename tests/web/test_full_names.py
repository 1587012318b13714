"""Who changed something is shown by their full name, not by the name that they sign in with."""

import re
from datetime import date

import pytest

from models.user_enums import Role
from tests.small_book import publish_shipped, rows, run_days, someone, take_in
from tests.web.site import DAY, Browser, Site
from tests.web.test_calls import task_of
from tests.web.test_creditors import AT, form
from tests.web.test_experiments import FORM, changed_draft
from tests.web.test_refunds import proposed
from tests.web.test_schedules import draft_of


@pytest.fixture
def manager(site: Site) -> Browser:
    """A manager whose full name has nothing of the user name."""
    with site.practice.database.transaction(actor="test", business_date=DAY) as tx:
        tx.conn.exec_driver_sql("UPDATE app_user SET full_name = 'Augusta Hall' WHERE name = 'grace'")
    return site.as_(Role.MANAGER)


@pytest.fixture
def renamed(site: Site) -> Site:
    """A site in which nobody's full name has anything of the username."""
    with site.practice.database.transaction(actor="test", business_date=DAY) as tx:
        tx.conn.exec_driver_sql("UPDATE app_user SET full_name = 'Person of ' || upper(substr(name, 2))")
    return site


def shows(page: str, name: str) -> bool:
    """Whether a page shows a user by the full name, and nowhere by the username."""
    read = re.sub(r"<textarea.*?</textarea>|<[^>]*>", "", page[page.index("</header>") :])
    return f"Person of {name[1:].upper()}" in read and re.search(rf"\b{name}\b", read) is None


def in_full(page: str) -> bool:
    read = re.sub(r"<textarea.*?</textarea>|<[^>]*>", "", page[page.index("</header>") :])
    return "Augusta Hall" in read and re.search(r"\bgrace\b(?! period| days)", read) is None


def test_schedules_and_drafts_show_full_names(manager: Browser) -> None:
    draft = draft_of(manager)
    assert in_full(manager.get(draft).text) and in_full(manager.get("/schedules").text)
    manager.submit(f"{draft}/steps/reminder-1/move", days=70, seen=manager.seen(draft))
    manager.submit(f"{draft}/publish", seen=manager.seen(draft), reason="Too late?")
    page = manager.get("/schedules/calls").text
    assert in_full(page)
    assert "Reason: Too late?" in page and "?." not in page, "a reason that ends its sentence gets no second full stop"
    manager.submit("/schedules/calls/decide", verdict="pause", reason="New counsel.")
    paused = manager.get("/schedules/calls").text
    assert "by Augusta Hall: New counsel." in paused and ".." not in re.sub(r"<[^>]*>", "", paused)
    assert "Paused since Feb 17, 2026 by Augusta Hall: New counsel." in manager.get("/schedules").text


def test_experiments_show_full_names(manager: Browser) -> None:
    key = changed_draft(manager)
    assert in_full(manager.get("/experiments").text)
    manager.submit("/experiments", arms=key, **FORM)
    manager.submit("/experiments/sooner/stop", reason="Enough")
    assert in_full(manager.get("/experiments/sooner").text)


def test_settings_limits_creditors_and_tables_show_full_names(manager: Browser) -> None:
    manager.submit("/house/settings", name="refund_days", value="20", seen=0, reason="agreed")
    assert in_full(manager.get("/house/settings").text)
    manager.submit("/house/limits", limit="call_opens", value="09:30", creditor="", state="", seen=0, reason="agreed")
    assert in_full(manager.get("/house/limits").text)
    manager.submit(AT, **form(manager, phone="937-555-0111", reason="new line"))
    assert in_full(manager.get(AT).text) and in_full(manager.get("/house/creditors").text)
    text = "closed:\n  - {date: 2026-12-24, name: Snow}\n"
    manager.submit("/house/tables/calendar/text", seen=0, based_on=0, reason="Closed", table_text=text)
    assert in_full(manager.get("/house/tables/calendar").text) and in_full(manager.get("/house/tables").text)


def test_refunds_and_approvals_show_full_names(renamed: Site) -> None:
    clerk, grace, refund = proposed(renamed)
    assert shows(grace.get("/house/approvals").text, "leo") and shows(clerk.get("/refunds").text, "leo")
    grace.submit(f"/refunds/{refund}/approve")
    page = clerk.get("/refunds").text
    assert shows(page, "leo") and shows(page, "grace")


def test_a_person_and_their_history_show_full_names(renamed: Site) -> None:
    grace, task = renamed.as_(Role.MANAGER), task_of(renamed, "Cleo")
    own = rows(renamed.practice.database, "SELECT id FROM task WHERE assigned_to = 'maria'")[0].id
    renamed.as_("maria").submit(f"/calls/{own}/take")
    assert shows(grace.get("/calls?whose=all").text, "maria")
    grace.submit(f"/calls/{task}/take")
    assert 'value="sam">Person of AM<' in grace.get(f"/calls/{task}").text
    seen = grace.seen(f"/calls/{task}")
    grace.submit(f"/calls/{task}/done", code="callback", on="2026-02-17", at="14:00", seen=seen)
    person = rows(renamed.practice.database, "SELECT guarantor_id FROM account WHERE number = 'Cleo-1'")[0].guarantor_id
    page = grace.get(f"/people/{person}").text
    assert shows(page, "grace") and "History (" in page
    assert shows(grace.get("/house").text, "grace")


def test_the_mail_room_shows_full_names(renamed: Site) -> None:
    publish_shipped(renamed.practice.database)
    take_in(renamed.practice.database, [someone("Zed", number="Z-1", first=date(2026, 1, 18))], date(2026, 2, 1))
    run_days(renamed.practice, date(2026, 2, 16), DAY)
    nora = renamed.as_(Role.MAIL_ROOM)
    batch = nora.submit("/mail/print", follow=False).headers["location"]
    assert shows(nora.get(batch).text, "nora") and shows(nora.get("/mail").text, "nora")
