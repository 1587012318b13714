"""Publishing a schedule: checked, numbered, stored unchanged."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from difflib import unified_diff
from pathlib import Path
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.eligibility import SUMMARY
from flows.accounts.load import present_schedules
from flows.dunning.versions import review_waiting_accounts
from flows.schedules.check import refuse_if_wrong
from flows.schedules.schedule import SendLetter
from flows.schedules.schedule_file import Source, read_schedule_file, schedule_from
from flows.settings.contracts.queries import agencies_now
from flows.settings.tables.yaml_text import Problem
from letters.check import check_kinds
from letters.docx.shelf import Shelf
from letters.kinds import LetterKind
from models import Account, Enrollment, ScheduleVersion
from models.columns import AnyRow, table
from models.database import Database, Transaction
from models.errors import BadInput, NotFound, Refused

ACCOUNT = table(Account)
ENROLLMENT = table(Enrollment)
SCHEDULE_VERSION = table(ScheduleVersion)

INIT = "init"
"""The publisher of the shipped schedules in a new home."""

SHIPPED = Path(__file__).resolve().parent.parent.parent / "schedules"
SHIPPED_ORDER = ("small-practice", "medicare", "patient-balance")
"""The shipped schedules; each has precedence over the ones before it."""


@dataclass(frozen=True, slots=True)
class PublishedNow:
    """The result of publishing. `fresh` is false when the same text was already the present version."""

    name: str
    version: int
    fresh: bool
    warnings: tuple[Problem, ...]


def publish(
    tx: Transaction,
    source: Source,
    text: str,
    *,
    letters: Collection[str],
    from_on: date | None = None,
    reason: str = "",
) -> PublishedNow:
    """Check a schedule and make it the one that accounts enter, from a day on if one is named; raises BadSchedule,
    and BadInput for a day in the past.

    A text that is already present gets no new version, but has precedence over the other schedules again. Enrolled
    accounts stay on their version; those that have not entered are reviewed in the next run.
    """
    warnings = refuse_if_wrong(source, letters=letters, pools=agencies_now(tx.conn).pools)
    if from_on is not None and from_on < tx.business_date:
        raise BadInput(f"the start date {from_on} is in the past", "enter a later date")
    later = from_on is not None and from_on > tx.business_date
    name = source.words.schedule
    digest = hashlib.sha256(text.encode()).hexdigest()
    top = tx.conn.execute(sa.select(sa.func.coalesce(sa.func.max(SCHEDULE_VERSION.c.precedence), 0))).scalar_one()
    present = _present(tx.conn, name)
    if present is not None and present.digest == digest:
        if present.precedence < top:
            first = sa.update(SCHEDULE_VERSION).where(SCHEDULE_VERSION.c.id == present.id)
            tx.conn.execute(first.values(precedence=top + 1))
            review_waiting_accounts(tx)
        return PublishedNow(name, present.version, False, tuple(warnings))
    version = 1 if present is None else present.version + 1
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
                "present": True,
                "precedence": top + 1,
                "in_force_on": from_on,
                "reason": reason or None,
                "seen": not later,
            }
        ],
    )
    if not later:
        review_waiting_accounts(tx)
    return PublishedNow(name, version, True, tuple(warnings))


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
            if _present(tx.conn, name) is None:
                publish(tx, read_schedule_file(path), path.read_text("utf-8"), letters=letters)
    return list(SHIPPED_ORDER)


def own_version(conn: Connection, name: str, text: str) -> AnyRow | None:
    """The present version of a schedule that a text would replace, if the practice wrote it and not `init`."""
    present = _present(conn, name)
    if present is None or present.published_by == INIT or present.text == text:
        return None
    return present


def changes(row: AnyRow, text: str) -> list[str]:
    """The lines in which a text differs from a published version, as `diff -u` writes them."""
    before = f"{row.name} version {row.version}"
    lines = unified_diff(row.text.splitlines(), text.splitlines(), before, "the shipped text", lineterm="", n=1)
    return list(lines)


def _present(conn: Connection, name: str) -> AnyRow | None:
    query = sa.select(SCHEDULE_VERSION).where(SCHEDULE_VERSION.c.name == name, SCHEDULE_VERSION.c.present)
    return conn.execute(query).first()


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


def list_schedules(conn: Connection, today: date) -> list[PublishedVersion]:
    """Every published version, the newest of those that accounts enter first; `present`: accounts enter it
    on the day."""
    order = (SCHEDULE_VERSION.c.present.desc(), SCHEDULE_VERSION.c.precedence.desc(), SCHEDULE_VERSION.c.version.desc())
    entered = {one.id for one in present_schedules(conn, today)}
    return [
        {
            "schedule": row.name,
            "version": row.version,
            "title": row.title,
            "present": row.id in entered,
            "published_on": row.published_on,
            "published_by": row.published_by,
            "in_force_on": row.in_force_on or row.published_on,
            "reason": row.reason,
            "digest": row.digest,
        }
        for row in conn.execute(sa.select(SCHEDULE_VERSION).order_by(*order))
    ]


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
