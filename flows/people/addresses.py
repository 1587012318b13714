"""A ZIP as spreadsheets leave it, corrected if the state confirms it; and whether the two match. Pure."""

# At the edge: zipcodes has no types.
# pyright: reportUnknownMemberType=false

import re
from functools import lru_cache
from typing import Any

import zipcodes

from models.places import PROVINCES

MILITARY = {"AE": ("09",), "AP": ("962", "963", "964", "965", "966", "987"), "AA": ("340",)}
"""Military mail: how the ZIPs of each region begin (USPS Publication 28, 225)."""


_POSTAL = re.compile(r"[A-Z]\d[A-Z] \d[A-Z]\d")


def read_postal_code(text: str | None) -> str | None:
    """A Canadian postal code as Canada Post writes it, `H2X 1Y4`; any other text stays as it was."""
    plain = (text or "").upper().replace(" ", "").replace("-", "")
    code = f"{plain[:3]} {plain[3:]}"
    return code if _POSTAL.fullmatch(code) else text


@lru_cache(65_536)
def state_of_zip(zip5: str) -> str | None:
    """The state of a ZIP; None if unknown."""
    for state, begins in MILITARY.items():
        if zip5.startswith(begins):
            return state
    found: list[Any] = zipcodes.matching(zip5) if re.fullmatch(r"\d{5}", zip5) else []
    return str(found[0]["state"]) if found else None


def read_zip(text: str | None, state: str | None) -> str | None:
    """A ZIP in its usual form: nine digits split, zeros that a spreadsheet dropped restored if the state matches.

    An unreadable text stays as it was; `agrees` is whether letters may go there.
    """
    if state in PROVINCES:
        return read_postal_code(text)
    plain = (text or "").strip().removesuffix(".0")
    digits = plain.replace("-", "").replace(" ", "")
    if not digits.isdigit():
        return text
    for length in (5, 9):
        padded = digits.zfill(length)
        if length - 2 <= len(digits) <= length and (len(digits) == length or state_of_zip(padded[:5]) == state):
            return padded if length == 5 else f"{padded[:5]}-{padded[5:]}"
    return text


def agrees(zip_code: str | None, state: str | None) -> bool:
    """Whether a ZIP is in a state, as far as both are known; an unknown ZIP may be a new one."""
    if not zip_code or not state:
        return True
    if state in PROVINCES:
        return _POSTAL.fullmatch(zip_code) is not None and zip_code[0] in PROVINCES[state]
    zip5 = zip_code[:5]
    found = state_of_zip(zip5)
    return found == state or (found is None and bool(re.fullmatch(r"\d{5}(-\d{4})?", zip_code)))
