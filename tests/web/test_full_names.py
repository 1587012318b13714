"""Who changed something is shown by their full name, not by the name that they sign in with."""

import re

import pytest

from models.user_enums import Role
from tests.web.site import DAY, Browser, Site
from tests.web.test_creditors import AT, form
from tests.web.test_experiments import FORM, changed_draft
from tests.web.test_schedules import draft_of


@pytest.fixture
def manager(site: Site) -> Browser:
    """A manager whose full name has nothing of the user name."""
    with site.practice.database.transaction(actor="test", business_date=DAY) as tx:
        tx.conn.exec_driver_sql("UPDATE app_user SET full_name = 'Augusta Hall' WHERE name = 'grace'")
    return site.as_(Role.MANAGER)


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
