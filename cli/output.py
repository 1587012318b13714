"""What every command shares: the business date, the practice, and how results and refusals are printed."""

import shutil
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date
from enum import StrEnum
from functools import partial, wraps
from types import MappingProxyType
from typing import Annotated, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import orjson
import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from cli.remedies import remedy_of, sentence
from cli.typist import sit_down
from compliance.known import warning
from flows.practice import Practice, practice_of
from flows.settings.policy import Policy
from flows.settings.queries import today_of
from letters.own import problems_of_own
from models.clock import system_clock
from models.database import open_database
from models.documents import is_list, is_tuple
from models.environment import Settings, settings_from
from models.errors import Refused
from models.labels import label_of, plain
from models.migrate import has_settings, require_present
from models.step_words import act, step_name, steps_told
from models.values import cents_from_dollars, date_from_iso, dollars

P = ParamSpec("P")
R = TypeVar("R")

REFUSED = 1

FULL_BYTES = 64 * 1024
"""A disk with less free space than this is full: SQLite needs that much for a transaction."""

WIDEST = 2_000
"""The most characters in a line of a table that is printed whole."""

WITH_REJECTS = 3

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Reason = Annotated[str, typer.Option("--reason", help="The reason, for the history.")]

BusinessDate = Annotated[str | None, typer.Option("--date", help="The business date, YYYY-MM-DD (default: today).")]


def business_date(text: str | None) -> date:
    """The business date of the option, or today in the practice's time zone, wherever this machine is."""
    return date_from_iso(text) if text else _practice_today()


def _practice_today() -> date:
    settings = settings_from()
    database = open_database(settings.database_url)
    try:
        if has_settings(database):
            # An earlier version's settings can't be read: it is brought up to date first.
            require_present(database)
            with database.reading() as conn:
                return today_of(conn, system_clock())
        # Before `init` the time zone is always the default.
        return system_clock().astimezone(ZoneInfo(Policy().time_zone)).date()
    finally:
        database.close()


def optional_date(text: str | None) -> date | None:
    """An optional date."""
    return date_from_iso(text) if text else None


def cents(text: str | None) -> int | None:
    """An optional amount in dollars, as cents."""
    return cents_from_dollars(text.removeprefix("$")) if text else None


@contextmanager
def open_practice() -> Generator[Practice, None, None]:
    """The practice of the environment. Raises OldDatabase if its database was not initialized."""
    settings = settings_from()
    database = open_database(settings.database_url)
    try:
        require_present(database)
        practice = practice_of(database, settings)
        sit_down(practice)
        yield practice
    finally:
        database.close()


