"""A death stops everything at once, opens a matter at each creditor, and is undone whole if the report was wrong."""

from datetime import date, timedelta

import pytest

from flows.calls.promises import promise
from flows.correspondence.queue import answer
from flows.estates.death.undo import undo_death
from flows.estates.liability.release import release
from flows.estates.matters.opening import open_by_hand
from flows.estates.payments.commands import pay
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.people.death import record_death, suspect_death
from flows.practice import Practice
from models.enums import LedgerKind
from models.errors import Refused
from models.estate_enums import MatterState
from models.user_enums import Role
from tests.flows.estates.estates import (
    DIED,
    LATER,
    TOLD,
    act,
    die,
    go,
    harold,
    now,
    open_tasks_of,
    paper,
    send,
    to_claim,
    to_filed,
)
from tests.refusals import refused
from tests.small_book import Someone, account_of, history, publish_shipped, rows, run_days, steps, take_in


@pytest.fixture
def home(practice: Practice) -> Practice:
    """Harold, whose first reminder lies ready to be written."""
    publish_shipped(practice.database)
    harold(practice.database)
    run_days(practice, date(2026, 2, 4), date(2026, 2, 9), ("settle", "enter", "advance"))
    return practice


def test_a_death_voids_letters_opens_one_matter_and_tells_every_account(home: Practice) -> None:
    assert rows(home.database, "SELECT 1 FROM letter WHERE state = 'queued'")
    matter = die(home.database)
    assert not rows(home.database, "SELECT 1 FROM letter WHERE state NOT IN ('voided')")
    assert [
        row[0] for row in rows(home.database, "SELECT account_id FROM matter_account WHERE matter_id = :m", m=matter)
    ] == [account_of(home.database, number).id for number in ("A1", "A2")]
    for number in ("A1", "A2"):
        assert {"death_recorded", "matter_opened", "deadline_set"} <= {
            kind for _, kind, _ in history(home.database, number)
        }
    row = now(home.database, matter)
    assert (row.state, row.jurisdiction, row.deadline_on) == ("confirmed", "OH", date(2026, 8, 1))


def test_nothing_goes_out_after_a_death_however_long_the_days_run(home: Practice) -> None:
    die(home.database)
    run_days(home, TOLD, TOLD + timedelta(80))
    assert not rows(home.database, "SELECT 1 FROM letter WHERE state IN ('rendered', 'batched', 'mailed', 'emailed')")
    assert not rows(home.database, "SELECT 1 FROM task WHERE kind = 'call' AND state = 'open'")


def test_a_death_told_twice_changes_nothing(home: Practice) -> None:
    die(home.database)
    before = history(home.database, "A1")
    assert act(home.database, TOLD, record_death, account_of(home.database, "A1").guarantor_id, DIED, "again") == []
    assert history(home.database, "A1") == before


def test_each_creditor_has_a_matter_of_its_own(home: Practice) -> None:
    with home.database.transaction(actor="test", business_date=TOLD) as tx:
        tx.conn.exec_driver_sql(
            "INSERT INTO creditor (id, external_id, name, kind, state, phone_hours, accent, phone_hours_es, pay_online,"
            " assistance_url, logo_suffix, logo_width, logo_height) VALUES (99, 'C9', 'Other', 'physician_practice',"
            " 'OH', '', '', '', '', '', '', 0, 0)"
        )
        tx.conn.exec_driver_sql("UPDATE account SET creditor_id = 99 WHERE number = 'A2'")
    numbers = act(home.database, TOLD, record_death, account_of(home.database, "A1").guarantor_id, DIED, "the family")
    assert len(numbers) == 2


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(1960, 1, 1)])
def test_a_death_after_today_or_before_birth_is_refused(home: Practice, day: date) -> None:
    with pytest.raises(Refused, match="correct the date"):
        act(home.database, TOLD, record_death, account_of(home.database, "A1").guarantor_id, day, "typed wrong")


