"""What the nightly run does for matters: deadlines computed again, days that come near told, reminders written."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from flows.estates.deadlines import recompute, standing_of, stored
from flows.estates.decide import Alarm, AlarmKind, Counts, Standing, alarms, day_that_counts, next_look
from flows.estates.numbers import matter_number
from flows.estates.papers import Desk
from flows.estates.queries import FACT, MATTER, RUNS, account_rows, accounts_of_matter, petitioned
from flows.estates.reminders import remind
from flows.estates.weigh import weigh
from flows.estates.worth import said
from flows.happenings.commands import NewTask, close_tasks, open_tasks, open_tasks_on
from models.columns import AnyRow, among
from models.database import Book, Transaction
from models.estate_events import DeadlineNear
from models.estate_kinds import EstateFactName
from models.kinds import TaskState

PAGE = 500

_SAID = {
    Counts.CLAIM: "The claim is to be filed and served",
    Counts.SUIT: "A suit on the disallowed claim is to be begun",
    Counts.OPEN: "The estate is to be opened",
}


def watch_estates(book: Book, desk: Desk, today: date) -> Counter[str]:
    """Look at every matter whose day has come, by ix_matter_look, a page a transaction; gives what was counted."""
    counts: Counter[str] = Counter()
    while True:
        with book.transaction(actor="estates", business_date=today) as tx:
            page = _watch_page(tx, desk)
        if not page:
            return counts
        counts += page


def _watch_page(tx: Transaction, desk: Desk) -> Counter[str]:
    due = sa.select(MATTER).where(MATTER.c.look_on <= tx.business_date, RUNS).order_by(MATTER.c.id).limit(PAGE)
    ids = [row.id for row in tx.conn.execute(due.with_for_update())]
    if not ids:
        return Counter()
    query = sa.select(MATTER).where(among(MATTER.c.id, ids)).order_by(MATTER.c.id)
    counts = Counter(estates=len(ids), deadlines_changed=recompute(tx, ids))
    searches = _last_searches(tx, ids)
    asked = petitioned(tx.conn, ids)
    for row in tx.conn.execute(query).all():
        standing = standing_of(row, stored(row), searches.get(row.id), petitioned=row.id in asked)
        counts += _look(tx, desk, row, standing)
    return counts


def _last_searches(tx: Transaction, ids: Sequence[int]) -> dict[int, date]:
    query = (
        sa.select(FACT.c.matter_id, sa.func.max(FACT.c.source_on))
        .where(among(FACT.c.matter_id, ids), FACT.c.name == EstateFactName.PROBATE_SEARCH.value)
        .group_by(FACT.c.matter_id)
    )
    return {row[0]: row[1] for row in tx.conn.execute(query)}


def _look(tx: Transaction, desk: Desk, row: AnyRow, standing: Standing) -> Counter[str]:
    counts: Counter[str] = Counter()
    warned = row.warned_days
    day = day_that_counts(standing)
    for alarm in alarms(standing, tx.business_date):
        counts[f"estate_{alarm.kind.value}"] += 1
        if alarm.rung is not None:
            warned = alarm.rung
        _tell(tx, row, alarm, None if day is None else day.what)
    remind_on, reminded = remind(tx, desk, row)
    looks = [day for day in (next_look(standing, tx.business_date), remind_on) if day is not None]
    values = {"warned_days": warned, "looked_on": tx.business_date, "look_on": min(looks, default=None)}
    tx.conn.execute(sa.update(MATTER).where(MATTER.c.id == row.id).values(**values))
    return counts + reminded


def _tell(tx: Transaction, row: AnyRow, alarm: Alarm, counts: Counts | None) -> None:
    """A task for whoever must act; where the one before is still open the manager is told too."""
    number, on = matter_number(row.id), alarm.on
    match alarm.kind:
        case AlarmKind.NEAR | AlarmKind.PASSED:
            assert counts is not None
            _near(tx, row, alarm, counts)
        case AlarmKind.SEARCH:
            _task(tx, row, "search-probate", "estate desk", f"{number}: search the probate court again", 3)
        case AlarmKind.OPEN_ESTATE:
            worth = said(weigh(tx.conn, row).worth)
            why = f"{number}: {on} is the last day to have an estate opened; a petition is {worth} (`estate worth`)"
            _task(tx, row, "estate-open-by", "estate desk", why, 7)
        case AlarmKind.SILENCE:
            why = f"{number}: no answer by {on} means: {row.silence_means} ({row.deadline_citation}); take the step"
            _task(tx, row, "estate-silence", "estate desk", why, 2)
            _event(tx, row, f"No answer came: {row.silence_means}; the time for it", alarm, escalated=False)
        case AlarmKind.OFFER_OVER:
            _task(tx, row, "estate-offer-over", "estate desk", f"{number}: the offer ran out on {on}", 3)


def _near(tx: Transaction, row: AnyRow, alarm: Alarm, counts: Counts) -> None:
    number, about = matter_number(row.id), accounts_of_matter(tx.conn, row.id)
    before = open_tasks_on(tx, about, ["estate-deadline"])
    escalated = bool(before) or alarm.kind is AlarmKind.PASSED
    when = f"by {alarm.on}, in {alarm.days} days" if alarm.days >= 0 else f"by {alarm.on}: THE DAY HAS PASSED"
    why = f"{number}: {_SAID[counts]} {when}. {row.deadline_why} ({row.deadline_citation})"
    close_tasks(tx, before, TaskState.CANCELLED, "told again, nearer to the day")
    _task(tx, row, "estate-deadline", "estate desk", why, min(max(alarm.days, 0), 2))
    if escalated:
        close_tasks(tx, open_tasks_on(tx, about, ["estate-deadline-manager"]), TaskState.CANCELLED, "told again")
        _task(tx, row, "estate-deadline-manager", "manager", f"Nobody has answered yet. {why}", 0)
    _event(tx, row, _SAID[counts], alarm, escalated=escalated)


def _event(tx: Transaction, row: AnyRow, what: str, alarm: Alarm, *, escalated: bool) -> None:
    tx.record_all(
        DeadlineNear(account_id=key, matter=row.id, what=what, on=alarm.on, days=alarm.days, escalated=escalated)
        for key in accounts_of_matter(tx.conn, row.id)
    )


def _task(tx: Transaction, row: AnyRow, kind: str, role: str, reason: str, due_days: int) -> None:
    accounts = account_rows(tx.conn, row.id)
    about = tuple(account.id for account in accounts)
    open_tasks(tx, [NewTask(kind, role, reason, accounts[0].guarantor_id, row.creditor_id, about, due_days)])
