"""A check and what it paid: posted in parts if it paid several accounts, and returned by the bank as a whole."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.ledger.entry import Entry
from flows.ledger.queries import ACCOUNT, LEDGER, REVERSAL
from models.columns import AnyRow
from models.enums import LedgerKind
from models.errors import BadInput, NotFound, Refused
from models.ids import AccountId, EntryId, MatterId, PersonId
from models.values import dollars

SOURCE = "payments"
"""Payments typed by hand and those of a lockbox file are one source: a reference is posted once, from either one."""

ESTATE = "estate"
"""Payments of an estate; its check is identified by its matter."""


class RefusedPayment(Refused):
    """A payment that can't be posted or reversed; the message says what to do."""


class BadPayment(RefusedPayment, BadInput):
    """A payment with invalid input."""


class NoPayment(RefusedPayment, NotFound):
    """There is no such payment."""


_PART = re.compile(r"#[0-9]+$")
_WHOSE = re.compile(r"( \(trace [^()]+\))?( \(guarantor [0-9]+\))?( \([0-9]{4}-[0-9]{2}-[0-9]{2}\))?$")
"""What the ledger adds to a payment's own number to make it unique: its trace, its guarantor, its date."""

DUPLICATE_DAYS = 7
"""The same number and amount again within this many days may be one payment reported twice: a task to check it."""

MOST_PARTS = 200
"""No check pays more accounts than this: its parts are looked up one by one, by uq_ledger_source_external."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a check paid on one account, in cents above zero; `back_on` is the day on which that was reversed."""

    entry_id: EntryId
    account_id: AccountId
    number: str
    paid_on: date
    cents: int
    external_id: str
    back_on: date | None
    matter_id: MatterId | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A payment by its own number, with all that it paid. `name` is its name in the ledger: its number, with the
    guarantor if another guarantor's check has the same number."""

    source: str
    name: str
    reference: str
    parts: tuple[Part, ...]

    @property
    def cents(self) -> int:
        """The amount of the check."""
        return sum(part.cents for part in self.parts)

    @property
    def spread(self) -> bool:
        """Whether it was spread over all accounts of its guarantor."""
        return self.parts[0].external_id != self.name

    @property
    def standing(self) -> tuple[Part, ...]:
        """The parts that are not reversed."""
        return tuple(part for part in self.parts if part.back_on is None)

    def on(self, account_id: int) -> tuple[Part, ...]:
        """What it paid on one account."""
        return tuple(part for part in self.parts if part.account_id == account_id)


def check_on(conn: Connection, account_id: int, reference: str) -> Check | None:
    """The payment of an account with a reference: the last one that was not reversed, else the last one.
    None where there is none."""
    found = checks_on(conn, account_id, reference)
    return next((one for one in reversed(found) if one.standing), found[-1] if found else None)


def checks_on(conn: Connection, account_id: int, reference: str) -> list[Check]:
    """All payments of an account with a reference, each with its parts on other accounts, oldest first: one number
    may be on several dates, as for a check that was returned and presented again."""
    query = sa.select(LEDGER).where(
        LEDGER.c.account_id == account_id,
        LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value,
        LEDGER.c.source.in_([SOURCE, ESTATE]),
        LEDGER.c.amount_cents < 0,
    )
    paid = conn.execute(query.order_by(LEDGER.c.id)).all()
    named = [row for row in paid if row.external_id == reference or _told(row) == reference]
    wholes = dict.fromkeys((row.source, whole_of(row)) for row in named)
    return [check for source, whole in wholes if (check := check_of(conn, source, whole)) is not None]


def check_of(conn: Connection, source: str, whole: str) -> Check | None:
    """A check by the name under which it was posted; None if it is not in the ledger."""
    names = [whole, *(f"{whole}#{part}" for part in range(1, MOST_PARTS + 1))]
    query = (
        sa.select(LEDGER, ACCOUNT.c.number)
        .join(ACCOUNT, ACCOUNT.c.id == LEDGER.c.account_id)
        .where(LEDGER.c.source == source, LEDGER.c.external_id.in_(names))
        .order_by(LEDGER.c.id)
    )
    rows = [row for row in conn.execute(query) if whole_of(row) == whole]
    if not rows:
        return None
    back = _back(conn, source, whole, [row.external_id for row in rows])
    found = tuple(
        Part(
            row.id,
            row.account_id,
            row.number,
            row.posted_on,
            -row.amount_cents,
            row.external_id,
            back.get((row.account_id, row.external_id)) or back.get((row.account_id, whole)),
            row.matter_id,
        )
        for row in rows
    )
    return Check(source, whole, _told(rows[0]), found)


