"""The top of an estate document's first page: letterhead and address, or the caption of the case."""

from letters.docx.drawing import cell, each, edges, either, gap, padding, para, row, run, table
from letters.docx.template import DRAWN_ACCENT, DRAWN_TINT
from letters.estate.pieces import Form, Wording
from letters.estate.styles import COURT, LETTER
from letters.layout.head import WHERE, address_in, headed, in_window
from letters.layout.sheet import CUT, Look
from letters.wording import english

_LOOK = Look(english.FRAME)
_DISCREET = "{{ creditor.city_line }} · {{ creditor.phone }}"
"""The creditor's city, without its address lines: one of them may name the department that wrote."""


def beginning(words: Wording) -> list[str]:
    """Everything above the text of the document."""
    match words.form:
        case Form.HOUSEHOLD:
            return [headed(_LOOK, _DISCREET, _day_and_number()), *_window(words, ""), _heading()]
        case Form.LETTER:
            return [headed(_LOOK, WHERE, _day_and_number()), *_window(words, _subject()), _heading()]
        case Form.COURT:
            return _caption()
        case Form.RECORD:
            return _record()


def _day_and_number() -> str:
    return para("FactRight", run("Date ", "Faint"), "{{ sheet.date|date }}") + para(
        "FactRight", run("Reference ", "Faint"), "{{ sheet.number }}"
    )


def _window(words: Wording, beside: str) -> list[str]:
    """The address as shown in the envelope's window, and the subject of the letter."""
    names = (
        ("Estate of {{ decedent.name }}", "c/o {{ recipient.name }}") if words.in_care else ("{{ recipient.name }}",)
    )
    shown = '"Estate of " ~ decedent.name, "c/o " ~ recipient.name' if words.in_care else "recipient.name"

    def address(style: str) -> str:
        lines = each("for line in recipient.address_lines", para(style, "{{ line }}"))
        return "".join(para(style, name) for name in names) + lines

    drawn = address_in(f"recipient.address_lines|address_size_without_bars({shown})", address)
    if not beside:
        return in_window(drawn)
    bar = edges(left=("single", 36, DRAWN_ACCENT))
    return in_window(drawn, beside, fill=DRAWN_TINT, borders=bar, pad=padding(60, 200, 60, 80))


def _subject() -> str:
    return (
        para("Fact", run("In the matter of", "Faint"))
        + para("Fact", run("The estate of {{ decedent.name }}", "Strong"))
        + each("if case.court", para("Fact", "{{ case.court }}"))
        + each("if case.number", para("Fact", run("Case no. ", "Faint"), "{{ case.number }}"))
        + para("Fact", run("Our matter ", "Faint"), "{{ matter }}")
    )


def _heading() -> str:
    return para("Heading", run("{{ sheet.title }}", colour=DRAWN_ACCENT))


def _caption() -> list[str]:
    """The court, the case, and the document's title. Unknown case data is a blank line to write on."""
    left, right = COURT.width * 55 // 100, COURT.width - COURT.width * 55 // 100
    edge = edges(bottom=("single", 6, CUT), right=("single", 6, CUT))
    matter = (
        para("Caption", "{{ case.before }}"),
        para("Caption", run("{{ decedent.name|upper }}", "Strong"), ","),
        para("Caption", "{{ case.after }}"),
    )
    number = either(
        "case.number",
        para("Caption", "{{ case.number_label }} {{ case.number }}"),
        para("Caption", "{{ case.number_label }} " + "_" * 18),
    )
    facts = (
        number,
        para("Caption", "Date of death: {{ decedent.died_on|date }}"),
        para("Caption", run("Reference {{ sheet.number }}", "Faint")),
    )
    box = table(
        (left, right),
        row(
            cell(left, *matter, borders=edge, pad=padding(60, 0, 100, 100)),
            cell(right, *facts, pad=padding(60, 240, 100, 0), align="center"),
        ),
    )
    return [
        *counsel_block("counsel and counsel.at_top"),
        gap(300),
        *_court(),
        gap(140),
        box,
        gap(260),
        para("PaperTitle", "{{ sheet.title|upper }}"),
    ]


def _court() -> tuple[str, str]:
    """The court as its papers name it; otherwise its name or a line to write on, with county and state below."""
    where = each(
        "if not case.heading and (case.county or case.state)",
        para("Court", "County: {{ case.county }}", run("        "), "State: {{ case.state }}"),
    )
    named = either(
        "case.court", para("Court", run("{{ case.court|upper }}", "Strong")), para("Court", "Court: " + "_" * 36)
    )
    heading = each("for line in case.heading", para("Court", run("{{ line|upper }}", "Strong")))
    court = either("case.heading", heading, named)
    return court, where


def counsel_block(condition: str) -> list[str]:
    """The attorney who appears for the claimant, where this condition holds."""
    lines = ("{{ counsel.name }}", "{{ counsel.number }}")
    ends = ("{{ counsel.appears_for }}",)
    block = (
        *(para("Counsel", line) for line in lines),
        each("if counsel.firm", para("Counsel", "{{ counsel.firm }}")),
        each("for line in counsel.address_lines", para("Counsel", "{{ line }}")),
        each("if counsel.phone", para("Counsel", "{{ counsel.phone }}")),
        each("if counsel.email", para("Counsel", "{{ counsel.email }}")),
        *(para("Counsel", line) for line in ends),
    )
    return [each(f"if {condition}", *block)]


def _record() -> list[str]:
    """A document for our own side: its title and date, and that it is not for others."""
    left, right = LETTER.width * 68 // 100, LETTER.width - LETTER.width * 68 // 100
    under = edges(bottom=("single", 12, DRAWN_ACCENT))
    title = para("Heading", run("{{ sheet.title }}", colour=DRAWN_ACCENT)) + para(
        "Blank", "For the file and counsel only"
    )
    pad = padding(0, 0, 80, 0)
    return [
        table(
            (left, right),
            row(
                cell(left, title, borders=under, pad=pad, align="bottom"),
                cell(right, _day_and_number(), borders=under, pad=pad, align="bottom"),
            ),
        ),
        gap(200),
    ]
