"""Pending reviews at the gates of schedules, and accounts kept in house."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.load import groups_of_accounts, schedules_by_id
from flows.dunning.engine.gate import gates_before_placement
from flows.schedules.schedule import OpenTask, Place, Schedule
from flows.settings.queries import policy_now
from models import Account, Creditor, Enrollment, GateReview, Person, Task, User
from models.columns import AnyRow, AnySelect, in_keys, table
from models.database import batches
from models.enums import EnrollmentState, GateState
from models.errors import Refused
from models.ids import AccountId, CreditorId, PersonId, TaskId
from models.remedies import Remedy

ACCOUNT = table(Account)
CREDITOR = table(Creditor)
ENROLLMENT = table(Enrollment)
GATE_REVIEW = table(GateReview)
PERSON = table(Person)
TASK = table(Task)
USER = table(User)

MORE_TO_DECIDE = (GateState.WAITING.value, GateState.KEPT.value)
"""A review that a manager can still decide: a pending one, or one that was kept in house."""

NEWER = table(GateReview).alias("newer")

STANDS = (
    ENROLLMENT.c.state == EnrollmentState.ACTIVE.value,
    ACCOUNT.c.balance_cents > 0,
    ~sa.exists().where(
        NEWER.c.account_id == GATE_REVIEW.c.account_id,
        NEWER.c.step == GATE_REVIEW.c.step,
        NEWER.c.id > GATE_REVIEW.c.id,
    ),
)
"""An account at a gate with an open decision: enrolled, with a balance due; the newest review of its gate."""


UNDER_WAY = (EnrollmentState.ACTIVE.value, EnrollmentState.SET_ASIDE.value)
"""An account with steps ahead, with the gates among them."""


@dataclass(frozen=True, slots=True)
class Review:
    """One account at a gate. Amounts are cents; `age_days` counts from the first bill, `waits_days` from the review.
    `goes_to` is the pool of agencies that comes next, where one does; `escalated`: pending for longer than the setting
    `review_escalate_days`."""

    id: int
    task: TaskId
    account_id: AccountId
    account: str
    guarantor_id: PersonId
    name: str
    creditor_id: str
    creditor: str
    balance_cents: int
    age_days: int
    step: str
    state: GateState
    waits_since: date
    waits_days: int
    due_on: date | None
    goes_to: str | None
    until_on: date | None
    escalated: bool
    why: str

    def late(self, today: date) -> bool:
        """Whether the decision is overdue: its task is, or it has been pending for too long."""
        past = self.due_on is not None and self.due_on < today
        return self.state is GateState.WAITING and (past or self.escalated)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter for reviews: all by default. Amounts are cents."""

    states: Collection[GateState] = (GateState.WAITING,)
    creditor: str | None = None
    at_least_cents: int | None = None
    below_cents: int | None = None
    waits_days: int | None = None
    accounts: frozenset[str] | None = None

    def takes(self, review: Review) -> bool:
        """Whether a review is one of these."""
        return (
            (self.creditor is None or review.creditor_id == self.creditor)
            and (self.at_least_cents is None or review.balance_cents >= self.at_least_cents)
            and (self.below_cents is None or review.balance_cents < self.below_cents)
            and (self.waits_days is None or review.waits_days >= self.waits_days)
            and (self.accounts is None or review.account in self.accounts)
        )


class ReviewSort(StrEnum):
    """What a list of reviews is sorted by: the longest wait, the largest balance, the greatest age, or the most that an
    agency would bring in first."""

    WAITING = "waiting"
    BALANCE = "balance"
    AGE = "age"
    EXPECTED = "expected"


def in_order(
    found: Sequence[Review],
    by: ReviewSort,
    today: date,
    *,
    least_first: bool = False,
    expected: Mapping[int, int] = MappingProxyType({}),
) -> list[Review]:
    """Reviews in an order; overdue ones are first if the order is the longest wait. `expected`: what an agency would
    bring in for each review by its key, in cents; those without are last."""
    keys: dict[ReviewSort, Callable[[Review], tuple[int, int]]] = {
        ReviewSort.WAITING: lambda one: (one.late(today), one.waits_days),
        ReviewSort.BALANCE: lambda one: (one.balance_cents, one.waits_days),
        ReviewSort.AGE: lambda one: (one.age_days, one.waits_days),
        ReviewSort.EXPECTED: lambda one: (expected.get(one.id, -1), one.balance_cents),
    }
    return sorted(found, key=keys[by], reverse=not least_first)


