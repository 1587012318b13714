"""A small part of WordprocessingML: paragraphs, runs, cells and tables as text.

Lengths are twips (1440 per inch), type sizes half-points, as in Word. Text can contain template tags; `&` and `<` in it
are escaped.
"""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

INCH = 1440
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

_BOLD = re.compile(r"\*\*(.+?)\*\*")


def run(text: str, style: str = "", colour: str = "") -> str:
    """A run of text in a character style and, if passed, a color."""
    looks = (f'<w:rStyle w:val="{style}"/>' if style else "") + (f'<w:color w:val="{colour}"/>' if colour else "")
    looks = f"<w:rPr>{looks}</w:rPr>" if looks else ""
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<w:r>{looks}<w:t{space}>{escape(text)}</w:t></w:r>"


def with_bold(text: str) -> list[str]:
    """The runs of a sentence, with `**words**` in bold."""
    pieces = _BOLD.split(text)
    return [run(piece, "Strong" if n % 2 else "") for n, piece in enumerate(pieces) if piece]


def para(style: str, *runs: str, extra: str = "") -> str:
    """A paragraph in a style; a run without markup is plain text."""
    inner = "".join(part if part.startswith("<w:") else run(part) for part in runs)
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>{inner}</w:p>'


def each(tag: str, *paragraphs: str) -> str:
    """Paragraphs within a paragraph tag: `each("if texts", ...)`, `each("for t in texts", ...)`."""
    return para("Tag", f"{{%p {tag} %}}") + "".join(paragraphs) + para("Tag", f"{{%p end{tag.split()[0]} %}}")


def either(condition: str, then: str, otherwise: str) -> str:
    """One paragraph or the other, by a condition on the fields."""
    tags = (f"{{%p if {condition} %}}", "{%p else %}", "{%p endif %}")
    first, second, last = (para("Tag", tag) for tag in tags)
    return first + then + second + otherwise + last


def gap(twips: int) -> str:
    """Empty space of exactly this height."""
    return (
        f'<w:p><w:pPr><w:pStyle w:val="Tag"/><w:spacing w:line="{twips}" w:lineRule="exact"/>'
        '<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
    )


def cell(
    width: int,
    *content: str,
    fill: str = "",
    borders: str = "",
    span: int = 1,
    pad: str = "",
    align: str = "",
    tall: str = "",
) -> str:
    """A table cell of paragraphs; with width 0 it has its column's width.

    `borders` and `pad` are made by `edges` and `padding`; `align` is "center" or "bottom"; `tall` is "restart" in the
    first and "continue" in the others of vertically merged cells.
    """
    looks = f'<w:tcW w:w="{width}" w:type="dxa"/>' if width else ""
    looks += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    looks += f'<w:vMerge w:val="{tall}"/>' if tall else ""
    looks += f"<w:tcBorders>{borders}</w:tcBorders>" if borders else ""
    looks += f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    looks += f"<w:tcMar>{pad}</w:tcMar>" if pad else ""
    looks += f'<w:vAlign w:val="{align}"/>' if align else ""
    looks = f"<w:tcPr>{looks}</w:tcPr>" if looks else ""
    return f"<w:tc>{looks}{''.join(content)}</w:tc>"


def edges(**sides: tuple[str, int, str]) -> str:
    """Borders by side, each (line, eighths of a point, color), in the order that Word requires."""
    order = ("top", "left", "bottom", "right", "insideH", "insideV")
    return "".join(
        f'<w:{side} w:val="{sides[side][0]}" w:sz="{sides[side][1]}" w:space="0" w:color="{sides[side][2]}"/>'
        for side in order
        if side in sides
    )


def padding(top: int, left: int, bottom: int, right: int) -> str:
    """The inner margins of a cell or of a table's cells."""
    sides = (("top", top), ("left", left), ("bottom", bottom), ("right", right))
    return "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in sides)


def row(*cells: str, at_least: int = 0, exactly: int = 0, header: bool = False, breaks: bool = False) -> str:
    """A table row that never breaks across pages unless it `breaks`; a header row repeats on each page."""
    looks = "" if breaks else "<w:cantSplit/>"
    if at_least:
        looks += f'<w:trHeight w:val="{at_least}" w:hRule="atLeast"/>'
    if exactly:
        looks += f'<w:trHeight w:val="{exactly}" w:hRule="exact"/>'
    looks += "<w:tblHeader/>" if header else ""
    return f"<w:tr><w:trPr>{looks}</w:trPr>{''.join(cells)}</w:tr>"


def row_tag(tag: str, columns: int) -> str:
    """A row that contains only a row tag: `{%tr for a in accounts %}`."""
    looks = f'<w:tcPr><w:gridSpan w:val="{columns}"/></w:tcPr>' if columns > 1 else ""
    return f"<w:tr><w:tc>{looks}{para('Tag', f'{{%tr {tag} %}}')}</w:tc></w:tr>"


def table(widths: Sequence[int], *rows: str, pad: str = "", borders: str = "") -> str:
    """A table of fixed column widths."""
    looks = f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
    looks += f"<w:tblBorders>{borders}</w:tblBorders>" if borders else ""
    looks += f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{pad or padding(0, 0, 0, 0)}</w:tblCellMar>'
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblPr>{looks}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def paragraph_style(
    name: str, size: int, looks: str = "", spacing: str = "", runs: str = "", keep_next: bool = False
) -> str:
    """A paragraph style: `size` in half-points, `looks` goes into pPr, `runs` into rPr."""
    keep = "<w:keepNext/>" if keep_next else ""
    return (
        f'<w:style {W} w:type="paragraph" w:customStyle="1" w:styleId="{name}"><w:name w:val="Letter {name}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{keep}<w:spacing {spacing}/>{looks}</w:pPr>'
        f'<w:rPr>{runs}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


def character_style(name: str, runs: str) -> str:
    """A character style made of run properties."""
    return (
        f'<w:style {W} w:type="character" w:customStyle="1" w:styleId="{name}"><w:name w:val="Letter {name}"/>'
        f"<w:qFormat/><w:rPr>{runs}</w:rPr></w:style>"
    )
