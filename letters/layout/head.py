"""The top of a letter: the sender, and the address as shown in the envelope's window."""

from collections.abc import Callable

from letters.docx.drawing import cell, each, edges, either, gap, padding, para, row, run, table
from letters.docx.template import DRAWN_ACCENT, DRAWN_TINT
from letters.layout.imb import DRAWN_HIGH, DRAWN_WIDE
from letters.layout.sheet import LEFT, MARGIN, RIGHT, TOP, Look
from letters.layout.window import ADDRESS_LEFT, ADDRESS_TOP, ADDRESS_WIDE, BELOW, AddressSize
from letters.wording.words import Box

LOGO = (
    '<w:r><w:drawing xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<wp:inline distT="0" distB="0" distL="0" distR="0">'
    '<wp:extent cx="{{ creditor.logo.width }}" cy="{{ creditor.logo.height }}"/>'
    '<wp:docPr id="1" name="Logo" descr="Logo"/>'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:nvPicPr><pic:cNvPr id="1" name="Logo"/><pic:cNvPicPr/></pic:nvPicPr>'
    '<pic:blipFill><a:blip r:embed="{{ creditor.logo.rel }}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
    '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{{ creditor.logo.width }}" cy="{{ creditor.logo.height }}"/>'
    '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
    "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
)


MAIL_BARCODE = (
    '<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml">'
    f'<v:shape alt="Intelligent Mail barcode" coordorigin="0,0" coordsize="{DRAWN_WIDE},{DRAWN_HIGH}" '
    f'style="width:{DRAWN_WIDE * 0.072:.2f}pt;height:{DRAWN_HIGH * 0.072:.2f}pt" fillcolor="black" stroked="f" '
    'path="{{ imb_bars }}"/></w:pict></w:r>'
)
"""The Intelligent Mail barcode, drawn: it needs no font, and is as sharp as the printer."""

LETTERHEAD = 1640
"""An exact height, so that the next part is at the window: enough for a logo, a name and an address in large print."""

BOX = 1600
"""The height of the box beside the address; it begins `BOX_ABOVE` higher than the address."""

BOX_ABOVE = 560
WINDOW_BEGINS = ADDRESS_TOP - BOX_ABOVE


WHERE = "{% for line in creditor.address_lines %}{{ line }} · {% endfor %}{{ creditor.city_line }}"


def letterhead(look: Look, addressed: bool) -> str:
    """The creditor's logo or name with its address; on the right the date and the letter number."""
    facts = look.para("FactRight", " ")
    if addressed:
        day = f"{{{{ letter.date|{look.frame.day} }}}}"
        facts = look.para("FactRight", *(() if look.large else (run(look.frame.date, "Faint"),)), day)
        facts += look.para("FactRight", run(look.frame.letter, "Faint"), "{{ letter.number }}")
        facts += each("if imb", para("BarsRight", run("{{ barcode }}")))
    return headed(look, WHERE, facts)


def headed(look: Look, where: str, facts: str) -> str:
    """The creditor's logo or name, its place (`where`), and on the right the facts of the document."""
    under = edges(bottom=("single", 18, DRAWN_ACCENT))
    shown = run("{{ creditor.name }}", colour=DRAWN_ACCENT)
    name = either("creditor.name|length > 34", para("NameLong", shown), para("Name", shown))
    logo = para("Name", LOGO)
    address = look.para("Place", where)
    with_logo = look.para("Place", run("{{ creditor.name }}", "Strong"), " · ", where)
    head = either("creditor.logo", logo + with_logo, name + address)
    return table(
        (LEFT, RIGHT),
        row(
            cell(LEFT, head, borders=under, align="center"),
            cell(RIGHT, facts, borders=under, align="center"),
            exactly=LETTERHEAD,
        ),
    )


def in_window(address: str, beside: str = "", *, fill: str = "", borders: str = "", pad: str = "") -> list[str]:
    """An address where it always shows in the envelope's window, the text beside it, and nothing below it there."""
    left = padding(BOX_ABOVE, ADDRESS_LEFT - MARGIN, 0, MARGIN + LEFT - ADDRESS_LEFT - ADDRESS_WIDE)
    return [
        gap(WINDOW_BEGINS - TOP - LETTERHEAD),
        table(
            (LEFT, RIGHT),
            row(
                cell(LEFT, address, pad=left),
                cell(RIGHT, beside or para("Tag", ""), fill=fill, borders=borders, pad=pad, align="center"),
                at_least=BOX,
            ),
        ),
        gap(BELOW - WINDOW_BEGINS - BOX),
    ]


def address_in(size: str, paragraphs: Callable[[str], str]) -> str:
    """The paragraphs of an address in the style of its size, selected by `size`, a filter on its lines."""
    usual, close, tight = (paragraphs(name.value) for name in AddressSize)
    return either(f'{size} == "{AddressSize.USUAL}"', usual, either(f'{size} == "{AddressSize.CLOSE}"', close, tight))


def _address(style: str) -> str:
    lines = each("for line in guarantor.address_lines", para(style, "{{ line }}"))
    return para(style, "{{ guarantor.name }}") + lines


def window(box: Box, look: Look) -> list[str]:
    """The address as shown in the envelope's window, and the box beside it."""
    lines = "guarantor.address_lines|{size}(guarantor.name)"
    below_bars = para("Bars", run("{{ barcode }}")) + address_in(lines.format(size="address_size"), _address)
    below_imb = para("Imb", MAIL_BARCODE) + address_in(lines.format(size="address_size_below_imb"), _address)
    address = either("imb", below_imb, below_bars)
    big = run(box.big, colour=DRAWN_ACCENT)
    if box.money:
        shown = either(f"{_field(box.big)} >= 10000000", para("AmountLong", big), para("Amount", big))
    else:
        shown = para("BoxWords", big)
    label = look.para("BoxLabel", box.label)
    if box.when:
        dated = run(f"{{{{ {box.when}|{look.frame.day} }}}}", "Strong")
        line = each(f"if {box.when}", look.para("BoxLine", box.line, dated))
    else:
        line = look.para("BoxLine", box.line)
    bar = edges(left=("single", 36, DRAWN_ACCENT))
    pad = padding(40, 200, 40, 80)
    return in_window(address, label + shown + line, fill=DRAWN_TINT, borders=bar, pad=pad)


def _field(tag: str) -> str:
    return tag.removeprefix("{{ ").partition("|")[0]
