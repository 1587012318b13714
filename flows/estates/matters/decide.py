"""Whether a matter may take a step: what is missing, and which entries are impossible. Pure."""

from dataclasses import dataclass
from datetime import date

from flows.estates.matters.states import FITS, TRANSITIONS, Requirement, Transition, may_follow
from models.errors import BadInput, NotPermitted, Refused
from models.estate_enums import MatterState, WriteOffReason
from models.labels import label, labels_of
from models.remedies import Remedy
from models.user_enums import Role
from models.values import dollars


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
