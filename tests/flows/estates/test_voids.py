"""A document that was made wrongly is voided: it stays, is shown so, and can't be sent or stand in a packet."""

import pytest

from flows.estates.documents.commands import estate_desk, paper_row
from flows.estates.documents.packet import make_packet
from flows.estates.documents.voids import void_paper
from flows.estates.matters.view import matter_view
from flows.practice import Practice
from models.errors import BadInput, Refused
from models.ids import MatterId
from tests.flows.estates.estates import LATER, act, die, harold, holder, paper, send, to_claim, to_filed
from tests.small_book import history


@pytest.fixture
def matter(practice: Practice) -> int:
    harold(practice.database)
    return die(practice.database)


def void(practice: Practice, matter: int, serial: int, why: str = "a wrong amount") -> None:
    with practice.database.transaction(actor="priya", business_date=LATER) as tx:
        void_paper(tx, paper_row(tx.conn, MatterId(matter), serial), why)


def test_a_void_document_stays_with_who_voided_it_and_why(practice: Practice, matter: int) -> None:
    to_claim(practice, matter)
    paper(practice, matter, "claim", holder(practice.database, matter))
    void(practice, matter, 1)
    with practice.database.reading() as conn:
        (line,) = matter_view(conn, MatterId(matter), LATER)["papers"]
    assert (line["voided_on"], line["voided_by"], line["void_reason"]) == (LATER, "priya", "a wrong amount")
    assert [kind for _, kind, _ in history(practice.database, "A2")].count("estate_paper_voided") == 1


def test_a_void_document_is_not_sent_and_not_in_a_packet(practice: Practice, matter: int) -> None:
    to_claim(practice, matter)
    paper(practice, matter, "claim", holder(practice.database, matter))
    void(practice, matter, 1)
    with pytest.raises(Refused, match="document E-000001/1 was voided on 2026-03-20"):
        send(practice, matter, 1)
    made = act(practice.database, LATER, make_packet, estate_desk(practice), matter, ("Priya Raman", "Coordinator"))
    assert not [one["name"] for one in made.files if one["name"].endswith("01-claim.docx")]


def test_a_filed_claim_is_amended_or_withdrawn_and_not_voided(practice: Practice, matter: int) -> None:
    to_filed(practice, matter)
    with pytest.raises(Refused, match="can't be voided") as refusal:
        void(practice, matter, 1)
    assert "amended claim, or a withdrawal" in refusal.value.advice.text


def test_a_void_needs_its_reason_and_is_done_once(practice: Practice, matter: int) -> None:
    to_claim(practice, matter)
    paper(practice, matter, "claim", holder(practice.database, matter))
    with pytest.raises(BadInput, match="why"):
        void(practice, matter, 1, " ")
    void(practice, matter, 1)
    with pytest.raises(Refused, match="already voided"):
        void(practice, matter, 1)
