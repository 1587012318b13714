"""Payments from a lockbox or a card processor: by account, or by guarantor over the accounts, oldest first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from flows.intake.book_files import WrongField, cents_field
from flows.intake.commands import Taker, Tally, pages
from flows.intake.queries import accounts_known, accounts_of_persons, guarantor_known, owing_accounts
from flows.intake.reading import BadFile, Reject, Rows
from flows.ledger.commands import Entry, already_posted, post
from models.database import Book, Transaction
from models.kinds import LedgerKind
from models.values import BadValue, date_from_iso

SOURCE = "payments"


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
            yield Reject(found.line, error.field, error.reason, found.values)


def _payment(line: int, fields: Mapping[str, str]) -> PaymentRow:
    for name in PAYMENTS.required:
        if name not in fields:
            raise WrongField(name, "is empty; it must be given")
    if "account_number" not in fields and "guarantor_id" not in fields:
        raise WrongField("account_number", "is empty; give the account or the guarantor")
    try:
        paid_on = date_from_iso(fields["date"])
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
    entries: list[Entry] = []
    for row in page:
        if row.paid_on > tx.business_date:
            reason = f"{row.paid_on} lies after today, {tx.business_date}"
            tally.rejects.append(Reject(row.line, "date", reason, (row.reference,)))
        elif row.account_number is None:
            _take_guarantors(tx, row, tally)
        elif row.account_number not in known:
            reason = f'there is no account "{row.account_number}"'
            tally.rejects.append(Reject(row.line, "account_number", reason, (row.reference,)))
        else:
            entries.append(_entry(known[row.account_number].id, row, row.cents, row.reference))
    tally.taken += len(post(tx, entries))


def _take_guarantors(tx: Transaction, row: PaymentRow, tally: Tally) -> None:
    """A payment on all that a guarantor owes, posted at once: the next one must find the balances as they then are."""
    if already_posted(tx, [(SOURCE, f"{row.reference}#1")]):
        return
    found = _spread(tx, row)
    if isinstance(found, Reject):
        tally.rejects.append(found)
    else:
        post(tx, found)
        tally.taken += 1


def _spread(tx: Transaction, row: PaymentRow) -> list[Entry] | Reject:
    """A guarantor's payment over the accounts that are owed, oldest first statement first."""

    def reject(field: str, reason: str) -> Reject:
        return Reject(row.line, field, reason, (row.reference,))

    guarantor = guarantor_known(tx.conn, row.guarantor_id or "")
    if guarantor is None:
        return reject("guarantor_id", f'there is no guarantor "{row.guarantor_id}"')
    if row.reversal:
        return reject("account_number", "a payment taken back must name the account it was posted to")
    mine = [account for account in accounts_of_persons(tx.conn, [guarantor]) if account.guarantor_id == guarantor]
    owing = owing_accounts(tx.conn, [account.id for account in mine])
    if len({account.creditor_id for account in owing}) > 1:
        return reject("account_number", "the guarantor owes more than one creditor; name the account")
    left, entries = row.cents, list[Entry]()
    for account in owing:
        part = min(left, account.balance_cents)
        if part > 0:
            entries.append(_entry(account.id, row, part, f"{row.reference}#{len(entries) + 1}"))
            left -= part
    if left > 0:
        why = "is more than the guarantor owes" if owing else "is for a guarantor who owes nothing"
        return reject("amount", f"{why}; name the account to post it to")
    return entries


def _entry(account_id: int, row: PaymentRow, cents: int, external_id: str) -> Entry:
    method = f" {row.method}" if row.method else ""
    return Entry(
        account_id=account_id,
        posted_on=row.paid_on,
        kind=LedgerKind.PATIENT_PAYMENT,
        amount_cents=cents if row.reversal else -cents,
        source=SOURCE,
        external_id=external_id,
        reference=f"{'reversal ' if row.reversal else ''}{row.reference}{method}",
    )
