"""The Medicare bad debt log: accounts returned as uncollectible, with the evidence that 42 CFR 413.89 requires."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, TypedDict

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from compliance.check import check
from compliance.decisions import Block, Require
from compliance.medicare import ON_COST_REPORT, TRADITIONAL, files_cost_report
from compliance.rules import StepKind
from flows.accounts.facts.called import rule_facts
from flows.accounts.facts.queries import facts_of_accounts
from flows.agency_handoff.queries import ACCOUNT, AGENCY, PLACEMENT
from models import BadDebt, ContactAttempt, Creditor, LedgerEntry, Letter, LetterAccount, Person, TaskAccount
from models.agency_events import BadDebtListed
from models.columns import AnyRow, ColumnValues, in_keys, table
from models.database import Transaction, batches, group_by_key
from models.enums import FactName, LedgerKind

BAD_DEBT = table(BadDebt)
CONTACT = table(ContactAttempt)
LEDGER = table(LedgerEntry)
LETTER = table(Letter)
LETTER_ACCOUNT = table(LetterAccount)
PERSON = table(Person)
TASK_ACCOUNT = table(TaskAccount)

CREDITOR = table(Creditor)

CLAIMABLE = sa.and_(
    ACCOUNT.c.payer_class.in_(sorted(TRADITIONAL)),
    ACCOUNT.c.creditor_id == CREDITOR.c.id,
    CREDITOR.c.kind.in_(sorted(ON_COST_REPORT)),
)
"""Only deductibles and coinsurance of traditional Medicare at a provider that files a cost report can be claimed
(42 CFR 413.89(a), (i))."""


class Effort(TypedDict):
    """A collection effort on an account."""

    on: date
    what: str


class ListedEffort(TypedDict):
    """An effort as stored in the log. `on`: a date such as 2026-01-31."""

    on: str
    what: str


class BadDebtLine(TypedDict):
    """A line of the log."""

    account: str
    patient_last_name: str
    patient_first_name: str
    payer_class: str
    service_from: date
    service_to: date | None
    first_bill_on: date
    agency: str | None
    placed_on: date | None
    returned_on: date | None
    ceased_on: date
    written_off_on: date | None
    balance_cents: int
    recovered_cents: int
    efforts: list[ListedEffort]
    missing: str
    claimable: bool


class SinceListing(NamedTuple):
    """The account after it was listed. `recovered_cents` lowers the claimable amount."""

    written_off_on: date | None
    recovered_cents: int


def list_bad_debts(tx: Transaction, account_ids: Sequence[int]) -> None:
    """Add accounts that were returned as uncollectible to the log, and update those already on it.

    If the law's conditions for a claim are not met yet, the line states which; such a line cannot be claimed. Accounts
    that can never be claimed, at a physician practice or of Medicare Advantage, are not listed.
    """
    for part in batches(account_ids):
        mine = sa.and_(ACCOUNT.c.id.in_(part), CLAIMABLE, ACCOUNT.c.balance_cents > 0)
        for account in tx.conn.execute(sa.select(ACCOUNT).where(mine).order_by(ACCOUNT.c.id)).all():
            _list(tx, account)


def _list(tx: Transaction, account: AnyRow) -> None:
    today = tx.business_date
    stay = tx.conn.execute(
        sa.select(PLACEMENT, AGENCY.c.code)
        .join(AGENCY, AGENCY.c.id == PLACEMENT.c.agency_id)
        .where(PLACEMENT.c.account_id == account.id, PLACEMENT.c.placed_on.is_not(None))
        .order_by(PLACEMENT.c.id.desc())
        .limit(1)
    ).first()
    efforts = efforts_on(tx.conn, account)
    missing = "; ".join(missing_for(tx.conn, account, efforts, today))
    first_bill_on = account.first_statement_on or today
    row: ColumnValues = {
        "account_id": account.id,
        "listed_on": today,
        "first_bill_on": first_bill_on,
        "ceased_on": today,
        "agency": None if stay is None else stay.code,
        "placed_on": None if stay is None else stay.placed_on,
        "returned_on": account.agency_returned_on,
        "balance_cents": account.balance_cents,
        "efforts": orjson.dumps(efforts, default=str).decode(),
        "missing": missing,
        "claimed_on": None,
    }
    tx.conn.execute(sa.delete(BAD_DEBT).where(BAD_DEBT.c.account_id == account.id, BAD_DEBT.c.claimed_on.is_(None)))
    if tx.conn.execute(sa.select(BAD_DEBT.c.account_id).where(BAD_DEBT.c.account_id == account.id)).first() is not None:
        return
    tx.insert(BadDebt, [row])
    tx.record(
        BadDebtListed(
            account_id=account.id,
            balance_cents=account.balance_cents,
            first_bill_on=first_bill_on,
            returned_on=account.agency_returned_on,
            missing=missing,
        )
    )


def efforts_on(conn: Connection, account: AnyRow) -> list[Effort]:
    """The collection efforts on an account, in order: bills and letters mailed, calls, placements with agencies."""
    letters = (
        sa.select(LETTER_ACCOUNT.c.kind, LETTER.c.mailed_on, LETTER.c.id)
        .join(LETTER, LETTER.c.id == LETTER_ACCOUNT.c.letter_id)
        .where(LETTER_ACCOUNT.c.account_id == account.id, LETTER.c.mailed_on.is_not(None))
    )
    calls = (
        sa.select(CONTACT.c.made_on, CONTACT.c.disposition)
        .join(TASK_ACCOUNT, TASK_ACCOUNT.c.task_id == CONTACT.c.task_id)
        .where(TASK_ACCOUNT.c.account_id == account.id)
    )
    stays = (
        sa.select(PLACEMENT.c.placed_on, PLACEMENT.c.ended_on, PLACEMENT.c.ended_code, AGENCY.c.name)
        .join(AGENCY, AGENCY.c.id == PLACEMENT.c.agency_id)
        .where(PLACEMENT.c.account_id == account.id, PLACEMENT.c.placed_on.is_not(None))
    )
    found: list[Effort] = []
    if account.first_statement_on is not None:
        found.append({"on": account.first_statement_on, "what": "first bill"})
    found.extend({"on": row.mailed_on, "what": f"letter {row.kind}"} for row in conn.execute(letters))
    found.extend({"on": row.made_on, "what": f"call: {row.disposition}"} for row in conn.execute(calls))
    for row in conn.execute(stays):
        found.append({"on": row.placed_on, "what": f"placed with {row.name}"})
        if row.ended_on is not None:
            found.append({"on": row.ended_on, "what": f"returned by {row.name}: {row.ended_code}"})
    return sorted(found, key=lambda one: (one["on"], one["what"]))


def missing_for(
    conn: Connection, account: AnyRow, efforts: Sequence[Effort], today: date, *, deemed_indigent: bool = False
) -> list[str]:
    """The evidence that is missing today: by law, and documents that an auditor would ask for.

    `deemed_indigent`: the patient died and the estate cannot pay, as the file shows (PRM-1 312). Then neither 120 days
    of effort nor letters to the patient are required.
    """
    remitted = _remitted_on(conn, account)
    paid = sa.select(sa.func.max(LEDGER.c.posted_on)).where(
        LEDGER.c.account_id == account.id, LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value, LEDGER.c.amount_cents < 0
    )
    last_paid = conn.execute(paid).scalar()
    days = [day for day in (account.first_statement_on, last_paid) if day is not None]
    recorded = facts_of_accounts(conn, [account.id])
    known = recorded.days.get(account.id, {})
    facts = {
        **rule_facts(known, recorded.amounts.get(account.id, {})),
        "actor": "first_party",
        "account.payer_class": account.payer_class,
        "account.on_cost_report": files_cost_report(_creditor_kind(conn, account)),
        "account.first_bill_lag_days": _lag(account.first_statement_on, remitted),
        "step.write_off_reason": "medicare_bad_debt",
        "account.balance_cents": account.balance_cents,
        "account.first_bill_on": account.first_statement_on,
        "account.effort_started_on": max(days, default=None),
        "account.agency_returned_on": account.agency_returned_on,
        "account.indigence_documented": deemed_indigent or FactName.INDIGENCE in known,
    }
    if deemed_indigent:
        facts["account.fa_status"] = "indigent"
    found = check(StepKind.WRITE_OFF, facts, today)
    missing = []
    if isinstance(found, Block | Require):
        missing = [f"{one.title}{f', on {one.until}' if one.until else ''} ({one.citation})" for one in found.findings]
    if account.first_statement_on is None:
        missing.append("the date of the first bill")
    elif remitted is None and not deemed_indigent:
        missing.append("the date of Medicare's remittance: the first bill must follow within 120 days")
    if not deemed_indigent and not any(one["what"].startswith("letter") for one in efforts):
        missing.append("a letter to the patient after the first bill")
    return missing


def _creditor_kind(conn: Connection, account: AnyRow) -> str:
    return conn.execute(sa.select(CREDITOR.c.kind).where(CREDITOR.c.id == account.creditor_id)).scalar_one()


def _remitted_on(conn: Connection, account: AnyRow) -> date | None:
    """The date of the last insurer's payment before the first bill, otherwise of the first one after it; None without
    any."""
    query = sa.select(LEDGER.c.posted_on).where(
        LEDGER.c.account_id == account.id, LEDGER.c.kind == LedgerKind.INSURANCE_PAYMENT.value
    )
    days = sorted(conn.execute(query).scalars())
    first = account.first_statement_on
    before = [day for day in days if first is not None and day <= first]
    return before[-1] if before else next(iter(days), None)


def _lag(first_bill_on: date | None, remitted_on: date | None) -> int | None:
    """Days from the remittance to the first bill; negative if the bill was first."""
    return None if first_bill_on is None or remitted_on is None else (first_bill_on - remitted_on).days


def bad_debt_log(conn: Connection) -> list[BadDebtLine]:
    """The log in the form of a cost report listing, oldest first."""
    patient = PERSON.alias("patient")
    query = (
        sa.select(
            BAD_DEBT,
            ACCOUNT.c.number,
            ACCOUNT.c.service_from,
            ACCOUNT.c.service_to,
            ACCOUNT.c.payer_class,
            ACCOUNT.c.balance_cents.label("now_cents"),
            patient.c.last_name,
            patient.c.first_name,
        )
        .join(ACCOUNT, ACCOUNT.c.id == BAD_DEBT.c.account_id)
        .join(patient, patient.c.id == ACCOUNT.c.patient_id)
        .order_by(BAD_DEBT.c.listed_on, BAD_DEBT.c.account_id)
    )
    rows = list(conn.execute(query))
    after = _since_listing(conn, rows)
    return [
        {
            "account": row.number,
            "patient_last_name": row.last_name,
            "patient_first_name": row.first_name,
            "payer_class": row.payer_class,
            "service_from": row.service_from,
            "service_to": row.service_to,
            "first_bill_on": row.first_bill_on,
            "agency": row.agency,
            "placed_on": row.placed_on,
            "returned_on": row.returned_on,
            "ceased_on": row.ceased_on,
            "written_off_on": after[row.account_id].written_off_on,
            "balance_cents": row.balance_cents,
            "recovered_cents": after[row.account_id].recovered_cents,
            "efforts": orjson.loads(row.efforts),
            "missing": row.missing,
            "claimable": not row.missing,
        }
        for row in rows
    ]


def _since_listing(conn: Connection, rows: Sequence[AnyRow]) -> dict[int, SinceListing]:
    """The write-off date of each account, and the payments after it was listed."""
    listed = {row.account_id: row.listed_on for row in rows}
    entries = group_by_key(
        (entry.account_id, entry)
        for part in batches(list(listed))
        for entry in conn.execute(sa.select(LEDGER).where(in_keys(LEDGER.c.account_id, part)).order_by(LEDGER.c.id))
    )
    found: dict[int, SinceListing] = {}
    for account, since in listed.items():
        later = [entry for entry in entries.get(account, []) if entry.posted_on >= since]
        given_up = [entry for entry in later if entry.kind == LedgerKind.WRITE_OFF.value and entry.amount_cents < 0]
        off = [entry.posted_on for entry in given_up]
        paid = [entry.amount_cents for entry in later if entry.kind == LedgerKind.PATIENT_PAYMENT.value]
        found[account] = SinceListing(max(off, default=None), -sum(paid))
    return found
