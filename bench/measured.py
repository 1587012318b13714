"""What a benchmark measured, as its table and its JSON show it."""

from typing import NotRequired, TypedDict


class Measured(TypedDict):
    """A row of a benchmark: how many a second, and how many times as fast as what it is measured against,
    with the speed of that if it was measured in the same run."""

    name: str
    per_second: float
    ratio: float
    against: str
    against_per_second: NotRequired[float]
    note: str
