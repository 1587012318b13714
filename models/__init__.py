"""What is stored: one file per noun, the values that they are made of, and the database session.

Importing this package registers every table, so that migrations and bulk statements see the whole database.
"""

from models.account import Account, LedgerEntry
from models.agency import Agency, AgencyFile, Complaint, RemitLine
from models.arrangement import Arrangement, ArrangementAccount, Instalment
from models.collector import CallOwner, Collector
from models.coverage import Coverage
from models.creditor import Creditor
from models.estate import (
    Attorney,
    CourtFormBlank,
    DeathReport,
    DeathStop,
    EstateAttachment,
    EstateDate,
    EstateFact,
    EstateMatter,
    EstatePaper,
    EstateParty,
    MatterAccount,
    MatterDeadline,
    Referral,
)
from models.experiment import Experiment, ExperimentAccount, ExperimentArm
from models.history import AccountEvent
from models.hold import Hold
from models.letter import Letter, LetterAccount, LetterTemplate, Paper, PrintBatch, RejectedPaper
from models.person import AuthorizedParty, Person, PersonKey, PersonMoved, PersonSuspect
from models.placement import AccountFact, AgencyNotice, BadDebt, Placement, PlacementEntry
from models.refund import Refund
from models.report import AgingMonth, LedgerTotal, ReportMark, SavedReport, VintageTotal
from models.run_log import DayStage, IntakeFile
from models.schedule import Enrollment, ScheduleAction, ScheduleDraft, ScheduleDraftChange, ScheduleVersion, StepTaken
from models.seal import Seal, SealedHead
from models.setting import ConfigTable, CreditorChange, PracticeLimit, Setting
from models.settlement import Settlement, SettlementAccount
from models.task import ContactAttempt, GateReview, Promise, PromiseAccount, Task, TaskAccount
from models.user import ApiToken, AppSession, PatientView, SignIn, User, UserChange

__all__ = [
    "Account",
    "AccountEvent",
    "AccountFact",
    "Agency",
    "AgencyFile",
    "AgencyNotice",
    "AgingMonth",
    "ApiToken",
    "AppSession",
    "Arrangement",
    "ArrangementAccount",
    "Attorney",
    "AuthorizedParty",
    "BadDebt",
    "CallOwner",
    "Collector",
    "Complaint",
    "ConfigTable",
    "ContactAttempt",
    "CourtFormBlank",
    "Coverage",
    "Creditor",
    "CreditorChange",
    "DayStage",
    "DeathReport",
    "DeathStop",
    "Enrollment",
    "EstateAttachment",
    "EstateDate",
    "EstateFact",
    "EstateMatter",
    "EstatePaper",
    "EstateParty",
    "Experiment",
    "ExperimentAccount",
    "ExperimentArm",
    "GateReview",
    "Hold",
    "Instalment",
    "IntakeFile",
    "LedgerEntry",
    "LedgerTotal",
    "Letter",
    "LetterAccount",
    "LetterTemplate",
    "MatterAccount",
    "MatterDeadline",
    "Paper",
    "PatientView",
    "Person",
    "PersonKey",
    "PersonMoved",
    "PersonSuspect",
    "Placement",
    "PlacementEntry",
    "PracticeLimit",
    "PrintBatch",
    "Promise",
    "PromiseAccount",
    "Referral",
    "Refund",
    "RejectedPaper",
    "RemitLine",
    "ReportMark",
    "SavedReport",
    "ScheduleAction",
    "ScheduleDraft",
    "ScheduleDraftChange",
    "ScheduleVersion",
    "Seal",
    "SealedHead",
    "Setting",
    "Settlement",
    "SettlementAccount",
    "SignIn",
    "StepTaken",
    "Task",
    "TaskAccount",
    "User",
    "UserChange",
    "VintageTotal",
]
