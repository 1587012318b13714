"""Calls as the parts of a report: each attempt with its result, its collector and its hour."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.creditors import of_creditors
from flows.reports.cube import BY_CREDITOR, BY_MONTH, Cube, Derived, an_account, count_if, percent
from flows.reports.model import Asked, Column, Dimension, Tie, Unit
from models import Arrangement, ContactAttempt, Promise
from models.columns import table
from models.enums import PromiseState
from models.labels import result_label
from models.sql_functions import month_text, seconds_between

CONTACT = table(ContactAttempt)
PLAN = table(Arrangement)
PROMISE = table(Promise)

MOST_SECONDS = 30 * 60
"""The time between two results that counts as work on the second one; a longer one was a pause."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _promise(what: sa.ColumnElement[int], *where: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """A sum over the promises that were made on the day of a conversation with the guarantor."""
    return sa.func.coalesce(
        sa.select(sa.func.sum(what))
        .where(
            PROMISE.c.guarantor_id == CONTACT.c.guarantor_id,
            PROMISE.c.creditor_id == CONTACT.c.creditor_id,
            PROMISE.c.made_on == CONTACT.c.made_on,
            PROMISE.c.state != PromiseState.WITHDRAWN.value,
            *where,
        )
        .scalar_subquery(),
        0,
    )


def _set_up_a_plan() -> sa.ColumnElement[bool]:
    """Whether a payment plan was set up with the guarantor on the day of the conversation."""
    return sa.exists().where(
        PLAN.c.guarantor_id == CONTACT.c.guarantor_id,
        PLAN.c.creditor_id == CONTACT.c.creditor_id,
        PLAN.c.made_on == CONTACT.c.made_on,
    )


def _parts(asked: Asked) -> sa.Subquery:
    return _attempts(asked, an_account(CONTACT.c.guarantor_id, CONTACT.c.creditor_id).label("account_id"))


def _attempts(asked: Asked, *account: sa.ColumnElement[int]) -> sa.Subquery:
    before = sa.func.lag(CONTACT.c.at).over(
        partition_by=(CONTACT.c.made_by, CONTACT.c.made_on), order_by=(CONTACT.c.at, CONTACT.c.id)
    )
    seconds = seconds_between(before, CONTACT.c.at)
    made = sa.and_(CONTACT.c.kind == "call", CONTACT.c.inbound.is_(False))
    promised = CONTACT.c.disposition == "promise_to_pay"
    plan = sa.and_(CONTACT.c.talked.is_(True), _set_up_a_plan())
    is_kept = PROMISE.c.state == PromiseState.KEPT.value
    return (
        sa.select(
            *account,
            CONTACT.c.creditor_id,
            CONTACT.c.made_by.label("collector"),
            month_text(CONTACT.c.made_on).label("month"),
            CONTACT.c.made_on.label("day"),
            CONTACT.c.weekday,
            CONTACT.c.hour,
            CONTACT.c.disposition.label("result"),
            count_if(made).label("dials"),
            count_if(sa.and_(made, CONTACT.c.disposition == "third_party")).label("third_party"),
            count_if(sa.and_(made, CONTACT.c.talked.is_(True))).label("right_party"),
            count_if(CONTACT.c.inbound.is_(True)).label("inbound"),
            count_if(promised).label("promises"),
            count_if(plan).label("plans"),
            sa.case((promised, _promise(PROMISE.c.amount_cents)), else_=0).label("promised_cents"),
            sa.case((promised, _promise(sa.literal(1), is_kept)), else_=0).label("kept"),
            sa.case((promised, _promise(PROMISE.c.paid_cents)), else_=0).label("paid_cents"),
            sa.case((seconds <= MOST_SECONDS, seconds), else_=0).label("seconds"),
        )
        .where(CONTACT.c.made_on.between(asked.first, asked.last))
        .subquery("attempts")
    )


CUBE = Cube(
    parts=_parts,
    summary=_attempts,
    sums=(
        Column("dials", "Dials", Unit.COUNT, "Calls made to people"),
        Column("right_party", "Right party", Unit.COUNT, "Calls on which we spoke with the person"),
        Column("third_party", "Third party", Unit.COUNT, "Calls that another person answered"),
        Column("inbound", "Inbound", Unit.COUNT, "Calls that people made to us"),
        Column("promises", "Promises", Unit.COUNT, "Calls, made or received, that ended with a promise to pay"),
        Column("kept", "Kept", Unit.COUNT, "Promises of these calls that were kept"),
        Column("plans", "Plans", Unit.COUNT, "Conversations on a day on which a plan was set up"),
        Column("promised_cents", "Promised", Unit.CENTS, "The amount promised on these calls"),
        Column("paid_cents", "Paid", Unit.CENTS, "What was paid on those promises"),
        Column("seconds", "Seconds", Unit.COUNT, "The time between two results of a collector, without pauses"),
    ),
    hidden=frozenset({"seconds"}),
    dimensions=(
        Dimension("collector", "Collector", user=True),
        Dimension("weekday", "Weekday", lambda word: WEEKDAYS[int(word)], tuple("0123456")),
        Dimension("hour", "Hour there", lambda word: f"{int(word) % 12 or 12} {'AM' if int(word) < 12 else 'PM'}"),
        Dimension("result", "Result", result_label),
        Dimension("day", "Day"),
        BY_MONTH,
        BY_CREDITOR,
    ),
    derived=(
        Derived(
            Column("contact_percent", "Right party (%)", Unit.PERCENT, "Calls on which we spoke with the person"),
            percent("right_party", "dials"),
        ),
        Derived(
            Column("minutes", "Minutes", Unit.MINUTES, "Time between results, without pauses over 30 minutes"),
            lambda sums: sums["seconds"] // 60,
        ),
        Derived(
            Column("dials_per_hour", "Dials per hour", Unit.COUNT, "Calls made in an hour of that time"),
            lambda sums: round(sums["dials"] * 3600 / sums["seconds"], 1) if sums["seconds"] else None,
        ),
    ),
    largest="dials",
    has_lines=False,
)


def ties(conn: Connection, asked: Asked) -> list[Tie]:
    """The calls of the report against those on record."""
    total = CUBE.read(conn, asked).total
    query = sa.select(
        sa.func.coalesce(sa.func.sum(count_if(CONTACT.c.inbound.is_(False))), 0),
        sa.func.coalesce(sa.func.sum(count_if(CONTACT.c.inbound.is_(True))), 0),
    ).where(CONTACT.c.made_on.between(asked.first, asked.last), CONTACT.c.kind == "call")
    query = query.where(of_creditors(CONTACT.c.creditor_id, asked.creditors))
    made, inbound = conn.execute(query).one()
    return [
        Tie("Dials equal the calls on record", int(str(total["dials"])), int(made)),
        Tie("Inbound calls equal those on record", int(str(total["inbound"])), int(inbound)),
    ]
