"""Payments from a lockbox or a card processor: by account, or by guarantor over the accounts, oldest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from flows.intake.file_format import FileFormat, Options
from flows.intake.payments_file import PAYMENTS, PaymentRow, payments_of
from flows.intake.queries import accounts_known, accounts_of_persons, entries_known, guarantor_known, owing_accounts
from flows.intake.reading import CsvFile, Rows
from flows.intake.tally import Taker, Tally, pages
from flows.ledger.checks import (
    SOURCE,
    Check,
    Known,
    NewPart,
    Part,
    RefusedPayment,
    Wanted,
    checks_on,
    own_entry,
    part_entry,
    place_of,
    taking_back,
)
from flows.ledger.commands import post
from flows.ledger.duplicates import Alike, check_duplicates, said
from flows.ledger.entry import Entry
from flows.ledger.queries import REVERSAL
from models.columns import AnyRow
from models.database import Database, Transaction
from models.enums import IntakeKind, LedgerKind
from models.ids import AccountId, EntryId
from models.values import dollars


def take_payments(database: Database, file: Rows, tally: Tally, today: date) -> None:
    """Post a file of payments; one whose account is not known, or is not clear, is rejected with its line."""
    PAYMENTS.check(file)
    taker = Taker(database, today, SOURCE)
    for page in pages(tally.sift(payments_of(file))):
        with taker.transaction() as tx:
            _take_page(tx, page, tally)


@dataclass(frozen=True, slots=True)
class _Held:
    """A payment that is in the ledger under a number, or pending from `line` of this file."""

    account_id: int
    cents: int
    paid_on: date
    line: int | None
    reversed: bool = False

    def is_payment(self, account_id: int, row: PaymentRow) -> bool:
        """Whether a row is this very payment."""
        return (self.account_id, self.cents, self.paid_on) == (account_id, row.cents, row.paid_on)


@dataclass(slots=True)
class _Page:
    """A page of payments to post: the pending entries, and those already in the ledger."""

    tx: Transaction
    tally: Tally
    accounts: Mapping[str, AnyRow]
    held: dict[str, _Held]
    waiting: list[Entry] = field(default_factory=list[Entry])
    alike: list[Alike] = field(default_factory=list[Alike])

    def flush(self) -> None:
        """Post the pending entries: the next row is judged by the ledger after them."""
        moved = post(self.tx, self.waiting)
        self.tally.post(-sum(entry.amount_cents for entry in moved), len(moved))
        # No pending entry is in the ledger: each name was looked up before.
        assert len(moved) == len(self.waiting), "a payment that waits is posted"
        self.waiting.clear()

    def add(self, row: PaymentRow) -> None:
        """Post, recognize or reject one row."""
        account = self.accounts.get(row.account_number or "")
        if row.paid_on > self.tx.business_date:
            self._reject(row, "date", f"{row.paid_on} is in the future; today is {self.tx.business_date}")
        elif row.account_number is None:
            # Earlier rows of the file are posted first: this payment is spread over the balances after them.
            self.flush()
            self._guarantor(row)
        elif account is None:
            self._reject(row, "account_number", f'there is no account "{row.account_number}"')
        elif row.reversal:
            self.flush()
            self._reverse(row, account.id)
        else:
            self._account(row, account)

    def _reject(self, row: PaymentRow, name: str, reason: str) -> None:
        self.tally.reject(row.line, name, reason, row.reference, cents=row.moves)

    def _account(self, row: PaymentRow, account: AnyRow) -> None:
        """A payment on one account. Most have a unique number, and are posted a page at once."""
        held, spread = self.held.get(row.named), self.held.get(f"{row.named}#1")
        if held is None and spread is None:
            self.held[row.named] = _Held(account.id, row.cents, row.paid_on, row.line)
            self.waiting.append(own_entry(_entry(account.id, row, row.cents, row.named)))
            return
        if held is not None and not held.reversed and held.is_payment(account.id, row):
            self._known(row, account, held.line)
            return
        self.flush()
        wanted = Wanted(row.reference, account.guarantor_id, row.paid_on, row.cents, account.id, row.trace)
        try:
            place = place_of(self.tx.conn, wanted)
        except RefusedPayment as error:
            self._reject(row, "reference", str(error))
            return
        match place:
            case Known():
                self._known(row, account)
            case NewPart(check=check, number=number):
                self._post(row, [part_entry(_entry(account.id, row, row.cents, check.name), number)])
            case _:
                self._post(row, [own_entry(_entry(account.id, row, row.cents, place.name))])
                self._compare(row, account, place.like)

    def _post(self, row: PaymentRow, entries: Sequence[Entry]) -> None:
        post(self.tx, entries)
        self.tally.post(row.moves)

    def _known(self, row: PaymentRow, account: AnyRow, line: int | None = None) -> None:
        """A row that is already in the ledger. Twice in one file it may be two payments under one number."""
        self.tally.know(row.moves)
        if line is not None:
            _warn(
                self.tally,
                f"line {row.line} is the same payment as line {line} ({row.reference}, {dollars(row.cents)}) and was "
                "posted once; a task asks a clerk to compare them with the bank",
            )
            like = Part(EntryId(0), account.id, account.number, row.paid_on, row.cents, row.reference, None)
            self.alike.append((account, row.reference, row.cents, row.paid_on, like))

    def _compare(self, row: PaymentRow, account: AnyRow, like: Part | None) -> None:
        if like is not None:
            _warn(self.tally, f"line {row.line}: {said(row.reference, row.cents, row.paid_on, like)}")
            self.alike.append((account, row.reference, row.cents, row.paid_on, like))

    def _guarantor(self, row: PaymentRow) -> None:
        """A payment on all accounts of a guarantor, posted at once, so that the next one finds the new balances."""
        guarantor = guarantor_known(self.tx.conn, row.guarantor_id or "")
        if guarantor is None:
            self._reject(row, "guarantor_id", f'there is no guarantor "{row.guarantor_id}"')
            return
        if row.reversal:
            self._reject(row, "account_number", "a reversal needs the account that the payment was posted to")
            return
        try:
            place = place_of(self.tx.conn, Wanted(row.reference, guarantor, row.paid_on, row.cents, None, row.trace))
        except RefusedPayment as error:
            self._reject(row, "reference", str(error))
            return
        if isinstance(place, Known):
            self.tally.know(row.moves)
            return
        assert not isinstance(place, NewPart), "a payment without an account is a part of none"
        found = _spread(self.tx, row, guarantor, place.name)
        if isinstance(found, _Refusal):
            self._reject(row, found.name, found.reason)
            return
        self._post(row, found)
        if place.like is not None:
            mine = accounts_of_persons(self.tx.conn, [guarantor])
            self._compare(row, next(one for one in mine if one.id == found[0].account_id), place.like)

    def _reverse(self, row: PaymentRow, account_id: int) -> None:
        """A returned check: what it paid is due again, on all its accounts if the row is for the full amount."""
        found = checks_on(self.tx.conn, account_id, row.reference)
        if row.trace:
            found = [check for check in found if f"(trace {row.trace})" in check.name] or found
        if any(_is_reversed(check, account_id, row) for check in found):
            self.tally.know(row.moves)
            return
        if not found:
            self._reject(row, "reference", _NOTHING.format(row.reference, row.account_number))
            return
        for check in reversed(found):
            if (parts := _parts(check, account_id, row.cents)) and parts[0].paid_on <= row.paid_on:
                note = f" {row.method}" if row.method else ""
                self._post(row, taking_back(check, parts, row.paid_on, note))
                return
        at_fault = "amount" if any(check.standing for check in found) else "reference"
        self._reject(row, at_fault, _not_reversed(found, row))


_NOTHING = (
    'there is no payment "{}" on account {} to reverse; post the payment first, or enter the '
    "reference under which it was posted"
)


def _is_reversed(check: Check, account_id: int, row: PaymentRow) -> bool:
    """Whether this very reversal is in the ledger: of this amount, on this day."""
    back = [part for part in check.parts if part.back_on == row.paid_on]
    mine = [part for part in back if part.account_id == account_id]
    return bool(mine) and row.cents in (sum(part.cents for part in back), sum(part.cents for part in mine))


def _parts(check: Check, account_id: int, cents: int) -> tuple[Part, ...]:
    """What a reversal of an amount reverses: all of a check of that amount, else its part on this account."""
    if cents == check.cents:
        return check.standing
    mine = check.on(account_id)
    return tuple(part for part in mine if part.back_on is None) if cents == sum(one.cents for one in mine) else ()


def _not_reversed(found: Sequence[Check], row: PaymentRow) -> str:
    """Why a reversal matches none of the payments of its number."""
    standing = next((check for check in reversed(found) if check.standing), None)
    if standing is None:
        return f'"{row.reference}" was already reversed on {found[-1].parts[0].back_on}'
    if row.cents in (standing.cents, sum(part.cents for part in standing.standing)):
        return f'"{row.reference}" was paid on {standing.parts[0].paid_on}, after {row.paid_on}; correct the date'
    return (
        f'"{row.reference}" was {dollars(standing.cents)}, not {dollars(row.cents)}; a check is returned in full: '
        "correct the amount"
    )


MOST_WARNINGS = 20


def _warn(tally: Tally, text: str) -> None:
    """Warn about a row, for the first few: the tasks have them all."""
    if len(tally.warnings) < MOST_WARNINGS:
        tally.warnings.append(text)


def _take_page(tx: Transaction, rows: list[PaymentRow], tally: Tally) -> None:
    known = accounts_known(tx.conn, (row.account_number for row in rows if row.account_number))
    names = dict.fromkeys(name for row in rows for name in (row.named, f"{row.named}#1"))
    reversals = [f"{name}{REVERSAL}" for name in names]
    posted = entries_known(tx.conn, SOURCE, [*names, *reversals])
    held = {
        name: _Held(row.account_id, -row.amount_cents, row.posted_on, None, f"{name}{REVERSAL}" in posted)
        for name, row in posted.items()
    }
    page = _Page(tx, tally, known, held)
    for row in rows:
        page.add(row)
    page.flush()
    check_duplicates(tx, page.alike)


class _Refusal(NamedTuple):
    """Why a payment can't be spread, and the wrong field."""

    name: str
    reason: str


