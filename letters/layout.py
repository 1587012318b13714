"""How the page of a letter is drawn, in either size of print.

US Letter, folded in thirds for a #10 envelope with a left window: only the guarantor's address, with the bar code
above it, may show in the window, whichever way the sheet slides, so nothing else stands between 2.0 and 3.65 inches
from the top and left of 5.45 inches.
"""

import re
from dataclasses import dataclass

from letters.drawing import cell, each, edges, either, gap, padding, para, row, row_tag, run, table
from letters.template import DRAWN_ACCENT, DRAWN_TINT
from letters.words import Block, Box, Frame, Topic, Words

MARGIN = 1008  # 0.7 inch
WIDTH = 12240 - 2 * MARGIN
LEFT = 6960  # the letterhead's and the window's column; ends 5.53 inches from the paper's edge
RIGHT = WIDTH - LEFT
_GREY = "B8C0C8"
_HAIR = "D5DBE0"
_CUT = "6B7680"
_ROW = 500
_COLUMNS = (1910, 1050, 1490, 1130, 1170, 1100, 1110, 1264)
_LARGE_COLUMNS = (4700, 3200, 2324)
_BOLD = re.compile(r"\*\*(.+?)\*\*")

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


@dataclass(frozen=True, slots=True)
class Look:
    """The frame of a language, and the size of print. Styles come in both sizes, under like names."""

    frame: Frame
    large: bool = False

    def para(self, style: str, *runs: str, extra: str = "") -> str:
        """A paragraph in a style of this size."""
        return para(self.style(style), *runs, extra=extra)

    def style(self, name: str) -> str:
        """The name of a style in this size."""
        return f"{name}Large" if self.large else name


def body_of(words: Words, look: Look, asks: bool, space_above_coupon: int) -> str:
    """The whole of a letter, from letterhead to coupon."""
    blocks = [letterhead(look, words.addressed)]
    if words.addressed:
        blocks += [gap(960), window(words.box, look), gap(170)]
    else:
        blocks.append(gap(300))
    blocks += opening(words, look)
    blocks += [_BLOCKS[block](look) for block in words.blocks if block is not Block.REPLY_SLIP]
    if words.accounts:
        blocks += [gap(60), accounts(look, asks)]
    blocks += [gap(90), *(look.para("Text", text) for text in words.closing)]
    if words.addressed and words.accounts:
        blocks.append(each("for line in texts", look.para("Fine", f"{{{{ {look.frame.state_line} }}}}")))
    if any(words.help):
        blocks.append(help_columns(words, look))
    if Block.REPLY_SLIP in words.blocks:
        blocks += [gap(400), reply_slip(look)]
    if asks:
        blocks += [gap(20), *above_coupon(space_above_coupon, look), coupon(look)]
    return "".join((*blocks, gap(20)))


def letterhead(look: Look, addressed: bool) -> str:
    """The creditor's logo or name with its address; at the right the day and the number of the letter."""
    under = edges(bottom=("single", 18, DRAWN_ACCENT))
    shown = run("{{ creditor.name }}", colour=DRAWN_ACCENT)
    name = either("creditor.name|length > 44", para("NameLong", shown), para("Name", shown))
    logo = para("Name", LOGO)
    address = para("Fine", "{% for line in creditor.address_lines %}{{ line }} · {% endfor %}{{ creditor.city_line }}")
    with_logo = para("Fine", run("{{ creditor.name }}", "Strong"), " · ", "{% for line in creditor.address_lines %}"
                     "{{ line }} · {% endfor %}{{ creditor.city_line }}")  # fmt: skip
    head = _either_of("creditor.logo", logo + with_logo, name + address)
    facts = para("FactRight", " ")
    if addressed:
        facts = para("FactRight", run(look.frame.date, "Faint"), f"{{{{ letter.date|{look.frame.day} }}}}")
        facts += para("FactRight", run(look.frame.letter, "Faint"), "{{ letter.number }}")
    return table(
        (LEFT, RIGHT),
        row(
            cell(LEFT, head, borders=under, align="center"),
            cell(RIGHT, facts, borders=under, align="center"),
            at_least=1160,
        ),
    )


def _either_of(condition: str, then: str, otherwise: str) -> str:
    """As `either`, for more than one paragraph."""
    tags = (f"{{%p if {condition} %}}", "{%p else %}", "{%p endif %}")
    first, second, last = (para("Tag", tag) for tag in tags)
    return first + then + second + otherwise + last


