"""What was requested and cannot be done: what is wrong, of which kind, and what to do about it."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from models.remedies import Remedy


class RefusalKind(StrEnum):
    """Why something is refused, as a code for programs. People read the sentence."""

    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    BAD_INPUT = "bad_input"
    NOT_ALLOWED = "not_allowed"


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do, or what is missing, in words that fit the command line, the browser and the API.

    `remedy` is the work that corrects it, with its `facts` (numbers and names). `field` is the input or inputs for it.
    """

    text: str
    remedy: Remedy | None = None
    field: str | tuple[str, ...] = ()
    facts: Mapping[str, str | int] = dataclasses.field(default_factory=dict[str, str | int])


class Refused(ValueError):
    """Something that cannot be done as requested; nothing was changed.

    `problem` is what is wrong, and `advice` is what to do. Both use words that fit the command line, the browser and a
    program. `field` names the input or inputs that are missing or wrong. `remedy` is the work that helps, with its
    `facts`: each interface describes how to do it in its own words. `lacks` are the missing things, each with its
    remedy.
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
        """A refusal for a reason that was decided elsewhere."""
        refused = cls(why.text)
        refused.advice = replace(why, text="")
        return refused

    def __str__(self) -> str:
        lacking = f": {'; '.join(lack.text for lack in self.lacks)}" if self.lacks else ""
        return f"{self.problem}{lacking}; {self.advice.text}" if self.advice.text else f"{self.problem}{lacking}"


class NotFound(Refused):
    """The requested record does not exist."""

    kind = RefusalKind.NOT_FOUND


class BadInput(Refused):
    """The input is invalid or incomplete."""

    kind = RefusalKind.BAD_INPUT


class NotPermitted(Refused):
    """Another person has to do it, or to approve it."""

    kind = RefusalKind.NOT_ALLOWED


class BadFile(BadInput):
    """A file that is rejected as a whole: no part of it was imported. The message names the place and what to do."""
