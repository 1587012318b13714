"""Accounts placed with an agency and exported, and a remittance of as many lines posted; memory beside the time."""

import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.made_book import TODAY, make
from bench.measured import Measured
from flows.accounts.placements import NewPlacement, queue_placements
from flows.agency_handoff.commands import publish_agency, publish_pools
from flows.agency_handoff.files.desk import Desk, layout_named
from flows.agency_handoff.files.take import take_file
from flows.agency_handoff.files.writing import About, Writer
from flows.agency_handoff.nightly import hand_off
from models import Account
from models.columns import table
from models.database import Database, batches
from models.enums import AgencyFileKind

ACCOUNTS = 100_000
GOAL = 20.0
"""Seconds for a hundred thousand."""

AGENCY = """
agency: harbor
name: Harbor Recovery
tier: 1
contact: {address1: 12 Pier Road, city: Columbus, state: OH, zip: "43215", phone: 614-555-0142}
business_associate_agreement: {signed: 2026-01-02}
contract: {begins: 2026-01-02, keeps_records: yes}
licences:
  - {state: OH, number: "1", until: 2030-01-01}
  - {state: IN, number: "2", until: 2030-01-01}
  - {state: KY, number: "3", until: 2030-01-01}
  - {state: PA, number: "4", until: 2030-01-01}
rates: [{percent: 20}]
layout: plain-csv
transport: {folder: {put: there/in}}
"""
POOLS = "pools: {primary: {agencies: [{agency: harbor, weight: 1}]}}\n"
ACCOUNT = table(Account)


def agency_export(scale: float) -> list[Measured]:
    """Accounts that wait: gates, choice, history, file, sent."""
    accounts = int(ACCOUNTS * scale)
    with _practice(accounts) as desk:
        seconds, memory = _timed(lambda: hand_off(desk, TODAY))
    return [_row("agency-export", accounts, seconds, memory)]


def agency_remit(scale: float) -> list[Measured]:
    """A remittance with a payment for each account: checked against the contract, posted, in the history."""
    accounts = int(ACCOUNTS * scale)
    with _practice(accounts) as desk:
        hand_off(desk, TODAY)
        path = _remittance(desk, accounts)
        seconds, memory = _timed(lambda: take_file(desk, path, TODAY, agency="harbor"))
    return [_row("agency-remit", accounts, seconds, memory)]


def _row(name: str, accounts: int, seconds: float, memory: int) -> Measured:
    goal = GOAL * accounts / ACCOUNTS
    note = f"{accounts:,} in {seconds:.1f} s, goal {goal:.0f} s; {memory} MB more at the peak"
    return {"name": name, "per_second": accounts / seconds, "ratio": goal / seconds, "against": "goal", "note": note}


def _timed(work: Any) -> tuple[float, int]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    work()
    return time.perf_counter() - began, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024


@contextmanager
def _practice(accounts: int) -> Iterator[Desk]:
    with tempfile.TemporaryDirectory(prefix="pastdue-bench-") as folder:
        database = make(f"sqlite:///{folder}/book.db", accounts, accounts // 10)
        _queue(database)
        yield Desk(database, Path(folder))
        database.close()


def _queue(database: Database) -> None:
    with database.transaction(actor="bench", business_date=TODAY) as tx:
        publish_agency(tx, AGENCY, "harbor.yaml")
        publish_pools(tx, POOLS, "pools.yaml")
        rows = tx.conn.execute(sa.select(ACCOUNT.c.id, ACCOUNT.c.guarantor_id, ACCOUNT.c.balance_cents)).all()
    for part in batches(rows, 20_000):
        with database.transaction(actor="bench", business_date=TODAY) as tx:
            queue_placements(
                tx, [NewPlacement(row.id, row.guarantor_id, 1, row.balance_cents, "primary") for row in part]
            )


def _remittance(desk: Desk, accounts: int) -> Path:
    with desk.database.reading() as conn:
        writer = Writer(layout_named(conn, "plain-csv"), AgencyFileKind.PAYMENTS)
    for number in range(1, accounts + 1):
        writer.add(
            {
                "reference": f"R{number}",
                "account_number": f"N{number}",
                "kind": "payment",
                "paid_on": TODAY,
                "gross": 50_00,
                "commission": 10_00,
                "net": 40_00,
            }
        )
    path = desk.home / "harbor-payments-1.csv"
    path.write_bytes(writer.content(About("harbor", TODAY, 1, AgencyFileKind.PAYMENTS)))
    return path
