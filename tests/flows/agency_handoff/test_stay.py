"""An account's stay with an agency: there, told of what happens, and back."""

import csv
from datetime import date, timedelta

import pytest

from flows.accounts.holds import NewHold, clear_holds, open_holds
from flows.accounts.load import groups_of_accounts, schedules_by_id
from flows.agency_handoff.commands import (
    publish_agency,
    recall,
    reinstate_account,
    suspend_account,
)
from flows.agency_handoff.files.desk import agency_desk
from flows.agency_handoff.nightly import hand_off
from flows.agency_handoff.remittance.reconcile import reconcile
from flows.arrangements.commands import Ask, create
from flows.arrangements.plan import PlanRequest
from flows.arrangements.settlements.commands import Offer, offer
from flows.dunning.engine.decide import decide
from flows.estates.death.death_day import correct_death
from flows.estates.death.undo import undo_death
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.people.death import record_death
from flows.practice import Practice
from flows.reports.account import account_view
from models.enums import AgencyFileKind, HoldKind, HoldScope, LedgerKind
from models.errors import Refused
from tests.flows.agency_handoff.agencies import (
    FIRST,
    TODAY,
    begin,
    notices,
    open_tasks_of,
    pay,
    payment,
    place,
    publish,
    remit,
    sent_to,
    stay,
    take,
    terms_text,
    want,
    write,
)
from tests.small_book import account_of, history, rows, run_days, steps


def hold(practice: Practice, kind: HoldKind, on: date = TODAY, *, of_person: bool = False, actor: str = "clerk") -> int:
    account = account_of(practice.database, "A1")
    whose = {"person_id": account.guarantor_id} if of_person else {"account_id": account.id}
    with practice.database.transaction(actor=actor, business_date=on) as tx:
        return open_holds(tx, [NewHold(kind, **whose)])[0]


def test_a_schedule_takes_an_account_to_an_agency_and_its_file_arrives(practice: Practice) -> None:
    begin(practice)
    run_days(practice, FIRST + timedelta(days=20), FIRST + timedelta(days=127))
    placed = stay(practice.database)
    assert (placed.state, str(placed.placed_on)) == ("placed", str(FIRST + timedelta(days=125)))
    (path,) = sent_to(practice)
    lines = list(csv.DictReader(path.read_text().splitlines()))
    assert [(line["account_number"], line["balance"], line["rate"]) for line in lines[:-1]] == [
        ("A1", "500.00", "20.00")
    ]
    assert lines[-1]["record"] == "T" and lines[-1]["account_number"] == "1" and lines[-1]["creditor_name"] == "500.00"
    kinds = [kind for _, kind, _ in history(practice.database, "A1")]
    assert [kind for kind in kinds if kind.startswith("place")] == ["placement_queued", "placed_with_agency"]
    assert rows(practice.database, "SELECT state FROM agency_file")[0][0] == "sent"


def test_while_an_agency_has_it_the_practice_neither_writes_nor_calls(practice: Practice) -> None:
    begin(practice)
    run_days(practice, FIRST + timedelta(days=20), FIRST + timedelta(days=126))
    account = account_of(practice.database, "A1")
    with practice.database.reading() as conn:
        groups, _ = groups_of_accounts(conn, [account.id], TODAY, lock=False)
        assert groups[0].accounts[0].placed is not None
        assert decide(groups[0], schedules_by_id(conn), TODAY).envelope is None
    run_days(practice, FIRST + timedelta(days=127), FIRST + timedelta(days=160))
    query = "SELECT count(*) FROM letter WHERE queued_on > :day"
    assert rows(practice.database, query, day=str(FIRST + timedelta(days=125)))[0][0] == 0


def test_the_agency_is_told_of_every_change_by_its_kind_and_never_of_its_own(practice: Practice) -> None:
    begin(practice)
    place(practice, "A1")
    pay(practice.database, "A1", 100_00)
    account = account_of(practice.database, "A1")
    with practice.database.transaction(actor="clerk", business_date=TODAY) as tx:
        post(
            tx,
            [
                Entry(account.id, TODAY, LedgerKind.INSURANCE_PAYMENT, -50_00, "835", "i1"),
                Entry(account.id, TODAY, LedgerKind.CHARGE, 30_00, "book", "c1"),
            ],
        )
    remit(practice, payment("A1", 80_00, "R1"))
    pay(practice.database, "A1", 300_00)
    assert notices(practice.database) == ["part_payment", "credit_adjustment", "debit_adjustment", "paid_in_full"]
    assert stay(practice.database).state == "paid"
    hand_off(agency_desk(practice), TODAY)
    told = list(csv.DictReader(sent_to(practice)[-1].read_text().splitlines()))
    assert [(line["notice"], line["amount"], line["balance"]) for line in told[:-1]] == [
        ("part_payment", "100.00", "400.00"),
        ("credit_adjustment", "50.00", "350.00"),
        ("debit_adjustment", "30.00", "380.00"),
        ("paid_in_full", "300.00", "0.00"),
    ]
    assert [kind for _, kind, _ in history(practice.database, "A1")].count("agency_told") == 4


