"""The docket: filtered by paralegal, attorney, state, county and days left; a matter has a paralegal."""

from datetime import date

import pytest

from flows.estates.attorneys import refer, set_attorney
from flows.estates.matters.docket import docket
from flows.estates.matters.docket_filter import UNASSIGNED, DocketFilter, filter_from
from flows.estates.matters.docket_query import docket_choices
from flows.estates.matters.ownership import assign_matters, paralegals
from flows.practice import Practice
from flows.users.commands import add_user, disable_user
from models.errors import BadInput, Refused
from models.estate_enums import DaysLeft, EstateFactName, MatterState
from models.ids import MatterId
from models.user_enums import Role
from tests.flows.estates.estates import LATER, TOLD, act, die, fact, go, harold
from tests.small_book import Someone, history, rows, take_in
from tests.web.site import NOON


@pytest.fixture
def home(practice: Practice) -> Practice:
    return practice


def two_matters(home: Practice) -> tuple[MatterId, MatterId]:
    """One of Ohio, due July 31; one of Kansas, of another person."""
    harold(home.database)
    mabel = Someone("Mabel", [("B1", date(2026, 1, 5), 20_000)], state="TX")
    take_in(home.database, [mabel], date(2026, 1, 10), state="TX")
    first, second = die(home.database), die(home.database, "B1")
    with home.database.transaction(actor="grace", business_date=TOLD) as tx:
        add_user(tx, "priya", "Priya Raman", [Role.ESTATE_DESK], None, NOON)
        add_user(tx, "nora", "Nora Lind", [Role.MAIL_ROOM], None, NOON)
    return MatterId(first), MatterId(second)


def listed(home: Practice, wanted: DocketFilter, today: date = LATER) -> list[int]:
    with home.database.reading() as conn:
        return [row["matter"] for row in docket(conn, today, wanted)]


def test_the_docket_lists_the_matters_of_a_state_or_a_county_only(home: Practice) -> None:
    ohio, texas = two_matters(home)
    fact(home.database, ohio, EstateFactName.COUNTY, "Franklin County")
    assert listed(home, DocketFilter()) == [ohio, texas]
    assert listed(home, filter_from({"state": "tx"})) == [texas]
    assert listed(home, filter_from({"county": "franklin"})) == [ohio]
    assert listed(home, filter_from({"county": "Franklin Parish"})) == [ohio]
    assert listed(home, filter_from({"county": "Harris"})) == []
    with home.database.reading() as conn:
        assert docket_choices(conn).counties == ["franklin"]


@pytest.mark.parametrize(
    ("days", "today", "there"),
    [
        (DaysLeft.WEEK, date(2026, 7, 28), True),
        (DaysLeft.WEEK, date(2026, 7, 1), False),
        (DaysLeft.MONTH, date(2026, 7, 5), True),
        (DaysLeft.PASSED, date(2026, 7, 31), False),
        (DaysLeft.PASSED, date(2026, 8, 10), True),
        (DaysLeft.WEEK, date(2026, 8, 10), False),
        (DaysLeft.NONE, date(2026, 7, 1), False),
    ],
)
def test_a_number_of_days_leaves_out_what_has_passed(home: Practice, days: DaysLeft, today: date, there: bool) -> None:
    harold(home.database)
    matter = die(home.database)
    assert (matter in listed(home, DocketFilter(days=days), today)) is there


def test_a_matter_is_assigned_to_a_paralegal_with_its_history(home: Practice) -> None:
    ohio, texas = two_matters(home)
    assert act(home.database, LATER, assign_matters, [ohio], "priya") == 1
    assert act(home.database, LATER, assign_matters, [ohio], "priya") == 0
    assert listed(home, filter_from({"paralegal": "priya"})) == [ohio]
    assert listed(home, filter_from({"paralegal": UNASSIGNED})) == [texas]
    assert [kind for _, kind, _ in history(home.database, "A2")].count("matter_assigned") == 1
    act(home.database, LATER, assign_matters, [ohio], None)
    assert listed(home, filter_from({"paralegal": UNASSIGNED})) == [ohio, texas]
    assert [kind for _, kind, _ in history(home.database, "A2")].count("matter_assigned") == 2


def test_only_a_user_who_works_estates_gets_a_matter(home: Practice) -> None:
    ohio, texas = two_matters(home)
    with home.database.reading() as conn:
        assert paralegals(conn) == ["priya"]
    for name, says in (("nora", "does not work estates"), ("nobody-here", "there is no user")):
        with pytest.raises(BadInput, match=says):
            act(home.database, LATER, assign_matters, [ohio, texas], name)
    act(home.database, LATER, disable_user, "priya", NOON)
    with pytest.raises(BadInput, match="does not work estates"):
        act(home.database, LATER, assign_matters, [ohio], "priya")
    assert not rows(home.database, "SELECT 1 FROM estate_matter WHERE owner IS NOT NULL")


def test_a_closed_matter_is_not_assigned_and_nothing_of_the_selection_is(home: Practice) -> None:
    ohio, texas = two_matters(home)
    closed = "UPDATE estate_matter SET state = 'closed_paid', closed_on = '2026-03-01' WHERE id = 2"
    with home.database.transaction(actor="x", business_date=LATER) as tx:
        tx.conn.exec_driver_sql(closed)
    with pytest.raises(Refused, match="Closed: paid"):
        act(home.database, LATER, assign_matters, [ohio, texas], "priya")
    assert listed(home, filter_from({"paralegal": "priya"})) == []


def test_matters_of_an_attorney_and_those_without_one(home: Practice) -> None:
    ohio, texas = two_matters(home)
    act(home.database, LATER, set_attorney, "jones", {"name": "Ann Jones"})
    go(home.database, ohio, MatterState.SEARCHING)
    act(home.database, LATER, refer, ohio, "jones", "File it", 50_000, "hourly", Role.MANAGER, "small")
    assert listed(home, filter_from({"attorney": "jones"})) == [ohio]
    assert listed(home, filter_from({"attorney": UNASSIGNED})) == [texas]
    with home.database.reading() as conn:
        line = docket(conn, LATER, DocketFilter(attorney="jones"))[0]
    assert (line["attorney_name"], line["guarantor"], line["person"]) == (
        "Ann Jones",
        "Harold Tester",
        line["guarantor_person"],
    )


@pytest.mark.parametrize(("name", "value"), [("state", "Ohio"), ("days", "8"), ("days", "soon")])
def test_a_filter_that_cannot_be_is_refused_with_the_choices(name: str, value: str) -> None:
    with pytest.raises(BadInput, match=f'"{value.upper() if name == "state" else value}" is not'):
        filter_from({name: value})


def test_a_filter_is_the_fields_of_an_address_and_back() -> None:
    wanted = DocketFilter("jones", "priya", "OH", "franklin", DaysLeft.PASSED, ended=True)
    fields = wanted.fields()
    assert filter_from(fields, ended=fields["ended"] == "true") == wanted
    assert DocketFilter().fields() == {}
