"""Records which tests are long: `make long`, on a machine with no other work.

A test in `make test` may last a third of a second. Longer tests run in `make check`.
"""

from collections import defaultdict
from pathlib import Path

import pytest

LONG_NAMES = Path(__file__).with_name("long.txt")
SECONDS = 0.33

_spent: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))


def long_names() -> frozenset[str]:
    """The names of the tests that were long when last measured."""
    return frozenset(LONG_NAMES.read_text().split())


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up the duration of each test, including its fixtures."""
    name = report.nodeid.rpartition("::")[2].partition("[")[0]
    _spent[name][report.nodeid] += report.duration


def pytest_sessionfinish() -> None:
    """Write the names of the tests whose cases are too long on average."""
    names = sorted(name for name, cases in _spent.items() if sum(cases.values()) / len(cases) > SECONDS)
    LONG_NAMES.write_text("".join(f"{name}\n" for name in names))
