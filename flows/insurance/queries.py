"""Insurance as it is stored: of an account, by number, and what is pending."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

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
"""A literal, not a parameter, so that ix_coverage_look is used."""


class InsuranceLine(TypedDict):
    """An insurance as an account's view has it: `told_on` is when it was reported."""

    id: int
    payer: str
    payer_class: str
    member_id: str
    group_number: str | None
    holder: str | None
    state: str
    told_on: date
    source: str
    file_by_on: date | None
    billed_on: date | None
    ended_on: date | None
    ended_why: str | None


class CoverageLine(InsuranceLine):
    """The same with what only pastdue needs: `taken_by` recorded it, and the nightly run reviews it on `look_on`.
    `number` is the account's."""

    account_id: int
    taken_by: str
    look_on: date | None
    class_before: str | None
    number: str


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


def coverages_of(conn: Connection, account_ids: Sequence[int]) -> list[CoverageLine]:
    """The insurance of accounts for people to read, the newest first."""
    query = (
        sa.select(COVERAGE, ACCOUNT.c.number)
        .join(ACCOUNT, ACCOUNT.c.id == COVERAGE.c.account_id)
        .where(in_keys(COVERAGE.c.account_id, account_ids))
        .order_by(COVERAGE.c.id.desc())
    )
    return [
        {
            "id": row.id,
            "account_id": row.account_id,
            "payer": row.payer,
            "payer_class": row.payer_class,
            "member_id": row.member_id,
            "group_number": row.group_number,
            "holder": row.holder,
            "state": row.state,
            "told_on": row.reported_on,
            "source": row.source,
            "taken_by": row.recorded_by,
            "file_by_on": row.file_by_on,
            "look_on": row.review_on,
            "billed_on": row.billed_on,
            "class_before": row.class_before,
            "ended_on": row.ended_on,
            "ended_why": row.ended_why,
            "number": row.number,
        }
        for row in conn.execute(query)
    ]
