"""Payments from a lockbox or a card processor: by account, or by guarantor over the accounts, oldest first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from flows.intake.book_files import WrongField, cents_field, day_from_iso
from flows.intake.queries import accounts_known, accounts_of_persons, entries_known, guarantor_known, owing_accounts
from flows.intake.reading import BadFile, Reject, Rows
from flows.intake.tally import Taker, Tally, pages
from flows.ledger.checks import (
    SOURCE,
    RefusedPayment,
    check_for,
    check_on,
    next_part,
    own_entry,
    part_entry,
    posted,
    taking_back,
)
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from models.columns import AnyRow
from models.database import Book, Transaction
from models.kinds import LedgerKind
from models.values import BadValue, dollars


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment, above zero; a reversal (a returned check) takes one back. `reference` is unique."""

    line: int
    reference: str
    account_number: str | None
    guarantor_id: str | None
    paid_on: date
    cents: int
    method: str | None
    reversal: bool


class PaymentsFile:
    """The columns of a payments file."""

    required = ("date", "amount", "reference")
    either = ("account_number", "guarantor_id")
    optional = ("method", "reversal")

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.required, *self.either, *self.optional)

    def told_by(self, header: set[str]) -> bool:
        """Whether a header is that of a payments file, and not of the book's transactions."""
        return set(self.required) <= header and bool(header & set(self.either)) and "transaction_id" not in header

    def check(self, file: Rows) -> None:
        """Raise BadFile for a missing column."""
        file.require(self.required)
        file.require([name for name in (*self.either, *self.optional) if name in file.header])
        if not set(self.either) & set(file.header):
            raise BadFile(
                f"{file.path.name}:1: column account_number or guarantor_id is missing; one of them is needed"
            )


PAYMENTS = PaymentsFile()


def take_payments(book: Book, file: Rows, tally: Tally, today: date) -> None:
    """Post a file of payments; one whose account is not known, or is not clear, is rejected with its line."""
    PAYMENTS.check(file)
    taker = Taker(book, today, SOURCE)
    for page in pages(tally.sift(payments_of(file))):
        with taker.transaction() as tx:
            _take_page(tx, page, tally)


def payments_of(file: Rows) -> Iterator[PaymentRow | Reject]:
    """The rows of a payments file as values."""
    places = [
        (name, place) for name, place in zip(PAYMENTS.columns, file.places(PAYMENTS.columns), strict=True) if place >= 0
    ]
    for found in file:
        if isinstance(found, Reject):
            yield found
            continue
        fields = {name: text for name, place in places if (text := found.values[place].strip())}
        try:
            yield _payment(found.line, fields)
        except WrongField as error:
            yield Reject(found.line, file.own_name(error.field), error.reason, found.values)


def _payment(line: int, fields: Mapping[str, str]) -> PaymentRow:
    for name in PAYMENTS.required:
        if name not in fields:
            raise WrongField(name, "is empty; it must be given")
    if "account_number" not in fields and "guarantor_id" not in fields:
        raise WrongField("account_number", "is empty; give the account or the guarantor")
    try:
        paid_on = day_from_iso(fields["date"])
    except BadValue as error:
        raise WrongField("date", str(error)) from None
    cents = cents_field(fields, "amount")
    reversal = fields.get("reversal", "no").lower()
    if reversal not in ("yes", "no", "nsf"):
        raise WrongField("reversal", f'"{fields["reversal"]}" is neither yes, nsf nor no')
    if cents <= 0:
        raise WrongField("amount", "must be above zero; a payment taken back says so under reversal")
    return PaymentRow(
        line, fields["reference"], fields.get("account_number"), fields.get("guarantor_id"), paid_on, cents,
        fields.get("method"), reversal != "no",
    )  # fmt: skip


def _take_page(tx: Transaction, page: list[PaymentRow], tally: Tally) -> None:
    known = accounts_known(tx.conn, (row.account_number for row in page if row.account_number))
    names = [name for row in page for name in (row.reference, f"{row.reference}#1")]
    there: dict[str, Any] = dict(entries_known(tx.conn, SOURCE, names))
    waiting: list[Entry] = []
    lines: dict[tuple[str, int, int], int] = {}

    def flush() -> None:
        tally.taken += len(post(tx, waiting))
        waiting.clear()

    for row in page:
        if row.paid_on > tx.business_date:
            reason = f"{row.paid_on} lies after today, {tx.business_date}"
            tally.reject(row.line, "date", reason, row.reference)
        elif row.account_number is None:
            # What stands before it in the file is posted first: it is spread over the balances as they then are.
            flush()
            _take_guarantors(tx, row, tally)
        elif (account := known.get(row.account_number)) is None:
            tally.reject(row.line, "account_number", f'there is no account "{row.account_number}"', row.reference)
        elif row.reversal:
            flush()
            _take_back(tx, row, account.id, tally)
        else:
            first = lines.setdefault((row.reference, account.id, row.cents), row.line)
            if first != row.line:
                _warn_twice(tally, row, first)
            entry = own_entry(_entry(account.id, row, row.cents, row.reference))
            spread = there.get(f"{row.reference}#1")
            before = spread or there.setdefault(row.reference, _Posted(account.id, entry.amount_cents, account.number))
            if not spread and (before.account_id, before.amount_cents) == (entry.account_id, entry.amount_cents):
                waiting.append(entry)
            else:
                flush()
                _take_part(tx, row, account, tally)
    flush()


