"""Papers for a court say where they go: whose court it is, and to which address each paper was mailed."""

import pytest

from flows.estates.parties import end_party
from flows.stages import House
from tests.flows.estates.estates import LATER, act, die, harold, paper, send, to_claim
from tests.flows.estates.test_papers import text_of


@pytest.fixture
def home(house: House) -> House:
    harold(house.book)
    return house


@pytest.fixture
def matter(home: House) -> int:
    return die(home.book)


def test_a_proof_of_mailing_names_the_whole_address_to_which_each_paper_went(home: House, matter: int) -> None:
    court = to_claim(home, matter)
    paper(home, matter, "claim", court)
    send(home, matter, 1)
    made = paper(home, matter, "proof-of-mailing")
    assert [one.to for one in made.data.mailings] == ["Anna Example, 1 Court Street, Dayton, OH 45402"]
    assert "1 Court Street, Dayton, OH 45402" in text_of(made.file)


def test_it_names_whom_a_paper_went_to_though_they_take_part_no_longer(home: House, matter: int) -> None:
    court = to_claim(home, matter)
    paper(home, matter, "claim", court)
    send(home, matter, 1)
    act(home.book, LATER, end_party, court)
    (one,) = paper(home, matter, "proof-of-mailing").data.mailings
    assert one.to == "Anna Example, 1 Court Street, Dayton, OH 45402"
