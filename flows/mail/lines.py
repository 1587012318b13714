"""The lines that states ask for in letters: a table with citations, and the lookup."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

TABLE = Path(__file__).with_name("state_lines.yaml")


@dataclass(frozen=True, slots=True)
class StateLine:
    """One line, under the name that the rules look for, in the languages of the house."""

    attachment: str
    states: frozenset[str]
    citation: str
    texts: tuple[tuple[str, str], ...]

    def text(self, language: str) -> str:
        """The line in a language, in English where it has none of its own."""
        known = dict(self.texts)
        return known.get(language, known["en"])


@cache
def state_lines() -> tuple[StateLine, ...]:
    """Every line of the table."""
    rows = YAML(typ="safe").load(TABLE.read_text("utf-8"))
    return tuple(
        StateLine(
            attachment=row["attachment"],
            states=frozenset(row["states"]),
            citation=row["citation"],
            texts=tuple((language, row[language].strip()) for language in ("en", "es")),
        )
        for row in rows
    )


@cache
def lines_for(person_state: str | None, facility_state: str | None) -> tuple[StateLine, ...]:
    """The lines for a letter: those of the guarantor's state and of the facility's."""
    return tuple(line for line in state_lines() if line.states & {person_state, facility_state})
