"""How large a discount may be, who approves it, and how a payment is spread. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flows.settings.policy import Policy
from models.errors import BadInput, Refused
from models.values import dollars

FURTHEST_DAYS = 90


@dataclass(frozen=True, slots=True)
class Terms:
    """An offer: an amount by a date. `needs_manager`: the discount needs a manager's approval."""

    owed_cents: int
    amount_cents: int
    expires_on: date
    needs_manager: bool


def settle_terms(
    owed_cents: int, amount_cents: int | None, percent: int | None, expires_on: date, policy: Policy, today: date
) -> Terms:
    """The terms of an offer of an amount, or of a percent of the balance. Raises Refused."""
    if owed_cents <= 0:
        raise Refused("these accounts have no balance due", "no settlement is needed")
    if (amount_cents is None) == (percent is None):
        raise BadInput("enter the settlement amount, or a percent of the balance, not both")
    if percent is not None and not 1 <= percent <= 99:
        raise BadInput(f"{percent} is not a valid percent of the balance", "enter 1 to 99")
    amount = amount_cents if amount_cents is not None else -(-owed_cents * (percent or 0) // 100)
    if not 0 < amount < owed_cents:
        raise BadInput(f"{dollars(amount)} is not between $0 and the balance of {dollars(owed_cents)}")
    if expires_on <= today or expires_on > today + timedelta(days=FURTHEST_DAYS):
        latest = today + timedelta(days=FURTHEST_DAYS)
        raise BadInput(f"the expiration date {expires_on} is not between tomorrow and {latest}")
    waived = owed_cents - amount
    if waived * 100 > owed_cents * policy.max_settlement_percent:
        least = owed_cents - owed_cents * policy.max_settlement_percent // 100
        raise BadInput(
            f"the discount limit is {policy.max_settlement_percent}%", f"the minimum settlement is {dollars(least)}"
        )
    return Terms(owed_cents, amount, expires_on, waived * 100 > owed_cents * policy.collector_settlement_percent)


@dataclass(frozen=True, slots=True)
class Move:
    """A signed amount on an account: moved between accounts, or waived."""

    account_id: int
    amount_cents: int
    waived: bool


def closing_moves(balances: Mapping[int, int]) -> list[Move]:
    """What brings accounts to zero once the offer is paid: an excess on one pays another, the rest is waived."""
    moves: list[Move] = []
    left = dict(balances)
    for over in sorted(key for key, cents in left.items() if cents < 0):
        for under in sorted(key for key, cents in left.items() if cents > 0):
            part = min(-left[over], left[under])
            if part > 0:
                moves += [Move(over, part, waived=False), Move(under, -part, waived=False)]
                left[over] += part
                left[under] -= part
    return moves + [Move(key, -cents, waived=True) for key, cents in sorted(left.items()) if cents > 0]
