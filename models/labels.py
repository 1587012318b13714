"""What people read for each word of a closed list, shared by screens, command line, attorney letters and exports.

A word is stored once and shown in many places; its text is only here. Words that a practice added (a task of its own
schedule, a call result of its own table) are shown as written, without dashes.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from models.enums import (
    AccountState,
    AgencyFileState,
    ArrangementState,
    BatchState,
    CoverageState,
    CreditorKind,
    DraftState,
    EnrollmentState,
    ExperimentState,
    FactName,
    Frequency,
    GateState,
    HoldKind,
    HoldScope,
    InstalmentState,
    IntakeKind,
    LedgerKind,
    LetterState,
    MayHear,
    NoticeKind,
    Payee,
    PayerClass,
    PaymentMethod,
    PlacementState,
    PromiseState,
    Proof,
    RefundState,
    ScheduleDecision,
    SettlementState,
    SuspectState,
    TaskState,
    Verified,
    VersionState,
)
from models.estate_enums import (
    AfterDeath,
    AttachmentKind,
    Authority,
    DateKind,
    DaysLeft,
    EstateFactName,
    MatterState,
    PartyRole,
    ReportState,
    WriteOffReason,
)
from models.task_kinds import TaskKind, kind_of_task
from models.user_enums import Role, Seen, SignInOutcome

E = TypeVar("E", bound=StrEnum)

PAYER_CLASSES: Mapping[PayerClass, str] = {
    PayerClass.SELF_PAY: "Self-pay",
    PayerClass.COMMERCIAL: "Commercial",
    PayerClass.MEDICARE: "Medicare",
    PayerClass.MEDICARE_ADVANTAGE: "Medicare Advantage",
    PayerClass.MEDICAID: "Medicaid",
    PayerClass.QMB: "QMB",
    PayerClass.TRICARE: "TRICARE",
    PayerClass.VA: "VA",
    PayerClass.WORKERS_COMP: "Workers' compensation",
    PayerClass.AUTO: "Auto",
}

COVERAGE_STATES: Mapping[CoverageState, str] = {
    CoverageState.REPORTED: "Not billed yet",
    CoverageState.BILLED: "Billed",
    CoverageState.ANSWERED: "Processed",
    CoverageState.NOT_IN_FORCE: "Not in force",
}

CREDITOR_KINDS: Mapping[CreditorKind, str] = {
    CreditorKind.NONPROFIT_HOSPITAL: "Nonprofit hospital",
    CreditorKind.PUBLIC_HOSPITAL: "Public hospital",
    CreditorKind.FORPROFIT_HOSPITAL: "For-profit hospital",
    CreditorKind.ASC: "Ambulatory surgery center",
    CreditorKind.PHYSICIAN_PRACTICE: "Physician practice",
    CreditorKind.LARGE_PRACTICE: "Large practice",
    CreditorKind.AMBULANCE: "Ambulance",
    CreditorKind.NURSING_HOME: "Nursing home",
}

LEDGER_KINDS: Mapping[LedgerKind, str] = {
    LedgerKind.OPENING: "Converted balance",
    LedgerKind.CHARGE: "Charge",
    LedgerKind.INSURANCE_PAYMENT: "Insurance payment",
    LedgerKind.CONTRACTUAL: "Contractual adjustment",
    LedgerKind.PATIENT_PAYMENT: "Patient payment",
    LedgerKind.DISCOUNT: "Discount",
    LedgerKind.REFUND: "Refund",
    LedgerKind.WRITE_OFF: "Write-off",
    LedgerKind.INTEREST: "Interest",
    LedgerKind.TRANSFER: "Transfer",
}

ACCOUNT_STATES: Mapping[AccountState, str] = {
    AccountState.OPEN: "Open",
    AccountState.PAID: "Paid",
    AccountState.WRITTEN_OFF: "Written off",
}

DRAFT_STATES: Mapping[DraftState, str] = {
    DraftState.OPEN: "Draft",
    DraftState.PUBLISHED: "Published",
    DraftState.DISCARDED: "Discarded",
}

VERSION_STATES: Mapping[VersionState, str] = {
    VersionState.IN_FORCE: "In force",
    VersionState.COMING: "Coming",
    VersionState.PENDING: "Needs approval",
    VersionState.REJECTED: "Rejected",
    VersionState.RETIRED: "Retired",
    VersionState.TRIAL: "For an experiment",
}

EXPERIMENT_STATES: Mapping[ExperimentState, str] = {
    ExperimentState.RUNNING: "Running",
    ExperimentState.STOPPED: "Stopped early",
    ExperimentState.DECIDED: "Decided",
}

SCHEDULE_DECISIONS: Mapping[ScheduleDecision, str] = {
    ScheduleDecision.APPROVED: "Approved",
    ScheduleDecision.REJECTED: "Rejected",
    ScheduleDecision.ROLLED_BACK: "Rolled back",
    ScheduleDecision.MIGRATED: "Accounts moved",
    ScheduleDecision.PAUSED: "Paused",
    ScheduleDecision.RESUMED: "Resumed",
    ScheduleDecision.RETIRED: "Retired",
    ScheduleDecision.REOPENED: "Reopened",
}

ENROLLMENT_STATES: Mapping[EnrollmentState, str] = {
    EnrollmentState.ACTIVE: "In schedule",
    EnrollmentState.FINISHED: "Schedule completed",
    EnrollmentState.SET_ASIDE: "Exception",
}

HOLD_KINDS: Mapping[HoldKind, str] = {
    HoldKind.DISPUTE: "Dispute",
    HoldKind.INSURANCE_PENDING: "Insurance pending",
    HoldKind.DENIAL_APPEAL: "Denial appeal",
    HoldKind.FINANCIAL_ASSISTANCE: "Financial assistance",
    HoldKind.BANKRUPTCY: "Bankruptcy",
    HoldKind.ATTORNEY: "Attorney",
    HoldKind.CEASE: "Do not contact",
    HoldKind.DECEASED: "Deceased",
    HoldKind.ADDRESS_UNKNOWN: "Bad address",
    HoldKind.PHONE_UNKNOWN: "Bad phone",
    HoldKind.ARRANGEMENT: "Payment plan",
    HoldKind.PROMISE: "Promise to pay",
    HoldKind.SETTLEMENT: "Settlement offer",
    HoldKind.MANAGER: "Manager hold",
    HoldKind.COMPLAINT: "Complaint",
    HoldKind.CREDIT: "Unapplied credit",
    HoldKind.MINOR: "Minor",
    HoldKind.IDENTITY: "Identity check",
}

HOLD_SCOPES: Mapping[HoldScope, str] = {
    HoldScope.ALL: "all activity",
    HoldScope.LETTERS: "letters",
    HoldScope.CALLS: "calls",
    HoldScope.PLACEMENT: "placement",
}

SUSPECT_STATES: Mapping[SuspectState, str] = {
    SuspectState.OPEN: "To review",
    SuspectState.SAME: "Same person",
    SuspectState.DIFFERENT: "Different people",
}

LETTER_STATES: Mapping[LetterState, str] = {
    LetterState.QUEUED: "queued",
    LetterState.RENDERED: "ready to send",
    LetterState.BATCHED: "in print batch",
    LetterState.MAILED: "mailed",
    LetterState.SENDING: "e-mail sending",
    LetterState.UNSURE: "e-mail delivery unknown",
    LetterState.EMAILED: "e-mailed",
    LetterState.VOIDED: "voided",
    LetterState.RETURNED: "returned",
}

BATCH_STATES: Mapping[BatchState, str] = {
    BatchState.WAITING: "Held for approval",
    BatchState.RELEASED: "Released",
    BatchState.PRINTED: "Printed",
}

TASK_STATES: Mapping[TaskState, str] = {
    TaskState.OPEN: "Open",
    TaskState.DONE: "Completed",
    TaskState.GIVEN_UP: "Attempts used up",
    TaskState.CANCELLED: "Canceled",
}

GATE_STATES: Mapping[GateState, str] = {
    GateState.WAITING: "Pending",
    GateState.APPROVED: "Approved",
    GateState.KEPT: "Declined",
    GateState.WRITTEN_OFF: "Written off",
    GateState.OVER: "No longer needed",
}

PROMISE_STATES: Mapping[PromiseState, str] = {
    PromiseState.OPEN: "open",
    PromiseState.KEPT: "kept",
    PromiseState.PARTLY_KEPT: "partially kept",
    PromiseState.BROKEN: "broken",
    PromiseState.REPLACED: "replaced by a payment plan",
    PromiseState.WITHDRAWN: "withdrawn (call result undone)",
}

PAYMENT_METHODS: Mapping[PaymentMethod, str] = {
    PaymentMethod.CHECK: "Check",
    PaymentMethod.CARD: "Card (at the processor)",
    PaymentMethod.ACH: "Bank transfer (ACH)",
    PaymentMethod.CASH: "Cash",
    PaymentMethod.MONEY_ORDER: "Money order",
    PaymentMethod.CASHIERS_CHECK: "Cashier's check",
    PaymentMethod.ONLINE: "Online payment",
}

VERIFIED: Mapping[Verified, str] = {
    Verified.BIRTH_DATE: "Date of birth",
    Verified.ADDRESS: "Address and ZIP",
    Verified.ACCOUNT_NUMBER: "Account number from a letter",
    Verified.AUTHORIZED: "Authorized party on file",
}

PROOFS: Mapping[Proof, str] = {
    Proof.WRITTEN: "Signed HIPAA authorization",
    Proof.POWER_OF_ATTORNEY: "Power of attorney",
    Proof.GUARDIAN: "Guardianship papers",
    Proof.REPRESENTATIVE: "Personal representative papers",
    Proof.VERBAL: "Verbal permission of the guarantor",
}

MAY_HEAR: Mapping[MayHear, str] = {
    MayHear.EVERYTHING: "Balances, services and payments",
    MayHear.BALANCE: "Balances and payments",
    MayHear.PAYMENT: "How to pay only",
}

PLAN_STATES: Mapping[ArrangementState, str] = {
    ArrangementState.ACTIVE: "Active",
    ArrangementState.COMPLETED: "Completed",
    ArrangementState.BROKEN: "Broken",
    ArrangementState.CANCELLED: "Canceled",
}

INSTALLMENT_STATES: Mapping[InstalmentState, str] = {
    InstalmentState.OPEN: "Open",
    InstalmentState.PAID: "Paid",
    InstalmentState.MISSED: "Missed",
    InstalmentState.SKIPPED: "Skipped",
}

FREQUENCIES: Mapping[Frequency, str] = {
    Frequency.WEEKLY: "Weekly",
    Frequency.BIWEEKLY: "Every two weeks",
    Frequency.MONTHLY: "Monthly",
}

SETTLEMENT_STATES: Mapping[SettlementState, str] = {
    SettlementState.PROPOSED: "Pending approval",
    SettlementState.OFFERED: "Offered",
    SettlementState.PAID: "Paid",
    SettlementState.EXPIRED: "Expired",
    SettlementState.REFUSED: "Declined",
    SettlementState.WITHDRAWN: "Withdrawn",
}

REFUND_STATES: Mapping[RefundState, str] = {
    RefundState.PROPOSED: "Pending approval",
    RefundState.APPROVED: "Approved",
    RefundState.PAID: "Paid",
    RefundState.CANCELLED: "Canceled",
}

PAYEES: Mapping[Payee, str] = {Payee.GUARANTOR: "Guarantor", Payee.ESTATE: "Estate", Payee.PAYER: "Payer"}

PLACEMENT_STATES: Mapping[PlacementState, str] = {
    PlacementState.QUEUED: "Queued",
    PlacementState.REVIEW: "In review",
    PlacementState.PLACED: "Placed",
    PlacementState.RECALLED: "Recalled",
    PlacementState.RETURNED: "Returned by agency",
    PlacementState.REFUSED: "Rejected by agency",
    PlacementState.PAID: "Paid",
    PlacementState.CANCELLED: "Canceled",
}

AGENCY_FILE_STATES: Mapping[AgencyFileState, str] = {
    AgencyFileState.OPEN: "In preparation",
    AgencyFileState.MADE: "Created, not sent",
    AgencyFileState.RENAMING: "Sending",
    AgencyFileState.SENT: "Sent",
    AgencyFileState.UNSURE: "Delivery unknown",
    AgencyFileState.GIVEN_UP: "Canceled",
    AgencyFileState.TAKEN: "Imported",
}

NOTICE_KINDS: Mapping[NoticeKind, str] = {
    NoticeKind.PART_PAYMENT: "Partial payment",
    NoticeKind.PAID_IN_FULL: "Paid in full",
    NoticeKind.CREDIT_ADJUSTMENT: "Credit adjustment",
    NoticeKind.DEBIT_ADJUSTMENT: "Debit adjustment",
    NoticeKind.DISPUTE: "Dispute",
    NoticeKind.DECEASED: "Deceased",
    NoticeKind.BANKRUPTCY: "Bankruptcy",
    NoticeKind.CEASE: "Do not contact",
    NoticeKind.ATTORNEY: "Attorney",
    NoticeKind.SUSPEND: "Suspend",
    NoticeKind.REINSTATE: "Reinstate",
    NoticeKind.CANCEL: "Cancel",
}

FILE_KINDS: Mapping[IntakeKind, str] = {
    IntakeKind.BOOK: "Account placement file",
    IntakeKind.MAPPED: "Practice system export (mapped)",
    IntakeKind.SYNTHEA: "Synthea sample data",
    IntakeKind.REMITTANCE: "Remittance (835)",
    IntakeKind.PAYMENTS: "Payment file",
    IntakeKind.DEATHS: "Deceased file",
    IntakeKind.ADDRESS_CHECK: "Address check result (CASS, NCOALink)",
    IntakeKind.CERTIFIED: "Certified Mail numbers and return receipts",
}

TASK_KINDS: Mapping[TaskKind, str] = {
    TaskKind.CALL: "Call",
    TaskKind.CALL_AGAINST_RULE: "Review call made against a rule",
    TaskKind.CALL_WITH_INTERPRETER: "Call with interpreter",
    TaskKind.SUPERVISOR_CALL: "Call back (supervisor)",
    TaskKind.COMPLAINT: "Answer complaint",
    TaskKind.LOOK_FOR_PAYMENT: "Find payment",
    TaskKind.SET_UP_ARRANGEMENT: "Set up payment plan",
    TaskKind.OFFER_ARRANGEMENT: "Offer payment plan",
    TaskKind.REVIEW_DISPUTE: "Review dispute",
    TaskKind.REVIEW_FINANCIAL_ASSISTANCE: "Review financial assistance",
    TaskKind.WRITE_TO_ATTORNEY: "Write to attorney",
    TaskKind.CHECK_BANKRUPTCY: "Verify bankruptcy",
    TaskKind.APPEAL_DENIAL: "Appeal denial",
    TaskKind.FIND_ADDRESS: "Find address",
    TaskKind.FIND_PHONE: "Find phone number",
    TaskKind.FIND_GUARANTOR: "Find guarantor",
    TaskKind.SAME_PERSON: "Review possible duplicate",
    TaskKind.MISSING: "Missing information",
    TaskKind.MAIL_NOT_TAKEN: "Rejected e-mail",
    TaskKind.EMAIL_UNSURE: "E-mail delivery unknown",
    TaskKind.PULL_LETTER: "Pull letter",
    TaskKind.BILL_INSURANCE: "Bill insurance",
    TaskKind.BILL_PAYER: "Bill payer",
    TaskKind.INSURANCE_SILENT: "Follow up with insurance",
    TaskKind.INSURANCE_NOT_BILLED: "Insurance not billed",
    TaskKind.TRICARE_COST_SHARE: "Confirm TRICARE cost share",
    TaskKind.PLACEMENT_REVIEW: "Placement review",
    TaskKind.BAD_DEBT_REVIEW: "Bad debt review",
    TaskKind.BALANCE_REVIEW: "Balance review",
    TaskKind.DECIDE_BALANCE: "Decide balance",
    TaskKind.APPROVE_PLACEMENT: "Approve placement",
    TaskKind.APPROVE_SETTLEMENT: "Approve settlement",
    TaskKind.SETTLEMENT_REVERSED: "Settlement payment reversed",
    TaskKind.REVIEWS_OVERDUE: "Reviews overdue",
    TaskKind.SET_ASIDE: "Schedule exception",
    TaskKind.TEMPLATE_FAULT: "Template error",
    TaskKind.FIX_TEMPLATE: "Fix template",
    TaskKind.FINAL_NOTICE_LATE: "Final notice mailed late",
    TaskKind.SCHEDULE_JUMP: "Missing schedule step",
    TaskKind.WORK_FAILED: "Nightly exception",
    TaskKind.REFUND: "Refund",
    TaskKind.APPLY_CREDIT: "Apply credit",
    TaskKind.STOP_REFUND: "Stop refund",
    TaskKind.REFUND_TO_RECOVER: "Recover refund",
    TaskKind.DUPLICATE_PAYMENT: "Possible duplicate payment",
    TaskKind.AGENCY_COMPLAINT: "Agency complaint",
    TaskKind.AGENCY_DIFFERENCE: "Agency difference",
    TaskKind.AGENCY_FILE: "Agency file exception",
    TaskKind.AGENCY_RETURNED: "Account returned by agency",
    TaskKind.AGENCY_SILENT: "No response from agency",
    TaskKind.AGENCY_UNKNOWN_ACCOUNT: "Unknown account from agency",
    TaskKind.TELL_AGENCY: "Notify agency",
    TaskKind.CONFIRM_DEATH: "Confirm death",
    TaskKind.OPEN_ESTATE: "Open estate",
    TaskKind.SEARCH_PROBATE: "Search probate",
    TaskKind.ESTATE_OPEN_BY: "Deadline to open estate",
    TaskKind.ESTATE_SILENCE: "No answer to claim",
    TaskKind.ESTATE_OFFER_OVER: "Estate offer expired",
    TaskKind.ESTATE_DEADLINE: "Estate deadline",
    TaskKind.ESTATE_DEADLINE_MANAGER: "Estate deadline (manager)",
    TaskKind.ESTATE_FILE_EARLY: "File claim early",
    TaskKind.ESTATE_FILED_LATE: "Claim filed late",
    TaskKind.ESTATE_PRESENT_TOO: "Present claim as well",
    TaskKind.ESTATE_SERVICE_AFTER_DEATH: "Service after death",
    TaskKind.ESTATE_PUBLISHED: "Notice to creditors published",
    TaskKind.ESTATE_DEATH_CORRECTED: "Date of death corrected",
    TaskKind.ESTATE_DEATH_DIFFERS: "Dates of death differ",
    TaskKind.ESTATE_REMINDER: "Estate reminder",
    TaskKind.ESTATE_PAYMENT_LATE: "Estate payment late",
    TaskKind.ESTATE_PAYMENT_BACK: "Estate payment reversed",
    TaskKind.ESTATE_APOLOGY: "Letter of apology",
    TaskKind.ESTATE_SPOUSE_APOLOGY: "Letter of apology to spouse",
    TaskKind.STOP_DRAFTS: "Stop automatic payments",
    TaskKind.RESUME_DRAFTS: "Resume automatic payments",
}

MATTER_STATES: Mapping[MatterState, str] = {
    MatterState.REPORTED: "Death reported",
    MatterState.CONFIRMED: "Death confirmed",
    MatterState.INSURANCE_FIRST: "Insurance check",
    MatterState.SEARCHING: "Probate search",
    MatterState.FOUND: "Estate found",
    MatterState.CLAIM_DUE: "Claim due",
    MatterState.FILED: "Claim filed",
    MatterState.DISALLOWED: "Disallowed",
    MatterState.SUIT_FILED: "Suit filed",
    MatterState.ALLOWED: "Allowed",
    MatterState.ALLOWED_IN_PART: "Allowed in part",
    MatterState.COMPROMISED: "Compromised",
    MatterState.INSOLVENT: "Insolvent",
    MatterState.AWAITING_PAYMENT: "Awaiting payment",
    MatterState.SMALL_ESTATE: "Small estate",
    MatterState.NO_ESTATE: "No estate",
    MatterState.NOT_COST_EFFECTIVE: "Not cost-effective",
    MatterState.BARRED: "Barred",
    MatterState.CLOSED_PAID: "Closed: paid",
    MatterState.CLOSED_WRITTEN_OFF: "Closed: written off",
    MatterState.ANNULLED: "Annulled",
}

PARTY_ROLES: Mapping[PartyRole, str] = {
    PartyRole.REPRESENTATIVE: "Personal representative",
    PartyRole.ESTATE_ATTORNEY: "Attorney for the estate",
    PartyRole.OUR_ATTORNEY: "Our attorney",
    PartyRole.SPOUSE: "Spouse",
    PartyRole.HOUSEHOLD: "Household member",
    PartyRole.COURT: "Court",
}

AUTHORITIES: Mapping[Authority, str] = {
    Authority.LETTERS: "Letters testamentary or of administration",
    Authority.SMALL_ESTATE: "Small-estate affidavit",
    Authority.INFORMAL: "Informal authority",
    Authority.SPOUSE: "Surviving spouse",
    Authority.ATTORNEY: "Attorney",
    Authority.OFFICE: "By office",
    Authority.NONE: "No authority",
}

ESTATE_FACTS: Mapping[EstateFactName, str] = {
    EstateFactName.COUNTY: "County",
    EstateFactName.STATE: "State",
    EstateFactName.COURT: "Court",
    EstateFactName.CASE_NUMBER: "Case number",
    EstateFactName.LETTERS_ISSUED: "Letters issued",
    EstateFactName.FIRST_PUBLICATION: "First publication",
    EstateFactName.NOTICE_RECEIVED: "Notice received",
    EstateFactName.NOTICE_HOW: "How notice was received",
    EstateFactName.CLAIM_BY: "Claim deadline set by court",
    EstateFactName.PROBATE_SEARCH: "Probate search",
    EstateFactName.ASSETS: "Assets",
    EstateFactName.DEBTS_AHEAD: "Senior claims",
    EstateFactName.DEBTS_BESIDE: "Same-class claims",
    EstateFactName.SMALL_ESTATE: "Small estate",
    EstateFactName.PETITION_FILED: "Petition filed",
    EstateFactName.SPOUSE_LIABLE: "Spouse liable",
    EstateFactName.MARRIED_ON: "Date of marriage",
    EstateFactName.LIVED_TOGETHER: "Lived together",
    EstateFactName.MEDICAID_RECOVERY: "Medicaid estate recovery",
    EstateFactName.PROOF_OF_DEATH: "Proof of death",
    EstateFactName.INSOLVENCY_FOUND: "Insolvency found",
    EstateFactName.INDEPENDENT_ADMINISTRATION: "Independent administration",
}

ESTATE_WRITE_OFFS: Mapping[WriteOffReason, str] = {
    WriteOffReason.PAID_IN_PART: "Paid in part",
    WriteOffReason.COMPROMISED: "Compromised",
    WriteOffReason.DISALLOWED: "Disallowed",
    WriteOffReason.INSOLVENT: "Insolvent estate",
    WriteOffReason.BARRED: "Barred",
    WriteOffReason.NO_ESTATE: "No estate",
    WriteOffReason.SMALL: "Below minimum claim",
    WriteOffReason.SPOUSE_LIABLE: "Spouse liable",
    WriteOffReason.MEDICAID_AHEAD: "Medicaid recovery takes the whole estate",
    WriteOffReason.WITHDRAWN: "Withdrawn",
}

AFTER_DEATH: Mapping[AfterDeath, str] = {
    AfterDeath.RIGHT_DATE: "Service date corrected",
    AfterDeath.ESTATE_OWN: "Estate's own debt",
    AfterDeath.NOT_OWED: "Not owed",
}

ATTACHMENTS: Mapping[AttachmentKind, str] = {
    AttachmentKind.LETTERS: "Letters of appointment",
    AttachmentKind.STAMPED_COPY: "File-stamped copy",
    AttachmentKind.DISALLOWANCE: "Disallowance",
    AttachmentKind.DEATH_CERTIFICATE: "Death certificate",
    AttachmentKind.WILL: "Will",
    AttachmentKind.OTHER: "Other",
}

DAYS_LEFT: Mapping[DaysLeft, str] = {
    DaysLeft.PASSED: "Passed",
    DaysLeft.WEEK: "7 days or less",
    DaysLeft.TWO_WEEKS: "14 days or less",
    DaysLeft.MONTH: "30 days or less",
    DaysLeft.QUARTER: "90 days or less",
    DaysLeft.NONE: "No deadline",
}

DEATH_REPORT_STATES: Mapping[ReportState, str] = {
    ReportState.OPEN: "To review",
    ReportState.CONFIRMED: "Confirmed",
    ReportState.REFUSED: "Rejected",
}

CALENDAR_DATES: Mapping[DateKind, str] = {
    DateKind.HEARING: "Hearing",
    DateKind.FILING: "Filing",
    DateKind.APPOINTMENT: "Appointment",
}

ROLES: Mapping[Role, str] = {
    Role.COLLECTOR: "Collector",
    Role.MAIL_ROOM: "Mail room",
    Role.ESTATE_DESK: "Estate desk",
    Role.CLERK: "Billing clerk",
    Role.MANAGER: "Manager",
    Role.ATTORNEY: "Attorney",
    Role.AUDITOR: "Auditor",
    Role.ADMIN: "Administrator",
}

PERSON_FIELDS: Mapping[str, str] = {
    "address1": "street address",
    "address2": "apartment or unit",
    "alert": "pinned alert",
    "birth_date": "date of birth",
    "email": "e-mail address",
    "email_consent": "e-mail consent",
    "large_print": "large print setting",
    "mobile": "mobile number",
    "no_call_times": "do-not-call times",
    "phone": "phone number",
    "spoken_name": "name pronunciation",
    "ssn_last4": "last four digits of the SSN",
    "text_consent": "text message consent",
    "zip": "ZIP code",
}
"""The fields of a person that are not called as they are stored."""

ROLE_WORDS: Mapping[str, str] = {role.label: said.lower() for role, said in ROLES.items()}
"""A role within a sentence, by the word that tasks store: ``billing clerk`` for ``clerk``."""

SIGN_INS: Mapping[SignInOutcome, str] = {
    SignInOutcome.SIGNED_IN: "Signed in",
    SignInOutcome.WRONG: "Wrong password",
    SignInOutcome.LOCKED: "Locked",
    SignInOutcome.TOO_MANY: "Too many attempts",
    SignInOutcome.DISABLED: "Deactivated user",
    SignInOutcome.SIGNED_OUT: "Signed out",
}

SCREENS: Mapping[Seen, str] = {
    Seen.CALL_LIST: "Call list",
    Seen.CALL: "Call",
    Seen.ACCOUNT: "Account",
    Seen.PERSON: "Guarantor profile",
    Seen.SEARCH: "Search",
    Seen.LETTER: "Letter",
    Seen.LETTERS: "Letters",
    Seen.AUDIT_PACKET: "Audit packet",
    Seen.DOCKET: "Docket",
    Seen.MATTER: "Estate matter",
    Seen.ESTATE_PAPER: "Estate document",
    Seen.PACKET: "Estate packet",
    Seen.TASKS: "Tasks",
    Seen.CREDIT_BALANCES: "Credit balances",
    Seen.API: "API",
    Seen.REJECTS: "Rejected rows",
    Seen.REPORTS: "Reports",
    Seen.AGENCIES: "Agencies",
    Seen.AGENCY_FILE: "Agency file",
    Seen.LOGS: "Access log",
}


FACTS: Mapping[FactName, str] = {
    FactName.SCREENED: "Screened for financial assistance",
    FactName.SCREENING_DECLINED: "Patient declined screening",
    FactName.STATE_NOTICE: "State notice sent",
    FactName.ITEMIZED_BILL: "Itemized bill sent from the practice system",
    FactName.STATE_CHECKLIST: "State checklist completed",
    FactName.ECA_NOTICE: "30-day ECA notice sent",
    FactName.ORAL_EFFORT: "Oral notice of financial assistance",
    FactName.INDIGENCE: "Indigence documented",
    FactName.FREE_CARE: "Free care approved",
    FactName.DISCOUNTED_CARE: "Discounted care approved",
    FactName.ASSISTANCE_INCOMPLETE: "Assistance application incomplete",
    FactName.ASSISTANCE_DENIED: "Assistance denied",
    FactName.BALANCE_ADJUSTED: "Balance adjusted for assistance",
    FactName.DISCOUNT_APPLIED: "State uninsured discount applied",
    FactName.PRICE_TRANSPARENCY_FAILED: "Price transparency not met",
    FactName.GFE: "Good faith estimate (GFE)",
    FactName.GFE_BILLED: "Billed charge to compare with the GFE",
    FactName.GFE_REVIEWED: "GFE difference reviewed",
    FactName.PPDR_OPEN: "GFE dispute (PPDR) open",
    FactName.NSA_PROTECTED: "Protected by the No Surprises Act",
    FactName.IDR_OPEN: "Payer dispute (IDR) open",
    FactName.SURPRISE_BILL: "State surprise bill protection",
    FactName.EMERGENCY_PHYSICIAN: "Emergency physician bill",
    FactName.DENIED_NOT_NECESSARY: "Medicare denied as not necessary",
    FactName.ABN_SIGNED: "ABN signed",
    FactName.QMB: "QMB",
    FactName.DUAL_ELIGIBLE: "Dual eligible (Medicare and Medicaid)",
    FactName.MEDICAID_PENDING: "Medicaid application pending",
    FactName.MEDICAID_COPAY_ONLY: "Medicaid copay only",
    FactName.MEDICAID_NONCOVERED_SIGNED: "Medicaid noncovered service, agreed to in writing",
    FactName.MEDICAID_ELIGIBLE_AT_SERVICE: "Medicaid eligible on the DOS",
    FactName.MEDICAID_REMITTANCE: "Medicaid remittance received",
    FactName.HSN_LOW_INCOME: "Health Safety Net (MA)",
    FactName.TRICARE_COST_SHARE_ONLY: "TRICARE cost share only",
    FactName.WC_DENIED_FINAL: "Workers' compensation finally denied",
    FactName.VETERAN_MEDICAL: "VA-covered care",
    FactName.FORENSIC_EXAM: "Forensic exam",
    FactName.PART2: "Substance use record (42 CFR Part 2)",
    FactName.RESTRICT_PLAN_DISCLOSURE: "Paid in full, do not disclose to the plan",
    FactName.BANKRUPTCY_CASE: "Bankruptcy notice with case number",
    FactName.BANKRUPTCY_DISCHARGED: "Debt discharged in bankruptcy",
    FactName.FPL: "Income as percent of the federal poverty level (FPL)",
    FactName.MONTHLY_INCOME: "Monthly household income",
}
"""The facts that the law asks about an account, as staff call them."""


def _by_word(table: Mapping[E, str]) -> Mapping[str, str]:
    return {member.value: words for member, words in table.items()}


LETTER_KINDS: Mapping[str, str] = {
    "statement": "Statement",
    "reminder-1": "Reminder 1",
    "reminder-2": "Reminder 2",
    "reminder-3": "Reminder 3",
    "final-notice": "Final notice",
    "arrangement-offer": "Payment plan offer",
    "arrangement-confirmation": "Payment plan confirmation",
    "arrangement-broken": "Payment plan default notice",
    "promise-broken": "Broken promise letter",
    "paid-in-full": "Paid in full letter",
    "returned-check": "Returned check letter",
    "dispute-received": "Dispute acknowledgment",
    "itemised-statement": "Itemized statement",
    "placement-notice": "Placement notice",
    "refund-notice": "Refund notice",
    "address-check": "Address check",
    "financial-assistance-summary": "Financial assistance summary",
}
"""The kinds of letter that ship with pastdue, as staff call them. The letter itself has the patient's wording."""

