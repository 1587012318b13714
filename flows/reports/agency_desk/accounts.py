"""The accounts that an agency has, and its licenses, for its page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.engine import Connection

from flows.agency_handoff.queries import accounts_with
from flows.settings.contracts.terms import Terms
from models.ids import AccountId, PersonId


class Which(StrEnum):
    """Which accounts of an agency are listed."""

    SUSPENDED = "suspended"
    UNACKNOWLEDGED = "unacknowledged"
    UNPAID = "unpaid"


class StaySort(StrEnum):
    """The order of an agency's accounts: the longest there, the largest balance, the longest unpaid, or the name."""

    PLACED = "placed"
    BALANCE = "balance"
    PAID = "paid"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class AtAgency:
    """An account that an agency has. `days` counts from the day it was placed."""

    account_id: AccountId
    account: str
    guarantor_id: PersonId
    name: str
    creditor: str
    balance_cents: int
    placed_cents: int
    placed_on: date
    days: int
    last_paid_on: date | None
    acknowledged_on: date | None
    suspended_until: date | None
    their_number: str | None

    def is_among(self, which: Which | None) -> bool:
        """Whether it is one of the accounts that are asked for."""
        match which:
            case None:
                return True
            case Which.SUSPENDED:
                return self.suspended_until is not None
            case Which.UNACKNOWLEDGED:
                return self.acknowledged_on is None
            case Which.UNPAID:
                return self.last_paid_on is None


def at_agency(conn: Connection, agency_id: int, today: date) -> list[AtAgency]:
    """The accounts that an agency has now."""
    return [
        AtAgency(
            account_id=row.account_id,
            account=row.number,
            guarantor_id=row.guarantor_id,
            name=f"{row.first_name} {row.last_name}",
            creditor=row.creditor,
            balance_cents=row.balance_cents,
            placed_cents=row.placed_cents,
            placed_on=row.placed_on,
            days=(today - row.placed_on).days,
            last_paid_on=row.last_paid_on,
            acknowledged_on=row.acknowledged_on,
            suspended_until=row.suspended_until,
            their_number=row.their_number,
        )
        for row in accounts_with(conn, agency_id)
    ]


def in_order(rows: Sequence[AtAgency], sort: StaySort) -> list[AtAgency]:
    """An agency's accounts in an order."""
    keys: dict[StaySort, Callable[[AtAgency], tuple[int | str, str]]] = {
        StaySort.PLACED: lambda one: (-one.days, one.account),
        StaySort.BALANCE: lambda one: (-one.balance_cents, one.account),
        StaySort.PAID: lambda one: ((one.last_paid_on or date.min).toordinal(), one.account),
        StaySort.NAME: lambda one: (one.name, one.account),
    }
    return sorted(rows, key=keys[sort])


@dataclass(frozen=True, slots=True)
class LicenseLine:
    """A license of an agency, with the days that are left; negative after its last day."""

    state: str
    number: str
    until: date
    days_left: int


def licenses(terms: Terms, today: date) -> list[LicenseLine]:
    """The licenses of an agency, the one that ends first on top."""
    found = [LicenseLine(one.state, one.number, one.until, (one.until - today).days) for one in terms.licences]
    return sorted(found, key=lambda one: (one.until, one.state))
