"""The tables of a letter: its accounts, and those that only some kinds have."""

from letters.docx.drawing import cell, each, edges, gap, padding, para, row, row_tag, run, table
from letters.docx.template import DRAWN_ACCENT
from letters.layout.sheet import GREY, HAIR, WIDTH, Look
from letters.wording.words import Block

_COLUMNS = (1910, 1050, 1720, 1080, 1170, 1010, 1110, 1174)
_LARGE_COLUMNS = (4700, 3200, 2324)
_NO_LINE = edges(top=("nil", 0, "auto"))


def accounts(look: Look, asks: bool, tells_not_due: bool) -> str:
    """The balance of each account, and how it came about."""
    remark = _remark(look, tells_not_due)
    columns = _LARGE_COLUMNS if look.large else _COLUMNS
    heads = look.frame.large_heads if look.large else look.frame.heads
    first_right = 2 if look.large else 3
    header = [_head(columns[n], head, look, n >= first_right) for n, head in enumerate(heads)]
    rows = [
        row(*header, header=True),
        row_tag("for a in accounts", len(columns)),
        *(_large_account(look, remark) if look.large else [row(*_account(look, remark))]),
        row_tag("if a.described", len(columns)),
        row(cell(WIDTH, look.para("Cell", look.frame.described), span=len(columns), borders=_NO_LINE)),
        row_tag("endif", len(columns)),
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
    borders = edges(insideH=("single", 4, HAIR))
    return table(columns, *rows, pad=padding(25, 0, 25, 0), borders=borders)


def _head(width: int, text: str, look: Look, right: bool) -> str:
    style = look.style("HeadRight" if right else "Head")
    return cell(width, para(style, run(text, colour="FFFFFF")), fill=DRAWN_ACCENT, align="bottom")


def _remark(look: Look, tells_not_due: bool) -> str:
    frame = look.frame
    not_due = f"{{% elif a.balance_cents > 0 and not a.due_here %}}{frame.not_due}" if tells_not_due else ""
    return f"{{% if a.balance_cents == 0 %}}{frame.paid_in_full}{not_due}{{% endif %}}"


def _account(look: Look, remark: str) -> list[str]:
    """The cells of one account's row, in the order of the heads."""
    frame = look.frame
    last_paid = f"{{% if a.last_payment_on %}}{{{{ a.last_payment_on|{frame.short_day} }}}}{{% endif %}}"
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
            para("CellRight", run(last_paid, "Faint")),
        ),
        cell(
            0,
            para("CellRight", run("{{ a.balance_cents|money }}", "Strong")),
            para("CellRight", run(remark, "Faint")),
        ),
    ]


def _large_account(look: Look, remark: str) -> list[str]:
    """The two rows of one account in large print: its description, and below it how its balance came about."""
    frame = look.frame
    below, above = edges(bottom=("nil", 0, "auto")), edges(top=("nil", 0, "auto"))
    named = (
        (look.para("CellKept", run("{{ a.number }}", "Strong")), look.para("CellKept", "{{ a.patient }}")),
        (
            look.para("CellKept", f"{{{{ a.kind|{frame.called} }}}}"),
            look.para("CellKept", run(f"{frame.since}{{{{ a.since|{frame.short_day} }}}}", "Faint")),
        ),
        (
            look.para("CellRightKept", run("{{ a.balance_cents|money }}", "Strong")),
            look.para("CellRightKept", run(remark, "Faint")),
        ),
    )
    told = look.para("Cell", frame.days), look.para("Cell", frame.how_it_came)
    return [
        row(*(cell(0, *pair, borders=below) for pair in named)),
        row(cell(WIDTH, *told, span=len(_LARGE_COLUMNS), borders=above)),
    ]


def _list(look: Look, widths: tuple[int, ...], heads: tuple[str, ...], loop: str, cells: tuple[str, ...]) -> str:
    """A table of plain rows: each cell is a text with tags; amounts are right-aligned."""
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
        borders=edges(insideH=("single", 4, HAIR)),
    ) + gap(120)


def _ledger(look: Look) -> str:
    frame = look.frame
    cells = (
        "{{ line.account }}",
        f"{{{{ line.posted_on|{frame.short_day} }}}}",
        f"{{% if line.description %}}{{{{ line.description }}}}{{% else %}}{{{{ line.entry|{frame.entry} }}}}"
        "{% endif %}"
        f"{{% if line.code %}} ({{{{ line.code }}}}){{% endif %}}{{% if line.units > 1 %}}{frame.unit}{{% endif %}}",
        "{{ line.amount_cents|money }}",
        "{{ line.balance_cents|money }}",
    )
    widths = (1500, 2000, 3300, 1712, 1712) if not look.large else (1300, 2150, 3000, 1887, 1887)
    return _list(look, widths, frame.ledger_heads, "line in ledger", cells)


def _plan_options(look: Look) -> str:
    cells = (
        "{{ plan.months }}",
        "{{ plan.monthly_cents|money }}",
        "{{ plan.last_cents|money }}",
        f"{{{{ plan.first_on|{look.frame.day} }}}}",
    )
    widths = (1800, 2300, 2500, 3624)
    return _list(look, widths, look.frame.plan_heads, "plan in arrangement.options", cells)


def _instalments(look: Look) -> str:
    cells = ("{{ loop.index }}", f"{{{{ one.due_on|{look.frame.day} }}}}", "{{ one.amount_cents|money }}")
    return _list(look, (900, 4400, 2400), look.frame.instalment_heads, "one in arrangement.instalments", cells)


def _disclosures(look: Look) -> str:
    """The disclosures required by 12 CFR 1026.18, grouped and separate from all else (1026.17(a)(1)), where they
    apply."""
    title, financed, charge, rate, total, schedule = look.frame.disclosures
    facts = (
        (financed, "{{ arrangement.financed_cents|money }}"),
        (charge, "$0.00"),
        (rate, "0%"),
        (total, "{{ arrangement.financed_cents|money }}"),
    )
    label, value = WIDTH - 2400, 2400
    rows = [
        row(cell(label, look.para("Help", told)), cell(value, look.para("CellRight", run(shown, "Strong"))))
        for told, shown in facts
    ]
    heading = row(cell(WIDTH, look.para("Help", run(title, "Strong")), span=2))
    last = row(cell(WIDTH, look.para("Help", schedule), span=2))
    frame = edges(**dict.fromkeys(("top", "left", "bottom", "right"), ("single", 6, GREY)))
    return each("if arrangement.large", table((label, value), heading, *rows, last, borders=frame)) + gap(120)


def _agency(look: Look) -> str:
    name, address, phone, amount = look.frame.agency
    where = "{% for line in agency.address_lines %}{{ line }}, {% endfor %}{{ agency.city_line }}"
    facts = (
        (name, "{{ agency.name }}"),
        (address, where),
        (phone, "{{ agency.phone }}"),
        (amount, "{{ agency.amount_cents|money }}"),
    )
    label, value = 3000, WIDTH - 3000
    rows = [
        row(
            cell(label, look.para("Help", run(told, "Faint"))),
            cell(value, look.para("Help", run(shown, "Strong"))),
        )
        for told, shown in facts
    ]
    return table((label, value), *rows, borders=edges(top=("single", 6, GREY), bottom=("single", 6, GREY))) + gap(120)


BLOCKS = {
    Block.LEDGER: _ledger,
    Block.PLAN_OPTIONS: _plan_options,
    Block.INSTALMENTS: _instalments,
    Block.DISCLOSURES: _disclosures,
    Block.AGENCY: _agency,
}
"""How each part that only some kinds have is drawn."""
