"""The content of a matter's document, read from the database. The same data and date produce the same text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from compliance.nonclaim import file_by
from compliance.nonclaim_table import rule_of
from flows.correspondence.letters import queries as mail
from flows.estates.claims.claim import ClaimNow
from flows.estates.claims.evidence import evidence_of
from flows.estates.claims.petition import ASKED
from flows.estates.deadlines.compute import how_sure, reason_of, standing_of, stored
from flows.estates.deadlines.decide import CLAIMING, Counts, DayThatCounts, day_that_counts
from flows.estates.documents.claim_forms import BASIS, boxes_of
from flows.estates.documents.court_now import case_of, counsel_of
from flows.estates.documents.history_extract import history_of
from flows.estates.documents.mailed import mailings_of
from flows.estates.documents.matter_file import MatterFile
from flows.estates.documents.memo import KIND as MEMO
from flows.estates.matters.numbers import matter_number, paper_number
from flows.estates.matters.queries import owed_on, party_with
from flows.estates.payments.awaited import awaited_of
from flows.estates.payments.receipts import received, written_off
from flows.ledger.queries import LEDGER
from letters.estate.data import (
    Answer,
    Awaited,
    Box,
    Case,
    Claim,
    Counsel,
    Creditor,
    Decedent,
    Due,
    EstateAccount,
    EstateEntry,
    EstatePaper,
    HistoryLine,
    Offer,
    Party,
    Petition,
    Receipt,
    Sent,
    Sheet,
    Signer,
    Terms,
)
from letters.estate.kinds import PAPERS, PaperKind, Part, Reader
from letters.numbers import short_number
from models.columns import AnyRow, in_keys
from models.errors import Advice, Refused
from models.estate_enums import ENDED, MatterState, PartyRole
from models.remedies import Remedy
from models.user_enums import Role
from models.values import dollars


@dataclass(frozen=True, slots=True)
class DocumentRequest:
    """A document to create. `signer` is a name and a title. `reason` is for a withdrawal, an amendment or a memo.
    `receipt` is the payment stated in a release; the ledger decides it. `filing_fee_cents` is sent to the court with
    the claim. `role` and `why`: the requester's role, and the reason for a petition that is not worth filing."""

    kind: str
    reader: Reader
    party_id: int | None = None
    signer: tuple[str, str] = ("", "")
    reason: str = ""
    changed: str = ""
    amends: str = ""
    receipt: tuple[int, date] | None = None
    filing_fee_cents: int = 0
    terms: Terms | None = None
    enclosures: tuple[str, ...] = field(default_factory=tuple[str, ...])
    why: str = ""
    role: Role = Role.ESTATE_DESK


class _Bare(TypedDict):
    """The fields of EstatePaper that every document has."""

    sheet: Sheet
    creditor: Creditor
    recipient: Party
    decedent: Decedent
    signer: Signer
    matter: str
    ein: str


class _Told(TypedDict, total=False):
    """The fields of documents that name a debt; each document has those of its type."""

    case: Case
    counsel: Counsel | None
    accounts: tuple[EstateAccount, ...]
    total_cents: int
    representative: Party | None
    estate_attorney: Party | None
    our_attorney: Party | None
    claim: Claim | None
    boxes: tuple[Box, ...]
    due: Due | None
    answer: Answer | None
    offer: Offer
    receipt: Receipt | None
    terms: Terms | None
    petition: Petition
    awaited: Awaited | None
    ledger: tuple[EstateEntry, ...]
    mailings: tuple[Sent, ...]
    history: tuple[HistoryLine, ...]
    enclosures: tuple[str, ...]
    reason: str
    deadlines: tuple[Due, ...]
    filing_fee_cents: int
    written_off_cents: int


