"""The worked schedules come out step by step and day by day."""

import csv
from datetime import date
from pathlib import Path

import pytest

from flows.dunning.versions.publish import publish
from flows.intake.file_format import Options
from flows.intake.take import take_files
from flows.practice import Practice
from flows.schedules.schedule_file import read_schedule_file
from tests.small_book import LETTERS, rows, run_days

START = date(2026, 2, 2)


@pytest.mark.field
@pytest.mark.parametrize("name", ["a"])
def test_a_worked_schedule_comes_out_step_by_step_and_day_by_day(practice: Practice, field: Path, name: str) -> None:
    folder = field / "timelines" / name
    text = (folder / "schedule.yaml").read_text()
    with practice.database.transaction(actor="manager", business_date=START) as tx:
        publish(tx, read_schedule_file(folder / "schedule.yaml"), text, letters=LETTERS)
    files = [folder / f"{name}.csv" for name in ("creditors", "guarantors", "patients", "accounts")]
    take_files(practice.database, files, Options(), START, practice.settings.rejects)
    run_days(practice, START, date(2026, 7, 31), ("settle", "enter", "advance"))
    taken = rows(
        practice.database,
        'SELECT a.number, s.step, s."on", s.outcome FROM step_taken s JOIN account a ON a.id = s.account_id',
    )
    with (folder / "expected.csv").open() as file:
        expected = {(row["account_number"], row["step"], row["on"], row["how"]) for row in csv.DictReader(file)}
    assert {(row[0], row[1], str(row[2]), row[3]) for row in taken} == expected
