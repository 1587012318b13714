"""A simulation as programs and people read it: one document, and rows by week. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple, NotRequired, TypedDict

from flows.schedules.schedule import Schedule
from flows.simulation.case import Count
from flows.simulation.learned_view import LearnedRow
from flows.simulation.result import Figures, Gain, Result

WEEK = 7
COLLECTED = "collected_cents"


class DayRow(TypedDict):
    """The counts of one day."""

    date: date
    letters: int
    calls: int
    call_attempts: int
    tasks: int
    plan_offers: int
    placements: int
    write_offs: int
    blocked: int
    payments: int
    promises: int
    returned_mail: int
    collected_cents: int


class MovedRow(TypedDict):
    """How many accounts reach their steps on other days than now, and by how many days on average."""

    earlier: int
    later: int
    same: int
    mean_days: float


class BlockedRow(TypedDict):
    """A rule that blocks steps, and how many accounts it blocks within the days."""

    rule: str
    citation: str
    accounts: int


class StepRow(TypedDict):
    """A step and its day."""

    step: str
    on: date


class AccountRow(TypedDict):
    """The steps of one account, by the simulated version."""

    number: str
    steps: list[StepRow]
    skipped: list[StepRow]


class GainRow(TypedDict):
    """What is collected more than now, with its 95 % interval; no limits: fewer than 30 guarantors differ."""

    cents: int
    low_cents: int | None
    high_cents: int | None
    guarantors: int


class Document(TypedDict):
    """A simulation. `days` is by the simulated version, `present` by the versions in force.

    `stands`: the accounts that move to it, by the last step they keep, in the schedule's order; `left`: those that
    stay; `letters_too_close`: letters within the minimum days after another one, always 0; `learned`: the shares of
    answers, if they were drawn; `gain`: the difference in what is collected, null if nobody answers.
    """

    days: list[DayRow]
    present: list[DayRow]
    moved: MovedRow
    blocked_by: list[BlockedRow]
    steps: int
    entered: int
    stands: dict[str, int]
    left: list[str]
    letters_too_close: int
    assumed: list[str]
    learned: list[LearnedRow]
    gain: GainRow | None
    accounts: NotRequired[list[AccountRow]]


def document(
    result: Result,
    schedule: Schedule,
    assumed: list[str],
    *,
    accounts: bool,
    learned: Sequence[LearnedRow] = (),
) -> Document:
    """A simulation of a schedule as one JSON document."""
    moved = result.moved
    found: Document = {
        "days": list(_days(result, result.simulated)),
        "present": list(_days(result, result.present)),
        "moved": {
            "earlier": moved.earlier,
            "later": moved.later,
            "same": moved.same,
            "mean_days": moved.mean_days,
        },
        "blocked_by": blocked_by(result.simulated),
        "steps": result.simulated.steps.total(),
        "entered": result.simulated.entered,
        "stands": _in_order(result.stands, schedule),
        "left": result.left,
        "letters_too_close": sum(result.simulated.counts.get(Count.TOO_CLOSE, ())),
        "assumed": assumed,
        "learned": list(learned),
        "gain": _gain(result.gain) if learned else None,
    }
    if accounts:
        found["accounts"] = [
            {
                "number": one.number,
                "steps": [{"step": step, "on": on} for step, on in one.steps],
                "skipped": [{"step": step, "on": on} for step, on in one.skipped],
            }
            for one in result.accounts
        ]
    return found


def _in_order(stands: Mapping[str, int], schedule: Schedule) -> dict[str, int]:
    """The accounts by their last step: none yet, then in the order of the schedule."""
    place = {"": -1, **schedule.position}
    return dict(sorted(stands.items(), key=lambda one: (place.get(one[0], len(place)), one[0])))


def _gain(gain: Gain) -> GainRow:
    found = gain.interval
    low, high = (None, None) if found is None else (found.low_cents, found.high_cents)
    return {"cents": gain.cents, "low_cents": low, "high_cents": high, "guarantors": gain.differing}


def blocked_by(figures: Figures) -> list[BlockedRow]:
    """The rules that block, the one with the most accounts first."""
    order = sorted(figures.blocked.items(), key=lambda one: (-one[1], one[0]))
    return [{"rule": rule.rule, "citation": rule.citation, "accounts": number} for rule, number in order]


def _days(result: Result, figures: Figures) -> Iterator[DayRow]:
    for place in range(result.days):
        yield {
            "date": result.first + timedelta(days=place),
            "letters": figures.on(Count.LETTERS, place),
            "calls": figures.on(Count.CALLS, place),
            "call_attempts": figures.on(Count.CALL_ATTEMPTS, place),
            "tasks": figures.on(Count.TASKS, place),
            "plan_offers": figures.on(Count.PLAN_OFFERS, place),
            "placements": figures.on(Count.PLACEMENTS, place),
            "write_offs": figures.on(Count.WRITE_OFFS, place),
            "blocked": figures.on(Count.BLOCKED, place),
            "payments": figures.on(Count.PAYMENTS, place),
            "promises": figures.on(Count.PROMISES, place),
            "returned_mail": figures.on(Count.RETURNED, place),
            "collected_cents": figures.collected_on(place),
        }


class Week(NamedTuple):
    """The counts of seven days, by the version in force and by the simulated one."""

    first: date
    present: dict[Count, int]
    simulated: dict[Count, int]
    present_cents: int
    simulated_cents: int


def weeks(result: Result) -> list[Week]:
    """The counts by week from the first day; the last week may be shorter."""
    return [
        Week(
            result.first + timedelta(days=start),
            _sums(result.present, start, result.days),
            _sums(result.simulated, start, result.days),
            result.present.collected_between(start, start + WEEK),
            result.simulated.collected_between(start, start + WEEK),
        )
        for start in range(0, result.days, WEEK)
    ]


def _sums(figures: Figures, start: int, days: int) -> dict[Count, int]:
    return {what: sum(figures.on(what, place) for place in range(start, min(start + WEEK, days))) for what in Count}


class StopRow(TypedDict):
    """An account whose step a rule blocks."""

    person_id: int
    account_id: int
    number: str
    step: str
    on: date
    until: date | None


class RuleStops(TypedDict):
    """A rule with the accounts that it blocks; the list is of the first ones."""

    rule: str
    citation: str
    accounts: int
    shown: list[StopRow]


class WeekRow(TypedDict):
    """The counts of a week, and the cents collected: by the simulated version, and by the versions in force."""

    first: date
    simulated: dict[str, int]
    present: dict[str, int]


class Stored(TypedDict):
    """A simulation as it is kept for its page and its files."""

    document: Document
    weeks: list[WeekRow]
    stops: list[RuleStops]


def stored(result: Result, schedule: Schedule, assumed: list[str], learned: Sequence[LearnedRow] = ()) -> Stored:
    """A simulation as it is kept for its page."""
    order = sorted(result.simulated.stops, key=lambda rule: (-result.simulated.blocked[rule], rule))
    return {
        "document": document(result, schedule, assumed, accounts=False, learned=learned),
        "weeks": [
            {
                "first": week.first,
                "simulated": _stored_week(week.simulated, week.simulated_cents),
                "present": _stored_week(week.present, week.present_cents),
            }
            for week in weeks(result)
        ],
        "stops": [
            {
                "rule": rule.rule,
                "citation": rule.citation,
                "accounts": result.simulated.blocked[rule],
                "shown": [
                    {
                        "person_id": one.person_id,
                        "account_id": one.account_id,
                        "number": one.number,
                        "step": one.step,
                        "on": one.on,
                        "until": one.until,
                    }
                    for one in result.simulated.stops[rule]
                ],
            }
            for rule in order
        ],
    }


def _stored_week(counts: Mapping[Count, int], cents: int) -> dict[str, int]:
    return {**{what.value: number for what, number in counts.items()}, COLLECTED: cents}
