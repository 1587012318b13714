"""Which cause opens which work, who does it, and what closes it by itself: the one table. Pure data.

Work that a person must finish has no end of its own, and says why. What is found by queries is in standing.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.enums import HoldKind
from models.task_kinds import TaskKind
from models.user_enums import Role


class Gone(StrEnum):
    """By what the cause of a piece of work is gone; the sentence goes into the history."""

    NOTHING_OWED = "nothing is owed any more"
    NOT_WITH_US = "nothing of it is with us any more"
    PLACED = "it went to an agency"
    HOLD_CLEARED = "the hold that it was about was cleared"
    NOT_SET_ASIDE = "the account is back in its schedule"
    PLACEMENT_DECIDED = "the placement no longer waits for a decision"
    SETTLEMENT_DECIDED = "the settlement no longer waits for a decision"
    NOT_BELOW_ZERO = "the account is not below zero"
    NO_INSURANCE_WAITS = "no insurance is waited for any more"
    PAIR_DECIDED = "whether the records are one person was decided"
    DEATH_KNOWN = "the death is on record"
    NOT_KEPT_BACK = "no step of it waits for this any more"
    EMAIL_KNOWN = "it is known whether the e-mail went"
    ACKNOWLEDGED = "the agency has answered, or no longer has it"
    MATTER_ENDED = "the matter of the estate is at its end"
    WORKED = "what had failed was worked on"
    NOT_DUE = "nothing is to be worked on there any more"


class Cause(StrEnum):
    """What the book itself shows, so that the work for it is opened where it is missing."""

    HOLD = "a hold stands"
    SET_ASIDE = "the account was set aside"
    BELOW_ZERO = "the account is below zero: somebody is owed a refund"
    PLACEMENT_WAITS = "the placement waits for a manager"


@dataclass(frozen=True, slots=True)
class Work:
    """A row of the table. `opened` says by what, for people; `gone` is what closes it by itself, whichever comes first.

    `cause` is what opens it where it is missing, and while that stands nobody ticks it off; `once` says why it is done
    while its cause goes on, and is then not opened again for the same one. `hold` is the kind of hold that it is about.
    `by_hand` says why only a person closes it.
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
    Cause.HOLD: "clear the hold once what it is about is settled",
    Cause.SET_ASIDE: "bring the account back",
    Cause.BELOW_ZERO: "propose the refund or move the credit",
    Cause.PLACEMENT_WAITS: "approve or refuse the placement",
}
"""What is done instead of ticking off work whose cause stands; then it closes by itself."""

_MANAGER, _CLERK, _COLLECTOR, _DESK, _MAIL = Role.MANAGER, Role.CLERK, Role.COLLECTOR, Role.ESTATE_DESK, Role.MAIL_ROOM
_ESTATE = (Gone.MATTER_ENDED,)

