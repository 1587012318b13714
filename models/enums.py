"""The closed lists of words that tables and decisions share. Each word is stored exactly as spelled here."""

from enum import StrEnum


class PayerClass(StrEnum):
    """Who pays for the episode by contract. Whether insurance still owes is a hold, not a class."""

    SELF_PAY = "self_pay"
    COMMERCIAL = "commercial"
    MEDICARE = "medicare"
    MEDICARE_ADVANTAGE = "medicare_advantage"
    MEDICAID = "medicaid"
    QMB = "qmb"
    TRICARE = "tricare"
    VA = "va"
    WORKERS_COMP = "workers_comp"
    AUTO = "auto"


class CoverageState(StrEnum):
    """reported (recorded, not billed yet) -> billed -> answered (the insurer decided); or not in force."""

    REPORTED = "reported"
    BILLED = "billed"
    ANSWERED = "answered"
    NOT_IN_FORCE = "not_in_force"


class CreditorKind(StrEnum):
    """The type of provider that is owed; the law depends on it."""

    NONPROFIT_HOSPITAL = "nonprofit_hospital"
    PUBLIC_HOSPITAL = "public_hospital"
    FORPROFIT_HOSPITAL = "forprofit_hospital"
    ASC = "asc"
    PHYSICIAN_PRACTICE = "physician_practice"
    LARGE_PRACTICE = "large_practice"
    AMBULANCE = "ambulance"
    NURSING_HOME = "nursing_home"


class LedgerKind(StrEnum):
    """Why a balance changed. OPENING is the balance that an account was imported with, without its entries."""

    OPENING = "opening"
    CHARGE = "charge"
    INSURANCE_PAYMENT = "insurance_payment"
    CONTRACTUAL = "contractual"
    PATIENT_PAYMENT = "patient_payment"
    DISCOUNT = "discount"
    REFUND = "refund"
    WRITE_OFF = "write_off"
    INTEREST = "interest"
    TRANSFER = "transfer"


class AccountState(StrEnum):
    """The status of an account: open, paid or written off."""

    OPEN = "open"
    PAID = "paid"
    WRITTEN_OFF = "written_off"


class EnrollmentState(StrEnum):
    """Where an account is in its schedule. SET_ASIDE: an exception, which the engine could not read; a person must
    review it."""

    ACTIVE = "active"
    FINISHED = "finished"
    SET_ASIDE = "set_aside"


class ScheduleDecision(StrEnum):
    """What a manager decided about a published schedule, or one of its versions."""

    APPROVED = "approved"
    REJECTED = "rejected"
    ROLLED_BACK = "rolled_back"
    MIGRATED = "migrated"
    PAUSED = "paused"
    RESUMED = "resumed"
    RETIRED = "retired"
    REOPENED = "reopened"


class DraftState(StrEnum):
    """What became of a draft of a schedule."""

    OPEN = "open"
    PUBLISHED = "published"
    DISCARDED = "discarded"


class ExperimentState(StrEnum):
    """Where an experiment stands. STOPPED: before its end, without a comparison."""

    RUNNING = "running"
    STOPPED = "stopped"
    DECIDED = "decided"


class VersionState(StrEnum):
    """Where a version of a schedule stands: of each schedule one is in force. TRIAL: only an experiment uses it."""

    IN_FORCE = "in_force"
    COMING = "coming"
    PENDING = "pending"
    REJECTED = "rejected"
    RETIRED = "retired"
    TRIAL = "trial"


class StepOutcome(StrEnum):
    """The result of a step of the schedule."""

    DONE = "done"
    SKIPPED = "skipped"


class HoldKind(StrEnum):
    """Why no action, or no action of one kind, is allowed now."""

    DISPUTE = "dispute"
    INSURANCE_PENDING = "insurance_pending"
    DENIAL_APPEAL = "denial_appeal"
    FINANCIAL_ASSISTANCE = "financial_assistance"
    BANKRUPTCY = "bankruptcy"
    ATTORNEY = "attorney"
    CEASE = "cease"
    DECEASED = "deceased"
    ADDRESS_UNKNOWN = "address_unknown"
    PHONE_UNKNOWN = "phone_unknown"
    ARRANGEMENT = "arrangement"
    PROMISE = "promise"
    SETTLEMENT = "settlement"
    MANAGER = "manager"
    COMPLAINT = "complaint"
    CREDIT = "credit"
    MINOR = "minor"
    IDENTITY = "identity"


class SuspectState(StrEnum):
    """The decision on two records that may be one person."""

    OPEN = "open"
    SAME = "same"
    DIFFERENT = "different"


class HoldScope(StrEnum):
    """What a hold stops."""

    ALL = "all"
    LETTERS = "letters"
    CALLS = "calls"
    PLACEMENT = "placement"


