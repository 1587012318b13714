"""Books for measuring: many accounts, some of them due today, written straight into the tables."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from flows.dunning.versions.publish import SHIPPED, publish
from flows.schedules.schedule_file import read_schedule_file
from letters.docx.shelf import Shelf
from models import Account, Creditor, Enrollment, LedgerEntry, Person
from models.columns import ColumnValues
from models.database import Database, open_database
from models.migrate import migrate

TODAY = date(2026, 3, 2)
STATES = (("OH", "45402", "937"), ("IN", "46802", "260"), ("KY", "40507", "859"), ("PA", "19104", "215"))
FIRST = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gia", "Hal", "Ivy", "Jon", "Kit", "Lou", "Max", "Nia", "Oli")
SYLLABLES = tuple("bar cor dan el fen gar hol in jes kal lor mar nor os pel ros".split())
PAGE = 20_000
RUN = 100


def make(url: str, accounts: int, due: int) -> Database:
    """A book of so many accounts, a guarantor each; `due` of them have their first reminder today.

    Those that are due stand in runs of a hundred, as accounts billed on one day come in by one file.
    """
    database = open_database(url)
    migrate(database)
    path = SHIPPED / "patient-balance.yaml"
    with database.transaction(actor="bench", business_date=TODAY) as tx:
        publish(tx, read_schedule_file(path), path.read_text(), letters=Shelf().kinds())
        tx.insert(
            Creditor, [{"id": 1, "external_id": "C1", "name": "Clinic", "kind": "physician_practice", "state": "OH"}]
        )
    every = accounts // due * RUN
    for start in range(1, accounts + 1, PAGE):
        keys = range(start, min(start + PAGE, accounts + 1))
        with database.transaction(actor="bench", business_date=TODAY) as tx:
            tx.insert(Person, list(map(person, keys)))
            tx.insert(Account, list(map(account, keys)))
            tx.insert(LedgerEntry, list(map(entry, keys)))
            tx.insert(Enrollment, [enrollment(key, is_due=(key - 1) % every < RUN) for key in keys])
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect() as conn:
            for name in ("person", "account", "ledger_entry"):
                conn.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {accounts})"))
            conn.commit()
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.execute(sa.text("VACUUM ANALYZE"))
    else:
        with database.engine.connect() as conn:
            conn.execute(sa.text("ANALYZE"))
    return database


def person(key: int) -> ColumnValues:
    """A made-up guarantor."""
    state, zip_code, area = STATES[key % len(STATES)]
    return {
        "id": key,
        "first_name": FIRST[key % len(FIRST)],
        "last_name": last_name(key),
        "birth_date": date(1940, 1, 1) + timedelta(days=key * 7 % 22_000),
        "address1": f"{key % 900 + 1} Test Lane",
        "city": "Dayton",
        "state": state,
        "zip": zip_code,
        "phone": f"{area}-555-01{key % 100:02d}",
        "language": "en",
        "email_consent": False,
        "version": 1,
    }


def last_name(key: int) -> str:
    """One of some four thousand names, as in a town."""
    parts = (SYLLABLES[key % 16], SYLLABLES[key // 16 % 16], SYLLABLES[key // 256 % 16])
    return "".join(parts).capitalize()


def account(key: int) -> ColumnValues:
    """Their account."""
    first = TODAY - timedelta(days=30)
    return {
        "id": key,
        "number": f"N{key}",
        "creditor_id": 1,
        "patient_id": key,
        "guarantor_id": key,
        "payer_class": "self_pay",
        "service_from": first - timedelta(days=30),
        "first_statement_on": first,
        "original_cents": 12_345,
        "balance_cents": 12_345,
        "state": "open",
        "history_seq": 0,
        "history_digest": "",
        "version": 1,
    }


def entry(key: int) -> ColumnValues:
    """Its opening balance."""
    return {
        "id": key,
        "account_id": key,
        "posted_on": TODAY - timedelta(days=30),
        "kind": "opening",
        "amount_cents": 12_345,
        "source": "book",
        "external_id": f"opening:{key}",
    }


def enrollment(key: int, *, is_due: bool) -> ColumnValues:
    """Where it stands: its first reminder is due today, or in ten days."""
    first = TODAY - timedelta(days=30 if is_due else 20)
    return {
        "account_id": key,
        "guarantor_id": key,
        "creditor_id": 1,
        "schedule_version_id": 1,
        "cycle": 1,
        "anchor_on": first,
        "state": "active",
        "delay_days": 0,
        "next_action_on": TODAY if is_due else TODAY + timedelta(days=10),
    }


def raw_rows(due: int) -> Iterator[int]:
    """The keys of as many accounts as are due."""
    return iter(range(1, due + 1))


def sqlite_url(folder: str) -> str:
    """The URL of a new database in a folder."""
    return f"sqlite:///{Path(folder) / 'bench.db'}"
