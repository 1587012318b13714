"""An account that moves from one version of a schedule to another: where it stands afterwards. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from flows.accounts.snapshot import AccountNow, StepDone
from flows.dunning.engine.due import next_due
from flows.schedules.schedule import Schedule, pending_of
from models.enums import StepOutcome


@dataclass(frozen=True, slots=True)
class Migrated:
    """The account on the other version. `fresh`: steps of it that are recorded as completed or skipped by the move,
    each with the reason; `reached`: the last step that both have, None if it has completed none."""

    account: AccountNow
    fresh: Mapping[str, tuple[StepDone, str]]
    reached: str | None


def migrated(
    account: AccountNow, version: int, old: Schedule, new: Schedule, mapping: Mapping[str, str], today: date
) -> Migrated | None:
    """Where an account stands on another version: it keeps the steps that it has completed, by their names.

    None if it has completed steps, and the other version has none of them: its place is not known.

    `mapping` has the new names of steps that were renamed. A step that is new and comes before one already completed
    is skipped, but never a gate. A step whose day has passed by the move is due today, and the later ones keep their
    intervals. Nothing is sent by the move itself: the next run decides, with all its rules.
    """
    taken: dict[str, StepDone] = {}
    fresh: dict[str, tuple[StepDone, str]] = {}
    for name, done in account.taken.items():
        now = mapping.get(name, name)
        if now in new.position or name not in old.position:
            taken[now] = done
            if now != name:
                fresh[now] = (done, f"completed as {name} before the schedule changed")
    if not taken.keys() & new.position.keys() and account.taken.keys() & old.position.keys():
        return None
    reached = max((name for name in taken if name in new.position), key=new.position.__getitem__, default=None)
    if reached is not None:
        known = {mapping.get(step.id, step.id) for step in old.steps}
        for step in new.steps[: new.position[reached]]:
            if step.id not in taken and step.id not in known and not step.is_gate:
                skipped = StepDone(StepOutcome.SKIPPED, today, "before the step already reached")
                taken[step.id] = skipped
                fresh[step.id] = (skipped, f"added to the schedule before {reached}, which was already completed")
    moved = replace(account, schedule_version_id=version, taken=taken, next_action_on=today)
    if moved.pending is not None and moved.pending.on not in new.on:
        moved = replace(moved, pending=None)
    return Migrated(_due_today(moved, new, today), fresh, reached)


def _due_today(account: AccountNow, schedule: Schedule, today: date) -> AccountNow:
    """A step whose day has passed is due today; the later ones keep their intervals."""
    due = next_due(replace(account, pending=None), schedule)
    if due is None or due.listed is None or due.on >= today or pending_of(due.step) is not None:
        return account
    return replace(account, delay_days=account.delay_days + (today - due.on).days)