def window(box: Box, look: Look) -> str:
    """The address as it stands in the envelope's window, and the box beside it."""
    address = (
        para("Bars", run("{{ barcode }}")),
        para("Address", "{{ guarantor.name }}"),
        each("for line in guarantor.address_lines", para("Address", "{{ line }}")),
    )
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
    return table(
        (LEFT, RIGHT),
        row(
            cell(LEFT, *address, pad=padding(30, 300, 0, 300)),
            cell(
                RIGHT, label, shown, line, fill=DRAWN_TINT, borders=bar, pad=padding(40, 200, 40, 80), align="center"
            ),
            at_least=1600,
        ),
    )  # fmt: skip


def _field(tag: str) -> str:
    return tag.removeprefix("{{ ").partition("|")[0]


def opening(words: Words, look: Look) -> list[str]:
    """Heading, salutation, and what the letter says."""
    blocks = [look.para("Heading", run(f"{{{{ {_heading(words, look)} }}}}", colour=DRAWN_ACCENT))]
    if words.addressed:
        blocks.append(look.para("Text", look.frame.salutation))
    blocks += [look.para("Text", *_with_bold(text)) for text in words.opening]
    if words.final:
        listing = (
            "{% for a in final_accounts %}{{ a.number }} ({{ a.balance_cents|money }})"
            "{% if not loop.last %}, {% endif %}{% endfor %}"
        )
        said = [look.para("Text", text.replace("LISTING", listing)) for text in words.final]
        charity = (look.para("Text", text) for text in words.final_charity)
        said.append(each("if creditor.is_nonprofit_hospital", *charity))
        blocks.append(each("if final_accounts", *said))
    return blocks


def _heading(words: Words, look: Look) -> str:
    """An enclosure is headed as itself, not as the letter that it goes with."""
    return (
        f"letter.kind|{look.frame.titled}" if words.addressed else f'"financial-assistance-summary"|{look.frame.titled}'
    )


def _with_bold(text: str) -> list[str]:
    pieces = _BOLD.split(text)
    return [run(piece, "Strong" if n % 2 else "") for n, piece in enumerate(pieces) if piece]


def _head(width: int, text: str, look: Look, right: bool) -> str:
    style = look.style("HeadRight" if right else "Head")
    return cell(width, para(style, run(text, colour="FFFFFF")), fill=DRAWN_ACCENT, align="bottom")


def accounts(look: Look, asks: bool) -> str:
    """What is owed for each account, and how it came about."""
    columns = _LARGE_COLUMNS if look.large else _COLUMNS
    heads = look.frame.large_heads if look.large else look.frame.heads
    first_right = 2 if look.large else 3
    header = [_head(columns[n], head, look, n >= first_right) for n, head in enumerate(heads)]
    rows = [
        row(*header, header=True),
        row_tag("for a in accounts", len(columns)),
        row(*(_large_account(look) if look.large else _account(look))),
        row_tag("endfor", len(columns)),
    ]
    if asks:
        total = run("{{ total_cents|money }}", colour=DRAWN_ACCENT)
        last = 1 if look.large else 2
        wide, narrow = columns[:-last], columns[-last:]
        rows.append(
            row(
                cell(sum(wide), look.para("TotalLabel", look.frame.total), span=len(wide)),
                cell(sum(narrow), look.para("Total", total), span=len(narrow)),
            )
        )
    borders = edges(insideH=("single", 4, _HAIR))
    return table(columns, *rows, pad=padding(25, 0, 25, 0), borders=borders)


def _remark(look: Look) -> str:
    frame = look.frame
    return (
        f"{{% if a.balance_cents == 0 %}}{frame.paid_in_full}"
        f"{{% elif a.balance_cents > 0 and not a.due_here %}}{frame.not_due}{{% endif %}}"
    )


def _paid_on(look: Look) -> tuple[str, ...]:
    shown = f"{{{{ a.last_payment_on|{look.frame.short_day} }}}}"
    return tuple(f"{{% if a.last_payment_on %}}{text}{{% endif %}}" for text in (look.frame.paid_on, shown))


