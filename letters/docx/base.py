"""The Word package of all shipped templates: one set of styles and margins, and no more than needed.

It is python-docx's default document, reduced to what a letter uses, so that a letter is some 10 KB, and letters of
every kind can share one print file.
"""

# At the edge: python-docx has no types.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

import datetime as dt
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import parse_xml

from letters.docx.drawing import W, character_style, paragraph_style
from letters.layout.sheet import TOP
from letters.layout.window import BARS_HIGH, PRINT

FONT = "Arial"
_MADE = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - a template is the same file whenever it is made
_UNUSED = ("stylesWithEffects", "customXml", "thumbnail", "numbering", "webSettings", "fontTable")

_TIGHT = 'w:before="0" w:after="0"'
_INSET = '<w:ind w:left="40" w:right="40"/>'  # in the paragraph, because Word moves a table left by its cells' padding
_RIGHT = '<w:jc w:val="right"/>'
_BOLD = "<w:b/><w:bCs/>"
_GREY = '<w:color w:val="56616B"/>'
_NUMBERS = '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>'


_BAR_TEXT = _NUMBERS + '<w:color w:val="000000"/><w:spacing w:val="-4"/><w:w w:val="66"/>'


@dataclass(frozen=True, slots=True)
class Paper:
    """The basis of a type of document: its margins in twips, the word before its page numbers, and its paragraph styles
    in addition to those of letters."""

    side: int = 1008
    bottom: int = 504
    page_word: str = "Page · Página "
    styles: tuple[str, ...] = ()


LETTER = Paper()


@dataclass(frozen=True, slots=True)
class _Style:
    """A paragraph style: `size` in half-points, `large` in large print (0: no large form)."""

    name: str
    size: int
    large: int
    looks: str = ""
    spacing: str = _TIGHT
    runs: str = ""
    keep_next: bool = False


def _exactly(twips: int) -> str:
    return f'w:before="0" w:after="0" w:line="{twips}" w:lineRule="exact"'


_STYLES = (
    _Style("Name", 34, 0, runs=_BOLD),
    _Style("NameLong", 28, 0, runs=_BOLD),
    _Style("Place", 16, 26, runs='<w:color w:val="3D4750"/>'),
    _Style("Fine", 16, 32, spacing='w:before="0" w:after="50"', runs='<w:color w:val="3D4750"/>'),
    _Style("FactRight", 18, 28, _RIGHT, 'w:before="0" w:after="30"'),
    # Narrow, no higher than the line, and slightly overlapping: a gap between two blocks would scan as a bar.
    _Style(
        "Bars",
        15,
        0,
        '<w:ind w:left="120"/>',
        _exactly(BARS_HIGH),
        _BAR_TEXT,
    ),
    _Style("BarsRight", 15, 0, _RIGHT, _exactly(BARS_HIGH), _BAR_TEXT),
    # As high as the drawing in it, below the upper edge of what always shows, above its clear zone of 0.028 inch.
    _Style("Imb", 2, 0, spacing='w:before="44" w:after="42"'),
    *(_Style(name.value, look.size, 0, spacing=_exactly(look.pitch)) for name, look in PRINT.items()),
    _Style("BoxLabel", 20, 32),
    _Style("Amount", 48, 0, runs=_BOLD),
    _Style("AmountLong", 32, 0, runs=_BOLD),
    _Style("BoxWords", 30, 0, runs=_BOLD),
    _Style("BoxLine", 19, 32),
    _Style("Heading", 26, 42, spacing='w:before="0" w:after="80"', runs=_BOLD, keep_next=True),
    _Style("Text", 19, 36, spacing='w:before="0" w:after="60" w:line="250" w:lineRule="auto"'),
    _Style("Head", 15, 32, _INSET, runs=_BOLD),
    _Style("HeadRight", 15, 32, _INSET + _RIGHT, runs=_BOLD),
    _Style("Cell", 16, 32, _INSET),
    _Style("CellKept", 0, 32, _INSET, keep_next=True),
    _Style("CellRightKept", 0, 32, _INSET + _RIGHT, keep_next=True),
    _Style("CellRight", 16, 32, _INSET + _RIGHT),
    _Style("TotalLabel", 19, 36, _INSET + _RIGHT, 'w:before="20" w:after="0"'),
    _Style("Total", 22, 38, _INSET + _RIGHT, runs=_BOLD),
    _Style("Help", 17, 34, spacing='w:before="0" w:after="40"'),
    _Style("Cut", 14, 32, '<w:jc w:val="center"/>', 'w:before="30" w:after="70"', _GREY, keep_next=True),
    _Style("Label", 14, 26, spacing='w:before="0" w:after="20"', runs=_GREY, keep_next=True),
    _Style("Remit", 21, 26, spacing='w:before="0" w:after="0" w:line="262" w:lineRule="atLeast"'),
    _Style("CouponFact", 18, 30, keep_next=True),
    _Style("CouponMoney", 22, 30, _RIGHT, keep_next=True),
    _Style("Scan", 22, 0, _RIGHT, 'w:before="120" w:after="0"', _NUMBERS),
    _Style("Sender", 16, 26, spacing='w:before="110" w:after="0"'),
    _Style("Numbers", 16, 26, spacing='w:before="60" w:after="0"'),
    _Style("Tag", 2, 0),
    _Style("Continued", 18, 0, _RIGHT, 'w:before="0" w:after="80"', _GREY),
)


