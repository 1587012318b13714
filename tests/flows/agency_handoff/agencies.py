"""Agencies to test with: their terms as YAML, the files they send, and what the book says of a placement."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from flows.agency_handoff.commands import publish_agency, publish_pools, want_placed
from flows.agency_handoff.files.desk import agency_desk, layout_named
from flows.agency_handoff.files.take import Taken, take_file
from flows.agency_handoff.files.writing import About, Writer
from flows.agency_handoff.nightly import export, hand_off
from flows.agency_handoff.placement.place import place_waiting
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.practice import Practice
from models.columns import AnyRow
from models.database import Database
from models.enums import AgencyFileKind, LedgerKind
from tests.small_book import account_of, publish_text, rows, someone, take_in

FIRST = date(2026, 1, 5)
TODAY = date(2026, 6, 1)

SCHEDULE = """
schedule: to-agency
title: Straight to an agency
enter: {overdue_days: 30, balance: {at_least: 1.00}}
steps:
  - {id: reminder-1, at: {day: 30}, do: {letter: reminder-1}}
  - {id: place, at: {day: 125}, do: {place: {pool: primary}}}
  - {id: second-placement, at: {after: place, days: 365}, do: {place: {pool: secondary, recall: true}}}
  - {id: write-off, at: {after: second-placement, days: 365}, do: {write_off: {reason: uncollectible}}}
"""


def terms_text(code: str = "harbor", **more: str) -> str:
    """An agency's file; lines of `more` take the place of those of the same first word."""
    lines = {
        "name": f"name: {code.capitalize()} Recovery",
        "tier": "tier: 1",
        "contact": "contact: {address1: 12 Pier Road, city: Columbus, state: OH, zip: '43215', phone: 614-555-0142}",
        "business_associate_agreement": "business_associate_agreement: {signed: 2026-01-02}",
        "contract": "contract: {begins: 2026-01-02, keeps_records: yes, suspend_days: 20, earns_after_days: 30}",
        "licences": "licences: [{state: OH, number: OH-1, until: 2027-12-31}]",
        "rates": "rates: [{percent: 20}]",
        "layout": "layout: plain-csv",
        "transport": f"transport: {{folder: {{put: there/{code}/in, get: there/{code}/out}}}}",
    }
    lines.update({name: f"{name}: {value}" for name, value in more.items()})
    return "\n".join([f"agency: {code}", *lines.values()]) + "\n"


POOLS = """
pools:
  primary:
    champion: harbor
    agencies: [{agency: harbor, weight: 100}]
  secondary:
    agencies: [{agency: beacon, weight: 100}]
"""


def publish(database: Database, *texts: str, pools: str = POOLS, today: date = FIRST) -> None:
    """Publish agencies and their pools."""
    with database.transaction(actor="manager", business_date=today) as tx:
        for text in texts:
            publish_agency(tx, text, "agency.yaml")
        publish_pools(tx, pools, "pools.yaml")


def begin(practice: Practice, *, cents: int = 500_00, numbers: Sequence[str] = ("A1",), **more: Any) -> None:
    """A book with one guarantor, two agencies and a schedule that leads to them."""
    publish(practice.database, terms_text(), terms_text("beacon", tier="2"))
    publish_text(practice.database, SCHEDULE)
    take_in(practice.database, [someone("Ada", accounts=[(one, FIRST, cents) for one in numbers], **more)], FIRST)


def want(database: Database, *numbers: str, on: date = TODAY, pool: str = "primary") -> None:
    """Put accounts in the queue for an agency by hand."""
    with database.transaction(actor="boss", business_date=on) as tx:
        want_placed(tx, [account_of(database, number) for number in numbers], pool)


def place(practice: Practice, *numbers: str, on: date = TODAY) -> None:
    """Place accounts now: queue, gates, choice, file, sent."""
    want(practice.database, *numbers, on=on)
    hand_off(agency_desk(practice), on)


def look(practice: Practice, on: date = TODAY) -> dict[str, int]:
    """Look at what waits, and make the files."""
    counts = place_waiting(agency_desk(practice), on)
    return dict(counts + export(agency_desk(practice), on))


def stay(database: Database, number: str = "A1") -> AnyRow:
    """The newest placement of an account."""
    query = "SELECT p.* FROM placement p JOIN account a ON a.id = p.account_id WHERE a.number = :n ORDER BY p.id DESC"
    return rows(database, query, n=number)[0]


def write(
    practice: Practice,
    kind: AgencyFileKind,
    records: Sequence[Mapping[str, Any]],
    *,
    name: str = "",
    agency: str = "harbor",
    layout: str = "plain-csv",
    day: date = TODAY,
) -> Path:
    """A file as the agency would send it."""
    with practice.database.reading() as conn:
        found = layout_named(conn, layout)
    writer = Writer(found, kind)
    for record in records:
        writer.add(record)
    ending = {"plain-csv": "csv", "fixed-400": "txt", "workbook": "xlsx"}[layout]
    path = practice.settings.home / "came" / (name or f"{agency}-{kind.value}-{day}.{ending}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(writer.content(About(agency, day, 1, kind)))
    return path


def take(practice: Practice, path: Path, on: date = TODAY, agency: str = "harbor", **more: Any) -> Taken:
    """Take a file in."""
    return take_file(agency_desk(practice), path, on, agency=agency, **more)


def payment(
    number: str,
    gross: int,
    reference: str,
    *,
    kind: str = "payment",
    rate: int = 2000,
    paid_on: date = TODAY,
    **more: Any,
) -> dict[str, Any]:
    """A line of a remittance as the contract wants it; `more` makes it another."""
    kept = (abs(gross) * rate + 5_000) // 10_000 * (-1 if gross < 0 else 1)
    net = -kept if kind in ("direct", "adjustment") else gross - kept
    return {
        "reference": reference,
        "account_number": number,
        "kind": kind,
        "paid_on": paid_on,
        "gross": gross,
        "commission": kept,
        "net": net,
        **more,
    }


def remit(
    practice: Practice, *lines: Mapping[str, Any], on: date = TODAY, name: str = "", agency: str = "harbor"
) -> Taken:
    """Take in a remittance."""
    path = write(practice, AgencyFileKind.PAYMENTS, lines, name=name, agency=agency, day=on)
    return take(practice, path, on, agency, kind=AgencyFileKind.PAYMENTS)


def pay(database: Database, number: str, cents: int, on: date = TODAY, *, ref: str = "") -> None:
    """A payment to the practice."""
    account = account_of(database, number)
    entry = Entry(account.id, on, LedgerKind.PATIENT_PAYMENT, -cents, "payments", ref or f"{number}-{on}-{cents}")
    with database.transaction(actor="clerk", business_date=on) as tx:
        post(tx, [entry])


def notices(database: Database, number: str = "A1") -> list[str]:
    """What the agency is, or was, to be told of an account."""
    query = "SELECT n.kind FROM agency_notice n JOIN account a ON a.id = n.account_id WHERE a.number = :n ORDER BY n.id"
    return [row[0] for row in rows(database, query, n=number)]


def open_tasks_of(database: Database, number: str = "A1") -> list[str]:
    """The open work about an account."""
    query = (
        "SELECT t.kind FROM task t JOIN task_account x ON x.task_id = t.id JOIN account a ON a.id = x.account_id "
        "WHERE a.number = :n AND t.state = 'open' ORDER BY t.id"
    )
    return [row[0] for row in rows(database, query, n=number)]


def sent_to(practice: Practice, agency: str = "harbor") -> list[Path]:
    """The files that lie at an agency."""
    return sorted((practice.settings.home / "there" / agency / "in").glob("*"))
