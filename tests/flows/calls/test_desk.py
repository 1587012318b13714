"""A collector's day: whom they may call, who takes which call, how calls end, and what follows."""

import threading
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.accounts.eligibility import call_facts
from flows.accounts.holds import NewHold, clear_holds, holds_of, open_holds
from flows.accounts.load import groups_of
from flows.calls import next_call
from flows.calls.assignment import (
    RefusedCall,
    assign_calls,
    calls_on_lists,
    clear_lists,
    day_of,
    postpone_call,
    reassign,
    release_call,
    set_collector,
    take,
)
from flows.calls.commands import CallResult, record_call_result, record_inbound_call
from flows.calls.decide import Listed, NotListed
from flows.calls.next_call import take_next
from flows.calls.queries import calls_of_the_day, list_tasks, open_calls
from flows.people.contact.commands import change_person
from flows.practice import Practice
from flows.practice_tables import publish_table
from flows.settings.limits.commands import set_limit
from models.database import Database
from models.enums import HoldKind
from models.errors import BadInput, Refused
from tests.refusals import refused
from tests.small_book import account_of, history, publish_text, rows, run_days, someone, take_in
from tests.statements import statements

DAY = date(2026, 2, 17)
NOON = datetime(2026, 2, 17, 17, tzinfo=UTC)
AT = "2026-02-17T17:00:00Z"
FIRST = date(2026, 1, 5)

CALLS = """
schedule: calls
title: Calls first
enter: {overdue_days: 30, balance: {at_least: 1.00}}
steps:
  - id: first-call
    at: {day: 30}
    do: {call: {script: first-call, attempts: 3, every_days: 1, give_up_after_days: 60}}
  - id: reminder-1
    at: {day: 80}
    do: {letter: reminder-1}
"""


def open_for(practice: Practice, *names: str, **more: Any) -> Practice:
    publish_text(practice.database, CALLS)
    people = [
        someone(name, number=f"{name}-1", first=FIRST, cents=100_00 * n * n, **more) for n, name in enumerate(names, 1)
    ]
    take_in(practice.database, people, date(2026, 2, 1))
    run_days(practice, date(2026, 2, 4), DAY, ["settle", "enter", "advance"])
    return practice


@pytest.fixture
def three(practice: Practice) -> Practice:
    """Ada, Bea and Cy, each to be called; Cy owes most."""
    return open_for(practice, "Ada", "Bea", "Cy")


def listed(database: Database, day: date = DAY, **more: Any) -> list[Listed]:
    with database.reading() as conn:
        return calls_of_the_day(conn, day, **more)[0]


def kept(database: Database, day: date = DAY) -> list[NotListed]:
    with database.reading() as conn:
        return calls_of_the_day(conn, day)[1]


def task_of(database: Database, name: str) -> int:
    ((task,),) = rows(
        database,
        "SELECT t.id FROM task t JOIN person p ON p.id = t.guarantor_id WHERE p.first_name = :name AND t.kind = 'call' "
        "AND t.state = 'open'",
        name=name,
    )
    return int(task)


def say(database: Database, name: str, code: str, day: date = DAY, actor: str = "maria", **more: Any) -> None:
    with database.transaction(actor=actor, business_date=day) as tx:
        record_call_result(tx, task_of(database, name), CallResult(code, more.pop("at", f"{day}T17:00:00Z"), **more))


def act(database: Database, command: Any, *given: Any, actor: str = "maria", day: date = DAY) -> Any:
    with database.transaction(actor=actor, business_date=day) as tx:
        return command(tx, *given)


def names(calls: list[Listed]) -> list[str]:
    return [call.group.accounts[0].number.partition("-")[0] for call in calls]


def test_larger_balances_come_first_and_a_callback_before_all(three: Practice) -> None:
    assert names(listed(three.database)) == ["Cy", "Bea", "Ada"]
    say(three.database, "Ada", "callback", on=DAY + timedelta(days=8), time_at=time(8, 45))
    on = DAY + timedelta(days=8)
    first = listed(three.database, on)[0]
    assert names([first]) == ["Ada"]
    assert first.reason == f"Callback requested for {on}, 08:45 patient time"
    assert f"{first.window_start:%H:%M}" == "13:30"  # a quarter before, in Dayton


