"""What a simulation learned, as a table: each step that people can answer, by balance and age. Pure."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypedDict

from flows.schedules.schedule import Schedule
from flows.simulation.answers import AGES, BALANCES, Answer, Cell, Curve, Learned, kind_of
from models.values import dollars

WITHIN_DAYS = 30
"""Shares are shown of the answers within this many days."""


class ShareRow(TypedDict):
    """The share of steps that were answered within 30 days, with its 95 % interval, all in percent."""

    percent: float
    low: float
    high: float
    answers: int


class LearnedRow(TypedDict):
    """A step for a group of accounts. `steps`: how often it was seen; a share that is null: not enough history."""

    step: str
    balance: str
    age: str
    steps: int
    paid: ShareRow | None
    promised: ShareRow | None
    returned: ShareRow | None


def learned_rows(schedule: Schedule, learned: Learned) -> list[LearnedRow]:
    """A row for each step in all, then one for each band of balance and age that has enough history."""
    found: list[LearnedRow] = []
    for step in schedule.steps:
        kind = kind_of(step.act)
        if kind is None:
            continue
        known = Cell(kind, schedule.name, step.id)
        fallback = Cell(kind)
        whole = known if any((answer, known) in learned.curves for answer in Answer) else fallback
        found.append(_row(learned, whole, step.id, "all" if whole is known else "all steps of this kind", "all"))
        found += [row for row in _bands(learned, known, step.id) if _has_any(row)]
    return found


def _bands(learned: Learned, cell: Cell, step: str) -> Iterator[LearnedRow]:
    for balance, said in enumerate(band_words([dollars(cents) for cents in BALANCES])):
        yield _row(learned, cell._replace(balance=balance), step, said, "all")
        for age, days in enumerate(band_words([str(days) for days in AGES], " days")):
            yield _row(learned, cell._replace(balance=balance, age=age), step, said, days)


def band_words(limits: Sequence[str], unit: str = "") -> list[str]:
    """The words of the bands between limits."""
    between = [f"{low} to below {high}{unit}" for low, high in pairwise(limits)]
    return [f"below {limits[0]}{unit}", *between, f"{limits[-1]}{unit} or more"]


def _row(learned: Learned, cell: Cell, step: str, balance: str, age: str) -> LearnedRow:
    curves = {answer: learned.curves.get((answer, cell)) for answer in Answer}
    return {
        "step": step,
        "balance": balance,
        "age": age,
        "steps": max((curve.steps for curve in curves.values() if curve is not None), default=0),
        "paid": _share(curves[Answer.PAID]),
        "promised": _share(curves[Answer.PROMISED]),
        "returned": _share(curves[Answer.RETURNED]),
    }


def _has_any(row: LearnedRow) -> bool:
    return row["steps"] > 0


def _share(curve: Curve | None) -> ShareRow | None:
    if curve is None:
        return None
    low, high = curve.interval(WITHIN_DAYS)
    return {
        "percent": round(100 * curve.by(WITHIN_DAYS), 1),
        "low": round(100 * low, 1),
        "high": round(100 * high, 1),
        "answers": curve.answers,
    }
