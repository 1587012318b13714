"""Make the shipped templates: `python -m letters.make_templates` writes them and prints their paths.

The words of each kind are in `letters.texts`; here is how the page is drawn. US Letter,
folded in thirds for a #10 envelope with a left window: only the guarantor's address may show
in the window, whichever way the sheet slides, so nothing else stands between 2.0 and 3.65
inches from the top and left of 5.45 inches. Made twice, a template is the same bytes.
"""

import sys
from pathlib import Path

from letters import texts
from letters.base import base_package
from letters.drawing import cell, each, edges, either, gap, padding, para, row, row_tag, run, table
from letters.package import Zip, member
from letters.template import DRAWN_ACCENT, DRAWN_TINT

FOLDER = Path(__file__).parent / "templates"

_MARGIN = 1008  # 0.7 inch
_WIDTH = 12240 - 2 * _MARGIN
_LEFT = 6960  # the letterhead's and the window's column; ends 5.53 inches from the paper's edge
_RIGHT = _WIDTH - _LEFT
_GREY = "B8C0C8"
_HAIR = "D5DBE0"
_ROW = 500
_HEADS = (
    "Account and patient",
    "Service, first\u00a0bill",
    "This is",
    "Charges",
    "Insurance paid",
    "Adjustments",
    "You paid",
    "Balance",
)
_COLUMNS = (1890, 1050, 1490, 1200, 1200, 1120, 1010, 1264)


def make_templates(folder: Path = FOLDER) -> list[Path]:
    """Write every shipped template into `folder`; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for kind in texts.KINDS:
        path = folder / f"{kind}.docx"
        path.write_bytes(template_bytes(kind))
        paths.append(path)
    return paths


def template_bytes(kind: str) -> bytes:
    """One shipped template; the same bytes each time."""
    parts = base_package(_body(texts.KINDS[kind]))
    return Zip([member(name, content) for name, content in parts]).with_members([])


def _body(words: texts.Words) -> str:
    blocks = [_letterhead(), gap(1060), _window(words), gap(170), *_opening(words), gap(60), _accounts()]
    blocks += [gap(90), each("for line in texts", para("Fine", "{{ line.en }}")), _help(words)]
    if words.asks_for_payment:
        blocks += [gap(20), *_space_above_coupon(words), _coupon()]
    return "".join((*blocks, gap(20)))


def _letterhead() -> str:
    under = edges(bottom=("single", 18, DRAWN_ACCENT))
    shown = run("{{ creditor.name }}", colour=DRAWN_ACCENT)
    name = either("creditor.name|length > 44", para("NameLong", shown), para("Name", shown))
    address = para(
        "Fine",
        "{% for line in creditor.address_lines %}{{ line }} · {% endfor %}{{ creditor.city_line }}",
    )
    facts = (
        para("FactRight", run("Date ", "Faint"), "{{ letter.date|date }}"),
        para("FactRight", run("Letter ", "Faint"), "{{ letter.number }}"),
    )
    return table(
        (_LEFT, _RIGHT),
        row(
            cell(_LEFT, name, address, borders=under, align="center"),
            cell(_RIGHT, *facts, borders=under, align="center"),
            at_least=1160,
        ),
    )


def _window(words: texts.Words) -> str:
    address = (
        para("Address", "{{ guarantor.name }}"),
        each("for line in guarantor.address_lines", para("Address", "{{ line }}")),
    )
    total = run("{{ asked_cents|money }}", colour=DRAWN_ACCENT)
    amount = either("total_cents >= 10000000", para("AmountLong", total), para("Amount", total))
    if words.asks_for_payment:
        box = (
            para("BoxLabel", "Amount due"),
            amount,
            each("if letter.pay_by", para("BoxLine", "please pay by ", run("{{ letter.pay_by|date }}", "Strong"))),
        )
    else:
        box = (
            para("BoxLabel", "Balance"),
            amount,
            para("BoxLine", "paid in full as of ", run("{{ letter.date|date }}", "Strong")),
        )
    look = edges(left=("single", 36, DRAWN_ACCENT))
    return table(
        (_LEFT, _RIGHT),
        row(
            cell(_LEFT, *address, pad=padding(30, 300, 0, 300)),
            cell(_RIGHT, *box, fill=DRAWN_TINT, borders=look, pad=padding(40, 200, 40, 80), align="center"),
            at_least=1500,
        ),
    )


def _opening(words: texts.Words) -> list[str]:
    blocks = [
        para("Heading", run("{{ letter.kind|titled }}", colour=DRAWN_ACCENT)),
        para("Text", "Dear {{ guarantor.name }},"),
    ]
    blocks += [para("Text", text) for text in words.opening]
    if words.final:
        listing = (
            "{% for a in final_accounts %}{{ a.number }} ({{ a.balance_cents|money }})"
            "{% if not loop.last %}, {% endif %}{% endfor %}"
        )
        said = [para("Text", text.replace("LISTING", listing)) for text in words.final]
        said.append(each("if creditor.is_nonprofit_hospital", *(para("Text", text) for text in words.final_charity)))
        blocks.append(each("if final_accounts", *said))
    return blocks


def _accounts() -> str:
    header = [
        cell(
            width, para("Head" if n < 3 else "HeadRight", run(head, colour="FFFFFF")), fill=DRAWN_ACCENT, align="bottom"
        )
        for n, (width, head) in enumerate(zip(_COLUMNS, _HEADS, strict=True))
    ]
    total = row(
        cell(sum(_COLUMNS[:-2]), para("TotalLabel", "Total due"), span=6),
        cell(sum(_COLUMNS[-2:]), para("Total", run("{{ total_cents|money }}", colour=DRAWN_ACCENT)), span=2),
    )
    return table(
        _COLUMNS,
        row(*header, header=True),
        row_tag("for a in accounts", len(_COLUMNS)),
        row(*_account()),
        row_tag("endfor", len(_COLUMNS)),
        total,
        pad=padding(25, 0, 25, 0),
        borders=edges(insideH=("single", 4, _HAIR)),
    )


def _account() -> list[str]:
    """The cells of one account's row, in the order of `_HEADS`."""
    remark = "{% if a.balance_cents == 0 %}Paid in full{% elif not a.due_here %}not due now{% endif %}"
    amounts = ("charges", "insurance", "adjustments", "paid")
    return [
        cell(0, para("Cell", run("{{ a.number }}", "Strong")), para("Cell", "{{ a.patient }}")),
        cell(
            0,
            para("Cell", '{{ a.service_on|date("short") }}'),
            para("Cell", run('{{ a.first_statement_on|date("short") }}', "Faint")),
        ),
        cell(0, para("Cell", "{{ a.kind|called }}"), para("Cell", run('since {{ a.since|date("short") }}', "Faint"))),
        *(cell(0, para("CellRight", f"{{{{ a.{name}_cents|money }}}}")) for name in amounts),
        cell(
            0,
            para("CellRight", run("{{ a.balance_cents|money }}", "Strong")),
            para("CellRight", run(remark, "Faint")),
        ),
    ]