def test_who_asks_to_be_called_back_today_is_called_at_that_time_though_they_talked_today(three: Practice) -> None:
    say(three.database, "Ada", "callback", at=f"{DAY}T13:30:00Z", on=DAY, time_at=time(10, 45))
    at_that_time = datetime(2026, 2, 17, 15, 45, tzinfo=UTC)
    first = listed(three.database, now=at_that_time)[0]
    assert names([first]) == ["Ada"]
    assert first.open_at(at_that_time)
    assert not first.open_at(at_that_time - timedelta(hours=1))
    assert names([take_next(three.database, "maria", DAY, at_that_time)]) == ["Ada"]


def test_a_callback_for_the_day_after_tomorrow_stands_on_top_on_that_day_and_on_no_other(three: Practice) -> None:
    on = DAY + timedelta(days=2)
    say(three.database, "Ada", "callback", on=on, time_at=time(10, 45))
    assert "Ada" not in names(listed(three.database, DAY + timedelta(days=1)))
    assert names(listed(three.database, on))[0] == "Ada"
    (missed,) = kept(three.database, DAY + timedelta(days=3))
    assert missed.stop.rule == "pol-call-after-talk"
    assert missed.stop.until == DAY + timedelta(days=7)


def test_once_the_callback_was_tried_the_wait_after_the_conversation_holds_again(three: Practice) -> None:
    on = DAY + timedelta(days=2)
    say(three.database, "Ada", "callback", on=on, time_at=time(10, 45))
    say(three.database, "Ada", "no_answer", day=on)
    assert not rows(three.database, "SELECT 1 FROM task WHERE kind = 'call-against-rule'")
    assert "Ada" not in names(listed(three.database, on + timedelta(days=1)))
    (waiting,) = kept(three.database, on + timedelta(days=1))
    assert (waiting.stop.rule, waiting.stop.until) == ("pol-call-after-talk", DAY + timedelta(days=7))
    assert "Ada" in names(listed(three.database, DAY + timedelta(days=7)))


def test_who_calls_us_and_asks_to_be_called_back_is_called_on_that_day(three: Practice) -> None:
    on = DAY + timedelta(days=1)
    act(
        three.database,
        record_inbound_call,
        account_of(three.database, "Ada-1").id,
        CallResult("callback", AT, on=on, time_at=time(10, 45)),
    )
    first = listed(three.database, on)[0]
    assert (names([first]), first.reason) == (["Ada"], f"Callback requested for {on}, 10:45 patient time")


def test_a_state_that_counts_every_call_keeps_a_callback_back(practice: Practice) -> None:
    open_for(practice, "Ada", state="MA")
    say(practice.database, "Ada", "no_answer")
    say(practice.database, "Ada", "callback", day=DAY + timedelta(days=1), on=DAY + timedelta(days=2))
    (stopped,) = kept(practice.database, DAY + timedelta(days=2))
    assert stopped.stop.rule == "st-ma-two-calls"


@pytest.mark.parametrize("kind", [HoldKind.CEASE, HoldKind.ATTORNEY, HoldKind.BANKRUPTCY, HoldKind.DECEASED])
def test_no_callback_is_made_against_what_stops_all_contact(three: Practice, kind: HoldKind) -> None:
    on = DAY + timedelta(days=2)
    say(three.database, "Ada", "callback", on=on)
    act(three.database, open_holds, [NewHold(kind, person_id=account_of(three.database, "Ada-1").guarantor_id)])
    assert "Ada" not in names(listed(three.database, on))


def test_a_call_that_was_asked_for_is_none_of_the_seven(practice: Practice) -> None:
    publish_text(practice.database, CALLS.replace("attempts: 3", "attempts: 20"))
    take_in(practice.database, [someone("Ada", number="Ada-1", first=FIRST)], date(2026, 2, 1))
    run_days(practice, date(2026, 2, 4), DAY, ["settle", "enter", "advance"])
    say(practice.database, "Ada", "callback", on=DAY)
    for _ in range(3):
        say(practice.database, "Ada", "callback", on=DAY)
    with practice.database.reading() as conn:
        groups, _ = groups_of(conn, [account_of(practice.database, "Ada-1").guarantor_id], DAY)
    facts = call_facts(groups[0], DAY)
    assert (facts["contact.calls_last_7_days"], facts["contact.asked_calls_last_7_days"]) == (4, 3)
    assert (facts["contact.asked_to_be_called"], facts["contact.asked_days_ago"]) == (True, 0)


