"""A payment that somebody types: posted once by its reference, and taken back by it when the bank does not pay."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from flows.ledger.checks import (
    SOURCE,
    RefusedPayment,
    check_for,
    check_of,
    check_on,
    next_part,
    own_entry,
    part_entry,
    posted,
    taking_back,
)
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.ledger.queries import ACCOUNT, REVERSAL
from models.cards import looks_like_card
from models.columns import AnyRow
from models.database import Transaction
from models.kinds import LedgerKind
from models.values import dollars

BEFORE_SERVICE = timedelta(days=365)
"""A payment in advance is never older than this before the service; an older date is a slip of the pen."""

LONGEST_REFERENCE = 64


@dataclass(frozen=True, slots=True)
class Payment:
    """A patient's payment as somebody types it, above zero. `reference` is its own number: a check's, a transfer's.

    `up_to_owed`: more than is owed on the account is a slip of the pen, and refused. `part`: the check pays more than
    one account, and its number may be in the ledger already for another account of the same guarantor. `same_number`:
    another guarantor's check has the same number; else that is a slip of the pen.
    """

    paid_on: date
    amount_cents: int
    reference: str
    method: str | None = None
    up_to_owed: bool = False
    part: bool = False
    same_number: bool = False


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
    name, check = check_for(tx.conn, reference, account.guarantor_id)
    entry = Entry(
        account.id, payment.paid_on, LedgerKind.PATIENT_PAYMENT, -payment.amount_cents, SOURCE, name, payment.method
    )
    if check is None and name != reference and not payment.same_number:
        held = check_of(tx.conn, SOURCE, reference)
        said = "" if held is None else posted(held)
        raise RefusedPayment(
            f"{said}, of another guarantor; correct the account, or say that this is another check of the same number "
            "(--same-number)"
        )
    part = 0 if check is None else next_part(check, account, payment.paid_on, payment.amount_cents)
    if check is not None and part is None:
        return None
    if check is not None and not payment.part:
        raise RefusedPayment(f"{posted(check)}; give this one a reference of its own, or say that it is a part of the "
                             "same check, which pays other accounts too (--part)")  # fmt: skip
    if payment.up_to_owed and payment.amount_cents > max(account.balance_cents, 0):
        raise RefusedPayment(
            f"{dollars(payment.amount_cents)} is more than the {dollars(max(account.balance_cents, 0))} that is owed "
            f"on account {account.number}; correct the amount, or say that it is more than is owed"
        )
    entry = part_entry(entry, part) if part else own_entry(entry)
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


def take_back(
    tx: Transaction, account: AnyRow, reference: str, reason: str, *, mistake: bool = False
) -> list[Entry]:
    """Take a payment back that the bank did not pay, such as a check that bounced; gives the entries.

    A check comes back whole: what it paid on other accounts is open again too. What it had paid is open again and the
    guarantor is told of it, as where a payments file takes one back; not where it was posted by `mistake`. Raises
    RefusedPayment where there is no such payment on the account, and where it was taken back already.
    """
    if not reason.strip():
        raise RefusedPayment("say why the payment is taken back (--reason), such as: insufficient funds")
    reference = reference.strip()
    tx.conn.execute(sa.select(ACCOUNT.c.id).where(ACCOUNT.c.id == account.id).with_for_update()).all()
    check = check_on(tx.conn, account.id, reference)
    if check is None:
        raise RefusedPayment(
            f'there is no payment "{reference}" on account {account.number}; look the number up in the account\'s '
            f"ledger (`pastdue account {account.number}`)"
        )
    if not check.standing:
        raise RefusedPayment(
            f"payment {reference} on account {account.number} was taken back on {check.parts[0].back_on} already; "
            "nothing was changed"
        )
    return post(tx, taking_back(check, check.standing, tx.business_date, f": {reason.strip()}", mistake=mistake))


__all__ = ["SOURCE", "Payment", "RefusedPayment", "take_back", "take_payment"]
