"""Disputes and complaints: which are open, how old they are, and what became of the others."""

from collections.abc import Callable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.cube import ACCOUNT, BY_CREDITOR, PERSON, count_of
from flows.reports.listing import Listing
from flows.reports.model import MANAGERS, Asked, Cell, Column, Dimension, Group, Report, Span, Tie, Unit
from models import Agency, Complaint, Hold
from models.columns import AnySelect, table
from models.enums import HoldKind
from models.labels import actor_words
from models.sql_functions import before_mark
from models.user_enums import Role

AGENCY = table(Agency)
COMPLAINT = table(Complaint)
HOLD = table(Hold)

OPEN, CLOSED = "open", "closed"
STANDING = Dimension("standing", "State", str.capitalize, (OPEN, CLOSED))


def _held(kind: HoldKind, asked: Asked) -> sa.ColumnElement[bool]:
    """Holds of a kind that were open at some time in the period."""
    return sa.and_(
        HOLD.c.kind == kind.value,
        HOLD.c.from_on <= asked.last,
        sa.or_(HOLD.c.cleared_on.is_(None), HOLD.c.cleared_on >= asked.first),
    )


def _accounts_of_hold() -> sa.ColumnElement[bool]:
    """A hold on a person is about all their accounts, so it is shown under each."""
    return sa.or_(ACCOUNT.c.id == HOLD.c.account_id, ACCOUNT.c.guarantor_id == HOLD.c.person_id)


def _query(kind: HoldKind) -> Callable[[Asked], AnySelect]:
    def query(asked: Asked) -> AnySelect:
        is_open = sa.or_(HOLD.c.cleared_on.is_(None), HOLD.c.cleared_on > asked.last)
        return (
            sa.select(
                HOLD.c.id,
                HOLD.c.from_on,
                HOLD.c.cleared_on,
                before_mark(HOLD.c.opened_by, " (").label("opened_by"),
                HOLD.c.note,
                sa.case((is_open, OPEN), else_=CLOSED).label("standing"),
                ACCOUNT.c.id.label("account_id"),
                ACCOUNT.c.guarantor_id.label("person_id"),
                ACCOUNT.c.number.label("account"),
                ACCOUNT.c.creditor_id,
                ACCOUNT.c.balance_cents,
                (PERSON.c.first_name + " " + PERSON.c.last_name).label("guarantor"),
            )
            .join(ACCOUNT, _accounts_of_hold())
            .join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
            .where(_held(kind, asked))
        )

    return query


def _age(asked: Asked, row: dict[str, Cell]) -> dict[str, Cell]:
    opened, closed = row["from_on"], row["cleared_on"]
    assert isinstance(opened, date)
    until = closed if isinstance(closed, date) and closed <= asked.last else asked.last
    row["age_days"] = (until - opened).days
    return row


def _listing(kind: HoldKind) -> Listing:
    return Listing(
        query=_query(kind),
        columns=(
            Column("account", "Account", Unit.ACCOUNT, "The account number"),
            Column("guarantor", "Guarantor", Unit.PERSON, "Who owes the account"),
            Column("creditor", "Creditor", Unit.TEXT, "The creditor of the account"),
            Column("from_on", "Opened", Unit.DATE, "When it was opened"),
            Column("opened_by", "By", Unit.TEXT, "Who opened it", actor_words),
            Column("age_days", "Age", Unit.DAYS, "Days until it was closed, or until the end of the period"),
            Column("standing", "State", Unit.TEXT, "Open or closed at the end of the period", str.capitalize),
            Column("cleared_on", "Closed", Unit.DATE, "When it was closed"),
            Column("balance_cents", "Balance now", Unit.CENTS, "What is owed on the account now"),
            Column("note", "Note", Unit.TEXT, "The note that was entered when it was opened"),
        ),
        sums=("balance_cents",),
        order=("from_on", "id", "account"),
        dimensions=(STANDING, BY_CREDITOR),
        finish=_age,
    )


def _report(kind: HoldKind, name: str, title: str, question: str) -> Report:
    listing = _listing(kind)

    def ties(conn: Connection, asked: Asked) -> list[Tie]:
        source = HOLD.join(ACCOUNT, _accounts_of_hold())
        there = count_of(conn, source, ACCOUNT.c.creditor_id, asked, _held(kind, asked))
        return [Tie("Every hold on record is in the list", int(str(listing.read(conn, asked).total["rows"])), there)]

    return Report(
        name=name,
        title=title,
        group=Group.COMPLIANCE,
        question=question,
        span=Span.PERIOD,
        measures=listing.columns,
        read=listing.read,
        ties_out="Every hold of this kind that was open in the period is in the list, under each of its accounts.",
        ties=ties,
        dimensions=listing.dimensions,
        names_people=True,
        roles=MANAGERS | {Role.CLERK},
    )


