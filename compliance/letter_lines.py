"""The lines that states require in letters: a table with citations, and the lookup."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from compliance.tables import dated_rows

TABLE = Path(__file__).with_name("letter_lines.yaml")


@dataclass(frozen=True, slots=True)
class StateLine:
    """A sentence that a state requires, in English and in Spanish."""

    en: str
    es: str


@dataclass(frozen=True, slots=True)
class NamedLine:
    """One line, under the name that the rules use."""

    attachment: str
    states: frozenset[str]
    citation: str
    text: StateLine


@cache
def state_lines() -> tuple[NamedLine, ...]:
    """Every line of the table."""
    return tuple(
        NamedLine(
            attachment=row["attachment"],
            states=frozenset(row["states"]),
            citation=row["citation"],
            text=StateLine(row["en"].strip(), row["es"].strip()),
        )
        for row in dated_rows(TABLE).rows
    )


@cache
def lines_for(person_state: str | None, facility_state: str | None) -> tuple[NamedLine, ...]:
    """The lines for a letter: those of the guarantor's state and of the facility's."""
    return tuple(line for line in state_lines() if line.states & {person_state, facility_state})
