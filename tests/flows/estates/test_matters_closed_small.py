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

SETTLED = "SELECT e.why FROM account_event e JOIN account a ON a.id = e.account_id WHERE e.kind = 'account_settled'"


@pytest.fixture
def matter(practice: Practice) -> int:
    harold(practice.database)
    return die(practice.database)


def settled(practice: Practice) -> list[str]:
    return [row[0] for row in rows(practice.database, f"{SETTLED} ORDER BY a.number, e.seq")]


def test_an_account_that_is_written_off_for_an_estate_is_nowhere_called_paid(practice: Practice, matter: int) -> None:
    to_claim(practice, matter)
    go(
        practice.database,
        matter,
        MatterState.NOT_COST_EFFECTIVE,
        MatterState.CLOSED_WRITTEN_OFF,
        role=Role.MANAGER,
        reason=WriteOffReason.SMALL,
    )
    assert settled(practice) == ["Balance is zero: the rest was written off"] * 2
    said = " ".join(row[0] for row in rows(practice.database, "SELECT why FROM account_event"))
    assert "Paid in full" not in said


def test_one_that_the_estate_paid_is_called_paid_and_the_rest_of_the_other_is_let_go(
    practice: Practice, matter: int
) -> None:
    to_filed(practice, matter)
    go(practice.database, matter, MatterState.ALLOWED_IN_PART, on=LATER, amount_cents=15_000)
    go(practice.database, matter, MatterState.AWAITING_PAYMENT)
    act(practice.database, LATER, pay, matter, 15_000, "check 1")
    go(practice.database, matter, MatterState.CLOSED_WRITTEN_OFF, role=Role.MANAGER, reason=WriteOffReason.DISALLOWED)
    assert settled(practice) == ["Paid in full", "Balance is zero: the rest was written off"]


@pytest.mark.parametrize("by", [None, *LedgerKind])
def test_only_what_was_paid_is_called_paid(by: LedgerKind | None) -> None:
    paid = by in (None, LedgerKind.PATIENT_PAYMENT, LedgerKind.INSURANCE_PAYMENT)
    said = AccountSettled(account_id=1, balance_cents=0, by=by).why()
    assert (said == "Paid in full") is paid
    assert paid or said.startswith("Balance is zero")
