"""Reviews in the browser: a manager sees what waits, with names and totals, and approves or keeps what is ticked."""

import re
from datetime import timedelta

import pytest

from flows.dunning.reviews.background import backgrounds
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from models import Arrangement, ArrangementAccount, Promise
from models.enums import ArrangementState, LedgerKind
from models.user_enums import Role
from tests.flows.agency_handoff.agencies import publish, terms_text
from tests.flows.dunning.gates import GATED
from tests.small_book import account_of, publish_text, rows, run_days, someone, take_in
from tests.statements import statements
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
    assert text.count("Not enough history") == 2, "no agency had an account for 90 days yet"
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
    assert "kept in house by Grace" in grace.get("/house/reviews?which=kept").text


def test_selected_accounts_are_kept_until_a_day_written_off_or_approved_for_another_pool(waiting: Site) -> None:
    grace = waiting.as_(Role.MANAGER)
    text = grace.get("/house/reviews").text
    rosa, tom = key_of(text, "R1"), key_of(text, "T1")
    until = DAY + timedelta(days=30)
    page, reason = "/house/reviews", "pays each month"
    assert 'data-all="review"' in text
    early = grace.submit(page, review=rosa, verdict="keep", reason=reason, until=str(DAY))
    assert (early.status_code, "is not after today" in early.text) == (422, True)
    assert grace.submit(page, review=rosa, verdict="write_off", reason="").status_code == 422
    assert grace.submit(page, review=tom, verdict="pool").status_code == 422
    unknown = grace.submit(page, review=tom, verdict="pool", pool="third")
    assert "he pools are primary, secondary" in unknown.text
    assert grace.submit(page, review=tom, verdict="sell").status_code == 422
    assert set(states(waiting).values()) == {"waiting"}
    grace.submit(page, review=rosa, verdict="keep", reason=reason, until=str(until))
    grace.submit(page, review=tom, verdict="pool", pool="secondary", reason="primary had it before")
    assert states(waiting) == {"R1": "kept", "T1": "approved"}
    kept = grace.get("/house/reviews?which=kept").text
    assert f"until {until:%b} {until.day}, {until.year}: {reason}" in kept
    assert rows(waiting.practice.database, "SELECT pool FROM gate_review WHERE state = 'approved'")[0][0] == "secondary"
    grace.submit(page, review=rosa, verdict="write_off", reason="too old to collect")
    assert states(waiting)["R1"] == "written_off"
    owed = "SELECT balance_cents, state FROM account WHERE number = 'R1'"
    assert tuple(rows(waiting.practice.database, owed)[0]) == (0, "written_off")
    again = grace.submit(page, review=rosa, verdict="write_off", reason="too old to collect")
    assert "can no longer be decided" in again.text
    assert len(rows(waiting.practice.database, "SELECT id FROM ledger_entry WHERE kind = 'write_off'")) == 1


def shown(text: str) -> list[str]:
    return re.findall(r'aria-label="Select (\w+) ', text)


def test_the_list_is_sorted_and_filtered_and_a_wrong_filter_is_refused(waiting: Site) -> None:
    grace = waiting.as_(Role.MANAGER)
    assert shown(grace.get("/house/reviews?sort=balance").text) == ["T1", "R1"]
    assert shown(grace.get("/house/reviews?sort=balance&order=least").text) == ["R1", "T1"]
    assert sorted(shown(grace.get("/house/reviews?sort=age").text)) == ["R1", "T1"]
    assert shown(grace.get("/house/reviews?sort=expected").text) == ["T1", "R1"]
    assert shown(grace.get("/house/reviews?at_least=200").text) == ["T1"]
    assert "No account matches the filter" in grace.get("/house/reviews?creditor=nobody").text
    text = grace.get("/house/reviews?at_least=200&sort=age").text
    assert "Waiting for review: 1, $400.00" in text
    assert '<a href="?which=waiting&amp;at_least=200&amp;sort=balance">Balance</a>' in text
    assert 'aria-sort="descending"' in text
    for wrong in ("at_least=lots", "sort=name", "which=all", "order=down"):
        assert grace.get(f"/house/reviews?{wrong}").status_code == 409, wrong


