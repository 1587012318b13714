"""Guarantors' credits at creditors, beside their balances due."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.ledger.refunds.decide import guarantors_credit
from flows.ledger.refunds.queries import ACCOUNT, CREDIT, lines_of, on_their_way
from models.columns import AnyRow, in_keys
from models.database import batches, group_by_key
from models.enums import Payee

Whose = tuple[int, int]
"""A guarantor and a creditor, by their ids."""


def own_credits(conn: Connection, account_ids: Sequence[int]) -> dict[int, int]:
    """The guarantor's part of credit balances that is not being refunded, in cents above zero; an account without such
    a part has no row."""
    lines, going = lines_of(conn, account_ids), on_their_way(conn, account_ids)
    found: dict[int, int] = {}
    for key in account_ids:
        back = [(Payee(one.payee), one.amount_cents) for one in going.get(key, [])]
        cents = guarantors_credit(lines.get(key, []), back)
        if cents > 0:
            found[key] = cents
    return found


def credits_of(conn: Connection, guarantor_ids: Sequence[int]) -> dict[Whose, list[tuple[str, int]]]:
    """The guarantors' part of credit balances that is not being refunded, in cents with the account number; by
    ix_account_credit."""
    rows: list[AnyRow] = []
    for part in batches(sorted(set(guarantor_ids))):
        below = sa.select(ACCOUNT).where(CREDIT, in_keys(ACCOUNT.c.guarantor_id, part))
        rows += conn.execute(below.order_by(ACCOUNT.c.id))
    own = own_credits(conn, [row.id for row in rows])
    return group_by_key(
        ((row.guarantor_id, row.creditor_id), (row.number, own[row.id])) for row in rows if row.id in own
    )
