"""Call results (dispositions) and their consequences: the shipped table, and what a manager adds to it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from flows.schedules.schedule import AfterTrigger
from flows.schedules.schema import ResumeText
from flows.settings.tables.reading import read_words, refuse
from flows.settings.tables.words import Days, Name, Text
from letters.kinds import KINDS, LetterName, LetterOrigin, letter_name
from models.enums import HoldKind, HoldScope
from models.labels import result_label
from models.task_kinds import TaskName, task_name
from models.user_enums import WorkRole, role_named

SHIPPED = Path(__file__).with_name("dispositions.yaml")

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=40)]


class Does(StrEnum):
    """What a disposition does beyond holds and tasks."""

    PROMISE = "promise"
    CALLBACK = "callback"
    DEATH = "death"
    BAD_NUMBER = "bad_number"


class ResultGroup(StrEnum):
    """The group of a call result on the screen."""

    NOT_REACHED = "Not reached"
    REACHED = "Reached"
    STOP_CONTACT = "Stop contact"

    @property
    def order(self) -> int:
        """Its place on the screen."""
        return list(ResultGroup).index(self)


_STOPS = frozenset({HoldKind.CEASE, HoldKind.ATTORNEY, HoldKind.BANKRUPTCY, HoldKind.DECEASED})


class Needs(StrEnum):
    """What must be entered with a disposition."""

    AMOUNT = "amount"
    DATE = "date"


class HoldText(Text):
    """A hold to open."""

    kind: HoldKind
    scope: HoldScope | None = None
    days: Annotated[int, Field(ge=1, le=3660)] | None = None


class FollowUpText(Text):
    """A task that a disposition opens."""

    kind: Name
    role: Annotated[str, Field(min_length=1, max_length=40)]
    due_days: Days = 5


class DispositionText(Text):
    """One way for a call to end."""

    says: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    key: Annotated[str, Field(pattern="^[a-z0-9]$")] | None = None
    talked: bool = False
    counts: bool = True
    closes: bool = False
    hold: HoldText | None = None
    task: FollowUpText | None = None
    letter: str | None = None
    next_try_days: Annotated[int, Field(ge=0, le=365)] | None = None
    needs: list[Needs] = Field(default_factory=list[Needs])
    does: Does | None = None
    then: Literal["finish"] | ResumeText | None = None


class DispositionsText(Text):
    """The whole table."""

    dispositions: dict[Code, DispositionText]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A task that a disposition opens."""

    kind: TaskName
    role: WorkRole
    due_days: int = 5


@dataclass(frozen=True, slots=True)
class Disposition:
    """A way for a call to end. See dispositions.yaml for what each part means."""

    code: str
    says: str
    key: str | None = None
    talked: bool = False
    counts: bool = True
    closes: bool = False
    hold: HoldKind | None = None
    scope: HoldScope | None = None
    hold_days: int | None = None
    task: FollowUp | None = None
    letter: LetterName | None = None
    next_try_days: int | None = None
    needs: frozenset[Needs] = frozenset()
    does: Does | None = None
    then: AfterTrigger = AfterTrigger()

    @property
    def group(self) -> ResultGroup:
        """Stop contact if calls are not allowed afterwards, else reached if there was a conversation."""
        if self.does in (Does.DEATH, Does.BAD_NUMBER) or self.hold in _STOPS:
            return ResultGroup.STOP_CONTACT
        return ResultGroup.REACHED if self.talked else ResultGroup.NOT_REACHED


def _disposition(code: str, given: DispositionText) -> Disposition:
    then = AfterTrigger()
    if isinstance(given.then, ResumeText):
        then = AfterTrigger(resume_at=given.then.resume_at)
    elif given.then == "finish":
        then = AfterTrigger(finish=True)
    hold, task = given.hold, given.task
    return Disposition(
        code=code,
        says=given.says or result_label(code),
        key=given.key,
        talked=given.talked,
        counts=given.counts,
        closes=given.closes,
        hold=None if hold is None else hold.kind,
        scope=None if hold is None else hold.scope,
        hold_days=None if hold is None else hold.days,
        task=None if task is None else FollowUp(task_name(task.kind), role_named(task.role), task.due_days),
        letter=None if given.letter is None else letter_name(given.letter),
        next_try_days=given.next_try_days,
        needs=frozenset(given.needs),
        does=given.does,
        then=then,
    )


