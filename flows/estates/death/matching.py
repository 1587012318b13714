"""Match a report of death to a person: name, birth date and the last four of the SSN, scored. Pure.

A certain match acts. Staff decide a near match. Anything less is no match (estates.md, 1: a match needs name and birth
date, and SSN or address). A name alone acts on no one. It is still a possible match unless a birth date contradicts it.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

SURE = 100
"""Name, birth date and SSN all agree."""

NEAR = 60
"""From this score on, staff decide."""

_LAST, _FIRST, _BIRTH, _SSN = 30, 15, 35, 20
_FIRST_NEAR, _BIRTH_NEAR = 8, 15
_SSN_DIFFERS = -40

_DASHES, _SUFFIXES = "Pd", frozenset({"jr", "sr", "ii", "iii", "iv"})

_SHORT = (
    "andrew andy",
    "anthony tony",
    "barbara barb",
    "catherine katherine kathy kate cathy",
    "charles charlie chuck",
    "daniel dan",
    "deborah debbie deb",
    "donald don",
    "dorothy dot dottie",
    "edward ed ted",
    "elizabeth betty beth liz",
    "eugene gene",
    "francis frank",
    "gerald jerry",
    "harold harry hal",
    "henry hank",
    "jacqueline jackie",
    "james jim jimmy",
    "john jack johnny",
    "joseph joe",
    "kenneth ken",
    "lawrence larry",
    "leonard leo",
    "louis lou",
    "margaret peggy meg maggie",
    "michael mike",
    "patricia pat patty",
    "peter pete",
    "raymond ray",
    "richard dick rick",
    "robert bob bobby rob",
    "ronald ron",
    "samuel sam",
    "stephen steven steve",
    "susan sue",
    "theodore ted",
    "thomas tom",
    "virginia ginny",
    "walter walt",
    "william bill billy will",
)
"""First names and their short forms: enough for a review, not enough for a certain match."""

_CALLED = tuple(frozenset(line.split()) for line in _SHORT)


@dataclass(frozen=True, slots=True)
class Report:
    """A report of death as received."""

    first_name: str
    last_name: str
    birth_date: date | None
    ssn_last4: str | None
    died_on: date
    source: str


@dataclass(frozen=True, slots=True)
class Known:
    """A person in the database."""

    person_id: int
    first_name: str
    last_name: str
    birth_date: date | None
    ssn_last4: str | None


@dataclass(frozen=True, slots=True)
class Sure:
    """One person, with a certain match."""

    person_id: int


@dataclass(frozen=True, slots=True)
class Unsure:
    """Possible matches with their scores, best first."""

    candidates: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Nobody:
    """No person in the database."""


Match = Sure | Unsure | Nobody


def match(report: Report, persons: Iterable[Known]) -> Match:
    """The person whom a report means. Two equal matches are never certain."""
    known = list(persons)
    scored = sorted(((score(report, one), one.person_id) for one in known), reverse=True)
    alike = {one.person_id for one in known if _is_asked_about(report, one)}
    near = [(person, points) for points, person in scored if points >= NEAR or person in alike]
    if not near:
        return Nobody()
    alone = len(near) == 1 or near[1][1] < SURE
    return Sure(near[0][0]) if near[0][1] >= SURE and alone else Unsure(tuple(near))


def _is_asked_about(report: Report, known: Known) -> bool:
    """Whether staff decide in spite of a low score. This is so for the same name where no birth date separates them, or
    the same birth date and SSN under any name."""
    points = score(report, known)
    undated = report.birth_date is None or known.birth_date is None
    return (points >= _BIRTH + _SSN and _has_same_numbers(report, known)) or (undated and points >= _LAST + _FIRST)


def _has_same_numbers(report: Report, known: Known) -> bool:
    born, last4 = report.birth_date, report.ssn_last4
    return born is not None and born == known.birth_date and bool(last4) and last4 == known.ssn_last4


def score(report: Report, known: Known) -> int:
    """How well a report matches a person, 0 to 100. A different SSN lowers the score; an unknown SSN does not change
    it.

    No one dies before they are born.
    """
    if known.birth_date is not None and report.died_on < known.birth_date:
        return 0
    points = 0
    if (last := last_name_key(report.last_name)) and last == last_name_key(known.last_name):
        points += _LAST
    points += _first(folded(report.first_name), folded(known.first_name))
    points += _birth(report.birth_date, known.birth_date)
    if report.ssn_last4 and known.ssn_last4:
        points += _SSN if report.ssn_last4 == known.ssn_last4 else _SSN_DIFFERS
    return max(0, min(points, 100))


def folded(name: str) -> str:
    """A name as words of letters and digits only, without accents and case; hyphens and periods separate words."""
    # Applied twice, because a capital letter can decompose into other letters.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    parted = "".join(" " if sign == "." or unicodedata.category(sign) == _DASHES else sign for sign in plain)
    return " ".join("".join(sign for sign in parted if sign.isalnum() or sign.isspace()).split())


def last_name_key(name: str) -> str:
    """A last name as death files write it, run together and without Jr: O'Brien, O Brien and OBRIEN are one."""
    words = folded(name).split()
    if len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    return "".join(words)


def _first(one: str, other: str) -> int:
    """Whether first names agree: equal, or one is the other's initial or short form, or omits the middle name."""
    if not one or not other:
        return 0
    if one.replace(" ", "") == other.replace(" ", ""):
        return _FIRST
    left, right = one.split()[0], other.split()[0]
    initial = 1 in (len(left), len(right)) and left[0] == right[0]
    near = left == right or initial or any({left, right} <= called for called in _CALLED)
    return _FIRST_NEAR if near else 0


def _birth(one: date | None, other: date | None) -> int:
    """Whether birth dates agree: equal, with day and month swapped, or one digit off."""
    if one is None or other is None:
        return 0
    if one == other:
        return _BIRTH
    swapped = (one.year, one.day, one.month) == (other.year, other.month, other.day)
    off = sum(left != right for left, right in zip(one.isoformat(), other.isoformat(), strict=True))
    return _BIRTH_NEAR if swapped or off == 1 else 0
