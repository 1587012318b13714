"""Every remedy has its pages, or says that it has none; a link is followed only where its address is whole."""

import pytest

from models.errors import Advice, BadInput, Refused
from models.remedies import Remedy
from web.rendering.refusals import sentence
from web.rendering.remedies import PAGES, Link, link_of


def test_each_remedy_is_looked_up() -> None:
    assert set(PAGES) == set(Remedy)


def test_the_page_of_the_matter_is_linked_where_its_number_is_known_and_the_docket_where_it_is_not() -> None:
    known = Advice("reopen it", Remedy.TAKE_STEP, facts={"matter": 7})
    assert link_of(known) == Link("Open the matter", "/estates/7")
    assert link_of(Advice("reopen it", Remedy.TAKE_STEP)) == Link("Estate matters", "/estates")
    assert link_of(Advice("ask the manager", Remedy.AS_MANAGER)) is None
    assert link_of(Advice("wait")) is None


def test_an_address_takes_no_more_than_a_name() -> None:
    strange = Advice("reopen it", Remedy.TAKE_STEP, facts={"matter": "7/../../users?x=1"})
    link = link_of(strange)
    assert link is not None
    assert link.address == "/estates/7%2F..%2F..%2Fusers%3Fx%3D1"


@pytest.mark.parametrize(
    ("refused", "says"),
    [
        (Refused("there is no call 7", remedy=Remedy.LIST_CALLS), "There is no call 7."),
        (BadInput("say why", field="why"), "Say why."),
        (
            Refused("matter 7 is closed", "reopen it first", remedy=Remedy.TAKE_STEP),
            "Matter 7 is closed. Reopen it first.",
        ),
        (
            Refused("it cannot be filed; missing", lacks=[Advice("an offer"), Advice("a day", field="on")]),
            "It cannot be filed; missing: an offer; a day.",
        ),
        (Refused("book.csv:1: column name is missing"), "book.csv:1: column name is missing."),
        (Refused("is it the right person?"), "Is it the right person?"),
    ],
)
def test_a_refusal_is_said_in_sentences_without_what_one_would_type(refused: Refused, says: str) -> None:
    assert sentence(refused) == says
