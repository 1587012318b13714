"""A kind of letter that looks wrong is taken out of a run: the rest goes, and the wait is told of once."""

import re
from datetime import date

import pytest

from flows.practice import Practice
from flows.settings.commands import change_setting
from models.user_enums import Role
from tests.small_book import publish_shipped, rows, run_days, someone, take_in
from tests.web.site import DAY, Browser, Now, Site, users
from web.app import create_app


@pytest.fixture
def mixed(quick_practice: Practice) -> Site:
    """Reminders to three people in English and one in Spanish, and a statement that somebody asked for."""
    publish_shipped(quick_practice.database)
    people = [
        someone(f"P{n}", number=f"P{n}-1", first=date(2026, 1, 18), cents=80_00 + n, language="es" if n == 3 else "en")
        for n in range(4)
    ]
    asked = someone("Ask", number="Ask-1", first=date(2026, 2, 10), cents=90_00)
    take_in(quick_practice.database, [*people, asked], date(2026, 2, 12))
    users(quick_practice)
    run_days(quick_practice, date(2026, 2, 16), DAY)
    person = rows(quick_practice.database, "SELECT id FROM person WHERE first_name = 'Ask'")[0].id
    account = rows(quick_practice.database, "SELECT id FROM account WHERE number = 'Ask-1'")[0].id
    site = Site(create_app(quick_practice, clock=Now()), quick_practice, Now())
    site.as_(Role.CLERK).submit(f"/people/{person}/letter", account=account, kind="itemised-statement")
    return site


def rejected(site: Site, **limits: str) -> tuple[Browser, str]:
    """The mail room, and a waiting run out of which the reminders were taken."""
    with site.practice.database.transaction(actor="grace", business_date=DAY) as tx:
        for name, value in limits.items():
            change_setting(tx, name, value)
    nora = site.as_(Role.MAIL_ROOM)
    batch = nora.submit("/mail/print", follow=False).headers["location"]
    assert "5 letters, 2 more than the limit of 3" in nora.get(batch).text
    nora.submit(f"{batch}/reject", kind="reminder-1", reason="the logo is upside down")
    return nora, batch


def test_what_is_left_of_a_run_goes_when_it_is_under_the_limits(mixed: Site) -> None:
    nora, batch = rejected(mixed, release_over_letters="3")
    text = nora.get(batch).text
    assert "On hold for a manager" not in text
    assert "Download print file" in text
    assert [tuple(row) for row in rows(mixed.practice.database, "SELECT state, letters FROM print_batch")] == [
        ("printed", 1)
    ]
    states = rows(mixed.practice.database, "SELECT kind, state FROM letter")
    assert {row.state for row in states if row.kind == "itemised-statement"} == {"batched"}
    assert {row.state for row in states if row.kind == "reminder-1"} == {"queued"}


def test_what_is_left_of_a_run_waits_where_another_limit_keeps_it(mixed: Site) -> None:
    nora, batch = rejected(mixed, release_over_letters="3", release_over_cents="5000")
    assert "On hold for a manager: $90.00 amount due, $40.00 more than the limit of $50.00" in nora.get(batch).text


def test_a_rejected_kind_is_told_of_once_whatever_its_languages(mixed: Site) -> None:
    nora, _ = rejected(mixed, release_over_letters="3")
    text = nora.get("/mail").text
    assert text.count("Resume this letter type") == 1
    assert text.count("the logo is upside down") == 2  # the alert, and a line of "On hold"
    assert re.search(r"<li>4: [^<]*[Rr]eminder 1", text)
    nora.submit("/mail/accept", kind="reminder-1")
    assert "Resume this letter type" not in nora.get("/mail").text
