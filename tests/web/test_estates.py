"""The estate desk's pages and the attorney's own: the docket, facts that set the day, papers, the packet, the feed."""

import io
import re
import zipfile
from datetime import UTC, datetime

import pytest

from flows.estates.attorneys import new_feed_key
from flows.settings.commands import change_setting
from models.user_enums import Role
from tests.small_book import account_of, rows
from tests.web.site import DAY, Browser, Site


@pytest.fixture
def desk(site: Site) -> Site:
    """A site on which Cleo has died."""
    task = rows(
        site.practice.database,
        "SELECT t.id FROM task t JOIN person p ON p.id = t.guarantor_id "
        "WHERE t.kind = 'call' AND p.first_name = 'Cleo'",
    )[0].id
    grace = site.as_(Role.MANAGER)
    grace.submit(f"/calls/{task}/take")
    seen = grace.seen(f"/calls/{task}")
    grace.submit(f"/calls/{task}/done", code="deceased", on="2026-01-30", note="her daughter", seen=seen)
    grace.submit("/estates/1/step", to="confirmed", source="the certificate", seen=drawn(grace))
    with site.practice.database.transaction(actor="grace", business_date=DAY) as tx:
        change_setting(tx, "estate_at_least_cents", "5000")
    return site


def drawn(browser: Browser, matter: int = 1) -> str:
    return browser.seen(f"/estates/{matter}")


def put(browser: Browser, name: str, value: str) -> str:
    got = browser.submit("/estates/1/fact", name=name, value=value, source="clerk of the court", seen=drawn(browser))
    assert got.status_code == 200, got.text
    return got.text


def party(browser: Browser, role: str, name: str, **more: str) -> None:
    at = {"address1": "1 Court Square", "city": "Dayton", "state": "OH", "zip": "45402"}
    got = browser.submit("/estates/1/party", role=role, name=name, source="letters", **at, **more)
    assert got.status_code == 200, got.text


def to_claim(browser: Browser) -> None:
    for name, value in (
        ("probate_search", "found"),
        ("county", "Montgomery"),
        ("case_number", "26-EST-7"),
        ("letters_issued", "2026-02-10"),
    ):
        put(browser, name, value)
    party(browser, "representative", "Nell Fairholt", authority="letters")
    party(browser, "court", "Clerk of the Probate Court")
    for state in ("searching", "found", "claim_due"):
        got = browser.submit("/estates/1/step", to=state, source="the court's index", seen=drawn(browser))
        assert got.status_code == 200, got.text


def test_the_docket_says_what_set_the_day_and_how_sure_it_is(desk: Site) -> None:
    text = desk.as_(Role.ESTATE_DESK).get("/estates").text
    for told in ("Cleo Tester", "6 months after death", "2117.06", "confidence", "missing facts"):
        assert told in text, told


def test_the_day_appears_with_its_citation_as_facts_are_typed(desk: Site) -> None:
    priya = desk.as_(Role.ESTATE_DESK)
    before = priya.get("/estates/1").text
    assert "Missing facts" in before
    after = put(priya, "county", "Montgomery")
    assert "Montgomery" in after
    wrong = priya.submit("/estates/1/fact", name="letters_issued", value="2026-01-01", source="x", seen=drawn(priya))
    assert wrong.status_code == 422
    assert "2026-01-01" in wrong.text


