"""The API: what programs may do by their key; and a tester that sends it everything its own description allows."""

from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from flows.dunning.versions.queries import schedule_text
from flows.users.keys import revoke_token
from models.user_enums import Role
from tests.small_book import account_of, rows
from tests.web.site import DAY, NOON, Browser, Site, key_of


def test_a_practice_system_posts_a_payment_once(site_anywhere: Site) -> None:
    site = site_anywhere
    program, key = Browser(site.app), key_of(site, Role.CLERK)
    sent = {"amount_cents": 50_00, "reference": "pms-1", "on": "2026-02-16"}
    got = program.post("/api/accounts/Cleo-1/payments", json=sent, headers=key).json()
    assert got == {
        "number": "Cleo-1",
        "already_posted": False,
        "balance_cents": 250_00,
        "settled": False,
        "possible_duplicate_of": None,
    }
    assert program.post("/api/accounts/Cleo-1/payments", json=sent, headers=key).json()["already_posted"]
    assert account_of(site.practice.database, "Cleo-1").balance_cents == 250_00
    posted = rows(
        site.practice.database,
        "SELECT actor FROM account_event WHERE kind = 'ledger_posted' ORDER BY at DESC, seq DESC",
    )
    assert posted[0].actor == "dialler"


def test_a_practice_system_names_an_insurance_and_says_what_became_of_it(site: Site) -> None:
    program, key = Browser(site.app), key_of(site, Role.CLERK)
    at = "/api/accounts/Cleo-1/insurance"
    told = {"payer": "Medicare", "payer_class": "medicare", "member_id": "1EG4-TE5-MK73", "source": "intake form"}
    assert program.post(at, json=told, headers=key).json() == {"insurance": 1, "already_known": False}
    assert program.post(at, json=told, headers=key).json() == {"insurance": None, "already_known": True}
    now = program.post("/api/insurance/1", json={"state": "billed", "on": "2026-02-16"}, headers=key).json()
    assert now == {"insurance": 1, "state": "billed", "number": "Cleo-1", "payer_class": "medicare"}
    nothing = program.post("/api/insurance/1", json={"state": "answered"}, headers=key)
    assert (nothing.status_code, "nter the decision" in nothing.json()["error"]) == (422, True)
    program.post("/api/insurance/1", json={"state": "answered", "says": "paid $80.00"}, headers=key)
    (one,) = program.get(at, headers=key).json()
    assert (one["state"], one["ended_why"]) == ("answered", "paid $80.00")
    assert program.post("/api/insurance/9", json={"state": "billed"}, headers=key).status_code == 404


def test_a_lockbox_takes_a_payment_back(site: Site) -> None:
    program, key = Browser(site.app), key_of(site, Role.CLERK)
    sent = {"amount_cents": 50_00, "reference": "pms-1", "on": "2026-02-16"}
    program.post("/api/accounts/Cleo-1/payments", json=sent, headers=key)
    back = {"reference": "pms-1", "reason": "insufficient funds"}
    got = program.post("/api/accounts/Cleo-1/payments/back", json=back, headers=key)
    assert got.json() == [{"number": "Cleo-1", "amount_cents": 50_00}]
    assert program.post("/api/accounts/Cleo-1/payments/back", json=back, headers=key).status_code == 409
    assert account_of(site.practice.database, "Cleo-1").balance_cents == 300_00


def test_a_dialler_takes_a_call_and_says_how_it_ended(site: Site) -> None:
    program, key = Browser(site.app), key_of(site, Role.COLLECTOR)
    with site.practice.database.transaction(actor="test", business_date=DAY) as tx:
        tx.conn.exec_driver_sql("UPDATE task SET assigned_to = NULL")
    listed = program.get("/api/calls", headers=key).json()
    assert len(listed) == 3
    assert all(one["open_now"] for one in listed)
    taken = program.post("/api/calls/next", headers=key).json()
    assert taken["taken_by"] == "dialler"
    other = program.post(f"/api/calls/{taken['task']}/take", headers=key_of(site, Role.COLLECTOR, name="other"))
    assert other.status_code == 409
    written = program.post(f"/api/calls/{taken['task']}/disposition", json={"code": "voicemail"}, headers=key).json()
    assert [one["actor"] for one in written] == ["dialler"] * len(written)
    assert written


def test_a_key_that_was_revoked_or_is_none_opens_nothing(site: Site) -> None:
    program, key = Browser(site.app), key_of(site, Role.CLERK)
    assert program.get("/api/accounts/Cleo-1", headers=key).status_code == 200
    with site.practice.database.transaction(actor="ada", business_date=DAY) as tx:
        revoke_token(tx, "dialler", NOON)
    assert program.get("/api/accounts/Cleo-1", headers=key).status_code == 401
    assert program.get("/api/accounts/Cleo-1", headers={"Authorization": "Bearer x"}).status_code == 401
    assert site.as_(Role.CLERK).get("/api/accounts/Cleo-1").status_code == 401


