"""Agencies' money against the ledger: each remittance file with what was posted from it, and the lines that differ."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.agency_handoff.placement.watch import SOURCE
from flows.agency_handoff.queries import ACCOUNT, AGENCY, AGENCY_FILE, PLACEMENT
from flows.agency_handoff.remittance.reconcile import REMIT
from flows.ledger.queries import REVERSAL
from flows.settings.contracts.queries import agencies_now
from models import LedgerEntry
from models.columns import table
from models.enums import LedgerKind, RemitKind
from models.ids import AccountId, PersonId

LEDGER = table(LedgerEntry)


@dataclass(frozen=True, slots=True)
class Remittance:
    """A remittance file, in cents. `collected`: payments less reversals as reported; `posted`: the same in the ledger.
    `net` is what the agency says that it remits. `invoiced` is the commission that it bills, if it does not keep it."""

    file_id: int
    agency: str
    name: str
    on: date
    lines: int
    collected_cents: int
    posted_cents: int
    commission_cents: int
    expected_cents: int
    net_cents: int
    invoiced_cents: int | None

    @property
    def off_cents(self) -> int:
        """What was reported as collected and is not in the ledger; it must be 0."""
        return self.collected_cents - self.posted_cents

    @property
    def overcharged_cents(self) -> int:
        """The commission above the contract; below zero if the agency kept too little."""
        return self.commission_cents - self.expected_cents


@dataclass(frozen=True, slots=True)
class DifferentLine:
    """A remittance line that differs from the contract or from the ledger, and how."""

    agency: str
    file: str
    line: int
    on: date
    account_id: AccountId
    account: str
    guarantor_id: PersonId
    kind: RemitKind
    reference: str
    gross_cents: int
    difference: str


def remittances(conn: Connection, since: date, code: str | None = None) -> list[Remittance]:
    """The remittance files since a day, newest first, each with what the ledger has of it."""
    line, moves = REMIT.c, REMIT.c.kind.in_((RemitKind.PAYMENT.value, RemitKind.REVERSAL.value))
    sums = [
        sa.func.coalesce(sa.func.sum(one), 0) for one in (line.commission_cents, line.expected_cents, line.net_cents)
    ]
    collected = sa.func.coalesce(sa.func.sum(sa.case((moves, line.gross_cents), else_=0)), 0)
    query = (
        sa.select(
            AGENCY_FILE.c.id, AGENCY.c.code, AGENCY_FILE.c.name, AGENCY_FILE.c.on, sa.func.count(), collected, *sums
        )
        .select_from(REMIT)
        .join(AGENCY_FILE, AGENCY_FILE.c.id == line.file_id)
        .join(AGENCY, AGENCY.c.id == line.agency_id)
        .where(AGENCY_FILE.c.on >= since)
        .group_by(AGENCY_FILE.c.id, AGENCY.c.code, AGENCY_FILE.c.name, AGENCY_FILE.c.on)
        .order_by(AGENCY_FILE.c.id.desc())
    )
    rows = conn.execute(query if code is None else query.where(AGENCY.c.code == code)).all()
    posted, terms = _posted(conn, since), agencies_now(conn).terms
    return [
        Remittance(
            file_id=row[0],
            agency=row[1],
            name=row[2],
            on=row[3],
            lines=int(row[4]),
            collected_cents=int(row[5]),
            posted_cents=posted.get(row[0], 0),
            commission_cents=int(row[6]),
            expected_cents=int(row[7]),
            net_cents=int(row[8]),
            invoiced_cents=None if terms[row[1]].net else int(row[6]),
        )
        for row in rows
    ]


def _posted(conn: Connection, since: date) -> dict[int, int]:
    """What the ledger has of the payments and reversals of each file: an entry has the agency as its source, and the
    reference of its line; a reversal has that of the payment, so it is found by its reference in the text."""
    source = SOURCE + AGENCY.c.code
    entry, line = LEDGER.c, REMIT.c
    paid = sa.and_(line.kind == RemitKind.PAYMENT.value, entry.external_id == line.reference)
    undone = sa.and_(
        line.kind == RemitKind.REVERSAL.value,
        entry.external_id.like(f"%{REVERSAL}"),
        entry.reference == AGENCY.c.name + " " + line.reference,
    )
    query = (
        sa.select(line.file_id, sa.func.sum(-entry.amount_cents))
        .join(AGENCY, AGENCY.c.id == line.agency_id)
        .join(AGENCY_FILE, AGENCY_FILE.c.id == line.file_id)
        .join(PLACEMENT, PLACEMENT.c.id == line.placement_id)
        .join(LEDGER, sa.and_(entry.account_id == PLACEMENT.c.account_id, entry.source == source))
        .where(AGENCY_FILE.c.on >= since, entry.kind == LedgerKind.PATIENT_PAYMENT.value, sa.or_(paid, undone))
        .group_by(line.file_id)
    )
    return {row[0]: int(row[1]) for row in conn.execute(query)}


def different_lines(conn: Connection, since: date, code: str | None = None) -> list[DifferentLine]:
    """The remittance lines since a day that differ, newest first."""
    query = (
        sa.select(
            REMIT, AGENCY.c.code, AGENCY_FILE.c.name, ACCOUNT.c.number, PLACEMENT.c.account_id, PLACEMENT.c.guarantor_id
        )
        .join(AGENCY, AGENCY.c.id == REMIT.c.agency_id)
        .join(AGENCY_FILE, AGENCY_FILE.c.id == REMIT.c.file_id)
        .join(PLACEMENT, PLACEMENT.c.id == REMIT.c.placement_id)
        .join(ACCOUNT, ACCOUNT.c.id == PLACEMENT.c.account_id)
        .where(REMIT.c.on >= since, REMIT.c.difference.is_not(None))
        .order_by(REMIT.c.id.desc())
    )
    rows = conn.execute(query if code is None else query.where(AGENCY.c.code == code)).all()
    return [
        DifferentLine(
            agency=row.code,
            file=row.name,
            line=row.line,
            on=row.on,
            account_id=row.account_id,
            account=row.number,
            guarantor_id=row.guarantor_id,
            kind=RemitKind(row.kind),
            reference=row.reference,
            gross_cents=row.gross_cents,
            difference=row.difference,
        )
        for row in rows
    ]