@pytest.mark.parametrize(
    ("kind", "of_person", "told", "state"),
    [
        (HoldKind.DISPUTE, False, ["dispute", "suspend"], "placed"),
        (HoldKind.INSURANCE_PENDING, False, ["suspend"], "placed"),
        (HoldKind.FINANCIAL_ASSISTANCE, False, ["suspend"], "placed"),
        (HoldKind.CEASE, True, ["cease"], "placed"),
        (HoldKind.ATTORNEY, True, ["attorney"], "placed"),
        (HoldKind.BANKRUPTCY, True, ["bankruptcy", "cancel"], "recalled"),
    ],
)
def test_a_restriction_reaches_the_agency_on_the_same_day(
    practice: Practice, kind: HoldKind, of_person: bool, told: list[str], state: str
) -> None:
    begin(practice)
    place(practice, "A1")
    hold(practice, kind, of_person=of_person)
    assert notices(practice.database) == told
    assert stay(practice.database).state == state
    hand_off(agency_desk(practice), TODAY)
    assert rows(practice.database, "SELECT count(*) FROM agency_notice WHERE file_id IS NULL")[0][0] == 0


def test_what_the_agency_told_us_is_not_told_back(practice: Practice) -> None:
    begin(practice)
    place(practice, "A1")
    line = {"account_number": "A1", "status": "disputed", "as_of": TODAY}
    take(practice, write(practice, AgencyFileKind.STATUS, [line]))
    assert notices(practice.database) == []
    assert rows(practice.database, "SELECT kind FROM hold")[0][0] == "dispute"
    assert stay(practice.database).state == "placed"


def test_a_death_takes_the_account_back_in_the_same_instant(practice: Practice) -> None:
    begin(practice)
    place(practice, "A1")
    with practice.database.transaction(actor="clerk", business_date=TODAY) as tx:
        record_death(tx, account_of(practice.database, "A1").guarantor_id, TODAY - timedelta(days=3), "the family")
    assert (stay(practice.database).state, stay(practice.database).ended_code) == ("recalled", "deceased")
    assert notices(practice.database) == ["deceased", "cancel"]
    assert account_of(practice.database, "A1").placement_id is None
    assert "open-estate" in open_tasks_of(practice.database)


def false_death(practice: Practice, *, told: bool) -> None:
    """Somebody is reported dead and lives; meanwhile their agency was told so or not."""
    person = account_of(practice.database, "A1").guarantor_id
    with practice.database.transaction(actor="clerk", business_date=TODAY) as tx:
        record_death(tx, person, TODAY - timedelta(days=3), "a mix-up")
    if told:
        hand_off(agency_desk(practice), TODAY)
    with practice.database.transaction(actor="clerk", business_date=TODAY) as tx:
        assert undo_death(tx, person, "he called")["placements"] == 1


def test_an_agency_never_hears_of_a_false_death_that_it_was_not_told_of_and_has_the_account_on(
    practice: Practice,
) -> None:
    begin(practice)
    place(practice, "A1")
    before = stay(practice.database)
    false_death(practice, told=False)
    assert notices(practice.database) == []
    after = stay(practice.database)
    assert (after.id, after.state, after.agency_id, after.ended_on) == (before.id, "placed", before.agency_id, None)
    account = account_of(practice.database, "A1")
    assert (account.placement_id, account.agency_returns, account.agency_returned_on) == (before.id, 0, None)
    assert open_tasks_of(practice.database) == []
    assert history(practice.database, "A1")[-1][1] != "placement_queued"


def test_an_agency_does_not_hear_of_a_false_death_of_one_who_has_paid_since(practice: Practice) -> None:
    begin(practice)
    place(practice, "A1")
    account = account_of(practice.database, "A1")
    with practice.database.transaction(actor="clerk", business_date=TODAY) as tx:
        record_death(tx, account.guarantor_id, TODAY - timedelta(days=3), "a mix-up")
        post(tx, [Entry(account.id, TODAY, LedgerKind.PATIENT_PAYMENT, -account.balance_cents, "payments", "P1")])
        undo_death(tx, account.guarantor_id, "he called")
    assert "deceased" not in notices(practice.database)
    assert stay(practice.database).state == "recalled"


