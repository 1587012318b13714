"""The collector's pages: my list, one call, how it ended, the next one; what is another's, and what has gone stale."""

import re
from datetime import UTC, datetime

import pytest

from flows.calls.queries import calls_of_the_day
from flows.settings.commands import change_setting
from models.user_enums import Role
from tests.small_book import rows
from tests.web.site import DAY, Browser, Site


def task_of(site: Site, name: str) -> int:
    query = "SELECT t.id FROM task t JOIN person p ON p.id = t.guarantor_id WHERE t.kind = 'call' AND p.first_name = :n"
    return rows(site.practice.database, query, n=name)[0].id


def taken(browser: Browser, task: int) -> str:
    """Take a call; gives how far the histories had come when its page was drawn."""
    browser.submit(f"/calls/{task}/take")
    return browser.seen(f"/calls/{task}")


def mine(site: Site, who: str) -> list[int]:
    query = "SELECT id FROM task WHERE kind = 'call' AND state = 'open' AND assigned_to = :w ORDER BY id"
    return [row.id for row in rows(site.practice.database, query, w=who)]


def test_my_list_has_my_calls_best_first_with_their_hours(site_anywhere: Site) -> None:
    site = site_anywhere
    text = site.as_("maria").get("/calls").text
    names = [name for name in ("Ada", "Ben", "Cleo") if f"{name} Tester" in text]
    assert len(names) == len(mine(site, "maria"))
    assert "Now, until" in text
    everybody = site.as_(Role.MANAGER).get("/calls?whose=all").text
    with site.practice.database.reading() as conn:
        listed, _ = calls_of_the_day(conn, DAY, now=site.now.at)
    places = [everybody.index(f'/calls/{call.task.id}"') for call in listed]
    assert places == sorted(places)
    assert len(places) == 3


def test_the_house_and_the_list_of_calls_say_what_they_count_and_do_not_disagree(site: Site) -> None:
    with site.practice.database.transaction(actor="test", business_date=DAY) as tx:
        tx.conn.exec_driver_sql("UPDATE task SET not_before_on = '2026-02-20' WHERE id = ?", (task_of(site, "Ada"),))
    grace = site.as_(Role.MANAGER)
    practice, calls = (grace.get(path).text for path in ("/house", "/calls?whose=all"))
    assert re.search(r"Call, all open calls.*?<td[^>]*>3</td>", practice, re.DOTALL)
    assert "Open calls, as on the dashboard: 3." in calls
    assert "2 calls today: " in calls
    assert "1 for another day" in calls
    assert "as on the dashboard" not in site.as_("maria").get("/calls").text


def test_hours_are_told_in_the_practices_time_zone(site: Site) -> None:
    site.now.at = datetime(2026, 2, 17, 12, 30, tzinfo=UTC)
    text = site.as_("maria").get("/calls").text
    assert "From 8:05 AM ET" in text


def test_a_callback_is_told_in_our_time_and_in_theirs_where_that_is_another(site: Site) -> None:
    task, grace = task_of(site, "Cleo"), site.as_(Role.MANAGER)
    grace.submit(f"/calls/{task}/done", code="callback", on="2026-02-17", at="14:00", seen=taken(grace, task))
    for path in ("/calls?whose=all", f"/calls/{task}"):
        text = grace.get(path).text
        assert "Callback scheduled for Feb 17, 2026, 2:00 PM" in text
        assert "patient&#39;s time)" not in text
    with site.practice.database.transaction(actor="grace", business_date=DAY) as tx:
        change_setting(tx, "time_zone", "America/Chicago")
    for path in ("/calls?whose=all", f"/calls/{task}"):
        assert "Callback scheduled for Feb 17, 2026, 1:00 PM CT (2:00 PM patient&#39;s time)" in grace.get(path).text


def test_a_callback_without_a_time_is_told_by_its_day(site: Site) -> None:
    task, grace = task_of(site, "Cleo"), site.as_(Role.MANAGER)
    grace.submit(f"/calls/{task}/done", code="callback", on="2026-02-17", seen=taken(grace, task))
    assert re.search(r"Callback scheduled for Feb 17, 2026\s*<", grace.get("/calls?whose=all").text)


