"""What must hold whatever comes in, in whatever pieces, and however often it is cut off."""

import contextlib
import os
import random
import shutil
import signal
import time
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.intake import write_book as write_large_book
from flows.intake.file_format import Options
from flows.intake.take import take_files
from models.database import Database, open_database
from tests.conftest import TickingClock
from tests.flows.intake.files import TODAY, balances, take, whole, write, write_book
from tests.lives import LIVES

_turn = count()
NUMBERS = ("A1", "A2", "A3", "A4", "A9")
ENTRY = st.tuples(
    st.integers(1, 12),
    st.sampled_from(NUMBERS),
    st.sampled_from(["charge", "patient_payment", "transfer", "contractual"]),
    st.integers(1, 20_000),
    st.integers(0, 90),
)
PAYMENT = st.tuples(
    st.integers(1, 6),
    st.sampled_from([*NUMBERS, "by G1", "by G2"]),
    st.integers(1, 9_000),
    st.sampled_from(["", "nsf"]),
)
HAPPENING = st.one_of(
    st.tuples(st.just("transactions"), st.lists(ENTRY, min_size=1, max_size=8)),
    st.tuples(st.just("payments"), st.lists(PAYMENT, min_size=1, max_size=5)),
    st.tuples(st.just("accounts"), st.lists(st.integers(0, 9_999), min_size=2, max_size=2)),
    st.tuples(st.just("again"), st.just([])),
)


def _dollars(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _text(kind: str, what: list) -> str:  # pyright: ignore
    if kind == "transactions":
        lines = [
            f"T{key},{number},{TODAY - timedelta(days=ago)},{word},{_dollars(cents if word == 'charge' else -cents)},"
            for key, number, word, cents, ago in what
        ]
        return "\n".join(["transaction_id,account_number,date,kind,amount,reference", *lines])
    if kind == "payments":
        lines = [
            f"2026-02-01,{'' if ' ' in whom else whom},{whom[3:] if ' ' in whom else ''},{_dollars(cents)},R{key},{back}"
            for key, whom, cents, back in what
        ]
        return "\n".join(["date,account_number,guarantor_id,amount,reference,reversal", *lines])
    header = "account_number,creditor_id,patient_id,guarantor_id,payer_class,service_from,first_statement_on,balance"
    lines = [
        f"A{n},C1,P2,G2,self_pay,2025-12-01,2026-01-05,{_dollars(cents)}" for n, cents in zip((2, 4), what, strict=True)
    ]
    return "\n".join([header, *lines])


@pytest.mark.long
@settings(max_examples=30)
@given(st.lists(HAPPENING, min_size=1, max_size=6))
def test_every_balance_is_the_sum_of_its_ledger_whatever_comes(
    empty_sqlite: Path,
    tmp_path: Path,
    happenings: list[tuple[str, list]],  # pyright: ignore
) -> None:
    _live(empty_sqlite, tmp_path, happenings)


@pytest.mark.soak
@settings(max_examples=LIVES, deadline=None)
@given(st.lists(HAPPENING, min_size=4, max_size=16))
def test_it_is_over_many_lives(
    empty_sqlite: Path,
    tmp_path: Path,
    happenings: list[tuple[str, list]],  # pyright: ignore
) -> None:
    _live(empty_sqlite, tmp_path, happenings)


def _live(empty: Path, tmp_path: Path, happenings: list[tuple[str, list]]) -> None:  # pyright: ignore
    home = tmp_path / f"book{next(_turn)}"
    home.mkdir()
    shutil.copy(empty, home / "book.db")
    database = open_database(f"sqlite:///{home / 'book.db'}", TickingClock())
    write_book(home / "in")
    take(database, home / "in")
    last = home / "in"
    for turn, (kind, what) in enumerate(happenings):
        if kind != "again":
            last = write(home / f"turn{turn}", "file", _text(kind, what))
        take(database, home / "in", last)
        balances(database)
        before = whole(database)
        take(database, home / "in", last)
        after = whole(database)
        del before["intake_file"], after["intake_file"]
        assert after == before, "what comes twice changes nothing"
    database.close()


@pytest.mark.long
def test_taken_in_again_after_kills_it_ends_as_if_never_killed(empty_sqlite: Path, tmp_path: Path) -> None:
    files = tmp_path / "in"
    files.mkdir()
    write_large_book(files, 6_000)
    with (files / "accounts.csv").open("a") as accounts:
        accounts.write("W1,C1,P1,G1,self_pay,2025-12-01,,5.00\nW2,C9,P1,G1,self_pay,2025-12-01,,5.00\n")
    calm, killed = tmp_path / "calm.db", tmp_path / "killed.db"
    shutil.copy(empty_sqlite, calm)
    shutil.copy(empty_sqlite, killed)
    started = time.perf_counter()
    _take_all(calm, files)
    whole_time = time.perf_counter() - started
    chance = random.Random(7)
    # Early ones: what was taken stays, so that a late one leaves nothing for the next to come into.
    stopped = sum(_kill(killed, files, chance.uniform(0.04, 0.25) * whole_time) for _ in range(8))
    assert stopped >= 3, "the kills must come while it runs"
    _take_all(killed, files)
    found, wanted = (_end(path) for path in (killed, calm))
    for name in wanted:
        assert found[name] == wanted[name], name
    for row in found["intake_file"]:
        assert row


def _take_all(path: Path, files: Path) -> None:
    database = open_database(f"sqlite:///{path}", TickingClock())
    take_files(database, [files], Options(), date(2026, 3, 2), path.with_suffix(".rejects"))
    database.close()


def _kill(path: Path, files: Path, after: float) -> bool:
    """Take in in a child and kill it after some seconds; whether it was still running then."""
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            _take_all(path, files)
        os._exit(0)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def _end(path: Path) -> dict[str, list]:  # pyright: ignore
    """All tables; of the files what they held, not how much of it came by the last run."""
    database: Database = open_database(f"sqlite:///{path}", TickingClock())
    found = whole(database, ("at", "digest", "previous_digest", "history_digest", "taken", "known", "reject_file"))
    database.close()
    return found  # type: ignore[return-value]
