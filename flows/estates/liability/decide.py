"""Whether, and for which accounts, a surviving spouse is responsible: by law, counsel, and known facts. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from compliance.spouses import Condition, Liable, SpouseLaw
from flows.estates.claims.claim import Owed, RefusedClaim, refuse_protected
from flows.estates.liability.approved import Approval
from models.errors import Advice, NotPermitted, Refused
from models.estate_enums import ENDED, Authority, EstateFactName, MatterState, PartyRole
from models.labels import label, labels_of
from models.remedies import Remedy
from models.user_enums import Role

SPENT = frozenset({MatterState.NO_ESTATE, MatterState.BARRED, MatterState.NOT_COST_EFFECTIVE, MatterState.INSOLVENT})
"""States in which it is known that the estate pays nothing, or not the whole."""

AT_COURT = frozenset(
    {
        MatterState.FILED,
        MatterState.ALLOWED,
        MatterState.ALLOWED_IN_PART,
        MatterState.COMPROMISED,
        MatterState.DISALLOWED,
        MatterState.SUIT_FILED,
        MatterState.AWAITING_PAYMENT,
    }
)
"""States in which the estate is still liable, or the court has decided the claim."""


@dataclass(frozen=True, slots=True)
class SpouseNow:
    """A matter, for a spouse's responsibility. `liable` is the recorded fact. `whole_address`: a letter can be
    mailed."""

    matter: int
    state: MatterState
    jurisdiction: str | None
    filed: bool
    role: PartyRole
    authority: Authority
    name: str
    whole_address: bool
    liable: str | None
    married_on: date | None
    together: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the matter. `own`: for the decedent's own care, with no other guarantor. `busy`: an open process on
    it and how to end it; empty if there is none."""

    id: int
    number: str
    balance_cents: int
    payer_class: str
    service_from: date
    own: bool
    busy: str = ""


def check_spouse(
    now: SpouseNow,
    accounts: Sequence[Account],
    law: SpouseLaw | None,
    approval: Approval | None,
    role: Role,
    why: str,
    today: date,
) -> tuple[Account, ...]:
    """The accounts for which the spouse is responsible from today. Raises Refused with all reasons against it."""
    if role is not Role.MANAGER:
        raise NotPermitted("only a manager can make a surviving spouse responsible", remedy=Remedy.AS_MANAGER)
    missing = [*_by_law(now, law, approval, today), *_by_matter(now), *_by_facts(now, law)]
    if not why.strip():
        missing.append(Advice("enter a reason, such as: counsel's memo of May 1", field="why"))
    if missing:
        raise Refused(f"the spouse in matter {now.matter} can't be made responsible", lacks=missing, matter=now.matter)
    mine = tuple(one for one in accounts if not _not_theirs(one, now, law, today))
    if not mine:
        against = "; ".join(f"{one.number}: {_not_theirs(one, now, law, today)}" for one in accounts)
        raise Refused(f"the spouse is not responsible for any account of matter {now.matter} ({against})")
    if busy := [f"{one.number}: {one.busy}" for one in mine if one.busy]:
        raise Refused(f"the accounts have open activity; end it first: {'; '.join(busy)}")
    return mine


_AS_SPOUSE = {"role": "spouse", "authority": "spouse"}


def _by_law(now: SpouseNow, law: SpouseLaw | None, approval: Approval | None, today: date) -> Iterator[Advice]:
    if law is None:
        where = now.jurisdiction or "an unknown state"
        yield Advice(f"there is no law on file for {where}", Remedy.RECORD_MATTER_FACT, facts={"fact": "state"})
        return
    if law.kind is Liable.NONE:
        yield Advice(f"in {law.name} a spouse who signed nothing is not liable ({law.citation})")
        return
    if approval is None:
        yield Advice(f"counsel has not approved {law.name}", Remedy.PUBLISH_SPOUSES)
    elif not approval.holds(today):
        yield Advice(
            f"counsel's approval of {law.name} is not valid on {today}; request it again", Remedy.PUBLISH_SPOUSES
        )
    if Condition.ESTATE_FIRST in law.conditions and now.state not in SPENT:
        yield Advice(
            f"in {law.name} the estate comes first: the state of the matter must be {labels_of(SPENT)} "
            f"({law.citation}); it is {label(now.state)}"
        )
    if Condition.CLAIM_FIRST in law.conditions and not now.filed:
        yield Advice(
            f"in {law.name} a claim must have been filed against the estate ({law.citation})",
            Remedy.TAKE_STEP,
            facts={"step": MatterState.FILED.value},
        )


def _by_matter(now: SpouseNow) -> Iterator[Advice]:
    if now.state in ENDED or now.state is MatterState.REPORTED:
        yield Advice(
            f"the state of the matter is {label(now.state)}; confirm the death, or reopen the matter", Remedy.TAKE_STEP
        )
    if now.state in AT_COURT:
        yield Advice(
            f"the state of the matter is {label(now.state)}: the estate is still liable; wait until the claim is "
            "decided, or withdraw it"
        )
    if now.role is not PartyRole.SPOUSE or now.authority is not Authority.SPOUSE:
        yield Advice("the party is not a surviving spouse", Remedy.ENTER_PARTY, facts=_AS_SPOUSE)
    if not now.whole_address:
        yield Advice("the spouse's address is incomplete", Remedy.ENTER_PARTY, facts=_AS_SPOUSE)
    if len(now.name.split()) < 2:
        yield Advice(f'"{now.name}" is not a first and a last name')


def _by_facts(now: SpouseNow, law: SpouseLaw | None) -> Iterator[Advice]:
    if now.liable != "yes":
        yield Advice(
            f"the fact {label(EstateFactName.SPOUSE_LIABLE)} must be yes",
            Remedy.RECORD_MATTER_FACT,
            facts={"fact": "spouse_liable"},
        )
    asked: frozenset[Condition] = frozenset() if law is None else law.conditions
    if Condition.DURING_MARRIAGE in asked and now.married_on is None:
        yield Advice("the date of marriage is missing", Remedy.RECORD_MATTER_FACT, facts={"fact": "married_on"})
    if Condition.LIVING_TOGETHER in asked and now.together != "yes":
        yield Advice(
            "the fact that they lived together is missing", Remedy.RECORD_MATTER_FACT, facts={"fact": "lived_together"}
        )


def _not_theirs(one: Account, now: SpouseNow, law: SpouseLaw | None, today: date) -> str:
    """Why a spouse is not responsible for an account; empty if the spouse is."""
    if one.balance_cents <= 0:
        return "its balance is zero"
    if not one.own:
        return "it is not for the deceased person's care, or someone else is responsible for it"
    if (
        law is not None
        and Condition.DURING_MARRIAGE in law.conditions
        and (now.married_on is None or one.service_from < now.married_on)
    ):
        return "the care was before the marriage"
    try:
        refuse_protected(Owed(one.number, one.payer_class, one.service_from, None, one.balance_cents), today)
    except RefusedClaim as refused:
        return str(refused)
    return ""
