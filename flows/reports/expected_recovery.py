"""What an agency would probably bring in for an account, less its fee, by the pool's own results."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy.engine import Connection

from flows.dunning.reviews.queries import Review
from flows.reports.scorecard import age_band, placed_accounts
from models.ratios import Ratio

MATURE = timedelta(days=90)
"""Only placements at least this old are counted: younger ones have not had the time to collect."""

ENOUGH = 30
"""The placements that an estimate needs; with fewer there is not enough history."""

Z_95 = 1.96


class Expected(NamedTuple):
    """An estimate in cents with its 95 % interval, and the number of placements that it comes from."""

    net_cents: int
    low_cents: int
    high_cents: int
    placements: int


@dataclass(frozen=True, slots=True)
class Recovery:
    """The results of each pool, by age at placement and in all."""

    ratios: dict[tuple[str, str | None], Ratio]

    def of(self, pool: str | None, age_days: int, balance_cents: int) -> Expected | None:
        """The estimate for an account of an age and a balance; None: not enough history, or no agency follows."""
        if pool is None:
            return None
        for key in ((pool, age_band(age_days)), (pool, None)):
            ratio = self.ratios.get(key)
            if ratio is not None and ratio.units >= ENOUGH and ratio.share is not None:
                error = Z_95 * (ratio.error or 0.0)
                parts = (ratio.share, max(ratio.share - error, 0.0), ratio.share + error)
                net, low, high = (round(balance_cents * part) for part in parts)
                return Expected(net, low, high, ratio.units)
        return None

    def rows(self, reviews: Sequence[Review]) -> list[dict[str, object]]:
        """Reviews as documents, each with the estimate for it: `expected_cents`, null without enough history."""
        scores = [self.of(one.goes_to, one.age_days, one.balance_cents) for one in reviews]
        return [
            {**asdict(one), "expected_cents": None if score is None else score.net_cents}
            for one, score in zip(reviews, scores, strict=True)
        ]


def recovery(conn: Connection, today: date) -> Recovery:
    """The net results of all pools: what was collected less commission, of what was placed."""
    ratios: defaultdict[tuple[str, str | None], Ratio] = defaultdict(Ratio)
    for row in placed_accounts(conn, until=today - MATURE):
        net = (-int(row.paid or 0) - int(row.commission or 0)) / 100
        for key in ((row.pool, age_band(row.age_days)), (row.pool, None)):
            ratios[key].add(net, row.placed_cents / 100)
    return Recovery(dict(ratios))
