"""Which day counts for a matter: the earliest safe one, the last day to sue until the money is there, and told at once."""

from datetime import date, timedelta
from typing import Any

import pytest

from flows.estates.claims.offers import offer
from flows.estates.deadlines.nightly import watch_estates
from flows.estates.death.undo import undo_death
from flows.estates.documents.commands import estate_desk, paper_row
from flows.estates.documents.filing import file_claim, paper_went
from flows.estates.matters.docket import docket, next_of
from flows.estates.matters.docket_filter import DocketFilter
from flows.estates.matters.facts import forget_fact
from flows.estates.payments.commands import pay
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.practice import Practice
from letters.estate.data import Terms
from models.enums import LedgerKind
from models.errors import Refused
from models.estate_enums import Authority, EstateFactName, MatterState, PartyRole
from models.user_enums import Role
from tests.flows.estates.estates import (
    LATER,
    TOLD,
    act,
    die,
    fact,
    go,
    harold,
    kansas,
    now,
    open_tasks_of,
    paper,
    party,
    to_claim,
    to_filed,
)
from tests.flows.intake.files import whole
from tests.small_book import account_of, rows

SUE_BY = date(2026, 5, 20)


@pytest.fixture
def home(practice: Practice) -> Practice:
    harold(practice.database)
    return practice


@pytest.fixture
def disallowed(home: Practice) -> int:
    """A claim that was disallowed in Ohio, where a suit is begun within two months."""
    matter = die(home.database)
    to_filed(home, matter)
    go(home.database, matter, MatterState.DISALLOWED, on=LATER)
    assert now(home.database, matter).sue_by_on == SUE_BY
    return matter


def line_of(home: Practice, matter: int, today: date = LATER) -> dict[str, Any]:
    with home.database.reading() as conn:
        return docket(conn, today, DocketFilter(ended=True), only=[matter])[0]


def agree(home: Practice, matter: int, until: date) -> None:
    act(home.database, LATER, offer, matter, 16_000, until, Role.ESTATE_DESK)
    go(home.database, matter, MatterState.COMPROMISED, MatterState.AWAITING_PAYMENT)


def test_an_offer_ends_before_the_last_day_to_sue(home: Practice, disallowed: int) -> None:
    with pytest.raises(Refused, match="the last day to sue is 2026-05-20; the offer must end before that date"):
        act(home.database, LATER, offer, disallowed, 16_000, SUE_BY, Role.MANAGER)
    act(home.database, LATER, offer, disallowed, 16_000, SUE_BY - timedelta(1), Role.MANAGER)


def test_the_last_day_to_sue_stays_on_the_docket_until_what_was_agreed_is_paid(home: Practice, disallowed: int) -> None:
    agree(home, disallowed, LATER + timedelta(30))
    seen = line_of(home, disallowed)
    assert (seen["what"], seen["deadline"]) == ("suit", SUE_BY)
    act(home.database, LATER, pay, disallowed, 15_000, "check 1")
    assert line_of(home, disallowed)["deadline"] == SUE_BY
    act(home.database, LATER, pay, disallowed, 1_000, "check 2")
    assert line_of(home, disallowed)["what"] is None


def test_an_agreement_that_is_not_paid_by_its_day_is_a_task_that_names_the_last_day_to_sue(
    home: Practice, disallowed: int
) -> None:
    until = LATER + timedelta(20)
    agree(home, disallowed, until)
    for day in range(1, 24):
        watch_estates(home.database, estate_desk(home), LATER + timedelta(day))
    (task,) = rows(home.database, "SELECT opened_on, reason FROM task WHERE kind = 'estate-offer-over'")
    assert str(task.opened_on) == str(until + timedelta(1))
    assert "is not paid; the deadline to sue is 2026-05-20" in task.reason


