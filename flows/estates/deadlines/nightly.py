"""The nightly run for matters: deadlines recomputed, alerts sent, reminders created."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from flows.accounts.counts import Count, Counts
from flows.accounts.pages import Subject, close_not_due, each_alone, subject_of
from flows.estates.claims.decide import said
from flows.estates.claims.weigh import weigh
from flows.estates.deadlines.alerts import desk_task, notify_accounts, send_alerts
from flows.estates.deadlines.commands import recompute
from flows.estates.deadlines.compute import standing_of, stored
from flows.estates.deadlines.decide import Alarm, AlarmKind, DayThatCounts, Standing, alarms, day_that_counts, next_look
from flows.estates.death.later_services import matters_to_watch, watch_services
from flows.estates.documents.commands import Desk
from flows.estates.matters.facts import count_publications, publications_due
from flows.estates.matters.numbers import matter_number
from flows.estates.matters.queries import ACCOUNT, FACT, MATTER, MATTER_ACCOUNT, matter_row, petitioned
from flows.estates.payments.reminders import remind
from flows.people.queries import RUNS
from models.columns import AnyRow, in_keys
from models.database import Database, Transaction
from models.estate_enums import EstateFactName, MatterState
from models.task_kinds import TaskKind

ACTOR = "estates"
NOUN = "estate matter"
PUBLISHED, SERVICES = f"the publications of {NOUN}", f"the services of {NOUN}"
"""Two separate kinds of work: success with one does not clear an exception of the other."""

AGREED = frozenset({MatterState.COMPROMISED, MatterState.AWAITING_PAYMENT})


def watch_estates(database: Database, desk: Desk, today: date) -> Counts:
    """Process every matter due for review, then those with tasks about services after the death; returns the counts. A
    matter that fails becomes an exception with a task."""

    def look(tx: Transaction, keys: Sequence[int]) -> Counts:
        return _watch_page(tx, desk, keys)

    counts = Counts()
    with database.reading() as conn:
        published = publications_due(conn, today)
    counts += each_alone(database, ACTOR, today, PUBLISHED, published, count_publications, matter_subject)
    seen: set[int] = set()
    # One matter can bring forward the review of another, so the query repeats until no unprocessed matter is left.
    while keys := [key for key in _due(database, today) if key not in seen]:
        counts += each_alone(database, ACTOR, today, NOUN, keys, look, matter_subject, all_due=False)
        seen.update(keys)
    close_not_due(database, ACTOR, today, NOUN, _due(database, today))
    with database.reading() as conn:
        watched = matters_to_watch(conn)
    return counts + each_alone(database, ACTOR, today, SERVICES, watched, _watch_services, matter_subject)


def _due(database: Database, today: date) -> list[int]:
    """The matters with a review date up to today, by ix_matter_look."""
    with database.reading() as conn:
        return sorted(conn.execute(sa.select(MATTER.c.id).where(MATTER.c.review_on <= today, RUNS)).scalars())


def matter_subject(tx: Transaction, key: int) -> Subject:
    """The person whose accounts a matter covers."""
    query = (
        sa.select(ACCOUNT.c.id, ACCOUNT.c.guarantor_id, ACCOUNT.c.creditor_id)
        .join(MATTER_ACCOUNT, MATTER_ACCOUNT.c.account_id == ACCOUNT.c.id)
        .where(MATTER_ACCOUNT.c.matter_id == key)
    )
    accounts = tx.conn.execute(query.order_by(ACCOUNT.c.id)).all()
    return subject_of(accounts)


def _watch_services(tx: Transaction, keys: Sequence[int]) -> Counts:
    """Close tasks about services after the death whose cause is gone, such as an account that was paid or corrected."""
    for key in keys:
        watch_services(tx, matter_row(tx.conn, key))
    return Counts()


def _watch_page(tx: Transaction, desk: Desk, keys: Sequence[int]) -> Counts:
    due = sa.and_(in_keys(MATTER.c.id, keys), MATTER.c.review_on <= tx.business_date, RUNS)
    ids = [row.id for row in tx.conn.execute(sa.select(MATTER.c.id).where(due).order_by(MATTER.c.id).with_for_update())]
    query = sa.select(MATTER).where(in_keys(MATTER.c.id, ids)).order_by(MATTER.c.id)
    counts = Counts({Count.ESTATES: len(ids), Count.DEADLINES_CHANGED: recompute(tx, ids)})
    searches = _last_searches(tx, ids)
    asked = petitioned(tx.conn, ids)
    for row in tx.conn.execute(query).all():
        standing = standing_of(row, stored(row), searches.get(row.id), petitioned=row.id in asked)
        counts += _look(tx, desk, row, standing)
    return counts


def _last_searches(tx: Transaction, ids: Sequence[int]) -> dict[int, date]:
    query = (
        sa.select(FACT.c.matter_id, sa.func.max(FACT.c.source_on))
        .where(in_keys(FACT.c.matter_id, ids), FACT.c.name == EstateFactName.PROBATE_SEARCH.value)
        .group_by(FACT.c.matter_id)
    )
    return {row[0]: row[1] for row in tx.conn.execute(query)}


def _look(tx: Transaction, desk: Desk, row: AnyRow, standing: Standing) -> Counts:
    counts = Counts()
    warned = row.last_alert_days
    day = day_that_counts(standing)
    for alarm in alarms(standing, tx.business_date):
        counts[Count(f"estate_{alarm.kind.value}")] += 1
        if alarm.alert_days is not None:
            warned = alarm.alert_days
        _alert(tx, row, alarm, day)
    remind_on, reminded = remind(tx, desk, row)
    looks = [day for day in (next_look(standing, tx.business_date), remind_on) if day is not None]
    values = {"last_alert_days": warned, "reviewed_on": tx.business_date, "review_on": min(looks, default=None)}
    tx.conn.execute(sa.update(MATTER).where(MATTER.c.id == row.id).values(**values))
    return counts + reminded


def _alert(tx: Transaction, row: AnyRow, alarm: Alarm, day: DayThatCounts | None) -> None:
    """A task for the desk; if the previous one is still open, also one for the manager."""
    number, on = matter_number(row.id), alarm.on
    match alarm.kind:
        case AlarmKind.NEAR | AlarmKind.PASSED:
            assert day is not None
            send_alerts(tx, row, alarm, day)
        case AlarmKind.SEARCH:
            desk_task(tx, row, TaskKind.SEARCH_PROBATE, f"{number}: search the probate court again", 3)
        case AlarmKind.OPEN_ESTATE:
            worth = said(weigh(tx.conn, row).worth)
            why = f"{number}: {on} is the deadline to open an estate; a petition is {worth} (`estate worth`)"
            desk_task(tx, row, TaskKind.ESTATE_OPEN_BY, why, 7)
        case AlarmKind.SILENCE:
            why = (
                f"{number}: no answer by {on} means: {row.no_response_effect} ({row.deadline_citation}); "
                "record the next step"
            )
            desk_task(tx, row, TaskKind.ESTATE_SILENCE, why, 2)
            notify_accounts(
                tx, row, f"No answer received: {row.no_response_effect}; the time for it", alarm, escalated=False
            )
        case AlarmKind.OFFER_OVER:
            desk_task(tx, row, TaskKind.ESTATE_OFFER_OVER, f"{number}: the offer expired on {on}{_or_sue(row)}", 3)


def _or_sue(row: AnyRow) -> str:
    """What remains to be done after an expired offer while the time to sue runs."""
    if row.sue_by_on is None:
        return ""
    unpaid = ", and the agreed amount is not paid" if MatterState(row.state) in AGREED else ""
    return f"{unpaid}; the deadline to sue is {row.sue_by_on}"
