"""Every call attempt with what the frequency rule counts: an audit log (12 CFR 1006.14(b)(2), Regulation F)."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.creditors import of_creditors
from flows.reports.cube import ACCOUNT, BY_CREDITOR, PERSON, an_account
from flows.reports.listing import Listing
from flows.reports.model import Asked, Cell, Column, Dimension, Group, Report, Span, Tie, Unit
from models import ContactAttempt
from models.columns import AnySelect, table
from models.labels import result_label
from models.sql_functions import days_between

CONTACT = table(ContactAttempt)
EARLIER = CONTACT.alias("earlier")

MOST_CALLS = 7
"""More calls than this in seven days are presumed to be too many (12 CFR 1006.14(b)(2)(i)(A))."""

WEEK_DAYS = 6
QUIET_DAYS = 6
"""Seven days are a day and the six before it; the day of a conversation is the first of seven quiet days
(12 CFR 1006.14(b)(2)(i)(B)). Both are counted for a person and a creditor, which is stricter than for a debt."""


def _earlier(*where: sa.ColumnElement[bool]) -> sa.Select[tuple[int]]:
    return sa.select(sa.func.count()).where(
        EARLIER.c.guarantor_id == CONTACT.c.guarantor_id,
        EARLIER.c.creditor_id == CONTACT.c.creditor_id,
        EARLIER.c.kind == "call",
        EARLIER.c.id <= CONTACT.c.id,
        *where,
    )


def _query(asked: Asked) -> AnySelect:
    counts = sa.and_(EARLIER.c.inbound.is_(False), EARLIER.c.counts.is_(True))
    recent = _since(EARLIER.c.made_on, CONTACT.c.made_on, WEEK_DAYS)
    week = _earlier(counts, recent).scalar_subquery()
    lately = _since(EARLIER.c.made_on, CONTACT.c.made_on, QUIET_DAYS)
    talked = _earlier(EARLIER.c.talked.is_(True), EARLIER.c.id < CONTACT.c.id, lately).scalar_subquery()
    counted = sa.and_(CONTACT.c.counts.is_(True), CONTACT.c.asked_on.is_(None))
    too_many, too_soon = (week > MOST_CALLS, "over seven"), (talked > 0, "after a conversation")
    found = sa.case((~counted, "not counted"), too_many, too_soon, else_="within")
    account = an_account(CONTACT.c.guarantor_id, CONTACT.c.creditor_id)
    return (
        sa.select(
            CONTACT.c.id,
            CONTACT.c.made_on,
            CONTACT.c.hour,
            CONTACT.c.made_by,
            CONTACT.c.disposition.label("result"),
            CONTACT.c.creditor_id,
            CONTACT.c.guarantor_id.label("person_id"),
            ACCOUNT.c.id.label("account_id"),
            ACCOUNT.c.number.label("account"),
            (PERSON.c.first_name + " " + PERSON.c.last_name).label("guarantor"),
            week.label("calls_7_days"),
            found.label("rule"),
        )
        .join(PERSON, PERSON.c.id == CONTACT.c.guarantor_id)
        .join(ACCOUNT, ACCOUNT.c.id == account)
        .where(
            CONTACT.c.made_on.between(asked.first, asked.last), CONTACT.c.kind == "call", CONTACT.c.inbound.is_(False)
        )
    )


def _since(earlier: sa.ColumnElement[object], later: sa.ColumnElement[object], days: int) -> sa.ColumnElement[bool]:
    return days_between(earlier, later) <= days


RULES = {
    "within": "Within the limit",
    "over seven": "More than seven calls in seven days",
    "after a conversation": "Within seven days after a conversation",
    "not counted": "Not counted",
}


def _hour(_asked: Asked, row: dict[str, Cell]) -> dict[str, Cell]:
    hour = row["hour"]
    row["time"] = None if not isinstance(hour, int) else f"{hour % 12 or 12} {'AM' if hour < 12 else 'PM'}"
    return row


LISTING = Listing(
    query=_query,
    columns=(
        Column("made_on", "Date", Unit.DATE, "The day of the call"),
        Column("time", "Hour there", Unit.TEXT, "The hour of the call where the person is"),
        Column("account", "Account", Unit.ACCOUNT, "The first of the person's accounts at the creditor"),
        Column("guarantor", "Guarantor", Unit.PERSON, "Who was called"),
        Column("creditor", "Creditor", Unit.TEXT, "For which creditor"),
        Column("made_by", "Collector", Unit.TEXT, "Who called", user=True),
        Column("result", "Result", Unit.TEXT, "How the call ended", result_label),
        Column("calls_7_days", "Calls in 7 days", Unit.COUNT, "Counted calls in the seven days that end with this one"),
        Column("rule", "Frequency rule", Unit.TEXT, "What the frequency rule says", lambda word: RULES.get(word, word)),
    ),
    order=("made_on", "id"),
    dimensions=(
        BY_CREDITOR,
        Dimension("rule", "Frequency rule", lambda word: RULES.get(word, word), tuple(RULES)),
        Dimension("made_by", "Collector", user=True),
    ),
    finish=_hour,
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    query = sa.select(sa.func.count()).where(
        CONTACT.c.made_on.between(asked.first, asked.last), CONTACT.c.kind == "call", CONTACT.c.inbound.is_(False)
    )
    query = query.where(of_creditors(CONTACT.c.creditor_id, asked.creditors))
    total = LISTING.read(conn, asked).total["rows"]
    return [Tie("Every call on record is in the log", int(str(total)), int(conn.execute(query).scalar_one()))]


CALL_ATTEMPTS = Report(
    name="call-attempts",
    title="Call attempt log",
    group=Group.CALLS,
    question="Which calls were made, and was any of them against the frequency rule?",
    span=Span.PERIOD,
    measures=LISTING.columns,
    read=LISTING.read,
    ties_out="Every call on record of the period is in the log.",
    ties=_ties,
    dimensions=LISTING.dimensions,
    names_people=True,
)