def test_a_suit_follows_an_agreement_that_was_not_kept_while_the_time_for_it_runs(
    home: Practice, disallowed: int
) -> None:
    agree(home, disallowed, LATER + timedelta(20))
    with pytest.raises(Refused, match="a disallowance whose time to sue has not ended"):
        go(home.database, disallowed, MatterState.SUIT_FILED, today=SUE_BY + timedelta(1), on=SUE_BY + timedelta(1))
    go(home.database, disallowed, MatterState.SUIT_FILED, today=SUE_BY, on=SUE_BY)
    row = now(home.database, disallowed)
    assert (row.state, row.allowed_cents, row.offer_cents, row.sue_by_on) == ("suit_filed", 0, None, None)


def test_no_suit_is_filed_of_an_agreement_without_a_disallowance(home: Practice) -> None:
    matter = die(home.database)
    to_filed(home, matter)
    agree(home, matter, LATER + timedelta(20))
    with pytest.raises(Refused, match="a disallowance whose time to sue has not ended"):
        go(home.database, matter, MatterState.SUIT_FILED, on=LATER)


def test_after_a_disallowance_the_docket_gives_the_reason_of_the_suit(home: Practice, disallowed: int) -> None:
    seen = line_of(home, disallowed)
    assert seen["because"] == "2 months to sue after the notice of disallowance of 2026-03-20"
    assert "2117.12" in seen["citation"]
    assert seen["missing"] == []
    watch_estates(home.database, estate_desk(home), SUE_BY - timedelta(10))
    (task,) = rows(home.database, "SELECT reason FROM task WHERE kind = 'estate-deadline' AND state = 'open'")
    assert "2 months to sue" in task.reason


def test_a_fact_that_brings_the_day_near_is_told_of_at_once(home: Practice) -> None:
    matter = die(home.database)
    to_claim(home, matter)
    assert "estate-deadline" not in open_tasks_of(home.database)
    fact(home.database, matter, EstateFactName.CLAIM_BY, "2026-03-27")
    (task,) = rows(
        home.database, "SELECT reason, opened_on FROM task WHERE kind = 'estate-deadline' AND state = 'open'"
    )
    assert "2026-03-27, in 7 days" in task.reason and str(task.opened_on) == str(LATER)
    assert now(home.database, matter).last_alert_days == 7
    watch_estates(home.database, estate_desk(home), LATER)
    assert len(rows(home.database, "SELECT 1 FROM task WHERE kind = 'estate-deadline'")) == 1


def test_a_claim_decided_on_while_facts_are_missing_is_filed_early(home: Practice) -> None:
    matter = die(home.database)
    to_claim(home, matter)
    (task,) = rows(home.database, "SELECT reason, due_on FROM task WHERE kind = 'estate-file-early' AND state = 'open'")
    assert str(task.due_on) == str(LATER + timedelta(30))
    for words in ("2026-04-19 if the missing facts arrived today", "Missing facts: notice", "2026-08-01"):
        assert words in task.reason
    fact(home.database, matter, EstateFactName.NOTICE_RECEIVED, "2026-03-19")
    assert "estate-file-early" not in open_tasks_of(home.database)


def test_the_docket_names_what_is_missing_between_which_days_and_how_sure(home: Practice) -> None:
    matter = die(home.database)
    to_claim(home, matter)
    seen = line_of(home, matter)
    assert seen["missing"] == ["notice_received"]
    assert (seen["earliest"], seen["latest"], seen["confidence"]) == (date(2026, 4, 19), date(2026, 8, 1), "high")
    assert line_of(home, matter, LATER + timedelta(10))["earliest"] == date(2026, 4, 29)
    said = "missing facts: notice received; earliest deadline 2026-04-19"
    due = paper(home, matter, "deadlines").data.due
    assert due is not None and said.lower() in due.sure.lower()
    to = party(home.database, matter, PartyRole.OUR_ATTORNEY)
    cover = paper(home, matter, "attorney-cover", to, terms=Terms("file it", 50_000, "hourly")).data.due
    assert cover is not None and cover.sure == due.sure


