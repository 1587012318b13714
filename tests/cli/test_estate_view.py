"""What `estate show` tells people of a matter: amounts in dollars, and all that the claim has come to."""

from datetime import date, timedelta
from typing import Any

import pytest

from cli.estate_view import say_matter
from cli.output import out
from flows.estates.attorneys import refer, set_attorney
from flows.estates.claims.offers import offer
from flows.estates.matters.said import fact_said
from flows.estates.matters.view import matter_view
from flows.practice import Practice
from models.estate_enums import EstateFactName, MatterState
from models.labels import label
from models.user_enums import Role
from tests.flows.estates.estates import LATER, act, die, fact, go, harold, to_filed


@pytest.fixture
def matter(practice: Practice) -> int:
    harold(practice.database)
    return die(practice.database)


def view_of(practice: Practice, matter: int, today: date = LATER) -> dict[str, Any]:
    with practice.database.reading() as conn:
        return matter_view(conn, matter, today)


def shown(practice: Practice, matter: int, today: date = LATER) -> str:
    """A matter as a person reads it on a wide screen, its lines run together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(out, "width", 400)
        with out.capture() as said:
            say_matter(view_of(practice, matter, today), json=False)
    return " ".join(said.get().replace("│", " ").split())


@pytest.mark.parametrize("name", [EstateFactName.ASSETS, EstateFactName.DEBTS_AHEAD, EstateFactName.DEBTS_BESIDE])
def test_an_amount_among_the_facts_is_told_in_dollars_and_kept_in_cents(
    practice: Practice, matter: int, name: EstateFactName
) -> None:
    fact(practice.database, matter, name, "50000")
    (one,) = view_of(practice, matter)["facts"]
    assert (one["value"], one["says"]) == ("5000000", "$50,000.00")
    said = shown(practice, matter)
    assert f"{label(name)} $50,000.00" in said and "5000000" not in said


def test_other_facts_are_told_as_they_are() -> None:
    assert fact_said("county", "Elm") == "Elm"
    assert fact_said("small_estate", "yes") == "yes"


def test_a_matter_tells_where_it_is_before_anything_is_claimed(practice: Practice, matter: int) -> None:
    assert "Claim: not decided yet State OH" in shown(practice, matter)


def test_a_matter_tells_what_its_claim_has_come_to(practice: Practice, matter: int) -> None:
    act(practice.database, LATER, set_attorney, "smith", {"name": "Jo Smith"})
    act(practice.database, LATER, refer, matter, "smith", "file it", 50_000, "hourly")
    to_filed(practice, matter)
    said = shown(practice, matter)
    for words in (
        "Claim: $200.00 ($0.00 contingent, $200.00 for the last illness), filed on 2026-03-20",
        "$0.00 paid by the estate",
        "State OH; county Montgomery; case 26-EST-1; referred to attorney Jo Smith (smith) since 2026-03-20",
    ):
        assert words in said, said
    go(practice.database, matter, MatterState.DISALLOWED, on=LATER)
    act(practice.database, LATER, offer, matter, 18_000, LATER + timedelta(20), Role.ESTATE_DESK)
    said = shown(practice, matter)
    assert "Answered on 2026-03-20: $0.00 allowed; offer of $180.00 until 2026-04-09; $0.00 paid by the estate" in said
    assert "Deadline to sue 2026-05-20" in said


def test_a_matter_tells_what_silence_means(practice: Practice) -> None:
    harold(practice.database, state="CA")
    matter = die(practice.database)
    to_filed(practice, matter)
    view = view_of(practice, matter)
    assert view["silence_on"]
    assert f"No answer by {view['silence_on']} means: {view['silence_means'].replace('_', ' ')}" in shown(
        practice, matter
    )
