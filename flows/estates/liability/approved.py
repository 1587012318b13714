"""Where the practice's counsel approved billing a surviving spouse: a table, empty as shipped. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field

from compliance.spouses import Liable, SpouseLaw, spouse_laws
from flows.settings.tables.reading import read_words, refuse
from flows.settings.tables.words import Text

SHIPPED = Path(__file__).with_name("spouses-approved.yaml")

TABLE = "spouses"
"""Its name among the practice's tables."""


class ApprovalText(Text):
    """Counsel's approval for one state."""

    by: Annotated[str, Field(min_length=1, max_length=200)]
    on: date
    until: date | None = None
    note: str = ""


class ApprovedText(Text):
    """The whole table."""

    approved: dict[str, ApprovalText] = Field(default_factory=dict[str, ApprovalText])


@dataclass(frozen=True, slots=True)
class Approval:
    """Counsel's approval for a state: by whom, on which date, and until when."""

    by: str
    on: date
    until: date | None = None

    def holds(self, today: date) -> bool:
        """Whether it was approved by that day and has not expired."""
        return self.on <= today and (self.until is None or today <= self.until)


class SpouseRow(NamedTuple):
    """A state in which a spouse may be liable: its law, and counsel's approval, if there is one.

    `is_approved`: whether the practice may bill a spouse there on the day.
    """

    law: SpouseLaw
    approval: ApprovalText | None
    is_approved: bool


def spouse_rows(text: str, today: date) -> list[SpouseRow]:
    """The states whose law makes a spouse liable, the approved ones first. Raises BadSchedule."""
    words, _ = read_words(text, TABLE, ApprovedText)
    approved = approved_from(text)
    rows = [
        SpouseRow(law, words.approved.get(state), state in approved and approved[state].holds(today))
        for state, law in spouse_laws().items()
        if law.kind is not Liable.NONE
    ]
    return sorted(rows, key=lambda row: (row.approval is None, row.law.name))


@lru_cache(16)
def approved_from(text: str, file: str = TABLE) -> Mapping[str, Approval]:
    """The approvals of a text by state. Raises BadSchedule with every invalid entry, each with its line."""
    words, document = read_words(text, file, ApprovedText)
    laws = spouse_laws()
    for state, one in words.approved.items():
        if state not in laws:
            raise refuse(file, document, ("approved", state), "is not a state; enter two letters, such as IL")
        if laws[state].kind is Liable.NONE:
            message = f"a spouse is not liable there ({laws[state].citation}); correct compliance/spouses.yaml first"
            raise refuse(file, document, ("approved", state), message)
        if one.until is not None and one.until < one.on:
            raise refuse(file, document, ("approved", state, "until"), f"is before {one.on}; correct one of them")
    return {state: Approval(one.by, one.on, one.until) for state, one in words.approved.items()}
