"""What an estate pays: each check once and for its own matter, and nothing let go as a compromise that was not paid."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.accounts.happenings import close_tasks
from flows.estates.claims.offers import offer
from flows.estates.documents.commands import mark_sent, paper_row
from flows.estates.payments.commands import pay
from flows.estates.payments.ledger import paid_cents
from flows.ledger.checks import RefusedPayment
from flows.ledger.payments import take_back
from flows.practice import Practice
from models.database import Database
from models.enums import TaskState
from models.errors import Refused
from models.estate_enums import MatterState, WriteOffReason
from models.user_enums import Role
from tests.flows.estates.estates import LATER, act, balances, die, go, harold, paper, to_filed
from tests.flows.intake.files import take, whole, write
from tests.refusals import refused
from tests.small_book import Someone, account_of, rows, take_in

MANAGER = Role.MANAGER


@pytest.fixture
def home(practice: Practice) -> Practice:
    harold(practice.database)
    return practice


@pytest.fixture
def matter(home: Practice) -> int:
    return die(home.database)


@pytest.fixture
def agreed(home: Practice, matter: int) -> int:
    """Harold's matter, where $160.00 of $200.00 are agreed on."""
    to_filed(home, matter)
    act(home.database, LATER, offer, matter, 160_00, LATER + timedelta(30), Role.ESTATE_DESK)
    return matter


def second_death(database: Database) -> int:
    """Ida, who owes $90.00 and dies too; gives her matter."""
    take_in(database, [Someone("Ida", [("I1", date(2026, 1, 5), 90_00)])], date(2026, 1, 10))
    return die(database, "I1")


def test_a_check_of_the_same_number_for_another_matter_is_another_payment(home: Practice, matter: int) -> None:
    other = second_death(home.database)
    assert act(home.database, LATER, pay, matter, 50_00, "1001")
    assert act(home.database, LATER, pay, other, 50_00, "1001")
    assert account_of(home.database, "I1").balance_cents == 40_00
    assert sum(balances(home.database)) == 150_00


def test_the_same_check_for_the_same_matter_is_posted_once_and_another_amount_is_refused(
    home: Practice, matter: int
) -> None:
    assert len(act(home.database, LATER, pay, matter, 150_00, "1001")) == 2
    before = whole(home.database)
    assert act(home.database, LATER, pay, matter, 150_00, " 1001 ") == []
    says = rf"1001 is already posted for matter {matter}: \$150.00 on {LATER}; use a unique reference number"
    with pytest.raises(Refused, match=says):
        act(home.database, LATER, pay, matter, 20_00, "1001")
    assert whole(home.database) == before


def test_an_estates_check_that_bounced_is_taken_back_and_counts_as_paid_no_more(home: Practice, matter: int) -> None:
    act(home.database, LATER, pay, matter, 150_00, "1001")
    account = account_of(home.database, "A1")
    act(home.database, LATER, take_back, account, "1001", "account closed")
    with home.database.reading() as conn:
        assert paid_cents(conn, matter) == 0
    assert balances(home.database) == [120_00, 80_00], "the bank returned the check, not a part of it"
    with pytest.raises(RefusedPayment, match="already"):
        act(home.database, LATER, take_back, account, "1001", "account closed")
    with pytest.raises(Refused, match="and reversed; use a unique reference number"):
        act(home.database, LATER, pay, matter, 150_00, "1001")


def test_a_compromise_is_over_what_was_offered_and_nothing_else(home: Practice, agreed: int) -> None:
    with pytest.raises(Refused, match=r"\$150.00 is not the offered amount: the offer is \$160.00 until 2026-04-19"):
        go(home.database, agreed, MatterState.COMPROMISED, amount_cents=150_00)
    go(home.database, agreed, MatterState.COMPROMISED, amount_cents=160_00)


