"""May a step be done today? All rules are checked; the governing one is reported, with its citation and its end."""

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

from compliance.days import is_holiday, is_sunday, next_business_day
from compliance.decisions import Allow, Block, Decision, Finding, Require
from compliance.facts import BadFacts, Facts, FactType, flaws_of, read_moment
from compliance.load import catalogue
from compliance.lookup import DERIVED, Catalogue
from compliance.rules import CHANNELS, Basis, Firmness, LookAgain, LookKind, Outcome, Rule, StepKind

OPENING = time(8)
"""The default for a rule of hours without a time: 12 CFR 1006.6(b)(1)(i)."""

CLERK = "clerk"
"""The role that supplies a missing date."""

_FIRMNESS = {
    LookKind.NEVER: Firmness.NEVER,
    LookKind.CLEARED: Firmness.CLEARED,
    LookKind.DATE: Firmness.DATE,
    LookKind.NEXT_OPENING: Firmness.DATE,
    LookKind.NEXT_BUSINESS_DAY: Firmness.DATE,
    LookKind.NOW: Firmness.NOW,
}
_NOTHING = Allow()


def check(step: StepKind, facts: Facts, today: date, *, rules: Catalogue | None = None) -> Decision:
    """May a step be done on a day, on these facts?

    `facts` are keyed by the names of the vocabulary. A missing or None fact is unknown, but `actor` is required. Dates
    are dates, amounts cents, lists tuples or sets. Facts derived from the step and the day (`step.kind`,
    `step.channel`, `contact.is_sunday`, `contact.is_holiday`) are added if missing. Raises BadFacts for a name that is
    not in the vocabulary or a value of another type.
    """
    law = catalogue() if rules is None else rules
    if not law.knows(facts):
        raise BadFacts("; ".join(flaws_of(facts, law.vocabulary)))
    index = law.index(step, facts)
    if index.derived:
        facts = with_derived(index.derived, step, facts, today)
    try:
        fired = [rule for rule in index.candidates(facts) if rule.condition.holds(facts) and rule.in_force(today)]
        if not fired:
            return _NOTHING
        found = {rule.id: (rule, finding) for rule in fired if (finding := _find(rule, facts, today)) is not None}
    except (TypeError, ValueError) as error:
        flaws = "; ".join(flaws_of(facts, law.vocabulary))
        if not flaws:
            raise
        raise BadFacts(flaws) from error
    return _decide(found.values())


def with_derived(names: tuple[str, ...], step: StepKind, facts: Facts, today: date) -> Facts:
    """The facts with those derived from the step and the day, if missing."""
    known = dict(facts)
    for name in names:
        if known.get(name) is None:
            known[name] = _derived(name, step, today)
    return known


def _derived(name: str, step: StepKind, today: date) -> Any:
    match name:
        case "step.kind":
            return step.value
        case "step.channel":
            return step.value if step in CHANNELS else None
        case "contact.is_sunday":
            return is_sunday(today)
        case "contact.is_holiday":
            return is_holiday(today)
        case _:
            return today


def _decide(found: Iterable[tuple[Rule, Finding]]) -> Decision:
    ordered = sorted(found, key=_order)
    findings = tuple(finding for _, finding in ordered)
    if not findings or findings[0].outcome is Outcome.ALLOW:
        return Allow(findings)
    return Block(findings) if findings[0].outcome is Outcome.BLOCK else Require(findings)


def _order(found: tuple[Rule, Finding]) -> tuple[Any, ...]:
    """Stops before notes; then by stage, firmness, the latest day, law before policy, state before federal, id."""
    rule, finding = found
    latest_first = -(finding.until or date.min).toordinal()
    return (
        finding.outcome is Outcome.ALLOW,
        rule.stage,
        finding.firmness,
        latest_first,
        rule.basis is not Basis.LAW,
        not rule.of_a_state,
        rule.id,
    )


