"""The claim: its due and contingent parts, and the part for the last illness. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from compliance.check import check
from compliance.decisions import Block, Require
from compliance.last_illness import Service, last_illness_cents, year_of_care_cents
from compliance.rules import StepKind
from models.enums import CreditorKind
from models.errors import Refused
from models.values import dollars


class RefusedClaim(Refused):
    """A claim that is not possible; the message states why, and what is possible."""


@dataclass(frozen=True, slots=True)
class Owed:
    """An account of a matter, for the claim. `payer_open`: an insurer may still pay on it."""

    number: str
    payer_class: str
    service_from: date
    service_to: date | None
    balance_cents: int
    payer_open: bool = False


@dataclass(frozen=True, slots=True)
class ClaimNow:
    """A claim and its parts, in cents. `due` and `contingent` add up to the whole; so do `last_illness` and `other`."""

    amount_cents: int
    due_cents: int
    contingent_cents: int
    last_illness_cents: int
    other_cents: int


def lasts_past(service_from: date, service_to: date | None, death_on: date | None) -> bool:
    """Whether any date of a service is after the death. Such a service is in no claim against the decedent."""
    return death_on is not None and max(service_from, service_to or service_from) > death_on


def claim_of(
    accounts: Sequence[Owed],
    state: str | None,
    death_on: date,
    today: date,
    amount_cents: int | None = None,
    creditor: CreditorKind | None = None,
) -> ClaimNow:
    """The claim over the accounts of a matter, in full or over a part. Raises RefusedClaim.

    What an insurer may still pay is claimed as contingent, and the claim is amended when it has paid: the deadline
    waits for no payer. Medicaid and QMB protect the estate from the provider as they protected the patient; the rules
    of law decide this.
    """
    owing = [one for one in accounts if one.balance_cents > 0]
    for one in owing:
        refuse_protected(one, today)
    whole = sum(one.balance_cents for one in owing)
    if whole <= 0:
        raise RefusedClaim("every account of this matter has a zero balance", "there is nothing to claim")
    contingent = sum(one.balance_cents for one in owing if one.payer_open)
    amount = whole if amount_cents is None else amount_cents
    if not 0 < amount <= whole:
        raise RefusedClaim(
            f"a claim of {dollars(amount)} is more than the ledger balance of {dollars(whole)} "
            f"({dollars(contingent)} of it contingent on insurance)",
            "claim the ledger balance, or post missing charges first",
        )
    due = min(amount, whole - contingent)
    last = min(last_illness_of(owing, state, death_on, creditor), amount)
    return ClaimNow(amount, due, amount - due, last, amount - last)


def last_illness_of(
    accounts: Sequence[Owed], state: str | None, death_on: date, creditor: CreditorKind | None = None
) -> int:
    """The part of the balance for the last illness, in cents; zero if the state is unknown."""
    return 0 if state is None else last_illness_cents(state, death_on, _services(accounts), creditor)


def year_of_care_of(accounts: Sequence[Owed], state: str | None, death_on: date) -> int:
    """How much of a balance ranks as care in the year before death, in states that pay it after the last illness."""
    return 0 if state is None else year_of_care_cents(state, death_on, _services(accounts))


def _services(accounts: Sequence[Owed]) -> list[Service]:
    return [(one.service_from, one.service_to, one.balance_cents) for one in accounts if one.balance_cents > 0]


def refuse_protected(one: Owed, today: date) -> None:
    """Raise RefusedClaim for an account whose payer protects the patient, and so the patient's estate and family."""
    facts = {
        "actor": "first_party",
        "account.payer_class": one.payer_class,
        "account.balance_cents": one.balance_cents,
        "step.kind": StepKind.ESTATE_CLAIM.value,
    }
    found = check(StepKind.ESTATE_CLAIM, facts, today)
    if isinstance(found, Block | Require):
        raise RefusedClaim(
            f"account {one.number}: {found.reason} ({found.rule}, {found.citation})",
            "write it off, or correct its coverage type",
        )
