"""Lookups of the import: the people and records already known, a page of keys at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection

from flows.intake.book_files import OPENING
from models import Account, Creditor, IntakeFile, LedgerEntry, Person, PersonKey
from models.columns import AnyRow, columns_as, table
from models.database import batches
from models.enums import LedgerKind
from models.ids import CreditorId, PersonId

ACCOUNT = table(Account)
CREDITOR = table(Creditor)
INTAKE_FILE = table(IntakeFile)
LEDGER = table(LedgerEntry)
PERSON = table(Person)
PERSON_KEY = table(PersonKey)


def _one_of(conn: Connection, column: sa.ColumnElement[str], keys: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether a text is one of these: one parameter for any number, while an IN list needs one each."""
    if conn.dialect.name == "sqlite":
        text: sa.BindParameter[str] = sa.bindparam(None, orjson.dumps(keys).decode(), unique=True)
        return column.in_(sa.select(sa.func.json_each(text).table_valued("value").c.value))
    return column == sa.any_(sa.bindparam(None, list(keys), type_=ARRAY(sa.Text), unique=True))


def creditors_known(conn: Connection) -> dict[str, CreditorId]:
    """Every creditor's key by its external id; there are few."""
    return {row.external_id: row.id for row in conn.execute(sa.select(CREDITOR.c.external_id, CREDITOR.c.id))}


def persons_known(conn: Connection, source: str, role: str, external_ids: Sequence[str]) -> dict[str, AnyRow]:
    """The persons with these ids of a source in a role, by the primary key of person_key."""
    found: dict[str, AnyRow] = {}
    for part in batches(external_ids):
        query = (
            sa.select(PERSON_KEY.c.external_id, PERSON_KEY.c.said, PERSON)
            .join(PERSON, PERSON.c.id == PERSON_KEY.c.person_id)
            .where(
                PERSON_KEY.c.source == source, PERSON_KEY.c.role == role, _one_of(conn, PERSON_KEY.c.external_id, part)
            )
        )
        found.update((row.external_id, row) for row in conn.execute(query))
    return found


def person_ids(conn: Connection, source: str, role: str, external_ids: Iterable[str]) -> dict[str, PersonId]:
    """As persons_known, but their keys alone."""
    found: dict[str, PersonId] = {}
    for part in batches(sorted(set(external_ids))):
        query = sa.select(PERSON_KEY.c.external_id, PERSON_KEY.c.person_id).where(
            PERSON_KEY.c.source == source, PERSON_KEY.c.role == role, _one_of(conn, PERSON_KEY.c.external_id, part)
        )
        found.update((row[0], row[1]) for row in conn.execute(query))
    return found


def entries_known(conn: Connection, source: str, external_ids: Sequence[str]) -> dict[str, AnyRow]:
    """The ledger entries with these ids of a source, by uq_ledger_source_external."""
    found: dict[str, AnyRow] = {}
    for part in batches(external_ids):
        query = (
            sa.select(
                LEDGER.c.external_id,
                LEDGER.c.account_id,
                LEDGER.c.amount_cents,
                LEDGER.c.posted_on,
                LEDGER.c.kind,
                ACCOUNT.c.number,
            )
            .join(ACCOUNT, ACCOUNT.c.id == LEDGER.c.account_id)
            .where(LEDGER.c.source == source, _one_of(conn, LEDGER.c.external_id, part))
        )
        found.update((row.external_id, row) for row in conn.execute(query))
    return found


def openings(conn: Connection, source: str, numbers: Iterable[str]) -> dict[str, date]:
    """The day of the opening balance of those of these accounts that a source imported without entries."""
    keys = {f"{OPENING}{number}": number for number in set(numbers)}
    found: dict[str, date] = {}
    for part in batches(sorted(keys)):
        query = sa.select(LEDGER.c.external_id, LEDGER.c.posted_on).where(
            LEDGER.c.source == source, _one_of(conn, LEDGER.c.external_id, part)
        )
        found.update((keys[row[0]], row[1]) for row in conn.execute(query))
    return found


def accounts_known(conn: Connection, numbers: Iterable[str]) -> dict[str, AnyRow]:
    """Accounts by their numbers: key, balance, state, guarantor, creditor."""
    found: dict[str, AnyRow] = {}
    for part in batches(sorted(set(numbers))):
        query = sa.select(
            ACCOUNT.c.number,
            ACCOUNT.c.id,
            ACCOUNT.c.balance_cents,
            ACCOUNT.c.state,
            ACCOUNT.c.guarantor_id,
            ACCOUNT.c.creditor_id,
            ACCOUNT.c.payer_class,
            ACCOUNT.c.first_statement_on,
            ACCOUNT.c.patient_id,
            ACCOUNT.c.insurer,
            ACCOUNT.c.provider,
            ACCOUNT.c.service,
        ).where(_one_of(conn, ACCOUNT.c.number, part))
        found.update((row.number, row) for row in conn.execute(query))
    return found


def accounts_in_any_case(conn: Connection, numbers: Sequence[str]) -> dict[str, AnyRow]:
    """Accounts by the numbers that a payer returns, some in capitals: an unknown number means the one account
    whose number differs in case only."""
    found = accounts_known(conn, numbers)
    others = sorted({number.casefold() for number in numbers if number not in found})
    if not others:
        return found
    spelled: dict[str, list[str]] = {}
    for part in batches(others):
        query = sa.select(ACCOUNT.c.number).where(_one_of(conn, sa.func.lower(ACCOUNT.c.number), part))
        for number in conn.execute(query).scalars():
            spelled.setdefault(number.casefold(), []).append(number)
    meant = {
        number: spelled[number.casefold()][0]
        for number in numbers
        if number not in found and len(spelled.get(number.casefold(), ())) == 1
    }
    accounts = accounts_known(conn, meant.values())
    return found | {number: accounts[one] for number, one in meant.items()}


