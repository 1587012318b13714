"""What was asked for and cannot be done: what is wrong, of which kind, and what to do about it."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from models.remedies import Remedy


class RefusalKind(StrEnum):
    """Why something is refused, for programs: what a sentence says for people."""

    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    BAD_INPUT = "bad_input"
    NOT_ALLOWED = "not_allowed"


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do, or what is lacking, in words that are right at every door.

    `remedy` is the work that does it, with its `facts` (numbers and names), and `field` the input or inputs for it.
    """

    text: str
    remedy: Remedy | None = None
    field: str | tuple[str, ...] = ()
    facts: Mapping[str, str | int] = dataclasses.field(default_factory=dict[str, str | int])


class Refused(ValueError):
    """Something that cannot be done as asked; nothing was changed.

    `problem` is what is wrong, and `advice` what to do, both in words that are right at the command line, in the
    browser and to a program. `field` names the input or inputs that are missing or wrong. `remedy` is the work that
    helps, with its `facts`: each door says in its own words how that is done. `lacks` are the things that are missing,
    each with what helps.
    """

    kind: ClassVar[RefusalKind] = RefusalKind.CONFLICT

    def __init__(
        self,
        problem: str,
        advice: str = "",
        *,
        field: str | tuple[str, ...] = (),
        remedy: Remedy | None = None,
        lacks: Sequence[Advice] = (),
        **facts: str | int,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.advice = Advice(advice, remedy, field, facts)
        self.lacks = tuple(lacks)

    @classmethod
    def because(cls, why: Advice) -> "Refused":
        """A refusal whose reason was decided elsewhere."""
        refused = cls(why.text)
        refused.advice = replace(why, text="")
        return refused

    def __str__(self) -> str:
        lacking = f": {'; '.join(lack.text for lack in self.lacks)}" if self.lacks else ""
        return f"{self.problem}{lacking}; {self.advice.text}" if self.advice.text else f"{self.problem}{lacking}"


class NotFound(Refused):
    """There is no such thing."""

    kind = RefusalKind.NOT_FOUND


class BadInput(Refused):
    """What was typed or sent cannot be right, or lacks something."""

    kind = RefusalKind.BAD_INPUT


class NotPermitted(Refused):
    """Somebody else has to do it, or to agree."""

    kind = RefusalKind.NOT_ALLOWED


class BadFile(BadInput):
    """A file that is refused whole: nothing of it was imported. The message says where and what to do."""
