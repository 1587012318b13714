"""A person who calls us: the screen of a call, the reason and the identity asked once, and never counted as our call."""

import pytest

from models.user_enums import Role
from tests.small_book import account_of, rows
from tests.web.site import Browser, Site


def place(site: Site, name: str = "Cleo") -> str:
    account = account_of(site.practice.database, f"{name}-1")
    return f"/people/{account.guarantor_id}/inbound/{account.creditor_id}"


def ended(site: Site, browser: Browser, code: str, **more: str) -> str:
    account = account_of(site.practice.database, "Cleo-1")
    here = place(site)
    got = browser.submit(f"{here}/done", account=account.id, code=code, seen=browser.seen(here), **more)
    assert got.status_code == 200, got.text
    return got.text


def test_the_screen_has_the_money_the_script_and_the_keys_of_a_call(site: Site) -> None:
    text = site.as_(Role.CLERK).get(place(site)).text
    for shown in ("Total due", "$300.00", "Thank you for calling", "not counted as ours", 'data-open="p"', "Timeline"):
        assert shown in text, shown
    assert "Return to queue" not in text
    assert "Start call" not in text


def test_the_reason_and_the_identity_are_asked_once_and_in_one_place(site: Site) -> None:
    with site.practice.database.transaction(actor="test", business_date=site.now.at.date()) as tx:
        tx.conn.exec_driver_sql("UPDATE task SET assigned_to = 'maria'")
    sam, here = site.as_("sam"), place(site)
    asked = sam.get(here)
    assert "Reason for access" in asked.text
    assert "$300.00" not in asked.text
    person = account_of(site.practice.database, "Cleo-1").guarantor_id
    why = {"why": "Inbound call", "verified": "birth_date", "next": here}
    got = sam.submit(f"/people/{person}/why", follow=False, **why)
    assert got.headers["location"] == f"{here}?verified=birth_date"
    assert '<option value="birth_date" selected>' in sam.get(got.headers["location"]).text
    ended(site, sam, "refused", verified="birth_date")
    row = rows(site.practice.database, "SELECT verified_by, inbound, counts FROM contact_attempt")[0]
    assert (row.verified_by, bool(row.inbound), bool(row.counts)) == ("birth_date", True, False)


def test_the_creditor_with_the_largest_balance_opens_first(site: Site) -> None:
    account = account_of(site.practice.database, "Cleo-1")
    got = site.as_(Role.CLERK).get(f"/people/{account.guarantor_id}/inbound")
    assert got.url.path == place(site)


def test_a_promise_in_an_inbound_call_is_undone_with_one_button(site: Site) -> None:
    clerk = site.as_(Role.CLERK)
    text = ended(site, clerk, "promise_to_pay", amount="25.00", on="2026-02-24")
    assert "Saved: promise to pay $25.00 by Feb 24." in text
    (number,) = rows(site.practice.database, "SELECT id FROM contact_attempt")[0]
    assert f"/call-results/{number}/undo" in text
    again = clerk.submit(f"/call-results/{number}/undo")
    assert "Undone. Record the right result." in again.text
    assert not rows(site.practice.database, "SELECT 1 FROM hold WHERE cleared_on IS NULL")
    assert rows(site.practice.database, "SELECT state FROM promise")[0].state == "withdrawn"


def test_a_plan_is_set_up_in_an_inbound_call(site: Site) -> None:
    clerk, here = site.as_(Role.CLERK), place(site)
    seen = clerk.seen(here)
    assert "$50.00" in clerk.submit(f"{here}/quote", monthly="50.00", seen=seen).text
    clerk.submit(f"{here}/plan", months="6", first="2026-03-01", seen=seen)
    assert rows(site.practice.database, "SELECT state FROM arrangement")[0].state == "active"
    assert rows(site.practice.database, "SELECT disposition FROM contact_attempt")[0].disposition == "arrangement"


def test_one_match_opens_when_enter_is_pressed_and_waits_while_it_is_typed(site: Site) -> None:
    clerk = site.as_(Role.CLERK)
    person = account_of(site.practice.database, "Cleo-1").guarantor_id
    assert clerk.submit("/find", wanted="Cleo", enter="yes", follow=False).headers["location"] == f"/people/{person}"
    assert f"/people/{person}/inbound" in clerk.submit("/find", wanted="Cleo").text


