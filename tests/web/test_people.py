"""One person on one screen: who may look and why, what is changed, and what money does."""

import io
import zipfile
from datetime import timedelta

import orjson
import pytest

from flows.accounts.holds import NewHold, open_holds
from flows.dunning.engine.nightly import enter_accounts
from models.enums import HoldKind
from models.user_enums import Role
from tests.small_book import account_of, rows, someone, take_in
from tests.statements import statements
from tests.web.site import DAY, Site


def person_of(site: Site, name: str) -> int:
    return rows(site.practice.database, "SELECT id FROM person WHERE first_name = :n", n=name)[0].id


def views(site: Site, who: str) -> list[tuple[str, str]]:
    query = "SELECT what, why FROM patient_view WHERE user_name = :w ORDER BY id"
    return [(row.what, row.why) for row in rows(site.practice.database, query, w=who)]


def test_a_person_is_found_while_their_name_is_typed_and_no_address_tells_it(site_anywhere: Site) -> None:
    site = site_anywhere
    browser = site.as_(Role.CLERK)
    browser.headers["HX-Request"] = "true"
    got = browser.submit("/find", wanted="cl")
    assert "Cleo Tester" in got.text
    assert "<html" not in got.text
    assert "cl" not in str(got.request.url.query)
    assert "No matches for" in browser.submit("/find", wanted="zz<script>").text
    assert "<script>" not in browser.submit("/find", wanted="zz<script>").text
    assert views(site, "leo") == [("search", "")]


def test_who_has_no_call_to_a_person_says_why_they_look_and_it_stands_in_the_log(site: Site) -> None:
    with site.practice.database.transaction(actor="test", business_date=site.now.at.date()) as tx:
        tx.conn.exec_driver_sql("UPDATE task SET assigned_to = 'maria'")
    cleo, sam = person_of(site, "Cleo"), site.as_("sam")
    asked = sam.get(f"/people/{cleo}").text
    assert "Reason for access" in asked
    assert "$300.00" not in asked
    shown = sam.submit(f"/people/{cleo}/why", why="Inbound call", more="asks for a statement").text
    assert "$300.00" in shown
    assert ("person", "Inbound call: asks for a statement") in views(site, "sam")
    assert "$300.00" in site.as_("maria").get(f"/people/{cleo}").text


def test_every_look_at_a_person_is_in_the_log_and_an_auditor_reads_it(site: Site) -> None:
    cleo = person_of(site, "Cleo")
    site.as_(Role.CLERK).get(f"/people/{cleo}")
    auditor = site.as_(Role.AUDITOR)
    text = auditor.submit("/logs", number="Cleo-1").text
    assert "leo" in text
    assert "Cleo Tester" in text
    assert "No entries match" in auditor.submit("/logs", number="Ada-1", user="leo").text


def test_the_page_of_a_person_takes_no_more_queries_however_many_accounts_they_have(site: Site) -> None:
    counts: list[int] = []
    for name, many in (("Rosa", 1), ("Tom", 7)):
        first = DAY - timedelta(days=60)
        take_in(
            site.practice.database, [someone(name, accounts=[(f"{name}-{n}", first, 120_00) for n in range(many)])], DAY
        )
        enter_accounts(site.practice.database, DAY)
        for n in range(many):
            with site.practice.database.transaction(actor="test", business_date=DAY) as tx:
                key = account_of(site.practice.database, f"{name}-{n}").id
                open_holds(tx, [NewHold(HoldKind.DISPUTE, account_id=key)])
        clerk = site.as_(Role.CLERK)
        with statements(site.practice.database) as seen:
            text = clerk.get(f"/people/{person_of(site, name)}").text
        assert all(f"{name}-{n}" in text for n in range(many))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_an_address_and_wishes_are_changed_and_what_cannot_be_is_refused_with_all_that_was_typed(site: Site) -> None:
    cleo, clerk = person_of(site, "Cleo"), site.as_(Role.CLERK)
    new = {
        "address1": "5 New Street",
        "city": "Dayton",
        "state": "OH",
        "zip": "45402",
        "phone": "937-555-0155",
        "language": "es",
        "large_print": "yes",
    }
    wrong = clerk.submit(f"/people/{cleo}/contact", seen=clerk.seen(f"/people/{cleo}"), **{**new, "zip": "00000"})
    assert wrong.status_code == 422
    assert "00000" in wrong.text
    assert "5 New Street" in wrong.text
    clerk.submit(f"/people/{cleo}/contact", seen=clerk.seen(f"/people/{cleo}"), **new)
    row = rows(site.practice.database, "SELECT * FROM person WHERE id = :p", p=cleo)[0]
    assert (row.address1, row.phone, row.language, bool(row.large_print)) == (
        "5 New Street",
        "937-555-0155",
        "es",
        True,
    )


