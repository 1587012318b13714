"""What a monitor reads: whether the workspace is up and ready, and figures without anybody's data."""

from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from models.environment import Operator
from models.user_enums import Role
from tests.small_book import rows
from tests.web.site import DAY, NOON, Browser, Site, site_of

KEY = {"Authorization": "Bearer a-long-random-key-of-a-monitor"}


@pytest.fixture
def watched(site: Site) -> Site:
    """A site whose operator has a monitor."""
    settings = replace(site.practice.settings, operator=Operator(metrics_key="a-long-random-key-of-a-monitor"))
    return site_of(replace(site.practice, settings=settings))


def figures(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    return {
        (one.name, tuple(one.labels.values())): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_the_process_is_up_and_the_workspace_ready(site: Site) -> None:
    browser = Browser(site.app)
    assert browser.get("/healthz").json() == {"status": "ok"}
    ready = browser.get("/readyz").json()
    assert (ready["status"], ready["database"], ready["revision"], ready["disk"]) == ("ok", "ok", "ok", "ok")


def test_a_night_that_was_missed_is_reported_and_the_workspace_stays_ready(site: Site) -> None:
    with site.practice.database.engine.begin() as conn:
        conn.exec_driver_sql(f"INSERT INTO day_stage VALUES ('{DAY}', 'call_list', '{{}}') ON CONFLICT DO NOTHING")
    site.now.at = NOON + timedelta(days=4)
    got = Browser(site.app).get("/readyz")
    assert got.status_code == 200 and got.json()["last_night"] == "missed"


def test_without_its_database_the_process_is_up_and_not_ready(site: Site) -> None:
    with site.practice.database.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    browser = Browser(site.app)
    assert browser.get("/healthz").status_code == 200
    got = browser.get("/readyz")
    assert got.status_code == 503 and got.json()["revision"] == "not the one of this version"


def test_figures_need_the_monitors_key_which_opens_nothing_else(watched: Site) -> None:
    browser = Browser(watched.app)
    assert browser.get("/metrics").status_code == 401
    assert browser.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 401
    assert watched.as_(Role.MANAGER).get("/metrics").status_code == 401
    assert browser.get("/metrics", headers=KEY).status_code == 200
    assert browser.get("/api/accounts", headers=KEY).status_code in (401, 404)
    assert "Sign in" in browser.get("/tasks", headers=KEY).text


def test_without_a_key_there_are_no_figures(site: Site) -> None:
    assert Browser(site.app).get("/metrics", headers=KEY).status_code == 404


def test_figures_count_tasks_and_requests_and_name_no_one(watched: Site) -> None:
    site = watched
    maria, browser = site.as_("maria"), Browser(site.app)
    task = rows(site.practice.database, "SELECT id FROM task WHERE kind = 'call' ORDER BY id")[0].id
    for _ in range(3):
        maria.get(f"/calls/{task}")
    maria.get("/no-such-page/ada-1970")
    text = browser.get("/metrics", headers=KEY).text
    found = figures(text)
    assert found["pastdue_tasks_open", ("call",)] == 3
    assert found["pastdue_requests_total", ("GET", "/calls/{task}", "200")] == 3
    assert found["pastdue_requests_total", ("GET", "unknown", "404")] == 1
    assert found["pastdue_request_seconds_count", ("/calls/{task}",)] == 3
    assert found["pastdue_print_batches_held", ()] == 0
    names = rows(site.practice.database, "SELECT first_name, last_name, phone, address1 FROM person")
    for row in names:
        assert not [one for one in row if one and one in text], "a person's data"
    assert "1970" not in text


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_leaves_no_session_and_no_record(site: Site, path: str) -> None:
    before = rows(site.practice.database, "SELECT count(*) AS n FROM sign_in")[0].n
    assert "set-cookie" not in Browser(site.app).get(path).headers
    assert rows(site.practice.database, "SELECT count(*) AS n FROM sign_in")[0].n == before