def test_an_agency_that_was_told_of_a_false_death_is_told_by_a_manager_and_may_have_the_account_again(
    practice: Practice,
) -> None:
    begin(practice)
    place(practice, "A1")
    false_death(practice, told=True)
    waiting = rows(practice.database, "SELECT pool, state, not_with FROM placement ORDER BY id")
    assert [row.state for row in waiting] == ["recalled", "queued"]
    assert waiting[0].pool == waiting[1].pool and waiting[1].not_with == ""
    (task,) = rows(practice.database, "SELECT kind, role, reason FROM task WHERE state = 'open'")
    assert (task.kind, task.role) == ("tell-agency", "manager")
    assert "that the report of death on account A1 was wrong" in task.reason and "account A1" in task.reason


@pytest.mark.parametrize("told", [False, True])
def test_an_agency_hears_of_the_right_day_of_a_death(practice: Practice, told: bool) -> None:
    begin(practice)
    place(practice, "A1")
    wrong, right = TODAY - timedelta(days=3), TODAY - timedelta(days=5)
    with practice.database.transaction(actor="clerk", business_date=TODAY) as tx:
        (matter,) = record_death(tx, account_of(practice.database, "A1").guarantor_id, wrong, "the family")
    if told:
        hand_off(agency_desk(practice), TODAY)
    with practice.database.transaction(actor="desk", business_date=TODAY) as tx:
        correct_death(tx, matter, right, "certificate", "misread")
    says = [row.reason for row in rows(practice.database, "SELECT reason FROM task WHERE kind = 'tell-agency'")]
    (notice,) = rows(practice.database, "SELECT until FROM agency_notice WHERE kind = 'deceased'")
    if told:
        assert str(notice.until) == str(wrong)
        assert says == [
            f"Notify harbor that the date of death is {right}. It was given {wrong} for account A1 and must correct "
            "its records and what it reported to others"
        ]
    else:
        assert (str(notice.until), says) == (str(right), [])


def test_a_death_that_the_agency_tells_of_recalls_too_and_only_the_recall_is_told(practice: Practice) -> None:
    begin(practice)
    place(practice, "A1")
    line = {"account_number": "A1", "status": "deceased", "as_of": TODAY}
    take(practice, write(practice, AgencyFileKind.STATUS, [line]))
    assert notices(practice.database) == ["cancel"]
    assert stay(practice.database).state == "recalled"


def test_a_suspension_ends_when_nothing_stands_in_the_way_any_more(practice: Practice) -> None:
    begin(practice)
    place(practice, "A1")
    first = hold(practice, HoldKind.DISPUTE)
    second = hold(practice, HoldKind.INSURANCE_PENDING)
    assert str(stay(practice.database).suspended_until) == str(TODAY + timedelta(days=20))
    with practice.database.transaction(actor="clerk", business_date=TODAY + timedelta(days=5)) as tx:
        clear_holds(tx, [first], "answered")
    assert stay(practice.database).suspended_until is not None
    with practice.database.transaction(actor="clerk", business_date=TODAY + timedelta(days=6)) as tx:
        clear_holds(tx, [second], "paid")
    assert stay(practice.database).suspended_until is None
    assert notices(practice.database) == ["dispute", "suspend", "reinstate"]


def test_a_suspension_that_runs_out_cancels_the_placement_by_itself(practice: Practice) -> None:
    begin(practice)
    place(practice, "A1")
    hold(practice, HoldKind.DISPUTE)
    hand_off(agency_desk(practice), TODAY + timedelta(days=19))
    assert stay(practice.database).state == "placed"
    hand_off(agency_desk(practice), TODAY + timedelta(days=20))
    assert (stay(practice.database).state, stay(practice.database).ended_code) == ("recalled", "suspension_over")
    assert notices(practice.database) == ["dispute", "suspend", "cancel"]


def test_a_manager_suspends_and_reinstates_at_most_as_long_as_the_contract_says(practice: Practice) -> None:
    begin(practice)
    place(practice, "A1")
    account = account_of(practice.database, "A1")
    with practice.database.transaction(actor="boss", business_date=TODAY) as tx:
        suspend_account(tx, account, "looked into", 90)
    assert str(stay(practice.database).suspended_until) == str(TODAY + timedelta(days=20))
    with practice.database.transaction(actor="boss", business_date=TODAY) as tx:
        with pytest.raises(Refused, match="suspended until"):
            suspend_account(tx, account, "again", 5)
        reinstate_account(tx, account, "nothing wrong")
    assert stay(practice.database).suspended_until is None
    again = practice.database.transaction(actor="boss", business_date=TODAY)
    with again as tx, pytest.raises(Refused, match="not suspended"):
        reinstate_account(tx, account, "again")


