"""Publishing a schedule: checked, numbered, stored unchanged."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

import orjson
import sqlalchemy as sa

from flows.accounts.eligibility import SUMMARY
from flows.dunning.versions.commands import record_decision, review_waiting_accounts
from flows.dunning.versions.queries import (
    INIT,
    SCHEDULE_VERSION,
    newest_version,
    present_version,
    refuse_during_experiment,
    schedule_text,
)
from flows.schedules.check import refuse_if_wrong
from flows.schedules.difference import differences
from flows.schedules.schedule import SendLetter
from flows.schedules.schedule_file import Source, read_schedule_file, read_source, schedule_from
from flows.settings.contracts.queries import agencies_now
from flows.settings.queries import policy_now
from flows.settings.tables.yaml_text import Problem, nearest
from flows.users.queries import roles_held
from letters.check import check_kinds
from letters.docx.shelf import Shelf
from letters.kinds import LetterKind
from models import ScheduleVersion
from models.columns import AnyRow
from models.database import Database, Transaction
from models.enums import ScheduleDecision
from models.errors import BadInput, Refused

SHIPPED = Path(__file__).resolve().parents[3] / "schedules"
SHIPPED_ORDER = ("small-practice", "medicare", "patient-balance")
"""The shipped schedules; each has precedence over the ones before it."""


@dataclass(frozen=True, slots=True)
class PublishedNow:
    """The result of publishing. `fresh` is false when the same text was already the present version; `pending`: a
    second person must approve it."""

    name: str
    version: int
    fresh: bool
    warnings: tuple[Problem, ...]
    pending: bool = False


def publish(
    tx: Transaction,
    source: Source,
    text: str,
    *,
    letters: Collection[str],
    from_on: date | None = None,
    reason: str = "",
    migrate: bool = False,
    step_names: Mapping[str, str] = MappingProxyType({}),
) -> PublishedNow:
    """Check a schedule and make it the one that accounts enter, from a day on if one is named; raises BadSchedule,
    and BadInput for a day in the past or a step that is not there.

    A text that is already present gets no new version, but has precedence over the other schedules again. Enrolled
    accounts stay on their version, or move to it on its first day if `migrate`; those that have not entered are
    reviewed in the next run. It waits for a second person's approval if the settings ask for it.
    """
    warnings = refuse_if_wrong(source, letters=letters, pools=agencies_now(tx.conn).pools, roles=roles_held(tx.conn))
    if from_on is not None and from_on < tx.business_date:
        raise BadInput(f"the start date {from_on} is in the past", "enter a later date")
    later = from_on is not None and from_on > tx.business_date
    name = source.words.schedule
    refuse_during_experiment(tx.conn, name)
    digest = hashlib.sha256(text.encode()).hexdigest()
    top = tx.conn.execute(sa.select(sa.func.coalesce(sa.func.max(SCHEDULE_VERSION.c.precedence), 0))).scalar_one()
    present = present_version(tx.conn, name)
    if present is not None and present.digest == digest:
        _put_first(tx, present, top)
        return PublishedNow(name, present.version, False, tuple(warnings))
    _refuse_unknown_steps(tx, source, step_names)
    version = newest_version(tx.conn, name) + 1
    pending = present is not None and tx.actor != INIT and policy_now(tx.conn).schedule_approval
    if not pending:
        tx.conn.execute(sa.update(SCHEDULE_VERSION).where(SCHEDULE_VERSION.c.name == name).values(present=False))
    tx.insert(
        ScheduleVersion,
        [
            {
                "id": tx.ids(ScheduleVersion, 1)[0],
                "name": name,
                "version": version,
                "title": source.words.title,
                "text": text,
                "digest": digest,
                "published_on": tx.business_date,
                "published_by": tx.actor,
                "present": not pending,
                "precedence": top + 1,
                "in_force_on": from_on,
                "reason": reason or None,
                # The next run sees it, and moves the accounts under way.
                "seen": not (later or pending or migrate),
                "migrate": migrate,
                "step_names": orjson.dumps(dict(step_names)).decode(),
                "pending": pending,
            }
        ],
    )
    if not (later or pending):
        review_waiting_accounts(tx)
    return PublishedNow(name, version, True, tuple(warnings), pending)


def _put_first(tx: Transaction, present: AnyRow, top: int) -> None:
    """A present version has precedence over the other schedules again."""
    if present.precedence < top:
        first = sa.update(SCHEDULE_VERSION).where(SCHEDULE_VERSION.c.id == present.id)
        tx.conn.execute(first.values(precedence=top + 1))
        review_waiting_accounts(tx)


def _refuse_unknown_steps(tx: Transaction, source: Source, step_names: Mapping[str, str]) -> None:
    """Raise BadInput for a renamed step that no earlier version has, or that the new one has not."""
    ids = {step.id for step in source.words.steps}
    earlier = tx.conn.execute(
        sa.select(SCHEDULE_VERSION.c.text).where(SCHEDULE_VERSION.c.name == source.words.schedule)
    )
    known = {step.id for text in earlier.scalars() for step in schedule_from(text).steps}
    for old, new in step_names.items():
        if old not in known:
            raise BadInput(f'no earlier version has the step "{old}"', f"enter one of its steps{nearest(old, known)}")
        if new not in ids:
            raise BadInput(f'the new version has no step "{new}"', f"enter one of its steps{nearest(new, ids)}")


def roll_back(
    tx: Transaction, name: str, version: int, *, shelf: Shelf, reason: str, migrate: bool = False
) -> PublishedNow:
    """Publish the text of an earlier version again, as a new version with its own reason. Raises NotFound, and
    Refused if it is the one in force or if one of its letters can't be written."""
    row = schedule_text(tx.conn, name, version)
    refuse_bad_templates(row.text, shelf)
    present = present_version(tx.conn, name)
    if present is not None and present.digest == row.digest:
        raise Refused(f"{name} version {present.version} has the same text as version {version}", "nothing was changed")
    record_decision(tx, name, ScheduleDecision.ROLLED_BACK, reason, version)
    source = read_source(row.text, f"{name} version {version}")
    why = f"back to version {version}: {reason.strip()}"
    return publish(tx, source, row.text, letters=shelf.kinds(), reason=why, migrate=migrate)


