"""In a simulation people answer as the practice's history shows, if that is asked for."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.dunning.versions.publish import SHIPPED
from flows.simulation.answers import Answer, Cell, Curve, Learned, Rate
from flows.simulation.assumed import assumption_sentences
from flows.simulation.case import Assumptions, Count, Payment
from flows.simulation.history import learned_from
from flows.simulation.learned_view import learned_rows
from flows.simulation.result import Result
from flows.simulation.run import Wanted, simulate
from tests.flows.simulation.test_agrees import live, schedule_of
from tests.random_books import START, fresh_practice, someones
from tests.small_book import account_of, publish_text, rows, someone, take_in

TEXT = Path(SHIPPED / "patient-balance.yaml").read_text()
SINCE = date(2025, 1, 1)
DAYS = 150
SECOND_LETTER = Cell("letter:reminder-2")
FIRST_LETTER = Cell("letter:reminder-1")


def sure(day: int, part: float = 1.0) -> Curve:
    """Everybody answers on one day."""
    return Curve((day,), (1.0,), (1.0,), (1.0,), 100, 100, (part,))


def simulated(empty: Path, curves: Mapping[tuple[Answer, Cell], Curve], kept: float = 1.0) -> Result:
    """Two people of 120 dollars, from the day on which their accounts enter the schedule."""
    learned = Learned(100, SINCE, curves, kept=Rate(kept, kept, kept, 100), promise_days=10)
    with fresh_practice(empty) as practice:
        publish_text(practice.database, TEXT)
        take_in(practice.database, someones([[(0, 12_000)], [(0, 12_000)]]), START)
        live(practice, START, 2)
        first = START + timedelta(days=2)
        wanted = Wanted(
            schedule_of(TEXT), first, DAYS, in_force=True, accounts=True, assumed=Assumptions(True, 5, learned)
        )
        return simulate(practice.database, wanted)


def steps_of(result: Result) -> dict[str, date]:
    return dict(result.accounts[0].steps)


def total(result: Result, what: Count) -> int:
    return sum(result.simulated.counts.get(what, ()))


def test_a_payment_in_full_ends_the_steps(empty_sqlite: Path) -> None:
    result = simulated(empty_sqlite, {(Answer.PAID, FIRST_LETTER): sure(6)})
    steps = steps_of(result)
    assert list(steps) == ["reminder-1", "on.paid_in_full"]
    assert steps["on.paid_in_full"] >= steps["reminder-1"] + timedelta(days=6)
    assert total(result, Count.PAYMENTS) == 2
    assert sum(result.simulated.collected) == 2 * 12_000


def test_a_payment_in_part_leaves_the_rest_in_the_schedule(empty_sqlite: Path) -> None:
    result = simulated(
        empty_sqlite, {(Answer.PAID, FIRST_LETTER): sure(6, 0.25), (Answer.PAID, SECOND_LETTER): sure(6, 0.25)}
    )
    assert "final-notice" in steps_of(result)
    # Both reminders are answered, each with a quarter of what is owed then.
    assert sum(result.simulated.collected) == 2 * (3_000 + 2_250)


def test_a_kept_promise_is_paid_and_a_broken_one_is_called_about(empty_sqlite: Path) -> None:
    promised = {(Answer.PROMISED, FIRST_LETTER): sure(4)}
    kept, broken = simulated(empty_sqlite, promised), simulated(empty_sqlite, promised, kept=0.0)
    assert total(kept, Count.PROMISES) == 2
    assert sum(kept.simulated.collected) == 24_000
    assert "on.paid_in_full" in steps_of(kept)
    assert sum(broken.simulated.collected) == 0
    assert any(step.startswith("on.promise_broken") for step in steps_of(broken))


def test_returned_mail_stops_letters(empty_sqlite: Path) -> None:
    result = simulated(empty_sqlite, {(Answer.RETURNED, FIRST_LETTER): sure(8)})
    assert total(result, Count.RETURNED) == 2
    assert "reminder-2" not in steps_of(result), "no address was ever found"
    assert total(result, Count.TASKS) >= 2


def test_without_it_nobody_answers(empty_sqlite: Path) -> None:
    assert sum(simulated(empty_sqlite, {}).simulated.collected) == 0


@pytest.mark.long
def test_it_learns_from_the_history_and_draws_what_it_learned(empty_sqlite: Path) -> None:
    people = [[(0, 10_000)] for _ in range(90)]
    with fresh_practice(empty_sqlite) as practice:
        publish_text(practice.database, TEXT)
        take_in(practice.database, someones(people), START)
        live(practice, START, 1)
        day = START
        while not rows(practice.database, "SELECT 1 FROM step_taken WHERE step = 'reminder-1'"):
            day += timedelta(days=1)
            live(practice, day, 1)
        # Two of three pay in full a week after their first letter.
        payers = [account_of(practice.database, f"P{n}-0").id for n in range(90) if n % 3]
        payments = [Payment(key, day + timedelta(days=7), 10_000) for key in payers]
        live(practice, day + timedelta(days=1), 12, payments)
        today = day + timedelta(days=13)
        learned = learned_from(practice.database, today)
        curve = learned.curve(Answer.PAID, FIRST_LETTER)
        assert curve is not None
        assert (curve.days, curve.steps, curve.answers) == ((7,), 90, 60)
        assert curve.by(7) == pytest.approx(2 / 3)
        schedule = schedule_of(TEXT)
        shown = next(row for row in learned_rows(schedule, learned) if row["step"] == "reminder-1")
        assert shown["paid"] is not None
        assert (shown["paid"]["percent"], shown["steps"]) == (66.7, 90)
        assert shown["promised"] is None, "not enough history"
        later = [someone(f"Q{n}", f"Q{n}-0", START, 10_000) for n in range(90)]
        take_in(practice.database, later, today)
        assumed = Assumptions(True, 5, learned)
        wanted = Wanted(schedule, today, 20, in_force=True, assumed=assumed)
        one, two = simulate(practice.database, wanted), simulate(practice.database, wanted, jobs=2)
        assert one == two, "the same draw in every run"
        assert 45 <= total(one, Count.PAYMENTS) <= 78, "two of three, give or take"
        said = " ".join(assumption_sentences(assumed, new_only=False))
        assert "90 accounts read" in said
        assert "No promise is kept: not enough history" in said
