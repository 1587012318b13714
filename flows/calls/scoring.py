"""How calls are ranked: a table of points that a manager can read and change. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from flows.settings.tables.reading import read_words, refuse
from flows.settings.tables.words import Money, Text

SHIPPED = Path(__file__).with_name("scoring.yaml")

MOST_POINTS = 100_000
"""The points of a line at most, and below zero at least."""

Points = Annotated[int, Field(ge=-MOST_POINTS, le=MOST_POINTS)]


class FreshText(Text):
    """Points of a call without an attempt."""

    days: Annotated[int, Field(ge=0, le=365)]
    points: Points


class PointsText(Text):
    """Points by the properties of a call."""

    callback: Points
    broken_promise: Points
    missed_instalment: Points = 0
    fresh: FreshText
    reached_on_this_weekday: Points = 0
    reached_at_this_hour: Points = 0
    each_try_unanswered: Points = 0
    prefers_another_language: Points = 0


class BalanceText(Text):
    """Points from an amount on."""

    at_least: Money
    points: Points


class AgeText(Text):
    """Points from an age on."""

    at_least_days: Annotated[int, Field(ge=0, le=10_000)]
    points: Points


class ScoringText(Text):
    """The whole table."""

    points: PointsText
    balance: list[BalanceText] = Field(default_factory=list[BalanceText])
    age: list[AgeText] = Field(default_factory=list[AgeText])


@dataclass(frozen=True, slots=True)
class Merits:
    """The properties of a call that its rank depends on. `hour_known`: the hour of calling counts."""

    balance_cents: int
    age_days: int
    days_open: int
    tries: int
    callback_today: bool = False
    broken_promise: bool = False
    missed_instalment: bool = False
    reached_on_weekday: bool = False
    reached_at_hour: bool = False
    other_language: bool = False


@dataclass(frozen=True, slots=True)
class Scoring:
    """The points, ready to count."""

    words: PointsText
    balance: tuple[tuple[int, int], ...]
    age: tuple[tuple[int, int], ...]

    def points(self, merits: Merits) -> tuple[tuple[str, int], ...]:
        """Each line that applies to a call, with its points; their sum is its rank."""
        words = self.words
        fresh = merits.tries == 0 and merits.days_open <= words.fresh.days
        lines = (
            ("callback", words.callback * merits.callback_today),
            ("broken promise", words.broken_promise * merits.broken_promise),
            ("missed installment", words.missed_instalment * merits.missed_instalment),
            ("fresh", words.fresh.points * fresh),
            ("answered on this weekday before", words.reached_on_this_weekday * merits.reached_on_weekday),
            ("answered at this hour before", words.reached_at_this_hour * merits.reached_at_hour),
            ("earlier attempts without an answer", words.each_try_unanswered * merits.tries),
            ("another language", words.prefers_another_language * merits.other_language),
            ("balance", _reached(self.balance, merits.balance_cents)),
            ("age", _reached(self.age, merits.age_days)),
        )
        return tuple(line for line in lines if line[1])


def _reached(lines: Sequence[tuple[int, int]], value: int) -> int:
    return next((points for least, points in reversed(lines) if value >= least), 0)


@lru_cache(16)
def scoring_from(text: str, file: str = "call-scoring") -> Scoring:
    """The table of a text. Raises BadSchedule with every error, each with its line."""
    words, document = read_words(text, file, ScoringText)
    balance = [(int(line.at_least * 100), line.points) for line in words.balance]
    age = [(line.at_least_days, line.points) for line in words.age]
    for name, lines in (("balance", balance), ("age", age)):
        for place in range(1, len(lines)):
            if lines[place][0] <= lines[place - 1][0]:
                raise refuse(file, document, (name, place), "must be higher than the line before it; put them in order")
    return Scoring(words.points, tuple(balance), tuple(age))


def shipped_scoring() -> Scoring:
    """The table that comes with the practice."""
    return scoring_from(SHIPPED.read_text("utf-8"), SHIPPED.name)
