"""What was done in those three years beside the ledger: letters, calls, promises, plans, placements, holds, history."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bench.made_ledger import DAYS, PAYERS, Book, Numbers, day_text, load
from flows.dunning.versions.publish import SHIPPED, publish
from flows.schedules.schedule_file import read_schedule_file
from letters.docx.shelf import Shelf
from models import (
    AccountEvent,
    AccountFact,
    Agency,
    AgencyFile,
    Arrangement,
    BadDebt,
    Complaint,
    ContactAttempt,
    Enrollment,
    EstateMatter,
    GateReview,
    Hold,
    Instalment,
    Letter,
    LetterAccount,
    MatterAccount,
    Placement,
    PlacementEntry,
    Promise,
    Refund,
    RemitLine,
    StepTaken,
    Task,
)
from models.database import Database

COLLECTORS = tuple(f"collector{number}" for number in range(1, 13))
RESULTS = ("no_answer", "voicemail", "promise_to_pay", "arrangement", "third_party", "no_answer", "refused")

Rows = Iterator[tuple[object, ...]]


def make_work(database: Database, book: Book, today: date) -> None:
    """All of it, in proportion to the accounts."""
    path = SHIPPED / "patient-balance.yaml"
    with database.transaction(actor="bench", business_date=today) as tx:
        publish(tx, read_schedule_file(path), path.read_text(), letters=Shelf().kinds())
    with database.engine.connect().execution_options(pastdue_writes=True) as conn, conn.begin():
        _letters(conn, book)
        _calls(conn, book)
        _plans(conn, book)
        _placements(conn, book)
        _holds(conn, book)
        _estates(conn, book)
        load(conn, Enrollment, _ENROLLMENT, _enrollments(book))
        load(conn, AccountEvent, _EVENT, _events(book))


def _some(book: Book, after: int, share: float, *, owed: bool = False) -> Iterator[tuple[int, int, int, int]]:
    """A share of the accounts whose day, so many after the statement, has come: account, person, creditor, day."""
    day = np.where(book.statement < 0, DAYS, book.statement + after)
    step = np.arange(book.size) % 1_000 < share * 1_000
    found: Numbers = np.flatnonzero((day < DAYS) & step & ((book.balance > 0) | (not owed)))
    for key, creditor, on in zip(found.tolist(), book.creditor[found].tolist(), day[found].tolist(), strict=True):
        yield key + 1, (key + 1) % book.people + 1, creditor + 1, on


_LETTER = (
    "id guarantor_id creditor_id kind language state queued_on channel origin large_print enclose about_entries "
    "attempts sent_on mailed_on returned_on reason email"
)


def _letters(conn: Connection, book: Book) -> None:
    """Reminders after 30 and 60 days: one of five by e-mail, one of forty returned."""
    letters: list[tuple[object, ...]] = []
    about: list[tuple[object, ...]] = []
    for kind, after, share in (("reminder-1", 30, 1.0), ("reminder-2", 60, 0.5)):
        for account, person, creditor, on in _some(book, after, share):
            key = len(letters) + 1
            email = key % 5 == 0
            back = day_text(min(on + 12, DAYS - 1)) if key % 40 == 0 else None
            state = "emailed" if email else "returned" if back else "mailed"
            if key % 2_000 == 0:
                state = "unsure"
            sent = day_text(on)
            how = (sent, "email" if email else "post", "scheduled", False, "", "", 1, sent, None if email else sent)
            why = ("moved, no forwarding address" if back else None, f"p{person}@example.org" if email else None)
            letters.append((key, person, creditor, kind, "en" if key % 9 else "es", state, *how, back, *why))
            about.append((key, account, kind, kind, 1, "done", sent))
    load(conn, Letter, _LETTER, letters)
    load(conn, LetterAccount, "letter_id account_id kind step cycle", (row[:5] for row in about))
    steps = sorted((row[1], row[4], row[3], row[5], row[6]) for row in about)  # type: ignore[type-var]
    load(conn, StepTaken, "account_id cycle step outcome on", steps)


_CALL = "id guarantor_id creditor_id kind made_on at disposition talked counts made_by weekday hour inbound"
_PROMISE = "id guarantor_id creditor_id amount_cents made_on due_on judge_on state paid_cents after_entry_id"


def _calls(conn: Connection, book: Book) -> None:
    """Half of the accounts are called once; a seventh of the calls ends with a promise."""
    calls: list[tuple[object, ...]] = []
    promises: list[tuple[object, ...]] = []
    for _account, person, creditor, on in _some(book, 45, 0.5):
        key, made = len(calls) + 1, day_text(on)
        result, who = RESULTS[key % len(RESULTS)], COLLECTORS[key % len(COLLECTORS)]
        hour, talked = 9 + key % 9, result in ("promise_to_pay", "arrangement", "refused")
        at = f"{made}T{hour + 5:02d}:{key // 12 % 60:02d}:00.000000Z"
        row = ("call", made, at, result, talked, True, who, on % 7, hour, key % 20 == 0)
        calls.append((key, person, creditor, *row))
        if result == "promise_to_pay":
            state = ("kept", "broken", "partly_kept")[key // 7 % 3] if on + 15 < DAYS else "open"
            paid = {"kept": 5_000, "partly_kept": 2_000}.get(state, 0)
            days = (made, day_text(on + 10), day_text(on + 15))
            promises.append((len(promises) + 1, person, creditor, 5_000, *days, state, paid, 0))
    load(conn, ContactAttempt, _CALL, calls)
    load(conn, Promise, _PROMISE, promises)


_PLAN = (
    "id guarantor_id creditor_id state terms total_cents reduced_cents frequency grace_days broken_after_missed large "
    "made_on made_by after_entry_id"
)


def _plans(conn: Connection, book: Book) -> None:
    """A plan of four payments for one of twenty accounts."""
    plans: list[tuple[object, ...]] = []
    payments: list[tuple[object, ...]] = []
    for _account, person, creditor, on in _some(book, 50, 0.05):
        key = len(plans) + 1
        is_broken, is_over = key % 4 == 0, on + 120 < DAYS
        state = "broken" if is_broken else "completed" if is_over else "active"
        about = ("standard", 40_000, 0, "monthly", 5, 2, False, day_text(on), COLLECTORS[key % len(COLLECTORS)], 0)
        plans.append((key, person, creditor, state, *about))
        for number in range(1, 5):
            due = on + 30 * number
            is_paid = due < DAYS and not (is_broken and number > 2)
            word = "paid" if is_paid else "missed" if due < DAYS else "open"
            day = day_text(due)
            payments.append((len(payments) + 1, key, number, day, day, 10_000, 10_000 if is_paid else 0, word))
    load(conn, Arrangement, _PLAN, plans)
    load(conn, Instalment, "id arrangement_id number agreed_on due_on amount_cents paid_cents state", payments)


_PLACEMENT = (
    "id account_id guarantor_id creditor_id pool state wanted_on wanted_by not_with agency_id role placed_on "
    "placed_cents age_days rate_bp direct_bp acknowledged_on ended_cents"
)
_REMIT = (
    "id agency_id file_id line placement_id kind reference on paid_on gross_cents commission_cents net_cents "
    "expected_cents"
)


def _placements(conn: Connection, book: Book) -> None:
    """One of seven accounts was with one of three agencies; one of three of those paid there."""
    load(
        conn,
        Agency,
        "id code name tier since",
        [(key, f"A{key}", f"Agency {key}", 1, day_text(0)) for key in (1, 2, 3)],
    )
    names = "id agency_id kind name state layout lines total_cents sha256 on tries"
    files = [(key, key, "remit", f"r{key}", "made", "csv", 1, 0, f"{key}", day_text(0), 0) for key in (1, 2, 3)]
    load(conn, AgencyFile, names, files)
    placed: list[tuple[object, ...]] = []
    paid: list[tuple[object, ...]] = []
    remitted: list[tuple[object, ...]] = []
    for account, person, creditor, on in _some(book, 130, 0.14):
        key = len(placed) + 1
        agency, state = key % 3 + 1, ("placed", "returned", "paid")[key // 3 % 3]
        at = ("main", state, day_text(on), "schedule", "", agency, "first", day_text(on), 30_000, 130, 2_500, 2_500)
        placed.append((key, account, person, creditor, *at, day_text(on), 0))
        if state == "paid":
            day = day_text(min(on + 40, DAYS - 1))
            paid.append((key, key, day, "collected", -6_000, False))
            sums = (6_000, 1_500, 4_500, 1_500)
            remitted.append((key, agency, agency, key, key, "collected", f"R{key}", day, day_text(on + 20), *sums))
    load(conn, Placement, _PLACEMENT, placed)
    load(conn, PlacementEntry, "entry_id placement_id on kind amount_cents late", paid)
    load(conn, RemitLine, _REMIT, remitted)


def _holds(conn: Connection, book: Book) -> None:
    """Disputes, complaints and applications, most of them over; facts, refunds, reviews, bad debts."""
    kinds = ("dispute", "complaint", "financial_assistance", "insurance_pending", "manager")
    holds: list[tuple[object, ...]] = []
    for account, person, _creditor, on in _some(book, 35, 0.05):
        key = len(holds) + 1
        mine = (None, account) if key % 10 else (person, None)
        over = None if on > DAYS - 45 else day_text(on + 30)
        holds.append((key, *mine, kinds[key % 5], "all", day_text(on), "collector1", "By phone", over))
    load(conn, Hold, "id person_id account_id kind scope from_on opened_by note cleared_on", holds)
    complaints = [
        (key, key % 3 + 1, account, day_text(on), "patient", "Called at night")
        for key, (account, _, _, on) in enumerate(_some(book, 140, 0.001), 1)
    ]
    load(conn, Complaint, "id agency_id account_id on reported_by note", complaints)
    facts = [
        (account, "screened" if account % 2 else "eca_notice", day_text(on), day_text(on), "bench", "")
        for account, _, _, on in _some(book, 60, 0.05)
    ]
    load(conn, AccountFact, "account_id name on set_on set_by source", facts)
    refunds = [
        (key, account, "guarantor", 2_500, "paid", "overpaid", day_text(on), "a", day_text(on), "b", day_text(on))
        for key, (account, _, _, on) in enumerate(_some(book, 180, 0.002), 1)
    ]
    names = "id account_id payee amount_cents state reason proposed_on proposed_by decided_on decided_by paid_on"
    load(conn, Refund, names, refunds)
    _reviews(conn, book)


def _reviews(conn: Connection, book: Book) -> None:
    tasks: list[tuple[object, ...]] = []
    reviews: list[tuple[object, ...]] = []
    for key, (account, person, creditor, on) in enumerate(_some(book, 120, 0.02, owed=True), 1):
        day = day_text(on)
        tasks.append((key, "gate", person, creditor, "open", "manager", "gate", day, 1, 0, 1))
        reviews.append((key, account, "gate", 1, key, "waiting", day))
    names = "id kind guarantor_id creditor_id state role reason opened_on attempts_allowed attempts_made every_days"
    load(conn, Task, names, tasks)
    load(conn, GateReview, "id account_id step cycle task_id state opened_on", reviews)
    debts = [
        (account, day_text(on), day_text(on - 150), day_text(on), "A1", day_text(on - 20), 9_000, "[]", "")
        for account, _, _, on in _some(book, 200, 0.01, owed=True)
        if PAYERS[int(book.payer[account - 1])] == "medicare"
    ]
    names = "account_id listed_on first_bill_on ceased_on agency placed_on balance_cents efforts missing"
    load(conn, BadDebt, names, debts)


_MATTER = (
    "id person_id creditor_id state opened_on opened_by source jurisdiction deadline_rule deadline_kind "
    "deadline_confidence deadline_citation deadline_why deadline_on provisional claim_cents contingent_cents "
    "last_illness_cents allowed_cents version"
)


def _estates(conn: Connection, book: Book) -> None:
    matters: list[tuple[object, ...]] = []
    mine: list[tuple[object, ...]] = []
    for account, person, creditor, on in _some(book, 70, 0.004):
        if account > book.people:
            continue  # their first account only: one running matter at a creditor
        key = len(matters) + 1
        state = "filed" if on > DAYS - 300 else "closed_paid"
        law = ("OH", "creditor", "claim", "sure", "R.C. 2117.06", "death", day_text(min(on + 180, DAYS + 300)))
        matters.append((key, person, creditor, state, day_text(on), "a", "file", *law, False, 30_000, 0, 0, 15_000, 1))
        mine.append((key, account))
    load(conn, EstateMatter, _MATTER, matters)
    load(conn, MatterAccount, "matter_id account_id", mine)


_ENROLLMENT = (
    "account_id guarantor_id creditor_id schedule_version_id cycle anchor_on state delay_days next_action_on "
    "blocked_by blocked_until"
)


def _enrollments(book: Book) -> Rows:
    rules = ("federal.fdcpa.dispute", "hold.dispute", "hold.insurance_pending", "state.oh.hours")
    for account, person, creditor, on in _some(book, 20, 1.0, owed=True):
        rule = rules[account // 16 % 4] if account % 16 == 0 else None
        until = day_text(DAYS + 20) if rule and account % 32 else None
        where = ("active", 0, day_text(DAYS + account % 30), rule, until)
        yield (account, person, creditor, 1, 1, day_text(on), *where)


_EVENT = "account_id seq at business_date kind step cycle schedule_version_id actor why data previous_digest digest"


def _events(book: Book) -> Rows:
    """Three events an account, of the real width: opened, a payment posted, a letter written or a credit found."""
    data = '{"amount_cents":-5000,"balance_cents":25000,"external_id":"000000000","posted_on":"2026-01-01","kind":"x"}'
    digest = "0" * 64
    for key, (service, balance) in enumerate(zip(book.service.tolist(), book.balance.tolist(), strict=True), 1):
        last = "credit_balance_found" if balance < 0 else "letter_queued"
        for seq, (after, kind) in enumerate(((0, "account_opened"), (50, "ledger_posted"), (60 + key % 200, last)), 1):
            on = day_text(min(service + after, DAYS - 1))
            how = (kind, None, None, None, "collector1", "Payment of $50.00 posted", data, digest, digest)
            yield (key, seq, f"{on}T03:00:00.000000Z", on, *how)


def finish(database: Database, tables: tuple[str, ...] = ()) -> None:
    """What a database does after a large import: statistics for its planner, and on PostgreSQL its sequences."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        if database.engine.dialect.name == "sqlite":
            conn.execute(sa.text("ANALYZE"))
            return
        for name in tables:
            conn.execute(
                sa.text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")
            )
        conn.execute(sa.text("VACUUM ANALYZE"))
