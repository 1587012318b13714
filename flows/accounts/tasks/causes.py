"""Which cause opens which task, which role does it, and what closes it automatically: the one table. Pure data.

A task that only a person can close has no automatic end, and the table has the reason. Queries are in standing.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.enums import HoldKind
from models.task_kinds import TaskKind
from models.user_enums import Role


class Gone(StrEnum):
    """How the cause of a task ended; the sentence is recorded in the history."""

    NOTHING_OWED = "the balance is zero"
    NOT_WITH_US = "no balance is left with the practice"
    PLACED = "the account was placed with an agency"
    HOLD_CLEARED = "the hold was released"
    NOT_SET_ASIDE = "the account is back in its schedule"
    PLACEMENT_DECIDED = "the placement was decided"
    SETTLEMENT_DECIDED = "the settlement was decided"
    NOT_BELOW_ZERO = "no credit balance is left"
    NO_INSURANCE_WAITS = "no insurance is pending"
    PAIR_DECIDED = "the possible duplicate was decided"
    DEATH_KNOWN = "the death was recorded"
    NOT_KEPT_BACK = "no step needs this information now"
    EMAIL_KNOWN = "the e-mail's delivery is known"
    ACKNOWLEDGED = "the agency responded, or no longer has the account"
    MATTER_ENDED = "the estate matter is closed"
    NO_REVIEW_OVERDUE = "no review is overdue"
    WORKED = "the failed work was completed"
    NOT_DUE = "the failed work is no longer needed"


class Cause(StrEnum):
    """A cause that the database shows, so that a missing task is opened for it."""

    HOLD = "the hold is still open"
    SET_ASIDE = "the account is a schedule exception"
    BELOW_ZERO = "credit balance: refund due"
    PLACEMENT_WAITS = "the placement is pending a manager's approval"


@dataclass(frozen=True, slots=True)
class Work:
    """A row of the table. `opened` is the cause in words; `gone` is what closes the task automatically, whichever is
    first.

    `cause` opens it if it is missing, and while the cause is active it can't be marked complete; `once` is why it can
    be completed while its cause continues, and is then not opened again for the same one. `hold` is the kind of hold
    that it is about. `by_hand` is why only a person closes it.
    """

    role: Role
    opened: str
    gone: tuple[Gone, ...] = ()
    cause: Cause | None = None
    hold: HoldKind | None = None
    due_days: int = 5
    by_hand: str = ""
    once: str = ""


INSTEAD: Mapping[Cause, str] = {
    Cause.HOLD: "release the hold once the reason for it is resolved",
    Cause.SET_ASIDE: "return the account to its schedule",
    Cause.BELOW_ZERO: "propose the refund or apply the credit",
    Cause.PLACEMENT_WAITS: "approve or decline the placement",
}
"""What to do instead of completing a task whose cause is active; then it closes automatically."""

_MANAGER, _CLERK, _COLLECTOR, _DESK, _MAIL = Role.MANAGER, Role.CLERK, Role.COLLECTOR, Role.ESTATE_DESK, Role.MAIL_ROOM
_ESTATE = (Gone.MATTER_ENDED,)

CAUSES: Mapping[TaskKind, Work] = {
    TaskKind.CALL: Work(_COLLECTOR, "call step, broken promise or callback", (Gone.NOT_WITH_US,)),
    TaskKind.CALL_AGAINST_RULE: Work(_MANAGER, "call made against a rule", by_hand="a manager reviews it"),
    TaskKind.SUPERVISOR_CALL: Work(
        _MANAGER, "asks for a supervisor", due_days=1, by_hand="the manager calls the person back"
    ),
    TaskKind.COMPLAINT: Work(_MANAGER, "complaint in a call", due_days=3, by_hand="the manager answers the complaint"),
    TaskKind.CALL_WITH_INTERPRETER: Work(_COLLECTOR, "language barrier on a call", (Gone.NOT_WITH_US,)),
    TaskKind.LOOK_FOR_PAYMENT: Work(_CLERK, "claims paid", (Gone.NOTHING_OWED,)),
    TaskKind.SET_UP_ARRANGEMENT: Work(_COLLECTOR, "asks for a payment plan", (Gone.NOT_WITH_US,)),
    TaskKind.OFFER_ARRANGEMENT: Work(_COLLECTOR, "schedule step", (Gone.NOT_WITH_US,)),
    TaskKind.REVIEW_DISPUTE: Work(
        _CLERK, "the bill is disputed", (Gone.NOTHING_OWED, Gone.HOLD_CLEARED), Cause.HOLD, HoldKind.DISPUTE, 30
    ),
    TaskKind.REVIEW_FINANCIAL_ASSISTANCE: Work(
        _CLERK,
        "asks for financial assistance, or unable to pay",
        (Gone.NOTHING_OWED, Gone.HOLD_CLEARED),
        Cause.HOLD,
        HoldKind.FINANCIAL_ASSISTANCE,
    ),
    TaskKind.WRITE_TO_ATTORNEY: Work(
        _MANAGER,
        "the guarantor has an attorney",
        (Gone.NOTHING_OWED, Gone.HOLD_CLEARED),
        Cause.HOLD,
        HoldKind.ATTORNEY,
        once="one letter to the attorney is enough",
    ),
    TaskKind.CHECK_BANKRUPTCY: Work(
        _MANAGER,
        "the guarantor is in bankruptcy",
        (Gone.NOTHING_OWED, Gone.HOLD_CLEARED),
        Cause.HOLD,
        HoldKind.BANKRUPTCY,
        once="one check of the case is enough",
    ),
    TaskKind.APPEAL_DENIAL: Work(
        _CLERK,
        "the payer denied a claim",
        (Gone.NOTHING_OWED, Gone.HOLD_CLEARED),
        Cause.HOLD,
        HoldKind.DENIAL_APPEAL,
        once="one appeal is sent, and the payer decides it",
    ),
    TaskKind.FIND_ADDRESS: Work(
        _CLERK,
        "returned mail, or ZIP and state do not match",
        (Gone.NOTHING_OWED, Gone.HOLD_CLEARED),
        Cause.HOLD,
        HoldKind.ADDRESS_UNKNOWN,
    ),
    TaskKind.FIND_PHONE: Work(
        _CLERK,
        "wrong or invalid phone number",
        (Gone.NOTHING_OWED, Gone.HOLD_CLEARED),
        Cause.HOLD,
        HoldKind.PHONE_UNKNOWN,
    ),
    TaskKind.FIND_GUARANTOR: Work(
        _CLERK, "the guarantor is a minor", (Gone.NOTHING_OWED, Gone.HOLD_CLEARED), Cause.HOLD, HoldKind.MINOR
    ),
    TaskKind.SAME_PERSON: Work(_CLERK, "possible duplicate records", (Gone.PAIR_DECIDED,)),
    TaskKind.MISSING: Work(_CLERK, "a rule needs information first", (Gone.NOTHING_OWED, Gone.NOT_KEPT_BACK)),
    TaskKind.MAIL_NOT_TAKEN: Work(_CLERK, "mail refused at the right address", (Gone.NOTHING_OWED,)),
    TaskKind.EMAIL_UNSURE: Work(_MAIL, "the mail server stopped responding", (Gone.EMAIL_KNOWN,)),
    TaskKind.PULL_LETTER: Work(_MAIL, "a printed letter must not go out", by_hand="the letter is pulled from the mail"),
    TaskKind.BILL_INSURANCE: Work(
        _CLERK, "insurance reported", (Gone.NOTHING_OWED, Gone.HOLD_CLEARED), hold=HoldKind.INSURANCE_PENDING
    ),
    TaskKind.BILL_PAYER: Work(_CLERK, "no schedule applies to the payer class", (Gone.NOTHING_OWED,)),
    TaskKind.INSURANCE_SILENT: Work(
        _CLERK, "no response from the insurance", (Gone.NOTHING_OWED, Gone.NO_INSURANCE_WAITS)
    ),
    TaskKind.INSURANCE_NOT_BILLED: Work(_MANAGER, "insurance not billed", (Gone.NOTHING_OWED, Gone.NO_INSURANCE_WAITS)),
    TaskKind.TRICARE_COST_SHARE: Work(_CLERK, "no remittance confirms the cost share", (Gone.NOTHING_OWED,)),
    TaskKind.PLACEMENT_REVIEW: Work(_MANAGER, "schedule step", (Gone.NOTHING_OWED, Gone.PLACED)),
    TaskKind.BAD_DEBT_REVIEW: Work(_MANAGER, "schedule step", (Gone.NOTHING_OWED, Gone.PLACED)),
    TaskKind.BALANCE_REVIEW: Work(_MANAGER, "schedule step", (Gone.NOTHING_OWED, Gone.PLACED)),
    TaskKind.DECIDE_BALANCE: Work(_MANAGER, "schedule step", (Gone.NOTHING_OWED, Gone.PLACED)),
    TaskKind.APPROVE_PLACEMENT: Work(
        _MANAGER, "placement over the practice's limit", (Gone.PLACEMENT_DECIDED,), Cause.PLACEMENT_WAITS
    ),
    TaskKind.APPROVE_SETTLEMENT: Work(_MANAGER, "settlement over the practice's limit", (Gone.SETTLEMENT_DECIDED,)),
    TaskKind.SETTLEMENT_REVERSED: Work(_MANAGER, "settlement payment reversed", (Gone.NOTHING_OWED,)),
    TaskKind.REVIEWS_OVERDUE: Work(_MANAGER, "reviews are pending for too long", (Gone.NO_REVIEW_OVERDUE,), due_days=1),
    TaskKind.SET_ASIDE: Work(_MANAGER, "the account could not be processed", (Gone.NOT_SET_ASIDE,), Cause.SET_ASIDE),
    TaskKind.TEMPLATE_FAULT: Work(_MANAGER, "template error", by_hand="its letters are on hold until it is corrected"),
    TaskKind.FIX_TEMPLATE: Work(
        _MANAGER, "a printed letter was wrong", by_hand="its letters are on hold until it is corrected"
    ),
    TaskKind.FINAL_NOTICE_LATE: Work(
        _MANAGER, "a final notice was mailed late", by_hand="a manager reviews its deadlines"
    ),
    TaskKind.SCHEDULE_JUMP: Work(_MANAGER, "the schedule has no such step to continue at", (Gone.NOTHING_OWED,)),
    TaskKind.WORK_FAILED: Work(_MANAGER, "the nightly run failed on something", (Gone.WORKED, Gone.NOT_DUE)),
    TaskKind.REFUND: Work(_CLERK, "credit balance", (Gone.NOT_BELOW_ZERO,), Cause.BELOW_ZERO, due_days=30),
    TaskKind.APPLY_CREDIT: Work(_CLERK, "a credit and a balance due", (Gone.HOLD_CLEARED,), hold=HoldKind.CREDIT),
    TaskKind.STOP_REFUND: Work(_CLERK, "the refunded payment was returned by the bank", by_hand="the bank is notified"),
    TaskKind.REFUND_TO_RECOVER: Work(_MANAGER, "a returned payment had been refunded", by_hand="it is recovered"),
    TaskKind.DUPLICATE_PAYMENT: Work(_CLERK, "possible duplicate payment", by_hand="they are compared with the bank"),
    TaskKind.AGENCY_COMPLAINT: Work(_MANAGER, "complaint about an agency", by_hand="it is answered"),
    TaskKind.AGENCY_DIFFERENCE: Work(_MANAGER, "an agency's file differs", by_hand="the agency corrects it"),
    TaskKind.AGENCY_FILE: Work(_CLERK, "an agency's file cannot hold a value", by_hand="the value is corrected"),
    TaskKind.AGENCY_RETURNED: Work(_MANAGER, "returned by the agency", (Gone.NOTHING_OWED,)),
    TaskKind.AGENCY_SILENT: Work(_MANAGER, "not acknowledged by the agency", (Gone.ACKNOWLEDGED,)),
    TaskKind.AGENCY_UNKNOWN_ACCOUNT: Work(
        _MANAGER, "an agency names an unknown account", by_hand="the agency is asked"
    ),
    TaskKind.TELL_AGENCY: Work(_MANAGER, "the agency was sent wrong information", by_hand="the agency is notified"),
    TaskKind.CONFIRM_DEATH: Work(_DESK, "possible death", (Gone.DEATH_KNOWN,)),
    TaskKind.OPEN_ESTATE: Work(_DESK, "a death was reported", _ESTATE),
    TaskKind.SEARCH_PROBATE: Work(_DESK, "probate search due", _ESTATE),
    TaskKind.ESTATE_OPEN_BY: Work(_DESK, "deadline to open an estate", _ESTATE),
    TaskKind.ESTATE_SILENCE: Work(_DESK, "no answer from the estate", _ESTATE),
    TaskKind.ESTATE_OFFER_OVER: Work(_DESK, "an offer expired", _ESTATE),
    TaskKind.ESTATE_DEADLINE: Work(_DESK, "a claim deadline is near", _ESTATE),
    TaskKind.ESTATE_DEADLINE_MANAGER: Work(_MANAGER, "a deadline alert was not answered", _ESTATE),
    TaskKind.ESTATE_FILE_EARLY: Work(_DESK, "a claim lacks facts", _ESTATE),
    TaskKind.ESTATE_FILED_LATE: Work(_MANAGER, "a claim was filed late", _ESTATE),
    TaskKind.ESTATE_PRESENT_TOO: Work(_DESK, "a claim must be presented elsewhere too", _ESTATE),
    TaskKind.ESTATE_SERVICE_AFTER_DEATH: Work(_DESK, "a service is dated after the death", _ESTATE),
    TaskKind.ESTATE_PUBLISHED: Work(_DESK, "the publication date named in a notice has come", _ESTATE),
    TaskKind.ESTATE_DEATH_DIFFERS: Work(_DESK, "the proof of death shows another date of death", _ESTATE),
    TaskKind.ESTATE_DEATH_CORRECTED: Work(_DESK, "the date of death was corrected", _ESTATE),
    TaskKind.ESTATE_REMINDER: Work(_DESK, "an agreed payment is late", _ESTATE),
    TaskKind.ESTATE_PAYMENT_LATE: Work(_DESK, "an agreed payment is late", _ESTATE),
    TaskKind.ESTATE_PAYMENT_BACK: Work(_MANAGER, "an estate's payment was returned", by_hand="the court is notified"),
    TaskKind.ESTATE_APOLOGY: Work(_MANAGER, "a report of death was wrong", by_hand="a letter is sent to the family"),
    TaskKind.ESTATE_SPOUSE_APOLOGY: Work(
        _MANAGER, "a spouse was asked by mistake", by_hand="a letter is sent to the spouse"
    ),
    TaskKind.STOP_DRAFTS: Work(_CLERK, "a payment plan ended because of a death", by_hand="the bank is notified"),
    TaskKind.RESUME_DRAFTS: Work(_CLERK, "a report of death was wrong", by_hand="the bank is notified"),
}


NOT_TICKED_OFF = (TaskKind.CALL, TaskKind.REVIEWS_OVERDUE, TaskKind.SET_ASIDE, TaskKind.TEMPLATE_FAULT)
"""Tasks that are completed elsewhere: calls and reviews on their own pages, schedule exceptions by returning the
accounts, letters on hold for a template by writing them once it is corrected."""