def _help(words: texts.Words) -> str:
    half = _WIDTH // 2
    columns: list[str] = []
    for n, topics in enumerate(words.help):
        blocks = [_topic(topic) for topic in topics]
        columns.append(cell(half, *blocks, pad=padding(90, 0 if n == 0 else 150, 0, 150 if n == 0 else 0)))
    return table((half, half), row(*columns), borders=edges(top=("single", 6, _GREY)))


def _topic(topic: texts.Topic) -> str:
    said = para("Help", run(topic.title + " ", "Strong"), topic.text)
    if not topic.charity:
        return said
    longer = para("Help", run(topic.title + " ", "Strong"), topic.charity)
    return either("creditor.is_nonprofit_hospital", longer, said)


def _space_above_coupon(words: texts.Words) -> list[str]:
    """Bring the coupon of a short letter to the foot of its page.

    Each account or state line takes the room of one row; a floating table would do this to the
    point, but not every word processor floats one as wide as the page.
    """
    steps: list[str] = []
    for rows, height in enumerate(range(words.space_above_coupon, 0, -_ROW), start=1):
        steps.append(each(f"if accounts|length + texts|length == {rows}", gap(height)))
    return steps


def _coupon() -> str:
    cut = edges(top=("dashed", 8, "6B7680"))
    line = edges(bottom=("single", 6, "6B7680"))
    left, label, value = 5624, 2200, 2400
    pad = padding(60, 100, 60, 100)
    remit = (
        para("Label", "Make checks payable and send to"),
        each("for line in creditor.remit_lines", para("Address", "{{ line }}")),
        para("Sender", run("From ", "Faint"), "{{ guarantor.name }}", run(", letter ", "Faint"), "{{ letter.number }}"),
    )
    pay_by = "{% if letter.pay_by %}{{ letter.pay_by|date }}{% else %}on receipt{% endif %}"

    def fact(name: str, shown: str, tall: str, fill: str = "", borders: str = "") -> str:
        return row(
            cell(left, *(remit if tall == "restart" else (para("Cell", ""),)), tall=tall),
            cell(label, para("CouponFact", name), fill=fill, pad=pad, align="center"),
            cell(value, para("CouponMoney", run(shown, "Strong")), fill=fill, pad=pad, borders=borders, align="center"),
            at_least=440,
        )

    coupon = table(
        (left, label, value),
        row(
            cell(
                _WIDTH, para("Cut", "✂  Please detach here and return this part with your payment"), span=3, borders=cut
            )
        ),
        fact("Amount due", "{{ asked_cents|money }}", "restart", fill=DRAWN_TINT),
        fact("Please pay by", pay_by, "continue"),
        fact("Amount enclosed", "$" + "\u2007" * 16, "continue", borders=line),
        row(cell(_WIDTH, para("Scan", "{{ scan_line }}"), span=3)),
    )
    # in a row that never breaks, so that no coupon is torn between two pages
    return table((_WIDTH,), row(cell(_WIDTH, coupon, para("Tag", ""))))


if __name__ == "__main__":
    for made in make_templates():
        sys.stdout.write(f"{made}\n")
