"""Other work of the made-up staff: payers without a schedule, decisions of insurers and their payments, refunds."""

import random
from datetime import date, timedelta

import sqlalchemy as sa

from demo import rates
from demo.journal import Journal
from flows.accounts.happenings import TASK, TASK_ACCOUNT
from flows.dunning.stuck.commands import BILL_TASK, Order, act_on_stuck
from flows.dunning.stuck.queries import StuckAccount, stuck_accounts
from flows.dunning.stuck.reasons import NO_SCHEDULE, OVER, PAYER, Act
from flows.insurance.commands import answered, not_in_force
from flows.ledger.refunds.commands import approve, paid
from flows.ledger.refunds.queries import list_refunds
from flows.practice import Practice
from models import Account, Coverage, LedgerEntry
from models.columns import AnyRow, table
from models.database import Transaction
from models.enums import CoverageState, LedgerKind, PayerClass, RefundState
from models.errors import Refused
from models.values import dollars

ACCOUNT = table(Account)
COVERAGE = table(Coverage)
LEDGER = table(LedgerEntry)

CLERK, MANAGER = "leo", "grace"
LEFT_OPEN = 4
"""One of this many stuck accounts is left open, so that the page has something to show."""
ANSWERS = 0.12
"""How likely an insurer that has had the claim for long enough answers on a working day."""

REPROCESSED_DAYS = (20, 120)
"""The age of the accounts, in days since the first bill, whose claims insurers process again."""

PAYS_AFTER = 25
"""The days after a patient's payment after which an insurer pays for the same."""

PAY_LATE = tuple(
    one.value for one in (PayerClass.COMMERCIAL, PayerClass.MEDICARE, PayerClass.MEDICARE_ADVANTAGE, PayerClass.AUTO)
)

VERIFIED_AFTER = 14
"""The days after which an insurer has confirmed who paid too much, so that the refund can be approved."""

APPROVES_ON, PAYS_ON = 3, 1
"""Refunds are approved on Thursdays, and paid in the check run of Tuesdays."""

WHY_WRITTEN_OFF = ("not cost-effective to pursue", "uncollectible after the agency", "no assets, lives on benefits")

ANSWER_DAYS, DECIDE_DAYS = 14, 14
"""The days after which an insurance answers, and after which a stuck account is decided."""