@pytest.mark.parametrize(("state", "latest"), [("KY", date(2028, 2, 1)), ("VA", None)])
def test_a_safe_day_that_no_longer_moves_is_the_day_that_counts(
    home: Practice, state: str, latest: date | None
) -> None:
    matter = die(home.database)
    fact(home.database, matter, EstateFactName.STATE, state)
    fact(home.database, matter, EstateFactName.NOTICE_RECEIVED, "2026-03-10")
    assert now(home.database, matter).deadline_on == latest
    seen = line_of(home, matter)
    assert (seen["what"], seen["deadline"]) == ("claim", date(2026, 9, 10))
    assert "earliest safe date while these facts are missing: letters issued" in seen["because"]
    assert line_of(home, matter, date(2026, 9, 4))["colour"] == "red"
    fact(home.database, matter, EstateFactName.LETTERS_ISSUED, "2026-03-01")
    assert line_of(home, matter)["deadline"] == now(home.database, matter).deadline_on


def test_an_estate_of_which_a_notice_came_is_not_to_be_opened(practice: Practice) -> None:
    matter = kansas(practice)
    fact(practice.database, matter, EstateFactName.NOTICE_RECEIVED, "2026-03-10")
    for day in (date(2026, 6, 2), date(2026, 6, 30)):
        watch_estates(practice.database, estate_desk(practice), day)
    assert "estate-open-by" not in open_tasks_of(practice.database)
    act(practice.database, date(2026, 7, 2), forget_fact, matter, EstateFactName.NOTICE_RECEIVED, "of another estate")
    watch_estates(practice.database, estate_desk(practice), date(2026, 7, 2))
    assert "estate-open-by" in open_tasks_of(practice.database)


def test_what_asks_for_the_estate_is_closed_when_it_was_looked_for_and_found(home: Practice) -> None:
    matter = die(home.database)
    for day in (date(2026, 2, 11), date(2026, 3, 4)):
        watch_estates(home.database, estate_desk(home), day)
    assert {"open-estate", "search-probate"} <= set(open_tasks_of(home.database))
    fact(home.database, matter, EstateFactName.PROBATE_SEARCH, "no case")
    assert "search-probate" not in open_tasks_of(home.database)
    to_claim(home, matter)
    assert "open-estate" not in open_tasks_of(home.database)


def test_a_refund_is_nobodys_work_once_the_account_is_not_below_zero(home: Practice) -> None:
    account = account_of(home.database, "A1")
    act(home.database, LATER, post, [Entry(account.id, LATER, LedgerKind.PATIENT_PAYMENT, -13_000, "payments", "P1")])
    assert "refund" in open_tasks_of(home.database)
    act(
        home.database,
        LATER,
        post,
        [Entry(account.id, LATER, LedgerKind.PATIENT_PAYMENT, 13_000, "payments", "P1:reversal")],
    )
    assert "refund" not in open_tasks_of(home.database)


@pytest.mark.parametrize(
    ("state", "owed", "agreed", "paid", "says"),
    [
        (MatterState.AWAITING_PAYMENT, 0, None, 200_00, "close the matter as paid"),
        (MatterState.ALLOWED, 0, None, 200_00, "paid in full"),
        (MatterState.AWAITING_PAYMENT, 40_00, 160_00, 160_00, "the agreed amount is paid: write off the rest"),
        (MatterState.COMPROMISED, 40_00, 160_00, 150_00, "wait for the agreed payment"),
        (MatterState.AWAITING_PAYMENT, 40_00, None, 160_00, "remind the representative"),
        (MatterState.FILED, 0, None, 0, "wait for the answer"),
    ],
)
def test_nothing_is_asked_for_that_has_come(
    state: MatterState, owed: int, agreed: int | None, paid: int, says: str
) -> None:
    assert next_of(state, owed, agreed, paid).startswith(says)


def test_the_docket_says_so_of_a_matter_that_is_paid(home: Practice) -> None:
    matter = die(home.database)
    to_filed(home, matter)
    go(home.database, matter, MatterState.ALLOWED, MatterState.AWAITING_PAYMENT, on=LATER)
    assert line_of(home, matter)["next"] == "remind the representative"
    act(home.database, LATER, pay, matter, 200_00, "1001")
    assert line_of(home, matter)["next"].startswith("close the matter as paid")


