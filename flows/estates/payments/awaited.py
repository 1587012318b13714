"""What an estate still has to pay of the allowed or agreed amount, since when, and how many reminders were sent."""

from datetime import date

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.estates.matters.queries import PAPER, accounts_of_matter, claimable_rows, owed_on
from flows.estates.payments.decide import Waiting
from flows.estates.payments.ledger import paid_cents
from flows.ledger.checks import ESTATE as SOURCE
from flows.ledger.queries import LEDGER
from letters.estate.data import Awaited
from models import AccountEvent
from models.columns import AnyRow, in_keys, table
from models.enums import LedgerKind
from models.errors import Refused
from models.estate_enums import MatterState
from models.estate_events import MatterMoved

EVENT = table(AccountEvent)

KIND = "payment-reminder"
"""The document type of a reminder to a representative."""

ABOUT_SHARE = (
    "the estate is insolvent, so no reminder for the full allowed amount is sent. Ask the representative of the estate "
    "when it distributes, and what our class receives"
)


def waiting_of(conn: Connection, matter: AnyRow, every_days: int) -> Waiting:
    """A matter that awaits payment, for reminders."""
    began, paid_on = _began(conn, matter), _paid_on(conn, matter.id)
    query = sa.select(PAPER.c.made_on).where(
        PAPER.c.matter_id == matter.id, PAPER.c.kind == KIND, PAPER.c.made_on >= began
    )
    reminded = tuple(conn.execute(query.order_by(PAPER.c.serial)).scalars())
    return Waiting(max(began, paid_on or began), reminded, every_days)


def awaited_of(conn: Connection, matter: AnyRow) -> Awaited | None:
    """The amount a reminder asks for; None if the matter awaits no payment, or nothing is left of it.

    Raises Refused for an insolvent estate: it pays a share, so no reminder asks for the whole allowed amount.
    """
    if MatterState(matter.state) is not MatterState.AWAITING_PAYMENT:
        return None
    if is_insolvent(conn, matter.id):
        raise Refused(ABOUT_SHARE)
    amount = owed_on(claimable_rows(conn, matter))
    if matter.allowed_cents is not None:
        amount = min(amount, matter.allowed_cents - paid_cents(conn, matter.id))
    waiting = waiting_of(conn, matter, 0)
    return Awaited(amount, waiting.since_on, len(waiting.reminded) + 1) if amount > 0 else None


def is_insolvent(conn: Connection, matter_id: int) -> bool:
    """Whether a matter moved to Awaiting payment from Insolvent: the estate cannot pay all claims."""
    mine = in_keys(EVENT.c.account_id, accounts_of_matter(conn, matter_id))
    moves = sa.select(EVENT.c.data).where(mine, EVENT.c.kind == MatterMoved.kind)
    for data in conn.execute(moves.order_by(EVENT.c.at.desc(), EVENT.c.seq.desc())).scalars():
        move = orjson.loads(data)
        if move["matter"] == matter_id and move["after"] == MatterState.AWAITING_PAYMENT.value:
            return move["before"] == MatterState.INSOLVENT.value
    return False


def _began(conn: Connection, matter: AnyRow) -> date:
    """The date of the last step: while a payment is awaited, the date on which that began."""
    query = sa.select(sa.func.max(EVENT.c.business_date)).where(
        in_keys(EVENT.c.account_id, accounts_of_matter(conn, matter.id)), EVENT.c.kind == MatterMoved.kind
    )
    return conn.execute(query).scalar() or matter.opened_on


def _paid_on(conn: Connection, matter_id: int) -> date | None:
    query = sa.select(sa.func.max(LEDGER.c.posted_on)).where(
        in_keys(LEDGER.c.account_id, accounts_of_matter(conn, matter_id)),
        LEDGER.c.source == SOURCE,
        LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value,
    )
    return conn.execute(query).scalar()
