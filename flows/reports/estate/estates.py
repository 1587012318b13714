"""Estates: the docket by days left, and what was claimed, allowed and recovered by state."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.estates.matters.numbers import matter_number
from flows.estates.matters.queries import MATTER, MATTER_ACCOUNT
from flows.ledger.checks import ESTATE
from flows.reports.cube import BY_CREDITOR, LEDGER, PERSON, Cube, Derived, count_if, count_of, percent, ratio
from flows.reports.listing import Listing
from flows.reports.model import MANAGERS, Asked, Cell, Chart, Column, Dimension, Group, Report, Span, Tie, Unit
from models.columns import AnySelect
from models.enums import LedgerKind
from models.estate_enums import ENDED, MatterState
from models.labels import label_of
from models.sql_functions import days_between, month_text
from models.user_enums import Role

ROLES = MANAGERS | {Role.ESTATE_DESK}
RUNS = MATTER.c.state.not_in(sorted(one.value for one in ENDED))
STATE = Dimension("jurisdiction", "State")
MATTER_STATE = Dimension("state", "Matter", lambda word: label_of(MatterState, word), values=tuple(MatterState))


def _query(_asked: Asked) -> AnySelect:
    return (
        sa.select(
            MATTER.c.id,
            MATTER.c.person_id,
            MATTER.c.creditor_id,
            (PERSON.c.first_name + " " + PERSON.c.last_name).label("deceased"),
            MATTER.c.jurisdiction,
            MATTER.c.state,
            sa.func.coalesce(MATTER.c.action_due_on, MATTER.c.deadline_on).label("due_on"),
            MATTER.c.deadline_on,
            MATTER.c.deadline_citation,
            MATTER.c.claim_cents,
            MATTER.c.filed_on,
            MATTER.c.allowed_cents,
            sa.case((sa.func.coalesce(MATTER.c.action_due_on, MATTER.c.deadline_on).is_(None), 1), else_=0).label(
                "later"
            ),
        )
        .join(PERSON, PERSON.c.id == MATTER.c.person_id)
        .where(RUNS)
    )


def _left(asked: Asked, row: dict[str, Cell]) -> dict[str, Cell]:
    due, key = row["due_on"], row["id"]
    assert isinstance(key, int)
    row["days_left"] = (due - asked.last).days if isinstance(due, date) else None
    row["matter"] = matter_number(key)
    return row


DOCKET = Listing(
    query=_query,
    columns=(
        Column("matter", "Matter", Unit.TEXT, "The number of the matter"),
        Column("deceased", "Deceased", Unit.PERSON, "Who died"),
        Column("creditor", "Creditor", Unit.TEXT, "The creditor"),
        Column("jurisdiction", "State", Unit.TEXT, "The state whose law sets the deadline"),
        Column("state", "Stands at", Unit.TEXT, "What the matter stands at", lambda word: label_of(MatterState, word)),
        Column("due_on", "Due", Unit.DATE, "The day of its next action or deadline"),
        Column("days_left", "Days left", Unit.DAYS, "Days until then"),
        Column("deadline_citation", "By", Unit.TEXT, "The law that sets the deadline"),
        Column("claim_cents", "Claim", Unit.CENTS, "The amount of our claim"),
        Column("filed_on", "Filed", Unit.DATE, "When the claim was filed"),
        Column("allowed_cents", "Allowed", Unit.CENTS, "What the estate allowed"),
    ),
    sums=("claim_cents", "allowed_cents"),
    order=("later", "due_on", "id"),
    dimensions=(STATE, MATTER_STATE, BY_CREDITOR),
    finish=_left,
)


def _docket_ties(conn: Connection, asked: Asked) -> list[Tie]:
    there = count_of(conn, MATTER, MATTER.c.creditor_id, asked, RUNS)
    return [Tie("Every open matter is in the list", int(str(DOCKET.read(conn, asked).total["rows"])), there)]


ESTATES = Report(
    name="estates",
    title="Estate docket",
    group=Group.ESTATES,
    question="Which matters are open, and how many days are left in each?",
    span=Span.DAY,
    measures=DOCKET.columns,
    read=DOCKET.read,
    ties_out="Every open matter is in the list.",
    ties=_docket_ties,
    dimensions=DOCKET.dimensions,
    names_people=True,
    roles=ROLES,
)


def _paid(what: sa.ColumnElement[object]) -> sa.ColumnElement[int]:
    """Something of the estate's payments for a matter."""
    return (
        sa.select(what)
        .select_from(MATTER_ACCOUNT.join(LEDGER, LEDGER.c.account_id == MATTER_ACCOUNT.c.account_id))
        .where(
            MATTER_ACCOUNT.c.matter_id == MATTER.c.id,
            LEDGER.c.source == ESTATE,
            LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value,
        )
        .scalar_subquery()
    )


