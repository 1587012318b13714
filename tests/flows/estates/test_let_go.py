"""The history of an account tells whether what was owed was paid or let go."""

import pytest

from flows.estates.payments.commands import pay
from flows.practice import Practice
from models.enums import LedgerKind
from models.estate_enums import MatterState, WriteOffReason
from models.events import AccountSettled
from models.user_enums import Role
from tests.flows.estates.estates import LATER, act, die, go, harold, to_claim, to_filed
from tests.small_book import rows

S = MatterState
SETTLED = "SELECT e.why FROM account_event e JOIN account a ON a.id = e.account_id WHERE e.kind = 'account_settled'"


@pytest.fixture
def matter(house: Practice) -> int:
    harold(house.book)
    return die(house.book)


def settled(house: Practice) -> list[str]:
    return [row[0] for row in rows(house.book, f"{SETTLED} ORDER BY a.number, e.seq")]


def test_an_account_that_is_written_off_for_an_estate_is_nowhere_called_paid(house: Practice, matter: int) -> None:
    to_claim(house, matter)
    go(house.book, matter, S.NOT_WORTH_IT, S.CLOSED_WRITTEN_OFF, role=Role.MANAGER, reason=WriteOffReason.SMALL)
    assert settled(house) == ["Nothing is owed any more: what was left was written off"] * 2
    said = " ".join(row[0] for row in rows(house.book, "SELECT why FROM account_event"))
    assert "Paid in full" not in said


def test_one_that_the_estate_paid_is_called_paid_and_the_rest_of_the_other_is_let_go(
    house: Practice, matter: int
) -> None:
    to_filed(house, matter)
    go(house.book, matter, S.ALLOWED_IN_PART, on=LATER, amount_cents=15_000)
    go(house.book, matter, S.AWAITING_PAYMENT)
    act(house.book, LATER, pay, matter, 15_000, "check 1")
    go(house.book, matter, S.CLOSED_WRITTEN_OFF, role=Role.MANAGER, reason=WriteOffReason.DISALLOWED)
    assert settled(house) == ["Paid in full", "Nothing is owed any more: what was left was written off"]


@pytest.mark.parametrize("by", [None, *LedgerKind])
def test_only_what_was_paid_is_called_paid(by: LedgerKind | None) -> None:
    paid = by in (None, LedgerKind.PATIENT_PAYMENT, LedgerKind.INSURANCE_PAYMENT)
    said = AccountSettled(account_id=1, balance_cents=0, by=by).why()
    assert (said == "Paid in full") is paid
    assert paid or said.startswith("Nothing is owed any more")
