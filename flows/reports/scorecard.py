"""Agency scorecards: liquidation rate with its margin of error, cost, and complaints."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.agency_handoff.complaints import COMPLAINT
from flows.agency_handoff.queries import AGENCY, NOT_CANCELLED, PLACEMENT, PLACEMENT_ENTRY
from flows.agency_handoff.remittance.reconcile import REMIT
from models.columns import AnyRow
from models.ratios import Ratio

AGES = ((180, "up to 180 days"), (365, "181 to 365 days"), (10**6, "over a year"))
"""Bands of age at placement, in days since the first bill."""


@dataclass(slots=True)
class Sums:
    """The totals of some placements. The ratio has dollars as floats, for the error only; cents are exact."""

    accounts: int = 0
    placed_cents: int = 0
    collected_cents: int = 0
    commission_cents: int = 0
    acknowledged: int = 0
    acknowledge_days: int = 0
    ratio: Ratio = field(default_factory=Ratio)

    def add(self, row: AnyRow) -> None:
        """Add one more placement."""
        collected = -int(row.paid or 0)
        self.accounts += 1
        self.placed_cents += row.placed_cents
        self.collected_cents += collected
        self.commission_cents += int(row.commission or 0)
        if row.acknowledged_on is not None:
            self.acknowledged += 1
            self.acknowledge_days += (row.acknowledged_on - row.placed_on).days
        self.ratio.add(collected / 100, row.placed_cents / 100)

    @property
    def liquidation(self) -> float | None:
        """The share of the placed amount that was collected; None if nothing was placed."""
        return self.collected_cents / self.placed_cents if self.placed_cents else None

    @property
    def error(self) -> float | None:
        """The standard error of that share."""
        return self.ratio.error


class ScoreColumns(TypedDict):
    """The totals of some placements, for display."""

    accounts: int
    placed_cents: int
    collected_cents: int
    liquidation_percent: float | None
    error_percent: float | None
    commission_cents: int
    cost_percent: float | None
    acknowledged_after_days: float | None
    not_acknowledged: int


class AgencyScore(ScoreColumns):
    """An agency's totals, and how many people complained of it."""

    agency: str
    complaints: int
    complaints_per_1000: float | None


class MonthScore(ScoreColumns):
    """The accounts of one age placed with an agency in a month."""

    agency: str
    month: str
    age: str


class Comparison(TypedDict):
    """How far two shares differ, and whether chance alone would explain it."""

    champion_percent: float | None
    challenger_percent: float | None
    difference_percent: float | None
    error_percent: float | None
    verdict: str


class Challenge(Comparison):
    """The champion of a pool against one of its challengers."""

    pool: str
    champion: str
    challenger: str


class Scorecard(TypedDict):
    """Agencies' results: totals, by month and age, and compared within the pools."""

    agencies: list[AgencyScore]
    months: list[MonthScore]
    pools: list[Challenge]


def scorecard(conn: Connection, since: date | None = None) -> Scorecard:
    """Agencies, by placement month and age, in all, and the champion of each pool against its challengers."""
    rows = placed_accounts(conn, since)
    by_agency = sa.select(COMPLAINT.c.agency_id, sa.func.count()).group_by(COMPLAINT.c.agency_id)
    complaints: dict[int, int] = {row[0]: row[1] for row in conn.execute(by_agency)}
    codes = {row.agency_id: row.code for row in rows}
    return {
        "agencies": [
            {
                **_said(sums),
                "agency": codes[key],
                "complaints": complaints.get(key, 0),
                "complaints_per_1000": _per_1000(complaints.get(key, 0), sums.accounts),
            }
            for (key,), sums in _by(rows, lambda row: (row.agency_id,))
        ],
        "months": [
            {"agency": codes[key], "month": month, "age": age, **_said(sums)}
            for (key, month, age), sums in _by(rows, _agency_month_age)
        ],
        "pools": _champions(rows, codes),
    }


def _agency_month_age(row: AnyRow) -> tuple[int, str, str]:
    return row.agency_id, f"{row.placed_on:%Y-%m}", age_band(row.age_days)


