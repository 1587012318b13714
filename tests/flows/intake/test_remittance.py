"""An insurer's remittance moves a balance to the cent, or is refused with what is wrong with it."""

from datetime import date
from pathlib import Path

import pytest

from flows.intake.remittance_file import read_remittances
from models.database import Database
from models.errors import BadFile
from tests.flows.intake.files import HEAD, balances, owing, post, rejects, remittance, take, write
from tests.small_book import rows, someone, take_in


def holds(database: Database) -> list[tuple[str, bool]]:
    return [
        (row.kind, row.cleared_on is not None)
        for row in rows(database, "SELECT kind, cleared_on FROM hold ORDER BY id")
    ]


def tasks(database: Database) -> list[str]:
    return [row.kind for row in rows(database, "SELECT kind FROM task ORDER BY id")]


PAID_IN_PART = "CLP*A1*1*100*60*15*12*CTRL1 CAS*CO*45*25 CAS*PR*2*15"


def test_what_is_paid_and_what_the_contract_takes_off_leave_the_patients_part(
    database: Database, tmp_path: Path
) -> None:
    owing(database, "A1")
    text = remittance("60", PAID_IN_PART)
    assert post(database, tmp_path, text).taken == 1
    assert balances(database) == {"A1": 1_500}
    assert post(database, tmp_path, text).already_taken
    again = post(database, tmp_path, text.replace("*260201*1500*^", "*260202*0900*^"), "again.835")
    assert (again.taken, again.rejected) == (0, 0)
    assert balances(database) == {"A1": 1_500}
    assert len(rows(database, "SELECT seq FROM account_event WHERE kind = 'remittance_read'")) == 1


def test_amounts_of_service_lines_count_as_those_of_the_claim(empty_sqlite_database: Database, tmp_path: Path) -> None:
    owing(empty_sqlite_database, "A1")
    claim = (
        "CLP*A1*1*100*60.5*15*12*C1 SVC*HC:1*70*50.5 CAS*CO*45*4.5**253*.5 CAS*PR*1*14.5 SVC*HC:2*30*10 CAS*PI*45*20"
    )
    post(empty_sqlite_database, tmp_path, remittance("60.5", claim))
    assert balances(empty_sqlite_database) == {"A1": 1_450}


