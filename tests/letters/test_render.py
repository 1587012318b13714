"""A template filled: what is in it, what can never be in it, and that it is the same every time."""

import datetime as dt
from dataclasses import replace
from xml.etree import ElementTree

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.render import bench
from letters.data import AccountLine, LetterData
from letters.docx.shelf import SHIPPED
from letters.docx.template import Template, compile_template
from letters.errors import LetterError, LetterFault
from letters.kinds import KINDS
from letters.layout.scanline import check_digit, reads_true, scan_line
from letters.make_templates import template_bytes
from letters.samples import GUARANTOR, sample_letter
from letters.wording.values import CALM_BLUE, accent, date, money
from tests.letters.reading import document_xml, template_with, with_parts, words

REMINDER = compile_template(SHIPPED / "reminder-1.docx")


def named(name: str, accounts: int = 1) -> LetterData:
    return replace(sample_letter("reminder-1", accounts), guarantor=replace(GUARANTOR, name=name))


def test_a_rendered_letter_opens_in_word_and_says_what_is_owed_by_whom_and_until_when() -> None:
    said = words(REMINDER.render(sample_letter("reminder-1", 2)))
    for text in (
        "Maria Gutierrez-Holloway",
        "$305.45",
        "February 23, 2026",
        "20004481",
        "Theo Holloway",
        "PO Box 44120",
    ):
        assert text in said
    assert "{" not in said


@pytest.mark.parametrize("kind", KINDS)
def test_every_shipped_template_is_what_make_templates_makes_to_the_byte(kind: str) -> None:
    assert (SHIPPED / f"{kind}.docx").read_bytes() == template_bytes(kind) == template_bytes(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_shipped_template_is_small(kind: str) -> None:
    assert (SHIPPED / f"{kind}.docx").stat().st_size < 40_000


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_letter_is_the_same_bytes_from_data_from_json_and_from_a_fresh_template(kind: str) -> None:
    data = sample_letter(kind, 3)
    stored = orjson.loads(orjson.dumps(data.to_dict(), option=orjson.OPT_SORT_KEYS))
    template = compile_template(SHIPPED / f"{kind}.docx")
    assert LetterData.from_dict(stored) == data
    assert template.render(data) == template.render(stored) == compile_template(template_bytes(kind)).render(data)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Smith & Sons <Billing>", "Smith & Sons <Billing>"),
        ('Zoë "Zo" O\'Brien', 'Zoë "Zo" O\'Brien'),
        ("مريم السيد", "مريم السيد"),
        ("Ana 🌻 Lima", "Ana 🌻 Lima"),
        ("Bell\x07 Null\x00 Escape\x1b", "Bell Null Escape"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("turned \u202e52.3$", "turned 52.3$"),
        ("two\r\nlines\tand a tab", "two lines and a tab"),
        ("{{ creditor.phone }} {% for %}", "{{ creditor.phone }} {% for %}"),
        ("]]></w:t><w:br/>", "]]></w:t><w:br/>"),
        ("\uffff\ufffe", ""),
    ],
)
def test_a_strange_name_is_printed_as_it_is_and_never_breaks_the_file(name: str, shown: str) -> None:
    assert shown in words(REMINDER.render(named(name))).splitlines()


@settings(max_examples=60, deadline=None)
@given(
    name=st.text(max_size=60),
    cents=st.lists(st.integers(-99_999_999, 9_999_999_999), max_size=6),
    number=st.text(max_size=20),
)
def test_any_names_and_amounts_make_sound_xml_and_a_total_that_is_their_sum(
    name: str, cents: list[int], number: str
) -> None:
    line = sample_letter("reminder-1", 1).accounts[0]
    lines = tuple(replace(line, number=number, patient=name, balance_cents=amount) for amount in cents)
    data = replace(named(name), accounts=lines, total_cents=sum(cents))
    docx = REMINDER.render(data)
    ElementTree.fromstring(document_xml(docx))
    said = words(docx).splitlines()
    assert said[said.index("Total on this letter") + 1] == money(sum(cents))


