"""Opening and clearing holds: the change, and an event on every account that it concerns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.counts import Count, Counts
from flows.accounts.happenings import close_gone, wake
from flows.accounts.pages import Subject, subject_of
from flows.accounts.tasks.standing import tasks_about
from flows.changes import announce
from models import Account, Hold, PersonSuspect
from models.columns import AnyRow, in_keys, table
from models.database import Transaction, batches, group_by_key
from models.enums import HoldKind, HoldScope, SuspectState
from models.errors import Advice, NotFound, Refused
from models.events import HoldCleared, HoldOpened
from models.labels import label
from models.remedies import Remedy

ACCOUNT = table(Account)
HOLD = table(Hold)
SUSPECT = table(PersonSuspect)

OF_PERSON = frozenset(
    {
        HoldKind.CEASE,
        HoldKind.ATTORNEY,
        HoldKind.BANKRUPTCY,
        HoldKind.DECEASED,
        HoldKind.ADDRESS_UNKNOWN,
        HoldKind.PHONE_UNKNOWN,
        HoldKind.MINOR,
        HoldKind.IDENTITY,
    }
)
"""Restrictions that belong to the person: they stop every account at every creditor."""

SCOPE_OF: dict[HoldKind, HoldScope] = {
    HoldKind.ADDRESS_UNKNOWN: HoldScope.LETTERS,
    HoldKind.PHONE_UNKNOWN: HoldScope.CALLS,
}
"""What a hold stops by default; any other kind stops everything."""

SYSTEM_MANAGED: Mapping[HoldKind, Advice] = {
    HoldKind.DECEASED: Advice(
        "record the death, which stops all activity and opens an estate matter", Remedy.RECORD_DEATH
    ),
    HoldKind.ARRANGEMENT: Advice("set up a payment plan, which places the hold", Remedy.CREATE_PLAN),
    HoldKind.PROMISE: Advice("record the promise as a call result, which places the hold", Remedy.RECORD_PROMISE),
    HoldKind.SETTLEMENT: Advice("offer a settlement, which places the hold", Remedy.OFFER_SETTLEMENT),
    HoldKind.CREDIT: Advice("apply or refund the credit; it holds the other accounts until then", Remedy.MOVE_CREDIT),
    HoldKind.MINOR: Advice("the hold of a minor comes from the birth date; correct the birth date if it is wrong"),
    HoldKind.IDENTITY: Advice(
        "decide whether the records are the same person, which ends the hold", Remedy.LIST_SUSPECTS
    ),
}
"""Holds that are opened as part of another action, and the action to use instead."""

BY_HAND = tuple(kind for kind in HoldKind if kind not in SYSTEM_MANAGED)
"""The kinds of hold that can be opened by hand."""


@dataclass(frozen=True, slots=True)
class NewHold:
    """A hold to open, on one account or on a person (who then is named instead)."""

    kind: HoldKind
    account_id: int | None = field(default=None, kw_only=True)
    person_id: int | None = field(default=None, kw_only=True)
    scope: HoldScope | None = None
    until: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class OpenedHold:
    """A hold as it was opened: its number, what it stops, and the accounts that it stops."""

    number: int
    hold: NewHold
    scope: HoldScope
    account_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HoldsOpened:
    """Holds were opened, all of one command."""

    holds: tuple[OpenedHold, ...]

    def by_kind(self) -> Mapping[tuple[HoldKind, HoldScope], Sequence[int]]:
        """The accounts that are stopped, by the kind and scope of their hold."""
        return group_by_key(((one.hold.kind, one.scope), key) for one in self.holds for key in one.account_ids)


@dataclass(frozen=True, slots=True)
class HoldsCleared:
    """Holds that stopped these accounts were cleared."""

    account_ids: tuple[int, ...]


def open_holds(tx: Transaction, holds: Sequence[NewHold]) -> list[int]:
    """Open a page of holds; what follows, such as voided letters, is in flows/consequences.py.

    Raises Refused when a hold ends before it begins.
    """
    numbers = list(tx.ids(Hold, len(holds)))
    accounts = _accounts_of(tx, [hold.person_id for hold in holds if hold.person_id is not None])
    opened: list[OpenedHold] = []
    for number, hold in zip(numbers, holds, strict=True):
        if hold.until is not None and hold.until <= tx.business_date:
            raise Refused(f"a hold until {hold.until} has already ended", f"enter a date after {tx.business_date}")
        scope = hold.scope or SCOPE_OF.get(hold.kind, HoldScope.ALL)
        concerned = [hold.account_id] if hold.account_id is not None else accounts.get(hold.person_id or 0, [])
        opened.append(OpenedHold(number, hold, scope, tuple(concerned)))
    tx.insert(Hold, [_row(tx, one.number, one.hold, one.scope) for one in opened])
    tx.record_all(event for one in opened for event in _events(one))
    stopped = [hold.person_id for hold in holds if hold.kind in STOPS_OF_A_PERSON and hold.person_id is not None]
    for person_id in dict.fromkeys(stopped):
        hold_suspects(tx, person_id)
    if opened:
        announce(tx, HoldsOpened(tuple(opened)))
    return numbers


def _events(one: OpenedHold) -> Iterable[HoldOpened]:
    hold = one.hold
    return (
        HoldOpened(
            account_id=account,
            hold=one.number,
            hold_kind=hold.kind.value,
            scope=one.scope.value,
            until=hold.until,
            of_person=hold.person_id is not None,
            note=hold.note,
        )
        for account in one.account_ids
    )


STOPS_OF_A_PERSON = frozenset({HoldKind.CEASE, HoldKind.ATTORNEY, HoldKind.BANKRUPTCY, HoldKind.DECEASED})
"""The stops that belong to a person, whichever record they were reported for."""


def hold_suspects(tx: Transaction, person_id: int) -> None:
    """A person's stop is active: hold all possible duplicate records until they are decided."""
    one, two = SUSPECT.c.first_id, SUSPECT.c.second_id
    mine = sa.and_(sa.or_(one == person_id, two == person_id), SUSPECT.c.state == SuspectState.OPEN.value)
    held = sa.select(HOLD.c.person_id).where(
        HOLD.c.kind == HoldKind.IDENTITY.value, HOLD.c.cleared_on.is_(None), HOLD.c.until_on.is_(None)
    )
    others = {row[0] if row[1] == person_id else row[1] for row in tx.conn.execute(sa.select(one, two).where(mine))}
    free = others - set(tx.conn.execute(held.where(HOLD.c.person_id.in_(sorted(others)))).scalars())
    note = "a possible duplicate record is on hold"
    open_holds(tx, [NewHold(HoldKind.IDENTITY, person_id=key, note=note) for key in sorted(free)])


