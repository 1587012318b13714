"""Does an account enter a schedule today, and if not, on which day may it? Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from flows.accounts.snapshot import AccountNow
from flows.dunning.engine.due import next_due
from flows.dunning.engine.split import Split, split_of
from flows.schedules.conditions import ADULT_YEARS, All, AnyOf, Between, Condition, Facts, Not, Switch
from flows.schedules.schedule import Published, Schedule


class Joined(NamedTuple):
    """The arm of an experiment that an account enters."""

    experiment_id: int
    experiment: str
    place: int
    holdout: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """`into` a version and its schedule, with the anchor and the first decision day; or the next review date.

    Without either, only a change of the account or of the schedules can make it enter. `joined`: it enters an arm of an
    experiment.
    """

    into: tuple[int, Schedule] | None = None
    version: int = 0
    anchor_on: date | None = None
    next_action_on: date | None = None
    review_on: date | None = None
    joined: Joined | None = None


def decide_entry(facts: Facts, anchors: Mapping[str, date | None], schedules: list[Published], today: date) -> Entry:
    """The first schedule, in order, that applies to the account today; or the next day on which one may."""
    look: list[date] = []
    for published in schedules:
        schedule = published.schedule
        anchor = anchors[schedule.anchor]
        if anchor is None or facts.balance_cents <= 0:
            continue
        overdue_on = anchor + timedelta(days=schedule.enter.overdue_days)
        if overdue_on > today:
            look.append(overdue_on)
        elif schedule.enter.condition.holds(facts, today):
            if schedule.paused is not None:
                # It enters none other: resuming the schedule, or retiring it, has it considered again.
                return Entry()
            return Entry(
                into=(published.id, schedule),
                version=published.version,
                anchor_on=anchor,
                next_action_on=_first_action(schedule, anchor, facts, today),
            )
        else:
            look.extend(day for day in changes(schedule.enter.condition, facts) if day > today)
    return Entry(review_on=min(look, default=None))


def by_chance(
    entry: Entry, guarantor_id: int, facts: Facts, anchors: Mapping[str, date | None], splits: list[Split], today: date
) -> Entry:
    """The entry, into the guarantor's arm if an experiment takes in accounts of its schedule."""
    split = None if entry.into is None else split_of(splits, entry.into[1].name, today)
    if split is None:
        return entry
    arm = split.arm_of(guarantor_id)
    into = decide_entry(facts, anchors, [arm.published], today)
    # All arms have the entry of the version in force; were one stricter, its accounts would stay outside.
    if into.into is None:
        return entry
    return replace(into, joined=Joined(split.experiment_id, split.name, arm.place, arm.holdout))


def _first_action(schedule: Schedule, anchor: date, facts: Facts, today: date) -> date:
    fresh = AccountNow(
        id=0,
        number="",
        schedule_version_id=0,
        cycle=1,
        anchor_on=anchor,
        payer_class=facts.payer_class,
        balance_cents=facts.balance_cents,
        first_statement_on=facts.first_statement_on,
        service_from=anchor,
    )
    due = next_due(fresh, schedule)
    first = today if due is None else max(due.on, today)
    return schedule.calendar.roll(first)


def changes(condition: Condition, facts: Facts) -> Iterator[date]:
    """The days on which a condition may change because time passes."""
    match condition:
        case Between(field="age_days") if facts.first_statement_on is not None:
            limits = (condition.at_least, condition.at_most, condition.below, condition.above)
            for limit in limits:
                if limit is not None:
                    yield facts.first_statement_on + timedelta(days=limit)
                    yield facts.first_statement_on + timedelta(days=limit + 1)
        case Switch(field="patient_is_minor") if facts.patient_birth is not None:
            yield facts.patient_birth + relativedelta(years=ADULT_YEARS)
        case All() | AnyOf():
            for part in condition.parts:
                yield from changes(part, facts)
        case Not():
            yield from changes(condition.part, facts)
        case _:
            return
