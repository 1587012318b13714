"""The addresses to check: of people with a balance or a letter in the queue, not checked lately."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.correspondence.letters.queries import LETTER, PERSON, UNSENT_LETTER, name_of
from flows.settings.queries import policy_now
from models import Account
from models.columns import AnyRow, table
from models.enums import Channel
from models.ids import PersonId
from models.places import STATES

ACCOUNT = table(Account)

ADDRESS_FILE_COLUMNS = ("reference", "name", "address1", "address2", "city", "state", "zip", "zip4", "last_checked_on")
"""The columns of the file to a CASS and NCOALink service; `reference` comes back in its result."""


def due_before(conn: Connection, today: date) -> date:
    """The first day of a check that still counts."""
    return today - timedelta(days=policy_now(conn).address_check_days)


def _due(since: date) -> sa.ColumnElement[bool]:
    return sa.or_(PERSON.c.address_checked_on.is_(None), PERSON.c.address_checked_on < since)


def addresses_to_check(conn: Connection, today: date, *, every: bool = False) -> Iterator[tuple[object, ...]]:
    """The rows of the address file: complete addresses in the United States of living guarantors with a balance or an
    unsent letter; `every`: also those that were checked lately."""
    owes = sa.select(ACCOUNT.c.id).where(ACCOUNT.c.guarantor_id == PERSON.c.id, ACCOUNT.c.balance_cents > 0)
    writes = sa.select(LETTER.c.id).where(LETTER.c.guarantor_id == PERSON.c.id, UNSENT_LETTER)
    query = sa.select(PERSON).where(
        sa.or_(owes.exists(), writes.exists()),
        PERSON.c.death_date.is_(None),
        PERSON.c.address1.is_not(None),
        PERSON.c.city.is_not(None),
        PERSON.c.zip.is_not(None),
        PERSON.c.state.in_(sorted(STATES)),
        PERSON.c.country == "",
    )
    if not every:
        query = query.where(_due(due_before(conn, today)))
    for row in conn.execute(query.order_by(PERSON.c.id)):
        yield _line(row)


def _line(row: AnyRow) -> tuple[object, ...]:
    zip5, _, plus = str(row.zip).partition("-")
    checked = row.address_checked_on.isoformat() if row.address_checked_on else ""
    return (f"P{row.id}", name_of(row), row.address1, row.address2 or "", row.city, row.state, zip5, plus, checked)


def person_of(line: Sequence[object]) -> PersonId:
    """The person of a row of the address file, by its reference."""
    return PersonId(int(str(line[0]).removeprefix("P")))


def unchecked_letters(conn: Connection, today: date, batch: int | None = None) -> set[int]:
    """The letters of a batch, or all unsent ones, that go to an address that was not checked lately."""
    query = (
        sa.select(LETTER.c.id)
        .join(PERSON, PERSON.c.id == LETTER.c.guarantor_id)
        .where(LETTER.c.channel == Channel.POST.value, _due(due_before(conn, today)))
    )
    query = query.where(UNSENT_LETTER if batch is None else LETTER.c.print_batch_id == batch)
    return set(conn.execute(query).scalars())
