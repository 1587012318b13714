"""Which tables a manager can edit, and how each is read and published."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.calls import dispositions, scoring
from flows.estates.liability import approved
from flows.settings.tables.commands import publish_text
from models.database import Transaction
from models.errors import NotFound


@dataclass(frozen=True, slots=True)
class PracticeTable:
    """A table that a manager can change: its title, the shipped text, and how a text is checked."""

    says: str
    shipped: Path
    read: Callable[[str, str], Any]


TABLES: Mapping[str, PracticeTable] = {
    "call-scoring": PracticeTable("Call priority", scoring.SHIPPED, scoring.scoring_from),
    "dispositions": PracticeTable("Call results (dispositions)", dispositions.SHIPPED, dispositions.dispositions_from),
    approved.TABLE: PracticeTable("Counsel's approvals to bill a spouse", approved.SHIPPED, approved.approved_from),
}


def table_named(name: str) -> PracticeTable:
    """A table by its name. Raises NotFound."""
    if name not in TABLES:
        raise NotFound(f'there is no table "{name}"', f"the tables are {', '.join(TABLES)}")
    return TABLES[name]


def publish_table(tx: Transaction, name: str, text: str, file: str) -> int:
    """Check a table and make it the one in force; returns its version. Raises NotFound or BadSchedule."""
    table_named(name).read(text, file)
    return publish_text(tx, name, text)
