"""A row of a rule file, checked entry by entry and made into a rule."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, time
from enum import StrEnum
from typing import Any, TypeVar

from compliance.conditions import BadCondition, compile_condition
from compliance.facts import FactType, Field, nearest_name
from compliance.rules import NOT_ANY, Actor, Basis, Confidence, LookAgain, LookKind, Outcome, Rule, Stage, StepKind
from models.documents import is_list, is_mapping

KEYS = (
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
)
OPTIONAL = ("source", "read_on")
"""Where a row was looked up, and on which date. A row that was not has neither; its date is its file's `as_known`."""

LOOK_KEYS: Mapping[LookKind, frozenset[str]] = {
    LookKind.NEVER: frozenset(),
    LookKind.NOW: frozenset(),
    LookKind.DATE: frozenset({"from", "days", "counting", "if_missing"}),
    LookKind.CLEARED: frozenset({"by", "event"}),
    LookKind.NEXT_OPENING: frozenset({"at"}),
    LookKind.NEXT_BUSINESS_DAY: frozenset(),
}
"""The entries that each kind of review requires beside its type; a `note` and a `meaning` are optional."""

LOOKS_OF_EFFECT: Mapping[str, frozenset[LookKind]] = {
    "block_until_date": frozenset({LookKind.DATE, LookKind.NEXT_BUSINESS_DAY}),
    "block_until_cleared": frozenset({LookKind.CLEARED}),
    "block_for_ever": frozenset({LookKind.NEVER}),
    "limit_count": frozenset({LookKind.DATE}),
    "limit_hours": frozenset({LookKind.NEXT_OPENING}),
    "cap_value": frozenset({LookKind.NOW}),
    "require_document": frozenset({LookKind.NOW}),
    "require_disclosure": frozenset({LookKind.NOW}),
    "deadline": frozenset({LookKind.DATE}),
    "note_only": frozenset({LookKind.NEVER, LookKind.NOW}),
}
"""The ends allowed with an effect; any other pair contradicts itself."""

STATES = frozenset(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA RI SC SD TN TX UT VT VA WA WV WI WY PR GU VI AS MP".split()
)

Word = TypeVar("Word", bound=StrEnum)


class Flaw(ValueError):
    """An error in one key of a row, and what to write instead."""

    def __init__(self, key: str | None, text: str) -> None:
        super().__init__(text)
        self.key, self.text = key, text


class RowReader:
    """Makes rules from rows. `effects`: the outcome of each effect."""

    def __init__(self, vocabulary: Mapping[str, Field], effects: Mapping[str, Outcome]) -> None:
        self.vocabulary, self.effects = vocabulary, effects

    def read(self, row: Any, as_known: date) -> Rule | list[Flaw]:
        """The rule of a row, or all errors in it. `as_known`: the date of its file."""
        if not is_mapping(row):
            return [Flaw(None, "is not a rule; a rule begins with `- id: ...`")]
        flaws: list[Flaw] = [
            *(
                Flaw(name, f'"{name}" is not a field of a rule{nearest_name(str(name), KEYS + OPTIONAL)}')
                for name in row
                if name not in KEYS + OPTIONAL
            ),
            *(Flaw(None, f"{name} is missing; add it") for name in KEYS if name not in row),
        ]
        if flaws:
            return flaws
        made: dict[str, Any] = {}
        for name in KEYS + OPTIONAL:
            try:
                made[name] = self._value(name, row[name]) if name in row else None
            except Flaw as flaw:
                flaws.append(flaw)
        flaws += _contradictions(made)
        return flaws or _rule(made, self.effects, as_known)

    def _value(self, name: str, given: Any) -> Any:
        match name:
            case "id" | "title" | "citation" | "source":
                return _text(name, given, may_be_empty=False)
            case "note":
                return _text(name, given, may_be_empty=True)
            case "jurisdiction":
                return _one_of(name, given, {"federal", "multi", *STATES})
            case "applies_to":
                return _steps(given)
            case "actor":
                return _word(name, given, Actor)
            case "basis":
                return _word(name, given, Basis)
            case "confidence":
                return _word(name, given, Confidence)
            case "stage":
                return Stage[_one_of(name, given, [stage.name.lower() for stage in Stage]).upper()]
            case "effect":
                return _one_of(name, given, self.effects)
            case "applies_when":
                try:
                    return compile_condition(_text(name, str(given), may_be_empty=False), self.vocabulary)
                except BadCondition as error:
                    raise Flaw(name, f"applies_when: {error}") from error
            case "params":
                if given is None or is_mapping(given):
                    return dict(given or {})
                raise Flaw(name, "params is not a table; write {name: value} or {}")
            case "look_again":
                return self._look(given)
            case _:
                return None if given is None and name == "effective_to" else _day(name, given)

    def _look(self, given: Any) -> LookAgain:
        key = "look_again"
        if not is_mapping(given):
            raise Flaw(key, "look_again is not a table; write {type: ...}")
        kind = LookKind(_one_of("look_again type", given.get("type"), list(LookKind), key))
        wanted = LOOK_KEYS[kind]
        said = frozenset(str(name) for name in given) - {"type", "note", "meaning"}
        if said != wanted:
            raise Flaw(key, f"look_again of type {kind} says {_listed(said)}; it must say {_listed(wanted)}")
        if kind is not LookKind.DATE:
            at = _time(given["at"]) if kind is LookKind.NEXT_OPENING else None
            return LookAgain(kind, by=given.get("by"), event=given.get("event"), at=at)
        base = _one_of("look_again from", given["from"], self._dates(), key)
        if not isinstance(given["days"], int) or given["days"] < 0:
            raise Flaw(key, "look_again days is not a whole number of days; write 30")
        return LookAgain(
            kind,
            base,
            given["days"],
            more_than=_one_of("counting", given["counting"], ("at_least", "more_than"), key) == "more_than",
            blocks_if_missing=_one_of("if_missing", given["if_missing"], ("block", "ignore"), key) == "block",
        )

    def _dates(self) -> list[str]:
        return [field.name for field in self.vocabulary.values() if field.type is FactType.DATE]


