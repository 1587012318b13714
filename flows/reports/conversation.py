"""What one needs in the first ten seconds of a call: what is due, the last payment, plan and promise, who may hear."""

from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.person import ARRANGEMENT, PROMISE, PersonAccount
from models import Account, Instalment, LedgerEntry
from models.columns import AnyRow, in_keys, table
from models.enums import ArrangementState, InstalmentState, LedgerKind, PromiseState
from models.ids import PersonId

ACCOUNT = table(Account)
INSTALMENT = table(Instalment)
LEDGER = table(LedgerEntry)


class PlanLine(NamedTuple):
    """The plan that is running or broken: its next payment, and what is past due on it."""

    id: int
    state: str
    next_on: date | None
    next_cents: int
    behind_cents: int


class PromiseOpen(NamedTuple):
    """An open promise."""

    amount_cents: int
    due_on: date
    paid_cents: int


class CallHeader(NamedTuple):
    """The money of a guarantor over all accounts, in cents. `elsewhere_cents` is due at other creditors,
    `agency_cents` on accounts of this one that an agency has."""

    due_cents: int
    accounts: int
    elsewhere_cents: int
    agency_cents: int
    oldest_service: date | None
    paid_cents: int | None
    paid_on: date | None
    plan: PlanLine | None
    promise: PromiseOpen | None


def header_of(
    conn: Connection, person: PersonId, accounts: list[PersonAccount], creditor: int, today: date
) -> CallHeader:
    """The header of a conversation with a guarantor about the accounts at one creditor. `accounts`: all of them."""
    mine = [one for one in accounts if one["guarantor_id"] == person]
    owing = [one for one in mine if one["balance_cents"] > 0]
    paid = _last_payment(conn, [one["id"] for one in mine])
    return CallHeader(
        due_cents=sum(one["balance_cents"] for one in owing),
        accounts=len(owing),
        elsewhere_cents=sum(one["balance_cents"] for one in owing if one["creditor_id"] != creditor),
        agency_cents=sum(
            one["balance_cents"] for one in owing if one["creditor_id"] == creditor and one["placement_id"] is not None
        ),
        oldest_service=min((one["service_from"] for one in owing), default=None),
        paid_cents=None if paid is None else -paid.amount_cents,
        paid_on=None if paid is None else paid.posted_on,
        plan=_plan(conn, person, creditor, today),
        promise=_promise(conn, person, creditor),
    )


def _last_payment(conn: Connection, account_ids: list[int]) -> AnyRow | None:
    query = (
        sa.select(LEDGER.c.amount_cents, LEDGER.c.posted_on)
        .where(in_keys(LEDGER.c.account_id, account_ids), LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value)
        .where(LEDGER.c.amount_cents < 0)
        .order_by(LEDGER.c.posted_on.desc(), LEDGER.c.id.desc())
        .limit(1)
    )
    return conn.execute(query).first()


def _plan(conn: Connection, person: PersonId, creditor: int, today: date) -> PlanLine | None:
    query = sa.select(ARRANGEMENT.c.id, ARRANGEMENT.c.state).where(
        ARRANGEMENT.c.guarantor_id == person,
        ARRANGEMENT.c.creditor_id == creditor,
        ARRANGEMENT.c.state.in_((ArrangementState.ACTIVE.value, ArrangementState.BROKEN.value)),
    )
    plan = conn.execute(query.order_by(ARRANGEMENT.c.id.desc())).first()
    if plan is None:
        return None
    open_ones = sa.select(INSTALMENT.c.due_on, INSTALMENT.c.amount_cents, INSTALMENT.c.paid_cents).where(
        INSTALMENT.c.arrangement_id == plan.id, INSTALMENT.c.state != InstalmentState.PAID.value
    )
    due = [one for one in conn.execute(open_ones.order_by(INSTALMENT.c.due_on)) if one.amount_cents > one.paid_cents]
    ahead = next((one for one in due if one.due_on >= today), None)
    behind = sum(one.amount_cents - one.paid_cents for one in due if one.due_on < today)
    rest = 0 if ahead is None else ahead.amount_cents - ahead.paid_cents
    return PlanLine(plan.id, plan.state, None if ahead is None else ahead.due_on, rest, behind)


def _promise(conn: Connection, person: PersonId, creditor: int) -> PromiseOpen | None:
    query = sa.select(PROMISE.c.amount_cents, PROMISE.c.due_on, PROMISE.c.paid_cents).where(
        PROMISE.c.guarantor_id == person,
        PROMISE.c.creditor_id == creditor,
        PROMISE.c.state == PromiseState.OPEN.value,
    )
    row = conn.execute(query.order_by(PROMISE.c.id.desc())).first()
    return None if row is None else PromiseOpen(row.amount_cents, row.due_on, row.paid_cents)
