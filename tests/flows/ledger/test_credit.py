"""A guarantor's credit stands against what they owe: nothing is asked for before a clerk applied or refunded it."""

from datetime import date

import pytest

from flows.correspondence.letters.commands import mail_room, preview
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.ledger.refunds.commands import Ask, cancel, propose
from flows.ledger.transfer import transfer
from flows.practice import Practice
from models.database import Database
from models.enums import LedgerKind, Payee
from models.errors import Refused
from tests.letters.reading import words
from tests.small_book import Someone, account_of, publish_shipped, rows, run_days, take_in

TODAY = date(2026, 2, 2)


def held(database: Database) -> list[str]:
    """The accounts that are held for a credit."""
    query = (
        "SELECT a.number FROM hold h JOIN account a ON a.id = h.account_id WHERE h.kind = 'credit' "
        "AND h.cleared_on IS NULL ORDER BY a.number"
    )
    return [row.number for row in rows(database, query)]


def open_tasks(database: Database) -> list[str]:
    return [
        row.reason for row in rows(database, "SELECT reason FROM task WHERE kind = 'apply-credit' AND state = 'open'")
    ]


def with_credit(database: Database, credit: int = -120_00, other: str = "Bo") -> None:
    """Ann owes $120 on A1 and has a credit on A2; another guarantor owes and has none."""
    ann = Someone("Ann", [("A1", date(2026, 1, 2), 120_00), ("A2", date(2026, 1, 2), credit)])
    take_in(database, [ann, Someone(other, [("B1", date(2026, 1, 2), 50_00)])], TODAY)


def move(database: Database, source: str, target: str, cents: int | None = None) -> int:
    with database.transaction(actor="clerk", business_date=TODAY) as tx:
        return transfer(tx, account_of(database, source), account_of(database, target), cents, "overpaid in December")


def test_nothing_goes_out_about_a_debt_beside_a_credit_until_the_credit_is_applied(practice: Practice) -> None:
    publish_shipped(practice.database)
    with_credit(practice.database, -20_00)
    assert held(practice.database) == ["A1"]
    assert open_tasks(practice.database) == [
        "Apply or refund the credit of $20.00 on account A2; $120.00 is due on others"
    ]
    run_days(practice, TODAY, date(2026, 2, 13))
    written = "SELECT DISTINCT a.number FROM letter_account la JOIN account a ON a.id = la.account_id"
    assert [row.number for row in rows(practice.database, written)] == ["B1"]
    assert not rows(
        practice.database,
        "SELECT 1 FROM task t JOIN task_account ta ON ta.task_id = t.id JOIN account a "
        "ON a.id = ta.account_id WHERE t.kind = 'call' AND a.number = 'A1'",
    )
    assert move(practice.database, "A2", "A1") == 20_00
    assert (held(practice.database), open_tasks(practice.database)) == ([], [])
    run_days(practice, date(2026, 2, 17), date(2026, 2, 18))
    assert sorted(row.number for row in rows(practice.database, written)) == ["A1", "B1"]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Credit on account ending A2: $20.00. We are applying it to your balance."),
        ("es", "Crédito en la cuenta que termina en A2: $20.00. Lo estamos aplicando a su saldo."),
    ],
)
def test_a_letter_on_request_tells_of_the_credit_beside_the_debt(practice: Practice, language: str, told: str) -> None:
    publish_shipped(practice.database)
    accounts = [("A1", date(2026, 1, 2), 120_00), ("A2", date(2026, 1, 2), -20_00)]
    take_in(practice.database, [Someone("Ann", accounts, language=language)], TODAY)
    assert told in _itemised(practice, "A1")
    with practice.database.transaction(actor="clerk", business_date=TODAY) as tx:
        propose(tx, account_of(practice.database, "A2").id, Ask(Payee.GUARANTOR, 20_00, "overpaid"))
    assert "A2:" not in _itemised(practice, "A1"), "what is on its way back is not applied"
    assert "A2:" not in _itemised(practice, "A2"), "nothing is owed there"


def _itemised(practice: Practice, number: str) -> str:
    target = practice.settings.outbox / f"{number}.docx"
    preview(mail_room(practice, "clerk"), number, "itemised-statement", TODAY, target)
    return words(target)


def test_a_credit_moves_only_between_accounts_of_one_guarantor_at_one_creditor(database: Database) -> None:
    with_credit(database)
    for source, target, cents, says in (
        ("A2", "B1", None, "do not have the same guarantor and creditor"),
        ("A2", "A1", 120_01, "enter no more than the smaller"),
        ("A1", "A2", None, r"account A1 has a guarantor credit of \$0.00"),
        ("A2", "A2", None, "enter two accounts"),
    ):
        with pytest.raises(Refused, match=says):
            move(database, source, target, cents)
    assert move(database, "A2", "A1", 100_00) == 100_00
    assert (account_of(database, "A1").balance_cents, account_of(database, "A2").balance_cents) == (20_00, -20_00)
    assert held(database) == ["A1"], "what is left of the credit still stands against the debt"
    assert move(database, "A2", "A1") == 20_00
    total = rows(database, "SELECT sum(amount_cents) AS cents FROM ledger_entry WHERE kind = 'transfer'")
    assert total[0].cents == 0


def test_a_refund_that_is_proposed_releases_the_debt_and_one_that_is_cancelled_holds_it_again(
    database: Database,
) -> None:
    with_credit(database)
    with database.transaction(actor="clerk", business_date=TODAY) as tx:
        number = propose(tx, account_of(database, "A2").id, Ask(Payee.GUARANTOR, 120_00, "paid by mistake"))
    assert (held(database), open_tasks(database)) == ([], [])
    with database.transaction(actor="clerk", business_date=TODAY) as tx:
        cancel(tx, number, "to be applied instead")
    assert held(database) == ["A1"]


def test_what_a_payer_paid_too_much_is_not_the_guarantors(database: Database) -> None:
    with_credit(database, 50_00)
    assert held(database) == []
    paid = Entry(account_of(database, "A2").id, TODAY, LedgerKind.INSURANCE_PAYMENT, -80_00, "835", "X:1")
    with database.transaction(actor="clerk", business_date=TODAY) as tx:
        post(tx, [paid])
    assert held(database) == [], "the payer's $30 goes back to the payer"


def test_an_overpayment_holds_what_is_owed_on_another_account(database: Database) -> None:
    with_credit(database, 50_00)
    paid = Entry(account_of(database, "A2").id, TODAY, LedgerKind.PATIENT_PAYMENT, -80_00, "payments", "R1")
    with database.transaction(actor="clerk", business_date=TODAY) as tx:
        post(tx, [paid])
    assert held(database) == ["A1"]