def test_saving_takes_the_next_call(site: Site) -> None:
    maria = site.as_("maria")
    got = maria.submit("/calls/next", follow=False)
    first = int(got.headers["location"].split("/")[2])
    assert first in mine(site, "maria")
    done = maria.submit(f"/calls/{first}/done", follow=False, code="no_answer", seen=maria.seen(f"/calls/{first}"))
    assert done.status_code == 303
    assert done.headers["location"].startswith(("/calls/", "/calls?none"))
    assert f"/calls/{first}?" not in done.headers["location"]
    assert "Saved: No answer." in maria.get(done.headers["location"]).text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"code": "promise_to_pay", "amount": "45", "on": "2026-02-24"}, "Saved: promise to pay $45.00 by Feb 24."),
        ({"code": "callback", "on": "2026-02-19"}, "Saved: callback on Feb 19."),
    ],
)
def test_the_next_page_says_what_was_promised_and_when(site: Site, typed: dict[str, str], says: str) -> None:
    maria, task = site.as_(Role.MANAGER), task_of(site, "Cleo")
    assert says in maria.submit(f"/calls/{task}/done", seen=taken(maria, task), **typed).text


def test_after_the_last_call_of_the_list_it_is_said_that_it_is_saved_and_the_list_is_done(site: Site) -> None:
    maria = site.as_("maria")
    with site.practice.database.transaction(actor="test", business_date=DAY) as tx:
        tx.conn.exec_driver_sql("UPDATE task SET assigned_to = 'sam'")
        tx.conn.exec_driver_sql("UPDATE task SET assigned_to = 'maria' WHERE id = ?", (task_of(site, "Cleo"),))
        tx.conn.exec_driver_sql("UPDATE task SET in_progress_by = 'sam' WHERE assigned_to = 'sam'")
    task = task_of(site, "Cleo")
    last = maria.submit(f"/calls/{task}/done", code="no_answer", seen=taken(maria, task))
    assert "Saved: No answer." in last.text
    assert "You have no calls left today" in last.text
    assert "Saved: " not in maria.get("/calls?none=1").text


def test_who_goes_back_to_a_call_that_is_over_is_told_how_it_ended_and_where_to_go_on(site: Site) -> None:
    maria = site.as_(Role.MANAGER)
    task = task_of(site, "Cleo")
    maria.submit(f"/calls/{task}/done", code="cease", seen=taken(maria, task))
    back = maria.get(f"/calls/{task}")
    assert back.status_code == 200
    for told in (
        "Call completed",
        "Do not call",
        "Feb 17, 2026",
        'href="/calls"',
        'aria-label="Main"',
    ):
        assert told in back.text, told
    assert "Cleo" not in back.text, "whom it was about is shown on the person's page, where the look is recorded"
    assert maria.get("/calls/9999").status_code == 404


def test_one_page_tells_who_what_is_owed_what_to_say_and_what_comes_next(site: Site) -> None:
    grace = site.as_(Role.MANAGER)
    assert "Start the call" in grace.get(f"/calls/{task_of(site, 'Cleo')}").text
    taken(grace, task_of(site, "Cleo"))
    text = grace.get(f"/calls/{task_of(site, 'Cleo')}").text
    head = text.split('id="say-h"')[0]
    assert re.search(r"Total due</dt>\s*<dd>\$300.00 <small>1 account", head), "the amount comes before what to say"
    for told in (
        "Cleo Tester",
        "(937) 555-0101",
        "DOB Jan 1, 1970 (56)",
        "Cleo-1",
        "$300.00",
        "may I speak with Cleo",
        "Next step",
        "Ledger",
        "History",
        "Promise to pay",
        ">Do not<",
        "Set up this plan",
    ):
        assert told in text, told


