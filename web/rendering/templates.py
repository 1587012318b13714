"""How pages are drawn: the templates, and the format of money, days and times."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeAlias, cast
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from flows.estates.matters.numbers import matter_number
from flows.people.contact.languages import language_name
from models.labels import (
    TABLES,
    actor_words,
    label_of,
    letter_label,
    plain,
    result_label,
    role_words,
    task_label,
    words,
)
from models.step_words import act, dated, step_name
from models.times import clock_text, time_text, zone_short
from models.values import capitalized, counted, day_text, dollars, ended
from web.auth.rights import Right
from web.rendering.assets import version
from web.rendering.menu import MENU
from web.rendering.plain import file_kind

Context: TypeAlias = dict[str, object]
"""The values of a template, by name, when they are combined from parts."""

_HUMP = re.compile(r"(?<=[a-z])([A-Z])")

ZONE_NAMES: Mapping[str, str] = {
    "ET": "Eastern Time",
    "CT": "Central Time",
    "MT": "Mountain Time",
    "MST": "Mountain Standard Time",
    "PT": "Pacific Time",
    "AKT": "Alaska Time",
    "HST": "Hawaii Time",
    "AST": "Atlantic Time",
}

TEMPLATES = Path(__file__).parent.parent / "templates"


def day(value: date | str | None) -> str:
    """A day as people read it: ``Mar 4, 2026``."""
    if value is None or value == "":
        return ""
    on = date.fromisoformat(value) if isinstance(value, str) else value
    return day_text(on)


def clock(value: datetime | str | None, zone: ZoneInfo) -> str:
    """An instant in the practice's zone: ``8:45 AM ET``."""
    at = _local(value, zone)
    return "" if at is None else clock_text(at, zone)


def clock_there(at: datetime, there: ZoneInfo, here: ZoneInfo) -> str:
    """An instant in a person's zone, plus the practice's zone if it is different: ``9:00 PM MT (11:00 PM ET)``."""
    theirs, ours = clock(at, there), clock(at, here)
    return theirs if theirs == ours else f"{theirs} ({ours})"


def moment(value: datetime | str | None, zone: ZoneInfo) -> str:
    """An instant with its date in the practice's zone: ``Mar 4, 2026, 8:45 AM ET``."""
    at = _local(value, zone)
    return "" if at is None else f"{day(at.date())}, {clock(at, zone)}"


def both_times(at: datetime, theirs: datetime, zone: ZoneInfo) -> str:
    """An instant in the practice's zone, plus the patient's time if it is different, marked as theirs."""
    ours = _local(at, zone)
    other = ours is not None and ours.replace(tzinfo=None) != theirs
    return moment(at, zone) + (f" ({time_text(theirs)} patient's time)" if other else "")


def hour(value: int) -> str:
    """An hour of the day: ``11 AM``."""
    return f"{time(value):%I %p}".lstrip("0")


def zone_name(zone: ZoneInfo, at: datetime) -> str:
    """A time zone in a sentence: ``Eastern Time``."""
    short = zone_short(zone, at)
    return ZONE_NAMES.get(short, short)


def _local(value: datetime | str | None, zone: ZoneInfo) -> datetime | None:
    if not value:
        return None
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(zone)


def phone(value: str | None) -> str:
    """A phone number as people dial it: ``(937) 555-0110``. A number without ten digits is unchanged."""
    digits = "".join(sign for sign in value or "" if sign.isdigit())[-10:]
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if len(digits) == 10 else value or ""


def grounds(stop: Mapping[str, object]) -> str:
    """The citation of what blocks a step, after its rule; a hold or a gate of the product has no rule to look up."""
    rule, citation = str(stop["rule"]), str(stop["citation"] or "")
    return ", ".join(one for one in ("" if ":" in rule else rule, citation) if one)


def filter_name(kind: type[StrEnum]) -> str:
    """The filter that shows a word of a closed list: ``payer_class`` for PayerClass."""
    return _HUMP.sub(r"_\1", kind.__name__).lower()


def labeled(word: StrEnum) -> str:
    """What people read for a word of any closed list."""
    return label_of(type(word), word)


@cache
def environment() -> Environment:
    """The templates. A name that a page uses without a value is an error, never a blank."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    filters = (
        ("dollars", dollars),
        ("day", day),
        ("clock", clock),
        ("clock_there", clock_there),
        ("counted", counted),
        ("hour", hour),
        ("moment", moment),
        ("words", words),
        ("actor", actor_words),
        ("role_words", role_words),
        ("grounds", grounds),
        ("heading", plain),
        ("capitalized", capitalized),
        ("ended", ended),
        ("phone", phone),
        ("matter_number", matter_number),
        ("dated", dated),
        ("language", language_name),
        ("file_kind", file_kind),
        ("step_name", step_name),
        ("act", act),
        ("zone_name", zone_name),
        ("zone_short", zone_short),
        ("labeled", labeled),
    )
    known: Context = cast(Any, env.filters)
    known.update(filters)
    known.update({filter_name(kind): partial(label_of, kind) for kind in TABLES})
    known.update(task_kind=task_label, call_result=result_label, letter_kind=letter_label)
    shared: Context = cast(Any, env.globals)
    shared.update(Right=Right, MENU=MENU, assets=f"/assets/{version()}")
    return env


def render(template: str, status: int, /, **values: object) -> HTMLResponse:
    """A page."""
    return HTMLResponse(environment().get_template(template).render(values), status)
