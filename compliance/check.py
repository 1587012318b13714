"""May a step be taken today? All rules are looked at; the one that governs is named, with its citation and its end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from typing import Any, TypeAlias

import holidays

from compliance.conditions import Facts
from compliance.load import Catalogue, catalogue
from compliance.rules import Firmness, LookKind, Outcome, Rule, StepKind

CHASE_DAYS = 30
"""How long until a stop that a person must clear is asked after again."""

_FIRMNESS = {
    LookKind.NEVER: Firmness.NEVER,
    LookKind.CLEARED: Firmness.CLEARED,
    LookKind.DATE: Firmness.DATE,
    LookKind.NEXT_OPENING: Firmness.DATE,
    LookKind.NEXT_BUSINESS_DAY: Firmness.DATE,
    LookKind.NOW: Firmness.NOW,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fired: what it says, until when, and the facts that made it fire."""

    rule: str
    title: str
    citation: str
    basis: str
    confidence: str
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
        """What the rule says, in a sentence."""
        return self.title


@dataclass(frozen=True, slots=True)
class Allow:
    """Nothing stands in the way; `findings` are notes and deadlines."""

    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Governed:
    findings: tuple[Finding, ...]

    @property
    def governing(self) -> Finding:
        """The finding that comes first by stage and firmness."""
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


@dataclass(frozen=True, slots=True)
class Block(_Governed):
    """The step may not be taken now: until a day, until a person clears it, or never."""

    @property
    def until(self) -> date | None:
        return self.findings[0].until

    @property
    def until_time(self) -> time | None:
        return self.findings[0].until_time

    @property
    def cleared_by(self) -> str | None:
        return self.findings[0].cleared_by


@dataclass(frozen=True, slots=True)
class Require(_Governed):
    """The step may be taken as soon as something is made, fetched or said first."""

    @property
    def what(self) -> str:
        params = self.findings[0].params
        return str(params.get("document") or params.get("disclosure") or params.get("text") or self.findings[0].rule)


Decision: TypeAlias = Allow | Block | Require


def check(step: StepKind, facts: Facts, today: date, *, rules: Catalogue | None = None) -> Decision:
    """May a step be taken on a day, on these facts?

    `facts` are by the names of the vocabulary; one that is absent is unknown. Whether the day is a Sunday or a
    federal holiday follows from it where the facts do not say. Dates are dates, amounts cents.
    """
    if step is StepKind.CALL or step is StepKind.TEXT:
        facts = {"contact.is_sunday": today.weekday() == 6, "contact.is_holiday": is_holiday(today), **facts}
    index = _index(catalogue() if rules is None else rules, step, facts)
    if index.asks_today:
        facts = {**facts, "today": today}
    fired = [
        finding
        for rule in index.candidates(facts)
        if rule.effective_from <= today
        and (rule.effective_to is None or today <= rule.effective_to)
        and rule.condition.holds(facts)
        and (finding := _find(rule, facts, today)) is not None
    ]
    if not fired:
        return _NOTHING
    return _decide(fired)


_NOTHING = Allow()


def _decide(fired: list[tuple[Rule, Finding]]) -> Decision:
    fired.sort(key=_order)
    stopping = tuple(finding for _, finding in fired if finding.outcome is not Outcome.ALLOW)
    notes = tuple(finding for _, finding in fired if finding.outcome is Outcome.ALLOW)
    if not stopping:
        return Allow(notes)
    if stopping[0].outcome is Outcome.BLOCK:
        return Block((*stopping, *notes))
    return Require((*stopping, *notes))


def _order(found: tuple[Rule, Finding]) -> tuple[Any, ...]:
    rule, finding = found
    latest_first = -(finding.until or date.min).toordinal()
    return (
        finding.outcome is Outcome.ALLOW, rule.stage, finding.firmness, latest_first, rule.basis != "law",
        not rule.of_a_state, rule.id,
    )  # fmt: skip


