"""What blocks a payment plan: the law, and holds that must be decided first. Pure."""

from dataclasses import dataclass
from datetime import date

from compliance.check import check
from compliance.decisions import Block, Require
from compliance.facts import MadeFacts
from compliance.rules import StepKind
from flows.accounts.eligibility import account_facts
from flows.accounts.snapshot import AccountNow, GroupNow
from flows.arrangements.plan import Plan
from models.enums import HoldKind

STOPS = {
    HoldKind.DISPUTE: "the account is disputed; resolve the dispute and release the hold first",
    HoldKind.INSURANCE_PENDING: "insurance is pending; release the hold when the insurance has processed the claim",
    HoldKind.DENIAL_APPEAL: "an appeal is open; release the hold when it is decided",
    HoldKind.FINANCIAL_ASSISTANCE: "a financial assistance application is open; decide it first",
    HoldKind.BANKRUPTCY: "a bankruptcy stay is in force; no payment may be requested",
    HoldKind.ATTORNEY: "the guarantor has an attorney; agree with the attorney and release the hold",
    HoldKind.DECEASED: "a death was reported; the estate desk works the account",
    HoldKind.MINOR: "the guarantor is a minor and can't agree; find the responsible party",
    HoldKind.IDENTITY: "the guarantor may be a person who must not be contacted; decide the possible duplicate first",
    HoldKind.COMPLAINT: "a complaint is open; answer it and release the hold first",
}
"""Holds during which no one should sign a plan, and what to do first."""


@dataclass(frozen=True, slots=True)
class Signing:
    """What was reported and signed besides the payments: income if known, and the debit authorization, if any."""

    monthly_income_cents: int | None = None
    autopay: bool = False
    debit_authorised: bool = False


def stands_in_the_way(plan: Plan, account: AccountNow, group: GroupNow, signing: Signing, today: date) -> str | None:
    """Why an account can't be paid by this plan; None: it can.

    The confirmation carries Regulation Z's disclosures wherever the plan is large, so that the law finds them there.
    """
    dead = group.person.died_on or account.patient_died_on
    if dead is not None:
        return f"account {account.number}: {STOPS[HoldKind.DECEASED]}"
    if account.placed is not None:
        return f"account {account.number}: placed with {account.placed.agency}; refer them there, or recall it first"
    for hold in (*account.holds, *group.person.holds):
        if hold.stands(today) and hold.kind in STOPS:
            return f"account {account.number}: {STOPS[hold.kind]}"
    found = check(StepKind.ARRANGEMENT, plan_facts(plan, account, group, signing, today), today)
    if isinstance(found, Block | Require):
        return f"account {account.number}: {found.reason} ({found.rule}, {found.citation})"
    return None


def plan_facts(plan: Plan, account: AccountNow, group: GroupNow, signing: Signing, today: date) -> MadeFacts:
    """What the rules ask about a plan, in their vocabulary."""
    facts = account_facts(account, group, today)
    facts.update(
        {
            "step.kind": StepKind.ARRANGEMENT.value,
            "step.installments": len(plan.instalments),
            "step.finance_charge": False,
            "step.monthly_payment_cents": plan.monthly_cents,
            "step.tila_disclosed": True,
            "step.ach_recurring": signing.autopay,
            "step.ach_authorised": signing.debit_authorised,
        }
    )
    if signing.monthly_income_cents is not None:
        facts["person.monthly_income_cents"] = signing.monthly_income_cents
    return facts