def _find(rule: Rule, facts: Facts, today: date) -> Finding | None:
    """The finding of a rule whose condition holds; None once its date is reached."""
    look = rule.look_again
    match look.kind:
        case LookKind.DATE:
            until = first_day_allowed(look, facts)
            if until is None:
                return _finding(rule, facts, missing=look.base) if look.blocks_if_missing else None
            # A deadline is not a stop: it is still reported after its date, because it is then late.
            over = until <= today and rule.outcome is not Outcome.ALLOW
            return None if over else _finding(rule, facts, until=until)
        case LookKind.NEXT_OPENING:
            day, at = _opening(facts, today, look.at or OPENING)
            return _finding(rule, facts, until=day, until_time=at)
        case LookKind.NEXT_BUSINESS_DAY:
            return _finding(rule, facts, until=next_business_day(today))
        case LookKind.NEVER | LookKind.NOW | LookKind.CLEARED:
            return _finding(rule, facts)


def _finding(
    rule: Rule, facts: Facts, *, until: date | None = None, until_time: time | None = None, missing: str | None = None
) -> Finding:
    """A finding; `missing` is the base date that a person must supply before the wait can be computed."""
    look = rule.look_again
    asked: list[str] = [*rule.condition.asks, *([look.base] if look.base else [])]
    names = dict.fromkeys(asked)
    return Finding(
        rule=rule.id,
        title=rule.title,
        citation=rule.citation,
        basis=rule.basis,
        confidence=rule.confidence,
        outcome=rule.outcome,
        firmness=Firmness.CLEARED if missing else _FIRMNESS[look.kind],
        until=until,
        until_time=until_time,
        cleared_by=CLERK if missing else look.by,
        event=f"{missing} is recorded" if missing else look.event,
        params=rule.params,
        facts=tuple((name, facts.get(name)) for name in names),
    )


def first_day_allowed(look: LookAgain, facts: Facts) -> date | None:
    """The date on which a wait is over: the base date plus its days; None while the base date is unknown."""
    base = read_moment(facts.get(look.base or ""), FactType.DATE)
    return None if base is None else base + timedelta(days=look.days + look.more_than)


def _opening(facts: Facts, today: date, at: time) -> tuple[date, time]:
    """The next opening hour for the person: later today if it has not been reached everywhere, otherwise tomorrow."""
    earliest = read_moment(facts.get("contact.local_time_earliest"), FactType.TIME)
    return (today if earliest is not None and earliest < at else today + timedelta(days=1)), at


def nearest(step: StepKind, facts: Facts, today: date, *, rules: Catalogue | None = None) -> Finding | None:
    """For an allowed step, the rule that came nearest to stopping it, to explain why it is allowed.

    A wait that is over is first, the most recent one before the others; then the rule with the most known facts. None
    if no rule concerns the facts. Much slower than `check`: not for bulk.
    """
    law = catalogue() if rules is None else rules
    decision = check(step, facts, today, rules=law)
    stopped = {finding.rule for finding in decision.findings}
    known = with_derived(DERIVED, step, facts, today)
    given = frozenset(name for name, value in facts.items() if value is not None)
    near = [
        (nearness, rule)
        for rule in law.index(step, facts).rules
        if rule.id not in stopped and rule.in_force(today) and rule.outcome is not Outcome.ALLOW
        if (nearness := _nearness(rule, known, given)) is not None
    ]
    if not near:
        return None
    _, rule = max(near, key=lambda one: one[0])
    return _finding(rule, known, until=first_day_allowed(rule.look_again, known))


def _nearness(rule: Rule, facts: Facts, given: frozenset[str]) -> tuple[date, int, int] | None:
    """Higher is nearer: the end of a wait, how many comparisons with known facts hold, how early the stage."""
    holding = sum(1 for test, names in rule.condition.leaves if names & given and test(facts))
    over = first_day_allowed(rule.look_again, facts) if rule.condition.holds(facts) else None
    if over is None and not holding:
        return None
    return over or date.min, holding, -rule.stage