def _back(conn: Connection, source: str, whole: str, names: Sequence[str]) -> dict[tuple[int, str], date]:
    """The dates of reversals, by account and by the name of the part, or of the whole check if a file reversed it
    so."""
    wanted = [f"{name}{REVERSAL}" for name in dict.fromkeys([whole, *names])]
    query = sa.select(LEDGER.c.account_id, LEDGER.c.external_id, LEDGER.c.posted_on).where(
        LEDGER.c.source == source, LEDGER.c.external_id.in_(wanted)
    )
    return {(row.account_id, row.external_id.removesuffix(REVERSAL)): row.posted_on for row in conn.execute(query)}


MISTAKE = "correction"
"""The first word in the reference of an entry that reverses a posting mistake; no bank is involved."""


def is_mistake(entry: Entry) -> bool:
    """Whether an entry reverses a posting mistake, so that no check was returned."""
    return (entry.reference or "").startswith(f"{MISTAKE} ")


def taking_back(check: Check, parts: Sequence[Part], on: date, why: str, *, mistake: bool = False) -> list[Entry]:
    """The entries when these parts of a check are returned by the bank on a day, or were posted by mistake."""
    return [
        Entry(
            part.account_id,
            on,
            LedgerKind.PATIENT_PAYMENT,
            part.cents,
            check.source,
            f"{part.external_id}{REVERSAL}",
            f"{MISTAKE if mistake else 'reversal'} {check.reference}{why}",
            matter_id=part.matter_id,
        )
        for part in parts
    ]


@dataclass(frozen=True, slots=True)
class Known:
    """This very payment is in the ledger: the same number, account, amount and day."""

    check: Check


@dataclass(frozen=True, slots=True)
class NewPart:
    """A check of that number and day paid other accounts of the guarantor; this is its part `number`, from 2."""

    check: Check
    number: int


@dataclass(frozen=True, slots=True)
class NewPayment:
    """Not in the ledger yet; `name` is its future name in the ledger. `like` is a payment of the same number and amount
    within DUPLICATE_DAYS: it may be the same one, reported again."""

    name: str
    like: Part | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A payment to post. `account_id` is None for one that is spread over all accounts of a guarantor;
    `trace` is the payer's or the bank's own number of it, if any."""

    reference: str
    guarantor_id: PersonId
    paid_on: date
    cents: int
    account_id: AccountId | None = None
    trace: str | None = None


def place_of(conn: Connection, wanted: Wanted) -> Known | NewPart | NewPayment:
    """The place of a payment in the ledger. It is identified by its number, account, amount and date, and by its trace
    if it has one: the same number on another date is another payment, such as a check that is presented again.

    Raises RefusedPayment if the number is used on that date for another payment, or for one that was reversed.
    """
    base, check = check_for(conn, numbered(wanted.reference, wanted.trace), wanted.guarantor_id)
    if check is None:
        return NewPayment(base)
    if check.parts[0].paid_on == wanted.paid_on:
        return _on_its_day(check, wanted)
    dated = f"{base} ({wanted.paid_on})"
    same_day = check_of(conn, SOURCE, dated)
    if same_day is not None:
        return _on_its_day(same_day, wanted)
    return NewPayment(dated, _like(conn, base, wanted))


def numbered(reference: str, trace: str | None) -> str:
    """The name of a payment in the ledger: its number, with the payer's trace if any."""
    return f"{reference} (trace {trace.translate(_NO_BRACKETS)})" if trace else reference


def _on_its_day(check: Check, wanted: Wanted) -> Known | NewPart:
    """A payment with a number that the ledger already has on its date."""
    if wanted.account_id is None:
        if not check.spread or check.cents != wanted.cents:
            raise RefusedPayment(f"{posted(check)}", f"{_OWN}")
    elif (part := next_part(check, wanted.account_id, wanted.paid_on, wanted.cents)) is not None:
        return NewPart(check, part)
    if not check.standing:
        raise RefusedPayment(f"{posted(check)}", f"{_AGAIN}")
    return Known(check)