def test_a_payment_is_posted_once(site_anywhere: Site) -> None:
    site = site_anywhere
    clerk = site.as_(Role.CLERK)
    assert (
        "$50.00 posted to Cleo-1 (Cleo Tester). Balance $250.00."
        in clerk.submit("/payments", number="Cleo-1", amount="50", ref="check 9").text
    )
    assert "was already posted" in clerk.submit("/payments", number="Cleo-1", amount="50", ref="check 9").text
    assert account_of(site.practice.database, "Cleo-1").balance_cents == 250_00


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"number": "Cleo-1", "amount": "12,50", "ref": "c"}, "is not an amount"),
        ({"number": "Cleo-1", "amount": "-5", "ref": "c"}, "more than $0"),
        ({"number": "Cleo-9", "amount": "5", "ref": "c"}, "no account"),
        ({"number": "Cleo-1", "amount": "5", "ref": ""}, "Reference number is required"),
        ({"number": "Cleo-1", "amount": "5", "ref": "c", "on": "31.12.2025"}, "is not a date"),
    ],
)
def test_a_payment_that_cannot_be_is_refused_and_changes_nothing(site: Site, typed: dict[str, str], says: str) -> None:
    got = site.as_(Role.CLERK).submit("/payments", **typed)
    assert got.status_code == 422
    assert says in got.text
    assert account_of(site.practice.database, "Cleo-1").balance_cents == 300_00


def test_more_than_is_owed_is_asked_about_and_a_bounced_check_is_taken_back(site_anywhere: Site) -> None:
    site = site_anywhere
    clerk = site.as_(Role.CLERK)
    got = clerk.submit("/payments", number="Cleo-1", amount="50000", ref="c1")
    assert got.status_code == 422
    assert "more than the balance of $300.00" in got.text
    clerk.submit("/payments", number="Cleo-1", amount="100", ref="c1")
    assert account_of(site.practice.database, "Cleo-1").balance_cents == 200_00
    text = clerk.submit("/payments/back", number="Cleo-1", ref="c1", reason="insufficient funds").text
    assert "Payment reversed" in text
    assert account_of(site.practice.database, "Cleo-1").balance_cents == 300_00
    assert clerk.submit("/payments/back", number="Cleo-1", ref="c1", reason="again").status_code == 422
    assert clerk.submit("/payments/back", number="Cleo-1", ref="c9", reason="none").status_code == 422


def test_a_dispute_holds_the_account_and_its_answer_lets_it_go_on(site: Site) -> None:
    cleo, clerk = person_of(site, "Cleo"), site.as_(Role.CLERK)
    account = account_of(site.practice.database, "Cleo-1").id
    clerk.submit(f"/people/{cleo}/hold", account=account, kind="dispute", seen=clerk.seen(f"/people/{cleo}"))
    assert "Dispute" in clerk.get(f"/people/{cleo}").text
    hold = rows(site.practice.database, "SELECT id FROM hold WHERE kind = 'dispute'")[0].id
    clerk.submit(f"/people/{cleo}/unhold", hold=hold, reason="answered by letter")
    kinds = [
        row.kind
        for row in rows(site.practice.database, "SELECT kind FROM account_event WHERE account_id = :a", a=account)
    ]
    assert "hold_opened" in kinds
    assert "hold_cleared" in kinds
    assert clerk.submit(f"/people/{cleo}/hold", account=account, kind="no-such", seen="").status_code == 422


