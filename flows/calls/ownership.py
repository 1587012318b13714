"""The owner of a guarantor: the collector who has an agreement with them gets their next call."""

import sqlalchemy as sa

from models import CallOwner, Collector
from models.columns import table
from models.database import Transaction
from models.ids import CreditorId, PersonId

CALL_OWNER = table(CallOwner)
COLLECTOR = table(Collector)


def own(
    tx: Transaction, guarantor_id: PersonId, creditor_id: CreditorId, why: str, collector: str | None = None
) -> bool:
    """Assign a guarantor's calls to a collector, by default to the actor; returns whether that is a collector of the
    practice.
    """
    name = collector or tx.actor
    if tx.conn.execute(sa.select(COLLECTOR.c.name).where(COLLECTOR.c.name == name)).first() is None:
        return False
    mine = sa.and_(CALL_OWNER.c.guarantor_id == guarantor_id, CALL_OWNER.c.creditor_id == creditor_id)
    tx.conn.execute(sa.delete(CALL_OWNER).where(mine))
    row = {
        "guarantor_id": guarantor_id,
        "creditor_id": creditor_id,
        "collector": name,
        "since": tx.business_date,
        "why": why,
    }
    tx.insert(CallOwner, [row])
    return True
