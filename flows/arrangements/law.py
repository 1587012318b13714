"""What stands in the way of an arrangement: the law, and holds that somebody must decide on first. Pure."""

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
    HoldKind.DISPUTE: "it is disputed; answer the dispute first and clear the hold",
    HoldKind.INSURANCE_PENDING: "insurance may still pay; clear the hold when it is known what it paid",
    HoldKind.DENIAL_APPEAL: "an appeal is open; clear the hold when it is decided",
    HoldKind.FINANCIAL_ASSISTANCE: "an application for financial assistance is open; decide it first",
    HoldKind.BANKRUPTCY: "a bankruptcy stay is in force; nothing may be asked for",
    HoldKind.ATTORNEY: "the guarantor has an attorney; agree with the attorney and lift the hold",
    HoldKind.DECEASED: "a death was reported; the estate desk has it",
    HoldKind.MINOR: "the guarantor is under age and cannot agree; find who is responsible for the account",
    HoldKind.IDENTITY: "the guarantor may be a person who must not be contacted; decide that first",
    HoldKind.COMPLAINT: "a complaint is open; answer it first and clear the hold",
}
"""Holds under which nobody should be asked to sign anything, and what comes first."""


@dataclass(frozen=True, slots=True)
class Signing:
    """What was said and signed beside the payments: income if it was told, and the mandate to debit, if any."""

    monthly_income_cents: int | None = None
    autopay: bool = False
    debit_authorised: bool = False


def stands_in_the_way(plan: Plan, account: AccountNow, group: GroupNow, signing: Signing, today: date) -> str | None:
    """Why an account may not be paid by this plan; None: it may.

    The confirmation carries Regulation Z's disclosures wherever the plan is large, so that the law finds them there.
    """
    dead = group.person.died_on or account.patient_died_on
    if dead is not None:
        return f"account {account.number}: {STOPS[HoldKind.DECEASED]}"
    if account.placed is not None:
        return f"account {account.number}: {account.placed.agency} has it; send them there, or recall it first"
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
