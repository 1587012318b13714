"""What the call list reads: open calls by index, with the groups that they are about."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.load import groups_of_accounts
from flows.accounts.tasks.queries import accounts_of_tasks
from flows.accounts.tasks.standing import OPEN
from flows.calls.decide import BROKEN, Attempt, CallTask, Listed, NotListed, broken_promise, list_call, ranked
from flows.calls.dispositions import Disposition, dispositions_from, shipped
from flows.calls.scoring import Scoring, scoring_from, shipped_scoring
from flows.calls.script import Caller, Missed
from flows.settings.tables.queries import text_of
from models import (
    Account,
    CallOwner,
    Collector,
    ContactAttempt,
    Creditor,
    Enrollment,
    Person,
    Promise,
    Task,
)
from models.columns import AnyRow, AnySelect, columns_as, in_keys, table
from models.database import batches, group_by_key
from models.enums import EnrollmentState
from models.ids import CreditorId, PersonId
from models.task_kinds import BROKEN_PROMISE, TaskKind

ACCOUNT = table(Account)
CALL_OWNER = table(CallOwner)
COLLECTOR = table(Collector)
CONTACT = table(ContactAttempt)
CREDITOR = table(Creditor)
ENROLLMENT = table(Enrollment)
PERSON = table(Person)
PROMISE = table(Promise)
TASK = table(Task)


def scoring_now(conn: Connection) -> Scoring:
    """The call priority table in force."""
    text = text_of(conn, "call-scoring")
    return shipped_scoring() if text is None else scoring_from(text)


def dispositions_now(conn: Connection) -> dict[str, Disposition]:
    """The table of call results in force."""
    text = text_of(conn, "dispositions")
    return dict(shipped() if text is None else dispositions_from(text))


def open_calls(conn: Connection, today: date, collector: str | None = None) -> list[AnyRow]:
    """The calls that are due, by ix_task_open; all, or those assigned to or started by one collector."""
    query = sa.select(TASK).where(OPEN, TASK.c.kind == TaskKind.CALL, TASK.c.not_before_on <= today)
    if collector is not None:
        query = query.where(sa.or_(TASK.c.assigned_to == collector, TASK.c.in_progress_by == collector))
    return sorted(conn.execute(query), key=lambda task: task.id)


def calls_of_the_day(
    conn: Connection, today: date, *, collector: str | None = None, now: datetime | None = None
) -> tuple[list[Listed], list[NotListed]]:
    """Today's calls, best first, and those that can't be made, with the reason; all, or one collector's."""
    return list_tasks(conn, open_calls(conn, today, collector), today, now)


def list_tasks(
    conn: Connection, tasks: Sequence[AnyRow], today: date, now: datetime | None = None
) -> tuple[list[Listed], list[NotListed]]:
    """These calls, best first, and those of them that can't be made, with the reason."""
    spoken = accounts_in_call(conn, tasks)
    groups, _ = groups_of_accounts(conn, sorted({key for about in spoken.values() for key in about}), today, lock=False)
    by_account = {account.id: group for group in groups for account in group.accounts}
    persons = sorted({task.guarantor_id for task in tasks})
    broken, past, scoring = _broken_promises(conn, persons), _past(conn, persons), scoring_now(conn)
    listed: list[Listed] = []
    kept: list[NotListed] = []
    for task in tasks:
        about = [account for account in spoken.get(task.id, ()) if account in by_account]
        if not about:
            continue
        seen = _task(task, broken.get((task.guarantor_id, task.creditor_id)), past.get(task.guarantor_id, ()))
        made = list_call(seen, by_account[about[0]], today, scoring, now)
        if isinstance(made, Listed):
            listed.append(made)
        else:
            kept.append(made)
    return ranked(listed, now), kept


