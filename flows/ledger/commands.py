"""Posting to the ledger: an amount, its history and what follows from it, once per source and external id."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from flows.accounts.answers import answer, answer_together
from flows.accounts.happenings import Moved, balances_moved, happen
from flows.agency_handoff.placement.watch import Posted, entries_posted
from flows.arrangements.settlements.watch import due_entries
from flows.arrangements.watch import watch
from flows.calls.promises import money_moved
from flows.estates.matters.opening import join_matters
from flows.ledger.came_back import came_back, returned
from flows.ledger.checks import ESTATE, is_mistake
from flows.ledger.entry import Entry
from flows.ledger.refunds.credit import watch_credits
from flows.schedules.schedule import On
from letters.kinds import LetterKind
from models import Account, LedgerEntry, Person
from models.columns import table
from models.database import Transaction, bulk, grouped, parts
from models.events import LedgerPosted
from models.kinds import LedgerKind

ACCOUNT = table(Account)
LEDGER = table(LedgerEntry)
PERSON = table(Person)

LATELY = timedelta(days=14)
"""An entry older than this, as a book brings them along, is no news to anybody."""

_MOVE_BALANCE = (
    sa.update(ACCOUNT)
    .where(ACCOUNT.c.id == sa.bindparam("key"))
    .values(balance_cents=sa.bindparam("after"), version=ACCOUNT.c.version + 1)
)


def already_posted(tx: Transaction, keys: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of these (source, external id) the ledger holds, by uq_ledger_source_external."""
    found: set[tuple[str, str]] = set()
    for source, ids in grouped(keys).items():
        for part in parts(ids):
            query = sa.select(LEDGER.c.external_id).where(LEDGER.c.source == source, LEDGER.c.external_id.in_(part))
            found.update((source, external) for external in tx.conn.execute(query).scalars())
    return found


def post(tx: Transaction, entries: Sequence[Entry]) -> list[Entry]:
    """Post a page of entries; gives those that were new. One that the ledger holds already changes nothing."""
    held = already_posted(tx, [(entry.source, entry.external_id) for entry in entries])
    fresh: list[Entry] = []
    for entry in entries:
        if (entry.source, entry.external_id) not in held:
            held.add((entry.source, entry.external_id))
            fresh.append(entry)
    if not fresh:
        return fresh
    before = _balances(tx, sorted({entry.account_id for entry in fresh}))
    after = dict(before)
    rows: list[dict[str, object]] = []
    posted: list[Posted] = []
    for key, entry in zip(tx.ids(LedgerEntry, len(fresh)), fresh, strict=True):
        after[entry.account_id] += entry.amount_cents
        rows.append(_row(key, entry))
        posted.append(Posted(key, entry, after[entry.account_id]))
        tx.record(_event(entry, after[entry.account_id]))
    tx.insert(LedgerEntry, rows)
    bulk(tx.conn, _MOVE_BALANCE, [{"key": key, "after": balance} for key, balance in after.items()])
    ended = _ended_by(posted)
    balances_moved(tx, [Moved(key, before[key], balance, ended.get(key)) for key, balance in after.items()])
    # Before an account of the dead joins a matter: one that the money had closed is open again then.
    undone = came_back(tx, returned(fresh))
    owed_again = [key for key, balance in after.items() if before[key] <= 0 < balance]
    if owed_again:
        join_matters(tx, owed_again, "something is owed again after the death")
    watch(tx, sorted(after))
    entries_posted(tx, posted)
    charged = sorted({entry.account_id for entry in fresh if entry.kind is LedgerKind.CHARGE})
    happen(tx, On.NEW_CHARGE, charged, tx.business_date)
    _answer(tx, posted)
    post(tx, undone)
    # A settlement that is now paid lets the rest go; what it posts can make no other one due.
    post(tx, due_entries(tx, sorted(after)))
    watch_credits(tx, sorted(after))
    money_moved(tx, sorted({entry.account_id for entry in fresh if entry.kind is LedgerKind.PATIENT_PAYMENT}))
    return fresh


def _ended_by(posted: Sequence[Posted]) -> dict[int, LedgerKind]:
    """By which kind of entry nothing was owed any more, by account; the last one where there are several."""
    return {
        one.entry.account_id: one.entry.kind
        for one in posted
        if one.balance_cents <= 0 < one.balance_cents - one.entry.amount_cents
    }


def _answer(tx: Transaction, posted: Sequence[Posted]) -> None:
    """Tell the guarantor of money that lately came back from the bank, or goes back to them.

    Of all that came back at once one letter tells: a check comes back whole, on all accounts that it paid.
    """
    lately = [one for one in posted if one.entry.amount_cents > 0 and one.entry.posted_on >= tx.business_date - LATELY]
    for one in lately:
        if one.entry.kind is LedgerKind.REFUND:
            answer(tx, LetterKind.REFUND_NOTICE, [one.entry.account_id], entries=[one.entry_id])
    bounced = grouped(
        (one.entry.account_id, one.entry_id)
        for one in lately
        if one.entry.kind is LedgerKind.PATIENT_PAYMENT and one.entry.source != ESTATE and not is_mistake(one.entry)
    )
    for accounts in _together(tx, sorted(bounced)):
        answer_together(
            tx, LetterKind.RETURNED_CHECK, accounts, [key for account in accounts for key in bounced[account]]
        )


def _together(tx: Transaction, account_ids: Sequence[int]) -> list[list[int]]:
    """Accounts of one guarantor at one creditor, of whom one letter tells; nobody writes to the dead."""
    query = (
        sa.select(ACCOUNT.c.guarantor_id, ACCOUNT.c.creditor_id, ACCOUNT.c.id)
        .join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
        .where(ACCOUNT.c.id.in_(account_ids), PERSON.c.death_date.is_(None))
    )
    rows = tx.conn.execute(query.order_by(ACCOUNT.c.id)).all()
    return list(grouped(((row.guarantor_id, row.creditor_id), row.id) for row in rows).values())


def _row(key: int, entry: Entry) -> dict[str, object]:
    return {
        "id": key,
        "account_id": entry.account_id,
        "posted_on": entry.posted_on,
        "kind": entry.kind.value,
        "amount_cents": entry.amount_cents,
        "source": entry.source,
        "external_id": entry.external_id,
        "reference": entry.reference,
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


def _balances(tx: Transaction, account_ids: Sequence[int]) -> dict[int, int]:
    """The balances, locked until the transaction ends where the database locks rows."""
    found: dict[int, int] = {}
    for part in parts(account_ids):
        query = sa.select(ACCOUNT.c.id, ACCOUNT.c.balance_cents).where(ACCOUNT.c.id.in_(part))
        found.update((row[0], row[1]) for row in tx.conn.execute(query.order_by(ACCOUNT.c.id).with_for_update()))
    return found
