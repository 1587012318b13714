"""The court of a county, the caption of its papers by state, and the attorney's block; a table that the practice owns."""

from datetime import date

import pytest

from flows.estates.attorneys import refer, set_attorney
from flows.estates.documents.court_now import court_of
from flows.estates.documents.courts import SHIPPED, TABLE, courts_from
from flows.practice import Practice
from flows.practice_tables import publish_table
from flows.settings.tables.yaml_text import BadSchedule
from models.errors import BadInput
from models.estate_enums import EstateFactName
from models.user_enums import Role
from tests.flows.estates.estates import LATER, act, die, fact, harold, holder, paper, text_of, to_claim

TEXT = SHIPPED.read_text("utf-8")


def test_every_row_says_where_it_was_read_when_and_how_sure_it_is() -> None:
    courts = courts_from(TEXT)
    for row in [*courts.states.values(), *courts.counties.values()]:
        assert row.source and row.read_on <= date(2026, 11, 30) and row.confidence in ("high", "medium", "low")


def test_a_county_has_its_own_court_with_address_and_fee() -> None:
    court = courts_from(TEXT).of("OH", "franklin county")
    assert court is not None and court.own
    assert court.name == "Probate Court of Franklin County, Ohio"
    assert court.address.startswith("373 S. High Street")
    assert court.fee_said == "$100.00 (deposit for a creditor's claim as a civil action)"


def test_a_county_without_a_row_has_the_pattern_of_its_state_and_no_address() -> None:
    court = courts_from(TEXT).of("FL", "Palm Beach")
    assert court is not None and not court.own
    assert court.lines == ("In the Circuit Court for Palm Beach County, Florida", "Probate Division")
    assert (court.address, court.fee_said, court.number_label) == ("", "", "File No.")


@pytest.mark.parametrize(("state", "county"), [("DE", "Kent"), ("OH", ""), (None, "Franklin")])
def test_a_state_that_is_not_in_the_table_or_no_county_has_no_court(state: str | None, county: str) -> None:
    assert courts_from(TEXT).of(state, county) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (TEXT.replace("  CA: {court", "  XX: {court", 1), "is not a state"),
        (TEXT.replace(", confidence: high}", ", confidence: sure}", 1), "confidence"),
        (TEXT.replace("source: 'no caption", "found: 'no caption"), "found"),
        ("states: {}\ncounties: {OH: {}}\n", "has no pattern under states"),
        (TEXT.replace("    Lorain:", "    Franklin County:"), "has a county twice"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_its_place(text: str, says: str) -> None:
    with pytest.raises(BadSchedule, match=says):
        courts_from(text)


def test_a_table_that_the_practice_published_is_used_at_once(practice: Practice) -> None:
    text = TEXT.replace("373 S. High Street, 22nd Floor", "1 New Street")
    act(practice.database, LATER, publish_table, TABLE, text, "courts.yaml", "the court moved")
    with practice.database.reading() as conn:
        court = court_of(conn, "OH", "Franklin")
    assert court is not None and court.address.startswith("1 New Street")


@pytest.fixture
def matter(practice: Practice) -> int:
    harold(practice.database)
    return die(practice.database)


def test_a_claim_of_ohio_is_headed_as_its_court_heads_papers(practice: Practice, matter: int) -> None:
    to_claim(practice, matter)
    made = paper(practice, matter, "claim", holder(practice.database, matter))
    assert made.data.case.heading == ("Court of Common Pleas, Montgomery County, Ohio", "Probate Division")
    text = text_of(made.file)
    for said in (
        "COURT OF COMMON PLEAS, MONTGOMERY COUNTY, OHIO",
        "PROBATE DIVISION",
        "Estate of",
        "Case No. 26-EST-1",
    ):
        assert said in text, said
    assert "County: Montgomery" not in text and "Attorney for Claimant" not in text


def test_a_court_that_the_desk_recorded_stands_before_the_table(practice: Practice, matter: int) -> None:
    to_claim(practice, matter)
    fact(practice.database, matter, EstateFactName.COURT, "Probate Court, Dayton branch")
    text = text_of(paper(practice, matter, "claim", holder(practice.database, matter)).file)
    assert "PROBATE COURT, DAYTON BRANCH" in text and "COMMON PLEAS" not in text
    assert "County: Montgomery" in text


def referred(practice: Practice, matter: int, **more: str) -> None:
    to_claim(practice, matter)
    jones = {"name": "Ann Jones", "firm": "Jones LLP", "address1": "2 Main Street", "city": "Dayton", "state": "OH"}
    contact = {"zip": "45402", "phone": "9375550100", "email": "ann@jones.example"}
    act(practice.database, LATER, set_attorney, "jones", {**jones, **contact, **more})
    act(practice.database, LATER, refer, matter, "jones", "File it", 50_000, "hourly", Role.MANAGER, "small")


def test_the_attorneys_block_stands_below_the_signature_with_the_bar_number(practice: Practice, matter: int) -> None:
    referred(practice, matter, bar_number="0012345", bar_state="oh")
    text = text_of(paper(practice, matter, "claim", holder(practice.database, matter)).file)
    block = text[text.rindex("Ann Jones") :]
    for said in (
        "Attorney Registration No. 0012345",
        "Jones LLP",
        "2 Main Street",
        "Dayton, OH 45402",
        "ann@jones.example",
    ):
        assert said in block, (said, block)
    assert "Attorney for Claimant" in block


def test_a_bar_number_of_another_state_is_not_put_on_a_paper(practice: Practice, matter: int) -> None:
    referred(practice, matter, bar_number="0012345", bar_state="KY")
    text = text_of(paper(practice, matter, "claim", holder(practice.database, matter)).file)
    assert "0012345" not in text and "Attorney Registration No. ______________" in text


def test_a_bar_of_no_state_is_refused(practice: Practice) -> None:
    with pytest.raises(BadInput, match='"Ohio" is not a state'):
        act(practice.database, LATER, set_attorney, "jones", {"name": "Ann Jones", "bar_state": "Ohio"})
