"""An experiment as people and programs read it. Before its day it shows who entered and complaints, no money."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from sqlalchemy.engine import Connection

from flows.dunning.experiments.decide import (
    ArmSums,
    Compared,
    Costs,
    Interval,
    Verdict,
    compare,
    interval_of,
    is_ready,
    rate_of,
    sums_of,
)
from flows.dunning.experiments.queries import ArmRow, arms_of, experiments, guarantors_of_each, people
from flows.schedules.difference import differences
from flows.schedules.schedule_file import schedule_from
from flows.settings.policy import Policy
from flows.settings.queries import policy_now
from models.columns import AnyRow
from models.enums import ExperimentState
from models.values import counted, day_text


class Figure(TypedDict):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


class ArmView(TypedDict):
    """An arm. Money is dollars for each account and null before the day of the comparison; `complaints_per_1000` is for
    guarantors. `difference` is that of the net amount from the control's."""

    version: int
    control: bool
    holdout: bool
    percent: int
    changes: list[str]
    guarantors: int
    accounts: int
    complaints: int
    disputes: int
    stops: int
    complaints_per_1000: Figure | None
    collected_cents: int | None
    collected: Figure | None
    cost: Figure | None
    net: Figure | None
    difference: Figure | None
    verdict: Verdict | None


class ExperimentView(TypedDict):
    """An experiment with its arms, the control first. `conclusion`: what it shows, in a sentence."""

    name: str
    schedule: str
    state: ExperimentState
    reason: str
    started_on: date
    started_by: str
    entry_until: date
    ready_on: date
    ready: bool
    follow_days: int
    difference_cents: int
    needed: int | None
    ended_on: date | None
    ended_by: str | None
    end_reason: str | None
    winner: int | None
    arms: list[ArmView]
    conclusion: str


class ExperimentLine(TypedDict):
    """An experiment in a list, without its figures."""

    name: str
    schedule: str
    state: ExperimentState
    reason: str
    started_on: date
    ready_on: date
    ready: bool
    needed: int | None
    guarantors: int


def experiment_lines(conn: Connection, today: date) -> list[ExperimentLine]:
    """All experiments as lines of a list, the running ones first: no payment is read."""
    entered = guarantors_of_each(conn)
    return [
        {
            "name": row.name,
            "schedule": row.schedule,
            "state": ExperimentState(row.state),
            "reason": row.reason,
            "started_on": row.started_on,
            "ready_on": row.ready_on,
            "ready": _is_comparable(row, today),
            "needed": row.needed,
            "guarantors": entered.get(row.id, 0),
        }
        for row in experiments(conn)
    ]


def _is_comparable(row: AnyRow, today: date) -> bool:
    return is_ready(row.ready_on, today) and row.state != ExperimentState.STOPPED.value


def every_experiment(conn: Connection, today: date) -> list[ExperimentView]:
    """All experiments, the running ones first."""
    return [view_of(conn, row, today) for row in experiments(conn)]


def view_of(conn: Connection, row: AnyRow, today: date) -> ExperimentView:
    """An experiment as it stands on a day."""
    arms = arms_of(conn, row.id)
    sums = sums_of(people(conn, row.id, row.follow_days), costs_of(policy_now(conn)))
    ready = _is_comparable(row, today)
    views = [_arm(arm, arms, sums, ready=ready) for arm in arms]
    return {
        "name": row.name,
        "schedule": row.schedule,
        "state": ExperimentState(row.state),
        "reason": row.reason,
        "started_on": row.started_on,
        "started_by": row.started_by,
        "entry_until": row.entry_until,
        "ready_on": row.ready_on,
        "ready": ready,
        "follow_days": row.follow_days,
        "difference_cents": row.difference_cents,
        "needed": row.needed,
        "ended_on": row.ended_on,
        "ended_by": row.ended_by,
        "end_reason": row.end_reason,
        "winner": row.winner,
        "arms": views,
        "conclusion": _conclusion(row, views, today),
    }


def costs_of(policy: Policy) -> Costs:
    """What a letter and a call attempt cost, by the settings."""
    return Costs(policy.letter_cost_cents, policy.collector_hour_cents * policy.call_minutes / 60)


def _arm(arm: ArmRow, arms: Sequence[ArmRow], sums: dict[int, ArmSums], *, ready: bool) -> ArmView:
    mine, control = sums.get(arm.place, ArmSums()), sums.get(0, ArmSums())
    compared = Compared(None, None)
    if ready and arm.place > 0 and not arm.holdout:
        compared = compare(control, mine, sum(one.place > 0 and not one.holdout for one in arms))
    changes = differences(schedule_from(arms[0].text), schedule_from(arm.text))
    return {
        "version": arm.version,
        "control": arm.place == 0,
        "holdout": arm.holdout,
        "percent": arm.percent,
        "changes": [one.sentence for one in changes],
        "guarantors": mine.people,
        "accounts": mine.accounts,
        "complaints": mine.complaints,
        "disputes": mine.disputes,
        "stops": mine.stops,
        "complaints_per_1000": _figure(rate_of(mine.complaints, mine.people)),
        "collected_cents": mine.collected_cents if ready else None,
        "collected": _figure(interval_of(mine.collected)) if ready else None,
        "cost": _figure(interval_of(mine.cost)) if ready else None,
        "net": _figure(interval_of(mine.net)) if ready else None,
        "difference": _figure(compared.difference),
        "verdict": compared.verdict,
    }


def _figure(found: Interval | None) -> Figure | None:
    if found is None:
        return None
    value, low, high = (round(one, 2) for one in found)
    return {"value": value, "low": low, "high": high}


_SAYS = {
    Verdict.BETTER: "brought in more than the version in force",
    Verdict.WORSE: "brought in less than the version in force",
    Verdict.NO_DIFFERENCE: "shows no difference that chance would not explain",
    Verdict.TOO_FEW: "has too few people to be compared",
}


def _conclusion(row: AnyRow, arms: Sequence[ArmView], today: date) -> str:
    if row.state == ExperimentState.STOPPED.value:
        return "Stopped before its day: the arms are not compared."
    if today < row.ready_on:
        days = (row.ready_on - today).days
        return (
            f"The arms are compared on {day_text(row.ready_on)}, in {counted(days, 'day')}. Until then no amounts are "
            "shown: comparing earlier would find differences that are chance."
        )
    said = [f"Version {one['version']} {_SAYS[one['verdict']]}" for one in arms if one["verdict"] is not None]
    return "; ".join(said) + "."