CALL_RESULTS: Mapping[str, str] = {
    "undone": "Undone, no result",
    "no_answer": "No answer",
    "busy": "Busy",
    "voicemail": "Left message (no debt disclosed)",
    "wrong_number": "Wrong number",
    "disconnected": "Disconnected number",
    "third_party": "Third party, no disclosure",
    "right_party_no_commitment": "Right party, no commitment",
    "promise_to_pay": "Promise to pay",
    "paid": "Claims paid",
    "arrangement": "Payment plan",
    "callback": "Callback requested",
    "dispute": "Disputes",
    "insurance_provided": "Has insurance",
    "financial_assistance_requested": "Asks for financial assistance",
    "hardship": "Unable to pay / hardship",
    "cease": "Do not call",
    "attorney": "Has an attorney",
    "bankruptcy": "Bankruptcy",
    "deceased": "Deceased",
    "language_barrier": "Interpreter needed",
    "refused": "Refuses to pay",
}
"""The call results (dispositions) that ship with pastdue. A practice adds its own in its own words."""

TABLES: Mapping[type[StrEnum], Mapping[str, str]] = {
    PayerClass: _by_word(PAYER_CLASSES),
    CoverageState: _by_word(COVERAGE_STATES),
    CreditorKind: _by_word(CREDITOR_KINDS),
    FactName: _by_word(FACTS),
    LedgerKind: _by_word(LEDGER_KINDS),
    AccountState: _by_word(ACCOUNT_STATES),
    EnrollmentState: _by_word(ENROLLMENT_STATES),
    ScheduleDecision: _by_word(SCHEDULE_DECISIONS),
    VersionState: _by_word(VERSION_STATES),
    ExperimentState: _by_word(EXPERIMENT_STATES),
    DraftState: _by_word(DRAFT_STATES),
    HoldKind: _by_word(HOLD_KINDS),
    HoldScope: _by_word(HOLD_SCOPES),
    SuspectState: _by_word(SUSPECT_STATES),
    LetterState: _by_word(LETTER_STATES),
    BatchState: _by_word(BATCH_STATES),
    TaskState: _by_word(TASK_STATES),
    GateState: _by_word(GATE_STATES),
    PromiseState: _by_word(PROMISE_STATES),
    PaymentMethod: _by_word(PAYMENT_METHODS),
    Verified: _by_word(VERIFIED),
    Proof: _by_word(PROOFS),
    MayHear: _by_word(MAY_HEAR),
    ArrangementState: _by_word(PLAN_STATES),
    InstalmentState: _by_word(INSTALLMENT_STATES),
    Frequency: _by_word(FREQUENCIES),
    SettlementState: _by_word(SETTLEMENT_STATES),
    RefundState: _by_word(REFUND_STATES),
    Payee: _by_word(PAYEES),
    PlacementState: _by_word(PLACEMENT_STATES),
    AgencyFileState: _by_word(AGENCY_FILE_STATES),
    NoticeKind: _by_word(NOTICE_KINDS),
    IntakeKind: _by_word(FILE_KINDS),
    TaskKind: _by_word(TASK_KINDS),
    MatterState: _by_word(MATTER_STATES),
    PartyRole: _by_word(PARTY_ROLES),
    Authority: _by_word(AUTHORITIES),
    EstateFactName: _by_word(ESTATE_FACTS),
    WriteOffReason: _by_word(ESTATE_WRITE_OFFS),
    AfterDeath: _by_word(AFTER_DEATH),
    ReportState: _by_word(DEATH_REPORT_STATES),
    DateKind: _by_word(CALENDAR_DATES),
    AttachmentKind: _by_word(ATTACHMENTS),
    DaysLeft: _by_word(DAYS_LEFT),
    Role: _by_word(ROLES),
    SignInOutcome: _by_word(SIGN_INS),
    Seen: _by_word(SCREENS),
}
"""The table of each closed list. The same word may be in two lists, with a different text in each."""


