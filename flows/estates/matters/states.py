"""The states of a matter: their order, the roles allowed to change them, and their requirements. One table, and a small
pure function.

These are the desk's steps (the states of probate differ in their deadlines, not in these steps). No step that a court
or an auditor would ask for later can be skipped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from models.errors import Advice, BadInput, NotPermitted, Refused
from models.estate_enums import MatterState, WriteOffReason
from models.labels import label, labels_of
from models.remedies import Remedy
from models.user_enums import Role
from models.values import dollars

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


@dataclass(frozen=True, slots=True)
class StepInput:
    """The entries for a step. `source` and `source_on`: the document or person they are from, and its date."""

    source: str
    source_on: date
    why: str = ""
    on: date | None = None
    amount_cents: int | None = None
    reason: WriteOffReason | None = None
    death: date | None = None


@dataclass(frozen=True, slots=True)
class MatterNow:
    """A matter, for a step. Amounts are cents."""

    id: int
    state: MatterState
    death_on: date | None
    county: str | None
    case_number: str | None
    representative: str | None
    by_affidavit: bool
    has_deadline: bool
    latest_on: date | None
    bar_over: bool
    searches: tuple[date, ...]
    claim_paper: bool
    claim_served: bool
    balance_cents: int
    claim_cents: int
    filed_on: date | None
    offer_cents: int | None
    offer_until: date | None
    sue_by_on: date | None
    assets_known: bool
    agreed_cents: int | None
    paid_cents: int
    undecided: tuple[str, ...] = ()
    """Accounts with an undecided service after the death."""


def may_follow(state: MatterState, role: Role | None = None) -> tuple[MatterState, ...]:
    """The states that can follow a state; all, or those to which a role can move the matter."""
    return tuple(one.after for one in _ALL if one.before is state and (role is None or role in one.roles))


def check_transition(matter: MatterNow, after: MatterState, role: Role, given: StepInput, today: date) -> Transition:
    """The step from a matter's current state. Raises Refused with all that is missing, or with the roles allowed."""
    if after is MatterState.ANNULLED:
        raise Refused(
            "a step can't annul a matter; if the report of death was wrong, annul the report",
            "letters, calls and promises then resume",
            remedy=Remedy.UNDO_DEATH,
            matter=matter.id,
        )
    step = TRANSITIONS.get((matter.state, after))
    if step is None:
        following = may_follow(matter.state)
        raise Refused(
            f"matter {matter.id} can't move from {label(matter.state)} to {label(after)}",
            f"the next state can be {labels_of(following)}" if following else "the matter is closed",
            remedy=Remedy.SHOW_MATTER,
            matter=matter.id,
        )
    if role not in step.roles:
        who = " or ".join(sorted(f"the role {label(one)}" for one in step.roles))
        raise NotPermitted(
            f"only {who} can move the matter to {label(after)}, not the role {label(role)}", "ask one of them"
        )
    missing = [need.value for need in step.needs if not _is_there(need, matter, given, today)]
    if missing:
        raise Refused(f"matter {matter.id} can't move to {label(after)} yet; missing", lacks=missing, matter=matter.id)
    _refuse_wrong(matter, after, given, today)
    _refuse_late(matter, after, role, given)
    return step


def _is_there(need: Requirement, matter: MatterNow, given: StepInput, today: date) -> bool:
    match need:
        case Requirement.DEATH:
            return given.death is not None or matter.death_on is not None
        case Requirement.SEARCH:
            return bool(matter.searches)
        case Requirement.SEARCH_AT_BAR:
            return len(matter.searches) > 1 and max(matter.searches) >= (matter.latest_on or date.min)
        case Requirement.COUNTY:
            return matter.county is not None
        case Requirement.CASE:
            return matter.case_number is not None
        case Requirement.REPRESENTATIVE:
            return matter.representative is not None
        case Requirement.AFFIANT:
            return matter.by_affidavit
        case Requirement.DEADLINE:
            return matter.has_deadline
        case Requirement.CLAIM_PAPER:
            return matter.claim_paper
        case Requirement.SERVED:
            return matter.claim_served
        case Requirement.DAY:
            return given.on is not None
        case Requirement.AMOUNT:
            return given.amount_cents is not None
        case Requirement.REASON:
            return given.reason is not None
        case Requirement.NOTHING_OWED:
            return matter.balance_cents <= 0
        case Requirement.CLOCK:
            return (given.on or today) <= (matter.sue_by_on or date.min)
        case Requirement.OFFER:
            return matter.offer_cents is not None and matter.offer_until is not None
        case Requirement.ASSETS:
            return matter.assets_known
        case Requirement.BAR_PASSED:
            return matter.bar_over
        case Requirement.SEARCHED_OR_BARRED:
            return _search_is_exhausted(matter, today)


SEARCH_EXHAUSTED_DAYS = 180
"""Days from death after the last of the probate searches (30, 60, 90, 180 days from death): the desk's rule."""


def _search_is_exhausted(matter: MatterNow, today: date) -> bool:
    if matter.death_on is None or not matter.searches:
        return False
    return matter.bar_over or (max(matter.searches) - matter.death_on).days >= SEARCH_EXHAUSTED_DAYS