def test_one_whose_hours_are_shut_stands_below_with_the_time_at_which_they_open(three: Practice) -> None:
    act(
        three.database,
        change_person,
        account_of(three.database, "Cy-1").guarantor_id,
        {"no_call_times": "mon-fri 8-14"},
        "told",
    )
    calls = listed(three.database, now=NOON)
    assert names(calls) == ["Bea", "Ada", "Cy"]
    assert [call.open_at(NOON) for call in calls] == [True, True, False]
    opens = calls[2].opens_next(NOON)
    assert opens is not None
    assert f"{opens:%H:%M}" == "19:05"
    with pytest.raises(RefusedCall, match="calling hours start at 2:05 PM ET"):
        act(three.database, take, task_of(three.database, "Cy"), NOON)


def test_who_answered_at_this_hour_before_is_called_at_it_again(three: Practice) -> None:
    say(three.database, "Ada", "callback", on=DAY + timedelta(days=8), at=AT)
    call = next(one for one in listed(three.database, DAY + timedelta(days=8)) if names([one]) == ["Ada"])
    assert call.best_hour == 12
    now = datetime(2026, 2, 25, 17, tzinfo=UTC)
    there = next(one for one in listed(three.database, DAY + timedelta(days=8), now=now) if names([one]) == ["Ada"])
    assert ("answered at this hour before", 300) in there.points


def test_a_call_is_one_collectors_and_so_is_the_person(three: Practice) -> None:
    call = take_next(three.database, "maria", DAY, NOON)
    assert names([call]) == ["Cy"]
    with pytest.raises(RefusedCall, match="maria is on a call with this guarantor"):
        act(three.database, take, call.task.id, NOON, actor="bob")
    assert names([take_next(three.database, "bob", DAY, NOON)]) == ["Bea"]
    with pytest.raises(Refused, match="maria is on call"):
        say(three.database, "Cy", "no_answer", actor="bob")
    say(three.database, "Cy", "no_answer")
    assert rows(three.database, "SELECT in_progress_by FROM task WHERE id = :id", id=call.task.id)[0][0] is None
    act(three.database, release_call, task_of(three.database, "Bea"), actor="bob")
    assert names([take_next(three.database, "maria", DAY, NOON)]) == ["Bea"]


