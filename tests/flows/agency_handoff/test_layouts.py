"""Layouts: what is written is read again, whatever stands in it; what is wrong is refused with its line."""

import string
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from flows.agency_handoff.files.codec import decoder, encoder
from flows.agency_handoff.files.fields import FIELDS, FieldType
from flows.agency_handoff.files.layout import Cell, Format, Holds, Layout
from flows.agency_handoff.files.layout_file import layout_from, shipped_layouts
from flows.agency_handoff.files.reading import BadLine, Line, check_whole, lines_of
from flows.agency_handoff.files.writing import About, Writer
from flows.settings.tables.yaml_text import BadSchedule
from models.enums import AgencyFileKind
from models.errors import BadFile
from models.values import BadValue

LAYOUTS = {name: layout_from(path.read_text(), path.name) for name, path in shipped_layouts().items()}
ENDING = {Format.DELIMITED: "csv", Format.FIXED: "txt", Format.XLSX: "xlsx"}
ABOUT = About("harbor", date(2026, 6, 1), 7, AgencyFileKind.PLACEMENT)

DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
LETTERS = string.ascii_letters + string.digits + " -.,'#/&"


def value_for(cell: Cell) -> st.SearchStrategy[Any]:
    """Something that may stand in a cell."""
    match cell.type:
        case FieldType.TEXT:
            most = cell.width or 40
            text = st.text(LETTERS, min_size=1, max_size=most).map(str.strip).filter(bool)
            return text if cell.filled else st.none() | text
        case FieldType.WORD:
            return st.sampled_from(cell.words)
        case FieldType.FLAG:
            return st.booleans()
        case FieldType.DATE:
            return DAYS if cell.filled else st.none() | DAYS
        case FieldType.AMOUNT:
            return st.integers(-(10**8), 10**8)
        case FieldType.PERCENT:
            return st.integers(0, 99_99)
        case FieldType.NUMBER:
            return st.integers(0, 9)


def record_for(layout: Layout, kind: AgencyFileKind) -> st.SearchStrategy[dict[str, Any]]:
    cells = [cell for cell in layout.files[kind].line if cell.holds is Holds.FIELD]
    return st.fixed_dictionaries({cell.name: value_for(cell) for cell in cells})


@pytest.mark.parametrize("kind", list(AgencyFileKind))
@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_whatever_is_written_is_read_again_the_same(name: str, kind: AgencyFileKind, tmp_path: Path) -> None:
    layout = LAYOUTS[name]

    @settings(max_examples=10 if layout.format is Format.XLSX else 30)
    @given(st.lists(record_for(layout, kind), max_size=8))
    def round_trip(records: list[dict[str, Any]]) -> None:
        writer = Writer(layout, kind)
        for record in records:
            writer.add(record)
        path = tmp_path / f"file.{ENDING[layout.format]}"
        path.write_bytes(writer.content(ABOUT))
        tally = check_whole(layout, kind, path)
        assert tally == writer.tally
        read = list(lines_of(layout, kind, path))
        assert all(isinstance(line, Line) for line in read), read
        assert [line.values for line in read if isinstance(line, Line)] == records

    round_trip()


def test_a_fixed_line_has_400_bytes_and_the_trailer_its_count_and_total() -> None:
    layout = LAYOUTS["fixed-400"]
    writer = Writer(layout, AgencyFileKind.PLACEMENT)
    writer.add(
        {
            "account_number": "A1",
            "placed_on": date(2026, 6, 1),
            "balance": 123_45,
            "first_name": "José",
            "last_name": "Muñoz",
            "no_calls": True,
            "rate": 2250,
            "tier": 1,
        }
    )
    header, line, trailer = writer.content(ABOUT).split(b"\r\n")[:-1]
    assert {len(header), len(line), len(trailer)} == {400}
    assert header.startswith(b"Hharbor" + b" " * 14 + b"06012026000007PLACEMENT")
    assert line[21:29] == b"06012026" and line[29:39] == b"0000012345"
    assert b"Munoz" in line and b"Jose" in line
    assert trailer.startswith(b"T00000001" + b"00000000012345")


def test_amounts_below_zero_keep_their_sign_in_every_style() -> None:
    for last, width, written in ((False, 8, "-0012345"), (True, 8, "0012345-"), (False, None, "-12345")):
        cell = Cell(
            Holds.FIELD,
            "net",
            FieldType.AMOUNT,
            "net",
            width=width,
            right=True,
            fill="0" if width else " ",
            sign_last=last,
            amount=LAYOUTS["fixed-400"].files[AgencyFileKind.PAYMENTS].line[5].amount,
        )
        assert encoder(cell, "ascii", plain=True)(-123_45) == written
        assert decoder(cell)(written) == -123_45


def test_a_value_that_is_too_long_is_refused_unless_the_layout_cuts_it() -> None:
    cell = Cell(Holds.FIELD, "city", FieldType.TEXT, "city", width=5)
    with pytest.raises(BadValue, match="longer than the 5 characters of city"):
        encoder(cell, "ascii", plain=True)("Dayton")


def test_letters_that_the_encoding_lacks_are_refused_or_lose_their_accent() -> None:
    cell = Cell(Holds.FIELD, "city", FieldType.TEXT, "city")
    assert encoder(cell, "ascii", plain=True)("Cañón") == "Canon"
    with pytest.raises(BadValue, match="plain: yes"):
        encoder(cell, "ascii", plain=False)("Cañón")


