"""One timeline of a person's accounts: letters, calls, payments, notes and tasks in one order, by what they are."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from flows.reports.account_documents import AccountView


class Family(StrEnum):
    """What an entry of the timeline is about."""

    CALLS = "Calls"
    LETTERS = "Letters"
    PAYMENTS = "Payments"
    NOTES = "Notes"
    TASKS = "Tasks and holds"
    OTHER = "Other"


_KINDS: Mapping[Family, tuple[str, ...]] = {
    Family.CALLS: ("call_made", "call_moved", "call_undone", "promise_made", "promise_judged"),
    Family.LETTERS: (
        "letter_queued",
        "letter_rendered",
        "letter_printed",
        "letter_mailed",
        "letter_mailed_corrected",
        "letter_voided",
        "letter_queued_again",
        "letter_emailed",
        "letter_held_back",
        "letter_returned",
        "certified_number_entered",
        "return_receipt_recorded",
        "email_not_taken",
        "text_queued",
        "plan_offered",
    ),
    Family.PAYMENTS: (
        "ledger_posted",
        "account_settled",
        "account_reopened",
        "credit_balance_found",
        "refund_changed",
        "remittance_read",
        "written_off",
        "arrangement_made",
        "arrangement_reduced",
        "arrangement_ended",
        "arrangement_taken_up",
        "instalment_paid",
        "instalment_missed",
        "instalment_reopened",
        "instalment_changed",
        "plan_noticed",
        "settlement_changed",
    ),
    Family.NOTES: (
        "note_written",
        "person_changed",
        "fact_recorded",
        "complaint_made",
        "party_authorized",
        "party_ended",
    ),
    Family.TASKS: (
        "task_opened",
        "task_closed",
        "task_assigned",
        "task_snoozed",
        "hold_opened",
        "hold_cleared",
        "review_decided",
    ),
}
_FAMILY: Mapping[str, Family] = {kind: family for family, kinds in _KINDS.items() for kind in kinds}

LISTED = 60
"""How many entries a screen shows; the whole history is in the audit packet and in `explain`."""


class Entry(NamedTuple):
    """What happened on a day, once, however many accounts it was about."""

    on: date
    at: str
    family: Family
    says: str
    by: str
    accounts: tuple[str, ...]


def family_of(kind: str) -> Family:
    """The family of an event by its kind; what has none of its own is Other."""
    return _FAMILY.get(kind, Family.OTHER)


def timeline_of(views: Iterable[AccountView], at_most: int = LISTED) -> list[Entry]:
    """The latest entries of these accounts, the latest first. The same event on several accounts is one entry."""
    found: dict[tuple[date, str, str, str], list[str]] = {}
    order: list[tuple[str, int, tuple[date, str, str, str]]] = []
    for view in views:
        for event in view["events"]:
            key = (event["business_date"], event["kind"], event["why"], event["actor"])
            if key not in found:
                found[key] = []
                order.append((event["at"], event["seq"], key))
            if view["number"] not in found[key]:
                found[key].append(view["number"])
    latest = sorted(order, key=lambda one: (one[2][0], one[0], one[1]), reverse=True)[:at_most]
    return [Entry(key[0], at, family_of(key[1]), key[2], key[3], tuple(found[key])) for at, _, key in latest]
