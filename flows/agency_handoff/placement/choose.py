"""The agency of a pool that receives a guarantor's accounts. Pure."""

import hashlib
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A queued placement whose account may be placed: its balance, the agencies that may have it, and the agencies that
    had it before."""

    placement: int
    cents: int
    fit: Sequence[Member]
    not_with: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Assigned:
    """The agency of each placement, None if no agency has room left or all had it before, and what the agencies have
    received after it. `with_already` are the agencies that have accounts of the guarantor then."""

    agencies: Mapping[int, Member | None]
    used: Mapping[str, Room]
    with_already: Sequence[str] = ()


@dataclass(slots=True)
class _Assigning:
    pool: Pool
    guarantor_id: int
    used: dict[str, Room]
    with_already: list[str]
    agencies: dict[int, Member | None] = field(default_factory=dict[int, Member | None])

    def choose(self, together: Sequence[Candidate], fit: Sequence[Member]) -> Member | None:
        wanted = Wanted(
            guarantor_id=self.guarantor_id,
            accounts=len(together),
            cents=sum(one.cents for one in together),
            with_already=self.with_already,
            not_with={code for one in together for code in one.not_with},
        )
        return choose(self.pool, fit, wanted, self.used)

    def assign(self, one: Candidate, member: Member | None) -> None:
        self.agencies[one.placement] = member
        if member is None:
            return
        code = member.terms.code
        room = self.used.get(code, Room())
        self.used[code] = Room(room.accounts + 1, room.cents + one.cents)
        if code not in self.with_already:
            self.with_already.append(code)


def assign(
    pool: Pool,
    guarantor_id: int,
    together: Sequence[Candidate],
    used: Mapping[str, Room],
    with_already: Collection[str] = (),
) -> Assigned:
    """The agencies of a guarantor's queued placements in a pool: one agency for all of them if the pool keeps accounts
    together and one may have all, else one after another."""
    state = _Assigning(pool, guarantor_id, dict(used), list(with_already))
    shared = [member for member in together[0].fit if all(member in one.fit for one in together[1:])]
    common = state.choose(together, shared) if pool.keep_together and shared and len(together) > 1 else None
    for one in together:
        state.assign(one, state.choose([one], one.fit) if common is None else common)
    return Assigned(state.agencies, state.used, state.with_already)


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
