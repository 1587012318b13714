"""The result of a check against the rules: allow, block or require, with all findings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, TypeAlias

from compliance.rules import Basis, Confidence, Firmness, Outcome

CHASE_DAYS = 30
"""Days until the follow-up on a stop that a person must clear."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that applied: its outcome, until when, and the facts it used."""

    rule: str
    title: str
    citation: str
    basis: Basis
    confidence: Confidence
    outcome: Outcome
    firmness: Firmness
    until: date | None
    until_time: time | None
    cleared_by: str | None
    event: str | None
    params: Mapping[str, Any]
    facts: tuple[tuple[str, Any], ...]

    @property
    def reason(self) -> str:
        """The blocking reason, for collectors. The date and the role are shown beside it, not in it."""
        if self.event is not None:
            return f"{self.title} (until: {self.event})"
        return self.title


@dataclass(frozen=True, slots=True)
class Allow:
    """Nothing blocks the step; `findings` are notes and deadlines."""

    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Governed:
    findings: tuple[Finding, ...]

    @property
    def governing(self) -> Finding:
        """The governing finding. The other stops follow it, and notes are last."""
        return self.findings[0]

    @property
    def rule(self) -> str:
        return self.findings[0].rule

    @property
    def title(self) -> str:
        return self.findings[0].title

    @property
    def citation(self) -> str:
        return self.findings[0].citation

    @property
    def reason(self) -> str:
        return self.findings[0].reason

    @property
    def firmness(self) -> Firmness:
        return self.findings[0].firmness

    @property
    def params(self) -> Mapping[str, Any]:
        """The rule's own figures and names, such as `{"days": 120}`."""
        return self.findings[0].params


@dataclass(frozen=True, slots=True)
class Block(_Governed):
    """The step is not allowed now: until a date, until a person clears it, or never.

    `until` is the first day allowed by the governing rule; with `until_time` the hour, in the person's local time.
    """

    @property
    def until(self) -> date | None:
        return self.findings[0].until

    @property
    def until_time(self) -> time | None:
        return self.findings[0].until_time

    @property
    def cleared_by(self) -> str | None:
        return self.findings[0].cleared_by

    @property
    def event(self) -> str | None:
        return self.findings[0].event


@dataclass(frozen=True, slots=True)
class Require(_Governed):
    """The step is allowed once something is created, obtained or stated first."""

    @property
    def what(self) -> str:
        """The required documents or wording; several are separated by commas."""
        given = self.params.get("documents")
        named = ", ".join(given) if given else self.params.get("document") or self.params.get("text")
        return str(named or self.rule)


Decision: TypeAlias = Allow | Block | Require


def next_action_on(decision: Decision, today: date) -> date | None:
    """The next review date of a stopped step.

    If every stop has a date: the latest of them. If one must be cleared by a person: a follow-up in thirty days;
    clearing it makes the account due for review at once. If one is permanent: None, the step is dropped. If something
    is required, or a value must be corrected: today.
    """
    if isinstance(decision, Allow):
        return today
    stops = [finding for finding in decision.findings if finding.outcome is Outcome.BLOCK]
    if any(finding.firmness is Firmness.NEVER for finding in stops):
        return None
    if any(finding.firmness is Firmness.CLEARED for finding in stops):
        return today + timedelta(days=CHASE_DAYS)
    return max((finding.until for finding in stops if finding.until is not None), default=today)
