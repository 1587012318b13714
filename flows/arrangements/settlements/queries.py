"""Settlements as they are stored."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import Account, LedgerEntry, Person, Settlement, SettlementAccount
from models.columns import AnyRow, columns_as, in_keys, table
from models.enums import SettlementState

ACCOUNT = table(Account)
LEDGER = table(LedgerEntry)
PERSON = table(Person)
SETTLEMENT = table(Settlement)
SETTLEMENT_ACCOUNT = table(SettlementAccount)

SOURCE = "settlement"

OPEN = (SettlementState.PROPOSED.value, SettlementState.OFFERED.value)


class SettlementColumns(TypedDict):
    """A settlement as it is stored."""

    id: int
    guarantor_id: int
    creditor_id: int
    state: str
    owed_cents: int
    amount_cents: int
    expires_on: date
    proposed_on: date
    proposed_by: str
    decided_on: date | None
    decided_by: str | None
    after_entry_id: int
    ended_on: date | None
    reason: str | None


class SettlementLine(SettlementColumns):
    """A settlement with the numbers of its accounts."""

    accounts: list[str]


def accounts_of(conn: Connection, settlement_id: int) -> list[int]:
    """The accounts that a settlement is about."""
    query = sa.select(SETTLEMENT_ACCOUNT.c.account_id).where(SETTLEMENT_ACCOUNT.c.settlement_id == settlement_id)
    return sorted(conn.execute(query).scalars())


def open_on(conn: Connection, account_ids: Sequence[int], states: Sequence[str] = OPEN) -> list[AnyRow]:
    """The open settlements of these accounts, by ix_settlement_account_account."""
    mine = sa.select(SETTLEMENT_ACCOUNT.c.settlement_id).where(in_keys(SETTLEMENT_ACCOUNT.c.account_id, account_ids))
    query = sa.select(SETTLEMENT).where(SETTLEMENT.c.id.in_(mine), SETTLEMENT.c.state.in_(states))
    return list(conn.execute(query.order_by(SETTLEMENT.c.id)))


def posted_for(conn: Connection, settlement_id: int, account_ids: Sequence[int]) -> int:
    """How many entries a settlement has posted: it may be reversed when a check bounces, and be paid a second time."""
    mine = sa.and_(in_keys(LEDGER.c.account_id, account_ids), LEDGER.c.settlement_id == settlement_id)
    query = sa.select(sa.func.count()).select_from(LEDGER).where(mine)
    return int(conn.execute(query).scalar_one())


def list_settlements(conn: Connection, state: str | None = None) -> list[SettlementLine]:
    """Settlements as a list for people, newest first."""
    query = sa.select(SETTLEMENT).order_by(SETTLEMENT.c.id.desc())
    rows = conn.execute(query if state is None else query.where(SETTLEMENT.c.state == state)).all()
    return [{**columns_as(SettlementColumns, row), "accounts": _numbers(conn, row.id)} for row in rows]


def _numbers(conn: Connection, settlement_id: int) -> list[str]:
    query = sa.select(ACCOUNT.c.number).where(in_keys(ACCOUNT.c.id, accounts_of(conn, settlement_id)))
    return sorted(conn.execute(query).scalars())
