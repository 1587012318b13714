"""Whether, and for which accounts, a surviving spouse answers: by law, by counsel, and by what is known. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from compliance.spouses import Condition, Liable, SpouseLaw
from flows.estates.claims.claim import Owed, RefusedClaim, refuse_protected
from flows.estates.liability.approved import Approval
from models.errors import Refused
from models.estate_enums import ENDED, Authority, MatterState, PartyRole
from models.user_enums import Role

S = MatterState

SPENT = frozenset({S.NO_ESTATE, S.BARRED, S.NOT_WORTH_IT, S.INSOLVENT})
"""States in which it is known that the estate does not pay, or not all."""

AT_COURT = frozenset(
    {S.FILED, S.ALLOWED, S.ALLOWED_IN_PART, S.COMPROMISED, S.DISALLOWED, S.SUIT_FILED, S.AWAITING_PAYMENT}
)
"""States in which the estate still answers, or the court has said what is owed."""


class RefusedSpouse(Refused):
    """A spouse who may not be asked, or not yet; the message names all that is missing, and what to do."""


@dataclass(frozen=True, slots=True)
class SpouseNow:
    """A matter as far as a spouse is concerned. `liable`: what the fact says; `whole_address`: a letter can reach
    them."""

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
    """An account of the matter. `own`: of the care of the one who died, who alone answered for it. `busy`: what runs on
    it, and how that is ended; empty where nothing does."""

    id: int
    number: str
    balance_cents: int
    payer_class: str
    service_from: date
    own: bool
    busy: str = ""


def look_at_spouse(
    now: SpouseNow,
    accounts: Sequence[Account],
    law: SpouseLaw | None,
    approval: Approval | None,
    role: Role,
    why: str,
    today: date,
) -> tuple[Account, ...]:
    """The accounts for which the spouse answers from today on. Raises RefusedSpouse with all that stands against it."""
    if role is not Role.MANAGER:
        raise RefusedSpouse("that a surviving spouse answers is for the manager to say (--role manager)")
    missing = [*_by_law(now, law, approval, today), *_by_matter(now), *_by_facts(now, law)]
    if not why.strip():
        missing.append("say why (--why), such as: counsel's memo of May 1")
    if missing:
        raise RefusedSpouse(f"the spouse in matter {now.matter} cannot be asked: {'; '.join(missing)}")
    mine = tuple(one for one in accounts if not _not_theirs(one, now, law, today))
    if not mine:
        against = "; ".join(f"{one.number}: {_not_theirs(one, now, law, today)}" for one in accounts)
        raise RefusedSpouse(f"there is no account of matter {now.matter} for the spouse to answer for ({against})")
    if busy := [f"{one.number}: {one.busy}" for one in mine if one.busy]:
        raise RefusedSpouse(f"end first what runs on the accounts: {'; '.join(busy)}")
    return mine


def _by_law(now: SpouseNow, law: SpouseLaw | None, approval: Approval | None, today: date) -> Iterator[str]:
    if law is None:
        yield f"no law is known for {now.jurisdiction or 'a state that is not known'} (estate fact M state XX)"
        return
    if law.kind is Liable.NONE:
        yield f"in {law.name} a spouse who signed nothing does not owe ({law.citation})"
        return
    if approval is None:
        yield f"counsel has not approved {law.name} (table publish spouses FILE); nothing is done before"
    elif not approval.holds(today):
        yield f"counsel's approval of {law.name} does not hold on {today}; ask again (table publish spouses FILE)"
    if Condition.ESTATE_FIRST in law.conditions and now.state not in SPENT:
        spent = ", ".join(sorted(SPENT))
        yield f"in {law.name} the estate comes first: the matter must be {spent} ({law.citation}); it is {now.state}"
    if Condition.CLAIM_FIRST in law.conditions and not now.filed:
        yield f"in {law.name} a claim must have been filed against the estate ({law.citation}; estate step M filed)"


def _by_matter(now: SpouseNow) -> Iterator[str]:
    if now.state in ENDED or now.state is S.REPORTED:
        yield f"the matter is {now.state}; confirm the death, or take the matter up again (estate step)"
    if now.state in AT_COURT:
        yield f"the matter is {now.state}: the estate still answers; wait for its end, or withdraw"
    if now.role is not PartyRole.SPOUSE or now.authority is not Authority.SPOUSE:
        yield "the participant is no surviving spouse (estate party M spouse --authority spouse)"
    if not now.whole_address:
        yield "their address is not whole (estate party M spouse --address1 --city --state --zip)"
    if len(now.name.split()) < 2:
        yield f'"{now.name}" is not a first and a last name'


def _by_facts(now: SpouseNow, law: SpouseLaw | None) -> Iterator[str]:
    if now.liable != "yes":
        yield "the fact spouse_liable must be yes (estate fact M spouse_liable yes --source ...)"
    asked: frozenset[Condition] = frozenset() if law is None else law.conditions
    if Condition.DURING_MARRIAGE in asked and now.married_on is None:
        yield "the day of the marriage (estate fact M married_on DAY --source ...)"
    if Condition.LIVING_TOGETHER in asked and now.together != "yes":
        yield "that they lived together (estate fact M lived_together yes --source ...)"


def _not_theirs(one: Account, now: SpouseNow, law: SpouseLaw | None, today: date) -> str:
    """Why a spouse does not answer for an account; empty: they do."""
    if one.balance_cents <= 0:
        return "nothing is owed on it"
    if not one.own:
        return "it is not of the care of the one who died, or somebody else answers for it (estate release)"
    if (
        law is not None
        and Condition.DURING_MARRIAGE in law.conditions
        and (now.married_on is None or one.service_from < now.married_on)
    ):
        return "the care was given before the marriage"
    try:
        refuse_protected(Owed(one.number, one.payer_class, one.service_from, None, one.balance_cents), today)
    except RefusedClaim as refused:
        return str(refused)
    return ""
