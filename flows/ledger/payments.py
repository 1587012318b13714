"""A payment that staff type: posted once by its reference, and reversed by it when the bank does not pay."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from flows.ledger.checks import (
    SOURCE,
    BadPayment,
    Known,
    NewPart,
    NewPayment,
    Part,
    RefusedPayment,
    Wanted,
    check_of,
    check_on,
    ends_as_ours,
    own_entry,
    part_entry,
    place_of,
    posted,
    taking_back,
)
from flows.ledger.commands import post
from flows.ledger.duplicates import check_duplicates
from flows.ledger.entry import Entry
from flows.ledger.queries import ACCOUNT, REVERSAL
from models.cards import looks_like_card
from models.columns import AnyRow
from models.database import Transaction
from models.enums import LedgerKind
from models.remedies import Remedy
from models.values import dollars

BEFORE_SERVICE = timedelta(days=365)
"""A payment in advance is never older than this before the service; an older date is a typing error."""

LONGEST_REFERENCE = 64


@dataclass(frozen=True, slots=True)
class Payment:
    """A patient's payment as staff type it, above zero. `reference` is its own number: a check's, a transfer's.

    `up_to_owed`: more than the balance is a typing error, and refused. `part`: the check pays more than
    one account, and its number may already be in the ledger for another account of the same guarantor. `same_number`:
    another guarantor's check has the same number; else that is a typing error. `trace`: the bank's or the payer's
    own number of it, where there is one.
    """

    paid_on: date
    amount_cents: int
    reference: str
    method: str | None = None
    up_to_owed: bool = False
    part: bool = False
    same_number: bool = False
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """The result of a typed payment: its entry, None if the very same one is already in the ledger. `like` is another
    payment of the same number and amount within a few days, which a clerk has a task to compare."""

    entry: Entry | None
    like: Part | None = None


def take_payment(tx: Transaction, account: AnyRow, payment: Payment) -> Posted:
    """Post a payment on an account, once: it is identified by its number, account, amount and date.

    Raises RefusedPayment for a reference of another payment on that date, a card number, an invalid date, and an
    amount of zero.
    """
    reference = _reference(payment.reference)
    _refuse_impossible(tx, account, payment)
    # If two users type the same payment at once, the second waits here, and then finds it in the ledger.
    tx.conn.execute(sa.select(ACCOUNT.c.id).where(ACCOUNT.c.id == account.id).with_for_update()).all()
    wanted = Wanted(reference, account.guarantor_id, payment.paid_on, payment.amount_cents, account.id, payment.trace)
    place = place_of(tx.conn, wanted)
    if isinstance(place, Known):
        return Posted(None)
    entry = _entry_at(tx, place, account, payment, reference)
    if payment.up_to_owed and payment.amount_cents > max(account.balance_cents, 0):
        raise RefusedPayment(
            f"{dollars(payment.amount_cents)} is more than the balance of {dollars(max(account.balance_cents, 0))} "
            f"on account {account.number}",
            "correct the amount, or confirm the overpayment",
        )
    post(tx, [entry])
    like = place.like if isinstance(place, NewPayment) else None
    if like is not None:
        check_duplicates(tx, [(account, reference, payment.amount_cents, payment.paid_on, like)])
    return Posted(entry, like)


def _refuse_impossible(tx: Transaction, account: AnyRow, payment: Payment) -> None:
    if payment.amount_cents <= 0:
        raise BadPayment(
            "the payment amount must be more than $0",
            "reverse a returned payment by its reference",
            remedy=Remedy.REVERSE_PAYMENT,
            account=account.number,
        )
    if payment.paid_on > tx.business_date:
        raise BadPayment(
            f"{payment.paid_on} is in the future; today is {tx.business_date}", "enter the date of the payment"
        )
    if payment.paid_on < account.service_from - BEFORE_SERVICE:
        raise BadPayment(
            f"{payment.paid_on} is more than one year before the date of service {account.service_from} of account "
            f"{account.number}",
            "correct the date",
        )


def _entry_at(tx: Transaction, place: NewPart | NewPayment, account: AnyRow, payment: Payment, reference: str) -> Entry:
    """The entry of a typed payment. A clerk must confirm first that it is a part of a check that pays other accounts,
    or that another guarantor's check has the same number."""
    name = place.name if isinstance(place, NewPayment) else place.check.name
    entry = Entry(
        account.id, payment.paid_on, LedgerKind.PATIENT_PAYMENT, -payment.amount_cents, SOURCE, name, payment.method
    )
    if isinstance(place, NewPart):
        if not payment.part:
            raise RefusedPayment(
                f"{posted(place.check)}",
                "enter a different reference, or confirm that this is "
                "part of the same check, which also pays other accounts",
                field="part",
            )
        return part_entry(entry, place.number)
    if "(guarantor " in name and not payment.same_number:
        held = check_of(tx.conn, SOURCE, reference)
        raise RefusedPayment(
            f"{'' if held is None else posted(held)}, for another guarantor",
            "correct the account, or confirm that this is another check with the same number",
            field="same_number",
        )
    return own_entry(entry)


def _reference(text: str) -> str:
    reference = text.strip()
    if not reference or len(reference) > LONGEST_REFERENCE:
        raise BadPayment(f"enter a reference number for the payment, up to {LONGEST_REFERENCE} characters")
    if looks_like_card(reference):
        raise BadPayment(
            "that looks like a card number, which is never stored",
            "enter the processor's payment number (if "
            "it is not a card number, enter what it is first, such as: transfer number 12...)",
        )
    if ends_as_ours(reference):
        raise RefusedPayment(f'the reference can\'t end in "{REVERSAL}" or a date in parentheses', "remove the ending")
    return reference


def take_back(tx: Transaction, account: AnyRow, reference: str, reason: str, *, mistake: bool = False) -> list[Entry]:
    """Reverse a payment that the bank did not pay, such as a returned check; returns the entries.

    A check is returned as a whole: what it paid on other accounts is due again too. The guarantor gets a letter, as for
    a reversal by a payment file; not if it was posted by `mistake`. Raises RefusedPayment if there is no such payment
    on the account, and if it was already reversed.
    """
    if not reason.strip():
        raise BadPayment("enter the reason for the reversal, such as: insufficient funds", field="reason")
    reference = reference.strip()
    tx.conn.execute(sa.select(ACCOUNT.c.id).where(ACCOUNT.c.id == account.id).with_for_update()).all()
    check = check_on(tx.conn, account.id, reference)
    if check is None:
        raise RefusedPayment(
            (f'there is no payment "{reference}" on account {account.number}'),
            "find the number in the account's ledger",
            remedy=Remedy.SHOW_ACCOUNT,
            account=account.number,
        )
    if not check.standing:
        raise RefusedPayment(
            f"payment {reference} on account {account.number} was already reversed on {check.parts[0].back_on}",
            "nothing was changed",
        )
    return post(tx, taking_back(check, check.standing, tx.business_date, f": {reason.strip()}", mistake=mistake))


__all__ = ["SOURCE", "Payment", "Posted", "RefusedPayment", "take_back", "take_payment"]