class LetterState(StrEnum):
    """queued -> rendered -> in a batch -> mailed; or rendered -> sending -> emailed; or voided; or returned.

    UNSURE: the mail server stopped responding after it had the whole e-mail. Delivery is unknown.
    """

    QUEUED = "queued"
    RENDERED = "rendered"
    BATCHED = "batched"
    MAILED = "mailed"
    SENDING = "sending"
    UNSURE = "unsure"
    EMAILED = "emailed"
    VOIDED = "voided"
    RETURNED = "returned"


class Channel(StrEnum):
    """How a letter is sent."""

    POST = "post"
    EMAIL = "email"


class BatchState(StrEnum):
    """waiting for a manager -> released -> printed."""

    WAITING = "waiting"
    RELEASED = "released"
    PRINTED = "printed"


class TaskState(StrEnum):
    """The status of a task."""

    OPEN = "open"
    DONE = "done"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"


class GateState(StrEnum):
    """waiting for a manager -> approved (the schedule continues), kept (the account stays in house; if approved
    later, it continues) or written_off. OVER: the decision was no longer needed before it was made."""

    WAITING = "waiting"
    APPROVED = "approved"
    KEPT = "kept"
    WRITTEN_OFF = "written_off"
    OVER = "over"


class PromiseState(StrEnum):
    """A promise to pay, judged by the ledger after its due date and grace period. REPLACED: by a payment plan.
    WITHDRAWN: the call result that recorded it was undone."""

    OPEN = "open"
    KEPT = "kept"
    PARTLY_KEPT = "partly_kept"
    BROKEN = "broken"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class PaymentMethod(StrEnum):
    """How a patient paid, as a clerk chooses it. What files bring is kept as they name it."""

    CHECK = "check"
    CARD = "card"
    ACH = "ach"
    CASH = "cash"
    MONEY_ORDER = "money_order"
    CASHIERS_CHECK = "cashiers_check"
    ONLINE = "online"


class Verified(StrEnum):
    """How the identity of a person on the phone was verified."""

    BIRTH_DATE = "birth_date"
    ADDRESS = "address"
    ACCOUNT_NUMBER = "account_number"
    AUTHORIZED = "authorized"


class Proof(StrEnum):
    """By which document someone else may hear about a person's accounts."""

    WRITTEN = "written"
    POWER_OF_ATTORNEY = "power_of_attorney"
    GUARDIAN = "guardian"
    VERBAL = "verbal"
    REPRESENTATIVE = "representative"


class MayHear(StrEnum):
    """What an authorized party may hear."""

    EVERYTHING = "everything"
    BALANCE = "balance"
    PAYMENT = "payment"


class ArrangementState(StrEnum):
    """active -> completed, or broken, or cancelled. A broken plan is active again if the payment is made up in time."""

    ACTIVE = "active"
    COMPLETED = "completed"
    BROKEN = "broken"
    CANCELLED = "cancelled"


class InstalmentState(StrEnum):
    """MISSED: its due date and grace period are over and it is not paid. SKIPPED: excused for now, and added at the
    end."""

    OPEN = "open"
    PAID = "paid"
    MISSED = "missed"
    SKIPPED = "skipped"


class Frequency(StrEnum):
    """How often an installment is due."""

    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"
    MONTHLY = "monthly"