def test_a_settlement_over_the_limit_needs_a_second_pair_of_eyes(site: Site) -> None:
    cleo, clerk, grace = person_of(site, "Cleo"), site.as_(Role.CLERK), site.as_(Role.MANAGER)
    account = account_of(site.practice.database, "Cleo-1").id
    clerk.submit(
        f"/people/{cleo}/settle",
        account=account,
        percent="60",
        expires="2026-03-15",
        reason="one payment",
        seen=clerk.seen(f"/people/{cleo}"),
    )
    (offer,) = rows(site.practice.database, "SELECT id, state FROM settlement")
    assert offer.state == "proposed"
    assert clerk.submit(f"/settlements/{offer.id}/approve").status_code == 403
    text = grace.get("/house/approvals").text
    assert "Approve" in text
    for told in ("Cleo Tester", "Cleo-1", "$180.00", "60% of the $300.00", "Requested by Leo: one payment"):
        assert told in text, told
    grace.submit(f"/settlements/{offer.id}/approve")
    assert rows(site.practice.database, "SELECT state FROM settlement")[0].state == "offered"


def test_insurance_paid_what_the_patient_had_paid_and_she_gets_it_back(site: Site) -> None:
    clerk, grace = site.as_(Role.CLERK), site.as_(Role.MANAGER)
    clerk.submit("/payments", number="Cleo-1", amount="420.55", ref="c1", more="yes")
    assert "$120.55" in clerk.get("/refunds").text
    clerk.submit("/refunds", number="Cleo-1", reason="insurance paid it too")
    (refund,) = rows(site.practice.database, "SELECT id, state FROM refund")
    grace.submit(f"/refunds/{refund.id}/approve")
    clerk.submit(f"/refunds/{refund.id}/paid", ref="check 5001")
    assert account_of(site.practice.database, "Cleo-1").balance_cents == 0


def test_everything_on_an_account_comes_as_one_file_with_the_proof(site_anywhere: Site) -> None:
    site = site_anywhere
    account = account_of(site.practice.database, "Cleo-1").id
    got = site.as_(Role.AUDITOR).submit(f"/accounts/{account}/packet")
    assert got.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(got.content)) as packet:
        names = set(packet.namelist())
        assert {"history.csv", "ledger.csv", "letters.csv", "proof.json", "who-saw-it.csv", "manifest.json"} <= names
        assert orjson.loads(packet.read("manifest.json"))["history_intact"] is True
        assert b"omar" in packet.read("who-saw-it.csv")
    assert site.as_(Role.COLLECTOR).submit(f"/accounts/{account}/packet").status_code == 403


def test_a_note_stays_in_the_history_and_who_only_reads_writes_none(site: Site) -> None:
    cleo, clerk = person_of(site, "Cleo"), site.as_(Role.CLERK)
    account = account_of(site.practice.database, "Cleo-1").id
    clerk.submit(f"/people/{cleo}/note", account=account, text="prefers to be written to\nin the evening <b>")
    assert "Note: prefers to be written to in the evening &lt;b&gt;" in clerk.get(f"/people/{cleo}").text
    assert clerk.submit(f"/people/{cleo}/note", account=account, text="x" * 2_001).status_code == 422
    assert site.as_(Role.AUDITOR).submit(f"/people/{cleo}/note", account=account, text="x").status_code == 403


def inbound_of(site: Site, name: str) -> str:
    """Where the result of a call of this person is recorded."""
    account = account_of(site.practice.database, f"{name}-1")
    return f"/people/{account.guarantor_id}/inbound/{account.creditor_id}/done"


def test_a_patient_calls_the_clerk_about_insurance(site: Site) -> None:
    cleo, clerk = person_of(site, "Cleo"), site.as_(Role.CLERK)
    account = account_of(site.practice.database, "Cleo-1").id
    got = clerk.submit(
        inbound_of(site, "Cleo"), account=account, code="insurance_provided", seen=clerk.seen(f"/people/{cleo}")
    )
    assert got.status_code == 422
    assert "nter the insurer and the policy number" in got.text
    assert not rows(site.practice.database, "SELECT 1 FROM hold WHERE account_id = :a", a=account)
    clerk.submit(
        inbound_of(site, "Cleo"),
        account=account,
        code="insurance_provided",
        note="Acme 7781",
        seen=clerk.seen(f"/people/{cleo}"),
    )
    assert (
        rows(site.practice.database, "SELECT kind FROM hold WHERE account_id = :a", a=account)[0].kind
        == "insurance_pending"
    )
    assert "Acme 7781" in clerk.get("/tasks").text


