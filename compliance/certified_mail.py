"""Which letters a state asks to be sent by certified mail: a table with citations, and the lookup. Pure."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from compliance.tables import as_day, dated_rows

TABLE = Path(__file__).with_name("certified_mail.yaml")


@dataclass(frozen=True, slots=True)
class CertifiedRow:
    """One row of the table: whose letters, of which kinds, from which date, by which law."""

    id: str
    facility_states: frozenset[str]
    person_states: frozenset[str]
    creditor_kinds: frozenset[str]
    letters: frozenset[str]
    citation: str
    effective_from: date

    def asks(self, letter: "Mailed") -> bool:
        """Whether it asks for certified mail for a letter."""
        return (
            letter.kind in self.letters
            and letter.creditor_kind in self.creditor_kinds
            and (not self.facility_states or letter.facility_state in self.facility_states)
            and (not self.person_states or letter.person_state in self.person_states)
            and letter.on >= self.effective_from
        )


@dataclass(frozen=True, slots=True)
class Mailed:
    """A letter as the table asks about it: its kind and date, its creditor, and the guarantor's state."""

    kind: str
    on: date
    creditor_kind: str
    facility_state: str
    person_state: str | None


@cache
def certified_rows() -> tuple[CertifiedRow, ...]:
    """Every row of the table."""
    return tuple(
        CertifiedRow(
            id=row["id"],
            facility_states=frozenset(row["facility_states"]),
            person_states=frozenset(row["person_states"]),
            creditor_kinds=frozenset(row["creditor_kinds"]),
            letters=frozenset(row["letters"]),
            citation=row["citation"],
            effective_from=as_day(TABLE.name, row["effective_from"]),
        )
        for row in dated_rows(TABLE).rows
    )


def certified_by(letter: Mailed) -> CertifiedRow | None:
    """The first row that asks for certified mail for a letter, or None."""
    return next((row for row in certified_rows() if row.asks(letter)), None)


def citation_of(row_id: str) -> str:
    """The citation of a row; empty for an id that is no longer in the table."""
    return next((row.citation for row in certified_rows() if row.id == row_id), "")