def test_a_claim_its_packet_and_the_attorney_who_sees_this_matter_and_no_other(desk: Site) -> None:
    priya, orin = desk.as_(Role.ESTATE_DESK), desk.as_(Role.ATTORNEY)
    to_claim(priya)
    assert "No matters have been referred to you" in orin.get("/matters").text
    assert orin.get("/matters/1").status_code in (404, 409)
    text = priya.get("/estates/1").text
    assert "No packet created yet" in text
    assert 'href="/estates/1/packet' not in text
    packet = priya.submit("/estates/1/packet", title="Estate coordinator")
    assert 'href="/estates/1/packet.zip"' in priya.get("/estates/1").text
    assert packet.status_code == 200, packet.text
    with zipfile.ZipFile(io.BytesIO(packet.content)) as found:
        assert "manifest.json" in found.namelist()
    priya.submit("/estates/1/refer", attorney="fenwicker", asked="File the claim", budget="1500", fee="hourly")
    assert "Cleo Tester" in orin.get("/matters").text
    assert orin.get("/matters/1/packet.zip").content == packet.content
    assert (
        orin.submit("/matters/1/date", kind="hearing", on="2026-05-02", at="09:30", place="Room 2").status_code == 200
    )
    assert "Room 2" in priya.get("/estates/1").text
    orin.submit("/matters/1/status", says="claim is at the clerk's")
    assert "claim is at the clerk&#39;s" in priya.get("/estates/1").text
    calendar = orin.get("/matters/calendar.ics").text
    assert "BEGIN:VEVENT" in calendar
    assert "Cleo" not in calendar
    assert orin.get("/estates/1").status_code == 403


def test_an_attorney_is_told_that_the_packet_is_not_made_yet_and_finds_no_link_to_it(desk: Site) -> None:
    priya, orin = desk.as_(Role.ESTATE_DESK), desk.as_(Role.ATTORNEY)
    to_claim(priya)
    priya.submit("/estates/1/refer", attorney="fenwicker", asked="File the claim", budget="1500", fee="hourly")
    text = orin.get("/matters/1").text
    assert "has not created the packet yet" in text
    assert 'href="/matters/1/packet' not in text
    priya.submit("/estates/1/packet", title="Estate coordinator")
    assert 'href="/matters/1/packet.zip"' in orin.get("/matters/1").text


def test_an_attorney_who_files_the_claim_says_so_once(desk: Site) -> None:
    priya, orin = desk.as_(Role.ESTATE_DESK), desk.as_(Role.ATTORNEY)
    to_claim(priya)
    priya.submit("/estates/1/refer", attorney="fenwicker", asked="File the claim", budget="1500", fee="hourly")
    holder = rows(desk.practice.database, "SELECT id FROM estate_party WHERE role = 'representative'")[0].id
    priya.submit("/estates/1/paper", kind="claim", to=holder, title="Estate coordinator")
    assert 'name="filed"' in orin.get("/matters/1").text
    got = orin.submit("/matters/1/sent", paper="E-000001/1", how="filed with the clerk", tracking="26-77", filed="yes")
    assert "Claim marked filed. The matter is waiting for a response." in got.text
    assert rows(desk.practice.database, "SELECT state FROM estate_matter")[0].state == "filed"
    assert 'name="filed"' not in orin.get("/matters/1").text
    assert 'name="filed"' not in priya.get("/estates/1").text


def test_a_matter_that_somebody_else_changed_meanwhile_is_not_overwritten(desk: Site) -> None:
    priya = desk.as_(Role.ESTATE_DESK)
    old = drawn(priya)
    put(priya, "county", "Montgomery")
    got = priya.submit("/estates/1/fact", name="county", value="Greene", source="a guess", seen=old)
    assert got.status_code == 409
    assert "was changed after you opened the page" in got.text
    assert "Montgomery" in got.text
    assert "Greene" in got.text


def test_an_attorneys_calendar_is_fetched_by_its_key_and_by_no_other(desk: Site) -> None:
    priya = desk.as_(Role.ESTATE_DESK)
    to_claim(priya)
    priya.submit("/estates/1/refer", attorney="fenwicker", asked="File the claim", budget="1500", fee="hourly")
    with desk.practice.database.transaction(actor="priya", business_date=DAY) as tx:
        key = new_feed_key(tx, "fenwicker")
    feed = Browser(desk.app).get(f"/feeds/{key}.ics")
    assert feed.status_code == 200
    assert "Cleo" not in feed.text
    assert Browser(desk.app).get(f"/feeds/{key[:-1]}x.ics").status_code == 404


def test_what_the_estate_pays_is_posted_to_the_cent(desk: Site) -> None:
    priya = desk.as_(Role.ESTATE_DESK)
    to_claim(priya)
    assert priya.submit("/estates/1/paid", amount="100.10", ref="check 17").status_code == 200
    assert account_of(desk.practice.database, "Cleo-1").balance_cents == 199_90


