"""A file of payments: its columns, and its rows as values."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date

from flows.intake.book_files import WrongField, cents_field, day_from_iso
from flows.intake.reading import Reject, Rows
from flows.ledger.checks import ends_as_ours, numbered
from models.errors import BadFile
from models.values import BadValue


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment, above zero, known by reference, account, amount and day, and by the payer's trace where it has one.
    A reversal (a returned check) reverses one."""

    line: int
    reference: str
    account_number: str | None
    guarantor_id: str | None
    paid_on: date
    cents: int
    method: str | None
    reversal: bool
    trace: str | None = None

    @property
    def named(self) -> str:
        """Its name in the ledger if no other payment has its number."""
        return numbered(self.reference, self.trace)

    @property
    def moves(self) -> int:
        """The amount of the row, in cents; below zero for a reversal."""
        return -self.cents if self.reversal else self.cents


class PaymentsFile:
    """The columns of a payments file."""

    required = ("date", "amount", "reference")
    either = ("account_number", "guarantor_id")
    optional = ("method", "reversal", "trace")

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.required, *self.either, *self.optional)

    def recognizes(self, header: Set[str]) -> bool:
        """Whether a header is that of a payment file, and not of the account files' transactions."""
        return set(self.required) <= header and bool(header & set(self.either)) and "transaction_id" not in header

    def check(self, file: Rows) -> None:
        """Raise BadFile for a missing column."""
        file.require(self.required)
        file.require([name for name in (*self.either, *self.optional) if name in file.header])
        if not set(self.either) & set(file.header):
            raise BadFile(
                f"{file.path.name}:1: column account_number or guarantor_id is missing", "one of them is required"
            )


PAYMENTS = PaymentsFile()


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
            raise WrongField(name, "is empty; a value is required")
    if "account_number" not in fields and "guarantor_id" not in fields:
        raise WrongField("account_number", "is empty; enter the account or the guarantor")
    try:
        paid_on = day_from_iso(fields["date"])
    except BadValue as error:
        raise WrongField("date", str(error)) from None
    cents = cents_field(fields, "amount")
    reversal = fields.get("reversal", "no").lower()
    if reversal not in ("yes", "no", "nsf"):
        raise WrongField("reversal", f'"{fields["reversal"]}" is not yes, nsf or no')
    if cents <= 0:
        raise WrongField("amount", "must be more than 0; mark a returned payment in the column reversal")
    if ends_as_ours(fields["reference"]):
        raise WrongField("reference", 'ends in ":reversal" or in parentheses, reserved for the ledger; remove it')
    return PaymentRow(
        line,
        fields["reference"],
        fields.get("account_number"),
        fields.get("guarantor_id"),
        paid_on,
        cents,
        fields.get("method"),
        reversal != "no",
        fields.get("trace"),
    )
