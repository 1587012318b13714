"""Who takes part in an estate and what is known of it: what cannot be is refused when it is typed, not on a paper."""

from datetime import timedelta

import pytest

from flows.estates.attorneys import add_date, set_attorney
from flows.estates.matters.facts import NewFact, set_fact
from flows.estates.matters.parties import NewParty, add_party, end_party
from flows.practice import Practice
from models.errors import Refused
from models.estate_enums import Authority, DateKind, EstateFactName, PartyRole
from tests.flows.estates.estates import DIED, LATER, act, die, fact, harold, party
from tests.refusals import refused
from tests.small_book import rows

REPRESENTATIVE = PartyRole.REPRESENTATIVE


@pytest.fixture
def home(practice: Practice) -> Practice:
    harold(practice.database)
    return practice


@pytest.fixture
def matter(home: Practice) -> int:
    return die(home.database)


@pytest.mark.parametrize(
    ("contact", "says"),
    [
        ({"phone": "12"}, "is not a valid phone number; enter ten digits"),
        ({"phone": "call me"}, "is not a valid phone number"),
        ({"email": "nell at example.org"}, "is not a valid e-mail address"),
        ({"email": "nell"}, "is not a valid e-mail address"),
    ],
)
def test_a_number_or_address_that_is_none_is_refused_of_participants_and_attorneys(
    home: Practice, matter: int, contact: dict[str, str | None], says: str
) -> None:
    nell = NewParty(PartyRole.HOUSEHOLD, "Nell Example", "herself", contact=contact)
    with pytest.raises(Refused, match=says):
        act(home.database, LATER, add_party, matter, nell)
    with pytest.raises(Refused, match=says):
        act(home.database, LATER, set_attorney, "smith", {"name": "Jo Smith", **contact})
    assert not rows(home.database, "SELECT 1 FROM estate_party")
    assert not rows(home.database, "SELECT 1 FROM attorney")


def test_texts_of_an_estate_have_room_on_a_paper(home: Practice, matter: int) -> None:
    fact(home.database, matter, EstateFactName.COUNTY, "M" * 200)
    with pytest.raises(Refused, match="county has 201 characters; the limit is 200"):
        fact(home.database, matter, EstateFactName.COUNTY, "M" * 201)
    for new in (NewParty(PartyRole.COURT, "C" * 201, "court"), NewParty(PartyRole.COURT, "Clerk", "c" * 201)):
        with pytest.raises(Refused, match="201 characters"):
            act(home.database, LATER, add_party, matter, new)
    long = NewFact(EstateFactName.COUNTY, "Montgomery", "c" * 201, LATER)
    with pytest.raises(Refused, match="the source has 201 characters"):
        act(home.database, LATER, set_fact, matter, long)


def test_one_at_a_time_holds_letters(home: Practice, matter: int) -> None:
    first = party(home.database, matter, REPRESENTATIVE, Authority.LETTERS)
    with refused(rf"Anna Example holds letters .* end the party's role first \(`pastdue estate party-end {first}`\)"):
        party(home.database, matter, REPRESENTATIVE, Authority.LETTERS)
    act(home.database, LATER, end_party, first)
    assert party(home.database, matter, REPRESENTATIVE, Authority.LETTERS) > first


def test_a_hearing_before_the_death_is_refused(home: Practice, matter: int) -> None:
    with pytest.raises(Refused, match="a hearing on 2026-01-31 is before the death on 2026-02-01"):
        act(home.database, LATER, add_date, matter, DateKind.HEARING, DIED - timedelta(1), None, "", "")
    assert act(home.database, LATER, add_date, matter, DateKind.HEARING, DIED, None, "", "") > 0
