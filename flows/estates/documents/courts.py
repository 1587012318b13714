"""The court of a county and the caption of its papers: a table of the practice. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from compliance.counties import county_key
from compliance.nonclaim_table import STATES
from flows.settings.tables.reading import read_words, refuse
from flows.settings.tables.words import Money, Text
from models.values import dollars

SHIPPED = Path(__file__).with_name("probate-courts.yaml")

TABLE = "probate-courts"
"""Its name among the practice's tables."""

Line: TypeAlias = Annotated[str, Field(min_length=1, max_length=120)]
Sure: TypeAlias = Literal["high", "medium", "low"]


class CounselPlace(StrEnum):
    """Where the attorney's block stands in a court paper."""

    TOP = "top"
    END = "end"


class Sourced(Text):
    """Where a row was read, when, and how sure it is."""

    source: Annotated[str, Field(min_length=1, max_length=300)]
    read_on: date
    confidence: Sure


class StateText(Sourced):
    """The caption of a state: its pattern for every county."""

    court: Annotated[list[Line], Field(min_length=1, max_length=4)]
    before: Line
    after: Line
    number: Line
    bar: Line
    counsel: CounselPlace = CounselPlace.END


class CountyText(Sourced):
    """The court of one county; what is left out is as in the state's pattern, or not known."""

    court: Annotated[list[Line], Field(min_length=1, max_length=4)] | None = None
    address: Line | None = None
    fee: Money | None = None
    fee_for: Line | None = None


class CourtsText(Text):
    """The whole table."""

    states: dict[str, StateText] = Field(default_factory=dict[str, StateText])
    counties: dict[str, dict[str, CountyText]] = Field(default_factory=dict[str, dict[str, CountyText]])


@dataclass(frozen=True, slots=True)
class ProbateCourt:
    """The court of an estate: the lines of its name, and around the decedent's name; address and fee if known. `own`:
    whether its county has a row of its own, and not only the state's pattern."""

    lines: tuple[str, ...]
    before: str
    after: str
    number_label: str
    bar_label: str
    counsel: CounselPlace
    address: str
    fee_cents: int | None
    fee_for: str
    source: str
    confidence: str
    own: bool

    @property
    def name(self) -> str:
        """The court on one line."""
        return ", ".join(self.lines)

    @property
    def fee_said(self) -> str:
        """The filing fee with what it is for; empty if it is not known."""
        if self.fee_cents is None:
            return ""
        return f"{dollars(self.fee_cents)} ({self.fee_for})" if self.fee_for else dollars(self.fee_cents)


@dataclass(frozen=True, slots=True)
class Courts:
    """The table: patterns by state, courts by state and county key."""

    states: Mapping[str, StateText]
    counties: Mapping[tuple[str, str], CountyText]

    def of(self, state: str | None, county: str) -> ProbateCourt | None:
        """The court of a county; None if the state has no pattern, or the county is not known."""
        pattern, key = self.states.get(state or ""), county_key(county)
        if pattern is None or not key:
            return None
        row = self.counties.get((state or "", key))
        named = " ".join(word[:1].upper() + word[1:] for word in key.split())
        lines = pattern.court if row is None or row.court is None else row.court
        said: Sourced = pattern if row is None else row
        return ProbateCourt(
            tuple(line.replace("{county}", named) for line in lines),
            pattern.before,
            pattern.after,
            pattern.number,
            pattern.bar,
            pattern.counsel,
            "" if row is None else row.address or "",
            None if row is None or row.fee is None else int(row.fee * Decimal(100)),
            "" if row is None else row.fee_for or "",
            said.source,
            said.confidence,
            row is not None,
        )


@lru_cache(16)
def courts_from(text: str, file: str = TABLE) -> Courts:
    """The courts of a text. Raises BadSchedule with every invalid entry, each with its line."""
    words, document = read_words(text, file, CourtsText)
    for part, states in (("states", words.states), ("counties", words.counties)):
        for state in states:
            if state not in STATES:
                raise refuse(file, document, (part, state), "is not a state; enter two letters, such as OH")
    for state in words.counties:
        if state not in words.states:
            raise refuse(file, document, ("counties", state), "has no pattern under states; add one")
    counties = {(state, county_key(name)): row for state, rows in words.counties.items() for name, row in rows.items()}
    if len(counties) != sum(map(len, words.counties.values())):
        raise refuse(file, document, ("counties",), "has a county twice, with and without its ending; remove one")
    return Courts(words.states, counties)
