"""A payment that somebody types: posted once by its reference, and taken back by it when the bank does not pay."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from flows.estates.money import SOURCE as ESTATE
from flows.ledger.commands import already_posted, post
from flows.ledger.entry import Entry
from flows.ledger.queries import ACCOUNT, LEDGER, REVERSAL
from models.cards import looks_like_card
from models.columns import AnyRow
from models.database import Transaction
from models.errors import Refused
from models.kinds import LedgerKind
from models.values import dollars

SOURCE = "payments"
"""Payments typed here and those of a lockbox's file are one source: a reference is posted once, whichever came."""

BEFORE_SERVICE = timedelta(days=365)
"""A payment in advance is never older than this before the service; an older date is a slip of the pen."""

LONGEST_REFERENCE = 64


class RefusedPayment(Refused):
    """A payment that cannot be posted or taken back; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Payment:
    """A patient's payment as somebody types it, above zero. `reference` is its own number: a check's, a transfer's.

    `up_to_owed`: more than is owed on the account is a slip of the pen, and refused.
    """

    paid_on: date
    amount_cents: int
    reference: str
    method: str | None = None
    up_to_owed: bool = False


def take_payment(tx: Transaction, account: AnyRow, payment: Payment) -> Entry | None:
    """Post a payment on an account; gives its entry, None where the very same one is in the ledger already.

    Raises RefusedPayment for a reference that stands for another payment, a card's number, a day that cannot be, and
    for nothing.
    """
    reference = _reference(payment.reference)
    if payment.amount_cents <= 0:
        raise RefusedPayment(
            "a payment is above zero; one that the bank did not pay is taken back by its reference (`pastdue pay-back "
            f"{account.number} --ref ... --reason ...`)"
        )
    if payment.paid_on > tx.business_date:
        raise RefusedPayment(f"{payment.paid_on} lies after today, {tx.business_date}; give the day the money came")
    if payment.paid_on < account.service_from - BEFORE_SERVICE:
        raise RefusedPayment(
            f"{payment.paid_on} lies more than a year before the service of {account.service_from} on account "
            f"{account.number}; correct the day"
        )
    # Two who type the same payment at once: the second waits here, and then finds it in the ledger.
    tx.conn.execute(sa.select(ACCOUNT.c.id).where(ACCOUNT.c.id == account.id).with_for_update()).all()
    entry = Entry(
        account.id, payment.paid_on, LedgerKind.PATIENT_PAYMENT, -payment.amount_cents, SOURCE, reference,
        payment.method,
    )  # fmt: skip
    before = _known_by(tx, reference)
    if before:
        _refuse_another(tx, before, entry)
        return None
    if payment.up_to_owed and payment.amount_cents > max(account.balance_cents, 0):
        raise RefusedPayment(
            f"{dollars(payment.amount_cents)} is more than the {dollars(max(account.balance_cents, 0))} that is owed "
            f"on account {account.number}; correct the amount, or say that it is more than is owed"
        )
    post(tx, [entry])
    return entry


def _reference(text: str) -> str:
    reference = text.strip()
    if not reference or len(reference) > LONGEST_REFERENCE:
        raise RefusedPayment(f"a payment needs its own number, up to {LONGEST_REFERENCE} signs, by which it is known")
    if looks_like_card(reference):
        raise RefusedPayment(
            "that looks like a card number, which is never kept here; give the processor's number of the payment (if "
            "it is no card's, write what it is before it, such as: transfer number 12...)"
        )
    if reference.endswith(REVERSAL):
        raise RefusedPayment(f'a payment\'s number does not end in "{REVERSAL}"; leave that off')
    return reference


def _known_by(tx: Transaction, reference: str) -> list[AnyRow]:
    """What the ledger holds under a reference: a payment, or the first part of one over a guarantor's accounts."""
    query = (
        sa.select(LEDGER, ACCOUNT.c.number)
        .join(ACCOUNT, ACCOUNT.c.id == LEDGER.c.account_id)
        .where(LEDGER.c.source == SOURCE, LEDGER.c.external_id.in_([reference, f"{reference}#1"]))
    )
    return list(tx.conn.execute(query.order_by(LEDGER.c.id)))


