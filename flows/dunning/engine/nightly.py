"""The stages of a day that advance accounts: each processes its pages, one transaction each."""

import gc
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from compliance.medicare import claims_bad_debt
from flows.accounts.counts import Count, Counts
from flows.accounts.failure import failure
from flows.accounts.load import (
    Unread,
    due_accounts_of,
    due_guarantors,
    groups_of,
    present_schedules,
    schedules_by_id,
    to_consider,
)
from flows.accounts.load_rows import CandidateRow, accounts_to_consider
from flows.accounts.snapshot import AccountNow
from flows.dunning.engine.commands import advance, enter, set_aside
from flows.dunning.engine.decide import decide
from flows.dunning.engine.due import next_due
from flows.dunning.engine.enrollment import Entry, by_chance, decide_entry
from flows.dunning.engine.queries import running_splits
from flows.dunning.engine.split import Split
from flows.dunning.versions.nightly import migrate_accounts, see_new_versions
from flows.schedules.conditions import Facts
from flows.schedules.schedule import Published, Schedule
from models.database import Database, Transaction, batches

PAGE = 3_000
"""Guarantors per transaction: well under a second."""

ACTOR = "schedule"
"""The actor in the history for what the schedule did."""


def enter_accounts(database: Database, today: date) -> Counts:
    """Enroll the accounts that became overdue; returns the counts."""
    see_new_versions(database, today)
    moved = migrate_accounts(database, today)
    with database.reading() as conn:
        ids = to_consider(conn, today)
        schedules, splits = present_schedules(conn, today), running_splits(conn)
    counts = moved
    for part in batches(ids, PAGE):
        with database.transaction(actor=ACTOR, business_date=today) as tx:
            rows = accounts_to_consider(tx.conn, part)
            counts += enter(tx, [(row, entry_of(row, schedules, splits, today)) for row in rows])
    return counts


def entry_of(row: CandidateRow, schedules: list[Published], splits: list[Split], today: date) -> Entry:
    """Whether the account of a row enters a schedule, or an arm of an experiment on it."""
    facts, anchors = facts_to_enter(row), anchors_of(row)
    entry = decide_entry(facts, anchors, schedules, today)
    return by_chance(entry, row.guarantor_id, facts, anchors, splits, today)


def facts_to_enter(row: CandidateRow) -> Facts:
    """The facts of an account in no schedule, for the conditions of entry."""
    return Facts(
        balance_cents=row.balance_cents,
        first_statement_on=row.first_statement_on,
        payer_class=row.payer_class,
        creditor=row.creditor,
        state=row.state,
        language=row.language,
        patient_birth=row.birth_date,
        has_email=bool(row.email),
        claims_medicare_bad_debt=claims_bad_debt(row.creditor_kind, row.payer_class),
    )


def anchors_of(row: CandidateRow) -> dict[str, date | None]:
    """The days that the steps of a schedule can count from."""
    return {"first_statement_on": row.first_statement_on, "service_from": row.service_from}


def advance_accounts(database: Database, today: date, *, shard: int = 0, shards: int = 1) -> Counts:
    """Do every step that is due, for all guarantors or for those of one shard; returns the counts."""
    with database.reading() as conn:
        due = due_guarantors(conn, today, shard=shard, shards=shards)
    counts = Counts({Count.DUE: len(due)})
    with few_collections():
        for part in batches(due, PAGE):
            counts += advance_some(database, part, today)
    return counts


@contextmanager
def few_collections() -> Generator[None, None, None]:
    """Pause Python's cycle collection while pages are processed: they make many values and hardly a cycle.

    It takes an eighth of the time. The rest is collected when the pages are done, as usual.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def advance_some(database: Database, guarantors: Sequence[int], today: date) -> Counts:
    """A page of guarantors in one transaction; if it fails, each automatically, and whoever fails alone is set
    aside."""
    try:
        with database.transaction(actor=ACTOR, business_date=today) as tx:
            return _advance_page(tx, guarantors, today)
    # One bad account must not stop the day: find it by processing each guarantor alone.
    except Exception as error:
        if len(guarantors) == 1:
            return _set_guarantor_aside(database, guarantors[0], today, failure(error))
    counts = Counts()
    for guarantor in guarantors:
        counts += advance_some(database, [guarantor], today)
    return counts


def _advance_page(tx: Transaction, guarantors: Sequence[int], today: date) -> Counts:
    groups, unread = groups_of(tx.conn, guarantors, today)
    # Read for each page: a manager may publish, move or pause while the run is on.
    schedules = schedules_by_id(tx.conn)
    decided = [(group, decide(group, schedules, today)) for group in groups]
    counts = advance(tx, decided, schedules)
    for one in unread:
        set_aside(tx, one)
        counts[Count.SET_ASIDE] += len(one.account_ids)
    return counts


def _set_guarantor_aside(database: Database, guarantor: int, today: date, reason: str) -> Counts:
    at_fault = _at_fault(database, guarantor, today)
    if at_fault:
        reason = f"{reason}, at {', '.join(at_fault)}"
    with database.transaction(actor=ACTOR, business_date=today) as tx:
        accounts = due_accounts_of(tx.conn, guarantor, today)
        set_aside(tx, Unread(accounts, reason))
    return Counts({Count.SET_ASIDE: len(accounts)})


def _at_fault(database: Database, guarantor: int, today: date) -> list[str]:
    """Which steps of which accounts fail, each tried automatically and given back; none where they fail only
    together."""
    with database.reading() as conn:
        groups, _ = groups_of(conn, [guarantor], today)
        schedules = schedules_by_id(conn)
    found: list[str] = []
    for group in groups:
        for account in group.accounts:
            alone = replace(group, accounts=(account,))
            try:
                with database.trial(actor=ACTOR, business_date=today) as tx:
                    advance(tx, [(alone, decide(alone, schedules, today))], schedules)
            except Exception:
                found.append(f"{_next_step(account, schedules)} of account {account.number}")
    return found


def _next_step(account: AccountNow, schedules: dict[int, Schedule]) -> str:
    try:
        due = next_due(account, schedules[account.schedule_version_id])
    # What can't be read may be the cause of the failure.
    except Exception:
        return "the next step"
    return "the end of the schedule" if due is None else due.step
