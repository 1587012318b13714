"""How made-up people keep their promises: about half do, some pay a part or late, the others do not."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from demo import rates
from flows.calls.promises import PROMISE, PROMISE_ACCOUNT
from models import Account
from models.columns import AnyRow, table
from models.enums import PromiseState

ACCOUNT = table(Account)

LATE_DAYS = 6
"""How many days after the grace period a late payer pays."""

RUNS_ON = (PromiseState.OPEN.value, PromiseState.BROKEN.value)


@dataclass(frozen=True, slots=True)
class Kept:
    """A payment for a promise today, on one account."""

    promise: int
    number: str
    cents: int


def kept_today(conn: Connection, seed: int, today: date) -> Iterator[Kept]:
    """Today's payments for promises. The result of each promise is the same for the same seed."""
    near = sa.or_(PROMISE.c.due_on == today, PROMISE.c.judge_on == today - timedelta(days=LATE_DAYS))
    query = sa.select(PROMISE).where(near, PROMISE.c.state.in_(RUNS_ON)).order_by(PROMISE.c.id)
    for one in conn.execute(query).all():
        share = share_paid(one.id, seed, today, one.due_on)
        left = one.amount_cents * share // 100
        for account in _owing(conn, one.id):
            cents = min(left, account.balance_cents)
            if cents > 0:
                left -= cents
                yield Kept(one.id, account.number, cents)


def promised() -> sa.Select[tuple[int]]:
    """The accounts of open promises: nobody pays these before the day that they named."""
    return (
        sa.select(PROMISE_ACCOUNT.c.account_id)
        .join(PROMISE, PROMISE.c.id == PROMISE_ACCOUNT.c.promise_id)
        .where(PROMISE.c.state == PromiseState.OPEN.value)
    )


def share_paid(promise: int, seed: int, today: date, due_on: date) -> int:
    """The percent of a promise that is paid today, on its due date or after the grace period. Pure."""
    chance = random.Random(f"{seed} promise {promise}")
    luck, part = chance.random(), chance.randrange(30, 80)
    in_time, in_part, late = (rates.PROMISES[how] for how in ("in_time", "in_part", "late"))
    if luck < in_time + in_part:
        return 0 if due_on != today else 100 if luck < in_time else part
    return 100 if luck < in_time + in_part + late and due_on != today else 0


def _owing(conn: Connection, promise: int) -> list[AnyRow]:
    query = (
        sa.select(ACCOUNT.c.number, ACCOUNT.c.balance_cents)
        .join(PROMISE_ACCOUNT, PROMISE_ACCOUNT.c.account_id == ACCOUNT.c.id)
        .where(PROMISE_ACCOUNT.c.promise_id == promise, ACCOUNT.c.balance_cents > 0)
    )
    return list(conn.execute(query.order_by(ACCOUNT.c.id)))
