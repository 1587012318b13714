"""The conditions for placing an account with an agency, and what the practice may not do while it is placed. Pure."""

from datetime import date, timedelta

from compliance.check import check
from compliance.decisions import Block, Require
from compliance.facts import Facts
from compliance.rules import Firmness, StepKind
from flows.accounts.blocker import CHASE_DAYS, Blocker, stop_of
from flows.accounts.snapshot import AccountNow, GroupNow
from flows.schedules.schedule import Action, OfferArrangement, OpenCall, Place, SendLetter, WriteOff
from flows.settings.contracts.terms import Agencies, Member, Pool, Terms
from letters.kinds import LetterKind
from models.values import dollars

POLICY = "practice policy"

WHILE_PLACED = frozenset(
    {
        LetterKind.PLACEMENT_NOTICE,
        LetterKind.ITEMISED_STATEMENT,
        LetterKind.DISPUTE_RECEIVED,
        LetterKind.REFUND_NOTICE,
        LetterKind.PAID_IN_FULL,
        LetterKind.ADDRESS_CHECK,
    }
)
"""Letters that are sent while the account is placed: none of them asks for payment."""

PAYING_DAYS = 60
"""An account with a payment in these last days is not written off."""

NEVER_ALLOWED = date(9999, 12, 31)
"""In a placement file: no extraordinary collection action until the practice sends a date."""

CHARITY_RULES = "fed-501r-"


def eligible_agencies(
    act: Place, account: AccountNow, group: GroupNow, facts: Facts, today: date
) -> Blocker | tuple[Member, ...]:
    """The agencies of a pool that an account can be placed with, or what blocks all of them.

    If each is blocked by something else, the blocker that ends soonest is returned.
    """
    pool = group.agencies.pools.get(act.pool)
    if pool is None:
        reason = f'there is no agency pool "{act.pool}"'
        return _practice_stop("no-pool", reason, today)
    if account.placed is not None and not act.recall:
        reason = f"placed with {account.placed.agency} since {account.placed.placed_on}"
        return _practice_stop("placed", reason, today)
    stop = _too_small(account, group.agencies, today)
    if stop is not None:
        return stop
    stops = [(member, member_stop(pool, member.terms, account, group, facts, today)) for member in pool.members]
    fit = tuple(member for member, stop in stops if stop is None)
    if fit:
        return fit
    return min(
        (stop for _, stop in stops if stop is not None),
        key=lambda stop: (stop.never, stop.until is None, stop.until or date.max),
    )


def _too_small(account: AccountNow, agencies: Agencies, today: date) -> Blocker | None:
    least = agencies.at_least_cents
    if 0 < account.balance_cents < least:
        reason = f"balance {dollars(account.balance_cents)} is below the placement minimum of {dollars(least)}"
        return Blocker("house-small-balance", POLICY, reason, None, None, today, never=True)
    return None


def member_stop(
    pool: Pool, terms: Terms, account: AccountNow, group: GroupNow, facts: Facts, today: date
) -> Blocker | None:
    """What blocks placement with one agency: the law on its facts, then the contract."""
    known = {**facts, **agency_facts(pool, terms, account, group, today)}
    found = check(StepKind.PLACEMENT, known, today)
    if isinstance(found, Block | Require):
        return stop_of(found, today)
    if not terms.has_contract(today):
        return _practice_stop("contract", f"no contract with {terms.name} is in force on {today}", today)
    if group.person.state is None:
        return _practice_stop("state", "the guarantor's state of residence is unknown", today, by="clerk")
    return None


def agency_facts(pool: Pool, terms: Terms, account: AccountNow, group: GroupNow, today: date) -> Facts:
    """What the rules ask about an agency and its pool."""
    return {
        "agency.baa_signed": terms.has_agreement(today),
        "agency.agreement_501r": terms.charity_terms,
        "agency.licensed_in_state": terms.may_collect_in(group.person.state, today),
        "agency.qsoa_signed": terms.part2,
        "agency.retains_records": terms.keeps_records,
        "agency.medical_furnisher_notice": terms.furnisher_notice,
        # Leaving out Medicare accounts while others are placed is not a like effort (42 CFR 413.89(e)(2)).
        "step.placement_policy": "non_medicare_only" if account.payer_class in pool.leave_out else "all",
    }


def no_eca_before(facts: Facts, today: date) -> date | None:
    """The day before which the agency may not start an extraordinary collection action (26 CFR 1.501(r)-6(c)).

    None if the creditor is not a charity; NEVER_ALLOWED while a required notice or effort is missing.
    The day is sent in the placement file.
    """
    if not facts.get("account.creditor_is_nonprofit_hospital"):
        return None
    first = today
    for step in (StepKind.CREDIT_REPORTING, StepKind.LAWSUIT):
        for finding in check(step, {**facts, "step.kind": step.value}, today).findings:
            if not finding.rule.startswith(CHARITY_RULES):
                continue
            if finding.firmness is not Firmness.DATE or finding.until is None:
                return NEVER_ALLOWED
            first = max(first, finding.until)
    return first


def practice_stop_while_placed(act: Action | None, account: AccountNow, today: date) -> Blocker | None:
    """What the practice leaves to the agency while the account is placed: letters that ask for payment, calls,
    plans."""
    placed = account.placed
    if placed is None:
        return None
    match act:
        case SendLetter() if act.kind in WHILE_PLACED:
            return None
        case SendLetter() | OpenCall() | OfferArrangement():
            reason = f"placed with {placed.agency} since {placed.placed_on}; no letters or calls from the practice"
            return _practice_stop("placed", reason, today)
        case WriteOff() if placed.last_paid_on is not None:
            until = placed.last_paid_on + timedelta(days=PAYING_DAYS)
            reason = f"{placed.agency} received a payment on {placed.last_paid_on}"
            return None if until <= today else Blocker("house-paying", POLICY, reason, until, None, until)
        case _:
            return None


def _practice_stop(name: str, reason: str, today: date, *, by: str = "manager") -> Blocker:
    return Blocker(f"house-{name}", POLICY, reason, None, by, today + timedelta(days=CHASE_DAYS))
