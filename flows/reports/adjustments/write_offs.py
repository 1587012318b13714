"""What was written off or adjusted, for which reason, and by whom."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.cube import ACCOUNT, BY_CREDITOR, BY_MONTH, BY_PAYER_CLASS, LEDGER, Cube
from flows.reports.model import Asked, Chart, Column, Dimension, Group, Report, Span, Tie, Unit
from flows.reports.summaries.queries import ledger_sum_of, payer_class, recorded_on
from models import AccountEvent
from models.columns import table
from models.enums import LedgerKind
from models.events import LedgerPosted
from models.labels import actor_words, label_of, plain
from models.sql_functions import before_mark, month_text

EVENT = table(AccountEvent)

KINDS = (
    LedgerKind.WRITE_OFF.value,
    LedgerKind.DISCOUNT.value,
    LedgerKind.CONTRACTUAL.value,
    LedgerKind.TRANSFER.value,
    LedgerKind.INTEREST.value,
)


def _approver() -> sa.ColumnElement[str]:
    """Who posted an entry, from the account's history; a file's entries were posted by its import."""
    posted = sa.literal('%"external_id":"') + LEDGER.c.external_id + sa.literal('"%')
    actor = (
        sa.select(EVENT.c.actor)
        .where(
            EVENT.c.account_id == LEDGER.c.account_id,
            EVENT.c.kind == LedgerPosted.kind,
            EVENT.c.business_date == recorded_on,
            EVENT.c.data.like(posted),
        )
        .order_by(EVENT.c.seq)
        .limit(1)
        .scalar_subquery()
    )
    return before_mark(actor, " (")


def _parts(asked: Asked) -> sa.Subquery:
    query = (
        sa.select(
            LEDGER.c.id.label("entry_id"),
            LEDGER.c.account_id,
            ACCOUNT.c.creditor_id,
            payer_class.label("payer_class"),
            LEDGER.c.kind,
            LEDGER.c.source,
            LEDGER.c.reference.label("reason"),
            month_text(LEDGER.c.posted_on).label("month"),
            sa.literal(1).label("entries"),
            (-LEDGER.c.amount_cents).label("amount_cents"),
        )
        .join(ACCOUNT, ACCOUNT.c.id == LEDGER.c.account_id)
        .where(LEDGER.c.kind.in_(KINDS), LEDGER.c.posted_on.between(asked.first, asked.last))
    )
    if "approver" in (*asked.by, *asked.where):
        query = query.add_columns(_approver().label("approver"))
    return query.subquery("adjusted")


CUBE = Cube(
    parts=_parts,
    sums=(
        Column("entries", "Entries", Unit.COUNT, "Ledger entries"),
        Column(
            "amount_cents",
            "Amount",
            Unit.CENTS,
            "What they took off the balances",
        ),
    ),
    dimensions=(
        Dimension("kind", "Transaction", lambda word: label_of(LedgerKind, word), KINDS),
        Dimension("reason", "Reason", plain, without="No reason recorded"),
        Dimension("approver", "Posted by", actor_words, without="Import or schedule", user=True),
        Dimension("source", "Source", plain),
        BY_CREDITOR,
        BY_PAYER_CLASS,
        BY_MONTH,
    ),
    largest="amount_cents",
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    total = CUBE.read(conn, asked).total["amount_cents"]
    there = ledger_sum_of(conn, KINDS, asked.first, asked.last, asked.creditors)
    return [Tie("The amount equals the ledger entries of these kinds", int(str(total)), -there)]


WRITE_OFFS = Report(
    name="write-offs",
    title="Write-offs and adjustments",
    group=Group.ADJUSTMENTS,
    question="What was written off or adjusted, for which reason, and by whom?",
    span=Span.PERIOD,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out="The amount equals the ledger entries of these kinds, posted in the period.",
    ties=_ties,
    dimensions=CUBE.dimensions,
    by=("kind", "reason"),
    drill=CUBE.drill(),
    chart=Chart(("amount_cents",)),
)
