"""The closed lists of words about the people who sign in and the programs that connect."""

from enum import StrEnum
from typing import NewType


class Role(StrEnum):
    """What a user does here; one person may have several roles. Users are stored by the value, work by the label."""

    COLLECTOR = "collector"
    MAIL_ROOM = "mail_room"
    ESTATE_DESK = "estate_desk"
    CLERK = "clerk"
    MANAGER = "manager"
    ATTORNEY = "attorney"
    AUDITOR = "auditor"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        """The role as people write it, and as tasks name it: `estate desk`."""
        return self.value.replace("_", " ")


PracticeRole = NewType("PracticeRole", str)
"""A role that only a practice's own call result table names. No user has it, and a manager does its work."""

WorkRole = Role | PracticeRole
"""The role that a task belongs to."""

_LABELED = {role.label: role for role in Role}


def role_named(label: str) -> WorkRole:
    """The role that a schedule, a table or a task row means."""
    return _LABELED.get(label) or PracticeRole(label)


def label_of_role(role: WorkRole) -> str:
    """The word by which a task's role is stored."""
    return role.label if isinstance(role, Role) else role


class SignInOutcome(StrEnum):
    """The result of an attempt to sign in. TOO_MANY: it was not checked, because too many had failed before."""

    SIGNED_IN = "signed_in"
    WRONG = "wrong"
    LOCKED = "locked"
    TOO_MANY = "too_many"
    DISABLED = "disabled"
    SIGNED_OUT = "signed_out"


class Seen(StrEnum):
    """Where a person's data was viewed."""

    CALL_LIST = "call_list"
    CALL = "call"
    ACCOUNT = "account"
    PERSON = "person"
    SEARCH = "search"
    LETTER = "letter"
    LETTERS = "letters"
    AUDIT_PACKET = "audit_packet"
    DOCKET = "docket"
    MATTER = "matter"
    ESTATE_PAPER = "estate_paper"
    PACKET = "packet"
    TASKS = "tasks"
    CREDIT_BALANCES = "credit_balances"
    API = "api"
    REJECTS = "rejects"
    REPORTS = "reports"
    AGENCIES = "agencies"
    AGENCY_FILE = "agency_file"
    LOGS = "logs"
