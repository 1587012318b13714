"""Credit balances: whose money it is, until when, and that two people see to it."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.ledger.payments import Payment, take_back, take_payment
from flows.ledger.refunds.commands import Ask, approve, cancel, paid, propose
from flows.ledger.refunds.decide import Line, due, owed_back
from flows.ledger.refunds.queries import credit_balances
from flows.people.death import record_death
from flows.practice import Practice
from models.database import Database
from models.enums import LedgerKind, Payee
from models.errors import Refused
from tests.refusals import refused
from tests.small_book import account_of, rows, someone, take_in

TODAY = date(2026, 3, 2)
CHARGE, PATIENT, INSURER, ADJUST, BACK = (
    LedgerKind.CHARGE,
    LedgerKind.PATIENT_PAYMENT,
    LedgerKind.INSURANCE_PAYMENT,
    LedgerKind.CONTRACTUAL,
    LedgerKind.REFUND,
)


def lines(*given: tuple[LedgerKind, int]) -> list[Line]:
    return [Line(kind, cents) for kind, cents in given]


CASES = [
    ("insurance pays late", [(CHARGE, 300), (PATIENT, -120), (INSURER, -300)], [("guarantor", 120)]),
    ("paid too much", [(CHARGE, 100), (PATIENT, -150)], [("guarantor", 50)]),
    ("insurance paid twice", [(CHARGE, 150), (INSURER, -120), (PATIENT, -30), (INSURER, -120)], [("payer", 120)]),
    ("insurance paid too much", [(CHARGE, 100), (INSURER, -130)], [("payer", 30)]),
    ("both", [(CHARGE, 100), (PATIENT, -40), (INSURER, -150)], [("guarantor", 40), ("payer", 50)]),
    ("partly given back", [(CHARGE, 100), (PATIENT, -150), (BACK, 20)], [("guarantor", 30)]),
    (
        "second payment taken back in part",
        [(CHARGE, 100), (INSURER, -100), (INSURER, -100), (INSURER, 60)],
        [("payer", 40)],
    ),
    ("a wrong adjustment", [(CHARGE, 100), (ADJUST, -130)], []),
    ("nothing", [(CHARGE, 100), (PATIENT, -100)], []),
]


@pytest.mark.parametrize(("what", "entries", "owed"), CASES, ids=[case[0] for case in CASES])
def test_whose_money_it_is(what: str, entries: list[tuple[LedgerKind, int]], owed: list[tuple[str, int]]) -> None:
    assert [(one.payee.value, one.amount_cents) for one in owed_back(lines(*entries))] == owed


ENTRIES = st.lists(
    st.tuples(st.sampled_from([CHARGE, PATIENT, INSURER, ADJUST, BACK]), st.integers(-400, 400)), max_size=12
)


@given(ENTRIES)
def test_never_more_is_owed_back_than_the_credit_or_than_was_paid(entries: list[tuple[LedgerKind, int]]) -> None:
    found = owed_back(lines(*entries))
    credit = max(0, -sum(cents for _, cents in entries))
    assert sum(one.amount_cents for one in found) <= credit
    assert all(one.amount_cents > 0 for one in found)
    for payee, kinds in ((Payee.GUARANTOR, (PATIENT, BACK)), (Payee.PAYER, (INSURER,))):
        came = -sum(cents for kind, cents in entries if kind in kinds)
        assert sum(one.amount_cents for one in found if one.payee is payee) <= max(0, came)


def test_a_federal_payer_has_its_money_back_in_sixty_days_by_law() -> None:
    until = due(Payee.PAYER, "medicare", date(2026, 1, 10), 30, date(2026, 2, 1))
    assert until.on == date(2026, 3, 11)
    assert "42 CFR 401.305" in until.citation
    assert due(Payee.PAYER, "medicaid", date(2026, 1, 10), 30, date(2026, 8, 1)).on == date(2026, 3, 11)
    assert due(Payee.GUARANTOR, "medicare", date(2026, 1, 10), 30, date(2026, 2, 1)).on == date(2026, 2, 9)


def entry(database: Database, kind: LedgerKind, cents: int, on: date = TODAY, number: str = "A1") -> None:
    with database.transaction(actor="clerk", business_date=on) as tx:
        post(tx, [Entry(account_of(database, number).id, on, kind, cents, "test", f"{kind}{cents}{on}")])


def act(database: Database, command: Any, *given: Any, by: str = "clerk", on: date = TODAY) -> Any:
    with database.transaction(actor=by, business_date=on) as tx:
        return command(tx, *given)


@pytest.fixture
def ada(practice: Practice) -> Practice:
    """Ada paid $120.55 of $300.00, then insurance paid it all."""
    take_in(practice.database, [someone("Ada", "A1", date(2026, 1, 5), 300_00)], date(2026, 2, 1))
    entry(practice.database, PATIENT, -120_55, date(2026, 2, 3))
    entry(practice.database, INSURER, -300_00, date(2026, 2, 20))
    return practice


def test_the_refund_that_a_patient_is_owed_when_insurance_pays_late(ada: Practice) -> None:
    with ada.database.reading() as conn:
        (row,) = credit_balances(conn, TODAY)
    assert (row["payee"], row["amount_cents"], row["age_days"], row["due_on"]) == (
        "guarantor",
        120_55,
        10,
        date(2026, 3, 22),
    )
    number = act(ada.database, propose, account_of(ada.database, "A1").id)
    with pytest.raises(Refused, match="another person must approve"):
        act(ada.database, approve, number)
    with pytest.raises(Refused, match="is pending approval, not approved"):
        act(ada.database, paid, number, "check 88")
    act(ada.database, approve, number, by="boss")
    with ada.database.reading() as conn:
        assert credit_balances(conn, TODAY)[0]["state"] == "approved"
    act(ada.database, paid, number, "check 88")
    assert account_of(ada.database, "A1").balance_cents == 0
    assert not rows(ada.database, "SELECT 1 FROM task WHERE kind = 'refund' AND state = 'open'")
    assert rows(ada.database, "SELECT kind FROM letter")[0][0] == "refund-notice"
    with ada.database.reading() as conn:
        assert credit_balances(conn, TODAY) == []


def test_a_payers_refund_takes_back_its_payment_and_writes_to_nobody(practice: Practice) -> None:
    take_in(practice.database, [someone("Ada", "A1", date(2026, 1, 5), 100_00)], date(2026, 2, 1))
    entry(practice.database, INSURER, -130_00)
    number = act(practice.database, propose, account_of(practice.database, "A1").id)
    act(practice.database, approve, number, by="boss")
    act(practice.database, paid, number, "eft 7")
    assert account_of(practice.database, "A1").balance_cents == 0
    assert not rows(practice.database, "SELECT 1 FROM letter")


def test_no_more_goes_back_than_is_owed_and_not_twice(ada: Practice) -> None:
    account = account_of(ada.database, "A1").id
    with pytest.raises(Refused, match="is not a valid refund"):
        act(ada.database, propose, account, Ask(amount_cents=200_00))
    number = act(ada.database, propose, account)
    with pytest.raises(Refused, match="already in progress"):
        act(ada.database, propose, account)
    act(ada.database, approve, number, by="boss")
    entry(ada.database, LedgerKind.CHARGE, 100_00)
    with pytest.raises(Refused, match="propose it again"):
        act(ada.database, paid, number, "check 88")
    act(ada.database, cancel, number, "a new charge")
    again = act(ada.database, propose, account)
    assert rows(ada.database, "SELECT amount_cents FROM refund WHERE id = :id", id=again)[0][0] == 20_55


def test_the_money_of_the_dead_goes_to_the_estate(ada: Practice) -> None:
    act(ada.database, record_death, account_of(ada.database, "A1").guarantor_id, date(2026, 3, 1), "told")
    with refused("refund the estate instead .--to"):
        act(ada.database, propose, account_of(ada.database, "A1").id, Ask(Payee.GUARANTOR))
    number = act(ada.database, propose, account_of(ada.database, "A1").id)
    assert rows(ada.database, "SELECT payee FROM refund WHERE id = :id", id=number)[0][0] == "estate"


def test_what_no_payment_explains_is_not_proposed_to_anybody(practice: Practice) -> None:
    take_in(practice.database, [someone("Ada", "A1", date(2026, 1, 5), 100_00)], date(2026, 2, 1))
    entry(practice.database, ADJUST, -130_00)
    with practice.database.reading() as conn:
        (row,) = credit_balances(conn, TODAY)
    assert (row["payee"], row["state"]) == (None, "to be reviewed")
    with pytest.raises(Refused, match="does not show who"):
        act(practice.database, propose, account_of(practice.database, "A1").id)
    assert act(
        practice.database, propose, account_of(practice.database, "A1").id, Ask(Payee.PAYER, 30_00, "asked for it")
    )


@pytest.fixture
def overpaid(practice: Practice) -> Practice:
    """Ada paid $140.00 by check where $100.00 were owed."""
    take_in(practice.database, [someone("Ada", "A1", date(2026, 1, 5), 100_00)], date(2026, 2, 1))
    act(practice.database, take_payment, account_of(practice.database, "A1"), Payment(TODAY, 140_00, "C1", "check"))
    return practice


def bounce(database: Database) -> None:
    act(database, take_back, account_of(database, "A1"), "C1", "insufficient funds", on=TODAY + timedelta(3))


def tasks(database: Database) -> list[tuple[str, str]]:
    found = rows(database, "SELECT kind, reason FROM task WHERE state = 'open' AND kind LIKE '%refund%' ORDER BY kind")
    return [(row.kind, row.reason) for row in found]


@pytest.mark.parametrize("approved", [False, True])
def test_a_refund_on_its_way_is_cancelled_where_its_payment_bounced(overpaid: Practice, approved: bool) -> None:
    number = act(overpaid.database, propose, account_of(overpaid.database, "A1").id)
    if approved:
        act(overpaid.database, approve, number, by="boss")
    bounce(overpaid.database)
    assert rows(overpaid.database, "SELECT state FROM refund")[0].state == "cancelled"
    if approved:
        ((kind, why),) = tasks(overpaid.database)
        assert kind == "stop-refund"
        assert why.startswith(
            "Refund 1 of $40.00 is canceled because its payment was returned. If the refund check is written, do not"
        )
    else:
        assert tasks(overpaid.database) == []


def test_a_refund_that_went_out_of_a_check_that_bounced_is_told_to_a_manager(overpaid: Practice) -> None:
    number = act(overpaid.database, propose, account_of(overpaid.database, "A1").id)
    act(overpaid.database, approve, number, by="boss")
    act(overpaid.database, paid, number, "check 88")
    bounce(overpaid.database)
    assert account_of(overpaid.database, "A1").balance_cents == 140_00
    ((kind, why),) = tasks(overpaid.database)
    assert kind == "refund-to-recover"
    assert "of which $40.00 was already refunded" in why


def test_a_refund_of_a_bounced_check_is_told_of_though_other_money_came_too(practice: Practice) -> None:
    take_in(practice.database, [someone("Ada", "A1", date(2026, 1, 5), 159_90)], date(2026, 2, 1))
    for ref, cents in (("DBL", 20_00), ("C1", 159_90)):
        act(practice.database, take_payment, account_of(practice.database, "A1"), Payment(TODAY, cents, ref, "check"))
    number = act(practice.database, propose, account_of(practice.database, "A1").id)
    act(practice.database, approve, number, by="boss")
    act(practice.database, paid, number, "check 88")
    bounce(practice.database)
    ((kind, why),) = tasks(practice.database)
    assert (kind, account_of(practice.database, "A1").balance_cents) == ("refund-to-recover", 159_90)
    assert "of which $20.00 was already refunded" in why


def test_what_a_payer_is_owed_goes_on_its_way_though_a_patients_check_bounced(overpaid: Practice) -> None:
    entry(overpaid.database, INSURER, -130_00)
    number = act(overpaid.database, propose, account_of(overpaid.database, "A1").id, Ask(Payee.PAYER))
    bounce(overpaid.database)
    assert rows(overpaid.database, "SELECT state FROM refund WHERE id = :id", id=number)[0].state == "proposed"
