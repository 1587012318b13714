"""A matter as it would be with one more fact: a trial computation that stores nothing."""

from datetime import date

from flows.estates.matters.facts import NewFact, set_fact
from flows.estates.matters.view import MatterView, matter_view
from models.database import Database
from models.ids import MatterId


def view_if(database: Database, matter_id: MatterId, fact: NewFact, today: date) -> MatterView:
    """The matter with the fact; raises what adding the fact would raise. The same command computes it."""
    with database.trial(actor="as if", business_date=today) as tx:
        set_fact(tx, matter_id, fact)
        return matter_view(tx.conn, matter_id, today)