def refusals(command: Callable[P, R]) -> Callable[P, R]:
    """Print a command's refusal as a sentence, with exit code 1, instead of a traceback."""

    @wraps(command)
    def said(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Refused as error:
            _say_refused("Refused:", error, kwargs)
        except SQLAlchemyError as error:
            full = ("no space left on the disk", "free some space and try again")
            why, advice = full if _is_full() else (_first_line(error), "")
            _say_refused("Database error", Refused(f"at {_database()}: {why}", advice), kwargs)
        except FileNotFoundError as error:
            _say_refused("File error:", Refused(f"{error.filename} was not found", "check the path"), kwargs)
        except OSError as error:
            _say_refused("File error:", Refused(str(error)), kwargs)
        raise typer.Exit(REFUSED)

    return said


def _say_refused(head: str, error: Refused, options: Mapping[str, object]) -> None:
    """Print a refusal: a sentence on standard error, and with --json also a document on standard output."""
    message = sentence(error)
    err.print(f"[red]{head}[/red] {_plain(message)}", soft_wrap=True)
    if options.get("json") is True:
        say_json({"refused": {"kind": error.kind.value, "message": message, "remedy": remedy_of(error) or None}})


def _is_full() -> bool:
    """Whether the disk of the home is full: SQLite calls that an I/O error."""
    home = settings_from().home
    return home.is_dir() and shutil.disk_usage(home).free < FULL_BYTES


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


def _database() -> str:
    """The URL of the database, without a password."""
    return make_url(settings_from().database_url).render_as_string(hide_password=True)


def _first_line(error: SQLAlchemyError) -> str:
    # Without the statement and its parameters, which hold people's data.
    return str(getattr(error, "orig", error)).splitlines()[0]


def say_json(value: object) -> None:
    """One JSON document on standard output."""
    text = orjson.dumps(value, default=_json, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)
    sys.stdout.write(text.decode() + "\n")


def say_done(value: object, sentence: str, json: bool) -> None:
    """What a command did: for a program as JSON, for a person as a sentence."""
    if json:
        say_json(value)
    else:
        out.print(sentence)


def _json(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)


def say_known(as_known: date | None, today: date) -> None:
    """Print the date as of which the law is known, with a warning if that is too long ago."""
    if as_known is not None:
        out.print(f"Law as known on {as_known}.")
    if (said := warning(as_known, today)) is not None:
        out.print(f"[yellow]Warning:[/yellow] {said}.")


def say_template_faults(settings: Settings) -> None:
    """Warn of errors in the practice's own templates, before a letter is on hold for one."""
    for problem in problems_of_own(settings.templates):
        err.print(f"[yellow]Warning:[/yellow] {_plain(str(problem))}", soft_wrap=True)


_WHOLE = frozenset({"batch", "business_date", "number", "state"})
"""Columns that are not wrapped, like dates and amounts: a date on two lines is hard to read."""


_SENTENCES = frozenset({"reason", "why"})
"""Columns of sentences, which may name a step of a schedule."""

HEADS: Mapping[str, str] = MappingProxyType(
    {
        "acknowledged_after_days": "Days to acknowledge",
        "age_days": "Age (days)",
        "arrangements": "Payment plans",
        "as_known": "Known as of",
        "assistance_url": "Assistance URL",
        "calls_a_day": "Calls per day",
        "calls_this_week": "Calls, last 7 days",
        "champion_percent": "Champion (%)",
        "challenger_percent": "Challenger (%)",
        "complaints_per_1000": "Complaints per 1,000",
        "cost_percent": "Cost (%)",
        "difference_percent": "Difference (%)",
        "direct_cents": "Paid to practice",
        "disabled_on": "Deactivated",
        "died_on": "Date of death",
        "do": "Action",
        "ended_why": "Reason ended",
        "email_from": "E-mail from",
        "error_percent": "Standard error (%)",
        "expires_on": "Last day to pay",
        "file_by_on": "Bill by",
        "here": "Working today",
        "id": "#",
        "external_id": "ID",
        "goes_to": "Agency pool",
        "in_force_on": "In force from",
        "left": "Remaining",
        "licences": "Licenses",
        "liquidation_percent": "Liquidation rate (%)",
        "of": "On",
        "off_cents": "Out of balance",
        "on": "Date",
        "os_user": "System user",
        "owed_cents": "Balance",
        "payee": "Owed to",
        "payer_class": "Coverage type",
        "present": "Current",
        "promised_cents": "Amount promised",
        "seq": "#",
        "says": "Purpose",
        "service_from": "Date of service",
        "set_by": "Changed by",
        "set_on": "Changed on",
        "since_on": "Since",
        "used_at": "Last used",
        "waits_days": "Pending (days)",
        "way": "Direction",
        "why": "Reason",
    }
)
"""Headings of columns that are not the column's own name."""

Labels = Mapping[str, Callable[[str], str]]
"""For the columns of a table that hold stored words: how people read such a word."""


def labels(kind: type[StrEnum]) -> Callable[[str], str]:
    """How people read the stored words of a closed list."""
    return partial(label_of, kind)


ACCOUNT = MappingProxyType({"number": "Account"})
"""The heading of the account numbers in a table about accounts."""

ENTRY = MappingProxyType({"why": "Entry"})
"""The heading of what the history says."""


def capital(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def say_step(step: str) -> str:
    """A step of a schedule as a cell: ``First call`` from ``first-call``."""
    return capital(step_name(step))


STEPS: Labels = MappingProxyType({"step": say_step, "do": act})
"""How people read the steps of an account."""


def say_table(
    title: str,
    rows: Sequence[Mapping[str, object]],
    columns: Sequence[str],
    read: Labels = MappingProxyType({}),
    heads: Mapping[str, str] = MappingProxyType({}),
    *,
    whole: bool = False,
) -> None:
    """Print rows as a table for people. Columns that end in _cents are shown as dollars, those of `read` with the
    labels of their stored words. `heads`: other headings of columns. `whole`: a wide table is not squeezed."""
    shown = Table(title=title, title_justify="left")
    for column in columns:
        right = column.endswith("_cents")
        shown.add_column(
            capital(heads.get(column) or HEADS.get(column) or plain(column.removesuffix("_cents").removesuffix("_on"))),
            justify="right" if right else "left",
            overflow="fold",
            no_wrap=column in _WHOLE or column.endswith(("_on", "_cents")),
        )
    for row in rows:
        shown.add_row(*(_cell(column, row.get(column), read.get(column)) for column in columns))
    if whole:
        needed = out.measure(shown, options=out.options.update(max_width=WIDEST)).maximum
        Console(highlight=False, width=max(out.width, needed)).print(shown)
    else:
        out.print(shown)


def _cell(column: str, value: object, read: Callable[[str], str] | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if read is not None:
        return _plain(", ".join(map(read, map(str, value))) if is_list(value) else read(str(value)))
    if isinstance(value, int) and column.endswith("_cents"):
        return dollars(value)
    text = " ".join(map(str, value)) if is_list(value) or is_tuple(value) else str(value)
    return _plain(steps_told(text) if column in _SENTENCES else text)
