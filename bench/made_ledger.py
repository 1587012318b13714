"""Three years of a large practice for measuring: accounts and their ledger, written straight into the tables."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

from bench.made_book import FIRST, STATES, last_name
from models import Account, Creditor, LedgerEntry, Person
from models.columns import table
from models.database import Database
from models.enums import LedgerKind

TODAY = date(2026, 3, 16)
DAYS = 1_096
"""Days of the ledger, 36 months; the last one is today."""

PAGE = 200_000

Numbers = npt.NDArray[np.int64]

KINDS = tuple(LedgerKind)
PAYERS = ("self_pay", "commercial", "commercial", "commercial", "medicare", "medicare_advantage", "medicaid", "auto")
CREDITORS = (
    ("nonprofit_hospital", "General Hospital"),
    ("nonprofit_hospital", "Mercy Hospital"),
    ("forprofit_hospital", "West Hospital"),
    ("physician_practice", "Clinic"),
    ("physician_practice", "Heart Clinic"),
    ("physician_practice", "Bone Clinic"),
    ("ambulance", "Ambulance"),
    ("asc", "Surgery Center"),
)
METHODS = ("4711 card", "web online", "1202 check", "cash", "box 3 lockbox", None, "ref 77 ach", "4712 card")
REASONS = ("charity", "small_balance", "bad_debt", "prompt_pay")


class Book(NamedTuple):
    """The accounts by key, from zero on: days are counted from the first one; a statement of -1 was never sent."""

    service: Numbers
    statement: Numbers
    creditor: Numbers
    payer: Numbers
    charged: Numbers
    balance: Numbers

    @property
    def size(self) -> int:
        """How many accounts there are."""
        return len(self.service)

    @property
    def people(self) -> int:
        """How many guarantors there are: seven for ten accounts."""
        return max(1, self.size * 7 // 10)


class Lines(NamedTuple):
    """Ledger lines in columns."""

    account: Numbers
    posted: Numbers
    recorded: Numbers
    kind: Numbers
    cents: Numbers


def day_text(day: int) -> str:
    """A day of the book as the database stores it."""
    return _TEXTS[day]


_TEXTS = [(TODAY - timedelta(days=DAYS - 1 - day)).isoformat() for day in range(DAYS + 400)]


def load(conn: Connection, noun: type[SQLModel], names: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Write rows as fast as the driver can. `names`: their columns."""
    columns = names.split()
    listed = ", ".join(f'"{name}"' for name in columns)
    driver = conn.connection.driver_connection
    assert driver is not None
    if conn.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO {table(noun).name} ({listed}) VALUES ({marks})", rows)
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {table(noun).name} ({listed}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def make_ledger(database: Database, accounts: int) -> tuple[Book, int]:
    """Creditors, people, accounts and their ledger; returns the accounts and how many ledger lines they have."""
    rng = np.random.default_rng(7)
    book, lines = _decide(rng, accounts)
    with database.engine.connect().execution_options(pastdue_writes=True) as conn, conn.begin():
        names = "id external_id name kind state"
        rows = [(key + 1, f"C{key + 1}", name, kind, "OH") for key, (kind, name) in enumerate(CREDITORS)]
        conn.execute(sa.insert(table(Creditor)), [dict(zip(names.split(), row, strict=True)) for row in rows])
        load(conn, Person, _PERSON, _people(book.people))
        load(conn, Account, _ACCOUNT, _accounts(book))
        _load_lines(conn, book, lines)
    return book, len(lines.account)


def _decide(rng: np.random.Generator, accounts: int) -> tuple[Book, Lines]:
    service = np.arange(accounts, dtype=np.int64) * (DAYS - 1) // accounts
    statement = service + 25 + rng.integers(0, 15, accounts)
    statement[(statement >= DAYS) | (rng.random(accounts) < 0.01)] = -1
    charged = rng.integers(15_000, 400_000, accounts)
    payer = rng.integers(0, len(PAYERS), accounts)
    creditor = rng.integers(0, len(CREDITORS), accounts)
    lines = _sorted(_lines(rng, service, charged))
    balance = np.bincount(lines.account, weights=lines.cents, minlength=accounts).astype(np.int64)
    return Book(service, statement, creditor, payer, charged, balance), lines


def _lines(rng: np.random.Generator, service: Numbers, charged: Numbers) -> Lines:
    """Eleven lines an account, as far as their day has come: charges, insurance, contract, payments, a last one."""
    count, keys = len(service), np.arange(len(service), dtype=np.int64)
    owed = charged // 5
    insured, contracted = charged * 35 // 100, charged - charged * 35 // 100 - owed
    part = owed // 6
    last, cents = _endings(rng, owed - 4 * part)
    plan: list[tuple[int, Numbers | int, Numbers]] = [
        (0, LedgerKind.CHARGE, charged - charged // 3),
        (1, LedgerKind.CHARGE, charged // 3),
        (22, LedgerKind.INSURANCE_PAYMENT, -(insured // 2)),
        (22, LedgerKind.CONTRACTUAL, -(contracted // 2)),
        (30, LedgerKind.INSURANCE_PAYMENT, -(insured - insured // 2)),
        (30, LedgerKind.CONTRACTUAL, -(contracted - contracted // 2)),
        *((day, LedgerKind.PATIENT_PAYMENT, -part) for day in (50, 75, 105, 135)),
        (170, last, cents),
    ]  # type: ignore[list-item]
    found: list[Numbers] = []
    for day, kind, amount in plan:
        posted = service + day + (0 if day < 2 else rng.integers(0, 12, count))
        kinds = kind if isinstance(kind, np.ndarray) else np.full(count, KINDS.index(LedgerKind(kind)), dtype=np.int64)
        recorded = np.minimum(posted + np.where(rng.random(count) < 0.05, rng.integers(1, 4, count), 0), DAYS - 1)
        found.append(np.stack([keys, posted, recorded, kinds, amount])[:, (posted < DAYS) & (amount != 0)])
    return Lines(*np.concatenate(found, axis=1))


def _endings(rng: np.random.Generator, left: Numbers) -> tuple[Numbers, Numbers]:
    """How an account ends: paid, written off, discounted, overpaid; four of ten are still owed."""
    luck = rng.random(len(left))
    pays, off, less = (
        KINDS.index(one) for one in (LedgerKind.PATIENT_PAYMENT, LedgerKind.WRITE_OFF, LedgerKind.DISCOUNT)
    )
    kind = np.where(luck < 0.42, pays, np.where(luck < 0.56, off, less)).astype(np.int64)
    cents = np.where(luck < 0.6, -left, 0)
    return kind, np.where(luck < 0.003, -left - 2_500, cents)


def _sorted(lines: Lines) -> Lines:
    """In the order of recording, as the keys of a ledger are."""
    order = np.lexsort((lines.account, lines.recorded))
    return Lines(*(column[order] for column in lines))


_PERSON = (
    "id first_name last_name birth_date address1 city state zip country phone email_consent language large_print "
    "text_consent version"
)


def _people(count: int) -> Iterator[tuple[object, ...]]:
    for key in range(1, count + 1):
        state, zip_code, area = STATES[key % len(STATES)]
        born = f"{1940 + key % 60}-{1 + key % 12:02d}-{1 + key % 28:02d}"
        where = (f"{key % 900 + 1} Test Lane", "Dayton", state, zip_code, "", f"{area}-555-01{key % 100:02d}")
        yield (key, FIRST[key % len(FIRST)], last_name(key), born, *where, False, "en", False, False, 1)


_ACCOUNT = (
    "id number creditor_id patient_id guarantor_id payer_class service_from first_statement_on original_cents "
    "balance_cents state agency_returns history_seq history_digest version"
)


def _accounts(book: Book) -> Iterator[tuple[object, ...]]:
    columns = (book.service, book.statement, book.creditor, book.payer, book.charged, book.balance)
    for key, (service, statement, creditor, payer, charged, balance) in enumerate(
        zip(*(one.tolist() for one in columns), strict=True), 1
    ):
        person = key % book.people + 1
        first = None if statement < 0 else day_text(statement)
        state = "open" if balance else "paid"
        days = (day_text(service), first)
        yield (key, f"N{key}", creditor + 1, person, person, PAYERS[payer], *days, charged, balance, state, 0, 3, "", 1)


_LINE = "id account_id posted_on recorded_on payer_class kind amount_cents source external_id reference"
_SLOW = ("ix_ledger_account", "ix_ledger_posted")


def _load_lines(conn: Connection, book: Book, lines: Lines) -> None:
    """Without its indexes, which are made afterwards in one pass."""
    slow = [one for one in table(LedgerEntry).indexes if one.name in _SLOW]
    for index in slow:
        index.drop(conn)
    load(conn, LedgerEntry, _LINE, _line_rows(book, lines))
    for index in slow:
        index.create(conn)


def _line_rows(book: Book, lines: Lines) -> Iterator[tuple[object, ...]]:
    words: list[str] = [str(one) for one in LedgerKind]
    sources = {"charge": "book", "insurance_payment": "835", "contractual": "835", "patient_payment": "payments"}
    payers = book.payer[lines.account]
    for start in range(0, len(lines.account), PAGE):
        page = [one[start : start + PAGE].tolist() for one in (*lines, payers)]
        for key, (account, posted, recorded, kind, cents, payer) in enumerate(zip(*page, strict=True), start + 1):
            word = words[int(kind)]
            source, reference = sources.get(word, "office"), None
            if word == "patient_payment":
                reference = METHODS[key % len(METHODS)]
                source = "agency:A1" if key % 50 == 0 else source
            elif source == "office":
                reference = REASONS[key % len(REASONS)]
            days = (day_text(posted), day_text(recorded))
            yield (key, account + 1, *days, PAYERS[payer], word, cents, source, f"{key:09d}", reference)
