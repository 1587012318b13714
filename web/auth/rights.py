"""What each role may see and do: the one table. A route names its right; nothing else decides."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from models.user_enums import Role

C, L, E, K = Role.COLLECTOR, Role.MAIL_ROOM, Role.ESTATE_DESK, Role.CLERK
M, T, R, A = Role.MANAGER, Role.ATTORNEY, Role.AUDITOR, Role.ADMIN


class Right(StrEnum):
    """Something that one may see or do."""

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
    SEE_ESTATES = "see_estates"
    WORK_ESTATES = "work_estates"
    OWN_MATTERS = "own_matters"
    SEE_TASKS = "see_tasks"
    SEE_HOUSE = "see_house"
    RUN_USERS = "run_users"
    READ_LOGS = "read_logs"


RIGHTS: Mapping[Right, frozenset[Role]] = {
    Right.OWN_PASSWORD: frozenset({C, L, E, K, M, T, R, A}),
    Right.WORK_CALLS: frozenset({C, M}),
    Right.TAKE_CALLS: frozenset({C, K, M}),
    Right.WRITE_NOTES: frozenset({C, E, K, M}),
    Right.MOVE_CALLS: frozenset({M}),
    Right.FIND_PEOPLE: frozenset({C, E, K, M, R}),
    Right.SEE_ACCOUNTS: frozenset({C, E, K, M, R}),
    Right.SEE_WITHOUT_REASON: frozenset({E, K, M, R}),
    Right.CHANGE_CONTACT: frozenset({C, K, M}),
    Right.HOLD_ACCOUNTS: frozenset({K, M}),
    Right.SEND_LETTERS: frozenset({C, K, M}),
    Right.MAKE_PLANS: frozenset({C, K, M}),
    Right.OFFER_SETTLEMENTS: frozenset({C, K, M}),
    Right.APPROVE_MONEY: frozenset({M}),
    Right.POST_PAYMENTS: frozenset({K, M}),
    Right.PROPOSE_REFUNDS: frozenset({K, M}),
    Right.TAKE_FILES: frozenset({K, M}),
    Right.AUDIT_PACKET: frozenset({K, M, R}),
    Right.SEE_LETTERS: frozenset({L, K, M, R}),
    Right.WORK_LETTERS: frozenset({L, M}),
    Right.RELEASE_LETTERS: frozenset({M}),
    Right.SEE_ESTATES: frozenset({E, M, R}),
    Right.WORK_ESTATES: frozenset({E, M}),
    Right.OWN_MATTERS: frozenset({T}),
    Right.SEE_TASKS: frozenset({C, L, E, K, M}),
    Right.SEE_HOUSE: frozenset({M, R}),
    Right.RUN_USERS: frozenset({M, A}),
    Right.READ_LOGS: frozenset({R}),
}
"""Who has each right.

A manager who runs users makes neither administrators nor auditors. A collector who opens a person whom no call of
theirs is about is asked for the reason.
"""


def may(roles: Collection[Role], right: Right) -> bool:
    """Whether somebody with these roles has a right."""
    return not RIGHTS[right].isdisjoint(roles)


def rights_of(roles: Collection[Role]) -> frozenset[Right]:
    """All rights of somebody with these roles."""
    return frozenset(right for right in Right if may(roles, right))
