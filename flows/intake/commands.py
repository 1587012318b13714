"""Importing rows, a page and a transaction at a time; a row that is known already changes nothing."""

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa

from flows.accounts.holds import NewHold, open_holds
from flows.correspondence.creditors.commands import change_by_file
from flows.estates.matters.opening import join_matters
from flows.intake.facts import record_given_facts
from flows.intake.opening import Found, Opened, account_row, compare, described_anew, entry_rows, entry_to_post
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
from flows.intake.said_before import read, repeated, said_by, stored
from flows.intake.staging import Staging
from flows.intake.tally import Taker, Tally, pages
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.ledger.refunds.credit import watch_credits
from flows.people.contact.commands import unchecked
from flows.people.countries import HOME
from flows.people.death import record_death
from flows.people.duplicates.suspects import find_suspects, tasks_for_new_accounts
from flows.people.guarantors import OLDEST_YEARS, check_guarantors
from models import Account, Creditor, IntakeFile, LedgerEntry, Person, PersonKey
from models.columns import AnyRow, ColumnValues, table
from models.database import Database, Transaction
from models.enums import HoldKind
from models.events import AccountOpened, PersonChanged
from models.values import counted, dollars

ACCOUNT = table(Account)
INTAKE_FILE = table(IntakeFile)
PERSON = table(Person)
PERSON_KEY = table(PersonKey)

PERSON_FACTS = (
    "first_name",
    "last_name",
    "birth_date",
    "ssn_last4",
    "address1",
    "address2",
    "city",
    "state",
    "zip",
    "country",
    "phone",
    "mobile",
    "email",
    "email_consent",
    "language",
)
PATIENT_FACTS = ("first_name", "last_name", "birth_date", "ssn_last4")
CREDITOR_FACTS = (
    "name",
    "kind",
    "state",
    "ein",
    "npi",
    "address1",
    "address2",
    "city",
    "zip",
    "phone",
    "timezone",
)


def take_creditors(taker: Taker, rows: Iterable[CreditorRow], tally: Tally, file: str) -> None:
    """Creditors: new ones are added; known ones are brought up to date, which their history has by the file's name."""
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
                    change_by_file(tx, known[row.external_id], values, file)
            tally.post(rows=len(fresh))
            tally.know(rows=len(page) - len(fresh))


def take_guarantors(taker: Taker, rows: Iterable[PersonRow], tally: Tally) -> None:
    """Guarantors: each is one person; changes of a known one are corrected, and recorded on its accounts."""
    kept = 0
    for page in pages(rows):
        with taker.transaction() as tx:
            known = persons_known(tx.conn, taker.source, "guarantor", [row.external_id for row in page])
            fresh: dict[str, PersonRow] = {}
            for row in page:
                person = known.get(row.external_id)
                if _life_is_wrong(tally, row, person, taker.today):
                    continue
                if person is None:
                    # The same number twice in a file is one person, with the values of the last row.
                    tally.know(rows=int(row.external_id in fresh))
                    fresh[row.external_id] = row
                else:
                    kept += _correct_contact(tx, person, row, taker.source)
                    tally.know()
            _suspect(tx, tally, _add_persons(tx, taker.source, "guarantor", list(fresh.values())))
            tally.post(rows=len(fresh))
    if kept:
        tally.warnings.append(
            f"{counted(kept, 'guarantor')} with other contact data here than in the file, which repeats what it said "
            "before: the data here was kept"
        )


def _correct_contact(tx: Transaction, known: AnyRow, row: PersonRow, source: str) -> bool:
    """Bring a known guarantor up to date by what the source says anew; returns whether what it repeats differs."""
    before, now = read(known.said), said_by(row)
    same = repeated(now, before)
    _correct(tx, known, row, [name for name in PERSON_FACTS if name not in same], "guarantor", source)
    if now != before:
        mine = sa.and_(PERSON_KEY.c.source == source, PERSON_KEY.c.external_id == row.external_id)
        this = sa.update(PERSON_KEY).where(mine, PERSON_KEY.c.role == "guarantor")
        tx.conn.execute(this.values(said=stored({**before, **now})))
    return any(getattr(row, name) not in (None, getattr(known, name)) for name in same)


def take_patients(taker: Taker, rows: Iterable[PersonRow], tally: Tally) -> None:
    """Patients: one who is the guarantor (same name and birth date) is the same person; the others are new ones."""
    for page in pages(rows):
        with taker.transaction() as tx:
            _take_patients(tx, taker, page, tally)


