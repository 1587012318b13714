"""Why an account is stuck: in words, who may release it, and the actions for all accounts with the reason. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from compliance.load import catalogue
from compliance.rules import Rule
from compliance.timely_filing import file_claim_by
from flows.dunning.engine.decide import PAUSED
from flows.dunning.engine.gate import GATE
from models.enums import EnrollmentState, HoldKind, PayerClass
from models.labels import label


class Act(StrEnum):
    """An action on all accounts that are stuck for one reason."""

    BILL = "bill"
    """Open a clerk's task to bill the payer, due before its filing deadline."""
    CLASS = "class"
    """Correct the payer class: the account enters the schedule for that class, if there is one."""
    WRITE_OFF = "write_off"
    """Write the balance off; managers only."""
    CLEAR = "clear"
    """Release the hold that blocks them."""
    AGAIN = "again"
    """Have the run review them again, for example after a fact was recorded or a rule corrected."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: `code` as it is typed, `says` its text, `clears` who may release it, `todo` how."""

    code: str
    says: str
    clears: str
    todo: str
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A stuck account, as far as its reason depends on it. `blocked_by`: a rule, or hold:KIND."""

    payer_class: PayerClass
    enrollment: EnrollmentState | None
    blocked_by: str | None


NO_PATIENT: Mapping[PayerClass, str] = {
    PayerClass.MEDICAID: "Bill the state's Medicaid plan, or correct the payer class. At most a copay is owed.",
    PayerClass.QMB: "Bill Medicare, then the state for the cost sharing; write the rest off. The patient owes nothing.",
    PayerClass.WORKERS_COMP: "Bill the workers' compensation carrier. Do not bill the patient meanwhile.",
    PayerClass.AUTO: "Bill the auto insurer (MedPay or PIP) or the liable party, or correct the payer class.",
    PayerClass.VA: "Bill the VA's Community Care network. The veteran owes only what the VA says.",
    PayerClass.TRICARE: "Post the remittance, or correct the balance to the cost share (fact-all tricare).",
}
"""Payers whose accounts are not simply billed to the patient, with what to do when no schedule applies."""

CALLED: Mapping[PayerClass, str] = {
    PayerClass.MEDICAID: "Medicaid",
    PayerClass.QMB: "QMB",
    PayerClass.WORKERS_COMP: "workers' compensation",
    PayerClass.AUTO: "auto",
    PayerClass.VA: "VA",
    PayerClass.TRICARE: "TRICARE",
}
"""The names of payers."""

ENDS_BY_ITSELF = (HoldKind.ARRANGEMENT, HoldKind.PROMISE, HoldKind.SETTLEMENT)
"""Holds for an active plan, promise or offer: such an account waits, and is not stuck."""

PAYER, RULE, HOLD = "payer:", "rule:", "hold:"
NO_SCHEDULE, OVER, EXCEPTION = "no-schedule", "schedule-over", "exception"

_BY_ENGINE: Mapping[HoldKind, str] = {
    HoldKind.CREDIT: "Apply the credit (transfer) or propose its refund (refund propose).",
    HoldKind.MINOR: "Find the responsible party.",
    HoldKind.IDENTITY: "Decide whether the records are the same person (person suspects).",
    HoldKind.DECEASED: "The estate desk works the account.",
    HoldKind.ADDRESS_UNKNOWN: "Enter the correct address (contact).",
    HoldKind.PHONE_UNKNOWN: "Enter the correct number (contact).",
    HoldKind.BANKRUPTCY: "Enter the outcome of the case: cleared by court order, discharged or dismissed (hold clear).",
    HoldKind.CEASE: "Only the guarantor can withdraw this request (hold clear).",
}
"""Holds that are not released for many accounts at once: each ends in its own way."""

_BY_HAND: Mapping[HoldKind, tuple[str, str]] = {
    HoldKind.DISPUTE: ("billing clerk", "Answer the dispute, then release the hold."),
    HoldKind.INSURANCE_PENDING: ("billing clerk", "Post the remittance, or record that the insurance is not in force."),
    HoldKind.DENIAL_APPEAL: ("billing clerk", "Record the outcome of the appeal, then release the hold."),
    HoldKind.FINANCIAL_ASSISTANCE: ("billing clerk", "Decide the application, then release the hold."),
    HoldKind.ATTORNEY: ("manager", "Contact the attorney only; release the hold when the representation has ended."),
    HoldKind.MANAGER: ("manager", "Release the hold once the reason for it is resolved."),
    HoldKind.COMPLAINT: ("manager", "Answer the complaint, then release the hold."),
}


def reason_of(one: Standing) -> Reason:
    """The reason why an account is stuck."""
    if one.enrollment is None:
        return _untaken(one.payer_class)
    if one.enrollment is EnrollmentState.SET_ASIDE:
        todo = "Fix the problem in the task, then return the accounts to their schedule (resume)."
        return Reason(EXCEPTION, "Exception: the account or its letter could not be processed", "manager", todo)
    if one.enrollment is EnrollmentState.FINISHED or one.blocked_by is None:
        todo = "Decide: write the balance off, place the account, or hold it."
        return Reason(OVER, "Schedule completed with a balance left", "manager", todo, (Act.WRITE_OFF,))
    return reason_named(one.blocked_by)


def _untaken(payer: PayerClass) -> Reason:
    if payer in NO_PATIENT:
        name = CALLED[payer]
        acts = (Act.BILL, Act.CLASS, Act.WRITE_OFF)
        return Reason(f"{PAYER}{payer}", f"No schedule for {name} accounts", "billing clerk", NO_PATIENT[payer], acts)
    todo = "Write small balances off, or publish a schedule that applies to them."
    return Reason(NO_SCHEDULE, "No schedule for the account", "manager", todo, (Act.CLASS, Act.WRITE_OFF))


def reason_named(blocked_by: str) -> Reason:
    """The reason for a rule or a hold, by its name as stored in enrollments."""
    if blocked_by.startswith(HOLD):
        return _of_hold(HoldKind(blocked_by.removeprefix(HOLD)))
    if blocked_by.startswith(GATE):
        return _REVIEW
    if blocked_by == PAUSED:
        return _PAUSED
    if blocked_by.startswith("house-"):
        return _PRACTICE.get(blocked_by) or Reason(f"{RULE}{blocked_by}", blocked_by, "manager", _SEE, (Act.AGAIN,))
    found = _rule(blocked_by)
    if found is None:
        return Reason(f"{RULE}{blocked_by}", blocked_by, "manager", _SEE, (Act.AGAIN,))
    by = found.look_again.by or "billing clerk"
    event = found.look_again.event or "what the rule requires is on file"
    return Reason(f"{RULE}{found.id}", f"{found.title} ({found.citation})", by, f"Until: {event}.", (Act.AGAIN,))


def _rule(name: str) -> Rule | None:
    return {rule.id: rule for rule in catalogue().rules}.get(name)


_PAUSED = Reason(
    "paused", "Schedule paused", "manager", "Resume the schedule, or move the accounts to another schedule."
)

_REVIEW = Reason("review", "Pending manager review", "manager", "Approve the accounts, or keep them in house.")

_SEE = "See what blocks the account (explain)."

_PRACTICE: Mapping[str, Reason] = {
    "house-address": Reason(
        f"{RULE}house-address", "Incomplete address", "billing clerk", "Enter the address (contact)."
    ),
    "house-phone": Reason(f"{RULE}house-phone", "No valid phone number", "billing clerk", "Enter a number (contact)."),
    "house-deceased": Reason(
        f"{RULE}house-deceased", "Death on file", "estate desk", "The estate desk works the account."
    ),
}


def _of_hold(kind: HoldKind) -> Reason:
    says = f"On hold: {label(kind)}"
    if kind in _BY_ENGINE:
        who = "estate desk" if kind is HoldKind.DECEASED else "billing clerk"
        return Reason(f"{HOLD}{kind}", says, who, _BY_ENGINE[kind])
    who, todo = _BY_HAND[kind]
    return Reason(f"{HOLD}{kind}", says, who, todo, (Act.CLEAR, Act.AGAIN))


def covers_every_hold() -> frozenset[HoldKind]:
    """The kinds of hold that have a reason; a test holds that none is missing."""
    return frozenset(_BY_ENGINE) | frozenset(_BY_HAND) | frozenset(ENDS_BY_ITSELF)


def bill_by(payer: PayerClass, served_on: date) -> date | None:
    """The payer's filing deadline, if a rule of law sets one."""
    found = file_claim_by(payer, served_on)
    return None if found is None else found.on


def rule_title(blocked_by: str) -> str:
    """What blocks a step, in a few words: the title of the rule without its citation, or the kind of the hold."""
    if blocked_by.startswith(HOLD):
        return f"On hold: {label(HoldKind(blocked_by.removeprefix(HOLD)))}"
    found = _rule(blocked_by)
    return reason_named(blocked_by).says if found is None else found.title


def rule_citation(blocked_by: str) -> str:
    """The citation of the rule of law that blocks a step; empty for a hold or the practice's own policy."""
    found = _rule(blocked_by)
    return "" if found is None else found.citation