def _account() -> sa.ColumnElement[int]:
    first = sa.select(sa.func.min(MATTER_ACCOUNT.c.account_id)).where(MATTER_ACCOUNT.c.matter_id == MATTER.c.id)
    return first.scalar_subquery()


def _parts(asked: Asked) -> sa.Subquery:
    recovered = sa.func.coalesce(_paid(-sa.func.sum(LEDGER.c.amount_cents)), 0)
    last_paid = _paid(sa.func.max(LEDGER.c.posted_on))
    days = sa.case((recovered > 0, days_between(MATTER.c.opened_on, last_paid)), else_=0)
    return (
        sa.select(
            _account().label("account_id"),
            MATTER.c.creditor_id,
            MATTER.c.jurisdiction,
            MATTER.c.state,
            month_text(MATTER.c.opened_on).label("month"),
            sa.literal(1).label("matters"),
            MATTER.c.claim_cents,
            count_if(MATTER.c.filed_on.is_not(None)).label("filed"),
            sa.func.coalesce(MATTER.c.allowed_cents, 0).label("allowed_cents"),
            recovered.label("recovered_cents"),
            count_if(recovered > 0).label("paid"),
            days.label("days"),
        )
        .where(MATTER.c.opened_on.between(asked.first, asked.last), MATTER.c.state != MatterState.ANNULLED.value)
        .subquery("matters")
    )


CUBE = Cube(
    parts=_parts,
    sums=(
        Column("matters", "Matters", Unit.COUNT, "Matters that were opened in the period"),
        Column("claim_cents", "Claims", Unit.CENTS, "The amount of our claims"),
        Column("filed", "Filed", Unit.COUNT, "Matters whose claim was filed"),
        Column("allowed_cents", "Allowed", Unit.CENTS, "What the estates allowed"),
        Column("recovered_cents", "Recovered", Unit.CENTS, "What the estates paid"),
        Column("paid", "Paid", Unit.COUNT, "Matters in which an estate paid"),
        Column("days", "Days", Unit.COUNT, "For the average"),
    ),
    hidden=frozenset({"days"}),
    dimensions=(STATE, MATTER_STATE, BY_CREDITOR, Dimension("month", "Month opened")),
    derived=(
        Derived(
            Column("recovered_percent", "Recovered (%)", Unit.PERCENT, "What was recovered of the claims"),
            percent("recovered_cents", "claim_cents"),
        ),
        Derived(
            Column("days_each", "Days to recover", Unit.DAYS, "From the opening to the last payment, on average"),
            ratio("days", "paid"),
        ),
    ),
    has_lines=False,
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    total = CUBE.read(conn, asked).total["matters"]
    opened = MATTER.c.opened_on.between(asked.first, asked.last), MATTER.c.state != MatterState.ANNULLED.value
    return [
        Tie(
            "Matters equal those on record",
            int(str(total)),
            count_of(conn, MATTER, MATTER.c.creditor_id, asked, *opened),
        )
    ]


ESTATE_RECOVERY = Report(
    name="estate-recovery",
    title="Recovery from estates",
    group=Group.ESTATES,
    question="What was claimed, allowed and recovered from estates, and how long did it take?",
    span=Span.PERIOD,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out="The matters equal those on record that were opened in the period.",
    ties=_ties,
    dimensions=CUBE.dimensions,
    by=("jurisdiction",),
    drill=CUBE.drill(),
    chart=Chart(("recovered_cents",)),
    roles=ROLES,
    months=13,
)
