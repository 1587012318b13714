"""What patients will probably pay in the next three months, with a band, and how earlier forecasts did.

Each month's new patient balances are a cohort. Of a cohort a certain share is paid in its first month, in its second,
and so on; the shares of the past twelve months say what the present cohorts will bring (the chain-ladder method, by
incremental shares). New balances of the coming months are taken as the average of the last three. The band is 95 % of
the spread of those shares; a test against the past stands beside it.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta
from sqlalchemy.engine import Connection

from flows.reports.creditors import of_creditors
from flows.reports.model import Asked, Cell, Column, Group, Report, Span, Table, Tie, Unit
from flows.reports.receivables.vintage import LOST, PAID
from flows.reports.summaries.queries import ledger_sum_of, vintage_totals
from models.values import counted

AHEAD = 3
"""The months of a forecast: about 30, 60 and 90 days."""

TESTS = 3
"""The forecasts of how many earlier months are compared with what was paid."""

HISTORY = 12
"""The months whose shares count."""

ENOUGH = 4
"""The observations that the share of an age needs."""

AGES = (0, 1, 2, 3, 4, 6, 9, 13)
"""The first months of the ages whose shares are taken together; the last one has no end."""

Z_95 = 1.96


class Cohort(NamedTuple):
    """The patient balances of a month, and what was paid on them by month, in cents."""

    owed: dict[date, int]
    paid: dict[date, int]

    def owed_by(self, month: date) -> int:
        """What was owed in all, by what was recorded through a month."""
        return sum(cents for one, cents in self.owed.items() if one <= month)


Cohorts = dict[date, Cohort]


class Expected(NamedTuple):
    """What is expected of a month, in cents, with the standard deviation."""

    cents: float
    deviation: float


def read_cohorts(conn: Connection, creditors: frozenset[int] | None) -> Cohorts:
    """The cohorts from the summaries of the ledger."""
    totals = vintage_totals()
    what = sa.case((totals.c.kind.in_(PAID), "paid"), (totals.c.kind.in_(LOST), "lost"), else_="owed")
    query = sa.select(totals.c.cohort, totals.c.month, what, sa.func.sum(totals.c.amount_cents))
    query = query.where(of_creditors(totals.c.creditor_id, creditors))
    found: defaultdict[date, Cohort] = defaultdict(lambda: Cohort({}, {}))
    for cohort, month, kind, cents in conn.execute(query.group_by(totals.c.cohort, totals.c.month, what)):
        if kind == "owed":
            found[cohort].owed[month] = int(cents)
        elif kind == "paid":
            found[cohort].paid[month] = -int(cents)
    return dict(found)


def expected_in(cohorts: Cohorts, known: date, month: date) -> Expected | None:
    """What a later month brings, by what was known at the end of a month; None without enough history."""
    shares = _shares(cohorts, known)
    cents, variance = 0.0, 0.0
    for start, owed in _balances(cohorts, known, month):
        share = _share_of(shares, _age(start, month))
        cents += owed * share.cents
        variance += (owed * share.deviation) ** 2
    return Expected(cents, math.sqrt(variance)) if shares else None


def _age(start: date, month: date) -> int:
    """The age of a cohort in months, as the first month of those that are taken together."""
    months = (month.year - start.year) * 12 + month.month - start.month
    return max(age for age in AGES if age <= months)


def _share_of(shares: Mapping[int, Expected], age: int) -> Expected:
    """The share of an age; of the nearest younger one if no cohort was as old yet, and nothing without any."""
    known = [one for one in shares if one <= age]
    return shares[max(known)] if known else Expected(0.0, 0.0)


def _balances(cohorts: Cohorts, known: date, month: date) -> Iterator[tuple[date, int]]:
    """The cohorts with what they owe in all; those that will begin are as large as the last three on average."""
    for start, cohort in cohorts.items():
        if start <= known:
            yield start, cohort.owed_by(known)
    last = [cohorts[one].owed_by(known) for one in _months_to(known, 3) if one in cohorts]
    coming = known + relativedelta(months=1)
    while coming <= month:
        yield coming, round(sum(last) / 3)
        coming += relativedelta(months=1)


def _months_to(month: date, count: int) -> list[date]:
    return [month - relativedelta(months=back) for back in range(count)]


def _shares(cohorts: Cohorts, known: date) -> dict[int, Expected]:
    """The share of its balance that a cohort pays at each age in months, with the spread over the cohorts."""
    seen: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
    for month in _months_to(known, HISTORY):
        for start, cohort in cohorts.items():
            owed = cohort.owed_by(month)
            if start <= month and owed > 0:
                seen[_age(start, month)].append((cohort.paid.get(month, 0) / owed, owed))
    found: dict[int, Expected] = {}
    for age, some in seen.items():
        if len(some) >= ENOUGH:
            weight = sum(owed for _, owed in some)
            mean = sum(share * owed for share, owed in some) / weight
            spread = sum(owed * (share - mean) ** 2 for share, owed in some) / weight
            found[age] = Expected(mean, math.sqrt(spread * len(some) / (len(some) - 1)))
    return found


NO_HISTORY = "There is not enough history: a forecast needs four months of balances and payments"

COLUMNS = (
    Column("month", "Month", Unit.TEXT, "The month that is forecast"),
    Column("made", "Made", Unit.TEXT, "The end of the month by which it was made"),
    Column("days", "Days ahead", Unit.TEXT, "How far ahead the month is, about"),
    Column("expected_cents", "Expected", Unit.CENTS, "What patients will probably pay in the month"),
    Column("low_cents", "At least", Unit.CENTS, "The lower end of the 95% band"),
    Column("high_cents", "At most", Unit.CENTS, "The upper end of the 95% band"),
    Column("actual_cents", "Actual", Unit.CENTS, "What they paid; empty for a month that is not over"),
    Column("off_percent", "Off by (%)", Unit.PERCENT, "How far the forecast was off"),
    Column("within", "In the band", Unit.TEXT, "Whether the actual amount was in the band"),
)


def read(conn: Connection, asked: Asked) -> Table:
    """The next three months, then earlier forecasts beside what was paid."""
    cohorts = read_cohorts(conn, asked.creditors)
    ends_month = (asked.last + timedelta(days=1)).day == 1
    known = asked.last.replace(day=1) - relativedelta(months=0 if ends_month else 1)
    rows = [row for ahead in range(1, AHEAD + 1) if (row := _row(cohorts, known, ahead, None)) is not None]
    total = sum(int(str(row["expected_cents"])) for row in rows)
    for back in range(1, TESTS + 1):
        made = known - relativedelta(months=back)
        for ahead in range(1, min(back, AHEAD) + 1):
            row = _row(cohorts, made, ahead, _paid(cohorts, made + relativedelta(months=ahead)))
            rows += [] if row is None else [row]
    tested = [row["within"] for row in rows if row["within"] is not None]
    within = f"{tested.count('Yes')} of {counted(len(tested), 'earlier forecast')} had the actual amount in their band"
    notes = (
        (within,)
        if tested
        else ()
        if rows
        else ("There is not enough history: a forecast needs four months of balances and payments",)
    )
    return Table(COLUMNS, rows, {"expected_cents": total} if rows else {}, notes)


def _paid(cohorts: Cohorts, month: date) -> int:
    return sum(cohort.paid.get(month, 0) for cohort in cohorts.values())


def _row(cohorts: Cohorts, known: date, ahead: int, actual: int | None) -> Mapping[str, Cell] | None:
    month = known + relativedelta(months=ahead)
    expected = expected_in(cohorts, known, month)
    if expected is None:
        return None
    low, high = max(expected.cents - Z_95 * expected.deviation, 0.0), expected.cents + Z_95 * expected.deviation
    return {
        "month": f"{month:%Y-%m}",
        "made": f"{known:%Y-%m}",
        "days": f"{ahead * 30}",
        "expected_cents": round(expected.cents),
        "low_cents": round(low),
        "high_cents": round(high),
        "actual_cents": actual,
        "off_percent": round(100 * (expected.cents - actual) / actual, 1) if actual else None,
        "within": None if actual is None else "Yes" if low <= actual <= high else "No",
    }


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    cohorts = read_cohorts(conn, asked.creditors)
    paid = sum(sum(cohort.paid.values()) for cohort in cohorts.values())
    there = ledger_sum_of(conn, PAID, date.min, date.max, asked.creditors)
    return [Tie("The payments that the shares come from equal the ledger", paid, -there)]


FORECAST = Report(
    name="forecast",
    title="Cash forecast",
    group=Group.COLLECTIONS,
    question="What will patients probably pay in the next 30, 60 and 90 days, and how good were earlier forecasts?",
    span=Span.DAY,
    measures=COLUMNS,
    read=read,
    ties_out="The payments that the shares come from equal all patient payments and refunds in the ledger.",
    ties=_ties,
)