def open_manual_hold(
    tx: Transaction, kind: HoldKind, account: AnyRow, *, scope: HoldScope | None = None, until: date | None = None
) -> int:
    """Open a hold on an account by hand; returns its number.

    Raises Refused for a kind that the engine opens itself, with what to do instead.
    """
    if (instead := SYSTEM_MANAGED.get(kind)) is not None:
        problem = f'a hold "{label(kind)}" can\'t be placed by hand'
        raise Refused(problem, instead.text, remedy=instead.remedy, account=account.number)
    return open_holds(tx, [hold_for(kind, account, scope=scope, until=until)])[0]


def _row(tx: Transaction, number: int, hold: NewHold, scope: HoldScope) -> dict[str, object]:
    return {
        "id": number,
        "person_id": hold.person_id,
        "account_id": hold.account_id,
        "kind": hold.kind.value,
        "scope": scope.value,
        "from_on": tx.business_date,
        "until_on": hold.until,
        "opened_by": tx.actor,
        "note": hold.note,
    }


def hold_for(kind: HoldKind, account: AnyRow, *, scope: HoldScope | None = None, until: date | None = None) -> NewHold:
    """The hold of a kind for one account: on its guarantor if the kind belongs to the person."""
    if kind in OF_PERSON:
        return NewHold(kind, person_id=account.guarantor_id, scope=scope, until=until)
    return NewHold(kind, account_id=account.id, scope=scope, until=until)


def _accounts_of(tx: Transaction, person_ids: Sequence[int]) -> dict[int, list[int]]:
    """The accounts that each person is the guarantor of."""
    rows: list[tuple[int, int]] = []
    for part in batches(sorted(set(person_ids))):
        query = sa.select(ACCOUNT.c.guarantor_id, ACCOUNT.c.id).where(ACCOUNT.c.guarantor_id.in_(part))
        rows.extend((row[0], row[1]) for row in tx.conn.execute(query.order_by(ACCOUNT.c.id)))
    return group_by_key(rows)


