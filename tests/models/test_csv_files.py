"""A CSV file that people open in a spreadsheet computes nothing and hides nothing."""

import re
import subprocess
from datetime import date
from pathlib import Path

import pytest

from flows.agency_handoff.files.layout_file import layout_from, shipped_layouts
from flows.agency_handoff.files.writing import About, Writer
from flows.reports import audit_packet
from models.csv_files import csv_bytes, harmless, restored
from models.enums import AgencyFileKind

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("+A1", "'+A1"),
        ("-A1", "'-A1"),
        ("\t=1+1", "'=1+1"),
        ("\u202e=1", "'=1"),
        ("Ann\u202eeB", "AnneB"),
        ("O'Neil", "O'Neil"),
        ("Müller-Díaz", "Müller-Díaz"),
        ("'=1", "''=1"),
        ("-12.50", "-12.50"),
        ("937-555-0101", "937-555-0101"),
        ("+49 6371 555010", "+49 6371 555010"),
        (12, 12),
        (None, None),
        ("", ""),
    ],
)
def test_a_cell_is_harmless_and_says_what_it_said(cell: object, shown: object) -> None:
    assert harmless(cell) == shown


@pytest.mark.parametrize("cell", ["=1+1", "'=1+1", "''-x", "-12.50", "-", "O'Neil", "'tis", "+1 A"])
def test_a_harmless_cell_can_be_read_as_it_was(cell: str) -> None:
    assert restored(str(harmless(cell))) == cell


def test_a_file_is_utf8_with_its_header() -> None:
    assert csv_bytes(("name", "cents"), [("=1", 5)]) == b"name,cents\r\n'=1,5\r\n"


WRITER = re.compile(r"csv\.writer\(|DictWriter|\.to_csv\(")

MAY_WRITE = {"models/csv_files.py", "bench/intake.py"}
"""The one place that writes CSV for people; and the measurements, which write a file only to read it themselves."""


def test_no_other_code_writes_a_csv_file() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "flows/reports/audit_packet.py" in tracked
    writing = {
        name for name in tracked if not name.startswith("tests/") and WRITER.search((ROOT / name).read_text("utf-8"))
    }
    assert writing == MAY_WRITE, "write through models/csv_files.py, so that no cell is a formula"


def test_a_table_of_an_audit_packet_computes_nothing() -> None:
    made = audit_packet._csv(
        ("why", "by", "on"), [{"why": '=HYPERLINK("http://x")', "by": "\t+1A", "on": None, "more": 1}]
    )
    assert made == b'why,by,on\r\n"\'=HYPERLINK(""http://x"")",\'+1A,\r\n'


def test_a_csv_for_an_agency_computes_nothing_and_keeps_its_amounts() -> None:
    layout = layout_from(shipped_layouts()["plain-csv"].read_text(), "plain-csv.yaml")
    writer = Writer(layout, AgencyFileKind.RETURNS)
    writer.add({"account_number": "=1+1", "code": "uncollectible", "returned_on": date(2026, 1, 5), "balance": -1_250})
    text = writer.content(About("harbor", date(2026, 1, 5), 1, AgencyFileKind.RETURNS)).decode()
    assert ",'=1+1," in text
    assert ",-12.50" in text
