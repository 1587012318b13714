"""What made-up people pay, as the bank's daily file: on their own, for promises and plans; and returned checks."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from demo import rates
from demo.plans import on_a_plan, paid_today
from demo.promises import kept_today, promised
from flows.correspondence.letters.queries import LETTER
from flows.practice import Practice
from models import Account, LedgerEntry, LetterAccount, Person
from models.columns import AnyRow, table
from models.csv_files import csv_bytes
from models.enums import LedgerKind

ACCOUNT = table(Account)
LEDGER = table(LedgerEntry)
LETTER_ACCOUNT = table(LetterAccount)
PERSON = table(Person)

COLUMNS = ("account_number", "date", "amount", "method", "reference", "reversal")
PREFIX: Mapping[str, str] = {"card": "CC", "online": "WEB", "check": "CK", "ach": "ACH", "cash": "CASH"}
"""How the references of a method begin."""

LETTER_DAYS = (3, 12)
"""From how many days after a letter was mailed to how many people pay because of it."""

CHECK_RETURNS_AFTER = 5
"""How many days the bank takes to return a check."""

AT_AGENCY = 0.25
"""How often people pay the practice itself while an agency has the account, relative to others."""


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment, or a check that came back."""

    number: str
    cents: int
    why: str
    method: str
    reference: str = ""
    reversal: str = "no"

    def row(self, today: date) -> tuple[object, ...]:
        """Its row of the bank's file."""
        reference = self.reference or f"{PREFIX[self.method]}{today:%y%m%d}{self.why}-{self.number}"
        return (self.number, today, f"{self.cents / 100:.2f}", self.method, reference, self.reversal)


class MadeUpPayments:
    """Random choices, the same for the same seed and day."""

    def __init__(self, practice: Practice, seed: int) -> None:
        self.practice = practice
        self.seed = seed

    def morning(self, today: date) -> None:
        """Write the bank's file of the day."""
        with self.practice.database.reading() as conn:
            paid = list(self._all(conn, today))
        if not paid:
            return
        inbox = self.practice.settings.inbox
        inbox.mkdir(parents=True, exist_ok=True)
        content = csv_bytes(COLUMNS, [one.row(today) for one in paid])
        (inbox / f"lockbox-{today}.csv").write_bytes(content)

    def _all(self, conn: Connection, today: date) -> Iterator[Paid]:
        chance = random.Random(f"{self.seed} payments {today}")
        kept = list(kept_today(conn, self.seed, today))
        on_plan = paid_today(conn, self.seed, today)
        taken = {one.number for one in kept} | {number for _, number, _ in on_plan}
        for account in _owing(conn, today):
            if chance.random() < _likely(account, today) and account.number not in taken:
                yield _own(account, chance)
        for one in kept:
            yield Paid(one.number, one.cents, f"K{one.promise}", pick_method(chance, not_by=("cash",)))
        for payment, number, cents in on_plan:
            method = "ach" if payment % 3 == 0 else "card"
            yield Paid(number, cents, f"I{payment}", method)
        yield from self._returned(conn, today)

    def _returned(self, conn: Connection, today: date) -> Iterator[Paid]:
        """Checks of some days ago that the bank returns."""
        sent = today - timedelta(days=CHECK_RETURNS_AFTER)
        query = (
            sa.select(LEDGER.c.id, LEDGER.c.external_id, LEDGER.c.amount_cents, ACCOUNT.c.number)
            .join(ACCOUNT, ACCOUNT.c.id == LEDGER.c.account_id)
            .where(LEDGER.c.posted_on == sent, LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value)
            .where(LEDGER.c.external_id.like("CK%"), LEDGER.c.amount_cents < 0)
        )
        for row in conn.execute(query.order_by(LEDGER.c.id)):
            if random.Random(f"{self.seed} check {row.external_id}").random() < rates.RETURNED_CHECKS.value:
                yield Paid(row.number, -row.amount_cents, "", "check", row.external_id, "nsf")


def pick_method(chance: random.Random, not_by: tuple[str, ...] = ()) -> str:
    """A way to pay."""
    ways = [way for way in rates.PAYS_BY.values if way not in not_by]
    return chance.choices(ways, [rates.PAYS_BY[way] for way in ways])[0]


def _own(account: AnyRow, chance: random.Random) -> Paid:
    """A payment that nobody was promised: in full or in part."""
    owed = account.balance_cents
    whole = owed < 5_000 or chance.random() < rates.PAYS_IN_FULL.value
    cents = owed if whole else max(1_000, owed * chance.randrange(20, 70) // 100)
    if whole and chance.random() < rates.ROUNDED_UP.value:
        cents = -(-(cents + 1) // 1_000) * 1_000
    return Paid(account.number, cents, "", pick_method(chance))


def _likely(account: AnyRow, today: date) -> float:
    """How likely an account is paid of its guarantor's own accord today. Pure."""
    age = (today - account.first_statement_on).days
    likely = daily_rate(age) * by_balance(account.balance_cents) * rates.SEASON[today.month]
    if account.has_letter:
        likely *= rates.AFTER_LETTER.value
    return likely * AT_AGENCY if account.placement_id is not None else likely


def daily_rate(age: int) -> float:
    """How likely an average balance of this age in days, not paid so far, is paid on a day. Pure."""
    still, before = 1.0, 0
    for until, share in rates.COLLECTED_WITHIN.values.items():
        part = share * rates.COLLECTED.value
        if age <= until:
            return 1.0 - (1.0 - part / still) ** (1.0 / (until - before))
        still, before = still - part, until
    return 0.0001


def by_balance(cents: int) -> float:
    """How much more or less often a balance is paid than an average one. Pure."""
    return next(share for up_to, share in rates.COLLECTED_BY_BALANCE.values.items() if cents <= up_to)


def _owing(conn: Connection, today: date) -> list[AnyRow]:
    """Billed accounts of the living with a balance and no plan or promise; whether a letter has just arrived."""
    latest, earliest = (today - timedelta(days=days) for days in LETTER_DAYS)
    near = LETTER.c.mailed_on.between(earliest, latest)
    lately = sa.select(LETTER_ACCOUNT.c.account_id).join(LETTER, LETTER.c.id == LETTER_ACCOUNT.c.letter_id).where(near)
    columns = (ACCOUNT.c.id, ACCOUNT.c.number, ACCOUNT.c.balance_cents, ACCOUNT.c.first_statement_on)
    query = (
        sa.select(*columns, ACCOUNT.c.placement_id, ACCOUNT.c.id.in_(lately).label("has_letter"))
        .join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
        .where(ACCOUNT.c.balance_cents > 0, ACCOUNT.c.first_statement_on <= today, PERSON.c.death_date.is_(None))
        .where(ACCOUNT.c.id.not_in(on_a_plan()), ACCOUNT.c.id.not_in(promised()))
    )
    return list(conn.execute(query.order_by(ACCOUNT.c.id)))
