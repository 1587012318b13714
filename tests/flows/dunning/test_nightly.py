"""What must hold on every day: no letter to the dead, none twice, none lost, none against a rule, none too soon."""

from datetime import date, timedelta

import pytest

from flows.accounts.holds import NewHold, clear_holds, open_holds
from flows.calls.commands import CallResult, record_call_result
from flows.calls.promises import promise
from flows.calls.queries import calls_of_the_day
from flows.correspondence.letters.commands import mail_room
from flows.correspondence.print_batches.commands import print_letters
from flows.correspondence.print_batches.mailing import mail_batch
from flows.dunning.engine.decide import TakeStep
from flows.dunning.engine.rows import DecisionWriter
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.people.death import record_death
from flows.practice import Practice
from flows.schedules.schedule import OpenCall
from flows.stages import run_stage
from models.enums import HoldKind, LedgerKind
from models.errors import Refused
from tests.small_book import account_of, history, publish_shipped, publish_text, rows, run_days, someone, steps, take_in

FRIDAY = date(2026, 2, 6)
SATURDAY = date(2026, 2, 7)
MONDAY = date(2026, 2, 9)
BILLED = date(2026, 1, 7)  # thirty days before that Friday


def letters(practice: Practice) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in rows(practice.database, "SELECT kind, state FROM letter ORDER BY id")]


def print_and_mail(practice: Practice, today: date) -> None:
    for batch in print_letters(mail_room(practice), practice.settings.outbox, today):
        with practice.database.transaction(actor="mail room", business_date=today) as tx:
            mail_batch(tx, batch.batch, today)


@pytest.fixture
def one_account(practice: Practice) -> Practice:
    """One account whose first reminder falls due on the Friday."""
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Ada", "A1", BILLED)], date(2026, 1, 20))
    return practice


def test_a_letter_queued_on_friday_is_not_printed_if_the_patient_dies_on_saturday(one_account: Practice) -> None:
    run_days(one_account, FRIDAY, FRIDAY)
    assert letters(one_account) == [("reminder-1", "rendered")]
    with one_account.database.transaction(actor="clerk", business_date=SATURDAY) as tx:
        record_death(tx, account_of(one_account.database, "A1").guarantor_id, SATURDAY, "daughter")
    assert letters(one_account) == [("reminder-1", "voided")]
    assert print_letters(mail_room(one_account), one_account.settings.outbox, MONDAY) == []
    run_days(one_account, SATURDAY, date(2026, 6, 30))
    assert letters(one_account) == [("reminder-1", "voided")]
    assert "death_recorded" in [kind for _, kind, _ in history(one_account.database, "A1")]
    work = {row[0] for row in rows(one_account.database, "SELECT kind FROM task WHERE state = 'open'")}
    assert work == {"open-estate", "search-probate", "estate-open-by"}


def test_a_death_learned_between_queueing_and_printing_is_seen_at_printing(one_account: Practice) -> None:
    run_days(one_account, FRIDAY, FRIDAY)
    guarantor = account_of(one_account.database, "A1").guarantor_id
    with one_account.database.transaction(actor="test", business_date=SATURDAY) as tx:
        # The date alone, as a careless import would leave it: no command took the letter back.
        tx.conn.exec_driver_sql(f"UPDATE person SET death_date = '2026-02-07' WHERE id = {guarantor}")
    assert print_letters(mail_room(one_account), one_account.settings.outbox, MONDAY) == []
    assert letters(one_account) == [("reminder-1", "voided")]


