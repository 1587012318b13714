"""Addresses checked by a CASS and NCOALink service: what goes out, and what its result changes."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.correspondence.addresses.decide import Checked, Dpv, Outcome, is_due, outcome_of
from flows.correspondence.addresses.queries import addresses_to_check, unchecked_letters
from flows.intake.file_format import Options
from flows.intake.rows import FileReport
from flows.intake.take import take_files
from flows.people.contact.commands import change_person
from flows.practice import Practice
from tests.small_book import publish_shipped, rows, run_days, someone, take_in

FRIDAY = date(2026, 2, 6)
HOME = {"address1": "1 Test Lane", "address2": None, "city": "Dayton", "state": "OH", "zip": "45402"}


@pytest.fixture
def two(practice: Practice) -> Practice:
    """Two people with a letter in the queue."""
    publish_shipped(practice.database)
    take_in(practice.database, [someone(n, f"{n}1", date(2026, 1, 7)) for n in ("Ada", "Ben")], date(2026, 1, 20))
    run_days(practice, FRIDAY, FRIDAY)
    return practice


def checked(practice: Practice, folder: Path, *lines: str, today: date = FRIDAY) -> FileReport:
    file = folder / f"result-{today}.csv"
    file.write_text("\n".join(("reference,dpv,ncoa_code,address1,city,state,zip,zip4,delivery_point", *lines)) + "\n")
    (report,) = take_files(practice.database, [file], Options(), today, folder / "rejects")
    return report


def sent(practice: Practice, today: date = FRIDAY, *, every: bool = False) -> list[tuple[object, ...]]:
    with practice.database.reading() as conn:
        return list(addresses_to_check(conn, today, every=every))


def person(practice: Practice, name: str) -> tuple[object, ...]:
    query = "SELECT address1, zip, address_checked_on, dpv, delivery_point FROM person WHERE first_name = :n"
    return tuple(None if one is None else str(one) for one in rows(practice.database, query, n=name)[0])


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (Checked(Dpv.CONFIRMED, "", HOME), Outcome.CONFIRMED),
        (Checked(Dpv.CONFIRMED, "", dict.fromkeys(HOME)), Outcome.CONFIRMED),
        (Checked(Dpv.CONFIRMED, "", {**HOME, "zip": "45402-1234"}), Outcome.STANDARDIZED),
        (Checked(Dpv.SECONDARY_MISSING, "", HOME), Outcome.CONFIRMED),
        (Checked(Dpv.NOT_CONFIRMED, "", HOME), Outcome.UNDELIVERABLE),
        (Checked(Dpv.CONFIRMED, "A", {**HOME, "address1": "9 New St"}), Outcome.MOVED),
        (Checked(Dpv.CONFIRMED, "91", {**HOME, "address1": "9 New St"}), Outcome.MOVED),
        (Checked(Dpv.CONFIRMED, "A", dict.fromkeys(HOME)), Outcome.CONFIRMED),
        (Checked(Dpv.CONFIRMED, "02", HOME), Outcome.UNDELIVERABLE),
        (Checked(Dpv.CONFIRMED, "03", HOME), Outcome.UNDELIVERABLE),
    ],
)
def test_a_result_is_read_as_what_it_means_for_the_address(row: Checked, outcome: Outcome) -> None:
    assert outcome_of(row, HOME) is outcome


def test_an_address_counts_as_checked_for_ninety_five_days() -> None:
    assert is_due(None, FRIDAY, 95)
    assert not is_due(FRIDAY - timedelta(days=95), FRIDAY, 95)
    assert is_due(FRIDAY - timedelta(days=96), FRIDAY, 95)


def test_the_file_has_the_addresses_that_were_not_checked_lately(two: Practice, tmp_path: Path) -> None:
    one, other = sent(two)
    assert one[1:7] == ("Ada Tester", "1 Test Lane", "", "Dayton", "OH", "45402")
    with two.database.reading() as conn:
        assert unchecked_letters(conn, FRIDAY) == {1, 2}
    report = checked(two, tmp_path, f"{one[0]},Y,,,,,,,")
    assert (report.kind, report.taken) == ("address_check", 1)
    assert sent(two) == [other]
    assert len(sent(two, every=True)) == 2
    assert len(sent(two, FRIDAY + timedelta(days=96))) == 2
    with two.database.reading() as conn:
        assert unchecked_letters(conn, FRIDAY) == {2}


def test_a_standardized_address_and_a_move_are_in_the_history_with_their_source(two: Practice, tmp_path: Path) -> None:
    one, other = sent(two)
    zip5 = one[6]
    report = checked(
        two,
        tmp_path,
        f"{one[0]},Y,,1 TEST LN,DAYTON,OH,{zip5},1912,03",
        f"{other[0]},Y,A,9 NEW ST,MADISON,WI,53703,1912,09",
    )
    assert (report.taken, report.rejected) == (2, 0)
    assert person(two, "Ada") == ("1 TEST LN", f"{zip5}-1912", "2026-02-06", "Y", "03")
    assert person(two, "Ben") == ("9 NEW ST", "53703-1912", "2026-02-06", "Y", "09")
    told = [row[0] for row in rows(two.database, "SELECT data FROM account_event WHERE kind = 'person_changed'")]
    assert any("CASS" in text for text in told)
    assert any("NCOALink" in text for text in told)


def test_an_address_to_which_no_mail_goes_holds_the_letters_and_is_looked_for(two: Practice, tmp_path: Path) -> None:
    one, other = sent(two)
    checked(two, tmp_path, f"{one[0]},N,,,,,,,", f"{other[0]},Y,02,,,,,,")
    assert [row[0] for row in rows(two.database, "SELECT kind FROM hold")] == ["address_unknown"] * 2
    reasons = [row[0] for row in rows(two.database, "SELECT reason FROM task WHERE kind = 'find-address' ORDER BY id")]
    assert reasons == [
        "Address check of 2026-02-06: the address does not exist (DPV N)",
        "Address check of 2026-02-06: moved, left no address",
    ]
    again = checked(two, tmp_path, f"{one[0]},N,,,,,,,", today=FRIDAY + timedelta(days=1))
    assert again.known == 1
    assert len(rows(two.database, "SELECT id FROM hold")) == 2


def test_a_new_address_was_not_checked(two: Practice, tmp_path: Path) -> None:
    one = sent(two)[0]
    checked(two, tmp_path, f"{one[0]},Y,,,,,,,")
    with two.database.transaction(actor="clerk", business_date=FRIDAY) as tx:
        change_person(tx, int(str(one[0])[1:]), {"address1": "2 Other Road"}, "phone call")
    assert person(two, "Ada")[2:] == (None, None, None)


def test_rows_that_are_wrong_are_rejected_with_their_column(two: Practice, tmp_path: Path) -> None:
    one = sent(two)[0]
    report = checked(
        two,
        tmp_path,
        "X1,Y,,,,,,,",
        "P99999,Y,,,,,,,",
        f"{one[0]},Q,,,,,,,",
        f"{one[0]},Y,A,9 New St,Madison,OH,53703,,",
    )
    assert (report.taken, report.rejected) == (0, 4)
    rejected = Path(str(report.reject_file)).read_text()
    for said in ("is not a reference of the address file", "P99999 was not found", "is not Y, S, D or N", "is in WI"):
        assert said in rejected
