"""The source from which each fact becomes known, read from fact_doors.yaml, and the rules that therefore cannot apply.
Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from compliance.facts import nearest_name
from compliance.load import catalogue
from compliance.lookup import Catalogue
from compliance.may_hold import May, may_hold
from compliance.rules import Actor, LookKind, Rule
from compliance.tables import BadTable
from models.documents import is_mapping, read_yaml

TABLE = Path(__file__).with_name("fact_doors.yaml")


class DoorKind(StrEnum):
    """The sources of facts."""

    BOOK = "book"
    FACT = "fact"
    HOLD = "hold"
    REMIT = "remit"
    AGENCY = "agency"
    POLICY = "policy"
    MADE = "made"


@dataclass(frozen=True, slots=True)
class Door:
    """One source of a fact, or of a word of it. `where` is the column, fact, hold or other origin."""

    name: str
    word: str | None
    kind: DoorKind
    where: str


@dataclass(frozen=True, slots=True)
class Doors:
    """The table: the steps and actors that the product checks, and the sources of the facts."""

    steps: Mapping[str, str | None]
    actors: frozenset[str]
    doors: tuple[Door, ...]

    def asks(self, rule: Rule) -> bool:
        """Whether the product ever checks this rule: for a step that it performs, and an actor that it acts for."""
        if rule.actor is not Actor.ANY and rule.actor.value not in self.actors:
            return False
        begins = [self.steps[step.value] for step in rule.applies_to if step.value in self.steps]
        return any(only is None or rule.id.startswith(only) for only in begins)

    def is_open(self, name: str, word: str | None) -> bool:
        """Whether a fact, or that word of it, has a source."""
        mine = [door for door in self.doors if door.name == name]
        return any(word is None or door.word in (None, word) for door in mine)


@dataclass(frozen=True, slots=True)
class NotInForce:
    """A rule that the product never applies, and why."""

    rule: str
    why: str


def read_doors(text: str, law: Catalogue) -> Doors:
    """The table. Raises BadTable with everything that does not match the vocabulary."""
    found: Any = read_yaml(text)
    if not is_mapping(found) or set(found) != {"steps", "actors", "facts"}:
        raise BadTable(f"{TABLE.name}: it must contain only steps, actors and facts")
    flaws = list[str]()
    doors = tuple(_doors(found["facts"], law, flaws))
    for name, words in (("step.kind", found["steps"]), ("actor", found["actors"])):
        known = law.vocabulary[name].words
        for word in sorted(set(words) - known):
            flaws.append(f"{TABLE.name}, {word}: is not a value of {name}{nearest_name(word, known)}")
    if flaws:
        raise BadTable("\n".join(flaws))
    steps = {step: given.get("rules") for step, given in found["steps"].items()}
    return Doors(steps, frozenset(found["actors"]), doors)


def _doors(facts: Mapping[str, Any], law: Catalogue, flaws: list[str]) -> Iterator[Door]:
    for name, given in facts.items():
        field = law.vocabulary.get(name)
        if field is None:
            flaws.append(f"{TABLE.name}, {name}: is not a fact of the vocabulary{nearest_name(name, law.vocabulary)}")
            continue
        by_word = given if given and set(given) <= field.words else {None: given}
        for word, ways in by_word.items():
            for kind, where in ways.items():
                if kind not in tuple(DoorKind):
                    flaws.append(f'{TABLE.name}, {name}: "{kind}" is not a source; write one of {", ".join(DoorKind)}')
                else:
                    yield Door(name, word, DoorKind(kind), str(where))


@cache
def fact_doors() -> Doors:
    """The shipped table, read once. Raises BadTable."""
    return read_doors(TABLE.read_text("utf-8"), catalogue())


def rules_not_in_force(law: Catalogue | None = None, doors: Doors | None = None) -> Mapping[str, NotInForce]:
    """The rules that cannot apply in the product, each with the reason, so that no one relies on them.

    `pastdue law check` checks them too.
    """
    if law is None and doors is None:
        return _shipped_not_in_force()
    law = catalogue() if law is None else law
    doors = fact_doors() if doors is None else doors
    found = (NotInForce(rule.id, why) for rule in law.rules if (why := _why_not(rule, law, doors)) is not None)
    return {one.rule: one for one in found}


@cache
def _shipped_not_in_force() -> Mapping[str, NotInForce]:
    return rules_not_in_force(catalogue(), fact_doors())


def _why_not(rule: Rule, law: Catalogue, doors: Doors) -> str | None:
    if rule.condition.never:
        return "kept for reference only"
    if rule.actor is not Actor.ANY and rule.actor.value not in doors.actors:
        return "applies to agencies; pastdue acts for the creditor only"
    if not doors.asks(rule):
        taken = ", ".join(sorted(step.value.replace("_", " ") for step in rule.applies_to))
        return f"pastdue does not perform this step: {taken}"
    policies = {name: field.default for name, field in law.vocabulary.items() if field.default is not None}
    answer = may_hold(rule.condition, law, policies, doors.is_open)
    if answer.may is May.NO:
        return f"no source for these facts: {', '.join(_without_door(rule, doors))}"
    base = rule.look_again.base
    if rule.look_again.kind is LookKind.DATE and base and not doors.is_open(base, None):
        return f"no source for this fact: {base}"
    return None


def _without_door(rule: Rule, doors: Doors) -> list[str]:
    """The facts of a rule without a source; for a list or an enum, the words."""
    missing = [name for name in rule.condition.asks if not doors.is_open(name, None) and not name.startswith("policy.")]
    if missing:
        return missing
    words = [
        f"{name}={word}"
        for name in rule.condition.asks
        for word in sorted(_asked_words(rule, name))
        if not doors.is_open(name, word)
    ]
    return words or list(rule.condition.asks)


def _asked_words(rule: Rule, name: str) -> set[str]:
    field = catalogue().vocabulary[name]
    return {word for word in field.words if f"'{word}'" in rule.condition.text}
