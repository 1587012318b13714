"""What made-up people and staff do each day: pay, promise, move, dispute, die, answer calls."""

import random
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from demo.agencies import MadeUpAgencies
from demo.estates import MadeUpDesk
from demo.manager import MadeUpManager
from demo.payers import MadeUpPayers
from demo.promises import kept_today
from demo.work import MadeUpWork
from flows.accounts.holds import NewHold, open_holds
from flows.arrangements.commands import Ask, create
from flows.arrangements.plan import PlanRequest
from flows.arrangements.queries import ARRANGEMENT, ARRANGEMENT_ACCOUNT, INSTALMENT
from flows.calls.assignment import set_collector, take
from flows.calls.commands import CallResult, record_call_result
from flows.calls.queries import calls_of_the_day
from flows.correspondence.letters.commands import mail_room
from flows.correspondence.letters.queries import LETTER
from flows.correspondence.print_batches.commands import print_letters
from flows.correspondence.print_batches.mailing import mail_batch
from flows.correspondence.returned_mail.commands import Nixie, return_letter
from flows.insurance.commands import report_insurance
from flows.insurance.decide import ReportedInsurance
from flows.people.death import record_death
from flows.practice import Practice
from models import Account, Hold, Person
from models.columns import AnyRow, table
from models.csv_files import csv_bytes
from models.enums import HoldKind, LetterState, PayerClass
from models.errors import Refused
from models.values import utc_text

ACCOUNT = table(Account)
HOLD = table(Hold)
PERSON = table(Person)

CALLS_A_DAY = 25
COLLECTORS = {"maria": "en,es", "sam": "en"}
CALLING_AT = time(18)
"""UTC. This is daytime in every state but Alaska and Hawaii."""
ENDINGS = (
    ("no_answer", 40),
    ("voicemail", 18),
    ("third_party", 5),
    ("right_party_no_commitment", 8),
    ("promise_to_pay", 14),
    ("wrong_number", 3),
    ("callback", 3),
    ("dispute", 2),
    ("insurance_provided", 2),
    ("hardship", 2),
    ("cease", 1),
    ("arrangement", 5),
    ("refused", 2),
    ("financial_assistance_requested", 1),
    ("attorney", 0.2),
    ("bankruptcy", 0.2),
)

INSURERS = ("Acme Health (made up)", "Blue Lantern Plan (made up)", "Meadow Mutual (made up)")
ROUNDED_UP = 0.05
"""The share of people who round a payment up above their balance, which leaves a credit balance."""
AFTER_DEATH = 0.1
"""How often a report of death is accepted although a service is dated after it: an error for the desk to find."""


