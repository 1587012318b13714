"""The kinds of task that the engine opens. A practice's schedules and its call result table may add more."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType


class TaskKind(StrEnum):
    """What a person is asked to do. A test checks that each has a row in flows/accounts/tasks/causes.py, and that the
    engine opens no kind that is not listed here."""

    CALL = "call"
    CALL_AGAINST_RULE = "call-against-rule"
    CALL_WITH_INTERPRETER = "call-with-interpreter"
    SUPERVISOR_CALL = "supervisor-call"
    COMPLAINT = "complaint"
    LOOK_FOR_PAYMENT = "look-for-payment"
    SET_UP_ARRANGEMENT = "set-up-arrangement"
    OFFER_ARRANGEMENT = "offer-arrangement"
    REVIEW_DISPUTE = "review-dispute"
    REVIEW_FINANCIAL_ASSISTANCE = "review-financial-assistance"
    WRITE_TO_ATTORNEY = "write-to-attorney"
    CHECK_BANKRUPTCY = "check-bankruptcy"
    APPEAL_DENIAL = "appeal-denial"
    FIND_ADDRESS = "find-address"
    FIND_PHONE = "find-phone"
    FIND_GUARANTOR = "find-guarantor"
    SAME_PERSON = "same-person"
    MISSING = "missing-*"
    MAIL_NOT_TAKEN = "mail-not-taken"
    EMAIL_UNSURE = "email-unsure"
    PULL_LETTER = "pull-letter"
    BILL_INSURANCE = "bill-insurance"
    BILL_PAYER = "bill-payer"
    INSURANCE_SILENT = "insurance-silent"
    INSURANCE_NOT_BILLED = "insurance-not-billed"
    TRICARE_COST_SHARE = "tricare-cost-share"
    PLACEMENT_REVIEW = "placement-review"
    BAD_DEBT_REVIEW = "bad-debt-review"
    BALANCE_REVIEW = "balance-review"
    DECIDE_BALANCE = "decide-balance"
    APPROVE_PLACEMENT = "approve-placement"
    APPROVE_SETTLEMENT = "approve-settlement"
    SETTLEMENT_REVERSED = "settlement-reversed"
    REVIEWS_OVERDUE = "reviews-overdue"
    SET_ASIDE = "set-aside"
    TEMPLATE_FAULT = "template-fault"
    FIX_TEMPLATE = "mend-template"
    FINAL_NOTICE_LATE = "final-notice-late"
    SCHEDULE_JUMP = "schedule-jump"
    WORK_FAILED = "work-failed"
    REFUND = "refund"
    APPLY_CREDIT = "apply-credit"
    STOP_REFUND = "stop-refund"
    REFUND_TO_RECOVER = "refund-to-recover"
    DUPLICATE_PAYMENT = "duplicate-payment"
    AGENCY_COMPLAINT = "agency-complaint"
    AGENCY_DIFFERENCE = "agency-difference"
    AGENCY_FILE = "agency-file"
    AGENCY_RETURNED = "agency-returned"
    AGENCY_SILENT = "agency-silent"
    AGENCY_UNKNOWN_ACCOUNT = "agency-unknown-account"
    TELL_AGENCY = "tell-agency"
    CONFIRM_DEATH = "confirm-death"
    OPEN_ESTATE = "open-estate"
    SEARCH_PROBATE = "search-probate"
    ESTATE_OPEN_BY = "estate-open-by"
    ESTATE_SILENCE = "estate-silence"
    ESTATE_OFFER_OVER = "estate-offer-over"
    ESTATE_DEADLINE = "estate-deadline"
    ESTATE_DEADLINE_MANAGER = "estate-deadline-manager"
    ESTATE_FILE_EARLY = "estate-file-early"
    ESTATE_FILED_LATE = "estate-filed-late"
    ESTATE_PRESENT_TOO = "estate-present-too"
    ESTATE_SERVICE_AFTER_DEATH = "estate-service-after-death"
    ESTATE_PUBLISHED = "estate-published"
    ESTATE_DEATH_CORRECTED = "estate-death-corrected"
    ESTATE_DEATH_DIFFERS = "estate-death-differs"
    ESTATE_REMINDER = "estate-reminder"
    ESTATE_PAYMENT_LATE = "estate-payment-late"
    ESTATE_PAYMENT_BACK = "estate-payment-back"
    ESTATE_APOLOGY = "estate-apology"
    ESTATE_SPOUSE_APOLOGY = "estate-spouse-apology"
    STOP_DRAFTS = "stop-drafts"
    RESUME_DRAFTS = "resume-drafts"


BROKEN_PROMISE = "broken-promise"
"""The script of a call about a broken promise."""

MissingKind = NewType("MissingKind", str)
"""A task to supply what a rule or USPS requires first: `missing-address`. All of them are of the kind MISSING."""

PracticeTaskKind = NewType("PracticeTaskKind", str)
"""A task that only a practice's own schedule or call result table names."""

TaskName = TaskKind | MissingKind | PracticeTaskKind
"""The word that a task is stored under."""


@dataclass(frozen=True, slots=True)
class Failed:
    """What a nightly run could not process: its noun and its key, which identify the task about it."""

    noun: str
    key: int


_MISSING = "missing-"
_WORDS = frozenset(kind.value for kind in TaskKind)


def missing(what: str) -> MissingKind:
    """The kind of the task to supply what is missing, such as `plan_offer`."""
    return MissingKind(_MISSING + what.replace("_", "-"))


def task_name(word: str) -> TaskName:
    """The kind of a task for a word of a schedule, a table or a row."""
    if word.startswith(_MISSING):
        return MissingKind(word)
    return TaskKind(word) if word in _WORDS else PracticeTaskKind(word)


def kind_of_task(word: str) -> TaskKind | None:
    """The kind of a task for its stored word; None for one that only this practice has."""
    name = TaskKind.MISSING if word.startswith(_MISSING) else task_name(word)
    return name if isinstance(name, TaskKind) else None
