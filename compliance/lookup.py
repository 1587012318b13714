"""All rules, and those that can apply to a set of facts: by step, actor and state, then by the known facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from compliance.facts import BadFacts, Facts, Field
from compliance.needs import How
from compliance.rules import Actor, Rule, StepKind

DERIVED = ("step.kind", "step.channel", "today", "contact.is_sunday", "contact.is_holiday")
"""Facts derived from the step and the day."""

Bucket = tuple[Rule, ...]


class Index:
    """The rules of one step, actor and pair of states.

    A rule is listed under each of the facts of which it needs one, so that a rule with none of them known is skipped. A
    rule listed under two facts may be returned twice.
    """

    __slots__ = ("always", "derived", "holds", "is_", "rules", "there", "true")

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self.always: list[Rule] = []
        lists: dict[str, dict[Any, list[Rule]]] = {}
        values: dict[str, dict[Any, list[Rule]]] = {}
        true: dict[str, list[Rule]] = {}
        there: dict[str, list[Rule]] = {}
        asked: set[str] = set()
        for rule in self.rules:
            asked.update(rule.condition.asks)
            if rule.condition.needs is None:
                self.always.append(rule)
                continue
            for need in rule.condition.needs:
                match need.how:
                    case How.HOLDS:
                        lists.setdefault(need.name, {}).setdefault(need.value, []).append(rule)
                    case How.IS:
                        values.setdefault(need.name, {}).setdefault(need.value, []).append(rule)
                    case How.TRUE:
                        true.setdefault(need.name, []).append(rule)
                    case How.THERE:
                        there.setdefault(need.name, []).append(rule)
        self.holds, self.is_ = _buckets(lists), _buckets(values)
        self.true = tuple((name, tuple(found)) for name, found in true.items())
        self.there = tuple((name, tuple(found)) for name, found in there.items())
        self.derived = tuple(name for name in DERIVED if name in asked)

    def candidates(self, facts: Facts) -> list[Rule]:
        """The rules that may hold on these facts; all others do not. BadFacts if a list fact is text."""
        found = self.always.copy()
        known = facts.get
        for name, words in self.holds:
            if held := known(name):
                if isinstance(held, str):
                    raise BadFacts(f"{name} is text; enter a list")
                for word in held:
                    if word in words:
                        found += words[word]
        for name, values in self.is_:
            if (value := known(name)) in values:
                found += values[value]
        for name, rules in self.true:
            if known(name):
                found += rules
        for name, rules in self.there:
            if known(name) is not None:
                found += rules
        return found


def _buckets(given: Mapping[str, Mapping[Any, list[Rule]]]) -> tuple[tuple[str, dict[Any, Bucket]], ...]:
    return tuple((name, {value: tuple(rules) for value, rules in words.items()}) for name, words in given.items())


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """All rules with their vocabulary.

    `limitation_years`: by state, the years after which no suit is filed on a medical debt.
    """

    rules: tuple[Rule, ...]
    vocabulary: Mapping[str, Field]
    limitation_years: Mapping[str, int]
    _states: frozenset[str] = field(init=False, repr=False)
    _names: frozenset[str] = field(init=False, repr=False)
    _indexes: dict[tuple[StepKind, str, str | None, str | None], Index] = field(
        init=False, repr=False, default_factory=dict[tuple[StepKind, str, str | None, str | None], Index]
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "_states", frozenset(rule.jurisdiction for rule in self.rules if rule.of_a_state))
        object.__setattr__(self, "_names", frozenset(self.vocabulary))

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id; KeyError if there is none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    def known_on(self, rule_id: str) -> date | None:
        """The date as of which a rule is known; None for a stop that is not a rule of the catalogue."""
        return next((rule.as_known for rule in self.rules if rule.id == rule_id), None)

    def in_force(self, on: date) -> tuple[Rule, ...]:
        """The rules in force on a day."""
        return tuple(rule for rule in self.rules if rule.in_force(on))

    def index(self, step: StepKind, facts: Facts) -> Index:
        """The rules that can apply to a step of this actor in these states, built on first use.

        States without a rule of their own count as one, so the number of indexes is at most the square of those that
        have some. Raises BadFacts if the actor is missing or unknown.
        """
        person, facility = facts.get("person.state"), facts.get("account.facility_state")
        states = self._states
        key = (
            step,
            facts.get("actor", ""),
            person if person in states else None,
            facility if facility in states else None,
        )
        found = self._indexes.get(key)
        return self._make(key) if found is None else found

    def knows(self, facts: Facts) -> bool:
        """Whether every fact has a name in the vocabulary."""
        return facts.keys() <= self._names

    def _make(self, key: tuple[StepKind, str, str | None, str | None]) -> Index:
        step, actor, *states = key
        if actor not in (Actor.FIRST_PARTY, Actor.THIRD_PARTY):
            raise BadFacts(
                f'actor is {actor or "missing"!r}; enter "first_party" (the creditor) or "third_party" (an agency)'
            )
        made = Index(
            rule
            for rule in self.rules
            if step in rule.applies_to
            and rule.actor in (Actor.ANY, actor)
            and (not rule.of_a_state or rule.jurisdiction in states)
        )
        self._indexes[key] = made
        return made
