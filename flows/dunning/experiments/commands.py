"""Experiments started and ended by a manager: with a plan that is set before, and a reason for each decision."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, sqrt
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.load import stopped_schedules
from flows.dunning.engine.queries import experiment_on
from flows.dunning.experiments.decide import is_ready, needed_in_each, shares_of
from flows.dunning.experiments.queries import EXPERIMENT, arms_of, arrivals, experiment_row, past_payments
from flows.dunning.versions.publish import PublishedNow, publish, refuse_bad_templates
from flows.dunning.versions.queries import list_schedules, newest_version, schedule_text
from flows.schedules.check import refuse_if_wrong
from flows.schedules.difference import differences
from flows.schedules.schedule import Schedule
from flows.schedules.schedule_file import Source, build, read_source, schedule_from
from flows.settings.contracts.queries import agencies_now
from flows.settings.queries import policy_now
from flows.settings.reasons import require_reason
from flows.settings.tables.yaml_text import BadSchedule
from flows.users.queries import roles_held
from letters.docx.shelf import Shelf
from models import Experiment, ExperimentArm, ScheduleVersion
from models.columns import AnyRow
from models.database import Transaction
from models.enums import ExperimentState, VersionState
from models.errors import BadInput, Refused
from models.values import counted, day_text, dollars

MOST_ARMS = 4
MOST_HOLDOUT = 50
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class ArmWanted:
    """What is tried against the version in force: an earlier version, or a new text."""

    version: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ExperimentWanted:
    """An experiment as it is asked for. `difference_cents`: the smallest difference per guarantor that matters."""

    name: str
    schedule: str
    arms: Sequence[ArmWanted]
    reason: str
    entry_days: int = 90
    follow_days: int = 120
    difference_cents: int = 5_00
    holdout_percent: int = 0


class _ArmChecked(NamedTuple):
    """An arm that may be tried; without a key it is stored as a version first."""

    key: int | None
    source: Source
    text: str


@dataclass(frozen=True, slots=True)
class Planned:
    """What an experiment takes. `needed`: guarantors in each arm, None without enough history; `expected`: how many
    will probably enter each arm."""

    needed: int | None
    expected: int
    difference_cents: int
    entry_until: date
    ready_on: date

    def said(self) -> list[str]:
        """The plan in sentences."""
        found = [
            f"Accounts enter by chance through {day_text(self.entry_until)}. The arms are compared once, on "
            f"{day_text(self.ready_on)}, and not before."
        ]
        if self.needed is None:
            return [*found, "How many people it takes is not known: not enough history."]
        found.append(
            f"Each arm needs about {counted(self.needed, 'guarantor')} to find the difference; "
            f"about {counted(self.expected, 'guarantor')} will enter it."
        )
        if self.expected < self.needed:
            most = (
                ""
                if self.finds_cents is None
                else f" With so many a difference of {dollars(self.finds_cents)} is found."
            )
            found.append(f"That is too few: enter more days, a larger difference, or fewer arms.{most}")
        return found

    @property
    def finds_cents(self) -> int | None:
        """The smallest difference per guarantor that as many people as will probably enter can show."""
        if self.needed is None or self.expected == 0:
            return None
        return ceil(self.difference_cents * sqrt(self.needed / self.expected))


def plan(conn: Connection, wanted: ExperimentWanted, shelf: Shelf, today: date) -> Planned:
    """What an experiment takes; it needs no name and no reason yet. Raises BadInput, Refused or BadSchedule if it
    can't be started as it is planned."""
    control = _control(conn, wanted, today)
    _checked(conn, wanted, shelf, control)
    return _planned(conn, wanted, schedule_from(control.text), today)


def start(tx: Transaction, wanted: ExperimentWanted, shelf: Shelf) -> Planned:
    """Start an experiment today; new accounts enter its arms by chance from the next run on. Raises as `plan`, and
    without a new name and a reason."""
    _refuse_bad_name(tx.conn, wanted)
    control = _control(tx.conn, wanted, tx.business_date)
    arms = _checked(tx.conn, wanted, shelf, control)
    planned = _planned(tx.conn, wanted, schedule_from(control.text), tx.business_date)
    keys = [control.id, *(arm.key or _store(tx, wanted, arm) for arm in arms)]
    number = tx.ids(Experiment, 1)[0]
    row = {
        "id": number,
        "name": wanted.name,
        "schedule": wanted.schedule,
        "state": ExperimentState.RUNNING.value,
        "started_on": tx.business_date,
        "started_by": tx.actor,
        "reason": wanted.reason.strip(),
        "entry_until": planned.entry_until,
        "follow_days": wanted.follow_days,
        "ready_on": planned.ready_on,
        "difference_cents": wanted.difference_cents,
        "needed": planned.needed,
    }
    tx.insert(Experiment, [row])
    shares = shares_of(len(keys), wanted.holdout_percent)
    rows = [_arm_row(number, place, key, share) for place, (key, share) in enumerate(zip(keys, shares, strict=True))]
    if wanted.holdout_percent:
        rows.append({**_arm_row(number, len(keys), control.id, wanted.holdout_percent), "holdout": True})
    tx.insert(ExperimentArm, rows)
    return planned


