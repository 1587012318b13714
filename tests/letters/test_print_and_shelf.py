"""The print file of a run, the shelf of templates, and the check of an edited one."""

import os
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document

from letters.check import check_template
from letters.data import LetterData
from letters.docx.combine import page_estimate, write_combined
from letters.docx.drawing import cell, para, row, table
from letters.docx.shelf import SHIPPED, Shelf
from letters.docx.template import Template, compile_template
from letters.errors import LetterError, LetterFault, UnknownKind
from letters.kinds import KINDS
from letters.make_templates import template_bytes
from letters.samples import sample_letter
from tests.letters.reading import template_with, with_parts, words

SHELF = Shelf()


def run_of(count: int) -> list[tuple[Template, LetterData]]:
    letters: list[tuple[Template, LetterData]] = []
    for n in range(count):
        kind = list(KINDS)[n % len(KINDS)]
        values = sample_letter(kind, 1 + n % 3).to_dict()
        values["letter"]["number"] = f"L-{n:06d}"
        letters.append((SHELF.find(kind), LetterData.from_dict(values)))
    return letters


def test_a_run_of_five_hundred_letters_is_one_file_with_each_letter_in_its_own_section(tmp_path: Path) -> None:
    done = write_combined(tmp_path / "run.docx", run_of(500))
    assert done.letters == 500
    text = words(done.path)
    sheets = [n for n in range(500) if list(KINDS)[n % len(KINDS)] != "financial-assistance-summary"]
    assert all(f"L-{n:06d}" in text for n in sheets)
    assert len(Document(str(done.path)).sections) == 500
    assert os.listdir(tmp_path) == ["run.docx"]


def test_a_run_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "run.docx"
    path.write_bytes(b"yesterday's")
    bad = compile_template(template_with("{{ letter.nmber }}"), "bad.docx")
    with pytest.raises(LetterError, match=r"bad\.docx"):
        write_combined(path, [*run_of(3), (bad, sample_letter())])
    assert path.read_bytes() == b"yesterday's"
    assert os.listdir(tmp_path) == ["run.docx"]


def test_a_template_with_other_styles_is_refused_by_name(tmp_path: Path) -> None:
    with ZipFile(BytesIO(template_bytes("reminder-1"))) as archive:
        styles = archive.read("word/styles.xml").replace(b"Arial", b"Comic Sans MS")
    odd = compile_template(with_parts(template_bytes("reminder-1"), {"word/styles.xml": styles}), "mine.docx")
    with pytest.raises(LetterError, match=r"mine\.docx: its styles, headers or page settings differ"):
        write_combined(tmp_path / "run.docx", [*run_of(1), (odd, sample_letter())])


def test_an_empty_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LetterFault, match="no letters"):
        write_combined(tmp_path / "run.docx", [])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not KINDS[kind].needs])
def test_a_letter_of_up_to_four_accounts_is_one_page(kind: str) -> None:
    assert [page_estimate(sample_letter(kind, n)) for n in (0, 1, 4)] == [1, 1, 1]
    assert page_estimate(sample_letter(kind, 20)) == 2
    assert page_estimate(sample_letter(kind, 10_000)) > 300


def test_a_letter_in_a_language_is_found_before_the_general_one(tmp_path: Path) -> None:
    (tmp_path / "reminder-1.es.docx").write_bytes(template_with("Estimada {{ guarantor.name }}"))
    shelf = Shelf((tmp_path, SHIPPED))
    assert shelf.find("reminder-1", "es-MX").name == "reminder-1.es.docx"
    assert shelf.find("reminder_1", "vi").name == "reminder-1.docx"
    assert shelf.kinds() == tuple(sorted(KINDS))


def test_a_template_is_compiled_once_and_again_when_its_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "reminder-1.docx"
    path.write_bytes(template_with("One {{ letter.number }}"))
    shelf = Shelf((tmp_path, SHIPPED))
    first = shelf.find("reminder-1")
    assert shelf.find("reminder-1") is first
    path.write_bytes(template_with("Another {{ letter.number }}"))
    assert "Another" in words(shelf.find("reminder-1").render(sample_letter()))


