"""Remittances as gateways deliver them: padded, wrapped, several in one file; and no message quotes what is in them."""

from pathlib import Path

import pytest

from flows.intake.remittance_file import read_remittances
from models.database import Database
from models.errors import BadFile
from tests.flows.intake.files import PAID_CLAIM, PLAIN_REMITTANCE, balances, owing, post, remittance

OTHER = remittance("60", PAID_CLAIM, trace="TRACE2").replace("~", "'\n").replace("*", "|").replace(":'", ">'")


def wrapped(text: str) -> str:
    return "\n".join(text[place : place + 80] for place in range(0, len(text), 80))


@pytest.mark.parametrize(
    ("text", "payments"),
    [
        (PLAIN_REMITTANCE.replace("~", " ~"), 1),
        (PLAIN_REMITTANCE + "\x1a", 1),
        (PLAIN_REMITTANCE + "\x00" * 300, 1),
        ("\r\n\n" + PLAIN_REMITTANCE, 1),
        (PLAIN_REMITTANCE.replace("~", "~\r\n") + "\n\n", 1),
        (wrapped(PLAIN_REMITTANCE), 1),
        (PLAIN_REMITTANCE + PLAIN_REMITTANCE, 2),
        (PLAIN_REMITTANCE + "\n" + OTHER, 2),
        (PLAIN_REMITTANCE.removesuffix("~"), 1),
        (PLAIN_REMITTANCE.replace("~", "\n"), 1),
        ("\ufeff" + PLAIN_REMITTANCE, 1),
        (OTHER + PLAIN_REMITTANCE, 2),
    ],
    ids=[
        "blank before ~",
        "Ctrl-Z",
        "NULs",
        "lines before",
        "lines and blank lines",
        "wrapped",
        "two",
        "two kinds",
        "no last ~",
        "lines for ~",
        "BOM",
        "two kinds, other first",
    ],
)
def test_padding_and_delimiters_change_nothing(text: str, payments: int) -> None:
    found = read_remittances(text.encode(), "remit.835")
    assert [(one.paid, [claim.account_number for claim in one.claims]) for one in found] == [(6_000, ["A1"])] * payments


@pytest.mark.parametrize(
    "text",
    [
        PLAIN_REMITTANCE + "SECRETNAME*1~",
        PLAIN_REMITTANCE.replace("IEA*1*000000005~", "SECRETNAME~"),
        PLAIN_REMITTANCE.replace("*45*25", "*45*SECRETNAME"),
        PLAIN_REMITTANCE.replace("ISA*", "SECRETNAME*"),
        remittance("60", PAID_CLAIM.replace("A1", "SECRETNAME").replace("PR*2*15", "PR*2*14")),
        PLAIN_REMITTANCE[:150] + "SECRETNAME",
    ],
)
def test_no_message_quotes_what_is_in_a_file(text: str) -> None:
    with pytest.raises(BadFile) as refused:
        read_remittances(text.encode(), "remit.835")
    assert "SECRETNAME" not in str(refused.value)


def test_an_account_whose_number_differs_in_case_alone_is_meant_where_it_is_one(
    database: Database, tmp_path: Path
) -> None:
    owing(database, "ab1", "Ab2", "aB2")
    claims = (PAID_CLAIM.replace("A1", "AB1"), PAID_CLAIM.replace("A1", "AB2").replace("ICN1", "ICN2"))
    report = post(database, tmp_path, remittance("120", *claims))
    assert (report.taken, report.rejected) == (1, 1)
    assert balances(database) == {"ab1": 1_500, "Ab2": 10_000, "aB2": 10_000}


def test_a_claim_is_known_wherever_it_stands_when_its_remittance_comes_again(
    database: Database, tmp_path: Path
) -> None:
    owing(database, "A1", "A2")
    two = PAID_CLAIM.replace("A1", "A2").replace("ICN1", "ICN2")
    post(database, tmp_path, remittance("60", PAID_CLAIM), "first.835")
    again = post(database, tmp_path, remittance("120", two, PAID_CLAIM), "again.835")
    assert (again.rows, again.taken, again.known, again.rejected) == (2, 1, 1, 0)
    assert (again.taken_cents, again.known_cents) == (6_000, 6_000)
    assert balances(database) == {"A1": 1_500, "A2": 1_500}
