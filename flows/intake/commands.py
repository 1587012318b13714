"""Taking rows in, a page and a transaction at a time; a row that is known already changes nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa

from flows.holds.commands import NewHold, open_holds, record_death
from flows.intake.queries import (
    accounts_known,
    accounts_of_persons,
    creditors_known,
    file_known,
    persons_known,
)
from flows.intake.reading import Reject
from flows.intake.rows import AccountRow, CreditorRow, EntryRow, FileReport, PersonRow
from flows.intake.staging import Staging
from flows.ledger.commands import Entry, post
from models import Account, Creditor, IntakeFile, LedgerEntry, Person, PersonKey
from models.columns import AnyRow, table
from models.database import Book, Transaction
from models.events import AccountOpened, PersonChanged
from models.kinds import AccountState, HoldKind, LedgerKind
from models.values import dollars

T = TypeVar("T")

PAGE = 2_000
"""Rows a transaction: well under a second, so that staff never wait."""

ACCOUNT = table(Account)
CREDITOR = table(Creditor)
PERSON = table(Person)

PERSON_FACTS = (
    "first_name", "last_name", "birth_date", "ssn_last4", "address1", "address2", "city", "state", "zip", "phone",
    "mobile", "email", "email_consent", "language",
)  # fmt: skip
PATIENT_FACTS = ("first_name", "last_name", "birth_date", "ssn_last4")
CREDITOR_FACTS = (
    "name", "kind", "state", "ein", "npi", "address1", "address2", "city", "zip", "phone", "timezone",
)  # fmt: skip


@dataclass(slots=True)
class Tally:
    """What came of the rows of one file."""

    rows: int = 0
    taken: int = 0
    rejects: list[Reject] = field(default_factory=list[Reject])

    def sift(self, found: Iterable[Any]) -> Iterator[Any]:
        """Count rows, and let through those that are not rejects."""
        for row in found:
            self.rows += 1
            if isinstance(row, Reject):
                self.rejects.append(row)
            else:
                yield row


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes rows in, on which business date, from which source (which makes external ids unique)."""

    book: Book
    today: date
    source: str
    actor: str = "intake"

    def transaction(self) -> Any:
        return self.book.transaction(actor=self.actor, business_date=self.today)


def pages(rows: Iterable[T], size: int = PAGE) -> Iterator[list[T]]:
    """Rows of a stream, a page at a time."""
    stream = iter(rows)
    while page := list(islice(stream, size)):
        yield page


def take_creditors(taker: Taker, rows: Iterable[CreditorRow], tally: Tally) -> None:
    """Creditors: new ones are added, known ones brought up to date."""
    for page in pages(rows):
        with taker.transaction() as tx:
            known = creditors_known(tx.conn)
            fresh = {row.external_id: row for row in page if row.external_id not in known}
            tx.insert(
                Creditor,
                [
                    {"id": key, "external_id": row.external_id, **{name: getattr(row, name) for name in CREDITOR_FACTS}}
                    for key, row in zip(tx.ids(Creditor, len(fresh)), fresh.values(), strict=True)
                ],
            )
            for row in page:
                if row.external_id in known:
                    values = {name: getattr(row, name) for name in CREDITOR_FACTS if getattr(row, name) is not None}
                    tx.conn.execute(sa.update(CREDITOR).where(CREDITOR.c.id == known[row.external_id]).values(**values))
            tally.taken += len(fresh)


def take_guarantors(taker: Taker, rows: Iterable[PersonRow], tally: Tally) -> None:
    """Guarantors: each is one person; what changed about a known one is corrected, and its accounts say so."""
    for page in pages(rows):
        with taker.transaction() as tx:
            known = persons_known(tx.conn, taker.source, "guarantor", [row.external_id for row in page])
            fresh = {row.external_id: row for row in page if row.external_id not in known}
            _add_persons(tx, taker.source, "guarantor", list(fresh.values()))
            for row in page:
                if row.external_id in known:
                    _correct(tx, known[row.external_id], row, PERSON_FACTS, "guarantor", taker.source)
            tally.taken += len(fresh)


def take_patients(taker: Taker, rows: Iterable[PersonRow], tally: Tally) -> None:
    """Patients: one who is the guarantor (same name and birth date) is the same person; the others are new ones."""
    for page in pages(rows):
        with taker.transaction() as tx:
            known = persons_known(tx.conn, taker.source, "patient", [row.external_id for row in page])
            guarantors = persons_known(tx.conn, taker.source, "guarantor", [row.guarantor_id or "" for row in page])
            fresh: list[PersonRow] = []
            for row in {row.external_id: row for row in page}.values():
                guarantor = guarantors.get(row.guarantor_id or "")
                if guarantor is None:
                    reason = f'there is no guarantor "{row.guarantor_id}"; take in the guarantors first'
                    tally.rejects.append(Reject(row.line, "guarantor_id", reason, (row.external_id,)))
                elif row.external_id in known:
                    _correct(tx, known[row.external_id], row, PATIENT_FACTS, "patient", taker.source)
                elif _is_same(row, guarantor):
                    key = {"source": taker.source, "role": "patient", "external_id": row.external_id}
                    tx.insert(PersonKey, [{**key, "person_id": guarantor.id}])
                    _correct(tx, guarantor, row, ("ssn_last4",), "patient", taker.source)
                    tally.taken += 1
                else:
                    fresh.append(row)
            _add_persons(tx, taker.source, "patient", fresh)
            tally.taken += len(fresh)


