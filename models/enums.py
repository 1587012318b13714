"""The closed lists of words that tables and decisions share. Each word is stored as it is written here."""

from enum import StrEnum


class PayerClass(StrEnum):
    """Who pays for the episode by contract; whether insurance still owes is a hold, not a class."""

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
    """reported (somebody named it) -> billed -> answered (it decided); or not in force."""

    REPORTED = "reported"
    BILLED = "billed"
    ANSWERED = "answered"
    NOT_IN_FORCE = "not_in_force"


class CreditorKind(StrEnum):
    """What sort of provider is owed; the law asks."""

    NONPROFIT_HOSPITAL = "nonprofit_hospital"
    PUBLIC_HOSPITAL = "public_hospital"
    FORPROFIT_HOSPITAL = "forprofit_hospital"
    ASC = "asc"
    PHYSICIAN_PRACTICE = "physician_practice"
    LARGE_PRACTICE = "large_practice"
    AMBULANCE = "ambulance"
    NURSING_HOME = "nursing_home"


class LedgerKind(StrEnum):
    """Why a balance changed. OPENING is the balance an account brought along without its entries."""

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
    """Where an account is: in the practice's hands, settled, written off."""

    OPEN = "open"
    PAID = "paid"
    WRITTEN_OFF = "written_off"


class EnrollmentState(StrEnum):
    """Where an account is in its schedule. SET_ASIDE: the engine could not read it; a person must look."""

    ACTIVE = "active"
    FINISHED = "finished"
    SET_ASIDE = "set_aside"


class StepOutcome(StrEnum):
    """How a step of the schedule was taken."""

    DONE = "done"
    SKIPPED = "skipped"


class HoldKind(StrEnum):
    """Why nothing, or not this, may happen now."""

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
    """What somebody decided of two records that may be one person."""

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

    UNSURE: the mail server fell silent after it had been given the whole e-mail; nobody knows whether it took it.
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
    """How a letter travels."""

    POST = "post"
    EMAIL = "email"


class BatchState(StrEnum):
    """waiting for a manager -> released -> printed."""

    WAITING = "waiting"
    RELEASED = "released"
    PRINTED = "printed"


class TaskState(StrEnum):
    """A piece of work for a person."""

    OPEN = "open"
    DONE = "done"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"


class GateState(StrEnum):
    """waiting for a manager -> approved (the schedule goes on) or kept (the account stays with us; approved later, it
    goes on). OVER: what was to be decided was gone before anybody decided.
    """

    WAITING = "waiting"
    APPROVED = "approved"
    KEPT = "kept"
    OVER = "over"


class PromiseState(StrEnum):
    """A promise to pay, judged by the ledger after its day and grace. REPLACED: by a payment arrangement."""

    OPEN = "open"
    KEPT = "kept"
    PARTLY_KEPT = "partly_kept"
    BROKEN = "broken"
    REPLACED = "replaced"


class ArrangementState(StrEnum):
    """active -> completed, or broken, or cancelled; one that was broken is taken up again if it is made up in time."""

    ACTIVE = "active"
    COMPLETED = "completed"
    BROKEN = "broken"
    CANCELLED = "cancelled"


class InstalmentState(StrEnum):
    """MISSED: its day and grace are over and it is not paid. SKIPPED: let go for now, and put at the end."""

    OPEN = "open"
    PAID = "paid"
    MISSED = "missed"
    SKIPPED = "skipped"


class Frequency(StrEnum):
    """How often an instalment falls due."""

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
    """Who gets a refund: the guarantor who paid, their estate, or the payer."""

    GUARANTOR = "guarantor"
    ESTATE = "estate"
    PAYER = "payer"


class PlacementState(StrEnum):
    """queued (a gate may hold it) or in review -> placed -> one of the ends.

    RECALLED: we took it back. RETURNED: the agency gave it back. REFUSED: it never took it. PAID: nothing is owed
    any more. CANCELLED: it never went.
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
    """Placements and updates go out; the others come in."""

    PLACEMENT = "placement"
    UPDATE = "update"
    ACKNOWLEDGMENT = "acknowledgment"
    STATUS = "status"
    PAYMENTS = "payments"
    RETURNS = "returns"


class AgencyFileState(StrEnum):
    """open (its lines are being chosen) -> made -> renaming (all of it is there under another name) -> sent; or
    unsure, or given up. One that came: taken.

    UNSURE: the connection broke while it got its name, and it is no longer there under either.
    """

    OPEN = "open"
    MADE = "made"
    RENAMING = "renaming"
    SENT = "sent"
    UNSURE = "unsure"
    GIVEN_UP = "given_up"
    TAKEN = "taken"


class NoticeKind(StrEnum):
    """What an agency is told of an account that it has."""

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
    """What a line of a remittance is. DIRECT: the practice was paid, the agency claims its commission on it."""

    PAYMENT = "payment"
    DIRECT = "direct"
    REVERSAL = "reversal"
    ADJUSTMENT = "adjustment"


class FactName(StrEnum):
    """What the law asks about an account and a person or a mailed letter tells us."""

    SCREENED = "screened"
    SCREENING_DECLINED = "screening_declined"
    STATE_NOTICE = "state_notice"
    STATE_CHECKLIST = "state_checklist"
    ECA_NOTICE = "eca_notice"
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
"""Facts that a number belongs to: an amount in dollars, of `fpl` a percentage of the poverty line."""

FACTS_ONLY_WITH_AMOUNT = FACTS_WITH_AMOUNT - {FactName.NSA_PROTECTED}
"""Those that say nothing without their number."""


class IntakeKind(StrEnum):
    """The kinds of file that are taken in."""

    BOOK = "book"
    MAPPED = "mapped"
    SYNTHEA = "synthea"
    REMITTANCE = "835"
    PAYMENTS = "payments"
    DEATHS = "deaths"
