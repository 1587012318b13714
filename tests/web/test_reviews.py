"""Reviews in the browser: a manager sees what waits, with names and totals, and approves or keeps what is ticked."""

import re
from datetime import timedelta

import pytest

from models.user_enums import Role
from tests.flows.agency_handoff.agencies import publish, terms_text
from tests.flows.dunning.gates import GATED
from tests.small_book import publish_text, rows, run_days, someone, take_in
from tests.web.site import DAY, Browser, Site
from tests.web.site import key_of as program_key

BILLED = DAY - timedelta(days=70)


@pytest.fixture
def waiting(site: Site) -> Site:
    """Two people whose accounts wait for a review."""
    database = site.practice.database
    publish(database, terms_text(), terms_text("beacon", tier="2"))
    publish_text(database, GATED.replace("day: 60", "day: 40").replace("day: 65", "day: 45"))
    take_in(database, [someone("Rosa", "R1", BILLED), someone("Tom", "T1", BILLED, 40_000)], BILLED)
    run_days(site.practice, DAY - timedelta(days=35), DAY, ("enter", "advance"))
    return site


def states(site: Site) -> dict[str, str]:
    query = "SELECT a.number, r.state FROM gate_review r JOIN account a ON a.id = r.account_id"
    return {row[0]: row[1] for row in rows(site.practice.database, query)}


def key_of(text: str, number: str) -> str:
    found = re.search(rf'value="(\d+)" id="v-\d+"\s+aria-label="Select {number} ', text)
    assert found is not None
    return found.group(1)


def test_a_manager_sees_who_waits_and_what_it_comes_to_and_that_it_is_recorded(waiting: Site) -> None:
    grace = waiting.as_(Role.MANAGER)
    text = grace.get("/house/reviews").text
    assert "Waiting for review: 2, $520.00" in text
    assert "Rosa Tester" in text
    assert "Maple Street Clinic" in text
    assert "If approved: placement (pool primary)" in text
    assert "days late" in text
    seen = rows(
        waiting.practice.database, "SELECT count(*) FROM patient_view WHERE user_name = 'grace' AND what = 'tasks'"
    )
    assert seen[0][0] == 2
    assert "2 accounts</a>" in grace.get("/house").text
    assert "2 accounts</a> waiting" in grace.get("/house/approvals").text


def test_what_is_ticked_is_approved_and_what_is_ticked_is_kept_with_a_reason(waiting: Site) -> None:
    grace = waiting.as_(Role.MANAGER)
    text = grace.get("/house/reviews").text
    assert grace.submit("/house/reviews", verdict="approve").status_code == 422
    assert grace.submit("/house/reviews", review=key_of(text, "T1"), verdict="approve").status_code == 200
    assert grace.submit("/house/reviews", review=key_of(text, "R1"), verdict="keep", reason="").status_code == 422
    grace.submit("/house/reviews", review=key_of(text, "R1"), verdict="keep", reason="pays each month")
    assert states(waiting) == {"T1": "approved", "R1": "kept"}
    assert "kept in house by grace" in grace.get("/house/reviews?which=kept").text


def test_a_review_is_not_ticked_off_as_done_and_only_a_manager_decides(waiting: Site) -> None:
    task = rows(waiting.practice.database, "SELECT id FROM task WHERE kind = 'placement-review' ORDER BY id")[0][0]
    answer = waiting.as_(Role.MANAGER).submit(f"/tasks/{task}/done", outcome="looked at it")
    assert "pprove it or keep it in house" in answer.text
    clerk = waiting.as_(Role.CLERK)
    assert clerk.get("/house/reviews").status_code == 403
    assert clerk.submit("/house/reviews", review="1", verdict="approve").status_code == 403
    assert set(states(waiting).values()) == {"waiting"}


def test_a_program_lists_approves_and_keeps_reviews_in_the_role_of_a_manager(waiting: Site) -> None:
    program, key = Browser(waiting.app), program_key(waiting, Role.MANAGER)
    found = {one["account"]: one for one in program.get("/api/reviews", headers=key).json()}
    assert {number: one["balance_cents"] for number, one in found.items()} == {"R1": 120_00, "T1": 400_00}
    assert found["R1"]["goes_to"] == "primary"
    assert rows(waiting.practice.database, "SELECT count(*) FROM patient_view WHERE about = 'reviews'")[0][0] == 2
    rosa, tom = {"reviews": [found["R1"]["id"]]}, {"reviews": [found["T1"]["id"]]}
    short = program.post("/api/reviews/keep", json={**rosa, "reason": "x"}, headers=key)
    assert (short.status_code, set(states(waiting).values())) == (422, {"waiting"})
    kept = program.post("/api/reviews/keep", json={**rosa, "reason": "pays each month"}, headers=key)
    assert kept.json() == {"decided": "kept", "accounts": ["R1"], "balance_cents": 120_00}
    assert program.post("/api/reviews/approve", json=tom, headers=key).json()["accounts"] == ["T1"]
    assert states(waiting) == {"R1": "kept", "T1": "approved"}
    again = program.post("/api/reviews/approve", json=tom, headers=key)
    assert (again.status_code, "can no longer be decided" in again.json()["error"]) == (409, True)
    assert [one["account"] for one in program.get("/api/reviews?state=kept", headers=key).json()] == ["R1"]
    clerks = program_key(waiting, Role.CLERK, name="clerk")
    assert program.get("/api/reviews", headers=clerks).status_code == 403
    assert program.post("/api/reviews/approve", json=rosa, headers=clerks).status_code == 403
    assert (
        program.post("/api/reviews/keep", json={**tom, "reason": "pays each month"}, headers=clerks).status_code == 403
    )
    assert states(waiting) == {"R1": "kept", "T1": "approved"}
