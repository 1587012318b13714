"""The worklist of credit balances, and the refunds in progress."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.ledger.refunds.decide import Line, due, owed_back
from flows.settings.queries import policy_now
from models import Account, AccountEvent, LedgerEntry, Person, Refund
from models.columns import AnyRow, columns_as, in_keys, table
from models.database import batches, group_by_key
from models.enums import LedgerKind, Payee
from models.events import CreditBalanceFound

ACCOUNT = table(Account)
EVENT = table(AccountEvent)
LEDGER = table(LedgerEntry)
PERSON = table(Person)
REFUND = table(Refund)

CREDIT = sa.text("account.balance_cents < 0")
"""A literal, not a parameter, so that ix_account_credit is used."""

ON_ITS_WAY = sa.text("refund.state IN ('proposed', 'approved')")


class AccountInCredit(TypedDict):
    """An account with a credit balance. `found_on`: the date on which it was found."""

    number: str
    guarantor: str
    payer_class: str
    balance_cents: int
    found_on: date
    age_days: int


class RefundTerm(TypedDict):
    """The due date of a refund, and its source in the law."""

    due_on: date
    days_left: int
    citation: str


class CreditBalance(AccountInCredit, RefundTerm):
    """The refund due on an account to one payee; None if the ledger does not show one."""

    payee: str | None
    amount_cents: int
    why: str
    refund: int | None
    state: str


class RefundLine(TypedDict):
    """A refund, with the number of its account."""

    id: int
    account_id: int
    payee: str
    amount_cents: int
    state: str
    reason: str
    proposed_on: date
    proposed_by: str
    decided_on: date | None
    decided_by: str | None
    paid_on: date | None
    reference: str | None
    number: str


def credit_balances(conn: Connection, today: date) -> list[CreditBalance]:
    """Every credit balance, the most urgent first: the payee, since when, and the due date."""
    query = (
        sa.select(ACCOUNT, PERSON.c.first_name, PERSON.c.last_name, PERSON.c.death_date)
        .join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
        .where(CREDIT)
    )
    accounts = sorted(conn.execute(query), key=lambda row: row.id)
    ids = [row.id for row in accounts]
    lines, since, going = lines_of(conn, ids), found_on(conn, ids), on_their_way(conn, ids)
    days = policy_now(conn).refund_days
    rows: list[CreditBalance] = []
    for account in accounts:
        key = account.id
        rows += _rows(account, lines.get(key, []), since.get(key), going.get(key, ()), today, days)
    return sorted(rows, key=lambda row: (row["due_on"], row["number"]))


def _rows(
    account: AnyRow, lines: Sequence[Line], since: date | None, going: Sequence[AnyRow], today: date, days: int
) -> list[CreditBalance]:
    """A row for each payee; a part without a payee needs a review."""
    found = since or today
    base: AccountInCredit = {
        "number": account.number,
        "guarantor": f"{account.first_name} {account.last_name}",
        "payer_class": account.payer_class,
        "balance_cents": account.balance_cents,
        "found_on": found,
        "age_days": (today - found).days,
    }
    parts_owed = owed_back(lines)
    rows: list[CreditBalance] = []
    for one in parts_owed:
        payee = Payee.ESTATE if one.payee is Payee.GUARANTOR and account.death_date else one.payee
        refund = next((row for row in going if row.payee == payee.value), None)
        rows.append(
            {
                **base,
                "payee": payee.value,
                "amount_cents": one.amount_cents,
                "why": one.why,
                **_until(one.payee, account.payer_class, found, days, today),
                "refund": None if refund is None else refund.id,
                "state": "to be proposed" if refund is None else refund.state,
            }
        )
    unexplained = -account.balance_cents - sum(one.amount_cents for one in parts_owed)
    if unexplained > 0:
        why = "no payment explains the credit; check the adjustments"
        until = _until(Payee.GUARANTOR, account.payer_class, found, days, today)
        rows.append(
            {
                **base,
                "payee": None,
                "amount_cents": unexplained,
                "why": why,
                **until,
                "refund": None,
                "state": "to be reviewed",
            }
        )
    return rows


def _until(payee: Payee, payer_class: str, found: date, days: int, today: date) -> RefundTerm:
    until = due(payee, payer_class, found, days, today)
    return {"due_on": until.on, "days_left": (until.on - today).days, "citation": until.citation}


def lines_of(conn: Connection, account_ids: Sequence[int]) -> dict[int, list[Line]]:
    """The ledgers of accounts, in the order of posting."""
    found: list[tuple[int, Line]] = []
    for part in batches(account_ids):
        query = sa.select(LEDGER.c.account_id, LEDGER.c.kind, LEDGER.c.amount_cents).where(
            in_keys(LEDGER.c.account_id, part)
        )
        found.extend((row[0], Line(LedgerKind(row[1]), row[2])) for row in conn.execute(query.order_by(LEDGER.c.id)))
    return group_by_key(found)


def found_on(conn: Connection, account_ids: Sequence[int]) -> dict[int, date]:
    """When each credit balance was found: by the newest event."""
    found: dict[int, date] = {}
    for part in batches(account_ids):
        query = (
            sa.select(EVENT.c.account_id, sa.func.max(EVENT.c.business_date))
            .where(in_keys(EVENT.c.account_id, part), EVENT.c.kind == CreditBalanceFound.kind)
            .group_by(EVENT.c.account_id)
        )
        found.update((row[0], row[1]) for row in conn.execute(query))
    return found


def on_their_way(conn: Connection, account_ids: Sequence[int]) -> dict[int, list[AnyRow]]:
    """Refunds that are proposed or approved, by account; by ix_refund_open."""
    rows = [
        row
        for part in batches(account_ids)
        for row in conn.execute(sa.select(REFUND).where(ON_ITS_WAY, in_keys(REFUND.c.account_id, part)))
    ]
    return group_by_key((row.account_id, row) for row in rows)


def list_refunds(conn: Connection, state: str | None = None) -> list[RefundLine]:
    """Refunds as a list for people, newest first."""
    query = sa.select(REFUND, ACCOUNT.c.number).join(ACCOUNT, ACCOUNT.c.id == REFUND.c.account_id)
    if state is not None:
        query = query.where(REFUND.c.state == state)
    return [columns_as(RefundLine, row) for row in conn.execute(query.order_by(REFUND.c.id.desc()))]
