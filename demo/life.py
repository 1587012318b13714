"""What made-up people and staff do each day: pay, promise, move, dispute, die, answer calls."""

import csv
import random
from collections.abc import Mapping
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from demo import rates
from demo.agencies import MadeUpAgencies
from demo.calls import MadeUpCalls
from demo.estates import MadeUpDesk
from demo.journal import Journal
from demo.manager import MadeUpManager
from demo.payers import MadeUpPayers
from demo.payments import MadeUpPayments
from demo.work import MadeUpWork
from flows.accounts.holds import NewHold, open_holds
from flows.correspondence.letters.commands import mail_room
from flows.correspondence.letters.queries import LETTER
from flows.correspondence.print_batches.commands import print_letters
from flows.correspondence.print_batches.mailing import mail_batch
from flows.correspondence.returned_mail.commands import return_letter
from flows.correspondence.returned_mail.nixie import Nixie
from flows.intake.file_format import Options
from flows.intake.take import take_files
from flows.people.death import record_death
from flows.practice import Practice
from models import Account, Hold, Person, PersonKey
from models.columns import AnyRow, table
from models.database import Transaction
from models.enums import HoldKind, LetterState
from models.errors import Refused

ACCOUNT = table(Account)
HOLD = table(Hold)
PERSON = table(Person)
PERSON_KEY = table(PersonKey)

PRINTS_ON = (1, 4)
"""The weekdays on which the mail room prints: Tuesdays and Fridays, as a small practice does."""

RETURNED_AFTER = 7
"""How many days a letter that cannot be delivered takes to come back."""


def take_book(practice: Practice, files: Mapping[str, str], today: date) -> None:
    """Import account files, as CSV text by name. Raises Refused if a row is rejected."""
    folder = practice.settings.home / "made-up-book" / f"{today}"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    reports = take_files(practice.database, [folder], Options(), today, practice.settings.rejects)
    rejected = sum(report.rejected for report in reports)
    if rejected:
        raise Refused(f"{rejected} rows of the made-up account files were rejected", f"see {practice.settings.rejects}")


class Life:
    """Random choices, the same for the same seed and day, whatever was run before."""

    def __init__(self, practice: Practice, seed: int, later: Mapping[date, Mapping[str, str]]) -> None:
        """`later`: the account files that arrive during the life, by day."""
        self.practice = practice
        self.seed = seed
        self.later = later
        self._last_service = _last_services(later)
        self.agencies = MadeUpAgencies(practice, seed)
        self.calls = MadeUpCalls(practice, seed)
        self.estates = MadeUpDesk(practice, seed)
        self.manager = MadeUpManager(practice, seed)
        self.journal = Journal(practice)
        self.payers = MadeUpPayers(practice, seed, self.journal)
        self.payments = MadeUpPayments(practice, seed)
        self.work = MadeUpWork(practice, seed, self.journal)

    def set_up(self, today: date) -> None:
        """Before the first day: the collectors and the agencies."""
        self.agencies.set_up(today)
        self.calls.set_up(today)

    def morning(self, today: date) -> None:
        """Before the run: new accounts, bank files, returned mail, and reports from families."""
        self._new_accounts(today)
        self.payments.morning(today)
        self.agencies.morning(today)
        if today.weekday() < 5:
            chance = random.Random(f"{self.seed} morning {today}")
            with self.practice.database.transaction(actor="clerk", business_date=today) as tx:
                _mail_back(tx, chance, today)
                self._reports(tx, chance, today)

    def _new_accounts(self, today: date) -> None:
        """Import the account files that arrive today."""
        if today in self.later:
            take_book(self.practice, self.later[today], today)

    def day(self, today: date) -> None:
        """After the run: the mail room prints and mails, collectors call, and staff work their lists."""
        if today.weekday() >= 5:
            return
        if today.weekday() in PRINTS_ON:
            self._mail(today)
        self.calls.day(today)
        self.agencies.complaints(today)
        self.manager.day(today)
        self.estates.day(today)
        self.work.day(today)
        self.payers.day(today)
        self.journal.close(today)

    def _mail(self, today: date) -> None:
        room = mail_room(self.practice, "mail room")
        for batch in print_letters(room, self.practice.settings.outbox, today, pdf=False):
            with self.practice.database.transaction(actor="mail room", business_date=today) as tx:
                mail_batch(tx, batch.batch, today)

    def _reports(self, tx: Transaction, chance: random.Random, today: date) -> None:
        """Families report deaths, and people dispute bills in writing."""
        for account in _owing(tx.conn, today):
            luck = chance.random()
            if luck < rates.DEATHS.value:
                died = today - timedelta(days=chance.randrange(2, 20))
                if not self._treated_since(tx.conn, account, died) or chance.random() < rates.AFTER_DEATH.value:
                    record_death(tx, account.guarantor_id, died, "reported by the family")
            elif luck < rates.DEATHS.value + rates.DISPUTES.value and not _held(tx.conn, account.id, HoldKind.DISPUTE):
                open_holds(tx, [NewHold(HoldKind.DISPUTE, account_id=account.id, note="disputes the bill in writing")])

    def _treated_since(self, conn: Connection, account: AnyRow, day: date) -> bool:
        """Whether the guarantor of an account has a service after a day, on an account here or still to come."""
        later = sa.func.coalesce(ACCOUNT.c.service_to, ACCOUNT.c.service_from) > day
        query = sa.select(ACCOUNT.c.id).where(later, ACCOUNT.c.guarantor_id == account.guarantor_id)
        keys = sa.select(PERSON_KEY.c.external_id).where(PERSON_KEY.c.person_id == account.guarantor_id)
        to_come = any(self._last_service.get(key, day) > day for key in conn.execute(keys).scalars())
        return to_come or conn.execute(query).first() is not None


def _mail_back(tx: Transaction, chance: random.Random, today: date) -> None:
    """Letters of a week ago that the post office returns."""
    for letter in _mailed_lately(tx.conn, today):
        if chance.random() < rates.RETURNED_MAIL.value:
            return_letter(tx, letter, Nixie.NOT_DELIVERABLE)


def _owing(conn: Connection, today: date) -> list[AnyRow]:
    query = sa.select(ACCOUNT.c.id, ACCOUNT.c.guarantor_id)
    billed = query.where(ACCOUNT.c.balance_cents > 0, ACCOUNT.c.first_statement_on <= today)
    alive = billed.join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id).where(PERSON.c.death_date.is_(None))
    return list(conn.execute(alive.order_by(ACCOUNT.c.id)))


def _last_services(later: Mapping[date, Mapping[str, str]]) -> dict[str, date]:
    """The last service of each guarantor in the account files that arrive later."""
    found: dict[str, date] = {}
    for files in later.values():
        for row in csv.DictReader(files.get("accounts", "").splitlines()):
            key, on = row["guarantor_id"], date.fromisoformat(row["service_to"])
            found[key] = max(on, found.get(key, on))
    return found


def _mailed_lately(conn: Connection, today: date) -> list[int]:
    back = today - timedelta(days=RETURNED_AFTER)
    query = sa.select(LETTER.c.id).where(LETTER.c.mailed_on == back, LETTER.c.state == LetterState.MAILED.value)
    return list(conn.execute(query.order_by(LETTER.c.id)).scalars())


def _held(conn: Connection, account: int, kind: HoldKind) -> bool:
    query = sa.select(HOLD.c.id).where(
        HOLD.c.account_id == account, HOLD.c.kind == kind.value, HOLD.c.cleared_on.is_(None)
    )
    return conn.execute(query).first() is not None
