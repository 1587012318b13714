"""Which rules and holds keep accounts from their next step now."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.dunning.stuck.reasons import rule_title
from flows.reports.cube import (
    ACCOUNT,
    ACCOUNTS,
    BY_CREDITOR,
    BY_PAYER_CLASS,
    BY_STATE,
    PERSON,
    Cube,
    count_if,
    count_of,
)
from flows.reports.model import Asked, Chart, Column, Dimension, Group, Report, Span, Tie, Unit
from models import Enrollment
from models.columns import table
from models.enums import EnrollmentState

ENROLLMENT = table(Enrollment)


def _blocked(_asked: Asked) -> sa.ColumnElement[bool]:
    return sa.and_(ENROLLMENT.c.state == EnrollmentState.ACTIVE.value, ENROLLMENT.c.blocked_by.is_not(None))


def _parts(asked: Asked) -> sa.Subquery:
    query = (
        sa.select(
            ENROLLMENT.c.account_id,
            ENROLLMENT.c.creditor_id,
            ACCOUNT.c.payer_class,
            ENROLLMENT.c.blocked_by.label("rule"),
            sa.literal(1).label("accounts"),
            count_if(ENROLLMENT.c.blocked_until.is_(None)).label("waiting"),
            ACCOUNT.c.balance_cents,
        )
        .join(ACCOUNT, ACCOUNT.c.id == ENROLLMENT.c.account_id)
        .where(_blocked(asked))
    )
    if "state" in (*asked.by, *asked.where):
        query = query.add_columns(PERSON.c.state).join(PERSON, PERSON.c.id == ENROLLMENT.c.guarantor_id)
    return query.subquery("blocked")


CUBE = Cube(
    parts=_parts,
    sums=(
        ACCOUNTS,
        Column("waiting", "Without an end", Unit.COUNT, "Those that wait for a person or an event, not for a day"),
        Column("balance_cents", "Balance", Unit.CENTS, "What is owed on them now"),
    ),
    dimensions=(Dimension("rule", "Rule", rule_title), BY_CREDITOR, BY_PAYER_CLASS, BY_STATE),
    largest="accounts",
    has_lines=False,
    notes=lambda _conn, _asked: ("As it is now; how it was on an earlier day is in each account's history",),
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    there = count_of(conn, ENROLLMENT, ENROLLMENT.c.creditor_id, asked, _blocked(asked))
    total = CUBE.read(conn, asked).total["accounts"]
    return [Tie("Accounts equal those that are blocked on record", int(str(total)), there)]


BLOCKED = Report(
    name="blocked",
    title="Blocked by rule",
    group=Group.COMPLIANCE,
    question="Which rules and holds keep accounts from their next step?",
    span=Span.DAY,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out="The accounts equal those in a schedule whose next step is blocked.",
    ties=_ties,
    dimensions=CUBE.dimensions,
    by=("rule",),
    drill=CUBE.drill(),
    chart=Chart(("accounts",)),
)