def test_the_rest_is_let_go_as_a_compromise_once_the_agreed_sum_is_paid(home: Practice, agreed: int) -> None:
    go(home.database, agreed, MatterState.COMPROMISED, MatterState.AWAITING_PAYMENT)
    act(home.database, LATER, pay, agreed, 100_00, "1001")
    says = rf"\$160.00 was agreed and \$100.00 is paid; post the payments.*estate paid {agreed} "
    with refused(says):
        go(home.database, agreed, MatterState.CLOSED_WRITTEN_OFF, role=MANAGER, reason=WriteOffReason.COMPROMISED)
    act(home.database, LATER, pay, agreed, 60_00, "1002")
    go(home.database, agreed, MatterState.CLOSED_WRITTEN_OFF, role=MANAGER, reason=WriteOffReason.COMPROMISED)
    assert balances(home.database) == [0, 0]


def test_the_rest_of_a_compromise_that_is_paid_is_let_go_under_no_other_reason(home: Practice, agreed: int) -> None:
    go(home.database, agreed, MatterState.COMPROMISED, MatterState.AWAITING_PAYMENT)
    act(home.database, LATER, pay, agreed, 160_00, "1001")
    with pytest.raises(Refused, match="is paid; write off the rest as compromised"):
        go(home.database, agreed, MatterState.CLOSED_WRITTEN_OFF, role=MANAGER, reason=WriteOffReason.DISALLOWED)


def test_an_agreement_that_is_not_kept_is_let_go_under_the_reason_that_is_true(home: Practice, agreed: int) -> None:
    go(home.database, agreed, MatterState.COMPROMISED, MatterState.AWAITING_PAYMENT)
    act(home.database, LATER, pay, agreed, 100_00, "1001")
    go(home.database, agreed, MatterState.CLOSED_WRITTEN_OFF, role=MANAGER, reason=WriteOffReason.PAID_IN_PART)
    assert balances(home.database) == [0, 0]


def test_nothing_is_let_go_as_a_compromise_where_none_was_agreed_on(home: Practice, matter: int) -> None:
    to_filed(home, matter)
    go(home.database, matter, MatterState.ALLOWED, on=LATER)
    go(home.database, matter, MatterState.AWAITING_PAYMENT)
    with pytest.raises(Refused, match="has no compromise"):
        go(home.database, matter, MatterState.CLOSED_WRITTEN_OFF, role=MANAGER, reason=WriteOffReason.COMPROMISED)


def closed_by(home: Practice, matter: int, cents: int) -> None:
    """Harold's claim is allowed, paid by check 1001, and closed as paid; the satisfaction went to the file."""
    to_filed(home, matter)
    go(home.database, matter, MatterState.ALLOWED, on=LATER)
    go(home.database, matter, MatterState.AWAITING_PAYMENT)
    act(home.database, LATER, pay, matter, cents, "1001")
    court = rows(home.database, "SELECT id FROM estate_party WHERE role = 'court'")[0].id
    paper(home, matter, "satisfaction", court, LATER, role=MANAGER)
    go(home.database, matter, MatterState.CLOSED_PAID)


def bounce(home: Practice, ref: str = "1001") -> None:
    act(home.database, LATER + timedelta(7), take_back, account_of(home.database, "A1"), ref, "account closed")


def told(database: Database) -> str:
    (row,) = rows(database, "SELECT reason, role FROM task WHERE kind = 'estate-payment-back' AND state = 'open'")
    assert row.role == "manager"
    return str(row.reason)


def test_a_matter_whose_check_bounced_after_it_was_closed_is_open_again_and_no_second_one_is(
    home: Practice, matter: int
) -> None:
    closed_by(home, matter, 200_00)
    bounce(home)
    ((number, state, closed),) = rows(home.database, "SELECT id, state, closed_on FROM estate_matter")
    assert (number, state, closed) == (matter, "awaiting_payment", None)
    assert balances(home.database) == [120_00, 80_00]
    why = told(home.database)
    assert (
        "$200.00 from the estate was returned by the bank; the state was Closed: paid; it awaits payment again" in why
    )
    assert "the satisfaction E-000001/2 is no longer true and must not be sent" in why
    assert rows(
        home.database,
        "SELECT kind FROM account_event WHERE kind = 'matter_moved' AND why LIKE '%was returned by the bank%'",
    )


