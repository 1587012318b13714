"""When a delinquent payment plan may end: the state's days to make up payments, in addition to the practice's. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from compliance.tables import dated_rows

TABLE = Path(__file__).with_name("plan_notices.yaml")

POLICY_DAYS = 14
"""Days from the date of the notice that apply to everyone, in every state."""


class CountsFrom(StrEnum):
    """The date from which the days run."""

    MISSED = "missed"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class PlanNotice:
    """A state's days before a plan may end. Without creditor kinds it binds every creditor."""

    state: str
    days: int
    counts_from: CountsFrom
    creditor_kinds: frozenset[str]
    citation: str
    effective_from: date
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class MadeUpBy:
    """The last day to make up missed payments, with its citation."""

    day: date
    citation: str


@cache
def plan_notices(table: Path = TABLE) -> tuple[PlanNotice, ...]:
    """The rows of the table, read once."""
    return tuple(
        PlanNotice(
            state=str(row["state"]),
            days=int(row["days"]),
            counts_from=CountsFrom(row["from"]),
            creditor_kinds=frozenset(row["creditor_kinds"]),
            citation=str(row["citation"]),
            effective_from=date.fromisoformat(row["effective_from"]),
            confidence=str(row["confidence"]),
            note=str(row["note"]),
        )
        for row in dated_rows(table).rows
    )


def made_up_by(states: Sequence[str | None], creditor_kind: str, missed_since: date, noticed_on: date) -> MadeUpBy:
    """The last day to make up the missed payments of a plan before it may end.

    `states` are the person's and the facility's: either is enough. The latest of all that apply controls.
    """
    found = [MadeUpBy(noticed_on + timedelta(days=POLICY_DAYS), "practice policy")]
    for row in plan_notices():
        binds = not row.creditor_kinds or creditor_kind in row.creditor_kinds
        if row.state in states and binds and row.effective_from <= noticed_on:
            base = missed_since if row.counts_from is CountsFrom.MISSED else noticed_on
            found.append(MadeUpBy(base + timedelta(days=row.days), row.citation))
    return max(found, key=lambda one: one.day)
