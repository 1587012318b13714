"""The tables of an estate document: facts, lists with totals, the parts of a claim, and a remark in a box."""

from collections.abc import Sequence

from letters.docx.drawing import cell, each, edges, gap, padding, para, row, row_tag, run, table, with_bold
from letters.docx.template import DRAWN_ACCENT, DRAWN_TINT
from letters.estate.pieces import Column, Facts, Note, Rows
from letters.estate.styles import Measure
from letters.layout.sheet import GREY, HAIR

_PAD = padding(40, 0, 40, 0)
_AFTER = 170


def facts(told: Facts, measure: Measure) -> str:
    """Labels on the left, their values on the right."""
    label = 2500
    value = measure.width - label
    rows: list[str] = []
    for name, shown, *when in told.rows:
        line = row(
            cell(label, para("Fact", run(name, "Faint"))), cell(value, para("Fact", *with_bold(shown))), breaks=True
        )
        rows += [row_tag(f"if {when[0]}", 2), line, row_tag("endif", 2)] if when else [line]
    borders = edges(top=("single", 6, GREY), bottom=("single", 6, GREY), insideH=("single", 4, HAIR))
    return table((label, value), *rows, pad=_PAD, borders=borders) + gap(_AFTER)


def rows_of(told: Rows, measure: Measure) -> str:
    """One row per list item, with heads repeated on each page; the total is at the foot."""
    widths = _widths(told.columns, measure.width)
    count = len(widths)
    parts = [
        row(*(_head(width, column) for width, column in zip(widths, told.columns, strict=True)), header=True),
        row_tag(f"for {told.loop}", count),
        row(*(_cell(column) for column in told.columns)),
        row_tag("endfor", count),
    ]
    if told.total:
        parts.append(_total(told.total, widths))
    borders = edges(bottom=("single", 6, GREY), insideH=("single", 4, HAIR))
    return table(widths, *parts, pad=_PAD, borders=borders) + gap(_AFTER)


def claim_parts(measure: Measure) -> str:
    """The claim split in two ways: by due and contingent, and by rank."""
    name, money = measure.width * 31 // 100, measure.width * 19 // 100
    widths = (name, money, name, measure.width - 2 * name - money)
    lines = (
        ("Due now", "due", "Last illness", "last_illness"),
        ("Contingent on insurance", "contingent", "Other", "other"),
    )
    told = [
        row(*_money_pair(left, f"claim.{one}_cents"), *_money_pair(right, f"claim.{other}_cents"))
        for left, one, right, other in lines
    ]
    heads = [
        cell(
            sum(pair),
            para("RowHead", run(text, colour="FFFFFF")),
            fill=DRAWN_ACCENT,
            span=2,
            pad=padding(40, 160, 40, 0),
        )
        for pair, text in ((widths[:2], "By due date"), (widths[2:], "By priority"))
    ]
    total = row(
        *_money_pair("Total claimed", "claim.amount_cents", last=True),
        *_money_pair("Total claimed", "claim.amount_cents", last=True),
    )
    borders = edges(bottom=("single", 6, GREY), insideH=("single", 4, HAIR))
    return table(widths, row(*heads), *told, total, pad=_PAD, borders=borders) + gap(_AFTER)


def note(told: Note, measure: Measure) -> str:
    """A remark before all other text."""
    frame = edges(**dict.fromkeys(("top", "left", "bottom", "right"), ("single", 6, GREY)))
    inner = cell(measure.width, para("Fact", *with_bold(told.text)), fill=DRAWN_TINT, pad=padding(80, 80, 80, 80))
    return table((measure.width,), row(inner), borders=frame) + gap(_AFTER)


def _widths(columns: Sequence[Column], width: int) -> tuple[int, ...]:
    shares = sum(column.share for column in columns)
    found = [width * column.share // shares for column in columns]
    return (*found[:-1], width - sum(found[:-1]))


def _head(width: int, column: Column) -> str:
    style = "RowHeadRight" if column.right else "RowHead"
    return cell(width, para(style, run(column.head, colour="FFFFFF")), fill=DRAWN_ACCENT, align="bottom")


def _cell(column: Column) -> str:
    condition, text = column.remark
    remark = each(f"if {condition}", para("Row", run(text, "Faint"))) if condition else ""
    return cell(0, para("RowRight" if column.right else "Row", column.text), remark)


def _total(texts: Sequence[str], widths: Sequence[int]) -> str:
    """The first text merged over all columns that have no text of their own."""
    amounts = [text for text in texts[1:] if text]
    span = len(texts) - len(amounts)
    label = cell(sum(widths[:span]), para("Row", run(texts[0], "Strong")), span=span)
    return row(label, *(cell(0, para("RowRight", run(text, "Strong"))) for text in amounts))


def _money_pair(label: str, field: str, *, last: bool = False) -> tuple[str, str]:
    style, kept = ("Strong", "") if last else ("", "Kept")
    return (
        cell(0, para(f"Row{kept}", run(label, style)), pad=padding(40, 160, 40, 0)),
        cell(0, para(f"RowRight{kept}", run(f"{{{{ {field}|money }}}}", style)), pad=padding(40, 0, 40, 160)),
    )
