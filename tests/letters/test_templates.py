"""The shipped templates: all there, made again the same, of one style sheet, in two languages and sizes of print."""

import io
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from docx.table import Table, _Cell

from flows.correspondence.print_batches.pdf import to_pdf
from letters.check import check_template, fields_found
from letters.data import LetterData
from letters.docx.drawing import para
from letters.docx.envelope import put_together
from letters.docx.package import read_package
from letters.docx.pictures import TALLEST, WIDEST, logo_from
from letters.docx.shelf import SHIPPED, Sheets, Shelf
from letters.docx.template import compile_template
from letters.errors import LetterError, LetterFault
from letters.kinds import KINDS
from letters.layout.barcode import barcode
from letters.make_templates import FOLDER, Shipped, shipped, template_bytes
from letters.samples import sample_letter
from tests.letters.reading import document_xml, png, template_with, with_parts, words

ALL = list(shipped())
LARGE = [one for one in ALL if one.large]
TOOLS = ("soffice", "pdftoppm", "zbarimg")


def cells_of(tables: Sequence[Table]) -> Iterator[_Cell]:
    """Every cell of tables, and of the tables within them."""
    for table in tables:
        for row in table.rows:
            for cell in row.cells:
                yield cell
                yield from cells_of(cell.tables)


def with_logo(data: LetterData, content: bytes) -> LetterData:
    return replace(data, creditor=replace(data.creditor, logo=logo_from(content, "logo.png")))


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_a_shipped_template_is_what_its_maker_makes_and_nothing_is_wrong_with_it(one: Shipped) -> None:
    path = FOLDER / one.name
    assert path.read_bytes() == template_bytes(one.kind, one.language, large=one.large)
    assert check_template(path) == []


def test_every_kind_is_there_in_both_languages_and_both_sizes() -> None:
    assert {path.name for path in FOLDER.glob("*.docx")} == {one.name for one in ALL}
    assert len(ALL) == 4 * len(KINDS) == 68


def test_all_shipped_templates_can_share_one_print_file() -> None:
    assert len({compile_template(FOLDER / one.name).paper for one in ALL}) == 1


@pytest.mark.parametrize("one", LARGE, ids=lambda one: one.name)
def test_large_print_is_large_where_it_is_read(one: Shipped) -> None:
    letter = Document(io.BytesIO(compile_template(FOLDER / one.name).render(sample_letter(one.kind, 2))))
    sizes = {style.style_id: style.font.size for style in letter.styles if style.font is not None}
    cells = (paragraph for cell in cells_of(letter.tables) for paragraph in cell.paragraphs)
    read = [paragraph for paragraph in (*letter.paragraphs, *cells) if len(paragraph.text) > 50]
    small = ("PlaceLarge", "Bars")  # the creditor's own address, and what no person reads
    body = [paragraph for paragraph in read if paragraph.style.style_id not in small]
    assert body
    assert [paragraph.text for paragraph in body if sizes[paragraph.style.style_id].pt < 16] == []
    assert sizes["TextLarge"].pt == 18


def test_the_shipped_templates_are_small_files() -> None:
    assert all((FOLDER / one.name).stat().st_size < 13_000 for one in ALL)


def test_the_page_count_is_in_no_one_language_for_letters_of_both_share_it() -> None:
    with ZipFile(FOLDER / "reminder-1.es.docx") as archive:
        assert "Page · Página" in archive.read("word/header1.xml").decode()


