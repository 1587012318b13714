"""Accounts that move to another version of their schedule, to another schedule, or out of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import orjson
import sqlalchemy as sa

from flows.accounts.counts import Count, Counts
from flows.accounts.happenings import NOT_PENDING
from flows.accounts.load import groups_of, groups_of_accounts, schedules_by_id
from flows.accounts.pages import PAGE
from flows.accounts.snapshot import AccountNow, GroupNow
from flows.dunning.engine.migrate import Migrated, migrated
from flows.dunning.versions.queries import (
    SCHEDULE_VERSION,
    guarantors_on_others,
    refuse_during_experiment,
    schedule_text,
)
from flows.schedules.difference import renames
from flows.schedules.schedule import Schedule
from flows.schedules.schedule_file import schedule_from
from flows.settings.reasons import require_reason
from models import Enrollment, StepTaken
from models.columns import AnyRow, ColumnValues, in_keys, table
from models.database import Database, Transaction, batches, bulk
from models.enums import EnrollmentState
from models.errors import Refused
from models.events import Enrolled, ScheduleChanged, ScheduleFinished

ENROLLMENT = table(Enrollment)

WHY = "enter why, for the history of each account"


@dataclass(frozen=True, slots=True)
class Target:
    """The version that accounts move to. `step_names`: the new names of its renamed steps, by the old ones."""

    id: int
    name: str
    version: int
    schedule: Schedule
    reason: str
    step_names: Mapping[str, str] = field(default_factory=dict[str, str])
    tried: frozenset[int] = frozenset()
    """Accounts that stay: they entered an arm of an experiment."""


def target_of(row: AnyRow, reason: str | None = None) -> Target:
    """A version as the target of a move."""
    schedule = schedule_from(row.text)
    return Target(
        row.id, row.name, row.version, schedule, reason or row.reason or "moved", orjson.loads(row.step_names)
    )


def migrate(database: Database, target: Target, actor: str, today: date) -> Counts:
    """Move every account of a schedule to a version of it, a page at a time; returns the counts. Raises Refused while
    an experiment is running on the schedule.

    Resumable: what has moved is not moved again, and a run that was stopped continues with the rest.
    """
    with database.reading() as conn:
        refuse_during_experiment(conn, target.name)
        guarantors = guarantors_on_others(conn, target.name, target.id)
    counts = Counts()
    for part in batches(guarantors, PAGE):
        with database.transaction(actor=actor, business_date=today) as tx:
            counts += _migrate_page(tx, part, target)
    return counts


def _migrate_page(tx: Transaction, guarantors: Sequence[int], target: Target) -> Counts:
    schedules = schedules_by_id(tx.conn)
    groups, _ = groups_of(tx.conn, guarantors, tx.business_date)
    mine = [
        account
        for group in groups
        for account in group.accounts
        if account.schedule_version_id != target.id
        and account.id not in target.tried
        and schedules[account.schedule_version_id].name == target.name
    ]
    return move_accounts(tx, mine, target, schedules)


def move_accounts(
    tx: Transaction, accounts: Sequence[AccountNow], target: Target, schedules: Mapping[int, Schedule]
) -> Counts:
    """Move accounts to a version; those that have completed steps of which it has none stay where they are."""
    columns = SCHEDULE_VERSION.c
    versions = {row.id: row for row in tx.conn.execute(sa.select(columns.id, columns.name, columns.version))}
    on = {account.schedule_version_id for account in accounts}
    step_names = {key: {**renames(schedules[key], target.schedule), **target.step_names} for key in on}
    moves: list[ColumnValues] = []
    steps: list[ColumnValues] = []
    counts = Counts()
    for account in accounts:
        old_id = account.schedule_version_id
        names = step_names[old_id]
        moved = migrated(account, target.id, schedules[old_id], target.schedule, names, tx.business_date)
        if moved is None:
            counts[Count.NOT_MIGRATED] += 1
            continue
        moves.append(_move_row(moved, target, tx.business_date))
        steps.extend(_step_rows(account, moved))
        tx.record(_changed(account, moved, versions[old_id], target))
        counts[Count.MIGRATED] += 1
    if moves:
        bulk(tx.conn, _MOVE, moves)
    tx.insert(StepTaken, steps)
    return counts


def _move_row(moved: Migrated, target: Target, today: date) -> ColumnValues:
    after = moved.account
    return {
        "key": after.id,
        "version": target.id,
        "delay": after.delay_days,
        "next": today,
        "trigger": None if after.pending is None else after.pending.on.value,
        "mark": None if after.pending is None else after.pending.mark,
    }


def _step_rows(account: AccountNow, moved: Migrated) -> list[ColumnValues]:
    """The steps that the move itself records as completed or skipped."""
    return [
        {
            "account_id": account.id,
            "cycle": account.cycle,
            "step": name,
            "outcome": done.outcome.value,
            "on": done.on,
            "why": why,
        }
        for name, (done, why) in moved.fresh.items()
    ]


def _changed(account: AccountNow, moved: Migrated, was: AnyRow, target: Target) -> ScheduleChanged:
    return ScheduleChanged(
        account_id=account.id,
        cycle=account.cycle,
        schedule_version_id=target.id,
        from_schedule=was.name,
        from_version=was.version,
        to_schedule=target.name,
        to_version=target.version,
        reached=moved.reached,
        reason=target.reason,
    )


_MOVE = (
    sa.update(ENROLLMENT)
    .where(ENROLLMENT.c.account_id == sa.bindparam("key"))
    .values(
        schedule_version_id=sa.bindparam("version"),
        delay_days=sa.bindparam("delay"),
        next_action_on=sa.bindparam("next"),
        pending_trigger=sa.bindparam("trigger"),
        pending_trigger_id=sa.bindparam("mark"),
    )
)


def move_to(tx: Transaction, account_ids: Sequence[int], name: str, reason: str) -> Counts:
    """Move accounts to the present version of another schedule, each to the place of the steps that both have; those
    in no schedule enter it. Returns the counts.

    Raises NotFound for the schedule, and Refused for an account that can't be moved; then none is.
    """
    require_reason(reason, WHY)
    row = schedule_text(tx.conn, name)
    target = target_of(row, reason)
    schedules = schedules_by_id(tx.conn)
    groups, unread = groups_of_accounts(tx.conn, account_ids, tx.business_date)
    if unread:
        raise Refused("an account can't be read", "resolve the exception first")
    states = _states(tx, account_ids)
    moving: list[AccountNow] = []
    entering: list[tuple[GroupNow, AccountNow]] = []
    for group in groups:
        for account in group.accounts:
            _refuse_unmovable(account, states.get(account.id), target)
            anchored = replace(account, anchor_on=_anchor(account, target.schedule))
            if states.get(account.id) == EnrollmentState.ACTIVE.value:
                moving.append(anchored)
            else:
                entering.append((group, anchored))
    counts = move_accounts(tx, moving, target, schedules)
    _set_anchors(tx, moving)
    _enroll(tx, entering, target)
    counts[Count.ENTERED] += len(entering)
    return counts


def _states(tx: Transaction, account_ids: Sequence[int]) -> dict[int, str]:
    query = sa.select(ENROLLMENT.c.account_id, ENROLLMENT.c.state)
    return {
        row[0]: row[1]
        for part in batches(account_ids)
        for row in tx.conn.execute(query.where(in_keys(ENROLLMENT.c.account_id, part)))
    }


def _refuse_unmovable(account: AccountNow, state: str | None, target: Target) -> None:
    if account.balance_cents <= 0:
        raise Refused(f"account {account.number} has no balance due", "nothing was moved")
    if state == EnrollmentState.SET_ASIDE.value:
        raise Refused(f"account {account.number} is an exception", "resolve the exception first; nothing was moved")
    if state == EnrollmentState.ACTIVE.value and account.schedule_version_id == target.id:
        raise Refused(
            f"account {account.number} is already on {target.name} version {target.version}", "nothing was moved"
        )


def _anchor(account: AccountNow, schedule: Schedule) -> date:
    on = account.first_statement_on if schedule.anchor == "first_statement_on" else account.service_from
    if on is None:
        raise Refused(
            f"account {account.number} has no first statement date, from which {schedule.name} counts",
            "record its first statement first; nothing was moved",
        )
    return on


def _set_anchors(tx: Transaction, accounts: Sequence[AccountNow]) -> None:
    anchored = sa.update(ENROLLMENT).where(ENROLLMENT.c.account_id == sa.bindparam("key"))
    if accounts:
        rows = [{"key": one.id, "anchor": one.anchor_on} for one in accounts]
        bulk(tx.conn, anchored.values(anchor_on=sa.bindparam("anchor")), rows)


def _enroll(tx: Transaction, entering: Sequence[tuple[GroupNow, AccountNow]], target: Target) -> None:
    """Enroll accounts in no schedule; one that had completed another keeps the steps that both have."""
    known = _states(tx, [account.id for _, account in entering])
    fresh = [
        {
            "account_id": account.id,
            "guarantor_id": group.person.id,
            "creditor_id": group.creditor.id,
            "schedule_version_id": target.id,
            "cycle": account.cycle,
            "anchor_on": account.anchor_on,
            "state": EnrollmentState.ACTIVE.value,
            "delay_days": 0,
            "next_action_on": tx.business_date,
        }
        for group, account in entering
    ]
    for row in fresh:
        if row["account_id"] in known:
            again = sa.update(ENROLLMENT).where(ENROLLMENT.c.account_id == row["account_id"])
            tx.conn.execute(again.values(**{name: value for name, value in row.items() if name != "account_id"}))
    tx.insert(Enrollment, [row for row in fresh if row["account_id"] not in known])
    for _, account in entering:
        tx.record(
            Enrolled(
                account_id=account.id,
                cycle=account.cycle,
                schedule_version_id=target.id,
                schedule=target.name,
                version=target.version,
                anchor_on=account.anchor_on,
            )
        )


def move_out(tx: Transaction, account_ids: Sequence[int], reason: str) -> Counts:
    """Take accounts out of their schedules; returns the counts. They enter none again by themselves."""
    require_reason(reason, WHY)
    groups, _ = groups_of_accounts(tx.conn, account_ids, tx.business_date)
    states = _states(tx, account_ids)
    out = [
        account
        for group in groups
        for account in group.accounts
        if states.get(account.id) in (EnrollmentState.ACTIVE.value, EnrollmentState.SET_ASIDE.value)
    ]
    for part in batches([account.id for account in out]):
        ended = sa.update(ENROLLMENT).where(in_keys(ENROLLMENT.c.account_id, part))
        finished = {"state": EnrollmentState.FINISHED.value, "next_action_on": None, **NOT_PENDING}
        tx.conn.execute(ended.values(**finished))
    tx.record_all(
        ScheduleFinished(
            account_id=account.id,
            cycle=account.cycle,
            schedule_version_id=account.schedule_version_id,
            reason=f"taken out of the schedule: {reason.strip()}",
        )
        for account in out
    )
    return Counts({Count.FINISHED: len(out)})
