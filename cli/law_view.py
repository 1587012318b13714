"""Decisions of the rules and the rules themselves, as documents."""

from collections.abc import Mapping
from datetime import date as Day
from typing import TypedDict

from compliance.decisions import Allow, Block, Decision, Finding
from compliance.doors import rules_not_in_force
from compliance.known import warning
from compliance.load import catalogue
from compliance.rules import Firmness, Outcome, Rule


class KnownView(TypedDict):
    """As of which day the law is known, and a warning where that was too long ago."""

    as_known: str | None
    warning: str | None


class FindingView(TypedDict):
    """A rule that fired, and the facts that it was judged by."""

    rule: str
    citation: str
    reason: str
    outcome: str
    until: str | None
    until_time: str | None
    cleared_by: str | None
    basis: str
    confidence: str
    as_known: str
    not_in_force: str | None
    facts: dict[str, object]


class DecisionView(TypedDict):
    """Whether a step is allowed, until when it is not, and the governing rule."""

    decision: str
    until: str | None
    rule: str | None
    citation: str | None
    reason: str | None
    findings: list[FindingView]
    checked_by_counsel: bool


class CheckView(DecisionView, KnownView):
    """The same, with the facts that were not entered and the rules that use each."""

    not_given: dict[str, list[str]]


class RuleView(TypedDict):
    """All that is known of a rule."""

    id: str
    title: str
    jurisdiction: str
    steps: list[str]
    actor: str
    basis: str
    condition: str
    effect: str
    params: Mapping[str, object]
    citation: str
    effective_from: str
    effective_to: str | None
    confidence: str
    as_known: str
    source: str | None
    read_on: str | None
    in_force: str
    not_in_force: str | None
    note: str


def known_view(as_known: Day | None, today: Day) -> KnownView:
    """As of which day the law is known, and the warning where that was too long ago, as JSON."""
    return {"as_known": iso(as_known), "warning": warning(as_known, today)}


def decision_view(decision: Decision, near: Finding | None) -> DecisionView:
    """A decision as JSON; for an allowed step, with the rule that came nearest to blocking it."""
    if isinstance(decision, Allow):
        what, governing, until = "allow", near, None
    elif isinstance(decision, Block):
        what, governing, until = "block", decision.governing, _until(decision.governing)
    else:
        what, governing, until = "require", decision.governing, None
    return {
        "decision": what,
        "until": until,
        "rule": None if governing is None else governing.rule,
        "citation": None if governing is None else governing.citation,
        "reason": None if governing is None else governing.reason,
        "findings": [_finding(one) for one in decision.findings],
        "checked_by_counsel": False,
    }


def _finding(one: Finding) -> FindingView:
    return {
        "rule": one.rule,
        "citation": one.citation,
        "reason": one.reason,
        "outcome": one.outcome.value,
        "until": _until(one),
        "until_time": None if one.until_time is None else f"{one.until_time:%H:%M}",
        "cleared_by": one.cleared_by,
        "basis": one.basis.value,
        "confidence": one.confidence.value,
        "as_known": catalogue().rule(one.rule).as_known.isoformat(),
        "not_in_force": why_not_in_force(one.rule),
        "facts": dict(one.facts),
    }


def why_not_in_force(rule_id: str) -> str | None:
    """Why the product never applies a rule; None where it does."""
    found = rules_not_in_force().get(rule_id)
    return None if found is None else found.why


def _until(one: Finding) -> str | None:
    if one.until is not None:
        return one.until.isoformat()
    stops = one.outcome is Outcome.BLOCK
    return "cleared" if stops and one.firmness is Firmness.CLEARED else None


def rule_view(rule: Rule) -> RuleView:
    """A rule as JSON."""
    return {
        "id": rule.id,
        "title": rule.title,
        "jurisdiction": rule.jurisdiction,
        "steps": sorted(step.value for step in rule.applies_to),
        "actor": rule.actor.value,
        "basis": rule.basis.value,
        "condition": " ".join(rule.condition.text.split()),
        "effect": rule.effect,
        "params": rule.params,
        "citation": rule.citation,
        "effective_from": rule.effective_from.isoformat(),
        "effective_to": iso(rule.effective_to),
        "confidence": rule.confidence.value,
        "as_known": rule.as_known.isoformat(),
        "source": rule.source,
        "read_on": iso(rule.read_on),
        "in_force": "no" if why_not_in_force(rule.id) else "yes",
        "not_in_force": why_not_in_force(rule.id),
        "note": rule.note,
    }


def iso(day: Day | None) -> str | None:
    """A day as JSON has it, where there is one."""
    return None if day is None else day.isoformat()
