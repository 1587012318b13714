"""A share of amounts over units drawn by chance, with its standard error. Pure."""

import math
from dataclasses import dataclass


@dataclass(slots=True)
class Ratio:
    """The sum of one amount over that of another, such as dollars collected of dollars placed, unit by unit.

    The error is that of a ratio of sums over units drawn by chance (Cochran, Sampling Techniques, 3rd ed., 6.4). Floats
    serve the error only; amounts of money stay in cents elsewhere.
    """

    units: int = 0
    top: float = 0.0
    bottom: float = 0.0
    tt: float = 0.0
    tb: float = 0.0
    bb: float = 0.0

    def add(self, top: float, bottom: float) -> None:
        """Add one more unit."""
        self.units += 1
        self.top += top
        self.bottom += bottom
        self.tt += top * top
        self.tb += top * bottom
        self.bb += bottom * bottom

    @property
    def share(self) -> float | None:
        """The ratio; None if there is nothing to divide by."""
        return self.top / self.bottom if self.bottom else None

    @property
    def error(self) -> float | None:
        """Its standard error; None with fewer than two units."""
        part = self.share
        if part is None or self.units < 2:
            return None
        spread = self.tt - 2 * part * self.tb + part * part * self.bb
        return math.sqrt(max(0.0, spread) * self.units / (self.units - 1)) / self.bottom
