"""Random schedules and databases for what must always hold: strategies of Hypothesis, and a practice for each."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from hypothesis import strategies as st

from flows.practice import Practice, practice_of
from models.database import open_database
from models.environment import Settings
from tests.conftest import TickingClock
from tests.small_book import Someone

START = date(2026, 1, 12)

STEP = st.sampled_from(["letter", "call", "task"])


@st.composite
def schedules(draw: st.DrawFn) -> str:
    """A schedule of two to five steps, by day or after one another, with or without conditions."""
    kinds = draw(st.lists(STEP, min_size=2, max_size=5))
    day, lines = 20, []
    letters = iter(("reminder-1", "reminder-2", "reminder-3", "final-notice", "final-notice"))
    for place, kind in enumerate(kinds):
        gap = draw(st.integers(1, 25))
        day += gap
        at = f"{{day: {day}}}" if place == 0 or draw(st.booleans()) else f"{{after: s{place - 1}, days: {gap}}}"
        do = {
            "letter": f"{{letter: {next(letters)}}}",
            "call": "{call: {script: talk}}",
            "task": "{task: {kind: look, role: clerk}}",
        }[kind]
        when = draw(st.sampled_from(["", ", when: {balance: {at_least: 60.00}}"]))
        lines.append(f"  - {{id: s{place}, at: {at}, do: {do}{when}}}")
    spacing = draw(st.integers(0, 21))
    return (
        "schedule: random\ntitle: Random\ncalendar: {skip: [saturday, sunday, holidays]}\n"
        "enter: {overdue_days: 20, balance: {at_least: 5.00}}\n"
        f"spacing: {{letters: {{at_least_days: {spacing}, gather_days: {draw(st.integers(0, 10))}}}}}\n"
        "steps:\n" + "\n".join(lines) + "\n"
        "small_balance: {below: 5.00, after_day: 60, do: {write_off: {reason: small-balance}}}\n"
        "on: {paid_in_full: {do: {letter: paid-in-full}, then: finish}}\n"
    )


PEOPLE = st.lists(
    st.lists(st.tuples(st.integers(0, 40), st.integers(500, 50_000)), min_size=1, max_size=3), min_size=1, max_size=3
)
"""For each guarantor the accounts, as days after the start minus twenty, and cents."""


@contextmanager
def fresh_practice(empty: Path) -> Iterator[Practice]:
    folder = Path(tempfile.mkdtemp(prefix="pastdue-test-"))
    shutil.copy(empty, folder / "pastdue.db")
    database = open_database(f"sqlite:///{folder / 'pastdue.db'}", TickingClock())
    try:
        yield practice_of(database, Settings(folder, ""))
    finally:
        database.close()
        shutil.rmtree(folder)


def someones(people: list[list[tuple[int, int]]]) -> list[Someone]:
    """The guarantors of PEOPLE."""
    return [
        Someone(
            f"P{place}",
            [
                (f"P{place}-{n}", START - timedelta(days=20) + timedelta(days=day), cents)
                for n, (day, cents) in enumerate(accounts)
            ],
        )
        for place, accounts in enumerate(people)
    ]