ACRONYMS: Mapping[str, str] = {
    word.lower(): word
    for word in (
        "ABN",
        "ECA",
        "FPL",
        "GFE",
        "HSN",
        "ID",
        "IDR",
        "NSA",
        "NSF",
        "PPDR",
        "QMB",
        "SSN",
        "TRICARE",
        "URL",
        "VA",
        "ZIP",
    )
}
"""Acronyms that are stored in lower case, as people write them."""


def plain(word: str) -> str:
    """The text of a word that no table has, such as a task of a practice's own schedule: ``Check the chart``."""
    text = words(word)
    return text[:1].upper() + text[1:]


def words(value: object) -> str:
    """A stored word within a sentence: ``insurance pending``, ``QMB``."""
    parts = str(value).replace("_", " ").replace("-", " ").split(" ")
    return " ".join(ACRONYMS.get(part, part) for part in parts)


def label(member: StrEnum) -> str:
    """What people read for a member of a closed list."""
    return label_of(type(member), member.value)


def label_of(kind: type[StrEnum], word: str) -> str:
    """What people read for a stored word of a closed list. A practice's own word is shown as written."""
    return TABLES[kind].get(word) or plain(word)


def labels_of(members: Iterable[StrEnum]) -> str:
    """What people read for several members of closed lists: ``Barred, Insolvent or No estate``."""
    *most, last = sorted(map(label, members))
    return f"{', '.join(most)} or {last}" if most else last


