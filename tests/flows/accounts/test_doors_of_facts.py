"""Facts of accounts come in by a command, a column or a remittance, and the rules that ask for them fire."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from compliance.check import check
from compliance.decisions import Block
from compliance.rules import StepKind
from flows.accounts.eligibility import account_facts, facts_for
from flows.accounts.facts.commands import record_for_class
from flows.accounts.facts.cost_share import cost_share_subject, creditors_to_confirm, is_cost_share, watch_cost_shares
from flows.accounts.holds import NewHold, open_holds
from flows.accounts.load import groups_of_accounts
from flows.agency_handoff.commands import record_fact
from flows.schedules.schedule import SendLetter
from models.database import Database
from models.enums import FactName, HoldKind, PayerClass
from models.errors import Refused
from tests.flows.intake.files import post, rejects, remittance, take, write
from tests.refusals import refused
from tests.small_book import account_of, history, rows, someone, take_in

TODAY = date(2026, 2, 2)


def put(
    database: Database, name: FactName, *, amount: int | None = None, there: bool = True, number: str = "A1"
) -> None:
    with database.transaction(actor="clerk", business_date=TODAY) as tx:
        record_fact(tx, account_of(database, number), name, "form 12", there=there, amount_cents=amount)


def stopped_by(database: Database, number: str = "A1") -> str | None:
    """The rule that stops a letter about an account today; None where none does."""
    with database.reading() as conn:
        groups, _ = groups_of_accounts(conn, [account_of(database, number).id], TODAY)
    facts = facts_for(StepKind.LETTER, SendLetter("reminder-1"), groups[0].accounts[0], groups[0], TODAY)
    found = check(StepKind.LETTER, facts, TODAY)
    return found.rule if isinstance(found, Block) else None


def payer(database: Database, word: str) -> None:
    with database.transaction(actor="test", business_date=TODAY) as tx:
        tx.conn.exec_driver_sql(f"UPDATE account SET payer_class = '{word}'")


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        (FactName.NSA_PROTECTED, "fed-nsa-emergency"),
        (FactName.PPDR_OPEN, "fed-gfe-dispute-open"),
        (FactName.IDR_OPEN, "fed-nsa-idr-open"),
        (FactName.FORENSIC_EXAM, "fed-vawa-forensic-exam"),
        (FactName.QMB, "fed-qmb-balance-billing"),
        (FactName.MEDICAID_PENDING, "fed-medicaid-eligibility-pending"),
        (FactName.BANKRUPTCY_DISCHARGED, "fed-bankruptcy-discharge"),
    ],
)
def test_a_fact_that_a_clerk_records_stops_letters_until_it_is_taken_back(
    database: Database, name: FactName, rule: str
) -> None:
    take_in(database, [someone("Ada", "A1")], TODAY)
    assert stopped_by(database) is None
    put(database, name)
    assert stopped_by(database) == rule
    put(database, name, there=False)
    assert stopped_by(database) is None


def test_the_cost_share_of_the_no_surprises_act_may_be_asked_for_and_no_more(database: Database) -> None:
    take_in(database, [someone("Ada", "A1", cents=12_000)], TODAY)
    put(database, FactName.NSA_PROTECTED, amount=12_000)
    assert stopped_by(database) is None
    put(database, FactName.NSA_PROTECTED, amount=11_999)
    assert stopped_by(database) == "fed-nsa-emergency"


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("medicaid", FactName.MEDICAID_COPAY_ONLY),
        ("medicaid", FactName.MEDICAID_NONCOVERED_SIGNED),
        ("workers_comp", FactName.WC_DENIED_FINAL),
        ("tricare", FactName.TRICARE_COST_SHARE_ONLY),
    ],
)
def test_what_lets_a_bill_be_asked_for_can_be_recorded(database: Database, word: str, name: FactName) -> None:
    take_in(database, [someone("Ada", "A1")], TODAY)
    payer(database, word)
    assert stopped_by(database) is not None
    put(database, name)
    assert stopped_by(database) is None


def test_a_hold_and_a_fact_are_both_flags(database: Database) -> None:

    take_in(database, [someone("Ada", "A1")], TODAY)
    put(database, FactName.PART2)
    with database.transaction(actor="clerk", business_date=TODAY) as tx:
        open_holds(tx, [NewHold(HoldKind.DISPUTE, account_id=account_of(database, "A1").id, note="x")])
    with database.reading() as conn:
        groups, _ = groups_of_accounts(conn, [account_of(database, "A1").id], TODAY)
    assert set(account_facts(groups[0].accounts[0], groups[0], TODAY)["account.flags"]) == {"part2", "disputed"}


@pytest.mark.parametrize(
    ("name", "amount", "says"),
    [
        (FactName.GFE, None, "needs a number"),
        (FactName.SCREENED, 5, "has no number"),
        (FactName.FPL, -1, "below zero"),
    ],
)
def test_a_fact_without_its_number_or_with_one_it_has_not_is_refused(
    database: Database, name: FactName, amount: int | None, says: str
) -> None:
    take_in(database, [someone("Ada", "A1")], TODAY)
    with pytest.raises(Refused, match=says):
        put(database, name, amount=amount)


def test_a_fact_of_a_day_to_come_is_refused(database: Database) -> None:
    take_in(database, [someone("Ada", "A1")], TODAY)
    late = TODAY + timedelta(days=1)
    with (
        pytest.raises(Refused, match="is in the future"),
        database.transaction(actor="clerk", business_date=TODAY) as tx,
    ):
        record_fact(tx, account_of(database, "A1"), FactName.STATE_NOTICE, "letter", on=late)


def test_the_newer_of_two_decisions_on_help_counts(database: Database) -> None:
    take_in(database, [someone("Ada", "A1")], TODAY)
    with database.transaction(actor="clerk", business_date=TODAY) as tx:
        account = account_of(database, "A1")
        record_fact(tx, account, FactName.ASSISTANCE_DENIED, "letter", on=TODAY - timedelta(days=9))
        record_fact(tx, account, FactName.DISCOUNTED_CARE, "appeal")
    with database.reading() as conn:
        groups, _ = groups_of_accounts(conn, [account.id], TODAY)
    assert account_facts(groups[0].accounts[0], groups[0], TODAY)["account.fa_status"] == "eligible_partial"


FILES = {
    "creditors.csv": "creditor_id,name,kind,state\nC1,Maple Clinic,physician_practice,OH\n",
    "guarantors.csv": "guarantor_id,first_name,last_name\nG1,Ada,Made\n",
    "patients.csv": "patient_id,guarantor_id,first_name,last_name\nP1,G1,Ada,Made\n",
}
HEAD = "account_number,creditor_id,patient_id,guarantor_id,payer_class,service_from,balance"


def accounts(tmp_path: Path, columns: str, *cells: str) -> None:
    rows_ = [f"A{n},C1,P1,G1,self_pay,2026-01-02,100.00,{cell}" for n, cell in enumerate(cells, 1)]
    for name, text in FILES.items():
        write(tmp_path / "in", name, text)
    write(tmp_path / "in", "accounts.csv", "\n".join([f"{HEAD},{columns}", *rows_]) + "\n")


def known(database: Database) -> list[tuple[str, str, str, int | None]]:
    query = (
        'SELECT a.number, f.name, f."on", f.amount_cents FROM account_fact f JOIN account a ON a.id = f.account_id '
        "ORDER BY a.number, f.name"
    )
    return [(row[0], row[1], str(row[2]), row[3]) for row in rows(database, query)]


def test_columns_of_accounts_csv_record_facts_and_a_file_that_comes_again_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    accounts(tmp_path, "nsa_protected,state_notice,fpl,screened", "45.50,2026-01-20,180,yes", "yes,,,no", ",,,")
    reports = take(database, tmp_path / "in")
    assert reports["accounts.csv"].taken == 3
    found = known(database)
    assert [(number, name, amount) for number, name, _, amount in found] == [
        ("A1", "fpl", 18_000),
        ("A1", "nsa_protected", 4_550),
        ("A1", "screened", None),
        ("A1", "state_notice", None),
        ("A2", "nsa_protected", None),
    ]
    assert ("A1", "state_notice", "2026-01-20", None) in found
    before = len(history(database, "A1"))
    write(tmp_path / "in", "accounts.csv", (tmp_path / "in/accounts.csv").read_text() + "\n")
    take(database, tmp_path / "in")
    assert len(history(database, "A1")) == before


def test_a_column_takes_back_what_was_recorded_of_an_account_that_is_known(database: Database, tmp_path: Path) -> None:
    accounts(tmp_path, "ppdr_open", "yes")
    take(database, tmp_path / "in")
    assert [name for _, name, _, _ in known(database)] == ["ppdr_open"]
    accounts(tmp_path, "ppdr_open", "no")
    take(database, tmp_path / "in")
    assert known(database) == []


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("screened", "perhaps", "is not yes or no"),
        ("fpl", "much", "fpl"),
        ("state_notice", "yes", "state_notice"),
        ("gfe", "-5", "below zero"),
    ],
)
def test_a_cell_that_says_nothing_rejects_its_row(
    database: Database, tmp_path: Path, column: str, cell: str, says: str
) -> None:
    accounts(tmp_path, column, cell)
    report = take(database, tmp_path / "in")["accounts.csv"]
    assert (report.taken, report.rejected) == (0, 1)
    assert says in " ".join(f"{field} {reason}" for _, field, reason in rejects(report))


def test_a_day_to_come_is_a_warning_and_records_nothing(database: Database, tmp_path: Path) -> None:
    accounts(tmp_path, "state_notice", "2099-01-01")
    report = take(database, tmp_path / "in")["accounts.csv"]
    assert report.taken == 1 and known(database) == []
    assert "2099-01-01 is in the future" in " ".join(report.warnings)


@pytest.mark.parametrize(
    ("codes", "left", "balance", "paid", "is_it"),
    [
        ({"1"}, 5_000, 5_000, 0, True),
        ({"1", "2", "3"}, 5_000, 4_000, 1_000, True),
        ({"96"}, 5_000, 5_000, 0, False),
        ({"2", "204"}, 5_000, 5_000, 0, False),
        ({"2"}, 5_000, 9_000, 0, False),
        (set(), 0, 0, 0, False),
        ({"2"}, 5_000, 5_000, 100, False),
    ],
)
def test_a_balance_is_the_cost_share_when_it_is_deductible_coinsurance_and_copay_and_no_more(
    codes: set[str], left: int, balance: int, paid: int, is_it: bool
) -> None:
    assert is_cost_share(codes, left, balance, paid) is is_it


def test_a_remittance_of_tricare_says_whether_the_cost_share_is_what_is_owed(
    database: Database, tmp_path: Path
) -> None:
    take_in(database, [someone("Ada", "A1", cents=10_000)], date(2026, 1, 10))
    payer(database, "tricare")
    assert stopped_by(database) == "fed-tricare-balance"
    paid = "CLP*A1*1*100*60*15*12*CTRL1 CAS*CO*45*25 CAS*PR*1*5**2*10"
    post(database, tmp_path, remittance("60", paid))
    assert stopped_by(database) is None
    told = rows(database, "SELECT source FROM account_fact WHERE name = 'tricare_cost_share_only'")
    assert "835 of MADE UP PLAN" in told[0][0]
    back = "CLP*A1*22*-100*-60*-15*12*CTRL1 CAS*CO*45*-25 CAS*PR*1*-5**2*-10"
    post(database, tmp_path, remittance("0", back, plb="FB:X*-60", trace="TRACE2"), "back.835")
    assert rows(database, "SELECT source FROM account_fact") == []


@pytest.mark.parametrize(
    "claim",
    [
        "CLP*A1*1*100*60*15*12*C1 CAS*CO*45*25 CAS*PR*96*15",
        "CLP*A1*1*100*60*15*12*C1 CAS*CO*45*25 CAS*PR*2*5**204*10",
        "CLP*A1*1*100*60*15*12*C1 CAS*CO*197*25 CAS*PR*2*15",
    ],
)
def test_what_tricare_does_not_cover_or_did_not_write_off_is_no_cost_share(
    database: Database, tmp_path: Path, claim: str
) -> None:
    take_in(database, [someone("Ada", "A1", cents=10_000)], date(2026, 1, 10))
    payer(database, "tricare")
    post(database, tmp_path, remittance("60", claim))
    assert rows(database, "SELECT name FROM account_fact WHERE name = 'tricare_cost_share_only'") == []


def test_medicare_that_denies_as_not_necessary_at_the_providers_cost_is_recorded(
    database: Database, tmp_path: Path
) -> None:
    take_in(database, [someone("Ada", "A1", cents=10_000)], date(2026, 1, 10))
    payer(database, "medicare")
    post(database, tmp_path, remittance("0", "CLP*A1*4*100*0*0*12*C1 CAS*CO*50*100"))
    assert [row[0] for row in rows(database, "SELECT name FROM account_fact")] == ["denied_not_necessary"]
    with database.reading() as conn:
        groups, _ = groups_of_accounts(conn, [account_of(database, "A1").id], TODAY)
    facts = facts_for(StepKind.LETTER, SendLetter("reminder-1"), groups[0].accounts[0], groups[0], TODAY)
    assert "fed-medicare-no-abn" in [one.rule for one in check(StepKind.LETTER, facts, TODAY).findings]


def test_one_task_names_all_tricare_accounts_that_wait_and_closes_when_none_does(database: Database) -> None:
    take_in(database, [someone("Ada", "A1"), someone("Ben", "A2"), someone("Cyd", "A3")], TODAY)
    payer(database, "tricare")
    for _ in range(2):
        with database.transaction(actor="settle", business_date=TODAY) as tx:
            watch_cost_shares(tx, creditors_to_confirm(tx.conn, TODAY))
    query = "SELECT count(*) FROM task WHERE kind = 'tricare-cost-share' AND state = 'open'"
    assert rows(database, query)[0][0] == 1
    assert rows(database, "SELECT count(*) FROM task_account")[0][0] == 3
    put(database, FactName.TRICARE_COST_SHARE_ONLY)
    with database.transaction(actor="settle", business_date=TODAY) as tx:
        watch_cost_shares(tx, creditors_to_confirm(tx.conn, TODAY))
    assert rows(database, "SELECT count(*) FROM task_account")[0][0] == 2
    with database.transaction(actor="clerk", business_date=TODAY) as tx:
        name, source = FactName.TRICARE_COST_SHARE_ONLY, "letter of the contractor"
        changed = record_for_class(tx, PayerClass.TRICARE, name, source, there=True)
        watch_cost_shares(tx, creditors_to_confirm(tx.conn, TODAY))
    assert len(changed) == 2 and rows(database, query)[0][0] == 0
    assert all(("fact_recorded" in [kind for _, kind, _ in history(database, number)]) for number in ("A1", "A2", "A3"))


def test_a_creditor_at_which_nothing_waits_any_more_is_about_the_accounts_of_its_task(database: Database) -> None:
    take_in(database, [someone("Ada", "A1")], TODAY)
    payer(database, "tricare")
    with database.transaction(actor="settle", business_date=TODAY) as tx:
        (creditor,) = creditors_to_confirm(tx.conn, TODAY)
        watch_cost_shares(tx, [creditor])
        waiting = cost_share_subject(tx, creditor)
    put(database, FactName.TRICARE_COST_SHARE_ONLY)
    with database.transaction(actor="settle", business_date=TODAY) as tx:
        assert creditors_to_confirm(tx.conn, TODAY) == [creditor]
        assert cost_share_subject(tx, creditor) == waiting


def test_a_whole_class_needs_its_source_and_takes_no_number(database: Database) -> None:
    with database.transaction(actor="clerk", business_date=TODAY) as tx:
        with refused("enter the source.*--source"):
            record_for_class(tx, PayerClass.TRICARE, FactName.TRICARE_COST_SHARE_ONLY, " ", there=True)
        with pytest.raises(Refused, match="account by account"):
            record_for_class(tx, PayerClass.TRICARE, FactName.GFE, "list", there=True)
