"""Moves a matter to its next state: checked by the table of steps, applied with its consequences, and recorded."""

from datetime import date
from typing import TypedDict

import sqlalchemy as sa

from compliance.nonclaim_table import DeadlineKind
from compliance.presented_claim import places_missing, silence, sue_by
from flows.estates.claims.bad_debt import list_estate_bad_debts
from flows.estates.claims.claimed import claim_columns, claim_now
from flows.estates.deadlines.alerts import check_filing, escalate, file_early
from flows.estates.deadlines.commands import recompute
from flows.estates.death.death_day import correct_death
from flows.estates.death.later_services import undecided, watch_services
from flows.estates.death.stop import confirm_reported
from flows.estates.matters.decide import MatterNow, StepInput, check_transition
from flows.estates.matters.queries import (
    MATTER,
    PAPER,
    account_rows,
    accounts_of_matter,
    fact_values,
    facts_of,
    late_rows,
    matter_row,
    owed_on,
    parties_of,
    party_with,
    running_at,
)
from flows.estates.matters.work import close_answered, close_searched, close_work
from flows.estates.payments.commands import write_off
from flows.estates.payments.ledger import paid_cents, reinstating
from flows.ledger.commands import post
from flows.people.death import record_death
from letters.estate.kinds import Reader
from models.columns import AnyRow
from models.database import Transaction
from models.errors import Refused
from models.estate_enums import ENDED, Authority, EstateFactName, MatterState, PartyRole
from models.estate_events import MatterMoved
from models.remedies import Remedy
from models.user_enums import Role

PLACES = (Reader.COURT.value, Reader.REPRESENTATIVE.value)
"""Recipients to whom a claim is presented. A copy for the file or for counsel presents nothing."""

CLAIM_PREFIX = "claim"
"""The document types that are a claim: `claim`, and the states' own forms, whose names begin with it."""


def take_step(tx: Transaction, matter_id: int, after: MatterState, role: Role, given: StepInput) -> None:
    """Move a matter to another state, with its consequences. Raises Refused, and then changes nothing."""
    row = matter_row(tx.conn, matter_id, lock=True)
    now = matter_now(tx, row)
    check_transition(now, after, role, given, tx.business_date)
    if after is MatterState.CONFIRMED and now.death_on is None and given.death is not None:
        record_death(tx, row.person_id, given.death, given.source)
        return
    if after is MatterState.CONFIRMED and given.death not in (None, now.death_on):
        assert given.death is not None
        correct_death(tx, matter_id, given.death, given.source, given.why or "the proof of death states this date")
    if now.state in ENDED:
        _refuse_second(tx, row)
    values = _values(tx, row, now, after, given)
    review_on = None if after in ENDED else tx.business_date
    tx.conn.execute(
        sa.update(MATTER)
        .where(MATTER.c.id == matter_id)
        .values(state=after.value, review_on=review_on, version=MATTER.c.version + 1, **values)
    )
    tx.record_all(
        MatterMoved(
            account_id=key,
            matter=matter_id,
            before=now.state.value,
            after=after.value,
            reason=_because(given),
            source=given.source,
            source_on=given.source_on,
            role=role.value,
            amount_cents=values.get("allowed_cents", given.amount_cents),
        )
        for key in accounts_of_matter(tx.conn, matter_id)
    )
    if after is MatterState.CONFIRMED:
        died_on = matter_row(tx.conn, matter_id).death_on
        assert died_on is not None
        confirm_reported(tx, row.person_id, died_on, given.source)
    _follow(tx, row, now, after, given)
    close_answered(tx, matter_id)
    recompute(tx, [matter_id])
    if after is MatterState.CLAIM_DUE:
        file_early(tx, matter_row(tx.conn, matter_id))
    if after is MatterState.FILED:
        check_filing(tx, matter_row(tx.conn, matter_id))
    watch_services(tx, matter_row(tx.conn, matter_id))
    escalate(tx, [matter_id])