def test_paid_in_full_before_printing_voids_the_letter_and_a_part_payment_changes_its_amount(
    practice: Practice,
) -> None:
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Ada", "A1", BILLED), someone("Ben", "B1", BILLED)], date(2026, 1, 20))
    run_days(practice, FRIDAY, FRIDAY)
    with practice.database.transaction(actor="clerk", business_date=SATURDAY) as tx:
        whole, part = account_of(practice.database, "A1").id, account_of(practice.database, "B1").id
        post(
            tx,
            [
                Entry(whole, SATURDAY, LedgerKind.PATIENT_PAYMENT, -12_000, "test", "1"),
                Entry(part, SATURDAY, LedgerKind.PATIENT_PAYMENT, -2_000, "test", "2"),
            ],
        )
    (batch,) = print_letters(mail_room(practice), practice.settings.outbox, MONDAY)
    assert batch.letters == 1
    found = rows(practice.database, "SELECT state, total_cents FROM letter ORDER BY id")
    assert [tuple(row) for row in found] == [("voided", None if found[0][1] is None else 12_000), ("batched", 10_000)]


def test_running_the_same_day_twice_changes_nothing(one_account: Practice) -> None:
    run_days(one_account, FRIDAY, FRIDAY)
    before = history(one_account.database, "A1"), letters(one_account)
    run_days(one_account, FRIDAY, FRIDAY)
    assert (history(one_account.database, "A1"), letters(one_account)) == before


def test_a_held_account_goes_on_where_it_stood_and_its_steps_keep_their_distance(one_account: Practice) -> None:
    run_days(one_account, FRIDAY, date(2026, 3, 6))
    print_and_mail(one_account, date(2026, 3, 6))
    with one_account.database.transaction(actor="clerk", business_date=date(2026, 3, 8)) as tx:
        (hold,) = open_holds(tx, [NewHold(HoldKind.DISPUTE, account_id=account_of(one_account.database, "A1").id)])
    run_days(one_account, date(2026, 3, 8), date(2026, 4, 20))
    assert "reminder-2" not in steps(one_account.database, "A1")
    blocked = [event for event in history(one_account.database, "A1") if event[1] == "step_blocked"]
    assert [step for _, _, step in blocked] == ["reminder-2"], "a finding is written once"
    with one_account.database.transaction(actor="clerk", business_date=date(2026, 4, 21)) as tx:
        clear_holds(tx, [hold], "answered")
    run_days(one_account, date(2026, 4, 21), date(2026, 5, 29))
    taken = steps(one_account.database, "A1")
    assert taken["reminder-2"] == ("done", "2026-04-21")
    assert taken["final-notice"] == ("done", "2026-05-21"), "thirty days after the late reminder"


def test_a_payment_in_full_ends_the_way_with_one_thank_you(one_account: Practice) -> None:
    run_days(one_account, FRIDAY, date(2026, 2, 20))
    with one_account.database.transaction(actor="clerk", business_date=date(2026, 2, 21)) as tx:
        key = account_of(one_account.database, "A1").id
        post(tx, [Entry(key, date(2026, 2, 21), LedgerKind.PATIENT_PAYMENT, -12_000, "test", "1")])
    run_days(one_account, date(2026, 2, 21), date(2026, 6, 30))
    assert letters(one_account) == [("reminder-1", "rendered"), ("paid-in-full", "rendered")]
    assert account_of(one_account.database, "A1").state == "paid"
    assert history(one_account.database, "A1")[-2][1] == "schedule_finished"


def test_a_balance_written_off_is_not_paid_and_no_letter_thanks_for_it(one_account: Practice) -> None:
    run_days(one_account, FRIDAY, date(2026, 2, 20))
    with one_account.database.transaction(actor="clerk", business_date=date(2026, 2, 21)) as tx:
        key = account_of(one_account.database, "A1").id
        post(tx, [Entry(key, date(2026, 2, 21), LedgerKind.WRITE_OFF, -12_000, "test", "1", "small balance")])
    run_days(one_account, date(2026, 2, 21), date(2026, 6, 30))
    assert letters(one_account) == [("reminder-1", "rendered")]
    assert account_of(one_account.database, "A1").state == "written_off"


