"""Decisions about published schedules: paused, retired, approved."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

import sqlalchemy as sa

from flows.accounts.happenings import wake
from flows.accounts.load import stopped_schedules
from flows.dunning.versions.queries import SCHEDULE_VERSION, known_schedule, refuse_during_experiment
from flows.settings.reasons import require_reason
from models import Account, Enrollment, ScheduleAction
from models.columns import AnyRow, table
from models.database import Transaction
from models.enums import AccountState, EnrollmentState, ScheduleDecision
from models.errors import Refused

ACCOUNT = table(Account)
ACTION = table(ScheduleAction)
ENROLLMENT = table(Enrollment)


def record_decision(
    tx: Transaction, name: str, what: ScheduleDecision, reason: str, version: int | None = None
) -> None:
    """Record a decision about a schedule: by whom, on which day, and why. Raises BadInput without a reason."""
    require_reason(reason, "enter why, for the history of the schedule")
    row = {
        "id": tx.ids(ScheduleAction, 1)[0],
        "name": name,
        "version": version,
        "action": what.value,
        "on": tx.business_date,
        "by": tx.actor,
        "reason": reason.strip(),
    }
    tx.insert(ScheduleAction, [row])


def review_waiting_accounts(tx: Transaction) -> None:
    """Accounts in no schedule may enter in the next run; this is the only full scan of the database.

    The date is that of service, which is before any run, whichever day it is run for.
    """
    entered = sa.select(ENROLLMENT.c.account_id).where(ENROLLMENT.c.account_id == ACCOUNT.c.id).exists()
    waiting = sa.and_(ACCOUNT.c.state == AccountState.OPEN.value, ACCOUNT.c.balance_cents > 0, ~entered)
    tx.conn.execute(sa.update(ACCOUNT).where(waiting).values(review_on=ACCOUNT.c.service_from))


def pause(tx: Transaction, name: str, reason: str) -> None:
    """Stop a schedule: none of its steps is done, and no account enters it, until it is resumed. Letters already
    queued and open calls stay."""
    _refuse_unless(tx, name, "paused", stopped=False)
    record_decision(tx, name, ScheduleDecision.PAUSED, reason)
    _wake_all(tx, name)


def resume(tx: Transaction, name: str, reason: str) -> None:
    """Resume a paused schedule: its accounts are reviewed in the next run."""
    _refuse_unless(tx, name, "paused", stopped=True)
    record_decision(tx, name, ScheduleDecision.RESUMED, reason)
    _wake_all(tx, name)
    review_waiting_accounts(tx)


def retire(tx: Transaction, name: str, reason: str) -> None:
    """Close a schedule to new accounts; those under way complete it."""
    refuse_during_experiment(tx.conn, name)
    _refuse_unless(tx, name, "retired", stopped=False)
    record_decision(tx, name, ScheduleDecision.RETIRED, reason)
    review_waiting_accounts(tx)


def reopen(tx: Transaction, name: str, reason: str) -> None:
    """Open a retired schedule to new accounts again."""
    _refuse_unless(tx, name, "retired", stopped=True)
    record_decision(tx, name, ScheduleDecision.REOPENED, reason)
    review_waiting_accounts(tx)


def _refuse_unless(tx: Transaction, name: str, state: str, *, stopped: bool) -> None:
    known_schedule(tx.conn, name)
    now = stopped_schedules(tx.conn).get(name)
    said = None if now is None else (now.paused if state == "paused" else now.retired)
    if stopped and said is None:
        raise Refused(f"{name} is not {state}", "nothing was changed")
    if not stopped and said is not None:
        raise Refused(f"{name} is already {said}", "nothing was changed")


def _wake_all(tx: Transaction, name: str) -> None:
    mine = sa.select(SCHEDULE_VERSION.c.id).where(SCHEDULE_VERSION.c.name == name)
    accounts = sa.select(ENROLLMENT.c.account_id).where(
        ENROLLMENT.c.schedule_version_id.in_(mine), ENROLLMENT.c.state == EnrollmentState.ACTIVE.value
    )
    wake(tx, sorted(tx.conn.execute(accounts).scalars()))


# Approval by a second person.


def approve(tx: Transaction, name: str, reason: str) -> int:
    """Approve the version of a schedule that waits for a second person; returns its number. It is in force from its
    day on, or from today. Raises Refused for the person who published it."""
    row = pending_version(tx, name)
    refuse_during_experiment(tx.conn, name)
    if row.published_by == tx.actor:
        raise Refused(
            f"{row.name} version {row.version} was published by {tx.actor}", "another manager must approve it"
        )
    starts = tx.business_date if row.in_force_on is None else max(row.in_force_on, tx.business_date)
    older = sa.update(SCHEDULE_VERSION).where(SCHEDULE_VERSION.c.name == name)
    tx.conn.execute(older.values(present=False))
    this = sa.update(SCHEDULE_VERSION).where(SCHEDULE_VERSION.c.id == row.id)
    tx.conn.execute(this.values(pending=False, present=True, in_force_on=starts, seen=False))
    record_decision(tx, name, ScheduleDecision.APPROVED, reason, row.version)
    return row.version


def reject(tx: Transaction, name: str, reason: str) -> int:
    """Reject the version of a schedule that waits for a second person; returns its number. It never takes effect."""
    row = pending_version(tx, name)
    record_decision(tx, name, ScheduleDecision.REJECTED, reason, row.version)
    return row.version


DECISIONS: Mapping[str, Callable[[Transaction, str, str], object]] = MappingProxyType(
    {"pause": pause, "resume": resume, "retire": retire, "reopen": reopen, "approve": approve, "reject": reject}
)
"""The decisions about a schedule by their verbs: each takes the schedule's name and the reason."""


def pending_version(tx: Transaction, name: str) -> AnyRow:
    """The newest version of a schedule that waits for approval and was not rejected. Raises Refused."""
    known_schedule(tx.conn, name)
    rejected = sa.select(ACTION.c.version).where(
        ACTION.c.name == name, ACTION.c.action == ScheduleDecision.REJECTED.value
    )
    waiting = sa.select(SCHEDULE_VERSION).where(
        SCHEDULE_VERSION.c.name == name, SCHEDULE_VERSION.c.pending, SCHEDULE_VERSION.c.version.not_in(rejected)
    )
    row = tx.conn.execute(waiting.order_by(SCHEDULE_VERSION.c.version.desc())).first()
    if row is None:
        raise Refused(f"no version of {name} waits for approval", "nothing was changed")
    return row


def refuse_if_not_started(row: AnyRow, today: date) -> None:
    """Raise Refused for a version that is not in force on a day."""
    if row.pending:
        raise Refused(f"{row.name} version {row.version} needs the approval of another manager", "approve it first")
    if row.in_force_on is not None and row.in_force_on > today:
        raise Refused(
            f"{row.name} version {row.version} is in force from {row.in_force_on}",
            "publish it with the move of accounts, which then happens on that day",
        )