def _rule(made: Mapping[str, Any], effects: Mapping[str, Outcome], as_known: date) -> Rule:
    given = {name: value for name, value in made.items() if name not in ("applies_when", "read_on")}
    return Rule(
        **given,
        condition=made["applies_when"],
        outcome=effects[made["effect"]],
        read_on=made["read_on"],
        as_known=made["read_on"] or as_known,
    )


def _contradictions(made: Mapping[str, Any]) -> Iterator[Flaw]:
    look, effect = made.get("look_again"), made.get("effect")
    if look is not None and effect is not None and look.kind not in (fit := LOOKS_OF_EFFECT[effect]):
        yield Flaw("look_again", f"look_again {look.kind} does not go with effect {effect}; write {_listed(fit)}")
    if (made.get("source") is None) != (made.get("read_on") is None):
        yield Flaw(None, "source and read_on go together; write the source of the row and the date")
    first, last = made.get("effective_from"), made.get("effective_to")
    if first is not None and last is not None and last < first:
        yield Flaw("effective_to", f"effective_to {last} is before effective_from {first}; it is the rule's last day")


def _steps(given: Any) -> frozenset[StepKind]:
    if not is_list(given) or not given:
        raise Flaw("applies_to", "applies_to is not a list of steps; write [letter, call] or [any]")
    every = frozenset(StepKind) - NOT_ANY if "any" in given else frozenset[StepKind]()
    return every | frozenset(
        StepKind(_one_of("applies_to", kind, [*StepKind, "any"])) for kind in given if kind != "any"
    )


def _text(name: str, given: Any, *, may_be_empty: bool) -> str:
    if isinstance(given, str) and (given.strip() or may_be_empty):
        return given
    raise Flaw(name, f"{name} is empty or not text; enter text")


def _one_of(name: str, given: Any, known: Collection[str], key: str | None = None) -> str:
    if isinstance(given, str) and given in known:
        return given
    hint = nearest_name(str(given), known) or f"; known are {_listed(known)}"
    raise Flaw(key or name, f'{name} "{given}" is not known{hint}')


def _word(name: str, given: Any, words: type[Word]) -> Word:
    return words(_one_of(name, given, list(words)))


def _day(name: str, given: Any) -> date:
    try:
        return given if isinstance(given, date) else date.fromisoformat(given)
    except (TypeError, ValueError):
        raise Flaw(name, f"{name} \"{given}\" is not a date; write it as '2026-01-31'") from None


def _time(given: Any) -> time:
    try:
        return time.fromisoformat(given)
    except (TypeError, ValueError):
        raise Flaw("look_again", f"look_again at \"{given}\" is not a time of day; write it as '08:00'") from None


def _listed(words: Collection[str]) -> str:
    return ", ".join(sorted(words)) or "nothing more"
