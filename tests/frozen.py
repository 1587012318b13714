"""What outsiders see, each item as a digest: history events, command help, JSON shapes, the API, pages, counts of days.

`python -m tests.frozen` accepts the current state into frozen.json; the difference is then read in review.
"""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import typer
from fastapi import FastAPI
from starlette.routing import Mount
from typer.testing import CliRunner

from cli.app import app
from cli.output import open_practice
from cli.setup import init
from demo.life import Life, take_book
from demo.people import make_book
from flows.reports.registry import REPORTS
from flows.stages import STAGES, run_stage
from models.events import Event
from models.user_enums import Role
from tests.small_book import rows
from tests.web.site import WHO, Now, Site, users
from web.app import create_app

KEPT = Path(__file__).with_name("frozen.json")
FIRST, DAYS, ACCOUNTS, SEED = date(2026, 1, 1), 180, 120, 3
LAST = FIRST + timedelta(days=DAYS - 1)
NOON = datetime.combine(LAST, time(17), UTC)
"""Noon of the last day, in the practice's zone."""

READS = (
    "agency layout list",
    "agency list",
    "agency pools",
    "agency reconcile",
    "arrangement list",
    "calls",
    "calls day",
    "collector list",
    "creditor list",
    "deaths list",
    "estate list",
    "estate papers",
    "history verify",
    "law list",
    "law spouses",
    "law tables",
    "letters batches",
    "letters list",
    "letters report",
    "limits list",
    "person suspects",
    "refund list",
    *(f"report {name}" for name in REPORTS),
    "report agencies",
    "report list",
    "report saved",
    "review list",
    "schedule list",
    "settings list",
    "settlement list",
    "stuck",
    "table list",
    "tasks",
    "token list",
    "user list",
)
"""Commands that only read, need no argument, and show the same on any later day."""

OF_ONE = {
    "account": "SELECT number FROM account ORDER BY history_seq DESC, id LIMIT 1",
    "explain": "SELECT number FROM account WHERE state = 'open' ORDER BY history_seq DESC, id LIMIT 1",
    "letters show": "SELECT id FROM letter ORDER BY id LIMIT 1",
    "arrangement show": "SELECT id FROM arrangement ORDER BY id LIMIT 1",
    "estate show": "SELECT id FROM estate_matter ORDER BY id LIMIT 1",
}
"""Commands that read one thing, and the query that finds it."""

PAGES = {
    Role.MANAGER: (
        "/house",
        "/reports",
        "/reports/aging",
        "/reports/roll-forward",
        "/house/approvals",
        "/house/agencies",
        "/house/settings",
        "/house/reviews",
        "/calls",
        "/mail",
        "/tasks",
        "/stuck",
        "/persons",
        "/payments",
        "/refunds",
        "/files",
    ),
    Role.ESTATE_DESK: ("/", "/estates"),
    Role.MAIL_ROOM: ("/", "/mail"),
    Role.COLLECTOR: ("/", "/calls"),
    Role.CLERK: ("/", "/tasks"),
}

_SECRETS = re.compile(r'(name="form_key" value|nonce)="[^"]*"|\b[0-9a-f]{64}\b')
"""Values that change at each start: form keys, nonces, digests that a key seals. The access log has real times."""


