"""Values that every part of the program uses: money in cents, how people type it, and where it is displayed."""

import re
from datetime import date, datetime
from typing import Any, NewType, Protocol

from models.errors import BadInput

Cents = NewType("Cents", int)
"""An amount of money in US cents; negative if it lowers a balance."""

_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d{1,2})?")
_DOLLARS = re.compile(r"(-?)(\d{1,13})(?:\.(\d{1,2}))?")


class Columns(Protocol):
    """A database row as a pure function reads it: its columns by their names."""

    def __getattr__(self, name: str, /) -> Any: ...


class BadValue(BadInput):
    """A text that is not a valid value for its field. The message names what would be valid."""


def cents_from_dollars(text: str) -> Cents:
    """Read dollars with a decimal point, such as ``123.45``, ``-5`` or ``$1,234.50``, as cents.

    Raises BadValue for anything else: ``12,34`` may be twelve dollars or twelve hundred, so it is not guessed.
    """
    plain = text.replace("$", "", 1) if text.lstrip("-").startswith("$") else text
    match = _DOLLARS.fullmatch(plain.replace(",", "") if _GROUPED.fullmatch(plain) else plain)
    if match is None:
        raise BadValue(f'"{text}" is not an amount; enter an amount such as 123.45 or -123.45')
    sign, whole, fraction = match.groups()
    cents = int(whole) * 100 + (int(fraction.ljust(2, "0")) if fraction else 0)
    return Cents(-cents if sign else cents)


def dollars(cents: int) -> str:
    """Cents as people read them: ``$1,234.50``, ``-$5.00``."""
    whole, fraction = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}${whole:,}.{fraction:02d}"


def day_text(on: date) -> str:
    """A day as people read it: ``Mar 4, 2026``."""
    return f"{on:%b} {on.day}, {on.year}"


_FILE = re.compile(r"\S+\.[A-Za-z0-9]{1,6}\b")
"""A text that begins with the name of a file."""


def capitalized(text: str) -> str:
    """A text with its first letter in upper case; the rest stays as written, so a citation keeps its hyphens.

    A text that begins with the name of a file stays as it is."""
    return text if _FILE.match(text) else text[:1].upper() + text[1:]


def ended(text: str) -> str:
    """A text that ends a sentence: with a full stop, unless it ends with punctuation of its own."""
    return text if text.rstrip().endswith((".", "!", "?", "…")) else f"{text.rstrip()}."


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: ``1 call``, ``2 calls``, ``2 entries``. `many`: the plural, if it does not end in s."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def date_from_iso(text: str) -> date:
    """Read ``2026-01-31``. Raises BadValue for another form or a day that does not exist."""
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise BadValue(f'"{text}" is not a date; enter it as year-month-day, such as 2026-01-31') from None


def utc_text(at: datetime) -> str:
    """An instant as stored in the history: UTC, microseconds, ``2026-01-31T08:00:00.000000Z``."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
