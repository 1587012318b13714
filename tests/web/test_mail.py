"""The mail room's pages: looking through, releasing, printing, mailing, what comes back."""

from datetime import date

import pytest

from flows.practice import Practice
from flows.settings.commands import change_setting
from letters.numbers import letter_number
from models.user_enums import Role
from tests.small_book import publish_shipped, rows, run_days, someone, take_in
from tests.web.site import DAY, Now, Site, users
from web.app import create_app


@pytest.fixture
def post(quick_practice: Practice) -> Site:
    """A practice with letters of today that are not printed yet."""
    publish_shipped(quick_practice.database)
    people = [someone(f"P{n}", number=f"P{n}-1", first=date(2026, 1, 18), cents=80_00 + n) for n in range(6)]
    take_in(quick_practice.database, people, date(2026, 2, 1))
    users(quick_practice)
    run_days(quick_practice, date(2026, 2, 16), DAY)
    now = Now()
    return Site(create_app(quick_practice, clock=now), quick_practice, now)


def letters(site: Site) -> list[int]:
    return [row.id for row in rows(site.practice.database, "SELECT id FROM letter ORDER BY id")]


def test_last_nights_run_is_told_with_what_was_held_back(post: Site) -> None:
    text = post.as_(Role.MAIL_ROOM).get("/mail").text
    assert "Letters today" in text
    assert "On hold" in text


def test_a_run_is_printed_looked_at_and_mailed_and_each_history_has_it(post: Site) -> None:
    nora = post.as_(Role.MAIL_ROOM)
    got = nora.submit("/mail/print", follow=False)
    batch = got.headers["location"]
    text = nora.get(batch).text
    assert "printed" in text
    file = nora.get(f"{batch}/file")
    assert file.status_code == 200
    assert file.content[:2] == b"PK"
    assert nora.submit(f"{batch}/proof", sample="2").status_code == 200
    assert nora.submit(f"{batch}/reprint", from_sheet="2").status_code == 200
    assert nora.submit(f"{batch}/reprint", from_sheet="99").status_code == 422
    nora.submit(f"{batch}/mailed", on="2026-02-17")
    assert {row.state for row in rows(post.practice.database, "SELECT state FROM letter")} == {"mailed"}
    nora.submit(f"{batch}/mailed", on="2026-02-17")
    assert nora.submit(f"{batch}/mailed-on", on="2026-02-16", reason="typed wrong").status_code == 403
    grace = post.as_(Role.MANAGER)
    assert "Correct the mailing date" in grace.get(batch).text
    assert "was printed on" in grace.submit(f"{batch}/mailed-on", on="2026-02-16", reason="typed wrong").text
    mailed = rows(post.practice.database, "SELECT count(*) AS n FROM account_event WHERE kind = 'letter_mailed'")[0].n
    assert mailed == len(letters(post))


def test_a_run_over_the_limit_waits_for_the_manager(post: Site) -> None:
    with post.practice.database.transaction(actor="grace", business_date=DAY) as tx:
        change_setting(tx, "release_over_letters", "2")
    nora, grace = post.as_(Role.MAIL_ROOM), post.as_(Role.MANAGER)
    batch = nora.submit("/mail/print", follow=False).headers["location"]
    assert "On hold for a manager" in nora.get(batch).text
    assert nora.submit("/mail/release").status_code == 403
    assert "is on hold" in grace.get("/house").text
    kind = rows(post.practice.database, "SELECT kind FROM letter LIMIT 1")[0].kind
    assert nora.submit(f"{batch}/reject", kind=kind, reason="the logo is upside down").status_code == 200
    assert "the logo is upside down" in nora.get("/mail").text
    nora.submit("/mail/accept", kind=kind)
    grace.submit("/mail/release")
    assert rows(post.practice.database, "SELECT count(*) AS n FROM print_batch WHERE state = 'printed'")[0].n >= 1


def test_returned_mail_is_taken_by_scan_and_one_with_a_new_address_goes_again(post: Site) -> None:
    nora = post.as_(Role.MAIL_ROOM)
    batch = nora.submit("/mail/print", follow=False).headers["location"]
    nora.submit(f"{batch}/mailed", on="2026-02-17")
    one, two, three = letters(post)[:3]
    typed = {"letters": f"{letter_number(one)}\nL-{two:08d}\n", "reason": "not-deliverable-as-addressed"}
    shown = nora.submit("/mail/returned", **typed).text
    assert "Nothing is on hold yet" in shown
    assert all(text in shown for text in (letter_number(one), letter_number(two), "P0 Tester", "P1 Tester"))
    assert {row.state for row in rows(post.practice.database, "SELECT state FROM letter")} == {"mailed"}
    assert "Returned mail recorded: 2 letters." in nora.submit("/mail/returned", **typed, do="yes").text
    again = nora.submit("/mail/returned", **typed, do="yes")
    assert "was already recorded as returned on" in again.text
    moved = {"address1": "9 Other Road", "city": "Dayton", "state": "OH", "zip": "45402"}
    forward = {"letters": letter_number(three), "reason": "forward-time-expired", **moved}
    assert "9 Other Road" in nora.submit("/mail/returned", **forward).text
    assert "To be mailed again to a new address: 1." in nora.submit("/mail/returned", **forward, do="yes").text
    assert "The reasons are" in nora.submit("/mail/returned", letters=letter_number(three), reason="xx").text
    wrong = nora.submit(
        "/mail/returned", letters=letter_number(three)[:-1] + str((int(letter_number(three)[-1]) + 1) % 10)
    )
    assert "check digit does not match" in wrong.text
    both = nora.submit("/mail/returned", letters=f"{one}\n{two}", **moved)
    assert both.status_code == 422
    assert "one at a time" in both.text
    assert nora.submit("/mail/returned", letters="hello").status_code == 422


