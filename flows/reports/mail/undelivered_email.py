"""E-mail that did not arrive, or of which that is not known."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.collections.attribution import LETTER
from flows.reports.cube import BY_CREDITOR, PERSON, account_of_letter, count_of
from flows.reports.listing import Listing
from flows.reports.model import MANAGERS, Asked, Cell, Column, Dimension, Group, Report, Span, Tie, Unit
from models.columns import AnySelect
from models.enums import Channel, LetterState
from models.labels import label_of, letter_label
from models.user_enums import Role


def _undelivered(asked: Asked) -> sa.ColumnElement[bool]:
    failed = sa.or_(
        LETTER.c.state == LetterState.UNSURE.value,
        LETTER.c.returned_on.is_not(None),
        PERSON.c.email_failed_on >= LETTER.c.queued_on,
    )
    return sa.and_(
        LETTER.c.queued_on.between(asked.first, asked.last),
        sa.or_(LETTER.c.channel == Channel.EMAIL.value, LETTER.c.email.is_not(None)),
        failed,
    )


def _query(asked: Asked) -> AnySelect:
    return (
        sa.select(
            LETTER.c.id,
            LETTER.c.queued_on,
            LETTER.c.kind.label("letter"),
            LETTER.c.state,
            LETTER.c.attempts,
            LETTER.c.reason,
            LETTER.c.creditor_id,
            LETTER.c.guarantor_id.label("person_id"),
            account_of_letter(LETTER.c.id).label("account_id"),
            (PERSON.c.first_name + " " + PERSON.c.last_name).label("guarantor"),
            PERSON.c.email_failed_on,
        )
        .join(PERSON, PERSON.c.id == LETTER.c.guarantor_id)
        .where(_undelivered(asked))
    )


def _number(_asked: Asked, row: dict[str, Cell]) -> dict[str, Cell]:
    row["number"] = f"L-{row['id']:08d}"
    return row


LISTING = Listing(
    query=_query,
    columns=(
        Column("queued_on", "Date", Unit.DATE, "When the letter was written"),
        Column("number", "Letter", Unit.TEXT, "The number of the letter"),
        Column("letter", "Kind", Unit.TEXT, "The kind of letter", letter_label),
        Column("guarantor", "Guarantor", Unit.PERSON, "To whom it was sent"),
        Column("creditor", "Creditor", Unit.TEXT, "From which creditor"),
        Column("state", "State", Unit.TEXT, "What became of it", lambda word: label_of(LetterState, word)),
        Column("attempts", "Attempts", Unit.COUNT, "How often it was tried"),
        Column("email_failed_on", "Address failed", Unit.DATE, "Since when letters to this person are mailed"),
        Column("reason", "Reason", Unit.TEXT, "What the mail server said"),
    ),
    order=("queued_on", "id"),
    dimensions=(BY_CREDITOR, Dimension("letter", "Kind", letter_label)),
    finish=_number,
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    source = LETTER.join(PERSON, PERSON.c.id == LETTER.c.guarantor_id)
    there = count_of(conn, source, LETTER.c.creditor_id, asked, _undelivered(asked))
    total = LISTING.read(conn, asked).total["rows"]
    return [Tie("Every such e-mail on record is in the list", int(str(total)), there)]


UNDELIVERED_EMAIL = Report(
    name="undelivered-email",
    title="Undelivered e-mail",
    group=Group.MAIL,
    question="Which e-mails did not arrive, or may not have arrived?",
    span=Span.PERIOD,
    measures=LISTING.columns,
    read=LISTING.read,
    ties_out="Every e-mail on record that failed, or whose delivery is unknown, is in the list.",
    ties=_ties,
    dimensions=LISTING.dimensions,
    names_people=True,
    roles=MANAGERS | {Role.MAIL_ROOM},
    months=3,
)