def test_a_check_that_comes_back_puts_the_account_on_its_way_again(one_account: Practice) -> None:
    run_days(one_account, FRIDAY, date(2026, 2, 20))
    key = account_of(one_account.database, "A1").id
    for day, cents, number in ((date(2026, 2, 21), -12_000, "1"), (date(2026, 3, 20), 12_000, "2")):
        with one_account.database.transaction(actor="clerk", business_date=day) as tx:
            post(tx, [Entry(key, day, LedgerKind.PATIENT_PAYMENT, cents, "test", number, "NSF" if cents > 0 else None)])
        run_days(one_account, day, date(2026, 3, 19) if cents < 0 else date(2026, 4, 30))
    assert account_of(one_account.database, "A1").state == "open"
    assert steps(one_account.database, "A1")["reminder-2"][0] == "done"


def test_a_check_that_comes_back_and_is_paid_after_all_is_thanked_for_again(one_account: Practice) -> None:
    run_days(one_account, FRIDAY, date(2026, 2, 20))
    key = account_of(one_account.database, "A1").id
    moves = ((date(2026, 2, 21), -12_000), (date(2026, 3, 2), 12_000), (date(2026, 3, 6), -12_000))
    for number, (day, cents) in enumerate(moves):
        with one_account.database.transaction(actor="clerk", business_date=day) as tx:
            note = "NSF" if cents > 0 else None
            post(tx, [Entry(key, day, LedgerKind.PATIENT_PAYMENT, cents, "test", str(number), note)])
        run_days(one_account, day, day + timedelta(days=3 if number < 2 else 30))
    account = account_of(one_account.database, "A1")
    assert account.state == "paid"
    assert [kind for kind, _ in letters(one_account)].count("paid-in-full") == 2
    assert "set_aside" not in [kind for _, kind, _ in history(one_account.database, "A1")]


def test_a_broken_promise_is_found_by_the_ledger_and_calls_for_a_call(one_account: Practice) -> None:
    run_days(one_account, FRIDAY, date(2026, 2, 17))
    with one_account.database.reading() as conn:
        (call,), _ = calls_of_the_day(conn, date(2026, 2, 17))
    with one_account.database.transaction(actor="collector", business_date=date(2026, 2, 17)) as tx:
        record_call_result(
            tx, call.task.id, CallResult("promise_to_pay", "2026-02-17T15:00:00Z", 6_000, date(2026, 2, 24))
        )
    run_days(one_account, date(2026, 2, 18), date(2026, 3, 3))
    kinds = [kind for _, kind, _ in history(one_account.database, "A1")]
    assert kinds.count("promise_judged") == 1
    with one_account.database.reading() as conn:
        (call,), _ = calls_of_the_day(conn, date(2026, 3, 3))
    assert call.task.script == "broken-promise"


def test_nobody_is_called_who_asked_not_to_be_but_letters_go_on(one_account: Practice) -> None:
    run_days(one_account, FRIDAY, date(2026, 2, 17))
    with one_account.database.reading() as conn:
        (call,), _ = calls_of_the_day(conn, date(2026, 2, 17))
    with one_account.database.transaction(actor="collector", business_date=date(2026, 2, 17)) as tx:
        record_call_result(tx, call.task.id, CallResult("cease", "2026-02-17T15:00:00Z"))
    run_days(one_account, date(2026, 2, 18), date(2026, 4, 30))
    with one_account.database.reading() as conn:
        assert calls_of_the_day(conn, date(2026, 4, 30))[0] == []
    assert steps(one_account.database, "A1")["final-notice"][0] == "done"


def test_a_returned_letter_stops_the_mail_until_an_address_is_found(one_account: Practice) -> None:
    from flows.correspondence.returned_mail.commands import return_letter
    from flows.correspondence.returned_mail.nixie import Nixie

    run_days(one_account, FRIDAY, FRIDAY)
    (batch,) = print_letters(mail_room(one_account), one_account.settings.outbox, FRIDAY)
    with one_account.database.transaction(actor="mail room", business_date=FRIDAY) as tx:
        mail_batch(tx, batch.batch, FRIDAY)
    with one_account.database.transaction(actor="mail room", business_date=date(2026, 2, 16)) as tx:
        return_letter(tx, 1, Nixie.NOT_DELIVERABLE)
    run_days(one_account, date(2026, 2, 16), date(2026, 4, 30))
    assert "reminder-2" not in steps(one_account.database, "A1")
    assert [row[0] for row in rows(one_account.database, "SELECT kind FROM task WHERE state = 'open'")] == [
        "find-address"
    ]


