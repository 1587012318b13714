"""Taking rows in, a page and a transaction at a time; a row that is known already changes nothing."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from flows.estates.death import record_death
from flows.estates.opening import join_matters
from flows.holds.commands import NewHold, open_holds
from flows.intake.facts import record_given_facts
from flows.intake.opening import Found, Opened, account_row, compare, entry_rows
from flows.intake.queries import (
    accounts_known,
    accounts_of_persons,
    creditors_known,
    entries_known,
    file_known,
    openings,
    person_ids,
    persons_known,
)
from flows.intake.rows import AccountRow, CreditorRow, EntryRow, FileReport, PersonRow
from flows.intake.staging import Staging
from flows.intake.tally import Taker, Tally, pages
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from models import Account, Creditor, IntakeFile, LedgerEntry, Person, PersonKey
from models.columns import AnyRow, table
from models.database import Book, Transaction
from models.events import AccountOpened, PersonChanged
from models.kinds import HoldKind
from models.values import dollars

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
            fresh: dict[str, PersonRow] = {}
            for row in page:
                person = known.get(row.external_id)
                if _death_is_wrong(tally, row, person, taker.today):
                    continue
                if person is None:
                    fresh[row.external_id] = row
                else:
                    _correct(tx, person, row, PERSON_FACTS, "guarantor", taker.source)
            _add_persons(tx, taker.source, "guarantor", list(fresh.values()))
            tally.taken += len(fresh)


def take_patients(taker: Taker, rows: Iterable[PersonRow], tally: Tally) -> None:
    """Patients: one who is the guarantor (same name and birth date) is the same person; the others are new ones."""
    for page in pages(rows):
        with taker.transaction() as tx:
            _take_patients(tx, taker, page, tally)


def _take_patients(tx: Transaction, taker: Taker, page: Sequence[PersonRow], tally: Tally) -> None:
    known = persons_known(tx.conn, taker.source, "patient", [row.external_id for row in page])
    guarantors = persons_known(tx.conn, taker.source, "guarantor", [row.guarantor_id or "" for row in page])
    fresh: list[PersonRow] = []
    same: list[dict[str, Any]] = []
    for row in {row.external_id: row for row in page}.values():
        guarantor, person = guarantors.get(row.guarantor_id or ""), known.get(row.external_id)
        if guarantor is None:
            reason = f'there is no guarantor "{row.guarantor_id}"; take in the guarantors first'
            tally.reject(row.line, "guarantor_id", reason, row.external_id)
        elif _death_is_wrong(tally, row, person or guarantor, taker.today):
            continue
        elif person is not None:
            # Of one who is the guarantor the guarantors' file tells name and birth; two files would quarrel.
            facts = ("ssn_last4",) if person.id == guarantor.id else PATIENT_FACTS
            _correct(tx, person, row, facts, "patient", taker.source)
        elif _is_same(row, guarantor):
            key = {"source": taker.source, "role": "patient", "external_id": row.external_id}
            same.append({**key, "person_id": guarantor.id})
            _correct(tx, guarantor, row, ("ssn_last4",), "patient", taker.source)
        else:
            fresh.append(row)
    tx.insert(PersonKey, same)
    _add_persons(tx, taker.source, "patient", fresh)
    tally.taken += len(fresh) + len(same)


def _death_is_wrong(tally: Tally, row: PersonRow, known: AnyRow | None, today: date) -> bool:
    """Reject a person whose death cannot be: after today, or before the birth that is known."""
    if row.death_date is None:
        return False
    if row.death_date > today:
        tally.reject(row.line, "death_date", f"{row.death_date} lies after today, {today}; correct it", row.external_id)
        return True
    if known is not None and known.birth_date is not None and row.death_date < known.birth_date:
        reason = f"{row.death_date} is before the birth on {known.birth_date} that is known; correct one of them"
        tally.reject(row.line, "death_date", reason, row.external_id)
        return True
    return False


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
                "email_consent": row.email_consent or False,
                "language": row.language or "en",
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
        name: value for name in facts if (value := getattr(row, name)) is not None and value != getattr(known, name)
    }
    if changed:
        values = {**changed, "version": PERSON.c.version + 1}
        tx.conn.execute(sa.update(PERSON).where(PERSON.c.id == known.id).values(**values))
        for account in accounts_of_persons(tx.conn, [known.id]):
            tx.record(PersonChanged(account_id=account.id, who=role, changed=tuple(sorted(changed)), source=source))
    if row.death_date is not None and known.death_date is None:
        record_death(tx, known.id, row.death_date, source)


def take_accounts(
    taker: Taker, rows: Iterable[AccountRow], tally: Tally, staging: Staging | None, overdue_days: int | None
) -> Counter[int]:
    """Accounts with the entries that stand in the staging: an account and its ledger come in together or not at all.

    Gives how many entries of each file came in so. `overdue_days` is the least number of days after which any
    present schedule takes an account; None: there is none.
    """
    came: Counter[int] = Counter()
    for page in pages(rows):
        with taker.transaction() as tx:
            entries = staging.of_accounts([row.number for row in page]) if staging is not None else {}
            opened = _accounts_to_open(tx, taker, page, entries, tally)
            _open(tx, taker, opened, overdue_days)
            if any(row.facts for row in page):
                known = accounts_known(tx.conn, (row.number for row in page if row.facts))
                record_given_facts(tx, page, known, tally)
        tally.taken += len(opened)
        if staging is not None:
            staging.opened(one.row.number for one in opened)
        came.update(entry.file for one in opened for entry in one.entries)
    return came


def _accounts_to_open(
    tx: Transaction, taker: Taker, page: Sequence[AccountRow], entries: dict[str, list[EntryRow]], tally: Tally
) -> list[Opened]:
    known = accounts_known(tx.conn, (row.number for row in page))
    found = Found(
        creditors_known(tx.conn),
        person_ids(tx.conn, taker.source, "patient", (row.patient_id for row in page)),
        person_ids(tx.conn, taker.source, "guarantor", (row.guarantor_id for row in page)),
        entries_known(
            tx.conn,
            taker.source,
            [entry.external_id for number, mine in entries.items() if number not in known for entry in mine],
        ),
    )
    opened: dict[str, Opened] = {}
    for row in page:
        mine = entries.get(row.number, [])
        if row.number in known:
            compare(tally, row, known[row.number], mine)
        elif row.number in opened:
            reason = f'"{row.number}" stands in the file twice; the first one was taken'
            tally.reject(row.line, "account_number", reason, row.number)
        elif (wrong := found.why_not(row, mine)) is not None:
            tally.reject(row.line, *wrong, row.number)
        else:
            opened[row.number] = found.to_open(row, mine)
    return list(opened.values())


def _open(tx: Transaction, taker: Taker, opened: Sequence[Opened], overdue_days: int | None) -> None:
    keys = list(tx.ids(Account, len(opened)))
    tx.insert(Account, [account_row(key, one, overdue_days) for key, one in zip(keys, opened, strict=True)])
    tx.record_all(
        AccountOpened(
            account_id=key,
            number=one.row.number,
            balance_cents=one.row.balance_cents,
            entries=max(1, len(one.entries)),
            source=taker.source,
        )
        for key, one in zip(keys, opened, strict=True)
    )
    numbers = iter(tx.ids(LedgerEntry, sum(max(1, len(one.entries)) for one in opened)))
    rows = [row for key, one in zip(keys, opened, strict=True) for row in entry_rows(numbers, key, one, taker.source)]
    tx.insert(LedgerEntry, rows)
    pending = [key for key, one in zip(keys, opened, strict=True) if one.row.insurance_pending]
    open_holds(tx, [NewHold(HoldKind.INSURANCE_PENDING, account_id=key) for key in pending])
    join_matters(tx, list(keys), "an account came in after the death")


def take_entries(taker: Taker, staging: Staging, tally: Tally, file: int = 0, *, only_known: bool = False) -> None:
    """Entries on accounts that were known before; those that came in with their accounts are passed over.

    `only_known` passes over entries of other accounts too, as of an export of which a part is taken.
    """
    for page in staging.pages(file):
        with taker.transaction() as tx:
            entries = _entries_to_post(tx, taker, page, tally, only_known=only_known)
            tally.taken += len(post(tx, entries))


def _entries_to_post(
    tx: Transaction, taker: Taker, page: Sequence[EntryRow], tally: Tally, *, only_known: bool
) -> list[Entry]:
    known = accounts_known(tx.conn, (row.account_number for row in page))
    posted = entries_known(tx.conn, taker.source, [row.external_id for row in page])
    opening = openings(tx.conn, taker.source, known)
    entries: list[Entry] = []
    for row in page:
        account, before = known.get(row.account_number), posted.get(row.external_id)
        if account is None:
            if not only_known:
                reason = f'there is no account "{row.account_number}", or it was rejected'
                tally.reject(row.line, "account_number", reason, row.external_id)
        elif before is not None:
            if (before.account_id, before.amount_cents) != (account.id, row.amount_cents):
                reason = (
                    f"is posted already with {dollars(before.amount_cents)} on account {before.number}; "
                    "correct it by a transaction with an id of its own"
                )
                tally.reject(row.line, "transaction_id", reason, row.external_id)
        elif row.account_number in opening and row.posted_on <= opening[row.account_number]:
            reason = (
                f"the account came in without transactions, with an opening balance of {opening[row.account_number]}, "
                "which holds all up to that day"
            )
            tally.reject(row.line, "date", reason, row.external_id)
        else:
            entries.append(
                Entry(
                    account.id, row.posted_on, row.kind, row.amount_cents, taker.source, row.external_id, row.reference
                )
            )  # fmt: skip
    return entries


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
