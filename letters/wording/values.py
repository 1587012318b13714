"""The printed form of values: money, dates, colors, and text made safe for XML.

These are the filters for templates: `{{ total_cents|money }}`, `{{ letter.pay_by|date }}`,
`{{ account.since|date("short") }}`, `{{ letter.date|date("es") }}`.
"""

import datetime as dt
import html
import re
from functools import lru_cache
from typing import Any

from jinja2 import Undefined

from letters.errors import LetterFault

CALM_BLUE = "1F4E79"
"""The accent of a creditor without one, or with one that is not a color."""

_MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "es": [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
}
# Characters that XML 1.0 forbids, and the marks that change the direction of the text after them: one in a name could
# make "$143.20" read "02.341$".
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_BROKEN = re.compile("[\ud800-\udfff]")
_BREAKS = re.compile("[\t\r\n\x85\u2028\u2029]+")
_HEX = re.compile(r"#?([0-9A-Fa-f]{6})")


def money(cents: int) -> str:
    """Whole cents as dollars: 123456 -> "$1,234.56", -500 -> "-$5.00"."""
    if isinstance(cents, Undefined):
        return str(cents)  # raises, naming the field
    if type(cents) is not int:
        raise LetterFault(f"the money filter was given {cents!r}; give it a field that ends in _cents")
    whole, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}${whole:,}.{part:02d}"


def date(day: dt.date | None, form: str = "long") -> str:
    """A date in words: "March 4, 2026"; `short` "Mar 4, 2026"; `es` "4 de marzo de 2026"; `es-short` "4 mar 2026"."""
    if isinstance(day, Undefined):
        return str(day)  # raises, naming the field
    if not isinstance(day, dt.date):
        raise LetterFault(
            f"the date filter was given {day!r}; put the sentence between {{% if letter.pay_by %}} and {{% endif %}}"
        )
    return _date(day, form)


@lru_cache(4096)
def _date(day: dt.date, form: str) -> str:
    match form:
        case "long":
            return f"{_MONTHS['en'][day.month - 1]} {day.day}, {day.year}"
        case "short":
            return f"{_MONTHS['en'][day.month - 1][:3]} {day.day}, {day.year}"
        case "es":
            return f"{day.day} de {_MONTHS['es'][day.month - 1]} de {day.year}"
        case "es-short":
            return f"{day.day} {_MONTHS['es'][day.month - 1][:3]} {day.year}"
        case _:
            raise LetterFault(f'the date filter has no form "{form}"; use "long", "short", "es" or "es-short"')


def on_paper(value: Any) -> str:
    """Any value as text that is safe inside XML, whatever it contains.

    Every tag's value passes through here. It replaces Jinja2's own autoescape, because one call that cleans and escapes
    needs half the time of two. Line ends become spaces, half of a surrogate pair becomes U+FFFD; control characters and
    marks that change the reading direction are removed. An undefined value raises, naming the field.
    """
    return _escaped(value if type(value) is str else str(value))


@lru_cache(8192)
def _escaped(text: str) -> str:
    if not text.isprintable():
        text = _BREAKS.sub(" ", _BROKEN.sub("\ufffd", _UNPRINTABLE.sub("", text)))
    return ascii_xml(html.escape(text))


def ascii_xml(text: str) -> str:
    """XML text in ASCII, the rest as character references: joining and encoding it is a plain copy."""
    return text if text.isascii() else text.encode("ascii", "xmlcharrefreplace").decode()


def is_colour(text: str) -> bool:
    """Whether a text is six hex digits, with or without a #."""
    return _HEX.fullmatch(text.strip()) is not None


@lru_cache(256)
def accent(colour: str) -> str:
    """A creditor's color as six hex digits, darkened until white text on it is legible.

    Contrast follows WCAG 2 (4.5 : 1). If it is not a color: `CALM_BLUE`.
    """
    found = _HEX.fullmatch(colour.strip())
    red, green, blue = _parts(found[1] if found else CALM_BLUE)
    while 1.05 / (_luminance(red, green, blue) + 0.05) < 4.5:
        red, green, blue = red * 15 // 16, green * 15 // 16, blue * 15 // 16
    return f"{red:02X}{green:02X}{blue:02X}"


@lru_cache(256)
def tint(colour: str) -> str:
    """A pale tint of a creditor's color, for the background of a box."""
    return "".join(f"{255 - (255 - part) // 11:02X}" for part in _parts(accent(colour)))


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[:2], 16), int(colour[2:4], 16), int(colour[4:], 16)


def _luminance(red: int, green: int, blue: int) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
