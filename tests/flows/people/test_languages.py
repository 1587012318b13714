"""What may stand as a person's language."""

from datetime import date

import pytest

from flows.people.contact.commands import change_person
from flows.people.contact.languages import choices, language_name
from models.database import Database
from models.errors import Refused
from tests.small_book import account_of, rows, someone, take_in

TODAY = date(2026, 2, 3)


def tell(database: Database, language: str) -> None:
    with database.transaction(actor="clerk", business_date=TODAY) as tx:
        change_person(tx, account_of(database, "A1").guarantor_id, {"language": language}, "phone")


@pytest.mark.parametrize("code", ["Spanish", "ES", "s", "span", "es_MX", "es-", "", " es", "es\n"])
def test_what_is_no_code_of_a_language_is_refused(database: Database, code: str) -> None:
    take_in(database, [someone("Ada")], TODAY)
    with pytest.raises(Refused, match="is not a language code"):
        tell(database, code)


@pytest.mark.parametrize("code", ["es", "vi", "hmn", "pt-BR", "es-mx", "es-419"])
def test_a_code_with_or_without_a_region_is_kept(database: Database, code: str) -> None:
    take_in(database, [someone("Ada")], TODAY)
    tell(database, code)
    assert rows(database, "SELECT language FROM person WHERE first_name = 'Ada'")[0].language == code


def test_what_was_stored_before_does_not_stand_in_the_way_of_another_change(database: Database) -> None:
    take_in(database, [someone("Ada", language="Spanish")], TODAY)
    with database.transaction(actor="clerk", business_date=TODAY) as tx:
        what = {"language": "Spanish", "phone": "937-555-0155"}
        assert change_person(tx, account_of(database, "A1").guarantor_id, what, "phone") == ("phone",)


@pytest.mark.parametrize(
    ("code", "name"), [("en", "English"), ("es-mx", "Spanish (es-mx)"), ("hmn", "Hmong"), ("Spanish", "Spanish")]
)
def test_a_language_is_told_by_its_name(code: str, name: str) -> None:
    assert language_name(code) == name
    assert code in dict(choices(code))


def test_a_language_without_letters_says_what_that_means() -> None:
    said = dict(choices("en"))
    assert (said["en"], said["es"]) == ("English", "Spanish")
    assert said["vi"] == "Vietnamese: calls with an interpreter, letters in English"
    assert len(said) >= 17
