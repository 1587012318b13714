"""A wrong call result is taken back: what followed is gone, one dial stays one dial, and the history has both."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from flows.calls.assignment import day_of, take
from flows.calls.commands import CallResult
from flows.calls.dispositions import DISPOSITIONS, Does
from flows.calls.queries import calls_of_the_day
from flows.conversations.commands import complete_call, complete_inbound
from flows.conversations.undo import correct, undo
from flows.insurance.decide import ReportedInsurance
from flows.practice import Practice
from flows.practice_tables import publish_table
from models.database import Database
from models.enums import PayerClass
from models.errors import BadInput, NotPermitted, Refused
from models.values import utc_text
from tests.flows.calls.test_desk import open_for, task_of
from tests.small_book import account_of, rows

DAY = date(2026, 2, 17)
NOON = datetime(2026, 2, 17, 17, tzinfo=UTC)
ACME = ReportedInsurance("Acme Health", PayerClass.COMMERCIAL, "XQ12345", "the guarantor (phone)")
FINAL = {"deceased"}
SENDS = """
dispositions:
  send_bill: {says: Send the bill, talked: true, closes: true, letter: itemised-statement}
"""


@pytest.fixture
def called(practice: Practice) -> Practice:
    """Ada is on the list, and maria is on her call."""
    open_for(practice, "Ada")
    act(practice.database, take, task_of(practice.database, "Ada"), NOON)
    return practice


def act(database: Database, command: Any, *given: Any, actor: str = "maria", day: date = DAY, **more: Any) -> Any:
    with database.transaction(actor=actor, business_date=day) as tx:
        return command(tx, *given, **more)


def end(practice: Practice, code: str, **more: Any) -> int:
    said = {"on": DAY + timedelta(days=5), "amount_cents": 40_00} if DISPOSITIONS[code].needs else {}
    insurance = ACME if code == "insurance_provided" else None
    result = CallResult(code, utc_text(NOON), **{**said, **more})
    return int(
        act(practice.database, complete_call, task_of(practice.database, "Ada"), result, insurance=insurance).call
    )


def standing(database: Database) -> dict[str, list[Any]]:
    """What can stop, open or bring something."""
    queries = {
        "holds": "SELECT kind, scope, person_id, account_id FROM hold WHERE cleared_on IS NULL ORDER BY id",
        "tasks": "SELECT kind, state, attempts_made, callback_on, callback_time, not_before_on, outcome FROM task "
        "WHERE state = 'open' ORDER BY id",
        "promises": "SELECT amount_cents, due_on FROM promise WHERE state = 'open' ORDER BY id",
        "letters": "SELECT kind FROM letter WHERE state NOT IN ('voided') ORDER BY id",
        "coverage": "SELECT payer FROM coverage WHERE state IN ('reported', 'billed') ORDER BY id",
        "person": "SELECT phone, mobile, text_consent FROM person ORDER BY id",
        "enrolled": "SELECT account_id, state, cycle, pending_trigger FROM enrollment ORDER BY account_id",
        "balances": "SELECT number, balance_cents FROM account ORDER BY number",
    }
    return {name: [tuple(row) for row in rows(database, text)] for name, text in queries.items()}


@pytest.mark.parametrize("code", sorted(set(DISPOSITIONS) - FINAL))
def test_an_undone_result_leaves_nothing_behind_and_the_call_is_open_again(called: Practice, code: str) -> None:
    database = called.database
    before = standing(database)
    number = end(called, code)
    act(database, undo, number, NOON + timedelta(minutes=9))
    assert standing(database) == before
    ((by,),) = rows(database, "SELECT in_progress_by FROM task WHERE kind = 'call'")
    assert by == "maria"
    kinds = [row.kind for row in rows(database, "SELECT kind FROM account_event WHERE kind LIKE 'call_%' ORDER BY seq")]
    assert kinds == ["call_made", "call_undone"]


@pytest.mark.parametrize("code", sorted(set(DISPOSITIONS) - FINAL - {"no_answer"}))
def test_the_right_result_after_an_undone_one_is_the_same_call_not_a_second_one(called: Practice, code: str) -> None:
    number = end(called, "no_answer")
    act(called.database, undo, number, NOON)
    assert end(called, code) == number
    ((count, disposition),) = rows(called.database, "SELECT COUNT(*), MAX(disposition) FROM contact_attempt")
    assert (count, disposition) == (1, code)
    with called.database.reading() as conn:
        assert day_of(conn, "maria", DAY)["calls"] == 1


def test_a_result_that_was_undone_and_never_recorded_again_still_counts_as_a_call(called: Practice) -> None:
    number = end(called, "no_answer")
    act(called.database, undo, number, NOON)
    with called.database.reading() as conn:
        listed, _ = calls_of_the_day(conn, DAY)
        assert [call.calls_this_week(DAY) for call in listed] == [1]


def test_an_older_promise_stands_again_when_the_newer_one_was_a_mistake(called: Practice) -> None:
    database = called.database
    ada = account_of(database, "Ada-1").id
    older = CallResult("promise_to_pay", utc_text(NOON), 50_00, DAY + timedelta(days=9))
    act(database, complete_inbound, ada, older)
    before = standing(database)["promises"]
    newer = CallResult("promise_to_pay", utc_text(NOON), 20_00, DAY + timedelta(days=3))
    number = act(database, complete_inbound, ada, newer).call
    act(database, undo, number, NOON)
    assert standing(database)["promises"] == before


@pytest.mark.parametrize(
    ("actor", "minutes", "problem"),
    [("sam", 1, "another user's"), ("maria", 11, "for 10 minutes"), ("maria", -1, "for 10 minutes")],
)
def test_only_ones_own_fresh_result_is_undone_without_a_reason(
    called: Practice, actor: str, minutes: int, problem: str
) -> None:
    number = end(called, "no_answer")
    before = standing(called.database)
    with pytest.raises(Refused, match=problem):
        act(called.database, undo, number, NOON + timedelta(minutes=minutes), actor=actor)
    assert standing(called.database) == before


def test_a_death_cannot_be_undone_with_a_click(called: Practice) -> None:
    number = end(called, "deceased", on=date(2026, 2, 1), note="the daughter")
    assert DISPOSITIONS["deceased"].does is Does.DEATH
    with pytest.raises(Refused, match="can't be undone here"):
        act(called.database, undo, number, NOON)


def test_a_letter_that_was_sent_keeps_the_result_that_queued_it(called: Practice) -> None:
    database = called.database
    act(database, publish_table, "dispositions", SENDS, "ours.yaml", "our own", actor="grace")
    number = act(database, complete_call, task_of(database, "Ada"), CallResult("send_bill", utc_text(NOON))).call
    act(database, lambda tx: tx.conn.exec_driver_sql("UPDATE letter SET state = 'mailed'"))
    with pytest.raises(Refused, match="already sent"):
        act(database, undo, number, NOON)


def test_a_result_is_corrected_later_with_a_reason_by_whoever_may(called: Practice) -> None:
    number = end(called, "cease")
    assert standing(called.database)["holds"]
    later = DAY + timedelta(days=2)
    right = CallResult("refused", utc_text(NOON + timedelta(days=2)))
    with pytest.raises(BadInput, match="enter the reason"):
        act(called.database, correct, number, right, " ", actor="grace", day=later, others=True)
    with pytest.raises(NotPermitted, match="another user"):
        act(called.database, correct, number, right, "wrong key", actor="sam", day=later)
    same = act(called.database, correct, number, right, "wrong key", actor="grace", day=later, others=True)
    assert same == number
    assert not standing(called.database)["holds"]
    ((made_on, at, by, code),) = rows(called.database, "SELECT made_on, at, made_by, disposition FROM contact_attempt")
    assert (str(made_on), at, by, code) == (str(DAY), utc_text(NOON), "maria", "refused")
    ((why,),) = rows(called.database, "SELECT why FROM account_event WHERE kind = 'call_undone'")
    assert why == "Call result undone: Do not call (wrong key)"


def test_an_undone_inbound_call_opens_the_call_that_it_had_completed(called: Practice) -> None:
    database = called.database
    before = standing(database)
    ada = account_of(database, "Ada-1").id
    number = act(database, complete_inbound, ada, CallResult("refused", utc_text(NOON))).call
    assert not standing(database)["tasks"]
    act(database, undo, number, NOON)
    assert standing(database) == before
    assert act(database, complete_inbound, ada, CallResult("paid", utc_text(NOON))).call == number


def test_a_result_is_undone_once(called: Practice) -> None:
    number = end(called, "no_answer")
    act(called.database, undo, number, NOON)
    with pytest.raises(Refused, match="already undone"):
        act(called.database, undo, number, NOON)
