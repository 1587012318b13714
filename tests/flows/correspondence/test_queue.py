"""Letters that answer something go beside the schedule, once, and only where there is something to tell."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.accounts.holds import NewHold, open_holds
from flows.agency_handoff.commands import record_fact
from flows.correspondence.letters.commands import mail_room, preview
from flows.correspondence.print_batches.commands import print_letters
from flows.correspondence.print_batches.mailing import mail_batch
from flows.correspondence.queue import answer, answer_request
from flows.intake.file_format import Options
from flows.intake.take import take_files
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.practice import Practice
from flows.reports.mail_report import day_of_letters
from letters.docx.archive import letter_in
from models.enums import FactName, HoldKind, LedgerKind
from models.errors import Refused
from tests.letters.reading import words
from tests.small_book import account_of, history, publish_shipped, rows, run_days, someone, steps, take_in

FRIDAY = date(2026, 2, 6)
MONDAY = date(2026, 2, 9)
BILLED = date(2026, 1, 7)


@pytest.fixture
def ada(practice: Practice) -> Practice:
    """One account whose first reminder falls due on the Friday."""
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Ada", "A1", BILLED)], date(2026, 1, 20))
    return practice


def letters(practice: Practice) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in rows(practice.database, "SELECT kind, state FROM letter ORDER BY id")]


def file_of(practice: Practice, letter: int) -> str:
    archive = rows(practice.database, "SELECT file FROM letter WHERE id = :key", key=letter)[0][0]
    return words(letter_in(practice.settings.letters / archive, f"L-{letter:08d}.docx"))


def pay(practice: Practice, cents: int, kind: LedgerKind = LedgerKind.PATIENT_PAYMENT, on: date = MONDAY) -> None:
    with practice.database.transaction(actor="clerk", business_date=on) as tx:
        key = account_of(practice.database, "A1").id
        post(tx, [Entry(key, on, kind, cents, "test", f"{kind}{cents}{on}")])


def test_a_check_that_came_back_is_told_and_the_reminder_goes_all_the_same(ada: Practice) -> None:
    pay(ada, -5_000, on=date(2026, 2, 2))
    pay(ada, 5_000, on=FRIDAY)
    run_days(ada, FRIDAY, FRIDAY)
    assert letters(ada) == [("returned-check", "rendered"), ("reminder-1", "rendered")]
    told = file_of(ada, 1)
    assert "On February 6, 2026 the bank returned your payment of $50.00 made on February 2, 2026" in told
    assert "We do not charge a fee" in told


def test_an_old_reversal_that_a_book_brings_along_is_no_news(ada: Practice) -> None:
    with ada.database.transaction(actor="clerk", business_date=FRIDAY) as tx:
        key = account_of(ada.database, "A1").id
        post(tx, [Entry(key, date(2025, 6, 1), LedgerKind.PATIENT_PAYMENT, 5_000, "book", "old")])
    assert letters(ada) == []


def test_a_dispute_is_acknowledged_and_nothing_else_goes(ada: Practice) -> None:
    run_days(ada, FRIDAY, FRIDAY)
    with ada.database.transaction(actor="clerk", business_date=FRIDAY) as tx:
        open_holds(tx, [NewHold(HoldKind.DISPUTE, account_id=account_of(ada.database, "A1").id)])
    run_days(ada, FRIDAY, date(2026, 3, 31))
    assert letters(ada) == [("reminder-1", "voided"), ("dispute-received", "rendered")]
    told = file_of(ada, 2)
    assert "answer you by March 8, 2026" in told
    assert "Amount due" not in told


def test_a_refund_is_told_to_whom_it_goes(ada: Practice) -> None:
    pay(ada, -24_000, on=FRIDAY)
    pay(ada, 12_000, LedgerKind.REFUND, on=MONDAY)
    run_days(ada, MONDAY, MONDAY)
    assert ("refund-notice", "rendered") in letters(ada)
    assert "refunding $120.00 to you" in file_of(ada, 1)


def test_an_itemized_statement_that_was_asked_for_lists_every_entry(ada: Practice) -> None:
    pay(ada, -2_000, on=date(2026, 2, 2))
    with ada.database.transaction(actor="clerk", business_date=FRIDAY) as tx:
        answer(tx, "itemised-statement", [account_of(ada.database, "A1").id])
    run_days(ada, FRIDAY, FRIDAY)
    told = file_of(ada, 1)
    assert "Previous balance" in told
    assert "Your payment" in told
    assert "-$20.00" in told
    assert "$100.00" in told
    assert steps(ada.database, "A1")["reminder-1"] == ("done", "2026-02-06"), "the schedule goes on beside it"


def test_nothing_is_sent_where_there_is_nothing_to_tell(ada: Practice) -> None:
    key = account_of(ada.database, "A1").id
    for kind, told in (
        ("refund-notice", "no refund"),
        ("promise-broken", "no promise"),
        ("arrangement-confirmation", "no payment plan"),
        ("financial-assistance-summary", "is an enclosure"),
    ):
        with pytest.raises(Refused, match=told), ada.database.transaction(actor="x", business_date=FRIDAY) as tx:
            answer(tx, kind, [key])
    with (
        pytest.raises(Refused, match="one guarantor"),
        ada.database.transaction(actor="x", business_date=FRIDAY) as tx,
    ):
        answer(tx, "statement", [key, 99])
    with pytest.raises(Refused, match="has no refund"):
        preview(mail_room(ada), "A1", "refund-notice", FRIDAY, ada.settings.outbox / "x.docx")
    assert letters(ada) == []


TEXAS = {
    "creditors": "creditor_id,name,kind,state,address1,city,zip,phone\n"
    "H1,Lone Star Hospital,forprofit_hospital,TX,1 Star Lane,Austin,78701,512-555-0100\n",
    "guarantors": "guarantor_id,first_name,last_name,birth_date,address1,city,state,zip,phone\n"
    "G1,Tex,Tester,1970-01-01,1 Test Lane,Austin,TX,78701,512-555-0101\n",
    "patients": "patient_id,guarantor_id,first_name,last_name,birth_date\nP1,G1,Tex,Tester,1970-01-01\n",
    "accounts": "account_number,creditor_id,patient_id,guarantor_id,payer_class,service_from,first_statement_on,balance\n"
    f"T1,H1,P1,G1,self_pay,{BILLED - timedelta(days=30)},{BILLED},120.00\n",
    "transactions": "transaction_id,account_number,date,kind,amount,description\n"
    f"X1,T1,{BILLED - timedelta(days=30)},charge,120.00,SERVICE\n",
}


def texas(practice: Practice, folder: Path, service: str) -> None:
    """A Texas hospital's patient: the law requires an itemized bill before a reminder."""
    publish_shipped(practice.database)
    paths = [folder / f"{name}.csv" for name in TEXAS]
    for path in paths:
        path.write_text(TEXAS[path.stem].replace("SERVICE", service))
    (*reports,) = take_files(practice.database, paths, Options(), date(2026, 1, 20), folder / "rejects")
    assert not any(report.rejected for report in reports)