def test_a_promise_is_written_down_with_its_day_and_amount(site_anywhere: Site) -> None:
    site = site_anywhere
    task, maria = task_of(site, "Cleo"), site.as_(Role.MANAGER)
    seen = taken(maria, task)
    missing = maria.submit(f"/calls/{task}/done", code="promise_to_pay", amount="", on="", seen=seen)
    assert missing.status_code == 422
    assert "needs --amount" in missing.text or "amount" in missing.text
    maria.submit(
        f"/calls/{task}/done", code="promise_to_pay", amount="$120.50", on="2026-02-27", note="payday", seen=seen
    )
    promise = rows(site.practice.database, "SELECT amount_cents, due_on FROM promise")[0]
    assert (promise.amount_cents, str(promise.due_on)) == (120_50, "2026-02-27")
    why = [row.why for row in rows(site.practice.database, "SELECT why FROM account_event WHERE actor = 'grace'")]
    assert any("payday" in one for one in why)


def test_a_plan_is_agreed_on_in_the_call(site: Site) -> None:
    task, maria = task_of(site, "Cleo"), site.as_(Role.MANAGER)
    seen = taken(maria, task)
    quotes = maria.submit(f"/calls/{task}/quote", monthly="50.00", seen=seen).text
    assert "$50.00" in quotes
    maria.submit(f"/calls/{task}/plan", months="6", first="2026-03-01", seen=seen)
    plan = rows(site.practice.database, "SELECT state, total_cents, made_by FROM arrangement")[0]
    assert tuple(plan) == ("active", 300_00, "grace")
    assert rows(site.practice.database, "SELECT kind FROM letter")[0].kind == "arrangement-confirmation"


def test_a_daughter_tells_of_a_death_and_everything_stops(site: Site) -> None:
    task, grace = task_of(site, "Cleo"), site.as_(Role.MANAGER)
    seen = taken(grace, task)
    got = grace.submit(f"/calls/{task}/done", code="deceased", on="2026-02-10", note="his daughter Mia", seen=seen)
    assert "I am very sorry for your loss" in got.text
    assert ">Do not<" in got.text
    assert rows(site.practice.database, "SELECT state FROM task WHERE id = :t", t=task)[0].state != "open"
    assert rows(site.practice.database, "SELECT count(*) AS n FROM estate_matter")[0].n == 1


def test_another_collectors_call_is_not_taken_and_not_ended(site: Site) -> None:
    task = mine(site, "maria")[0]
    seen, sam = taken(site.as_("maria"), task), site.as_("sam")
    got = sam.submit(f"/calls/{task}/take")
    assert got.status_code == 422
    assert "aria is on a call with this guarantor" in got.text
    ended = sam.submit(f"/calls/{task}/done", code="no_answer", note="I was quicker", seen=seen)
    assert ended.status_code == 422
    assert "I was quicker" in ended.text
    assert rows(site.practice.database, "SELECT count(*) AS n FROM contact_attempt")[0].n == 0


def test_what_somebody_else_changed_meanwhile_is_shown_and_nothing_typed_is_lost(site_anywhere: Site) -> None:
    site = site_anywhere
    task, maria = task_of(site, "Ben"), site.as_(Role.MANAGER)
    seen = taken(maria, task)
    site.as_(Role.CLERK).submit("/payments", number="Ben-1", amount="20.00", ref="c-1")
    sent = {"code": "promise_to_pay", "amount": "200.00", "on": "2026-02-27", "note": "said on the phone"}
    got = maria.submit(f"/calls/{task}/done", seen=seen, **sent)
    assert got.status_code == 409
    assert "was changed after you opened the page" in got.text
    assert "$20.00" in got.text
    assert "said on the phone" in got.text
    assert rows(site.practice.database, "SELECT count(*) AS n FROM promise")[0].n == 0
    fresh = got.text.split('name="seen" value="')[1].split('"')[0]
    assert maria.submit(f"/calls/{task}/done", seen=fresh, **{**sent, "amount": "180.00"}).status_code == 200
    assert rows(site.practice.database, "SELECT amount_cents FROM promise")[0].amount_cents == 180_00


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "O'Neil & Sons {{7*7}}"]
)
def test_a_script_in_a_name_or_a_note_is_text(site: Site, name: str) -> None:
    with site.practice.database.transaction(actor="test", business_date=DAY) as tx:
        tx.conn.exec_driver_sql("UPDATE person SET first_name = ?", (name,))
    maria, task = site.as_(Role.MANAGER), mine(site, "maria")[0]
    maria.submit(f"/calls/{task}/done", code="no_answer", note=name, seen=taken(maria, task))
    for path in ("/calls?whose=all", f"/calls/{task}", "/people/1"):
        text = maria.get(path).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_a_manager_gives_a_call_to_another_and_a_collector_may_not(site: Site) -> None:
    task = mine(site, "maria")[0]
    assert site.as_("maria").submit(f"/calls/{task}/give", to="sam", reason="x").status_code == 403
    site.as_(Role.MANAGER).submit(f"/calls/{task}/give", to="sam", reason="speaks their language")
    assert task in mine(site, "sam")