def _arm_row(number: int, place: int, key: int, percent: int) -> dict[str, object]:
    return {
        "experiment_id": number,
        "place": place,
        "schedule_version_id": key,
        "percent": percent,
        "holdout": False,
    }


def _control(conn: Connection, wanted: ExperimentWanted, today: date) -> AnyRow:
    """The version in force of a schedule on which an experiment may run."""
    _refuse_bad_plan(wanted)
    versions = [row for row in list_schedules(conn, today) if row["schedule"] == wanted.schedule]
    if not versions:
        schedule_text(conn, wanted.schedule)
    later = (VersionState.COMING.value, VersionState.PENDING.value)
    coming = next((row for row in versions if row["state"] in later), None)
    if coming is not None:
        raise Refused(
            f"{wanted.schedule} version {coming['version']} is not in force yet",
            "wait until it is, or reject it; an experiment needs one version in force throughout",
        )
    running = experiment_on(conn, wanted.schedule)
    if running is not None:
        raise Refused(f"the experiment {running} is running on {wanted.schedule}", "end it first")
    if (stopped := stopped_schedules(conn).get(wanted.schedule)) and (stopped.paused or stopped.retired):
        raise Refused(f"{wanted.schedule} is {stopped.paused or stopped.retired}", "resume or reopen it first")
    in_force = next((row for row in versions if row["state"] == VersionState.IN_FORCE.value), None)
    if in_force is None:
        raise Refused(f"no version of {wanted.schedule} is in force", "publish one first")
    return schedule_text(conn, wanted.schedule, in_force["version"])


def _refuse_bad_name(conn: Connection, wanted: ExperimentWanted) -> None:
    """Refuse to start an experiment whose name is wrong or was used before, or that has no reason."""
    if NAME.fullmatch(wanted.name) is None or len(wanted.name) > 60:
        raise BadInput(
            "the name must be lowercase letters, digits and hyphens", "such as final-notice-80", field="name"
        )
    require_reason(wanted.reason, "enter what the experiment is to show")
    if conn.execute(sa.select(EXPERIMENT.c.id).where(EXPERIMENT.c.name == wanted.name)).first() is not None:
        raise BadInput(f'there was an experiment "{wanted.name}" before', "enter another name", field="name")


def _refuse_bad_plan(wanted: ExperimentWanted) -> None:
    if not 1 <= len(wanted.arms) < MOST_ARMS:
        raise BadInput(f"an experiment tries 1 to {MOST_ARMS - 1} versions", "choose fewer, or one more", field="arms")
    bounds = (
        ("entry_days", "days in which accounts enter", wanted.entry_days, 7, 365),
        ("follow_days", "days after the entry that count", wanted.follow_days, 14, 730),
        ("difference_cents", "the difference, in cents", wanted.difference_cents, 1, 1_000_000_00),
        ("holdout_percent", "the percent held out", wanted.holdout_percent, 0, MOST_HOLDOUT),
    )
    for field, words, value, least, most in bounds:
        if not least <= value <= most:
            raise BadInput(f"{words}: {value:,} is not from {least:,} to {most:,}", "correct it", field=field)


def _checked(conn: Connection, wanted: ExperimentWanted, shelf: Shelf, control: AnyRow) -> list[_ArmChecked]:
    present = schedule_from(control.text)
    found: list[_ArmChecked] = []
    for place, asked in enumerate(wanted.arms, 2):
        arm = _arm(conn, wanted.schedule, asked, place)
        _refuse_unfair(arm, present, place)
        if any(not differences(schedule_from(other.text), build(arm.source.words)) for other in found):
            raise BadInput(
                f"version {place} of the experiment is the same as another one", "choose another", field="arms"
            )
        warnings = refuse_if_wrong(
            arm.source, letters=shelf.kinds(), pools=agencies_now(conn).pools, roles=roles_held(conn)
        )
        against_law = [one for one in warnings if one.law]
        if against_law:
            raise BadSchedule(against_law)
        refuse_bad_templates(arm.text, shelf)
        found.append(arm)
    return found