def mail_statement(practice: Practice) -> None:
    run_days(practice, FRIDAY, MONDAY)
    assert letters(practice) == [("itemised-statement", "rendered")]
    assert rows(practice.database, "SELECT COUNT(*) FROM task")[0][0] == 0
    for batch in print_letters(mail_room(practice), practice.settings.outbox, MONDAY):
        with practice.database.transaction(actor="mail room", business_date=MONDAY) as tx:
            mail_batch(tx, batch.batch, MONDAY)
    run_days(practice, date(2026, 2, 10), date(2026, 2, 11))


def test_a_texas_patient_gets_the_itemized_bill_first_and_the_reminder_when_it_is_mailed(
    practice: Practice, tmp_path: Path
) -> None:
    texas(practice, tmp_path, "Emergency room visit")
    mail_statement(practice)
    assert ("reminder-1", "rendered") in letters(practice)


def test_a_statement_without_services_is_no_itemized_bill_and_a_clerk_sends_one(
    practice: Practice, tmp_path: Path
) -> None:
    texas(practice, tmp_path, "")
    mail_statement(practice)
    assert letters(practice) == [("itemised-statement", "mailed")]
    (task,) = rows(practice.database, "SELECT kind, role, reason FROM task WHERE state = 'open'")
    assert (task.kind, task.role) == ("missing-itemized-bill", "clerk")
    assert "shows no services" in task.reason
    assert account_of(practice.database, "T1").itemized_bill_on is None
    later = date(2026, 2, 12)
    with practice.database.transaction(actor="leo", business_date=later) as tx:
        row = account_of(practice.database, "T1")
        record_fact(tx, row, FactName.ITEMIZED_BILL, "practice system", there=True, on=later)
    run_days(practice, later, date(2026, 2, 13))
    assert ("reminder-1", "rendered") in letters(practice)
    assert rows(practice.database, "SELECT count(*) AS n FROM task WHERE state = 'open'")[0].n == 0