def test_at_the_end_of_the_day_what_is_left_goes_back_to_the_pool(site: Site) -> None:
    assert mine(site, "maria")
    text = site.as_("maria").submit("/calls/day/close").text
    assert "Shift ended" in text
    assert "Shift ended" not in site.as_("maria").get("/calls").text
    assert mine(site, "maria") == []


def test_nobody_agrees_on_a_call_at_night(site: Site) -> None:
    task = mine(site, "maria")[0]
    maria = site.as_("maria")
    maria.submit(f"/calls/{task}/take")
    seen = maria.seen(f"/calls/{task}")
    got = maria.submit(f"/calls/{task}/done", code="callback", on="2026-02-17", at="23:30", seen=seen)
    assert got.status_code == 422
    assert "A callback at 23:30 patient time is outside calling hours. Choose a time from 08:00 to 21:00." in got.text


def test_a_wrong_key_is_undone_and_the_call_is_on_the_screen_again(site: Site) -> None:
    maria, task = site.as_(Role.MANAGER), task_of(site, "Cleo")
    next_page = maria.submit(f"/calls/{task}/done", code="cease", seen=taken(maria, task)).text
    (number,) = rows(site.practice.database, "SELECT id FROM contact_attempt")[0]
    assert f"/call-results/{number}/undo" in next_page
    ended = maria.get(f"/calls/{task}").text
    assert "Saved at 12:00 PM" in ended
    assert "Undo" in ended
    back = maria.submit(f"/call-results/{number}/undo")
    assert back.url.path == f"/calls/{task}"
    assert "Undone. Record the right result." in back.text
    maria.submit(f"/calls/{task}/done", code="refused", seen=maria.seen(f"/calls/{task}"))
    found = rows(site.practice.database, "SELECT id, disposition FROM contact_attempt")
    assert [tuple(row) for row in found] == [(number, "refused")]
    assert "Refuses to pay" in maria.get("/calls?whose=all").text.split("Recently worked")[1]


def test_a_result_is_corrected_with_a_reason_and_only_a_manager_corrects_anothers(site: Site) -> None:
    maria = site.as_("maria")
    task = mine(site, "maria")[0]
    maria.submit(f"/calls/{task}/done", code="cease", seen=taken(maria, task))
    (number,) = rows(site.practice.database, "SELECT id FROM contact_attempt")[0]
    sam = site.as_("sam")
    for got in (
        sam.get(f"/call-results/{number}"),
        sam.submit(f"/call-results/{number}/correct", code="refused", reason="x"),
    ):
        assert got.status_code in (409, 422)
        assert "another user&#39;s" in got.text
    site.now.at = datetime(2026, 2, 17, 19, tzinfo=UTC)
    assert site.as_("maria").submit(f"/call-results/{number}/undo").status_code == 422
    grace = site.as_(Role.MANAGER)
    assert "Do not call" in grace.get(f"/call-results/{number}").text
    done = grace.submit(f"/call-results/{number}/correct", code="refused", reason="the wrong key")
    assert "Call result corrected." in done.text
    assert rows(site.practice.database, "SELECT disposition, made_by FROM contact_attempt")[0] == ("refused", "maria")