def test_a_run_that_word_split_within_a_tag_still_works() -> None:
    split = (
        '<w:p><w:r><w:t>Dear {</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>{ guaran</w:t></w:r><w:proofErr w:type="x"/>'
        "<w:r><w:t>tor.name </w:t></w:r><w:r><w:t>}}!</w:t></w:r></w:p>"
    )
    assert "Dear Maria Gutierrez-Holloway!" in words(compile_template(template_with(split)).render(sample_letter()))


def test_ten_thousand_accounts_of_one_guarantor_are_one_letter_with_a_repeating_header_row() -> None:
    xml = document_xml(REMINDER.render(sample_letter("reminder-1", 10_000)))
    assert xml.count("First reminder") == 10_000
    assert xml.count("<w:tblHeader/>") == 1
    ElementTree.fromstring(xml)


@pytest.mark.parametrize("colour", ["", "teal", "#12", "#GGGGGG", "\x00", '"/><w:p/>'])
def test_an_unknown_accent_prints_in_the_calm_blue(colour: str) -> None:
    data = sample_letter()
    xml = document_xml(REMINDER.render(replace(data, creditor=replace(data.creditor, accent=colour))))
    assert f'w:fill="{CALM_BLUE}"' in xml


def test_an_accent_too_light_to_read_is_darkened() -> None:
    assert accent("#14606B") == "14606B"
    assert accent("FFFF00") < "900000"


def test_a_field_that_letters_do_not_have_is_named_with_the_nearest_they_have() -> None:
    template = compile_template(template_with("Dear {{ guarantor.nmae }}"), "mine.docx")
    assert template.fields == {"guarantor.nmae"}
    with pytest.raises(LetterError, match=r'mine.docx: "guarantor.nmae" is not .* did you mean "guarantor.name"'):
        template.render(sample_letter())


def test_a_stored_letter_that_lacks_a_field_is_refused_by_its_name() -> None:
    stored = sample_letter().to_dict()
    del stored["creditor"]["phone"]
    with pytest.raises(LetterFault, match=r"creditor\.phone is missing"):
        REMINDER.render(stored)
    stored = sample_letter().to_dict()
    stored["accounts"][0]["since"] = "soon"
    with pytest.raises(LetterFault, match=r"accounts\[0\]\.since is 'soon'; write a day as YYYY-MM-DD"):
        REMINDER.render(stored)


def test_a_date_that_may_be_absent_says_how_to_guard_it() -> None:
    data = sample_letter("paid-in-full")
    with pytest.raises(LetterFault, match=r"if letter\.pay_by"):
        compile_template(template_with("By {{ letter.pay_by|date }}")).render(data)


@pytest.mark.parametrize(
    "tag",
    [
        "{{ letter.number.upper() }}",
        "{{ letter.to_dict() }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ range(1000000000) }}",
        "{% for i in range(9) %}x{% endfor %}",
        "{% for a in accounts %}{% for b in accounts %}x{% endfor %}{% endfor %}",
        "{% set x = 1 %}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% extends 'x' %}",
        "{% macro m() %}{{ m() }}{% endmacro %}",
        "{{ 'x' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ cycler }}{{ self.x() }}",
        "{{ letter.number|safe }}",
        "{{ letter|attr('number') }}",
    ],
)
def test_a_template_cannot_call_assign_read_files_or_run_for_long(tag: str) -> None:
    with pytest.raises(LetterError, match=r"mine\.docx"):
        compile_template(template_with(tag), "mine.docx")


@pytest.mark.parametrize(
    "field", ["letter.__class__", "letter.to_dict", "letter.number.format", "_private", "total_cents.real"]
)
def test_a_template_sees_only_the_fields_of_a_letter(field: str) -> None:
    with pytest.raises(LetterError):
        compile_template(template_with(f"{{{{ {field} }}}}")).render(sample_letter())


