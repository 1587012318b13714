"""The closed lists of words about the people who sign in and the programs that connect."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody does here; one person may have several."""

    COLLECTOR = "collector"
    MAIL_ROOM = "mail_room"
    ESTATE_DESK = "estate_desk"
    CLERK = "clerk"
    MANAGER = "manager"
    ATTORNEY = "attorney"
    AUDITOR = "auditor"
    ADMIN = "admin"


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
