"""An estate's expected payment to us, and whether a claim is worth filing, from the recorded facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from compliance.estate_classes import Share, share_of
from compliance.nonclaim_table import PayClass
from flows.estates.claims.claim import Owed, last_illness_of, year_of_care_of
from flows.estates.claims.decide import Standing, Worth, worth_while
from flows.estates.matters.queries import claimable_rows, creditor_of, fact_values, facts_of, owed_on
from flows.settings.queries import policy_now
from models.columns import AnyRow
from models.enums import CreditorKind
from models.errors import NotPermitted
from models.estate_enums import EstateFactName
from models.remedies import Remedy
from models.user_enums import Role


@dataclass(frozen=True, slots=True)
class Weighed:
    """The result, and the estimated share of an insolvent estate; None if its assets are unknown."""

    worth: Worth
    share: Share | None


def weigh(conn: Connection, matter: AnyRow) -> Weighed:
    """Whether a matter's claim is worth filing, by the practice's limits."""
    facts, policy = fact_values(facts_of(conn, matter.id)), policy_now(conn)
    accounts = claimable_rows(conn, matter)
    balance = owed_on(accounts)
    creditor = CreditorKind(creditor_of(conn, matter.creditor_id).kind)
    share = _estimate(matter, facts, balance, _ranked(matter, accounts, creditor))
    known = facts.get(EstateFactName.ASSETS)
    standing = Standing(
        balance_cents=balance,
        at_least_cents=policy.estate_minimum_claim_cents,
        cost_cents=policy.estate_filing_cost_cents,
        assets_cents=None if known is None else int(known),
        share_cents=None if share is None else share.ours_cents,
        spouse_liable=facts.get(EstateFactName.SPOUSE_LIABLE) == "yes",
        medicaid_recovery=facts.get(EstateFactName.MEDICAID_RECOVERY) == "yes",
        small_estate=facts.get(EstateFactName.SMALL_ESTATE) == "yes",
    )
    return Weighed(worth_while(standing), share)


def refuse_not_cost_effective(conn: Connection, matter: AnyRow, role: Role, why: str, spending: str) -> None:
    """Raise Refused where money is about to be spent on a claim that is not worth filing.

    A manager can still spend it, with the reason (`why`). `spending`: what costs money, such as "a referral".
    """
    worth = weigh(conn, matter).worth
    if worth.worth_it or (role is Role.MANAGER and why.strip()):
        return
    reasons = "; ".join(reason.says for reason in worth.reasons)
    raise NotPermitted(
        f"{spending} costs money, and the claim of matter {matter.id} is not worth filing: {reasons}",
        "a manager can decide otherwise, with a reason",
        field="why",
        remedy=Remedy.AS_MANAGER,
    )


def _ranked(matter: AnyRow, accounts: Sequence[AnyRow], creditor: CreditorKind) -> Mapping[PayClass, int]:
    """The parts that rank separately. The last illness is as decided with the claim; before that, as it would be
    computed now."""
    if matter.death_on is None:
        return {PayClass.LAST_ILLNESS: matter.last_illness_cents}
    owed = [Owed(one.number, one.payer_class, one.service_from, one.service_to, one.balance_cents) for one in accounts]
    decided = matter.last_illness_cents if matter.claim_cents else None
    last = last_illness_of(owed, matter.jurisdiction, matter.death_on, creditor) if decided is None else decided
    year = year_of_care_of(owed, matter.jurisdiction, matter.death_on)
    return {PayClass.LAST_ILLNESS: last, PayClass.YEAR_OF_CARE: year}


def _estimate(
    matter: AnyRow, facts: Mapping[EstateFactName, str], balance_cents: int, ranked: Mapping[PayClass, int]
) -> Share | None:
    """Our estimated share by class, from the known senior and same-class claims.

    None if the assets or the state are unknown.
    """
    if EstateFactName.ASSETS not in facts or matter.jurisdiction is None:
        return None
    claim = matter.claim_cents or balance_cents
    last = min(ranked.get(PayClass.LAST_ILLNESS, 0), claim)
    year = min(ranked.get(PayClass.YEAR_OF_CARE, 0), claim - last)
    ours = {PayClass.LAST_ILLNESS: last, PayClass.YEAR_OF_CARE: year, PayClass.OTHER: claim - last - year}
    claims = dict(ours)
    claims[PayClass.OTHER] += int(facts.get(EstateFactName.DEBTS_BESIDE, "0"))
    # What is paid before us reduces the assets, whatever its class: in Texas, administration itself ranks after us.
    left = max(0, int(facts[EstateFactName.ASSETS]) - int(facts.get(EstateFactName.DEBTS_AHEAD, "0")))
    return share_of(matter.jurisdiction, left, claims, ours)