def _spread(tx: Transaction, row: PaymentRow, guarantor: int, name: str) -> list[Entry] | _Refusal:
    """A guarantor's payment spread over the accounts with a balance, oldest first statement first."""
    mine = [account for account in accounts_of_persons(tx.conn, [guarantor]) if account.guarantor_id == guarantor]
    owing = owing_accounts(tx.conn, [account.id for account in mine])
    if len({account.creditor_id for account in owing}) > 1:
        return _Refusal("account_number", "the guarantor owes more than one creditor; enter the account")
    left, entries = row.cents, list[Entry]()
    for account in owing:
        part = min(left, account.balance_cents)
        if part > 0:
            entries.append(_entry(account.id, row, part, f"{name}#{len(entries) + 1}"))
            left -= part
    if left > 0:
        why = "is more than the guarantor's balance" if owing else "is for a guarantor with no balance due"
        return _Refusal("amount", f"{why}; enter the account to post it to")
    return entries


def _entry(account_id: AccountId, row: PaymentRow, cents: int, external_id: str) -> Entry:
    method = f" {row.method}" if row.method else ""
    return Entry(
        account_id=account_id,
        posted_on=row.paid_on,
        kind=LedgerKind.PATIENT_PAYMENT,
        amount_cents=-cents,
        source=SOURCE,
        external_id=external_id,
        reference=f"{row.reference}{method}",
    )


def _take(database: Database, path: Path, _options: Options, tally: Tally, today: date) -> None:
    take_payments(database, CsvFile(path), tally, today)


FORMAT = FileFormat(
    IntakeKind.PAYMENTS,
    recognizes=lambda file: PAYMENTS.recognizes(file.header),
    check=lambda path, _options: PAYMENTS.check(CsvFile(path)),
    take=_take,
    required=PAYMENTS.required,
)
"""A payment file, as of a lockbox."""