def test_a_mailed_batch_is_written_once_and_refused_for_another_day(one_account: Practice) -> None:

    run_days(one_account, FRIDAY, FRIDAY)
    (batch,) = print_letters(mail_room(one_account), one_account.settings.outbox, FRIDAY)
    for _ in range(2):
        with one_account.database.transaction(actor="mail room", business_date=FRIDAY) as tx:
            mail_batch(tx, batch.batch, FRIDAY)
    assert [kind for _, kind, _ in history(one_account.database, "A1")].count("letter_mailed") == 1
    with (
        pytest.raises(Refused, match="was mailed on 2026-02-06"),
        one_account.database.transaction(actor="mail room", business_date=MONDAY) as tx,
    ):
        mail_batch(tx, batch.batch, MONDAY)


def test_a_death_before_birth_or_in_the_future_is_refused(one_account: Practice) -> None:
    guarantor = account_of(one_account.database, "A1").guarantor_id
    for died_on, said in ((date(1960, 1, 1), "before the birth"), (date(2027, 1, 1), "is in the future")):
        with (
            pytest.raises(Refused, match=said),
            one_account.database.transaction(actor="clerk", business_date=FRIDAY) as tx,
        ):
            record_death(tx, guarantor, died_on, "typed wrong")


def test_a_medicaid_patient_is_never_asked_and_the_history_says_which_law(practice: Practice) -> None:
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Ada", "A1", BILLED, payer_class="self_pay")], date(2026, 1, 20))
    with practice.database.transaction(actor="clerk", business_date=date(2026, 1, 21)) as tx:
        tx.conn.exec_driver_sql("UPDATE account SET payer_class = 'medicaid'")
    run_days(practice, date(2026, 1, 21), date(2026, 6, 1))
    assert letters(practice) == []


def test_one_bad_account_never_stops_the_day(practice: Practice) -> None:
    publish_shipped(practice.database)
    people = [someone(name, f"{name}1", BILLED) for name in ("Ada", "Ben", "Cal")]
    take_in(practice.database, people, date(2026, 1, 20))
    run_stage(practice, "enter", FRIDAY)
    with practice.database.transaction(actor="test", business_date=FRIDAY) as tx:
        # What a later version might leave behind: a happening that this one does not know.
        bad = account_of(practice.database, "Ben1").id
        tx.conn.exec_driver_sql(f"UPDATE enrollment SET pending_trigger = 'comet_seen#1' WHERE account_id = {bad}")
    counts = run_stage(practice, "advance", FRIDAY)
    assert counts["letters"] == 2
    assert counts["set_aside"] == 1
    task = rows(practice.database, "SELECT kind, reason FROM task WHERE kind = 'set-aside'")
    assert len(task) == 1
    assert "ValueError" in task[0][1]
    assert "comet" not in task[0][1], "a reason names the failure, nobody's data"
    assert history(practice.database, "Ben1")[-1][1] == "set_aside"


CALLED_TWICE = """
schedule: called-twice
title: A second call falls due while the first is still open
enter: {overdue_days: 30, balance: {at_least: 1.00}}
on:
  promise_broken: {do: {call: {script: broken-promise, attempts: 3, every_days: 3, give_up_after_days: 30}}}
steps:
  - id: first-call
    at: {day: 30}
    do: {call: {script: first-call, attempts: 3, every_days: 3, give_up_after_days: 30}}
  - id: second-call
    at: {day: 35}
    do: {call: {script: second-call, attempts: 3, every_days: 3, give_up_after_days: 30}}
"""


