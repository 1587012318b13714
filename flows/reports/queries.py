"""What the pages of reports read beside the reports: creditors by name, and the account of a drill."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.creditors import CREDITOR, of_creditors
from flows.reports.cube import ACCOUNT, PERSON
from models.errors import NotFound


class DrillAccount(NamedTuple):
    """The account whose ledger lines are shown."""

    account_id: int
    number: str
    person_id: int
    first_name: str
    last_name: str


def creditors_listed(conn: Connection, allowed: frozenset[int] | None) -> dict[str, str]:
    """The names of the creditors that a user may read, by code."""
    query = sa.select(CREDITOR.c.external_id, CREDITOR.c.name).order_by(CREDITOR.c.name)
    if allowed is not None:
        query = query.where(CREDITOR.c.id.in_(sorted(allowed)))
    return {row[0]: row[1] for row in conn.execute(query)}


def account_of_drill(conn: Connection, account_id: int, creditors: frozenset[int] | None) -> DrillAccount:
    """An account of the creditors that are asked for. Raises NotFound."""
    query = (
        sa.select(ACCOUNT.c.id, ACCOUNT.c.number, PERSON.c.id, PERSON.c.first_name, PERSON.c.last_name)
        .join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
        .where(ACCOUNT.c.id == account_id)
    )
    query = query.where(of_creditors(ACCOUNT.c.creditor_id, creditors))
    if (row := conn.execute(query).first()) is None:
        raise NotFound("there is no such account in this report")
    return DrillAccount(*row)
