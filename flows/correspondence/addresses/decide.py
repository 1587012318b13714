"""What the result of an address check means. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Dpv(StrEnum):
    """The delivery point validation of an address (CASS)."""

    CONFIRMED = "Y"
    SECONDARY_NOT_CONFIRMED = "S"
    SECONDARY_MISSING = "D"
    NOT_CONFIRMED = "N"


class Ncoa(StrEnum):
    """The return code of a change of address (NCOALink). Other codes found no usable move."""

    MOVED = "A"
    MOVED_ABROAD = "01"
    MOVED_NO_ADDRESS = "02"
    BOX_CLOSED = "03"
    MOVED_SECONDARY_DROPPED = "91"
    MOVED_SECONDARY_MISSING = "92"


_MOVED = frozenset({Ncoa.MOVED, Ncoa.MOVED_SECONDARY_DROPPED, Ncoa.MOVED_SECONDARY_MISSING})

_NOT_THERE: Mapping[Ncoa, str] = {
    Ncoa.MOVED_ABROAD: "moved outside the United States",
    Ncoa.MOVED_NO_ADDRESS: "moved, left no address",
    Ncoa.BOX_CLOSED: "PO box closed",
}


class Outcome(StrEnum):
    """What follows from a result: nothing but the date, a standardized address, a move, or a search."""

    CONFIRMED = "confirmed"
    STANDARDIZED = "standardized"
    MOVED = "moved"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True)
class Checked:
    """A row of a result: the returned address, its validation, and the move if there was one."""

    dpv: Dpv | None
    ncoa: str
    address: Mapping[str, str | None]
    delivery_point: str | None = None
    moved_on: date | None = None

    @property
    def has_address(self) -> bool:
        """Whether the result has a whole address."""
        return all(self.address.get(name) for name in ("address1", "city", "state", "zip"))


def outcome_of(row: Checked, now: Mapping[str, str | None]) -> Outcome:
    """What a result means for the address on file."""
    if row.ncoa in _MOVED and row.has_address:
        return Outcome.MOVED
    if why_undeliverable(row) is not None:
        return Outcome.UNDELIVERABLE
    changed = row.has_address and any(row.address.get(name) != now.get(name) for name in row.address)
    return Outcome.STANDARDIZED if changed else Outcome.CONFIRMED


def why_undeliverable(row: Checked) -> str | None:
    """Why mail does not reach the address, in words; None if it does."""
    if row.ncoa in set(_NOT_THERE):
        return _NOT_THERE[Ncoa(row.ncoa)]
    return "the address does not exist (DPV N)" if row.dpv is Dpv.NOT_CONFIRMED else None


def is_due(checked_on: date | None, today: date, days: int) -> bool:
    """Whether an address counts as not checked: never, or longer ago than this many days."""
    return checked_on is None or (today - checked_on).days > days