def test_a_header_with_a_field_is_filled_too() -> None:
    header = (
        '<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p><w:r>'
        "<w:t>{{ letter.number }}</w:t></w:r></w:p></w:hdr>"
    )
    template = compile_template(with_parts(template_with("Hello"), {"word/header1.xml": header.encode()}))
    assert template.filled(sample_letter())["word/header1.xml"].count("L-00000123") == 1
    assert words(template.render(sample_letter())) == "Hello"


def test_what_is_wrong_with_a_tag_is_said_with_the_file() -> None:
    with pytest.raises(LetterError, match=r"mine\.docx, word/document\.xml: a tag cannot be read"):
        compile_template(template_with("{{ letter. }}"), "mine.docx")


def test_a_template_knows_its_digest_and_its_fields() -> None:
    assert isinstance(REMINDER, Template)
    assert len(REMINDER.digest) == 64
    assert {"total_cents", "accounts.balance_cents", "guarantor.address_lines", "scan_line"} <= REMINDER.fields


@pytest.mark.parametrize(
    ("cents", "text"),
    [(0, "$0.00"), (5, "$0.05"), (14_320, "$143.20"), (123_456, "$1,234.56"), (-500, "-$5.00"), (-1, "-$0.01")],
)
def test_money_is_shown_in_dollars_and_cents(cents: int, text: str) -> None:
    assert money(cents) == text


def test_days_are_shown_in_words() -> None:
    day = dt.date(2026, 3, 4)
    assert (date(day), date(day, "short"), date(day, "es")) == ("March 4, 2026", "Mar 4, 2026", "4 de marzo de 2026")


def test_a_letter_that_does_not_add_up_cannot_be_built() -> None:
    with pytest.raises(LetterFault, match="add up to 14320"):
        replace(sample_letter("reminder-1", 1), total_cents=1)


def test_a_final_notice_with_less_than_thirty_days_cannot_be_built() -> None:
    data = sample_letter("final-notice")
    with pytest.raises(LetterFault, match="must give 30 days"):
        replace(data, letter=replace(data.letter, pay_by=data.letter.date + dt.timedelta(days=29)))


def test_a_final_notice_for_an_account_not_in_the_letter_cannot_be_built() -> None:
    data = sample_letter("final-notice", 1)
    stranger: AccountLine = replace(data.accounts[0], number="…9999")
    with pytest.raises(LetterFault, match="…9999"):
        replace(data, final_accounts=(stranger,))


def test_paid_in_full_cannot_be_said_of_a_letter_that_asks_for_money() -> None:
    data = sample_letter("reminder-1")
    with pytest.raises(LetterFault, match="paid in full"):
        replace(data, letter=replace(data.letter, kind="paid_in_full"))


def test_a_misread_character_of_the_scan_line_is_caught() -> None:
    line = scan_line("R-2026-000123", 14_320)
    assert line == f"R-2026-000123 0000014320 {check_digit('R-2026-000123 0000014320')}"
    assert reads_true(line)
    for place, character in enumerate(line):
        if character.isalnum():
            misread = line[:place] + ("7" if character != "7" else "1") + line[place + 1 :]
            assert not reads_true(misread), misread


def test_a_credit_scans_as_nothing_to_pay() -> None:
    assert scan_line("A1", -500).startswith("A1 0000000000 ")


def test_the_benchmark_measures_all_on_the_same_letters_and_ours_is_far_ahead() -> None:
    rows = {(row["name"], row["against"]): row["ratio"] for row in bench(0.02)}
    assert set(rows) == {("render", "docxtpl"), ("render", "docx-mailmerge2"), ("letters-to-files", "a file each")}
    assert rows[("render", "docxtpl")] > 20
    assert rows[("render", "docx-mailmerge2")] > 2
