"""The conditions of a schedule (`when`, `enter`): typed, checked when read, with the reason why they are not met."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from models.labels import words
from models.values import dollars


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one account for conditions. Amounts are cents; ages are days since the first statement."""

    balance_cents: int
    first_statement_on: date | None
    payer_class: str
    creditor: str
    state: str | None
    language: str
    patient_birth: date | None
    has_email: bool
    in_arrangement: bool = False
    prior_arrangement_broken: bool = False
    prior_agency_returns: int = 0
    score: int | None = None
    claims_medicare_bad_debt: bool = False


ADULT_YEARS = 18

AMOUNTS: dict[str, Callable[[Facts, date], int | None]] = {
    "balance": lambda facts, today: facts.balance_cents,
    "age_days": lambda facts, today: _age_days(facts, today),  # noqa: PLW0108
    "prior_agency_returns": lambda facts, today: facts.prior_agency_returns,
    "score": lambda facts, today: facts.score,
}
WORDS: dict[str, Callable[[Facts], str | None]] = {
    "payer_class": lambda facts: facts.payer_class,
    "creditor": lambda facts: facts.creditor,
    "state": lambda facts: facts.state,
    "language": lambda facts: facts.language,
}
SWITCHES: dict[str, Callable[[Facts, date], bool]] = {
    "patient_is_minor": lambda facts, today: _is_minor(facts, today),  # noqa: PLW0108
    "has_email": lambda facts, today: facts.has_email,
    "in_arrangement": lambda facts, today: facts.in_arrangement,
    "prior_arrangement_broken": lambda facts, today: facts.prior_arrangement_broken,
    "claims_medicare_bad_debt": lambda facts, today: facts.claims_medicare_bad_debt,
}


SWITCH_WORDS: dict[str, tuple[str, str]] = {
    "patient_is_minor": ("the patient is a minor", "the patient is an adult"),
    "has_email": ("an e-mail address is on file", "no e-mail address is on file"),
    "in_arrangement": ("a payment plan is active", "no payment plan is active"),
    "prior_arrangement_broken": ("an earlier payment plan was broken", "no earlier payment plan was broken"),
    "claims_medicare_bad_debt": (
        "the balance can be claimed as Medicare bad debt",
        "the balance can't be claimed as Medicare bad debt",
    ),
}
"""What a yes-or-no condition says when it is met with yes, and with no."""


def _age_days(facts: Facts, today: date) -> int | None:
    return None if facts.first_statement_on is None else (today - facts.first_statement_on).days


def _is_minor(facts: Facts, today: date) -> bool:
    return is_minor(facts.patient_birth, today)


def is_minor(birth: date | None, today: date) -> bool:
    """Whether a person born on a day is a minor; one born on February 29 is of age on February 28."""
    return birth is not None and _of_age_on(birth) > today


@lru_cache(65_536)
def _of_age_on(birth: date) -> date:
    return birth + relativedelta(years=ADULT_YEARS)


@dataclass(frozen=True, slots=True)
class Between:
    """An amount within limits: not below `at_least`, not above `at_most`, below `below`, above `above`."""

    field: str
    at_least: int | None = None
    at_most: int | None = None
    below: int | None = None
    above: int | None = None

    def holds(self, facts: Facts, today: date) -> bool:
        value = AMOUNTS[self.field](facts, today)
        return (
            value is not None
            and (self.at_least is None or value >= self.at_least)
            and (self.at_most is None or value <= self.at_most)
            and (self.below is None or value < self.below)
            and (self.above is None or value > self.above)
        )

    def why_not(self, facts: Facts, today: date) -> str:
        value = AMOUNTS[self.field](facts, today)
        limits = [
            f"{word} {self._said(limit)}"
            for word, limit in (
                ("at least", self.at_least),
                ("at most", self.at_most),
                ("below", self.below),
                ("above", self.above),
            )
            if limit is not None
        ]
        is_now = "unknown" if value is None else self._said(value)
        return f"{_name(self.field)} is {is_now}, the step requires {' and '.join(limits)}"

    def _said(self, value: int) -> str:
        return dollars(value) if self.field == "balance" else str(value)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A word of a list."""

    field: str
    words: frozenset[str]

    def holds(self, facts: Facts, today: date) -> bool:
        return WORDS[self.field](facts) in self.words

    def why_not(self, facts: Facts, today: date) -> str:
        asked = " or ".join(words(word) for word in sorted(self.words))
        is_now = words(WORDS[self.field](facts) or "unknown")
        return f"{_name(self.field)} is {is_now}, the step requires {asked}"


@dataclass(frozen=True, slots=True)
class Switch:
    """A yes-or-no condition."""

    field: str
    on: bool

    def holds(self, facts: Facts, today: date) -> bool:
        return SWITCHES[self.field](facts, today) is self.on

    def why_not(self, facts: Facts, today: date) -> str:
        return f"{_name(self.field)}: {'no' if self.on else 'yes'}"


@dataclass(frozen=True, slots=True)
class All:
    """Every part is met; without parts it always is."""

    parts: tuple["Condition", ...] = ()

    def holds(self, facts: Facts, today: date) -> bool:
        return all(part.holds(facts, today) for part in self.parts)

    def why_not(self, facts: Facts, today: date) -> str:
        return "; ".join(part.why_not(facts, today) for part in self.parts if not part.holds(facts, today))


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part is met."""

    parts: tuple["Condition", ...]

    def holds(self, facts: Facts, today: date) -> bool:
        return any(part.holds(facts, today) for part in self.parts)

    def why_not(self, facts: Facts, today: date) -> str:
        return "none of: " + "; ".join(part.why_not(facts, today) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The part is not met."""

    part: "Condition"

    def holds(self, facts: Facts, today: date) -> bool:
        return not self.part.holds(facts, today)

    def why_not(self, facts: Facts, today: date) -> str:
        return "the account meets a condition that the step excludes"


Condition = Between | OneOf | Switch | All | AnyOf | Not

ALWAYS = All()


NAMES = {
    "age_days": "age in days",
    "claims_medicare_bad_debt": "Medicare bad debt claim",
    "has_email": "e-mail address on file",
    "in_arrangement": "active payment plan",
    "prior_agency_returns": "earlier returns by an agency",
    "prior_arrangement_broken": "earlier broken payment plan",
    "patient_is_minor": "patient under 18",
}
"""What people read for a condition that is not called as it is stored."""


def _name(field: str) -> str:
    return NAMES.get(field) or field.replace("_", " ")
