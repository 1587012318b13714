"""The placement desk in the browser: what waits is released or declined together, with its totals before."""

import re
from datetime import UTC, datetime

import pytest

from flows.accounts.holds import NewHold, open_holds
from flows.settings.commands import change_setting
from models.enums import HoldKind
from models.user_enums import Role
from tests.flows.agency_handoff.agencies import FIRST, TODAY, look, open_tasks_of, publish, stay, terms_text, want
from tests.small_book import account_of, rows, someone, take_in
from tests.web.site import Site


@pytest.fixture
def queued(site: Site) -> Site:
    """Two accounts above the review limit, one below it, and one that a dispute blocks."""
    database = site.practice.database
    site.now.at = datetime(TODAY.year, TODAY.month, TODAY.day, 17, tzinfo=UTC)
    publish(database, terms_text(), terms_text("beacon", tier="2"))
    people = [
        someone("Rosa", "R1", FIRST, 900_00),
        someone("Tom", "T1", FIRST, 700_00, payer_class="commercial"),
        someone("Lee", "L1", FIRST, 100_00),
        someone("Kim", "K1", FIRST, 200_00),
    ]
    take_in(database, people, FIRST)
    with database.transaction(actor="test", business_date=TODAY) as tx:
        change_setting(tx, "placement_review_over_cents", "50000")
        open_holds(tx, [NewHold(HoldKind.DISPUTE, account_id=account_of(database, "K1").id)])
    want(database, "R1", "T1", "K1")
    look(site.practice)
    want(database, "L1")
    return site


def placement(site: Site, number: str) -> int:
    return stay(site.practice.database, number).id


def main(text: str) -> str:
    return text.split("<main")[1]


def row_of(text: str, number: str) -> str:
    """The line of the table that names an account."""
    return next(line for line in main(text).split("<tr>") if f">{number}</a>" in line)


def test_the_queue_says_what_waits_for_whom_by_which_rule_and_what_it_comes_to(queued: Site) -> None:
    text = queued.as_(Role.MANAGER).get("/agencies").text
    assert "Placement queue: 4, $1,900.00" in text
    assert "Waiting for approval (2)" in text
    assert re.search(r"Harbor Recovery</th><td class=\"num\">3</td><td class=\"num\">\$1,700.00", text)
    assert re.search(r"Commercial</th><td class=\"num\">1</td>", text)
    assert re.search(r"Up to 180 days</th><td class=\"num\">4</td>", text)
    blocked = row_of(text, "K1")
    assert "15 USC 1666" in blocked and "No date" in blocked and 'name="placement"' not in blocked
    assert "Placed by the next run" in row_of(text, "L1")
    assert "Above the review limit: waits for approval" in row_of(text, "R1")
    seen = rows(queued.practice.database, "SELECT count(*) FROM patient_view WHERE what = 'agencies'")
    assert seen[0][0] == 4


def test_the_queue_is_filtered_and_sorted(queued: Site) -> None:
    grace = queued.as_(Role.MANAGER)
    assert "Placement queue: 2, $1,600.00" in grace.get("/agencies?stage=release").text
    assert "Placement queue: 1, $200.00" in grace.get("/agencies?stage=blocked").text
    assert "Placement queue: 1, $700.00" in grace.get("/agencies?payer_class=commercial").text
    assert "Placement queue: 3, $1,700.00" in grace.get("/agencies?agency=harbor").text
    assert "No account matches the filter" in grace.get("/agencies?agency=beacon").text
    text = main(grace.get("/agencies?sort=balance").text)
    assert [text.index(f">{one}</a>") for one in ("R1", "T1", "K1", "L1")] == sorted(
        text.index(f">{one}</a>") for one in ("R1", "T1", "K1", "L1")
    )


def test_before_a_release_the_page_shows_what_it_comes_to(queued: Site) -> None:
    rosa, tom, kim = (placement(queued, one) for one in ("R1", "T1", "K1"))
    grace = queued.as_(Role.MANAGER)
    text = grace.get(f"/agencies/release?placement={rosa}&placement={tom}&placement={kim}").text
    assert "Release for placement: 2 accounts, $1,600.00" in text
    assert "1 selected account not waiting for approval any more: left out" in text
    assert re.search(r"Harbor Recovery</th><td class=\"num\">2</td><td class=\"num\">\$1,600.00", text)
    assert stay(queued.practice.database, "R1").state == "review", "nothing is decided by looking"
    nothing = grace.get(f"/agencies/release?placement={kim}")
    assert nothing.status_code == 409 and "None of the selected accounts waits for approval" in nothing.text
    assert grace.get("/agencies/release").status_code == 409


def test_the_selected_are_released_together_and_the_next_run_places_them(queued: Site) -> None:
    grace, database = queued.as_(Role.MANAGER), queued.practice.database
    both = [str(placement(queued, one)) for one in ("R1", "T1")]
    text = grace.submit("/agencies/release", placement=both, verdict="approve").text
    assert "2 accounts, $1,600.00: released; the next run places them." in text
    assert {stay(database, one).approved_by for one in ("R1", "T1")} == {"grace"}
    assert open_tasks_of(database, "R1") == []
    look(queued.practice)
    assert {stay(database, one).state for one in ("R1", "T1", "L1")} == {"placed"}
    assert "Placement queue: 1, $200.00" in grace.get("/agencies").text


def test_a_decline_needs_a_reason_and_is_recorded(queued: Site) -> None:
    grace, database = queued.as_(Role.MANAGER), queued.practice.database
    rosa = placement(queued, "R1")
    refused = grace.submit("/agencies/release", placement=rosa, verdict="decline")
    assert refused.status_code == 422 and "Reason to decline" in refused.text
    assert stay(database, "R1").state == "review"
    assert (
        "1 account, $900.00: declined."
        in grace.submit("/agencies/release", placement=rosa, verdict="decline", reason="pays each month").text
    )
    assert stay(database, "R1").ended_code == "refused_by_manager"
    said = rows(database, "SELECT why FROM account_event WHERE kind = 'placement_reviewed' AND why LIKE '%pays each%'")
    assert len(said) == 1


def test_of_a_release_all_go_or_none(queued: Site) -> None:
    grace, database = queued.as_(Role.MANAGER), queued.practice.database
    mixed = [str(placement(queued, one)) for one in ("R1", "K1")]
    got = grace.submit("/agencies/release", placement=mixed, verdict="approve")
    assert got.status_code == 422 and "not pending approval" in got.text
    assert stay(database, "R1").state == "review"


def test_a_clerk_has_the_desk_without_the_queue(queued: Site) -> None:
    leo = queued.as_(Role.CLERK)
    assert 'href="/agencies"' in leo.get("/tasks").text
    assert leo.get("/agencies", follow_redirects=False).headers["location"] == "/agencies/files"
    assert leo.submit("/agencies/release", placement=1, verdict="approve").status_code == 403