def test_a_clerk_puts_an_insurance_down_bills_it_and_writes_its_answer_down(site: Site) -> None:
    cleo, clerk = person_of(site, "Cleo"), site.as_(Role.CLERK)
    account = account_of(site.practice.database, "Cleo-1").id
    page, at = f"/people/{cleo}", f"/people/{cleo}/insurance"
    got = clerk.submit(
        at, account=account, payer="Medicare", payer_class="medicare", member="1EG4-TE5-MK73", seen=clerk.seen(page)
    )
    assert "Bill Medicare. The account is on hold until the insurer responds." in got.text
    assert "(file by " in got.text
    assert clerk.submit(f"{at}/1", do="answered", why="paid").status_code == 422
    assert "Marked as billed" in clerk.submit(f"{at}/1", do="billed").text
    assert account_of(site.practice.database, "Cleo-1").payer_class == "medicare"
    assert "decision recorded" in clerk.submit(f"{at}/1", do="answered", why="paid $80.00").text
    assert "processed since" in clerk.get(page).text
    other = person_of(site, "Ada")
    assert clerk.submit(f"/people/{other}/insurance/1", do="billed").status_code == 422
    wrong = clerk.submit(at, account=account, payer="Acme", member="none", seen=clerk.seen(page))
    assert wrong.status_code == 422
    assert "from the card" in wrong.text


def test_a_collector_names_an_insurance_in_a_call(site: Site) -> None:
    task = rows(
        site.practice.database,
        "SELECT t.id FROM task t JOIN person p ON p.id = t.guarantor_id "
        "WHERE t.kind = 'call' AND p.first_name = 'Cleo'",
    )[0].id
    grace = site.as_(Role.MANAGER)
    grace.submit(f"/calls/{task}/take")
    seen = grace.seen(f"/calls/{task}")
    grace.submit(f"/calls/{task}/done", code="insurance_provided", payer="Acme Health", member="XQ 7781", seen=seen)
    (one,) = rows(site.practice.database, "SELECT payer, member_id, payer_class, state, source FROM coverage")
    assert tuple(one) == ("Acme Health", "XQ 7781", "commercial", "reported", "the guarantor (phone)")
    assert len(rows(site.practice.database, "SELECT 1 FROM task WHERE kind = 'bill-insurance' AND state = 'open'")) == 1
    assert len(rows(site.practice.database, "SELECT 1 FROM hold WHERE kind = 'insurance_pending'")) == 1


def test_how_a_name_is_said_is_kept_for_whoever_calls_next(site: Site) -> None:
    cleo, clerk = person_of(site, "Cleo"), site.as_(Role.CLERK)
    page = f"/people/{cleo}"
    clerk.submit(f"{page}/contact", spoken_name="KLAY-oh", language="en", seen=clerk.seen(page))
    assert "pronounced: KLAY-oh" in clerk.get(page).text
    task = rows(site.practice.database, "SELECT id FROM task WHERE kind = 'call' AND guarantor_id = :p", p=cleo)[0].id
    assert "pronounced: KLAY-oh" in site.as_(Role.MANAGER).get(f"/calls/{task}").text
    assert clerk.submit(f"{page}/contact", spoken_name="x" * 81, seen=clerk.seen(page)).status_code == 422


def test_a_letter_that_somebody_asked_for_is_queued(site: Site) -> None:
    cleo, clerk = person_of(site, "Cleo"), site.as_(Role.CLERK)
    account = account_of(site.practice.database, "Cleo-1").id
    clerk.submit(f"/people/{cleo}/letter", account=account, kind="itemised-statement")
    assert rows(site.practice.database, "SELECT kind, state FROM letter")[0].kind == "itemised-statement"
    twice = clerk.submit(f"/people/{cleo}/letter", account=account, kind="itemised-statement")
    assert "already queued" in twice.text
    assert rows(site.practice.database, "SELECT COUNT(*) AS n FROM letter")[0].n == 1
    assert clerk.submit(f"/people/{cleo}/letter", account=account, kind="love-letter").status_code == 422