class SettlementState(StrEnum):
    """proposed (a manager must approve) -> offered -> paid or expired; or refused, or withdrawn."""

    PROPOSED = "proposed"
    OFFERED = "offered"
    PAID = "paid"
    EXPIRED = "expired"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class RefundState(StrEnum):
    """proposed -> approved by another person -> paid; or cancelled."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    PAID = "paid"
    CANCELLED = "cancelled"


class Payee(StrEnum):
    """Who receives a refund: the guarantor who paid, their estate, or the payer."""

    GUARANTOR = "guarantor"
    ESTATE = "estate"
    PAYER = "payer"


class PlacementState(StrEnum):
    """queued (a gate may hold it) or in review -> placed -> one of the final states.

    RECALLED: the practice recalled it. RETURNED: the agency returned it. REFUSED: the agency never accepted it. PAID:
    the balance is zero. CANCELLED: it was never sent.
    """

    QUEUED = "queued"
    REVIEW = "review"
    PLACED = "placed"
    RECALLED = "recalled"
    RETURNED = "returned"
    REFUSED = "refused"
    PAID = "paid"
    CANCELLED = "cancelled"


class AgencyFileKind(StrEnum):
    """Placements and updates are outgoing; the others are incoming."""

    PLACEMENT = "placement"
    UPDATE = "update"
    ACKNOWLEDGMENT = "acknowledgment"
    STATUS = "status"
    PAYMENTS = "payments"
    RETURNS = "returns"


class AgencyFileState(StrEnum):
    """open (its lines are being selected) -> made -> renaming (it is complete under another name) -> sent; or unsure,
    or given up. An incoming file: taken.

    UNSURE: the connection broke during the renaming, and the file no longer exists under either name.
    """

    OPEN = "open"
    MADE = "made"
    RENAMING = "renaming"
    SENT = "sent"
    UNSURE = "unsure"
    GIVEN_UP = "given_up"
    TAKEN = "taken"


class NoticeKind(StrEnum):
    """What an agency is notified of about an account that it has."""

    PART_PAYMENT = "part_payment"
    PAID_IN_FULL = "paid_in_full"
    CREDIT_ADJUSTMENT = "credit_adjustment"
    DEBIT_ADJUSTMENT = "debit_adjustment"
    DISPUTE = "dispute"
    DECEASED = "deceased"
    BANKRUPTCY = "bankruptcy"
    CEASE = "cease"
    ATTORNEY = "attorney"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    CANCEL = "cancel"


class RemitKind(StrEnum):
    """The type of a remittance line. DIRECT: the practice was paid, and the agency claims its commission on it."""

    PAYMENT = "payment"
    DIRECT = "direct"
    REVERSAL = "reversal"
    ADJUSTMENT = "adjustment"


class FactName(StrEnum):
    """Facts that the law depends on and that a person or a mailed letter reports about an account."""

    SCREENED = "screened"
    SCREENING_DECLINED = "screening_declined"
    STATE_NOTICE = "state_notice"
    STATE_CHECKLIST = "state_checklist"
    ECA_NOTICE = "eca_notice"
    ITEMIZED_BILL = "itemized_bill"
    ORAL_EFFORT = "oral_effort"
    INDIGENCE = "indigence"
    FREE_CARE = "free_care"
    DISCOUNTED_CARE = "discounted_care"
    ASSISTANCE_INCOMPLETE = "assistance_incomplete"
    ASSISTANCE_DENIED = "assistance_denied"
    BALANCE_ADJUSTED = "balance_adjusted"
    DISCOUNT_APPLIED = "discount_applied"
    PRICE_TRANSPARENCY_FAILED = "price_transparency_failed"
    GFE = "gfe"
    GFE_BILLED = "gfe_billed"
    GFE_REVIEWED = "gfe_reviewed"
    PPDR_OPEN = "ppdr_open"
    NSA_PROTECTED = "nsa_protected"
    IDR_OPEN = "idr_open"
    SURPRISE_BILL = "surprise_bill"
    EMERGENCY_PHYSICIAN = "emergency_physician"
    DENIED_NOT_NECESSARY = "denied_not_necessary"
    ABN_SIGNED = "abn_signed"
    QMB = "qmb"
    DUAL_ELIGIBLE = "dual_eligible"
    MEDICAID_PENDING = "medicaid_pending"
    MEDICAID_COPAY_ONLY = "medicaid_copay_only"
    MEDICAID_NONCOVERED_SIGNED = "medicaid_noncovered_signed"
    MEDICAID_ELIGIBLE_AT_SERVICE = "medicaid_eligible_at_service"
    MEDICAID_REMITTANCE = "medicaid_remittance"
    HSN_LOW_INCOME = "hsn_low_income"
    TRICARE_COST_SHARE_ONLY = "tricare_cost_share_only"
    WC_DENIED_FINAL = "wc_denied_final"
    VETERAN_MEDICAL = "veteran_medical"
    FORENSIC_EXAM = "forensic_exam"
    PART2 = "part2"
    RESTRICT_PLAN_DISCLOSURE = "restrict_plan_disclosure"
    BANKRUPTCY_CASE = "bankruptcy_case"
    BANKRUPTCY_DISCHARGED = "bankruptcy_discharged"
    FPL = "fpl"
    MONTHLY_INCOME = "monthly_income"


FACTS_WITH_AMOUNT = frozenset(
    {FactName.GFE, FactName.GFE_BILLED, FactName.NSA_PROTECTED, FactName.FPL, FactName.MONTHLY_INCOME}
)
"""Facts that need a number: an amount in dollars; for `fpl` a percentage of the poverty line."""

FACTS_ONLY_WITH_AMOUNT = FACTS_WITH_AMOUNT - {FactName.NSA_PROTECTED}
"""Facts that mean nothing without their number."""


class IntakeKind(StrEnum):
    """The kinds of file that are imported."""

    BOOK = "book"
    MAPPED = "mapped"
    SYNTHEA = "synthea"
    REMITTANCE = "835"
    PAYMENTS = "payments"
    DEATHS = "deaths"
    ADDRESS_CHECK = "address_check"
    CERTIFIED = "certified"
