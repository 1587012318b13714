"""Guarantors' credits at creditors, as letters tell of them beside what is owed."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.refunds.decide import guarantors_credit
from flows.refunds.queries import ACCOUNT, CREDIT, lines_of, on_their_way
from models.columns import AnyRow, among
from models.database import grouped, parts
from models.kinds import Payee

Whose = tuple[int, int]
"""A guarantor and a creditor, by their ids."""


def credits_of(conn: Connection, guarantor_ids: Sequence[int]) -> dict[Whose, list[tuple[str, int]]]:
    """What of credit balances is the guarantors' and not on its way back, in cents with the number of its account; by
    ix_account_credit."""
    rows: list[AnyRow] = []
    for part in parts(sorted(set(guarantor_ids))):
        below = sa.select(ACCOUNT).where(CREDIT, among(ACCOUNT.c.guarantor_id, part))
        rows += conn.execute(below.order_by(ACCOUNT.c.id))
    ids = [row.id for row in rows]
    lines, going = lines_of(conn, ids), on_their_way(conn, ids)
    found: list[tuple[Whose, tuple[str, int]]] = []
    for row in rows:
        back = [(Payee(one.payee), one.amount_cents) for one in going.get(row.id, [])]
        cents = guarantors_credit(lines.get(row.id, []), back)
        if cents > 0:
            found.append(((row.guarantor_id, row.creditor_id), (row.number, cents)))
    return grouped(found)