@lru_cache(16)
def dispositions_from(text: str, file: str = "dispositions") -> Mapping[str, Disposition]:
    """The shipped table with what a practice's text adds or makes stricter.

    Raises BadSchedule with line and remedy for an unknown word or letter, two codes on one key, a code that lacks what
    it does, and for a shipped code that would stop less than as shipped.
    """
    words, document = read_words(text, file, DispositionsText)
    table = dict(shipped())
    for code, given in words.dispositions.items():
        if given.says is None and code not in table:
            raise refuse(file, document, ("dispositions", code), "says: is missing; enter the label of its button")
        one = _disposition(code, given)
        wrong = _wrong(one) or _laxer(table.get(code), one)
        if wrong is not None:
            raise refuse(file, document, ("dispositions", code, *wrong[0]), wrong[1])
        table[code] = one
    _check_keys(table, words, file, document)
    return table


def letters_offered() -> list[LetterName]:
    """The letters that a call result can queue; an enclosure is sent with another letter only."""
    return [letter_name(name) for name, kind in KINDS.items() if kind.origin is not LetterOrigin.ENCLOSURE]


def _wrong(one: Disposition) -> tuple[tuple[str, ...], str] | None:
    if one.letter is not None and one.letter not in letters_offered():
        return ("letter",), f'there is no letter "{one.letter}"; the letters are {", ".join(letters_offered())}'
    if one.does is Does.PROMISE and one.needs != frozenset(Needs):
        return ("needs",), "a promise needs [amount, date]"
    if one.does is Does.CALLBACK and Needs.DATE not in one.needs:
        return ("needs",), "a callback needs [date]"
    if one.closes and one.next_try_days is not None:
        return ("next_try_days",), "a completed call is not tried again; remove next_try_days or closes"
    return None


def _laxer(shipped_one: Disposition | None, one: Disposition) -> tuple[tuple[str, ...], str] | None:
    """Where a shipped code would stop or count less than as shipped: a manager can be stricter, never laxer."""
    if shipped_one is None:
        return None
    for name in ("talked", "counts"):
        if getattr(shipped_one, name) and not getattr(one, name):
            return (name,), f"{name} of {one.code} can't be turned off; leave it true"
    if shipped_one.does is not None and one.does is not shipped_one.does:
        return ("does",), f"{one.code} must keep does: {shipped_one.does}"
    if shipped_one.hold is None:
        return None
    weaker = one.hold is not shipped_one.hold or (one.scope not in (None, HoldScope.ALL, shipped_one.scope))
    if weaker or (one.hold_days is not None and shipped_one.hold_days is None):
        return ("hold",), f"{one.code} opens a hold of kind {shipped_one.hold}, which can't be removed or weakened"
    return None


def _check_keys(table: Mapping[str, Disposition], words: DispositionsText, file: str, document: Any) -> None:
    taken: dict[str, str] = {}
    for code, one in table.items():
        if one.key is None:
            continue
        other = taken.setdefault(one.key, code)
        if other != code:
            place = code if code in words.dispositions else other
            raise refuse(file, document, ("dispositions", place, "key"), f'key "{one.key}" is already used by {other}')


@lru_cache(1)
def shipped() -> Mapping[str, Disposition]:
    """The codes that are shipped."""
    words, _ = read_words(SHIPPED.read_text("utf-8"), SHIPPED.name, DispositionsText)
    return {code: _disposition(code, given) for code, given in words.dispositions.items()}


DISPOSITIONS = shipped()
"""The shipped codes, by name."""
