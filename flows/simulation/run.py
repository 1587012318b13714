"""A simulation over all guarantors: pages read, walked by the version in force and by the other one, and added up.

It only reads; the database is the same before and after.
"""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from multiprocessing import get_context

from flows.accounts.load import on_days, practice_days_now
from flows.accounts.snapshot import AccountNow
from flows.dunning.engine.migrate import migrated
from flows.dunning.engine.nightly import few_collections
from flows.schedules.difference import renames
from flows.schedules.schedule import Published, Schedule
from flows.simulation.case import DRAFT, Assumptions, Book, Case, Entering, Payment
from flows.simulation.queries import cases_of, guarantors_to_walk, present_book, versions_of
from flows.simulation.result import Result, empty_result
from flows.simulation.walk import walk
from models.database import Database, batches, group_by_key, open_database
from models.errors import BadInput

PAGE = 500
"""Guarantors that are read at a time."""

MOST_DAYS = 730


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to simulate: a schedule, from a day on, for a number of days.

    `mapping`: new names of its steps, by the old ones. `new_only`: accounts under way stay on their version.
    `in_force`: it is the version in force, so that nothing changes.
    """

    schedule: Schedule
    first: date
    days: int
    mapping: Mapping[str, str] = field(default_factory=dict[str, str])
    new_only: bool = False
    in_force: bool = False
    assumed: Assumptions = Assumptions()
    accounts: bool = False
    payments: Sequence[Payment] = ()


def simulate(
    database: Database, wanted: Wanted, progress: Callable[[int, int], None] | None = None, *, jobs: int = 1
) -> Result:
    """Walk every guarantor through the days, once by the versions in force and once by the wanted schedule.

    `progress` is called with the guarantors done so far and in all. `jobs` is the number of processes; the result is
    the same for any. Raises BadInput for a number of days out of bounds.
    """
    if not 1 <= wanted.days <= MOST_DAYS:
        raise BadInput(f"{wanted.days} days can't be simulated", f"enter 1 to {MOST_DAYS} days", field="days")
    with database.reading() as conn:
        ids = guarantors_to_walk(conn)
    pages = list(batches(ids, PAGE))
    result, done = empty_result(wanted.first, wanted.days), 0
    for page, found in zip(pages, _results(database, wanted, pages, min(jobs, len(pages))), strict=True):
        result.merge(found)
        done += len(page)
        if progress is not None:
            progress(done, len(ids))
    return result


def _results(database: Database, wanted: Wanted, pages: Sequence[Sequence[int]], jobs: int) -> Iterator[Result]:
    """The result of each page, in their order."""
    if jobs <= 1:
        with few_collections():
            for page in pages:
                yield simulate_some(database, wanted, page)
        return
    url = database.engine.url.render_as_string(hide_password=False)
    # A forked process would share the connections of this one.
    spawn = get_context("spawn")
    with ProcessPoolExecutor(jobs, spawn, initializer=_open, initargs=(url, wanted)) as pool:
        yield from pool.map(_simulate_page, pages)


_worker: tuple[Database, Wanted] | None = None


def _open(url: str, wanted: Wanted) -> None:
    """Prepare a worker process: its own connection to the database, and what it simulates."""
    global _worker  # noqa: PLW0603  (one process, one task)
    gc.disable()
    _worker = (open_database(url), wanted)


def _simulate_page(page: Sequence[int]) -> Result:
    assert _worker is not None
    return simulate_some(*_worker, page)


def simulate_some(database: Database, wanted: Wanted, guarantor_ids: Sequence[int]) -> Result:
    """The same for a page of guarantors.

    The schedules are read again with each page: accounts may move to a version that is published meanwhile.
    """
    with database.reading() as conn:
        wanted = replace(wanted, schedule=on_days(wanted.schedule, practice_days_now(conn)))
        present = present_book(conn, wanted.first, wanted.assumed)
        own = versions_of(conn, wanted.schedule.name)
        cases = cases_of(conn, guarantor_ids, wanted.first)
    names = {key: {**renames(present.schedules[key], wanted.schedule), **wanted.mapping} for key in own}
    simulated = with_draft(present, wanted)
    paid = group_by_key((one.account_id, one) for one in wanted.payments)
    result = empty_result(wanted.first, wanted.days)
    for case in cases:
        if paid:
            case.payments = [one for key in _account_ids(case) for one in paid.get(key, ())]
        draft = None if wanted.in_force else _on_draft(case.copy(), wanted, present.schedules, names, result)
        before = walk(case, present, wanted.first, wanted.days)
        after = before if draft is None else walk(draft, simulated, wanted.first, wanted.days)
        result.add(before, after, accounts=wanted.accounts)
    return result


def _account_ids(case: Case) -> list[int]:
    mine = [one.id for group in case.groups for one in group.accounts]
    return [*mine, *(one.account.id for one in case.candidates)]


def with_draft(book: Book, wanted: Wanted) -> Book:
    """The book with the wanted schedule in the place of that of its name; before all others if none has its name, as
    publishing would put it."""
    schedule = Published(DRAFT, 0, wanted.schedule)
    entering = tuple(Entering(one.from_on, _with_published(one.versions, schedule)) for one in book.entering)
    # Publishing ends an experiment on the schedule.
    splits = tuple(one for one in book.splits if one.schedule != wanted.schedule.name)
    return replace(book, schedules={**book.schedules, DRAFT: wanted.schedule}, entering=entering, splits=splits)


def _with_published(versions: Sequence[Published], schedule: Published) -> list[Published]:
    others = [one for one in versions if one.schedule.name != schedule.schedule.name]
    return [schedule, *others]


def _on_draft(
    case: Case,
    wanted: Wanted,
    schedules: Mapping[int, Schedule],
    step_names: Mapping[int, Mapping[str, str]],
    result: Result,
) -> Case:
    """The case as if the schedule was published today: accounts in it move to it, and those that wait may enter it.

    `step_names`: the new names of renamed steps, for each version of the schedule by its key.
    """
    for candidate in case.candidates:
        candidate.review_on = wanted.first
    if wanted.new_only:
        return case
    for place, group in enumerate(case.groups):
        if not any(one.schedule_version_id in step_names for one in group.accounts):
            continue
        accounts = tuple(
            one
            if (names := step_names.get(one.schedule_version_id)) is None
            else _moved(one, wanted, schedules[one.schedule_version_id], names, result)
            for one in group.accounts
        )
        case.groups[place] = replace(group, accounts=accounts)
    return case


def _moved(account: AccountNow, wanted: Wanted, old: Schedule, names: Mapping[str, str], result: Result) -> AccountNow:
    moved = migrated(account, DRAFT, old, wanted.schedule, names, wanted.first)
    if moved is None:
        result.left.append(account.number)
        return account
    result.stands[moved.reached or ""] += 1
    return moved.account