def _because(given: StepInput) -> str:
    said = [part for part in (given.reason.replace("_", " ") if given.reason else "", given.why) if part]
    return "; ".join(said)


class _StepColumns(TypedDict, total=False):
    """The values that a step sets on the matter, by the columns of the matter."""

    claim_cents: int
    contingent_cents: int
    last_illness_cents: int
    filed_on: date
    not_presented_to: str | None
    no_response_on: date | None
    no_response_effect: str | None
    answered_on: date | None
    allowed_cents: int | None
    offer_cents: int | None
    offer_until: date | None
    sue_by_on: date | None
    previous_sue_by_on: date | None
    reason: str | None
    closed_on: date | None
    action_due_on: date | None
    reviewed_on: date | None


def _values(tx: Transaction, row: AnyRow, now: MatterNow, after: MatterState, given: StepInput) -> _StepColumns:
    """The values that a step sets on the matter."""
    state = row.jurisdiction
    match after:
        case MatterState.CLAIM_DUE:
            claim = claim_now(tx, row, given.amount_cents)
            return {**claim_columns(claim)}
        case MatterState.FILED:
            assert given.on is not None
            independent = bool(row.independent)
            found = silence(state, given.on, row.deadline_on, independent=independent) if state else None
            return {
                "filed_on": given.on,
                "not_presented_to": missing_place(tx, row),
                "no_response_on": None if found is None else found.on,
                "no_response_effect": None if found is None else found.means.value,
            }
        case MatterState.ALLOWED:
            amount = now.claim_cents if given.amount_cents is None else given.amount_cents
            return {"answered_on": given.on, "allowed_cents": amount, "no_response_on": None}
        case MatterState.ALLOWED_IN_PART | MatterState.DISALLOWED:
            assert given.on is not None
            allowed = given.amount_cents if after is MatterState.ALLOWED_IN_PART else 0
            return {
                "answered_on": given.on,
                "allowed_cents": allowed,
                "no_response_on": None,
                "reason": given.why or None,
                "sue_by_on": sue_by(state, given.on, independent=bool(row.independent)) if state else None,
            }
        case MatterState.COMPROMISED:
            # The time to sue after a disallowance keeps running until the payment is received.
            return {"allowed_cents": now.offer_cents, "answered_on": given.on or tx.business_date}
        case MatterState.SUIT_FILED:
            return {"sue_by_on": None, "previous_sue_by_on": None, **_lapsed(row)}
        case MatterState.CLOSED_PAID | MatterState.CLOSED_WRITTEN_OFF:
            reason = given.reason.value if given.reason else "paid"
            return {"closed_on": tx.business_date, "reason": reason, "action_due_on": None, **_clock_over(row)}
        case MatterState.SEARCHING if now.state in ENDED:
            return {"closed_on": None, "reason": None, "reviewed_on": None}
        case MatterState.BARRED | MatterState.NOT_COST_EFFECTIVE | MatterState.NO_ESTATE:
            return {"reason": given.reason.value if given.reason else after.value}
        case _:
            return {}


def _clock_over(row: AnyRow) -> _StepColumns:
    """A closed matter has no deadline to sue. The previous one is stored in case the bank returns the payment."""
    return {"sue_by_on": None, "previous_sue_by_on": row.sue_by_on or row.previous_sue_by_on}


def _lapsed(row: AnyRow) -> _StepColumns:
    """An unpaid agreement lapses when a suit is filed: the claim stands as disallowed."""
    if row.offer_cents is None or row.allowed_cents != row.offer_cents:
        return {}
    return {"allowed_cents": 0, "offer_cents": None, "offer_until": None}


