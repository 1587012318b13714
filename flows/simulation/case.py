"""The values of a simulation: one guarantor with all that can fall due, and what is assumed. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from flows.accounts.snapshot import AccountNow, GroupNow
from flows.agency_handoff.placement.decide import PlacementClock
from flows.arrangements.decide import PlanNow
from flows.dunning.engine.split import Split
from flows.schedules.conditions import Facts
from flows.schedules.schedule import Published, Schedule
from flows.simulation.answers import Learned
from models.ids import PersonId

DRAFT = -1
"""The version of the schedule that is simulated."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What people are assumed to do. By default people do nothing: only the nightly run works, nothing is paid.

    `mailed`: letters are mailed on the day on which they are written. `approve_after_days`: a manager approves each
    review this many days after it was opened. `answers`: people pay, promise and move as the history shows.
    """

    mailed: bool = False
    approve_after_days: int | None = None
    answers: Learned | None = None


class Payment(NamedTuple):
    """A payment of a patient that a simulation is given, in cents above zero."""

    account_id: int
    on: date
    cents: int


@dataclass(slots=True)
class Candidate:
    """An account in no schedule: what its entry depends on, and the next day on which it may enter."""

    account: AccountNow
    group: GroupNow
    facts: Facts
    anchors: Mapping[str, date | None]
    review_on: date | None


@dataclass(slots=True)
class PromiseCase:
    """An open promise to pay. `paid_cents` counts from the day on which it was made."""

    number: int
    judge_on: date
    account_ids: tuple[int, ...]
    amount_cents: int
    paid_cents: int


@dataclass(slots=True)
class PlanCase:
    """A payment plan with its next review date. `paid_cents` counts from the day on which it was set up."""

    plan: PlanNow
    account_ids: tuple[int, ...]
    paid_cents: int
    review_on: date | None


@dataclass(slots=True)
class QueuedCase:
    """An account in the placement queue. `not_with`: the agencies that had it before."""

    account_id: int
    pool: str
    review_on: date
    not_with: tuple[str, ...] = ()
    approved: bool = False


@dataclass(slots=True)
class Case:
    """One guarantor: the accounts in schedules by creditor, those that may enter, and what falls due for them."""

    groups: list[GroupNow]
    candidates: list[Candidate] = field(default_factory=list[Candidate])
    promises: list[PromiseCase] = field(default_factory=list[PromiseCase])
    plans: list[PlanCase] = field(default_factory=list[PlanCase])
    queued: list[QueuedCase] = field(default_factory=list[QueuedCase])
    clocks: dict[int, PlacementClock] = field(default_factory=dict[int, PlacementClock])
    payments: Sequence[Payment] = ()

    def copy(self) -> "Case":
        """A copy that can be walked while this one stays as it is."""
        return Case(
            [replace(group, contacts=replace(group.contacts)) for group in self.groups],
            [replace(one) for one in self.candidates],
            [replace(one) for one in self.promises],
            [replace(one) for one in self.plans],
            [replace(one) for one in self.queued],
            dict(self.clocks),
            self.payments,
        )


class Entering(NamedTuple):
    """The versions that accounts enter from a day on, in order of precedence."""

    from_on: date
    versions: list[Published]


@dataclass(frozen=True, slots=True)
class Book:
    """What all guarantors share: the schedules by version, those that accounts enter, what is assumed, and the
    experiments that accounts enter by chance."""

    schedules: Mapping[int, Schedule]
    entering: tuple[Entering, ...]
    assumed: Assumptions = Assumptions()
    splits: tuple[Split, ...] = ()


class Count(StrEnum):
    """What is counted for each day."""

    LETTERS = "letters"
    CALLS = "calls"
    CALL_ATTEMPTS = "call_attempts"
    TASKS = "tasks"
    PLAN_OFFERS = "plan_offers"
    PLACEMENTS = "placements"
    WRITE_OFFS = "write_offs"
    BLOCKED = "blocked"
    PAYMENTS = "payments"
    PROMISES = "promises"
    RETURNED = "returned_mail"
    TOO_CLOSE = "too_close"
    """Letters within the minimum days after another one: none may be."""


class StepOn(NamedTuple):
    """A step that an account completes, or skips, on a day."""

    account_id: int
    number: str
    step: str
    on: date


class RuleStop(NamedTuple):
    """A step of an account that a rule or a hold blocks from a day on; `until` if its end is known."""

    person_id: PersonId
    account_id: int
    number: str
    step: str
    on: date
    rule: str
    citation: str
    until: date | None


@dataclass(slots=True)
class Path:
    """What happens to one guarantor. `counted`: each thing that is counted, with its day as a number from the first.
    `collected`: payments in cents, with their day."""

    counted: list[tuple[Count, int]] = field(default_factory=list[tuple[Count, int]])
    collected: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    done: list[StepOn] = field(default_factory=list[StepOn])
    skipped: list[StepOn] = field(default_factory=list[StepOn])
    stops: list[RuleStop] = field(default_factory=list[RuleStop])
    entered: list[StepOn] = field(default_factory=list[StepOn])
    """The accounts that enter; `step` is the name of the schedule."""
