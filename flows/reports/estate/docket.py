"""The docket: every open matter by days left."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.estates.matters.numbers import matter_number
from flows.estates.matters.queries import MATTER
from flows.reports.cube import BY_CREDITOR, PERSON, count_of
from flows.reports.listing import Listing
from flows.reports.model import MANAGERS, Asked, Cell, Column, Dimension, Group, Report, Span, Tie, Unit
from models.columns import AnySelect
from models.estate_enums import ENDED, MatterState
from models.labels import label_of
from models.user_enums import Role

ROLES = MANAGERS | {Role.ESTATE_DESK}
RUNS = MATTER.c.state.not_in(sorted(one.value for one in ENDED))
STATE = Dimension("jurisdiction", "State")
PARALEGAL = Dimension("owner", "Paralegal", user=True)
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
            MATTER.c.owner,
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
        Column("owner", "Paralegal", Unit.TEXT, "Who works the matter", user=True),
        Column("due_on", "Due", Unit.DATE, "The day of its next action or deadline"),
        Column("days_left", "Days left", Unit.DAYS, "Days until then"),
        Column("deadline_citation", "By", Unit.TEXT, "The law that sets the deadline"),
        Column("claim_cents", "Claim", Unit.CENTS, "The amount of our claim"),
        Column("filed_on", "Filed", Unit.DATE, "When the claim was filed"),
        Column("allowed_cents", "Allowed", Unit.CENTS, "What the estate allowed"),
    ),
    sums=("claim_cents", "allowed_cents"),
    order=("later", "due_on", "id"),
    dimensions=(STATE, MATTER_STATE, PARALEGAL, BY_CREDITOR),
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
