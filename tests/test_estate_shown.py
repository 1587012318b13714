"""What `estate show` tells people of a matter: amounts in dollars, and all that the claim has come to."""

from datetime import date
from typing import Any

import pytest

from console.estate_said import say_matter
from console.output import out
from flows.estates.said import fact_said
from flows.estates.view import matter_view
from flows.stages import House
from models.estate_kinds import EstateFactName
from tests.flows.estates.estates import LATER, die, fact, harold

F = EstateFactName


@pytest.fixture
def matter(house: House) -> int:
    harold(house.book)
    return die(house.book)


def view_of(house: House, matter: int, today: date = LATER) -> dict[str, Any]:
    with house.book.reading() as conn:
        return matter_view(conn, matter, today)


def shown(house: House, matter: int, today: date = LATER) -> str:
    """A matter as a person reads it on a wide screen, its lines run together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(out, "width", 400)
        with out.capture() as said:
            say_matter(view_of(house, matter, today), json=False)
    return " ".join(said.get().replace("│", " ").split())


@pytest.mark.parametrize("name", [F.ASSETS, F.DEBTS_AHEAD, F.DEBTS_BESIDE])
def test_an_amount_among_the_facts_is_told_in_dollars_and_kept_in_cents(
    house: House, matter: int, name: EstateFactName
) -> None:
    fact(house.book, matter, name, "50000")
    (one,) = view_of(house, matter)["facts"]
    assert (one["value"], one["says"]) == ("5000000", "$50,000.00")
    said = shown(house, matter)
    assert f"{name} $50,000.00" in said and "5000000" not in said


def test_other_facts_are_told_as_they_are() -> None:
    assert fact_said("county", "Elm") == "Elm"
    assert fact_said("small_estate", "yes") == "yes"
