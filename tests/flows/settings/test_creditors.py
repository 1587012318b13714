"""What is printed on every letter of a creditor is a number that can be dialed and a page that can be opened."""

from datetime import date

import pytest

from flows.settings.creditors import change_creditor, creditor_row
from models.database import Database
from models.errors import Refused
from tests.small_book import someone, take_in

TODAY = date(2026, 2, 2)


def change(database: Database, **changes: str) -> None:
    with database.transaction(actor="grace", business_date=TODAY) as tx:
        change_creditor(tx, "C1", changes)


@pytest.fixture
def owed(database: Database) -> Database:
    take_in(database, [someone("Ann", "A1")], TODAY)
    return database


@pytest.mark.parametrize("phone", ["123", "ask us", "000-000-0000"])
def test_what_is_no_phone_number_is_refused(owed: Database, phone: str) -> None:
    with pytest.raises(Refused, match="is not a valid phone number; enter ten digits"):
        change(owed, phone=phone)


@pytest.mark.parametrize("name", ["pay_online", "assistance_url"])
@pytest.mark.parametrize(
    "page", ["javascript:x", "http://pay.example.org", "pay", "ftp://x.org", "https://", "pay me.org"]
)
def test_what_is_no_page_is_refused(owed: Database, name: str, page: str) -> None:
    with pytest.raises(Refused, match="must be a web address, such as"):
        change(owed, **{name: page})


@pytest.mark.parametrize("page", ["pay.example.org", "https://example.org/pay?for=us", "EXAMPLE.org/help", ""])
def test_a_page_is_set_as_it_was_given_or_taken_away(owed: Database, page: str) -> None:
    change(owed, pay_online=page, phone="937-555-0100")
    with owed.reading() as conn:
        row = creditor_row(conn, "C1")
    assert (row.pay_online, row.phone) == (page, "937-555-0100")
