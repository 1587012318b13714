"""The docket: every open matter by controlling deadline, with its basis, confidence, and next step."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from compliance.known import warning
from compliance.nonclaim_table import rule_of
from flows.estates.deadlines.compute import earliest_now, facts_missing, reason_of, standing_of, stored
from flows.estates.deadlines.decide import CLAIMING, PAYING, Counts, day_that_counts
from flows.estates.deadlines.passed import PassedDeadline, RemedyLine, passed_next, remedies_of
from flows.estates.matters.docket_filter import ALL, DocketFilter
from flows.estates.matters.docket_parts import attorneys_in, case_facts, guarantors_in, last_activity, owed_in
from flows.estates.matters.docket_query import filtered
from flows.estates.matters.numbers import matter_number
from flows.estates.matters.queries import CREDITOR, MATTER, PERSON, petitioned
from flows.estates.matters.states import may_follow
from flows.estates.payments.ledger import paid_by
from flows.people.queries import RUNS
from models.columns import AnyRow, in_keys
from models.estate_enums import EstateFactName, MatterState

RED_DAYS, AMBER_DAYS = 7, 30


class Colour(StrEnum):
    """How near the deadline is: red within a week or passed, amber within a month."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    NONE = "none"


NEXT: dict[MatterState, str] = {
    MatterState.REPORTED: "confirm the death and its date by certificate, SSA, obituary or discharge record",
    MatterState.CONFIRMED: "check for open insurance; search the probate court",
    MatterState.INSURANCE_FIRST: "bill or appeal open insurance; continue the probate search",
    MatterState.SEARCHING: "search the probate court of the county",
    MatterState.FOUND: "decide whether to file",
    MatterState.CLAIM_DUE: "file and serve the claim",
    MatterState.FILED: "wait for the answer",
    MatterState.DISALLOWED: "sue, settle or write off",
    MatterState.SUIT_FILED: "track the case with the attorney",
    MatterState.ALLOWED: "ask for payment",
    MatterState.ALLOWED_IN_PART: "accept the allowed part, or sue for the rest",
    MatterState.COMPROMISED: "wait for the agreed payment",
    MatterState.INSOLVENT: "estimate our share; wait for the distribution",
    MatterState.AWAITING_PAYMENT: "remind the representative",
    MatterState.SMALL_ESTATE: "claim from the affiant",
    MatterState.NO_ESTATE: "search again at the bar date; write off",
    MatterState.NOT_COST_EFFECTIVE: "write off with its reason",
    MatterState.BARRED: "write off with its reason",
    MatterState.CLOSED_PAID: "",
    MatterState.CLOSED_WRITTEN_OFF: "",
    MatterState.ANNULLED: "",
}
"""The next step in each state."""


def next_of(state: MatterState, owed_cents: int, agreed_cents: int | None, paid_cents: int) -> str:
    """The next step, in the desk's words. It asks for nothing that was already received."""
    if state in PAYING and owed_cents <= 0:
        closing = "close the matter as paid, and sign the satisfaction"
        return (
            closing
            if state is MatterState.AWAITING_PAYMENT
            else f"paid in full: move to Awaiting payment, then {closing}"
        )
    agreed = state in (MatterState.COMPROMISED, MatterState.AWAITING_PAYMENT) and agreed_cents is not None
    if agreed and paid_cents >= (agreed_cents or 0):
        return "the agreed amount is paid: write off the rest, and sign the satisfaction"
    return NEXT[state]


class MatterDay(TypedDict):
    """A matter's controlling deadline now (none: all are empty), its basis, and how near it is."""

    what: str | None
    deadline: date | None
    file_by: date | None
    days_left: int | None
    colour: str
    because: str
    citation: str


class LawKnown(TypedDict):
    """The date as of which a state's law is known, and a warning if that was too long ago."""

    as_known: date | None
    warning: str | None


class MatterPeople(TypedDict):
    """Who belongs to a matter: the person who died, the guarantor of its accounts, the paralegal and the attorney."""

    person: int
    guarantor: str | None
    guarantor_person: int | None
    paralegal: str | None
    attorney: str | None
    attorney_name: str | None


class DocketLine(MatterDay, LawKnown, MatterPeople):
    """A matter on the docket. `paralegal` is a username, `attorney` a code."""

    matter: int
    number: str
    decedent: str
    creditor: str
    state: str
    rule: str
    kind: str
    missing: list[str]
    confidence: str
    provisional: bool
    earliest: date | None
    latest: date | None
    balance_cents: int
    claim_cents: int
    county: str | None
    case_number: str | None
    court: str | None
    jurisdiction: str | None
    next: str
    remedies: list[RemedyLine]
    may_follow: list[str]
    last_activity_on: date | None


def docket(
    conn: Connection,
    today: date,
    wanted: DocketFilter = ALL,
    *,
    only: Sequence[int] | None = None,
    skip: int = 0,
    at_most: int | None = None,
) -> list[DocketLine]:
    """The matters that are wanted by deadline, nearest first, by ix_matter_docket: `only` an attorney's own."""
    query = (
        sa.select(MATTER, PERSON.c.first_name, PERSON.c.last_name, CREDITOR.c.name.label("creditor"))
        .join(PERSON, PERSON.c.id == MATTER.c.person_id)
        .join(CREDITOR, CREDITOR.c.id == MATTER.c.creditor_id)
    )
    if not wanted.ended:
        query = query.where(RUNS)
    query = filtered(query, wanted, today)
    if only is not None:
        query = query.where(in_keys(MATTER.c.id, list(only)))
    ordered = query.order_by(MATTER.c.action_due_on.is_(None), MATTER.c.action_due_on, MATTER.c.id)
    rows = conn.execute(ordered.offset(skip).limit(at_most) if skip or at_most is not None else ordered).all()
    return _lines(conn, rows, today)