def test_a_call_that_was_taken_moved_or_closed_since_the_calls_were_ranked_is_passed_over(
    three: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the calls are ranked bob takes Cy, and Bea's call is given to him: maria gets Ada. They could not, if the
    ranking held the lock of the database."""
    act(three.database, set_collector, "bob", {})
    ranking = next_call.list_tasks

    def others_are_quicker(*given: Any) -> Any:
        found = ranking(*given)
        if names(found[0]) == ["Cy", "Bea", "Ada"]:
            act(three.database, take, task_of(three.database, "Cy"), NOON, actor="bob")
            act(three.database, reassign, task_of(three.database, "Bea"), "bob", "knows the family", actor="grace")
        return found

    monkeypatch.setattr(next_call, "list_tasks", others_are_quicker)
    assert names([take_next(three.database, "maria", DAY, NOON)]) == ["Ada"]
    taken = (
        "SELECT p.first_name, t.in_progress_by FROM task t JOIN person p ON p.id = t.guarantor_id WHERE t.kind = 'call'"
    )
    assert dict(map(tuple, rows(three.database, taken))) == {"Cy": "bob", "Bea": None, "Ada": "maria"}
    assert take_next(three.database, "tom", DAY, NOON) is None


def test_the_list_of_everybodys_calls_takes_no_more_queries_however_long_it_is(practice: Practice) -> None:
    open_for(practice, *(f"P{n}" for n in range(15)))
    counts: list[int] = []
    with practice.database.reading() as conn:
        tasks = open_calls(conn, DAY)
        for some in (tasks[:1], tasks):
            with statements(practice.database) as seen:
                found, _ = list_tasks(conn, some, DAY, NOON)
            assert len(found) == len(some)
            counts.append(len(seen))
    assert counts[0] == counts[1]


def test_no_two_collectors_ever_get_the_same_person_under_load(practice: Practice) -> None:
    people = [f"P{n}" for n in range(12)]
    open_for(practice, *people)
    got: dict[str, list[str]] = {f"c{n}": [] for n in range(6)}
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for _ in range(4):
                call = take_next(practice.database, name, DAY, NOON)
                if call is None:
                    return
                with practice.database.transaction(actor=name, business_date=DAY) as tx:
                    record_call_result(tx, call.task.id, CallResult("right_party_no_commitment", AT))
                got[name] += names([call])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in got]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    called = sorted(name for mine in got.values() for name in mine)
    assert called == sorted(people)


def test_calls_are_dealt_skipped_reassigned_and_taken_back_at_the_end_of_the_day(three: Practice) -> None:
    act(three.database, set_collector, "maria", {"calls_a_day": 2})
    act(three.database, set_collector, "bob", {"calls_a_day": 1})
    assert act(three.database, assign_calls)["calls_dealt"] == 3
    assert {name: names(listed(three.database, collector=name)) for name in ("bob", "maria")} == {
        "bob": ["Cy"],
        "maria": ["Bea", "Ada"],
    }
    act(three.database, postpone_call, task_of(three.database, "Cy"), "line of the office is down", actor="bob")
    assert names(listed(three.database, collector="bob")) == []
    assert names(listed(three.database, DAY + timedelta(days=1))) == ["Cy", "Bea", "Ada"]
    act(three.database, reassign, task_of(three.database, "Ada"), "bob", "knows the family")
    assert names(listed(three.database, collector="bob")) == ["Ada"]
    with pytest.raises(RefusedCall, match="the collectors are bob, maria"):
        act(three.database, reassign, task_of(three.database, "Ada"), "zoe", "x")
    assert [kind for _, kind, _ in history(three.database, "Ada-1")].count("call_moved") == 1
    with three.database.reading() as conn:
        left = calls_on_lists(conn, DAY)
    assert len(left) == 2
    act(three.database, clear_lists, left)
    assert act(three.database, assign_calls)["calls_dealt"] == 2
    assert "Ada" in names(listed(three.database, collector="bob"))  # bob owns Ada now
    act(three.database, set_collector, "bob", {"here": False})
    assert names(listed(three.database, collector="bob")) == []


def test_a_collectors_day_is_counted(three: Practice) -> None:
    act(three.database, set_collector, "maria", {})
    act(three.database, assign_calls)
    say(three.database, "Cy", "promise_to_pay", amount_cents=50_00, on=DAY + timedelta(days=5))
    say(three.database, "Bea", "no_answer")
    with three.database.reading() as conn:
        day = day_of(conn, "maria", DAY)
    assert (day["calls"], day["reached"], day["promises"], day["promised_cents"], day["left"]) == (2, 1, 1, 5_000, 2)


def test_a_call_speaks_for_all_accounts_of_the_guarantor(practice: Practice) -> None:
    publish_text(practice.database, CALLS)
    take_in(
        practice.database,
        [someone("Ada", accounts=[("A1", FIRST, 100_00), ("A2", FIRST + timedelta(days=10), 50_00)])],
        FIRST,
    )
    run_days(practice, date(2026, 2, 4), DAY, ["settle", "enter", "advance"])
    (call,) = listed(practice.database)
    assert call.balance_cents == 150_00
    say(practice.database, "Ada", "dispute", only=("A2",), note="was not there")
    held = rows(
        practice.database, "SELECT a.number FROM hold h JOIN account a ON a.id = h.account_id WHERE h.kind = 'dispute'"
    )
    assert [row[0] for row in held] == ["A2"]


def test_a_wrong_number_is_forgotten_and_the_other_one_is_called(three: Practice) -> None:
    person = account_of(three.database, "Ada-1").guarantor_id
    act(three.database, change_person, person, {"mobile": "937-555-0199"}, "told")
    say(three.database, "Ada", "wrong_number")
    tomorrow = DAY + timedelta(days=1)
    call = next(one for one in listed(three.database, tomorrow) if names([one]) == ["Ada"])
    assert call.group.person.phone == "937-555-0199"
    say(three.database, "Ada", "disconnected", day=tomorrow)
    assert "Ada" not in names(listed(three.database, tomorrow + timedelta(days=5)))
    assert rows(three.database, "SELECT 1 FROM task WHERE kind = 'find-phone' AND state = 'open'")
    act(three.database, change_person, person, {"phone": "937-555-0123"}, "found", day=tomorrow)
    assert not rows(three.database, "SELECT 1 FROM hold WHERE kind = 'phone_unknown' AND cleared_on IS NULL")
    assert not rows(three.database, "SELECT 1 FROM task WHERE kind = 'find-phone' AND state = 'open'")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"phone": "12"}, "not a valid phone number"),
        ({"mobile": "call me"}, "not a valid phone number"),
        ({"zip": "00000"}, "ZIP 00000 does not exist"),
        ({"no_call_times": "whenever"}, "is not valid"),
    ],
)
def test_a_number_a_zip_and_hours_that_are_none_are_refused(
    three: Practice, changes: dict[str, str], says: str
) -> None:
    with pytest.raises((Refused, BadInput), match=says):
        act(three.database, change_person, account_of(three.database, "Ada-1").guarantor_id, changes, "told")


def test_a_zip_of_puerto_rico_or_of_the_forces_is_one(three: Practice) -> None:
    person = account_of(three.database, "Ada-1").guarantor_id
    for zip_code, state in (("00901", "PR"), ("09012", "AE")):
        act(three.database, change_person, person, {"zip": zip_code, "state": state}, "told")


def test_nobody_dials_what_is_no_number(practice: Practice) -> None:
    open_for(practice, "Ada", phone="ask at the desk")
    assert listed(practice.database) == []
    assert "step_blocked" in [kind for _, kind, _ in history(practice.database, "Ada-1")]
    assert rows(practice.database, "SELECT 1 FROM task WHERE kind = 'find-phone' AND state = 'open'"), (
        "and it waits with a task"
    )


def test_a_death_told_without_its_day_stops_everything_at_once(three: Practice) -> None:
    say(three.database, "Ada", "deceased", note="told by Eve Tester, daughter")
    assert "Ada" not in names(listed(three.database))
    assert rows(three.database, "SELECT 1 FROM task WHERE kind = 'open-estate' AND state = 'open'")
    run_days(three, DAY, date(2026, 4, 30), ["settle", "advance", "letters"])
    assert not rows(
        three.database, "SELECT 1 FROM letter l JOIN person p ON p.id = l.guarantor_id WHERE p.first_name = 'Ada'"
    )


def test_a_call_that_a_rule_forbade_is_written_down_and_is_a_managers_to_look_into(three: Practice) -> None:
    say(three.database, "Ada", "no_answer", at="2026-02-17T12:10:00Z")  # ten past seven in Dayton
    ((reason,),) = rows(three.database, "SELECT reason FROM task WHERE kind = 'call-against-rule'")
    assert "hour" in reason
    assert "call_made" in [kind for _, kind, _ in history(three.database, "Ada-1")]


def test_who_calls_us_uses_up_no_call_of_the_week_but_has_talked(three: Practice) -> None:
    account = account_of(three.database, "Ada-1").id
    act(three.database, record_inbound_call, account, CallResult("promise_to_pay", AT, 50_00, DAY + timedelta(days=3)))
    assert "Ada" not in names(listed(three.database))
    assert rows(three.database, "SELECT counts, inbound, talked FROM contact_attempt")[0] == (False, True, True)
    assert rows(three.database, "SELECT outcome FROM task WHERE kind = 'call' AND state = 'done'")[0][0] == (
        "inbound call: Promise to pay"
    )


def test_a_later_promise_replaces_the_one_that_ran(three: Practice) -> None:
    say(three.database, "Ada", "promise_to_pay", amount_cents=50_00, on=DAY + timedelta(days=3))
    account = account_of(three.database, "Ada-1").id
    act(
        three.database,
        record_inbound_call,
        account,
        CallResult("promise_to_pay", AT, 100_00, DAY + timedelta(days=9)),
        day=DAY + timedelta(days=1),
    )
    assert [row[0] for row in rows(three.database, "SELECT state FROM promise ORDER BY id")] == ["replaced", "open"]


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (CallResult("hangup", AT), "is not a call result"),
        (CallResult("promise_to_pay", AT, 50_00), "needs a date .--date"),
        (CallResult("promise_to_pay", AT, 50_00, DAY - timedelta(days=1)), "is in the past"),
        (CallResult("promise_to_pay", AT, 50_00, DAY + timedelta(days=91)), "more than 90 days"),
        (CallResult("promise_to_pay", AT, 0, DAY), "more than"),
        (CallResult("promise_to_pay", AT, 100_01, DAY), "is more than the"),
        (CallResult("callback", AT, on=DAY - timedelta(days=1)), "is in the past"),
        (CallResult("callback", AT, on=DAY + timedelta(days=61)), "more than 60 days"),
        (CallResult("dispute", AT, only=("Bea-1",)), "is not part of this call"),
    ],
)
def test_what_cannot_have_been_said_is_refused_and_changes_nothing(
    three: Practice, said: CallResult, says: str
) -> None:
    before = history(three.database, "Ada-1")
    with refused(says):
        act(three.database, record_call_result, task_of(three.database, "Ada"), said)
    assert history(three.database, "Ada-1") == before


def test_a_code_of_the_house_does_what_its_table_says(three: Practice) -> None:
    text = (
        "dispositions:\n"
        "  hospital_again: {says: In hospital again, talked: true, closes: true, hold: {kind: manager, days: 20},\n"
        "    task: {kind: look-after, role: manager, due_days: 3}}\n"
        "  send_bill: {says: Wants the bill, talked: true, letter: itemised-statement, next_try_days: 9}\n"
        "  skip_ahead: {says: Write instead, talked: true, closes: true, then: {resume_at: reminder-1}}\n"
        "  give_up: {says: Let it be, talked: true, closes: true, then: finish}\n"
    )
    act(three.database, publish_table, "dispositions", text, "house.yaml", "our own")
    say(three.database, "Ada", "hospital_again")
    ((until,),) = rows(three.database, "SELECT until_on FROM hold WHERE kind = 'manager'")
    assert str(until) == str(DAY + timedelta(days=20))
    say(three.database, "Bea", "send_bill")
    assert rows(three.database, "SELECT not_before_on FROM task WHERE id = :id", id=task_of(three.database, "Bea"))[0][
        0
    ]
    assert rows(three.database, "SELECT kind FROM letter WHERE state = 'queued'")[0][0] == "itemised-statement"
    say(three.database, "Cy", "skip_ahead")
    run_days(three, DAY, DAY, ["advance"])
    assert [step for _, kind, step in history(three.database, "Cy-1") if kind == "letter_queued"] == ["reminder-1"]
    act(three.database, record_inbound_call, account_of(three.database, "Bea-1").id, CallResult("give_up", AT))
    assert "schedule_finished" in [kind for _, kind, _ in history(three.database, "Bea-1")]


def test_a_limit_of_the_house_is_stricter_for_its_state_and_never_laxer(three: Practice) -> None:
    act(three.database, set_limit, "calls_in_7_days", "1")
    say(three.database, "Ada", "no_answer")
    tomorrow = DAY + timedelta(days=1)
    assert [one.stop.rule for one in kept(three.database, tomorrow)] == ["limit:calls_in_7_days"]
    assert kept(three.database, tomorrow)[0].stop.until == DAY + timedelta(days=7)
    with three.database.transaction(actor="boss", business_date=DAY) as tx:
        set_limit(tx, "no_calls", "yes", state="NY")
        set_limit(tx, "call_opens", "10:00", state="OH")
    call = next(one for one in listed(three.database) if names([one]) == ["Bea"])
    assert f"{call.window_start:%H:%M}" == "15:00"
    for name, value, says in (
        ("call_opens", "07:00", "only be stricter"),
        ("calls_in_7_days", "8", "from 0 to 6"),
        ("no_cals", "yes", "no_calls"),
        ("days_after_talk", "3", "from 8"),
    ):
        with refused(says):
            act(three.database, set_limit, name, value)
    act(three.database, set_limit, "calls_in_7_days", "none")
    assert kept(three.database, tomorrow) == []


def test_every_disposition_leaves_a_history_and_no_call_while_its_hold_stands(practice: Practice) -> None:
    from flows.calls.dispositions import DISPOSITIONS

    codes = sorted(DISPOSITIONS)
    people = [f"P{n}" for n in range(len(codes))]
    open_for(practice, *people)
    for name, code in zip(people, codes, strict=True):
        one = DISPOSITIONS[code]
        more: dict[str, Any] = {}
        if "amount" in one.needs:
            more["amount_cents"] = 10_00
        if "date" in one.needs:
            more["on"] = DAY + timedelta(days=3)
        say(practice.database, name, code, **more)
        events = [kind for _, kind, _ in history(practice.database, f"{name}-1")]
        assert "call_made" in events
        assert ("hold_opened" in events) is (one.hold is not None or one.does in ("promise", "death", "bad_number"))
        assert ("task_closed" in events) is one.closes
    held = {"cease", "attorney", "bankruptcy", "dispute", "insurance_provided", "financial_assistance_requested"}
    stopped = {people[codes.index(code)] for code in held}
    assert not stopped & set(names(listed(practice.database, DAY + timedelta(days=30))))


def test_a_hold_that_is_cleared_lets_the_account_go_on(three: Practice, tmp_path: Path) -> None:
    say(three.database, "Ada", "dispute")
    account = account_of(three.database, "Ada-1").id
    act(three.database, lambda tx: clear_holds(tx, holds_of(tx, account, HoldKind.DISPUTE), "answered"))
    run_days(three, DAY, date(2026, 4, 10), ["advance"])
    assert "letter_queued" in [kind for _, kind, _ in history(three.database, "Ada-1")]