@pytest.mark.parametrize(
    ("code", "typed", "note"),
    [
        ("attorney", {"firm": "Lin and Ortiz", "phone": "312-555-0142"}, "Attorney: Lin and Ortiz, 312-555-0142"),
        ("attorney", {"firm": ""}, None),
        (
            "bankruptcy",
            {"chapter": "13", "court": "N.D. Ill.", "case": "26-01234", "filed_on": "2026-02-10", "note": "his wife"},
            "Bankruptcy chapter 13, court: N.D. Ill., case 26-01234, filed 2026-02-10; his wife",
        ),
    ],
)
def test_an_attorney_and_a_bankruptcy_are_taken_with_their_key(
    site: Site, code: str, typed: dict[str, str], note: str | None
) -> None:
    ended(site, site.as_(Role.CLERK), code, **typed)
    assert rows(site.practice.database, "SELECT note FROM contact_attempt")[0].note == note
    (task,) = rows(site.practice.database, "SELECT reason FROM task WHERE kind <> 'call' AND role = 'manager'")
    assert note is None or note in task.reason


def test_a_bankruptcy_filed_tomorrow_is_a_slip(site: Site) -> None:
    clerk, here = site.as_(Role.CLERK), place(site)
    account = account_of(site.practice.database, "Cleo-1").id
    got = clerk.submit(f"{here}/done", account=account, code="bankruptcy", filed_on="2026-02-18", seen=clerk.seen(here))
    assert got.status_code == 422
    assert "in the future" in got.text


@pytest.mark.parametrize(("what", "kind"), [("supervisor-call", "supervisor-call"), ("complaint", "complaint")])
def test_a_supervisor_and_a_complaint_go_to_a_manager_and_back_to_the_call(site: Site, what: str, kind: str) -> None:
    clerk, here = site.as_(Role.CLERK), place(site)
    account = account_of(site.practice.database, "Cleo-1")
    where = f"/people/{account.guarantor_id}/handoff"
    sent = {"account": account.id, "what": what, "next": here}
    got = clerk.submit(where, reason="wants the office manager", **sent)
    assert got.url.path == here
    (task,) = rows(site.practice.database, "SELECT role, reason FROM task WHERE kind = :kind", kind=kind)
    assert tuple(task) == ("manager", "wants the office manager")
    assert clerk.submit(where, reason="again", **sent).status_code == 422
    assert clerk.submit(where, reason="again", **{**sent, "what": "call"}).status_code == 422


def test_an_authorized_party_is_seen_in_the_call_until_it_ends(site: Site) -> None:
    clerk, here = site.as_(Role.CLERK), place(site)
    person = account_of(site.practice.database, "Cleo-1").guarantor_id
    new = {"name": "Dana Tester", "relation": "daughter", "proof": "power_of_attorney", "may_hear": "balance"}
    assert clerk.submit(f"/people/{person}/parties", next=here, **new).url.path == here
    text = clerk.get(here).text
    for shown in ("Dana Tester", "Power of attorney", "Balances and payments"):
        assert shown in text
    history = [
        row.why for row in rows(site.practice.database, "SELECT why FROM account_event WHERE kind = 'party_authorized'")
    ]
    assert history == ["Authorized party added: daughter (Power of attorney); may hear: balances and payments"]
    assert clerk.submit(f"/people/{person}/parties", **{**new, "until": "2026-02-16"}).status_code == 422
    clerk.submit(f"/people/{person}/parties/1/end", reason="revoked")
    assert "Dana Tester" not in clerk.get(here).text
    assert clerk.submit(f"/people/{person}/parties/1/end", reason="revoked").status_code == 422


def test_an_alert_is_the_first_thing_on_both_screens(site: Site) -> None:
    clerk, here = site.as_(Role.CLERK), place(site)
    person = account_of(site.practice.database, "Cleo-1").guarantor_id
    clerk.submit(
        f"/people/{person}/contact", alert="Speak with the daughter", language="en", seen=clerk.seen(here), next=here
    )
    for path in (here, f"/people/{person}"):
        assert "<strong>Alert:</strong> Speak with the daughter" in clerk.get(path).text
    got = clerk.submit(f"/people/{person}/contact", alert="x" * 201, language="en", seen=clerk.seen(here))
    assert got.status_code == 422


def test_a_note_of_a_call_has_a_limit(site: Site) -> None:
    clerk, here = site.as_(Role.CLERK), place(site)
    account = account_of(site.practice.database, "Cleo-1").id
    got = clerk.submit(f"{here}/done", account=account, code="refused", note="x" * 2_001, seen=clerk.seen(here))
    assert got.status_code == 422
    assert "The limit is 2000" in got.text
