"""The merge data of one envelope: everything a template may show, and nothing else.

Plain values. Money is whole cents, days are `datetime.date`; templates format both. The
field names here are the words a template may use: `{{ letter.number }}`,
`{%tr for a in accounts %}`.
"""

import datetime as dt
import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from letters.errors import LetterFault
from letters.scanline import scan_line

FINAL_NOTICE_DAYS = 30
"""The least time between a final notice and what it speaks of (26 CFR 1.501(r)-6(c)(4))."""

PAID_IN_FULL = "paid-in-full"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Letter:
    """The paper itself: its number, kind, day, and the day by which to pay (if any)."""

    number: str
    kind: str
    kind_title: str
    date: dt.date
    pay_by: dt.date | None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Creditor:
    """Who is owed. `accent` is the letterhead's colour as hex; a bad one prints in a calm blue."""

    name: str
    address_lines: tuple[str, ...]
    city_line: str
    phone: str
    phone_hours: str
    remit_lines: tuple[str, ...]
    is_nonprofit_hospital: bool = False
    accent: str = ""


@dataclass(frozen=True, slots=True)
class Guarantor:
    """Who is written to, as it stands in the envelope's window."""

    name: str
    address_lines: tuple[str, ...]
    salutation: str


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One row of the table: what is owed for one account and how it came about.

    `number` is already shortened for print ("…4481"). `what` says what this letter is to
    the account ("Second reminder", "Paid in full") and `since` the day it came to that.
    `due_here` is false for a balance shown for information that this letter does not ask for.
    """

    number: str
    patient: str
    service_on: dt.date
    first_statement_on: dt.date
    what: str
    since: dt.date
    charges_cents: int
    insurance_cents: int
    adjustments_cents: int
    paid_cents: int
    balance_cents: int
    due_here: bool = True


@dataclass(frozen=True, slots=True)
class LetterData:
    """All that one letter says. Building one that does not add up raises `LetterFault`."""

    letter: Letter
    creditor: Creditor
    guarantor: Guarantor
    accounts: tuple[AccountLine, ...]
    total_cents: int
    texts: tuple[str, ...] = ()
    final_accounts: tuple[AccountLine, ...] = ()

    def __post_init__(self) -> None:
        due = sum(account.balance_cents for account in self.accounts if account.due_here)
        if due != self.total_cents:
            raise LetterFault(
                f"letter {self.letter.number}: total_cents is {self.total_cents}, but the accounts due here "
                f"add up to {due}; correct the total or the accounts' due_here"
            )
        if self.letter.kind.replace("_", "-") == PAID_IN_FULL and self.total_cents != 0:
            raise LetterFault(
                f"letter {self.letter.number}: it says paid in full, but {self.total_cents} cents are due; send a "
                "reminder, or mark the accounts that are still open as not due here"
            )
        self._final_accounts_have_their_time()

    def _final_accounts_have_their_time(self) -> None:
        if not self.final_accounts:
            return
        strangers = [account.number for account in self.final_accounts if account not in self.accounts]
        if strangers:
            raise LetterFault(
                f"letter {self.letter.number}: final_accounts {', '.join(strangers)} are not among its accounts; "
                "add them to accounts or take them out of final_accounts"
            )
        soonest = self.letter.date + dt.timedelta(days=FINAL_NOTICE_DAYS)
        if self.letter.pay_by is None or self.letter.pay_by < soonest:
            raise LetterFault(
                f"letter {self.letter.number}: a final notice must give {FINAL_NOTICE_DAYS} days, to {soonest} or "
                f"later, but pay_by is {self.letter.pay_by}; set a later pay_by"
            )

    @property
    def scan_line(self) -> str:
        """The coupon's machine-readable line (see `letters.scanline`)."""
        return scan_line(self.letter.number, self.total_cents)

    def to_dict(self) -> dict[str, Any]:
        """The letter as JSON values: days as ISO text, tuples as lists. `from_dict` reads it back."""
        return _plain(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "LetterData":
        """Read what `to_dict` wrote. Raises `LetterFault` naming the field that is missing or wrong."""
        return _build(cls, values, "")


DERIVED = ("scan_line",)
"""Names a template may use that are worked out from the data, not stored in it."""


@cache
def hints(cls: type) -> dict[str, Any]:
    """The fields of a merge dataclass with their resolved types."""
    known = get_type_hints(cls)
    return {field.name: known[field.name] for field in fields(cls)}


@cache
def field_names() -> frozenset[str]:
    """Every name a template may use, with dots: "letter", "letter.number", "accounts.patient", ..."""
    return frozenset((*_names(LetterData, ""), *DERIVED))


def _names(cls: type, prefix: str) -> list[str]:
    names: list[str] = []
    for name, hint in hints(cls).items():
        names.append(prefix + name)
        inner = get_args(hint)[0] if get_origin(hint) is tuple else hint
        if is_dataclass(inner):
            names.extend(_names(inner, f"{prefix}{name}."))  # pyright: ignore[reportArgumentType]
    return names


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {name: _plain(getattr(value, name)) for name in hints(type(value))}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def _build(cls: type[T], values: Any, where: str) -> T:
    if not isinstance(values, Mapping):
        raise LetterFault(f"{where.rstrip('.') or 'the letter'} must be a mapping of fields, not {values!r}")
    wanted = hints(cls)
    if unknown := sorted(str(key) for key in values if key not in wanted):
        raise LetterFault(f"{where}{unknown[0]} is not a field of a letter; the fields here are {', '.join(wanted)}")
    required = {field.name for field in fields(cls) if field.default is _NO_DEFAULT}  # pyright: ignore[reportArgumentType]
    if missing := [name for name in wanted if name in required and name not in values]:
        raise LetterFault(f"{where}{missing[0]} is missing from the letter's data; give it a value")
    return cls(**{name: _read(wanted[name], value, where + name) for name, value in values.items()})


def _read(hint: Any, value: Any, where: str) -> Any:
    if get_origin(hint) is tuple:
        if not isinstance(value, list | tuple):
            raise LetterFault(f"{where} must be a list, not {value!r}")
        return tuple(_read(get_args(hint)[0], item, f"{where}[{n}]") for n, item in enumerate(value))
    if get_origin(hint) in (Union, types.UnionType):
        return None if value is None else _read(get_args(hint)[0], value, where)
    if is_dataclass(hint):
        return _build(hint, value, where + ".")  # pyright: ignore[reportArgumentType]
    if hint is dt.date and isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError as error:
            raise LetterFault(f"{where} is {value!r}; write a day as YYYY-MM-DD") from error
    if type(value) is not hint:
        raise LetterFault(f"{where} must be {_PLAIN_NAMES[hint]}, not {value!r}")
    return value


_NO_DEFAULT = next(field.default for field in fields(LetterData) if field.name == "letter")
_PLAIN_NAMES = {str: "text", int: "a whole number of cents", bool: "true or false", dt.date: "a day"}
