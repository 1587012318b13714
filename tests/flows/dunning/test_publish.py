"""A schedule is in force from its day on and not before; work goes to a role that somebody has."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from flows.dunning.versions.publish import SHIPPED, publish
from flows.dunning.versions.queries import list_schedules
from flows.practice import Practice
from flows.schedules.check import problems_of
from flows.schedules.schedule_file import build, read_source
from flows.settings.tables.yaml_text import BadSchedule
from flows.stages import run_stage
from models.errors import Refused
from tests.small_book import LETTERS, publish_shipped, rows, someone, take_in

TEXT = Path(SHIPPED / "patient-balance.yaml").read_text()
NAME = "patient-balance"
TODAY, MONDAY = date(2026, 2, 5), date(2026, 2, 9)


def versions(practice: Practice) -> list[int]:
    query = "SELECT v.version FROM enrollment e JOIN schedule_version v ON v.id = e.schedule_version_id ORDER BY e.account_id"
    return [row.version for row in rows(practice.database, query)]


def publish_from(practice: Practice, text: str, from_on: date) -> None:
    with practice.database.transaction(actor="grace", business_date=TODAY) as tx:
        publish(tx, read_source(text, "mine.yaml"), text, letters=LETTERS, from_on=from_on, reason="too late so far")


def test_accounts_enter_a_version_from_its_day_on_and_not_before(practice: Practice) -> None:
    publish_shipped(practice.database)
    publish_from(practice, TEXT.replace("{day: 60}", "{day: 55}"), MONDAY)
    take_in(practice.database, [someone("Ann", "A1", first=date(2026, 1, 5))], TODAY)
    run_stage(practice, "enter", date(2026, 2, 6))
    assert versions(practice) == [1], "on Friday the version before is in force"
    take_in(practice.database, [someone("Bo", "B1", first=date(2026, 1, 5), phone="937-555-0102")], date(2026, 2, 6))
    run_stage(practice, "enter", MONDAY)
    assert versions(practice) == [1, 2]
    with practice.database.reading() as conn:
        friday = {
            one["version"]: one["present"] for one in list_schedules(conn, date(2026, 2, 6)) if one["schedule"] == NAME
        }
        newest = list_schedules(conn, MONDAY)[0]
    assert friday == {1: True, 2: False}, "what is listed as present is what accounts enter"
    assert newest["present"]
    assert (newest["version"], newest["in_force_on"], newest["reason"]) == (2, MONDAY, "too late so far")


def test_a_wider_schedule_takes_the_waiting_accounts_on_its_first_day(practice: Practice) -> None:
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Ann", "A1", first=date(2026, 1, 5), cents=8_00)], TODAY)
    run_stage(practice, "enter", TODAY)
    assert versions(practice) == [], "under ten dollars"
    publish_from(practice, TEXT.replace("at_least: 10.00", "at_least: 5.00"), MONDAY)
    run_stage(practice, "enter", date(2026, 2, 6))
    assert versions(practice) == []
    run_stage(practice, "enter", date(2026, 2, 10))
    assert versions(practice) == [2], "a day that was left out changes nothing"


def test_no_schedule_is_in_force_from_a_day_that_is_over(practice: Practice) -> None:
    with pytest.raises(Refused, match="is in the past"):
        publish_from(practice, TEXT, date(2026, 2, 1))


def test_work_for_a_role_that_nobody_has_is_refused() -> None:
    with pytest.raises(BadSchedule, match="role"):
        read_source(
            TEXT.replace("kind: placement-review, role: manager", "kind: placement-review, role: janitor"), "x.yaml"
        )


def test_the_shipped_schedule_with_agencies_is_the_other_one_with_a_gate_before_the_placement() -> None:
    with_agency = (SHIPPED / "patient-balance-agency.yaml").read_text("utf-8")
    built = build(read_source(with_agency, "with.yaml").words)
    plain = build(read_source(TEXT, "plain.yaml").words)
    assert [step.id for step in built.steps] == [*(step.id for step in plain.steps), "place"]
    assert built.gates == ("review",)
    without = replace(
        built, steps=plain.steps, gates=(), position={name: n for name, n in built.position.items() if name != "place"}
    )
    assert without == plain
    found = problems_of(read_source(with_agency, "with.yaml"), letters=LETTERS, pools=("primary",))
    assert found == []
