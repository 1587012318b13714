"""A matter for people and programs: facts, parties, deadlines, documents, dates, accounts, history."""

from datetime import date
from typing import TypedDict

from sqlalchemy.engine import Connection

from flows.estates.documents.court_now import court_of
from flows.estates.matters.docket import DocketLine, docket
from flows.estates.matters.docket_filter import DocketFilter
from flows.estates.matters.numbers import paper_number
from flows.estates.matters.queries import (
    account_rows,
    dates_of,
    deadlines_of,
    facts_of,
    files_of,
    late_rows,
    matter_row,
    papers_of,
    parties_of,
    payers_open,
    referral_of,
)
from flows.estates.matters.said import fact_said
from flows.estates.payments.ledger import paid_cents
from flows.people.queries import person_of
from models.columns import AnyRow, columns_as
from models.ids import MatterId


class MatterColumns(TypedDict):
    """The row of a matter."""

    death_on: date | None
    opened_on: date
    opened_by: str
    source: str
    claim_cents: int
    contingent_cents: int
    last_illness_cents: int
    filed_on: date | None
    answered_on: date | None
    allowed_cents: int | None
    sue_by_on: date | None
    offer_cents: int | None
    offer_until: date | None
    reason: str | None
    closed_on: date | None
    version: int


class AccountColumns(TypedDict):
    """The row of an account."""

    number: str
    payer_class: str
    service_from: date
    service_to: date | None
    balance_cents: int
    state: str


class MatterAccountView(AccountColumns):
    """An account of a matter; `decided` is the decision on a service after the death."""

    insurance_open: bool
    after_death: bool
    decided: str | None


class FactColumns(TypedDict):
    """The row of a fact."""

    name: str
    value: str
    source: str
    source_on: date
    set_on: date
    set_by: str


class FactLine(FactColumns):
    """A fact of an estate; `says` is its value for people."""

    says: str


class ParticipantLine(TypedDict):
    """A party of a matter."""

    id: int
    role: str
    authority: str
    authority_source: str
    name: str
    address1: str | None
    address2: str | None
    city: str | None
    state: str | None
    zip: str | None
    phone: str | None
    email: str | None


class DeadlineLine(TypedDict):
    """A computed deadline."""

    computed_on: date
    deadline_on: date | None
    file_by_on: date | None
    rule: str
    why: str
    citation: str
    replaced_on: date | None


class PaperColumns(TypedDict):
    """The row of a document."""

    kind: str
    reader: str
    party_id: int | None
    made_on: date
    made_by: str
    amount_cents: int
    file: str
    sent_on: date | None
    how: str | None
    tracking: str | None
    rendered_digest: str
    voided_on: date | None
    voided_by: str | None
    void_reason: str | None


class PaperLine(PaperColumns):
    """A document of a matter, by its number."""

    paper: str


class FileColumns(TypedDict):
    """The row of a file of a matter."""

    serial: int
    kind: str
    media: str
    size: int
    pages: int
    digest: str
    in_packet: bool
    added_on: date
    added_by: str
    withdrawn_on: date | None
    withdrawn_by: str | None
    withdrawn_why: str | None


class DateLine(TypedDict):
    """A current hearing or other date."""

    id: int
    kind: str
    on: date
    at: str | None
    place: str
    note: str


class ReferralView(TypedDict):
    """The attorney of a matter, the terms, and the last report."""

    code: str
    name: str
    referred_on: date
    asked: str
    budget_cents: int
    fee: str
    status: str
    status_on: date | None


class CourtView(TypedDict):
    """The court of the matter's county by the practice's table. `own`: the county has a row of its own."""

    name: str
    address: str
    fee_said: str
    own: bool
    confidence: str
    source: str


class MatterView(DocketLine, MatterColumns):
    """All data of one matter."""

    born_on: date | None
    silence_on: date | None
    silence_means: str | None
    open_by_on: date | None
    look_on: date | None
    paid_cents: int
    accounts: list[MatterAccountView]
    facts: list[FactLine]
    participants: list[ParticipantLine]
    deadlines: list[DeadlineLine]
    papers: list[PaperLine]
    files: list[FileColumns]
    probate_court: CourtView | None
    dates: list[DateLine]
    referral: ReferralView | None


def matter_view(conn: Connection, matter_id: MatterId, today: date) -> MatterView:
    """All data of one matter. Raises NotFound.

    Amounts are cents, the `value` of a fact too; its `says` is the value for people.
    """
    row = matter_row(conn, matter_id)
    (line,) = docket(conn, today, DocketFilter(ended=True), only=[matter_id])
    person, referral = person_of(conn, row.person_id), referral_of(conn, matter_id)
    return {
        **line,
        "born_on": person.birth_date,
        **columns_as(MatterColumns, row),
        "silence_on": row.no_response_on,
        "silence_means": row.no_response_effect,
        "open_by_on": row.open_estate_by,
        "look_on": row.review_on,
        "paid_cents": paid_cents(conn, matter_id),
        "accounts": _accounts(conn, row),
        "facts": [
            {**columns_as(FactColumns, fact), "says": fact_said(fact.name, fact.value)}
            for fact in facts_of(conn, matter_id)
        ],
        "participants": [columns_as(ParticipantLine, party) for party in parties_of(conn, matter_id)],
        "deadlines": [columns_as(DeadlineLine, one) for one in deadlines_of(conn, matter_id)],
        "papers": [
            {"paper": paper_number(matter_id, one.serial), **columns_as(PaperColumns, one)}
            for one in papers_of(conn, matter_id)
        ],
        "files": [columns_as(FileColumns, one) for one in files_of(conn, matter_id)],
        "probate_court": _court(conn, line),
        "dates": [columns_as(DateLine, one) for one in dates_of(conn, matter_id)],
        "referral": None if referral is None else columns_as(ReferralView, referral),
    }


def _accounts(conn: Connection, row: AnyRow) -> list[MatterAccountView]:
    accounts = account_rows(conn, row.id)
    pending = payers_open(conn, [account.id for account in accounts])
    late = {one.id: one.after_death for one in late_rows(conn, row)}
    return [
        {
            **columns_as(AccountColumns, one),
            "insurance_open": one.id in pending,
            "after_death": one.id in late,
            "decided": late.get(one.id),
        }
        for one in accounts
    ]


def _court(conn: Connection, line: DocketLine) -> CourtView | None:
    found = court_of(conn, line["jurisdiction"], line["county"])
    if found is None:
        return None
    return {
        "name": found.name,
        "address": found.address,
        "fee_said": found.fee_said,
        "own": found.own,
        "confidence": found.confidence,
        "source": found.source,
    }