def test_a_call_that_falls_due_while_one_is_open_joins_it_and_nobody_is_set_aside(practice: Practice) -> None:
    publish_text(practice.database, CALLED_TWICE)
    later = BILLED + timedelta(days=5)
    take_in(
        practice.database, [someone("Ada", accounts=[("A1", BILLED, 9_000), ("A2", later, 5_000)])], date(2026, 1, 20)
    )
    run_days(practice, FRIDAY, date(2026, 2, 13))
    (call,) = rows(practice.database, "SELECT id, script FROM task WHERE kind = 'call'")
    assert call.script == "first-call"
    assert not rows(practice.database, "SELECT 1 FROM task WHERE kind = 'set-aside'")
    about = rows(
        practice.database, "SELECT a.number FROM task_account t JOIN account a ON a.id = t.account_id ORDER BY 1"
    )
    assert [row[0] for row in about] == ["A1", "A2"]
    assert steps(practice.database, "A1") == {
        "first-call": ("done", "2026-02-06"),
        "second-call": ("done", "2026-02-11"),
    }
    assert steps(practice.database, "A2") == {"first-call": ("done", "2026-02-11")}
    told = "SELECT why FROM account_event WHERE step = 'second-call'"
    assert "added to the open call" in rows(practice.database, told)[0][0]


def test_a_promise_that_breaks_while_a_call_is_open_is_spoken_of_in_that_call(practice: Practice) -> None:
    publish_text(practice.database, CALLED_TWICE)
    take_in(practice.database, [someone("Ada", "A1", BILLED)], date(2026, 1, 20))
    run_days(practice, FRIDAY, FRIDAY)
    with practice.database.transaction(actor="maria", business_date=FRIDAY) as tx:
        account = account_of(practice.database, "A1")
        promise(tx, account.guarantor_id, account.creditor_id, [account], 1_000, SATURDAY)
    run_days(practice, SATURDAY, date(2026, 2, 16))
    assert [kind for _, kind, _ in history(practice.database, "A1")].count("promise_judged") == 1
    assert "on.promise_broken" in {step.partition("#")[0] for step in steps(practice.database, "A1")}
    assert len(rows(practice.database, "SELECT 1 FROM task WHERE kind = 'call'")) == 1
    assert not rows(practice.database, "SELECT 1 FROM task WHERE kind = 'set-aside'")


def test_who_is_set_aside_has_the_step_and_account_that_failed_named_and_nobodys_data(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_text(practice.database, CALLED_TWICE)
    take_in(
        practice.database, [someone("Ada", accounts=[("A1", BILLED, 9_000), ("A2", BILLED, 5_000)])], date(2026, 1, 20)
    )
    run_stage(practice, "enter", FRIDAY)
    usual = DecisionWriter._call  # pyright: ignore[reportPrivateUsage]

    def fails_on_one(self: DecisionWriter, do: TakeStep, act: OpenCall) -> None:
        usual(self, do, act)
        if do.account.number == "A2":
            self.work.steps.append(self.work.steps[-1])

    monkeypatch.setattr(DecisionWriter, "_call", fails_on_one)
    assert run_stage(practice, "advance", FRIDAY)["set_aside"] == 2
    for (reason,) in rows(practice.database, "SELECT reason FROM task WHERE kind = 'set-aside'"):
        assert reason.startswith("IntegrityError")
        assert "step_taken" in reason, "what of the book refused it"
        assert "first-call of account A2" in reason
        assert "A1" not in reason
        assert "Ada" not in reason


def test_a_template_that_fails_on_one_name_sets_that_letter_aside(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    from letters.docx.template import Template

    publish_shipped(practice.database)
    take_in(practice.database, [someone(name, f"{name}1", BILLED) for name in ("Ada", "Ben")], date(2026, 1, 20))
    usual = Template.render

    def fails_on_ben(self: Template, data: object, pictures: object) -> bytes:
        if "Ben" in str(data):
            raise RuntimeError("Ben Tester broke it")
        return usual(self, data, pictures)  # type: ignore[arg-type]

    monkeypatch.setattr(Template, "render", fails_on_ben)
    run_days(practice, FRIDAY, FRIDAY)
    assert letters(practice) == [("reminder-1", "rendered"), ("reminder-1", "voided")]
    assert "Ben" not in rows(practice.database, "SELECT reason FROM task WHERE kind = 'set-aside'")[0][0]
