"""In the window of a #10 envelope the address always shows, and nothing else ever does: measured on real pages."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from flows.correspondence.print_batches.pdf import to_pdf
from letters.data import Guarantor, LetterData
from letters.docx.template import compile_template
from letters.estate.data import EstatePaper, Party
from letters.estate.make_templates import WORDS
from letters.estate.pieces import Form
from letters.estate.samples import sample_paper
from letters.estate.shelf import estate_template
from letters.kinds import KINDS, LetterOrigin
from letters.layout.imb import bars as bars_of
from letters.layout.window import ALWAYS, CLEAR, EVER, KEPT_FREE, PLAY_DOWN, PLAY_RIGHT, Area, address_size, shown
from letters.make_templates import FOLDER, shipped
from letters.samples import GUARANTOR, sample_letter

BARS = set("█▌▐")
DOTS, PAPER_WHITE, INK = 200, 250, 128
TOOLS = ("soffice", "pdftotext", "pdftoppm", "zbarimg")
POSITIONS = [(right, up) for right in (0, PLAY_RIGHT) for up in (0, PLAY_DOWN)]
LONG = Guarantor(
    "CHRISTOPHER FEATHERSTONEHAUGH-MONTGOMERY",
    ("12345 NORTHWEST MASSACHUSETTS BOULEVARD", "BUILDING 12 APARTMENT 1403", "SAULT STE MARIE, ON P6A 5X9", "CANADA"),
)
IMB = "0070056709400000012353703191203"
FOUR_LINES = Guarantor("Maria Gutierrez-Holloway", ("c/o June Holloway", "418 North Blair Street", "Madison, WI 53703"))
MAILED = [one for one in shipped() if KINDS[one.kind].origin is not LetterOrigin.ENCLOSURE]
IN_WINDOW = (Form.HOUSEHOLD, Form.LETTER)
ESTATE = [kind for kind, words in WORDS.items() if words.form in IN_WINDOW]


@dataclass(frozen=True)
class Paper:
    """A paper to be made: its template, and the address that will stand on it."""

    name: str
    make: Callable[[], bytes]
    address: tuple[str, ...]


def letter(name: str, kind: str, data: LetterData) -> Paper:
    lines = data.guarantor.address_lines
    mark = "-imb" if data.imb else ""

    def make() -> bytes:
        return compile_template(FOLDER / name).render(data)

    return Paper(f"{name[:-5]}{mark}-{len(lines)}", make, (data.guarantor.name, *lines))


def estate(kind: str, paper: EstatePaper) -> Paper:
    names = (
        (f"c/o {paper.recipient.name}", f"Estate of {paper.decedent.name}")
        if WORDS[kind].in_care
        else (paper.recipient.name,)
    )
    lines = paper.recipient.address_lines

    def make() -> bytes:
        return estate_template(kind).render(paper)

    return Paper(f"estate-{kind}-{len(lines)}", make, (*names, *lines))


def papers() -> list[Paper]:
    found: list[Paper] = []
    for one in MAILED:
        usual = sample_letter(one.kind, 2, language=one.language)
        found += [letter(one.name, one.kind, replace(usual, guarantor=reader)) for reader in (GUARANTOR, LONG)]
    found.append(letter("reminder-1.docx", "reminder-1", replace(sample_letter(), guarantor=FOUR_LINES)))
    for reader in (GUARANTOR, FOUR_LINES):
        barred = replace(sample_letter(), guarantor=reader, imb=IMB)
        found += [letter(name, "reminder-1", barred) for name in ("reminder-1.docx", "reminder-1.large.docx")]
    abroad = Party(
        "Anna Whitcombe-Osei", "", ("Suite 1400", "12345 Northwest Massachusetts Boulevard", "Oshawa, ON", "CANADA")
    )
    for kind in ESTATE:
        paper = sample_paper(kind)
        found += [estate(kind, one) for one in (paper, replace(paper, recipient=abroad))]
    return found


PAPERS = papers()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every paper as a PDF, in one folder."""
    if not all(map(shutil.which, TOOLS)):
        pytest.skip("LibreOffice, Poppler and ZBar are needed to measure a page")
    folder = tmp_path_factory.mktemp("pages")
    for paper in PAPERS:
        (folder / f"{paper.name}.docx").write_bytes(paper.make())
    to_pdf([folder / f"{paper.name}.docx" for paper in PAPERS], folder)
    return folder


def words_of(pdf: Path) -> list[tuple[str, Area]]:
    """The words of a first page and where they are, in inches."""
    command = ["pdftotext", "-bbox", "-f", "1", "-l", "1", str(pdf), "-"]
    page = ElementTree.fromstring(subprocess.run(command, check=True, capture_output=True).stdout)
    sides = ("xMin", "yMin", "xMax", "yMax")
    return [
        (word.text or "", Area(*(float(word.attrib[side]) / 72 for side in sides)))
        for word in page.iter("{http://www.w3.org/1999/xhtml}word")
    ]


def picture_of(pdf: Path, area: Area) -> list[bytes]:
    """A part of a first page as rows of gray points, `DOTS` to the inch."""
    sides = (("-x", area.left), ("-y", area.top), ("-W", area.right - area.left), ("-H", area.bottom - area.top))
    cut = [text for side, inches in sides for text in (side, str(round(inches * DOTS)))]
    command = ["pdftoppm", "-r", str(DOTS), "-f", "1", "-l", "1", "-gray", *cut, str(pdf)]
    kind, size, _, points = subprocess.run(command, check=True, capture_output=True).stdout.split(b"\n", 3)
    assert kind == b"P5"
    wide = int(size.split()[0])
    return [points[at : at + wide] for at in range(0, len(points), wide)]


