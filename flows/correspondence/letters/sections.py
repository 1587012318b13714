"""Data of only some kinds of letter: itemized ledger, promise, refund, returned payment, dispute."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import assert_never

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.placed import PLACED
from flows.changes import load_consequences
from flows.ledger.checks import whole_of
from flows.ledger.queries import REVERSAL
from flows.settings.contracts.queries import agencies_now
from letters.data import Agency, Arrangement, Dispute, LedgerLine, Refund, ReturnedPayment, Sections
from letters.data import Promise as Promised
from letters.kinds import Section
from models import Account, Hold, LedgerEntry, Placement, Promise, PromiseAccount
from models import Agency as AgencyRow
from models.columns import AnyRow, in_keys, table
from models.enums import HoldKind, LedgerKind, PromiseState

ACCOUNT = table(Account)
AGENCY = table(AgencyRow)
PLACEMENT = table(Placement)
HOLD = table(Hold)
LEDGER = table(LedgerEntry)
PROMISE = table(Promise)
PROMISE_ACCOUNT = table(PromiseAccount)

ANSWER_DAYS = 30
"""How long the practice has to answer a dispute."""


Reader = Callable[[Connection, Sequence[Sequence[int]], date, str], Sequence[Arrangement | None]]
"""Reads a section for letters of a kind as of a date, each with its accounts; None for a letter without such data."""

_readers: dict[Section, Reader] = {}


def read_with(section: Section, reader: Reader) -> None:
    """Register the reader of a section from a higher package; flows/consequences.py lists them."""
    _readers[section] = reader


def _reader(section: Section) -> Reader:
    if section not in _readers:
        load_consequences()
    if section not in _readers:
        raise LookupError(f"nobody reads the section {section.value}; flows/consequences.py names its reader")
    return _readers[section]


def sections_of(
    conn: Connection, section: Section, account_ids: Sequence[int], today: date, kind: str, entries: Sequence[int] = ()
) -> Sections:
    """The section of merge data for a letter of a kind about these accounts; empty if there is no data. `entries`: the
    keys of the ledger entries it is about, if it covers only some."""
    return sections_of_each(conn, section, [account_ids], today, kind, entries)[0]


def sections_of_each(
    conn: Connection,
    section: Section,
    letters: Sequence[Sequence[int]],
    today: date,
    kind: str,
    entries: Sequence[int] = (),
) -> list[Sections]:
    """The same for many letters of one kind, each identified by its accounts."""
    match section:
        case Section.LEDGER:
            return [{"ledger": one} if (one := _ledger(conn, ids)) else {} for ids in letters]
        case Section.PROMISE:
            return [{"promise": one} if (one := _promise(conn, ids)) else {} for ids in letters]
        case Section.REFUND:
            return [{"refund": one} if (one := _refund(conn, ids)) else {} for ids in letters]
        case Section.RETURNED_PAYMENT:
            found = [_returned_payment(conn, ids, entries) for ids in letters]
            return [{"returned_payment": one} if one else {} for one in found]
        case Section.DISPUTE:
            return [{"dispute": one} if (one := _dispute(conn, ids, today)) else {} for ids in letters]
        case Section.ARRANGEMENT:
            return [{"arrangement": one} if one else {} for one in _reader(section)(conn, letters, today, kind)]
        case Section.AGENCY:
            return [{"agency": one} if (one := _agency(conn, ids)) else {} for ids in letters]
        case _:
            assert_never(section)


def _agency(conn: Connection, account_ids: Sequence[int]) -> Agency | None:
    """The agency of these accounts, with the balance at placement; None unless one agency has them all."""
    query = sa.select(PLACEMENT, AGENCY.c.code).join(AGENCY, AGENCY.c.id == PLACEMENT.c.agency_id)
    rows = conn.execute(query.where(in_keys(PLACEMENT.c.account_id, account_ids), PLACED)).all()
    if len(rows) != len(set(account_ids)) or len({row.code for row in rows}) != 1:
        return None
    terms = agencies_now(conn).terms[rows[0].code]
    lines = tuple(line for line in (terms.at.address1, terms.at.address2) if line)
    place = f"{terms.at.city}, {terms.at.state} {terms.at.zip}"
    owed_then = sum(row.placed_cents for row in rows)
    return Agency(terms.name, lines, place, terms.at.phone, max(row.placed_on for row in rows), owed_then)


def _ledger(conn: Connection, account_ids: Sequence[int]) -> tuple[LedgerLine, ...]:
    """Every entry, oldest first within its account, with the balance after it."""
    query = (
        sa.select(LEDGER, ACCOUNT.c.number)
        .join(ACCOUNT, ACCOUNT.c.id == LEDGER.c.account_id)
        .where(in_keys(LEDGER.c.account_id, account_ids))
        .order_by(LEDGER.c.account_id, LEDGER.c.posted_on, LEDGER.c.id)
    )
    lines: list[LedgerLine] = []
    balances: dict[int, int] = {}
    for row in conn.execute(query):
        balance = balances[row.account_id] = balances.get(row.account_id, 0) + row.amount_cents
        service = (row.code or "", row.description or "", row.units or 0)
        lines.append(LedgerLine(row.number, row.posted_on, row.kind, row.amount_cents, balance, *service))
    return tuple(lines)


def _promise(conn: Connection, account_ids: Sequence[int]) -> Promised | None:
    """The last promise about these accounts that was not kept."""
    failed = (PromiseState.BROKEN.value, PromiseState.PARTLY_KEPT.value)
    query = (
        sa.select(PROMISE)
        .join(PROMISE_ACCOUNT, PROMISE_ACCOUNT.c.promise_id == PROMISE.c.id)
        .where(in_keys(PROMISE_ACCOUNT.c.account_id, account_ids), PROMISE.c.state.in_(failed))
        .order_by(PROMISE.c.due_on.desc(), PROMISE.c.id.desc())
    )
    row = conn.execute(query.limit(1)).first()
    return None if row is None else Promised(row.amount_cents, row.made_on, row.due_on, row.paid_cents)


def _refund(conn: Connection, account_ids: Sequence[int]) -> Refund | None:
    query = sa.select(LEDGER.c.amount_cents, LEDGER.c.posted_on).where(
        in_keys(LEDGER.c.account_id, account_ids), LEDGER.c.kind == LedgerKind.REFUND.value
    )
    row = conn.execute(query.order_by(LEDGER.c.id.desc()).limit(1)).first()
    return None if row is None else Refund(row.amount_cents, row.posted_on)


def _returned_payment(conn: Connection, account_ids: Sequence[int], entries: Sequence[int]) -> ReturnedPayment | None:
    """The reversed payments: those in `entries`, otherwise the last one; whole checks, on all accounts they paid."""
    mine = sa.and_(in_keys(LEDGER.c.account_id, account_ids), LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value)
    taken = sa.select(LEDGER).where(mine, LEDGER.c.amount_cents > 0).order_by(LEDGER.c.id.desc())
    back = conn.execute(taken.where(in_keys(LEDGER.c.id, entries)) if entries else taken.limit(1)).all()
    if not back:
        return None
    names = [row.external_id.removesuffix(REVERSAL) for row in back]
    made_by = sa.select(LEDGER).where(mine, LEDGER.c.external_id.in_(names), LEDGER.c.amount_cents < 0)
    paid = conn.execute(made_by).all()
    checks = {(row.source, whole_of(row)) for row in paid} or {(row.source, row.external_id) for row in back}
    amount = sum(row.amount_cents for row in back)
    made = [row.posted_on for row in paid] or [_made_on(conn, mine, back[0])]
    return ReturnedPayment(amount, max(made), max(row.posted_on for row in back), len(checks))


def _made_on(conn: Connection, mine: sa.ColumnElement[bool], back: AnyRow) -> date:
    """The date of a payment that is known by its amount only."""
    query = sa.select(LEDGER.c.posted_on).where(
        mine, LEDGER.c.amount_cents == -back.amount_cents, LEDGER.c.id < back.id
    )
    return conn.execute(query.order_by(LEDGER.c.id.desc()).limit(1)).scalar() or back.posted_on


def _dispute(conn: Connection, account_ids: Sequence[int], today: date) -> Dispute | None:
    query = sa.select(HOLD.c.from_on).where(
        in_keys(HOLD.c.account_id, account_ids),
        HOLD.c.kind == HoldKind.DISPUTE.value,
        HOLD.c.cleared_on.is_(None),
        HOLD.c.from_on <= today,
    )
    row = conn.execute(query.order_by(HOLD.c.id.desc()).limit(1)).first()
    return None if row is None else Dispute(row.from_on, row.from_on + timedelta(days=ANSWER_DAYS))