def file(home: Practice, matter: int, serial: int, on: date = LATER) -> None:
    with home.database.transaction(actor="jones", business_date=LATER) as tx:
        file_claim(tx, paper_row(tx.conn, matter, serial), on, "certified mail", "9400", Role.ATTORNEY)


def test_the_paper_by_which_a_claim_is_filed_files_the_matter_once(home: Practice) -> None:
    matter = die(home.database)
    to_claim(home, matter)
    for kind in ("claim", "representative-notice", "claim"):
        paper(home, matter, kind, representative(home))
    paper(home, matter, "claim")
    before = whole(home.database)
    with pytest.raises(Refused, match="E-000001/2 is not a claim; only a claim can be marked as filed"):
        file(home, matter, 2)
    with pytest.raises(Refused, match="E-000001/4 is for the file and does not present the claim"):
        file(home, matter, 4)
    with pytest.raises(Refused, match="is not between"):
        file(home, matter, 1, LATER - timedelta(1))
    assert whole(home.database) == before
    file(home, matter, 1)
    assert (now(home.database, matter).state, now(home.database, matter).filed_on) == ("filed", LATER)
    assert line_of(home, matter)["because"] == f"the claim was filed on {LATER}"
    after = whole(home.database)
    file(home, matter, 1)
    assert whole(home.database) == after
    with pytest.raises(
        Refused, match="the claim of matter 1 was already filed on 2026-03-20; mark document E-000001/3 as sent without"
    ):
        file(home, matter, 3)
    assert whole(home.database) == after


def test_until_the_claim_is_shown_to_be_presented_where_the_law_wants_it_its_last_day_counts(home: Practice) -> None:
    matter = die(home.database)
    court = to_claim(home, matter)
    counts = line_of(home, matter)["deadline"]
    paper(home, matter, "claim", court)
    paper(home, matter, "claim", representative(home))
    file(home, matter, 1)
    assert now(home.database, matter).not_presented_to == "representative"
    assert line_of(home, matter)["deadline"] == counts
    assert "estate-present-too" in open_tasks_of(home.database)
    with home.database.transaction(actor="desk", business_date=LATER) as tx:
        paper_went(tx, paper_row(tx.conn, matter, 2), LATER, "certified mail", "9400")
    assert now(home.database, matter).not_presented_to is None
    assert line_of(home, matter)["deadline"] is None
    assert "estate-present-too" not in open_tasks_of(home.database)


@pytest.mark.parametrize(
    ("state", "facts", "on", "says"),
    [
        ("MA", {}, date(2027, 2, 1), "presenting the claim alone does not preserve it"),
        ("NH", {}, date(2027, 3, 1), "no suit can be filed after this date, whatever was presented"),
        (
            "TX",
            {EstateFactName.NOTICE_RECEIVED: "2026-03-10"},
            date(2026, 7, 18),
            "no answer by 2026-04-19 means rejected",
        ),
    ],
)
def test_a_claim_that_is_filed_keeps_the_last_day_for_a_suit(
    home: Practice, state: str, facts: dict[EstateFactName, str], on: date, says: str
) -> None:
    matter = die(home.database)
    fact(home.database, matter, EstateFactName.STATE, state)
    for name, text in facts.items():
        fact(home.database, matter, name, text)
    to_filed(home, matter)
    line = line_of(home, matter)
    assert (line["what"], line["deadline"]) == ("suit", on)
    assert says in line["because"]
    go(home.database, matter, MatterState.SUIT_FILED, on=LATER)
    assert line_of(home, matter)["what"] is None


