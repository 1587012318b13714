"""The Medicare bad debt log for a deceased patient: the evidence that the estate could not pay.

42 CFR 413.89(e); Provider Reimbursement Manual part 1, section 312. If no estate was opened, the evidence is the death,
the searches for an estate, and that no one else is liable. If one was opened, the evidence is the claim and its
outcome.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import orjson
import sqlalchemy as sa

from compliance.medicare import claims_bad_debt
from flows.agency_handoff.remittance.bad_debt import BAD_DEBT, Effort, efforts_on, missing_for
from flows.estates.claims.evidence import answer_said
from flows.estates.matters.queries import claimable_rows, creditor_of, fact_values, facts_of, payers_open
from models import BadDebt
from models.agency_events import BadDebtListed
from models.columns import AnyRow, ColumnValues
from models.database import Transaction
from models.estate_enums import EstateFactName


def list_estate_bad_debts(tx: Transaction, matter: AnyRow) -> list[int]:
    """Add the Medicare accounts of a matter to the log before they are written off; returns their keys."""
    facts = facts_of(tx.conn, matter.id)
    listed: list[int] = []
    accounts = [one for one in claimable_rows(tx.conn, matter) if one.balance_cents > 0]
    pending = payers_open(tx.conn, [one.id for one in accounts])
    creditor = creditor_of(tx.conn, matter.creditor_id).kind
    for account in accounts:
        if not claims_bad_debt(creditor, account.payer_class):
            continue
        efforts = [*efforts_on(tx.conn, account), *_evidence(matter, facts)]
        missing = [
            *missing_for(tx.conn, account, efforts, tx.business_date, deemed_indigent=_is_shown(matter, facts)),
            *_lacking(matter, facts, account.id in pending),
        ]
        if _list(tx, account, efforts, missing):
            listed.append(account.id)
    return listed


def _evidence(matter: AnyRow, facts: Sequence[AnyRow]) -> list[Effort]:
    """Proof of death, and each search of the probate court with county, day and result."""
    values = fact_values(facts)
    county = values.get(EstateFactName.COUNTY, "county unknown")
    found: list[Effort] = []
    if matter.death_on is not None:
        found.append(
            {"on": matter.death_on, "what": f"death, by {values.get(EstateFactName.PROOF_OF_DEATH, matter.source)}"}
        )
    found.extend(
        {"on": fact.source_on, "what": f"probate search, {county}: {fact.value} ({fact.source})"}
        for fact in facts
        if fact.name == EstateFactName.PROBATE_SEARCH.value
    )
    if matter.filed_on is not None:
        found.append({"on": matter.filed_on, "what": "claim filed in the estate"})
    if matter.filed_on is not None and matter.answered_on is not None:
        found.append({"on": matter.answered_on, "what": answer_said(matter)})
    return found


def _was_opened(matter: AnyRow) -> bool:
    """Whether an estate was opened: letters are on file, or a fact that cannot exist without them."""
    return any(day is not None for day in (matter.letters_on, matter.published_on, matter.notice_on, matter.filed_on))


def _searches(facts: Sequence[AnyRow]) -> list[date]:
    return [fact.source_on for fact in facts if fact.name == EstateFactName.PROBATE_SEARCH.value]


def _is_shown(matter: AnyRow, facts: Sequence[AnyRow]) -> bool:
    """Whether the file shows that there was no estate to pay. If so, no further collection effort is required."""
    return not _lacking(matter, facts, payer_open=False)


def _lacking(matter: AnyRow, facts: Sequence[AnyRow], payer_open: bool) -> list[str]:
    values = fact_values(facts)
    lacking: list[str] = []
    if EstateFactName.PROOF_OF_DEATH not in values:
        lacking.append("proof of death")
    lacking += _lacking_claim(matter) if _was_opened(matter) else _lacking_searches(matter, facts, values)
    if values.get(EstateFactName.SPOUSE_LIABLE) != "no":
        lacking.append("that no surviving spouse is liable")
    if payer_open or values.get(EstateFactName.MEDICAID_RECOVERY) == "yes":
        lacking.append("that no Medicaid or other payer owes")
    return lacking


def _lacking_claim(matter: AnyRow) -> list[str]:
    """If an estate was opened: the claim, and the decision of the representative or the court."""
    if matter.filed_on is None:
        return ["a claim filed in the estate"]
    if matter.answered_on is None:
        return ["the outcome of the claim: disallowed, paid in part, or estate insolvent"]
    return []


def _lacking_searches(matter: AnyRow, facts: Sequence[AnyRow], values: Mapping[EstateFactName, str]) -> list[str]:
    """If no estate was opened: the first search, and a second search after the deadline."""
    searches, bar = _searches(facts), matter.latest_on or matter.deadline_on
    lacking: list[str] = []
    if EstateFactName.COUNTY not in values or not searches:
        lacking.append("a probate search with county, date and result")
    if len(searches) < 2 or (bar is not None and max(searches) < bar):
        lacking.append("a second probate search at or after the bar date")
    return lacking


def _list(tx: Transaction, account: AnyRow, efforts: Sequence[Effort], missing: Sequence[str]) -> bool:
    """One line of the log; a line that was already claimed is not changed."""
    tx.conn.execute(sa.delete(BAD_DEBT).where(BAD_DEBT.c.account_id == account.id, BAD_DEBT.c.claimed_on.is_(None)))
    if tx.conn.execute(sa.select(BAD_DEBT.c.account_id).where(BAD_DEBT.c.account_id == account.id)).first() is not None:
        return False
    first = account.first_statement_on or account.service_from
    lacking = "; ".join(missing)
    row: ColumnValues = {
        "account_id": account.id,
        "listed_on": tx.business_date,
        "first_bill_on": first,
        "ceased_on": tx.business_date,
        "agency": None,
        "placed_on": None,
        "returned_on": account.agency_returned_on,
        "balance_cents": account.balance_cents,
        "efforts": orjson.dumps(list(efforts), default=str).decode(),
        "missing": lacking,
        "claimed_on": None,
    }
    tx.insert(BadDebt, [row])
    tx.record(
        BadDebtListed(
            account_id=account.id,
            balance_cents=account.balance_cents,
            first_bill_on=first,
            returned_on=account.agency_returned_on,
            missing=lacking,
        )
    )
    return True