def _is_same(row: PersonRow, person: AnyRow) -> bool:
    """Name and birth date agree. Without both birth dates two people of one name may be father and son."""
    if row.birth_date is None or person.birth_date != row.birth_date:
        return False
    return (row.first_name.lower(), row.last_name.lower()) == (person.first_name.lower(), person.last_name.lower())


def _add_persons(tx: Transaction, source: str, role: str, rows: Sequence[PersonRow]) -> None:
    keys = list(tx.ids(Person, len(rows)))
    tx.insert(
        Person,
        [
            {
                "id": key,
                "death_date": row.death_date,
                "version": 1,
                **{name: getattr(row, name) for name in PERSON_FACTS},
            }
            for key, row in zip(keys, rows, strict=True)
        ],
    )
    tx.insert(
        PersonKey,
        [
            {"source": source, "role": role, "external_id": row.external_id, "person_id": key}
            for key, row in zip(keys, rows, strict=True)
        ],
    )


def _correct(tx: Transaction, known: AnyRow, row: PersonRow, facts: Sequence[str], role: str, source: str) -> None:
    """Bring a known person up to date; an empty field of the file is unknown, and erases nothing."""
    changed = {
        name: value
        for name in facts
        if (value := getattr(row, name)) not in (None, False) and value != getattr(known, name)
    }
    if changed:
        values = {**changed, "version": PERSON.c.version + 1}
        tx.conn.execute(sa.update(PERSON).where(PERSON.c.id == known.id).values(**values))
        for account in accounts_of_persons(tx.conn, [known.id]):
            tx.record(PersonChanged(account_id=account.id, who=role, changed=tuple(sorted(changed)), source=source))
    if row.death_date is not None and known.death_date is None:
        record_death(tx, known.id, row.death_date, source)


@dataclass(frozen=True, slots=True)
class _Opened:
    """An account to open: its row, whose it is, and the entries that make its balance."""

    row: AccountRow
    creditor_id: int
    patient_id: int
    guarantor_id: int
    entries: list[EntryRow]


def take_accounts(
    taker: Taker, rows: Iterable[AccountRow], tally: Tally, staging: Staging | None, overdue_days: int | None
) -> Counter[int]:
    """Accounts with the entries that stand in the staging: an account and its ledger come in together or not at all.

    Gives how many entries of each file came in so. `overdue_days` is the least number of days after which any present schedule takes an account; None: there is none.
    """
    seen: set[str] = set()
    came: Counter[int] = Counter()
    for page in pages(rows):
        with taker.transaction() as tx:
            entries = staging.of_accounts([row.number for row in page]) if staging is not None else {}
            creditors = creditors_known(tx.conn)
            patients = persons_known(tx.conn, taker.source, "patient", [row.patient_id for row in page])
            guarantors = persons_known(tx.conn, taker.source, "guarantor", [row.guarantor_id for row in page])
            known = accounts_known(tx.conn, (row.number for row in page))
            opened: list[_Opened] = []
            seen.clear()
            for row in page:
                mine = entries.get(row.number, [])
                if row.number in known:
                    _compare(tally, row, known[row.number], mine)
                    continue
                reason = _why_not(row, seen, creditors, patients, guarantors, mine)
                if reason is not None:
                    tally.rejects.append(Reject(row.line, reason[0], reason[1], (row.number,)))
                    continue
                seen.add(row.number)
                patient, guarantor = patients[row.patient_id].id, guarantors[row.guarantor_id].id
                opened.append(_Opened(row, creditors[row.creditor_id], patient, guarantor, mine))
            _open(tx, taker, opened, overdue_days)
        tally.taken += len(opened)
        came.update(entry.file for one in opened for entry in one.entries)
    return came


def _compare(tally: Tally, row: AccountRow, known: AnyRow, entries: Sequence[EntryRow]) -> None:
    """A known account must agree with its ledger; entries that came along are posted afterwards by themselves."""
    if not entries and row.balance_cents != known.balance_cents:
        reason = (
            f"the account is known with a balance of {dollars(known.balance_cents)}; "
            f"send the transactions that make it {dollars(row.balance_cents)}"
        )
        tally.rejects.append(Reject(row.line, "balance", reason, (row.number,)))


