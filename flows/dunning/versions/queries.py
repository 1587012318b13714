"""Reads of schedule versions: listed, with their text, and how many accounts are on each."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.load import Stopped, present_schedules, stopped_schedules
from flows.dunning.engine.queries import experiment_on
from flows.schedules.difference import differences
from flows.schedules.schedule_file import schedule_from
from models import Enrollment, Experiment, ExperimentAccount, ScheduleAction, ScheduleVersion
from models.columns import AnyRow, table
from models.enums import EnrollmentState, ScheduleDecision, VersionState
from models.errors import NotFound, Refused
from models.labels import label_of
from models.values import day_text

ACTION = table(ScheduleAction)
ENROLLMENT = table(Enrollment)
EXPERIMENT = table(Experiment)
JOINED = table(ExperimentAccount)
SCHEDULE_VERSION = table(ScheduleVersion)

INIT = "init"
"""The publisher of the shipped schedules in a new home."""


def present_version(conn: Connection, name: str) -> AnyRow | None:
    """The newest version of a schedule, by its name."""
    query = sa.select(SCHEDULE_VERSION).where(SCHEDULE_VERSION.c.name == name, SCHEDULE_VERSION.c.present)
    return conn.execute(query).first()


def version_in_force(conn: Connection, name: str, today: date) -> AnyRow | None:
    """The version of a schedule that is in force on a day, also of a retired one."""
    rows = conn.execute(sa.select(SCHEDULE_VERSION).where(SCHEDULE_VERSION.c.name == name)).all()
    key = _newest_in_force(rows, today).get(name)
    return next((row for row in rows if row.id == key), None)


def own_version(conn: Connection, name: str, text: str) -> AnyRow | None:
    """The present version of a schedule that a text would replace, if the practice wrote it and not `init`."""
    present = present_version(conn, name)
    if present is None or present.published_by == INIT or present.text == text:
        return None
    return present


class PublishedVersion(TypedDict):
    """A version of a schedule as programs read it. `present`: accounts enter it on the day that was asked about."""

    schedule: str
    version: int
    title: str
    present: bool
    published_on: date
    published_by: str
    in_force_on: date
    reason: str | None
    digest: str
    state: str
    stopped: str | None
    accounts: int


def list_schedules(conn: Connection, today: date) -> list[PublishedVersion]:
    """Every published version, the newest of those that accounts enter first; `present`: accounts enter it
    on the day."""
    order = (SCHEDULE_VERSION.c.present.desc(), SCHEDULE_VERSION.c.precedence.desc(), SCHEDULE_VERSION.c.version.desc())
    rows = conn.execute(sa.select(SCHEDULE_VERSION).order_by(*order)).all()
    entered = {one.id for one in present_schedules(conn, today)}
    stopped = stopped_schedules(conn)
    accounts = accounts_by_version(conn)
    rejected = _rejected(conn)
    newest, coming = _newest_in_force(rows, today), _coming(rows, today)
    return [
        {
            "schedule": row.name,
            "version": row.version,
            "title": row.title,
            "present": row.id in entered,
            "published_on": row.published_on,
            "published_by": row.published_by,
            "in_force_on": _starts_on(row),
            "reason": row.reason,
            "digest": row.digest,
            "state": _state(row, newest, coming, rejected).value,
            "stopped": _stop_said(stopped.get(row.name)) if row.id in newest.values() else None,
            "accounts": accounts.get(row.id, 0),
        }
        for row in rows
    ]


def _starts_on(row: AnyRow) -> date:
    """The first day on which a version is in force."""
    return row.in_force_on or row.published_on


def _rejected(conn: Connection) -> set[tuple[str, int]]:
    query = sa.select(ACTION.c.name, ACTION.c.version).where(ACTION.c.action == ScheduleDecision.REJECTED.value)
    return {(row[0], row[1]) for row in conn.execute(query)}


def _newest_in_force(rows: Sequence[AnyRow], today: date) -> dict[str, int]:
    """The key of the version in force of each schedule, also of a retired one."""
    started = [
        row for row in rows if not (row.pending or row.trial) and (row.in_force_on is None or row.in_force_on <= today)
    ]
    return {row.name: row.id for row in sorted(started, key=lambda row: row.version)}


def _coming(rows: Sequence[AnyRow], today: date) -> set[int]:
    """The keys of the versions that will take effect: no later version is in force by then."""
    published = [row for row in rows if not (row.pending or row.trial)]
    starts = {row.id: _starts_on(row) for row in published}
    return {
        row.id
        for row in published
        if starts[row.id] > today
        and not any(
            other.name == row.name and other.version > row.version and starts[other.id] <= starts[row.id]
            for other in published
        )
    }


def _state(row: AnyRow, newest: Mapping[str, int], coming: set[int], rejected: set[tuple[str, int]]) -> VersionState:
    if row.trial:
        return VersionState.TRIAL
    if row.pending:
        return VersionState.REJECTED if (row.name, row.version) in rejected else VersionState.PENDING
    if newest.get(row.name) == row.id:
        return VersionState.IN_FORCE
    return VersionState.COMING if row.id in coming else VersionState.RETIRED


def _stop_said(stopped: Stopped | None) -> str | None:
    return None if stopped is None else stopped.paused or stopped.retired


def schedule_text(conn: Connection, name: str, version: int | None = None) -> AnyRow:
    """A published version with its text, the present one by default; raises NotFound."""
    query = sa.select(SCHEDULE_VERSION).where(SCHEDULE_VERSION.c.name == name)
    query = (
        query.where(SCHEDULE_VERSION.c.present)
        if version is None
        else query.where(SCHEDULE_VERSION.c.version == version)
    )
    row = conn.execute(query).first()
    if row is None:
        versions = sa.select(SCHEDULE_VERSION.c.name, SCHEDULE_VERSION.c.version)
        by_name = versions.order_by(SCHEDULE_VERSION.c.name, SCHEDULE_VERSION.c.version)
        known = ", ".join(f"{one.name} {one.version}" for one in conn.execute(by_name))
        asked = name if version is None else f"{name} {version}"
        raise NotFound(f'there is no schedule "{asked}"', f"published schedules: {known or 'none'}")
    return row


def known_schedule(conn: Connection, name: str) -> None:
    """Raise NotFound for a name that no published schedule has."""
    schedule_text(conn, name, newest_version(conn, name))


def newest_version(conn: Connection, name: str) -> int:
    """The highest number of a schedule's versions; 0 if it has none."""
    newest = sa.select(sa.func.max(SCHEDULE_VERSION.c.version)).where(SCHEDULE_VERSION.c.name == name)
    return conn.execute(newest).scalar() or 0


