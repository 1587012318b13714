"""Whether the cause of a task is still active, and which active causes lack their task."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.tasks.causes import CAUSES, Cause, Gone, Work
from models import (
    Account,
    Coverage,
    Enrollment,
    EstateMatter,
    GateReview,
    Hold,
    Letter,
    MatterAccount,
    Person,
    PersonSuspect,
    Placement,
    Refund,
    Settlement,
    SettlementAccount,
    Task,
    TaskAccount,
)
from models.columns import AnySelect, in_keys, table
from models.database import batches, group_by_key
from models.enums import (
    EnrollmentState,
    GateState,
    LetterState,
    PlacementState,
    RefundState,
    SettlementState,
    SuspectState,
    TaskState,
)
from models.estate_enums import ENDED
from models.ids import CreditorId, PersonId
from models.labels import label
from models.task_kinds import TaskKind, kind_of_task

ACCOUNT = table(Account)
COVERAGE = table(Coverage)
ENROLLMENT = table(Enrollment)
GATE_REVIEW = table(GateReview)
HOLD = table(Hold)
LETTER = table(Letter)
MATTER = table(EstateMatter)
MATTER_ACCOUNT = table(MatterAccount)
PERSON = table(Person)
PLACEMENT = table(Placement)
REFUND = table(Refund)
SETTLEMENT = table(Settlement)
SETTLEMENT_ACCOUNT = table(SettlementAccount)
SUSPECT = table(PersonSuspect)
TASK = table(Task)
TASK_ACCOUNT = table(TaskAccount)

OPEN = sa.text("task.state = 'open'")
"""A literal, not a parameter, so that ix_task_open is used."""


@dataclass(frozen=True, slots=True)
class Moot:
    """A task whose cause is gone, and how it ended."""

    task: int
    kind: str
    gone: Gone


@dataclass(frozen=True, slots=True)
class Lacking:
    """A cause without its task: the accounts of one guarantor at one creditor."""

    kind: TaskKind
    work: Work
    guarantor_id: PersonId
    creditor_id: CreditorId
    account_ids: tuple[int, ...]
    reason: str


def open_task_keys(conn: Connection) -> list[int]:
    """All open tasks, by ix_task_open."""
    return list(conn.execute(sa.select(TASK.c.id).where(OPEN).order_by(TASK.c.id)).scalars())


def moot_tasks(conn: Connection, task_ids: Sequence[int]) -> list[Moot]:
    """Those of these open tasks whose cause is gone: a query for each cause that they have."""
    found: dict[int, Moot] = {}
    for part in batches(task_ids):
        rows = conn.execute(sa.select(TASK.c.kind).where(in_keys(TASK.c.id, part), OPEN).distinct()).scalars()
        for kind, words in _by_kind(rows).items():
            work = CAUSES[kind]
            for gone in work.gone:
                query = sa.select(TASK.c.id, TASK.c.kind).where(in_keys(TASK.c.id, part), OPEN, TASK.c.kind.in_(words))
                for row in conn.execute(query.where(_gone(gone, work)).order_by(TASK.c.id)):
                    found.setdefault(row.id, Moot(row.id, row.kind, gone))
    return [found[key] for key in sorted(found)]


def _by_kind(words: sa.ScalarResult[str]) -> dict[TaskKind, list[str]]:
    found: dict[TaskKind, list[str]] = {}
    for word in sorted(words):
        kind = kind_of_task(word)
        if kind is not None:
            found.setdefault(kind, []).append(word)
    return found


def failed_work(conn: Connection, noun: str) -> dict[int, list[int]]:
    """The open tasks about items of a noun that the nightly run could not process, by the keys of the items."""
    query = sa.select(TASK.c.failed_key, TASK.c.id).where(
        TASK.c.kind == TaskKind.WORK_FAILED, TASK.c.failed_noun == noun, TASK.c.failed_key.is_not(None), OPEN
    )
    return group_by_key(conn.execute(query.order_by(TASK.c.id)).tuples())


def tasks_about(conn: Connection, account_ids: Sequence[int]) -> list[int]:
    """The open tasks about any of these accounts, by ix_task_account_account."""
    found: set[int] = set()
    for part in batches(account_ids):
        query = sa.select(TASK.c.id).join(TASK_ACCOUNT, TASK_ACCOUNT.c.task_id == TASK.c.id)
        found.update(conn.execute(query.where(in_keys(TASK_ACCOUNT.c.account_id, part), OPEN)).scalars())
    return sorted(found)


def _some(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether any account of the task meets a condition."""
    query = sa.select(sa.literal(1)).select_from(TASK_ACCOUNT).join(ACCOUNT, ACCOUNT.c.id == TASK_ACCOUNT.c.account_id)
    return query.where(TASK_ACCOUNT.c.task_id == TASK.c.id, *conditions).correlate(TASK).exists()


