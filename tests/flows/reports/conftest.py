"""A practice that has lived for some months, for reports to read."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from flows.accounts.holds import NewHold, open_holds
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.practice import Practice, practice_of
from models import Account, BadDebt, Letter, Placement, Refund
from models.columns import table
from models.database import open_database
from models.enums import HoldKind, LedgerKind
from models.environment import Settings

ACCOUNT = table(Account)
LETTER = table(Letter)

DAYS, LAST = 210, date(2026, 6, 30)
FIRST = LAST - timedelta(days=DAYS - 1)


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """A made-up practice after seven months, with payments, calls, letters, plans, agencies and estates. Only to read."""
    folder = tmp_path_factory.mktemp("lived")
    home = folder / "home"
    environment = {**os.environ, "PASTDUE_HOME": str(home), "PREFECT_HOME": str(folder / "prefect")}
    command = [str(Path(sys.executable).parent / "pastdue"), "demo", "--accounts", "250", "--seed", "7", "--json"]
    wanted = [*command, "--days", str(DAYS), "--until", LAST.isoformat()]
    done = subprocess.run(wanted, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    database = open_database(f"sqlite:///{home / 'pastdue.db'}")
    practice = practice_of(database, Settings(home, ""))
    _more(practice)
    yield practice
    database.close()


def _more(practice: Practice) -> None:
    """What the made-up life may not bring by the last day, a line of each kind."""
    with practice.database.transaction(actor="leo", business_date=LAST) as tx:
        free = ACCOUNT.c.id.not_in(sa.select(table(Placement).c.account_id))
        owed = sa.select(ACCOUNT).where(ACCOUNT.c.balance_cents > 0, free).order_by(ACCOUNT.c.id)
        accounts = tx.conn.execute(owed).all()
        one, other = accounts[0], accounts[1]
        open_holds(tx, [NewHold(HoldKind.COMPLAINT, account_id=one.id, note="rude call")])
        newest = sa.select(sa.func.max(LETTER.c.id)).scalar_subquery()
        changed = sa.update(LETTER).where(LETTER.c.id == newest)
        tx.conn.execute(changed.values(channel="email", state="unsure", email="ada@example.com"))
        paid = -other.balance_cents - 12_05
        post(tx, [Entry(other.id, LAST, LedgerKind.PATIENT_PAYMENT, paid, "payments", "twice", "twice check")])
        refund = {"account_id": other.id, "payee": "guarantor", "amount_cents": 12_05, "reason": "paid twice"}
        tx.insert(Refund, [{"id": tx.ids(Refund, 1)[0], **refund, "proposed_on": LAST, "proposed_by": "leo"}])
        last = accounts[2]
        evidence = {"efforts": "[]", "missing": "", "listed_on": LAST, "first_bill_on": FIRST, "ceased_on": LAST}
        tx.insert(BadDebt, [{"account_id": last.id, "balance_cents": last.balance_cents, **evidence}])
        wanted = {"account_id": last.id, "guarantor_id": last.guarantor_id, "creditor_id": last.creditor_id}
        row = {"pool": "primary", "wanted_on": LAST, "wanted_by": "grace", "state": "queued"}
        tx.insert(Placement, [{"id": tx.ids(Placement, 1)[0], **wanted, **row}])
