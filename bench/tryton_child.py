"""Tryton's account_dunning and account_dunning_letter on made-up receivables.

bench/tryton.py runs it in an environment of its own, where trytond is installed. Its database is in memory, which is
the fastest that it has.

    python tryton_child.py DUNNINGS LETTERS      # prints one JSON document
"""

# pyright: basic

import datetime as dt
import json
import sys
import time
from decimal import Decimal

TODAY = dt.date(2026, 3, 2)
OVERDUE = 45
PAGE = 500


def main(count: int, letters: int) -> None:
    """Make the receivables, dun them, and print letters of some."""
    from trytond.tests.test_tryton import activate_module, with_transaction

    activate_module(["account_dunning_letter"])
    print(json.dumps(with_transaction()(_measure)(count, letters)))


def _measure(count: int, letters: int) -> dict[str, float]:
    from trytond.modules.company.tests import set_company
    from trytond.pool import Pool

    pool = Pool()
    company, procedure = _company(pool)
    with set_company(company):
        _receivables(pool, company, procedure, count)
        dunned = _dun(pool, count)
        printed, size = _print(pool, letters)
    return {
        "dunnings": count,
        "dunning_seconds": dunned,
        "letters": letters,
        "letter_seconds": printed,
        "bytes": size,
    }


def _company(pool):
    """A company with a chart of accounts, a year, and a procedure whose first level prints a letter."""
    from trytond.modules.account.tests import create_chart, get_fiscalyear
    from trytond.modules.company.tests import create_company, set_company

    company = create_company()
    user_model = pool.get("res.user")
    user = user_model(1)
    user_model.write([user], {"companies": [("add", [company.id])], "company": company.id})
    with set_company(company):
        create_chart(company)
        year = get_fiscalyear(company, today=TODAY)
        year.save()
        year.create_period([year])
    (procedure,) = pool.get("account.dunning.procedure").create(
        [
            {
                "name": "Reminders",
                "levels": [
                    ("create", [{"sequence": 1, "overdue": dt.timedelta(30), "print_on_letter": True}]),
                ],
            }
        ]
    )
    return company, procedure


def _receivables(pool, company, procedure, count: int) -> None:
    """A posted receivable of each party, overdue by 45 days."""
    account_model, journal_model = pool.get("account.account"), pool.get("account.journal")
    move_model, party_model = pool.get("account.move"), pool.get("party.party")
    receivable = account_model.search([("type.receivable", "=", True), ("closed", "=", False)])[0]
    revenue = account_model.search([("type.revenue", "=", True), ("closed", "=", False)])[0]
    journal = journal_model.search([("type", "=", "revenue")])[0]
    period_id = pool.get("account.period").find(company, date=TODAY).id
    due = TODAY - dt.timedelta(OVERDUE)
    for start in range(0, count, PAGE):
        keys = range(start, min(start + PAGE, count))
        parties = party_model.create(
            [
                {
                    "name": f"Party {key}",
                    "dunning_procedure": procedure.id,
                    "addresses": [
                        ("create", [{"street": f"{key} Test Lane", "city": "Dayton", "postal_code": "45402"}])
                    ],
                }
                for key in keys
            ]
        )
        amount = Decimal("120.00")
        moves = move_model.create(
            [
                {
                    "journal": journal.id,
                    "period": period_id,
                    "date": TODAY,
                    "lines": [
                        (
                            "create",
                            [
                                {
                                    "account": receivable.id,
                                    "party": party.id,
                                    "debit": amount,
                                    "credit": Decimal(0),
                                    "maturity_date": due,
                                },
                                {"account": revenue.id, "debit": Decimal(0), "credit": amount},
                            ],
                        )
                    ],
                }
                for party in parties
            ]
        )
        move_model.post(moves)


def _dun(pool, count: int) -> float:
    dunning = pool.get("account.dunning")
    start = time.perf_counter()
    dunning.generate_dunnings(date=TODAY)
    made = dunning.search([])
    dunning.process(made)
    seconds = time.perf_counter() - start
    assert len(made) == count, (len(made), count)
    return seconds


def _print(pool, letters: int) -> tuple[float, int]:
    report = pool.get("account.dunning.letter", type="report")
    some = pool.get("account.dunning").search([], limit=letters)
    start = time.perf_counter()
    _, content, _, _ = report.execute([one.id for one in some], {})
    return time.perf_counter() - start, len(content)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
