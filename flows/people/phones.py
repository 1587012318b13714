"""A phone number as files write it, read if that is certain. Pure."""

import re

from compliance.hours import is_number

_DECIMAL = re.compile(r"(\d{10,11})\.0*")
_SEVERAL = re.compile(r"\s*(?:[;,/|]| or | and )\s*", re.IGNORECASE)


def read_phones(text: str | None) -> tuple[str, ...]:
    """The valid numbers of a field, in their order; empty if none is valid.

    A spreadsheet's `9375550101.0` and `1-937-555-0101` are one number, `937-555-0101; 937-555-0102` are two. An
    uncertain text (seven digits, all zeros, `9.37555E+09`) is not a number.
    """
    found: list[str] = []
    for part in _SEVERAL.split((text or "").strip()):
        decimal = _DECIMAL.fullmatch(part)
        number = decimal.group(1) if decimal else part
        if number and is_number(number):
            found.append(_plain(number))
    return tuple(dict.fromkeys(found))


def _plain(number: str) -> str:
    """Ten digits of the United States as 937-555-0101; anything else unchanged."""
    digits = re.sub(r"[^\d]", "", number)
    if re.search(r"[^\d\s().+-]", number) or (number.startswith("+") and not number.startswith("+1")):
        return number
    digits = digits.removeprefix("1") if len(digits) == 11 else digits
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if len(digits) == 10 else number
