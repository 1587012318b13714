"""Accounts on which nothing has happened for some time."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.cube import ACCOUNT, BY_CREDITOR, BY_PAYER_CLASS, PERSON, count_of
from flows.reports.listing import Listing
from flows.reports.model import MANAGERS, Asked, Cell, Column, Group, Report, Span, Tie, Unit
from models import AccountEvent, Enrollment
from models.columns import AnySelect, table
from models.sql_functions import unordered
from models.user_enums import Role

ENROLLMENT = table(Enrollment)
EVENT = table(AccountEvent)
ACTIVE = ACCOUNT.alias("active")

DAYS = 60


def _is_quiet(asked: Asked) -> sa.ColumnElement[bool]:
    """Every activity is in the history, so the last event is the last activity."""
    return sa.and_(
        ACCOUNT.c.balance_cents > 0, EVENT.c.business_date <= asked.last - timedelta(days=asked.days or DAYS)
    )


def _last_event() -> sa.ColumnElement[bool]:
    """The events are read by their day, each with its account: the list is in that order, and its page needs few."""
    return sa.and_(unordered(EVENT.c.account_id) == ACCOUNT.c.id, EVENT.c.seq == ACCOUNT.c.history_seq)


def _counted(asked: Asked) -> AnySelect:
    """The same accounts by what they are not: those with a history whose last event is not a later one."""
    later = EVENT.c.business_date > asked.last - timedelta(days=asked.days or DAYS)
    active = sa.select(EVENT.c.account_id).join(ACTIVE, ACTIVE.c.id == unordered(EVENT.c.account_id))
    return sa.select(ACCOUNT.c.creditor_id, ACCOUNT.c.payer_class, ACCOUNT.c.balance_cents).where(
        ACCOUNT.c.balance_cents > 0,
        ACCOUNT.c.history_seq > 0,
        ACCOUNT.c.id.not_in(active.where(later, EVENT.c.seq == ACTIVE.c.history_seq, ACTIVE.c.balance_cents > 0)),
    )


def _query(asked: Asked) -> AnySelect:
    return (
        sa.select(
            ACCOUNT.c.id.label("account_id"),
            ACCOUNT.c.guarantor_id.label("person_id"),
            ACCOUNT.c.number.label("account"),
            (PERSON.c.first_name + " " + PERSON.c.last_name).label("guarantor"),
            ACCOUNT.c.creditor_id,
            ACCOUNT.c.payer_class,
            ACCOUNT.c.balance_cents,
            EVENT.c.business_date.label("last_on"),
            EVENT.c.why.label("last"),
            ENROLLMENT.c.next_action_on,
        )
        .join(EVENT, _last_event())
        .join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
        .outerjoin(ENROLLMENT, ENROLLMENT.c.account_id == ACCOUNT.c.id)
        .where(_is_quiet(asked))
    )


def _days(asked: Asked, row: dict[str, Cell]) -> dict[str, Cell]:
    last = row["last_on"]
    assert isinstance(last, date)
    row["days"] = (asked.last - last).days
    return row


LISTING = Listing(
    query=_query,
    counted=_counted,
    columns=(
        Column("account", "Account", Unit.ACCOUNT, "The account number"),
        Column("guarantor", "Guarantor", Unit.PERSON, "Who owes the account"),
        Column("creditor", "Creditor", Unit.TEXT, "The creditor of the account"),
        Column("balance_cents", "Balance", Unit.CENTS, "What is owed now"),
        Column("last_on", "Last activity", Unit.DATE, "The day of the last entry in its history"),
        Column("days", "Days", Unit.DAYS, "Days since then"),
        Column("last", "What it was", Unit.TEXT, "The last entry in its history"),
        Column("next_action_on", "Next step", Unit.DATE, "When the schedule looks at it again; empty: never by itself"),
    ),
    sums=("balance_cents",),
    order=("last_on", "account"),
    dimensions=(BY_CREDITOR, BY_PAYER_CLASS),
    finish=_days,
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    there = count_of(conn, ACCOUNT.join(EVENT, _last_event()), ACCOUNT.c.creditor_id, asked, _is_quiet(asked))
    return [Tie("Every such account is in the list", int(str(LISTING.read(conn, asked).total["rows"])), there)]


INACTIVE = Report(
    name="inactive",
    title="Accounts without activity",
    group=Group.RECEIVABLES,
    question="Which accounts owe something, and nothing has happened on them for some time?",
    span=Span.DAY,
    measures=LISTING.columns,
    read=LISTING.read,
    ties_out="Every account with a balance whose history ends before that time is in the list.",
    ties=_ties,
    dimensions=LISTING.dimensions,
    names_people=True,
    roles=MANAGERS | {Role.CLERK},
    days=DAYS,
    days_mean="Days without activity",
)
