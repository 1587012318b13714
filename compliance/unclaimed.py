"""Unclaimed property: when a credit balance is presumed abandoned, by state (unclaimed.yaml). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from dateutil.relativedelta import relativedelta

from compliance.tables import dated_rows

TABLE = Path(__file__).with_name("unclaimed.yaml")


@dataclass(frozen=True, slots=True)
class Dormancy:
    """The years without a sign of the owner, with the law and how sure that is."""

    years: int
    citation: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Abandoned:
    """The day on which a credit balance is presumed abandoned, with the law and how sure that is."""

    on: date
    citation: str
    confidence: str


@cache
def dormancies() -> Mapping[str, Dormancy]:
    """The states whose law is known."""
    return MappingProxyType(
        {row["state"]: Dormancy(row["years"], row["citation"], row["confidence"]) for row in dated_rows(TABLE).rows}
    )


def presumed_abandoned(state: str | None, since: date) -> Abandoned | None:
    """When a credit balance of a person in a state, without a sign of them since a day, is presumed abandoned.

    None for a state whose law is not in the table.
    """
    found = dormancies().get(state or "")
    if found is None:
        return None
    return Abandoned(since + relativedelta(years=found.years), found.citation, found.confidence)
