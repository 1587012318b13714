"""Other work of the made-up staff: payers without a schedule, insurance decisions, refunds."""

import random
from datetime import date, timedelta

import sqlalchemy as sa

from flows.accounts.happenings import TASK, TASK_ACCOUNT
from flows.dunning.stuck.commands import BILL_TASK, Order, act_on_stuck
from flows.dunning.stuck.queries import StuckAccount, stuck_accounts
from flows.dunning.stuck.reasons import NO_SCHEDULE, OVER, PAYER, Act
from flows.insurance.commands import answered, not_in_force
from flows.ledger.refunds.commands import approve, paid
from flows.ledger.refunds.queries import list_refunds
from flows.practice import Practice
from models import Coverage
from models.columns import table
from models.database import Transaction
from models.enums import CoverageState, PayerClass, RefundState
from models.errors import Refused

COVERAGE = table(Coverage)

CLERK, MANAGER = "leo", "grace"
LEFT_OPEN = 4
"""One of this many stuck accounts is left open, so that the page has something to show."""
ANSWER_DAYS, DECIDE_DAYS = 14, 21
"""The days after which an insurance answers, and after which a stuck account is decided."""


class MadeUpPayers:
    """Random choices, the same for the same seed and day."""

    def __init__(self, practice: Practice, seed: int) -> None:
        self.practice = practice
        self.seed = seed

    def day(self, today: date) -> None:
        """Refunds and insurance answers every day; stuck accounts on Mondays."""
        chance = random.Random(f"{self.seed} payers {today}")
        self._refunds(chance, today)
        self._answers(chance, today)
        if today.weekday() == 0:
            self._stuck(today)

    def _refunds(self, chance: random.Random, today: date) -> None:
        with self.practice.database.reading() as conn:
            proposed = [row["id"] for row in list_refunds(conn, RefundState.PROPOSED.value)]
            approved = [row["id"] for row in list_refunds(conn, RefundState.APPROVED.value)]
        with self.practice.database.transaction(actor=MANAGER, business_date=today) as tx:
            for number in proposed:
                if chance.random() < 0.3:
                    approve(tx, number)
        with self.practice.database.transaction(actor=CLERK, business_date=today) as tx:
            for number in approved:
                if chance.random() < 0.4:
                    paid(tx, number, f"R{number:06d}")

    def _answers(self, chance: random.Random, today: date) -> None:
        old = sa.and_(
            COVERAGE.c.state == CoverageState.BILLED.value, COVERAGE.c.billed_on <= today - timedelta(days=ANSWER_DAYS)
        )
        with self.practice.database.transaction(actor=CLERK, business_date=today) as tx:
            for number in tx.conn.execute(sa.select(COVERAGE.c.id).where(old).order_by(COVERAGE.c.id)).scalars().all():
                luck = chance.random()
                if luck < 0.1:
                    answered(tx, number, "applied to the deductible; the rest is the patient's")
                elif luck < 0.15:
                    not_in_force(tx, number, "coverage ended before the date of service")

    def _stuck(self, today: date) -> None:
        with self.practice.database.reading() as conn:
            found = [one for one in stuck_accounts(conn) if one.id % LEFT_OPEN]
            billed = set(
                conn.execute(
                    sa.select(TASK_ACCOUNT.c.account_id)
                    .join(TASK, TASK.c.id == TASK_ACCOUNT.c.task_id)
                    .where(TASK.c.kind == BILL_TASK)
                ).scalars()
            )
        ripe = [one for one in found if (today - one.since_on).days >= DECIDE_DAYS]
        payers = [one for one in found if one.reason.code.startswith(PAYER)]
        with self.practice.database.transaction(actor=CLERK, business_date=today) as tx:
            self._order(tx, Act.BILL, "weekly list of payers", [one for one in payers if one.id not in billed])
            elsewhere = [one for one in payers if one.id in billed and one in ripe and one.id % 3 == 0]
            self._order(tx, Act.CLASS, "payer: not covered on the date of service", elsewhere)
        small = [one for one in ripe if one.reason.code in (OVER, NO_SCHEDULE)]
        with self.practice.database.transaction(actor=MANAGER, business_date=today) as tx:
            self._order(tx, Act.WRITE_OFF, "not cost-effective to pursue", small)

    def _order(self, tx: Transaction, act: Act, why: str, found: list[StuckAccount]) -> None:
        for code in sorted({one.reason.code for one in found}):
            numbers = tuple(one.number for one in found if one.reason.code == code)
            new = PayerClass.SELF_PAY if act is Act.CLASS else None
            try:
                act_on_stuck(tx, Order(code, act, why, numbers, new, manager=tx.actor == MANAGER))
            except Refused:
                # An account that moved meanwhile, or that this action does not fit, waits for the next Monday.
                continue
