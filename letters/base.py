"""The Word package all shipped templates stand on: one set of styles, margins, no more than needed.

Begun from python-docx's default document and stripped to what a letter uses, so that a
letter is some 10 KB, and so that letters of every kind can share one print file.
"""

import datetime as dt
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import parse_xml

from letters.drawing import W, character_style, paragraph_style

FONT = "Arial"
_MADE = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - a template is the same file whenever it is made
_UNUSED = ("stylesWithEffects", "customXml", "thumbnail", "numbering", "webSettings", "fontTable")

_TIGHT = 'w:before="0" w:after="0"'
_INSET = '<w:ind w:left="40" w:right="40"/>'  # in the paragraph, for Word moves a table left by its cells' padding
_RIGHT = '<w:jc w:val="right"/>'
_BOLD = "<w:b/><w:bCs/>"
_GREY = '<w:color w:val="56616B"/>'
_STYLES = (
    paragraph_style("Name", 34, "", _TIGHT, _BOLD),
    paragraph_style("NameLong", 24, "", _TIGHT, _BOLD),
    paragraph_style("Fine", 16, "", 'w:before="0" w:after="50"', '<w:color w:val="3D4750"/>'),
    paragraph_style("FactRight", 18, _RIGHT, 'w:before="0" w:after="30"'),
    paragraph_style("Address", 21, "", 'w:before="0" w:after="0" w:line="262" w:lineRule="exact"'),
    paragraph_style("BoxLabel", 20, "", _TIGHT),
    paragraph_style("Amount", 48, "", _TIGHT, _BOLD),
    paragraph_style("AmountLong", 32, "", _TIGHT, _BOLD),
    paragraph_style("BoxLine", 19, "", _TIGHT),
    paragraph_style("Heading", 26, "", 'w:before="0" w:after="80"', _BOLD, keep_next=True),
    paragraph_style("Text", 19, "", 'w:before="0" w:after="90" w:line="252" w:lineRule="auto"'),
    paragraph_style("Head", 15, _INSET, _TIGHT, _BOLD),
    paragraph_style("HeadRight", 15, _INSET + _RIGHT, _TIGHT, _BOLD),
    paragraph_style("Cell", 16, _INSET, _TIGHT),
    paragraph_style("CellRight", 16, _INSET + _RIGHT, _TIGHT),
    paragraph_style("TotalLabel", 19, _INSET + _RIGHT, 'w:before="20" w:after="0"'),
    paragraph_style("Total", 22, _INSET + _RIGHT, _TIGHT, _BOLD),
    paragraph_style("Help", 17, "", 'w:before="0" w:after="60"'),
    paragraph_style("Cut", 14, '<w:jc w:val="center"/>', 'w:before="30" w:after="70"', _GREY, keep_next=True),
    paragraph_style("Label", 14, "", 'w:before="0" w:after="20"', _GREY, keep_next=True),
    paragraph_style("CouponFact", 18, "", _TIGHT, keep_next=True),
    paragraph_style("CouponMoney", 22, _RIGHT, _TIGHT, keep_next=True),
    paragraph_style("Scan", 22, _RIGHT, 'w:before="120" w:after="0"',
                    '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>'),
    paragraph_style("Sender", 16, "", 'w:before="110" w:after="0"'),
    paragraph_style("Tag", 2, "", _TIGHT),
    paragraph_style("Continued", 15, _RIGHT, 'w:before="0" w:after="200"', _GREY),
    character_style("Strong", _BOLD),
    character_style("Faint", _GREY),
)  # fmt: skip


def base_package(body: str) -> list[tuple[str, bytes]]:
    """The parts of a template whose document holds `body` (WordprocessingML), in a fixed order."""
    word = Document()
    _drop_unused_parts(word)
    _set_styles(word)
    _set_page(word)
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


def _set_styles(word: WordDocument) -> None:
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
    for style in _STYLES:
        styles.append(parse_xml(style))


def _set_page(word: WordDocument) -> None:
    section: Any = word.sections[0]._sectPr  # pyright: ignore[reportPrivateUsage]
    for child in list(section):
        section.remove(child)
    header = word.sections[0].header
    header.is_linked_to_previous = False
    paragraph: Any = header.paragraphs[0]._p  # pyright: ignore[reportPrivateUsage]
    paragraph.getparent().replace(
        paragraph,
        parse_xml(
            f'<w:p {W}><w:pPr><w:pStyle w:val="Continued"/></w:pPr><w:r><w:t xml:space="preserve">Continued, page '
            '</w:t></w:r><w:fldSimple w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple></w:p>'
        ),
    )
    for setting in (
        '<w:pgSz {W} w:w="12240" w:h="15840"/>',
        '<w:pgMar {W} w:top="720" w:right="1008" w:bottom="504" w:left="1008" w:header="400" w:footer="300" '
        'w:gutter="0"/>',
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
