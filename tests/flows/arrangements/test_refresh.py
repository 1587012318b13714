"""Plans are judged by lists: as each alone would be, with as many queries for a page as for one."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from flows.accounts.holds import NewHold, open_holds
from flows.arrangements.commands import Ask, create
from flows.arrangements.plan import PlanRequest
from flows.arrangements.refresh import refresh_each
from flows.correspondence.queue import answer_each
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.ledger.queries import Since, paid_since, paid_since_each
from flows.people.death import record_death
from flows.practice import Practice
from flows.stages import run_stage
from models.database import Database
from models.enums import ArrangementState, HoldKind, LedgerKind
from models.errors import Refused
from tests.small_book import account_of, history, publish_shipped, rows, someone, take_in
from tests.statements import statements

MADE = date(2026, 2, 2)
FIRST = date(2026, 3, 2)
MISSED = FIRST + timedelta(days=6)


def plans(book: Database, numbers: Sequence[str], cents: int = 50_00) -> list[int]:
    """A plan over each account, of which its first payment is due in March."""
    made: list[int] = []
    with book.transaction(actor="maria", business_date=MADE) as tx:
        for number in numbers:
            key = account_of(book, number).id
            made.append(create(tx, Ask((key,), PlanRequest(amount_cents=cents, first_on=FIRST))))
    return made


def paid(book: Database, number: str, cents: int, ref: str, on: date = FIRST) -> None:
    with book.transaction(actor="clerk", business_date=on) as tx:
        key = account_of(book, number).id
        post(tx, [Entry(key, on, LedgerKind.PATIENT_PAYMENT, -cents, "payments", ref)])


def people(book: Database, names: Sequence[str]) -> None:
    publish_shipped(book)
    take_in(book, [someone(name, f"{name}1", cents=200_00) for name in names], MADE)


def test_a_page_of_plans_takes_no_more_queries_than_one(practice: Practice) -> None:
    names = [f"P{n}" for n in range(21)]
    people(practice.database, names)
    made = plans(practice.database, [f"{name}1" for name in names])
    counts: list[int] = []
    for page in (made[:1], made[1:]):
        with (
            practice.database.transaction(actor="settle", business_date=MISSED) as tx,
            statements(practice.database) as seen,
        ):
            verdicts = refresh_each(tx, page)
            counts.append(len(seen))
        assert all(one.tell for one in verdicts.values())
        assert len(verdicts) == len(page)
    assert counts[0] == counts[1]


def test_breaking_plans_takes_no_more_queries_than_breaking_one(practice: Practice) -> None:
    names = [f"P{n}" for n in range(21)]
    people(practice.database, names)
    made = plans(practice.database, [f"{name}1" for name in names])
    with practice.database.transaction(actor="settle", business_date=MISSED) as tx:
        refresh_each(tx, made)
    counts: list[int] = []
    for page in (made[:1], made[1:]):
        later = FIRST + timedelta(days=90)
        with (
            practice.database.transaction(actor="settle", business_date=later) as tx,
            statements(practice.database) as seen,
        ):
            verdicts = refresh_each(tx, page)
            counts.append(len(seen))
        assert {one.state for one in verdicts.values()} == {ArrangementState.BROKEN}
    assert counts[0] == counts[1]
    assert (
        rows(practice.database, "SELECT count(*) FROM hold WHERE kind = 'arrangement' AND cleared_on IS NULL")[0][0]
        == 0
    )


def test_each_plan_of_a_page_has_its_own_fate(practice: Practice) -> None:
    """One paid in time, one in part, one not at all, one disputed, one of somebody who died, one all paid."""
    names = ["Ann", "Bo", "Cy", "Dee", "Eve", "Fay"]
    people(practice.database, names)
    made = plans(practice.database, [f"{name}1" for name in names])
    with practice.database.transaction(actor="clerk", business_date=date(2026, 2, 20)) as tx:
        open_holds(tx, [NewHold(HoldKind.DISPUTE, account_id=account_of(practice.database, "Dee1").id)])
        record_death(tx, account_of(practice.database, "Eve1").guarantor_id, date(2026, 2, 10), "the family")
    paid(practice.database, "Ann1", 50_00, "P1")
    paid(practice.database, "Bo1", 20_00, "P2")
    paid(practice.database, "Fay1", 200_00, "P3")
    with practice.database.transaction(actor="settle", business_date=MISSED) as tx:
        refresh_each(tx, made)
    seen = rows(
        practice.database,
        "SELECT a.state, CAST(a.noticed_on AS text) AS noticed, i.state AS first, i.paid_cents FROM arrangement a "
        "JOIN instalment i ON i.arrangement_id = a.id AND i.number = 1 ORDER BY a.id",
    )
    today = str(MISSED)
    assert [tuple(row) for row in seen] == [
        ("active", None, "paid", 50_00),
        ("active", today, "missed", 20_00),
        ("active", today, "missed", 0),
        ("active", None, "missed", 0),
        ("active", None, "missed", 0),
        ("completed", None, "paid", 50_00),
    ]
    letters = "SELECT guarantor_id FROM letter WHERE kind = 'arrangement-broken' ORDER BY id"
    assert [row[0] for row in rows(practice.database, letters)] == [
        account_of(practice.database, number).guarantor_id for number in ("Bo1", "Cy1")
    ]


def test_plans_that_follow_each_other_on_an_account_are_judged_in_their_order(practice: Practice) -> None:
    """The broken one first: what the one in force says of the account is said last."""
    people(practice.database, ["Ann"])
    (broken,) = plans(practice.database, ["Ann1"])
    for day in (MISSED, FIRST + timedelta(days=90)):
        run_stage(practice, "settle", day)
    assert rows(practice.database, "SELECT state FROM arrangement")[0][0] == "broken"
    start = FIRST + timedelta(days=100)
    with practice.database.transaction(actor="maria", business_date=start) as tx:
        key = account_of(practice.database, "Ann1").id
        running = create(tx, Ask((key,), PlanRequest(amount_cents=50_00, first_on=start + timedelta(days=10))))
    late = start + timedelta(days=20)
    with practice.database.transaction(actor="settle", business_date=late) as tx:
        verdicts = refresh_each(tx, [running, broken])
    assert (verdicts[broken].state, verdicts[running].state) == (ArrangementState.BROKEN, ArrangementState.ACTIVE)
    assert str(account_of(practice.database, "Ann1").plan_missed_since) == str(start + timedelta(days=10))
    assert [kind for on, kind, _ in history(practice.database, "Ann1") if on == str(late)] == [
        "instalment_missed",  # of the plan that was broken
        "instalment_missed",
        "plan_noticed",
        "letter_queued",
    ]


def test_what_was_paid_on_many_plans_is_what_was_paid_on_each(practice: Practice) -> None:
    people(practice.database, ["Ann", "Bo"])
    keys = {number: account_of(practice.database, number).id for number in ("Ann1", "Bo1")}
    entries: list[int] = []

    def put(number: str, cents: int, ref: str) -> None:
        with practice.database.transaction(actor="clerk", business_date=FIRST) as tx:
            post(tx, [Entry(keys[number], FIRST, LedgerKind.PATIENT_PAYMENT, cents, "payments", ref)])
            entries.append(tx.conn.execute(sa.text("SELECT max(id) FROM ledger_entry")).scalar_one())

    put("Ann1", -10_00, "P1")
    put("Bo1", -5_00, "P2")
    put("Ann1", 10_00, "P1:reversal")
    put("Ann1", -7_00, "P3")
    put("Bo1", 5_00, "P2:reversal")
    ann, bo, both = (keys["Ann1"],), (keys["Bo1"],), tuple(keys.values())
    expected = {
        ann: [7_00, 7_00, 7_00, 7_00, 0, 0],
        bo: [0, 0, 0, 0, 0, 0],
        both: [7_00, 7_00, 7_00, 7_00, 0, 0],
    }
    asked = {(whose, n): Since(whose, after) for whose in expected for n, after in enumerate((0, *entries))}
    with practice.database.reading() as conn:
        together = paid_since_each(conn, dict(enumerate(asked.values())))
        alone = [paid_since(conn, one.account_ids, one.entry) for one in asked.values()]
    assert [together[n] for n in range(len(asked))] == alone
    assert alone == [cents for whose in expected for cents in expected[whose]]


def test_of_letters_that_are_queued_together_one_without_anything_to_say_stops_all(practice: Practice) -> None:
    people(practice.database, ["Ann", "Bo"])
    plans(practice.database, ["Ann1"])
    keys = [[account_of(practice.database, number).id] for number in ("Ann1", "Bo1")]
    with (
        practice.database.transaction(actor="maria", business_date=MADE) as tx,
        pytest.raises(Refused, match="Bo1"),
    ):
        answer_each(tx, "arrangement-confirmation", keys)
    queued = "SELECT count(*) FROM letter WHERE kind = 'arrangement-confirmation'"
    assert rows(practice.database, queued)[0][0] == 1, "the one of the plan itself"
