"""What a simulation reads: guarantors by pages, each with all that can fall due for them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.load import groups_of, groups_of_accounts, in_force, present_schedules, schedules_by_id
from flows.accounts.load_rows import CREDITOR, PERSON, CandidateRow, accounts_to_consider
from flows.accounts.snapshot import ContactsNow, CreditorNow, GroupNow, PersonNow
from flows.agency_handoff.placement.decide import PlacementClock
from flows.arrangements.queries import ARRANGEMENT, WATCHED, accounts_of_each, arrangement_rows, plans
from flows.dunning.engine.nightly import anchors_of, facts_to_enter
from flows.dunning.engine.queries import running_splits
from flows.ledger.queries import Since, entries_of_patients, paid_since_each, sum_within
from flows.settings.contracts.queries import agencies_now
from flows.simulation.case import Assumptions, Book, Candidate, Case, Entering, PlanCase, PromiseCase, QueuedCase
from models import Account, Enrollment, Placement, Promise, PromiseAccount, ScheduleVersion
from models.columns import in_keys, table
from models.database import group_by_key
from models.enums import AccountState, EnrollmentState, PlacementState, PromiseState
from models.ids import PersonId

ACCOUNT = table(Account)
ENROLLMENT = table(Enrollment)
PLACEMENT = table(Placement)
PROMISE = table(Promise)
PROMISE_ACCOUNT = table(PromiseAccount)
SCHEDULE_VERSION = table(ScheduleVersion)

_UNENROLLED = sa.and_(
    ACCOUNT.c.state == AccountState.OPEN.value,
    ACCOUNT.c.balance_cents > 0,
    ~sa.exists().where(ENROLLMENT.c.account_id == ACCOUNT.c.id),
)
"""Open accounts in no schedule, with a balance due."""


def guarantors_to_walk(conn: Connection) -> list[int]:
    """Every guarantor with an account in a schedule, or one that may enter."""
    active = sa.select(ENROLLMENT.c.guarantor_id).where(ENROLLMENT.c.state == EnrollmentState.ACTIVE.value).distinct()
    waiting = sa.select(ACCOUNT.c.guarantor_id).where(_UNENROLLED).distinct()
    return sorted({*conn.execute(active).scalars(), *conn.execute(waiting).scalars()})


def present_book(conn: Connection, first: date, assumed: Assumptions) -> Book:
    """The schedules as published: those that accounts enter on the first day, and on each later day on which a version
    takes effect."""
    later = sa.select(SCHEDULE_VERSION.c.in_force_on).where(SCHEDULE_VERSION.c.in_force_on > first, ~in_force(first))
    days = [first, *sorted({on for on in conn.execute(later).scalars() if on is not None})]
    entering = tuple(Entering(day, present_schedules(conn, day)) for day in days)
    return Book(schedules_by_id(conn), entering, assumed, tuple(running_splits(conn)))


def versions_of(conn: Connection, name: str) -> frozenset[int]:
    """The versions of a schedule, by their keys."""
    return frozenset(conn.execute(sa.select(SCHEDULE_VERSION.c.id).where(SCHEDULE_VERSION.c.name == name)).scalars())


def cases_of(conn: Connection, guarantor_ids: Sequence[int], today: date) -> list[Case]:
    """A page of guarantors, each with what is due or may fall due. Groups that can't be read are left out: the nightly
    run makes exceptions of them."""
    groups = group_by_key((group.person.id, group) for group in groups_of(conn, guarantor_ids, today)[0])
    candidates = _candidates(conn, guarantor_ids, today)
    promises = _promises(conn, guarantor_ids)
    arranged = _plans(conn, guarantor_ids)
    queued = _queued(conn, guarantor_ids)
    clocks = _clocks(conn, guarantor_ids)
    found: list[Case] = []
    for key in map(PersonId, guarantor_ids):
        mine = groups.get(key, [])
        waiting = candidates.get(key, [])
        if mine or waiting:
            found.append(
                Case(
                    mine,
                    waiting,
                    promises.get(key, []),
                    arranged.get(key, []),
                    queued.get(key, []),
                    clocks.get(key, {}),
                )
            )
    return found


def _candidates(conn: Connection, guarantor_ids: Sequence[int], today: date) -> dict[PersonId, list[Candidate]]:
    query = sa.select(ACCOUNT.c.id, ACCOUNT.c.review_on).where(
        in_keys(ACCOUNT.c.guarantor_id, guarantor_ids), _UNENROLLED
    )
    review = {row[0]: row[1] for row in conn.execute(query)}
    if not review:
        return {}
    rows = {row.id: row for row in accounts_to_consider(conn, list(review))}
    groups, _ = groups_of_accounts(conn, list(review), today, lock=False)
    return group_by_key(
        (group.person.id, _candidate(group, place, rows[account.id], review[account.id]))
        for group in groups
        for place, account in enumerate(group.accounts)
    )


def _candidate(group: GroupNow, place: int, row: CandidateRow, review_on: date | None) -> Candidate:
    facts, anchors = facts_to_enter(row), anchors_of(row)
    return Candidate(group.accounts[place], replace(group, accounts=()), facts, anchors, review_on)


def _promises(conn: Connection, guarantor_ids: Sequence[int]) -> dict[PersonId, list[PromiseCase]]:
    open_ = sa.and_(in_keys(PROMISE.c.guarantor_id, guarantor_ids), PROMISE.c.state == PromiseState.OPEN.value)
    rows = conn.execute(sa.select(PROMISE).where(open_).order_by(PROMISE.c.id)).all()
    if not rows:
        return {}
    about = group_by_key(
        (row[0], row[1])
        for row in conn.execute(
            sa.select(PROMISE_ACCOUNT.c.promise_id, PROMISE_ACCOUNT.c.account_id)
            .where(in_keys(PROMISE_ACCOUNT.c.promise_id, [row.id for row in rows]))
            .order_by(PROMISE_ACCOUNT.c.account_id)
        )
    )
    ids = sorted({key for mine in about.values() for key in mine})
    entries = group_by_key(
        (one.account_id, one) for one in entries_of_patients(conn, ids, min(row.after_entry_id for row in rows))
    )
    found: list[tuple[PersonId, PromiseCase]] = []
    for row in rows:
        mine = tuple(about.get(row.id, ()))
        later = [one for key in mine for one in entries.get(key, ()) if one.id > row.after_entry_id]
        paid = sum_within(later, row.made_on, max(row.judge_on, row.due_on))
        found.append((row.guarantor_id, PromiseCase(row.id, row.judge_on, mine, row.amount_cents, paid)))
    return group_by_key(found)


def _plans(conn: Connection, guarantor_ids: Sequence[int]) -> dict[PersonId, list[PlanCase]]:
    watched = sa.and_(in_keys(ARRANGEMENT.c.guarantor_id, guarantor_ids), ARRANGEMENT.c.state.in_(WATCHED))
    numbers = sorted(conn.execute(sa.select(ARRANGEMENT.c.id).where(watched)).scalars())
    if not numbers:
        return {}
    rows, now, covers = arrangement_rows(conn, numbers), plans(conn, numbers), accounts_of_each(conn, numbers)
    paid = paid_since_each(
        conn, {number: Since(covers.get(number, ()), rows[number].after_entry_id) for number in numbers}
    )
    return group_by_key(
        (
            rows[number].guarantor_id,
            PlanCase(now[number], tuple(covers.get(number, ())), paid[number], rows[number].review_on),
        )
        for number in numbers
    )


def _queued(conn: Connection, guarantor_ids: Sequence[int]) -> dict[PersonId, list[QueuedCase]]:
    mine = sa.and_(in_keys(PLACEMENT.c.guarantor_id, guarantor_ids), PLACEMENT.c.state == PlacementState.QUEUED.value)
    return group_by_key(
        (
            row.guarantor_id,
            QueuedCase(
                row.account_id,
                row.pool,
                row.review_on or row.wanted_on,
                tuple(filter(None, (row.not_with or "").split(","))),
                row.approved_by is not None,
            ),
        )
        for row in conn.execute(sa.select(PLACEMENT).where(mine).order_by(PLACEMENT.c.id))
    )


def _clocks(conn: Connection, guarantor_ids: Sequence[int]) -> Mapping[PersonId, dict[int, PlacementClock]]:
    placed = sa.and_(in_keys(PLACEMENT.c.guarantor_id, guarantor_ids), PLACEMENT.c.state == PlacementState.PLACED.value)
    found: dict[PersonId, dict[int, PlacementClock]] = {}
    for row in conn.execute(sa.select(PLACEMENT).where(placed)):
        # An acknowledgment that is missing opens a task and moves no account.
        clock = PlacementClock(row.placed_on, row.placed_on, row.last_paid_on, row.suspended_until)
        found.setdefault(row.guarantor_id, {})[row.account_id] = clock
    return found


MOST_KINDS = 60
"""Creditors and states that are tried against the law, those with the most accounts first."""


def sample_groups(conn: Connection) -> list[GroupNow]:
    """A made-up guarantor for each creditor and state of the open accounts, without accounts."""
    query = (
        sa.select(CREDITOR, PERSON.c.state.label("person_state"))
        .select_from(ACCOUNT)
        .join(CREDITOR, CREDITOR.c.id == ACCOUNT.c.creditor_id)
        .join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
        .where(ACCOUNT.c.state == AccountState.OPEN.value)
        .group_by(*CREDITOR.c, PERSON.c.state)
        .order_by(sa.func.count().desc(), CREDITOR.c.id, PERSON.c.state)
        .limit(MOST_KINDS)
    )
    agencies = agencies_now(conn)
    return [
        GroupNow(
            PersonNow(PersonId(0), state=row.person_state),
            CreditorNow(row.id, row.external_id, row.name, row.kind, row.state),
            ContactsNow(),
            (),
            agencies=agencies,
        )
        for row in conn.execute(query)
    ]
