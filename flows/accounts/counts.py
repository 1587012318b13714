"""What a day's stages count, by closed names. Pure data."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import NewType, TypeAlias


class Count(StrEnum):
    """What is counted, by the word that is stored for a day and shown by `pastdue run --json`."""

    ADVANCED = "advanced"
    AGENCY_DIFFERENCES = "agency_differences"
    AGENCY_FILES = "agency_files"
    AGENCY_FILES_NOT_SENT = "agency_files_not_sent"
    AGENCY_FILES_REFUSED = "agency_files_refused"
    AGENCY_FILES_SENT = "agency_files_sent"
    AGENCY_FILES_TAKEN = "agency_files_taken"
    AGENCY_FILES_UNSURE = "agency_files_unsure"
    AGENCY_LINES = "agency_lines"
    AGENCY_MISFITS = "agency_misfits"
    AGENCY_NOTICES = "agency_notices"
    AGENCY_SILENT = "agency_silent"
    BLOCKED = "blocked"
    CALLS = "calls"
    CALLS_DEALT = "calls_dealt"
    CALLS_GIVEN_UP = "calls_given_up"
    CALLS_IN_THE_POOL = "calls_in_the_pool"
    CALLS_LISTED = "calls_listed"
    CALLS_NOT_ALLOWED = "calls_not_allowed"
    COST_SHARES_TO_CONFIRM = "cost_shares_to_confirm"
    DEADLINES_CHANGED = "deadlines_changed"
    DROPPED = "dropped"
    DUE = "due"
    ENTERED = "entered"
    ESTATE_PAYMENTS_LATE = "estate_payments_late"
    ESTATE_REMINDERS = "estate_reminders"
    ESTATE_REMINDERS_REFUSED = "estate_reminders_refused"
    ESTATE_NEAR = "estate_near"
    ESTATE_OFFER_OVER = "estate_offer_over"
    ESTATE_OPEN_ESTATE = "estate_open_estate"
    ESTATE_PASSED = "estate_passed"
    ESTATE_SEARCH = "estate_search"
    ESTATE_SILENCE = "estate_silence"
    ESTATES = "estates"
    EVENTS = "events"
    FILES = "files"
    FILES_REFUSED = "files_refused"
    FINISHED = "finished"
    HELD = "held"
    HOLDS_OVER = "holds_over"
    INSURANCE_NOT_BILLED = "insurance_not_billed"
    INSURANCE_SILENT = "insurance_silent"
    LEDGER_ENTRIES = "ledger_entries"
    LETTERS = "letters"
    LETTERS_LETTERS = "letters_letters"
    MIGRATED = "migrated"
    NEVER = "never"
    NOT_MIGRATED = "not_migrated"
    NOT_NEEDED = "not_needed"
    PLACED = "placed"
    PLANS_BROKEN = "plans_broken"
    PLANS_LOOKED_AT = "plans_looked_at"
    PLANS_TOLD = "plans_told"
    PROMISES_BROKEN = "promises_broken"
    PROMISES_KEPT = "promises_kept"
    PROMISES_PARTLY_KEPT = "promises_partly_kept"
    RECALLED = "recalled"
    REJECTED = "rejected"
    REPORTS_DELIVERED = "reports_delivered"
    REPORTS_NOT_DELIVERED = "reports_not_delivered"
    ROWS = "rows"
    SET_ASIDE = "set_aside"
    SETTLEMENTS_EXPIRED = "settlements_expired"
    SKIPPED = "skipped"
    TAKEN = "taken"
    TASKS = "tasks"
    TASKS_CLOSED = "tasks_closed"
    TASKS_OPENED = "tasks_opened"
    TO_PLACE = "to_place"
    TO_REVIEW = "to_review"
    VOIDED = "voided"
    WAITING = "waiting"
    WAITING_FOR_TEMPLATE = "waiting_for_template"
    WRITTEN_OFF = "written_off"


OtherCount = NewType("OtherCount", str)
"""A count by the rule that blocked accounts, or a word that only another version counted by."""

CountName = Count | OtherCount
Counts: TypeAlias = Counter[CountName]

_BLOCKED_BY = "blocked_by:"
_WORDS = frozenset(count.value for count in Count)


def count_of_rule(rule: str) -> OtherCount:
    """The name of the count of accounts that a rule blocked."""
    return OtherCount(f"{_BLOCKED_BY}{rule}")


def by_rule(counts: Counts) -> dict[str, int]:
    """How many accounts each rule blocked."""
    return {name.removeprefix(_BLOCKED_BY): count for name, count in counts.items() if name.startswith(_BLOCKED_BY)}


def read_counts(words: Mapping[str, int]) -> Counts:
    """Counts as they were stored."""
    return Counts({Count(word) if word in _WORDS else OtherCount(word): count for word, count in words.items()})


def words_of(counts: Counts) -> dict[str, int]:
    """Counts as they are stored and shown."""
    return {str(name): count for name, count in counts.items()}
