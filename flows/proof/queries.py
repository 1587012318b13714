"""What the proof reads: the heads, the accounts that moved, the rows that are chained."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

from models import Account, AccountEvent, Hold, LedgerEntry, PatientView, Seal, SealedHead, SignIn, UserChange
from models.columns import AnyRow, columns_as, table

ACCOUNT = table(Account)
EVENT = table(AccountEvent)
LEDGER = table(LedgerEntry)
SEAL = table(Seal)
SEALED = table(SealedHead)

A_PAGE = 5_000


@dataclass(frozen=True, slots=True)
class ChainedTable:
    """An append-only table: its `columns`, of a hold those that never change."""

    name: str
    noun: type[SQLModel]
    columns: tuple[str, ...]


CHAINED = (
    ChainedTable(
        "ledger",
        LedgerEntry,
        ("id", "account_id", "posted_on", "kind", "amount_cents", "source", "external_id", "reference"),
    ),
    ChainedTable("holds", Hold, ("id", "person_id", "account_id", "kind", "scope", "from_on", "opened_by")),
    ChainedTable(
        "looks",
        PatientView,
        ("id", "at", "business_date", "user_name", "what", "person_id", "account_id", "about", "why"),
    ),
    ChainedTable("sign_ins", SignIn, ("id", "at", "name", "address", "outcome")),
    ChainedTable("user_changes", UserChange, ("id", "at", "business_date", "name", "what", "actor")),
)


def newest_seal(conn: Connection) -> AnyRow | None:
    """The last head."""
    return conn.execute(sa.select(SEAL).order_by(SEAL.c.id.desc()).limit(1)).first()


def all_seals(conn: Connection) -> list[AnyRow]:
    """Every head, the first one first."""
    return list(conn.execute(sa.select(SEAL).order_by(SEAL.c.id)))


def rows_between(conn: Connection, chained: ChainedTable, after: int, through: int | None = None) -> Iterator[AnyRow]:
    """Rows of a table after a key, in the order of their keys; by its primary key, a page at a time."""
    source = table(chained.noun)
    columns = [source.c[name] for name in chained.columns]
    while True:
        query = sa.select(*columns).where(source.c.id > after).order_by(source.c.id).limit(A_PAGE)
        if through is not None:
            query = query.where(source.c.id <= through)
        page = conn.execute(query).all()
        yield from page
        if len(page) < A_PAGE:
            return
        after = page[-1][0]


def moved_heads(conn: Connection) -> list[AnyRow]:
    """Accounts whose history grew since it was sealed, if the sealed part is unchanged."""
    still = sa.and_(EVENT.c.account_id == SEALED.c.account_id, EVENT.c.seq == SEALED.c.seq)
    query = (
        sa.select(
            ACCOUNT.c.id,
            ACCOUNT.c.history_seq,
            ACCOUNT.c.history_digest,
            SEALED.c.seq.label("sealed_seq"),
            SEALED.c.digest.label("sealed_digest"),
        )
        .outerjoin(SEALED, SEALED.c.account_id == ACCOUNT.c.id)
        .outerjoin(EVENT, still)
        .where(
            ACCOUNT.c.history_seq > sa.func.coalesce(SEALED.c.seq, 0),
            # An altered history is not sealed again, so that it is still found.
            sa.or_(SEALED.c.seq.is_(None), EVENT.c.digest == SEALED.c.digest),
        )
        .order_by(ACCOUNT.c.id)
    )
    return list(conn.execute(query))


def sealed_heads(conn: Connection) -> Iterator[AnyRow]:
    """Every account's sealed head, with the event at its place in the history now."""
    still = sa.and_(EVENT.c.account_id == SEALED.c.account_id, EVENT.c.seq == SEALED.c.seq)
    after = 0
    while True:
        query = (
            sa.select(SEALED, EVENT.c.digest.label("now"), ACCOUNT.c.number)
            .join(ACCOUNT, ACCOUNT.c.id == SEALED.c.account_id)
            .outerjoin(EVENT, still)
            .where(SEALED.c.account_id > after)
            .order_by(SEALED.c.account_id)
            .limit(A_PAGE)
        )
        page = conn.execute(query).all()
        yield from page
        if len(page) < A_PAGE:
            return
        after = page[-1].account_id


class WrongBalance(TypedDict):
    """An account whose balance is not the sum of its ledger."""

    number: str
    balance_cents: int
    ledger_cents: int


def wrong_balances(conn: Connection, account_id: int | None = None) -> list[WrongBalance]:
    """Accounts whose balance is not the sum of their ledger."""
    total = sa.func.coalesce(sa.func.sum(LEDGER.c.amount_cents), 0)
    query = (
        sa.select(ACCOUNT.c.number, ACCOUNT.c.balance_cents, total.label("ledger_cents"))
        .outerjoin(LEDGER, LEDGER.c.account_id == ACCOUNT.c.id)
        .group_by(ACCOUNT.c.id, ACCOUNT.c.number, ACCOUNT.c.balance_cents)
        .having(total != ACCOUNT.c.balance_cents)
        .order_by(ACCOUNT.c.id)
    )
    if account_id is not None:
        query = query.where(ACCOUNT.c.id == account_id)
    return [columns_as(WrongBalance, row) for row in conn.execute(query)]