def _style_sheet() -> list[str]:
    """Every style in both sizes: letters of both sizes share one print file, and so one style sheet."""
    found: list[str] = []
    for style in _STYLES:
        sizes = [(name, size) for name, size in ((style.name, style.size), (f"{style.name}Large", style.large)) if size]
        found += [
            paragraph_style(name, size, style.looks, style.spacing, style.runs, keep_next=style.keep_next)
            for name, size in sizes
        ]
    return [*found, character_style("Strong", _BOLD), character_style("Faint", _GREY)]


def base_package(body: str, paper: Paper = LETTER) -> list[tuple[str, bytes]]:
    """The parts of a template whose document holds `body` (WordprocessingML), in a fixed order."""
    word = Document()
    _drop_unused_parts(word)
    _set_styles(word, paper)
    _set_page(word, paper)
    _set_properties(word)
    element: Any = word.element.body
    section = element.sectPr
    for child in list(element):
        if child is not section:
            element.remove(child)
    for child in parse_xml(f"<w:body {W}>{body}</w:body>"):
        section.addprevious(child)
    saved = BytesIO()
    word.save(saved)
    with ZipFile(saved) as archive:
        return [(name, archive.read(name)) for name in sorted(archive.namelist())]


def _drop_unused_parts(word: WordDocument) -> None:
    for holder in (word.part.rels, word.part.package.rels):  # pyright: ignore[reportOptionalMemberAccess]
        for key in [key for key, link in holder.items() if any(unused in link.reltype for unused in _UNUSED)]:
            del holder[key]


def _set_styles(word: WordDocument, paper: Paper) -> None:
    styles: Any = word.styles.element
    for child in list(styles):
        if not child.tag.endswith("}docDefaults"):
            styles.remove(child)
    defaults = parse_xml(
        f'<w:docDefaults {W}><w:rPrDefault><w:rPr><w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" '
        f'w:cs="{FONT}"/><w:color w:val="1C242B"/><w:sz w:val="19"/><w:szCs w:val="19"/><w:lang w:val="en-US" '
        'w:eastAsia="en-US" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
    )
    styles.replace(styles[0], defaults)
    for kind, key, name in (
        ("paragraph", "Normal", "Normal"),
        ("character", "DefaultParagraphFont", "Default Paragraph Font"),
        ("table", "TableNormal", "Normal Table"),
    ):
        styles.append(
            parse_xml(
                f'<w:style {W} w:type="{kind}" w:default="1" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
            )
        )
    for style in (*_style_sheet(), *paper.styles):
        styles.append(parse_xml(style))


def _set_page(word: WordDocument, paper: Paper) -> None:
    section: Any = word.sections[0]._sectPr  # pyright: ignore[reportPrivateUsage]
    for child in list(section):
        section.remove(child)
    header = word.sections[0].header
    header.is_linked_to_previous = False
    paragraph: Any = header.paragraphs[0]._p  # pyright: ignore[reportPrivateUsage]
    paragraph.getparent().replace(
        paragraph,
        parse_xml(
            f'<w:p {W}><w:pPr><w:pStyle w:val="Continued"/></w:pPr><w:r><w:t xml:space="preserve">{paper.page_word}'
            '</w:t></w:r><w:fldSimple w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple></w:p>'
        ),
    )
    for setting in (
        '<w:pgSz {W} w:w="12240" w:h="15840"/>',
        f'<w:pgMar {{W}} w:top="{TOP}" w:right="{paper.side}" w:bottom="{paper.bottom}" w:left="{paper.side}" '
        'w:header="400" w:footer="300" w:gutter="0"/>',
        '<w:pgNumType {W} w:start="1"/>',
        "<w:titlePg {W}/>",
    ):
        section.append(parse_xml(setting.replace("{W}", W)))


def _set_properties(word: WordDocument) -> None:
    about = word.core_properties
    about.title, about.author, about.last_modified_by = "Letter", "", ""
    about.comments, about.keywords, about.subject, about.category = "", "", "", ""
    about.created = about.modified = _MADE
    about.revision = 1
