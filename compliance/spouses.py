"""Whether state law makes a surviving spouse liable for a deceased patient's care, read from spouses.yaml. Pure.

    law = spouse_of_law("OH", today)    # law.kind, law.conditions, law.citation

A row alone permits no action: counsel must approve a state first (`flows.estates.liability.approved`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml.error import MarkedYAMLError

from compliance.nonclaim_table import STATES
from compliance.tables import BadTable
from models.documents import flaw_of, is_list, is_mapping, read_yaml

TABLE = Path(__file__).with_name("spouses.yaml")


class Liable(StrEnum):
    """The grounds on which a surviving spouse may be liable; `spouses.yaml` explains each kind."""

    COMMUNITY_PROPERTY = "community_property"
    NECESSARIES = "necessaries"
    FAMILY_EXPENSE = "family_expense"
    NONE = "none"


class Condition(StrEnum):
    """The conditions before a spouse is asked for payment."""

    ESTATE_FIRST = "estate_first"
    CLAIM_FIRST = "claim_first"
    DURING_MARRIAGE = "during_marriage"
    LIVING_TOGETHER = "living_together"


@dataclass(frozen=True, slots=True)
class SpouseLaw:
    """One state's row. It applies from `begins` until `ends`, if set; `as_of`: the date it was written for."""

    state: str
    name: str
    kind: Liable
    conditions: frozenset[Condition]
    citation: str
    as_of: date
    confidence: str
    note: str
    begins: date | None
    ends: date | None

    def holds(self, today: date) -> bool:
        """Whether the row applies on a day."""
        return (self.begins is None or self.begins <= today) and (self.ends is None or today <= self.ends)


_NEEDED = ("name", "kind", "citation", "as_of", "confidence")
_KNOWN = frozenset({*_NEEDED, "conditions", "note", "from", "until"})
_CONFIDENCE = ("high", "medium", "low")


def read_spouses(text: str, name: str = TABLE.name) -> Mapping[str, SpouseLaw]:
    """The rows of a table by state. Raises BadTable with all errors, each with its line."""
    try:
        # With its lines: the table is small, and read once.
        found: Any = read_yaml(text, "rt")
    except MarkedYAMLError as error:
        line, problem = flaw_of(error)
        raise BadTable(f"{name}:{line}: is not valid YAML here: {problem}; also check the lines above") from error
    states = found["states"] if is_mapping(found) and set(found) == {"states"} else None
    if not is_mapping(states):
        raise BadTable(f"{name}:1: it must contain only states, each with its row")
    flaws: list[str] = []
    rows: dict[str, SpouseLaw] = {}
    lines: Any = found["states"].lc
    for state, row in states.items():
        line = lines.key(state)[0] + 1
        wrong = list(_flaws(state, row))
        flaws += [f"{name}:{line}, {state}: {one}" for one in wrong]
        if not wrong:
            rows[state] = _law(state, row)
    if flaws:
        raise BadTable("\n".join(flaws))
    return rows


def _flaws(state: Any, row: Any) -> Iterator[str]:
    if state not in STATES:
        yield "is not a state; write two letters"
    if not is_mapping(row):
        yield "write fields and their values, such as {name: Ohio, kind: necessaries}"
        return
    for word in sorted(set(row) - _KNOWN):
        yield f"{word} is not known{_nearest(word, sorted(_KNOWN))}"
    for needed in _NEEDED:
        if row.get(needed) in (None, ""):
            yield f"{needed} is missing; write it"
    for word, words in (("kind", tuple(Liable)), ("confidence", _CONFIDENCE)):
        if row.get(word) is not None and row[word] not in words:
            yield f'{word} is "{row[word]}"{_nearest(str(row[word]), words)}'
    for word in ("as_of", "from", "until"):
        if row.get(word) is not None and not isinstance(row[word], date):
            yield f'{word} is "{row[word]}"; write a date such as 2026-01-31'
    yield from _flaws_of_conditions(row)


def _flaws_of_conditions(row: Any) -> Iterator[str]:
    given = row.get("conditions", [])
    if not is_list(given):
        yield "conditions is a list, such as [estate_first, during_marriage]"
        return
    for one in given:
        if one not in tuple(Condition):
            yield f'condition "{one}" is not known{_nearest(str(one), tuple(Condition))}'
    if (row.get("kind") == Liable.NONE) != (given == []):
        yield "conditions are written where a spouse may owe, during_marriage at the least, and nowhere else"


def _nearest(word: str, words: tuple[str, ...] | list[str]) -> str:
    near = get_close_matches(word, words, 1)
    return f'; did you mean "{near[0]}"?' if near else f"; write one of {', '.join(words)}"


def _law(state: str, row: Any) -> SpouseLaw:
    return SpouseLaw(
        state=state,
        name=str(row["name"]),
        kind=Liable(row["kind"]),
        conditions=frozenset(Condition(one) for one in row.get("conditions", [])),
        citation=str(row["citation"]),
        as_of=row["as_of"],
        confidence=str(row["confidence"]),
        note=str(row.get("note") or ""),
        begins=row.get("from"),
        ends=row.get("until"),
    )


@cache
def spouse_laws() -> Mapping[str, SpouseLaw]:
    """The rows of the shipped table, read once. Raises BadTable if a state has none."""
    rows = read_spouses(TABLE.read_text("utf-8"))
    if missing := sorted(STATES - set(rows)):
        raise BadTable(f"{TABLE.name}:1: every state, DC and PR must have a row; missing: {', '.join(missing)}")
    return rows


def spouse_of_law(state: str, today: date) -> SpouseLaw | None:
    """A state's law about a surviving spouse on a day; None if no row applies."""
    law = spouse_laws().get(state)
    return law if law is not None and law.holds(today) else None
