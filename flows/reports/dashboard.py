"""Today in figures: steps due and blocked, calls and people reached, promises kept, payments collected."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypedDict

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.counts import Count, Counts, by_rule, read_counts
from flows.accounts.tasks.standing import OPEN
from models import ContactAttempt, DayStage, LedgerEntry, Letter, Promise, Task
from models.columns import table

CONTACT = table(ContactAttempt)
LEDGER = table(LedgerEntry)
LETTER = table(Letter)
PROMISE = table(Promise)
STAGE = table(DayStage)
TASK = table(Task)

COLLECTED = ("patient_payment", "insurance_payment")


def nightly_counts(conn: Connection, today: date) -> dict[str, Counts]:
    """The counts of a business date's stages, by stage."""
    query = sa.select(STAGE.c.stage, STAGE.c.counts).where(STAGE.c.business_date == today)
    return {row.stage: read_counts(orjson.loads(row.counts)) for row in conn.execute(query)}


ENDS = (
    (Count.ADVANCED, "Advanced to next step"),
    (Count.BLOCKED, "On hold (by rule)"),
    (Count.WAITING, "Not due yet"),
    (Count.FINISHED, "Completed schedule"),
    (Count.SET_ASIDE, "Exceptions"),
)
"""The outcomes of an account in the nightly run: exactly one for each account."""


def reviewed_accounts(advance: Counts) -> list[tuple[str, int]]:
    """How many accounts the nightly run processed, by outcome; the first is the sum of the others."""
    found = [(says, advance.get(name, 0)) for name, says in ENDS]
    return [("Accounts processed last night", sum(count for _, count in found)), *found]


WITHOUT_COUNT = "a rule without its own count"


def blocked_accounts(advance: Counts) -> list[tuple[str, int]]:
    """How many accounts each rule blocked that night, new or earlier; their sum is the number of blocked accounts."""
    rules = by_rule(advance)
    found = sorted(rules.items(), key=lambda one: (-one[1], one[0]))
    untold = advance.get(Count.BLOCKED, 0) - sum(rules.values())
    return [*found, (WITHOUT_COUNT, untold)] if untold > 0 else found


class CollectorCalls(TypedDict):
    """How many calls a collector made, and how many people were reached."""

    collector: str
    calls: int
    reached: int


class Collected(TypedDict):
    """The payments of a kind from one source."""

    kind: str
    source: str
    payments: int
    collected_cents: int


class OpenWork(TypedDict):
    """How many open tasks of a kind a role has, and when the oldest was due."""

    role: str
    kind: str
    tasks: int
    oldest_due_on: date | None


def calls_by_collector(conn: Connection, today: date) -> list[CollectorCalls]:
    """Calls of a day and how many people were reached, by caller."""
    query = sa.select(CONTACT.c.made_by, CONTACT.c.talked, CONTACT.c.guarantor_id).where(
        CONTACT.c.made_on == today, CONTACT.c.kind == "call", CONTACT.c.inbound.is_(False)
    )
    calls: Counter[str] = Counter()
    reached: dict[str, set[int]] = {}
    for row in conn.execute(query):
        calls[row.made_by] += 1
        if row.talked:
            reached.setdefault(row.made_by, set()).add(row.guarantor_id)
    return [
        {"collector": name, "calls": count, "reached": len(reached.get(name, ()))}
        for name, count in calls.most_common()
    ]


def promises_judged(conn: Connection, since: date, until: date) -> dict[str, int]:
    """Promises due in these days, by result, and their total in cents."""
    query = (
        sa.select(PROMISE.c.state, sa.func.count(), sa.func.coalesce(sa.func.sum(PROMISE.c.amount_cents), 0))
        .where(PROMISE.c.due_on.between(since, until))
        .group_by(PROMISE.c.state)
    )
    found: dict[str, int] = {}
    for state, count, cents in conn.execute(query):
        found[state], found[f"{state}_cents"] = int(count), int(cents)
    return found


def collected_by_source(conn: Connection, since: date, until: date) -> list[Collected]:
    """Payments in cents by source, largest first; by ix_ledger_posted."""
    query = (
        sa.select(LEDGER.c.kind, LEDGER.c.source, sa.func.count(), sa.func.sum(LEDGER.c.amount_cents))
        .where(LEDGER.c.posted_on.between(since, until), LEDGER.c.kind.in_(COLLECTED))
        .group_by(LEDGER.c.kind, LEDGER.c.source)
    )
    rows: list[Collected] = [
        {"kind": kind, "source": source, "payments": int(count), "collected_cents": -int(cents)}
        for kind, source, count, cents in conn.execute(query)
    ]
    return sorted(rows, key=lambda row: -row["collected_cents"])


def collected_by_day(conn: Connection, since: date, until: date) -> list[tuple[date, int]]:
    """Patient payments of each day, in cents; days without a payment are included as zero."""
    query = (
        sa.select(LEDGER.c.posted_on, sa.func.sum(LEDGER.c.amount_cents))
        .where(LEDGER.c.posted_on.between(since, until), LEDGER.c.kind == "patient_payment")
        .group_by(LEDGER.c.posted_on)
    )
    found = {day: -int(cents) for day, cents in conn.execute(query)}
    days: Sequence[date] = [since + timedelta(days=offset) for offset in range((until - since).days + 1)]
    return [(day, found.get(day, 0)) for day in days]


def open_work(conn: Connection) -> list[OpenWork]:
    """How many open tasks there are, by role and kind."""
    query = sa.select(TASK.c.role, TASK.c.kind, sa.func.count(), sa.func.min(TASK.c.due_on)).where(OPEN)
    rows = conn.execute(query.group_by(TASK.c.role, TASK.c.kind).order_by(TASK.c.role, TASK.c.kind))
    return [{"role": role, "kind": kind, "tasks": int(count), "oldest_due_on": due} for role, kind, count, due in rows]


def letters_of_the_day(conn: Connection, today: date) -> int:
    """How many letters were queued on a day and not voided."""
    query = sa.select(sa.func.count()).where(LETTER.c.queued_on == today, LETTER.c.state != "voided")
    return conn.execute(query).scalar_one()