DISPUTES = _report(
    HoldKind.DISPUTE, "disputes", "Disputes", "Which disputes are open, how old are they, and which were answered?"
)


def _complaints(asked: Asked) -> AnySelect:
    """Complaints of two kinds: about an agency, and about ourselves, which hold the account."""
    columns = (
        ACCOUNT.c.id.label("account_id"),
        ACCOUNT.c.guarantor_id.label("person_id"),
        ACCOUNT.c.number.label("account"),
    )
    who = (PERSON.c.first_name + " " + PERSON.c.last_name).label("guarantor")
    about_agency = (
        sa.select(
            COMPLAINT.c.on.label("made_on"),
            AGENCY.c.name.label("about"),
            COMPLAINT.c.reported_by,
            COMPLAINT.c.note,
            sa.null().label("cleared_on"),
            ACCOUNT.c.creditor_id,
            *columns,
            who,
        )
        .join(AGENCY, AGENCY.c.id == COMPLAINT.c.agency_id)
        .join(ACCOUNT, ACCOUNT.c.id == COMPLAINT.c.account_id)
        .join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
        .where(COMPLAINT.c.on.between(asked.first, asked.last))
    )
    about_us = (
        sa.select(
            HOLD.c.from_on.label("made_on"),
            sa.literal("us").label("about"),
            before_mark(HOLD.c.opened_by, " (").label("reported_by"),
            HOLD.c.note,
            HOLD.c.cleared_on,
            ACCOUNT.c.creditor_id,
            *columns,
            who,
        )
        .join(ACCOUNT, _accounts_of_hold())
        .join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
        .where(HOLD.c.kind == HoldKind.COMPLAINT.value, HOLD.c.from_on.between(asked.first, asked.last))
    )
    parts = sa.union_all(about_agency, about_us).subquery()
    return sa.select(*parts.c)


COMPLAINT_LIST = Listing(
    query=_complaints,
    columns=(
        Column("made_on", "Date", Unit.DATE, "When the complaint was made"),
        Column("account", "Account", Unit.ACCOUNT, "The account number"),
        Column("guarantor", "Guarantor", Unit.PERSON, "Who complained"),
        Column("creditor", "Creditor", Unit.TEXT, "The creditor of the account"),
        Column("about", "About", Unit.TEXT, "The agency, or us", lambda word: "Us" if word == "us" else word),
        Column("reported_by", "Recorded by", Unit.TEXT, "Who recorded it", actor_words),
        Column("cleared_on", "Closed", Unit.DATE, "When it was closed; a complaint about an agency has no end"),
        Column("note", "Note", Unit.TEXT, "What it is about"),
    ),
    order=("made_on", "account"),
    dimensions=(BY_CREDITOR, Dimension("about", "About")),
)


def _complaint_ties(conn: Connection, asked: Asked) -> list[Tie]:
    total = COMPLAINT_LIST.read(conn, asked).total["rows"]
    agencies = COMPLAINT.join(ACCOUNT, ACCOUNT.c.id == COMPLAINT.c.account_id)
    ours = HOLD.join(ACCOUNT, _accounts_of_hold())
    made = COMPLAINT.c.on.between(asked.first, asked.last)
    held = sa.and_(HOLD.c.kind == HoldKind.COMPLAINT.value, HOLD.c.from_on.between(asked.first, asked.last))
    there = count_of(conn, agencies, ACCOUNT.c.creditor_id, asked, made)
    there += count_of(conn, ours, ACCOUNT.c.creditor_id, asked, held)
    return [Tie("Every complaint on record is in the list", int(str(total)), there)]


COMPLAINTS = Report(
    name="complaints",
    title="Complaints",
    group=Group.COMPLIANCE,
    question="Who complained, about whom, and what became of it?",
    span=Span.PERIOD,
    measures=COMPLAINT_LIST.columns,
    read=COMPLAINT_LIST.read,
    ties_out="Every complaint on record of the period is in the list.",
    ties=_complaint_ties,
    dimensions=COMPLAINT_LIST.dimensions,
    names_people=True,
    months=6,
)
