"""Reports of death without a certain match: stored, assigned to the desk, and decided by staff."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypedDict

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.happenings import NewTask, close_tasks, open_tasks
from flows.accounts.holds import NewHold, clear_holds, open_holds
from flows.estates.death.matching import Report
from flows.estates.matters.queries import ACCOUNT, HOLD
from flows.people.death import record_death
from flows.people.queries import accounts_concerned, person_of
from models import DeathReport, Task, TaskAccount
from models.columns import AnyRow, in_keys, table
from models.database import Transaction
from models.enums import HoldKind, TaskState
from models.errors import NotFound, Refused
from models.estate_enums import ReportState
from models.ids import PersonId
from models.labels import label_of
from models.remedies import Remedy
from models.task_kinds import TaskKind
from models.user_enums import Role

REPORT = table(DeathReport)
TASK = table(Task)
TASK_ACCOUNT = table(TaskAccount)

CONFIRM = TaskKind.CONFIRM_DEATH

LIKELY = 80
"""From this score on (name and full birth date agree) nothing is sent before the desk decides."""

HELD_DAYS = 10

_OPEN = sa.select(REPORT).where(sa.text("death_report.state = 'open'")).order_by(REPORT.c.id)
"""The reports that await a decision, by ix_death_report_open."""


def open_report(tx: Transaction, digest: str, report: Report, candidates: Sequence[tuple[int, int]]) -> int | None:
    """Store a report, with a task on the likeliest candidate's accounts; None for a report that is already stored."""
    if tx.conn.execute(sa.select(REPORT.c.id).where(REPORT.c.digest == digest)).first() is not None:
        return None
    number = tx.ids(DeathReport, 1)[0]
    told = [{"person": person, "score": points} for person, points in candidates]
    tx.insert(
        DeathReport,
        [
            {
                "id": number,
                "digest": digest,
                "first_name": report.first_name,
                "last_name": report.last_name,
                "birth_date": report.birth_date,
                "ssn_last4": report.ssn_last4,
                "died_on": report.died_on,
                "source": report.source,
                "candidates": orjson.dumps(told).decode(),
                "state": ReportState.OPEN.value,
                "reported_on": tx.business_date,
            }
        ],
    )
    _hold_likely(tx, number, [person for person, points in candidates if points >= LIKELY])
    _notify_desk(tx, number, *candidates[0])
    return number


def _hold_likely(tx: Transaction, number: int, persons: Sequence[int]) -> None:
    """Letters and calls to a person who likely died are on hold until the desk decides, for at most HELD_DAYS."""
    until = tx.business_date + timedelta(days=HELD_DAYS)
    alive = [key for key in persons if person_of(tx.conn, key).death_date is None]
    note = f"{_begins(number)} may be this person"
    open_holds(tx, [NewHold(HoldKind.IDENTITY, person_id=key, until=until, note=note) for key in alive])


def _release_likely(tx: Transaction, number: int, why: str) -> None:
    """Release the hold of a report that the desk decided."""
    held = sa.select(HOLD.c.id).where(
        HOLD.c.kind == HoldKind.IDENTITY.value,
        HOLD.c.cleared_on.is_(None),
        HOLD.c.note == f"{_begins(number)} may be this person",
    )
    clear_holds(tx, list(tx.conn.execute(held).scalars()), why)


def _notify_desk(tx: Transaction, number: int, person: int, points: int) -> None:
    """A task on the likeliest match's accounts, unless one is already open there."""
    accounts = [one for one in accounts_concerned(tx, person) if one.balance_cents > 0]
    if accounts:
        first = accounts[0]
        reason = f"{_begins(number)} may mean this person (score {points}); decide"
        about = tuple(one.id for one in accounts if one.creditor_id == first.creditor_id)
        open_tasks(tx, [NewTask(CONFIRM, Role.ESTATE_DESK, reason, first.guarantor_id, first.creditor_id, about, 2)])


def _begins(number: int) -> str:
    """How the reason of a report's own task begins. A letter returned as deceased creates tasks of the same kind."""
    return f"Report {number} of a death"


class CandidateView(TypedDict):
    """A possible match of a report, with its score."""

    person: PersonId
    score: int
    name: str
    birth_date: date | None
    accounts: list[str]


class ReportView(TypedDict):
    """A report of a death that awaits a decision."""

    report: int
    name: str
    birth_date: date | None
    died_on: date
    source: str
    told_on: date
    candidates: list[CandidateView]