def _account(look: Look) -> list[str]:
    """The cells of one account's row, in the order of the heads."""
    frame = look.frame
    return [
        cell(0, para("Cell", run("{{ a.number }}", "Strong")), para("Cell", "{{ a.patient }}")),
        cell(
            0,
            para("Cell", f"{{{{ a.service_on|{frame.short_day} }}}}"),
            para("Cell", run(f"{{{{ a.first_statement_on|{frame.short_day} }}}}", "Faint")),
        ),
        cell(
            0,
            para("Cell", f"{{{{ a.kind|{frame.called} }}}}"),
            para("Cell", run(f"{frame.since}{{{{ a.since|{frame.short_day} }}}}", "Faint")),
        ),
        *(
            cell(0, para("CellRight", f"{{{{ a.{name}_cents|money }}}}"))
            for name in ("charges", "insurance", "adjustments")
        ),
        cell(
            0,
            para("CellRight", "{{ a.paid_cents|money }}"),
            *(para("CellRight", run(text, "Faint")) for text in _paid_on(look)),
        ),
        cell(
            0,
            para("CellRight", run("{{ a.balance_cents|money }}", "Strong")),
            para("CellRight", run(_remark(look), "Faint")),
        ),
    ]


def _large_account(look: Look) -> list[str]:
    frame = look.frame
    return [
        cell(
            0,
            look.para("Cell", run("{{ a.number }}", "Strong"), "  {{ a.patient }}"),
            look.para("Cell", f"{{{{ a.service_on|{frame.day} }}}}"),
            look.para("Cell", frame.how_it_came),
        ),
        cell(
            0,
            look.para("Cell", f"{{{{ a.kind|{frame.called} }}}}"),
            look.para("Cell", run(f"{frame.since}{{{{ a.since|{frame.short_day} }}}}", "Faint")),
        ),
        cell(
            0,
            look.para("CellRight", run("{{ a.balance_cents|money }}", "Strong")),
            look.para("CellRight", run(_remark(look), "Faint")),
        ),
    ]


def help_columns(words: Words, look: Look) -> str:
    """Short paragraphs of help, in two columns, or one below the other in large print."""
    borders = edges(top=("single", 6, _GREY))
    if look.large:
        topics = [_topic(topic, look) for topics in words.help for topic in topics]
        return table((WIDTH,), row(cell(WIDTH, *topics, pad=padding(90, 0, 0, 0)), breaks=True), borders=borders)
    half = WIDTH // 2
    columns = [
        cell(
            half,
            *(_topic(topic, look) for topic in topics),
            pad=padding(90, 0 if n == 0 else 150, 0, 150 if n == 0 else 0),
        )
        if topics
        else cell(half, para("Cell", ""))
        for n, topics in enumerate(words.help)
    ]
    return table((half, half), row(*columns), borders=borders)


def _topic(topic: Topic, look: Look) -> str:
    said = look.para("Help", run(topic.title + " ", "Strong"), topic.text)
    if not topic.charity:
        return said
    longer = look.para("Help", run(topic.title + " ", "Strong"), topic.charity)
    return either("creditor.is_nonprofit_hospital", longer, said)


def _list(look: Look, widths: tuple[int, ...], heads: tuple[str, ...], loop: str, cells: tuple[str, ...]) -> str:
    """A table of plain rows: each cell a text with tags; amounts are set to the right."""
    right = next(n for n, text in enumerate(cells) if "|money" in text)
    header = [_head(width, head, look, n >= right) for n, (width, head) in enumerate(zip(widths, heads, strict=True))]
    line = [cell(0, look.para("CellRight" if n >= right else "Cell", text)) for n, text in enumerate(cells)]
    return table(
        widths,
        row(*header, header=True),
        row_tag(f"for {loop}", len(widths)),
        row(*line),
        row_tag("endfor", len(widths)),
        pad=padding(30, 0, 30, 0),
        borders=edges(insideH=("single", 4, _HAIR)),
    ) + gap(120)


def _ledger(look: Look) -> str:
    frame = look.frame
    cells = (
        "{{ line.account }}", f"{{{{ line.posted_on|{frame.short_day} }}}}", f"{{{{ line.entry|{frame.entry} }}}}",
        "{{ line.amount_cents|money }}", "{{ line.balance_cents|money }}",
    )  # fmt: skip
    widths = (1500, 2000, 3300, 1712, 1712) if not look.large else (1300, 2150, 3000, 1887, 1887)
    return _list(look, widths, frame.ledger_heads, "line in ledger", cells)


def _plan_options(look: Look) -> str:
    cells = (
        "{{ plan.months }}", "{{ plan.monthly_cents|money }}", "{{ plan.last_cents|money }}",
        f"{{{{ plan.first_on|{look.frame.day} }}}}",
    )  # fmt: skip
    widths = (1800, 2300, 2500, 3624)
    return _list(look, widths, look.frame.plan_heads, "plan in arrangement.options", cells)


