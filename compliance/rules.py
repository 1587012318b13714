"""A rule of law or of the practice as a value: whom it applies to, when it holds, its effect, until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import IntEnum, StrEnum
from typing import Any

from compliance.conditions import Condition


class StepKind(StrEnum):
    """The step to check."""

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
"""`any` in a rule means every step but these: a refund or a write-off is not collection."""

CHANNELS = frozenset({StepKind.LETTER, StepKind.CALL, StepKind.TEXT, StepKind.EMAIL})
"""Steps that are themselves a channel to the person."""


class Stage(IntEnum):
    """The order in which rules govern; the first that stops a step is named."""

    STOP_PERSON = 0
    STOP_ACCOUNT = 1
    PENDING = 2
    BAN = 3
    WAIT = 4
    LIMIT = 5
    DOCUMENT = 6
    TEXT = 7


class Outcome(StrEnum):
    """The outcome of an effect."""

    ALLOW = "allow"
    BLOCK = "block"
    REQUIRE = "require"


class Firmness(IntEnum):
    """How firm a finding is; the firmest governs."""

    NEVER = 0
    CLEARED = 1
    DATE = 2
    NOW = 3


class Actor(StrEnum):
    """The actor: the creditor in its own name, or an agency; in a rule also either of them."""

    FIRST_PARTY = "first_party"
    THIRD_PARTY = "third_party"
    ANY = "any"


class Basis(StrEnum):
    """The basis of a rule. A manager may switch off a policy; only counsel may switch off law."""

    LAW = "law"
    POLICY = "policy"
    INDUSTRY = "industry"
    CONTRACT = "contract"


class Confidence(StrEnum):
    """The author's confidence in the rule; low: look it up before use."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class LookKind(StrEnum):
    """When a step that a rule blocks is reviewed again."""

    NEVER = "never"
    NOW = "now"
    DATE = "date"
    CLEARED = "cleared"
    NEXT_OPENING = "next_opening"
    NEXT_BUSINESS_DAY = "next_business_day"


@dataclass(frozen=True, slots=True)
class LookAgain:
    """The next review. For DATE: `days` after the fact `base` (one more if more than that many must pass)."""

    kind: LookKind
    base: str | None = None
    days: int = 0
    more_than: bool = False
    blocks_if_missing: bool = False
    by: str | None = None
    event: str | None = None
    at: time | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule. `stage` is its place in the order of stages, `citation` where it is written.

    `as_known`: the date as of which it was written; if it was looked up, `read_on`, with its `source`.
    """

    id: str
    title: str
    jurisdiction: str
    applies_to: frozenset[StepKind]
    actor: Actor
    basis: Basis
    stage: Stage
    condition: Condition
    effect: str
    outcome: Outcome
    params: Mapping[str, Any]
    look_again: LookAgain
    citation: str
    effective_from: date
    effective_to: date | None
    confidence: Confidence
    note: str
    as_known: date
    source: str | None = None
    read_on: date | None = None

    @property
    def of_a_state(self) -> bool:
        """Whether it is one state's own rule, not federal or common to several."""
        return self.jurisdiction not in ("federal", "multi")

    def in_force(self, on: date) -> bool:
        """Whether a day is between the rule's first and last days, inclusive."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)
