"""While a payment is awaited the representative is reminded, three times and no more, and only if they may be written to."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.accounts.holds import NewHold, open_holds
from flows.estates.deadlines.nightly import watch_estates
from flows.estates.documents.commands import estate_desk
from flows.estates.matters.parties import NewParty, add_party
from flows.estates.payments.commands import pay
from flows.estates.payments.decide import AT_MOST, Reminder, Waiting, reminder_day, reminder_today
from flows.practice import Practice
from flows.settings.commands import change_setting
from models.enums import HoldKind
from models.errors import Refused
from models.estate_enums import Authority, EstateFactName, MatterState, PartyRole
from tests.flows.estates.estates import LATER, act, die, fact, go, harold, now, paper, send, to_filed
from tests.small_book import account_of, rows


@pytest.fixture
def home(practice: Practice) -> Practice:
    """Harold's claim is allowed, and its payment awaited since LATER."""
    harold(practice.database)
    matter = die(practice.database)
    assert matter == 1
    to_filed(practice, matter)
    go(practice.database, matter, MatterState.ALLOWED, on=LATER)
    go(practice.database, matter, MatterState.AWAITING_PAYMENT)
    return practice


def walk(practice: Practice, days: int, first: date = LATER) -> None:
    for offset in range(days + 1):
        watch_estates(practice.database, estate_desk(practice), first + timedelta(offset))


def reminders(practice: Practice) -> list[int]:
    """After how many days each reminder was written."""
    found = rows(practice.database, "SELECT made_on FROM estate_paper WHERE kind = 'payment-reminder' ORDER BY serial")
    return [(date.fromisoformat(str(row[0])) - LATER).days for row in found]


def tasks(practice: Practice, kind: str) -> list[str]:
    return [
        row[0] for row in rows(practice.database, "SELECT reason FROM task WHERE kind = :k AND state = 'open'", k=kind)
    ]


def test_three_reminders_go_a_month_apart_and_then_the_desk_is_told(home: Practice) -> None:
    walk(home, 125)
    assert reminders(home) == [30, 60, 90]
    (late,) = tasks(home, "estate-payment-late")
    assert "3 reminders and no payment" in late


def test_a_day_that_is_run_twice_reminds_once(home: Practice) -> None:
    walk(home, 30)
    before = rows(home.database, "SELECT COUNT(*) FROM account_event")[0][0]
    walk(home, 0, LATER + timedelta(30))
    assert reminders(home) == [30]
    assert rows(home.database, "SELECT COUNT(*) FROM account_event")[0][0] == before


def test_a_night_without_a_reminder_reads_no_matter(home: Practice) -> None:
    walk(home, 0)
    assert now(home.database, 1).review_on > LATER + timedelta(1)
    assert watch_estates(home.database, estate_desk(home), LATER + timedelta(1)) == {}


def test_the_house_says_how_often(home: Practice) -> None:
    act(home.database, LATER, change_setting, "estate_reminder_days", "10")
    walk(home, 25)
    assert reminders(home) == [10, 20]


def test_a_house_that_wants_no_reminders_has_none(home: Practice) -> None:
    act(home.database, LATER, change_setting, "estate_reminder_days", "0")
    walk(home, 100)
    assert reminders(home) == [] and not tasks(home, "estate-payment-late")


def test_money_that_comes_gives_a_month_more(home: Practice) -> None:
    walk(home, 20)
    act(home.database, LATER + timedelta(20), pay, 1, 5_000, "check 1")
    walk(home, 35, LATER + timedelta(20))
    assert reminders(home) == [50]


def test_the_desk_sends_the_reminder_and_says_so(home: Practice) -> None:
    walk(home, 30)
    (task,) = tasks(home, "estate-reminder")
    assert "send the reminder E-000001/2" in task
    send(home, 1, 2, LATER + timedelta(31), "first-class mail")
    assert tasks(home, "estate-reminder") == []


