"""The manager's experiments in the browser and by the API: planned, started, followed, ended."""

from datetime import timedelta
from typing import Any

import pytest

from flows.dunning.experiments.commands import ArmWanted, ExperimentWanted, plan, start
from models.user_enums import Role
from tests.small_book import rows, run_days, someone, take_in
from tests.web.site import DAY, Browser, Site
from tests.web.site import key_of as program_key
from tests.web.test_schedules import draft_of
from web.pages import experiments as pages

FORM = {"name": "sooner", "reason": "Find out", "days": 30, "follow_days": 60, "difference": "5.00", "holdout": 10}


@pytest.fixture
def manager(site: Site) -> Browser:
    return site.as_(Role.MANAGER)


def changed_draft(manager: Browser) -> str:
    """The key of a draft with the second step on another day."""
    draft = draft_of(manager)
    manager.submit(f"{draft}/steps/reminder-1/move", days=70, seen=manager.seen(draft))
    return f"draft:{draft.rsplit('/', 1)[1]}"


def test_a_draft_is_tried_against_the_version_in_force(site: Site, manager: Browser) -> None:
    assert "There is nothing to try yet" in manager.get("/experiments").text
    key = changed_draft(manager)
    assert "There is nothing to try yet" not in manager.get("/experiments").text
    shown = manager.submit("/experiments", arms=key, check="yes", **FORM)
    assert "The arms are compared once" in shown.text
    assert 'value="sooner"' in shown.text and "checked" in shown.text, "what was typed stays"
    assert not rows(site.practice.database, "SELECT 1 FROM experiment")
    got = manager.submit("/experiments", arms=key, **FORM)
    assert got.url.path == "/experiments/sooner"
    assert "Experiment started" in got.text
    assert "Reminder 1 moves from day 80 to day 70." in got.text
    assert "Held out" in got.text
    assert "Collected per account" not in got.text, "no amounts before the day"
    billed = DAY - timedelta(days=70)
    take_in(site.practice.database, [someone(f"E{n}", f"E{n}-0", billed, 9_000) for n in range(12)], DAY)
    run_days(site.practice, DAY, DAY, ("enter",))
    assert rows(site.practice.database, "SELECT COUNT(*) FROM experiment_account")[0][0] == 12
    assert "Running" in manager.get("/experiments").text
    ended = manager.submit("/experiments/sooner/stop", reason="Not now")
    assert "Stopped before its day" in ended.text
    assert "Not now" in ended.text


def test_what_it_takes_is_shown_before_it_has_a_name_and_a_reason(
    site: Site, manager: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, asked = changed_draft(manager), list[ExperimentWanted]()

    def counted_plan(conn: Any, wanted: ExperimentWanted, *more: Any) -> Any:
        asked.append(wanted)
        return plan(conn, wanted, *more)

    monkeypatch.setattr(pages, "plan", counted_plan)
    unnamed = {**FORM, "name": "", "reason": ""}
    shown = manager.submit("/experiments", arms=key, check="yes", **unnamed)
    assert "The arms are compared once" in shown.text and 'value="60"' in shown.text
    assert len(asked) == 1, "the plan is computed once"
    data = {"form_key": manager.key, "arms": key, "check": "yes", **unnamed}
    part = manager.post("/experiments", data=data, headers={"HX-Request": "true"})
    assert "The arms are compared once" in part.text and "<html" not in part.text, "it is shown in the form"
    assert "Name is required" in manager.submit("/experiments", arms=key, **unnamed).text
    assert "Reason is required" in manager.submit("/experiments", arms=key, **{**FORM, "reason": ""}).text
    assert not rows(site.practice.database, "SELECT 1 FROM experiment")


def test_a_manager_ends_it_on_its_day_with_a_winner(site: Site, manager: Browser) -> None:
    key = changed_draft(manager)
    manager.submit("/experiments", arms=key, **FORM)
    with site.practice.database.transaction(actor="test", business_date=DAY) as tx:
        tx.conn.exec_driver_sql(f"UPDATE experiment SET ready_on = '{DAY}', entry_until = '{DAY}'")
    page = manager.get("/experiments/sooner").text
    assert "Collected per account" in page and "has too few people to be compared" in page
    assert "Ready to decide" in manager.get("/experiments").text
    assert "is ready to decide" in manager.get("/house").text
    assert "is ready to decide" in manager.get("/house/approvals").text
    got = manager.submit("/experiments/sooner/stop", winner="2", reason="It is kinder")
    assert "Version 3 published." in got.text
    assert "version 2 published" in got.text


def test_wrong_forms_are_refused_in_words(manager: Browser) -> None:
    key = changed_draft(manager)
    assert "othing is selected to try" in manager.submit("/experiments", **FORM).text
    assert "owercase" in manager.submit("/experiments", arms=key, **{**FORM, "name": "Two words"}).text
    assert "not from 7 to 365" in manager.submit("/experiments", arms=key, **{**FORM, "days": 3}).text
    assert "here is no experiment" in manager.get("/experiments/none-such").text


def test_only_who_changes_schedules_starts_and_ends_one(site: Site) -> None:
    collector = site.as_(Role.COLLECTOR)
    assert collector.get("/experiments").status_code == 403
    assert collector.submit("/experiments", **FORM).status_code == 403


def test_a_program_starts_follows_and_stops_one(site: Site) -> None:
    database = site.practice.database
    text = str(rows(database, "SELECT text FROM schedule_version WHERE name = 'calls'")[0][0]).replace("80", "70")
    key, api = program_key(site, Role.MANAGER), Browser(site.app)
    body = {"name": "sooner", "schedule": "calls", "arms": [{"text": text}], "reason": "Find out"}
    started = api.post("/api/experiments", json=body, headers=key)
    assert started.status_code == 200, started.text
    assert started.json()["needed"] is None
    one = api.get("/api/experiments/sooner", headers=key).json()
    assert [arm["version"] for arm in one["arms"]] == [1, 2]
    assert one["arms"][0]["collected"] is None
    assert api.get("/api/experiments", headers=key).json()[0]["name"] == "sooner"
    again = api.post("/api/experiments", json={**body, "name": "again"}, headers=key)
    assert again.status_code == 409
    done = api.post("/api/experiments/sooner/stop", json={"reason": "Enough"}, headers=key)
    assert done.json() == {"name": "sooner", "published": None}


def test_a_started_experiment_is_named_on_the_page_of_its_schedule(site: Site, manager: Browser) -> None:
    text = str(rows(site.practice.database, "SELECT text FROM schedule_version WHERE name = 'calls'")[0][0])
    wanted = ExperimentWanted("sooner", "calls", [ArmWanted(text=text.replace("80", "70"))], "r")
    with site.practice.database.transaction(actor="grace", business_date=DAY) as tx:
        start(tx, wanted, site.practice.shelf)
    page = manager.get("/schedules/calls").text
    assert "For an experiment" in page
    assert 'href="/experiments/sooner"' in page
