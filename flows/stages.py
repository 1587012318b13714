"""The stages of a business date in their order: what each does, and what it counts.

Plain functions over a database; flows/collections_day.py runs them under Prefect.
"""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import orjson
import sqlalchemy as sa

from flows.accounts.counts import Count, Counts, read_counts, words_of
from flows.accounts.facts.cost_share import cost_share_subject, creditors_to_confirm, watch_cost_shares
from flows.accounts.holds import end_holds, expired_holds, hold_subject
from flows.accounts.pages import PAGE, each_alone, task_subject
from flows.accounts.tasks.sweep import tend_tasks
from flows.agency_handoff.files.desk import agency_desk
from flows.agency_handoff.files.take import is_from_agency, take_file
from flows.agency_handoff.nightly import hand_off, take_from_agencies
from flows.arrangements.nightly import arrangement_subject, judge_arrangements
from flows.arrangements.queries import arrangements_to_review
from flows.arrangements.settlements.nightly import due_settlements, expire_settlements, settlement_subject
from flows.calls.assignment import calls_on_lists, calls_to_assign, clear_lists, put_on_lists
from flows.calls.commands import calls_over, give_up_calls
from flows.calls.promises import due_promises, judge_promises, promise_subject
from flows.calls.queries import calls_of_the_day, numbers_of
from flows.correspondence.letters.commands import mail_room, write_letters
from flows.dunning.engine.nightly import advance_accounts, enter_accounts
from flows.dunning.reviews.watch import watch_reviews
from flows.estates.deadlines.nightly import watch_estates
from flows.estates.documents.commands import estate_desk
from flows.insurance.nightly import due_insurance, insurance_subject, watch_insurance
from flows.intake.file_format import Options
from flows.intake.take import take_files
from flows.practice import Practice
from flows.reports.saved.deliver import deliver_due
from flows.reports.summaries.commands import keep_up
from models import DayStage
from models.columns import table
from models.csv_files import csv_bytes
from models.database import Database, batches
from models.errors import Refused
from models.files import write_whole

DAY_STAGE = table(DayStage)


def intake(practice: Practice, today: date) -> Counts:
    """Import the files of the inbox and those that agencies have for us."""
    return _inbox(practice, today) + take_from_agencies(agency_desk(practice), today)


def _inbox(practice: Practice, today: date) -> Counts:
    """The files of the inbox; each goes to `taken` or, if it is refused whole, to `refused` with the reason."""
    counts = Counts()
    inbox = practice.settings.inbox
    if not inbox.is_dir():
        return counts
    for path in sorted(entry for entry in inbox.iterdir() if entry.is_file() and not entry.name.startswith(".")):
        try:
            if is_from_agency(agency_desk(practice), path.name):
                one = take_file(agency_desk(practice), path, today)
                counts.update(_of_file(one.rows, one.taken, one.rejected))
                _put_away(inbox / "taken" / path.name, path)
                continue
            reports = take_files(practice.database, [path], Options(), today, practice.settings.rejects)
        except Refused as error:
            counts[Count.FILES_REFUSED] += 1
            _put_away(inbox / "refused" / path.name, path)
            write_whole(inbox / "refused" / f"{path.name}.why.txt", f"{error}\n".encode())
            continue
        for report in reports:
            counts.update(_of_file(report.rows, report.taken, report.rejected))
        _put_away(inbox / "taken" / path.name, path)
    return counts


def _of_file(rows: int, taken: int, rejected: int) -> Counts:
    return Counts({Count.FILES: 1, Count.ROWS: rows, Count.TAKEN: taken, Count.REJECTED: rejected})