@dataclass(frozen=True, slots=True)
class ClosedGate:
    """An unapproved gate before the next placement of an account. `review` is the one to decide; None if it is not
    opened yet. `aside`: the account is a schedule exception, and its reviews can't be decided."""

    account_id: AccountId
    account: str
    guarantor_id: PersonId
    creditor_id: CreditorId
    step: str
    cycle: int
    asks: OpenTask
    review: int | None
    aside: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """The number of pending reviews, how many are overdue, and the total balance."""

    reviews: int
    late: int
    balance_cents: int


def reviews(conn: Connection, today: date, wanted: Wanted) -> list[Review]:
    """The filtered reviews, the oldest first: one query for all guarantors."""
    query = _reviews().where(GATE_REVIEW.c.state.in_([state.value for state in wanted.states]))
    query = query.order_by(GATE_REVIEW.c.opened_on, GATE_REVIEW.c.id)
    rows = conn.execute(query).all()
    return [one for one in _read(conn, rows, today) if wanted.takes(one)]


def reviews_by_key(conn: Connection, keys: Sequence[int], today: date) -> list[Review]:
    """Reviews by their keys that can still be decided; others are left out."""
    rows: list[AnyRow] = []
    for part in batches(sorted(set(keys))):
        query = _reviews().where(in_keys(GATE_REVIEW.c.id, part), GATE_REVIEW.c.state.in_(MORE_TO_DECIDE))
        rows += conn.execute(query.order_by(GATE_REVIEW.c.id)).all()
    return _read(conn, rows, today)


def _read(conn: Connection, rows: Sequence[AnyRow], today: date) -> list[Review]:
    if not rows:
        return []
    schedules, before = schedules_by_id(conn), _escalated_before(conn, today)
    return [_review(row, schedules, today, before) for row in rows]


def _escalated_before(conn: Connection, today: date) -> date:
    """Reviews opened before this day have been pending for too long."""
    days = policy_now(conn).review_escalate_days
    return date.min if days is None else today - timedelta(days=days)


def escalated_reviews(conn: Connection, today: date) -> Sequence[AnyRow]:
    """The reviews that have been pending for longer than the setting allows, the oldest first."""
    query = (
        sa.select(GATE_REVIEW.c.account_id, GATE_REVIEW.c.opened_on, ACCOUNT.c.guarantor_id, ACCOUNT.c.creditor_id)
        .select_from(GATE_REVIEW)
        .join(ACCOUNT, ACCOUNT.c.id == GATE_REVIEW.c.account_id)
        .join(ENROLLMENT, ENROLLMENT.c.account_id == GATE_REVIEW.c.account_id)
        .where(GATE_REVIEW.c.state == GateState.WAITING.value, *STANDS)
        .where(GATE_REVIEW.c.opened_on < _escalated_before(conn, today))
    )
    return conn.execute(query.order_by(GATE_REVIEW.c.opened_on, GATE_REVIEW.c.id)).all()


def closed_gates(conn: Connection, account_ids: Sequence[int], today: date) -> list[ClosedGate]:
    """The gates between these accounts and the next placement of their schedules; the accounts are locked
    if the connection writes. An account in no schedule, or at the end of it, has none."""
    states: dict[int, str] = {}
    for part in batches(account_ids):
        under_way = sa.and_(in_keys(ENROLLMENT.c.account_id, part), ENROLLMENT.c.state.in_(UNDER_WAY))
        states.update(
            (key, word)
            for key, word in conn.execute(sa.select(ENROLLMENT.c.account_id, ENROLLMENT.c.state).where(under_way))
        )
    if not states:
        return []
    groups, unread = groups_of_accounts(conn, sorted(states), today)
    if unread:
        raise Refused(f"an account can't be processed ({unread[0].reason})", remedy=Remedy.LIST_SET_ASIDE)
    schedules, to_decide = schedules_by_id(conn), _to_decide(conn, sorted(states))
    found: list[ClosedGate] = []
    for group in groups:
        for one in group.accounts:
            schedule = schedules[one.schedule_version_id]
            for gate in gates_before_placement(one, schedule):
                asks = schedule.step(gate).act
                assert isinstance(asks, OpenTask)
                aside = states[one.id] == EnrollmentState.SET_ASIDE.value
                found.append(
                    ClosedGate(
                        AccountId(one.id),
                        one.number,
                        group.person.id,
                        group.creditor.id,
                        gate,
                        one.cycle,
                        asks,
                        to_decide.get((one.id, gate)),
                        aside,
                    )
                )
    return found