def test_a_death_without_a_day_stops_everything_and_is_only_reported(home: Practice) -> None:
    (matter,) = act(home.database, TOLD, suspect_death, account_of(home.database, "A1").guarantor_id, "a neighbour")
    row = now(home.database, matter)
    assert (row.state, row.deadline_on) == ("reported", None)
    assert "date of death is unknown" in row.deadline_why
    run_days(home, TOLD, TOLD + timedelta(40))
    assert not rows(home.database, "SELECT 1 FROM letter WHERE state <> 'voided'")
    go(home.database, matter, MatterState.CONFIRMED, death=DIED)
    assert (now(home.database, matter).state, now(home.database, matter).death_on) == ("confirmed", DIED)


def test_a_death_that_is_told_of_twice_without_its_day_stops_once(home: Practice) -> None:
    person = account_of(home.database, "A1").guarantor_id
    first = act(home.database, TOLD, suspect_death, person, "a neighbour")
    assert act(home.database, LATER, suspect_death, person, "the post") == first
    assert len(rows(home.database, "SELECT 1 FROM hold WHERE kind = 'deceased'")) == 1
    assert [kind for _, kind, _ in history(home.database, "A1")].count("hold_opened") == 1


def test_a_second_matter_for_one_person_and_creditor_is_refused(home: Practice) -> None:
    matter, account = die(home.database), account_of(home.database, "A1")
    with pytest.raises(Refused, match=f"matter {matter} is already open"):
        act(home.database, TOLD, open_by_hand, account.guarantor_id, account.creditor_id, "by hand")


def test_a_matter_of_somebody_who_lives_is_refused(home: Practice) -> None:
    account = account_of(home.database, "A1")
    with pytest.raises(Refused, match="no death is on record"):
        act(home.database, TOLD, open_by_hand, account.guarantor_id, account.creditor_id, "by hand")


def test_an_account_that_is_owed_again_after_the_death_joins_the_matter(home: Practice) -> None:
    matter = die(home.database)
    account = account_of(home.database, "A1")
    pay = Entry(account.id, TOLD, LedgerKind.PATIENT_PAYMENT, -12_000, "payments", "P1")
    back = Entry(account.id, TOLD, LedgerKind.PATIENT_PAYMENT, 12_000, "payments", "P1:reversal")
    act(home.database, TOLD, post, [pay])
    act(home.database, TOLD, post, [back])
    assert len(rows(home.database, "SELECT 1 FROM matter_account WHERE matter_id = :m", m=matter)) == 2
    assert len(rows(home.database, "SELECT 1 FROM estate_matter")) == 1


def test_an_account_that_comes_in_after_the_death_belongs_to_the_matter(home: Practice) -> None:
    matter = die(home.database)
    take_in(home.database, [Someone("Harold", [("A3", date(2026, 2, 5), 5_000)])], date(2026, 2, 12))
    ids = {
        row[0] for row in rows(home.database, "SELECT account_id FROM matter_account WHERE matter_id = :m", m=matter)
    }
    assert account_of(home.database, "A3").id in ids
    assert ("2026-02-12", "matter_joined", None) in history(home.database, "A3")


def test_a_wrong_report_is_undone_and_the_schedule_goes_on_where_it_stood(home: Practice) -> None:
    before = steps(home.database, "A1")
    matter = die(home.database)
    counts = act(home.database, LATER, undo_death, account_of(home.database, "A1").guarantor_id, "he called himself")
    assert counts["matters"] == 1
    assert now(home.database, matter).state == "annulled"
    assert open_tasks_of(home.database) == []
    run_days(home, LATER, LATER + timedelta(1))
    queued = rows(home.database, "SELECT kind FROM letter WHERE state <> 'voided'")
    assert len(queued) == 1
    assert set(before) <= set(steps(home.database, "A1"))


