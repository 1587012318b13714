"""Which holds somebody may open by hand, and what to do instead of opening one of the others."""

from datetime import date

import pytest

from flows.accounts.holds import BY_HAND, SYSTEM_MANAGED, open_manual_hold
from flows.calls.promises import promise
from flows.people.death import suspect_death
from models.database import Database
from models.enums import HoldKind
from tests.refusals import refused
from tests.small_book import account_of, rows, someone, take_in

TODAY = date(2026, 2, 10)


@pytest.fixture
def ada(database: Database) -> Database:
    take_in(database, [someone("Ada")], date(2026, 2, 1))
    return database


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (HoldKind.DECEASED, "record the death.*pastdue estate open A1 --death"),
        (HoldKind.ARRANGEMENT, "set up a payment plan.*pastdue arrangement create A1"),
        (HoldKind.PROMISE, "record the promise as a call result.*pastdue inbound A1 promise_to_pay"),
        (HoldKind.SETTLEMENT, "offer a settlement.*pastdue settlement offer A1"),
    ],
)
def test_a_hold_that_belongs_to_something_else_is_not_opened_by_hand(ada: Database, kind: HoldKind, says: str) -> None:
    with (
        refused(says),
        ada.transaction(actor="clerk", business_date=TODAY) as tx,
    ):
        open_manual_hold(tx, kind, account_of(ada, "A1"))
    assert not rows(ada, "SELECT 1 FROM hold")


def test_every_other_hold_is_opened_by_hand(ada: Database) -> None:
    assert set(BY_HAND) | set(SYSTEM_MANAGED) == set(HoldKind)
    with ada.transaction(actor="clerk", business_date=TODAY) as tx:
        for kind in BY_HAND:
            open_manual_hold(tx, kind, account_of(ada, "A1"))
    assert {row.kind for row in rows(ada, "SELECT kind FROM hold")} == {kind.value for kind in BY_HAND}


def test_a_promise_and_a_death_of_which_somebody_told_hold_their_accounts_themselves(ada: Database) -> None:
    account = account_of(ada, "A1")
    with ada.transaction(actor="maria", business_date=TODAY) as tx:
        promise(tx, account.guarantor_id, account.creditor_id, [account], 20_00, date(2026, 2, 20))
    assert [row.kind for row in rows(ada, "SELECT kind FROM hold")] == ["promise"]
    with ada.transaction(actor="desk", business_date=TODAY) as tx:
        suspect_death(tx, account.guarantor_id, "a neighbour")
    assert "deceased" in {row.kind for row in rows(ada, "SELECT kind FROM hold WHERE cleared_on IS NULL")}
