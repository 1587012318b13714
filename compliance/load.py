"""Reading the rules: every file of the folder, checked, with each error's file, line and remedy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from compliance.conditions import BadCondition, Facts, FactType, Field, compile_condition
from compliance.rules import NOT_ANY, LookAgain, LookKind, Outcome, Rule, StepKind

FOLDER = Path(__file__).with_name("rules")
VOCABULARY = "vocabulary.yaml"
LIMITATION = "limitation.yaml"

KEYS = frozenset(
    [
        "id",
        "title",
        "jurisdiction",
        "applies_to",
        "actor",
        "basis",
        "stage",
        "applies_when",
        "effect",
        "params",
        "look_again",
        "citation",
        "effective_from",
        "effective_to",
        "confidence",
        "note",
    ]
)
CONFIDENCE = frozenset({"high", "medium", "low"})
BASIS = frozenset({"law", "policy", "industry", "contract"})


class BadRules(ValueError):
    """Rule files that cannot be used; the message lists every flaw with file, line and remedy."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All rules with their vocabulary."""

    rules: tuple[Rule, ...]
    vocabulary: Mapping[str, Field]
    limitation_years: Mapping[str, int]

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id; KeyError if there is none."""
        return next(rule for rule in self.rules if rule.id == rule_id)


@cache
def catalogue(folder: Path = FOLDER) -> Catalogue:
    """The rules of a folder, read once; raises BadRules with all that is wrong."""
    words = _load(folder / VOCABULARY)
    vocabulary = {name: _field(name, given) for name, given in words["fields"].items()}
    stages = {stage["name"]: place for place, stage in enumerate(words["stages"])}
    reader = _Reader(vocabulary, stages, words["effects"])
    for path in sorted(folder.glob("*.yaml")):
        if path.name not in (VOCABULARY, LIMITATION):
            for row in _load(path) or ():
                reader.take(path.name, row)
    if reader.flaws:
        raise BadRules(
            "\n".join(f"{_line(folder, file, rule)}: rule {rule}: {flaw}" for file, rule, flaw in reader.flaws)
        )
    limits = _load(folder / LIMITATION)["limitation_years"] if (folder / LIMITATION).exists() else {}
    years = {state: _shortest(given) for state, given in limits.items()}
    return Catalogue(tuple(sorted(reader.rules, key=lambda rule: rule.id)), vocabulary, years)


def _shortest(given: Mapping[str, Any]) -> int:
    """The shorter number, unless the state has one for medical debts (compliance notes, section 9)."""
    return given.get("medical") or min(given["written"], given["open_or_oral"])


def _load(path: Path) -> Any:
    try:
        return YAML(typ="safe").load(path.read_text("utf-8"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadRules(f"{path.name}:{line}: is not YAML here: {error.problem}") from error


def _line(folder: Path, file: str, rule: str) -> str:
    """Where a rule stands; read again with line numbers, which takes seconds and is done for an error only."""
    rows = YAML(typ="rt").load((folder / file).read_text("utf-8"))
    lines = [row.lc.line + 1 for row in rows if str(row.get("id", "?")) == rule]
    return f"{file}:{lines[-1] if lines else 1}"


def _field(name: str, given: Mapping[str, Any]) -> Field:
    default = given.get("default")
    held = tuple(default) if isinstance(default, list) else default
    return Field(name, FactType(given["type"]), frozenset(given.get("words", ())), held)


class _Reader:
    """Takes rules one by one and gathers what is wrong with them."""

    def __init__(self, vocabulary: Mapping[str, Field], stages: Mapping[str, int], effects: Mapping[str, str]) -> None:
        self.vocabulary, self.stages, self.effects = vocabulary, stages, effects
        self.rules: list[Rule] = []
        self.flaws: list[tuple[str, str, str]] = []
        self._seen: dict[str, str] = {}

    def take(self, file: str, row: Any) -> None:
        flaws = [*self._shape(row), *self._words(row)]
        if row.get("id") in self._seen:
            flaws.append(f"stands in {self._seen[row['id']]} already; give it an id of its own")
        self._seen[row.get("id", "?")] = file
        if not flaws:
            try:
                self.rules.append(self._rule(row))
                return
            except BadCondition as error:
                flaws.append(f"applies_when: {error}")
            except (ValueError, KeyError, TypeError) as error:
                flaws.append(f"cannot be read: {error}")
        self.flaws.extend((file, str(row.get("id", "?")), flaw) for flaw in flaws)

    def _shape(self, row: Any) -> list[str]:
        unknown, missing = set(row) - KEYS, KEYS - set(row)
        flaws = [f'"{name}" is not a word of a rule; known are {", ".join(sorted(KEYS))}' for name in sorted(unknown)]
        return flaws + [f"{name} is missing; add it" for name in sorted(missing)]

    def _words(self, row: Any) -> list[str]:
        flaws: list[str] = []
        for name, known in (
            ("stage", self.stages),
            ("effect", self.effects),
            ("confidence", CONFIDENCE),
            ("basis", BASIS),
        ):
            if name in row and row[name] not in known:
                flaws.append(f'{name} "{row[name]}" is not known; known are {", ".join(sorted(known))}')
        for kind in row.get("applies_to", ()):
            if kind != "any" and kind not in set(StepKind):
                flaws.append(f'applies_to "{kind}" is not a kind of step; known are {", ".join(StepKind)}')
        return flaws

    def _rule(self, row: Any) -> Rule:
        kinds = set(row["applies_to"])
        every = frozenset(StepKind) - NOT_ANY if "any" in kinds else frozenset[StepKind]()
        return Rule(
            id=str(row["id"]),
            title=str(row["title"]),
            jurisdiction=str(row["jurisdiction"]),
            applies_to=every | frozenset(StepKind(kind) for kind in kinds - {"any"}),
            actor=str(row["actor"]),
            basis=str(row["basis"]),
            stage=self.stages[row["stage"]],
            condition=compile_condition(str(row["applies_when"]), self.vocabulary),
            effect=str(row["effect"]),
            outcome=Outcome(self.effects[row["effect"]]),
            params=dict(row["params"] or {}),
            look_again=self._look(row["look_again"]),
            citation=str(row["citation"]),
            effective_from=date.fromisoformat(str(row["effective_from"])),
            effective_to=date.fromisoformat(str(row["effective_to"])) if row["effective_to"] else None,
            confidence=str(row["confidence"]),
            note=str(row["note"]),
        )

    def _look(self, given: Mapping[str, Any]) -> LookAgain:
        base = given.get("from")
        if base is not None and base not in self.vocabulary:
            raise BadCondition(f'look_again from "{base}" is not a fact of the vocabulary')
        return LookAgain(
            kind=LookKind(given["type"]),
            base=base,
            days=int(given.get("days", 0)),
            more_than=given.get("counting") == "more_than",
            blocks_if_missing=given.get("if_missing") == "block",
            by=given.get("by"),
            event=given.get("event"),
            at=time.fromisoformat(given["at"]) if given.get("at") else None,
        )


__all__ = ["BadRules", "Catalogue", "Facts", "catalogue"]