def test_an_answer_and_a_promise_that_a_false_death_stopped_go_on(home: Practice) -> None:
    account = account_of(home.database, "A1")
    act(home.database, TOLD, answer, "itemised-statement", [account.id])
    due = LATER + timedelta(20)
    act(home.database, TOLD, promise, account.guarantor_id, account.creditor_id, [account], 5_000, due)
    act(home.database, TOLD, record_death, account.guarantor_id, DIED, "a mix-up")
    assert rows(home.database, "SELECT state FROM promise") == [("replaced",)]
    counts = act(home.database, LATER, undo_death, account.guarantor_id, "another Harold")
    assert (counts["letters"], counts["promises"]) == (1, 1)
    assert rows(home.database, "SELECT state FROM promise") == [("open",)]
    assert rows(home.database, "SELECT 1 FROM letter WHERE kind = 'itemised-statement' AND state = 'queued'")


def test_what_was_sent_before_an_annulment_is_answered_for(home: Practice) -> None:
    matter = die(home.database)
    court = to_claim(home, matter)
    paper(home, matter, "claim", court)
    send(home, matter, 1)
    act(home.database, LATER, undo_death, account_of(home.database, "A1").guarantor_id, "he lives")
    assert open_tasks_of(home.database) == ["estate-apology"]


def test_once_a_claim_is_filed_only_a_manager_undoes_a_death_and_is_told_what_resumes(home: Practice) -> None:
    person = account_of(home.database, "A1").guarantor_id
    matter = die(home.database)
    to_filed(home, matter)
    act(home.database, LATER, pay, matter, 5_000, "check 1")
    said = r"claim of \$200.00 was filed on 2026-03-20 and the estate paid \$50.00.*schedules of all accounts.*--role manager"
    with refused(said):
        act(home.database, LATER, undo_death, person, "he lives")
    assert now(home.database, matter).state == "filed"
    act(home.database, LATER, undo_death, person, "he lives", Role.MANAGER)
    assert now(home.database, matter).state == "annulled"


def test_undoing_what_nobody_reported_is_refused(home: Practice) -> None:
    with pytest.raises(Refused, match="nothing to undo"):
        act(home.database, LATER, undo_death, account_of(home.database, "A1").guarantor_id, "why not")


def child(home: Practice) -> None:
    """The patient of Harold's second account is his child, another person."""
    with home.database.transaction(actor="test", business_date=TOLD) as tx:
        tx.conn.exec_driver_sql(
            "INSERT INTO person (id, first_name, last_name, state, email_consent, language, large_print, text_consent,"
            " version) VALUES (500, 'Ivy', 'Tester', 'OH', false, 'en', false, false, 1)"
        )
        tx.conn.exec_driver_sql("UPDATE account SET patient_id = 500 WHERE number = 'A2'")


def test_a_living_guarantor_goes_on_answering_where_a_manager_says_so(home: Practice) -> None:
    child(home)
    (matter,) = act(home.database, TOLD, record_death, 500, DIED, "the clinic")
    run_days(home, TOLD, TOLD + timedelta(30))
    assert not rows(
        home.database,
        "SELECT 1 FROM letter_account WHERE account_id = :a AND letter_id IN "
        "(SELECT id FROM letter WHERE state <> 'voided')",
        a=account_of(home.database, "A2").id,
    )
    with pytest.raises(Refused, match="only a manager"):
        act(home.database, LATER, release, matter, "A2", "the father signed", Role.ESTATE_DESK)
    act(home.database, LATER, release, matter, "A2", "the father signed", Role.MANAGER)
    assert now(home.database, matter).state == "annulled"
    run_days(home, LATER, LATER + timedelta(30))
    assert rows(
        home.database, "SELECT 1 FROM letter_account WHERE account_id = :a", a=account_of(home.database, "A2").id
    )


def test_what_only_the_dead_answer_for_is_not_released(home: Practice) -> None:
    matter = die(home.database)
    with pytest.raises(Refused, match="stays with the estate"):
        act(home.database, LATER, release, matter, "A1", "no reason", Role.MANAGER)