def compose(
    conn: Connection, matter_file: MatterFile, ask: DocumentRequest, serial: int, claim: ClaimNow | None, today: date
) -> EstatePaper:
    """The content of one document. Raises Refused, with the missing data."""
    about, matter = PAPERS[ask.kind], matter_file.matter
    if matter.death_on is None:
        raise Refused(f"the date of death in matter {matter.id} is unknown", "documents require it")
    bare: _Bare = {
        "sheet": Sheet(paper_number(matter.id, serial), ask.kind, about.title, today, ask.amends),
        "creditor": mail.creditor_of(matter_file.creditor),
        "recipient": _recipient(matter_file, ask),
        "decedent": _decedent(matter_file),
        "signer": Signer(*ask.signer),
        "matter": matter_number(matter.id),
        "ein": matter_file.creditor.ein or "",
    }
    if not about.names_debt:
        return EstatePaper(**bare)
    # A court's file holds the minimum necessary: it shows only the last digits of an account number.
    hide = ask.reader is Reader.COURT
    accounts = _accounts(conn, matter_file, hide=hide)
    told: _Told = {
        "case": case_of(conn, matter_file),
        "counsel": counsel_of(conn, matter_file),
        "accounts": accounts,
        "total_cents": sum(one.balance_cents for one in accounts),
        "representative": _party(party_with(matter_file.parties, PartyRole.REPRESENTATIVE)),
        "estate_attorney": _party(party_with(matter_file.parties, PartyRole.ESTATE_ATTORNEY)),
        "our_attorney": _party(party_with(matter_file.parties, PartyRole.OUR_ATTORNEY)),
        "claim": None if claim is None else _claim(matter_file, claim, ask),
        "due": _due(matter, ask.kind, today),
        "deadlines": _deadlines(matter_file),
        "answer": _answer(matter_file, claim),
        "terms": ask.terms,
        "reason": ask.reason,
        "filing_fee_cents": ask.filing_fee_cents,
        "enclosures": ask.enclosures,
    }
    told |= _of_kind(conn, matter_file, ask, claim, hide)
    _refuse_missing(about, told, matter.id)
    return EstatePaper(**bare, **told)


def _of_kind(
    conn: Connection, matter_file: MatterFile, ask: DocumentRequest, claim: ClaimNow | None, hide: bool
) -> _Told:
    """The fields that only some document types have."""
    needs, matter = PAPERS[ask.kind].needs, matter_file.matter
    told: _Told = {}
    if Part.LEDGER in needs:
        told["ledger"] = _ledger(conn, matter_file, hide=hide)
    if Part.MAILINGS in needs or ask.kind == MEMO:
        told["mailings"] = mailings_of(matter_file.papers)
    if Part.HISTORY in needs:
        told["history"] = history_of(conn, matter_file)
    if Part.AWAITED in needs:
        told["awaited"] = awaited_of(conn, matter)
    if Part.PETITION in needs:
        told["petition"], told["due"] = _petition(matter_file), _open_by(matter_file.matter)
    if ask.kind == MEMO:
        came = received(conn, matter)
        told["history"] = evidence_of(matter, matter_file.facts, matter_file.fact_rows)
        told["written_off_cents"] = written_off(conn, matter)
        told["receipt"] = None if came is None else Receipt(*came)
    if Part.OFFER in needs and matter.offer_cents is not None and matter.offer_until is not None:
        told["offer"] = Offer(matter.offer_cents, matter.claim_cents, matter.offer_until)
    if Part.RECEIPT in needs and ask.receipt is not None:
        told["receipt"] = Receipt(*ask.receipt)
    if ask.kind.startswith("claim-") and claim is not None:
        told["boxes"] = boxes_of(matter_file.creditor, matter_file.accounts, claim, ask.signer)
    return told


def _refuse_missing(about: PaperKind, told: _Told, matter: int) -> None:
    missing = [_LACKING[need] for need in about.needs if not _given(need, told)]
    if missing:
        raise Refused(
            f"the document {about.name} of matter {matter} can't be created; missing", lacks=missing, matter=matter
        )