SCANNED = ("reminder-1.docx", "address-check.es.docx", "final-notice.es.large.docx")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The letters to be scanned as PDFs, in one folder."""
    if not all(map(shutil.which, TOOLS)):
        pytest.skip("LibreOffice, Poppler and ZBar are needed to scan a page")
    folder = tmp_path_factory.mktemp("scanned")
    for name in SCANNED:
        (folder / name).write_bytes(compile_template(FOLDER / name).render(sample_letter(name.partition(".")[0], 1)))
    to_pdf([folder / name for name in SCANNED], folder)
    return folder


@pytest.mark.long
@pytest.mark.xdist_group("scanned")
@pytest.mark.parametrize("name", SCANNED)
def test_the_bar_code_of_a_page_scans_as_the_letters_number(pages: Path, name: str) -> None:
    run = partial(subprocess.run, cwd=pages, check=True, capture_output=True, text=True)
    for dots in ("200", "300"):
        run(["pdftoppm", "-r", dots, "-f", "1", "-l", "1", "-png", "-singlefile", f"{name[:-5]}.pdf", "page"])
        read = run(["zbarimg", "-q", "--nodbus", "--raw", "-S*.disable", "-Scode128.enable", "page.png"])
        assert read.stdout.strip() == "000001234"


def test_a_letter_shows_its_creditors_logo_and_no_other_part_changes() -> None:
    content, template = png(600, 160), compile_template(SHIPPED / "reminder-1.docx")
    data = with_logo(sample_letter(), content)
    logo = data.creditor.logo
    assert logo is not None
    letter = template.render(data, {logo.digest: content})
    with ZipFile(io.BytesIO(letter)) as archive:
        assert archive.testzip() is None
        assert archive.read(f"word/media/logo-{logo.digest[:12]}.png") == content
        assert logo.rel in archive.read("word/_rels/document.xml.rels").decode()
        assert f'r:embed="{logo.rel}"' in archive.read("word/document.xml").decode()
    assert len(Document(io.BytesIO(letter)).inline_shapes) == 1
    assert template.render(data, {logo.digest: content}) == letter
    assert "<w:drawing" not in document_xml(template.render(sample_letter()))


def test_a_logo_is_made_to_fit_the_letterhead() -> None:
    logo = logo_from(png(3000, 3000), "big.png")
    assert logo.width <= WIDEST
    assert logo.height <= TALLEST
    assert abs(logo.width - logo.height) <= 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"GIF89a" + b"\0" * 40, "PNG or JPEG"),
        (b"no picture", "PNG or JPEG"),
        (b"\x89PNG\r\n\x1a\n", "no picture"),
        (png(10, 10) + b"\0" * 400_000, "make it smaller"),
    ],
)
def test_a_picture_that_cannot_be_a_logo_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(LetterFault, match=told):
        logo_from(content, "logo.gif")


def test_a_letter_whose_logo_is_not_kept_is_not_written_without_it() -> None:
    with pytest.raises(LetterFault, match="set the creditor's logo again"):
        compile_template(SHIPPED / "reminder-1.docx").render(with_logo(sample_letter(), png(60, 20)))


def test_a_spanish_envelope_has_the_english_letter_and_the_spanish_summary_in_it() -> None:
    template = Shelf().envelope(Sheets("final-notice", "es", enclose=("financial-assistance-summary",)))
    text = words(template.render(sample_letter("final-notice", 2, language="es")))
    assert text.index("Último aviso sobre su saldo") < text.index("Final notice about your balance")
    assert text.index("Final notice about your balance") < text.index("un resumen en lenguaje sencillo")
    assert template.sheets == 3
    assert template.digest.count("+") == 2


def test_an_english_envelope_has_one_letter_in_it() -> None:
    assert Shelf().envelope(Sheets("reminder-1")).sheets == 1


def test_an_enclosure_takes_on_the_styles_of_an_edited_letter() -> None:
    styles = ZipFile(SHIPPED / "final-notice.docx").read("word/styles.xml").replace(b"Arial", b"Georgia")
    edited = with_parts((SHIPPED / "final-notice.docx").read_bytes(), {"word/styles.xml": styles})
    summary = read_package((SHIPPED / "financial-assistance-summary.docx").read_bytes(), "summary.docx")
    together = put_together([read_package(edited, "final-notice.docx"), summary])
    letter = together.render(sample_letter("final-notice"))
    assert "amounts generally billed" in words(letter)
    with ZipFile(io.BytesIO(letter)) as archive:
        assert archive.read("word/styles.xml") == styles


def test_an_enclosure_with_styles_that_the_letter_has_not_is_refused_by_name() -> None:
    letter = read_package((SHIPPED / "reminder-1.docx").read_bytes(), "reminder-1.docx")
    odd = read_package(template_with(para("MyOwnStyle", "Hello")), "flyer.docx")
    with pytest.raises(LetterError, match=r"flyer\.docx uses the styles MyOwnStyle"):
        put_together([letter, odd])


def test_the_bar_code_is_text_of_two_modules_a_sign() -> None:
    bars = barcode("L-00000123-4")
    assert len(bars) == 51
    assert set(bars) <= set("█▌▐\u00a0")
    assert barcode("") == ""


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_check_lists_the_fields_that_a_template_uses(kind: str) -> None:
    found = fields_found(FOLDER / f"{kind}.docx")
    assert "creditor.name" in found.fields
    assert ("asked_cents" in found.fields) == (KINDS[kind].has_coupon)


def edited(kind: str, was: str, now: str) -> bytes:
    docx = (FOLDER / f"{kind}.docx").read_bytes()
    xml = document_xml(docx)
    assert re.search(re.escape(was), xml)
    return with_parts(docx, {"word/document.xml": xml.replace(was, now).encode()})


@pytest.mark.parametrize(
    ("kind", "was", "now", "told"),
    [
        ("reminder-1", "friendly reminder", "last reminder before legal action", 'must not say "legal action"'),
        ("statement", "This is your statement", "This is past due", 'must not say "past due"'),
        ("reminder-2", "{{ creditor.phone_hours }}", "office hours", "must show creditor.phone_hours"),
        ("placement-notice", "{{ agency.phone }}", "the agency", "must show agency.phone"),
        ("address-check", "Thank you.", "You owe {{ total_cents|money }}.", "may not show total_cents"),
    ],
)
def test_an_edited_template_is_held_to_what_its_kind_must_and_must_not(
    tmp_path: Path, kind: str, was: str, now: str, told: str
) -> None:
    path = tmp_path / f"{kind}.docx"
    path.write_bytes(edited(kind, was, now))
    assert told in "\n".join(map(str, check_template(path)))


HOSTILE = {
    "parentheses": "{{ " + "(" * 2_000 + "creditor.name" + ")" * 2_000 + " }}",
    "minus signs": "{{ " + "-" * 3_000 + "1 }}",
    "not": "{% if " + "not " * 3_000 + "creditor.name %}x{% endif %}",
    "loops": "{% for line in accounts %}" * 30 + "x" + "{% endfor %}" * 30,
    "conditions": "{% if creditor.name %}" * 2_000 + "x" + "{% endif %}" * 2_000,
}


@pytest.mark.parametrize("how", sorted(HOSTILE))
def test_a_template_that_would_end_the_reader_of_tags_is_refused(how: str, tmp_path: Path) -> None:
    file = tmp_path / "reminder-1.docx"
    file.write_bytes(template_with(HOSTILE[how]))
    problems = check_template(file)
    assert len(problems) == 1
    assert "allowed" in str(problems[0]) or "nested more than" in str(problems[0])


def test_conditions_as_deep_as_allowed_are_read() -> None:
    text = "{% if creditor.name %}" * 12 + "x" + "{% endif %}" * 12
    compile_template(template_with(text), "deep.docx")


def test_a_document_of_many_megabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "reminder-1.docx"
    file.write_bytes(
        with_parts((FOLDER / "reminder-1.docx").read_bytes(), {"word/document.xml": b" " * 72 * 1024 * 1024})
    )
    (problem,) = check_template(file)
    assert "72 MB of text" in str(problem)
