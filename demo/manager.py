"""A made-up manager who decides the reviews of accounts before placement: most within days, few other than approved."""

import random
from datetime import date, timedelta

from flows.dunning.reviews.commands import approve, keep, write_off
from flows.dunning.reviews.queries import Review, Wanted, reviews
from flows.practice import Practice
from models.errors import Refused

MANAGER = "grace"
LOOKS = 0.4
"""How likely it is that a review is decided on a working day: most are decided within a week."""

OLD_DAYS = 12
"""A review that has been pending for this long is decided today."""

KEEPS, WRITES_OFF = 0.1, 0.04
"""The shares of decisions that keep an account in house, and that write its balance off."""

WRITES_OFF_BELOW = 40_000
"""Balances of this many cents and more are not written off at a review."""

KEPT_DAYS = (30, 45, 60)
WHY_KEPT = ("makes small monthly payments", "financial assistance under review", "long-time patient family")
WHY_WRITTEN_OFF = ("not cost-effective to pursue", "patient is in a nursing home", "billing error of ours, goodwill")


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
        decided = [one for one in waiting if chance.random() < LOOKS or one.waits_days >= OLD_DAYS]
        lucks = {one.id: chance.random() for one in decided}
        kept = [one for one in decided if lucks[one.id] < KEEPS]
        let_go = [one for one in decided if lucks[one.id] > 1 - WRITES_OFF and one.balance_cents < WRITES_OFF_BELOW]
        others = [one for one in decided if one not in kept and one not in let_go]
        with self.practice.database.transaction(actor=MANAGER, business_date=today) as tx:
            approve(tx, _keys(others))
            for place, (why, days) in enumerate(zip(WHY_KEPT, KEPT_DAYS, strict=True)):
                keep(tx, _keys(_third(kept, place)), why, today + timedelta(days=days))
        for place, why in enumerate(WHY_WRITTEN_OFF):
            self._write_off(_third(let_go, place), why, today)

    def _write_off(self, found: list[Review], why: str, today: date) -> None:
        try:
            with self.practice.database.transaction(actor=MANAGER, business_date=today) as tx:
                write_off(tx, _keys(found), why)
        except Refused:
            # The law forbids one of these write-offs. They are decided otherwise on another day.
            return


def _third(found: list[Review], place: int) -> list[Review]:
    return [one for one in found if one.id % 3 == place]


def _keys(found: list[Review]) -> list[int]:
    return [one.id for one in found]