def test_a_name_that_begins_like_a_formula_stays_text_in_a_workbook(tmp_path: Path) -> None:
    writer = Writer(LAYOUTS["workbook"], AgencyFileKind.STATUS)
    writer.add({"account_number": "A1", "status": "working", "as_of": date(2026, 6, 1), "note": "=1+1"})
    path = tmp_path / "book.xlsx"
    path.write_bytes(writer.content(ABOUT))
    sheet = load_workbook(path)["Lines"]
    assert (sheet["D2"].value, sheet["D2"].data_type) == ("=1+1", "s")
    assert sheet["C2"].is_date


MINE = """
layout: mine
title: Mine
format: fixed
length: 60
files:
  returns:
    name: "{agency}.ret"
    line:
      - {const: D}
      - {field: account_number, width: 20}
      - {field: code, width: 20}
      - {field: returned_on, width: 10}
    trailer:
      - {const: T}
      - {count: lines, width: 8}
"""


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (
            ("width: 20}\n      - {field: code", "width: 20}\n      - {at: 15, field: code"),
            "mine.yaml:12: files.returns.line.2: code (positions 15 to 34) overlaps account_number (2 to 21)",
        ),
        (("length: 60", "length: 40"), "after the end of the line at 40"),
        (("{field: code, width: 20}", "{field: code}"), "code requires a width"),
        (
            ("{field: code, width: 20}", "{field: kode, width: 20}"),
            '"kode" is not a field of a returns file; did you mean "code"?',
        ),
        (("      - {field: code, width: 20}\n", ""), "code is missing; add it"),
        (("{const: D}", "{const: T}"), "must begin with a unique const"),
        (("{count: lines, width: 8}", "{total: code, width: 8}"), "code is not an amount"),
        (
            ("{field: code, width: 20}", "{field: code, width: 20, values: {paid: X, settled: X}}"),
            'two values have the same code "X"',
        ),
        (("{field: code, width: 20}", "{field: code, width: 20, values: {payed: X}}"), 'did you mean "paid"?'),
        (
            ("{field: account_number, width: 20}", '{field: account_number, width: 20, fill: "0"}'),
            "can't be zero-filled",
        ),
        (
            ("{field: returned_on, width: 10}", '{field: returned_on, width: 10, date: "%Y"}'),
            "is not a complete date format",
        ),
        (("length: 60\n", ""), "requires a line length"),
        (("format: fixed", "format: fixd"), 'did you mean "fixed"?'),
    ],
)
def test_a_layout_that_is_wrong_is_refused_with_its_line(change: tuple[str, str], wrong: str) -> None:
    text = MINE.replace(*change)
    assert text != MINE
    with pytest.raises(BadSchedule) as refused:
        layout_from(text, "mine.yaml")
    assert wrong in str(refused.value)


def test_a_layout_that_is_right_passes_and_every_shipped_one_carries_all_that_must_travel() -> None:
    assert layout_from(MINE).files[AgencyFileKind.RETURNS].line[2].start == 21
    for layout in LAYOUTS.values():
        assert set(layout.files) == set(AgencyFileKind)
        names = {cell.name for cell in layout.files[AgencyFileKind.PLACEMENT].line}
        assert {name for name, field in FIELDS[AgencyFileKind.PLACEMENT].items() if field.carried} <= names


def test_a_file_of_another_layout_is_refused_and_a_bad_line_named(tmp_path: Path) -> None:
    path = tmp_path / "harbor-status.csv"
    path.write_text("record,account_number,status,as_of\r\n")
    with pytest.raises(BadFile, match="column note is missing"):
        check_whole(LAYOUTS["plain-csv"], AgencyFileKind.STATUS, path)
    path.write_text(
        "record,account_number,status,as_of,note\r\nD,A1,asleep,2026-06-01,\r\nD,A1,working,1.6.26,\r\nT,2\r\n"
    )
    check_whole(LAYOUTS["plain-csv"], AgencyFileKind.STATUS, path)
    first, second = lines_of(LAYOUTS["plain-csv"], AgencyFileKind.STATUS, path)
    assert isinstance(first, BadLine) and '"asleep" is not a value of status' in first.reason
    assert isinstance(second, BadLine) and "not a date" in second.reason
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadFile):
        check_whole(LAYOUTS["plain-csv"], AgencyFileKind.STATUS, path)
    path.write_text("no workbook")
    with pytest.raises(BadFile, match="is not an Excel workbook"):
        check_whole(LAYOUTS["workbook"], AgencyFileKind.STATUS, path)
    path.write_text("D" + "x" * 500 + "\r\n")
    with pytest.raises(BadFile, match="characters instead of 400"):
        check_whole(LAYOUTS["fixed-400"], AgencyFileKind.STATUS, path)


def test_columns_may_come_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "status.csv"
    path.write_text("record,status,note,as_of,account_number\r\nD,working,fine,2026-06-01,A1\r\nT,1\r\n")
    (line,) = lines_of(LAYOUTS["plain-csv"], AgencyFileKind.STATUS, path)
    assert isinstance(line, Line)
    assert line.values == {"account_number": "A1", "status": "working", "as_of": date(2026, 6, 1), "note": "fine"}
