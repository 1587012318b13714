"""How pages are drawn: the templates, and how money, days and times are written on them."""

import re
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, cast
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from flows.people.contact.languages import language_name
from models.values import dollars
from web.auth.rights import Right
from web.rendering.assets import version
from web.rendering.menu import MENU
from web.rendering.plain import file_kind, letter_state, step_name, steps_told, words

Context: TypeAlias = dict[str, object]
"""What a template is filled in with, by its names, where that is put together from parts."""

_ISO = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])")

TEMPLATES = Path(__file__).parent.parent / "templates"


def day(value: date | str | None) -> str:
    """A day as it is read: ``Mar 4, 2026``."""
    if value is None or value == "":
        return ""
    on = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{on:%b} {on.day}, {on.year}"


def dated(text: str | None) -> str:
    """A sentence with its days and steps as they are read: histories and reasons keep them as 2026-03-04 and so on."""
    return _ISO.sub(lambda found: _if_day(found[0]), steps_told(text or ""))


def _if_day(text: str) -> str:
    try:
        return day(text)
    except ValueError:
        return text


def clock(value: datetime | str | None, zone: ZoneInfo) -> str:
    """An instant at the practice: ``8:45 am``."""
    at = _local(value, zone)
    return "" if at is None else _hour(at)


def moment(value: datetime | str | None, zone: ZoneInfo) -> str:
    """An instant at the practice with its day: ``Mar 4, 2026, 8:45 am``."""
    at = _local(value, zone)
    return "" if at is None else f"{day(at.date())}, {clock(at, zone)}"


def both_times(at: datetime, theirs: datetime, zone: ZoneInfo) -> str:
    """An instant at the practice, with the time on another's clock beside it where that is another: theirs, marked."""
    ours = _local(at, zone)
    other = ours is not None and ours.replace(tzinfo=None) != theirs
    return moment(at, zone) + (f" ({_hour(theirs)} theirs)" if other else "")


def _hour(at: datetime) -> str:
    return f"{at:%I:%M %p}".lstrip("0").lower()


def _local(value: datetime | str | None, zone: ZoneInfo) -> datetime | None:
    if not value:
        return None
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(zone)


def heading(value: object) -> str:
    """The same at the beginning of a line."""
    text = words(value)
    return text[:1].upper() + text[1:]


def phone(value: str | None) -> str:
    """A number as it is dialled: ``(937) 555-0110``; one that is not a number of ten digits as it is."""
    digits = "".join(sign for sign in value or "" if sign.isdigit())[-10:]
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if len(digits) == 10 else value or ""


@cache
def environment() -> Environment:
    """The templates; what a page names and is not given is an error, never a blank."""
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
        ("moment", moment),
        ("words", words),
        ("heading", heading),
        ("phone", phone),
        ("dated", dated),
        ("language", language_name),
        ("letter_state", letter_state),
        ("file_kind", file_kind),
        ("step_name", step_name),
    )
    for name, function in filters:
        env.filters[name] = function
    shared: Context = cast(Any, env.globals)
    shared.update(Right=Right, MENU=MENU, assets=f"/assets/{version()}")
    return env


def render(template: str, status: int, /, **values: object) -> HTMLResponse:
    """A page."""
    return HTMLResponse(environment().get_template(template).render(values), status)