def refuse_during_experiment(conn: Connection, name: str) -> None:
    """Raise Refused if an experiment is running on a schedule: another version would spoil its comparison."""
    running = experiment_on(conn, name)
    if running is not None:
        raise Refused(f"the experiment {running} is running on {name}", "end the experiment first")


def guarantors_on_others(conn: Connection, name: str, version_id: int) -> list[int]:
    """The guarantors with an account under way on another version of a schedule."""
    others = sa.select(SCHEDULE_VERSION.c.id).where(
        SCHEDULE_VERSION.c.name == name, SCHEDULE_VERSION.c.id != version_id
    )
    query = (
        sa.select(ENROLLMENT.c.guarantor_id)
        .where(ENROLLMENT.c.schedule_version_id.in_(others), ENROLLMENT.c.state == EnrollmentState.ACTIVE.value)
        .distinct()
    )
    return sorted(conn.execute(query).scalars())


def accounts_tried(conn: Connection, version: AnyRow) -> frozenset[int]:
    """The accounts that entered an experiment on a schedule since a version of it was in force."""
    since = _starts_on(version)
    query = (
        sa.select(JOINED.c.account_id)
        .join(EXPERIMENT, EXPERIMENT.c.id == JOINED.c.experiment_id)
        .where(EXPERIMENT.c.schedule == version.name, EXPERIMENT.c.started_on >= since)
    )
    return frozenset(conn.execute(query).scalars())


def accounts_by_version(conn: Connection) -> dict[int, int]:
    """How many accounts are under way on each version, by its key."""
    query = (
        sa.select(ENROLLMENT.c.schedule_version_id, sa.func.count())
        .where(ENROLLMENT.c.state == EnrollmentState.ACTIVE.value)
        .group_by(ENROLLMENT.c.schedule_version_id)
    )
    return {row[0]: row[1] for row in conn.execute(query)}


class HistoryLine(TypedDict):
    """One line in the history of a schedule."""

    on: date
    what: str
    version: int | None
    by: str
    reason: str | None
    sentence: str


def history_of(conn: Connection, name: str) -> list[HistoryLine]:
    """Everything that was decided about a schedule, the newest first: each version with what it changed, and every
    other decision. Raises NotFound."""
    known_schedule(conn, name)
    versions = conn.execute(
        sa.select(SCHEDULE_VERSION).where(SCHEDULE_VERSION.c.name == name).order_by(SCHEDULE_VERSION.c.version)
    ).all()
    actions = conn.execute(sa.select(ACTION).where(ACTION.c.name == name).order_by(ACTION.c.id)).all()
    lines = [_published(row, _in_force_before(row, versions)) for row in versions]
    for row in actions:
        what = label_of(ScheduleDecision, row.action)
        back = " to" if row.action == ScheduleDecision.ROLLED_BACK.value else ""
        which = "" if row.version is None else f"{back} version {row.version}"
        lines.append(
            {
                "on": row.on,
                "what": row.action,
                "version": row.version,
                "by": row.by,
                "reason": row.reason,
                "sentence": f"{what}{which}: {row.reason}",
            }
        )
    return sorted(lines, key=lambda line: line["on"])[::-1]


def _in_force_before(row: AnyRow, versions: Sequence[AnyRow]) -> AnyRow | None:
    """The version that was in force when another one was published; the one before it if none was."""
    earlier = [one for one in versions if one.version < row.version and not (one.trial or one.pending)]
    started = [one for one in earlier if _starts_on(one) <= row.published_on]
    return (started or earlier or [None])[-1]


def _published(row: AnyRow, before: AnyRow | None) -> HistoryLine:
    start = _starts_on(row)
    changed = [] if before is None else differences(schedule_from(before.text), schedule_from(row.text))
    said = " ".join(one.sentence for one in changed) or ("First version." if before is None else "No changes.")
    return {
        "on": row.published_on,
        "what": "published",
        "version": row.version,
        "by": row.published_by,
        "reason": row.reason,
        "sentence": f"Version {row.version} published, in force from {day_text(start)}. {said}",
    }


def migrating(conn: Connection, today: date) -> list[AnyRow]:
    """The versions in force on a day that accounts under way move to."""
    rows = conn.execute(sa.select(SCHEDULE_VERSION).order_by(SCHEDULE_VERSION.c.version)).all()
    newest = _newest_in_force(rows, today)
    return [row for row in rows if row.migrate and newest.get(row.name) == row.id]
