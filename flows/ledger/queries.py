"""The contents of the ledger: patient payments since an entry, balances, and the newest entry."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import Account, LedgerEntry
from models.columns import in_keys, table
from models.database import batches, group_by_key
from models.enums import LedgerKind

ACCOUNT = table(Account)
LEDGER = table(LedgerEntry)

REVERSAL = ":reversal"
"""The suffix of a reversal, after the reference of its payment."""


class PatientEntry(NamedTuple):
    """A patient's payment in the ledger, or one that was reversed."""

    id: int
    account_id: int
    amount_cents: int
    external_id: str
    posted_on: date


_ENTRY = (LEDGER.c.id, LEDGER.c.account_id, LEDGER.c.amount_cents, LEDGER.c.external_id, LEDGER.c.posted_on)


class Since(NamedTuple):
    """Accounts, and the entry after which payments on them count."""

    account_ids: Sequence[int]
    entry: int


def last_entry(conn: Connection) -> int:
    """The newest entry of the whole ledger; what comes later has a greater key."""
    return int(conn.execute(sa.select(sa.func.coalesce(sa.func.max(LEDGER.c.id), 0))).scalar_one())


def paid_since(conn: Connection, account_ids: Sequence[int], entry: int) -> int:
    """Patient payments on these accounts after an entry, less their reversals, in cents.

    A check that was returned after the entry, but posted before it, does not reduce the payments since.
    """
    return paid_since_each(conn, {0: Since(account_ids, entry)})[0]


def paid_since_each(conn: Connection, asked: Mapping[int, Since]) -> dict[int, int]:
    """The same for each of many, by their own keys: two queries however many there are."""
    ids = sorted({key for since in asked.values() for key in since.account_ids})
    # A reversal after an entry may be of a payment before it, so that payments are read by their names, too.
    later = entries_of_patients(conn, ids, min((since.entry for since in asked.values()), default=0))
    by_account = group_by_key((one.account_id, one) for one in later)
    named = group_by_key((one.account_id, one) for one in _paid_as(conn, ids, _reversed_names(later)))
    return {
        number: sum_since(
            [one for key in set(since.account_ids) for one in by_account.get(key, ())],
            [one for key in set(since.account_ids) for one in named.get(key, ())],
            since.entry,
        )
        for number, since in asked.items()
    }


def sum_since(entries: Sequence[PatientEntry], paid: Sequence[PatientEntry], entry: int) -> int:
    """Payments by entries after one, less their reversals, in cents. `paid` has the reversed payments, whenever they
    were posted."""
    later = [one for one in entries if one.id > entry]
    older = {one.external_id for one in paid if one.id <= entry} & set(_reversed_names(later))
    return -sum(one.amount_cents for one in later if one.external_id.removesuffix(REVERSAL) not in older)


def _reversed_names(entries: Iterable[PatientEntry]) -> list[str]:
    """The references of the payments that are reversed among entries."""
    return sorted({one.external_id.removesuffix(REVERSAL) for one in entries if one.external_id.endswith(REVERSAL)})


def _paid_as(conn: Connection, account_ids: Sequence[int], names: Sequence[str]) -> list[PatientEntry]:
    """Patients' payments on these accounts with one of these references."""
    paid = sa.select(*_ENTRY).where(LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value)
    return [
        PatientEntry(*row)
        for part in batches(names)
        for row in conn.execute(paid.where(in_keys(LEDGER.c.account_id, account_ids), LEDGER.c.external_id.in_(part)))
    ]


def paid_within(conn: Connection, account_ids: Sequence[int], entry: int, first: date, last: date) -> int:
    """Patient payments on these accounts dated from a day through another and posted after an entry, less their
    reversals, in cents. Payments dated before the first day do not count, whenever they were posted."""
    return sum_within(entries_of_patients(conn, account_ids, entry), first, last)


def entries_of_patients(conn: Connection, account_ids: Sequence[int], entry: int) -> list[PatientEntry]:
    """Patients' payments on these accounts that were posted after an entry, and those reversed after it."""
    paid = sa.and_(LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value, LEDGER.c.id > entry)
    return [
        PatientEntry(*row)
        for part in batches(account_ids)
        for row in conn.execute(sa.select(*_ENTRY).where(in_keys(LEDGER.c.account_id, part), paid))
    ]


def sum_within(entries: Sequence[PatientEntry], first: date, last: date) -> int:
    """Payments by entries dated from a day through another, less their reversals, in cents."""
    counted = {
        (one.account_id, one.external_id)
        for one in entries
        if first <= one.posted_on <= last and not one.external_id.endswith(REVERSAL)
    }
    return -sum(
        one.amount_cents for one in entries if (one.account_id, one.external_id.removesuffix(REVERSAL)) in counted
    )


def owed(conn: Connection, account_ids: Sequence[int]) -> int:
    """The total balance of these accounts; a credit balance lowers it."""
    query = sa.select(sa.func.coalesce(sa.func.sum(ACCOUNT.c.balance_cents), 0)).where(
        in_keys(ACCOUNT.c.id, account_ids)
    )
    return int(conn.execute(query).scalar_one())


def owed_by_account(conn: Connection, account_ids: Sequence[int]) -> dict[int, int]:
    """The balance of each of these accounts, in cents."""
    return {
        row[0]: row[1]
        for part in batches(account_ids)
        for row in conn.execute(sa.select(ACCOUNT.c.id, ACCOUNT.c.balance_cents).where(in_keys(ACCOUNT.c.id, part)))
    }