def test_a_reminder_goes_to_the_estates_attorney_where_there_is_one(home: Practice) -> None:
    contact = {"address1": "9 Pinckney", "city": "Dayton", "state": "OH", "zip": "45402"}
    lawyer = NewParty(PartyRole.ESTATE_ATTORNEY, "Tobias Lindqvist", "letter", Authority.ATTORNEY, contact)
    number = act(home.database, LATER, add_party, 1, lawyer)
    walk(home, 30)
    to = rows(home.database, "SELECT party_id FROM estate_paper WHERE kind = 'payment-reminder'")
    assert [row[0] for row in to] == [number]


@pytest.mark.parametrize("kind", [HoldKind.BANKRUPTCY, HoldKind.MANAGER, HoldKind.CEASE, HoldKind.DISPUTE])
def test_nothing_is_written_under_a_hold_and_the_desk_learns_why(home: Practice, kind: HoldKind) -> None:
    act(home.database, LATER, open_holds, [NewHold(kind, account_id=account_of(home.database, "A1").id)])
    walk(home, 30)
    assert reminders(home) == []
    assert f"there is a hold ({kind.value})" in tasks(home, "estate-reminder")[0]


def test_nobody_is_written_to_who_takes_part_no_longer_or_has_no_address(home: Practice) -> None:
    act(home.database, LATER, lambda tx: tx.conn.exec_driver_sql("UPDATE estate_party SET zip = NULL"))
    walk(home, 30)
    assert reminders(home) == [] and "has no complete address" in tasks(home, "estate-reminder")[0]
    act(home.database, LATER, lambda tx: tx.conn.exec_driver_sql("UPDATE estate_party SET ended_on = since_on"))
    walk(home, 31, LATER + timedelta(30))
    assert reminders(home) == []


def test_a_payment_that_came_whole_ends_the_reminders(home: Practice) -> None:
    walk(home, 30)
    day = LATER + timedelta(31)
    act(home.database, day, pay, 1, 20_000, "check 1")
    go(home.database, 1, MatterState.CLOSED_PAID, today=day)
    walk(home, 70, day)
    assert reminders(home) == [30] and tasks(home, "estate-reminder") == []


@given(st.lists(st.integers(0, 200), max_size=5), st.integers(0, 90), st.integers(0, 400))
def test_never_more_than_three_and_never_sooner_than_the_house_says(after: list[int], every: int, passed: int) -> None:
    waiting = Waiting(LATER, tuple(LATER + timedelta(days) for days in sorted(after)), every)
    today = LATER + timedelta(passed)
    found, day = reminder_today(waiting, today), reminder_day(waiting)
    if found is Reminder.WRITE:
        assert len(after) < AT_MOST
        assert day is not None and today >= day
        assert all((today - one).days >= every for one in waiting.reminded)
    if day is None:
        assert every == 0 and found is Reminder.NOTHING


def test_an_insolvent_estate_is_not_asked_for_the_whole_of_what_was_allowed(practice: Practice) -> None:
    harold(practice.database)
    matter = die(practice.database)
    to_filed(practice, matter)
    for name, text in (
        (EstateFactName.ASSETS, "300"),
        (EstateFactName.DEBTS_AHEAD, "200"),
        (EstateFactName.DEBTS_BESIDE, "1000"),
    ):
        fact(practice.database, matter, name, text)
    go(practice.database, matter, MatterState.ALLOWED, on=LATER)
    go(practice.database, matter, MatterState.INSOLVENT)
    go(practice.database, matter, MatterState.AWAITING_PAYMENT)
    walk(practice, 31)
    assert reminders(practice) == []
    (late,) = tasks(practice, "estate-payment-late")
    assert "the estate is insolvent, so no reminder for the full allowed amount is sent" in late
    to = rows(practice.database, "SELECT id FROM estate_party WHERE role = 'representative'")[0].id
    with pytest.raises(Refused, match="the estate is insolvent"):
        paper(practice, matter, "payment-reminder", to)