def _put_away(target: Path, path: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    path.replace(target)


def settle(practice: Practice, today: date) -> Counts:
    """Due promises and installments, insurance without a response, expired holds, expired calls."""
    counts = Counts()
    for noun, due, work, subject in SETTLED:
        with practice.database.reading() as conn:
            keys = due(conn, today)
        counts += each_alone(practice.database, "settle", today, noun, keys, work, subject)
    return counts


SETTLED = (
    ("promise", due_promises, judge_promises, promise_subject),
    ("payment plan", arrangements_to_review, judge_arrangements, arrangement_subject),
    ("settlement", due_settlements, expire_settlements, settlement_subject),
    ("insurance", due_insurance, watch_insurance, insurance_subject),
    ("hold", expired_holds, end_holds, hold_subject),
    ("cost shares at creditor", creditors_to_confirm, watch_cost_shares, cost_share_subject),
    ("call", calls_over, give_up_calls, task_subject),
    ("earlier call", calls_on_lists, clear_lists, task_subject),
)
"""Items that fall due, in the order of processing: the due ones, the action, and their subject."""


def enter(practice: Practice, today: date) -> Counts:
    """Accounts that became overdue enter a schedule."""
    return enter_accounts(practice.database, today)


def advance(practice: Practice, today: date) -> Counts:
    """What is due today: decided, checked against the law, done."""
    return advance_accounts(practice.database, today)


def letters(practice: Practice, today: date) -> Counts:
    """Queued letters are rechecked and written."""
    counts = write_letters(mail_room(practice), today)
    return Counts({Count.LETTERS_LETTERS if name is Count.LETTERS else name: value for name, value in counts.items()})


def place(practice: Practice, today: date) -> Counts:
    """Accounts to agencies: the gates, the choice, the files; notices to agencies; their reports."""
    return hand_off(agency_desk(practice), today)


def estates(practice: Practice, today: date) -> Counts:
    """Deadlines of claims against estates: recomputed, reported in advance, escalated if there is no action."""
    return watch_estates(practice.database, estate_desk(practice), today)


def tasks(practice: Practice, today: date) -> Counts:
    """Tasks whose cause is gone are closed; missing tasks are opened."""
    return tend_tasks(practice.database, today) + watch_reviews(practice.database, today)


def call_list(practice: Practice, today: date) -> Counts:
    """Today's calls, ranked and assigned to collectors, as a list on paper beside the one on the screen."""
    with practice.database.reading() as conn:
        assigned, counts = calls_to_assign(conn, today)
    for page in batches(sorted(assigned), PAGE):
        with practice.database.transaction(actor="call list", business_date=today) as tx:
            put_on_lists(tx, {task: assigned[task] for task in page})
    with practice.database.reading() as conn:
        listed, kept = calls_of_the_day(conn, today)
        numbers = numbers_of(conn, [account.id for call in listed for account in call.group.accounts])
    columns = ("task", "collector", "phone", "window_start", "window_end", "priority", "accounts", "reason")
    lines: list[tuple[object, ...]] = []
    for call in listed:
        accounts = " ".join(numbers[key] for key in call.account_ids)
        window = (call.window_start.isoformat(), call.window_end.isoformat())
        who = (call.task.id, call.task.assigned_to, call.group.person.phone)
        lines.append((*who, *window, call.priority, accounts, call.reason))
    write_whole(practice.settings.lists / f"calls-{today}.csv", csv_bytes(columns, lines), durable=False)
    return counts + Counts({Count.CALLS_LISTED: len(listed), Count.CALLS_NOT_ALLOWED: len(kept)})


def report(practice: Practice, today: date) -> Counts:
    """The summaries that reports read; then the saved reports that are due are delivered."""
    entries = keep_up(practice.database, today)
    sent = deliver_due(practice, today)
    return Counts(
        {
            Count.LEDGER_ENTRIES: entries,
            Count.REPORTS_DELIVERED: sent["delivered"],
            Count.REPORTS_NOT_DELIVERED: sent["failed"],
        }
    )


STAGES: dict[str, Callable[[Practice, date], Counts]] = {
    "intake": intake,
    "settle": settle,
    "enter": enter,
    "advance": advance,
    "letters": letters,
    "place": place,
    "estates": estates,
    "tasks": tasks,
    "call_list": call_list,
    "report": report,
}
"""The day, in its order."""


def run_stage(practice: Practice, stage: str, today: date) -> dict[str, int]:
    """Run one stage and store its counts; a second run adds to them. Returns the whole day's counts."""
    before = practice.database.events_written
    counts = STAGES[stage](practice, today)
    counts[Count.EVENTS] = practice.database.events_written - before
    total = _remember(practice.database, stage, today, counts)
    # Present exceptions are those of this run: a day that was run again may be without any.
    total[Count.SET_ASIDE] = counts[Count.SET_ASIDE]
    return {name: count for name, count in sorted(words_of(total).items()) if count}


STANDING = frozenset({Count.CALLS_LISTED, Count.CALLS_NOT_ALLOWED, Count.WAITING_FOR_TEMPLATE})
"""Counts of a state, and not of actions: a second run of a stage counts them anew."""


def _remember(database: Database, stage: str, today: date, counts: Counts) -> Counts:
    """Add a stage's counts to its earlier counts of this day; returns the whole day's counts."""
    with database.transaction(actor="report", business_date=today) as tx:
        mine = sa.and_(DAY_STAGE.c.business_date == today, DAY_STAGE.c.stage == stage)
        known = tx.conn.execute(sa.select(DAY_STAGE.c.counts).where(mine)).scalar()
        before = read_counts(orjson.loads(known) if known else {})
        total = Counts({name: count for name, count in before.items() if name not in STANDING}) + counts
        text = orjson.dumps(words_of(total), option=orjson.OPT_SORT_KEYS).decode()
        if known is None:
            tx.insert(DayStage, [{"business_date": today, "stage": stage, "counts": text}])
        else:
            tx.conn.execute(sa.update(DAY_STAGE).where(mine).values(counts=text))
    return total


DAY_HEADS: Mapping[str, str] = {
    Count.DUE: "guarantors due",
    Count.ADVANCED: "accounts advanced",
    Count.BLOCKED: "accounts blocked",
    Count.LETTERS: "schedule letters",
    Count.SET_ASIDE: "schedule exceptions",
    Count.EVENTS: "history events",
}
"""The labels of a day's counts. Replies that staff request are not schedule letters."""


def report_of(today: date, stages: dict[str, dict[str, int]]) -> dict[str, object]:
    """A day in the form of `pastdue run --json`."""
    advanced = stages.get("advance", {})
    return {
        "business_date": today.isoformat(),
        "stages": stages,
        "due": advanced.get(Count.DUE, 0),
        "advanced": advanced.get(Count.ADVANCED, 0),
        "blocked": advanced.get(Count.BLOCKED, 0),
        "letters": advanced.get(Count.LETTERS, 0),
        "letters_waiting": stages.get("letters", {}).get(Count.WAITING_FOR_TEMPLATE, 0),
        "calls": advanced.get(Count.CALLS, 0),
        "placements": stages.get("place", {}).get(Count.PLACED, 0),
        "estates": stages.get("estates", {}).get(Count.ESTATES, 0),
        "set_aside": sum(counts.get(Count.SET_ASIDE, 0) for counts in stages.values()),
        "events": sum(counts.get(Count.EVENTS, 0) for counts in stages.values()),
    }
