"""Decisions about schedules: rolled back, paused, retired, approved by a second person; and accounts that move."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.dunning.engine import nightly
from flows.dunning.versions import moves
from flows.dunning.versions.commands import approve, pause, reject, reopen, resume, retire
from flows.dunning.versions.moves import migrate, move_out, move_to, target_of
from flows.dunning.versions.publish import SHIPPED, publish, roll_back
from flows.dunning.versions.queries import history_of, list_schedules, schedule_text, version_in_force
from flows.practice import Practice
from flows.proof.histories import verify_history
from flows.schedules.schedule_file import read_source
from flows.settings.commands import change_setting
from flows.stages import run_stage
from letters.docx.shelf import Shelf
from models.errors import BadInput, Refused
from tests.small_book import LETTERS, account_of, history, publish_shipped, rows, someone, steps, take_in

TEXT = Path(SHIPPED / "patient-balance.yaml").read_text()
NAME = "patient-balance"
TODAY = date(2026, 2, 9)
FIRST = date(2026, 1, 5)


def days(practice: Practice, first: date, number: int) -> None:
    for n in range(number):
        for stage in ("settle", "enter", "advance", "letters"):
            run_stage(practice, stage, first + timedelta(days=n))


@pytest.fixture
def under_way(practice: Practice) -> Practice:
    """An account whose first reminder went out on February 4."""
    publish_shipped(practice.database)
    publish_shipped(practice.database, "small-practice")
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Ann", "A1", first=FIRST)], date(2026, 2, 4))
    days(practice, date(2026, 2, 4), 3)
    assert steps(practice.database, "A1") == {"reminder-1": ("done", "2026-02-04")}
    return practice


def publish_new(practice: Practice, text: str, actor: str = "grace", **more: object) -> None:
    with practice.database.transaction(actor=actor, business_date=TODAY) as tx:
        publish(tx, read_source(text, "x.yaml"), text, letters=LETTERS, reason="sooner", **more)  # type: ignore[arg-type]


def version_of(practice: Practice, number: str = "A1") -> tuple[str, int]:
    query = (
        "SELECT v.name, v.version FROM enrollment e JOIN schedule_version v ON v.id = e.schedule_version_id "
        "JOIN account a ON a.id = e.account_id WHERE a.number = :n"
    )
    row = rows(practice.database, query, n=number)[0]
    return row[0], row[1]


def test_a_paused_schedule_does_nothing_until_it_is_resumed(under_way: Practice) -> None:
    database = under_way.database
    with database.transaction(actor="grace", business_date=TODAY) as tx:
        pause(tx, NAME, "new counsel")
    with database.transaction(actor="grace", business_date=TODAY) as tx, pytest.raises(Refused, match="already paused"):
        pause(tx, NAME, "again")
    take_in(database, [someone("Bo", "B1", first=FIRST, phone="937-555-0102")], TODAY)
    days(under_way, TODAY, 60)
    assert set(steps(database, "A1")) == {"reminder-1"}
    assert steps(database, "B1") == {}, "no account enters it, and none enters another schedule instead"
    blocked = [day for day, kind, _ in history(database, "A1") if kind == "step_blocked"]
    assert blocked == ["2026-02-17"], "on the day of its next step"
    later = TODAY + timedelta(days=60)
    with database.transaction(actor="grace", business_date=later) as tx:
        resume(tx, NAME, "agreed")
    days(under_way, later, 1)
    assert set(steps(database, "A1")) == {"reminder-1", "first-call"}
    assert version_of(under_way, "B1") == (NAME, 1)


def test_a_retired_schedule_takes_no_new_account_and_finishes_the_old_ones(under_way: Practice) -> None:
    database = under_way.database
    with database.transaction(actor="grace", business_date=TODAY) as tx:
        retire(tx, NAME, "replaced")
    take_in(database, [someone("Bo", "B1", first=FIRST, phone="937-555-0102")], TODAY)
    days(under_way, TODAY, 30)
    assert version_of(under_way, "B1")[0] == "small-practice", "the next schedule that fits"
    assert "reminder-2" in steps(database, "A1")
    with database.transaction(actor="grace", business_date=TODAY) as tx:
        reopen(tx, NAME, "needed again")
    with database.reading() as conn:
        assert next(one for one in list_schedules(conn, TODAY) if one["schedule"] == NAME)["present"]


def test_a_roll_back_publishes_the_earlier_text_with_its_own_reason(under_way: Practice) -> None:
    publish_new(under_way, TEXT.replace("{day: 60}", "{day: 50}"))
    with under_way.database.transaction(actor="grace", business_date=TODAY) as tx:
        done = roll_back(tx, NAME, 1, shelf=Shelf(), reason="too early")
        assert done.version == 3
    with under_way.database.reading() as conn:
        assert schedule_text(conn, NAME).text == TEXT
        lines = history_of(conn, NAME)
    assert [(line["what"], line["version"]) for line in lines][:2] == [("rolled_back", 1), ("published", 3)]
    with under_way.database.transaction(actor="grace", business_date=TODAY) as tx:
        with pytest.raises(Refused, match="same text"):
            roll_back(tx, NAME, 1, shelf=Shelf(), reason="again")
        with pytest.raises(BadInput, match="reason"):
            roll_back(tx, NAME, 2, shelf=Shelf(), reason=" ")


def test_accounts_move_on_the_first_day_of_a_version_published_for_them(under_way: Practice) -> None:
    monday = date(2026, 2, 16)
    publish_new(under_way, TEXT.replace("{day: 60}", "{day: 50}"), from_on=monday, migrate=True)
    days(under_way, TODAY, 7)
    assert version_of(under_way) == (NAME, 1), "not before its day"
    days(under_way, monday, 1)
    assert version_of(under_way) == (NAME, 2)
    moved = [kind for _, kind, _ in history(under_way.database, "A1")].count("schedule_changed")
    days(under_way, monday, 30)
    assert [kind for _, kind, _ in history(under_way.database, "A1")].count("schedule_changed") == moved == 1
    assert steps(under_way.database, "A1")["reminder-2"][1] == "2026-02-24", "day 50 is February 24"
    sent = rows(under_way.database, "SELECT queued_on FROM letter WHERE kind = 'reminder-1'")
    assert len(sent) == 1, "nothing is sent twice"
    with under_way.database.reading() as conn:
        assert verify_history(conn)["broken"] == []


def test_a_step_that_is_new_and_lies_before_the_one_reached_is_skipped(under_way: Practice) -> None:
    text = TEXT.replace("steps:\n", "steps:\n  - id: hello\n    at: {day: 20}\n    do: {call: {script: first-call}}\n")
    publish_new(under_way, text, migrate=True)
    days(under_way, TODAY, 1)
    assert steps(under_way.database, "A1")["hello"][0] == "skipped"


def test_renamed_steps_are_mapped_and_an_unknown_one_is_refused(under_way: Practice) -> None:
    text = TEXT.replace("reminder-1\n", "letter-one\n", 1).replace("after: reminder-1", "after: letter-one")
    text = text.replace("day: 30}", "day: 31}", 1)
    with pytest.raises(BadInput, match="no step"):
        publish_new(under_way, text, migrate=True, step_names={"reminder-1": "letter-won"})
    publish_new(under_way, text, migrate=True, step_names={"reminder-1": "letter-one"})
    days(under_way, TODAY, 1)
    assert steps(under_way.database, "A1")["letter-one"] == ("done", "2026-02-04")
    assert len(rows(under_way.database, "SELECT 1 FROM letter WHERE origin = 'scheduled'")) == 1


def test_an_account_whose_steps_the_other_version_has_not_stays(under_way: Practice) -> None:
    text = TEXT[: TEXT.index("steps:")] + "steps:\n  - {id: other, at: {day: 90}, do: {letter: reminder-2}}\n"
    publish_new(under_way, text)
    with under_way.database.reading() as conn:
        target = target_of(schedule_text(conn, NAME), "all")
    counts = migrate(under_way.database, target, "grace", TODAY)
    assert (counts["migrated"], counts["not_migrated"]) == (0, 1)
    assert version_of(under_way) == (NAME, 1)


def test_a_second_manager_approves_where_the_setting_asks(under_way: Practice) -> None:
    database = under_way.database
    with database.transaction(actor="ada", business_date=TODAY) as tx:
        change_setting(tx, "schedule_approval", "yes")
    publish_new(under_way, TEXT.replace("{day: 60}", "{day: 50}"))
    take_in(database, [someone("Bo", "B1", first=FIRST, phone="937-555-0102")], TODAY)
    days(under_way, TODAY, 1)
    assert version_of(under_way, "B1") == (NAME, 1), "it is not in force yet"
    with (
        database.transaction(actor="grace", business_date=TODAY) as tx,
        pytest.raises(Refused, match="another manager"),
    ):
        approve(tx, NAME, "fine")
    with database.transaction(actor="omar", business_date=TODAY) as tx:
        assert approve(tx, NAME, "fine") == 2
    with database.reading() as conn:
        assert schedule_text(conn, NAME).version == 2
    publish_new(under_way, TEXT.replace("{day: 60}", "{day: 55}"))
    with database.transaction(actor="omar", business_date=TODAY) as tx:
        assert reject(tx, NAME, "too late") == 3
        with pytest.raises(Refused, match="waits for approval"):
            approve(tx, NAME, "after all")
    with database.reading() as conn:
        states = {one["version"]: one["state"] for one in list_schedules(conn, TODAY) if one["schedule"] == NAME}
    assert states == {1: "retired", 2: "in_force", 3: "rejected"}


def test_one_account_moves_to_another_schedule_or_out_of_it(under_way: Practice) -> None:
    database = under_way.database
    account = account_of(database, "A1")
    with database.transaction(actor="grace", business_date=TODAY) as tx:
        with pytest.raises(BadInput, match="reason"):
            move_to(tx, [account.id], "small-practice", "")
        assert move_to(tx, [account.id], "small-practice", "as agreed")["migrated"] == 1
    assert version_of(under_way)[0] == "small-practice"
    with database.transaction(actor="grace", business_date=TODAY) as tx:
        with pytest.raises(Refused, match="already on"):
            move_to(tx, [account.id], "small-practice", "twice")
        assert move_out(tx, [account.id], "sold")["finished"] == 1
    days(under_way, TODAY, 90)
    assert set(steps(database, "A1")) == {"reminder-1"}
    with database.transaction(actor="grace", business_date=TODAY + timedelta(days=90)) as tx:
        assert move_to(tx, [account.id], NAME, "bought back")["entered"] == 1
    days(under_way, TODAY + timedelta(days=90), 40)
    assert "reminder-2" in steps(database, "A1")
    assert len(rows(database, "SELECT 1 FROM letter WHERE kind = 'reminder-1' AND state <> 'voided'")) == 1


def test_a_schedule_is_published_and_paused_while_the_run_is_on(
    under_way: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run has begun: its list of due accounts is read. Then a manager moves them, or pauses their schedule."""
    database, due_day = under_way.database, date(2026, 2, 17)
    read = nightly.due_guarantors

    def meanwhile(*args: object, **more: object) -> object:
        found = read(*args, **more)  # type: ignore[arg-type]
        publish_new(under_way, TEXT.replace("days: 10}", "days: 8}"))
        with database.reading() as conn:
            target = target_of(schedule_text(conn, NAME), "now")
        migrate(database, target, "grace", due_day)
        return found

    monkeypatch.setattr(nightly, "due_guarantors", meanwhile)
    counts = run_stage(under_way, "advance", due_day)
    assert counts.get("set_aside", 0) == 0
    assert steps(database, "A1")["first-call"] == ("done", "2026-02-17")
    assert version_of(under_way) == (NAME, 2)