def placed_accounts(conn: Connection, since: date | None = None, until: date | None = None) -> Sequence[AnyRow]:
    """Every placement that was not cancelled, with what was collected and kept as commission; of a time if one is
    given."""
    paid = (
        sa.select(PLACEMENT_ENTRY.c.placement_id, sa.func.sum(PLACEMENT_ENTRY.c.amount_cents).label("paid"))
        .where(PLACEMENT_ENTRY.c.kind.in_(("collected", "direct")))
        .group_by(PLACEMENT_ENTRY.c.placement_id)
        .subquery()
    )
    kept = (
        sa.select(REMIT.c.placement_id, sa.func.sum(REMIT.c.commission_cents).label("commission"))
        .group_by(REMIT.c.placement_id)
        .subquery()
    )
    query = (
        sa.select(
            PLACEMENT.c.agency_id,
            AGENCY.c.code,
            PLACEMENT.c.pool,
            PLACEMENT.c.role,
            PLACEMENT.c.placed_on,
            PLACEMENT.c.placed_cents,
            PLACEMENT.c.age_days,
            PLACEMENT.c.acknowledged_on,
            paid.c.paid,
            kept.c.commission,
        )
        .join(AGENCY, AGENCY.c.id == PLACEMENT.c.agency_id)
        .outerjoin(paid, paid.c.placement_id == PLACEMENT.c.id)
        .outerjoin(kept, kept.c.placement_id == PLACEMENT.c.id)
        .where(NOT_CANCELLED)
    )
    if since is not None:
        query = query.where(PLACEMENT.c.placed_on >= since)
    if until is not None:
        query = query.where(PLACEMENT.c.placed_on <= until)
    return conn.execute(query).all()


def age_band(days: int | None) -> str:
    """The band of an age at placement, in days since the first bill."""
    if days is None:
        return "unknown"
    return next(name for most, name in AGES if days <= most)


def _by(rows: Iterable[AnyRow], key: Callable[[AnyRow], tuple[Any, ...]]) -> list[tuple[tuple[Any, ...], Sums]]:
    found: defaultdict[Any, Sums] = defaultdict(Sums)
    for row in rows:
        found[key(row)].add(row)
    return sorted(found.items())


def _said(sums: Sums) -> ScoreColumns:
    return {
        "accounts": sums.accounts,
        "placed_cents": sums.placed_cents,
        "collected_cents": sums.collected_cents,
        "liquidation_percent": _percent(sums.liquidation),
        "error_percent": _percent(sums.error),
        "commission_cents": sums.commission_cents,
        "cost_percent": _percent(sums.commission_cents / sums.collected_cents if sums.collected_cents else None),
        "acknowledged_after_days": round(sums.acknowledge_days / sums.acknowledged, 1) if sums.acknowledged else None,
        "not_acknowledged": sums.accounts - sums.acknowledged,
    }


def _percent(part: float | None) -> float | None:
    return None if part is None else round(part * 100, 2)


def _per_1000(complaints: int, accounts: int) -> float | None:
    return round(complaints * 1000 / accounts, 2) if accounts else None


def _champions(rows: Sequence[AnyRow], codes: dict[int, str]) -> list[Challenge]:
    """In each pool every challenger against the champion: the difference, and whether chance alone would explain it."""
    sums = dict(_by(rows, lambda row: (row.pool, row.role, row.agency_id)))
    found: list[Challenge] = []
    for (pool, role, agency), champion in sums.items():
        if role != "champion":
            continue
        for (other_pool, other_role, other), challenger in sums.items():
            if (other_pool, other_role) == (pool, "challenger"):
                found.append(
                    {
                        "pool": pool,
                        "champion": codes[agency],
                        "challenger": codes[other],
                        **_against(champion, challenger),
                    }
                )
    return found


def _against(champion: Sums, challenger: Sums) -> Comparison:
    difference = (challenger.liquidation or 0.0) - (champion.liquidation or 0.0)
    errors = [one.error for one in (champion, challenger)]
    error = None if None in errors else math.sqrt(sum((one or 0.0) ** 2 for one in errors))
    beyond = error is not None and error > 0 and abs(difference) > 1.96 * error
    says = "challenger performs better" if difference > 0 else "champion performs better"
    return {
        "champion_percent": _percent(champion.liquidation),
        "challenger_percent": _percent(challenger.liquidation),
        "difference_percent": _percent(difference),
        "error_percent": _percent(error),
        "verdict": says if beyond else "difference within chance",
    }
