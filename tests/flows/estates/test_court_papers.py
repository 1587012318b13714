"""Papers for a court say where they go: whose court it is, and to which address each paper was mailed."""

import pytest

from flows.estates.money import pay
from flows.estates.parties import end_party
from flows.stages import House
from models.estate_kinds import EstateFactName, MatterState, StaffRole
from tests.flows.estates.estates import LATER, act, die, fact, go, harold, holder, paper, send, to_claim, to_filed
from tests.flows.estates.test_papers import text_of
from tests.small_book import rows


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


@pytest.mark.parametrize("kind", ["claim", "affidavit", "itemised-statement"])
def test_a_paper_for_the_court_names_the_court_that_takes_part(home: House, matter: int, kind: str) -> None:
    court = to_claim(home, matter)
    said = text_of(paper(home, matter, kind, court).file)
    assert "ANNA EXAMPLE" in said
    assert "Court: ____" not in said


def test_what_the_notice_calls_the_court_goes_before_the_participants_name(home: House, matter: int) -> None:
    court = to_claim(home, matter)
    fact(home.book, matter, EstateFactName.COURT, "Probate Division, Court of Common Pleas")
    assert paper(home, matter, "claim", court).data.case.court == "Probate Division, Court of Common Pleas"


def test_where_no_court_is_on_file_there_is_a_line_to_write_on(home: House, matter: int) -> None:
    act(home.book, LATER, end_party, to_claim(home, matter))
    assert "Court: ____" in text_of(paper(home, matter, "claim", holder(home.book, matter)).file)


def test_a_satisfaction_names_the_court_that_takes_part(home: House, matter: int) -> None:
    to_filed(home, matter)
    go(home.book, matter, MatterState.ALLOWED, MatterState.AWAITING_PAYMENT, on=LATER)
    act(home.book, LATER, pay, matter, 20_000, "check 1")
    court = paper(home, matter, "satisfaction", court_of(home, matter), role=StaffRole.MANAGER)
    assert "ANNA EXAMPLE" in text_of(court.file)


def court_of(home: House, matter: int) -> int:
    query = "SELECT id FROM estate_party WHERE role = 'court' AND matter_id = :m"
    return int(rows(home.book, query, m=matter)[0].id)
