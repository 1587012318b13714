"""Recording the fact columns of accounts.csv, for new accounts and for known ones."""

from collections.abc import Mapping, Sequence
from datetime import date

from flows.accounts.facts.commands import record_facts, review_today
from flows.accounts.facts.queries import facts_of_accounts
from flows.intake.rows import AccountRow, GivenFact
from flows.intake.tally import Tally
from models.columns import AnyRow
from models.database import Transaction

SOURCE = "accounts.csv"


def record_given_facts(tx: Transaction, rows: Sequence[AccountRow], known: Mapping[str, AnyRow], tally: Tally) -> None:
    """Record what is new; what is known already stays as it is.

    Nothing is recorded in advance: a date after the business date is a warning.
    """
    mine = {known[row.number].id: row for row in rows if row.facts and row.number in known}
    before = facts_of_accounts(tx.conn, list(mine))
    changes: dict[tuple[GivenFact, date | None], list[int]] = {}
    for account, row in mine.items():
        days, amounts = before.days.get(account, {}), before.amounts.get(account, {})
        for fact in row.facts:
            on = (fact.on or tx.business_date) if fact.there else None
            if on is not None and on > tx.business_date:
                late = f"line {row.line}, {fact.name.value}: {on} is in the future and was not recorded"
                tally.warnings.append(f"{late}; send it again after it happens")
            elif _is_news(fact, days.get(fact.name), amounts.get(fact.name)):
                changes.setdefault((fact, on), []).append(account)
    for (fact, on), accounts in changes.items():
        record_facts(tx, accounts, fact.name, SOURCE, on, fact.amount_cents if fact.there else None)
        review_today(tx, accounts)


def _is_news(fact: GivenFact, on: date | None, amount_cents: int | None) -> bool:
    """Whether a file differs from what is known: `on` is the date on file, None if the fact is not recorded."""
    if fact.there is not (on is not None):
        return True
    return fact.there and (
        (fact.on is not None and fact.on != on) or (fact.amount_cents is not None and fact.amount_cents != amount_cents)
    )