def digest(text: str) -> str:
    """The first 16 characters of a text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def events() -> Iterator[tuple[str, str]]:
    """Every kind of event with the names and types of its data."""
    for kind in _events(Event):
        told = [f"{field.name}: {field.type}" for field in fields(kind)]
        yield f"event {kind.kind}", "\n".join(told)


def _events(above: type[Event]) -> Iterator[type[Event]]:
    for kind in above.__subclasses__():
        if kind.kind:
            yield kind
        yield from _events(kind)


def helps() -> Iterator[tuple[str, str]]:
    """The help of every command, as in a terminal of 100 columns."""
    runner = CliRunner(env={"COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1"})
    for words in _commands(typer.main.get_command(app), ()):
        yield f"help {' '.join(words)}", runner.invoke(app, [*words, "--help"]).output


def _commands(command: Any, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield above
    under: Mapping[str, Any] = getattr(command, "commands", {})
    for name in sorted(under):
        yield from _commands(under[name], (*above, name))


def _options(words: str) -> set[str]:
    """The options of a command, by their names in the code."""
    command: Any = typer.main.get_command(app)
    for word in words.split():
        command = command.commands[word]
    return {option.name for option in command.params}


def shape(value: Any) -> Any:
    """A JSON value without its values: the names and kinds that a program reads."""
    match value:
        case dict():
            return {name: shape(one) for name, one in sorted(value.items())}
        case list():
            return _merged([shape(one) for one in value])
        case None:
            return "null"
        case _:
            return type(value).__name__


def _merged(shapes: Sequence[Any]) -> list[Any]:
    seen = {json.dumps(one, sort_keys=True): one for one in shapes}
    return [seen[key] for key in sorted(seen)]


def live(home: Path) -> Iterator[tuple[str, str]]:
    """Runs a made-up book; returns the counts of its days."""
    init(date=FIRST.isoformat(), json=True)
    with open_practice() as practice:
        book = make_book(ACCOUNTS, SEED, FIRST, DAYS)
        take_book(practice, book.files, FIRST)
        life = Life(practice, SEED, book.later)
        for day in [FIRST + timedelta(days=n) for n in range(DAYS)]:
            life.morning(day)
            counts = {stage: dict(sorted(run_stage(practice, stage, day).items())) for stage in STAGES}
            life.day(day)
            yield f"day {day}", json.dumps(counts)
        story = "SELECT account_id, seq, business_date, kind, step, why, actor FROM account_event ORDER BY 1, 2"
        yield "history of the book", "\n".join(str(tuple(row)) for row in rows(practice.database, story))


def commands() -> Iterator[tuple[str, str]]:
    """The JSON shape that each reading command returns to programs."""
    runner = CliRunner()
    with open_practice() as practice:
        one = {words: str(rows(practice.database, query)[0][0]) for words, query in OF_ONE.items()}
    for words in (*READS, *OF_ONE):
        more = [one[words]] if words in one else []
        if "date" in _options(words):
            more += ["--date", LAST.isoformat()]
        got = runner.invoke(app, [*words.split(), *more, "--json"])
        assert got.exit_code == 0, f"{words}: {got.output}"
        yield f"json {words}", json.dumps(shape(json.loads(got.stdout)), sort_keys=True)


def pages() -> Iterator[tuple[str, str]]:
    """Pages of the book, as a user of each role sees them at noon of the last day. Line breaks are ignored."""
    with open_practice() as practice:
        users(practice)
        now = Now(NOON)
        site = Site(create_app(practice, clock=now), practice, now)
        (api,) = (route.app for route in site.app.routes if isinstance(route, Mount) and route.path == "/api")
        assert isinstance(api, FastAPI)
        yield "openapi", json.dumps(api.openapi(), sort_keys=True)
        for role, paths in PAGES.items():
            browser = site.as_(role)
            for path in paths:
                yield f"page {path} as {WHO[role]}", " ".join(_SECRETS.sub("", browser.get(path).text).split())


def everything(home: Path) -> dict[str, str]:
    """Everything that is frozen, by name. `home`: an empty folder, which PASTDUE_HOME names."""
    told = [*events(), *helps(), *live(home), *commands(), *pages()]
    assert len(dict(told)) == len(told), "two things of one name"
    return {name: digest(text) for name, text in told}


def accept() -> None:
    """Save the current state."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        os.environ["PASTDUE_HOME"] = str(home)
        os.environ.pop("PASTDUE_DATABASE_URL", None)
        KEPT.write_text(json.dumps(everything(home), indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    accept()
