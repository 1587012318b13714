"""A practice's own export comes in through a mapping, and its flaws are named in its own words."""

from pathlib import Path

import pytest

from flows.intake.file_format import Options
from flows.intake.mapped import read_mapping
from models.database import Database
from models.errors import BadFile
from tests.flows.intake.files import ACCOUNTS, balances, rejects, take, write, write_book

MAPPING = """
take: transactions
columns: {transaction_id: Txn No, account_number: Acct, date: Posted, kind: Type, amount: Amt}
values: {kind: {CHG: charge, PMT: patient_payment}}
constants: {reference: reversal of a made-up ledger}
dates: "%m/%d/%Y"
negate: [amount]
delimiter: ";"
"""
EXPORT = "Txn No;Clerk;Acct;Posted;Type;Amt\n1;x;A3;2/1/2026;PMT;$10.00\n2;x;A3;02/03/2026;CHG;(1,005.50)\n"


def take_mapped(database: Database, tmp_path: Path, text: str, mapping: str = MAPPING) -> list[tuple[int, str, str]]:
    options = Options(mapping=write(tmp_path, "practice.yaml", mapping))
    path = write(tmp_path / "export", "ledger", text)
    return rejects(take(database, tmp_path / "export", path, options=options)["ledger.csv"])


def test_an_export_comes_in_through_its_mapping(database: Database, tmp_path: Path) -> None:
    write_book(tmp_path / "in")
    take(database, tmp_path / "in")
    assert take_mapped(database, tmp_path, EXPORT) == []
    assert balances(database)["A3"] == 3_000 - 1_000 + 100_550


def test_rejects_name_the_exports_own_column_and_line(empty_sqlite_database: Database, tmp_path: Path) -> None:
    write_book(tmp_path / "in")
    take(empty_sqlite_database, tmp_path / "in")
    wrong = "3;x;A3;13/1/2026;PMT;1.00\n4;x;A9;2/1/2026;PMT;1.00\n5;x;A3;2/1/2026;ADJ;1.00\n6;x;A3;2/1/2026;PMT;1,50\n"
    found = take_mapped(empty_sqlite_database, tmp_path, EXPORT + wrong)
    assert [(line, field) for line, field, _ in found] == [(4, "Posted"), (5, "Acct"), (6, "Type"), (7, "Amt")]
    assert "is not a date in the format %m/%d/%Y" in found[0][2]


WRONG_MAPPINGS = {
    "amuont": (MAPPING.replace("amount: Amt", "amuont: Amt"), 'did you mean "amount"'),
    "needed": (MAPPING.replace(", amount: Amt", ""), '"amount" is not a field|needs "amount"'),
    "take": (MAPPING.replace("take: transactions", "take: ledger"), "enter one of creditors"),
    "unknown key": (MAPPING + "colour: red\n", "colour"),
    "not YAML": ("{", "is not YAML"),
}


@pytest.mark.parametrize("name", WRONG_MAPPINGS)
def test_a_wrong_mapping_is_refused_with_what_would_be_right(tmp_path: Path, name: str) -> None:
    text, reason = WRONG_MAPPINGS[name]
    with pytest.raises(BadFile, match=reason):
        read_mapping(write(tmp_path, "practice.yaml", text))


def test_a_column_that_the_export_lacks_refuses_it_before_anything_is_taken(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    with pytest.raises(BadFile, match=r"ledger\.csv:1: column posted is missing"):
        take_mapped(empty_sqlite_database, tmp_path, EXPORT.replace("Posted", "When"))


def test_two_systems_may_give_the_same_numbers_to_different_people(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    write_book(tmp_path / "in")
    take(empty_sqlite_database, tmp_path / "in")
    mapping = (
        "take: guarantors\nsource: other practice\ncolumns: {guarantor_id: No, first_name: First, last_name: Last}\n"
    )
    options = Options(mapping=write(tmp_path, "other.yaml", mapping))
    people = write(tmp_path / "export", "people", "No,First,Last\nG1,Zoe,Fox\n")
    assert take(empty_sqlite_database, tmp_path / "export", people, options=options)["people.csv"].taken == 1
    assert ACCOUNTS
