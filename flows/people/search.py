"""The search text for a person: names, a birth date, the number of a phone, account, letter or estate. Pure."""

import re
from dataclasses import dataclass
from datetime import date

from letters.numbers import BadLetterNumber, letter_of

SHORTEST_NAME = 2
SHORTEST_NUMBER = 3

_DATES = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})"),
)


_NUMBER = re.compile(r"(?<![A-Za-z0-9])\(?\d[\d\s().-]*\d")
"""A number may be written in parts, (937) 555-0110; but M7-33 is an account number."""

_MATTER = re.compile(r"E-0*(\d{1,12})(?:/\d+)?", re.IGNORECASE)
"""A matter's number is on its documents with theirs after it, E-000042/3."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search. `number` is a word with a digit in it, as typed: the beginning of an account number.

    `letter` and `matter` are the keys that such a word may mean: L-00001234-0, E-000001.
    """

    names: tuple[str, ...] = ()
    digits: str = ""
    number: str = ""
    born_on: date | None = None
    letter: int | None = None
    matter: int | None = None

    @property
    def enough(self) -> bool:
        """Whether it is enough for a search: a single letter would find half the database."""
        if any(len(name) >= SHORTEST_NAME for name in self.names) or self.born_on is not None:
            return True
        if self.letter is not None or self.matter is not None:
            return True
        return len(self.number) >= SHORTEST_NUMBER


def read_wanted(text: str) -> Wanted:
    """Read ``smith 5550110``, ``la 0``, ``20481``, ``03/04/1951``, ``L-00001234-0``; parts in any order."""
    born_on = None
    for pattern in _DATES:
        found = pattern.search(text)
        if found is not None:
            born_on = _day(found)
            text = text[: found.start()] + " " + text[found.end() :]
            break
    names: list[str] = []
    numbers: list[str] = []
    whole = _NUMBER.sub(lambda found: "".join(sign for sign in found[0] if sign.isdigit()), text.replace(",", " "))
    for word in whole.split():
        (numbers if any(sign.isdigit() for sign in word) else names).append(word.casefold())
    number = numbers[0] if numbers else ""
    digits = "".join(sign for sign in number if sign.isdigit())
    return Wanted(tuple(names[:2]), digits, number, born_on, _letter(number), _key(_MATTER, number))


def _letter(number: str) -> int | None:
    """The letter that a word names: None for a wrong check digit, which would show another person."""
    if not number.startswith("l"):
        return None
    try:
        return letter_of(number)
    except BadLetterNumber:
        return None


def _key(pattern: re.Pattern[str], number: str) -> int | None:
    found = pattern.fullmatch(number)
    return None if found is None else int(found[1])


def _day(found: re.Match[str]) -> date | None:
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None
