"""Alerts for near deadlines, to the desk and then to the manager. They are sent every night, and at once where a new
entry brings a deadline near."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from flows.accounts.happenings import NewTask, close_tasks, open_tasks, open_tasks_on
from flows.estates.deadlines.compute import facts_missing, reason_of, standing_of, stored
from flows.estates.deadlines.decide import Alarm, AlarmKind, Counts, DayThatCounts, day_that_counts, near_alarm
from flows.estates.deadlines.passed import PassedDeadline, passed_next, remedies_of, remedies_said
from flows.estates.matters.numbers import matter_number
from flows.estates.matters.queries import MATTER, account_rows, accounts_of_matter, petitioned, referral_of
from flows.estates.matters.work import EARLY, ELSEWHERE, LATE
from flows.people.queries import RUNS
from models.columns import AnyRow, in_keys
from models.database import Transaction
from models.enums import TaskState
from models.estate_events import DeadlineNear
from models.task_kinds import TaskKind
from models.user_enums import Role
from models.values import counted

SAID = {
    Counts.CLAIM: "Deadline to file and serve the claim",
    Counts.SUIT: "Deadline to sue on the disallowed claim",
    Counts.OPEN: "Deadline to open the estate",
}

EARLY_DAYS = 30


def escalate(tx: Transaction, matter_ids: Sequence[int]) -> None:
    """Send alerts for near deadlines of these matters; an alert that was sent is not repeated."""
    query = sa.select(MATTER).where(in_keys(MATTER.c.id, matter_ids), RUNS).order_by(MATTER.c.id)
    asked = petitioned(tx.conn, matter_ids)
    for row in tx.conn.execute(query).all():
        standing = standing_of(row, stored(row), petitioned=row.id in asked)
        day, alarm = day_that_counts(standing), near_alarm(standing, tx.business_date)
        if day is not None and alarm is not None:
            send_alerts(tx, row, alarm, day)
            told = sa.update(MATTER).where(MATTER.c.id == row.id)
            tx.conn.execute(told.values(last_alert_days=alarm.alert_days))


def send_alerts(tx: Transaction, row: AnyRow, alarm: Alarm, day: DayThatCounts) -> None:
    """A task for the desk; if the previous one is still open, or the date has passed, also one for the manager."""
    number, about = matter_number(row.id), accounts_of_matter(tx.conn, row.id)
    before = open_tasks_on(tx, about, [TaskKind.ESTATE_DEADLINE])
    escalated = bool(before) or alarm.kind is AlarmKind.PASSED
    when = f"{alarm.on}, in {counted(alarm.days, 'day')}" if alarm.days >= 0 else f"{alarm.on}: THE DATE HAS PASSED"
    reason = reason_of(row, day)
    passed = _passed_said(row, day, tx.business_date) if alarm.kind is AlarmKind.PASSED else ""
    why = f"{number}: {SAID[day.what]} {when}. {reason.because} ({reason.citation}){passed}"
    close_tasks(tx, before, TaskState.CANCELLED, "replaced by a newer alert")
    desk_task(tx, row, TaskKind.ESTATE_DEADLINE, why, min(max(alarm.days, 0), 2))
    if escalated:
        close_tasks(
            tx,
            open_tasks_on(tx, about, [TaskKind.ESTATE_DEADLINE_MANAGER]),
            TaskState.CANCELLED,
            "replaced by a newer alert",
        )
        missed = f"{_missed_said(tx, row)}{why}" if alarm.kind is AlarmKind.PASSED else f"No action yet. {why}"
        desk_task(tx, row, TaskKind.ESTATE_DEADLINE_MANAGER, missed, 0, role=Role.MANAGER)
    notify_accounts(tx, row, SAID[day.what], alarm, escalated=escalated)


def _passed_said(row: AnyRow, day: DayThatCounts, today: date) -> str:
    """What to do now, and what the law of the state may still leave open."""
    passed = PassedDeadline(day.what, day.on, row.deadline_kind, row.jurisdiction, row.death_on)
    return f" Now: {passed_next(passed, today)}.{remedies_said(remedies_of(passed, today))}"


def _missed_said(tx: Transaction, row: AnyRow) -> str:
    """For the manager: a deadline was missed, who had the matter, and what to ask counsel."""
    referral = referral_of(tx.conn, row.id)
    who = [f"paralegal {row.owner}"] if row.owner else []
    who += [f"attorney {referral.code} since {referral.referred_on}"] if referral is not None else []
    had = f" The matter was with {' and '.join(who)}." if who else ""
    return f"Deadline missed: ask counsel whether it must be reported to an insurer.{had} "


def file_early(tx: Transaction, row: AnyRow) -> None:
    """A claim is due while facts are missing: the desk files by the earliest safe date, not by the outside date."""
    missing = facts_missing(row)
    if not missing:
        return
    latest = f"; the outside date is {row.latest_on}; do not wait for it" if row.latest_on else ""
    safe = f", {row.earliest_on} if the missing facts arrived today" if row.earliest_on else ""
    why = f"{matter_number(row.id)}: file by the earliest safe date{safe}. Missing facts: {', '.join(missing)}{latest}"
    left = EARLY_DAYS if row.action_due_on is None else (row.action_due_on - tx.business_date).days
    desk_task(tx, row, EARLY, why, max(0, min(EARLY_DAYS, left)))


def check_filing(tx: Transaction, row: AnyRow) -> None:
    """A claim is filed: a task if the law requires a second place, and a manager's task if it is late."""
    number = matter_number(row.id)
    if row.not_presented_to is not None:
        why = (
            f"{number}: in {row.jurisdiction} the claim must also be presented to the {row.not_presented_to}, and no "
            "document shows that it was. Create and send the claim there and mark it as sent. Until then "
            "the deadline runs"
        )
        desk_task(tx, row, ELSEWHERE, why, 1)
    last = row.deadline_on
    if last is not None and row.filed_on is not None and row.filed_on > last:
        days = (row.filed_on - last).days
        why = (
            f"{number}: the claim was filed on {row.filed_on}, {counted(days, 'day')} after the deadline, "
            f"{last}; ask counsel"
        )
        desk_task(tx, row, LATE, f"{why} ({row.deadline_citation})", 1, role=Role.MANAGER)


def notify_accounts(tx: Transaction, row: AnyRow, what: str, alarm: Alarm, *, escalated: bool) -> None:
    """Record an alert in the history of every account of a matter."""
    tx.record_all(
        DeadlineNear(account_id=key, matter=row.id, what=what, on=alarm.on, days=alarm.days, escalated=escalated)
        for key in accounts_of_matter(tx.conn, row.id)
    )


def desk_task(
    tx: Transaction, row: AnyRow, kind: TaskKind, reason: str, due_days: int, role: Role = Role.ESTATE_DESK
) -> None:
    """A task about all accounts of a matter."""
    accounts = account_rows(tx.conn, row.id)
    about = tuple(account.id for account in accounts)
    open_tasks(tx, [NewTask(kind, role, reason, accounts[0].guarantor_id, row.creditor_id, about, due_days)])


__all__ = ["check_filing", "desk_task", "escalate", "file_early", "notify_accounts", "send_alerts"]
