"""Unclaimed property: when a credit balance is presumed abandoned, by state (unclaimed.yaml)."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from dateutil.relativedelta import relativedelta
from pydantic import BaseModel, ConfigDict

from models.documents import read_yaml

TABLE = Path(__file__).with_name("unclaimed.yaml")


class _State(BaseModel):
    model_config = ConfigDict(extra="forbid")

    years: int
    citation: str
    confidence: str


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    as_known: date
    states: dict[str, _State]
    source: str


@dataclass(frozen=True, slots=True)
class Abandoned:
    """The day on which a credit balance is presumed abandoned, with the law and how sure that is."""

    on: date
    citation: str
    confidence: str


@cache
def _table() -> _Table:
    return _Table.model_validate(read_yaml(TABLE.read_text()))


def presumed_abandoned(state: str | None, since: date) -> Abandoned | None:
    """When a credit balance of a person in a state, without a sign of them since a day, is presumed abandoned.

    None for a state whose law is not in the table.
    """
    found = _table().states.get(state or "")
    if found is None:
        return None
    return Abandoned(since + relativedelta(years=found.years), found.citation, found.confidence)
