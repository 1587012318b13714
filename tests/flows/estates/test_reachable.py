"""Nobody is asked what is known, and nothing is posted to where it cannot arrive."""

import pytest

from flows.estates.matters.parties import NewParty, add_party
from flows.practice import Practice
from models.errors import Refused
from models.estate_enums import Authority, PartyRole
from tests.flows.estates.estates import LATER, act, die, harold, paper, party, to_claim
from tests.refusals import refused
from tests.small_book import history


@pytest.fixture
def home(practice: Practice) -> Practice:
    harold(practice.database)
    return practice


@pytest.fixture
def matter(home: Practice) -> int:
    return die(home.database)


@pytest.mark.parametrize(
    ("authority", "by"), [(Authority.LETTERS, "letters"), (Authority.SMALL_ESTATE, "the small-estate affidavit")]
)
@pytest.mark.parametrize("role", [PartyRole.HOUSEHOLD, PartyRole.SPOUSE])
def test_nobody_is_asked_who_handles_an_estate_that_somebody_handles(
    home: Practice, matter: int, role: PartyRole, authority: Authority, by: str
) -> None:
    to = party(home.database, matter, role, Authority.NONE)
    holder = party(home.database, matter, PartyRole.REPRESENTATIVE, authority)
    before = history(home.database, "A1")
    says = rf"Anna Example holds {by}; no inquiry is needed: write to party {holder} \(--to\)"
    with refused(says):
        paper(home, matter, "inquiry", to)
    assert history(home.database, "A1") == before


def at(home: Practice, matter: int, role: PartyRole, authority: Authority, **contact: str) -> int:
    new = NewParty(role, "Nell Fairholt", "the daughter", authority, contact)
    return act(home.database, LATER, add_party, matter, new)


@pytest.mark.parametrize(
    ("role", "authority", "kind"),
    [
        (PartyRole.HOUSEHOLD, Authority.NONE, "inquiry"),
        (PartyRole.REPRESENTATIVE, Authority.INFORMAL, "condolence"),
        (PartyRole.REPRESENTATIVE, Authority.LETTERS, "representative-notice"),
        (PartyRole.ESTATE_ATTORNEY, Authority.ATTORNEY, "condolence"),
    ],
)
def test_nothing_is_posted_without_a_whole_address_and_what_is_missing_is_named(
    home: Practice, matter: int, role: PartyRole, authority: Authority, kind: str
) -> None:
    to = at(home, matter, role, authority, address1="7 Oak", city="Dayton", state="OH", zip=" ")
    with refused(f"no complete address.*missing: the ZIP code.*add the party again with the address .*party-end {to}`"):
        paper(home, matter, kind, to)


def test_every_part_of_an_address_that_is_missing_is_named_at_once(home: Practice, matter: int) -> None:
    with pytest.raises(Refused, match="missing: the street, the city, the state, the ZIP code"):
        paper(home, matter, "inquiry", at(home, matter, PartyRole.HOUSEHOLD, Authority.NONE))


def test_a_claim_goes_to_no_court_without_an_address_but_to_the_file(home: Practice, matter: int) -> None:
    to_claim(home, matter)
    court = at(home, matter, PartyRole.COURT, Authority.OFFICE)
    with refused("no complete address.*estate party-end"):
        paper(home, matter, "claim", court)
    assert paper(home, matter, "claim").number
