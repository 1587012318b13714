"""The placement desk in the browser: what waits is released or declined together, with its totals before."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from httpx2 import Response

from flows.accounts.holds import NewHold, open_holds
from flows.agency_handoff.files.desk import agency_desk, layout_named
from flows.agency_handoff.files.writing import About, file_name
from flows.agency_handoff.nightly import hand_off
from flows.settings.commands import change_setting
from models.database import Database
from models.enums import AgencyFileKind, HoldKind
from models.user_enums import Role
from tests.flows.agency_handoff.agencies import (
    FIRST,
    TODAY,
    look,
    notices,
    open_tasks_of,
    payment,
    publish,
    remit,
    stay,
    terms_text,
    want,
    write,
)
from tests.small_book import account_of, rows, someone, take_in
from tests.web.site import Browser, Site


@pytest.fixture
def queued(site: Site) -> Site:
    """Two accounts above the review limit, one below it, and one that a dispute blocks."""
    database = site.practice.database
    site.now.at = datetime(TODAY.year, TODAY.month, TODAY.day, 17, tzinfo=UTC)
    publish(database, terms_text(), terms_text("beacon", tier="2"))
    people = [
        someone("Rosa", "R1", FIRST, 900_00),
        someone("Tom", "T1", FIRST, 700_00, payer_class="commercial"),
        someone("Lee", "L1", FIRST, 100_00),
        someone("Kim", "K1", FIRST, 200_00),
    ]
    take_in(database, people, FIRST)
    with database.transaction(actor="test", business_date=TODAY) as tx:
        change_setting(tx, "placement_review_over_cents", "50000")
        open_holds(tx, [NewHold(HoldKind.DISPUTE, account_id=account_of(database, "K1").id)])
    want(database, "R1", "T1", "K1")
    look(site.practice)
    want(database, "L1")
    return site


def sum_of(text: str, agency: str) -> tuple[str, str]:
    """The accounts and the balance of an agency in the table of totals."""
    cells = r'</th>\s*<td class="num" data-label="Accounts">(\S+)</td><td class="num" data-label="Balance">(\S+)</td>'
    found = re.search(re.escape(agency) + cells, text)
    assert found is not None
    return found[1], found[2]


def placement(site: Site, number: str) -> int:
    return stay(site.practice.database, number).id


def main(text: str) -> str:
    return text.split("<main")[1]


def row_of(text: str, number: str) -> str:
    """The line of the table that names an account."""
    return next(line for line in main(text).split("<tr>") if f">{number}</a>" in line)


def test_the_queue_says_what_waits_for_whom_by_which_rule_and_what_it_comes_to(queued: Site) -> None:
    text = queued.as_(Role.MANAGER).get("/agencies").text
    assert "Placement queue: 4, $1,900.00" in text
    assert "Waiting for approval (2)" in text
    assert sum_of(text, "Harbor Recovery") == ("3", "$1,700.00")
    assert re.search(r"Commercial</th>\s*<td[^>]*>1</td>", text)
    assert re.search(r"Up to 180 days</th>\s*<td[^>]*>4</td>", text)
    blocked = row_of(text, "K1")
    assert "15 USC 1666" in blocked and "No date" in blocked and 'name="placement"' not in blocked
    assert "Placed by the next run" in row_of(text, "L1")
    assert "Above the review limit: waits for approval" in row_of(text, "R1")
    seen = rows(queued.practice.database, "SELECT count(*) FROM patient_view WHERE what = 'agencies'")
    assert seen[0][0] == 4


def test_the_queue_is_filtered_and_sorted(queued: Site) -> None:
    grace = queued.as_(Role.MANAGER)
    assert "Placement queue: 2, $1,600.00" in grace.get("/agencies?stage=release").text
    assert "Placement queue: 1, $200.00" in grace.get("/agencies?stage=blocked").text
    assert "Placement queue: 1, $700.00" in grace.get("/agencies?payer_class=commercial").text
    assert "Placement queue: 3, $1,700.00" in grace.get("/agencies?agency=harbor").text
    assert "No account matches the filter" in grace.get("/agencies?agency=beacon").text
    text = main(grace.get("/agencies?sort=balance").text)
    assert [text.index(f">{one}</a>") for one in ("R1", "T1", "K1", "L1")] == sorted(
        text.index(f">{one}</a>") for one in ("R1", "T1", "K1", "L1")
    )


def test_before_a_release_the_page_shows_what_it_comes_to(queued: Site) -> None:
    rosa, tom, kim = (placement(queued, one) for one in ("R1", "T1", "K1"))
    grace = queued.as_(Role.MANAGER)
    text = grace.get(f"/agencies/release?placement={rosa}&placement={tom}&placement={kim}").text
    assert "Release for placement: 2 accounts, $1,600.00" in text
    assert "1 selected account not waiting for approval any more: left out" in text
    assert sum_of(text, "Harbor Recovery") == ("2", "$1,600.00")
    assert stay(queued.practice.database, "R1").state == "review", "nothing is decided by looking"
    nothing = grace.get(f"/agencies/release?placement={kim}")
    assert nothing.status_code == 409 and "None of the selected accounts waits for approval" in nothing.text
    assert grace.get("/agencies/release").status_code == 409


def test_the_selected_are_released_together_and_the_next_run_places_them(queued: Site) -> None:
    grace, database = queued.as_(Role.MANAGER), queued.practice.database
    both = [str(placement(queued, one)) for one in ("R1", "T1")]
    text = grace.submit("/agencies/release", placement=both, verdict="approve").text
    assert "2 accounts, $1,600.00: released; the next run places them." in text
    assert {stay(database, one).approved_by for one in ("R1", "T1")} == {"grace"}
    assert open_tasks_of(database, "R1") == []
    look(queued.practice)
    assert {stay(database, one).state for one in ("R1", "T1", "L1")} == {"placed"}
    assert "Placement queue: 1, $200.00" in grace.get("/agencies").text


def test_a_decline_needs_a_reason_and_is_recorded(queued: Site) -> None:
    grace, database = queued.as_(Role.MANAGER), queued.practice.database
    rosa = placement(queued, "R1")
    refused = grace.submit("/agencies/release", placement=rosa, verdict="decline")
    assert refused.status_code == 422 and "Reason to decline" in refused.text
    assert stay(database, "R1").state == "review"
    assert (
        "1 account, $900.00: declined."
        in grace.submit("/agencies/release", placement=rosa, verdict="decline", reason="pays each month").text
    )
    assert stay(database, "R1").ended_code == "refused_by_manager"
    said = rows(database, "SELECT why FROM account_event WHERE kind = 'placement_reviewed' AND why LIKE '%pays each%'")
    assert len(said) == 1


def test_of_a_release_all_go_or_none(queued: Site) -> None:
    grace, database = queued.as_(Role.MANAGER), queued.practice.database
    mixed = [str(placement(queued, one)) for one in ("R1", "K1")]
    got = grace.submit("/agencies/release", placement=mixed, verdict="approve")
    assert got.status_code == 422 and "not pending approval" in got.text
    assert stay(database, "R1").state == "review"


def test_a_clerk_has_the_desk_without_the_queue(queued: Site) -> None:
    leo = queued.as_(Role.CLERK)
    assert 'href="/agencies"' in leo.get("/tasks").text
    assert leo.get("/agencies", follow_redirects=False).headers["location"] == "/agencies/files"
    assert leo.submit("/agencies/release", placement=1, verdict="approve").status_code == 403


@pytest.fixture
def placed(queued: Site) -> Site:
    """Three accounts at Harbor; one is still blocked."""
    grace = queued.as_(Role.MANAGER)
    both = [str(placement(queued, one)) for one in ("R1", "T1")]
    grace.submit("/agencies/release", placement=both, verdict="approve")
    hand_off(agency_desk(queued.practice), TODAY)
    assert {stay(queued.practice.database, one).state for one in ("R1", "T1", "L1")} == {"placed"}
    return queued


def account(site: Site, number: str) -> str:
    return str(account_of(site.practice.database, number).id)


def test_an_agencys_page_has_its_accounts_licenses_and_results(placed: Site) -> None:
    text = placed.as_(Role.MANAGER).get("/agencies/at/harbor").text
    assert "Accounts: 3, $1,700.00" in text
    assert "Agreement in force. Pools: primary. Commission 20%" in text
    rosa = row_of(text, "R1")
    assert "$900.00" in rosa and "Jun 1, 2026" in rosa and "No payment" in rosa and "Not acknowledged" in rosa
    assert re.search(r"OH</th> <td data-label=\"Number\">OH-1</td>.*Dec 31, 2027</td>.*> 578 </td>", text)
    assert "/house/tables/agency:harbor" in text and "Liquidation rate" in text
    clerk = placed.as_(Role.CLERK).get("/agencies/at/harbor").text
    assert "/house/tables/agency:harbor" not in clerk and 'value="recall"' in clerk and 'value="suspend"' not in clerk
    assert placed.as_(Role.MANAGER).get("/agencies/at/nowhere").status_code == 404


def test_selected_accounts_are_recalled_with_a_reason_all_or_none(placed: Site) -> None:
    leo, database = placed.as_(Role.CLERK), placed.practice.database
    page, both = "/agencies/at/harbor/accounts", [account(placed, one) for one in ("R1", "L1")]
    refused = leo.submit(page, account=both, act="recall")
    assert refused.status_code == 422 and "Reason" in refused.text
    assert "Select one or more accounts" in leo.submit(page, act="recall", reason="billed in error").text
    mixed = leo.submit(page, account=[*both, account(placed, "K1")], act="recall", reason="billed in error")
    assert "A selected account is not with this agency any more" in mixed.text
    assert stay(database, "R1").state == "placed"
    done = leo.submit(page, account=both, act="recall", reason="billed in error").text
    assert "2 accounts recalled; the next update file notifies the agency." in done
    assert {stay(database, one).state for one in ("R1", "L1")} == {"recalled"}
    assert stay(database, "T1").state == "placed" and notices(database, "R1") == ["cancel"]


def test_a_manager_suspends_and_reinstates_the_selected_or_the_whole_agency(placed: Site) -> None:
    grace, database, page = placed.as_(Role.MANAGER), placed.practice.database, "/agencies/at/harbor/accounts"
    assert placed.as_(Role.CLERK).submit(page, all_there="yes", act="suspend", reason="no").status_code == 403
    one = grace.submit(page, account=account(placed, "R1"), act="suspend", days=5, reason="lawsuit").text
    assert "1 account suspended" in one
    assert str(stay(database, "R1").suspended_until) == "2026-06-06"
    again = grace.submit(page, account=account(placed, "R1"), act="suspend", reason="lawsuit")
    assert "Account R1 is already suspended" in again.text
    asked = grace.submit(page, all_there="yes", act="suspend", reason="audit").text
    assert "Suspend 2 accounts at Harbor Recovery?" in asked and "Reason: audit" in asked
    late = grace.submit(page, all_there="yes", act="suspend", reason="audit", confirmed=3).text
    assert "This now applies to 2 accounts, not 3 accounts" in late
    assert stay(database, "L1").suspended_until is None
    done = grace.submit(page, all_there="yes", act="suspend", reason="audit", confirmed=2).text
    assert "2 accounts suspended" in done
    assert "Accounts: 3," in grace.get("/agencies/at/harbor?which=suspended").text
    assert (
        "has no account that this applies to" in grace.submit(page, all_there="yes", act="suspend", reason="audit").text
    )
    over = grace.submit(page, all_there="yes", act="reinstate", reason="audit over", confirmed=3).text
    assert "3 accounts reinstated" in over
    assert notices(database, "R1") == ["suspend", "reinstate"]
    assert "No account matches the filter" in grace.get("/agencies/at/harbor?which=suspended").text


def test_a_complaint_is_recorded_listed_and_closed_with_its_outcome(placed: Site) -> None:
    leo, grace = placed.as_(Role.CLERK), placed.as_(Role.MANAGER)
    page = "/agencies/at/harbor/complaints"
    assert leo.submit(page, number="X9", note="called at 6 AM").status_code == 422
    assert "Complaint recorded" in leo.submit(page, number="R1", note="called at 6 AM").text
    assert open_tasks_of(placed.practice.database, "R1") == ["agency-complaint"]
    assert "Open: a manager answers" in leo.get("/agencies/at/harbor").text
    task = rows(placed.practice.database, "SELECT id FROM task WHERE kind = 'agency-complaint'")[0].id
    assert leo.submit(f"{page}/{task}", outcome="apology").status_code == 403
    assert grace.submit(f"{page}/{task}", outcome="").status_code == 422
    closed = grace.submit(f"{page}/{task}", outcome="agency apologized").text
    assert "agency apologized" in closed and "closed Jun 1, 2026" in closed
    assert open_tasks_of(placed.practice.database, "R1") == []
    assert "was already closed" in grace.submit(f"{page}/{task}", outcome="again").text


def test_an_accounts_placement_history_has_every_agency_and_why_it_ended(placed: Site) -> None:
    grace = placed.as_(Role.MANAGER)
    rosa = account(placed, "R1")
    grace.submit("/agencies/at/harbor/accounts", account=rosa, act="recall", reason="moved to a plan")
    text = grace.get(f"/agencies/accounts/{rosa}").text
    assert "Placement history of account R1" in text
    assert "Harbor Recovery" in text and "Recalled" in text and "Moved to a plan" in text and "20%" in text
    assert placed.as_(Role.COLLECTOR).get(f"/agencies/accounts/{rosa}").status_code == 403
    assert "never placed" in grace.get(f"/agencies/accounts/{account(placed, 'Ada-1')}").text


def upload(browser: Browser, path: Path, **fields: str) -> Response:
    files = {"files": (path.name, path.read_bytes(), "text/csv")}
    return browser.post("/agencies/files", data={"form_key": browser.key, **fields}, files=files)


def test_files_show_what_was_sent_and_an_overdue_acknowledgment(placed: Site) -> None:
    leo = placed.as_(Role.CLERK)
    text = leo.get("/agencies/files").text
    assert "harbor-placement" in text and "Sent" in text and "$1,700.00" in text and "3 due Jun 4, 2026" in text
    placed.now.at += timedelta(days=5)
    late = placed.as_(Role.CLERK).get("/agencies/files?show=overdue").text
    assert "Agency files: 1" in late and "3 overdue since Jun 4, 2026" in late
    placed.now.at -= timedelta(days=5)
    lines = [{"account_number": number, "answer": "accepted"} for number in ("R1", "T1", "L1")]
    came = write(placed.practice, AgencyFileKind.ACKNOWLEDGMENT, lines)
    done = upload(leo, came, agency="harbor", kind="acknowledgment").text
    assert "3 of 3 lines imported" in done and "0 rejected" in done
    assert "3 accepted" in done
    assert "imported before. Nothing was changed." in upload(leo, came, agency="harbor", kind="acknowledgment").text
    assert "Agency files: 0" in leo.get("/agencies/files?show=overdue").text


def test_an_upload_that_is_no_agencys_file_is_rejected_with_the_reason(placed: Site, tmp_path: Path) -> None:
    leo, wrong = placed.as_(Role.CLERK), tmp_path / "notes.csv"
    wrong.write_text("a,b\n1,2\n")
    got = upload(leo, wrong)
    assert got.status_code == 422 and "has a name that matches no agency" in got.text
    nothing = leo.submit("/agencies/files")
    assert nothing.status_code == 422 and "Choose a file to upload" in nothing.text


def test_a_file_of_unknown_delivery_is_marked_resent_or_rewritten(placed: Site) -> None:
    leo, database = placed.as_(Role.CLERK), placed.practice.database
    (file,) = rows(database, "SELECT id, name FROM agency_file WHERE kind = 'placement'")
    refused = leo.submit(f"/agencies/files/{file.id}", act="resend")
    assert refused.status_code == 422 and "only a file that is not sent" in refused.text.lower()
    for act, state in (("resend", "made"), ("sent", "sent"), ("rewrite", "open")):
        set_state(database, file.id, "unsure")
        text = leo.get("/agencies/files?show=unsent").text
        assert "Delivery unknown" in text and 'value="rewrite"' in text
        leo.submit(f"/agencies/files/{file.id}", act=act)
        assert rows(database, "SELECT state FROM agency_file WHERE id = :n", n=file.id)[0].state == state
    assert "1 file written, 1 sent, 0 not sent" in leo.submit("/agencies/files/send").text
    assert leo.submit("/agencies/files/9999", act="sent").status_code in (404, 422)


def set_state(database: Database, file: int, state: str) -> None:
    with database.transaction(actor="test", business_date=TODAY) as tx:
        tx.conn.execute(sa.text("UPDATE agency_file SET state = :s WHERE id = :n"), {"s": state, "n": file})


def test_a_file_is_downloaded_as_it_was_sent_and_its_people_are_in_the_access_log(placed: Site) -> None:
    leo, database = placed.as_(Role.CLERK), placed.practice.database
    (file,) = rows(database, "SELECT id, name FROM agency_file WHERE kind = 'placement'")
    got = leo.get(f"/agencies/files/{file.id}/download")
    sent = placed.practice.settings.home / "agencies" / "harbor" / "out" / file.name
    assert got.content == sent.read_bytes()
    seen = rows(database, "SELECT about FROM patient_view WHERE what = 'agency_file' AND user_name = 'leo'")
    assert [one.about for one in seen] == [file.name] * 3
    assert leo.get("/agencies/files/9999/download").status_code == 404


def test_files_are_fetched_from_the_agency(placed: Site) -> None:
    came = write(placed.practice, AgencyFileKind.PAYMENTS, [payment("R1", 100_00, "P-1")])
    there = placed.practice.settings.home / "there" / "harbor" / "out"
    there.mkdir(parents=True, exist_ok=True)
    (there / payments_name(placed)).write_bytes(came.read_bytes())
    text = placed.as_(Role.CLERK).submit("/agencies/files/fetch").text
    assert "1 file imported with 1 line, 0 rejected" in text
    assert account_of(placed.practice.database, "R1").balance_cents == 800_00


def payments_name(site: Site) -> str:
    """The name that the agency's layout gives a payments file."""
    with site.practice.database.reading() as conn:
        pattern = layout_named(conn, "plain-csv").files[AgencyFileKind.PAYMENTS]
    return file_name(pattern, About("harbor", TODAY, 1, AgencyFileKind.PAYMENTS))