def test_an_account_without_a_payment_for_so_long_comes_back_and_one_that_pays_does_not(practice: Practice) -> None:
    begin(practice, numbers=("A1", "A2"))
    contract = "{begins: 2026-01-02, keeps_records: yes, recall_after_days: 90}"
    publish(practice.database, terms_text(contract=contract), terms_text("beacon"))
    place(practice, "A1", "A2")
    remit(practice, payment("A2", 10_00, "R1", paid_on=TODAY + timedelta(days=60)), on=TODAY + timedelta(days=61))
    hand_off(agency_desk(practice), TODAY + timedelta(days=89))
    assert stay(practice.database).state == "placed"
    hand_off(agency_desk(practice), TODAY + timedelta(days=90))
    assert (stay(practice.database).state, stay(practice.database).ended_code) == ("recalled", "no_payment")
    assert stay(practice.database, "A2").state == "placed"
    hand_off(agency_desk(practice), TODAY + timedelta(days=150))
    assert stay(practice.database, "A2").state == "recalled"


def test_when_the_contract_ends_everything_comes_back(practice: Practice) -> None:
    begin(practice)
    place(practice, "A1")
    ends = TODAY + timedelta(days=10)
    with practice.database.transaction(actor="boss", business_date=TODAY) as tx:
        contract = f"{{begins: 2026-01-02, ends: {ends}, keeps_records: yes}}"
        publish_agency(tx, terms_text(contract=contract), "harbor.yaml")
    for day in range(11):
        hand_off(agency_desk(practice), TODAY + timedelta(days=day))
    assert stay(practice.database).state == "placed"
    hand_off(agency_desk(practice), ends + timedelta(days=1))
    assert (stay(practice.database).state, stay(practice.database).ended_code) == ("recalled", "contract_over")


def test_a_second_placement_goes_to_another_agency_and_only_after_the_first_was_told(practice: Practice) -> None:
    begin(practice)
    run_days(practice, FIRST + timedelta(days=20), FIRST + timedelta(days=126))
    second = FIRST + timedelta(days=125 + 365)
    run_days(practice, second - timedelta(days=2), second + timedelta(days=3), ("settle", "enter", "advance", "place"))
    query = "SELECT a.code, p.state, p.ended_code, p.placed_on FROM placement p JOIN agency a ON a.id = p.agency_id ORDER BY p.id"
    first, then = rows(practice.database, query)
    assert (first.code, first.state, first.ended_code) == ("harbor", "recalled", "second_placement")
    assert (then.code, then.state) == ("beacon", "placed")
    assert "second-placement" in steps(practice.database, "A1")
    assert account_of(practice.database, "A1").agency_returns == 1
    update = sent_to(practice)[-1].read_text()
    assert "cancel" in update and sent_to(practice, "beacon")


def test_a_write_off_recalls_first_and_waits_while_the_agency_is_paid(practice: Practice) -> None:
    begin(practice)
    run_days(practice, FIRST + timedelta(days=20), FIRST + timedelta(days=126))
    stages = ("settle", "enter", "advance", "place")
    second = FIRST + timedelta(days=490)
    run_days(practice, second, second + timedelta(days=4), stages)
    off = FIRST + timedelta(days=490 + 365)
    remit(
        practice,
        payment("A1", 20_00, "R1", paid_on=off - timedelta(days=10)),
        on=off - timedelta(days=9),
        agency="beacon",
    )
    run_days(practice, off, off + timedelta(days=5), stages)
    assert account_of(practice.database, "A1").state == "open"
    run_days(practice, off + timedelta(days=45), off + timedelta(days=60), stages)
    assert account_of(practice.database, "A1").state == "written_off"
    assert (stay(practice.database).state, stay(practice.database).ended_cents) == ("recalled", 480_00)
    with practice.database.reading() as conn:
        months = reconcile(conn, off + timedelta(days=60), 24)
    assert all(month["off_cents"] == 0 for month in months)