def _take_patients(tx: Transaction, taker: Taker, page: Sequence[PersonRow], tally: Tally) -> None:
    known = persons_known(tx.conn, taker.source, "patient", [row.external_id for row in page])
    guarantors = persons_known(tx.conn, taker.source, "guarantor", [row.guarantor_id or "" for row in page])
    fresh: list[PersonRow] = []
    same: list[ColumnValues] = []
    rows = {row.external_id: row for row in page}
    tally.know(rows=len(page) - len(rows))
    for row in rows.values():
        guarantor, person = guarantors.get(row.guarantor_id or ""), known.get(row.external_id)
        if guarantor is None:
            reason = f'there is no guarantor "{row.guarantor_id}"; import the guarantors first'
            tally.reject(row.line, "guarantor_id", reason, row.external_id)
        elif _life_is_wrong(tally, row, person or guarantor, taker.today):
            continue
        elif person is not None:
            # If the patient is the guarantor, the guarantors' file has name and birth; two files would conflict.
            facts = ("ssn_last4",) if person.id == guarantor.id else PATIENT_FACTS
            _correct(tx, person, row, facts, "patient", taker.source)
            tally.know()
        elif _is_same(row, guarantor):
            key = {"source": taker.source, "role": "patient", "external_id": row.external_id}
            same.append({**key, "person_id": guarantor.id, "said": None})
            _correct(tx, guarantor, row, ("ssn_last4",), "patient", taker.source)
        else:
            fresh.append(row)
    tx.insert(PersonKey, same)
    _suspect(tx, tally, _add_persons(tx, taker.source, "patient", fresh))
    tally.post(rows=len(fresh) + len(same))


def _suspect(tx: Transaction, tally: Tally, person_ids: Sequence[int]) -> None:
    found = find_suspects(tx, person_ids)
    if found:
        are = "1 pair of records agrees" if found == 1 else f"{found:,} pairs of records agree"
        tally.warnings.append(f"{are} in name, birth date and more, and may be the same person; a clerk must decide")


def _life_is_wrong(tally: Tally, row: PersonRow, known: AnyRow | None, today: date) -> bool:
    """Reject a person with impossible dates: born after today, or dead after today or before the known birth date."""
    if row.birth_date is not None and row.birth_date > today:
        reason = f"{row.birth_date} is after today, {today}; correct the birth date"
        tally.reject(row.line, "birth_date", reason, row.external_id)
        return True
    if row.birth_date is not None and today.year - row.birth_date.year > OLDEST_YEARS:
        tally.warnings.append(f"line {row.line}: born {row.birth_date}, more than {OLDEST_YEARS} years ago; check it")
    if row.death_date is None:
        return False
    if row.death_date > today:
        tally.reject(
            row.line, "death_date", f"{row.death_date} is in the future; today is {today}; correct it", row.external_id
        )
        return True
    if known is not None and known.birth_date is not None and row.death_date < known.birth_date:
        reason = f"{row.death_date} is before the birth date on file, {known.birth_date}; correct one of them"
        tally.reject(row.line, "death_date", reason, row.external_id)
        return True
    return False


def _is_same(row: PersonRow, person: AnyRow) -> bool:
    """Name and birth date agree. Without both birth dates two people of one name may be father and son."""
    if row.birth_date is None or person.birth_date != row.birth_date:
        return False
    return (row.first_name.lower(), row.last_name.lower()) == (person.first_name.lower(), person.last_name.lower())


def _add_persons(tx: Transaction, source: str, role: str, rows: Sequence[PersonRow]) -> list[int]:
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
                "country": row.country or HOME,
            }
            for key, row in zip(keys, rows, strict=True)
        ],
    )
    tx.insert(
        PersonKey,
        [
            {
                "source": source,
                "role": role,
                "external_id": row.external_id,
                "person_id": key,
                "said": stored(said_by(row)) if role == "guarantor" else None,
            }
            for key, row in zip(keys, rows, strict=True)
        ],
    )
    return keys


def _correct(tx: Transaction, known: AnyRow, row: PersonRow, facts: Sequence[str], role: str, source: str) -> None:
    """Bring a known person up to date; an empty field of the file is unknown, and erases nothing."""
    changed = {
        name: value for name in facts if (value := getattr(row, name)) is not None and value != getattr(known, name)
    }
    if "country" in facts and row.country and known.state is not None and row.state is None:
        changed["state"] = None  # a person who moves abroad no longer has a state
    if changed:
        values = {**changed, **unchecked(changed), "version": PERSON.c.version + 1}
        tx.conn.execute(sa.update(PERSON).where(PERSON.c.id == known.id).values(**values))
        find_suspects(tx, [known.id])
        if role == "guarantor" and accounts_of_persons(tx.conn, [known.id]):
            check_guarantors(tx, [known.id])
        for account in accounts_of_persons(tx.conn, [known.id]):
            tx.record(PersonChanged(account_id=account.id, who=role, changed=tuple(sorted(changed)), source=source))
    if row.death_date is not None and known.death_date is None:
        record_death(tx, known.id, row.death_date, source)