def clear_holds(tx: Transaction, hold_ids: Sequence[int], reason: str) -> None:
    """Clear a page of holds; the accounts that they stopped are reviewed today."""
    clear_holds_each(tx, dict.fromkeys(hold_ids, reason))


def clear_holds_each(tx: Transaction, reasons: Mapping[int, str]) -> None:
    """The same for holds that are each cleared for a different reason: `reasons` by hold."""
    for part in batches(list(reasons)):
        query = sa.select(HOLD).where(HOLD.c.id.in_(part), HOLD.c.cleared_on.is_(None)).order_by(HOLD.c.id)
        holds = tx.conn.execute(query).all()
        tx.conn.execute(
            sa.update(HOLD)
            .where(HOLD.c.id.in_([hold.id for hold in holds]))
            .values(cleared_on=tx.business_date, cleared_by=tx.actor)
        )
        of_persons = _accounts_of(tx, [hold.person_id for hold in holds if hold.person_id is not None])
        stopped = {
            hold.id: [hold.account_id] if hold.account_id is not None else of_persons.get(hold.person_id, [])
            for hold in holds
        }
        tx.record_all(
            HoldCleared(account_id=account, hold=hold.id, hold_kind=hold.kind, reason=reasons[hold.id])
            for hold in holds
            for account in stopped[hold.id]
        )
        concerned = sorted({account for accounts in stopped.values() for account in accounts})
        wake(tx, concerned)
        announce(tx, HoldsCleared(tuple(concerned)))
        close_gone(tx, tasks_about(tx.conn, concerned))


def expired_holds(conn: Connection, today: date) -> list[int]:
    """Expired holds, by ix_hold_until."""
    query = sa.select(HOLD.c.id).where(HOLD.c.until_on <= today, sa.text("hold.cleared_on IS NULL"))
    return sorted(conn.execute(query).scalars())


def end_holds(tx: Transaction, hold_ids: Sequence[int]) -> Counts:
    """Clear expired holds; returns how many."""
    clear_holds(tx, hold_ids, "the hold expired")
    return Counts({Count.HOLDS_OVER: len(hold_ids)})


def hold_subject(tx: Transaction, key: int) -> Subject:
    """The account that a hold is on, or those of its person."""
    hold = tx.conn.execute(sa.select(HOLD.c.account_id, HOLD.c.person_id).where(HOLD.c.id == key)).one()
    theirs = sa.or_(ACCOUNT.c.guarantor_id == hold.person_id, ACCOUNT.c.patient_id == hold.person_id)
    mine = sa.or_(ACCOUNT.c.id == hold.account_id, theirs)
    query = sa.select(ACCOUNT.c.id, ACCOUNT.c.guarantor_id, ACCOUNT.c.creditor_id).where(mine).order_by(ACCOUNT.c.id)
    accounts = tx.conn.execute(query).all()
    return subject_of(accounts)


def holds_of(tx: Transaction, account_id: int, kind: HoldKind) -> list[int]:
    """The open holds of a kind on one account."""
    return holds_of_each(tx, [account_id], kind).get(account_id, [])


def holds_of_each(tx: Transaction, account_ids: Sequence[int], kind: HoldKind) -> dict[int, list[int]]:
    """The open holds of a kind, by the account that they are on."""
    query = sa.select(HOLD.c.account_id, HOLD.c.id).where(HOLD.c.kind == kind.value, HOLD.c.cleared_on.is_(None))
    return group_by_key(
        (row[0], row[1])
        for part in batches(account_ids)
        for row in tx.conn.execute(query.where(in_keys(HOLD.c.account_id, part)).order_by(HOLD.c.id))
    )


def open_hold_of(tx: Transaction, account: AnyRow, kind: HoldKind) -> int:
    """The open hold of a kind on an account or its guarantor; raises Refused when there is none."""
    whose = sa.or_(HOLD.c.account_id == account.id, HOLD.c.person_id == account.guarantor_id)
    query = sa.select(HOLD.c.id).where(whose, HOLD.c.kind == kind.value, HOLD.c.cleared_on.is_(None))
    found = tx.conn.execute(query.order_by(HOLD.c.id)).scalars().first()
    if found is None:
        raise NotFound(
            f'account {account.number} has no open hold "{label(kind)}"',
            remedy=Remedy.SHOW_ACCOUNT,
            account=account.number,
        )
    return found
