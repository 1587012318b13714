"""Accounts that are ready for an agency: waiting for a review, for approval, or for the next file."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.agency_handoff.queries import PLACEMENT
from flows.reports.cube import ACCOUNT, BY_CREDITOR, BY_PAYER_CLASS, PERSON, count_of
from flows.reports.listing import Listing
from flows.reports.model import Asked, Column, Dimension, Group, Report, Span, Tie, Unit
from models import GateReview
from models.columns import AnySelect, table
from models.enums import GateState, PlacementState
from models.labels import plain

REVIEW = table(GateReview)

STAGES = {
    "gate": "Waiting for a review",
    "review": "Waiting for approval of the placement",
    "queued": "In the next file",
    "blocked": "Blocked by a rule",
}


def _stage() -> sa.Case[str]:
    return sa.case(
        (PLACEMENT.c.state == PlacementState.REVIEW.value, "review"),
        (PLACEMENT.c.blocked_by.is_not(None), "blocked"),
        else_="queued",
    )


def _columns() -> list[sa.ColumnElement[object]]:
    return [
        ACCOUNT.c.id.label("account_id"),
        ACCOUNT.c.guarantor_id.label("person_id"),
        ACCOUNT.c.number.label("account"),
        (PERSON.c.first_name + " " + PERSON.c.last_name).label("guarantor"),
        ACCOUNT.c.creditor_id,
        ACCOUNT.c.payer_class,
        ACCOUNT.c.balance_cents,
        sa.func.coalesce(ACCOUNT.c.first_statement_on, ACCOUNT.c.service_from).label("since"),
    ]


WAITING = REVIEW.c.state == GateState.WAITING.value
QUEUED = PLACEMENT.c.state.in_((PlacementState.QUEUED.value, PlacementState.REVIEW.value))


def _query(_asked: Asked) -> AnySelect:
    nothing = sa.null()
    gates = (
        sa.select(
            *_columns(),
            sa.literal("gate").label("stage"),
            REVIEW.c.opened_on.label("ready_on"),
            sa.cast(nothing, sa.String).label("pool"),
            sa.cast(nothing, sa.String).label("why"),
        )
        .join(REVIEW, REVIEW.c.account_id == ACCOUNT.c.id)
        .join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
        .where(WAITING)
    )
    queue = (
        sa.select(
            *_columns(),
            _stage().label("stage"),
            PLACEMENT.c.wanted_on.label("ready_on"),
            PLACEMENT.c.pool,
            PLACEMENT.c.blocked_why.label("why"),
        )
        .join(PLACEMENT, PLACEMENT.c.account_id == ACCOUNT.c.id)
        .join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
        .where(QUEUED)
    )
    parts = sa.union_all(gates, queue).subquery()
    return sa.select(*parts.c)


LISTING = Listing(
    query=_query,
    columns=(
        Column("account", "Account", Unit.ACCOUNT, "The account number"),
        Column("guarantor", "Guarantor", Unit.PERSON, "Who owes the account"),
        Column("creditor", "Creditor", Unit.TEXT, "The creditor of the account"),
        Column("balance_cents", "Balance", Unit.CENTS, "What is owed now"),
        Column("since", "First statement", Unit.DATE, "When it was first billed to the patient"),
        Column("stage", "Stage", Unit.TEXT, "What it waits for", lambda word: STAGES.get(word, word)),
        Column("ready_on", "Since", Unit.DATE, "Since when it waits"),
        Column("pool", "Pool", Unit.TEXT, "Where it goes", plain),
        Column("why", "Reason", Unit.TEXT, "Why it is blocked"),
    ),
    sums=("balance_cents",),
    order=("stage", "ready_on", "account"),
    dimensions=(
        Dimension("stage", "Stage", lambda word: STAGES.get(word, word), tuple(STAGES)),
        BY_CREDITOR,
        BY_PAYER_CLASS,
    ),
    notes=lambda _conn, _asked: ("Reviews are decided under Dashboard, accounts waiting for review, also in bulk",),
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    gates = count_of(
        conn, REVIEW.join(ACCOUNT, ACCOUNT.c.id == REVIEW.c.account_id), ACCOUNT.c.creditor_id, asked, WAITING
    )
    queue = PLACEMENT.join(ACCOUNT, ACCOUNT.c.id == PLACEMENT.c.account_id)
    there = gates + count_of(conn, queue, ACCOUNT.c.creditor_id, asked, QUEUED)
    total = LISTING.read(conn, asked).total["rows"]
    return [Tie("Every review and placement that waits is in the list", int(str(total)), there)]


AGENCY_READY = Report(
    name="agency-ready",
    title="Accounts ready for an agency",
    group=Group.AGENCIES,
    question="Which accounts are ready for an agency, and what do they wait for?",
    span=Span.DAY,
    measures=LISTING.columns,
    read=LISTING.read,
    ties_out="Every review that waits and every placement that is not with its agency yet is in the list.",
    ties=_ties,
    dimensions=LISTING.dimensions,
    names_people=True,
)
