"""Remittances: what was collected is posted, what is kept is checked to the cent, and the months tie out."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.agency_handoff.commands import recall
from flows.agency_handoff.files import take as take_module
from flows.agency_handoff.remittance.reconcile import reconcile
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.practice import Practice
from flows.reports.scorecard import scorecard
from flows.settings.contracts.terms import Rate, commission
from flows.stages import run_stage
from models.enums import AgencyFileKind, LedgerKind
from models.errors import BadFile
from tests.flows.agency_handoff.agencies import (
    TODAY,
    begin,
    notices,
    open_tasks_of,
    pay,
    payment,
    place,
    publish,
    remit,
    stay,
    take,
    terms_text,
    write,
)
from tests.small_book import account_of, history, rows, someone, take_in


@pytest.fixture
def placed(practice: Practice) -> Practice:
    """Two accounts with the agency."""
    begin(practice, numbers=("A1", "A2"))
    place(practice, "A1", "A2")
    return practice


def ties_out(practice: Practice) -> dict[str, Any]:
    with practice.database.reading() as conn:
        months = [one for one in reconcile(conn, TODAY, 1) if one["agency"] == "harbor"]
    assert months[0]["off_cents"] == 0
    return months[0]


def test_what_was_collected_is_on_the_account_and_the_month_ties_out(placed: Practice) -> None:
    done = remit(placed, payment("A1", 123_45, "R1"), payment("A2", 500_00, "R2"))
    assert (done.taken, done.rejected, done.differences) == (2, 0, 0)
    assert done.totals_cents == {"gross": 623_45, "commission": 124_69, "net": 498_76}
    assert account_of(placed.database, "A1").balance_cents == 376_55
    assert (account_of(placed.database, "A2").state, stay(placed.database, "A2").state) == ("paid", "paid")
    month = ties_out(placed)
    assert (month["placed_cents"], month["collected_cents"], month["closing_cents"]) == (1000_00, 623_45, 376_55)
    assert (month["commission_cents"], month["expected_commission_cents"]) == (124_69, 124_69)
    assert [kind for _, kind, _ in history(placed.database, "A1")][-2:] == ["ledger_posted", "agency_remitted"]


def test_a_commission_that_is_a_cent_too_high_is_a_task_and_the_payment_is_posted(placed: Practice) -> None:
    done = remit(placed, payment("A1", 100_01, "R1", commission=20_01, net=80_00))
    assert (done.taken, done.differences) == (1, 1)
    assert account_of(placed.database, "A1").balance_cents == 399_99
    assert open_tasks_of(placed.database) == ["agency-difference"]
    (reason,) = rows(placed.database, "SELECT reason FROM task WHERE kind = 'agency-difference'")
    assert "the agency kept $20.01; the contract commission is $20.00" in reason[0]


def test_a_net_that_is_not_gross_less_commission_is_a_task(placed: Practice) -> None:
    assert remit(placed, payment("A1", 100_00, "R1", net=79_00)).differences == 1


def test_a_second_copy_of_a_file_changes_nothing_and_neither_does_the_same_file_under_another_name(
    placed: Practice,
) -> None:
    lines = [payment("A1", 100_00, "R1")]
    remit(placed, *lines)
    assert remit(placed, *lines).already_taken
    assert remit(placed, *lines, name="harbor-payments-again.csv").already_taken
    again = remit(placed, *lines, payment("A2", 5_00, "R2"))
    assert (again.already_taken, again.taken) == (False, 1)
    assert account_of(placed.database, "A1").balance_cents == 400_00


def test_a_reference_that_comes_again_with_another_amount_is_rejected(placed: Practice) -> None:
    remit(placed, payment("A1", 100_00, "R1"))
    done = remit(placed, payment("A1", 90_00, "R1"))
    assert (done.taken, done.rejected) == (0, 1)
    assert account_of(placed.database, "A1").balance_cents == 400_00


def test_a_trailer_whose_total_disagrees_refuses_the_file_whole_with_the_difference(placed: Practice) -> None:
    path = write(placed, AgencyFileKind.PAYMENTS, [payment("A1", 100_00, "R1"), payment("A2", 50_00, "R2")])
    path.write_text(path.read_text().replace("T,2,150.00", "T,2,160.00"))
    with pytest.raises(
        BadFile, match=r"the trailer shows gross \$160.00, the lines total \$150.00; a difference of \$10.00"
    ):
        take(placed, path)
    assert account_of(placed.database, "A1").balance_cents == 500_00
    assert rows(placed.database, "SELECT count(*) FROM remit_line")[0][0] == 0


def test_a_file_cut_short_and_one_with_a_wrong_count_are_refused(placed: Practice) -> None:
    path = write(placed, AgencyFileKind.PAYMENTS, [payment("A1", 100_00, "R1"), payment("A2", 50_00, "R2")])
    whole = path.read_text()
    path.write_text("\n".join(whole.splitlines()[:-1]))
    with pytest.raises(BadFile, match="trailer is missing"):
        take(placed, path)
    path.write_text(whole.replace("T,2", "T,3"))
    with pytest.raises(BadFile, match="shows 3 lines, the file has 2: a difference of 1"):
        take(placed, path)


def test_an_account_that_the_agency_does_not_have_is_rejected_and_a_managers_task(placed: Practice) -> None:
    take_in(placed.database, [someone("Bea", "B1")], TODAY)
    done = remit(placed, payment("B1", 10_00, "R1"), payment("NOBODY", 10_00, "R2"), payment("A1", 10_00, "R3"))
    assert (done.taken, done.rejected) == (1, 2)
    assert open_tasks_of(placed.database, "B1") == ["agency-unknown-account"]
    assert account_of(placed.database, "B1").balance_cents == 12_000
    assert done.reject_file is not None
    text = Path(done.reject_file).read_text()
    assert "never placed with Harbor Recovery" in text and 'account ""NOBODY"" was not found' in text


def test_a_payment_above_the_balance_is_posted_owed_back_and_a_task(placed: Practice) -> None:
    done = remit(placed, payment("A1", 600_00, "R1"))
    assert (done.taken, done.differences) == (1, 1)
    assert account_of(placed.database, "A1").balance_cents == -100_00
    assert set(open_tasks_of(placed.database)) == {"refund", "agency-difference", "apply-credit"}, (
        "another account owes"
    )
    ties_out(placed)


def test_a_reversal_takes_the_payment_and_its_commission_back(placed: Practice) -> None:
    remit(placed, payment("A1", 100_00, "R1"))
    done = remit(placed, payment("A1", -100_00, "V1", kind="reversal", of_reference="R1"))
    assert (done.taken, done.differences) == (1, 0)
    assert account_of(placed.database, "A1").balance_cents == 500_00
    month = ties_out(placed)
    assert (month["collected_cents"], month["commission_cents"]) == (0, 0)
    again = remit(placed, payment("A1", -100_00, "V2", kind="reversal", of_reference="R1"))
    assert (again.taken, again.rejected) == (0, 1)


def test_a_reversal_of_what_paid_the_account_in_full_lets_the_stay_go_on(placed: Practice) -> None:
    remit(placed, payment("A1", 500_00, "R1"))
    assert stay(placed.database).state == "paid"
    remit(placed, payment("A1", -500_00, "V1", kind="reversal", of_reference="R1"))
    assert stay(placed.database).state == "placed"
    assert account_of(placed.database, "A1").placement_id is not None
    ties_out(placed)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (payment("A1", -10_00, "R1"), "above zero"),
        (payment("A1", 10_00, "R1", kind="reversal", of_reference="R0"), "a reversal must be negative"),
        (payment("A1", -10_00, "R1", kind="reversal"), "must name the payment"),
        (payment("A1", -10_00, "R1", kind="reversal", of_reference="R0"), "was not reported before"),
        (payment("A1", 10_00, "R1", paid_on=TODAY + timedelta(days=1)), "is in the future"),
    ],
)
def test_a_line_that_cannot_be_is_rejected_with_its_reason(placed: Practice, line: dict[str, Any], why: str) -> None:
    done = remit(placed, line)
    assert (done.taken, done.rejected) == (0, 1)
    assert done.reject_file is not None and why in Path(done.reject_file).read_text()
    assert account_of(placed.database, "A1").balance_cents == 500_00


def test_the_commission_on_a_direct_payment_is_due_once_and_only_for_one_that_we_have(placed: Practice) -> None:
    pay(placed.database, "A1", 40_00)
    first = remit(placed, payment("A1", 40_00, "D1", kind="direct"))
    assert (first.taken, first.differences) == (1, 0)
    assert account_of(placed.database, "A1").balance_cents == 460_00
    second = remit(placed, payment("A1", 40_00, "D2", kind="direct"))
    assert second.differences == 1
    (said,) = rows(placed.database, "SELECT difference FROM remit_line WHERE reference = 'D2'")
    assert "we have no unclaimed direct payment of $40.00" in said[0] and "the contract commission is $0.00" in said[0]


def test_the_contract_may_give_less_for_direct_payments(practice: Practice) -> None:
    begin(practice)
    publish(practice.database, terms_text(direct_percent="10"), terms_text("beacon"))
    place(practice, "A1")
    pay(practice.database, "A1", 40_00)
    assert remit(practice, payment("A1", 40_00, "D1", kind="direct", rate=1000)).differences == 0


def test_an_adjustment_is_taken_off_only_as_far_as_the_contract_lets_them(practice: Practice) -> None:
    begin(practice)
    contract = "{begins: 2026-01-02, keeps_records: yes, adjust_percent: 10}"
    publish(practice.database, terms_text(contract=contract), terms_text("beacon"))
    place(practice, "A1")
    fine = remit(practice, payment("A1", 30_00, "J1", kind="adjustment", rate=0))
    assert (fine.differences, account_of(practice.database, "A1").balance_cents) == (0, 470_00)
    too_much = remit(practice, payment("A1", 21_00, "J2", kind="adjustment", rate=0))
    assert (too_much.differences, account_of(practice.database, "A1").balance_cents) == (1, 470_00)
    assert ties_out(practice)["adjusted_cents"] == 30_00


def test_a_payment_that_comes_after_a_recall_earns_for_some_days_and_then_no_more(placed: Practice) -> None:
    with placed.database.transaction(actor="boss", business_date=TODAY) as tx:
        recall(tx, [account_of(placed.database, "A1"), account_of(placed.database, "A2")], "mistake")
    soon, late = TODAY + timedelta(days=30), TODAY + timedelta(days=31)
    assert remit(placed, payment("A1", 50_00, "R1", paid_on=soon), on=soon).differences == 0
    assert remit(placed, payment("A2", 50_00, "R2", paid_on=late), on=late).differences == 1
    assert account_of(placed.database, "A2").balance_cents == 450_00
    month = ties_out(placed)
    assert month["returned_cents"] == 1000_00
    with placed.database.reading() as conn:
        later = next(one for one in reconcile(conn, late, 1) if one["agency"] == "harbor")
        card = scorecard(conn)["agencies"][0]
    assert (later["late_cents"], later["off_cents"], later["collected_cents"]) == (100_00, 0, 0)
    assert card["collected_cents"] == 100_00


def test_a_payment_on_a_written_off_account_takes_back_as_much_of_the_write_off(placed: Practice) -> None:
    account = account_of(placed.database, "A1")
    with placed.database.transaction(actor="boss", business_date=TODAY) as tx:
        recall(tx, [account], "given up")
        post(tx, [Entry(account.id, TODAY, LedgerKind.WRITE_OFF, -500_00, "manager", "off")])
        tx.conn.exec_driver_sql(f"UPDATE account SET state = 'written_off' WHERE id = {account.id}")
    remit(placed, payment("A1", 60_00, "R1"))
    now = account_of(placed.database, "A1")
    assert (now.balance_cents, now.state) == (0, "written_off")
    found = rows(
        placed.database, "SELECT kind, amount_cents FROM ledger_entry WHERE external_id LIKE 'R1%' ORDER BY id"
    )
    assert [tuple(one) for one in found] == [("write_off", 60_00), ("patient_payment", -60_00)]


def test_a_reversal_of_a_payment_to_the_practice_raises_what_the_agency_may_collect(placed: Practice) -> None:
    pay(placed.database, "A1", 100_00)
    pay(placed.database, "A1", -100_00, ref="returned")
    assert notices(placed.database) == ["part_payment", "debit_adjustment"]
    month = ties_out(placed)
    assert month["direct_cents"] == 0


@given(st.integers(-(10**9), 10**9), st.integers(0, 10_000))
def test_a_commission_is_rounded_to_the_cent_and_a_reversal_takes_back_just_that(gross: int, rate: int) -> None:
    kept = commission(gross, rate)
    assert abs(kept * 10_000 - gross * rate) <= 5_000
    assert commission(-gross, rate) == -kept
    assert abs(kept) <= abs(gross)


@pytest.mark.parametrize(
    ("age", "cents", "expected"),
    [(100, 500_00, 2000), (400, 500_00, 2500), (400, 50_00, 3500), (None, 500_00, 2000), (365, 99_99, 3500)],
)
def test_the_last_line_of_the_contract_that_fits_is_the_rate(age: int | None, cents: int, expected: int) -> None:
    rates = (Rate(2000), Rate(2500, older_than_days=365), Rate(3500, below_cents=100_00))
    assert next(one.rate_bp for one in reversed(rates) if one.fits(age, cents)) == expected


def test_a_file_of_which_a_part_was_taken_when_the_power_went_is_taken_to_its_end_once(
    placed: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.agency_handoff.files.take.PAGE", 2)
    lines = [payment("A1", 10_00, f"R{number}") for number in range(5)]
    pages = iter([False, True])
    whole = take_module.INCOMING[AgencyFileKind.PAYMENTS]

    def breaks(*given: Any) -> None:
        if next(pages):
            raise KeyboardInterrupt
        whole(*given)

    monkeypatch.setitem(take_module.INCOMING, AgencyFileKind.PAYMENTS, breaks)
    with pytest.raises(KeyboardInterrupt):
        remit(placed, *lines)
    assert account_of(placed.database, "A1").balance_cents == 480_00
    monkeypatch.setitem(take_module.INCOMING, AgencyFileKind.PAYMENTS, whole)
    done = remit(placed, *lines)
    assert (done.rows, done.taken) == (5, 3)
    assert account_of(placed.database, "A1").balance_cents == 450_00
    assert remit(placed, *lines).already_taken


def test_an_agencys_file_in_the_inbox_is_taken_in_and_a_bad_one_put_aside_with_the_reason(placed: Practice) -> None:
    inbox = placed.settings.inbox
    inbox.mkdir(parents=True)
    path = write(placed, AgencyFileKind.PAYMENTS, [payment("A1", 100_00, "R1")])
    path.rename(inbox / path.name)
    (inbox / "harbor-payments-cut.csv").write_text((inbox / path.name).read_text().rsplit("T,", 1)[0])
    counts = run_stage(placed, "intake", TODAY)
    assert (counts["taken"], counts["files_refused"]) == (1, 1)
    assert account_of(placed.database, "A1").balance_cents == 400_00
    assert "trailer is missing" in (inbox / "refused" / "harbor-payments-cut.csv.why.txt").read_text()
