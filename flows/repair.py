"""Checks that a newer version added are applied to an older database: by `init`, in pages, each once."""

from collections.abc import Callable, Sequence
from datetime import date

import sqlalchemy as sa

from flows.estates.death.later_services import watch_services
from flows.estates.matters.queries import MATTER, matter_row
from flows.ledger.refunds.credit import every_credit, watch_credits
from flows.people.duplicates.suspects import find_suspects
from flows.people.guarantors import check_guarantors
from flows.people.queries import RUNS
from models import Account, Hold, Person, PersonSuspect, Task
from models.columns import table
from models.database import Database, Transaction, batches

ACCOUNT = table(Account)
PERSON = table(Person)

PAGE = 500

_COUNTED = {"pairs": PersonSuspect, "holds": Hold, "tasks": Task}


def repair(database: Database, actor: str, today: date) -> dict[str, int]:
    """Search a database for what is now checked at import: possible duplicates, guarantors who can't be billed,
    credits beside balances due, services after a death. Returns how many pairs, holds and tasks are new.
    """
    before = _counts(database)
    with database.reading() as conn:
        owing = sa.select(ACCOUNT.c.guarantor_id).where(ACCOUNT.c.balance_cents > 0).distinct()
        guarantors = sorted(conn.execute(owing).scalars())
        persons = sorted(conn.execute(sa.select(PERSON.c.id)).scalars())
        credits = every_credit(conn)
        matters = sorted(conn.execute(sa.select(MATTER.c.id).where(RUNS)).scalars())
    _in_pages(database, actor, today, persons, find_suspects)
    _in_pages(database, actor, today, guarantors, check_guarantors)
    _in_pages(database, actor, today, credits, watch_credits)
    _in_pages(database, actor, today, matters, _watch_matters)
    return {name: count - before[name] for name, count in _counts(database).items()}


def _watch_matters(tx: Transaction, numbers: Sequence[int]) -> None:
    for number in numbers:
        watch_services(tx, matter_row(tx.conn, number))


def _in_pages(
    database: Database,
    actor: str,
    today: date,
    keys: Sequence[int],
    look: Callable[[Transaction, Sequence[int]], object],
) -> None:
    for page in batches(keys, PAGE):
        with database.transaction(actor=actor, business_date=today) as tx:
            look(tx, page)


def _counts(database: Database) -> dict[str, int]:
    with database.reading() as conn:
        return {
            name: conn.execute(sa.select(sa.func.count()).select_from(table(one))).scalar_one()
            for name, one in _COUNTED.items()
        }
