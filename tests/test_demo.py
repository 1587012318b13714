"""The demonstration: plausible, the same for the same seed and dates, and no person in it exists."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest
import zipcodes

from cli.output import open_practice
from cli.setup import init
from demo.life import Life
from demo.people import make_book
from demo.promises import share_paid
from demo.towns import TOWNS, Town
from flows.intake.file_format import Options
from flows.intake.take import take_files
from flows.practice import Practice
from flows.proof.histories import verify_history
from flows.stages import STAGES, run_stage
from tests.small_book import rows


def test_the_same_seed_makes_the_same_book_and_no_phone_of_it_rings() -> None:
    one, other = (make_book(300, 7, date(2026, 1, 1), 180).files for _ in range(2))
    assert one == other
    assert make_book(300, 8, date(2026, 1, 1), 180).files != one
    phones = [row["phone"] for row in csv.DictReader(one["guarantors"].splitlines()) if row["phone"]]
    assert all(re.fullmatch(r"\d{3}-555-01\d\d", phone) for phone in phones)


def test_people_live_in_their_state_are_of_age_and_some_owe_two_creditors() -> None:
    files = make_book(600, 7, date(2026, 1, 1), 180).files
    people = list(csv.DictReader(files["guarantors"].splitlines()))
    creditors = list(csv.DictReader(files["creditors"].splitlines()))
    for row in (*people, *creditors):
        assert any(
            found["state"] == row["state"] and found["city"] == row["city"] for found in zipcodes.matching(row["zip"])
        ), f"{row['zip']} is not {row['city']}, {row['state']}"
    assert max(row["birth_date"] for row in people) < "2008-01-01"
    owing: dict[str, set[str]] = {}
    for row in csv.DictReader(files["accounts"].splitlines()):
        owing.setdefault(row["guarantor_id"], set()).add(row["creditor_id"])
    assert 0.08 < sum(len(found) > 1 for found in owing.values()) / len(owing) < 0.2


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: f"{town.city} {town.zip}")
def test_a_towns_zip_county_and_area_code_are_its_own(town: Town) -> None:
    (found,) = zipcodes.matching(town.zip)
    assert (found["city"], found["state"], found["county"]) == (town.city, town.state, town.county)
    assert town.area in found["area_codes"]


def test_about_half_of_the_promises_are_kept_in_time_and_some_late() -> None:
    due = date(2026, 3, 2)
    in_time = [share_paid(number, 7, due, due) for number in range(1_000)]
    late = [share_paid(number, 7, date(2026, 3, 16), due) for number in range(1_000)]
    assert 320 < sum(share == 100 for share in in_time) < 550
    assert 60 < sum(0 < share < 100 for share in in_time) < 200
    assert 60 < sum(share == 100 for share in late) < 200
    assert not any(early and later for early, later in zip(in_time, late, strict=True)), "nobody pays a promise twice"


@pytest.mark.long
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
        with open_practice() as practice:
            files = home / "book"
            files.mkdir()
            for file, text in make_book(80, 3, date(2026, 1, 1), 60).files.items():
                (files / f"{file}.csv").write_text(text)
            take_files(practice.database, [files], Options(), date(2026, 1, 1), practice.settings.rejects)
            life = Life(practice, 3)
            for day in [date.fromordinal(date(2026, 1, 1).toordinal() + n) for n in range(60)]:
                life.morning(day)
                for stage in STAGES:
                    counts = run_stage(practice, stage, day)
                    assert "set_aside" not in counts
                life.day(day)
            with practice.database.reading() as conn:
                assert verify_history(conn)["broken"] == []
            _check_work(practice)
            off = "SELECT number FROM account a WHERE balance_cents <> (SELECT SUM(amount_cents) FROM ledger_entry l WHERE l.account_id = a.id)"
            assert rows(practice.database, off) == []
            story = "SELECT account_id, seq, business_date, kind, step, why, actor FROM account_event ORDER BY 1, 2"
            ends.append([tuple(row) for row in rows(practice.database, story)])
    assert ends[0] == ends[1]
    kinds = {row[3] for row in ends[0]}
    assert {"letter_mailed", "call_made", "promise_made", "ledger_posted"} <= kinds


def _check_work(practice: Practice) -> None:
    """Staff work their lists: more tasks are completed than open, and few are two weeks late."""
    found = rows(practice.database, "SELECT kind, state, due_on FROM task WHERE kind <> 'call'")
    still = [row for row in found if row.state == "open"]
    late = [row for row in still if row.due_on is not None and str(row.due_on) < "2026-02-15"]
    assert len(found) > 15, "a practice of this size has some work"
    assert len(still) < len(found) / 2
    assert len(late) <= 2 + len(found) / 10, late
    same = (
        "SELECT a.matter_id FROM estate_party a JOIN estate_party b ON b.matter_id = a.matter_id AND b.role = 'court' "
        "WHERE a.role = 'representative' AND a.address1 = b.address1"
    )
    assert rows(practice.database, same) == []
