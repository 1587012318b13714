"""A file of deaths: a sure match stops everything, a near one waits for a person, and nothing is taken twice."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from flows.estates.opening import RefusedMatter
from flows.estates.reports import confirm_report, open_reports, refuse_report
from flows.intake.reading import BadFile
from flows.intake.rows import FileReport
from flows.intake.take import Options, take_files
from flows.stages import House
from models.kinds import IntakeKind
from tests.flows.estates.estates import act, harold, open_tasks_of
from tests.small_book import account_of, rows

TODAY = date(2026, 2, 10)
HEADER = "first_name,last_name,birth_date,ssn_last4,death_date,source\n"


@pytest.fixture
def home(house: House) -> House:
    harold(house.book)
    with house.book.transaction(actor="test", business_date=TODAY) as tx:
        tx.conn.execute(sa.text("UPDATE person SET ssn_last4 = '1234'"))
    return house


def take(home: House, tmp_path: Path, *lines: str, name: str = "dmf.csv", header: str = HEADER) -> FileReport:
    path = tmp_path / name
    path.write_text(header + "".join(f"{line}\n" for line in lines))
    return take_files(home.book, [path], Options(), TODAY, home.settings.rejects)[0]


SURE = "HAROLD,TESTER,1970-01-01,1234,2026-02-01,Death Master File"
NEAR = "Harold,Tester,1970-01-01,,2026-02-01,obituary"


def test_a_sure_match_stops_everything_and_opens_a_matter(home: House, tmp_path: Path) -> None:
    report = take(home, tmp_path, SURE)
    assert (report.kind, report.taken, report.rejected) == ("deaths", 1, 0)
    assert rows(home.book, "SELECT 1 FROM estate_matter WHERE state = 'confirmed'")
    assert str(rows(home.book, "SELECT death_date FROM person")[0][0]) == "2026-02-01"


def test_a_near_match_stops_nothing_and_waits_for_a_person(home: House, tmp_path: Path) -> None:
    take(home, tmp_path, NEAR)
    assert not rows(home.book, "SELECT 1 FROM estate_matter")
    assert open_tasks_of(home.book) == ["confirm-death"]
    with home.book.reading() as conn:
        (found,) = open_reports(conn)
    assert [(one["score"], one["accounts"]) for one in found["candidates"]] == [(80, ["A1", "A2"])]


def test_a_person_confirms_or_refuses_a_report_once(home: House, tmp_path: Path) -> None:
    take(home, tmp_path, NEAR, "Harold,Tester,1970-01-01,,2026-01-20,another obituary")
    act(home.book, TODAY, refuse_report, 2, "a cousin")
    with pytest.raises(RefusedMatter, match="does not mean person"):
        act(home.book, TODAY, confirm_report, 1, 999)
    assert len(act(home.book, TODAY, confirm_report, 1)) == 1
    with pytest.raises(RefusedMatter, match="was confirmed"):
        act(home.book, TODAY, refuse_report, 1, "too late")
    assert "confirm-death" not in open_tasks_of(home.book)
    assert account_of(home.book, "A1").history_seq > 0


def test_a_file_taken_twice_changes_nothing(home: House, tmp_path: Path) -> None:
    take(home, tmp_path, NEAR)
    before = account_of(home.book, "A1").history_seq
    assert take(home, tmp_path, NEAR).already_taken
    take(home, tmp_path, NEAR, "Nora,Nobody,1950-01-01,,2026-01-01,", name="other.csv")
    assert account_of(home.book, "A1").history_seq == before
    assert len(rows(home.book, "SELECT 1 FROM death_report")) == 1


def test_the_deaths_of_strangers_are_counted_and_left(home: House, tmp_path: Path) -> None:
    report = take(home, tmp_path, "Nora,Nobody,1950-01-01,,2026-01-01,")
    assert (report.taken, report.warnings) == (1, ("1 deaths are of nobody in the book",))


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("Harold,Tester,1970-01-01,1234,2026-03-01,", "death_date"),
        ("Harold,Tester,1970-01-01,1234,1969-12-31,", "death_date"),
        ("Harold,Tester,1970-01-01,12,2026-02-01,", "ssn_last4"),
        ("Harold,Tester,soon,1234,2026-02-01,", "birth_date"),
        (",Tester,1970-01-01,1234,2026-02-01,", "first_name"),
    ],
)
def test_a_line_that_cannot_be_is_a_reject_with_its_field(home: House, tmp_path: Path, line: str, field: str) -> None:
    report = take(home, tmp_path, line, NEAR)
    assert (report.taken, report.rejected) == (1, 1)
    assert report.reject_file is not None and f"2,{field}," in Path(report.reject_file).read_text()


def test_another_day_of_death_than_the_one_on_record_is_a_reject(home: House, tmp_path: Path) -> None:
    take(home, tmp_path, SURE)
    report = take(home, tmp_path, SURE.replace("2026-02-01", "2026-02-02"), name="second.csv")
    assert report.rejected == 1


def test_a_file_without_a_day_of_death_is_refused_whole(home: House, tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text("first_name,last_name\nHarold,Tester\n")
    with pytest.raises(BadFile, match="death_date"):
        take_files(home.book, [path], Options(IntakeKind.DEATHS), TODAY, home.settings.rejects)
