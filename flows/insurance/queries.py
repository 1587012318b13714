"""Insurance as it is stored: of an account, by number, and what waits for an answer."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import Account, Coverage
from models.columns import AnyRow, in_keys, table
from models.coverage import WAITS
from models.errors import NotFound
from models.remedies import Remedy

ACCOUNT = table(Account)
COVERAGE = table(Coverage)

WAITING = sa.text(f"coverage.{WAITS}")
"""Written out, not bound, so that ix_coverage_look is found by it."""


_SHOWN_AS = {"reported_on": "told_on", "recorded_by": "taken_by", "review_on": "look_on"}
"""The names by which other programs know these columns."""


def coverage_row(conn: Connection, number: int, *, lock: bool = False) -> AnyRow:
    """An insurance by its number; raises NotFound."""
    query = sa.select(COVERAGE).where(COVERAGE.c.id == number)
    row = conn.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise NotFound(f"there is no insurance {number}", remedy=Remedy.LIST_INSURANCE)
    return row


def waiting_on(conn: Connection, account_ids: Sequence[int]) -> list[AnyRow]:
    """The insurance of these accounts that has not decided, by ix_coverage_account."""
    query = sa.select(COVERAGE).where(in_keys(COVERAGE.c.account_id, account_ids), WAITING)
    return list(conn.execute(query.order_by(COVERAGE.c.id)))


def coverages_of(conn: Connection, account_ids: Sequence[int]) -> list[dict[str, Any]]:
    """The insurance of accounts for people to read, the newest first."""
    query = (
        sa.select(COVERAGE, ACCOUNT.c.number.label("number"))
        .join(ACCOUNT, ACCOUNT.c.id == COVERAGE.c.account_id)
        .where(in_keys(COVERAGE.c.account_id, account_ids))
        .order_by(COVERAGE.c.id.desc())
    )
    return [
        {_SHOWN_AS.get(str(name), str(name)): value for name, value in row.items()}
        for row in conn.execute(query).mappings()
    ]
