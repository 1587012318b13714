"""What letters show besides balances: services, providers, insurers, whole numbers, and the accounts not in a letter."""

from datetime import date
from pathlib import Path

import orjson
import pytest

from flows.correspondence.letters.commands import mail_room, write_letters
from flows.correspondence.queue import answer_request
from flows.intake.file_format import Options
from flows.intake.take import take_files
from flows.practice import Practice
from letters.data import LetterData
from letters.kinds import LetterKind
from tests.flows.intake.files import ACCOUNTS, TRANSACTIONS, write, write_book
from tests.small_book import Someone, account_of, publish_shipped, rows, run_days, take_in

TODAY = date(2026, 3, 2)
FRIDAY = date(2026, 2, 6)

SHOWN = (
    ACCOUNTS.replace(",balance\n", ",balance,insurer,provider,service\n")
    .replace(",100.00\n", ",100.00,Prairie Mutual,Dr. Ada Quill,Office visit\n")
    .replace(",50.00\n", ",50.00,,,\n")
    .replace(",30.00\n", ",30.00,,,\n")
)
SERVICES = (
    TRANSACTIONS.replace(",reference\n", ",reference,code,description,units\n")
    .replace("charge,120.00,", "charge,120.00,,99213,Office visit,2")
    .replace("check 1", "check 1,,,")
    .replace("charge,50.00,", "charge,50.00,,,,")
)


def taken(practice: Practice, folder: Path, paths: list[Path]) -> int:
    return sum(one.rejected for one in take_files(practice.database, paths, Options(), TODAY, folder / "rejects"))


def statement(practice: Practice, number: str) -> LetterData:
    with practice.database.transaction(actor="clerk", business_date=TODAY) as tx:
        key = answer_request(tx, LetterKind.ITEMISED_STATEMENT, account_of(practice.database, number).id)
    write_letters(mail_room(practice), TODAY)
    return LetterData.from_dict(
        orjson.loads(rows(practice.database, "SELECT data FROM letter WHERE id = :k", k=key)[0][0])
    )


def test_files_bring_what_letters_show_of_accounts_and_charges(practice: Practice, tmp_path: Path) -> None:
    publish_shipped(practice.database)
    files = write_book(tmp_path, accounts=SHOWN, transactions=SERVICES)
    assert taken(practice, tmp_path, files) == 0
    data = statement(practice, "A1")
    (line,) = data.accounts
    assert (line.number, line.service, line.provider, line.insurer) == (
        "A1",
        "Office visit",
        "Dr. Ada Quill",
        "Prairie Mutual",
    )
    charge = data.ledger[0]
    assert (charge.code, charge.description, charge.units) == ("99213", "Office visit", 2)
    assert data.itemized
    plain = statement(practice, "A2")
    assert not plain.itemized
    assert plain.elsewhere == ("A3",)


def test_a_later_file_adds_what_was_not_known_and_erases_nothing(practice: Practice, tmp_path: Path) -> None:
    publish_shipped(practice.database)
    assert taken(practice, tmp_path, write_book(tmp_path)) == 0
    assert taken(practice, tmp_path, [write(tmp_path / "later", "accounts", SHOWN)]) == 0
    partly = SHOWN.replace("Prairie Mutual", "").replace("Dr. Ada Quill", "Dr. Bo Quill")
    assert taken(practice, tmp_path, [write(tmp_path / "third", "accounts", partly)]) == 0
    (found,) = rows(practice.database, "SELECT insurer, provider FROM account WHERE number = 'A1'")
    assert found == ("Prairie Mutual", "Dr. Bo Quill")


@pytest.mark.parametrize(
    ("column", "wrong", "said"),
    [("units", "two", "is not a whole number of units"), ("description", "x" * 81, "a letter has room for 80")],
)
def test_a_text_that_a_letter_cannot_print_is_rejected(
    practice: Practice, tmp_path: Path, column: str, wrong: str, said: str
) -> None:
    lines = f"transaction_id,account_number,date,kind,amount,{column}\nT1,A2,2025-12-02,charge,50.00,{wrong}\n"
    publish_shipped(practice.database)
    take_files(practice.database, write_book(tmp_path, transactions=lines), Options(), TODAY, tmp_path / "rejects")
    assert any(said in path.read_text() for path in (tmp_path / "rejects").iterdir())


def test_a_reminder_names_the_other_account_that_is_not_in_its_amount(practice: Practice) -> None:
    publish_shipped(practice.database)
    two = Someone("Ada", [("A1", date(2026, 1, 7), 12_000), ("A2", date(2026, 2, 1), 5_000)])
    take_in(practice.database, [two], date(2026, 2, 2))
    run_days(practice, FRIDAY, FRIDAY)
    (row,) = rows(practice.database, "SELECT data, total_cents FROM letter")
    data = LetterData.from_dict(orjson.loads(row.data))
    assert [one.number for one in data.accounts] == ["A1"]
    assert (data.elsewhere, row.total_cents) == (("A2",), 12_000)
