"""The printed numbers of letters and accounts, and how they are read back.

A letter's number is eight digits and a check digit by H. Michael Damm (a quasigroup of order ten without a fixed
diagonal): one wrong digit or two swapped neighbors are always detected. The length is fixed, so that a missing or extra
digit is detected too. Letters mailed before check digits existed are still returned with eight digits.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from models.errors import Refused
from models.ids import LetterId

DIGITS = 8

_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)

_NUMBER = re.compile(r"(?:(L)-?)?(\d{1,13})(?:-(\d))?", re.IGNORECASE)


class BadLetterNumber(Refused):
    """A text that is not a letter number; the message states what is wrong with it."""


class Known(StrEnum):
    """How certain it is that an entered number is the right one."""

    CHECKED = "checked"
    """Its check digit is correct."""
    UNCHECKED = "unchecked"
    """Complete, but from before check digits: one wrong digit would be another letter's number."""
    LISTED = "listed"
    """As listed by `pastdue letters list` for programs: 392."""


@dataclass(frozen=True, slots=True)
class LetterNumber:
    """A letter number as entered, and how certain it is."""

    letter: int
    known: Known


def letter_check_digit(digits: str) -> str:
    """The check digit of a letter's digits."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


def letter_number(letter: int) -> str:
    """A letter's number as printed: `L-00000123-4`."""
    digits = f"{letter:0{DIGITS}d}"
    return f"L-{digits}-{letter_check_digit(digits)}"


def letter_file_name(letter: int) -> str:
    """The stem of a letter's file: `L-00000123`, without the check digit, as in all archives, old and new."""
    return f"L-{letter:0{DIGITS}d}"


def read_letter_number(text: str) -> LetterNumber:
    """The letter in a text: printed, typed, or scanned (a bar code, or the line of a coupon).

    Raises BadLetterNumber for an incomplete number, or a wrong check digit.
    """
    words = text.split()
    found = _NUMBER.fullmatch(words[0]) if words else None
    if found is None:
        raise BadLetterNumber(
            f'"{text}" is not a letter number', f"enter it as printed on the letter, such as {letter_number(123)}"
        )
    body, check = found[2], found[3]
    if check is None and found[1] is None and len(body) < DIGITS and body[0] != "0":
        return LetterNumber(int(body), Known.LISTED)
    if check is None and len(body) == DIGITS:
        return LetterNumber(int(body), Known.UNCHECKED)
    if check is None:
        body, check = body[:-1], body[-1]
    if len(body) < DIGITS or (len(body) > DIGITS and body[0] == "0"):
        raise BadLetterNumber(
            f'"{text}" is not a complete letter number: a number has {DIGITS} digits and a check digit, such as '
            f"{letter_number(123)}",
            "enter the complete number",
        )
    if letter_check_digit(body) != check:
        raise BadLetterNumber(
            f'"{text}" is not a letter number: the check digit does not match, so a digit is wrong, missing, or '
            "switched with another",
            "enter it again as printed on the letter",
        )
    return LetterNumber(int(body), Known.CHECKED)


def letter_of(text: str) -> LetterId:
    """The letter in a text; raises BadLetterNumber as `read_letter_number` does."""
    return LetterId(read_letter_number(text).letter)


def short_number(number: str) -> str:
    """An account number as printed: its last four characters, so that a lost letter discloses little."""
    return number if len(number) <= 4 else f"…{number[-4:]}"
