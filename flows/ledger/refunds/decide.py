"""The payee, amount and due date of a refund. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from compliance.check import check
from compliance.rules import StepKind
from models.enums import LedgerKind, Payee, PayerClass

FEDERAL = frozenset({PayerClass.MEDICARE, PayerClass.MEDICAID, PayerClass.QMB, PayerClass.MEDICARE_ADVANTAGE})
"""Payers who must be refunded within sixty days of finding the overpayment (42 USC 1320a-7k(d)(4) names parts A to D
and Medicaid)."""

CONTRACT_DAYS = 60
"""The days to refund another payer, if its contract sets no other term: practice policy."""


@dataclass(frozen=True, slots=True)
class Line:
    """One ledger entry, in the order of posting."""

    kind: LedgerKind
    amount_cents: int


@dataclass(frozen=True, slots=True)
class OwedBack:
    """A part of a credit balance: its payee, and the reason."""

    payee: Payee
    amount_cents: int
    why: str


@dataclass(frozen=True, slots=True)
class Due:
    """The due date of a refund, and its source."""

    on: date
    citation: str


def owed_back(lines: Sequence[Line]) -> tuple[OwedBack, ...]:
    """The payees of a credit balance, by its origin; empty if there is none.

    A late insurance payment covers what the patient had already paid: the patient is refunded, up to what they paid. A
    duplicate insurance payment is refunded to the payer. A part that no payment explains is not proposed.
    """
    credit = -sum(line.amount_cents for line in lines)
    if credit <= 0:
        return ()
    patient = -sum(line.amount_cents for line in lines if line.kind in (LedgerKind.PATIENT_PAYMENT, LedgerKind.REFUND))
    insurer = -sum(line.amount_cents for line in lines if line.kind is LedgerKind.INSURANCE_PAYMENT)
    twice = _paid_twice(lines)
    to_payer_first = min(credit, max(twice, 0), max(insurer, 0))
    to_patient = min(credit - to_payer_first, max(patient, 0))
    to_payer = to_payer_first + min(credit - to_payer_first - to_patient, max(insurer - to_payer_first, 0))
    found: list[OwedBack] = []
    if to_patient:
        late = any(line.kind is LedgerKind.INSURANCE_PAYMENT for line in _after_first_payment(lines))
        why = "insurance paid after the guarantor had paid" if late else "the guarantor overpaid"
        found.append(OwedBack(Payee.GUARANTOR, to_patient, why))
    if to_payer:
        why = "insurance paid twice" if to_payer_first else "insurance overpaid"
        found.append(OwedBack(Payee.PAYER, to_payer, why))
    return tuple(found)


def guarantors_credit(lines: Sequence[Line], going: Sequence[tuple[Payee, int]]) -> int:
    """The guarantor's part of a credit balance, in cents: not the payer's, and not being refunded. A part that no
    payment explains counts as theirs: it counts against their balance until it is reviewed."""
    credit = -sum(line.amount_cents for line in lines)
    if credit <= 0:
        return 0
    payers = sum(one.amount_cents for one in owed_back(lines) if one.payee is Payee.PAYER)
    back_to_payer = sum(cents for payee, cents in going if payee is Payee.PAYER)
    on_their_way = sum(cents for _, cents in going)
    return max(0, credit - max(payers, back_to_payer) - (on_their_way - back_to_payer))


def gone_back(bounced_cents: int, refunds: Sequence[int]) -> int:
    """How much of a returned payment was already refunded after it, in cents."""
    return min(bounced_cents, sum(refunds))


def _paid_twice(lines: Sequence[Line]) -> int:
    """A duplicate insurance payment: the last payment, if an earlier one had the same amount."""
    paid = [-line.amount_cents for line in lines if line.kind is LedgerKind.INSURANCE_PAYMENT]
    given_back = -sum(cents for cents in paid if cents < 0)
    came = [cents for cents in paid if cents > 0]
    return came[-1] - given_back if len(came) > 1 and came[-1] in came[:-1] else 0


def _after_first_payment(lines: Sequence[Line]) -> Sequence[Line]:
    for place, line in enumerate(lines):
        if line.kind is LedgerKind.PATIENT_PAYMENT:
            return lines[place + 1 :]
    return ()


def due(payee: Payee, payer_class: str, found_on: date, refund_days: int, today: date) -> Due:
    """The due date of a refund: the law's sixty days for federal payers, else the practice's own term."""
    if payee is not Payee.PAYER:
        return Due(found_on + timedelta(days=refund_days), "practice policy")
    if payer_class in FEDERAL:
        facts = {
            "actor": "first_party",
            "account.payer_class": payer_class,
            "account.overpayment_identified_on": found_on,
        }
        for finding in check(StepKind.REFUND, facts, max(today, found_on)).findings:
            if finding.until is not None:
                return Due(finding.until, finding.citation)
    return Due(found_on + timedelta(days=CONTRACT_DAYS), "practice policy; the payer's contract may set less time")
