"""Recomputes deadlines from the current facts: for one matter when a fact is added, for all of them in bulk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from flows.estates.deadlines.compute import Computed, computed, standing_of
from flows.estates.deadlines.decide import day_that_counts, next_look
from flows.estates.matters.queries import MATTER, MATTER_DEADLINE, accounts_of_matters, petitioned
from flows.people.queries import RUNS
from models import MatterDeadline
from models.columns import AnyRow, ColumnValues, in_keys
from models.database import Transaction, batches, bulk
from models.estate_enums import ENDED, MatterState
from models.estate_events import DeadlineSet

PAGE = 5_000

COLUMNS = (
    "deadline_on",
    "deadline_rule",
    "deadline_kind",
    "deadline_confidence",
    "deadline_citation",
    "deadline_why",
    "file_by_on",
    "earliest_on",
    "latest_on",
    "provisional",
    "open_estate_by",
    "action_due_on",
    "review_on",
    "last_alert_days",
)
"""The values that a computation sets."""

_NEW = tuple(f"new_{name}" for name in COLUMNS)

_SET = (
    sa.update(MATTER)
    .where(MATTER.c.id == sa.bindparam("key"))
    .values({name: sa.bindparam(f"new_{name}") for name in COLUMNS})
)

_READ = sa.select(
    *(
        MATTER.c[name]
        for name in (
            "id",
            "state",
            "jurisdiction",
            "death_on",
            "letters_on",
            "published_on",
            "notice_on",
            "court_set_claim_by",
            "insolvent_on",
            "independent",
            "sue_by_on",
            "no_response_on",
            "no_response_effect",
            "offer_until",
            "reviewed_on",
            "filed_on",
            "not_presented_to",
            *COLUMNS,
        )
    )
)


def recompute(tx: Transaction, matter_ids: Sequence[int]) -> int:
    """Recompute the deadlines of these matters; returns how many changed. Previous deadlines stay in the history."""
    changed = 0
    for part in batches(matter_ids, PAGE):
        changed += _recompute_rows(tx, tx.conn.execute(_READ.where(in_keys(MATTER.c.id, part))).all())
    return changed


@dataclass(frozen=True, slots=True)
class Recomputed:
    """How many matters were processed, and how many deadlines changed."""

    matters: int
    changed: int


def recompute_all(tx: Transaction, state: str | None = None) -> Recomputed:
    """Like recompute, for all open matters, or those of one state, such as after a rule was corrected."""
    matters, changed, after = 0, 0, 0
    running = _READ.where(RUNS) if state is None else _READ.where(RUNS, MATTER.c.jurisdiction == state)
    while rows := tx.conn.execute(running.where(MATTER.c.id > after).order_by(MATTER.c.id).limit(PAGE)).all():
        matters, changed = matters + len(rows), changed + _recompute_rows(tx, rows)
        after = rows[-1].id
    return Recomputed(matters, changed)


def _recompute_rows(tx: Transaction, rows: Sequence[AnyRow]) -> int:
    """Compute the deadlines of a page of matters, read as recompute reads them; returns how many changed."""
    today = tx.business_date
    asked = petitioned(tx.conn, [row.id for row in rows if row.open_estate_by is not None and row.letters_on is None])
    updates: list[ColumnValues] = []
    moved: list[tuple[AnyRow, Computed]] = []
    for row in rows:
        if MatterState(row.state) in ENDED:
            continue
        found = computed(row, today)
        values = _values(row, found, today, petitioned=row.id in asked)
        if values != tuple(row)[-len(COLUMNS) :]:
            updates.append({"key": row.id, **dict(zip(_NEW, values, strict=True))})
        if (found.deadline_on, found.deadline_rule, found.deadline_why) != (
            row.deadline_on,
            row.deadline_rule,
            row.deadline_why,
        ):
            moved.append((row, found))
    if updates:
        bulk(tx.conn, _SET, updates)
    _record(tx, moved)
    return len(moved)


def _values(row: AnyRow, found: Computed, today: date, *, petitioned: bool) -> tuple[Any, ...]:
    """The values that a computation sets, in the order of COLUMNS."""
    standing = standing_of(row, found, petitioned=petitioned)
    counts = day_that_counts(standing)
    act_by = None if counts is None else counts.act_by
    same = act_by == row.action_due_on
    # A different action date restarts the alerts: the matter is reviewed tonight, and every alert is due again. With
    # the same date the review only moves earlier: what is due today is alerted tonight, however often the deadline was
    # computed.
    looks = [day for day in (row.review_on, next_look(standing, today)) if day is not None]
    review_on = min(looks, default=None) if same else today
    return (
        found.deadline_on,
        found.deadline_rule,
        found.deadline_kind,
        found.deadline_confidence,
        found.deadline_citation,
        found.deadline_why,
        found.file_by_on,
        found.earliest_on,
        found.latest_on,
        found.provisional,
        found.open_estate_by,
        act_by,
        review_on,
        row.last_alert_days if same else None,
    )


def _record(tx: Transaction, moved: Sequence[tuple[AnyRow, Computed]]) -> None:
    """Keep the previous deadlines, store the new ones, and record both in the history of every account."""
    if not moved:
        return
    ids = [row.id for row, _ in moved]
    for part in batches(ids):
        old = sa.update(MATTER_DEADLINE).where(
            in_keys(MATTER_DEADLINE.c.matter_id, part), MATTER_DEADLINE.c.replaced_on.is_(None)
        )
        tx.conn.execute(old.values(replaced_on=tx.business_date))
    tx.insert(
        MatterDeadline,
        [
            {
                "id": key,
                "matter_id": row.id,
                "computed_on": tx.business_date,
                "deadline_on": found.deadline_on,
                "file_by_on": found.file_by_on,
                "rule": found.deadline_rule,
                "why": found.deadline_why,
                "citation": found.deadline_citation,
                "replaced_on": None,
            }
            for key, (row, found) in zip(tx.ids(MatterDeadline, len(moved)), moved, strict=True)
        ],
    )
    accounts = accounts_of_matters(tx.conn, ids)
    tx.record_all(
        DeadlineSet(
            account_id=account,
            matter=row.id,
            deadline_on=found.deadline_on,
            file_by_on=found.file_by_on,
            rule=found.deadline_rule,
            citation=found.deadline_citation,
            because=found.deadline_why,
            before=row.deadline_on,
        )
        for row, found in moved
        for account in accounts.get(row.id, ())
    )
