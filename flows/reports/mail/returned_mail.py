"""Which letters were returned, why, and from where."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.collections.attribution import LETTER, SENT
from flows.reports.creditors import of_creditors
from flows.reports.cube import BY_CREDITOR, BY_MONTH, PERSON, Cube, Derived, account_of_letter, count_if, percent
from flows.reports.model import MANAGERS, Asked, Chart, Column, Dimension, Group, Report, Span, Tie, Unit
from models.enums import Channel
from models.labels import letter_label
from models.sql_functions import month_text
from models.user_enums import Role


def _parts(asked: Asked) -> sa.Subquery:
    is_returned = LETTER.c.returned_on.is_not(None)
    query = sa.select(
        account_of_letter(LETTER.c.id).label("account_id"),
        LETTER.c.creditor_id,
        LETTER.c.kind.label("letter"),
        sa.case((is_returned, LETTER.c.reason), else_=sa.null()).label("cause"),
        month_text(LETTER.c.sent_on).label("month"),
        sa.literal(1).label("letters"),
        count_if(is_returned).label("returned"),
    ).where(
        LETTER.c.sent_on.between(asked.first, asked.last),
        LETTER.c.state.in_(SENT),
        LETTER.c.channel == Channel.POST.value,
    )
    if {"zip", "state"} & {*asked.by, *asked.where}:
        query = query.join(PERSON, PERSON.c.id == LETTER.c.guarantor_id)
        query = query.add_columns(sa.func.substr(PERSON.c.zip, 1, 5).label("zip"), PERSON.c.state)
    return query.subquery("mailed")


CUBE = Cube(
    parts=_parts,
    sums=(
        Column("letters", "Letters mailed", Unit.COUNT, "Letters that were mailed in the period"),
        Column("returned", "Returned", Unit.COUNT, "Those that were returned until now"),
    ),
    dimensions=(
        Dimension("cause", "Cause", lambda word: word[:1].upper() + word[1:], without="Not returned"),
        Dimension("zip", "ZIP"),
        Dimension("state", "State"),
        Dimension("letter", "Letter", letter_label),
        BY_MONTH,
        BY_CREDITOR,
    ),
    derived=(
        Derived(
            Column("returned_percent", "Returned (%)", Unit.PERCENT, "The share of mailed letters that was returned"),
            percent("returned", "letters"),
        ),
    ),
    largest="returned",
    has_lines=False,
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    total = CUBE.read(conn, asked).total
    query = sa.select(sa.func.count(), sa.func.count(LETTER.c.returned_on)).where(
        LETTER.c.sent_on.between(asked.first, asked.last),
        LETTER.c.state.in_(SENT),
        LETTER.c.channel == Channel.POST.value,
    )
    query = query.where(of_creditors(LETTER.c.creditor_id, asked.creditors))
    mailed, returned = conn.execute(query).one()
    return [
        Tie("Letters mailed equal those on record", int(str(total["letters"])), int(mailed)),
        Tie("Returned letters equal those on record", int(str(total["returned"])), int(returned)),
    ]


RETURNED_MAIL = Report(
    name="returned-mail",
    title="Returned mail",
    group=Group.MAIL,
    question="How much mail is returned, why, and from which ZIP codes?",
    span=Span.PERIOD,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out="The letters equal those on record that were mailed in the period.",
    ties=_ties,
    dimensions=CUBE.dimensions,
    by=("month",),
    drill=CUBE.drill(),
    chart=Chart(("returned",)),
    roles=MANAGERS | {Role.MAIL_ROOM, Role.CLERK},
    months=3,
)
