"""A call as a document: guarantor, hours, accounts, and reason."""

from datetime import date as Day
from datetime import datetime
from typing import TypedDict

from sqlalchemy.engine import Connection

from flows.calls.decide import Listed
from flows.calls.queries import names_of, numbers_of


class WindowView(TypedDict):
    """Hours within which a call may be made, in UTC."""

    start: datetime
    end: datetime


class CallLine(TypedDict):
    """A call on the list: guarantor, hours, accounts, priority, and reason."""

    task: int
    guarantor: str
    creditor: str
    phone: str | None
    language: str
    window_start: datetime
    window_end: datetime
    windows: list[WindowView]
    open_now: bool | None
    best_hour: int | None
    priority: int
    points: dict[str, int]
    accounts: list[str]
    balance_cents: int
    script: str | None
    attempts: int
    calls_this_week: int
    call_at: str | None
    dealt_to: str | None
    taken_by: str | None
    reason: str


def call_lines(conn: Connection, listed: list[Listed], now: datetime | None, today: Day) -> list[CallLine]:
    """Calls as documents, in their order."""
    numbers = numbers_of(conn, sorted({key for call in listed for key in call.account_ids}))
    names = names_of(conn, [call.group.person.id for call in listed])
    return [_row(call, numbers, names, now, today) for call in listed]


def _row(call: Listed, numbers: dict[int, str], names: dict[int, str], now: datetime | None, today: Day) -> CallLine:
    made = call.calls_this_week(today)
    return {
        "task": call.task.id,
        "guarantor": names[call.group.person.id],
        "creditor": call.group.creditor.name,
        "phone": call.group.person.phone,
        "language": call.group.person.language,
        "window_start": call.window_start,
        "window_end": call.window_end,
        "windows": [{"start": window.start, "end": window.end} for window in call.windows],
        "open_now": None if now is None else call.open_at(now),
        "best_hour": call.best_hour,
        "priority": call.priority,
        "points": dict(call.points),
        "accounts": [numbers[key] for key in call.account_ids],
        "balance_cents": call.balance_cents,
        "script": call.task.script,
        "attempts": call.task.attempts_made,
        "calls_this_week": made,
        "call_at": call.task.call_at,
        "dealt_to": call.task.assigned_to,
        "taken_by": call.task.in_progress_by,
        "reason": call.reason,
    }