def _refuse_wrong(matter: MatterNow, after: MatterState, given: StepInput, today: date) -> None:
    """Refuse impossible entries: no date after today, no answer before the filing, no more than was claimed."""
    for field, name, day in (
        ("on", "the date of the step,", given.on),
        ("source_on", "the date of the source,", given.source_on),
        ("death", "the date of death,", given.death),
    ):
        if day is not None and day > today:
            raise BadInput(f"{name} {day}, is in the future; today is {today}", "correct it", field=field)
        if day is not None and matter.death_on is not None and day < matter.death_on and field == "on":
            raise BadInput(f"{name} {day}, is before the death on {matter.death_on}", "correct it", field=field)
    if not given.source.strip():
        raise BadInput("a step requires its source: a document or a person", field="source")
    if after in (MatterState.ALLOWED, MatterState.ALLOWED_IN_PART, MatterState.DISALLOWED):
        _refuse_wrong_answer(matter, after, given)
    if after is MatterState.COMPROMISED:
        _refuse_wrong_compromise(matter, given, today)
    if after is MatterState.CLOSED_WRITTEN_OFF:
        _refuse_wrong_write_off(matter, given)


def _refuse_wrong_answer(matter: MatterNow, after: MatterState, given: StepInput) -> None:
    """No answer before the filing, and no more allowed than was claimed."""
    if given.on is not None and (matter.filed_on is None or given.on < matter.filed_on):
        raise BadInput(
            f"an answer on {given.on} is before the claim was filed on {matter.filed_on}", "correct one of them"
        )
    amount = given.amount_cents
    if amount is not None and after is not MatterState.DISALLOWED:
        if not 0 < amount <= matter.claim_cents:
            raise BadInput(f"{dollars(amount)} is not between $0 and the claim of {dollars(matter.claim_cents)}")
        if after is MatterState.ALLOWED and amount < matter.claim_cents and matter.state is MatterState.FILED:
            raise Refused(
                f"{dollars(amount)} is a part of the claim of {dollars(matter.claim_cents)}",
                "use Allowed in part, so that the time to sue for the rest is tracked",
            )
        if after is MatterState.ALLOWED_IN_PART and amount == matter.claim_cents:
            raise Refused("the whole claim was allowed", "use Allowed, not Allowed in part")


def _refuse_wrong_compromise(matter: MatterNow, given: StepInput, today: date) -> None:
    """Only the amount that was offered, while the offer holds."""
    amount = given.amount_cents
    if matter.offer_until is not None and (given.on or today) > matter.offer_until:
        raise Refused(f"the offer expired on {matter.offer_until}", "make a new offer", remedy=Remedy.MAKE_OFFER)
    if amount is not None and amount != matter.offer_cents:
        raise Refused(
            f"{dollars(amount)} is not the offered amount: the offer is {dollars(matter.offer_cents or 0)} until "
            f"{matter.offer_until}",
            "leave the amount out, or make another offer first",
            field="amount",
            remedy=Remedy.MAKE_OFFER,
        )


def _refuse_wrong_write_off(matter: MatterNow, given: StepInput) -> None:
    """Only for a reason that fits the state, with every service decided and nothing paid that is called unpaid."""
    if matter.undecided:
        raise Refused(
            f"accounts {', '.join(matter.undecided)} have services after the death on {matter.death_on}, which are not "
            "the deceased person's debt",
            "decide these services first",
            remedy=Remedy.DECIDE_SERVICE,
            matter=matter.id,
        )
    fits = FITS.get(matter.state, frozenset())
    if given.reason not in fits:
        wrong = "no reason" if given.reason is None else label(given.reason)
        raise BadInput(
            f"a matter with the state {label(matter.state)} can't be written off with the reason {wrong}",
            f"the reasons for this state are {', '.join(sorted(fits))}" if fits else "move the matter first",
        )
    if given.reason is WriteOffReason.COMPROMISED:
        _refuse_unpaid(matter)
    elif matter.agreed_cents is not None and matter.paid_cents >= matter.agreed_cents:
        raise Refused(
            f"the agreed {dollars(matter.agreed_cents)} in matter {matter.id} is paid",
            "write off the rest as compromised",
            field="reason",
        )


def _refuse_late(matter: MatterNow, after: MatterState, role: Role, given: StepInput) -> None:
    """A claim past its deadline is barred; only a manager, with a reason, can still have it filed."""
    if after is not MatterState.CLAIM_DUE or not matter.bar_over:
        return
    if role is not Role.MANAGER or not given.why.strip():
        raise NotPermitted(
            f"the claim deadline of matter {matter.id}, {matter.latest_on}, has passed: move the matter to Barred, or "
            "ask counsel",
            "only a manager can still claim, with a reason",
            field="why",
            remedy=Remedy.AS_MANAGER,
        )


def _refuse_unpaid(matter: MatterNow) -> None:
    """The rest of a compromise is written off only after the agreed amount is paid."""
    if matter.agreed_cents is None:
        raise Refused(f"matter {matter.id} has no compromise", "choose the actual reason", field="reason")
    if matter.paid_cents < matter.agreed_cents:
        raise Refused(
            f"{dollars(matter.agreed_cents)} was agreed and {dollars(matter.paid_cents)} is paid",
            "post the payments, or if no more are expected, close it as Paid in part or with another actual reason",
            field="reason",
            remedy=Remedy.POST_ESTATE_PAYMENT,
            matter=matter.id,
        )
