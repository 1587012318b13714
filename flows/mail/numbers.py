"""How letters and accounts are numbered on paper, and read back from it."""

import re

from models.errors import Refused

_LETTER = re.compile(r"(?:L-?)?0*(\d{1,12})", re.IGNORECASE)


class BadLetterNumber(Refused):
    """A text that is no number of a letter; the message says what one looks like."""


def letter_number(letter: int) -> str:
    """A letter's number as it is printed: `L-00000123`."""
    return f"L-{letter:08d}"


def letter_of(text: str) -> int:
    """The letter that a printed, typed or scanned number names: `L-00000123`, `123`, `00000123`, or a scan line.

    Raises BadLetterNumber for anything else.
    """
    first = text.strip().split(" ")[0]
    found = _LETTER.fullmatch(first)
    if found is None:
        raise BadLetterNumber(f'"{text}" is not the number of a letter; it stands on the letter as L-00000123')
    return int(found[1])


def short_number(number: str) -> str:
    """An account number as it is printed: its last four signs, so that a lost letter tells little."""
    return number if len(number) <= 4 else f"…{number[-4:]}"
