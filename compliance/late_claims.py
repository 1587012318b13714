"""What can still be done once a deadline of an estate has passed, read from late_claims.yaml. Pure.

remedies = late_remedies("FL", claim=True, died_on=date(2026, 2, 1), deadline_on=date(2026, 9, 1), today=today)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from dateutil.relativedelta import relativedelta

from compliance.nonclaim_table import STATES, UNITS
from compliance.tables import BadTable
from models.documents import is_list, is_mapping, read_yaml

TABLE = Path(__file__).with_name("late_claims.yaml")

_CONFIDENCE = ("high", "medium", "low")
_TEXTS = ("says", "citation", "source")


class LateKind(StrEnum):
    """What a late claimant can still do; late_claims.yaml explains each."""

    LATE_PETITION = "late_petition"
    EXCUSABLE_NEGLECT = "excusable_neglect"
    ACTUAL_NOTICE = "actual_notice"
    REMAINING_ASSETS = "remaining_assets"
    NONPROBATE = "nonprobate"
    NOTHING = "nothing"


LABELS: Mapping[LateKind, str] = {
    LateKind.LATE_PETITION: "Petition for leave to file late",
    LateKind.EXCUSABLE_NEGLECT: "Excusable neglect",
    LateKind.ACTUAL_NOTICE: "No actual notice",
    LateKind.REMAINING_ASSETS: "Assets not yet distributed",
    LateKind.NONPROBATE: "Nonprobate assets",
    LateKind.NOTHING: "No remedy in the law of this state",
}
"""What people read for each kind."""


class Since(StrEnum):
    """The date from which the time of a remedy runs."""

    DEATH = "death"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class Until:
    """How long a remedy is open."""

    since: Since
    after: relativedelta


@dataclass(frozen=True, slots=True)
class LateRemedy:
    """A way that may still be open, its citation, where that was read, and how sure it is."""

    kind: LateKind
    says: str
    citation: str
    source: str
    read_on: date
    confidence: str
    until: Until | None = None

    def ends_on(self, died_on: date | None, deadline_on: date | None) -> date | None:
        """The last day of the remedy; None if it has none, or its first day is not known."""
        start = None if self.until is None else died_on if self.until.since is Since.DEATH else deadline_on
        return None if start is None or self.until is None else start + self.until.after


@dataclass(frozen=True, slots=True)
class LateTable:
    """The whole table: what holds in every state, and by state."""

    as_known: date
    everywhere: tuple[LateRemedy, ...]
    states: Mapping[str, tuple[LateRemedy, ...]]


def read_late_claims(text: str) -> LateTable:
    """The table from its text. Raises BadTable for an invalid entry, with its place."""
    found: Any = read_yaml(text)
    if not is_mapping(found) or not isinstance(found.get("as_known"), date):
        raise BadTable(f"{TABLE.name}: as_known (a date), everywhere and states are required")
    states: Any = found.get("states")
    everywhere: Any = found.get("everywhere")
    if not is_mapping(states) or not is_mapping(everywhere):
        raise BadTable(f"{TABLE.name}: everywhere and states must each be a mapping")
    unknown = sorted(str(state) for state in states if state not in STATES)
    if unknown:
        raise BadTable(f"{TABLE.name}, states: {', '.join(unknown)} is not a state; enter two letters, such as FL")
    rows = {str(state): _rows(f"states.{state}", value) for state, value in states.items()}
    return LateTable(found["as_known"], _rows("everywhere.claim", everywhere.get("claim")), rows)


def _rows(where: str, value: Any) -> tuple[LateRemedy, ...]:
    if not is_list(value):
        raise BadTable(f"{TABLE.name}, {where}: must be a list of entries")
    return tuple(_row(f"{where}[{place}]", one) for place, one in enumerate(value))


def _row(where: str, row: Any) -> LateRemedy:
    if not is_mapping(row) or row.get("kind") not in tuple(LateKind):
        raise BadTable(f"{TABLE.name}, {where}: kind must be one of {', '.join(LateKind)}")
    lacks = [name for name in _TEXTS if not isinstance(row.get(name), str) or not row[name]]
    if lacks or not isinstance(row.get("read_on"), date) or row.get("confidence") not in _CONFIDENCE:
        raise BadTable(f"{TABLE.name}, {where}: {', '.join(_TEXTS)}, read_on (a date) and confidence are required")
    return LateRemedy(
        LateKind(row["kind"]),
        row["says"],
        row["citation"],
        row["source"],
        row["read_on"],
        row["confidence"],
        None if row.get("until") is None else _until(where, row["until"]),
    )


def _until(where: str, value: Any) -> Until:
    given = [unit for unit in UNITS if is_mapping(value) and isinstance(value.get(unit), int) and value[unit] > 0]
    if len(given) != 1 or value.get("from") not in tuple(Since):
        raise BadTable(
            f"{TABLE.name}, {where}: until needs from ({', '.join(Since)}) and one number of {', '.join(UNITS)}"
        )
    return Until(Since(value["from"]), relativedelta(**{given[0]: value[given[0]]}))


@cache
def late_claims() -> LateTable:
    """The shipped table, read once."""
    return read_late_claims(TABLE.read_text("utf-8"))


def late_remedies(
    state: str | None, died_on: date | None, deadline_on: date | None, today: date
) -> tuple[LateRemedy, ...]:
    """What may still be open to a claim that is late: the state's own entries first. Where the law of the state has
    none, that is the only one. Empty: nothing was looked up for the state."""
    table = late_claims()
    own = [one for one in table.states.get(state or "", ()) if _open(one, died_on, deadline_on, today)]
    if any(one.kind is LateKind.NOTHING for one in own):
        return tuple(own)
    return (*own, *table.everywhere)


def _open(one: LateRemedy, died_on: date | None, deadline_on: date | None, today: date) -> bool:
    last = one.ends_on(died_on, deadline_on)
    return last is None or today <= last
