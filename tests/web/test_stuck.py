"""The page of accounts that cannot move: by reason, each reason's accounts, and one action on those that are ticked."""

from datetime import timedelta

from models.user_enums import Role
from tests.small_book import rows, someone, take_in
from tests.web.site import DAY, Site, key_of


def stuck(site: Site) -> Site:
    """A site at which Medicaid and QMB accounts wait."""
    people = [
        someone("Mia", "Mia-1", payer_class="medicaid"),
        someone("Max", "Max-1", payer_class="medicaid"),
        someone("Quin", "Quin-1", payer_class="qmb"),
    ]
    take_in(site.practice.database, people, DAY - timedelta(days=1))
    with site.practice.database.transaction(actor="test", business_date=DAY) as tx:
        # As after a night in which no schedule took them.
        tx.conn.exec_driver_sql("UPDATE account SET review_on = NULL WHERE payer_class IN ('medicaid', 'qmb')")
    return site


def test_reasons_are_listed_with_accounts_and_dollars(site: Site) -> None:
    text = stuck(site).as_(Role.CLERK).get("/stuck").text
    assert "Stuck accounts: 3" in text
    assert "No schedule for Medicaid accounts" in text
    assert "$240.00" in text


def test_the_accounts_of_a_reason_are_shown_and_the_look_is_recorded(site: Site) -> None:
    clerk = stuck(site).as_(Role.CLERK)
    before = len(rows(site.practice.database, "SELECT 1 FROM patient_view"))
    text = clerk.get("/stuck/accounts?reason=payer:medicaid").text
    assert "Mia-1" in text and "Max-1" in text and "Quin-1" not in text
    assert len(rows(site.practice.database, "SELECT 1 FROM patient_view")) == before + 2


def test_what_is_ticked_is_billed_and_nothing_else(site: Site) -> None:
    clerk = stuck(site).as_(Role.CLERK)
    said = clerk.submit("/stuck/act", stuck_for="payer:medicaid", act="bill", why="eligible")
    assert "Select one or more accounts" in said.text
    clerk.submit("/stuck/act", stuck_for="payer:medicaid", act="bill", why="eligible", numbers="Mia-1")
    (task,) = rows(site.practice.database, "SELECT reason FROM task WHERE kind = 'bill-payer'")
    assert task.reason.startswith("Bill Medicaid; filing deadline")


def test_a_clerk_writes_nothing_off(site: Site) -> None:
    clerk = stuck(site).as_(Role.CLERK)
    said = clerk.submit("/stuck/act", stuck_for="payer:qmb", act="write_off", why="crossover paid", everyone="yes")
    assert "nly a manager can write off" in said.text
    assert 'value="write_off"' not in clerk.get("/stuck/accounts?reason=payer:qmb").text


def test_a_program_reads_the_same_list(site: Site) -> None:
    stuck(site)
    program, key = site.as_(Role.CLERK), key_of(site, Role.CLERK)
    reasons = program.get("/api/stuck", headers=key).json()
    assert {one["reason"]: one["accounts"] for one in reasons} == {"payer:medicaid": 2, "payer:qmb": 1}
    (one,) = program.get("/api/stuck?reason=payer:qmb", headers=key).json()
    assert (one["number"], one["balance_cents"]) == ("Quin-1", 120_00)


def test_a_collector_has_no_business_there(site: Site) -> None:
    assert stuck(site).as_(Role.COLLECTOR).get("/stuck").status_code == 403