def _has(query: AnySelect) -> sa.ColumnElement[bool]:
    return query.correlate(TASK, TASK_ACCOUNT, ACCOUNT).exists()


def _one(*conditions: sa.ColumnElement[bool]) -> AnySelect:
    return sa.select(sa.literal(1)).where(*conditions)


def _gone(gone: Gone, work: Work) -> sa.ColumnElement[bool]:
    """Whether the cause of a task has ended in this way."""
    match gone:
        case Gone.NOTHING_OWED:
            return ~_some(ACCOUNT.c.balance_cents > 0)
        case Gone.NOT_WITH_US:
            return ~_some(ACCOUNT.c.balance_cents > 0, ACCOUNT.c.placement_id.is_(None))
        case Gone.PLACED:
            mine = _one(PLACEMENT.c.account_id == ACCOUNT.c.id, PLACEMENT.c.placed_on >= TASK.c.opened_on)
            return _some(_has(mine))
        case Gone.HOLD_CLEARED:
            return _hold_cleared(work)
        case Gone.NOT_SET_ASIDE:
            aside = ENROLLMENT.c.state == EnrollmentState.SET_ASIDE.value
            return ~_some(_has(_one(ENROLLMENT.c.account_id == ACCOUNT.c.id, aside)))
        case Gone.PLACEMENT_DECIDED:
            waits = PLACEMENT.c.state == PlacementState.REVIEW.value
            return ~_some(_has(_one(PLACEMENT.c.account_id == ACCOUNT.c.id, waits)))
        case Gone.SETTLEMENT_DECIDED:
            asked = (
                sa.select(sa.literal(1))
                .select_from(SETTLEMENT_ACCOUNT)
                .join(SETTLEMENT, SETTLEMENT.c.id == SETTLEMENT_ACCOUNT.c.settlement_id)
                .where(SETTLEMENT_ACCOUNT.c.account_id == ACCOUNT.c.id)
                .where(SETTLEMENT.c.state == SettlementState.PROPOSED.value)
            )
            return ~_some(_has(asked))
        case Gone.NOT_BELOW_ZERO:
            return ~_some(ACCOUNT.c.balance_cents < 0)
        case Gone.WORKED | Gone.NOT_DUE | Gone.NO_REVIEW_OVERDUE:
            # No row about the task shows it: the next attempt closes it (flows/accounts/pages.py), or the next look
            # at all reviews (flows/dunning/reviews/watch.py).
            return sa.false()
        case Gone.NO_INSURANCE_WAITS:
            return ~_some(_has(_one(COVERAGE.c.account_id == ACCOUNT.c.id, COVERAGE.c.ended_on.is_(None))))
        case _:
            return _gone_of_a_person(gone)