CAUSES: Mapping[TaskKind, Work] = {
    TaskKind.CALL: Work(_COLLECTOR, "a call step, a promise broken, a callback", (Gone.NOT_WITH_US,)),
    TaskKind.CALL_AGAINST_RULE: Work(_MANAGER, "a call was made against a rule", by_hand="it is looked into"),
    TaskKind.CALL_WITH_INTERPRETER: Work(_COLLECTOR, "a call ended by a language barrier", (Gone.NOT_WITH_US,)),
    TaskKind.LOOK_FOR_PAYMENT: Work(_CLERK, "somebody says that it is paid", (Gone.NOTHING_OWED,)),
    TaskKind.SET_UP_ARRANGEMENT: Work(_COLLECTOR, "somebody wants to pay by instalments", (Gone.NOT_WITH_US,)),
    TaskKind.OFFER_ARRANGEMENT: Work(_COLLECTOR, "a step of the schedule", (Gone.NOT_WITH_US,)),
    TaskKind.REVIEW_DISPUTE: Work(
        _CLERK, "a bill is disputed", (Gone.NOTHING_OWED, Gone.HOLD_CLEARED), Cause.HOLD, HoldKind.DISPUTE, 30
    ),
    TaskKind.REVIEW_FINANCIAL_ASSISTANCE: Work(
        _CLERK,
        "assistance was asked for, or somebody cannot pay",
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
        once="the attorney is written to once",
    ),
    TaskKind.CHECK_BANKRUPTCY: Work(
        _MANAGER,
        "the guarantor is in bankruptcy",
        (Gone.NOTHING_OWED, Gone.HOLD_CLEARED),
        Cause.HOLD,
        HoldKind.BANKRUPTCY,
        once="the case is looked up once",
    ),
    TaskKind.APPEAL_DENIAL: Work(
        _CLERK,
        "a payer refused a claim",
        (Gone.NOTHING_OWED, Gone.HOLD_CLEARED),
        Cause.HOLD,
        HoldKind.DENIAL_APPEAL,
        once="the appeal is sent once, and the payer decides it",
    ),
    TaskKind.FIND_ADDRESS: Work(
        _CLERK,
        "mail came back, or ZIP and state do not agree",
        (Gone.NOTHING_OWED, Gone.HOLD_CLEARED),
        Cause.HOLD,
        HoldKind.ADDRESS_UNKNOWN,
    ),
    TaskKind.FIND_PHONE: Work(
        _CLERK,
        "a number is wrong or cannot be dialed",
        (Gone.NOTHING_OWED, Gone.HOLD_CLEARED),
        Cause.HOLD,
        HoldKind.PHONE_UNKNOWN,
    ),
    TaskKind.FIND_GUARANTOR: Work(
        _CLERK, "the guarantor is under age", (Gone.NOTHING_OWED, Gone.HOLD_CLEARED), Cause.HOLD, HoldKind.MINOR
    ),
    TaskKind.SAME_PERSON: Work(_CLERK, "two records may be one person", (Gone.PAIR_DECIDED,)),
    TaskKind.MISSING: Work(_CLERK, "a rule or the post wants something first", (Gone.NOTHING_OWED, Gone.NOT_KEPT_BACK)),
    TaskKind.MAIL_NOT_TAKEN: Work(_CLERK, "mail was refused at the right address", (Gone.NOTHING_OWED,)),
    TaskKind.EMAIL_UNSURE: Work(_MAIL, "a mail server fell silent", (Gone.EMAIL_KNOWN,)),
    TaskKind.PULL_LETTER: Work(_MAIL, "a printed letter must not go", by_hand="it is taken out of the mail"),
    TaskKind.BILL_INSURANCE: Work(
        _CLERK, "an insurance was named", (Gone.NOTHING_OWED, Gone.HOLD_CLEARED), hold=HoldKind.INSURANCE_PENDING
    ),
    TaskKind.BILL_PAYER: Work(_CLERK, "no schedule takes accounts of the payer", (Gone.NOTHING_OWED,)),
    TaskKind.INSURANCE_SILENT: Work(
        _CLERK, "an insurance does not answer", (Gone.NOTHING_OWED, Gone.NO_INSURANCE_WAITS)
    ),
    TaskKind.INSURANCE_NOT_BILLED: Work(_MANAGER, "nobody billed it", (Gone.NOTHING_OWED, Gone.NO_INSURANCE_WAITS)),
    TaskKind.TRICARE_COST_SHARE: Work(_CLERK, "no remittance says what is owed", (Gone.NOTHING_OWED,)),
    TaskKind.PLACEMENT_REVIEW: Work(_MANAGER, "a step of the schedule", (Gone.NOTHING_OWED, Gone.PLACED)),
    TaskKind.BAD_DEBT_REVIEW: Work(_MANAGER, "a step of the schedule", (Gone.NOTHING_OWED, Gone.PLACED)),
    TaskKind.BALANCE_REVIEW: Work(_MANAGER, "a step of the schedule", (Gone.NOTHING_OWED, Gone.PLACED)),
    TaskKind.DECIDE_BALANCE: Work(_MANAGER, "a step of the schedule", (Gone.NOTHING_OWED, Gone.PLACED)),
    TaskKind.APPROVE_PLACEMENT: Work(
        _MANAGER, "a placement over the limit of the house", (Gone.PLACEMENT_DECIDED,), Cause.PLACEMENT_WAITS
    ),
    TaskKind.APPROVE_SETTLEMENT: Work(_MANAGER, "a settlement over the limit of the house", (Gone.SETTLEMENT_DECIDED,)),
    TaskKind.SETTLEMENT_REVERSED: Work(_MANAGER, "a check for a settlement came back", (Gone.NOTHING_OWED,)),
    TaskKind.SET_ASIDE: Work(_MANAGER, "the engine could not read the account", (Gone.NOT_SET_ASIDE,), Cause.SET_ASIDE),
    TaskKind.TEMPLATE_FAULT: Work(_MANAGER, "a template cannot be used", by_hand="its letters wait for its correction"),
    TaskKind.FIX_TEMPLATE: Work(
        _MANAGER, "a printed letter looked wrong", by_hand="its letters wait for its correction"
    ),
    TaskKind.FINAL_NOTICE_LATE: Work(
        _MANAGER, "a final notice was mailed late", by_hand="whether its days still hold is looked into"
    ),
    TaskKind.SCHEDULE_JUMP: Work(_MANAGER, "a schedule lacks a step that it should go on at", (Gone.NOTHING_OWED,)),
    TaskKind.WORK_FAILED: Work(_MANAGER, "a night could not work on something", (Gone.WORKED, Gone.NOT_DUE)),
    TaskKind.REFUND: Work(_CLERK, "the account is below zero", (Gone.NOT_BELOW_ZERO,), Cause.BELOW_ZERO, due_days=30),
    TaskKind.APPLY_CREDIT: Work(_CLERK, "a credit stands beside a debt", (Gone.HOLD_CLEARED,), hold=HoldKind.CREDIT),
    TaskKind.STOP_REFUND: Work(_CLERK, "the money of a refund came back", by_hand="the bank is told"),
    TaskKind.REFUND_TO_RECOVER: Work(_MANAGER, "a refund was paid of money that came back", by_hand="it is asked back"),
    TaskKind.DUPLICATE_PAYMENT: Work(_CLERK, "two payments are alike", by_hand="they are compared with the bank"),
    TaskKind.AGENCY_COMPLAINT: Work(_MANAGER, "somebody complains of an agency", by_hand="it is answered"),
    TaskKind.AGENCY_DIFFERENCE: Work(_MANAGER, "an agency's file differs", by_hand="it is settled with them"),
    TaskKind.AGENCY_FILE: Work(_CLERK, "an agency's file cannot hold a value", by_hand="the value is corrected"),
    TaskKind.AGENCY_RETURNED: Work(_MANAGER, "an agency gave it back", (Gone.NOTHING_OWED,)),
    TaskKind.AGENCY_SILENT: Work(_MANAGER, "an agency did not acknowledge it", (Gone.ACKNOWLEDGED,)),
    TaskKind.AGENCY_UNKNOWN_ACCOUNT: Work(_MANAGER, "an agency names it that never had it", by_hand="they are asked"),
    TaskKind.TELL_AGENCY: Work(_MANAGER, "an agency was told what was wrong", by_hand="they are told"),
    TaskKind.CONFIRM_DEATH: Work(_DESK, "somebody may have died", (Gone.DEATH_KNOWN,)),
    TaskKind.OPEN_ESTATE: Work(_DESK, "a death was reported", _ESTATE),
    TaskKind.SEARCH_PROBATE: Work(_DESK, "an estate is looked for", _ESTATE),
    TaskKind.ESTATE_OPEN_BY: Work(_DESK, "an estate must be opened by a day", _ESTATE),
    TaskKind.ESTATE_SILENCE: Work(_DESK, "an estate does not answer", _ESTATE),
    TaskKind.ESTATE_OFFER_OVER: Work(_DESK, "an offer ran out", _ESTATE),
    TaskKind.ESTATE_DEADLINE: Work(_DESK, "a day of a claim comes near", _ESTATE),
    TaskKind.ESTATE_DEADLINE_MANAGER: Work(_MANAGER, "nobody answered it", _ESTATE),
    TaskKind.ESTATE_FILE_EARLY: Work(_DESK, "a claim lacks facts", _ESTATE),
    TaskKind.ESTATE_FILED_LATE: Work(_MANAGER, "a claim was filed late", _ESTATE),
    TaskKind.ESTATE_PRESENT_TOO: Work(_DESK, "a claim must be presented elsewhere too", _ESTATE),
    TaskKind.ESTATE_SERVICE_AFTER_DEATH: Work(_DESK, "a service is dated after the death", _ESTATE),
    TaskKind.ESTATE_PUBLISHED: Work(_DESK, "the day of a publication that a notice named has come", _ESTATE),
    TaskKind.ESTATE_DEATH_DIFFERS: Work(_DESK, "proof names another day of death than the tip", _ESTATE),
    TaskKind.ESTATE_DEATH_CORRECTED: Work(_DESK, "the day of death was corrected", _ESTATE),
    TaskKind.ESTATE_REMINDER: Work(_DESK, "an agreed payment is late", _ESTATE),
    TaskKind.ESTATE_PAYMENT_LATE: Work(_DESK, "an agreed payment is late", _ESTATE),
    TaskKind.ESTATE_PAYMENT_BACK: Work(_MANAGER, "an estate's payment came back", by_hand="the court is told"),
    TaskKind.ESTATE_APOLOGY: Work(_MANAGER, "a report of death was wrong", by_hand="the family is written to"),
    TaskKind.ESTATE_SPOUSE_APOLOGY: Work(_MANAGER, "a spouse was asked wrongly", by_hand="the spouse is written to"),
    TaskKind.STOP_DRAFTS: Work(_CLERK, "a plan ended by a death", by_hand="the bank is told"),
    TaskKind.RESUME_DRAFTS: Work(_CLERK, "a report of death was wrong", by_hand="the bank is told"),
}


NOT_TICKED_OFF = (TaskKind.CALL, TaskKind.SET_ASIDE, TaskKind.TEMPLATE_FAULT)
"""Work that is done elsewhere: calls on their own page, accounts set aside by bringing them back, letters that wait for
a template by writing them once it is corrected."""