def test_the_list_shows_payments_contacts_promises_and_plans(waiting: Site) -> None:
    database = waiting.practice.database
    rosa = account_of(database, "R1")
    with database.transaction(actor="clerk", business_date=DAY) as tx:
        post(tx, [Entry(rosa.id, DAY, LedgerKind.PATIENT_PAYMENT, -20_00, "test", "1")])
        who = {"guarantor_id": rosa.guarantor_id, "creditor_id": rosa.creditor_id}
        promise = {"amount_cents": 1, "made_on": DAY, "due_on": DAY, "judge_on": DAY, "paid_cents": 0, **who}
        for number, state in enumerate(("kept", "kept", "broken", "replaced"), 901):
            tx.insert(Promise, [{"id": number, "state": state, **promise}])
        plan = {"terms": "t", "total_cents": 1, "frequency": "monthly", "grace_days": 5, "broken_after_missed": 2}
        made = {"id": 901, "state": "broken", "made_on": DAY, "made_by": "kim", **plan, **who}
        tx.insert(Arrangement, [made])
        tx.insert(ArrangementAccount, [{"arrangement_id": 901, "account_id": rosa.id, "amount_cents": 1}])
    with database.reading() as conn:
        one = backgrounds(conn, [rosa.id])[rosa.id]
    assert (one.paid_on, one.paid_cents) == (DAY, 20_00)
    assert (one.promises_kept, one.promises_made, one.plan) == (2, 3, ArrangementState.BROKEN)
    text = waiting.as_(Role.MANAGER).get("/house/reviews").text
    assert f"{DAY:%b} {DAY.day}, {DAY.year}, $20.00" in text
    assert '<td data-label="Plan">Broken</td>' in text
    assert "2 of 3" in text


def test_the_list_is_not_read_row_by_row(waiting: Site) -> None:
    grace, database = waiting.as_(Role.MANAGER), waiting.practice.database
    with statements(database) as few:
        assert len(shown(grace.get("/house/reviews").text)) == 2
    more = [someone(f"Pat{n}", f"P{n}", BILLED) for n in range(30)]
    take_in(database, more, BILLED)
    run_days(waiting.practice, DAY - timedelta(days=35), DAY, ("enter", "advance"))
    with statements(database) as many:
        assert len(shown(grace.get("/house/reviews").text)) == 32
    assert len(many) <= len(few) + 1


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


def test_a_program_keeps_until_a_day_writes_off_and_places_with_another_pool(waiting: Site) -> None:
    program, key = Browser(waiting.app), program_key(waiting, Role.MANAGER)
    found = {one["account"]: one["id"] for one in program.get("/api/reviews", headers=key).json()}
    rosa, tom = {"reviews": [found["R1"]]}, {"reviews": [found["T1"]]}
    until = {"reason": "pays each month", "until": str(DAY + timedelta(days=30))}
    past = program.post("/api/reviews/keep", json={**rosa, **until, "until": str(DAY)}, headers=key)
    assert (past.status_code, "is not after today" in past.json()["error"]) == (422, True)
    assert program.post("/api/reviews/keep", json={**rosa, **until}, headers=key).json()["decided"] == "kept"
    (kept,) = program.get("/api/reviews?state=kept", headers=key).json()
    assert kept["until_on"] == until["until"]
    reason = {"reason": "too old to collect"}
    off = program.post("/api/reviews/write-off", json={**rosa, **reason}, headers=key)
    assert off.json() == {"decided": "written_off", "accounts": ["R1"], "balance_cents": 120_00}
    assert program.post("/api/reviews/write-off", json={**rosa, **reason}, headers=key).status_code == 409
    assert program.post("/api/reviews/place", json={**tom, "pool": "third"}, headers=key).status_code == 404
    placed = program.post("/api/reviews/place", json={**tom, "pool": "secondary"}, headers=key)
    assert placed.json()["decided"] == "approved"
    assert states(waiting) == {"R1": "written_off", "T1": "approved"}
    clerks = program_key(waiting, Role.CLERK, name="clerk")
    for path, more in (("write-off", reason), ("place", {"pool": "secondary"}), ("keep", until)):
        assert program.post(f"/api/reviews/{path}", json={**tom, **more}, headers=clerks).status_code == 403
