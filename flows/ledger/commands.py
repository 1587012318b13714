"""Posting to the ledger: an amount, its history and its consequences, once per source and external id."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from flows.accounts.balances import Moved
from flows.changes import announce
from flows.ledger.entry import Entry
from flows.ledger.posted import LedgerChanged, Posted
from models import Account, LedgerEntry, Person
from models.columns import ColumnValues, table
from models.database import Transaction, batches, bulk, group_by_key
from models.enums import LedgerKind
from models.events import LedgerPosted
from models.ids import EntryId

ACCOUNT = table(Account)
LEDGER = table(LedgerEntry)
PERSON = table(Person)

_MOVE_BALANCE = (
    sa.update(ACCOUNT)
    .where(ACCOUNT.c.id == sa.bindparam("key"))
    .values(balance_cents=sa.bindparam("after"), version=ACCOUNT.c.version + 1)
)


def already_posted(tx: Transaction, keys: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of these (source, external id) are in the ledger, by uq_ledger_source_external."""
    found: set[tuple[str, str]] = set()
    for source, ids in group_by_key(keys).items():
        for part in batches(ids):
            query = sa.select(LEDGER.c.external_id).where(LEDGER.c.source == source, LEDGER.c.external_id.in_(part))
            found.update((source, external) for external in tx.conn.execute(query).scalars())
    return found


def post(tx: Transaction, entries: Sequence[Entry]) -> list[Entry]:
    """Post a page of entries; returns those that were new. An entry that is already in the ledger changes nothing.

    The consequences are in flows/consequences.py.
    """
    held = already_posted(tx, [(entry.source, entry.external_id) for entry in entries])
    fresh: list[Entry] = []
    for entry in entries:
        if (entry.source, entry.external_id) not in held:
            held.add((entry.source, entry.external_id))
            fresh.append(entry)
    if not fresh:
        return fresh
    owed = _owed_now(tx, sorted({entry.account_id for entry in fresh}))
    before = {key: account.balance_cents for key, account in owed.items()}
    after = dict(before)
    rows: list[dict[str, object]] = []
    posted: list[Posted] = []
    for key, entry in zip(tx.ids(LedgerEntry, len(fresh)), fresh, strict=True):
        after[entry.account_id] += entry.amount_cents
        rows.append(_row(key, entry, tx.business_date, owed[entry.account_id].payer_class))
        posted.append(Posted(EntryId(key), entry, after[entry.account_id]))
        tx.record(_event(entry, after[entry.account_id]))
    tx.insert(LedgerEntry, rows)
    bulk(tx.conn, _MOVE_BALANCE, [{"key": key, "after": balance} for key, balance in after.items()])
    ended = _ended_by(posted)
    moved = [Moved(key, before[key], balance, ended.get(key)) for key, balance in after.items()]
    announce(tx, LedgerChanged(tuple(posted), tuple(moved)))
    return fresh


def _ended_by(posted: Sequence[Posted]) -> dict[int, LedgerKind]:
    """The kind of entry that brought the balance to zero, by account; the last one if there are several."""
    return {
        one.entry.account_id: one.entry.kind
        for one in posted
        if one.balance_cents <= 0 < one.balance_cents - one.entry.amount_cents
    }


def _row(key: int, entry: Entry, recorded_on: date, payer_class: str) -> ColumnValues:
    return {
        "id": key,
        "account_id": entry.account_id,
        "posted_on": entry.posted_on,
        "recorded_on": recorded_on,
        "payer_class": payer_class,
        "kind": entry.kind.value,
        "amount_cents": entry.amount_cents,
        "source": entry.source,
        "external_id": entry.external_id,
        "reference": entry.reference,
        "code": entry.code,
        "description": entry.description,
        "units": entry.units,
        "settlement_id": entry.settlement_id,
        "matter_id": entry.matter_id,
    }


def _event(entry: Entry, balance: int) -> LedgerPosted:
    return LedgerPosted(
        account_id=entry.account_id,
        entry=entry.kind.value,
        amount_cents=entry.amount_cents,
        posted_on=entry.posted_on,
        balance_cents=balance,
        source=entry.source,
        external_id=entry.external_id,
        reference=entry.reference,
    )


class _Owed(NamedTuple):
    balance_cents: int
    payer_class: str


def _owed_now(tx: Transaction, account_ids: Sequence[int]) -> dict[int, _Owed]:
    """Balances and payer classes, locked until the transaction ends if the database locks rows."""
    found: dict[int, _Owed] = {}
    for part in batches(account_ids):
        query = sa.select(ACCOUNT.c.id, ACCOUNT.c.balance_cents, ACCOUNT.c.payer_class).where(ACCOUNT.c.id.in_(part))
        rows = tx.conn.execute(query.order_by(ACCOUNT.c.id).with_for_update())
        found.update((row[0], _Owed(row[1], row[2])) for row in rows)
    return found
