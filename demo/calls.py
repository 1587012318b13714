"""The made-up collectors' calls: over the day, with most dials unanswered, and what people say."""

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from demo import rates
from flows.arrangements.commands import Ask
from flows.arrangements.plan import PlanRequest
from flows.calls.assignment import set_collector
from flows.calls.commands import CallResult
from flows.calls.decide import BEGINS_AFTER, ENDS_BEFORE, Listed, local_hour
from flows.calls.queries import calls_of_the_day
from flows.conversations.commands import complete_call, complete_inbound
from flows.correspondence.letters.queries import LETTER
from flows.insurance.decide import ReportedInsurance
from flows.practice import Practice
from models import Account, Hold, LetterAccount, Person
from models.columns import AnyRow, table
from models.database import Transaction
from models.enums import PayerClass
from models.errors import Refused
from models.values import utc_text

ACCOUNT = table(Account)
HOLD = table(Hold)
LETTER_ACCOUNT = table(LetterAccount)
PERSON = table(Person)

CALLS_A_DAY = 25
COLLECTORS = {"maria": "en,es", "sam": "en"}
SHIFT = (time(13, 20), time(23, 20))
"""UTC. From the morning in the east to the late afternoon in the west."""

LETTER_DAYS = (3, 10)
"""From how many days after a letter was mailed to how many people call because of it."""

INSURERS = ("Acme Health (made up)", "Blue Lantern Plan (made up)", "Meadow Mutual (made up)")


class MadeUpCalls:
    """Random choices, the same for the same seed and day."""

    def __init__(self, practice: Practice, seed: int) -> None:
        self.practice = practice
        self.seed = seed

    def set_up(self, today: date) -> None:
        """Add the collectors."""
        with self.practice.database.transaction(actor="manager", business_date=today) as tx:
            for name, languages in COLLECTORS.items():
                set_collector(tx, name, {"languages": languages, "calls_a_day": CALLS_A_DAY})

    def day(self, today: date) -> None:
        """Make the calls on the list, best first, until the collectors' day is full; and take those that come in."""
        self._dial(today)
        self._answer(today)

    def _dial(self, today: date) -> None:
        with self.practice.database.reading() as conn:
            listed, _ = calls_of_the_day(conn, today)
        # A person is called once a day, whatever the number of calls: a second one may be against the law by then.
        firsts = {call.group.person.id: call for call in reversed(listed)}
        listed = [call for call in listed if firsts[call.group.person.id] is call][: CALLS_A_DAY * len(COLLECTORS)]
        for place, call in enumerate(listed):
            chance = random.Random(f"{self.seed} call {call.task.id} {today}")
            at = _when(call, today, (place + chance.random()) / len(listed))
            try:
                with self.practice.database.transaction(
                    actor=call.task.assigned_to or "maria", business_date=today
                ) as tx:
                    said = _dialed(call, at, chance, today)
                    complete_call(tx, call.task.id, said, **_brought(said, tuple(call.account_ids), chance))
            except Refused:
                # The balance is too small for a plan, or a rule came into force. The call stays on the list.
                continue

    def _answer(self, today: date) -> None:
        """People call because of a letter, and talk with the collector who is free."""
        with self.practice.database.reading() as conn:
            written_to = _written_to(conn, today)
        for account in written_to:
            chance = random.Random(f"{self.seed} inbound {account.id} {today}")
            if chance.random() >= rates.CALLS_IN.value:
                continue
            at = datetime.combine(today, SHIFT[0], UTC) + timedelta(minutes=chance.randrange(60, 540))
            said = _said(_pick(rates.TALKS.values, chance), at, account.balance_cents, chance, today)
            try:
                with self.practice.database.transaction(
                    actor=chance.choice(list(COLLECTORS)), business_date=today
                ) as tx:
                    about = _same_call(tx, account)
                    complete_inbound(tx, account.id, said, **_brought(said, about, chance))
            except Refused:
                # The balance is too small for a plan, for example. The person asks for something else another day.
                continue