class Life:
    """Random choices, the same for the same seed and day, whatever was run before."""

    def __init__(self, practice: Practice, seed: int) -> None:
        self.practice = practice
        self.seed = seed
        self.agencies = MadeUpAgencies(practice, seed)
        self.estates = MadeUpDesk(practice, seed)
        self.manager = MadeUpManager(practice, seed)
        self.work = MadeUpWork(practice, seed)
        self.payers = MadeUpPayers(practice, seed)

    def morning(self, today: date) -> None:
        """Before the run: bank files, returned mail, and reports from families."""
        chance = random.Random(f"{self.seed} morning {today}")
        with self.practice.database.reading() as conn:
            owing = _owing(conn, today)
        self._payments(chance, owing, today)
        self.agencies.morning(today)
        if today.weekday() < 5:
            self._post_and_families(chance, today)

    def day(self, today: date) -> None:
        """After the run: the mail room prints and mails, and collectors call."""
        if today.weekday() >= 5:
            return
        chance = random.Random(f"{self.seed} day {today}")
        for batch in print_letters(
            mail_room(self.practice, "mail room"), self.practice.settings.outbox, today, pdf=False
        ):
            with self.practice.database.transaction(actor="mail room", business_date=today) as tx:
                mail_batch(tx, batch.batch, today)
        self._calls(chance, today)
        self.manager.day(today)
        self.estates.day(today)
        self.work.day(today)
        self.payers.day(today)

    def set_up(self, today: date) -> None:
        """Before the first day: the collectors and the agencies."""
        self.agencies.set_up(today)
        with self.practice.database.transaction(actor="manager", business_date=today) as tx:
            for name, languages in COLLECTORS.items():
                set_collector(tx, name, {"languages": languages, "calls_a_day": CALLS_A_DAY})

    def _payments(self, chance: random.Random, owing: list[AnyRow], today: date) -> None:
        """People pay in full or in part, slightly more often after a letter; some checks are returned."""
        paid: list[list[object]] = []
        for account in owing:
            if chance.random() < 0.0045:
                whole = chance.random() < 0.55 or account.balance_cents < 5_000
                cents = account.balance_cents if whole else account.balance_cents * chance.randrange(20, 70) // 100
                if whole and chance.random() < ROUNDED_UP:
                    cents = -(-(cents + 1) // 1_000) * 1_000
                paid.append(
                    [account.number, today, f"{cents / 100:.2f}", "check", f"P{today:%m%d}-{account.number}", "no"]
                )
        with self.practice.database.reading() as conn:
            due = _instalments_due(conn, today)
            promised = list(kept_today(conn, self.seed, today))
        for one in promised:
            reference = f"K{one.promise}-{one.number}-{today:%m%d}"
            paid.append([one.number, today, f"{one.cents / 100:.2f}", "card", reference, "no"])
        for plan in due:
            if chance.random() < 0.85:
                amount = f"{plan.amount_cents / 100:.2f}"
                paid.append([plan.number, today, amount, "card", f"I{plan.id}-{today:%m%d}", "no"])
        if not paid:
            return
        inbox = self.practice.settings.inbox
        inbox.mkdir(parents=True, exist_ok=True)
        columns = ("account_number", "date", "amount", "method", "reference", "reversal")
        (inbox / f"lockbox-{today}.csv").write_bytes(csv_bytes(columns, paid))

    def _post_and_families(self, chance: random.Random, today: date) -> None:
        with self.practice.database.transaction(actor="clerk", business_date=today) as tx:
            mailed = _mailed_lately(tx.conn, today)
            for letter in mailed:
                if chance.random() < 0.02:
                    return_letter(tx, letter, Nixie.NOT_DELIVERABLE)
            for account in _owing(tx.conn, today):
                luck = chance.random()
                if luck < 0.0002:
                    died = today - timedelta(days=chance.randrange(2, 20))
                    if account.guarantor_id not in _treated_since(tx.conn, died) or chance.random() < AFTER_DEATH:
                        record_death(tx, account.guarantor_id, died, "reported by the family")
                elif luck < 0.0004 and not _held(tx.conn, account.id, HoldKind.DISPUTE):
                    open_holds(
                        tx, [NewHold(HoldKind.DISPUTE, account_id=account.id, note="disputes the bill in writing")]
                    )

    def _calls(self, chance: random.Random, today: date) -> None:
        with self.practice.database.reading() as conn:
            listed, _ = calls_of_the_day(conn, today)
        now = datetime.combine(today, CALLING_AT, UTC)
        at = utc_text(now)
        for call in listed[:CALLS_A_DAY]:
            code = chance.choices([code for code, _ in ENDINGS], [weight for _, weight in ENDINGS])[0]
            owed = sum(account.balance_cents for account in call.group.accounts)
            part = owed if owed < 10_000 else owed * chance.randrange(20, 60) // 100
            on = today + timedelta(days=chance.randrange(3, 15)) if code in ("promise_to_pay", "callback") else None
            said = CallResult(code, at, part if code == "promise_to_pay" else None, on)
            plan_request = PlanRequest(count=chance.choice((3, 6, 10)))
            try:
                with self.practice.database.transaction(
                    actor=call.task.assigned_to or "maria", business_date=today
                ) as tx:
                    take(tx, call.task.id, now)
                    record_call_result(tx, call.task.id, said)
                    if code == "arrangement":
                        create(tx, Ask(call.account_ids, plan_request))
                    if code == "insurance_provided":
                        member = f"M{call.task.id:07d}"
                        told = ReportedInsurance(
                            chance.choice(INSURERS), PayerClass.COMMERCIAL, member, "guarantor by phone"
                        )
                        report_insurance(tx, call.account_ids, told)
            except Refused:
                # Its hours are not open yet, or the balance is too small for a plan. The call stays on the list.
                continue


def _owing(conn: Connection, today: date) -> list[AnyRow]:
    query = sa.select(ACCOUNT.c.id, ACCOUNT.c.number, ACCOUNT.c.balance_cents, ACCOUNT.c.guarantor_id)
    billed = query.where(ACCOUNT.c.balance_cents > 0, ACCOUNT.c.first_statement_on <= today)
    alive = billed.join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id).where(PERSON.c.death_date.is_(None))
    return list(conn.execute(alive.order_by(ACCOUNT.c.id)))


def _treated_since(conn: Connection, day: date) -> set[int]:
    """The guarantors of accounts that have a service dated after a day."""
    later = sa.func.coalesce(ACCOUNT.c.service_to, ACCOUNT.c.service_from) > day
    return set(conn.execute(sa.select(ACCOUNT.c.guarantor_id).where(later)).scalars())


def _instalments_due(conn: Connection, today: date) -> list[AnyRow]:
    """Plan payments that are due today, each with the first account of its plan that has a large enough balance."""
    query = (
        sa.select(INSTALMENT.c.id, INSTALMENT.c.amount_cents, sa.func.min(ACCOUNT.c.number).label("number"))
        .join(ARRANGEMENT, ARRANGEMENT.c.id == INSTALMENT.c.arrangement_id)
        .join(ARRANGEMENT_ACCOUNT, ARRANGEMENT_ACCOUNT.c.arrangement_id == ARRANGEMENT.c.id)
        .join(ACCOUNT, ACCOUNT.c.id == ARRANGEMENT_ACCOUNT.c.account_id)
        .where(INSTALMENT.c.due_on == today, INSTALMENT.c.state == "open", ARRANGEMENT.c.state == "active")
        .where(ACCOUNT.c.balance_cents >= INSTALMENT.c.amount_cents)
        .group_by(INSTALMENT.c.id, INSTALMENT.c.amount_cents)
    )
    return list(conn.execute(query.order_by(INSTALMENT.c.id)))


def _mailed_lately(conn: Connection, today: date) -> list[int]:
    back = today - timedelta(days=7)
    query = sa.select(LETTER.c.id).where(LETTER.c.mailed_on == back, LETTER.c.state == LetterState.MAILED.value)
    return list(conn.execute(query.order_by(LETTER.c.id)).scalars())


def _held(conn: Connection, account: int, kind: HoldKind) -> bool:
    query = sa.select(HOLD.c.id).where(
        HOLD.c.account_id == account, HOLD.c.kind == kind.value, HOLD.c.cleared_on.is_(None)
    )
    return conn.execute(query).first() is not None