def test_money_is_reconciled_and_what_differs_is_listed(placed: Site) -> None:
    practice, leo = placed.practice, placed.as_(Role.CLERK)
    remit(practice, payment("R1", 100_00, "P-1"), payment("T1", 50_00, "P-2", rate=3000), name="june.csv")
    text = leo.get("/agencies/reconcile?agency=harbor").text
    month = next(one for one in text.split("<tr>") if '<td data-label="Month">2026-06</td>' in one)
    assert "$1,700.00" in month and "$150.00" in month and "$1,550.00" in month
    assert re.search(r'Out of balance" class="num"> ?\$0.00', month)
    file = next(one for one in text.split("<tr>") if ">june.csv</a>" in one)
    assert re.search(
        r'Reported" class="num">\$150.00.*In the ledger" class="num">\$150.00.*Ledger difference" class="num"> ?\$0',
        file,
    )
    assert re.search(r'Commission" class="num">\$35.00.*contract" class="num">\$30.00.*bad">\$5.00', file)
    assert "Lines that differ: 1" in text and "The agency kept $15.00; the contract commission is $10.00" in text
    assert leo.get("/agencies/reconcile?months=5").status_code in (409, 422)
    assert leo.get("/agencies/reconcile?agency=nowhere").status_code == 404


def test_a_reversal_and_a_payment_that_is_not_in_the_ledger_show_as_such(placed: Site) -> None:
    practice, leo = placed.practice, placed.as_(Role.CLERK)
    remit(practice, payment("R1", 100_00, "P-1"), name="june-1.csv")
    remit(practice, payment("R1", -100_00, "P-1R", kind="reversal", of_reference="P-1"), name="june-2.csv")
    back = next(one for one in leo.get("/agencies/reconcile").text.split("<tr>") if ">june-2.csv</a>" in one)
    assert back.count("-$100.00") == 2
    with practice.database.transaction(actor="test", business_date=TODAY) as tx:
        tx.conn.execute(sa.text("UPDATE remit_line SET gross_cents = 12000 WHERE reference = 'P-1'"))
    first = next(one for one in leo.get("/agencies/reconcile").text.split("<tr>") if ">june-1.csv</a>" in one)
    assert 'badge bad">$20.00' in first


def test_the_pages_that_name_agencies_lead_to_the_desk(placed: Site) -> None:
    grace = placed.as_(Role.MANAGER)
    assert 'href="/agencies/at/harbor"' in grace.get("/house/agencies").text
    assert 'href="/agencies"' in grace.get("/house/agencies").text
    assert "/agencies/at/harbor" not in placed.as_(Role.AUDITOR).get("/house/agencies").text
    want(placed.practice.database, "Cleo-1")
    with placed.practice.database.transaction(actor="test", business_date=TODAY) as tx:
        change_setting(tx, "placement_review_over_cents", "100")
    look(placed.practice)
    assert (
        'href="/agencies?stage=release">Decide placement</a>'
        in grace.get("/tasks?whose=all&kind=approve-placement").text
    )