MOST_WARNINGS = 20


def _warn_twice(tally: Tally, row: PaymentRow, first: int) -> None:
    """Two rows alike in all may be one payment written twice, or two that somebody gave one number."""
    if len(tally.warnings) < MOST_WARNINGS:
        tally.warnings.append(
            f"line {row.line} is the same payment as line {first} ({row.reference}, {dollars(row.cents)}) and was "
            "taken once; if it is another one, give it a reference of its own"
        )


def _take_part(tx: Transaction, row: PaymentRow, account: AnyRow, tally: Tally) -> None:
    """A row under a number that is posted already: one check pays several accounts of a guarantor, row by row, and two
    guarantors may both write a check of one number."""
    name, check = check_for(tx.conn, row.reference, account.guarantor_id)
    entry = _entry(account.id, row, row.cents, name)
    if check is None:
        tally.taken += len(post(tx, [entry]))
        return
    try:
        part = next_part(check, account, row.paid_on, row.cents)
    except RefusedPayment as error:
        tally.reject(row.line, "reference", str(error), row.reference)
        return
    if part is not None:
        tally.taken += len(post(tx, [part_entry(entry, part)]))


def _take_back(tx: Transaction, row: PaymentRow, account_id: int, tally: Tally) -> None:
    """A check that came back: what it paid is open again, on all accounts where the row is over the whole of it."""
    check = check_on(tx.conn, account_id, row.reference)
    if check is None:
        reason = (
            f'there is no payment "{row.reference}" on account {row.account_number} that could be taken back; post the '
            "payment first, or take back under the number by which it was posted"
        )
        tally.reject(row.line, "reference", reason, row.reference)
        return
    mine = check.on(account_id)
    if row.cents == check.cents:
        parts = check.standing
    elif row.cents == sum(part.cents for part in mine):
        parts = tuple(part for part in mine if part.back_on is None)
    else:
        reason = (
            f'"{row.reference}" was {dollars(check.cents)}, not {dollars(row.cents)}; a check comes back whole: '
            "correct the amount"
        )
        tally.reject(row.line, "amount", reason, row.reference)
        return
    tally.taken += bool(post(tx, taking_back(check, parts, row.paid_on, f" {row.method}" if row.method else "")))


class _Posted(NamedTuple):
    """What a reference stands for already."""

    account_id: int
    amount_cents: int
    number: str


def _take_guarantors(tx: Transaction, row: PaymentRow, tally: Tally) -> None:
    """A payment on all that a guarantor owes, posted at once: the next one must find the balances as they then are."""
    guarantor = guarantor_known(tx.conn, row.guarantor_id or "")
    if guarantor is None:
        reason = f'there is no guarantor "{row.guarantor_id}"'
        tally.reject(row.line, "guarantor_id", reason, row.reference)
        return
    name, check = check_for(tx.conn, row.reference, guarantor)
    if not row.reversal and check is not None:
        if not check.spread or check.cents != row.cents:
            reason = f"{posted(check)}; give this one a reference of its own"
            tally.reject(row.line, "reference", reason, row.reference)
        return
    found = _spread(tx, row, guarantor, name)
    if isinstance(found, _Refusal):
        tally.reject(row.line, found.name, found.reason, row.reference)
    else:
        post(tx, found)
        tally.taken += 1


class _Refusal(NamedTuple):
    """Why a payment cannot be spread, and the field at fault."""

    name: str
    reason: str


def _spread(tx: Transaction, row: PaymentRow, guarantor: int, name: str) -> list[Entry] | _Refusal:
    """A guarantor's payment over the accounts that are owed, oldest first statement first."""
    if row.reversal:
        return _Refusal("account_number", "a payment taken back must name the account it was posted to")
    mine = [account for account in accounts_of_persons(tx.conn, [guarantor]) if account.guarantor_id == guarantor]
    owing = owing_accounts(tx.conn, [account.id for account in mine])
    if len({account.creditor_id for account in owing}) > 1:
        return _Refusal("account_number", "the guarantor owes more than one creditor; name the account")
    left, entries = row.cents, list[Entry]()
    for account in owing:
        part = min(left, account.balance_cents)
        if part > 0:
            entries.append(_entry(account.id, row, part, f"{name}#{len(entries) + 1}"))
            left -= part
    if left > 0:
        why = "is more than the guarantor owes" if owing else "is for a guarantor who owes nothing"
        return _Refusal("amount", f"{why}; name the account to post it to")
    return entries


def _entry(account_id: int, row: PaymentRow, cents: int, external_id: str) -> Entry:
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