def printed_in(pdf: Path, area: Area) -> Area:
    """The smallest area that holds all that is printed in a part of a first page."""
    rows = picture_of(pdf, area)
    inked = [n for n, row in enumerate(rows) if min(row) < PAPER_WHITE]
    lefts = [next(n for n, point in enumerate(rows[at]) if point < PAPER_WHITE) for at in inked]
    rights = [max(n for n, point in enumerate(rows[at]) if point < PAPER_WHITE) for at in inked]
    found = (min(lefts), inked[0], max(rights) + 1, inked[-1] + 1)
    left, top, right, bottom = (points / DOTS for points in found)
    return Area(area.left + left, area.top + top, area.left + right, area.top + bottom)


def test_the_geometry_is_that_of_a_number_ten_envelope() -> None:
    assert shown(0, 0) == Area(0.875, pytest.approx(2.0417, abs=1e-3), 5.375, pytest.approx(3.1667, abs=1e-3))
    for right, up in POSITIONS:
        assert shown(right, up).holds(ALWAYS)
        assert EVER.holds(shown(right, up))
    assert KEPT_FREE.holds(EVER)


@pytest.mark.long
@pytest.mark.xdist_group("pages")
@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_the_address_shows_wherever_the_sheet_slides_and_no_other_word_ever_does(pages: Path, paper: Paper) -> None:
    there = [(text, where) for text, where in words_of(pages / f"{paper.name}.pdf") if KEPT_FREE.meets(where)]
    bars = [where for text, where in there if set(text) <= BARS]
    said = sorted(text for text, _ in there if not set(text) <= BARS)
    assert said == sorted(" ".join(paper.address).split())
    assert bool(bars) == (not paper.name.startswith("estate") and "-imb" not in paper.name)
    clear = Area(ALWAYS.left + CLEAR, ALWAYS.top, ALWAYS.right - CLEAR, ALWAYS.bottom)
    printed = printed_in(pages / f"{paper.name}.pdf", replace(KEPT_FREE, left=0))
    assert clear.holds(printed), printed


@pytest.mark.long
@pytest.mark.xdist_group("pages")
@pytest.mark.parametrize("name", ["reminder-1-2", "final-notice.es.large-2", "address-check-4"])
def test_the_bar_code_scans_through_the_window_in_every_position(pages: Path, tmp_path: Path, name: str) -> None:
    for right, up in POSITIONS:
        seen = shown(right, up)
        rows = picture_of(pages / f"{name}.pdf", replace(seen, left=max(seen.left, 0)))
        picture = tmp_path / "seen.pgm"
        picture.write_bytes(b"P5\n%d %d\n255\n" % (len(rows[0]), len(rows)) + b"".join(rows))
        scan = ["zbarimg", "-q", "--nodbus", "--raw", "-S*.disable", "-Scode128.enable", str(picture)]
        assert subprocess.run(scan, check=True, capture_output=True, text=True).stdout.strip() == "000001234"


@pytest.mark.long
@pytest.mark.xdist_group("pages")
@pytest.mark.parametrize("name", ["reminder-1-imb-2", "reminder-1.large-imb-3"])
def test_the_mail_barcode_is_printed_bar_by_bar_within_what_the_usps_allows(pages: Path, name: str) -> None:
    area = Area(ALWAYS.left, ALWAYS.top - 0.05, ALWAYS.right, ALWAYS.top + 0.2)
    printed = printed_in(pages / f"{name}.pdf", area)
    rows = picture_of(pages / f"{name}.pdf", replace(area, bottom=printed.top + 0.15))
    inked = [[n for n, row in enumerate(rows) if row[at] < INK] for at in range(len(rows[0]))]
    found: list[list[list[int]]] = []
    for at, column in enumerate(inked):
        if column:
            if at == 0 or not inked[at - 1]:
                found.append([])
            found[-1].append(column)
    tops, bottoms = [min(min(c) for c in bar) for bar in found], [max(max(c) for c in bar) for bar in found]
    high, low = min(tops), max(bottoms)
    middle = (high + low) / 2
    read = "".join(
        ("F" if bottom > middle + 10 else "A") if top < middle - 10 else ("D" if bottom > middle + 10 else "T")
        for top, bottom in zip(tops, bottoms, strict=True)
    )
    assert read == bars_of(IMB)
    assert 0.125 <= (low - high + 1) / DOTS <= 0.165
    assert 2.66 <= (last_of(inked) - first_of(inked)) / DOTS <= 3.23


def first_of(columns: list[list[int]]) -> int:
    return next(n for n, column in enumerate(columns) if column)


def last_of(columns: list[list[int]]) -> int:
    return len(columns) - first_of(columns[::-1])


@pytest.mark.parametrize(
    ("lines", "size"),
    [
        (("418 North Blair Street", "Madison, WI 53703"), "Address"),
        (("Apt 3", "418 North Blair Street", "Madison, WI 53703"), "AddressClose"),
        (("Apt 3", "418 North Blair Street", "Oshawa, ON", "CANADA"), "AddressTight"),
        (("12345 NORTHWEST MASSACHUSETTS BOULEVARD", "MADISON, WI 53703"), "AddressClose"),
    ],
)
def test_an_address_of_more_lines_is_printed_smaller(lines: tuple[str, ...], size: str) -> None:
    assert address_size(lines, "Maria Holloway") == size
