"""What a rule may ask about: the facts of a step, each with its type and, where they are closed, its words."""

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any, TypeAlias

Fact: TypeAlias = "bool | int | float | str | date | time | tuple[str, ...] | frozenset[str] | list[str] | None"
Facts: TypeAlias = Mapping[str, Any]
"""Facts by the names of the vocabulary, such as `account.flags`. One that is absent or None is not known."""


MadeFacts: TypeAlias = dict[str, Fact]
"""Facts while they are gathered for a step."""


def words_in(facts: Facts, name: str) -> tuple[str, ...]:
    """The words of a fact that is a list; none where it is not known."""
    return tuple(facts.get(name) or ())


class FactType(StrEnum):
    """What kind of value a fact is."""

    BOOL = "bool"
    INT = "int"
    FLOAT = "float"
    DATE = "date"
    TIME = "time"
    TEXT = "text"
    ENUM = "enum"
    LIST = "list"


class LawWord(StrEnum):
    """What the rules call a letter: the words of `step.letter_kind`.

    ARRANGEMENT_OFFER, BROKEN_PROMISE, BROKEN_ARRANGEMENT and RETURNED_PAYMENT want money as a reminder does.
    ITEMIZED_BILL, DISPUTE_ANSWER, RETURNED_MAIL, PAYOFF, PLACEMENT_NOTICE and NOTICE (money owed to the patient, help
    with the bill) ask for none. None of them passes a stop of the person: a bankruptcy, an attorney, a death, a minor.
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
    """A fact of the vocabulary: its type, its words where they are closed, its value where it is absent."""

    name: str
    type: FactType
    words: frozenset[str] = frozenset()
    default: Any = None
    says: str = ""


class BadFacts(ValueError):
    """Facts that the rules cannot read: a name that they do not know, or a value of another type.

    Raised and never passed over: a misspelt fact would be an absent one, and would silence the law.
    """


def nearest_name(name: str, known: Collection[str]) -> str:
    """`; did you mean "..."?`, or nothing where no known name is near."""
    near = difflib.get_close_matches(name, known, n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def read_moment(value: Any, kind: FactType) -> Any:
    """A date or a time of day; one that was given as ISO text is read. ValueError where it is neither."""
    if not isinstance(value, str):
        return value
    return time.fromisoformat(value) if kind is FactType.TIME else date.fromisoformat(value)


def flaws_of(facts: Facts, vocabulary: Mapping[str, Field]) -> Iterable[str]:
    """What is wrong with facts, a sentence each; values are not repeated, as they may be a patient's."""
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