@pytest.mark.parametrize("kind", ["final-notise", "../../etc/passwd", ""])
def test_an_unknown_kind_lists_those_there_are(kind: str) -> None:
    with pytest.raises(UnknownKind, match=r"The kinds are: address-check, arrangement-broken"):
        SHELF.find(kind)


def test_an_unknown_kind_is_told_the_nearest() -> None:
    with pytest.raises(UnknownKind, match='did you mean "final-notice"'):
        SHELF.find("final-notise")


def checked(tmp_path: Path, docx: bytes) -> str:
    path = tmp_path / "mine.docx"
    path.write_bytes(docx)
    return "\n".join(str(problem) for problem in check_template(path))


@pytest.mark.parametrize("kind", KINDS)
def test_shipped_templates_have_no_problem(kind: str) -> None:
    assert check_template(SHIPPED / f"{kind}.docx") == []


# opens in a paragraph and closes in a table: sound as it stands, unsound for a letter without a pay-by day
UNSOUND = template_with(
    para("Text", "{% if letter.pay_by %}") + table((9000,), row(cell(9000, para("Text", "{% endif %}"))))
)


@pytest.mark.parametrize(
    ("docx", "told"),
    [
        (
            template_with("Dear {{ guarantor.nmae }},"),
            'mine.docx, "Dear {{ guarantor.nmae }},": "guarantor.nmae" is not a field of a letter; did you mean '
            '"guarantor.name"?; correct the name',
        ),
        (
            template_with("{%p for a in accounts %}", "{{ a.patent }}", "{%p endfor %}"),
            'did you mean "accounts.patient"',
        ),
        (
            template_with("Fine", "{%p for a in accounts %}", "{{ a.patient }}"),
            'mine.docx, "{%p for a in accounts %}": {% for %} is left open; put {% endfor %} after it',
        ),
        (template_with("{%p endif %}"), "{% endif %} closes nothing that is open"),
        (template_with("{{ letter.number.upper() }}"), "a tag uses a call with ( )"),
        (template_with("{{ letter. }}"), "a tag cannot be read"),
        (template_with("{{ letter.number|money }}"), "give it a field that ends in _cents"),
        (UNSOUND, "no sound Word file"),
        (with_parts(template_with("x"), {"word/vbaProject.bin": b"x"}), "the file holds a macro"),
        (
            with_parts(
                template_with("x"),
                {"word/_rels/extra.xml.rels": b'<Relationship Target="http://e.example/p.png" TargetMode="External"/>'},
            ),
            "the file links to http://e.example/p.png; in Word, embed",
        ),
        (with_parts(template_with("x"), {"word/document.xml": b"<!DOCTYPE x><x/>"}), "declares XML entities"),
        (with_parts(template_with("x"), {"word/document.xml": b"<w:document>"}), "the XML is broken"),
        (b"not a zip", "not a Word file that can be read"),
        (template_with("x")[:-40], "not a Word file that can be read"),
        (b"\0" * (20 * 1024 * 1024 + 1), "over the 20 MB allowed"),
    ],
)
def test_what_is_wrong_with_an_edited_template_is_said_with_its_place_and_remedy(
    tmp_path: Path, docx: bytes, told: str
) -> None:
    assert told in checked(tmp_path, docx)


def test_several_wrong_names_are_told_at_once(tmp_path: Path) -> None:
    assert checked(tmp_path, template_with("{{ letter.nr }}", "{{ creditor.tel }}")).count("is not a field") == 2


def test_a_file_that_is_not_there_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    assert "cannot be read" in str(check_template(tmp_path / "gone.docx")[0])


def test_a_template_refused_by_the_check_does_not_compile_either() -> None:
    with pytest.raises(LetterError, match="macro"):
        compile_template(with_parts(template_with("x"), {"word/vbaProject.bin": b"x"}))