def test_the_report_was_wrong_and_everything_goes_on(desk: Site) -> None:
    priya = desk.as_(Role.ESTATE_DESK)
    got = priya.submit("/estates/1/undo", why="she called herself", seen=drawn(priya))
    assert got.status_code == 200, got.text
    assert rows(desk.practice.database, "SELECT death_date FROM person WHERE first_name = 'Cleo'")[0].death_date is None


def forms_of(text: str) -> list[str]:
    """Where the forms on a page of a matter send to."""
    return re.findall(r'<form method="post" action="(/estates/[^"]*)"', text)


def test_an_annulled_matter_has_no_forms_says_why_and_stays_to_be_read(desk: Site) -> None:
    priya = desk.as_(Role.ESTATE_DESK)
    put(priya, "county", "Montgomery")
    assert "/estates/1/fact" in forms_of(priya.get("/estates/1").text)
    priya.submit("/estates/1/undo", why="she called herself", seen=drawn(priya))
    text = priya.get("/estates/1").text
    assert forms_of(text) == []
    assert "This matter was annulled (she called herself). No further work is possible" in text
    assert "Montgomery" in text
    person = rows(desk.practice.database, "SELECT id FROM person WHERE first_name = 'Cleo'")[0].id
    assert f'href="/people/{person}"' in text


def test_of_an_annulled_matter_whose_papers_had_gone_an_apology_is_still_written(desk: Site) -> None:
    desk.now.at = datetime(2026, 2, 23, 17, tzinfo=UTC)
    priya, grace = desk.as_(Role.ESTATE_DESK), desk.as_(Role.MANAGER)
    party(priya, "household", "Household of Cleo Tester")
    member = rows(desk.practice.database, "SELECT id FROM estate_party")[0].id
    got = priya.submit("/estates/1/paper", kind="inquiry", to=member)
    assert got.status_code == 200, got.text
    priya.submit("/estates/1/sent", paper="E-000001/1", how="first class")
    grace.submit("/estates/1/undo", why="she called herself", seen=drawn(grace))
    text = grace.get("/estates/1").text
    assert forms_of(text) == ["/estates/1/paper"]
    assert '<option value="apology">' in text
    assert '<option value="inquiry">' not in text


def test_a_matter_is_opened_by_hand_and_a_wrong_day_of_death_is_corrected(site: Site) -> None:
    priya = site.as_(Role.ESTATE_DESK)
    got = priya.submit("/estates/open", number="Ben-1", death="2026-02-01", source="an obituary")
    assert "Ben Tester" in got.text
    again = priya.submit("/estates/open", number="Ben-1", source="an obituary")
    assert rows(site.practice.database, "SELECT count(*) AS n FROM estate_matter")[0].n == 1
    assert "Ben Tester" in again.text
    priya.submit("/estates/1/death", on="2026-02-03", source="the certificate", why="misread", seen=drawn(priya))
    died = rows(site.practice.database, "SELECT death_date FROM person WHERE first_name = 'Ben'")[0].death_date
    assert str(died) == "2026-02-03"


def test_a_near_match_of_a_file_of_deaths_is_decided_on_the_docket(site: Site) -> None:
    leo, priya = site.as_(Role.CLERK), site.as_(Role.ESTATE_DESK)
    file = b"first_name,last_name,birth_date,death_date\nBen,Tester,1970-01-01,2026-02-01\n"
    leo.post("/files", data={"form_key": leo.key}, files=[("files", ("deaths.csv", file))])
    text = priya.get("/estates").text
    assert "Death reported" in text
    assert "Ben Tester" in text
    person = rows(site.practice.database, "SELECT id FROM person WHERE first_name = 'Ben'")[0].id
    priya.submit("/deaths/1/confirm", person=person)
    assert (
        rows(site.practice.database, "SELECT death_date FROM person WHERE first_name = 'Ben'")[0].death_date is not None
    )