def field_label(name: str) -> str:
    """What people read for a field of a person, within a sentence."""
    return PERSON_FIELDS.get(name) or words(name)


def result_label(code: str) -> str:
    """What people read for a call result, such as ``Right party, no commitment``."""
    return CALL_RESULTS.get(code) or plain(code)


def letter_label(kind: str) -> str:
    """What staff read for a kind of letter. A practice's own kind is shown by the name of its template."""
    return LETTER_KINDS.get(kind) or plain(kind)


def outcome_label(task_kind: str, outcome: str) -> str:
    """How a task ended, as people read it: a call ends with a call result, any other task with a sentence."""
    return CALL_RESULTS.get(outcome, outcome) if task_kind == TaskKind.CALL else outcome


PROCESSES: Mapping[str, str] = {
    "estates": "the estate process",
    "intake": "an imported file",
    "letters": "the letter process",
    "schedule": "the schedule",
    "settle": "the nightly process",
    "tasks": "the task process",
}
"""What acts without a user, by its name in the history."""


def actor_words(actor: str) -> str:
    """Who acted: a process in words, or the name of a user."""
    return PROCESSES.get(actor, actor)


def fact_label(word: str) -> str:
    """What staff read for a fact that the law asks about, such as ``30-day ECA notice sent``."""
    return label_of(FactName, word)


def role_words(role: str) -> str:
    """A task's role within a sentence; a practice's own role is shown as written."""
    return ROLE_WORDS.get(role, role)


def field_words(names: Iterable[str]) -> str:
    """The fields of a person within a sentence: ``street address, ZIP``."""
    return ", ".join(map(field_label, names))


def task_label(word: str) -> str:
    """What people read for the kind of a task, such as ``Missing information: plan offer``."""
    kind = kind_of_task(word)
    if kind is TaskKind.MISSING:
        return f"{TASK_KINDS[kind]}: {plain(word.removeprefix('missing-')).lower()}"
    return label_of(TaskKind, word)
