"""The docket's page: filters in the address, names with links, matters assigned to a paralegal; the same by API."""

from flows.users.keys import add_token
from models.user_enums import Role
from tests.web.site import DAY, NOON, Site


def opened(site: Site) -> None:
    site.as_(Role.ESTATE_DESK).submit("/estates/open", number="Cleo-1", death="2026-01-30", source="an obituary")


def test_the_docket_names_the_guarantor_with_a_link_and_says_who_works_the_matter(site: Site) -> None:
    opened(site)
    text = site.as_(Role.ESTATE_DESK).get("/estates").text
    assert "Open accounts</a>" in text and '<a href="/people/' in text
    assert "Not assigned" in text and "not referred" in text


def test_selected_matters_are_assigned_and_filtered_by_the_address(site: Site) -> None:
    opened(site)
    priya = site.as_(Role.ESTATE_DESK)
    got = priya.submit("/estates/assign", matter="1", owner="priya", back="/estates?paralegal=-")
    assert "1 matter assigned" in got.text
    assert "No estate matter matches these filters" in got.text
    mine = priya.get("/estates?paralegal=priya&state=OH").text
    assert "Cleo Tester" in mine
    assert '<option value="priya" selected>Priya</option>' in mine
    assert "Cleo Tester" not in priya.get("/estates?days=passed").text
    assert "Paralegal: Priya" in priya.get("/estates/1").text


def test_a_page_address_that_leads_elsewhere_is_not_followed(site: Site) -> None:
    opened(site)
    got = site.as_(Role.ESTATE_DESK).submit(
        "/estates/assign", follow=False, matter="1", owner="priya", back="https://elsewhere.example"
    )
    assert got.headers["location"] == "/estates"


def test_a_filter_that_cannot_be_says_what_to_enter(site: Site) -> None:
    got = site.as_(Role.ESTATE_DESK).get("/estates?days=soon")
    assert got.status_code == 409
    assert "nter one of: passed, 7, 14, 30, 90, none" in got.text


def test_an_auditor_reads_the_docket_and_assigns_nothing(site: Site) -> None:
    opened(site)
    omar = site.as_(Role.AUDITOR)
    assert 'id="assign"' not in omar.get("/estates").text
    assert omar.submit("/estates/assign", matter="1", owner="priya").status_code == 403


def test_a_program_filters_and_assigns_as_the_page_does(site: Site) -> None:
    opened(site)
    with site.practice.database.transaction(actor="grace", business_date=DAY) as tx:
        secret = add_token(tx, "desk", [Role.ESTATE_DESK], NOON)
    program, key = site.as_(Role.ESTATE_DESK), {"Authorization": f"Bearer {secret}"}
    answer = program.post("/api/estates/assign", json={"matters": [1], "to": "priya"}, headers=key)
    assert answer.json() == {"done": 1}
    (row,) = program.get("/api/estates?paralegal=priya", headers=key).json()
    assert (row["paralegal"], row["guarantor"]) == ("priya", "Cleo Tester")
    assert program.get("/api/estates?paralegal=-", headers=key).json() == []
    assert program.get("/api/estates?days=soon", headers=key).status_code == 422
