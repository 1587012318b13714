"""How made-up people keep their payment plans: most do to the end, a few pay late, and some stop."""

import random
from collections import defaultdict
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from demo import rates
from flows.arrangements.queries import ACCOUNT, ARRANGEMENT, ARRANGEMENT_ACCOUNT, INSTALMENT
from models.enums import ArrangementState, InstalmentState

LATE_DAYS = 3
"""How many days after the due date a late payer pays, which is within the grace period."""

STOPS_AFTER = (1, 1, 2, 2, 3, 4)
"""After how many payments people stop who do not keep a plan."""

Payment = tuple[int, str, int]
"""A payment of a plan: its number, an account, and the part in cents that goes to it."""


def on_a_plan() -> sa.Select[tuple[int]]:
    """The accounts of active plans."""
    return (
        sa.select(ARRANGEMENT_ACCOUNT.c.account_id)
        .join(ARRANGEMENT, ARRANGEMENT.c.id == ARRANGEMENT_ACCOUNT.c.arrangement_id)
        .where(ARRANGEMENT.c.state == ArrangementState.ACTIVE.value)
    )


def pays(plan: int, place: int, seed: int, days_late: int) -> bool:
    """Whether the payment at a place of a plan, counted from 1, is paid this many days after its due date. Pure."""
    chance = random.Random(f"{seed} plan {plan}")
    if chance.random() < rates.PLANS_BREAK.value and place > chance.choice(STOPS_AFTER):
        return False
    in_time = random.Random(f"{seed} plan {plan} {place}").random() < rates.PLAN_PAID_IN_TIME.value
    return days_late == (0 if in_time else LATE_DAYS)


def paid_today(conn: Connection, seed: int, today: date) -> list[Payment]:
    """Today's payments of plans, each spread over the accounts of its plan, oldest first."""
    due = (today, today - timedelta(days=LATE_DAYS))
    query = (
        sa.select(INSTALMENT)
        .join(ARRANGEMENT, ARRANGEMENT.c.id == INSTALMENT.c.arrangement_id)
        .where(INSTALMENT.c.due_on.in_(due), INSTALMENT.c.state == InstalmentState.OPEN.value)
        .where(ARRANGEMENT.c.state == ArrangementState.ACTIVE.value)
    )
    found: list[Payment] = []
    left: dict[str, int] = defaultdict(int)
    for one in conn.execute(query.order_by(INSTALMENT.c.id)).all():
        if not pays(one.arrangement_id, one.number, seed, (today - one.due_on).days):
            continue
        rest = one.amount_cents
        for account in conn.execute(_accounts(one.arrangement_id)).all():
            cents = min(rest, account.balance_cents - left[account.number])
            if cents > 0:
                rest, left[account.number] = rest - cents, left[account.number] + cents
                found.append((one.id, account.number, cents))
    return found


def _accounts(plan: int) -> sa.Select[tuple[str, int]]:
    return (
        sa.select(ACCOUNT.c.number, ACCOUNT.c.balance_cents)
        .join(ARRANGEMENT_ACCOUNT, ARRANGEMENT_ACCOUNT.c.account_id == ACCOUNT.c.id)
        .where(ARRANGEMENT_ACCOUNT.c.arrangement_id == plan, ACCOUNT.c.balance_cents > 0)
        .order_by(ACCOUNT.c.id)
    )
