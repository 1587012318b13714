"""What a benchmark measured, as its table and its JSON show it."""

from typing import TypedDict


class Measured(TypedDict):
    """A row of a benchmark: how many a second, and how many times as fast as what it is measured against."""

    name: str
    per_second: float
    ratio: float
    against: str
    note: str