def _written_to(conn: Connection, today: date) -> list[AnyRow]:
    """The accounts with us that a letter of the last days is about, one for each person, with neither plan nor hold."""
    latest, earliest = (today - timedelta(days=days) for days in LETTER_DAYS)
    held = sa.select(HOLD.c.account_id).where(HOLD.c.account_id.is_not(None), HOLD.c.cleared_on.is_(None))
    first = (
        sa.select(sa.func.min(LETTER_ACCOUNT.c.account_id))
        .join(LETTER, LETTER.c.id == LETTER_ACCOUNT.c.letter_id)
        .where(LETTER.c.mailed_on.between(earliest, latest))
        .group_by(LETTER.c.guarantor_id)
    )
    query = (
        sa.select(ACCOUNT.c.id, ACCOUNT.c.balance_cents, ACCOUNT.c.guarantor_id, ACCOUNT.c.creditor_id)
        .join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
        .where(ACCOUNT.c.id.in_(first), ACCOUNT.c.id.not_in(held), PERSON.c.death_date.is_(None))
        .where(ACCOUNT.c.balance_cents > 0, ACCOUNT.c.placement_id.is_(None))
    )
    return list(conn.execute(query.order_by(ACCOUNT.c.id)))


def _when(call: Listed, today: date, share: float) -> datetime:
    """The instant after this share of the shift, or the nearest in the guarantor's hours."""
    begins, ends = (datetime.combine(today, one, UTC) for one in SHIFT)
    at = (begins + (ends - begins) * share).replace(microsecond=0)
    near = [min(max(at, one.start + BEGINS_AFTER), one.end - ENDS_BEFORE) for one in call.windows]
    return min(near, key=lambda one: abs(one - at))


def _same_call(tx: Transaction, account: AnyRow) -> tuple[int, ...]:
    """The accounts that an incoming call is about: those of the person at the creditor with a balance."""
    query = sa.select(ACCOUNT.c.id).where(
        ACCOUNT.c.guarantor_id == account.guarantor_id,
        ACCOUNT.c.creditor_id == account.creditor_id,
        ACCOUNT.c.balance_cents > 0,
    )
    return tuple(tx.conn.execute(query.order_by(ACCOUNT.c.id)).scalars())


def _dialed(call: Listed, at: datetime, chance: random.Random, today: date) -> CallResult:
    """The result of a dial: most do not reach the guarantor."""
    hour = local_hour(at, call.group.person.zip, call.group.person.phone)
    often = 1.0 if hour is None else rates.REACHED_AT.values.get(hour, 1.0)
    reached = chance.random() < rates.REACHED.value * often
    code = _pick(rates.TALKS.values if reached else rates.DIAL_ENDS.values, chance)
    owed = sum(account.balance_cents for account in call.group.accounts if account.id in call.account_ids)
    return _said(code, at, owed, chance, today)


def _said(code: str, at: datetime, owed: int, chance: random.Random, today: date) -> CallResult:
    part = owed if owed < 15_000 else owed * chance.randrange(15, 50) // 100 // 500 * 500
    on = today + timedelta(days=chance.randrange(3, 15)) if code in ("promise_to_pay", "callback") else None
    return CallResult(code, utc_text(at), part if code == "promise_to_pay" else None, on)


def _pick(weights: Mapping[str, float], chance: random.Random) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


class _Brought(TypedDict):
    """What a conversation brought beside its result."""

    insurance: ReportedInsurance | None
    plan: Ask | None


def _brought(said: CallResult, accounts: tuple[int, ...], chance: random.Random) -> _Brought:
    """A plan is set up, or an insurance is entered."""
    plan, told = None, None
    if said.code == "arrangement":
        plan = Ask(accounts, PlanRequest(count=chance.choice((3, 6, 10))))
    if said.code == "insurance_provided":
        member = f"M{accounts[0]:07d}"
        told = ReportedInsurance(chance.choice(INSURERS), PayerClass.COMMERCIAL, member, "guarantor by phone")
    return {"insurance": told, "plan": plan}