def test_what_is_not_acknowledged_in_time_is_a_managers_task(practice: Practice) -> None:
    begin(practice, numbers=("A1", "A2"))
    place(practice, "A1", "A2")
    take(
        practice,
        write(
            practice,
            AgencyFileKind.ACKNOWLEDGMENT,
            [
                {"account_number": "A1", "their_number": "H-9", "answer": "accepted", "balance": 500_00},
            ],
        ),
    )
    hand_off(agency_desk(practice), TODAY + timedelta(days=4))
    assert open_tasks_of(practice.database, "A1") == []
    assert open_tasks_of(practice.database, "A2") == ["agency-silent"]
    assert stay(practice.database).their_number == "H-9"


def test_an_account_that_is_paid_before_its_file_is_made_does_not_go(practice: Practice) -> None:
    begin(practice)
    want(practice.database, "A1")
    pay(practice.database, "A1", 500_00)
    hand_off(agency_desk(practice), TODAY)
    assert (stay(practice.database).state, stay(practice.database).ended_code) == ("cancelled", "paid_before")
    assert sent_to(practice) == []


def test_recalling_what_is_nowhere_is_refused_and_one_that_waits_only_leaves_the_queue(practice: Practice) -> None:
    begin(practice)
    account = account_of(practice.database, "A1")
    with (
        practice.database.transaction(actor="boss", business_date=TODAY) as tx,
        pytest.raises(Refused, match="not with an agency"),
    ):
        recall(tx, [account], "mistake")
    want(practice.database, "A1")
    with practice.database.transaction(actor="boss", business_date=TODAY) as tx:
        recall(tx, [account], "mistake")
    assert stay(practice.database).state == "cancelled"
    assert notices(practice.database) == []


def test_hours_and_channels_that_a_person_refused_travel_in_the_file(practice: Practice) -> None:
    begin(practice)
    account = account_of(practice.database, "A1")
    with practice.database.transaction(actor="clerk", business_date=TODAY) as tx:
        open_holds(tx, [NewHold(HoldKind.CEASE, person_id=account.guarantor_id, scope=HoldScope.CALLS)])
    place(practice, "A1")
    (line, _) = csv.DictReader(sent_to(practice)[0].read_text().splitlines())
    assert (line["no_calls"], line["no_letters"]) == ("yes", "no")


def test_a_run_that_breaks_before_the_file_is_written_is_made_good_by_the_next_one_once(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(practice, numbers=("A1", "A2"))
    want(practice.database, "A1")

    def no_power(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("flows.agency_handoff.files.export.write_whole", no_power)
    with pytest.raises(KeyboardInterrupt):
        hand_off(agency_desk(practice), TODAY)
    monkeypatch.undo()
    assert (stay(practice.database).state, sent_to(practice)) == ("placed", [])
    want(practice.database, "A2")
    hand_off(agency_desk(practice), TODAY)
    hand_off(agency_desk(practice), TODAY)
    told = [
        [line["account_number"] for line in csv.DictReader(path.read_text().splitlines())] for path in sent_to(practice)
    ]
    assert told == [["A1", "1"], ["A2", "1"]]


def test_an_account_that_a_layout_cannot_hold_does_not_go_and_keeps_no_other(practice: Practice) -> None:
    begin(practice, numbers=("A1", "A-NUMBER-OF-MORE-THAN-TWENTY-PLACES"))
    publish(practice.database, terms_text(layout="fixed-400"), terms_text("beacon"))
    place(practice, "A1", "A-NUMBER-OF-MORE-THAN-TWENTY-PLACES")
    assert stay(practice.database).state == "placed"
    long = stay(practice.database, "A-NUMBER-OF-MORE-THAN-TWENTY-PLACES")
    assert (long.state, long.ended_code) == ("cancelled", "does_not_fit_the_layout")
    assert open_tasks_of(practice.database, "A-NUMBER-OF-MORE-THAN-TWENTY-PLACES") == ["agency-file"]
    assert account_of(practice.database, "A-NUMBER-OF-MORE-THAN-TWENTY-PLACES").placement_id is None
    (path,) = sent_to(practice)
    assert path.read_bytes().split(b"\r\n")[-2].startswith(b"T00000001")


def test_the_practice_agrees_on_no_plan_and_no_settlement_for_what_an_agency_has(practice: Practice) -> None:
    begin(practice)
    place(practice, "A1")
    key = account_of(practice.database, "A1").id
    with practice.database.transaction(actor="maria", business_date=TODAY) as tx:
        with pytest.raises(Refused, match="placed with harbor"):
            create(tx, Ask((key,), PlanRequest(count=6)))
        with pytest.raises(Refused, match="account A1 is placed with an agency"):
            offer(tx, Offer((key,), TODAY + timedelta(days=20), "hardship", None, 95))
    with practice.database.reading() as conn:
        assert account_view(conn, "A1")["agency"]["code"] == "harbor"