def test_a_spanish_last_notice_of_a_charity_has_the_english_one_and_the_spanish_summary_with_it(
    practice: Practice,
) -> None:
    publish_shipped(practice.database)
    people = [someone("Luz", "L1", date(2025, 11, 3), language="es")]
    take_in(practice.database, people, date(2026, 1, 20), kind="nonprofit_hospital")
    run_days(practice, date(2026, 1, 21), date(2026, 6, 30))
    (notice,) = rows(practice.database, "SELECT id, enclose FROM letter WHERE kind = 'final-notice'")
    assert notice[1] == "financial-assistance-summary"
    told = file_of(practice, notice[0])
    assert told.index("Último aviso sobre su saldo") < told.index("Final notice about your balance")
    assert "un resumen en lenguaje sencillo" in told


def test_a_ledger_that_does_not_make_the_balance_sends_no_letter_and_sets_the_account_aside(ada: Practice) -> None:
    run_days(ada, FRIDAY, FRIDAY, stages=("enter", "advance"))
    with ada.database.transaction(actor="test", business_date=FRIDAY) as tx:
        tx.conn.exec_driver_sql("UPDATE account SET balance_cents = 11900")
    run_days(ada, FRIDAY, FRIDAY, stages=("letters",))
    assert letters(ada) == [("reminder-1", "voided")]
    (task,) = rows(ada.database, "SELECT kind, reason FROM task")
    assert task[0] == "set-aside"
    assert "the balance is $119.00, but the ledger totals $120.00" in task[1]


def test_an_account_whose_address_is_gone_gets_a_task_and_not_a_letter(ada: Practice) -> None:
    run_days(ada, FRIDAY, FRIDAY, stages=("enter", "advance"))
    with ada.database.transaction(actor="test", business_date=FRIDAY) as tx:
        tx.conn.exec_driver_sql("UPDATE person SET address1 = NULL")
    run_days(ada, FRIDAY, FRIDAY, stages=("letters",))
    assert letters(ada) == [("reminder-1", "voided")]
    assert [row[0] for row in rows(ada.database, "SELECT kind FROM task")] == ["missing-address"]


def test_the_report_of_a_day_tells_each_that_was_held_back_and_why(ada: Practice) -> None:
    take_in(ada.database, [someone("Ben", "B1", BILLED)], date(2026, 1, 20))
    run_days(ada, FRIDAY, FRIDAY, stages=("enter", "advance"))
    pay(ada, -12_000, on=FRIDAY)
    run_days(ada, FRIDAY, FRIDAY, stages=("letters",))
    with ada.database.reading() as conn:
        day = day_of_letters(conn, FRIDAY)
    assert (day["letters"], day["people"]) == (1, 1)
    assert [(one["account"], one["why"]) for one in day["held_back"]] == [
        ("A1", "Letter 1 voided: the balance is zero")
    ]


def test_the_report_tells_who_waits_for_the_distance_between_two_letters(ada: Practice) -> None:
    take_in(ada.database, [someone("Ada", "A2", date(2026, 1, 22))], date(2026, 1, 25))
    run_days(ada, FRIDAY, FRIDAY)
    run_days(ada, MONDAY, date(2026, 2, 21))
    with ada.database.reading() as conn:
        waiting = day_of_letters(conn, date(2026, 2, 21))["held_back"]
    assert all("days apart" in one["why"] for one in waiting)


def test_a_letter_in_large_print_for_who_asked_for_it(ada: Practice) -> None:
    from flows.people.contact.commands import change_person

    with ada.database.transaction(actor="clerk", business_date=FRIDAY) as tx:
        change_person(tx, account_of(ada.database, "A1").guarantor_id, {"large_print": True}, "told by phone")
    run_days(ada, FRIDAY, FRIDAY)
    (row,) = rows(ada.database, "SELECT large_print, pages FROM letter")
    assert bool(row[0])
    assert row[1] == 2
    assert "letter_rendered" in [kind for _, kind, _ in history(ada.database, "A1")]


def test_a_letter_that_waits_to_be_printed_or_mailed_is_not_asked_for_twice(ada: Practice) -> None:
    key = account_of(ada.database, "A1").id

    def ask(today: date, kind: str = "itemised-statement") -> int:
        with ada.database.transaction(actor="clerk", business_date=today) as tx:
            return answer_request(tx, kind, key)

    ask(MONDAY)
    with pytest.raises(Refused, match="Itemized statement L-00000001-3 is already queued"):
        ask(MONDAY)
    run_days(ada, MONDAY, MONDAY)
    print_letters(mail_room(ada), ada.settings.outbox, MONDAY)
    with pytest.raises(Refused, match="L-00000001-3 is already printed and not mailed yet"):
        ask(MONDAY)
    with ada.database.transaction(actor="nora", business_date=MONDAY) as tx:
        mail_batch(tx, 1, MONDAY)
    assert ask(date(2026, 2, 10)) > 1
    assert [kind for kind, _ in letters(ada)].count("itemised-statement") == 2