def call_now(
    conn: Connection, task_id: int, today: date, now: datetime | None
) -> tuple[Listed | None, NotListed | None]:
    """One open call as the list sees it, or why it can't be made; neither if it is completed or not a call."""
    row = conn.execute(sa.select(TASK).where(TASK.c.id == task_id, TASK.c.kind == TaskKind.CALL, OPEN)).first()
    if row is None:
        return None, None
    listed, kept = list_tasks(conn, [row], today, now)
    return (listed[0] if listed else None), (kept[0] if kept else None)


def _task(row: AnyRow, broken: str | None, past: Sequence[Attempt]) -> CallTask:
    return CallTask(
        id=row.id,
        script=row.script,
        reason=row.reason,
        opened_on=row.opened_on,
        attempts_made=row.attempts_made,
        attempts_allowed=row.attempts_allowed,
        callback_on=row.callback_on,
        callback_time=row.callback_time,
        broken=broken or (BROKEN if row.script == BROKEN_PROMISE else None),
        assigned_to=row.assigned_to,
        in_progress_by=row.in_progress_by,
        past=tuple(past),
    )


def accounts_in_call(conn: Connection, tasks: Sequence[AnyRow]) -> dict[int, list[int]]:
    """The accounts that calls are about: those that caused the call, and all others of the guarantor at that creditor
    that are in a schedule with a balance."""
    about = accounts_of_tasks(conn, [task.id for task in tasks])
    pairs = {(task.guarantor_id, task.creditor_id): task.id for task in tasks}
    persons = sorted({task.guarantor_id for task in tasks})
    for part in batches(persons):
        query = (
            sa.select(ENROLLMENT.c.guarantor_id, ENROLLMENT.c.creditor_id, ENROLLMENT.c.account_id)
            .join(ACCOUNT, ACCOUNT.c.id == ENROLLMENT.c.account_id)
            .where(
                in_keys(ENROLLMENT.c.guarantor_id, part),
                ENROLLMENT.c.state == EnrollmentState.ACTIVE.value,
                ACCOUNT.c.balance_cents > 0,
            )
            .order_by(ENROLLMENT.c.account_id)
        )
        for guarantor, creditor, account in conn.execute(query):
            task = pairs.get((guarantor, creditor))
            if task is not None and account not in about.setdefault(task, []):
                about[task].append(account)
    return about


def accounts_of_call(conn: Connection, task_id: int) -> list[int]:
    """The accounts that a call is about; none if there is no such task."""
    task = conn.execute(sa.select(TASK).where(TASK.c.id == task_id)).first()
    return [] if task is None else accounts_in_call(conn, [task]).get(task_id, [])


def accounts_of_pair(conn: Connection, guarantor_id: PersonId, creditor_id: CreditorId) -> list[int]:
    """All accounts of a guarantor at a creditor."""
    mine = sa.select(ACCOUNT.c.id).where(ACCOUNT.c.guarantor_id == guarantor_id, ACCOUNT.c.creditor_id == creditor_id)
    return sorted(conn.execute(mine).scalars())


def owing_of(conn: Connection, account_ids: Sequence[int]) -> list[int]:
    """Those of these accounts that have a balance."""
    query = sa.select(ACCOUNT.c.id).where(in_keys(ACCOUNT.c.id, account_ids), ACCOUNT.c.balance_cents > 0)
    return sorted(conn.execute(query).scalars())


def open_call_of(guarantor_id: PersonId, creditor_id: CreditorId) -> AnySelect:
    """The query for the open call to a guarantor for a creditor; there is one at most, by uq_open_call."""
    mine = sa.and_(TASK.c.guarantor_id == guarantor_id, TASK.c.creditor_id == creditor_id)
    return sa.select(TASK).where(mine, TASK.c.kind == TaskKind.CALL, OPEN)


_NAMES = (
    PERSON.c.first_name,
    PERSON.c.last_name,
    PERSON.c.language,
    CREDITOR.c.name,
    CREDITOR.c.phone,
    CREDITOR.c.voicemail_name,
)
"""Whom a script names."""