_NO_BRACKETS = str.maketrans("()", "[]")
_OWN = "enter a different reference for this payment"
_AGAIN = "if it was presented again, enter the date of this payment"


def _like(conn: Connection, base: str, wanted: Wanted) -> Part | None:
    """A payment of the same number and amount a few days before or after, which was not reversed."""
    days = [wanted.paid_on + timedelta(days=days) for days in range(-DUPLICATE_DAYS, DUPLICATE_DAYS + 1)]
    for name in (base, *(f"{base} ({day})" for day in days)):
        check = check_of(conn, SOURCE, name)
        if check is None or not check.standing or check.parts[0].paid_on not in days:
            continue
        if wanted.account_id is None and check.cents == wanted.cents:
            return check.standing[0]
        for part in check.standing:
            if (part.account_id, part.cents) == (wanted.account_id, wanted.cents):
                return part
    return None


def check_for(conn: Connection, reference: str, guarantor_id: int) -> tuple[str, Check | None]:
    """The name of a guarantor's check in the ledger, and that check if it is posted: two people may both write a
    check 1001."""
    held = check_of(conn, SOURCE, reference)
    if held is None:
        return reference, None
    whose = sa.select(ACCOUNT.c.guarantor_id).where(ACCOUNT.c.id == held.parts[0].account_id)
    if conn.execute(whose).scalar_one() == guarantor_id:
        return reference, held
    name = f"{reference} (guarantor {guarantor_id})"
    return name, check_of(conn, SOURCE, name)


def posted(check: Check, account_id: int | None = None) -> str:
    """What was posted under a check's number, in words: its payment on an account, or the first one."""
    first = ((check.on(account_id) if account_id is not None else ()) or check.parts)[0]
    said = f"payment {check.reference} is already posted: {dollars(first.cents)} on account {first.number}"
    return f"{said}, dated {first.paid_on}" if first.back_on is None else f"{said}, reversed on {first.back_on}"


def next_part(check: Check, account_id: int, paid_on: date, cents: int) -> int | None:
    """Which part of a check a payment on another account is, from 2; None where this very payment is posted already.

    Raises RefusedPayment if the number is used for another payment: on another date, with another amount on the same
    account, or one that was reversed.
    """
    mine = check.on(account_id)
    if any((part.cents, part.paid_on, part.back_on) == (cents, paid_on, None) for part in mine):
        return None
    first = check.parts[0]
    if any(part.cents == cents for part in mine) and first.back_on is not None:
        raise RefusedPayment(f"{posted(check, account_id)}", f"{_AGAIN}")
    if mine or check.spread or first.back_on is not None or first.paid_on != paid_on:
        raise RefusedPayment(f"{posted(check, account_id)}", f"{_OWN}")
    return len(check.parts) + 1


def part_entry(entry: Entry, part: int) -> Entry:
    """An entry as a part of the check with its number, distinguished from a check whose own number ends in "#3"."""
    return replace(entry, external_id=f"{entry.external_id}#{part}", reference=_with(entry))


def ends_as_ours(reference: str) -> bool:
    """Whether a payment's number ends like a name of the ledger, so that the two could not be distinguished."""
    return reference.endswith(REVERSAL) or _WHOSE.sub("", reference) != reference


def own_entry(entry: Entry) -> Entry:
    """An entry with its own number: a number that ends like a part's is repeated in the reference."""
    return replace(entry, reference=_with(entry)) if _PART.search(entry.external_id) else entry


def _with(entry: Entry) -> str:
    """The reference of an entry with its number first, once."""
    number, said = _WHOSE.sub("", entry.external_id), entry.reference or ""
    return said if said == number or said.startswith(f"{number} ") else f"{number} {said}".rstrip()


def _told(row: AnyRow) -> str:
    """The number of the payment that an entry is, or is a part of, for people."""
    return (row.reference or row.external_id) if row.source == ESTATE else _WHOSE.sub("", whole_of(row))


def whole_of(row: AnyRow) -> str:
    """The name of the check that an entry is, or is a part of: a part has the check's own number beside its name."""
    found = _PART.search(row.external_id)
    if found is None:
        return row.external_id
    whole = row.external_id[: found.start()]
    number, said = _WHOSE.sub("", whole), row.reference or ""
    bears = any(said == one or said.startswith(f"{one} ") for one in (whole, number))
    return whole if row.source == ESTATE or bears else row.external_id