def _follow(tx: Transaction, row: AnyRow, now: MatterNow, after: MatterState, given: StepInput) -> None:
    if after is MatterState.CLOSED_WRITTEN_OFF:
        assert given.reason is not None
        list_estate_bad_debts(tx, row)
        write_off(tx, row.id, given.reason)
    if after in ENDED:
        close_work(tx, row.id, "the matter is closed")
    if after is MatterState.SEARCHING and now.state in ENDED:
        post(tx, reinstating(tx, row.id, "reopened"))
    if after in (MatterState.FOUND, MatterState.SMALL_ESTATE, MatterState.NO_ESTATE):
        close_searched(tx, row.id, f"the matter is {after}")


def _refuse_second(tx: Transaction, row: AnyRow) -> None:
    """Refuse to reopen a matter while another one is open for the same person and creditor."""
    if (other := running_at(tx.conn, row.person_id, row.creditor_id)) is not None:
        raise Refused(
            f"matter {other} is already open for this person and creditor",
            "continue with that matter",
            remedy=Remedy.SHOW_MATTER,
            matter=other,
        )


def matter_now(tx: Transaction, row: AnyRow) -> MatterNow:
    """A matter, for a step."""
    facts = facts_of(tx.conn, row.id)
    values = fact_values(facts)
    representative = party_with(parties_of(tx.conn, row.id), PartyRole.REPRESENTATIVE)
    searches = tuple(fact.source_on for fact in facts if fact.name == EstateFactName.PROBATE_SEARCH.value)
    claims = tx.conn.execute(
        sa.select(PAPER.c.sent_on).where(PAPER.c.matter_id == row.id, PAPER.c.kind.startswith(CLAIM_PREFIX))
    ).all()
    presented = presented_to(tx, row.id)
    balance = owed_on(account_rows(tx.conn, row.id))
    return MatterNow(
        id=row.id,
        state=MatterState(row.state),
        death_on=row.death_on,
        county=values.get(EstateFactName.COUNTY),
        case_number=values.get(EstateFactName.CASE_NUMBER),
        representative=None if representative is None else representative.name,
        by_affidavit=representative is not None and representative.authority == Authority.SMALL_ESTATE.value,
        has_deadline=row.deadline_on is not None or row.deadline_why != "",
        latest_on=_bar(row),
        bar_over=_bar_over(row, tx.business_date),
        searches=searches,
        claim_paper=bool(claims),
        claim_served=bool(presented),
        balance_cents=balance,
        claim_cents=row.claim_cents,
        filed_on=row.filed_on,
        offer_cents=row.offer_cents,
        offer_until=row.offer_until,
        sue_by_on=row.sue_by_on,
        assets_known=EstateFactName.ASSETS in values,
        agreed_cents=row.offer_cents if row.allowed_cents == row.offer_cents else None,
        paid_cents=paid_cents(tx.conn, row.id),
        undecided=tuple(one.number for one in undecided(late_rows(tx.conn, row))),
    )


def presented_to(tx: Transaction, matter_id: int) -> frozenset[str]:
    """Where the claim was presented, by the proofs of its documents: the court, the representative."""
    query = sa.select(PAPER.c.reader).where(
        PAPER.c.matter_id == matter_id,
        PAPER.c.kind.startswith(CLAIM_PREFIX),
        PAPER.c.sent_on.is_not(None),
        PAPER.c.reader.in_(PLACES),
    )
    return frozenset(tx.conn.execute(query).scalars())


def missing_place(tx: Transaction, row: AnyRow) -> str | None:
    """A place where state law also requires presentment, without a proof of it; None if none is missing."""
    if row.jurisdiction is None:
        return None
    return next(iter(places_missing(row.jurisdiction, presented_to(tx, row.id))), None)


def _bar(row: AnyRow) -> date | None:
    """The latest possible deadline of the claim, if known."""
    return row.latest_on or row.deadline_on


def _bar_over(row: AnyRow, today: date) -> bool:
    """Whether the claim's deadline has passed and late claims are barred. A protective date that has passed bars
    nothing."""
    if row.deadline_kind == DeadlineKind.PROTECTIVE.value:
        return False
    last = row.latest_on if row.provisional else row.deadline_on
    return last is not None and last < today


__all__ = ["matter_now", "take_step"]
