"""Against Tryton: its account_dunning and account_dunning_letter, from PyPI, in an environment that the run makes.

Both make one dunning, and one letter, of each overdue receivable. Theirs is in memory, ours in a file that survives a
power failure, with a history; ours checks the law and the practice's schedule, theirs an age in days.
"""

import json
import subprocess
import tempfile
import venv
from functools import cache
from pathlib import Path
from typing import TypedDict

from bench.made_book import sqlite_url
from bench.measured import Measured
from bench.whole_day import run_day

SERIES = "7.4.*"
MODULES = ("trytond", "trytond_account_dunning", "trytond_account_dunning_letter")
THEIRS = 10_000
LETTERS = 500
OURS = 20_000
CHILD = Path(__file__).with_name("tryton_child.py")


class Theirs(TypedDict):
    """What their run printed."""

    dunnings: int
    dunning_seconds: float
    letters: int
    letter_seconds: float


@cache
def theirs(scale: float) -> Theirs:
    """Tryton's seconds, measured once for all rows of a run."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        wanted = [f"{name}=={SERIES}" for name in MODULES]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
        command = [python, str(CHILD), str(int(THEIRS * scale)), str(int(LETTERS * scale))]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


@cache
def ours(scale: float) -> dict[str, float]:
    """Our seconds of each stage of a whole day."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        return run_day(sqlite_url(folder), int(OURS * scale), home)


def dunning(scale: float = 1.0) -> list[Measured]:
    """Accounts that take their step a second, against dunnings that are generated and processed."""
    them, us = theirs(scale), ours(scale)
    return [
        _row(
            "tryton-dunning",
            OURS * scale / us["advance"],
            them["dunnings"] / them["dunning_seconds"],
            "Tryton dunnings",
        )
    ]


def letters(scale: float = 1.0) -> list[Measured]:
    """Letters that are written a second, against letters of theirs in one report."""
    them, us = theirs(scale), ours(scale)
    return [
        _row("tryton-letters", OURS * scale / us["letters"], them["letters"] / them["letter_seconds"], "Tryton letters")
    ]


def day(scale: float = 1.0) -> list[Measured]:
    """A whole day, every stage, against a dunning and a letter of theirs for each receivable."""
    them, us = theirs(scale), ours(scale)
    each = them["dunning_seconds"] / them["dunnings"] + them["letter_seconds"] / them["letters"]
    return [_row("tryton-day", OURS * scale / sum(us.values()), 1 / each, "Tryton both")]


def _row(name: str, mine: float, other: float, against: str) -> Measured:
    return {
        "name": name,
        "per_second": round(mine, 1),
        "ratio": round(mine / other, 2),
        "against": against,
        "against_per_second": round(other, 1),
        "note": f"theirs {other:,.1f}/s",
    }
