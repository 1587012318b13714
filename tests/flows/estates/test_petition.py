"""A creditor may ask the court to open an estate: in time, where it is worth its while, and never beside letters."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from docx import Document

from flows.estates.claims.decide import Standing, worth_while
from flows.estates.claims.petition import PetitionNow, check_petition
from flows.estates.deadlines.nightly import watch_estates
from flows.estates.documents.commands import estate_desk
from flows.estates.matters.facts import forget_fact
from flows.practice import Practice
from models.errors import Refused
from models.estate_enums import EstateFactName, MatterState, PartyRole
from models.user_enums import Role
from tests.flows.estates.estates import LATER, act, fact, kansas, now, paper, party
from tests.refusals import refused
from tests.small_book import history, rows

OPEN_BY = date(2026, 8, 1)
DESK, MANAGER = Role.ESTATE_DESK, Role.MANAGER
GOOD = worth_while(Standing(90_000, 20_000, 7_500))
SMALL = worth_while(Standing(9_000, 20_000, 7_500))


def text_of(path: Path) -> str:
    word = Document(str(path))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in word.paragraphs), *cells])


def open_kinds(practice: Practice) -> list[str]:
    return [row[0] for row in rows(practice.database, "SELECT kind FROM task WHERE state = 'open' ORDER BY id")]


def test_a_petition_tells_the_court_who_asks_for_what_by_when_and_names_the_next_of_kin(practice: Practice) -> None:
    matter = kansas(practice)
    court = party(practice.database, matter, PartyRole.COURT)
    party(practice.database, matter, PartyRole.HOUSEHOLD)
    fact(practice.database, matter, EstateFactName.COUNTY, "Sedgwick")
    said = text_of(paper(practice, matter, "petition", court).file)
    for told in (
        "Sedgwick",
        "$900.00",
        "Anna Example",
        "August 1, 2026",
        "K.S.A.",
        "appoint a personal representative",
    ):
        assert told in said


def test_a_petition_that_was_filed_answers_the_task_and_the_matter_goes_on_searching(practice: Practice) -> None:
    matter = kansas(practice)
    day = OPEN_BY - timedelta(60)
    watch_estates(practice.database, estate_desk(practice), day)
    assert "estate-open-by" in open_kinds(practice)
    fact(practice.database, matter, EstateFactName.PETITION_FILED, str(day), day)
    assert "estate-open-by" not in open_kinds(practice)
    for offset in range(1, 90):
        watch_estates(practice.database, estate_desk(practice), day + timedelta(offset))
    assert "estate-open-by" not in open_kinds(practice)
    row = now(practice.database, matter)
    assert row.state == "searching" and row.review_on is not None


def test_a_petition_that_came_to_nothing_is_taken_back_and_the_day_counts_again(practice: Practice) -> None:
    matter = kansas(practice)
    day = OPEN_BY - timedelta(62)
    fact(practice.database, matter, EstateFactName.PETITION_FILED, str(day), day)
    act(practice.database, day, forget_fact, matter, EstateFactName.PETITION_FILED, "the clerk sent it back")
    watch_estates(practice.database, estate_desk(practice), OPEN_BY - timedelta(60))
    watch_estates(practice.database, estate_desk(practice), OPEN_BY - timedelta(30))
    assert "estate-open-by" in open_kinds(practice)


def test_the_task_says_whether_a_petition_is_worth_its_while(practice: Practice) -> None:
    kansas(practice, cents=9_000)
    watch_estates(practice.database, estate_desk(practice), OPEN_BY - timedelta(60))
    (task,) = rows(practice.database, "SELECT reason FROM task WHERE kind = 'estate-open-by'")
    assert "not cost-effective: $90.00 is below the practice's minimum" in task.reason


def test_a_manager_may_want_a_petition_that_is_not_worth_its_while_and_the_history_says_why(practice: Practice) -> None:
    matter = kansas(practice, cents=9_000)
    court = party(practice.database, matter, PartyRole.COURT)
    with pytest.raises(Refused, match="a manager can still request it"):
        paper(practice, matter, "petition", court)
    paper(practice, matter, "petition", court, why="other debts of the family wait for it", role=MANAGER)
    why = rows(practice.database, "SELECT why FROM account_event WHERE kind = 'estate_paper_made'")
    assert "other debts of the family wait for it" in why[-1].why
    assert history(practice.database, "A1")[-1][1] == "estate_paper_made"


@pytest.mark.parametrize(
    ("case", "role", "why", "says"),
    [
        (
            PetitionNow(1, MatterState.SEARCHING, date(2026, 3, 1), None, None, GOOD),
            DESK,
            "",
            "present the claim to them",
        ),
        (PetitionNow(1, MatterState.CLAIM_DUE, None, None, None, GOOD), DESK, "", "during the probate search"),
        (
            PetitionNow(1, MatterState.SEARCHING, None, LATER - timedelta(1), None, GOOD),
            MANAGER,
            "all the same",
            "ask counsel",
        ),
        (
            PetitionNow(1, MatterState.SEARCHING, None, None, "2026-03-01", GOOD),
            DESK,
            "",
            "ask the court about its status",
        ),
        (
            PetitionNow(1, MatterState.SEARCHING, None, None, None, SMALL),
            DESK,
            "I want it",
            "a manager can still request it .*--role manager",
        ),
        (
            PetitionNow(1, MatterState.SEARCHING, None, None, None, SMALL),
            MANAGER,
            " ",
            "a manager can still request it .*--why",
        ),
    ],
)
def test_a_petition_out_of_place_is_refused_with_what_to_do(case: PetitionNow, role: Role, why: str, says: str) -> None:
    with refused(says):
        check_petition(case, role, why, LATER)


def test_a_petition_in_time_and_worth_its_while_needs_no_manager() -> None:
    check_petition(PetitionNow(1, MatterState.SEARCHING, None, LATER, None, GOOD), DESK, "", LATER)
    check_petition(PetitionNow(1, MatterState.SEARCHING, None, None, None, SMALL), MANAGER, "to learn of assets", LATER)


def test_a_petition_before_the_death_is_refused(practice: Practice) -> None:
    matter = kansas(practice)
    with pytest.raises(Refused, match="before the death"):
        fact(practice.database, matter, EstateFactName.PETITION_FILED, "2026-01-20")


def test_a_petition_is_filed_with_the_court_and_never_sent_to_the_family(practice: Practice) -> None:
    matter = kansas(practice)
    to = party(practice.database, matter, PartyRole.HOUSEHOLD)
    with pytest.raises(Exception, match="document petition is for: court"):
        paper(practice, matter, "petition", to)
