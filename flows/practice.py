"""One installation of pastdue: its database, its settings, its templates."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from flows.users.queries import anybody_signs_in
from letters.docx.shelf import SHIPPED, Shelf
from models.database import Database
from models.environment import Settings


@dataclass(frozen=True, slots=True)
class Practice:
    """The database of a practice, with the settings and templates around it."""

    database: Database
    settings: Settings
    shelf: Shelf

    def is_at_work(self, conn: Connection) -> bool:
        """Whether a practice uses this database: it has users, and it is not the demonstration."""
        return anybody_signs_in(conn) and not self.settings.is_made_up


def practice_of(database: Database, settings: Settings) -> Practice:
    """The practice around a database: its own templates first, then the shipped ones."""
    own = (settings.templates,) if settings.templates.is_dir() else ()
    return Practice(database, settings, Shelf((*own, SHIPPED)))
