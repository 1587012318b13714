"""Limits of the practice that block a step, beyond what the law says. Pure."""

from datetime import date, timedelta

from flows.accounts.blocker import CHASE_DAYS, Blocker
from flows.accounts.snapshot import AccountNow, GroupNow
from flows.schedules.schedule import Action, OpenCall, Place, SendLetter
from models.values import counted

POLICY = "practice policy"


def limit_stop(act: Action | None, account: AccountNow, group: GroupNow, today: date) -> Blocker | None:
    """What limit of the practice blocks a step today."""
    limits = group.limits
    match act:
        case SendLetter() if limits.no_letters:
            return _closed("no_letters", "no letters are sent to this state for this creditor", today)
        case OpenCall():
            return _call_stop(group, today)
        case Place() if limits.placement_day is not None:
            base = account.first_statement_on
            until = None if base is None else base + timedelta(days=limits.placement_day)
            if until is None:
                return _closed("placement_day", "the first bill date is unknown", today)
            return None if until <= today else _until("placement_day", "too soon after the first bill", until)
        case _:
            return None


def _call_stop(group: GroupNow, today: date) -> Blocker | None:
    limits, contacts = group.limits, group.contacts
    if limits.no_calls:
        return _closed("no_calls", "no calls are made to this state for this creditor", today)
    week = sorted(day for day in contacts.calls_made if day > today - timedelta(days=7))
    most = limits.calls_in_7_days
    if most is not None and len(week) >= most:
        # When the oldest call leaves the seven days, another one is allowed.
        until = today + timedelta(days=7) if most == 0 else week[-most] + timedelta(days=7)
        return _until("calls_in_7_days", f"{counted(len(week), 'call')} in the last 7 days; the limit is {most}", until)
    if limits.days_after_talk is not None and contacts.last_talk_on is not None:
        until = contacts.last_talk_on + timedelta(days=limits.days_after_talk)
        if until > today:
            return _until("days_after_talk", f"last conversation on {contacts.last_talk_on}", until)
    return None


def _until(name: str, reason: str, until: date) -> Blocker:
    return Blocker(f"limit:{name}", POLICY, reason, until, None, until)


def _closed(name: str, reason: str, today: date) -> Blocker:
    return Blocker(f"limit:{name}", POLICY, reason, None, "manager", today + timedelta(days=CHASE_DAYS))