def _find(rule: Rule, facts: Facts, today: date) -> tuple[Rule, Finding] | None:
    """The finding of a rule whose condition holds; None when its day has come."""
    look, until, firmness = rule.look_again, None, _FIRMNESS[rule.look_again.kind]
    until_time: time | None = None
    match look.kind:
        case LookKind.DATE:
            base = facts.get(look.base or "")
            if isinstance(base, str):
                base = date.fromisoformat(base)
            if base is None:
                if not look.blocks_if_missing:
                    return None
                firmness = Firmness.CLEARED
            else:
                until = base + timedelta(days=look.days + look.more_than)
                if until <= today and rule.outcome is not Outcome.ALLOW:
                    return None
        case LookKind.NEXT_OPENING:
            until, until_time = _opening(facts, today, look.at or time(8))
        case LookKind.NEXT_BUSINESS_DAY:
            until = next_business_day(today)
        case LookKind.NEVER | LookKind.NOW | LookKind.CLEARED:
            pass
    return rule, Finding(
        rule=rule.id, title=rule.title, citation=rule.citation, basis=rule.basis, confidence=rule.confidence,
        outcome=rule.outcome, firmness=firmness, until=until, until_time=until_time,
        cleared_by=look.by or ("clerk" if firmness is Firmness.CLEARED else None), event=look.event,
        params=rule.params, facts=tuple((name, facts.get(name)) for name in rule.condition.asks),
    )  # fmt: skip


def _opening(facts: Facts, today: date, at: time) -> tuple[date, time]:
    """The next hour at which the guarantor's day begins: later today if it has not begun everywhere, else tomorrow."""
    earliest = facts.get("contact.local_time_earliest")
    if isinstance(earliest, str):
        earliest = time.fromisoformat(earliest)
    return (today if earliest is not None and earliest < at else today + timedelta(days=1)), at


@cache
def _federal(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("US", years=year, observed=False))


def is_holiday(day: date) -> bool:
    """Whether the day itself (not the one it is observed on) is one of the eleven federal holidays (5 USC 6103)."""
    return day in _federal(day.year)


def next_business_day(today: date) -> date:
    """The next day that is neither a Sunday nor a federal holiday."""
    day = today + timedelta(days=1)
    while day.weekday() == 6 or is_holiday(day):
        day += timedelta(days=1)
    return day


def next_action_on(decision: Decision, today: date) -> date | None:
    """When to look at a stopped step again.

    Every stop has a day: the latest of them. One must be cleared by a person: in thirty days, to ask after it; its
    clearing wakes the account at once. One is for ever: None, the step is dropped. Something required: today.
    """
    if isinstance(decision, Allow):
        return today
    stops = [finding for finding in decision.findings if finding.outcome is Outcome.BLOCK]
    if any(finding.firmness is Firmness.NEVER for finding in stops):
        return None
    if any(finding.firmness is Firmness.CLEARED for finding in stops):
        return today + timedelta(days=CHASE_DAYS)
    return max((finding.until for finding in stops if finding.until is not None), default=today)


class _Index:
    """The rules of one step, actor and pair of states, found by the facts that are present.

    A rule that cannot fire, because none of the facts that it needs is there, is not looked at.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.always: list[Rule] = []
        self.by_presence: dict[str, list[Rule]] = {}
        self.by_value: dict[str, dict[Any, list[Rule]]] = {}
        self.asks_today = False
        for rule in rules:
            self.asks_today |= "today" in rule.condition.asks
            needs = rule.condition.only_with
            if needs is None:
                self.always.append(rule)
                continue
            for name, value in needs:
                if value is None:
                    self.by_presence.setdefault(name, []).append(rule)
                else:
                    self.by_value.setdefault(name, {}).setdefault(value, []).append(rule)
        self._watched = frozenset((*self.by_presence, *self.by_value))

    def candidates(self, facts: Facts) -> list[Rule]:
        found = list(self.always)
        for name in self._watched & facts.keys():
            held = facts[name]
            if held is None or held is False or held == ():
                continue
            found += self.by_presence.get(name, ())
            values = self.by_value.get(name)
            if values is None:
                continue
            for one in held if isinstance(held, tuple | list | frozenset | set) else (held,):
                found += values.get(one, ())
        return list({id(rule): rule for rule in found}.values()) if len(found) > 1 else found


_KNOWN: dict[int, Catalogue] = {}


@cache
def _index_of(rules: int, step: StepKind, actor: str, states: frozenset[Any]) -> _Index:
    return _Index(
        rule
        for rule in _KNOWN[rules].rules
        if step in rule.applies_to
        and rule.actor in ("any", actor)
        and not rule.condition.never
        and (not rule.of_a_state or rule.jurisdiction in states)
    )


def _index(rules: Catalogue, step: StepKind, facts: Facts) -> _Index:
    # A catalogue is a few objects in the life of a process; its identity stands for it.
    _KNOWN.setdefault(id(rules), rules)
    states = frozenset((facts.get("person.state"), facts.get("account.facility_state")))
    return _index_of(id(rules), step, facts.get("actor", "first_party"), states)
