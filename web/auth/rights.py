"""What each role may see and do: the only table. A route names its right; nothing else decides."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from models.user_enums import Role


class Right(StrEnum):
    """Something that a user may see or do."""

    OWN_PASSWORD = "own_password"
    WORK_CALLS = "work_calls"
    TAKE_CALLS = "take_calls"
    WRITE_NOTES = "write_notes"
    MOVE_CALLS = "move_calls"
    FIND_PEOPLE = "find_people"
    SEE_ACCOUNTS = "see_accounts"
    SEE_WITHOUT_REASON = "see_without_reason"
    CHANGE_CONTACT = "change_contact"
    HOLD_ACCOUNTS = "hold_accounts"
    SEND_LETTERS = "send_letters"
    MAKE_PLANS = "make_plans"
    OFFER_SETTLEMENTS = "offer_settlements"
    APPROVE_MONEY = "approve_money"
    POST_PAYMENTS = "post_payments"
    PROPOSE_REFUNDS = "propose_refunds"
    TAKE_FILES = "take_files"
    AUDIT_PACKET = "audit_packet"
    SEE_LETTERS = "see_letters"
    WORK_LETTERS = "work_letters"
    RELEASE_LETTERS = "release_letters"
    CHANGE_SCHEDULES = "change_schedules"
    CHANGE_SETTINGS = "change_settings"
    SEE_ESTATES = "see_estates"
    WORK_ESTATES = "work_estates"
    OWN_MATTERS = "own_matters"
    SEE_TASKS = "see_tasks"
    SEE_PRACTICE = "see_house"
    SEE_REPORTS = "see_reports"
    RUN_USERS = "run_users"
    READ_LOGS = "read_logs"

    @property
    def label(self) -> str:
        """The right, as the table of permissions names it."""
        return LABELS[self]


LABELS: Mapping[Right, str] = {
    Right.OWN_PASSWORD: "Change own password",
    Right.WORK_CALLS: "Work the call list",
    Right.TAKE_CALLS: "Record inbound calls",
    Right.WRITE_NOTES: "Add notes",
    Right.MOVE_CALLS: "Reassign calls",
    Right.FIND_PEOPLE: "Search people",
    Right.SEE_ACCOUNTS: "View accounts",
    Right.SEE_WITHOUT_REASON: "View accounts without giving a reason",
    Right.CHANGE_CONTACT: "Change contact information",
    Right.HOLD_ACCOUNTS: "Place and release holds",
    Right.SEND_LETTERS: "Send requested letters",
    Right.MAKE_PLANS: "Set up payment plans",
    Right.OFFER_SETTLEMENTS: "Offer settlements",
    Right.APPROVE_MONEY: "Approve settlements, refunds and placements",
    Right.POST_PAYMENTS: "Post payments",
    Right.PROPOSE_REFUNDS: "Request refunds",
    Right.TAKE_FILES: "Upload files",
    Right.AUDIT_PACKET: "Download audit packets",
    Right.SEE_LETTERS: "View letters",
    Right.WORK_LETTERS: "Print and mail letters",
    Right.RELEASE_LETTERS: "Release held batches",
    Right.CHANGE_SCHEDULES: "Change schedules and letter templates",
    Right.CHANGE_SETTINGS: "Change settings, tables, limits and creditors",
    Right.SEE_ESTATES: "View estate matters",
    Right.WORK_ESTATES: "Work estate matters",
    Right.OWN_MATTERS: "Work own referred matters",
    Right.SEE_TASKS: "View and complete tasks",
    Right.SEE_PRACTICE: "View dashboard and settings",
    Right.SEE_REPORTS: "View reports",
    Right.RUN_USERS: "Manage users and API keys",
    Right.READ_LOGS: "Read the access log",
}

RIGHTS: Mapping[Right, frozenset[Role]] = {
    Right.OWN_PASSWORD: frozenset(Role),
    Right.WORK_CALLS: frozenset({Role.COLLECTOR, Role.MANAGER}),
    Right.TAKE_CALLS: frozenset({Role.COLLECTOR, Role.CLERK, Role.MANAGER}),
    Right.WRITE_NOTES: frozenset({Role.COLLECTOR, Role.ESTATE_DESK, Role.CLERK, Role.MANAGER}),
    Right.MOVE_CALLS: frozenset({Role.MANAGER}),
    Right.FIND_PEOPLE: frozenset({Role.COLLECTOR, Role.ESTATE_DESK, Role.CLERK, Role.MANAGER, Role.AUDITOR}),
    Right.SEE_ACCOUNTS: frozenset({Role.COLLECTOR, Role.ESTATE_DESK, Role.CLERK, Role.MANAGER, Role.AUDITOR}),
    Right.SEE_WITHOUT_REASON: frozenset({Role.ESTATE_DESK, Role.CLERK, Role.MANAGER, Role.AUDITOR}),
    Right.CHANGE_CONTACT: frozenset({Role.COLLECTOR, Role.CLERK, Role.MANAGER}),
    Right.HOLD_ACCOUNTS: frozenset({Role.CLERK, Role.MANAGER}),
    Right.SEND_LETTERS: frozenset({Role.COLLECTOR, Role.CLERK, Role.MANAGER}),
    Right.MAKE_PLANS: frozenset({Role.COLLECTOR, Role.CLERK, Role.MANAGER}),
    Right.OFFER_SETTLEMENTS: frozenset({Role.COLLECTOR, Role.CLERK, Role.MANAGER}),
    Right.APPROVE_MONEY: frozenset({Role.MANAGER}),
    Right.POST_PAYMENTS: frozenset({Role.CLERK, Role.MANAGER}),
    Right.PROPOSE_REFUNDS: frozenset({Role.CLERK, Role.MANAGER}),
    Right.TAKE_FILES: frozenset({Role.CLERK, Role.MANAGER}),
    Right.AUDIT_PACKET: frozenset({Role.CLERK, Role.MANAGER, Role.AUDITOR}),
    Right.SEE_LETTERS: frozenset({Role.MAIL_ROOM, Role.CLERK, Role.MANAGER, Role.AUDITOR}),
    Right.WORK_LETTERS: frozenset({Role.MAIL_ROOM, Role.MANAGER}),
    Right.RELEASE_LETTERS: frozenset({Role.MANAGER}),
    Right.CHANGE_SCHEDULES: frozenset({Role.MANAGER}),
    Right.CHANGE_SETTINGS: frozenset({Role.MANAGER}),
    Right.SEE_ESTATES: frozenset({Role.ESTATE_DESK, Role.MANAGER, Role.AUDITOR}),
    Right.WORK_ESTATES: frozenset({Role.ESTATE_DESK, Role.MANAGER}),
    Right.OWN_MATTERS: frozenset({Role.ATTORNEY}),
    Right.SEE_TASKS: frozenset({Role.COLLECTOR, Role.MAIL_ROOM, Role.ESTATE_DESK, Role.CLERK, Role.MANAGER}),
    Right.SEE_PRACTICE: frozenset({Role.MANAGER, Role.AUDITOR}),
    Right.SEE_REPORTS: frozenset({Role.MAIL_ROOM, Role.ESTATE_DESK, Role.CLERK, Role.MANAGER, Role.AUDITOR}),
    Right.RUN_USERS: frozenset({Role.MANAGER, Role.ADMIN}),
    Right.READ_LOGS: frozenset({Role.AUDITOR}),
}
"""Which roles have each right.

Each report names the roles that may read it (flows/reports/registry.py).
A manager who manages users cannot make anyone an administrator or an auditor. A collector who opens a person without
having a call about them must enter a reason.
"""


def may(roles: Collection[Role], right: Right) -> bool:
    """Whether a user with these roles has a right."""
    return not RIGHTS[right].isdisjoint(roles)


def rights_of(roles: Collection[Role]) -> frozenset[Right]:
    """All rights of a user with these roles."""
    return frozenset(right for right in Right if may(roles, right))
