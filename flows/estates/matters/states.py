"""The states of a matter: their order, the roles allowed to change them, and their requirements. One table.

These are the desk's steps (the states of probate differ in their deadlines, not in these steps). No step that a court
or an auditor would ask for later can be skipped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from models.errors import Advice
from models.estate_enums import MatterState, WriteOffReason
from models.remedies import Remedy
from models.user_enums import Role

_DESK = frozenset({Role.ESTATE_DESK, Role.MANAGER})
_MANAGER = frozenset({Role.MANAGER})
_COURT = frozenset({Role.ESTATE_DESK, Role.MANAGER, Role.ATTORNEY})


class Requirement(Enum):
    """A requirement of a step, and how to enter it if it is missing."""

    DEATH = Advice("the date of death", field="death")
    SEARCH = Advice("a probate search with its date", Remedy.RECORD_MATTER_FACT, facts={"fact": "probate_search"})
    SEARCH_AT_BAR = Advice(
        "a second probate search at or after the bar date", Remedy.RECORD_MATTER_FACT, facts={"fact": "probate_search"}
    )
    COUNTY = Advice("the county of the estate", Remedy.RECORD_MATTER_FACT, facts={"fact": "county"})
    CASE = Advice("the court's case number", Remedy.RECORD_MATTER_FACT, facts={"fact": "case_number"})
    REPRESENTATIVE = Advice(
        "the personal representative", Remedy.ENTER_PARTY, facts={"role": "representative", "authority": "letters"}
    )
    AFFIANT = Advice(
        "the affiant of the small-estate affidavit",
        Remedy.ENTER_PARTY,
        facts={"role": "representative", "authority": "small_estate"},
    )
    DEADLINE = Advice(
        "a deadline, or the reason for no deadline (enter the facts)",
        Remedy.RECORD_MATTER_FACT,
        facts={"fact": "letters_issued"},
    )
    CLAIM_PAPER = Advice("the claim document", Remedy.WRITE_CLAIM)
    SERVED = Advice("proof that the claim was sent to the court or the representative", Remedy.MARK_PAPER_SENT)
    DAY = Advice("the date of the event", field="on")
    AMOUNT = Advice("the amount", field="amount")
    REASON = Advice("a reason code", field="reason")
    NOTHING_OWED = Advice("a zero balance on every account: post the payments", Remedy.POST_ESTATE_PAYMENT)
    CLOCK = Advice(
        "a disallowance whose time to sue has not ended", Remedy.TAKE_STEP, facts={"step": MatterState.DISALLOWED.value}
    )
    OFFER = Advice("an offer that was accepted in time", Remedy.MAKE_OFFER)
    ASSETS = Advice("the estate's assets", Remedy.RECORD_MATTER_FACT, facts={"fact": "assets"})
    BAR_PASSED = Advice("an expired claim deadline")
    SEARCHED_OR_BARRED = Advice("an exhausted search (180 days or more after death), or a bar date that has passed")


@dataclass(frozen=True, slots=True)
class Transition:
    """One step: from one state to another, with the roles allowed and the requirements."""

    before: MatterState
    after: MatterState
    roles: frozenset[Role]
    needs: tuple[Requirement, ...] = ()


def _each(
    befores: tuple[MatterState, ...], after: MatterState, roles: frozenset[Role], *needs: Requirement
) -> tuple[Transition, ...]:
    return tuple(Transition(before, after, roles, needs) for before in befores)


_ALL = (
    Transition(MatterState.REPORTED, MatterState.CONFIRMED, _DESK, (Requirement.DEATH,)),
    Transition(MatterState.CONFIRMED, MatterState.INSURANCE_FIRST, _DESK),
    Transition(MatterState.CONFIRMED, MatterState.SEARCHING, _DESK),
    Transition(MatterState.INSURANCE_FIRST, MatterState.SEARCHING, _DESK),
    *_each(
        tuple(
            one
            for one in MatterState
            if one
            not in (MatterState.REPORTED, MatterState.CLOSED_PAID, MatterState.CLOSED_WRITTEN_OFF, MatterState.ANNULLED)
        ),
        MatterState.CLOSED_PAID,
        _DESK,
        Requirement.NOTHING_OWED,
    ),
    Transition(
        MatterState.SEARCHING,
        MatterState.FOUND,
        _DESK,
        (Requirement.COUNTY, Requirement.CASE, Requirement.REPRESENTATIVE),
    ),
    Transition(MatterState.SEARCHING, MatterState.SMALL_ESTATE, _DESK, (Requirement.AFFIANT,)),
    Transition(
        MatterState.SEARCHING, MatterState.NO_ESTATE, _DESK, (Requirement.SEARCH, Requirement.SEARCHED_OR_BARRED)
    ),
    Transition(MatterState.FOUND, MatterState.CLAIM_DUE, _DESK, (Requirement.DEADLINE,)),
    *_each(
        (MatterState.SEARCHING, MatterState.FOUND, MatterState.CLAIM_DUE, MatterState.SMALL_ESTATE),
        MatterState.NOT_COST_EFFECTIVE,
        _MANAGER,
        Requirement.REASON,
    ),
    Transition(
        MatterState.CLAIM_DUE, MatterState.FILED, _COURT, (Requirement.CLAIM_PAPER, Requirement.SERVED, Requirement.DAY)
    ),
    *_each((MatterState.FOUND, MatterState.CLAIM_DUE), MatterState.BARRED, _DESK, Requirement.BAR_PASSED),
    Transition(MatterState.FILED, MatterState.ALLOWED, _COURT, (Requirement.DAY,)),
    Transition(MatterState.FILED, MatterState.ALLOWED_IN_PART, _COURT, (Requirement.DAY, Requirement.AMOUNT)),
    Transition(MatterState.FILED, MatterState.DISALLOWED, _COURT, (Requirement.DAY,)),
    *_each(
        (MatterState.FILED, MatterState.DISALLOWED, MatterState.ALLOWED_IN_PART, MatterState.SUIT_FILED),
        MatterState.COMPROMISED,
        _DESK,
        Requirement.OFFER,
    ),
    *_each(
        (MatterState.FILED, MatterState.ALLOWED, MatterState.ALLOWED_IN_PART),
        MatterState.INSOLVENT,
        _DESK,
        Requirement.ASSETS,
    ),
    *_each(
        (MatterState.FILED, MatterState.DISALLOWED, MatterState.ALLOWED, MatterState.ALLOWED_IN_PART),
        MatterState.SUIT_FILED,
        _COURT,
        Requirement.DAY,
    ),
    *_each(
        (MatterState.COMPROMISED, MatterState.AWAITING_PAYMENT),
        MatterState.SUIT_FILED,
        _COURT,
        Requirement.DAY,
        Requirement.CLOCK,
    ),
    Transition(MatterState.SUIT_FILED, MatterState.ALLOWED, _COURT, (Requirement.DAY, Requirement.AMOUNT)),
    *_each(
        (
            MatterState.ALLOWED,
            MatterState.ALLOWED_IN_PART,
            MatterState.COMPROMISED,
            MatterState.INSOLVENT,
            MatterState.SMALL_ESTATE,
        ),
        MatterState.AWAITING_PAYMENT,
        _DESK,
    ),
    Transition(
        MatterState.NO_ESTATE,
        MatterState.CLOSED_WRITTEN_OFF,
        _MANAGER,
        (Requirement.SEARCH, Requirement.SEARCH_AT_BAR, Requirement.REASON),
    ),
    *_each(
        (
            MatterState.DISALLOWED,
            MatterState.SUIT_FILED,
            MatterState.INSOLVENT,
            MatterState.AWAITING_PAYMENT,
            MatterState.SMALL_ESTATE,
            MatterState.NOT_COST_EFFECTIVE,
            MatterState.BARRED,
        ),
        MatterState.CLOSED_WRITTEN_OFF,
        _MANAGER,
        Requirement.REASON,
    ),
    *_each((MatterState.CLOSED_PAID, MatterState.CLOSED_WRITTEN_OFF), MatterState.SEARCHING, _DESK),
)

TRANSITIONS: Mapping[tuple[MatterState, MatterState], Transition] = {(one.before, one.after): one for one in _ALL}
"""All steps."""

FITS: Mapping[MatterState, frozenset[WriteOffReason]] = {
    MatterState.NO_ESTATE: frozenset({WriteOffReason.NO_ESTATE}),
    MatterState.BARRED: frozenset({WriteOffReason.BARRED}),
    MatterState.DISALLOWED: frozenset({WriteOffReason.DISALLOWED, WriteOffReason.WITHDRAWN}),
    MatterState.SUIT_FILED: frozenset({WriteOffReason.DISALLOWED, WriteOffReason.WITHDRAWN}),
    MatterState.INSOLVENT: frozenset({WriteOffReason.INSOLVENT}),
    MatterState.AWAITING_PAYMENT: frozenset(
        {WriteOffReason.PAID_IN_PART, WriteOffReason.COMPROMISED, WriteOffReason.INSOLVENT, WriteOffReason.DISALLOWED}
    ),
    MatterState.SMALL_ESTATE: frozenset({WriteOffReason.SMALL, WriteOffReason.PAID_IN_PART, WriteOffReason.INSOLVENT}),
    MatterState.NOT_COST_EFFECTIVE: frozenset(
        {
            WriteOffReason.SMALL,
            WriteOffReason.INSOLVENT,
            WriteOffReason.SPOUSE_LIABLE,
            WriteOffReason.MEDICAID_AHEAD,
            WriteOffReason.WITHDRAWN,
        }
    ),
}
"""The write-off reasons allowed in each state: the right reason is what an auditor reads first."""


def may_follow(state: MatterState, role: Role | None = None) -> tuple[MatterState, ...]:
    """The states that can follow a state; all, or those to which a role can move the matter."""
    return tuple(one.after for one in _ALL if one.before is state and (role is None or role in one.roles))
