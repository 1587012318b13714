"""A CSV file that people open in a spreadsheet computes nothing and hides nothing."""

import pytest

from models.csv_files import csv_bytes, harmless


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"), ("@SUM(1)", "'@SUM(1)"), ("+A1", "'+A1"), ("-A1", "'-A1"),
        ("\t=1+1", "'=1+1"), ("\u202e=1", "'=1"), ("Ann\u202eeB", "AnneB"), ("O'Neil", "O'Neil"), ("Müller-Díaz", "Müller-Díaz"),
        ("-12.50", "-12.50"), ("937-555-0101", "937-555-0101"), ("+49 6371 555010", "+49 6371 555010"), (12, 12), (None, None), ("", ""),
    ],
)  # fmt: skip
def test_a_cell_is_harmless_and_says_what_it_said(cell: object, shown: object) -> None:
    assert harmless(cell) == shown


def test_a_file_is_utf8_with_its_header() -> None:
    assert csv_bytes(("name", "cents"), [("=1", 5)]) == b"name,cents\r\n'=1,5\r\n"
