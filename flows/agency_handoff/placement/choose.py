"""The agency of a pool that receives a guarantor's accounts. Pure."""

import hashlib
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flows.settings.contracts.terms import Member, Pool


@dataclass(frozen=True, slots=True)
class Room:
    """What was placed with an agency this month so far."""

    accounts: int = 0
    cents: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A guarantor's accounts that are placed together: number, amount, and agencies that already have the guarantor's
    others."""

    guarantor_id: int
    accounts: int
    cents: int
    with_already: Collection[str] = ()
    not_with: Collection[str] = ()


def choose(pool: Pool, fit: Sequence[Member], wanted: Wanted, used: Mapping[str, Room]) -> Member | None:
    """The agency for a guarantor's accounts among the eligible ones; None if no agency has room left.

    Weights are shares of guarantors, by a random choice that is the same on every run and ignores the account, so that
    the agencies' collections can be compared. An agency with other accounts of the guarantor is first.
    """
    able = [
        member
        for member in fit
        if member.terms.code not in wanted.not_with and has_room(member, wanted, used.get(member.terms.code, Room()))
    ]
    if pool.keep_together:
        together = [member for member in able if member.terms.code in wanted.with_already]
        able = together or [member for member in able if member.weight]
    else:
        able = [member for member in able if member.weight]
    if len(able) == 1:
        return able[0]
    return max(able, key=lambda member: _draw(pool, member, wanted.guarantor_id), default=None)


def has_room(member: Member, wanted: Wanted, used: Room) -> bool:
    """Whether an agency's monthly caps leave room for all of them."""
    terms = member.terms
    if terms.most_accounts is not None and used.accounts + wanted.accounts > terms.most_accounts:
        return False
    return terms.most_cents is None or used.cents + wanted.cents <= terms.most_cents


def _draw(pool: Pool, member: Member, guarantor_id: int) -> float:
    """Weighted rendezvous hashing: the greatest value wins, in proportion to its weight. Leaving one agency out moves
    no other."""
    digest = hashlib.sha256(f"{pool.name}:{member.terms.code}:{guarantor_id}".encode()).digest()
    chance = (int.from_bytes(digest[:8]) + 1) / (2**64 + 1)
    return -member.weight / math.log(chance) if member.weight else 0.0