def kinds_sent(text: str) -> list[str]:
    """The kinds of letters that a schedule sends or encloses, and what goes with a charity's last notice
    automatically."""
    schedule = schedule_from(text)
    acts = [*(step.act for step in schedule.steps), *(happening.act for happening in schedule.on.values())]
    letters = [act for act in acts if isinstance(act, SendLetter)]
    sent = {kind for letter in letters for kind in (letter.kind, *letter.enclose)}
    return sorted(sent | ({SUMMARY} if LetterKind.FINAL_NOTICE in sent else set()))


def refuse_bad_templates(text: str, shelf: Shelf) -> None:
    """Raise Refused if a letter of a schedule can't be written correctly, with all problems."""
    problems = check_kinds(shelf, kinds_sent(text))
    if problems:
        raise Refused("the letters of the schedule can't be sent as they are:\n" + "\n".join(map(str, problems)))


def publish_shipped(database: Database, today: date, letters: Collection[str]) -> list[str]:
    """Publish the shipped schedules that were never published; returns their names."""
    for name in SHIPPED_ORDER:
        path = SHIPPED / f"{name}.yaml"
        with database.transaction(actor=INIT, business_date=today) as tx:
            if present_version(tx.conn, name) is None:
                publish(tx, read_schedule_file(path), path.read_text("utf-8"), letters=letters)
    return list(SHIPPED_ORDER)


def changes(row: AnyRow, text: str) -> list[str]:
    """What a text changes in a published version, as sentences."""
    return [one.sentence for one in differences(schedule_from(row.text), schedule_from(text))]
