"""Who paid after a letter, by its kind and version."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.collections.attribution import LETTER, SENT, template_version
from flows.reports.collections.collections import read_channel, read_version
from flows.reports.cube import (
    BY_CREDITOR,
    BY_MONTH,
    EVERY,
    LEDGER,
    LETTER_ACCOUNT,
    Cube,
    Derived,
    count_if,
    count_of,
    percent,
    within_month,
)
from flows.reports.model import Asked, Chart, Column, Dimension, Group, Report, Span, Tie, Unit
from models.enums import Channel, LedgerKind
from models.labels import letter_label
from models.sql_functions import days_between, month_text
from models.step_words import step_name

DAYS = (7, 14, 30)
NOTE = "A payment after two letters counts for both, and letters of the last 30 days may still be answered"


def _letters(asked: Asked) -> sa.Subquery:
    """The letters of the period, or of a month or a kind of it.

    The limit makes SQLite begin with them, and not with all letters there are.
    """
    asked = within_month(asked)
    kind = asked.where.get("letter")
    query = sa.select(
        LETTER.c.id,
        LETTER.c.sent_on,
        LETTER.c.creditor_id,
        LETTER.c.kind.label("letter"),
        template_version().label("letter_version"),
        LETTER.c.channel,
        LETTER.c.language,
        month_text(LETTER.c.sent_on).label("month"),
    ).where(LETTER.c.sent_on.between(asked.first, asked.last), LETTER.c.state.in_(SENT))
    if kind is not None:
        query = query.where(LETTER.c.kind == kind)
    return query.limit(EVERY).subquery("letters")


def _sent(asked: Asked) -> sa.Subquery:
    """Each account in a letter, with the payments of the thirty days after it: the first day, and the sum."""
    letters = _letters(asked)
    after = days_between(letters.c.sent_on, LEDGER.c.posted_on)
    paid = sa.and_(
        LEDGER.c.account_id == LETTER_ACCOUNT.c.account_id,
        LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value,
        LEDGER.c.amount_cents < 0,
        LEDGER.c.posted_on >= letters.c.sent_on,
        after <= DAYS[-1],
    )
    keys = (*letters.c, LETTER_ACCOUNT.c.account_id, LETTER_ACCOUNT.c.step)
    cents = sa.func.coalesce(-sa.func.sum(LEDGER.c.amount_cents), 0).label("paid_cents")
    return (
        sa.select(*keys, sa.func.min(after).label("days"), cents)
        .select_from(letters.join(LETTER_ACCOUNT, LETTER_ACCOUNT.c.letter_id == letters.c.id).outerjoin(LEDGER, paid))
        .group_by(*keys)
        .subquery("sent")
    )


def _parts(asked: Asked) -> sa.Subquery:
    sent = _sent(asked)
    within = [count_if(sent.c.days <= days).label(f"within_{days}") for days in DAYS]
    names = [name for name in sent.c if name.name not in ("id", "sent_on", "days")]
    return sa.select(*names, sa.literal(1).label("accounts"), *within).subquery("answered")


def _behind(asked: Asked, measure: str) -> sa.Subquery | None:
    """The accounts that were written to, without their payments."""
    if measure != "accounts":
        return None
    letters = _letters(asked)
    return (
        sa.select(*letters.c, LETTER_ACCOUNT.c.account_id, LETTER_ACCOUNT.c.step, sa.literal(1).label("accounts"))
        .join(LETTER_ACCOUNT, LETTER_ACCOUNT.c.letter_id == letters.c.id)
        .subquery("written")
    )


def _share(days: int) -> Derived:
    meaning = f"The share with a payment within {days} days"
    column = Column(f"within_{days}_percent", f"{days} days (%)", Unit.PERCENT, meaning)
    return Derived(column, percent(f"within_{days}", "accounts"))


CUBE = Cube(
    parts=_parts,
    behind=_behind,
    sums=(
        Column("accounts", "Accounts written to", Unit.COUNT, "Accounts in letters that were sent"),
        *(
            Column(f"within_{days}", f"Paid in {days} days", Unit.COUNT, f"Those with a payment within {days} days")
            for days in DAYS
        ),
        Column("paid_cents", "Paid in 30 days", Unit.CENTS, "What was paid on them within 30 days"),
    ),
    dimensions=(
        Dimension("letter", "Letter", letter_label),
        Dimension("letter_version", "Version", read_version),
        Dimension("step", "Step", lambda word: step_name(word).capitalize(), without="No step"),
        Dimension("channel", "Channel", read_channel, values=tuple(Channel)),
        Dimension("language", "Language"),
        BY_CREDITOR,
        BY_MONTH,
    ),
    derived=tuple(_share(days) for days in DAYS),
    largest="accounts",
    notes=lambda _conn, _asked: (NOTE,),
    has_lines=False,
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    total = CUBE.read(conn, asked).total["accounts"]
    source = LETTER_ACCOUNT.join(LETTER, LETTER.c.id == LETTER_ACCOUNT.c.letter_id)
    sent = LETTER.c.sent_on.between(asked.first, asked.last), LETTER.c.state.in_(SENT)
    there = count_of(conn, source, LETTER.c.creditor_id, asked, *sent)
    return [Tie("Accounts written to equal the letters on record", int(str(total)), there)]


LETTER_RESPONSE = Report(
    name="letter-response",
    title="Response to letters",
    group=Group.MAIL,
    question="How many accounts paid within 7, 14 and 30 days of each letter?",
    span=Span.PERIOD,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out="The accounts written to equal the letters on record that were sent in the period.",
    ties=_ties,
    dimensions=CUBE.dimensions,
    by=("letter",),
    drill=CUBE.drill(),
    chart=Chart(("within_30_percent",)),
    months=6,
)