_LACKING = {
    Part.CASE: Advice("the court's case number", Remedy.RECORD_MATTER_FACT, facts={"fact": "case_number"}),
    Part.CLAIM: Advice("a claim", Remedy.TAKE_STEP, facts={"step": MatterState.CLAIM_DUE.value}),
    Part.DUE: Advice("a deadline"),
    Part.LEDGER: Advice("ledger entries"),
    Part.ANSWER: Advice("an answer of the estate", Remedy.TAKE_STEP, facts={"step": MatterState.DISALLOWED.value}),
    Part.OFFER: Advice("an offer", Remedy.MAKE_OFFER),
    Part.RECEIPT: Advice("a payment", Remedy.POST_ESTATE_PAYMENT),
    Part.TERMS: Advice("a referral", Remedy.REFER_MATTER),
    Part.MAILINGS: Advice("documents that were sent", Remedy.MARK_PAPER_SENT),
    Part.HISTORY: Advice("a history"),
    Part.REASON: Advice("a reason", field="reason"),
    Part.PETITION: Advice("a petition"),
    Part.AWAITED: Advice("an awaited payment", Remedy.TAKE_STEP, facts={"step": MatterState.AWAITING_PAYMENT.value}),
}


def _given(need: Part, told: Mapping[str, object]) -> bool:
    value = told.get(need.value)
    return bool(value.number) if isinstance(value, Case) else bool(value)


def _decedent(matter_file: MatterFile) -> Decedent:
    person = matter_file.person
    place = (*mail.street(person), mail.city_line(person))
    return Decedent(mail.name_of(person), matter_file.matter.death_on, tuple(filter(None, place)), person.birth_date)


def _party(row: AnyRow | None) -> Party | None:
    if row is None:
        return None
    place = tuple(filter(None, (*mail.street(row), mail.city_line(row))))
    return Party(row.name, row.role.replace("_", " "), place, row.phone or "", row.email or "")


def _recipient(matter_file: MatterFile, ask: DocumentRequest) -> Party:
    row = next((one for one in matter_file.parties if one.id == ask.party_id), None)
    found = _party(row)
    if found is not None:
        return found
    return Party("The file", f"matter {matter_number(matter_file.matter.id)}")


def _accounts(conn: Connection, matter_file: MatterFile, *, hide: bool) -> tuple[EstateAccount, ...]:
    ids = [account.id for account in matter_file.accounts]
    sums = mail.ledger_sums(conn, ids)
    found: list[EstateAccount] = []
    for account in matter_file.accounts:
        mine = sums.get(account.id)
        if mine is None:
            continue
        found.append(
            EstateAccount(
                number=short_number(account.number) if hide else account.number,
                service_from=account.service_from,
                service_to=account.service_to or account.service_from,
                charges_cents=mine.charges,
                insurance_cents=mine.insurance,
                adjustments_cents=mine.adjustments,
                paid_cents=mine.paid,
                balance_cents=account.balance_cents,
                insurance_open=account.id in matter_file.pending,
            )
        )
    return tuple(found)


def _claim(matter_file: MatterFile, claim: ClaimNow, ask: DocumentRequest) -> Claim:
    state = matter_file.matter.jurisdiction
    return Claim(
        amount_cents=claim.amount_cents,
        due_cents=claim.due_cents,
        contingent_cents=claim.contingent_cents,
        last_illness_cents=claim.last_illness_cents,
        other_cents=claim.other_cents,
        basis=BASIS,
        sworn=state is None or rule_of(state).sworn,
        filed_on=matter_file.matter.filed_on,
        changed=ask.changed,
    )