def test_a_claim_that_is_late_is_for_a_manager_and_told_to_one(home: Practice) -> None:
    matter = die(home.database)
    fact(home.database, matter, EstateFactName.STATE, "CA")
    late = date(2027, 3, 1)
    fact(home.database, matter, EstateFactName.LETTERS_ISSUED, "2026-03-01")
    fact(home.database, matter, EstateFactName.COUNTY, "Kern")
    fact(home.database, matter, EstateFactName.CASE_NUMBER, "26-1")
    party(home.database, matter, PartyRole.REPRESENTATIVE, Authority.LETTERS)
    go(home.database, matter, MatterState.SEARCHING, MatterState.FOUND)
    with pytest.raises(Refused, match="has passed: move the matter to Barred, or ask counsel"):
        go(home.database, matter, MatterState.CLAIM_DUE, today=late)
    go(
        home.database,
        matter,
        MatterState.CLAIM_DUE,
        today=late,
        role=Role.MANAGER,
        why="counsel says that no notice came",
    )
    paper(home, matter, "claim-ca", representative(home), late)
    with home.database.transaction(actor="desk", business_date=late) as tx:
        file_claim(tx, paper_row(tx.conn, matter, 1), late, "mail", "", Role.ESTATE_DESK)
    (why,) = rows(home.database, "SELECT reason FROM task WHERE kind = 'estate-filed-late' AND state = 'open'")
    assert "days after the deadline" in why.reason


def test_a_part_of_the_claim_is_not_said_to_be_the_whole_and_no_more_is_taken_than_was_allowed(home: Practice) -> None:
    matter = die(home.database)
    to_filed(home, matter)
    with pytest.raises(Refused, match=r"\$150.00 is a part of the claim of \$200.00; use Allowed in part"):
        go(home.database, matter, MatterState.ALLOWED, on=LATER, amount_cents=150_00)
    go(home.database, matter, MatterState.ALLOWED_IN_PART, on=LATER, amount_cents=150_00)
    act(home.database, LATER, pay, matter, 100_00, "1")
    with pytest.raises(Refused, match=r"\$60.00 plus the \$100.00 already received is more than the \$150.00 allowed"):
        act(home.database, LATER, pay, matter, 60_00, "2")
    act(home.database, LATER, pay, matter, 50_00, "2")


def test_a_matter_that_is_paid_before_a_claim_is_closed_as_paid(home: Practice) -> None:
    matter = die(home.database)
    go(home.database, matter, MatterState.SEARCHING)
    with pytest.raises(Refused, match="a zero balance on every account"):
        go(home.database, matter, MatterState.CLOSED_PAID)
    act(home.database, LATER, pay, matter, 200_00, "1")
    go(home.database, matter, MatterState.CLOSED_PAID)


def test_a_day_is_no_county(home: Practice) -> None:
    matter = die(home.database)
    with pytest.raises(Refused, match="county is text, not a date such as 2026-11-10; choose a fact that is a date"):
        fact(home.database, matter, EstateFactName.COUNTY, "2026-11-10")


def representative(home: Practice) -> int:
    return int(rows(home.database, "SELECT id FROM estate_party WHERE role = 'representative'")[0].id)


def test_what_was_rendered_after_the_death_is_looked_at_before_the_claim_is_sworn_to(home: Practice) -> None:
    matter = die(home.database)
    with home.database.transaction(actor="test", business_date=TOLD) as tx:
        tx.conn.exec_driver_sql("UPDATE account SET service_from = '2026-02-04' WHERE number = 'A2'")
    to_claim(home, matter)
    (why,) = rows(home.database, "SELECT reason FROM task WHERE kind = 'estate-service-after-death' AND state = 'open'")
    assert "services after the death on 2026-02-01: A2 (DOS 2026-02-04" in why.reason


def test_no_service_is_after_the_death_where_none_is(home: Practice) -> None:
    to_claim(home, die(home.database))
    assert "estate-service-after-death" not in open_tasks_of(home.database)


def test_nothing_is_put_down_on_a_matter_that_was_annulled(home: Practice) -> None:
    matter = die(home.database)
    act(home.database, TOLD, undo_death, account_of(home.database, "A1").guarantor_id, "he lives")
    with pytest.raises(Refused, match="matter 1 is annulled: no facts can be added"):
        fact(home.database, matter, EstateFactName.COUNTY, "Kern")
