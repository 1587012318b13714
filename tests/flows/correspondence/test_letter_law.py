"""What the law calls a letter is the letter's own word: a refund is announced while a dispute is open."""

from datetime import date

import pytest

from compliance.load import catalogue
from flows.accounts.holds import NewHold, open_holds
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.practice import Practice
from flows.stages import run_stage
from letters.kinds import KINDS
from models.kinds import HoldKind, LedgerKind
from tests.small_book import account_of, rows, someone, take_in

TODAY = date(2026, 2, 2)


@pytest.mark.parametrize("name", list(KINDS))
def test_every_kind_has_a_word_that_the_rules_know(name: str) -> None:
    words = catalogue().vocabulary["step.letter_kind"].words
    assert KINDS[name].law in words


@pytest.mark.parametrize("hold", [HoldKind.DISPUTE, HoldKind.INSURANCE_PENDING, HoldKind.DENIAL_APPEAL])
def test_a_refund_notice_does_not_wait_for_a_dispute_or_an_insurer(house: Practice, hold: HoldKind) -> None:
    take_in(house.book, [someone("Ann")], TODAY)
    key = account_of(house.book, "A1").id
    with house.book.transaction(actor="leo", business_date=TODAY) as tx:
        open_holds(tx, [NewHold(hold, account_id=key)])
        post(tx, [Entry(key, TODAY, LedgerKind.PATIENT_PAYMENT, -150_00, "payments", "R1")])
        post(tx, [Entry(key, TODAY, LedgerKind.REFUND, 30_00, "refund", "1")])
    run_stage(house, "letters", TODAY)
    assert ("refund-notice", "rendered") in [
        (row.kind, row.state) for row in rows(house.book, "SELECT kind, state FROM letter")
    ]
