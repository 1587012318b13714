"""What is printed on every letter of a creditor is a number that can be dialed and a page that can be opened."""

from datetime import date

import pytest

from flows.correspondence.creditors.commands import change_creditor, restore_creditor
from flows.correspondence.creditors.queries import creditor_history, creditor_row
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


ADDRESS = {
    "remit_address1": "PO Box 44120",
    "remit_city": "Milwaukee",
    "remit_state": "wi",
    "remit_zip": "532014120",
}


def test_a_payment_address_is_complete_and_its_zip_is_in_its_state(owed: Database) -> None:
    change(owed, **ADDRESS)
    with owed.reading() as conn:
        row = creditor_row(conn, "C1")
    assert (row.remit_state, row.remit_zip) == ("WI", "53201-4120")
    with pytest.raises(Refused, match="ZIP: 45402 is not in WI"):
        change(owed, remit_zip="45402")
    with pytest.raises(Refused, match="City: is required for a payment address"):
        change(owed, remit_city="")
    with pytest.raises(Refused, match='State: "XX" is not a state'):
        change(owed, remit_state="XX")
    with pytest.raises(Refused, match='ZIP: "1234x" is not a ZIP'):
        change(owed, remit_zip="1234x")
    change(owed, **dict.fromkeys(ADDRESS, ""))
    with owed.reading() as conn:
        assert creditor_row(conn, "C1").remit_address1 is None


def test_every_error_is_named_by_its_label(owed: Database) -> None:
    with pytest.raises(Refused) as refused:
        change(owed, phone="911", accent="green", email_from="me", phone_hours="")
    said = str(refused.value)
    assert all(f"{label}: " in said for label in ("Phone", "Letterhead color", "E-mail sender", "Phone hours"))


def test_every_change_is_recorded_with_who_when_why_and_what_and_can_be_undone(owed: Database) -> None:
    with owed.transaction(actor="grace", business_date=TODAY) as tx:
        change_creditor(tx, "C1", {"phone": "937-555-0111"}, reason="new line")
        change_creditor(tx, "C1", {"phone": "937-555-0122", "accent": "#14606B"}, reason="another line")
        change_creditor(tx, "C1", {"phone": "937-555-0122"}, reason="the same again")
    with owed.reading() as conn:
        newest, first = creditor_history(conn, "C1")
    assert (first.by, first.on, first.reason) == ("grace", TODAY, "new line")
    assert [one.sentence for one in first.changes] == ["Phone: 937-555-0111 (before: 937-555-0100)."]
    assert len(newest.changes) == 2
    with owed.transaction(actor="leo", business_date=TODAY) as tx:
        assert restore_creditor(tx, "C1", first.id, "the first was right")["phone"] == "937-555-0111"
        assert restore_creditor(tx, "C1", 0, "all back")["phone"] == "937-555-0100"
        with pytest.raises(Refused, match="has these values already"):
            restore_creditor(tx, "C1", 0, "again")
        with pytest.raises(Refused, match="has no change 99"):
            restore_creditor(tx, "C1", 99, "x")
        with pytest.raises(Refused, match="a reason is required"):
            restore_creditor(tx, "C1", first.id, " ")
    with owed.reading() as conn:
        assert [one.by for one in creditor_history(conn, "C1")] == ["leo", "leo", "grace", "grace"]
