"""The facts that rules can use, each with its type and, for a closed list, its words."""

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any, TypeAlias

Fact: TypeAlias = "bool | int | float | str | date | time | tuple[str, ...] | frozenset[str] | list[str] | None"
Facts: TypeAlias = Mapping[str, Any]
"""Facts by the names of the vocabulary, such as `account.flags`. A missing or None fact is unknown."""


MadeFacts: TypeAlias = dict[str, Fact]
"""Facts while they are collected for a step."""


def words_in(facts: Facts, name: str) -> tuple[str, ...]:
    """The words of a list fact; none if it is unknown."""
    return tuple(facts.get(name) or ())


class FactType(StrEnum):
    """The type of a fact's value."""

    BOOL = "bool"
    INT = "int"
    FLOAT = "float"
    DATE = "date"
    TIME = "time"
    TEXT = "text"
    ENUM = "enum"
    LIST = "list"


class LawWord(StrEnum):
    """The rules' names for letters: the words of `step.letter_kind`.

    ARRANGEMENT_OFFER, BROKEN_PROMISE, BROKEN_ARRANGEMENT and RETURNED_PAYMENT ask for money, as a reminder does.
    ITEMIZED_BILL, DISPUTE_ANSWER, RETURNED_MAIL, PAYOFF, PLACEMENT_NOTICE and NOTICE (money owed to the patient, help
    with the bill) ask for none. None of them is exempt from a stop on the person: a bankruptcy, an attorney, a death, a
    minor.
    """

    STATEMENT = "statement"
    REMINDER_1 = "reminder_1"
    REMINDER_2 = "reminder_2"
    REMINDER_3 = "reminder_3"
    FINAL_NOTICE = "final_notice"
    RETURNED_MAIL = "returned_mail"
    ARRANGEMENT_OFFER = "arrangement_offer"
    ARRANGEMENT_CONFIRMATION = "arrangement_confirmation"
    BROKEN_ARRANGEMENT = "broken_arrangement"
    BROKEN_PROMISE = "broken_promise"
    RETURNED_PAYMENT = "returned_payment"
    PAYOFF = "payoff"
    DISPUTE_ANSWER = "dispute_answer"
    PLACEMENT_NOTICE = "placement_notice"
    AGENCY_FIRST = "agency_first"
    ITEMIZED_BILL = "itemized_bill"
    NV_NOTICE = "nv_notice"
    NOTICE = "notice"


NUMBERS = frozenset({FactType.INT, FactType.FLOAT})
WORDS = frozenset({FactType.TEXT, FactType.ENUM})
MOMENTS = frozenset({FactType.DATE, FactType.TIME})

_HELD: Mapping[FactType, tuple[type, ...]] = {
    FactType.BOOL: (bool,),
    FactType.INT: (int,),
    FactType.FLOAT: (int, float),
    FactType.DATE: (date, str),
    FactType.TIME: (time, str),
    FactType.TEXT: (str,),
    FactType.ENUM: (str,),
    FactType.LIST: (tuple, list, frozenset, set),
}


@dataclass(frozen=True, slots=True)
class Field:
    """A fact of the vocabulary: its type, its words if the list is closed, its default if it is missing."""

    name: str
    type: FactType
    words: frozenset[str] = frozenset()
    default: Any = None
    says: str = ""


class BadFacts(ValueError):
    """Facts that the rules cannot read: an unknown name, or a value of another type.

    It is always raised, because a misspelled fact would count as missing and would silence the law.
    """


def nearest_name(name: str, known: Collection[str]) -> str:
    """`; did you mean "..."?`, or nothing where no known name is near."""
    near = difflib.get_close_matches(name, known, n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def read_moment(value: Any, kind: FactType) -> Any:
    """A date or a time of day; ISO text is parsed. ValueError if it is neither."""
    if not isinstance(value, str):
        return value
    return time.fromisoformat(value) if kind is FactType.TIME else date.fromisoformat(value)


def flaws_of(facts: Facts, vocabulary: Mapping[str, Field]) -> Iterable[str]:
    """Errors in facts, one sentence each. Values are not repeated, because they may be a patient's."""
    for name, value in facts.items():
        field = vocabulary.get(name)
        if field is None:
            yield f'"{name}" is not a fact of the vocabulary{nearest_name(name, vocabulary)}'
        elif value is not None and not _is_of(value, field.type):
            yield f"{name} is a {type(value).__name__}; enter a {field.type}"


def _is_of(value: Any, kind: FactType) -> bool:
    if not isinstance(value, _HELD[kind]) or (kind in NUMBERS and isinstance(value, bool)):
        return False
    if kind in MOMENTS:
        try:
            read_moment(value, kind)
        except ValueError:
            return False
    return True