class MadeUpPayers:
    """Random choices, the same for the same seed and day."""

    def __init__(self, practice: Practice, seed: int, journal: Journal) -> None:
        self.practice = practice
        self.seed = seed
        self.journal = journal

    def day(self, today: date) -> None:
        """Insurance answers every day; refunds on two days of the week; stuck accounts on Mondays."""
        chance = random.Random(f"{self.seed} payers {today}")
        self._refunds(today)
        self._answers(chance, today)
        self._reprocessed(chance, today)
        self._paid_twice(chance, today)
        if today.weekday() == 0:
            self._stuck(today)

    def _refunds(self, today: date) -> None:
        if today.weekday() not in (APPROVES_ON, PAYS_ON):
            return
        with self.practice.database.reading() as conn:
            since = today - timedelta(days=VERIFIED_AFTER)
            found = list_refunds(conn, RefundState.PROPOSED.value)
            proposed = [row["id"] for row in found if row["proposed_on"] <= since]
            approved = [row["id"] for row in list_refunds(conn, RefundState.APPROVED.value)]
        if today.weekday() == APPROVES_ON:
            with self.practice.database.transaction(actor=MANAGER, business_date=today) as tx:
                for number in proposed:
                    approve(tx, number)
        else:
            with self.practice.database.transaction(actor=CLERK, business_date=today) as tx:
                for number in approved:
                    paid(tx, number, f"R{number:06d}")

    def _answers(self, chance: random.Random, today: date) -> None:
        query = (
            sa.select(COVERAGE.c.id, COVERAGE.c.payer, ACCOUNT.c.number, ACCOUNT.c.balance_cents)
            .join(ACCOUNT, ACCOUNT.c.id == COVERAGE.c.account_id)
            .where(COVERAGE.c.state == CoverageState.BILLED.value)
            .where(COVERAGE.c.billed_on <= today - timedelta(days=ANSWER_DAYS))
        )
        with self.practice.database.transaction(actor=CLERK, business_date=today) as tx:
            for row in tx.conn.execute(query.order_by(COVERAGE.c.id)).all():
                if chance.random() < ANSWERS:
                    self._answer(tx, row, chance)

    def _answer(self, tx: Transaction, row: AnyRow, chance: random.Random) -> None:
        """An insurer pays, leaves the bill to the patient, or does not cover the service."""
        luck, owed = chance.random(), row.balance_cents
        if luck < rates.INSURERS_PAY.value and owed > 2_000:
            contractual, pays = (owed * chance.randrange(*bounds) // 100 for bounds in ((15, 35), (25, 60)))
            on, claim = tx.business_date, f"{row.payer.partition(' (')[0]} claim {row.id:06d}"
            self.journal.add(row.number, on, LedgerKind.CONTRACTUAL, contractual, claim)
            self.journal.add(row.number, on, LedgerKind.INSURANCE_PAYMENT, pays, claim)
            answered(tx, row.id, f"paid {dollars(pays)}; the rest is the patient's")
        elif luck < 1 - rates.NOT_COVERED.value:
            answered(tx, row.id, "applied to the deductible; the rest is the patient's")
        else:
            not_in_force(tx, row.id, "coverage ended before the date of service")

    def _reprocessed(self, chance: random.Random, today: date) -> None:
        """Insurers pay more on some claims that they had decided, or the contract lowers the price."""
        first, last = (today - timedelta(days=days) for days in REPROCESSED_DAYS)
        query = sa.select(ACCOUNT.c.number, ACCOUNT.c.balance_cents).where(
            ACCOUNT.c.payer_class == PayerClass.COMMERCIAL.value,
            ACCOUNT.c.balance_cents > 2_000,
            ACCOUNT.c.placement_id.is_(None),
            ACCOUNT.c.first_statement_on.between(last, first),
        )
        with self.practice.database.reading() as conn:
            found = conn.execute(query.order_by(ACCOUNT.c.id)).all()
        for number, owed in found:
            if chance.random() < rates.REPROCESSED.value:
                cents = owed * chance.randrange(20, 80) // 100
                pays = LedgerKind.INSURANCE_PAYMENT if chance.random() < 0.7 else LedgerKind.CONTRACTUAL
                self.journal.add(number, today, pays, cents, f"claim of {number} reprocessed")

    def _paid_twice(self, chance: random.Random, today: date) -> None:
        """Insurers pay for what the patient had paid already, some weeks after: the account has a credit balance."""
        on = today - timedelta(days=PAYS_AFTER)
        paid_cents = sa.func.sum(-LEDGER.c.amount_cents)
        query = (
            sa.select(ACCOUNT.c.number, paid_cents)
            .join(LEDGER, LEDGER.c.account_id == ACCOUNT.c.id)
            .where(LEDGER.c.posted_on == on, LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value)
            .where(ACCOUNT.c.balance_cents == 0, ACCOUNT.c.payer_class.in_(PAY_LATE))
            .group_by(ACCOUNT.c.id, ACCOUNT.c.number)
            .having(paid_cents > 2_000)
        )
        with self.practice.database.reading() as conn:
            found = conn.execute(query.order_by(ACCOUNT.c.id)).all()
        for number, cents in found:
            if chance.random() < rates.PAID_TWICE.value:
                part = int(cents) * chance.randrange(30, 100) // 100
                self.journal.add(number, today, LedgerKind.INSURANCE_PAYMENT, part, f"claim of {number} paid late")

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
            for place, why in enumerate(WHY_WRITTEN_OFF):
                self._order(tx, Act.WRITE_OFF, why, [one for one in small if one.id % 3 == place])

    def _order(self, tx: Transaction, act: Act, why: str, found: list[StuckAccount]) -> None:
        for code in sorted({one.reason.code for one in found}):
            numbers = tuple(one.number for one in found if one.reason.code == code)
            new = PayerClass.SELF_PAY if act is Act.CLASS else None
            try:
                act_on_stuck(tx, Order(code, act, why, numbers, new, manager=tx.actor == MANAGER))
            except Refused:
                # An account that moved meanwhile, or that this action does not fit, waits for the next Monday.
                continue
