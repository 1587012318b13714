"""A deadline that has passed: what may still be done stands on the docket and the matter, and goes to the manager."""

from datetime import date

import pytest

from flows.estates.attorneys import refer, set_attorney
from flows.estates.deadlines.decide import Counts
from flows.estates.deadlines.nightly import watch_estates
from flows.estates.deadlines.passed import PassedDeadline, passed_next, remedies_of
from flows.estates.documents.commands import estate_desk
from flows.estates.matters.docket import docket
from flows.estates.matters.ownership import assign_matters
from flows.practice import Practice
from flows.users.commands import add_user
from models.estate_enums import MatterState
from models.user_enums import Role
from tests.flows.estates.estates import LATER, act, die, go, harold
from tests.small_book import rows
from tests.web.site import NOON

BAR, AFTER = date(2026, 8, 1), date(2026, 8, 12)


def passed(what: Counts = Counts.CLAIM, kind: str = "bar", state: str = "FL") -> PassedDeadline:
    return PassedDeadline(what, BAR, kind, state, date(2026, 2, 1))


def test_a_late_claim_of_florida_is_shown_its_petition_with_the_last_day() -> None:
    first = remedies_of(passed(), AFTER)[0]
    assert (first["label"], first["until"]) == ("Petition for leave to file late", date(2028, 2, 1))
    assert "733.702(3)" in first["citation"] and first["confidence"] == "high" and "gartenlaw" in first["source"]


@pytest.mark.parametrize(("what", "kind"), [(Counts.SUIT, "bar"), (Counts.OPEN, "bar"), (Counts.CLAIM, "protective")])
def test_other_deadlines_have_no_remedy_of_a_late_claim(what: Counts, kind: str) -> None:
    assert remedies_of(passed(what, kind), AFTER) == []
    assert "passed" in passed_next(passed(what, kind), AFTER)


def test_a_deadline_on_a_sunday_has_not_passed_on_the_saturday_before_it() -> None:
    assert passed_next(passed(), BAR).startswith(
        "the last business day has passed, but the deadline itself is 2026-08-01"
    )
    assert remedies_of(passed(), BAR) == []


@pytest.fixture
def matter(practice: Practice) -> int:
    harold(practice.database)
    return die(practice.database)


def test_the_docket_shows_what_the_law_says_of_a_late_claim(practice: Practice, matter: int) -> None:
    with practice.database.reading() as conn:
        (before,), (after,) = docket(conn, LATER), docket(conn, AFTER)
    assert before["remedies"] == []
    assert [one["citation"] for one in after["remedies"]] == ["Ohio R.C. 2117.06(B), (C)"]
    assert "ask counsel today" in after["next"]


def test_a_missed_deadline_is_a_managers_task_that_names_who_had_the_matter(practice: Practice, matter: int) -> None:
    database = practice.database
    with database.transaction(actor="grace", business_date=LATER) as tx:
        add_user(tx, "priya", "Priya Raman", [Role.ESTATE_DESK], None, NOON)
    act(database, LATER, set_attorney, "jones", {"name": "Ann Jones"})
    go(database, matter, MatterState.SEARCHING)
    act(database, LATER, refer, matter, "jones", "File it", 50_000, "hourly", Role.MANAGER, "small")
    act(database, LATER, assign_matters, [matter], "priya")
    watch_estates(database, estate_desk(practice), AFTER)
    query = "SELECT reason FROM task WHERE kind = 'estate-deadline-manager' AND state = 'open' AND role = 'manager'"
    (task,) = rows(database, query)
    for said in (
        "Deadline missed: ask counsel whether it must be reported to an insurer",
        "paralegal priya and attorney jones since 2026-03-20",
        "no remedy in the law of this state (Ohio R.C. 2117.06(B), (C); high confidence)",
    ):
        assert said in task.reason, task.reason