def _instalments(look: Look) -> str:
    cells = ("{{ loop.index }}", f"{{{{ one.due_on|{look.frame.day} }}}}", "{{ one.amount_cents|money }}")
    return _list(look, (900, 4400, 2400), look.frame.instalment_heads, "one in arrangement.instalments", cells)


def _agency(look: Look) -> str:
    name, address, phone, amount = look.frame.agency
    where = "{% for line in agency.address_lines %}{{ line }}, {% endfor %}{{ agency.city_line }}"
    facts = (
        (name, "{{ agency.name }}"), (address, where), (phone, "{{ agency.phone }}"),
        (amount, "{{ agency.amount_cents|money }}"),
    )  # fmt: skip
    label, value = 3000, WIDTH - 3000
    rows = [
        row(
            cell(label, look.para("Help", run(told, "Faint"))),
            cell(value, look.para("Help", run(shown, "Strong"))),
        )
        for told, shown in facts
    ]
    return table((label, value), *rows, borders=edges(top=("single", 6, _GREY), bottom=("single", 6, _GREY))) + gap(120)


_BLOCKS = {
    Block.LEDGER: _ledger,
    Block.PLAN_OPTIONS: _plan_options,
    Block.INSTALMENTS: _instalments,
    Block.AGENCY: _agency,
}


def above_coupon(space: int, look: Look) -> list[str]:
    """Bring the coupon of a short letter to the foot of its page.

    Each account or state line takes the room of one row; a floating table would do this to the
    point, but not every word processor floats one as wide as the page. Large print fills its pages anyway.
    """
    if look.large:
        return []
    steps: list[str] = []
    for rows, height in enumerate(range(space, 0, -_ROW), start=1):
        steps.append(each(f"if accounts|length + texts|length == {rows}", gap(height)))
    return steps


def coupon(look: Look) -> str:
    """What is torn off and sent back with the payment."""
    frame = look.frame
    line = edges(bottom=("single", 6, _CUT))
    left, label, value = (5224, 2200, 2800) if not look.large else (4024, 3000, 3200)
    pad = padding(60, 100, 60, 100)
    remit = (
        look.para("Label", frame.payable_to),
        each("for line in creditor.remit_lines", para("Address", "{{ line }}")),
        para("Sender", run(frame.sender, "Faint"), "{{ guarantor.name }}", run(", ", "Faint"), "{{ letter.number }}"),
    )
    pay_by = f"{{% if letter.pay_by %}}{{{{ letter.pay_by|{frame.day} }}}}{{% else %}}{frame.on_receipt}{{% endif %}}"

    def fact(name: str, shown: str, tall: str, fill: str = "", borders: str = "") -> str:
        money = look.para("CouponMoney", run(shown, "Strong"))
        return row(
            cell(left, *(remit if tall == "restart" else (para("Cell", ""),)), tall=tall),
            cell(label, look.para("CouponFact", name), fill=fill, pad=pad, align="center"),
            cell(value, money, fill=fill, pad=pad, borders=borders, align="center"),
            at_least=440,
        )

    torn = table(
        (left, label, value),
        row(cell(WIDTH, look.para("Cut", frame.cut), span=3, borders=edges(top=("dashed", 8, _CUT)))),
        fact(frame.amount_due, "{{ asked_cents|money }}", "restart", fill=DRAWN_TINT),
        fact(frame.pay_by, pay_by, "continue"),
        fact(frame.enclosed, "$" + "\u2007" * 16, "continue", borders=line),
        row(cell(WIDTH, para("Scan", "{{ scan_line }}"), span=3)),
    )
    # in a row that never breaks, so that no coupon is torn between two pages
    return table((WIDTH,), row(cell(WIDTH, torn, para("Tag", ""))))


def reply_slip(look: Look) -> str:
    """What is torn off and sent back to say that an address is right, or which one is."""
    cut, question, yes, no = look.frame.reply
    line = edges(bottom=("single", 6, _CUT))
    blank = row(cell(WIDTH, look.para("Help", ""), borders=line), at_least=480)
    slip = table(
        (WIDTH,),
        row(cell(WIDTH, look.para("Cut", cut), borders=edges(top=("dashed", 8, _CUT)))),
        row(cell(WIDTH, look.para("Text", run(question, "Strong")), look.para("Text", yes), look.para("Text", no))),
        blank,
        blank,
        row(cell(WIDTH, para("Sender", run(look.frame.letter, "Faint"), "{{ letter.number }}"))),
    )
    return table((WIDTH,), row(cell(WIDTH, slip, para("Tag", ""))))