def call_script_inputs(conn: Connection, task_id: int, collector: str) -> tuple[Caller, str | None, str] | None:
    """What the script of a call needs: its caller, its name and language; None if there is no such task."""
    query = (
        sa.select(TASK.c.script, TASK.c.callback_on, TASK.c.guarantor_id, TASK.c.creditor_id, *_NAMES)
        .join(PERSON, PERSON.c.id == TASK.c.guarantor_id)
        .join(CREDITOR, CREDITOR.c.id == TASK.c.creditor_id)
        .where(TASK.c.id == task_id)
    )
    row = conn.execute(query).first()
    if row is None:
        return None
    purpose = row.script if row.callback_on is None else "callback"
    return _caller(conn, accounts_of_call(conn, task_id), row, collector), purpose, row.language


def inbound_script_inputs(
    conn: Connection, guarantor_id: PersonId, creditor_id: CreditorId, collector: str
) -> tuple[Caller, str]:
    """What the script of an inbound call needs: its caller and language."""
    query = (
        sa.select(PERSON.c.id.label("guarantor_id"), CREDITOR.c.id.label("creditor_id"), *_NAMES)
        .join(CREDITOR, CREDITOR.c.id == creditor_id)
        .where(PERSON.c.id == guarantor_id)
    )
    row = conn.execute(query).one()
    return _caller(conn, accounts_of_pair(conn, guarantor_id, creditor_id), row, collector), row.language


def _caller(conn: Connection, account_ids: Sequence[int], row: AnyRow, collector: str) -> Caller:
    """What the script says about the accounts of a call, as they are now."""
    columns = (ACCOUNT.c.balance_cents, ACCOUNT.c.service_from, ACCOUNT.c.patient_id)
    mine = sa.select(*columns).where(in_keys(ACCOUNT.c.id, account_ids))
    owing = [account for account in conn.execute(mine) if account.balance_cents > 0]
    missed = _missed(conn, row.guarantor_id, row.creditor_id)
    return Caller(
        f"{row.first_name} {row.last_name}",
        row.name,
        collector,
        row.phone or "",
        row.voicemail_name,
        owed_cents=sum(account.balance_cents for account in owing),
        services=tuple(account.service_from for account in owing),
        own=all(account.patient_id == row.guarantor_id for account in owing),
        missed=missed,
    )


def _missed(conn: Connection, guarantor_id: int, creditor_id: int) -> Missed | None:
    """The last promise of a guarantor at a creditor, if it was broken."""
    last = _last_promises(conn, [guarantor_id]).get((guarantor_id, creditor_id))
    if last is None or broken_promise(last) is None:
        return None
    return Missed(last.amount_cents, last.due_on, last.paid_cents)


def works_on(conn: Connection, collector: str, person_id: int, today: date) -> bool:
    """Whether a collector has an open call to a guarantor on their list, or called them today."""
    mine = sa.or_(TASK.c.assigned_to == collector, TASK.c.in_progress_by == collector)
    held = sa.select(TASK.c.id).where(TASK.c.guarantor_id == person_id, OPEN, mine)
    made = sa.select(CONTACT.c.id).where(
        CONTACT.c.guarantor_id == person_id, CONTACT.c.made_on == today, CONTACT.c.made_by == collector
    )
    return any(conn.execute(query.limit(1)).first() is not None for query in (held, made))


class CollectorLine(TypedDict):
    """A collector, here or not, with what is set for them."""

    name: str
    languages: str
    calls_a_day: int
    creditors: str
    here: bool


def collectors(conn: Connection) -> list[CollectorLine]:
    """All collectors, here or not."""
    query = sa.select(COLLECTOR).order_by(COLLECTOR.c.name)
    return [columns_as(CollectorLine, row) for row in conn.execute(query)]


