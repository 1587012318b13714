"""The data sent to an agency about each account: the minimum that it needs, as records by field."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.agency_handoff.files.background import backgrounds
from flows.agency_handoff.files.writing import Record
from flows.agency_handoff.queries import ACCOUNT, NOT_CANCELLED, NOTICE, PLACEMENT
from flows.settings.contracts.terms import Terms
from models import Creditor, Hold, LedgerEntry, Person
from models.columns import AnyRow, AnySelect, in_keys, table
from models.enums import CreditorKind, HoldKind, HoldScope, LedgerKind

CREDITOR = table(Creditor)
HOLD = table(Hold)
LEDGER = table(LedgerEntry)
PERSON = table(Person)
PATIENT = PERSON.alias("patient")

PAGE = 5_000

ASSISTANCE_DAYS = 240
"""A charity's patient may apply for help through this day after the first bill (26 CFR 1.501(r)-1(b)(3))."""

_PAID = (LedgerKind.PATIENT_PAYMENT.value, LedgerKind.INSURANCE_PAYMENT.value)
_CHARGED = (LedgerKind.CHARGE.value, LedgerKind.INTEREST.value, LedgerKind.OPENING.value)


def placement_records(
    conn: Connection, file_id: int, terms: Terms, wanted: Collection[str] = ()
) -> Iterator[tuple[int, Record]]:
    """The accounts of a placement file in their order, each with the key of its placement.

    Of the fields of `backgrounds` only those are read, and so sent, that are `wanted` by the agency's layout.
    """
    after = 0
    while rows := conn.execute(_placed(file_id, after)).all():
        after = rows[-1].id
        money = _since_first_bill(conn, [row.account_id for row in rows])
        wishes = _wishes(conn, sorted({row.guarantor_id for row in rows}))
        known = backgrounds(conn, rows, wanted)
        for row in rows:
            record = _placement(row, money.get(row.account_id), wishes.get(row.guarantor_id, set()), terms)
            yield row.id, {**record, **known[row.id]}


_TOLD: dict[str, sa.ColumnElement[Any]] = {
    "account_number": ACCOUNT.c.number,
    "creditor_name": CREDITOR.c.name,
    "creditor_id": CREDITOR.c.external_id,
    "payer_class": ACCOUNT.c.payer_class,
    "placed_on": PLACEMENT.c.placed_on,
    "balance": PLACEMENT.c.placed_cents,
    "original": ACCOUNT.c.original_cents,
    "itemized_on": ACCOUNT.c.first_statement_on,
    "service_from": ACCOUNT.c.service_from,
    "service_to": ACCOUNT.c.service_to,
    "first_bill_on": ACCOUNT.c.first_statement_on,
    "first_name": PERSON.c.first_name,
    "last_name": PERSON.c.last_name,
    "birth_date": PERSON.c.birth_date,
    "ssn_last4": PERSON.c.ssn_last4,
    "address1": PERSON.c.address1,
    "address2": PERSON.c.address2,
    "city": PERSON.c.city,
    "state": PERSON.c.state,
    "zip": PERSON.c.zip,
    "country": PERSON.c.country,
    "phone": PERSON.c.phone,
    "mobile": PERSON.c.mobile,
    "email": PERSON.c.email,
    "language": PERSON.c.language,
    "patient_first_name": PATIENT.c.first_name,
    "patient_last_name": PATIENT.c.last_name,
    "not_at": PERSON.c.no_call_times,
    "no_eca_before": PLACEMENT.c.no_eca_before,
    "rate": PLACEMENT.c.rate_bp,
    "creditor_npi": CREDITOR.c.npi,
    "creditor_phone": CREDITOR.c.phone,
    "patient_birth_date": PATIENT.c.birth_date,
    "is_patient": ACCOUNT.c.patient_id == ACCOUNT.c.guarantor_id,
}
"""A stored value as the file shows it."""

_BESIDE = (
    PLACEMENT.c.id,
    PLACEMENT.c.account_id,
    PLACEMENT.c.guarantor_id,
    PLACEMENT.c.creditor_id,
    CREDITOR.c.kind.label("creditor_kind"),
    PERSON.c.email_consent,
)


def _placed(file_id: int, after: int) -> AnySelect:
    """A page of the placements of a file, by ix_placement_file."""
    return (
        sa.select(*_BESIDE, *(column.label(f"told_{name}") for name, column in _TOLD.items()))
        .join(ACCOUNT, ACCOUNT.c.id == PLACEMENT.c.account_id)
        .join(CREDITOR, CREDITOR.c.id == PLACEMENT.c.creditor_id)
        .join(PERSON, PERSON.c.id == PLACEMENT.c.guarantor_id)
        .join(PATIENT, PATIENT.c.id == ACCOUNT.c.patient_id)
        .where(PLACEMENT.c.file_id == file_id, PLACEMENT.c.id > after, NOT_CANCELLED)
        .order_by(PLACEMENT.c.id)
        .limit(PAGE)
    )