def test_what_is_refused_is_told_in_a_sentence_and_what_was_sent_is_not_sent_back(site: Site) -> None:
    program, key = Browser(site.app), key_of(site, Role.CLERK)
    assert "no account" in program.get("/api/accounts/None-1", headers=key).json()["error"]
    wrong = program.post("/api/accounts/Cleo-1/payments", json={"amount_cents": "secret"}, headers=key)
    assert wrong.status_code == 422
    assert "secret" not in wrong.text
    assert program.post("/api/accounts/Cleo-1/holds", json={"kind": "because"}, headers=key).status_code == 422


def test_what_a_program_was_given_is_in_the_log(site: Site) -> None:
    Browser(site.app).get("/api/accounts/Cleo-1", headers=key_of(site, Role.CLERK))
    (seen,) = rows(site.practice.database, "SELECT user_name, what, about FROM patient_view")
    assert tuple(seen) == ("dialler", "api", "account")


def test_the_description_is_for_who_has_a_key(site: Site) -> None:
    program = Browser(site.app)
    assert program.get("/api/openapi.json").status_code == 401
    described = program.get("/api/openapi.json", headers=key_of(site, Role.MAIL_ROOM)).json()
    assert "/accounts/{number}" in described["paths"]


def test_wrong_keys_are_recorded_and_limited_and_a_right_one_goes_on(site: Site) -> None:
    program, right = Browser(site.app), key_of(site, Role.CLERK)
    wrong = {"Authorization": "Bearer pastdue_nobodys"}
    statuses = [program.get("/api/accounts/Cleo-1", headers=wrong).status_code for _ in range(32)]
    assert statuses == [401] * 30 + [429] * 2
    logged = rows(site.practice.database, "SELECT name, outcome FROM sign_in")
    assert [tuple(row) for row in logged] == [("(a key)", "wrong")] * 30
    assert program.get("/api/accounts/Cleo-1", headers=right).status_code == 200


def test_when_a_key_was_used_last_is_on_the_page_of_users(site: Site) -> None:
    key = key_of(site, Role.CLERK)
    ada = site.as_(Role.ADMIN)
    assert "never used" in ada.get("/users").text
    Browser(site.app).get("/api/accounts/Cleo-1", headers=key)
    assert "last used Feb 17, 2026" in ada.get("/users").text


@pytest.fixture
def everything(site: Site) -> tuple[FastAPI, dict[str, str]]:
    """The API with a key that may do all of it."""
    return site.app, key_of(site, Role.COLLECTOR, Role.CLERK, Role.ESTATE_DESK, Role.MANAGER)


def test_whatever_its_description_allows_never_breaks_it(everything: tuple[FastAPI, dict[str, str]]) -> None:
    app, key = everything
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app, headers=key)
    tried: set[str] = set()

    for operation in schema.get_all_operations():
        _try_each(operation.ok().as_strategy(), key, tried)
    assert len(tried) == 80


def _try_each(strategy: Any, key: dict[str, str], tried: set[str]) -> None:
    @given(case=strategy)
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    def one(case: Any) -> None:
        tried.add(f"{case.method} {case.path}")
        case.call_and_validate(
            headers=key, checks=[not_a_server_error, response_schema_conformance, status_code_conformance]
        )

    one()


def test_a_schedule_is_published_compared_paused_and_rolled_back_by_a_program(site: Site) -> None:
    program, manager = Browser(site.app), key_of(site, Role.MANAGER)
    with site.practice.database.reading() as conn:
        text = schedule_text(conn, "calls").text.replace("{day: 80}", "{day: 70}")
    sent = {"text": text, "reason": "sooner", "starts": "2026-02-23"}
    got = program.post("/api/schedules/publish", json=sent, headers=manager).json()
    assert got == {"schedule": "calls", "version": 2, "pending": False}
    wrong = program.post("/api/schedules/publish", json={**sent, "text": "schedule: x"}, headers=manager)
    assert wrong.status_code in (409, 422) and "steps" in wrong.json()["error"]
    (change,) = program.get("/api/schedules/calls/diff?one=1&two=2", headers=manager).json()
    assert change["sentence"] == "Reminder 1 moves from day 80 to day 70."
    states = {one["version"]: one["state"] for one in program.get("/api/schedules", headers=manager).json()}
    assert states == {1: "in_force", 2: "coming"}
    decision = {"decision": "pause", "reason": "counsel"}
    assert program.post("/api/schedules/calls/decisions", json=decision, headers=manager).status_code == 200
    back = program.post("/api/schedules/calls/rollback", json={"version": 1, "reason": "no"}, headers=manager)
    assert back.json()["version"] == 3
    lines = program.get("/api/schedules/calls/history", headers=manager).json()
    assert next(one["what"] for one in lines) == "rolled_back"