def test_a_letter_is_shown_as_it_was_written_and_looking_is_logged(post: Site) -> None:
    nora = post.as_(Role.MAIL_ROOM)
    key = letters(post)[0]
    assert letter_number(key) in nora.get(f"/letters/{key}").text
    assert nora.get(f"/letters/{key}/pages").status_code == 200
    assert nora.submit("/mail/preview", number="P1-1", kind="reminder-2").status_code == 200
    assert nora.submit("/mail/preview", number="P1-1", kind="no-such").status_code == 422
    seen = rows(post.practice.database, "SELECT what FROM patient_view WHERE user_name = 'nora'")
    assert {"letter"} <= {row.what for row in seen}
    assert nora.get("/letters/99999").status_code == 404


def test_a_letter_is_taken_back_before_it_goes(post: Site) -> None:
    key = letters(post)[0]
    post.as_(Role.MAIL_ROOM).submit(f"/letters/{key}/void", reason="wrong clinic")
    assert rows(post.practice.database, "SELECT state FROM letter WHERE id = :k", k=key)[0].state == "voided"


def test_the_letters_of_an_earlier_day_are_listed_and_no_later_day(post: Site) -> None:
    nora = post.as_(Role.MAIL_ROOM)
    day = str(rows(post.practice.database, "SELECT min(queued_on) AS d FROM letter")[0].d)
    text = nora.get(f"/mail?on={day}").text
    assert all(letter_number(key) in text for key in letters(post))
    assert "No letters on this day." in nora.get("/mail?on=2026-01-05").text
    assert "is in the future" in nora.get("/mail?on=2030-01-05").text
    assert "is not a date" in nora.get("/mail?on=tomorrow").text


def test_a_control_sheet_is_printed_and_signed(post: Site) -> None:
    nora = post.as_(Role.MAIL_ROOM)
    batch = nora.submit("/mail/print", follow=False).headers["location"]
    assert f"{batch}/control-sheet" in nora.get(batch).text
    text = nora.get(f"{batch}/control-sheet").text
    assert all(said in text for said in ("Counted by", "Taken to USPS by", letter_number(letters(post)[0]), "#10"))
    assert nora.get("/mail/batches/999/control-sheet").status_code == 404


def test_a_certified_letter_waits_for_its_number_and_gets_its_receipt(post: Site) -> None:
    kind = rows(post.practice.database, "SELECT kind FROM letter LIMIT 1")[0].kind
    with post.practice.database.transaction(actor="grace", business_date=DAY) as tx:
        change_setting(tx, "certified_letters", kind)
        tx.conn.exec_driver_sql("UPDATE letter SET state = 'queued', data = NULL")
    nora = post.as_(Role.MAIL_ROOM)
    batch = nora.submit("/mail/print", follow=False).headers["location"]
    key, article = letters(post)[0], "9400 1112 0108 0805 4830 16"
    assert "Certified Mail number missing" in nora.get(batch).text
    assert "must go by certified mail" in nora.submit(f"{batch}/mailed", on="2026-02-17").text
    assert "check digit does not match" in nora.submit(f"/letters/{key}/article", article=article[:-1] + "7").text
    assert article.replace(" ", "") in nora.submit(f"/letters/{key}/article", article=article).text
    assert (
        "Not mailed, because the Certified Mail number is missing: 5."
        in nora.submit(f"{batch}/mailed", on="2026-02-17").text
    )
    received = {"article": article, "delivered_on": "2026-02-17", "signed_by": "P0 Tester"}
    assert "signed by P0 Tester" in nora.submit(f"/letters/{key}/receipt", **received).text


def test_addresses_to_check_are_downloaded_and_that_is_logged(post: Site) -> None:
    nora = post.as_(Role.MAIL_ROOM)
    got = nora.get("/mail/addresses")
    assert got.headers["content-type"].startswith("text/csv")
    assert got.text.splitlines()[0].startswith("reference,name,address1")
    assert len(got.text.splitlines()) == 7
    seen = rows(post.practice.database, "SELECT about FROM patient_view WHERE user_name = 'nora'")
    assert [row.about for row in seen].count("address file") == 6


def test_the_mail_room_uploads_the_result_of_an_address_check(post: Site) -> None:
    nora = post.as_(Role.MAIL_ROOM)
    first = nora.get("/mail/addresses").text.splitlines()[1].split(",")[0]
    content = f"reference,dpv\n{first},Y\nP99999,Y\n".encode()
    sent = {"form_key": nora.key, "kind": "address_check"}
    got = nora.post("/mail/files", data=sent, files=[("files", ("result.csv", content))])
    assert "2 rows, 1 imported, 0 already known, 1 rejected" in got.text
    assert "person P99999 was not found" in got.text
    checked = rows(post.practice.database, "SELECT count(*) AS n FROM person WHERE address_checked_on IS NOT NULL")
    assert checked[0].n == 1
    refused = nora.post("/mail/files", data={**sent, "kind": "payments"}, files=[("files", ("result.csv", content))])
    assert refused.status_code == 422
    assert nora.submit("/mail/files", kind="certified").status_code == 422