def _to_decide(conn: Connection, account_ids: Sequence[int]) -> dict[tuple[int, str], int]:
    """The newest review of each gate that can still be decided."""
    found: dict[tuple[int, str], int] = {}
    for part in batches(account_ids):
        query = sa.select(GATE_REVIEW.c.account_id, GATE_REVIEW.c.step, GATE_REVIEW.c.id)
        query = query.where(in_keys(GATE_REVIEW.c.account_id, part), GATE_REVIEW.c.state.in_(MORE_TO_DECIDE))
        found.update(((row.account_id, row.step), row.id) for row in conn.execute(query.order_by(GATE_REVIEW.c.id)))
    return found


def waiting_reviews(conn: Connection, today: date) -> Waiting:
    """The number of pending reviews, for the dashboard."""
    past = sa.or_(TASK.c.due_on < today, GATE_REVIEW.c.opened_on < _escalated_before(conn, today))
    late = sa.case((past, 1), else_=0)
    query = (
        sa.select(sa.func.count(), sa.func.sum(late), sa.func.sum(ACCOUNT.c.balance_cents))
        .select_from(GATE_REVIEW)
        .join(TASK, TASK.c.id == GATE_REVIEW.c.task_id)
        .join(ACCOUNT, ACCOUNT.c.id == GATE_REVIEW.c.account_id)
        .join(ENROLLMENT, ENROLLMENT.c.account_id == GATE_REVIEW.c.account_id)
        .where(GATE_REVIEW.c.state == GateState.WAITING.value, *STANDS)
    )
    count, overdue, cents = conn.execute(query).one()
    return Waiting(int(count), int(overdue or 0), int(cents or 0))


def _reviews() -> AnySelect:
    return (
        sa.select(
            GATE_REVIEW,
            USER.c.full_name,
            ACCOUNT.c.number,
            ACCOUNT.c.guarantor_id,
            ACCOUNT.c.balance_cents,
            ACCOUNT.c.first_statement_on,
            ACCOUNT.c.service_from,
            PERSON.c.first_name,
            PERSON.c.last_name,
            CREDITOR.c.name.label("creditor"),
            CREDITOR.c.external_id,
            TASK.c.due_on,
            TASK.c.reason.label("asked"),
            ENROLLMENT.c.schedule_version_id,
        )
        .select_from(GATE_REVIEW)
        .join(ACCOUNT, ACCOUNT.c.id == GATE_REVIEW.c.account_id)
        .join(ENROLLMENT, ENROLLMENT.c.account_id == GATE_REVIEW.c.account_id)
        .join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
        .join(CREDITOR, CREDITOR.c.id == ACCOUNT.c.creditor_id)
        .join(TASK, TASK.c.id == GATE_REVIEW.c.task_id)
        .outerjoin(USER, USER.c.name == GATE_REVIEW.c.decided_by)
        .where(*STANDS)
    )


def _review(row: AnyRow, schedules: dict[int, Schedule], today: date, escalated_before: date) -> Review:
    schedule = schedules[row.schedule_version_id]
    state = GateState(row.state)
    goes_to = _next_pool(schedule, row.step)
    return Review(
        id=row.id,
        task=row.task_id,
        account_id=row.account_id,
        account=row.number,
        guarantor_id=row.guarantor_id,
        name=f"{row.first_name} {row.last_name}",
        creditor_id=row.external_id,
        creditor=row.creditor,
        balance_cents=row.balance_cents,
        age_days=(today - (row.first_statement_on or row.service_from)).days,
        step=row.step,
        state=state,
        waits_since=row.opened_on,
        waits_days=(today - row.opened_on).days,
        due_on=row.due_on,
        goes_to=goes_to,
        until_on=row.until_on,
        escalated=state is GateState.WAITING and row.opened_on < escalated_before,
        why=_why(row, state, goes_to),
    )


def _why(row: AnyRow, state: GateState, goes_to: str | None) -> str:
    if state is GateState.KEPT:
        until = f" until {row.until_on}" if row.until_on else ""
        return f"kept in house by {row.full_name or row.decided_by} on {row.decided_on}{until}: {row.reason}"
    return f"{row.asked}. If approved: placement (pool {goes_to})" if goes_to else row.asked


def _next_pool(schedule: Schedule, gate: str) -> str | None:
    after = schedule.steps[schedule.position[gate] + 1 :] if gate in schedule.position else ()
    return next((step.act.pool for step in after if isinstance(step.act, Place)), None)
