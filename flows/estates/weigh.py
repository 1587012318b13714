"""What an estate may pay us, and whether a claim is worth its while, from what is known in the book."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from compliance.estate_classes import PayClass, Share, share_of
from flows.estates.opening import RefusedMatter
from flows.estates.queries import account_rows, fact_values, facts_of
from flows.estates.worth import Standing, Worth, worth_while
from flows.policy.queries import policy_now
from models.columns import AnyRow
from models.estate_kinds import EstateFactName

F = EstateFactName


@dataclass(frozen=True, slots=True)
class Weighed:
    """The answer, and the share of an insolvent estate as it is estimated; None where its assets are not known."""

    worth: Worth
    share: Share | None


def weigh(conn: Connection, matter: AnyRow) -> Weighed:
    """Whether the claim of a matter is worth its while, by the house's limits."""
    facts, policy = fact_values(facts_of(conn, matter.id)), policy_now(conn)
    balance = sum(one.balance_cents for one in account_rows(conn, matter.id) if one.balance_cents > 0)
    share = estimate(conn, matter) if F.ASSETS in facts and matter.jurisdiction else None
    known = facts.get(F.ASSETS)
    standing = Standing(
        balance_cents=balance,
        at_least_cents=policy.estate_at_least_cents,
        cost_cents=policy.estate_cost_cents,
        assets_cents=None if known is None else int(known),
        share_cents=None if share is None else share.ours_cents,
        spouse_liable=facts.get(F.SPOUSE_LIABLE) == "yes",
        medicaid_recovery=facts.get(F.MEDICAID_RECOVERY) == "yes",
        small_estate=facts.get(F.SMALL_ESTATE) == "yes",
    )
    return Weighed(worth_while(standing), share)


def estimate(conn: Connection, matter: AnyRow) -> Share:
    """Our share by class, an estimate: what is ahead of us and beside us as far as it is known.

    Raises RefusedMatter where the assets or the state are not known.
    """
    facts = fact_values(facts_of(conn, matter.id))
    if F.ASSETS not in facts or matter.jurisdiction is None:
        raise RefusedMatter(
            f"what the estate of matter {matter.id} has is not known; enter it "
            f"(estate fact {matter.id} assets DOLLARS --source ...)"
        )
    balance = sum(one.balance_cents for one in account_rows(conn, matter.id) if one.balance_cents > 0)
    claim = matter.claim_cents or balance
    last = min(matter.last_illness_cents, claim)
    ours = {PayClass.LAST_ILLNESS: last, PayClass.OTHER: claim - last}
    claims = dict(ours)
    claims[PayClass.ADMINISTRATION] = int(facts.get(F.DEBTS_AHEAD, "0"))
    claims[PayClass.OTHER] += int(facts.get(F.DEBTS_BESIDE, "0"))
    return share_of(matter.jurisdiction, int(facts[F.ASSETS]), claims, ours)
