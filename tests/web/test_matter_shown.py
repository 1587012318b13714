"""What a matter's page tells: amounts in dollars."""

from flows.estates.matters.facts import NewFact, set_fact
from flows.people.death import record_death
from models.estate_enums import EstateFactName
from models.user_enums import Role
from tests.small_book import account_of
from tests.web.site import DAY, Site


def test_the_assets_of_an_estate_stand_on_its_page_in_dollars(site: Site) -> None:
    with site.practice.database.transaction(actor="desk", business_date=DAY) as tx:
        (matter,) = record_death(tx, account_of(site.practice.database, "Cleo-1").guarantor_id, DAY, "the family")
        set_fact(tx, matter, NewFact(EstateFactName.ASSETS, "50000", "the inventory", DAY))
    page = site.as_(Role.ESTATE_DESK).get(f"/estates/{matter}").text
    assert "$50,000.00" in page
    assert "5000000" not in page
