"""The workspace around a small book, and clients that are signed in as somebody of each role."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from flows.calls.assignment import assign_calls, set_collector
from flows.estates.attorneys import set_attorney
from flows.practice import Practice
from flows.users.commands import add_user
from flows.users.keys import add_token
from models.user_enums import Role
from tests.small_book import publish_text, run_days, someone, take_in
from web.app import create_app
from web.auth.sealed import Session
from web.rendering.shell import COOKIE

DAY = date(2026, 2, 17)
NOON = datetime(2026, 2, 17, 17, tzinfo=UTC)
CALLS = """
schedule: calls
title: Calls first
enter: {overdue_days: 30, balance: {at_least: 1.00}}
steps:
  - id: first-call
    at: {day: 30}
    do: {call: {script: first-call, attempts: 3, every_days: 1, give_up_after_days: 60}}
  - id: reminder-1
    at: {day: 80}
    do: {letter: reminder-1}
arrangements:
  standard: {min_payment: 10.00, max_months: 12, frequency: monthly}
"""
WHO = {
    Role.COLLECTOR: "maria",
    Role.MAIL_ROOM: "nora",
    Role.ESTATE_DESK: "priya",
    Role.CLERK: "leo",
    Role.MANAGER: "grace",
    Role.ATTORNEY: "orin",
    Role.AUDITOR: "omar",
    Role.ADMIN: "ada",
}


class Now:
    """The clock of the site: it stands until a test moves it."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Site:
    """The workspace with its house and clock."""

    app: FastAPI
    practice: Practice
    now: Now

    def as_(self, role: Role | str) -> "Browser":
        """A browser in which somebody of a role, or of a name, is signed in."""
        name = WHO[role] if isinstance(role, Role) else role
        with self.practice.database.reading() as conn:
            from flows.users.queries import user_row

            row = user_row(conn, name)
        assert row is not None
        at = int(self.now.at.timestamp())
        browser = Browser(self.app)
        browser.cookies.set(COOKIE, self.app.state.work.seal.session(Session(name, row.epoch, at, at)))
        browser.key = self.app.state.work.seal.form_key(name, row.epoch)
        return browser


def _as_shown(page: Response) -> None:
    if page.headers.get("content-type", "").startswith("text/html"):
        page._content = re.sub(rb"\s+", b" ", page.read())  # pyright: ignore[reportPrivateUsage]


class Browser(TestClient):
    """A browser without JavaScript, which shows each run of blanks as one; `key` is what its forms carry."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(app, base_url="http://site", follow_redirects=True)
        self.event_hooks = {"response": [_as_shown]}
        self.key = ""

    def submit(self, path: str, follow: bool = True, **fields: str | int | list[str]) -> Response:
        """Send a form as a page of ours would; a list is a field that comes several times."""
        given = {name: value if isinstance(value, list) else str(value) for name, value in fields.items()}
        data: dict[str, str | list[str]] = {"form_key": self.key, **given}
        return self.post(path, data=data, follow_redirects=follow)

    def seen(self, path: str) -> str:
        """What a page says of how far the histories had come when it was drawn."""
        found = re.search(r'name="seen" value="([^"]*)"', self.get(path).text)
        assert found is not None
        return found[1]


def users(practice: Practice, passwords: Mapping[Role, str | None] | None = None) -> None:
    """One user of each role, and a second collector; without passwords, since hashing takes its time."""
    told = passwords or {}
    with practice.database.transaction(actor="test", business_date=DAY) as tx:
        set_attorney(tx, "fenwicker", {"name": "Orin Fenwicker"})
        for role, name in WHO.items():
            attorney = "fenwicker" if role is Role.ATTORNEY else None
            add_user(tx, name, name.title(), [role], told.get(role), NOON, attorney=attorney, must_change=False)
        add_user(tx, "sam", "Sam", [Role.COLLECTOR], None, NOON)
        for name in ("maria", "sam"):
            set_collector(tx, name, {"languages": "en", "calls_a_day": 20})


def open_site(
    practice: Practice, *names: str, passwords: Mapping[Role, str | None] | None = None, **more: object
) -> Site:
    """A practice in which these people are to be called today, and its workspace."""
    publish_text(practice.database, CALLS)
    people = [
        someone(name, number=f"{name}-1", first=date(2026, 1, 5), cents=100_00 * n, **more)
        for n, name in enumerate(names, 1)
    ]
    take_in(practice.database, people, date(2026, 1, 20))
    users(practice, passwords)
    run_days(practice, date(2026, 2, 16), DAY, ("settle", "enter", "advance"))
    with practice.database.transaction(actor="call list", business_date=DAY) as tx:
        assign_calls(tx)
    return site_of(practice)


def site_of(practice: Practice) -> Site:
    """The workspace of a practice whose book is there already."""
    now = Now()
    return Site(create_app(practice, clock=now), practice, now)


def key_of(site: Site, *roles: Role, name: str = "dialler") -> dict[str, str]:
    """The header by which a program of these roles is known."""
    with site.practice.database.transaction(actor="ada", business_date=DAY) as tx:
        return {"Authorization": f"Bearer {add_token(tx, name, roles, NOON)}"}