def _due(matter: AnyRow, kind: str, today: date) -> Due | None:
    """The deadline to file the claim. While the claim is not filed, it is the desk's controlling deadline."""
    if kind == "attorney-cover" and MatterState(matter.state) not in CLAIMING:
        return None
    day = day_that_counts(standing_of(matter, stored(matter)))
    if day is not None and day.what is Counts.CLAIM:
        reason = reason_of(matter, day)
        return Due(day.on, day.act_by, reason.because, reason.citation, how_sure(matter, today))
    if matter.deadline_on is None or matter.file_by_on is None:
        return None
    return Due(matter.deadline_on, matter.file_by_on, matter.deadline_why, matter.deadline_citation)


def _petition(matter_file: MatterFile) -> Petition:
    owed = dollars(owed_on(matter_file.accounts))
    interest = (
        f"The petitioner is a creditor of the decedent: {owed} is unpaid for {BASIS}. To the "
        "petitioner's knowledge no one else has asked, and no claim can be presented while there is no representative."
    )
    kin = (
        _party(row) for row in matter_file.parties if row.role in (PartyRole.SPOUSE.value, PartyRole.HOUSEHOLD.value)
    )
    return Petition(interest, ASKED, tuple(one for one in kin if one is not None))


def _open_by(matter: AnyRow) -> Due | None:
    if matter.open_estate_by is None:
        return None
    by = file_by(matter.jurisdiction or "", matter.open_estate_by)
    return Due(matter.open_estate_by, by, "the last day to have the estate opened", matter.deadline_citation)


def _deadlines(matter_file: MatterFile) -> tuple[Due, ...]:
    matter = matter_file.matter
    found: list[Due] = []
    if matter.sue_by_on is not None:
        state = matter.jurisdiction or ""
        reason = reason_of(matter, DayThatCounts(Counts.SUIT, matter.sue_by_on, matter.sue_by_on))
        sue = f"last day to sue or petition: {reason.because}"
        found.append(Due(matter.sue_by_on, file_by(state, matter.sue_by_on), sue, reason.citation))
    if matter.no_response_on is not None:
        means = f"no answer by then means: {matter.no_response_effect}"
        found.append(Due(matter.no_response_on, matter.no_response_on, means, matter.deadline_citation))
    opened = any(day is not None for day in (matter.letters_on, matter.published_on, matter.notice_on))
    if matter.open_estate_by is not None and not opened:
        found.append(
            Due(
                matter.open_estate_by,
                matter.open_estate_by,
                "last day to have the estate opened",
                matter.deadline_citation,
            )
        )
    found += [
        Due(one.on, one.on, " ".join(filter(None, (one.kind, one.at, one.place))), one.note or "set by the court")
        for one in matter_file.dates
    ]
    return tuple(sorted(found, key=lambda one: one.on))


def _answer(matter_file: MatterFile, claim: ClaimNow | None) -> Answer | None:
    matter = matter_file.matter
    if matter.answered_on is None or matter.allowed_cents is None:
        return None
    refused = max(0, matter.claim_cents - matter.allowed_cents)
    # A closed matter's reason is our own, of the write-off.
    grounds = "" if MatterState(matter.state) in ENDED else matter.reason or ""
    return Answer(matter.answered_on, matter.allowed_cents, refused, grounds, matter.sue_by_on)


def _ledger(conn: Connection, matter_file: MatterFile, *, hide: bool) -> tuple[EstateEntry, ...]:
    numbers = {one.id: short_number(one.number) if hide else one.number for one in matter_file.accounts}
    query = sa.select(LEDGER).where(in_keys(LEDGER.c.account_id, list(numbers)))
    found: list[EstateEntry] = []
    balance: dict[int, int] = {}
    for row in conn.execute(query.order_by(LEDGER.c.account_id, LEDGER.c.posted_on, LEDGER.c.id)):
        balance[row.account_id] = balance.get(row.account_id, 0) + row.amount_cents
        found.append(
            EstateEntry(numbers[row.account_id], row.posted_on, row.kind, row.amount_cents, balance[row.account_id])
        )
    return tuple(found)


__all__ = ["DocumentRequest", "compose"]
