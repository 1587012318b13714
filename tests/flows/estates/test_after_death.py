"""A service after the day of death is reported at once and is in no claim, no paper and no payment until it is decided."""

from datetime import date

import pytest

from flows.estates.deadlines.nightly import watch_estates
from flows.estates.death.death_day import correct_death
from flows.estates.death.service_decided import decide_service
from flows.estates.documents.commands import estate_desk
from flows.estates.documents.packet import make_packet
from flows.estates.liability.release import release
from flows.estates.matters.view import matter_view
from flows.estates.payments.commands import pay
from flows.people.death import record_death
from flows.practice import Practice
from models.database import Database, Transaction
from models.errors import Refused
from models.estate_enums import AfterDeath, MatterState, WriteOffReason
from models.user_enums import Role
from tests.flows.estates.estates import (
    LATER,
    TOLD,
    act,
    balances,
    die,
    go,
    harold,
    holder,
    now,
    open_tasks_of,
    paper,
    send,
    to_claim,
    to_filed,
)
from tests.small_book import account_of, rows

TASK = "estate-service-after-death"


@pytest.fixture
def home(practice: Practice) -> Practice:
    harold(practice.database)
    return practice


def late(database: Database, number: str = "A2", service: str = "2026-02-04", to: str | None = None) -> None:
    """An account of a service after the death, which is on 2026-02-01."""
    with database.transaction(actor="test", business_date=TOLD) as tx:
        last = f"'{to or service}'"
        tx.conn.exec_driver_sql(
            f"UPDATE account SET service_from = '{service}', service_to = {last} WHERE number = '{number}'"
        )


def decide(home: Practice, matter: int, decision: AfterDeath, role: Role = Role.ESTATE_DESK, **more: object) -> None:
    act(home.database, LATER, decide_service, matter, "A2", decision, "the record of the visit", role, **more)


def test_it_is_reported_in_the_moment_of_the_report(home: Practice) -> None:
    late(home.database)
    die(home.database)
    (task,) = rows(home.database, f"SELECT reason FROM task WHERE kind = '{TASK}' AND state = 'open'")
    assert "services after the death on 2026-02-01: A2 (DOS 2026-02-04, $80.00). They are not in a claim" in task.reason
    (event,) = rows(home.database, "SELECT why FROM account_event WHERE kind = 'service_after_death'")
    assert "left out of the claim" in event.why


@pytest.mark.parametrize(
    ("first", "last", "claimed"),
    [
        ("2026-02-01", "2026-02-01", 200_00),
        ("2026-01-20", "2026-02-01", 200_00),
        ("2026-02-02", "2026-02-02", 120_00),
        ("2026-01-30", "2026-02-03", 120_00),
    ],
)
def test_a_claim_holds_services_up_to_the_day_of_death_and_no_later(
    home: Practice, first: str, last: str, claimed: int
) -> None:
    late(home.database, "A2", first, last)
    matter = die(home.database)
    to_claim(home, matter)
    assert now(home.database, matter).claim_cents == claimed


def test_no_paper_of_the_packet_lists_it(home: Practice) -> None:
    late(home.database)
    matter = die(home.database)
    to_claim(home, matter)
    claim = paper(home, matter, "claim", holder(home.database, matter))
    assert [one.number for one in claim.data.accounts] == ["A1"]
    assert claim.data.total_cents == 120_00
    with home.database.transaction(actor="desk", business_date=LATER) as tx:
        make_packet(tx, estate_desk(home), matter, ("Priya Raman", "Coordinator"))
    for row in rows(home.database, "SELECT kind, data FROM estate_paper"):
        assert "A2" not in row.data, row.kind
        assert "2026-02-04" not in row.data, row.kind


def test_a_claim_that_was_decided_before_the_day_was_known_is_made_smaller(home: Practice) -> None:
    matter = die(home.database, died_on=date(2026, 2, 1))
    to_claim(home, matter)
    assert now(home.database, matter).claim_cents == 200_00
    late(home.database)
    made = paper(home, matter, "claim", holder(home.database, matter))
    assert made.data.claim is not None
    assert made.data.claim.amount_cents == 120_00


def test_a_paper_made_before_the_day_was_corrected_does_not_go(home: Practice) -> None:
    late(home.database, "A2", "2026-01-20")
    matter = die(home.database)
    to_claim(home, matter)
    paper(home, matter, "claim", holder(home.database, matter))
    with home.database.transaction(actor="desk", business_date=LATER) as tx:
        correct_death(tx, matter, date(2026, 1, 19), "the certificate", "a digit")
    with pytest.raises(Refused, match=r"E-000001/1 lists services after the death on 2026-01-19 \(account A2\)"):
        send(home, matter, 1)


def test_money_of_the_estate_pays_what_the_dead_owed_and_no_more(home: Practice) -> None:
    late(home.database)
    matter = die(home.database)
    to_filed(home, matter)
    with pytest.raises(Refused, match=r"\$150.00 is more than the balance of \$120.00"):
        act(home.database, LATER, pay, matter, 150_00, "1")
    act(home.database, LATER, pay, matter, 120_00, "1")
    assert balances(home.database) == [0, 80_00]