def _past(conn: Connection, guarantor_ids: Sequence[int]) -> dict[int, list[Attempt]]:
    """The earlier calls to these guarantors for any creditor: the hours at which they answer are the same."""
    rows: list[tuple[int, Attempt]] = []
    for part in batches(guarantor_ids):
        query = sa.select(CONTACT.c.guarantor_id, CONTACT.c.weekday, CONTACT.c.hour, CONTACT.c.talked).where(
            in_keys(CONTACT.c.guarantor_id, part), CONTACT.c.hour.is_not(None), CONTACT.c.weekday.is_not(None)
        )
        rows.extend((row[0], Attempt(row[1], row[2], row[3])) for row in conn.execute(query))
    return group_by_key(rows)


def _broken_promises(conn: Connection, guarantor_ids: Sequence[int]) -> dict[tuple[int, int], str]:
    """Guarantors and creditors whose last promise was broken, with what a collector reads about it."""
    last = _last_promises(conn, guarantor_ids)
    return {key: said for key, row in last.items() if (said := broken_promise(row)) is not None}


def _last_promises(conn: Connection, guarantor_ids: Sequence[int]) -> dict[tuple[int, int], AnyRow]:
    """The last promise of each guarantor to each creditor, by ix_promise_guarantor."""
    last: dict[tuple[int, int], AnyRow] = {}
    for part in batches(guarantor_ids):
        query = sa.select(PROMISE).where(in_keys(PROMISE.c.guarantor_id, part)).order_by(PROMISE.c.id)
        last.update(((row.guarantor_id, row.creditor_id), row) for row in conn.execute(query))
    return last


def numbers_of(conn: Connection, account_ids: list[int]) -> dict[int, str]:
    """Account numbers by key."""
    found: dict[int, str] = {}
    for part in batches(account_ids):
        query = sa.select(ACCOUNT.c.id, ACCOUNT.c.number).where(ACCOUNT.c.id.in_(part))
        found.update((row.id, row.number) for row in conn.execute(query))
    return found


def names_of(conn: Connection, person_ids: list[int]) -> dict[int, str]:
    """Persons' names by key."""
    found: dict[int, str] = {}
    for part in batches(sorted(set(person_ids))):
        query = sa.select(PERSON.c.id, PERSON.c.first_name, PERSON.c.last_name).where(PERSON.c.id.in_(part))
        found.update((row.id, f"{row.first_name} {row.last_name}") for row in conn.execute(query))
    return found


def _open_tasks(kind: str | None, roles: Sequence[str] | None, but: Sequence[str]) -> list[Any]:
    wanted: list[Any] = [OPEN]
    if kind is not None:
        wanted.append(TASK.c.kind == kind)
    if roles is not None:
        wanted.append(TASK.c.role.in_(roles))
    return [*wanted, TASK.c.kind.not_in(but)] if but else wanted


def count_tasks(
    conn: Connection, kind: str | None, *, roles: Sequence[str] | None = None, but: Sequence[str] = ()
) -> dict[str, int]:
    """How many open tasks there are of each kind; by ix_task_open."""
    query = sa.select(TASK.c.kind, sa.func.count()).where(*_open_tasks(kind, roles, but)).group_by(TASK.c.kind)
    return {row[0]: int(row[1]) for row in conn.execute(query.order_by(TASK.c.kind))}


def task_row(conn: Connection, task_id: int) -> AnyRow | None:
    """One open task."""
    return conn.execute(sa.select(TASK).where(TASK.c.id == task_id, OPEN)).first()


def ended_call(conn: Connection, task_id: int) -> AnyRow | None:
    """A closed call, if it is one."""
    over = TASK.c.closed_on.is_not(None)
    return conn.execute(sa.select(TASK).where(TASK.c.id == task_id, TASK.c.kind == TaskKind.CALL, over)).first()


def owners_of_tasks(conn: Connection, task_ids: Sequence[int]) -> dict[int, int]:
    """The guarantors of tasks."""
    query = sa.select(TASK.c.id, TASK.c.guarantor_id).where(in_keys(TASK.c.id, task_ids))
    return {row.id: row.guarantor_id for row in conn.execute(query)}