def take_accounts(
    taker: Taker, rows: Iterable[AccountRow], tally: Tally, staging: Staging | None, overdue_days: int | None
) -> dict[int, tuple[int, int]]:
    """Accounts with their staged entries: an account and its ledger are imported together or not at all.

    Returns how many entries of each file were imported with them, and their sum in cents. `overdue_days` is the
    least number of days after which any present schedule applies to an account; None: there is none.
    """
    came: dict[int, tuple[int, int]] = {}
    for page in pages(rows):
        with taker.transaction() as tx:
            entries = staging.of_accounts([row.number for row in page]) if staging is not None else {}
            opened = _accounts_to_open(tx, taker, page, entries, tally)
            _open(tx, taker, opened, overdue_days)
            if any(row.facts for row in page):
                known = accounts_known(tx.conn, (row.number for row in page if row.facts))
                record_given_facts(tx, page, known, tally)
        tally.post(sum(one.row.balance_cents for one in opened), len(opened))
        if staging is not None:
            staging.opened(one.row.number for one in opened)
        for entry in (entry for one in opened for entry in one.entries):
            count, cents = came.get(entry.file, (0, 0))
            came[entry.file] = count + 1, cents + entry.amount_cents
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
            _describe(tx, row, known[row.number])
        elif row.number in opened:
            reason = f'"{row.number}" is in the file twice; the first row was imported'
            tally.reject(row.line, "account_number", reason, row.number, cents=row.balance_cents)
        elif (wrong := found.why_not(row, mine)) is not None:
            tally.reject(row.line, *wrong, row.number, cents=row.balance_cents)
        else:
            opened[row.number] = found.to_open(row, mine)
    return list(opened.values())


def _describe(tx: Transaction, row: AccountRow, known: AnyRow) -> None:
    """Bring what letters show of a known account up to date; an empty field of the file erases nothing."""
    if changed := described_anew(row, known):
        tx.conn.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id == known.id).values(**changed))


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
    rows = [
        row
        for key, one in zip(keys, opened, strict=True)
        for row in entry_rows(numbers, key, one, taker.source, tx.business_date)
    ]
    tx.insert(LedgerEntry, rows)
    pending = [key for key, one in zip(keys, opened, strict=True) if one.row.insurance_pending]
    open_holds(tx, [NewHold(HoldKind.INSURANCE_PENDING, account_id=key) for key in pending])
    join_matters(tx, list(keys), "an account was imported after the death")
    watch_credits(tx, keys)
    check_guarantors(tx, [one.guarantor_id for one in opened])
    tasks_for_new_accounts(tx, [key for one in opened for key in (one.guarantor_id, one.patient_id)])


def take_entries(taker: Taker, staging: Staging, tally: Tally, file: int = 0, *, only_known: bool = False) -> None:
    """Entries on accounts that were known before; those that were imported with their accounts are skipped.

    `only_known` skips entries of other accounts too, as for a partly imported export.
    """
    for page in staging.pages(file):
        with taker.transaction() as tx:
            entries = _entries_to_post(tx, taker, page, tally, only_known=only_known)
            posted = post(tx, entries)
            tally.post(sum(entry.amount_cents for entry in posted), len(posted))


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
            if only_known:
                tally.leave_out()
            else:
                reason = f'there is no account "{row.account_number}", or it was rejected'
                tally.reject(row.line, "account_number", reason, row.external_id, cents=row.amount_cents)
        elif before is not None:
            same = (before.account_id, before.amount_cents, before.posted_on, before.kind)
            if same == (account.id, row.amount_cents, row.posted_on, row.kind.value):
                tally.know(row.amount_cents)
            else:
                reason = (
                    f"is already posted: {before.kind} of {dollars(before.amount_cents)} for {before.posted_on} on "
                    f"account {before.number}; post a correction under a different transaction id"
                )
                tally.reject(row.line, "transaction_id", reason, row.external_id, cents=row.amount_cents)
        elif row.account_number in opening and row.posted_on <= opening[row.account_number]:
            reason = (
                f"the account was imported with an opening balance as of {opening[row.account_number]}, "
                "which includes all transactions up to that date"
            )
            tally.reject(row.line, "date", reason, row.external_id, cents=row.amount_cents)
        else:
            entries.append(entry_to_post(row, account.id, taker.source))
    return entries


def remember_file(database: Database, report: FileReport, options: str, today: date) -> None:
    """Record that a file was imported; the counts of an already recorded file are updated."""
    with database.transaction(actor="intake", business_date=today) as tx:
        known = file_known(tx.conn, report.sha256, report.kind, options)
        # Rows that were imported before are known when the file is imported again; they still count as imported.
        taken = report.taken + (known.taken if known is not None else 0)
        cents = report.taken_cents + (known.taken_cents if known is not None else 0)
        values = {
            "rows": report.rows,
            "taken": taken,
            "known": max(0, report.rows - taken - report.rejected),
            "rejected": report.rejected,
            "taken_cents": cents,
            "known_cents": report.taken_cents + report.known_cents - cents if report.rows > taken else 0,
            "rejected_cents": report.rejected_cents,
            "reject_file": report.reject_file,
            "taken_on": today,
        }
        if known is not None:
            tx.conn.execute(sa.update(INTAKE_FILE).where(INTAKE_FILE.c.id == known.id).values(**values))
            return
        key = {"id": tx.ids(IntakeFile, 1)[0], "sha256": report.sha256, "kind": report.kind, "options": options}
        tx.insert(IntakeFile, [{**key, "name": report.name, **values}])