def open_reports(conn: Connection) -> list[ReportView]:
    """The reports that await a decision, each with its possible matches."""
    rows = conn.execute(_OPEN).all()
    return [
        {
            "report": row.id,
            "name": f"{row.first_name} {row.last_name}",
            "birth_date": row.birth_date,
            "died_on": row.died_on,
            "source": row.source,
            "told_on": row.reported_on,
            "candidates": [_candidate(conn, one["person"], one["score"]) for one in orjson.loads(row.candidates)],
        }
        for row in rows
    ]


def _candidate(conn: Connection, person_id: PersonId, points: int) -> CandidateView:
    person = person_of(conn, person_id)
    query = sa.select(ACCOUNT.c.number).where(
        sa.or_(ACCOUNT.c.guarantor_id == person_id, ACCOUNT.c.patient_id == person_id)
    )
    return {
        "person": person_id,
        "score": points,
        "name": f"{person.first_name} {person.last_name}",
        "birth_date": person.birth_date,
        "accounts": sorted(conn.execute(query).scalars()),
    }


def confirm_report(tx: Transaction, number: int, person_id: int | None = None) -> list[int]:
    """Confirm the match of a report: all activity stops; returns the matters. Raises Refused."""
    row = _open(tx, number)
    candidates = [one["person"] for one in orjson.loads(row.candidates)]
    if person_id is None and len(candidates) > 1:
        raise Refused(f"report {number} has {len(candidates)} possible matches", "choose one", field="person")
    person = candidates[0] if person_id is None else person_id
    if person not in candidates:
        raise Refused(f"person {person} is not a possible match of report {number}", remedy=Remedy.LIST_DEATHS)
    there = person_of(tx.conn, person).death_date
    if there is not None and there != row.died_on:
        raise Refused(
            f"a death on {there} is on record for person {person}, report {number} says {row.died_on}",
            ("find out which is right: reject the report, or correct the date on record first"),
            remedy=Remedy.CORRECT_DEATH,
        )
    matters = record_death(tx, PersonId(person), row.died_on, row.source)
    _decide(tx, row, ReportState.CONFIRMED, person, None)
    return matters


def refuse_report(tx: Transaction, number: int, why: str) -> None:
    """Reject a report: not our patient or guarantor. Raises Refused."""
    _decide(tx, _open(tx, number), ReportState.REFUSED, None, why)


def _open(tx: Transaction, number: int) -> AnyRow:
    row = tx.conn.execute(sa.select(REPORT).where(REPORT.c.id == number).with_for_update()).first()
    if row is None:
        raise NotFound(f"report {number} was not found", remedy=Remedy.LIST_DEATHS)
    if row.state != ReportState.OPEN.value:
        state = label_of(ReportState, row.state).lower()
        raise Refused(f"report {number} was already {state} by {row.decided_by} on {row.decided_on}", "nothing changed")
    return row


def _decide(tx: Transaction, row: AnyRow, state: ReportState, person: int | None, why: str | None) -> None:
    values = {
        "state": state.value,
        "person_id": person,
        "decided_on": tx.business_date,
        "decided_by": tx.actor,
        "why": why,
    }
    tx.conn.execute(sa.update(REPORT).where(REPORT.c.id == row.id).values(**values))
    _close(tx, row, person, f"report {row.id} {state.value}")
    _release_likely(tx, row.id, f"report {row.id} {state.value}")


def _close(tx: Transaction, row: AnyRow, person: int | None, outcome: str) -> None:
    """Close the report's own task, and every other on the accounts of a person whose death is now on record.

    Other undecided reports with the same possible matches keep a task, or get one now.
    """
    persons = {one["person"] for one in orjson.loads(row.candidates)}
    ids = {account.id for one in persons for account in accounts_concerned(tx, one)}
    theirs = set[int]() if person is None else {account.id for account in accounts_concerned(tx, person)}
    query = (
        sa.select(TASK.c.id, TASK.c.reason, TASK_ACCOUNT.c.account_id)
        .join(TASK_ACCOUNT, TASK_ACCOUNT.c.task_id == TASK.c.id)
        .where(in_keys(TASK_ACCOUNT.c.account_id, sorted(ids)), TASK.c.kind == CONFIRM)
        .where(TASK.c.state == TaskState.OPEN.value)
    )
    over = {
        task.id
        for task in tx.conn.execute(query)
        if task.account_id in theirs or task.reason.startswith(_begins(row.id))
    }
    close_tasks(tx, sorted(over), TaskState.DONE, outcome)
    for other in tx.conn.execute(_OPEN).all():
        likeliest = orjson.loads(other.candidates)[0]
        if likeliest["person"] in persons:
            _notify_desk(tx, other.id, likeliest["person"], likeliest["score"])