REFUSED = {
    "claim CTRL off": (
        remittance("60", PAID_IN_PART.replace("PR*2*15", "PR*2*14")),
        r"claim 1 of the payment is off by \$1\.00",
    ),
    "total off": (remittance("61", PAID_IN_PART), r"off by \$1\.00"),
    "PLB the wrong way": (remittance("70", PAID_IN_PART, plb="WO:X*10"), r"off by \$20\.00"),
    "no envelope": (remittance("60", PAID_IN_PART)[len(HEAD) :], "has no ISA envelope"),
    "cut in a claim": (remittance("60", PAID_IN_PART).partition("CAS*PR")[0], "no SE|incomplete|not an X12"),
    "cut before the end": (remittance("60", PAID_IN_PART).partition("GE*")[0], "incomplete|not an X12"),
    "no trace": (remittance("60", PAID_IN_PART, trace=""), "has no trace number"),
    "not an amount": (
        remittance("60", PAID_IN_PART.replace("CO*45*25", "CO*45*25.005")),
        "an amount that is not in dollars and cents",
    ),
    "another transaction": (remittance("60", PAID_IN_PART).replace("ST*835", "ST*837"), "837, not an 835"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_broken_file_is_refused_whole(empty_sqlite_database: Database, tmp_path: Path, name: str) -> None:
    owing(empty_sqlite_database, "A1")
    text, reason = REFUSED[name]
    with pytest.raises(BadFile, match=reason):
        post(empty_sqlite_database, tmp_path, text)
    assert balances(empty_sqlite_database) == {"A1": 10_000}


def test_a_denial_writes_nothing_off_holds_the_account_and_is_work_for_the_clerk(
    database: Database, tmp_path: Path
) -> None:
    owing(database, "A1")
    denied = "CLP*A1*4*100*0*0*12*C1 CAS*CO*29*100"
    post(database, tmp_path, remittance("0", denied))
    assert (balances(database), holds(database), tasks(database)) == (
        {"A1": 10_000},
        [("denial_appeal", False)],
        ["appeal-denial"],
    )
    unknown = "CLP*A9*4*50*0*0*12*C9 CAS*CO*29*50"
    again = post(database, tmp_path, remittance("0", denied, unknown), "again.835")
    assert [(field, reason) for _, field, reason in rejects(again)] == [("CLP01", 'there is no account "A9"')]
    assert again.taken == 0, "the denial is known though nothing was paid"


@pytest.mark.parametrize(("code", "denied"), [("A1", True), ("16", True), ("45", False), ("253", False)])
def test_a_part_refused_is_a_denial_and_a_contract_is_none(code: str, denied: bool) -> None:
    text = remittance("60", f"CLP*A1*1*100*60*0*12*C1 CAS*CO*{code}*40")
    [claim] = read_remittances(text.encode(), "made-up.835")[0].claims
    assert (claim.denied, claim.written_off()) == (denied, 0 if denied else 4_000)


def test_a_reversal_puts_back_what_was_taken_off_and_the_correction_is_posted(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    database = empty_sqlite_database
    owing(database, "A1")
    post(database, tmp_path, remittance("60", PAID_IN_PART))
    back = "CLP*A1*22*-100*-60*-15*12*CTRL1 CAS*CO*45*-25 CAS*PR*2*-15"
    post(database, tmp_path, remittance("0", back, plb="FB:X*-60", trace="TRACE2"), "back.835")
    assert balances(database) == {"A1": 10_000}
    assert holds(database) == [("insurance_pending", False)]
    corrected = "CLP*A1*1*100*70*5*12*CTRL2 CAS*CO*45*25 CAS*PR*2*5"
    post(database, tmp_path, remittance("70", corrected, trace="TRACE3"), "new.835")
    assert balances(database) == {"A1": 500}
    assert holds(database) == [("insurance_pending", True)]


def test_a_correction_that_stands_before_its_reversal_is_posted_after_it(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    owing(empty_sqlite_database, "A1")
    post(empty_sqlite_database, tmp_path, remittance("60", PAID_IN_PART))
    back = "CLP*A1*22*-100*-60*-15*12*CTRL1 CAS*CO*45*-25 CAS*PR*2*-15"
    report = post(
        empty_sqlite_database,
        tmp_path,
        remittance("10", "CLP*A1*1*100*70*5*12*CTRL2 CAS*CO*45*25 CAS*PR*2*5", back, trace="TRACE2"),
        "both.835",
    )
    assert (report.taken, report.rejected) == (2, 0)
    assert balances(empty_sqlite_database) == {"A1": 500}


def test_the_reversal_of_a_denial_puts_nothing_back(empty_sqlite_database: Database, tmp_path: Path) -> None:
    owing(empty_sqlite_database, "A1")
    post(empty_sqlite_database, tmp_path, remittance("0", "CLP*A1*4*100*0*0*12*CTRL1 CAS*CO*45*20 CAS*CO*29*80"))
    back = "CLP*A1*22*-100*0*0*12*CTRL1 CAS*CO*45*-20 CAS*CO*29*-80"
    post(empty_sqlite_database, tmp_path, remittance("0", back, trace="TRACE2"), "back.835")
    assert balances(empty_sqlite_database) == {"A1": 10_000}


def test_a_second_insurer_pays_of_what_the_first_one_left(empty_sqlite_database: Database, tmp_path: Path) -> None:
    database = empty_sqlite_database
    owing(database, "A1")
    first = "CLP*A1*19*100*60*15*12*CTRL1 CAS*CO*45*25 CAS*PR*2*15"
    post(database, tmp_path, remittance("60", first))
    assert (balances(database), holds(database)) == ({"A1": 1_500}, [("insurance_pending", False)])
    second = "CLP*A1*2*100*10*5*12*S1 CAS*OA*23*85 CAS*PR*2*5"
    post(database, tmp_path, remittance("10", second, payer="SECOND PLAN"), "second.835")
    assert (balances(database), holds(database)) == ({"A1": 500}, [("insurance_pending", True)])


def test_other_adjustments_are_nobodys_to_write_off_and_what_the_patient_was_paid_is_the_patients(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    database = empty_sqlite_database
    owing(database, "A1", "A2")
    claims = ("CLP*A1*1*100*60*0*12*C1 CAS*OA*121*40", "CLP*A2*1*100*0*100*12*C2 CAS*OA*100*100")
    post(database, tmp_path, remittance("60", *claims))
    assert balances(database) == {"A1": 4_000, "A2": 10_000}
    assert holds(database) == [("denial_appeal", False)]


def test_provider_adjustments_lower_the_payment_and_are_reported(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    owing(empty_sqlite_database, "A1")
    report = post(empty_sqlite_database, tmp_path, remittance("51.27", PAID_IN_PART, plb="WO:X*10*L6:Y*-1.27"))
    assert balances(empty_sqlite_database) == {"A1": 1_500}
    assert [warning[:38] for warning in report.warnings] == [
        "provider adjustment WO of $10.00 (PLB,",
        "provider adjustment L6 of -$1.27 (PLB,",
    ]


def test_what_would_leave_an_account_below_zero_is_rejected_unless_the_patient_had_paid(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    database = empty_sqlite_database
    owing(database, "A1", "A2", cents=5_000)
    paid = "date,account_number,amount,reference\n2026-01-20,A2,50.00,R1\n"
    take(database, tmp_path / "in", write(tmp_path / "in", "paid", paid))
    claims = [f"CLP*{number}*1*50*50*0*12*C{number}" for number in ("A1", "A2")]
    more = "CLP*A1*1*30*30*0*12*MORE"
    report = post(database, tmp_path, remittance("130", *claims, more))
    [(_, field, reason)] = rejects(report)
    assert field == "CLP04"
    assert "would leave the account at -$30.00" in reason
    assert balances(database) == {"A1": 0, "A2": -5_000}


def test_a_payer_who_tells_that_the_patient_had_died_stops_everything_until_the_desk_has_looked(
    database: Database, tmp_path: Path
) -> None:
    owing(database, "A1")
    post(database, tmp_path, remittance("0", "CLP*A1*4*100*0*0*12*C1 CAS*CO*13*100"))
    assert ("deceased", False) in holds(database)
    assert [row.state for row in rows(database, "SELECT state FROM estate_matter")] == ["reported"]


def test_a_payer_who_takes_such_a_decision_back_tells_of_no_death(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    owing(empty_sqlite_database, "A1")
    claims = ("CLP*A1*22*-100*0*0*12*C1 CAS*CO*13*-100", "CLP*A1*1*100*60*40*12*C2 CAS*PR*1*40")
    assert post(empty_sqlite_database, tmp_path, remittance("60", *claims)).taken == 2
    assert "deceased" not in [kind for kind, _ in holds(empty_sqlite_database)]


def test_an_estimate_is_not_a_payment(empty_sqlite_database: Database, tmp_path: Path) -> None:
    owing(empty_sqlite_database, "A1")
    report = post(empty_sqlite_database, tmp_path, remittance("0", "CLP*A1*25*100*0*0*12*C1 CAS*OA*101*100"))
    assert [field for _, field, _ in rejects(report)] == ["CLP02"]
    assert balances(empty_sqlite_database) == {"A1": 10_000}


REAL_FILES = (
    "cosyte-availity-quirk",
    "cosyte-multi-claim",
    "cosyte-with-plb",
    "databricks-sample",
    "emedny",
    "linuxforhealth-managed-care",
    "linuxforhealth-medicare-part-a",
    "linuxforhealth-secondary-payment",
)
WRONG_FILES = {
    "blue-cross-nc": "no ISA",
    "cosyte-imbalance": r"of the payment is off by \$10\.00",
    # Its three provider adjustments come to -14.00, so that 14.00 should have been paid; it says 0.
    "databricks-plb": r"payment is \$0\.00, .* total \$14\.00: off by -\$14\.00",
}


@pytest.mark.field
def test_every_real_file_is_spoken_of(field: Path) -> None:
    assert {path.stem for path in (field / "data" / "835").glob("*.835")} == {*REAL_FILES, *WRONG_FILES}


@pytest.mark.field
@pytest.mark.parametrize("name", WRONG_FILES)
def test_a_real_file_that_is_wrong_is_refused_with_the_reason(
    field: Path, empty_sqlite_database: Database, tmp_path: Path, name: str
) -> None:
    with pytest.raises(BadFile, match=WRONG_FILES[name]):
        take(empty_sqlite_database, tmp_path / "in", field / "data" / "835" / f"{name}.835")


@pytest.mark.field
@pytest.mark.parametrize("name", REAL_FILES)
def test_a_real_file_is_posted_to_the_cent(
    field: Path, empty_sqlite_database: Database, tmp_path: Path, name: str
) -> None:
    database, path = empty_sqlite_database, field / "data" / "835" / f"{name}.835"
    claims = [claim for one in read_remittances(path.read_bytes(), path.name) for claim in one.claims]
    charged: dict[str, int] = {}
    left: dict[str, int] = {}
    for claim in claims:
        number = claim.account_number
        prior = sum(one.cents for one in claim.every_adjustment() if one.code == "23")
        open_still = sum(
            one.cents
            for one in claim.every_adjustment()
            if one.group in ("PR", "OA", "CO") and one.code in (*"123", "26", "29", "147", "176", "251")
        )
        charged[number] = charged.get(number, 0) + claim.charged - prior
        left[number] = left.get(number, 0) + open_still
    people = [someone(f"Patient {number}", number, cents=cents) for number, cents in charged.items()]
    take_in(database, people, date(2026, 1, 10))
    report = take(database, tmp_path / "in", path)[path.name]
    assert (report.rejected, report.taken) == (0, len(claims))
    assert balances(database) == left
