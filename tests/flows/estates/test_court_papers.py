"""Papers for a court say where they go: whose court it is, and to which address each paper was mailed."""

import json

import pytest

from flows.estates.attorneys import refer, set_attorney
from flows.estates.documents.commands import estate_desk
from flows.estates.documents.packet import make_packet
from flows.estates.matters.facts import forget_fact
from flows.estates.matters.parties import end_party
from flows.estates.payments.commands import pay
from flows.practice import Practice
from letters.estate.kinds import PAPERS
from models.estate_enums import EstateFactName, MatterState
from models.user_enums import Role
from tests.flows.estates.estates import (
    LATER,
    act,
    die,
    fact,
    go,
    harold,
    holder,
    kansas,
    now,
    paper,
    send,
    text_of,
    to_claim,
    to_filed,
)
from tests.small_book import rows


@pytest.fixture
def home(practice: Practice) -> Practice:
    harold(practice.database)
    return practice


@pytest.fixture
def matter(home: Practice) -> int:
    return die(home.database)


def test_a_proof_of_mailing_names_the_whole_address_to_which_each_paper_went(home: Practice, matter: int) -> None:
    court = to_claim(home, matter)
    paper(home, matter, "claim", court)
    send(home, matter, 1)
    made = paper(home, matter, "proof-of-mailing")
    assert [one.to for one in made.data.mailings] == ["Anna Example, 1 Court Street, Dayton, OH 45402"]
    assert "1 Court Street, Dayton, OH 45402" in text_of(made.file)


def test_it_names_whom_a_paper_went_to_though_they_take_part_no_longer(home: Practice, matter: int) -> None:
    court = to_claim(home, matter)
    paper(home, matter, "claim", court)
    send(home, matter, 1)
    act(home.database, LATER, end_party, court)
    (one,) = paper(home, matter, "proof-of-mailing").data.mailings
    assert one.to == "Anna Example, 1 Court Street, Dayton, OH 45402"


@pytest.mark.parametrize("kind", ["claim", "affidavit", "itemised-statement"])
def test_a_paper_for_the_court_names_the_court_of_its_county(home: Practice, matter: int, kind: str) -> None:
    court = to_claim(home, matter)
    said = text_of(paper(home, matter, kind, court).file)
    assert "COURT OF COMMON PLEAS, MONTGOMERY COUNTY, OHIO" in said
    assert "Court: ____" not in said


def test_where_the_table_has_no_court_a_paper_names_the_court_that_takes_part(home: Practice, matter: int) -> None:
    court = to_claim(home, matter)
    act(home.database, LATER, forget_fact, matter, EstateFactName.COUNTY, "of another estate")
    assert "ANNA EXAMPLE" in text_of(paper(home, matter, "claim", court).file)


def test_what_the_notice_calls_the_court_goes_before_the_participants_name(home: Practice, matter: int) -> None:
    court = to_claim(home, matter)
    fact(home.database, matter, EstateFactName.COURT, "Probate Division, Court of Common Pleas")
    assert paper(home, matter, "claim", court).data.case.court == "Probate Division, Court of Common Pleas"


def test_where_no_court_is_on_file_there_is_a_line_to_write_on(home: Practice, matter: int) -> None:
    act(home.database, LATER, end_party, to_claim(home, matter))
    act(home.database, LATER, forget_fact, matter, EstateFactName.COUNTY, "of another estate")
    assert "Court: ____" in text_of(paper(home, matter, "claim", holder(home.database, matter)).file)


def test_a_satisfaction_names_the_court_of_its_county(home: Practice, matter: int) -> None:
    to_filed(home, matter)
    go(home.database, matter, MatterState.ALLOWED, MatterState.AWAITING_PAYMENT, on=LATER)
    act(home.database, LATER, pay, matter, 20_000, "check 1")
    court = paper(home, matter, "satisfaction", court_of(home, matter), role=Role.MANAGER)
    assert "COURT OF COMMON PLEAS, MONTGOMERY COUNTY, OHIO" in text_of(court.file)


def court_of(home: Practice, matter: int) -> int:
    query = "SELECT id FROM estate_party WHERE role = 'court' AND matter_id = :m"
    return int(rows(home.database, query, m=matter)[0].id)


def test_once_letters_are_issued_no_day_to_have_the_estate_opened_is_told(practice: Practice) -> None:
    matter = kansas(practice)

    def told() -> list[str]:
        return [one.rule for one in paper(practice, matter, "deadlines").data.deadlines]

    assert "last day to have the estate opened" in told()
    fact(practice.database, matter, EstateFactName.LETTERS_ISSUED, "2026-03-01")
    assert now(practice.database, matter).open_estate_by is not None
    assert told() == []


def test_in_a_packet_the_claim_comes_first_by_its_name_whether_it_went_or_not(home: Practice, matter: int) -> None:
    court = to_claim(home, matter)
    assert packed(home, matter)[:2] == ["Creditor's claim", "Affidavit of account"]
    paper(home, matter, "claim", court)
    serial = int(rows(home.database, "SELECT max(serial) FROM estate_paper")[0][0])
    send(home, matter, serial)
    went = f"Creditor's claim, as it went on March 20, 2026 (E-000001/{serial})"
    assert packed(home, matter)[:2] == [went, "Affidavit of account"]
    act(home.database, LATER, set_attorney, "smith", {"name": "Jo Smith"})
    act(home.database, LATER, refer, matter, "smith", "file it", 50_000, "hourly")
    assert packed(home, matter)[:3] == ["Referral of an estate matter", went, "Affidavit of account"]


def packed(home: Practice, matter: int) -> list[str]:
    """What the index of a new packet lists; its files come in the same order."""
    with home.database.transaction(actor="desk", business_date=LATER) as tx:
        made = make_packet(tx, estate_desk(home), matter, ("Priya Raman", "Coordinator"))
    query = "SELECT data FROM estate_paper WHERE kind = 'index' ORDER BY serial DESC"
    titles = json.loads(rows(home.database, query)[0][0])["enclosures"]
    files = [one["name"] for one in made.files][1:]
    kinds = {about.title: kind for kind, about in PAPERS.items()}
    assert [kinds[title.split(", as it went")[0]] in name for title, name in zip(titles, files, strict=True)] == [
        True
    ] * len(files)
    return titles