def accounts_of_persons(conn: Connection, person_ids: Sequence[int]) -> list[AnyRow]:
    """The accounts on which these persons are guarantor or patient, by the indexes on both."""
    found: list[AnyRow] = []
    for part in batches(person_ids):
        query = (
            sa.select(ACCOUNT.c.id, ACCOUNT.c.guarantor_id, ACCOUNT.c.patient_id, ACCOUNT.c.creditor_id)
            .where(sa.or_(ACCOUNT.c.guarantor_id.in_(part), ACCOUNT.c.patient_id.in_(part)))
            .order_by(ACCOUNT.c.id)
        )
        found.extend(conn.execute(query))
    return found


def file_known(conn: Connection, sha256: str, kind: str, options: str) -> AnyRow | None:
    """The record of a file that was imported before in the same way, if there is one."""
    query = sa.select(INTAKE_FILE).where(
        INTAKE_FILE.c.sha256 == sha256, INTAKE_FILE.c.kind == kind, INTAKE_FILE.c.options == options
    )
    return conn.execute(query).first()


def owing_accounts(conn: Connection, account_ids: Sequence[int]) -> list[AnyRow]:
    """Those of these accounts with a balance due, the oldest first statement first."""
    query = sa.select(ACCOUNT.c.id, ACCOUNT.c.creditor_id, ACCOUNT.c.balance_cents)
    owing = query.where(ACCOUNT.c.id.in_(account_ids), ACCOUNT.c.balance_cents > 0)
    oldest = sa.func.coalesce(ACCOUNT.c.first_statement_on, ACCOUNT.c.service_from)
    return list(conn.execute(owing.order_by(oldest, ACCOUNT.c.id)))


def guarantor_known(conn: Connection, external_id: str) -> PersonId | None:
    """The guarantor with this id in any source; None if there is none, or if two sources mean two people."""
    query = sa.select(PERSON_KEY.c.person_id).where(
        PERSON_KEY.c.role == "guarantor", PERSON_KEY.c.external_id == external_id
    )
    found = set(conn.execute(query).scalars())
    return found.pop() if len(found) == 1 else None


def patient_paid(conn: Connection, account_ids: Sequence[int]) -> dict[int, int]:
    """What the patient paid on each account so far, in cents above zero."""
    found: dict[int, int] = {}
    for part in batches(account_ids):
        query = (
            sa.select(LEDGER.c.account_id, sa.func.sum(LEDGER.c.amount_cents))
            .where(LEDGER.c.account_id.in_(part), LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value)
            .group_by(LEDGER.c.account_id)
        )
        found.update((row[0], -int(row[1])) for row in conn.execute(query))
    return found


def written_off_by_claim(conn: Connection, account_id: int, source: str, payer_control: str) -> int | None:
    """The write-off so far for an insurer's claim on an account, in cents; None for a claim that was never posted."""
    query = sa.select(LEDGER.c.kind, LEDGER.c.external_id, LEDGER.c.amount_cents).where(
        LEDGER.c.account_id == account_id, LEDGER.c.source == source
    )
    mine = [row for row in conn.execute(query) if row.external_id.endswith(f":{payer_control}:{row.kind}")]
    if not payer_control or not mine:
        return None
    return -sum(row.amount_cents for row in mine if row.kind == LedgerKind.CONTRACTUAL.value)


@dataclass(frozen=True, slots=True)
class Remitted:
    """A claim that a remittance posted on an account: the ending of its entries, its day, and its amounts in cents."""

    ending: str
    posted_on: date
    paid: int
    written_off: int

    def is_claim(self, control: str, posted_on: date, paid: int, written_off: int | None) -> bool:
        """Whether it is this claim; `written_off` is None if that amount does not distinguish two."""
        same = (self.posted_on, self.paid) == (posted_on, paid) and self.ending.endswith(f":{control}")
        return same and written_off in (None, self.written_off)


def remitted(conn: Connection, account_ids: Sequence[int], source: str, prefix: str) -> dict[int, list[Remitted]]:
    """What a payer posted on these accounts under one trace, in the order in which it was posted."""
    moved: dict[tuple[int, str], dict[str, AnyRow]] = {}
    for part in batches(account_ids):
        query = sa.select(LEDGER).where(LEDGER.c.account_id.in_(part), LEDGER.c.source == source)
        for row in conn.execute(query.order_by(LEDGER.c.id)):
            if row.external_id.startswith(prefix):
                ending = row.external_id.removesuffix(f":{row.kind}")
                moved.setdefault((row.account_id, ending), {})[row.kind] = row
    found: dict[int, list[Remitted]] = {}
    for (account_id, ending), kinds in moved.items():
        paid, off = kinds.get(LedgerKind.INSURANCE_PAYMENT.value), kinds.get(LedgerKind.CONTRACTUAL.value)
        if paid is not None:
            off_cents = 0 if off is None else -off.amount_cents
            found.setdefault(account_id, []).append(Remitted(ending, paid.posted_on, -paid.amount_cents, off_cents))
    return found


class FileTaken(TypedDict):
    """An imported file, and the results of its rows."""

    name: str
    kind: str
    taken_on: date
    rows: int
    taken: int
    known: int
    rejected: int
    reject_file: str | None
    taken_cents: int
    known_cents: int
    rejected_cents: int


def files_taken(conn: Connection, limit: int = 30) -> list[FileTaken]:
    """The latest imported files."""
    query = sa.select(INTAKE_FILE).order_by(INTAKE_FILE.c.id.desc()).limit(limit)
    return [columns_as(FileTaken, row) for row in conn.execute(query)]
