"""A matter with all the data for its documents, read once."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from flows.estates.matters.queries import (
    claimable_rows,
    creditor_of,
    dates_of,
    fact_values,
    facts_of,
    papers_of,
    parties_of,
    payers_open,
)
from flows.people.queries import person_of
from models.columns import AnyRow
from models.estate_enums import EstateFactName


@dataclass(frozen=True, slots=True)
class MatterFile:
    """A matter with all the data for its documents."""

    matter: AnyRow
    person: AnyRow
    creditor: AnyRow
    accounts: tuple[AnyRow, ...]
    pending: frozenset[int]
    facts: dict[EstateFactName, str]
    fact_rows: tuple[AnyRow, ...]
    parties: tuple[AnyRow, ...]
    papers: tuple[AnyRow, ...]
    dates: tuple[AnyRow, ...]


def matter_file_of(conn: Connection, matter: AnyRow) -> MatterFile:
    """Read the data for a matter's documents."""
    accounts = claimable_rows(conn, matter)
    facts = facts_of(conn, matter.id)
    return MatterFile(
        matter,
        person_of(conn, matter.person_id),
        creditor_of(conn, matter.creditor_id),
        tuple(accounts),
        frozenset(payers_open(conn, [one.id for one in accounts])),
        fact_values(facts),
        tuple(facts),
        tuple(parties_of(conn, matter.id)),
        tuple(papers_of(conn, matter.id)),
        tuple(dates_of(conn, matter.id)),
    )
