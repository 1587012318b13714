"""Stuck accounts, read by reason: how many, their total balance, since when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.dunning.stuck.reasons import ENDS_BY_ITSELF, HOLD, NO_PATIENT, Reason, Standing, bill_by, reason_of
from models import Account, Creditor, Enrollment, Person, StepTaken
from models.columns import AnyRow, table
from models.enums import AccountState, EnrollmentState, PayerClass
from models.errors import NotFound
from models.ids import AccountId, PersonId
from models.remedies import Remedy

ACCOUNT = table(Account)
CREDITOR = table(Creditor)
ENROLLMENT = table(Enrollment)
PERSON = table(Person)
STEP = table(StepTaken)


@dataclass(frozen=True, slots=True)
class StuckAccount:
    """A stuck account. `since_on`: its last step; `file_by`: the payer's filing deadline."""

    id: AccountId
    number: str
    guarantor_id: PersonId
    name: str
    creditor: str
    balance_cents: int
    payer_class: PayerClass
    since_on: date
    file_by: date | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class StuckReason:
    """All accounts that are stuck for one reason. `oldest_on`: since when the first of them."""

    reason: Reason
    accounts: int
    owed_cents: int
    oldest_on: date
    file_by: date | None


def _stuck() -> sa.Select[Any]:
    moved = sa.select(sa.func.max(STEP.c.on)).where(STEP.c.account_id == ACCOUNT.c.id).scalar_subquery()
    untaken = sa.and_(ENROLLMENT.c.account_id.is_(None), ACCOUNT.c.review_on.is_(None))
    ended = ENROLLMENT.c.state.in_([EnrollmentState.FINISHED.value, EnrollmentState.SET_ASIDE.value])
    blocked = sa.and_(
        ENROLLMENT.c.state == EnrollmentState.ACTIVE.value,
        ENROLLMENT.c.blocked_by.is_not(None),
        ENROLLMENT.c.blocked_until.is_(None),
        ENROLLMENT.c.blocked_by.not_in([f"{HOLD}{kind.value}" for kind in ENDS_BY_ITSELF]),
    )
    return (
        sa.select(
            ACCOUNT.c.id,
            ACCOUNT.c.number,
            ACCOUNT.c.guarantor_id,
            ACCOUNT.c.balance_cents,
            ACCOUNT.c.payer_class,
            ACCOUNT.c.service_from,
            ACCOUNT.c.service_to,
            ENROLLMENT.c.state,
            ENROLLMENT.c.blocked_by,
            PERSON.c.first_name,
            PERSON.c.last_name,
            CREDITOR.c.name.label("creditor"),
            sa.func.coalesce(moved, ENROLLMENT.c.anchor_on, ACCOUNT.c.first_statement_on, ACCOUNT.c.service_from).label(
                "since_on"
            ),
        )
        .outerjoin(ENROLLMENT, ENROLLMENT.c.account_id == ACCOUNT.c.id)
        .join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
        .join(CREDITOR, CREDITOR.c.id == ACCOUNT.c.creditor_id)
        .where(ACCOUNT.c.balance_cents > 0, ACCOUNT.c.state == AccountState.OPEN.value)
        .where(ACCOUNT.c.placement_id.is_(None), sa.or_(untaken, ended, blocked))
        .order_by(ACCOUNT.c.id)
    )


def stuck_accounts(conn: Connection, code: str | None = None) -> Iterator[StuckAccount]:
    """The stuck accounts, all or those of one reason, by account."""
    for row in conn.execute(_stuck()):
        found = _account(row)
        if code is None or found.reason.code == code:
            yield found


def _account(row: AnyRow) -> StuckAccount:
    payer = PayerClass(row.payer_class)
    state = None if row.state is None else EnrollmentState(row.state)
    since = row.since_on if isinstance(row.since_on, date) else date.fromisoformat(row.since_on)
    file_by = bill_by(payer, row.service_to or row.service_from) if payer in NO_PATIENT else None
    return StuckAccount(
        row.id,
        row.number,
        row.guarantor_id,
        f"{row.first_name} {row.last_name}",
        row.creditor,
        row.balance_cents,
        payer,
        since,
        file_by,
        reason_of(Standing(payer, state, row.blocked_by)),
    )


def stuck_reasons(conn: Connection, today: date) -> list[StuckReason]:
    """Every reason for which accounts are stuck, the largest total first.

    `file_by` is the first filing deadline that is still to come.
    """
    by_code: dict[str, list[StuckAccount]] = {}
    for one in stuck_accounts(conn):
        by_code.setdefault(one.reason.code, []).append(one)
    found = [
        StuckReason(
            mine[0].reason,
            len(mine),
            sum(one.balance_cents for one in mine),
            min(one.since_on for one in mine),
            min((one.file_by for one in mine if one.file_by is not None and one.file_by >= today), default=None),
        )
        for mine in by_code.values()
    ]
    return sorted(found, key=lambda one: (-one.owed_cents, one.reason.code))


def stuck_for(conn: Connection, code: str) -> list[StuckAccount]:
    """The accounts that are stuck for one reason, the oldest first. Raises NotFound."""
    found = sorted(stuck_accounts(conn, code), key=lambda one: (one.file_by or date.max, one.since_on, one.number))
    if not found:
        raise NotFound(f'no account is stuck with the reason "{code}"', remedy=Remedy.LIST_STUCK)
    return found


class ReasonLine(TypedDict):
    """A reason for which accounts are stuck, as programs read it."""

    reason: str
    says: str
    accounts: int
    owed_cents: int
    oldest_on: date
    file_by: date | None
    clears: str
    todo: str
    acts: list[str]


class StuckLine(TypedDict):
    """A stuck account, as programs read it."""

    number: str
    name: str
    creditor: str
    balance_cents: int
    payer_class: str
    since_on: date
    file_by: date | None


def reason_row(one: StuckReason) -> ReasonLine:
    """A reason as a row for programs."""
    about = one.reason
    return {
        "reason": about.code,
        "says": about.says,
        "accounts": one.accounts,
        "owed_cents": one.owed_cents,
        "oldest_on": one.oldest_on,
        "file_by": one.file_by,
        "clears": about.clears,
        "todo": about.todo,
        "acts": [str(act) for act in about.acts],
    }


def account_row(one: StuckAccount) -> StuckLine:
    """A stuck account as a row for programs."""
    return {
        "number": one.number,
        "name": one.name,
        "creditor": one.creditor,
        "balance_cents": one.balance_cents,
        "payer_class": str(one.payer_class),
        "since_on": one.since_on,
        "file_by": one.file_by,
    }
