"""The demonstration: plausible, the same for the same seed and dates, and nobody in it exists."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from console.output import house
from console.setup import init
from demo.life import Life
from demo.people import make_book
from flows.inspect.queries import verify_history
from flows.intake.take import Options, take_files
from flows.stages import STAGES, run_stage
from tests.small_book import rows


def test_the_same_seed_makes_the_same_book_and_no_phone_of_it_rings() -> None:
    one, other = (make_book(300, 7, date(2026, 1, 1), 180).files for _ in range(2))
    assert one == other
    assert make_book(300, 8, date(2026, 1, 1), 180).files != one
    phones = [row["phone"] for row in csv.DictReader(one["guarantors"].splitlines()) if row["phone"]]
    assert all(re.fullmatch(r"\d{3}-555-01\d\d", phone) for phone in phones)


@pytest.mark.parametrize("folder", ["demo"])
def test_two_months_of_a_made_up_practice_hold_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    ends = []
    for name in ("first", "second"):
        home = tmp_path / folder / name
        monkeypatch.setenv("PASTDUE_HOME", str(home))
        monkeypatch.delenv("PASTDUE_DATABASE_URL", raising=False)
        init(date="2026-01-01", json=True)
        with house() as here:
            files = home / "book"
            files.mkdir()
            for file, text in make_book(80, 3, date(2026, 1, 1), 60).files.items():
                (files / f"{file}.csv").write_text(text)
            take_files(here.book, [files], Options(), date(2026, 1, 1), here.settings.rejects)
            life = Life(here, 3)
            for day in [date.fromordinal(date(2026, 1, 1).toordinal() + n) for n in range(60)]:
                life.morning(day)
                for stage in STAGES:
                    counts = run_stage(here, stage, day)
                    assert "set_aside" not in counts
                life.day(day)
            with here.book.reading() as conn:
                assert verify_history(conn)["broken"] == []
            off = "SELECT number FROM account a WHERE balance_cents <> (SELECT SUM(amount_cents) FROM ledger_entry l WHERE l.account_id = a.id)"
            assert rows(here.book, off) == []
            story = "SELECT account_id, seq, business_date, kind, step, why, actor FROM account_event ORDER BY 1, 2"
            ends.append([tuple(row) for row in rows(here.book, story)])
    assert ends[0] == ends[1]
    kinds = {row[3] for row in ends[0]}
    assert {"letter_mailed", "call_made", "promise_made", "ledger_posted"} <= kinds