def _gone_of_a_person(gone: Gone) -> sa.ColumnElement[bool]:
    match gone:
        case Gone.PAIR_DECIDED:
            persons = (ACCOUNT.c.guarantor_id, ACCOUNT.c.patient_id)
            either = sa.or_(SUSPECT.c.first_id.in_(persons), SUSPECT.c.second_id.in_(persons))
            return ~_some(_has(_one(either, SUSPECT.c.state == SuspectState.OPEN.value)))
        case Gone.DEATH_KNOWN:
            persons = PERSON.c.id.in_((ACCOUNT.c.guarantor_id, ACCOUNT.c.patient_id))
            return _some(_has(_one(persons, PERSON.c.death_date.is_not(None))))
        case Gone.NOT_KEPT_BACK:
            active = ENROLLMENT.c.state == EnrollmentState.ACTIVE.value
            step = _one(ENROLLMENT.c.account_id == ACCOUNT.c.id, active, ENROLLMENT.c.blocked_by.is_not(None))
            waits = PLACEMENT.c.state == PlacementState.QUEUED.value
            place = _one(PLACEMENT.c.account_id == ACCOUNT.c.id, waits, PLACEMENT.c.blocked_by.is_not(None))
            return ~_some(sa.or_(_has(step), _has(place)))
        case Gone.EMAIL_KNOWN:
            unsure = LETTER.c.state == LetterState.UNSURE.value
            return ~_one(LETTER.c.guarantor_id == TASK.c.guarantor_id, unsure).correlate(TASK).exists()
        case Gone.ACKNOWLEDGED:
            silent = sa.and_(PLACEMENT.c.state == PlacementState.PLACED.value, PLACEMENT.c.acknowledged_on.is_(None))
            return ~_some(_has(_one(PLACEMENT.c.account_id == ACCOUNT.c.id, silent)))
        case _:
            return _matter_ended()


def _matter_ended() -> sa.ColumnElement[bool]:
    """Every matter of the accounts is closed; an account without a matter still needs one."""
    mine = sa.select(sa.literal(1)).select_from(MATTER_ACCOUNT).join(MATTER, MATTER.c.id == MATTER_ACCOUNT.c.matter_id)
    mine = mine.where(MATTER_ACCOUNT.c.account_id == ACCOUNT.c.id)
    ended = sorted(state.value for state in ENDED)
    return sa.and_(_some(_has(mine)), ~_some(_has(mine.where(MATTER.c.state.not_in(ended)))))


def _hold_cleared(work: Work) -> sa.ColumnElement[bool]:
    """No hold of the kind is active, and one was cleared since the task was opened: a task of that kind that was
    opened without a hold is closed by the person who completes it."""
    assert work.hold is not None
    persons = HOLD.c.person_id.in_((ACCOUNT.c.guarantor_id, ACCOUNT.c.patient_id))
    whose = sa.or_(HOLD.c.account_id == ACCOUNT.c.id, persons)
    mine = _one(whose, HOLD.c.kind == work.hold.value)
    cleared = mine.where(HOLD.c.cleared_on >= TASK.c.opened_on)
    return sa.and_(_some(_has(cleared)), ~_some(_has(mine.where(HOLD.c.cleared_on.is_(None)))))


def lacking_tasks(conn: Connection, today: date) -> list[Lacking]:
    """Active causes without their task; a `once` task is opened once for each hold."""
    found: list[Lacking] = []
    for kind, work in CAUSES.items():
        if work.cause is not None:
            found += _gathered(kind, work, conn.execute(_lacking(kind, work, work.cause, today)))
    return found


def _gathered(kind: TaskKind, work: Work, rows: sa.CursorResult[tuple[int, int, int]]) -> list[Lacking]:
    assert work.cause is not None
    said = work.cause.value[0].upper() + work.cause.value[1:]
    if work.hold is not None:
        said = f"On hold: {label(work.hold)}; {work.opened}"
    about: dict[tuple[PersonId, CreditorId], list[int]] = {}
    for row in rows:
        about.setdefault((row.guarantor_id, row.creditor_id), []).append(row.id)
    return [Lacking(kind, work, *pair, tuple(sorted(ids)), said) for pair, ids in sorted(about.items())]


