"""A rule of law or of the house as a value: to whom it applies, when it holds, what it does, until when."""

from dataclasses import dataclass, field
from datetime import date, time
from enum import IntEnum, StrEnum
from typing import Any

from compliance.conditions import Condition


class StepKind(StrEnum):
    """What is about to be done."""

    LETTER = "letter"
    CALL = "call"
    TEXT = "text"
    EMAIL = "email"
    PLACEMENT = "placement"
    CREDIT_REPORTING = "credit_reporting"
    LAWSUIT = "lawsuit"
    INTEREST = "interest"
    ARRANGEMENT = "arrangement"
    WRITE_OFF = "write_off"
    DEBT_SALE = "debt_sale"
    CARE_DENIAL = "care_denial"
    JUDGMENT_ENFORCEMENT = "judgment_enforcement"
    ESTATE_CLAIM = "estate_claim"
    REFUND = "refund"


NOT_ANY = frozenset({StepKind.REFUND, StepKind.WRITE_OFF})
"""`any` in a rule means every step but these."""


class Outcome(StrEnum):
    """What an effect comes to."""

    ALLOW = "allow"
    BLOCK = "block"
    REQUIRE = "require"


class Firmness(IntEnum):
    """How firm a finding is; the firmest governs."""

    NEVER = 0
    CLEARED = 1
    DATE = 2
    NOW = 3


class LookKind(StrEnum):
    """When a step that a rule stops may be looked at again."""

    NEVER = "never"
    NOW = "now"
    DATE = "date"
    CLEARED = "cleared"
    NEXT_OPENING = "next_opening"
    NEXT_BUSINESS_DAY = "next_business_day"


@dataclass(frozen=True, slots=True)
class LookAgain:
    """When to look again. For DATE: `days` after the fact `base` (one more where more than that many must pass)."""

    kind: LookKind
    base: str | None = None
    days: int = 0
    more_than: bool = False
    blocks_if_missing: bool = False
    by: str | None = None
    event: str | None = None
    at: time | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `stage` is its place in the order of stages, `citation` where it is written."""

    id: str
    title: str
    jurisdiction: str
    applies_to: frozenset[StepKind]
    actor: str
    basis: str
    stage: int
    condition: Condition
    effect: str
    outcome: Outcome
    params: dict[str, Any] = field(hash=False)
    look_again: LookAgain
    citation: str
    effective_from: date
    effective_to: date | None
    confidence: str
    note: str

    @property
    def of_a_state(self) -> bool:
        """Whether it is a state's own, not federal or common to several."""
        return self.jurisdiction not in ("federal", "multi")