def _lines(conn: Connection, rows: Sequence[AnyRow], today: date) -> list[DocketLine]:
    ids = [row.id for row in rows]
    owed, facts, attorneys, last = (
        owed_in(conn, ids),
        case_facts(conn, ids),
        attorneys_in(conn, ids),
        last_activity(conn, ids),
    )
    guarantors = guarantors_in(conn, ids)
    asked, paid = petitioned(conn, ids), paid_by(conn, ids)
    days = {row.id: day_of(row, today, petitioned=row.id in asked) for row in rows}
    return [
        {
            "matter": row.id,
            "number": matter_number(row.id),
            "decedent": f"{row.first_name} {row.last_name}",
            "creditor": row.creditor,
            "state": row.state,
            **days[row.id],
            "rule": row.deadline_rule,
            "kind": row.deadline_kind,
            "missing": missing_of(row),
            "confidence": row.deadline_confidence,
            "provisional": row.provisional,
            "earliest": _earliest(row, today),
            "latest": row.latest_on,
            "balance_cents": owed.get(row.id, 0),
            "claim_cents": row.claim_cents,
            "county": facts.get((row.id, EstateFactName.COUNTY.value)),
            "case_number": facts.get((row.id, EstateFactName.CASE_NUMBER.value)),
            "court": facts.get((row.id, EstateFactName.COURT.value)),
            "jurisdiction": row.jurisdiction,
            **_people(row, attorneys.get(row.id), guarantors.get(row.id)),
            **_known(row.jurisdiction, today),
            "next": _next(row, days[row.id], owed.get(row.id, 0), paid.get(row.id, 0), today),
            "remedies": _remedies(row, days[row.id], owed.get(row.id, 0), today),
            "may_follow": [state.value for state in may_follow(MatterState(row.state))],
            "last_activity_on": last.get(row.id),
        }
        for row in rows
    ]


def _people(row: AnyRow, attorney: AnyRow | None, guarantor: AnyRow | None) -> MatterPeople:
    return {
        "person": row.person_id,
        "guarantor": None if guarantor is None else f"{guarantor.first_name} {guarantor.last_name}",
        "guarantor_person": None if guarantor is None else guarantor.person,
        "paralegal": row.owner,
        "attorney": None if attorney is None else attorney.code,
        "attorney_name": None if attorney is None else attorney.name,
    }


def _next(row: AnyRow, day: MatterDay, owed_cents: int, paid_cents: int, today: date) -> str:
    """The next step. If the controlling deadline (as in day_of) has passed with a balance due, what can still be
    done."""
    passed = _passed(row, day, owed_cents)
    if passed is not None:
        return passed_next(passed, today)
    return next_of(MatterState(row.state), owed_cents, _agreed(row), paid_cents)


def _remedies(row: AnyRow, day: MatterDay, owed_cents: int, today: date) -> list[RemedyLine]:
    passed = _passed(row, day, owed_cents)
    return [] if passed is None else remedies_of(passed, today)


def _passed(row: AnyRow, day: MatterDay, owed_cents: int) -> PassedDeadline | None:
    """The controlling deadline, if it has passed with a balance due."""
    if day["what"] is None or day["deadline"] is None or day["days_left"] is None:
        return None
    if day["days_left"] >= 0 or owed_cents <= 0:
        return None
    return PassedDeadline(Counts(day["what"]), day["deadline"], row.deadline_kind, row.jurisdiction, row.death_on)


def _known(state: str | None, today: date) -> LawKnown:
    """The date as of which a state's law is known, and the warning if that was too long ago."""
    as_known = None if state is None else rule_of(state).as_known
    return {"as_known": as_known, "warning": warning(as_known, today)}


def _agreed(row: AnyRow) -> int | None:
    return row.offer_cents if row.allowed_cents == row.offer_cents else None


def _earliest(row: AnyRow, today: date) -> date | None:
    return earliest_now(row, today) if missing_of(row) else row.earliest_on


def missing_of(row: AnyRow) -> list[str]:
    """The facts that are missing for the deadline, while the claim is not filed."""
    return list(facts_missing(row)) if MatterState(row.state) in CLAIMING else []


def day_of(row: AnyRow, today: date, *, petitioned: bool) -> MatterDay:
    """The controlling deadline of a matter now, the days left, and its color."""
    counts = day_that_counts(standing_of(row, stored(row), petitioned=petitioned))
    why = reason_of(row, counts)
    if counts is None:
        return {
            "what": None,
            "deadline": None,
            "file_by": None,
            "days_left": None,
            "colour": Colour.NONE.value,
            "because": why.because,
            "citation": why.citation,
        }
    left = (counts.act_by - today).days
    colour = Colour.RED if left <= RED_DAYS else Colour.AMBER if left <= AMBER_DAYS else Colour.GREEN
    return {
        "what": counts.what.value,
        "deadline": counts.on,
        "file_by": counts.act_by,
        "days_left": left,
        "colour": colour.value,
        "because": why.because,
        "citation": why.citation,
    }