def test_what_was_let_go_for_a_compromise_is_owed_again_where_its_check_bounced(home: Practice, agreed: int) -> None:
    go(home.database, agreed, MatterState.COMPROMISED, MatterState.AWAITING_PAYMENT)
    act(home.database, LATER, pay, agreed, 160_00, "1001")
    go(home.database, agreed, MatterState.CLOSED_WRITTEN_OFF, role=MANAGER, reason=WriteOffReason.COMPROMISED)
    assert balances(home.database) == [0, 0]
    bounce(home)
    assert balances(home.database) == [120_00, 80_00]
    assert rows(home.database, "SELECT state FROM estate_matter")[0].state == "awaiting_payment"
    act(home.database, LATER + timedelta(8), pay, agreed, 160_00, "1002")
    go(
        home.database,
        agreed,
        MatterState.CLOSED_WRITTEN_OFF,
        role=MANAGER,
        reason=WriteOffReason.COMPROMISED,
        today=LATER + timedelta(8),
    )
    assert balances(home.database) == [0, 0]


def test_the_last_day_to_sue_counts_again_where_the_agreed_sum_came_back(home: Practice, matter: int) -> None:
    to_filed(home, matter)
    go(home.database, matter, MatterState.DISALLOWED, on=LATER)
    (before,) = rows(home.database, "SELECT sue_by_on, action_due_on FROM estate_matter")
    act(home.database, LATER, offer, matter, 160_00, LATER + timedelta(20), Role.ESTATE_DESK)
    go(home.database, matter, MatterState.COMPROMISED, MatterState.AWAITING_PAYMENT)
    act(home.database, LATER, pay, matter, 160_00, "1001")
    assert rows(home.database, "SELECT sue_by_on FROM estate_matter")[0].sue_by_on is None
    bounce(home)
    assert rows(home.database, "SELECT sue_by_on, action_due_on FROM estate_matter")[0] == before
    assert f"the deadline to sue, {before.sue_by_on}, applies again" in told(home.database)


def test_the_banks_file_takes_an_estates_check_back_too(home: Practice, matter: int, tmp_path: Path) -> None:
    closed_by(home, matter, 200_00)
    lines = "date,account_number,amount,reference,reversal\n2026-03-20,A2,200.00,1001,nsf\n"
    path = write(tmp_path / "in", "bounced", lines)
    assert take(home.database, tmp_path / "in", path, today=LATER + timedelta(7))[path.name].taken == 1
    with home.database.reading() as conn:
        assert paid_cents(conn, matter) == 0
    assert rows(home.database, "SELECT state FROM estate_matter")[0].state == "awaiting_payment"


def test_a_satisfaction_that_is_said_to_have_gone_after_its_check_bounced_is_told_to_the_manager(
    home: Practice, matter: int
) -> None:
    closed_by(home, matter, 200_00)
    bounce(home)
    rows_open = rows(home.database, "SELECT id FROM task WHERE kind = 'estate-payment-back'")
    act(home.database, LATER + timedelta(7), close_tasks, [row.id for row in rows_open], TaskState.DONE, "court told")
    with home.database.reading() as conn:
        written = paper_row(conn, matter, 2)
    act(home.database, LATER + timedelta(8), mark_sent, written, LATER + timedelta(1), "filed with the clerk", "")
    assert "the satisfaction E-000001/2 was sent on" in told(home.database)


def test_a_check_that_bounced_after_its_accounts_left_the_matter_is_told_of_on_those(
    home: Practice, matter: int
) -> None:
    to_filed(home, matter)
    act(home.database, LATER, pay, matter, 150_00, "1001")
    with home.database.transaction(actor="test", business_date=LATER) as tx:
        tx.conn.exec_driver_sql("DELETE FROM matter_account")
    bounce(home)
    assert "$150.00 from the estate was returned by the bank" in told(home.database)
    about = rows(
        home.database,
        "SELECT a.number FROM task_account ta JOIN account a ON a.id = ta.account_id JOIN task t "
        "ON t.id = ta.task_id WHERE t.kind = 'estate-payment-back' ORDER BY a.number",
    )
    assert [row.number for row in about] == ["A1", "A2"]