def test_a_move_that_is_killed_between_pages_continues_with_the_rest(
    under_way: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = under_way.database
    take_in(database, [someone("Bo", "B1", first=FIRST, phone="937-555-0102")], TODAY)
    days(under_way, TODAY, 1)
    publish_new(under_way, TEXT.replace("{day: 60}", "{day: 50}"))
    with database.reading() as conn:
        target = target_of(schedule_text(conn, NAME), "all")
    monkeypatch.setattr(moves, "PAGE", 1)
    page, done = moves._migrate_page, []

    def killed(*args: object) -> object:
        if done:
            raise KeyboardInterrupt
        done.append(1)
        return page(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(moves, "_migrate_page", killed)
    with pytest.raises(KeyboardInterrupt):
        migrate(database, target, "grace", TODAY)
    assert {version_of(under_way, "A1")[1], version_of(under_way, "B1")[1]} == {1, 2}
    monkeypatch.setattr(moves, "_migrate_page", page)
    assert migrate(database, target, "grace", TODAY)["migrated"] == 1
    for number in ("A1", "B1"):
        assert [kind for _, kind, _ in history(database, number)].count("schedule_changed") == 1


def test_a_coming_version_is_withdrawn_by_returning_to_the_one_in_force(under_way: Practice) -> None:
    sooner = TEXT.replace("{day: 60}", "{day: 50}")
    publish_new(under_way, sooner, from_on=TODAY + timedelta(days=7))
    database = under_way.database
    with database.reading() as conn:
        before = {row["version"]: row["state"] for row in list_schedules(conn, TODAY) if row["schedule"] == NAME}
    assert before == {1: "in_force", 2: "coming"}
    with database.transaction(actor="grace", business_date=TODAY) as tx:
        roll_back(tx, NAME, 1, shelf=under_way.shelf, reason="not after all")
    for on in (TODAY, TODAY + timedelta(days=30)):
        with database.reading() as conn:
            states = {row["version"]: row["state"] for row in list_schedules(conn, on) if row["schedule"] == NAME}
            assert version_in_force(conn, NAME, on).version == 3  # type: ignore[union-attr]
        assert states == {1: "retired", 2: "retired", 3: "in_force"}, "it never takes effect, and is not said to"


def test_each_version_of_the_history_is_compared_with_the_one_in_force_then(under_way: Practice) -> None:
    publish_new(under_way, TEXT.replace("{day: 60}", "{day: 50}"), from_on=TODAY + timedelta(days=7))
    publish_new(under_way, TEXT.replace("{day: 60}", "{day: 55}"))
    with under_way.database.reading() as conn:
        said = {line["version"]: line["sentence"] for line in history_of(conn, NAME) if line["what"] == "published"}
    assert "Reminder 2 moves from day 60 to day 50." in said[2]
    assert "Reminder 2 moves from day 60 to day 55." in said[3]
