"""What a simulation learns from: the steps of a sample of accounts, with the payments, promises and returned letters
that followed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.load import schedules_by_id
from flows.schedules.schedule import Schedule
from flows.simulation.answers import PROMISE_DAYS, Answer, Cell, Curve, Learned, Rate, cell_of, kind_of
from flows.simulation.learn import LONGEST_DAYS, Watched, curve_of, curves_of, rate_of
from models import (
    Account,
    Arrangement,
    Enrollment,
    Hold,
    Instalment,
    LedgerEntry,
    Letter,
    LetterAccount,
    Promise,
    PromiseAccount,
    StepTaken,
)
from models.columns import in_keys, table
from models.database import Database, batches, group_by_key
from models.enums import ArrangementState, HoldKind, InstalmentState, LedgerKind, PromiseState, StepOutcome

ACCOUNT = table(Account)
ARRANGEMENT = table(Arrangement)
ENROLLMENT = table(Enrollment)
HOLD = table(Hold)
INSTALMENT = table(Instalment)
LEDGER = table(LedgerEntry)
LETTER = table(Letter)
LETTER_ACCOUNT = table(LetterAccount)
PROMISE = table(Promise)
PROMISE_ACCOUNT = table(PromiseAccount)
STEP_TAKEN = table(StepTaken)

SAMPLE = 20_000
"""About as many accounts are read; every k-th where there are more."""

LOOK_BACK = timedelta(days=730)
"""Older steps are not learned from."""


class _Step(NamedTuple):
    account_id: int
    step: str
    on: date


class _Answered(NamedTuple):
    """An answer on a day; `cents` are what was paid or promised."""

    on: date
    what: Answer
    cents: int | None = None


class _About(NamedTuple):
    """What the cell of a step depends on besides the step."""

    version: int
    first_bill_on: date


def learned_from(database: Database, today: date) -> Learned:
    """What the history of a database up to today shows."""
    with database.reading() as conn:
        return learn(conn, today)


def learn(conn: Connection, today: date) -> Learned:
    """What the history up to today shows. Everything that happens on the day itself is left out."""
    since = today - LOOK_BACK
    accounts = _sample(conn)
    schedules = schedules_by_id(conn)
    watched: list[Watched] = []
    for part in batches(sorted(accounts)):
        watched += _watched(conn, part, accounts, schedules, since, today)
    return Learned(
        accounts=len(accounts),
        since=since,
        curves=curves_of(watched),
        kept=_kept(conn, since),
        promise_days=_promise_days(conn, since),
        installments=_installments(conn, since, today),
        found=_found(conn, since, today),
    )


def _sample(conn: Connection) -> dict[int, _About]:
    all_: int = conn.execute(sa.select(sa.func.count()).select_from(ENROLLMENT)).scalar_one()
    every = max(1, -(-all_ // SAMPLE))
    query = (
        sa.select(
            ENROLLMENT.c.account_id,
            ENROLLMENT.c.schedule_version_id,
            sa.func.coalesce(ACCOUNT.c.first_statement_on, ACCOUNT.c.service_from),
        )
        .join(ACCOUNT, ACCOUNT.c.id == ENROLLMENT.c.account_id)
        .where(ENROLLMENT.c.account_id % every == 0)
    )
    return {row[0]: _About(row[1], row[2]) for row in conn.execute(query)}


def _watched(
    conn: Connection,
    part: Sequence[int],
    accounts: Mapping[int, _About],
    schedules: Mapping[int, Schedule],
    since: date,
    today: date,
) -> Iterable[Watched]:
    steps = _steps(conn, part, since, today)
    ledger = _ledger(conn, part, today)
    promised = _promises(conn, part, since, today)
    returned = _returned(conn, part, since, today)
    for key, mine in steps.items():
        about = accounts[key]
        entries = ledger.get(key, [])
        answers = sorted((*_payments(entries), *promised.get(key, []), *returned.get(key, [])), key=lambda one: one.on)
        ends = [one.on for one in mine[1:]] + [today]
        for one, end in zip(mine, ends, strict=True):
            balance = sum(cents for on, _, cents in entries if on <= one.on)
            cell = _cell(schedules[about.version], one, balance, about.first_bill_on)
            if cell is None or balance <= 0:
                continue
            yield _what_followed(one, end, cell, balance, answers)


def _what_followed(step: _Step, end: date, cell: Cell, balance: int, answers: Sequence[_Answered]) -> Watched:
    first = next((one for one in answers if step.on <= one.on < end), None)
    if first is None:
        return Watched(cell, (end - step.on).days)
    part = None if first.cents is None else min(first.cents / balance, 1.0)
    return Watched(cell, (first.on - step.on).days, first.what, part)


def _cell(schedule: Schedule, step: _Step, balance: int, first_bill_on: date) -> Cell | None:
    place = schedule.position.get(step.step)
    kind = None if place is None else kind_of(schedule.steps[place].act)
    if kind is None:
        return None
    return cell_of(kind, schedule.name, step.step, balance, (step.on - first_bill_on).days)


def _steps(conn: Connection, part: Sequence[int], since: date, today: date) -> dict[int, list[_Step]]:
    """The completed steps of each account by day: of each cycle, the first time."""
    query = (
        sa.select(STEP_TAKEN.c.account_id, STEP_TAKEN.c.step, STEP_TAKEN.c.on)
        .where(in_keys(STEP_TAKEN.c.account_id, part), STEP_TAKEN.c.outcome == StepOutcome.DONE.value)
        .where(STEP_TAKEN.c.on >= since, STEP_TAKEN.c.on < today)
        .order_by(STEP_TAKEN.c.account_id, STEP_TAKEN.c.on)
    )
    return group_by_key((row[0], _Step(*row)) for row in conn.execute(query))


def _ledger(conn: Connection, part: Sequence[int], today: date) -> dict[int, list[tuple[date, str, int]]]:
    query = sa.select(LEDGER.c.account_id, LEDGER.c.posted_on, LEDGER.c.kind, LEDGER.c.amount_cents)
    query = query.where(in_keys(LEDGER.c.account_id, part), LEDGER.c.posted_on < today)
    return group_by_key((row[0], (row[1], row[2], row[3])) for row in conn.execute(query))


def _payments(entries: Iterable[tuple[date, str, int]]) -> Iterable[_Answered]:
    """What a patient paid, by day."""
    by_day: dict[date, int] = {}
    for on, kind, cents in entries:
        if kind == LedgerKind.PATIENT_PAYMENT.value:
            by_day[on] = by_day.get(on, 0) - cents
    return (_Answered(on, Answer.PAID, cents) for on, cents in by_day.items() if cents > 0)


def _promises(conn: Connection, part: Sequence[int], since: date, today: date) -> dict[int, list[_Answered]]:
    query = (
        sa.select(PROMISE_ACCOUNT.c.account_id, PROMISE.c.made_on, PROMISE.c.amount_cents)
        .join(PROMISE, PROMISE.c.id == PROMISE_ACCOUNT.c.promise_id)
        .where(in_keys(PROMISE_ACCOUNT.c.account_id, part), PROMISE.c.made_on >= since, PROMISE.c.made_on < today)
    )
    return group_by_key((row[0], _Answered(row[1], Answer.PROMISED, row[2])) for row in conn.execute(query))


def _returned(conn: Connection, part: Sequence[int], since: date, today: date) -> dict[int, list[_Answered]]:
    query = (
        sa.select(LETTER_ACCOUNT.c.account_id, LETTER.c.returned_on)
        .join(LETTER, LETTER.c.id == LETTER_ACCOUNT.c.letter_id)
        .where(in_keys(LETTER_ACCOUNT.c.account_id, part))
        .where(LETTER.c.returned_on >= since, LETTER.c.returned_on < today)
    )
    return group_by_key((row[0], _Answered(row[1], Answer.RETURNED)) for row in conn.execute(query))


_KEPT = {PromiseState.KEPT.value: True, PromiseState.PARTLY_KEPT.value: False, PromiseState.BROKEN.value: False}


def _kept(conn: Connection, since: date) -> Rate | None:
    query = sa.select(PROMISE.c.state, sa.func.count()).where(PROMISE.c.made_on >= since, PROMISE.c.state.in_(_KEPT))
    counts = {row[0]: row[1] for row in conn.execute(query.group_by(PROMISE.c.state))}
    return rate_of(sum(counts[state] for state in counts if _KEPT[state]), sum(counts.values()))


def _promise_days(conn: Connection, since: date) -> int:
    query = sa.select(PROMISE.c.made_on, PROMISE.c.due_on).where(PROMISE.c.made_on >= since).limit(SAMPLE)
    days = [(due - made).days for made, due in conn.execute(query)]
    return round(median(days)) if days else PROMISE_DAYS


def _installments(conn: Connection, since: date, today: date) -> Rate | None:
    """How many installments were paid, of those that were due while their plan was active or that broke it."""
    states = (InstalmentState.PAID.value, InstalmentState.MISSED.value)
    query = (
        sa.select(INSTALMENT.c.state, sa.func.count())
        .join(ARRANGEMENT, ARRANGEMENT.c.id == INSTALMENT.c.arrangement_id)
        .where(INSTALMENT.c.due_on >= since, INSTALMENT.c.due_on < today, INSTALMENT.c.state.in_(states))
        .where(ARRANGEMENT.c.state != ArrangementState.CANCELLED.value)
        .where(sa.or_(ARRANGEMENT.c.ended_on.is_(None), INSTALMENT.c.due_on <= ARRANGEMENT.c.ended_on))
    )
    counts = {row[0]: row[1] for row in conn.execute(query.group_by(INSTALMENT.c.state))}
    return rate_of(counts.get(InstalmentState.PAID.value, 0), sum(counts.values()))


def _found(conn: Connection, since: date, today: date) -> Curve | None:
    """The days until an unknown address was found."""
    query = sa.select(HOLD.c.from_on, HOLD.c.cleared_on).where(
        HOLD.c.kind == HoldKind.ADDRESS_UNKNOWN.value, HOLD.c.from_on >= since, HOLD.c.from_on < today
    )
    rows = [(start, end if end is not None and end < today else None) for start, end in conn.execute(query)]
    days = [min(((end or today) - start).days, LONGEST_DAYS) for start, end in rows]
    return curve_of(days, [end is not None for _, end in rows])
