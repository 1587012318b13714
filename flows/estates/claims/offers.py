"""A compromise with an estate: a lower amount instead of the claim, open until a date. Above the desk's limit a manager
must approve."""

from datetime import date, timedelta

import sqlalchemy as sa

from flows.estates.matters.queries import MATTER, matter_row
from flows.settings.queries import policy_now
from models.database import Transaction
from models.errors import BadInput, NotPermitted, Refused
from models.estate_enums import MatterState
from models.labels import label, label_of, labels_of
from models.remedies import Remedy
from models.user_enums import Role
from models.values import dollars

OFFERED_IN = frozenset({MatterState.FILED, MatterState.DISALLOWED, MatterState.ALLOWED_IN_PART, MatterState.SUIT_FILED})
FURTHEST_DAYS = 120


def offer(tx: Transaction, matter_id: int, amount_cents: int, until: date, role: Role) -> None:
    """Record an offer; the document `compromise-offer` states it. Raises Refused.

    The practice's limit for each role caps the discount. An offer below the desk's limit must be made by a manager.
    """
    row = matter_row(tx.conn, matter_id, lock=True)
    if MatterState(row.state) not in OFFERED_IN:
        raise Refused(
            f"an offer can't be made while the state of matter {matter_id} is {label_of(MatterState, row.state)}",
            f"the state must be {labels_of(OFFERED_IN)}",
        )
    if role not in (Role.ESTATE_DESK, Role.MANAGER):
        raise NotPermitted(f"only the estate desk or a manager can make an offer, not the role {label(role)}")
    if not 0 < amount_cents < row.claim_cents:
        raise BadInput(f"{dollars(amount_cents)} is not between $0 and the claim of {dollars(row.claim_cents)}")
    latest = tx.business_date + timedelta(FURTHEST_DAYS)
    if not tx.business_date < until <= latest:
        raise BadInput(f"the offer must end between tomorrow and {latest}, not on {until}")
    if row.sue_by_on is not None and tx.business_date <= row.sue_by_on <= until:
        raise Refused(
            f"the claim was disallowed, and the last day to sue is {row.sue_by_on}",
            "the offer must end before that date, or the right to sue is lost while it is open",
        )
    percent = policy_now(tx.conn).estate_compromise_percent
    waived = row.claim_cents - amount_cents
    if role is not Role.MANAGER and waived * 100 > row.claim_cents * percent:
        least = row.claim_cents - row.claim_cents * percent // 100
        raise NotPermitted(
            f"the estate desk may discount a claim by {percent}%, down to {dollars(least)}",
            "a manager can offer less",
            remedy=Remedy.AS_MANAGER,
        )
    values = {
        "offer_cents": amount_cents,
        "offer_until": until,
        "offer_approved_by": tx.actor,
        "review_on": tx.business_date,
        "version": MATTER.c.version + 1,
    }
    tx.conn.execute(sa.update(MATTER).where(MATTER.c.id == matter_id).values(**values))