def _arm(conn: Connection, name: str, asked: ArmWanted, place: int) -> _ArmChecked:
    if asked.version is not None:
        row = schedule_text(conn, name, asked.version)
        if row.pending:
            raise Refused(f"{name} version {row.version} was not approved", "choose another version")
        return _ArmChecked(row.id, read_source(row.text, f"{name} version {row.version}"), row.text)
    if policy_now(conn).schedule_approval:
        raise Refused(
            "a new text needs the approval of another manager (setting schedule_approval)",
            "publish it, have it approved, go back to the present version, and then try the approved version",
        )
    text = asked.text or ""
    return _ArmChecked(None, read_source(text, f"text {place}"), text)


def _refuse_unfair(arm: _ArmChecked, present: Schedule, place: int) -> None:
    """Only what happens after the entry may differ: the same accounts must be able to enter each arm."""
    other = build(arm.source.words)
    if other.name != present.name:
        raise BadInput(
            f'version {place} is of the schedule "{other.name}"', f"choose one of {present.name}", field="arms"
        )
    if (other.enter, other.anchor) != (present.enter, present.anchor):
        raise BadInput(
            f"version {place} is entered by other accounts than the version in force",
            "an experiment compares the same accounts: keep `enter` and `anchor` as they are",
            field="arms",
        )
    if not differences(present, other):
        raise BadInput(f"version {place} does not differ from the version in force", "choose another one", field="arms")


def _planned(conn: Connection, wanted: ExperimentWanted, schedule: Schedule, today: date) -> Planned:
    overdue = schedule.enter.overdue_days
    past = past_payments(conn, wanted.schedule, overdue, wanted.follow_days, today)
    share = min(shares_of(len(wanted.arms) + 1, wanted.holdout_percent)) / 100
    until = today + timedelta(days=wanted.entry_days)
    return Planned(
        needed=needed_in_each(past, wanted.difference_cents, len(wanted.arms)),
        difference_cents=wanted.difference_cents,
        expected=round(arrivals(conn, wanted.schedule, overdue, today) * wanted.entry_days / 30 * share),
        entry_until=until,
        ready_on=until + timedelta(days=wanted.follow_days + 1),
    )


def _store(tx: Transaction, wanted: ExperimentWanted, arm: _ArmChecked) -> int:
    """Store a new text as a version that accounts enter only by the experiment."""
    key = tx.ids(ScheduleVersion, 1)[0]
    row = {
        "id": key,
        "name": wanted.schedule,
        "version": newest_version(tx.conn, wanted.schedule) + 1,
        "title": arm.source.words.title,
        "text": arm.text,
        "digest": hashlib.sha256(arm.text.encode()).hexdigest(),
        "published_on": tx.business_date,
        "published_by": tx.actor,
        "present": False,
        "precedence": 0,
        "in_force_on": None,
        "reason": f"experiment {wanted.name}: {wanted.reason.strip()}",
        "seen": True,
        "migrate": False,
        "step_names": "{}",
        "pending": False,
        "trial": True,
    }
    tx.insert(ScheduleVersion, [row])
    return key


def stop(tx: Transaction, name: str, reason: str, *, winner: int | None, shelf: Shelf) -> PublishedNow | None:
    """End an experiment: publish the version of one of its arms for new accounts, or none. Accounts stay in the arm
    that they entered.

    Before its day it can only be stopped, without a comparison. Raises NotFound, Refused and BadInput.
    """
    row = experiment_row(tx.conn, name)
    if row.state != ExperimentState.RUNNING.value:
        raise Refused(f"the experiment {name} ended on {row.ended_on}", "nothing was changed")
    require_reason(reason)
    ready = is_ready(row.ready_on, tx.business_date)
    if winner is not None and not ready:
        raise Refused(
            f"the arms are compared on {row.ready_on}, and a winner can't be published before",
            "stop the experiment without a winner, or wait",
        )
    arms = arms_of(tx.conn, row.id)
    chosen = next((arm for arm in arms if arm.version == winner), None)
    if winner is not None and chosen is None:
        versions = ", ".join(str(arm.version) for arm in arms if not arm.holdout)
        raise BadInput(f"version {winner} is not part of the experiment", f"choose one of {versions}", field="winner")
    state = ExperimentState.DECIDED if ready else ExperimentState.STOPPED
    ended = {"ended_on": tx.business_date, "ended_by": tx.actor, "end_reason": reason.strip(), "winner": winner}
    this = sa.update(EXPERIMENT).where(EXPERIMENT.c.id == row.id)
    tx.conn.execute(this.values(state=state.value, **ended))
    if chosen is None or chosen.place == 0:
        return None
    why = f"winner of the experiment {name}: {reason.strip()}"
    return publish(tx, read_source(chosen.text, name), chosen.text, letters=shelf.kinds(), reason=why)