def _since_first_bill(conn: Connection, account_ids: Sequence[int]) -> dict[int, AnyRow]:
    """Payments, credits and charges since the first bill, and the last payment date, by account."""
    later = sa.and_(ACCOUNT.c.first_statement_on.is_not(None), LEDGER.c.posted_on > ACCOUNT.c.first_statement_on)
    paid, charged = LEDGER.c.kind.in_(_PAID), LEDGER.c.kind.in_(_CHARGED)

    def total(of: sa.ColumnElement[bool], name: str) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((of, LEDGER.c.amount_cents), else_=0)), 0).label(name)

    by_patient = sa.and_(LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value, LEDGER.c.amount_cents < 0)
    query = (
        sa.select(
            LEDGER.c.account_id,
            total(sa.and_(later, paid), "paid"),
            total(sa.and_(later, charged), "charged"),
            total(sa.and_(later, ~paid, ~charged), "credited"),
            sa.func.max(sa.case((by_patient, LEDGER.c.posted_on))).label("last_paid_on"),
        )
        .join(ACCOUNT, ACCOUNT.c.id == LEDGER.c.account_id)
        .where(in_keys(LEDGER.c.account_id, account_ids))
        .group_by(LEDGER.c.account_id)
    )
    return {row.account_id: row for row in conn.execute(query)}


def _wishes(conn: Connection, person_ids: Sequence[int]) -> dict[int, set[str]]:
    """People's contact requests, and addresses from which mail was returned."""
    kinds = (HoldKind.CEASE.value, HoldKind.ADDRESS_UNKNOWN.value)
    query = sa.select(HOLD.c.person_id, HOLD.c.kind, HOLD.c.scope).where(
        in_keys(HOLD.c.person_id, person_ids), HOLD.c.cleared_on.is_(None), HOLD.c.kind.in_(kinds)
    )
    found: dict[int, set[str]] = {}
    for row in conn.execute(query):
        found.setdefault(row.person_id, set()).add(f"{row.kind}:{row.scope}")
    return found


def _placement(row: AnyRow, money: AnyRow | None, wishes: set[str], terms: Terms) -> Record:
    paid, charged, credited = 0, 0, 0
    if money is not None:
        # PostgreSQL returns a sum of integers as a decimal.
        paid, charged, credited = -int(money.paid), int(money.charged), -int(money.credited)
    told = dict(zip(_TOLD, row[len(_BESIDE) :], strict=True))
    first, balance = told["first_bill_on"], told["balance"]
    charity = row.creditor_kind == CreditorKind.NONPROFIT_HOSPITAL.value
    everything = f"{HoldKind.CEASE.value}:{HoldScope.ALL.value}" in wishes
    return {
        **told,
        "email": told["email"] if row.email_consent else None,
        "itemized_balance": None if first is None else balance + paid + credited - charged,
        "paid_since": paid,
        "credited_since": credited,
        "charged_since": charged,
        "last_paid_on": None if money is None else money.last_paid_on,
        "no_calls": everything or f"{HoldKind.CEASE.value}:{HoldScope.CALLS.value}" in wishes,
        "no_letters": everything or f"{HoldKind.CEASE.value}:{HoldScope.LETTERS.value}" in wishes,
        "address_bad": any(wish.startswith(HoldKind.ADDRESS_UNKNOWN.value) for wish in wishes),
        "assistance_until": _assistance_until(first) if charity else None,
        "tier": terms.tier,
    }


def _assistance_until(first_bill: date | None) -> date | None:
    return None if first_bill is None else first_bill + timedelta(days=ASSISTANCE_DAYS)


def update_records(conn: Connection, file_id: int) -> Iterator[tuple[int, Record]]:
    """The records of an update file, in order, each with the key of its notice."""
    after = 0
    while rows := conn.execute(_told(file_id, after)).all():
        after = rows[-1].id
        for row in rows:
            yield (
                row.id,
                {
                    "account_number": row.number,
                    "their_number": row.their_number,
                    "notice": row.kind,
                    "on": row.on,
                    "amount": row.amount_cents,
                    "balance": row.balance_cents,
                    "until": row.until,
                    "reason": row.reason.replace("_", " "),
                },
            )


def _told(file_id: int, after: int) -> AnySelect:
    return (
        sa.select(NOTICE, ACCOUNT.c.number, PLACEMENT.c.their_number)
        .join(ACCOUNT, ACCOUNT.c.id == NOTICE.c.account_id)
        .join(PLACEMENT, PLACEMENT.c.id == NOTICE.c.placement_id)
        .where(NOTICE.c.file_id == file_id, NOTICE.c.id > after)
        .order_by(NOTICE.c.id)
        .limit(PAGE)
    )
