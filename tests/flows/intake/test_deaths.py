"""A file of deaths: a sure match stops everything, a near one waits for a person, and nothing is taken twice."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from flows.accounts.happenings import NewTask, open_tasks
from flows.estates.death.reports import confirm_report, open_reports, refuse_report
from flows.intake.file_format import Options
from flows.intake.rows import FileReport
from flows.intake.take import take_files
from flows.practice import Practice
from models.enums import IntakeKind
from models.errors import BadFile, Refused
from models.task_kinds import TaskKind
from models.user_enums import Role
from tests.flows.estates.estates import act, harold, open_tasks_of
from tests.small_book import account_of, rows

TODAY = date(2026, 2, 10)
HEADER = "first_name,last_name,birth_date,ssn_last4,death_date,source\n"


@pytest.fixture
def home(practice: Practice) -> Practice:
    harold(practice.database)
    with practice.database.transaction(actor="test", business_date=TODAY) as tx:
        tx.conn.execute(sa.text("UPDATE person SET ssn_last4 = '1234'"))
    return practice


def take(home: Practice, tmp_path: Path, *lines: str, name: str = "dmf.csv", header: str = HEADER) -> FileReport:
    path = tmp_path / name
    path.write_text(header + "".join(f"{line}\n" for line in lines))
    return take_files(home.database, [path], Options(), TODAY, home.settings.rejects)[0]


SURE = "HAROLD,TESTER,1970-01-01,1234,2026-02-01,Death Master File"
NEAR = "Harold,Tester,1970-01-01,,2026-02-01,obituary"


def test_a_sure_match_stops_everything_and_opens_a_matter(home: Practice, tmp_path: Path) -> None:
    report = take(home, tmp_path, SURE)
    assert (report.kind, report.taken, report.rejected) == ("deaths", 1, 0)
    assert rows(home.database, "SELECT 1 FROM estate_matter WHERE state = 'confirmed'")
    assert str(rows(home.database, "SELECT death_date FROM person")[0][0]) == "2026-02-01"


@pytest.mark.parametrize(
    ("written", "file"),
    [("McDonald", "MCDONALD"), ("Muñoz", "MUNOZ"), ("O\u2019Brien", "OBRIEN"), ("de la Cruz", "DELACRUZ")],
)
def test_a_person_is_found_however_the_file_writes_their_name(
    home: Practice, tmp_path: Path, written: str, file: str
) -> None:
    with home.database.transaction(actor="test", business_date=TODAY) as tx:
        tx.conn.execute(sa.text("UPDATE person SET last_name = :name"), {"name": written})
    assert take(home, tmp_path, SURE.replace("TESTER", file)).warnings == ()
    assert rows(home.database, "SELECT 1 FROM estate_matter WHERE state = 'confirmed'")


def test_the_source_is_the_file_where_no_column_says_it(home: Practice, tmp_path: Path) -> None:
    take(home, tmp_path, NEAR.replace("obituary", ""))
    take(home, tmp_path, SURE.replace("Death Master File", ""), name="scrub.csv")
    assert [row[0] for row in rows(home.database, "SELECT source FROM death_report")] == ["dmf.csv"]
    assert rows(home.database, "SELECT source FROM estate_matter")[0][0].endswith("(scrub.csv)")


def test_a_likely_match_holds_letters_and_calls_at_once_for_ten_days_and_waits_for_a_person(
    home: Practice, tmp_path: Path
) -> None:
    take(home, tmp_path, NEAR)
    assert not rows(home.database, "SELECT 1 FROM estate_matter")
    assert open_tasks_of(home.database) == ["confirm-death"]
    with home.database.reading() as conn:
        (found,) = open_reports(conn)
    assert [(one["score"], one["accounts"]) for one in found["candidates"]] == [(80, ["A1", "A2"])]
    held = rows(home.database, "SELECT until_on, cleared_on FROM hold WHERE kind = 'identity'")
    assert [(str(row.until_on), row.cleared_on) for row in held] == [(str(TODAY + timedelta(days=10)), None)]
    act(home.database, TODAY, refuse_report, 1, "another Harold")
    assert not rows(home.database, "SELECT 1 FROM hold WHERE cleared_on IS NULL")


def test_a_person_confirms_or_refuses_a_report_once(home: Practice, tmp_path: Path) -> None:
    take(home, tmp_path, NEAR, "Harold,Tester,1970-01-01,,2026-01-20,another obituary")
    act(home.database, TODAY, refuse_report, 2, "a cousin")
    with pytest.raises(Refused, match="is not a possible match"):
        act(home.database, TODAY, confirm_report, 1, 999)
    assert len(act(home.database, TODAY, confirm_report, 1)) == 1
    with pytest.raises(Refused, match="was already confirmed"):
        act(home.database, TODAY, refuse_report, 1, "too late")
    assert "confirm-death" not in open_tasks_of(home.database)
    assert account_of(home.database, "A1").history_seq > 0


OTHER_DAY = NEAR.replace("2026-02-01", "2026-01-20")


def reasons(home: Practice) -> list[str]:
    return [
        row[0] for row in rows(home.database, "SELECT reason FROM task WHERE state = 'open' AND kind = 'confirm-death'")
    ]


def test_a_report_that_waits_keeps_its_task_when_another_is_refused(home: Practice, tmp_path: Path) -> None:
    take(home, tmp_path, NEAR, OTHER_DAY)
    assert [reason.partition(" may")[0] for reason in reasons(home)] == ["Report 1 of a death"]
    act(home.database, TODAY, refuse_report, 1, "a cousin")
    assert [reason.partition(" may")[0] for reason in reasons(home)] == ["Report 2 of a death"]
    act(home.database, TODAY, refuse_report, 2, "a cousin")
    assert reasons(home) == []


def test_a_refused_report_leaves_what_a_letter_marked_deceased_asks_but_a_confirmed_one_answers_it(
    home: Practice, tmp_path: Path
) -> None:
    one = account_of(home.database, "A1")
    asked = NewTask(
        TaskKind.CONFIRM_DEATH, Role.ESTATE_DESK, "Letter 1 came back", one.guarantor_id, one.creditor_id, (one.id,)
    )
    act(home.database, TODAY, open_tasks, [asked])
    take(home, tmp_path, NEAR, OTHER_DAY)
    act(home.database, TODAY, refuse_report, 2, "a cousin")
    assert reasons(home) == ["Letter 1 came back"]
    act(home.database, TODAY, confirm_report, 1)
    assert reasons(home) == []


def test_a_report_of_another_day_than_the_one_on_record_is_not_confirmed(home: Practice, tmp_path: Path) -> None:
    take(home, tmp_path, OTHER_DAY)
    take(home, tmp_path, SURE, name="sure.csv")
    with pytest.raises(Refused, match=r"2026-02-01 is on record .* says 2026-01-20"):
        act(home.database, TODAY, confirm_report, 1)


def test_a_near_report_of_a_death_on_record_is_nothing_to_decide(home: Practice, tmp_path: Path) -> None:
    assert take(home, tmp_path, SURE, NEAR).taken == 2
    assert not rows(home.database, "SELECT 1 FROM death_report")
    take(home, tmp_path, OTHER_DAY, name="other.csv")
    assert len(rows(home.database, "SELECT 1 FROM death_report")) == 1


def test_a_file_taken_twice_changes_nothing(home: Practice, tmp_path: Path) -> None:
    take(home, tmp_path, NEAR)
    before = account_of(home.database, "A1").history_seq
    assert take(home, tmp_path, NEAR).already_taken
    take(home, tmp_path, NEAR, "Nora,Nobody,1950-01-01,,2026-01-01,", name="other.csv")
    assert account_of(home.database, "A1").history_seq == before
    assert len(rows(home.database, "SELECT 1 FROM death_report")) == 1


def test_the_deaths_of_strangers_are_named_by_row_and_left(home: Practice, tmp_path: Path) -> None:
    report = take(home, tmp_path, "Nora,Nobody,1950-01-01,,2026-01-01,")
    named = "row 2: Nora Nobody, died 2026-01-01, no match"
    assert (report.taken, report.warnings) == (1, ("1 death matched no person in the database", named))


@pytest.mark.parametrize(
    ("line", "score"),
    [
        ("Harold,Tester,,,2026-02-01,obituary", 45),
        ("Harold,Testar,1970-01-01,1234,2026-02-01,file", 70),
        ("Harrold,Testar,1970-01-01,1234,2026-02-01,file", 55),
    ],
)
def test_a_name_alone_or_a_near_name_with_its_numbers_waits_for_a_person(
    home: Practice, tmp_path: Path, line: str, score: int
) -> None:
    assert take(home, tmp_path, line).warnings == ()
    assert not rows(home.database, "SELECT 1 FROM estate_matter")
    with home.database.reading() as conn:
        (found,) = open_reports(conn)
    assert [one["score"] for one in found["candidates"]] == [score]
    assert open_tasks_of(home.database) == ["confirm-death"]


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
def test_a_line_that_cannot_be_is_a_reject_with_its_field(
    home: Practice, tmp_path: Path, line: str, field: str
) -> None:
    report = take(home, tmp_path, line, NEAR)
    assert (report.taken, report.rejected) == (1, 1)
    assert report.reject_file is not None and f"2,{field}," in Path(report.reject_file).read_text()


def test_another_day_of_death_than_the_one_on_record_is_a_reject(home: Practice, tmp_path: Path) -> None:
    other = SURE.replace("2026-02-01", "2026-02-02")
    for report in (take(home, tmp_path, SURE, other), take(home, tmp_path, other, name="second.csv")):
        assert report.rejected == 1
        assert report.reject_file is not None
        assert "2026-02-01 is on file, this row has 2026-02-02" in Path(report.reject_file).read_text()
    assert str(rows(home.database, "SELECT death_date FROM person")[0][0]) == "2026-02-01"


def test_a_file_without_a_day_of_death_is_refused_whole(home: Practice, tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text("first_name,last_name\nHarold,Tester\n")
    with pytest.raises(BadFile, match="death_date"):
        take_files(home.database, [path], Options(IntakeKind.DEATHS), TODAY, home.settings.rejects)