def test_a_form_on_one_persons_page_changes_no_account_of_another(site: Site) -> None:
    cleo, ada = person_of(site, "Cleo"), account_of(site.practice.database, "Ada-1").id
    clerk = site.as_(Role.CLERK)
    for path, fields in (
        ("note", {"text": "hello"}),
        ("hold", {"kind": "dispute"}),
        (f"inbound/{account_of(site.practice.database, 'Cleo-1').creditor_id}/done", {"code": "cease"}),
        ("letter", {"kind": "itemised-statement"}),
        ("settle", {"percent": "60", "expires": "2026-03-15", "reason": "x"}),
    ):
        got = clerk.submit(f"/people/{cleo}/{path}", account=ada, seen="", **fields)
        assert got.status_code == 422, path
        assert "belongs to another" in got.text, path
    assert rows(site.practice.database, "SELECT count(*) AS n FROM hold")[0].n == 0


def test_who_must_say_why_sees_and_does_nothing_before(site: Site) -> None:
    with site.practice.database.transaction(actor="test", business_date=site.now.at.date()) as tx:
        tx.conn.exec_driver_sql("UPDATE task SET assigned_to = 'maria'")
    cleo, sam = person_of(site, "Cleo"), site.as_("sam")
    account = account_of(site.practice.database, "Cleo-1")
    for path in (f"/people/{cleo}/plan/{account.creditor_id}", f"/people/{cleo}/after-death"):
        assert "$300.00" not in sam.get(path).text
    for path, fields in (
        ("note", {"text": "x"}),
        (f"inbound/{account.creditor_id}/done", {"code": "cease"}),
        ("handoff", {"what": "complaint", "reason": "x"}),
        ("parties", {"name": "Dana", "relation": "daughter", "proof": "verbal", "may_hear": "balance"}),
        ("contact", {"phone": "937-555-0155"}),
    ):
        assert sam.submit(f"/people/{cleo}/{path}", account=account.id, seen="", **fields).status_code == 422
    found = sam.submit("/find", wanted="cleo").text
    assert "Cleo Tester" in found
    assert "$300.00" in found, "who answers the phone picks the right one of two people by the balance"
    assert "Cleo-1" not in found


def test_a_refusal_speaks_of_no_command_line(site: Site) -> None:
    cleo, clerk = person_of(site, "Cleo"), site.as_(Role.CLERK)
    account = account_of(site.practice.database, "Cleo-1").id
    seen = clerk.seen(f"/people/{cleo}")
    text = clerk.submit(inbound_of(site, "Cleo"), account=account, code="promise_to_pay", seen=seen).text
    assert "needs an amount" in text
    for words in ("--", "`pastdue"):
        assert words not in text.split("<main")[1]


def test_an_insurance_is_named_when_they_call_us(site: Site) -> None:
    cleo, clerk = person_of(site, "Cleo"), site.as_(Role.CLERK)
    account = account_of(site.practice.database, "Cleo-1").id
    clerk.submit(
        inbound_of(site, "Cleo"),
        account=account,
        code="insurance_provided",
        payer="Acme",
        member="XQ 1",
        seen=clerk.seen(f"/people/{cleo}"),
    )
    assert [tuple(row) for row in rows(site.practice.database, "SELECT payer, member_id FROM coverage")] == [
        ("Acme", "XQ 1")
    ]


def test_a_consent_without_an_address_does_not_stand_in_the_way_of_another_change(site: Site) -> None:
    cleo, clerk = person_of(site, "Cleo"), site.as_(Role.CLERK)
    with site.practice.database.transaction(actor="test", business_date=DAY) as tx:
        tx.conn.exec_driver_sql("UPDATE person SET email_consent = true, email = NULL WHERE first_name = 'Cleo'")
    page = f"/people/{cleo}"
    sent = {"spoken_name": "KLAY-oh", "language": "en", "email_consent": "yes"}
    assert "pronounced: KLAY-oh" in clerk.submit(f"{page}/contact", **sent, seen=clerk.seen(page)).text
    for wrong in ("x@", "x@y", "@example.org", "a b@example.org"):
        got = clerk.submit(f"{page}/contact", **sent, email=wrong, seen=clerk.seen(page))
        assert "That is not a valid e-mail address" in got.text, wrong
