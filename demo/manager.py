"""A made-up manager who decides the reviews of accounts before placement: most within days; a few are kept."""

import random
from datetime import date

from flows.dunning.reviews.commands import approve, keep
from flows.dunning.reviews.queries import Review, Wanted, reviews
from flows.practice import Practice

MANAGER = "grace"
LOOKS = 0.4
"""How likely it is that a review is decided on a working day: most are decided within a week."""
KEEPS = 0.08
WHY_KEPT = ("makes small monthly payments", "financial assistance under review", "long-time patient family")


class MadeUpManager:
    """The manager's side of the demonstration, the same for the same seed and day."""

    def __init__(self, practice: Practice, seed: int) -> None:
        self.practice = practice
        self.seed = seed

    def day(self, today: date) -> None:
        """Decide some of the waiting reviews."""
        chance = random.Random(f"{self.seed} manager {today}")
        with self.practice.database.reading() as conn:
            waiting = reviews(conn, today, Wanted())
        looked_at = [one for one in waiting if chance.random() < LOOKS]
        kept = [one for one in looked_at if chance.random() < KEEPS]
        with self.practice.database.transaction(actor=MANAGER, business_date=today) as tx:
            approve(tx, _keys([one for one in looked_at if one not in kept]))
            for why in WHY_KEPT:
                keep(tx, _keys([one for one in kept if WHY_KEPT[one.id % len(WHY_KEPT)] == why]), why)


def _keys(found: list[Review]) -> list[int]:
    return [one.id for one in found]