def standing_causes(conn: Connection, task_ids: Sequence[int], today: date) -> dict[int, Cause]:
    """Those of these open tasks that the nightly run would open again if they were completed, each with its
    cause: one or two queries for each kind that has one."""
    found: dict[int, Cause] = {}
    for part in batches(task_ids):
        kinds = conn.execute(sa.select(TASK.c.kind).where(in_keys(TASK.c.id, part), OPEN).distinct()).scalars()
        for kind, words in _by_kind(kinds).items():
            work = CAUSES[kind]
            if work.cause is None or work.once:
                continue
            about = sa.select(TASK.c.id, TASK_ACCOUNT.c.account_id)
            about = about.join(TASK_ACCOUNT, TASK_ACCOUNT.c.task_id == TASK.c.id)
            pairs = conn.execute(about.where(in_keys(TASK.c.id, part), OPEN, TASK.c.kind.in_(words))).all()
            query = _lacking(kind, work, work.cause, today, but=part)
            mine = query.where(in_keys(ACCOUNT.c.id, sorted({pair.account_id for pair in pairs})))
            stands = {row.id for row in conn.execute(mine)}
            found.update({pair.id: work.cause for pair in pairs if pair.account_id in stands})
    return found


def _lacking(kind: TaskKind, work: Work, cause: Cause, today: date, but: Sequence[int] = ()) -> AnySelect:
    query = sa.select(ACCOUNT.c.id, ACCOUNT.c.guarantor_id, ACCOUNT.c.creditor_id).distinct()
    theirs = (
        sa.select(sa.literal(1))
        .select_from(TASK_ACCOUNT)
        .join(TASK, TASK.c.id == TASK_ACCOUNT.c.task_id)
        .where(TASK_ACCOUNT.c.account_id == ACCOUNT.c.id, TASK.c.kind == kind.value)
    )
    if but:
        theirs = theirs.where(~in_keys(TASK.c.id, but))
    stands = theirs.where(TASK.c.state == TaskState.OPEN.value)
    match cause:
        case Cause.HOLD:
            assert work.hold is not None
            whose = sa.or_(HOLD.c.account_id == ACCOUNT.c.id, HOLD.c.person_id == ACCOUNT.c.guarantor_id)
            again = sa.or_(TASK.c.state == TaskState.OPEN.value, TASK.c.opened_on >= HOLD.c.from_on)
            asked = theirs.where(again) if work.once else stands
            query = query.join(HOLD, whose).where(
                HOLD.c.kind == work.hold.value,
                HOLD.c.cleared_on.is_(None),
                ACCOUNT.c.balance_cents > 0,
                sa.or_(HOLD.c.until_on.is_(None), HOLD.c.until_on > today),
                ~asked.correlate(ACCOUNT, HOLD).exists(),
            )
        case Cause.SET_ASIDE:
            query = query.join(ENROLLMENT, ENROLLMENT.c.account_id == ACCOUNT.c.id)
            aside = ENROLLMENT.c.state == EnrollmentState.SET_ASIDE.value
            query = query.where(aside, ~stands.correlate(ACCOUNT).exists())
        case Cause.BELOW_ZERO:
            going = [RefundState.PROPOSED.value, RefundState.APPROVED.value]
            refund = _one(REFUND.c.account_id == ACCOUNT.c.id, REFUND.c.state.in_(going)).correlate(ACCOUNT).exists()
            query = query.where(ACCOUNT.c.balance_cents < 0, ~refund, ~stands.correlate(ACCOUNT).exists())
        case Cause.PLACEMENT_WAITS:
            query = query.join(PLACEMENT, PLACEMENT.c.account_id == ACCOUNT.c.id)
            query = query.where(PLACEMENT.c.state == PlacementState.REVIEW.value, ~stands.correlate(ACCOUNT).exists())
    return query.order_by(ACCOUNT.c.id)


def is_review(conn: Connection, task_id: int) -> bool:
    """Whether a task is a decision at a gate, which is approved or kept in house and not completed like others."""
    query = sa.select(GATE_REVIEW.c.id).where(GATE_REVIEW.c.task_id == task_id)
    return conn.execute(query.where(GATE_REVIEW.c.state == GateState.WAITING.value).limit(1)).first() is not None
