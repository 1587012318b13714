"""A person died, or may have died: all activity stops at once, and what stopped is stored to be resumed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from flows.accounts.happenings import NewTask, close_tasks, open_tasks
from flows.agency_handoff.placement.watch import placed_accounts
from flows.arrangements.queries import ARRANGEMENT, arrangements_on
from flows.correspondence.letters.queries import LETTER, LETTER_ACCOUNT, unsent_of_accounts
from flows.correspondence.void import STILL_HERE, void_unsent
from flows.estates.deadlines.alerts import desk_task
from flows.estates.deadlines.commands import recompute
from flows.estates.matters.numbers import matter_number
from flows.estates.matters.opening import open_matters
from flows.estates.matters.queries import MATTER, accounts_of_matter
from flows.estates.matters.work import DIFFERS, close_kinds
from flows.people.death import DeathProved, DeathSuspected, Died
from flows.people.queries import running_matters
from models import DeathStop, Promise, PromiseAccount, Task
from models.columns import AnyRow, ColumnValues, in_keys, table
from models.database import Transaction
from models.enums import PromiseState, TaskState
from models.estate_enums import MatterState, Stopped
from models.estate_events import DraftsToStop, MatterMoved
from models.task_kinds import TaskKind
from models.user_enums import Role

PROMISE = table(Promise)
PROMISE_ACCOUNT = table(PromiseAccount)
TASK = table(Task)


def stop_for_death(tx: Transaction, change: Died) -> None:
    """Stop all activity on the accounts of a deceased person, and store what stopped."""
    _stop(tx, change.person_id, change.accounts, f"a death on {change.died_on} was reported")


def stop_for_suspicion(tx: Transaction, change: DeathSuspected) -> None:
    """Stop all activity on the accounts of a person who may have died, and store what stopped."""
    _stop(tx, change.person_id, change.accounts, "a death was reported")


def know_the_day(tx: Transaction, change: Died) -> None:
    """Matters without a date of death get one now: confirmed if there is proof, otherwise as reported."""
    if change.confirmed:
        confirm_reported(tx, change.person_id, change.died_on, change.source)
    else:
        _day_reported(tx, change.person_id, change.died_on)


def open_for_death(tx: Transaction, change: Died) -> None:
    """Open a matter at every creditor of a deceased person."""
    state = MatterState.CONFIRMED if change.confirmed else MatterState.REPORTED
    open_matters(tx, change.person_id, state, f"a death on {change.died_on} was reported ({change.source})")


def open_for_suspicion(tx: Transaction, change: DeathSuspected) -> None:
    """Open a matter at every creditor of a person who may have died."""
    source = f"a death was reported without its date ({change.source})"
    open_matters(tx, change.person_id, MatterState.REPORTED, source)


def confirm_tip(tx: Transaction, change: DeathProved) -> None:
    """Proof of a reported death arrived: its matters are confirmed. A different date is for the desk to resolve."""
    person, died_on, source = change.person, change.died_on, change.source
    waiting = [one for one in running_matters(tx.conn, person.id) if one.state == MatterState.REPORTED.value]
    if not waiting:
        return
    if died_on == person.death_date:
        confirm_reported(tx, person.id, died_on, source)
        return
    for matter in waiting:
        why = (
            f"{matter_number(matter.id)}: {source} states {died_on} as the date of death; {person.death_date} is on "
            "record. Find out which is right, and confirm it"
        )
        desk_task(tx, matter, DIFFERS, why, 2)


def _day_reported(tx: Transaction, person_id: int, died_on: date) -> None:
    """Matters without a date of death get the reported one now: their deadlines run from it."""
    numbers = [one.id for one in running_matters(tx.conn, person_id)]
    values = {"death_on": died_on, "review_on": tx.business_date, "version": MATTER.c.version + 1}
    tx.conn.execute(sa.update(MATTER).where(in_keys(MATTER.c.id, numbers)).values(**values))
    recompute(tx, numbers)


def confirm_reported(tx: Transaction, person_id: int, died_on: date, source: str) -> None:
    """Confirm the matters of a person that were only reported, with the date of death."""
    waiting = [one for one in running_matters(tx.conn, person_id) if one.state == MatterState.REPORTED.value]
    for matter in running_matters(tx.conn, person_id):
        close_kinds(tx, matter.id, [DIFFERS], "the death is confirmed")
    for matter in waiting:
        values = {
            "death_on": died_on,
            "state": MatterState.CONFIRMED.value,
            "review_on": tx.business_date,
            "version": MATTER.c.version + 1,
        }
        tx.conn.execute(sa.update(MATTER).where(MATTER.c.id == matter.id).values(**values))
        tx.record_all(
            MatterMoved(
                account_id=key,
                matter=matter.id,
                before=matter.state,
                after=MatterState.CONFIRMED.value,
                reason=f"the date of death is {died_on}",
                source=source,
                source_on=tx.business_date,
                role=Role.ESTATE_DESK.value,
            )
            for key in accounts_of_matter(tx.conn, matter.id)
        )
        recompute(tx, [matter.id])


def _stop(tx: Transaction, person_id: int, accounts: Sequence[AnyRow], reason: str) -> None:
    ids = [account.id for account in accounts]
    stopped = [
        *_letters(tx, ids, reason),
        *_calls(tx, accounts),
        *_promises(tx, ids),
        *_drafts(tx, ids),
        *(_Stop(Stopped.PLACEMENT, row.id, row.account_id) for row in placed_accounts(tx, ids).values()),
    ]
    rows: list[ColumnValues] = [
        {
            "id": key,
            "person_id": person_id,
            "kind": one.kind.value,
            "key": one.key,
            "account_id": one.account_id,
            "word": one.word,
            "stopped_on": tx.business_date,
            "resumed_on": None,
        }
        for key, one in zip(tx.ids(DeathStop, len(stopped)), stopped, strict=True)
    ]
    tx.insert(DeathStop, rows)


@dataclass(frozen=True, slots=True)
class _Stop:
    """Something that was stopped, by its key."""

    kind: Stopped
    key: int
    account_id: int | None = None
    word: str | None = None


def _letters(tx: Transaction, ids: Sequence[int], reason: str) -> list[_Stop]:
    """Void the letters that are not mailed. Those that are no step of a schedule are stored, to be sent again."""
    unsent = unsent_of_accounts(tx.conn, ids)
    query = (
        sa.select(LETTER_ACCOUNT)
        .join(LETTER, LETTER.c.id == LETTER_ACCOUNT.c.letter_id)
        .where(in_keys(LETTER.c.id, unsent), LETTER.c.state.in_(STILL_HERE))
        .where(LETTER_ACCOUNT.c.step.is_(None), in_keys(LETTER_ACCOUNT.c.account_id, list(ids)))
        .order_by(LETTER_ACCOUNT.c.letter_id, LETTER_ACCOUNT.c.account_id)
    )
    answers = [_Stop(Stopped.LETTER, row.letter_id, row.account_id, row.kind) for row in tx.conn.execute(query)]
    void_unsent(tx, ids, reason)
    return answers


def _calls(tx: Transaction, accounts: Sequence[AnyRow]) -> list[_Stop]:
    found: list[int] = []
    for guarantor, creditor in sorted({(account.guarantor_id, account.creditor_id) for account in accounts}):
        query = sa.select(TASK.c.id).where(
            TASK.c.guarantor_id == guarantor,
            TASK.c.creditor_id == creditor,
            TASK.c.kind == TaskKind.CALL,
            TASK.c.state == TaskState.OPEN.value,
        )
        found += tx.conn.execute(query).scalars()
    close_tasks(tx, found, TaskState.CANCELLED, "a death was reported")
    return [_Stop(Stopped.CALL, key) for key in found]


def _promises(tx: Transaction, ids: Sequence[int]) -> list[_Stop]:
    """A death does not break a promise."""
    query = (
        sa.select(PROMISE.c.id)
        .join(PROMISE_ACCOUNT, PROMISE_ACCOUNT.c.promise_id == PROMISE.c.id)
        .where(in_keys(PROMISE_ACCOUNT.c.account_id, list(ids)), PROMISE.c.state == PromiseState.OPEN.value)
    )
    running = sorted(set(tx.conn.execute(query).scalars()))
    replaced = sa.update(PROMISE).where(in_keys(PROMISE.c.id, running)).values(state=PromiseState.REPLACED.value)
    tx.conn.execute(replaced)
    return [_Stop(Stopped.PROMISE, key) for key in running]


def _drafts(tx: Transaction, ids: Sequence[int]) -> list[_Stop]:
    """Tasks for the clerk to stop automatic payments today. The plans themselves are on hold because of the death."""
    running = arrangements_on(tx.conn, ids)
    query = sa.select(ARRANGEMENT).where(in_keys(ARRANGEMENT.c.id, running), ARRANGEMENT.c.autopay_ref.is_not(None))
    found: list[_Stop] = []
    for row in tx.conn.execute(query.order_by(ARRANGEMENT.c.id)).all():
        about = tuple(key for key in ids if row.id in arrangements_on(tx.conn, [key]))
        why = f"Stop the automatic payments of payment plan {row.id} today: a death was reported"
        open_tasks(tx, [NewTask(TaskKind.STOP_DRAFTS, Role.CLERK, why, row.guarantor_id, row.creditor_id, about, 0)])
        tx.record_all(DraftsToStop(account_id=key, arrangement=row.id) for key in about)
        found.append(_Stop(Stopped.DRAFTS, row.id))
    return found
