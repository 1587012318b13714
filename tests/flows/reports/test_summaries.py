"""What reports read instead of the ledger says the same as the ledger, and the check finds what does not."""

from collections import Counter
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.practice import Practice
from flows.reports.receivables.buckets import BUCKETS, CREDIT, LAST_DAYS
from flows.reports.summaries.aging_months import AGING_MONTH, NOTHING
from flows.reports.summaries.commands import check
from flows.reports.summaries.queries import ACCOUNT, LEDGER, TOTAL, last_id
from flows.reports.summaries.walk import moves_of_months

pytestmark = pytest.mark.xdist_group("lived")  # the practice lives once

JANUARY, FEBRUARY, MARCH = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)


def bucket(since: date, cents: int, on: date) -> str:
    if cents == 0:
        return NOTHING
    age = (on - since).days
    return (
        CREDIT
        if cents < 0
        else next((one for most, one in zip(LAST_DAYS, BUCKETS, strict=False) if age <= most), BUCKETS[-1])
    )


def counted(conn: Connection, end: date, through: int) -> Counter[tuple[int, str, str]]:
    """The accounts of a month by creditor and buckets, counted one by one from the ledger."""
    before, found = end.replace(day=1) - timedelta(days=1), Counter[tuple[int, str, str]]()
    for account in conn.execute(sa.select(ACCOUNT)).all():
        entries = conn.execute(sa.select(LEDGER).where(LEDGER.c.account_id == account.id, LEDGER.c.id <= through)).all()
        was, now = (sum(one.amount_cents for one in entries if one.posted_on <= day) for day in (before, end))
        since = account.first_statement_on or account.service_from
        if was or now:
            found[account.creditor_id, bucket(since, was, before), bucket(since, now, end)] += 1
    return found


def test_the_summaries_of_a_practice_agree_with_its_ledger(lived: Practice) -> None:
    assert check(lived.database) == []


@pytest.mark.parametrize("parts", [(1, 1, 1), (0.3, 0.6, 1), (1, 0.5, 0.8)])
def test_months_are_counted_by_the_entries_that_each_one_knew(lived: Practice, parts: tuple[float, ...]) -> None:
    """Also where an older month was kept later than a newer one, and knows more."""
    with lived.database.reading() as conn:
        through = {end: int(last_id(conn) * part) for end, part in zip((JANUARY, FEBRUARY, MARCH), parts, strict=True)}
        for end, moves in moves_of_months(conn, through):
            rows = {(one["creditor_id"], one["was"], one["now"]): one["accounts"] for one in moves}
            assert rows == counted(conn, end, through[end]), end


@pytest.mark.parametrize(("kept", "column"), [(TOTAL, "amount_cents"), (AGING_MONTH, "accounts")])
def test_the_check_names_a_row_that_is_wrong(lived: Practice, kept: sa.Table, column: str) -> None:
    with lived.database.reading() as conn:
        first = conn.execute(sa.select(kept).order_by(*kept.primary_key)).first()
    assert first is not None
    row = sa.and_(*(key == getattr(first, key.name) for key in kept.primary_key))
    changes = (sa.update(kept).where(row).values({column: kept.c[column] + by}) for by in (1, -1))
    with lived.database.transaction(actor="test", business_date=MARCH) as tx:
        tx.conn.execute(next(changes))
    wrong = check(lived.database)
    with lived.database.transaction(actor="test", business_date=MARCH) as tx:
        tx.conn.execute(next(changes))
    assert [one.summary for one in wrong] == [kept.name, kept.name]
    assert check(lived.database) == []
