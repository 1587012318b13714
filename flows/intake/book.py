"""Importing account files, in the order in which they refer to each other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flows.accounts.load import present_schedules
from flows.intake.book_files import (
    ACCOUNTS,
    CREDITORS,
    GUARANTORS,
    PATIENTS,
    TRANSACTIONS,
    BookFile,
    rows_of,
)
from flows.intake.commands import take_accounts, take_creditors, take_entries, take_guarantors, take_patients
from flows.intake.reading import Rows
from flows.intake.staging import Staging
from flows.intake.tally import Taker, Tally
from models.database import Database

SOURCE = "book"


@dataclass(frozen=True, slots=True)
class Part:
    """One of the account files, open for reading, and the tally of its rows."""

    kind: BookFile
    file: Rows
    tally: Tally

    def rows(self) -> Iterator[Any]:
        return self.tally.sift(rows_of(self.file, self.kind))


def least_overdue_days(database: Database, today: date) -> int | None:
    """The least number of days after which a present schedule applies to an account; None without a schedule."""
    with database.reading() as conn:
        return min((one.schedule.enter.overdue_days for one in present_schedules(conn, today)), default=None)


def take_book(database: Database, parts: Iterable[Part], today: date, source: str = SOURCE) -> None:
    """Import the account files, in the order of BOOK_FILES whatever their own order; the tallies have the results.

    A file may be missing: its rows may be known already. `source` is the system whose ids for people and
    transactions these are.
    """
    by_kind: dict[str, list[Part]] = {}
    for part in parts:
        by_kind.setdefault(part.kind.name, []).append(part)
    taker = Taker(database, today, source)
    for part in by_kind.get(CREDITORS.name, ()):
        take_creditors(taker, part.rows(), part.tally, part.file.path.name)
    for part in by_kind.get(GUARANTORS.name, ()):
        take_guarantors(taker, part.rows(), part.tally)
    for part in by_kind.get(PATIENTS.name, ()):
        take_patients(taker, part.rows(), part.tally)
    _accounts_and_entries(taker, by_kind.get(ACCOUNTS.name, []), by_kind.get(TRANSACTIONS.name, []))


def _accounts_and_entries(taker: Taker, accounts: list[Part], transactions: list[Part]) -> None:
    overdue = least_overdue_days(taker.database, taker.today)
    if not transactions:
        for part in accounts:
            take_accounts(taker, part.rows(), part.tally, None, overdue)
        return
    # Entries of several files may belong to one account: each file's are stored apart, all are read together.
    with Staging() as staging:
        for number, part in enumerate(transactions):
            staging.set_down(part.rows(), file=number)
        for number, reject in staging.index():
            transactions[number].tally.reject(*reject[:3], *reject.row)
        for number, (count, cents) in staging.repeated.items():
            transactions[number].tally.know(cents, count)
        for part in accounts:
            came = take_accounts(taker, part.rows(), part.tally, staging, overdue)
            for number, (count, cents) in came.items():
                transactions[number].tally.post(cents, count)
        for number, part in enumerate(transactions):
            take_entries(taker, staging, part.tally, file=number)
