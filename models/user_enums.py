"""The closed lists of words about the people who sign in and the programs that connect."""

from enum import StrEnum
from typing import NewType


class Role(StrEnum):
    """What somebody does here; one person may have several. Users are stored by the value, work by the label."""

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
        """The role as people write it, and as work names it: `estate desk`."""
        return self.value.replace("_", " ")


PracticeRole = NewType("PracticeRole", str)
"""A role that only a practice's own table of call endings names: nobody has it, and a manager does its work."""

WorkRole = Role | PracticeRole
"""Whose a piece of work is."""

_LABELED = {role.label: role for role in Role}


def role_named(label: str) -> WorkRole:
    """The role that a schedule, a table or a row of work means."""
    return _LABELED.get(label) or PracticeRole(label)


def label_of_role(role: WorkRole) -> str:
    """The word by which work is stored."""
    return role.label if isinstance(role, Role) else role


class SignInOutcome(StrEnum):
    """How an attempt to sign in ended. TOO_MANY: it was not looked at, because too many had failed before."""

    SIGNED_IN = "signed_in"
    WRONG = "wrong"
    LOCKED = "locked"
    TOO_MANY = "too_many"
    DISABLED = "disabled"
    SIGNED_OUT = "signed_out"


class Seen(StrEnum):
    """In what a person's data was looked at."""

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
    LOGS = "logs"
