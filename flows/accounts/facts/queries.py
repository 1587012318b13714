"""What is recorded about accounts for the law: notices, screenings, amounts, each with its date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import AccountFact
from models.columns import in_keys, table
from models.database import batches
from models.enums import FactName

FACT = table(AccountFact)


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What was recorded about accounts: by account, each fact with its date, and its number if it has one."""

    days: dict[int, dict[FactName, date]]
    amounts: dict[int, dict[FactName, int]]


def facts_of_accounts(conn: Connection, account_ids: Sequence[int]) -> AccountFacts:
    """The known notices, screenings and the status of a bill."""
    found = AccountFacts({}, {})
    for part in batches(account_ids):
        query = sa.select(FACT.c.account_id, FACT.c.name, FACT.c.on, FACT.c.amount_cents).where(
            in_keys(FACT.c.account_id, part)
        )
        for account, name, on, amount in conn.execute(query):
            found.days.setdefault(account, {})[FactName(name)] = on
            if amount is not None:
                found.amounts.setdefault(account, {})[FactName(name)] = amount
    return found
