"""Which arm of an experiment a guarantor enters: by a hash, always the same, and by nothing about them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flows.schedules.schedule import Published
from models.chance import stable_number


@dataclass(frozen=True, slots=True)
class Arm:
    """A version of an experiment, and the percent of the guarantors that enter it."""

    place: int
    published: Published
    percent: int
    holdout: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """A running experiment: until `entry_until` accounts that would enter the schedule enter one of the arms."""

    experiment_id: int
    name: str
    schedule: str
    arms: tuple[Arm, ...]
    entry_until: date

    def arm_of(self, guarantor_id: int) -> Arm:
        """The arm of a guarantor: all their accounts have the same."""
        place = stable_number(self.name, guarantor_id) % 100
        for arm in self.arms:
            place -= arm.percent
            if place < 0:
                return arm
        return self.arms[0]


def split_of(splits: Sequence[Split], schedule: str, today: date) -> Split | None:
    """The experiment that takes in accounts of a schedule today, if there is one."""
    return next((one for one in splits if one.schedule == schedule and today <= one.entry_until), None)
