"""The foot of a letter: the part to detach and return."""

from letters.docx.drawing import cell, each, edges, gap, padding, para, row, run, table
from letters.docx.template import DRAWN_TINT
from letters.layout.sheet import CUT, WIDTH, Look

_ROW = 440

NUMBERS = (
    "{% for a in accounts[:4] %}{{ a.number }}{% if not loop.last %}, {% endif %}{% endfor %}"
    "{% if accounts|length > 4 %} + {{ accounts|length - 4 }}{% endif %}"
)
"""The whole numbers of the accounts, up to four of them."""


def above_coupon(space: int, look: Look) -> list[str]:
    """Move the coupon of a short letter to the foot of its page.

    Each account, credit or state line needs the room of one row. A floating table would be exact, but not every word
    processor can float one as wide as the page. Large print fills its pages anyway, and a name of many lines uses the
    room itself.
    """
    if look.large:
        return []
    steps: list[str] = []
    for rows, height in enumerate(range(space, 0, -_ROW), start=1):
        steps.append(each(f"if rows == {rows}", gap(height)))
    return [each("if guarantor.name|length < 50", *steps)] if steps else []


def coupon(look: Look) -> str:
    """The coupon to detach and return with the payment."""
    return _coupon(look, look.frame.amount_due, "letter.pay_by")


def plan_coupon(look: Look) -> str:
    """The coupon for the first payment of a plan."""
    return _coupon(look, look.frame.first_payment, "arrangement.instalments[0].due_on")


def _coupon(look: Look, asked: str, due_on: str) -> str:
    frame = look.frame
    line = edges(bottom=("single", 6, CUT))
    left, label, value = (5224, 2200, 2800) if not look.large else (3624, 2600, 4000)
    pad = padding(60, 100, 60, 100)
    remit = (
        look.para("Label", frame.payable_to),
        each("for line in creditor.remit_lines", look.para("Remit", "{{ line }}")),
        look.para(
            "Sender", run(frame.sender, "Faint"), "{{ guarantor.name }}", run(", ", "Faint"), "{{ letter.number }}"
        ),
    )
    pay_by = f"{{% if {due_on} %}}{{{{ {due_on}|{frame.day} }}}}{{% else %}}{frame.on_receipt}{{% endif %}}"

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
        row(cell(WIDTH, look.para("Cut", frame.cut), span=3, borders=edges(top=("dashed", 8, CUT)))),
        fact(asked, "{{ asked_cents|money }}", "restart", fill=DRAWN_TINT),
        fact(frame.pay_by, pay_by, "continue"),
        fact(frame.enclosed, "$" + "\u2007" * (12 if look.large else 16), "continue", borders=line),
        row(
            cell(left, look.para("Numbers", run(frame.of_accounts, "Faint"), run(NUMBERS, "Strong"))),
            cell(label + value, para("Scan", "{{ scan_line }}"), span=2),
        ),
    )
    # in a row that never breaks, so that a coupon is not split across pages
    return table((WIDTH,), row(cell(WIDTH, torn, para("Tag", ""))))


def reply_slip(look: Look) -> str:
    """The slip to detach and return, to confirm or correct an address."""
    cut, question, yes, no = look.frame.reply
    line = edges(bottom=("single", 6, CUT))
    blank = row(cell(WIDTH, look.para("Help", ""), borders=line), at_least=480)
    slip = table(
        (WIDTH,),
        row(cell(WIDTH, look.para("Cut", cut), borders=edges(top=("dashed", 8, CUT)))),
        row(cell(WIDTH, look.para("Text", run(question, "Strong")), look.para("Text", yes), look.para("Text", no))),
        blank,
        blank,
        row(cell(WIDTH, look.para("Sender", run(look.frame.letter, "Faint"), "{{ letter.number }}"))),
    )
    return table((WIDTH,), row(cell(WIDTH, slip, para("Tag", ""))))