def _why_not(
    row: AccountRow,
    seen: set[str],
    creditors: dict[str, int],
    patients: dict[str, AnyRow],
    guarantors: dict[str, AnyRow],
    entries: Sequence[EntryRow],
) -> tuple[str, str] | None:
    """The field at fault and the reason why an account cannot be opened."""
    if row.number in seen:
        return "account_number", f'"{row.number}" stands in the file twice; the first one was taken'
    if row.creditor_id not in creditors:
        return "creditor_id", f'there is no creditor "{row.creditor_id}"; take in the creditors first'
    if row.patient_id not in patients:
        return "patient_id", f'there is no patient "{row.patient_id}"; take in the patients first'
    if row.guarantor_id not in guarantors:
        return "guarantor_id", f'there is no guarantor "{row.guarantor_id}"; take in the guarantors first'
    total = sum(entry.amount_cents for entry in entries)
    if entries and total != row.balance_cents:
        reason = (
            f"the balance is {dollars(row.balance_cents)}, but its {len(entries)} transactions sum to "
            f"{dollars(total)}; the difference is {dollars(row.balance_cents - total)}"
        )
        return "balance", reason
    return None


def _open(tx: Transaction, taker: Taker, opened: Sequence[_Opened], overdue_days: int | None) -> None:
    keys = list(tx.ids(Account, len(opened)))
    tx.insert(Account, [_account_row(key, one, overdue_days) for key, one in zip(keys, opened, strict=True)])
    rows: list[dict[str, Any]] = []
    for key, one in zip(keys, opened, strict=True):
        rows.extend(_entry_rows(key, one, taker))
        tx.record(
            AccountOpened(
                account_id=key,
                number=one.row.number,
                balance_cents=one.row.balance_cents,
                entries=max(1, len(one.entries)),
                source=taker.source,
            )
        )
    tx.insert(LedgerEntry, [{"id": key, **row} for key, row in zip(tx.ids(LedgerEntry, len(rows)), rows, strict=True)])
    pending = [key for key, one in zip(keys, opened, strict=True) if one.row.insurance_pending]
    open_holds(tx, [NewHold(HoldKind.INSURANCE_PENDING, account_id=key) for key in pending])


def _account_row(key: int, one: _Opened, overdue_days: int | None) -> dict[str, Any]:
    row = one.row
    owed = row.balance_cents > 0
    first = row.first_statement_on
    look = first + timedelta(days=overdue_days) if first and owed and overdue_days is not None else None
    return {
        "id": key,
        "number": row.number,
        "creditor_id": one.creditor_id,
        "patient_id": one.patient_id,
        "guarantor_id": one.guarantor_id,
        "payer_class": row.payer_class,
        "service_from": row.service_from,
        "service_to": row.service_to,
        "first_statement_on": first,
        "original_cents": row.balance_cents,
        "balance_cents": row.balance_cents,
        "state": (AccountState.OPEN if owed else AccountState.PAID).value,
        "look_on": look,
        "history_seq": 0,
        "history_digest": "",
        "version": 1,
    }


def _entry_rows(key: int, one: _Opened, taker: Taker) -> Iterator[dict[str, Any]]:
    for entry in one.entries:
        yield {
            "account_id": key,
            "posted_on": entry.posted_on,
            "kind": entry.kind.value,
            "amount_cents": entry.amount_cents,
            "source": taker.source,
            "external_id": entry.external_id,
            "reference": entry.reference,
        }
    if not one.entries:
        yield {
            "account_id": key,
            "posted_on": one.row.first_statement_on or one.row.service_from,
            "kind": LedgerKind.OPENING.value,
            "amount_cents": one.row.balance_cents,
            "source": taker.source,
            "external_id": f"opening:{one.row.number}",
            "reference": None,
        }


def take_entries(taker: Taker, staging: Staging, tally: Tally, file: int = 0, *, only_known: bool = False) -> None:
    """Entries on accounts that are known by now; those that came in with their accounts are known too.

    `only_known` passes over entries of other accounts, as of an export of which a part is taken.
    """
    for page in staging.pages(file):
        with taker.transaction() as tx:
            known = accounts_known(tx.conn, (entry.account_number for entry in page))
            entries: list[Entry] = []
            for row in page:
                account = known.get(row.account_number)
                if account is None:
                    if not only_known:
                        reason = f'there is no account "{row.account_number}", or it was rejected'
                        tally.rejects.append(Reject(row.line, "account_number", reason, (row.external_id,)))
                    continue
                entries.append(
                    Entry(
                        account.id, row.posted_on, row.kind, row.amount_cents, taker.source, row.external_id, row.reference
                    )
                )  # fmt: skip
            tally.taken += len(post(tx, entries))


def remember_file(book: Book, report: FileReport, options: str, today: date) -> None:
    """Write down that a file was taken in; one that is known in this way already has its counts brought up to date."""
    values = {
        "rows": report.rows, "rejected": report.rejected, "reject_file": report.reject_file, "taken_on": today,
    }  # fmt: skip
    with book.transaction(actor="intake", business_date=today) as tx:
        known = file_known(tx.conn, report.sha256, report.kind, options)
        if known is not None:
            target = table(IntakeFile)
            tx.conn.execute(
                sa.update(target).where(target.c.id == known.id).values(**values, taken=known.taken + report.taken)
            )
            return
        row = {
            "id": tx.ids(IntakeFile, 1)[0], "sha256": report.sha256, "kind": report.kind, "options": options,
            "name": report.name, "taken": report.taken, **values,
        }  # fmt: skip
        tx.insert(IntakeFile, [row])