def _refuse_another(tx: Transaction, before: list[AnyRow], entry: Entry) -> None:
    """Raise RefusedPayment where what a reference stands for is not this very payment, or was taken back since."""
    own = "give this one a reference of its own"
    for row in before:
        held = f"{dollars(-row.amount_cents)} on account {row.number}"
        said = f"payment {entry.external_id} is in the ledger already: {held}"
        posted = (row.external_id, row.account_id, row.amount_cents, row.posted_on)
        if posted != (entry.external_id, entry.account_id, entry.amount_cents, entry.posted_on):
            raise RefusedPayment(f"{said}, of {row.posted_on}; {own}")
        if (back := _taken_back(tx, entry.account_id, [f"{entry.external_id}{REVERSAL}"])) is not None:
            raise RefusedPayment(f"{said}, taken back on {back}; {own}")


def take_back(tx: Transaction, account: AnyRow, reference: str, reason: str) -> Entry:
    """Take a payment back that the bank did not pay, such as a check that bounced; gives the entry.

    What it had paid is open again and the guarantor is told of it, as where a payments file takes one back. Raises
    RefusedPayment where there is no such payment on the account, and where it was taken back already.
    """
    if not reason.strip():
        raise RefusedPayment("say why the payment is taken back (--reason), such as: insufficient funds")
    reference = reference.strip()
    tx.conn.execute(sa.select(ACCOUNT.c.id).where(ACCOUNT.c.id == account.id).with_for_update()).all()
    paid = _payment_on(tx, account, reference)
    names = [f"{_whole(paid)}{REVERSAL}", f"{paid.external_id}{REVERSAL}"]
    back = _taken_back(tx, account.id, names)
    if back is not None:
        raise RefusedPayment(
            f"payment {reference} on account {account.number} was taken back on {back} already; nothing was changed"
        )
    # The name under which a payments file takes it back, so that one that comes later changes nothing; where another
    # account's part of the same payment has that name already, the part's own.
    own = paid.source == ESTATE or already_posted(tx, [(SOURCE, names[0])])
    entry = Entry(
        account.id, tx.business_date, LedgerKind.PATIENT_PAYMENT, -paid.amount_cents, paid.source,
        names[1] if own else names[0], f"reversal {reference}: {reason.strip()}",
    )  # fmt: skip
    post(tx, [entry])
    return entry


def _payment_on(tx: Transaction, account: AnyRow, reference: str) -> AnyRow:
    """The payment of an account that is known by a reference. Raises RefusedPayment."""
    query = sa.select(LEDGER).where(
        LEDGER.c.account_id == account.id, LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value,
        LEDGER.c.source.in_([SOURCE, ESTATE]), LEDGER.c.amount_cents < 0,
    )  # fmt: skip
    paid = tx.conn.execute(query.order_by(LEDGER.c.id)).all()
    named = [row for row in paid if row.external_id == reference] or [row for row in paid if _whole(row) == reference]
    if named:
        return named[-1]
    raise RefusedPayment(
        f'there is no payment "{reference}" on account {account.number}; `pastdue account {account.number} --json` '
        "lists what was posted, by its external_id"
    )


def _whole(row: AnyRow) -> str:
    """The reference of the payment that an entry is, or is a part of: an estate's check, a guarantor's payment."""
    if row.source == ESTATE:
        return row.reference or row.external_id
    whole, _, part = row.external_id.rpartition("#")
    return whole if whole and part.isdecimal() else row.external_id


def _taken_back(tx: Transaction, account_id: int, keys: list[str]) -> date | None:
    """The day on which a payment of an account was taken back, by the names under which that is posted."""
    query = sa.select(LEDGER.c.posted_on).where(
        LEDGER.c.account_id == account_id, LEDGER.c.source.in_([SOURCE, ESTATE]), LEDGER.c.external_id.in_(keys)
    )
    return tx.conn.execute(query).scalar()