def test_a_matter_is_not_closed_over_it(home: Practice) -> None:
    late(home.database)
    matter = die(home.database)
    go(home.database, matter, MatterState.SEARCHING)
    go(home.database, matter, MatterState.NOT_COST_EFFECTIVE, role=Role.MANAGER, reason=WriteOffReason.SMALL)
    with pytest.raises(Refused, match="accounts A2 have services after the death on 2026-02-01"):
        go(home.database, matter, MatterState.CLOSED_WRITTEN_OFF, role=Role.MANAGER, reason=WriteOffReason.SMALL)
    decide(home, matter, AfterDeath.ESTATE_OWN)
    go(home.database, matter, MatterState.CLOSED_WRITTEN_OFF, role=Role.MANAGER, reason=WriteOffReason.SMALL)


def test_nobody_living_is_asked_for_it_before_it_is_decided(home: Practice) -> None:
    late(home.database)
    matter = die(home.database)
    act(home.database, TOLD, make_guarantor_another, "A2")
    with pytest.raises(Refused, match="A2 has a service after the death"):
        act(home.database, LATER, release, matter, "A2", "the mother signed", Role.MANAGER)


def make_guarantor_another(tx: Transaction, number: str) -> None:
    tx.conn.exec_driver_sql(
        "INSERT INTO person (id, first_name, last_name, language, email_consent, large_print, text_consent, version) "
        "VALUES (999, 'Ada', 'Example', 'en', false, false, false, 1)"
    )
    tx.conn.exec_driver_sql(f"UPDATE account SET guarantor_id = 999 WHERE number = '{number}'")


def test_a_right_date_of_service_brings_it_into_the_claim(home: Practice) -> None:
    late(home.database)
    matter = die(home.database)
    with pytest.raises(Refused, match="enter the correct date of service"):
        decide(home, matter, AfterDeath.RIGHT_DATE)
    with pytest.raises(Refused, match="2026-02-03 is after the death on 2026-02-01"):
        decide(home, matter, AfterDeath.RIGHT_DATE, service=(date(2026, 2, 3), date(2026, 2, 3)))
    decide(home, matter, AfterDeath.RIGHT_DATE, service=(date(2026, 1, 4), date(2026, 1, 4)))
    assert TASK not in open_tasks_of(home.database)
    to_claim(home, matter)
    assert now(home.database, matter).claim_cents == 200_00


def test_only_a_manager_writes_it_off(home: Practice) -> None:
    late(home.database)
    matter = die(home.database)
    with pytest.raises(Refused, match="only a manager"):
        decide(home, matter, AfterDeath.NOT_OWED)
    decide(home, matter, AfterDeath.NOT_OWED, Role.MANAGER)
    assert balances(home.database) == [120_00, 0]
    assert account_of(home.database, "A2").state == "written_off", "nobody paid it"
    assert TASK not in open_tasks_of(home.database)


def test_a_corrected_day_of_death_closes_the_work(home: Practice) -> None:
    late(home.database)
    matter = die(home.database)
    act(home.database, TOLD, correct_death, matter, date(2026, 2, 5), "the certificate", "a digit")
    assert TASK not in open_tasks_of(home.database)


def test_the_nightly_run_closes_the_work_where_the_account_was_paid(home: Practice) -> None:
    late(home.database)
    matter = die(home.database)
    with home.database.transaction(actor="test", business_date=TOLD) as tx:
        tx.conn.exec_driver_sql("UPDATE account SET balance_cents = 0 WHERE number = 'A2'")
    watch_estates(home.database, estate_desk(home), LATER)
    assert TASK not in open_tasks_of(home.database)
    with home.database.reading() as conn:
        view = matter_view(conn, matter, LATER)
    assert [one["after_death"] for one in view["accounts"]] == [False, True]


def test_a_tip_is_reported_and_proof_confirms_it(home: Practice) -> None:
    guarantor = account_of(home.database, "A1").guarantor_id
    (matter,) = act(
        home.database, TOLD, record_death, guarantor, date(2026, 2, 1), "told on the phone", confirmed=False
    )
    assert now(home.database, matter).state == MatterState.REPORTED.value
    assert now(home.database, matter).death_on == date(2026, 2, 1)
    with pytest.raises(Refused, match="only reported"):
        paper(home, matter, "claim")
    act(home.database, LATER, record_death, guarantor, date(2026, 2, 1), "the SSA's file")
    assert now(home.database, matter).state == MatterState.CONFIRMED.value


def test_proof_of_another_day_than_the_tip_is_for_the_desk(home: Practice) -> None:
    guarantor = account_of(home.database, "A1").guarantor_id
    (matter,) = act(
        home.database, TOLD, record_death, guarantor, date(2026, 2, 1), "told on the phone", confirmed=False
    )
    act(home.database, LATER, record_death, guarantor, date(2026, 2, 3), "the SSA's file")
    assert now(home.database, matter).state == MatterState.REPORTED.value
    (task,) = rows(home.database, "SELECT reason FROM task WHERE kind = 'estate-death-differs' AND state = 'open'")
    assert "states 2026-02-03 as the date of death; 2026-02-01 is on record" in task.reason
    go(home.database, matter, MatterState.CONFIRMED, death=date(2026, 2, 3))
    assert now(home.database, matter).death_on == date(2026, 2, 3)
