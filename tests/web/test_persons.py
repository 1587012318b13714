"""Two records that may be one person are shown beside each other, and joined or told apart by one click with a reason."""

import pytest

from flows.people.duplicates.suspects import find_suspects
from models.user_enums import Role
from tests.small_book import rows
from tests.web.site import DAY, Site


@pytest.fixture
def pair(site: Site) -> Site:
    """A site where Ada and Ben have one name, birth date and phone."""
    with site.practice.database.transaction(actor="test", business_date=DAY) as tx:
        tx.conn.exec_driver_sql(
            "UPDATE person SET first_name = 'Ada', last_name = 'Stone', phone = '937-555-0107' "
            "WHERE first_name IN ('Ada', 'Ben')"
        )
        found = find_suspects(tx, [row.id for row in tx.conn.exec_driver_sql("SELECT id FROM person").all()])
    assert found == 1
    return site


def test_both_records_are_shown_and_the_look_is_recorded(pair: Site) -> None:
    clerk = pair.as_(Role.CLERK)
    text = clerk.get("/persons").text
    assert "Possible duplicate records: 1" in text
    assert "Ada-1" in text and "Ben-1" in text
    assert len(rows(pair.practice.database, "SELECT 1 FROM patient_view")) == 2


def test_they_are_joined_and_separated_again(pair: Site) -> None:
    clerk = pair.as_(Role.CLERK)
    clerk.submit("/persons/1/decide", verdict="same", reason="one driver's license")
    assert rows(pair.practice.database, "SELECT state FROM person_suspect")[0].state == "same"
    assert "Possible duplicate records: 0" in clerk.get("/persons").text
    clerk.submit("/persons/1/decide", verdict="undo", reason="twins")
    assert rows(pair.practice.database, "SELECT state FROM person_suspect")[0].state == "different"


def test_a_decision_needs_its_reason(pair: Site) -> None:
    said = pair.as_(Role.CLERK).submit("/persons/1/decide", verdict="different")
    assert "Basis for the decision is required" in said.text
    assert rows(pair.practice.database, "SELECT state FROM person_suspect")[0].state == "open"


def test_a_collector_decides_nothing(pair: Site) -> None:
    assert pair.as_(Role.AUDITOR).get("/persons").status_code == 403
