"""What is stored: one file per noun, the values they are made of, and the session with the database.

Importing this package makes every table known, so that migrations and bulk statements see the whole book.
"""

from models.account import Account, LedgerEntry
from models.creditor import Creditor
from models.day import DayStage, IntakeFile
from models.event import AccountEvent
from models.hold import Hold
from models.letter import Letter, LetterAccount, Paper, PrintBatch, RejectedPaper
from models.person import Person, PersonKey
from models.schedule import Enrollment, ScheduleVersion, StepTaken
from models.setting import Setting
from models.task import ContactAttempt, Promise, PromiseAccount, Task, TaskAccount

__all__ = [
    "Account",
    "AccountEvent",
    "ContactAttempt",
    "Creditor",
    "DayStage",
    "Enrollment",
    "Hold",
    "IntakeFile",
    "LedgerEntry",
    "Letter",
    "LetterAccount",
    "Paper",
    "Person",
    "PersonKey",
    "PrintBatch",
    "Promise",
    "PromiseAccount",
    "RejectedPaper",
    "ScheduleVersion",
    "Setting",
    "StepTaken",
    "Task",
    "TaskAccount",
]
