"""The parts of an estate document for signature, oath, service and acceptance, and the reply forms."""

from letters.docx.drawing import cell, each, edges, gap, padding, para, row, row_tag, run, table
from letters.estate.court_words import MAILINGS
from letters.estate.pieces import Piece
from letters.estate.styles import Measure
from letters.estate.tables import rows_of
from letters.layout.sheet import CUT, GREY, HAIR

_LINE = edges(bottom=("single", 6, CUT))
_SIGN_HEIGHT = 620


def signature(measure: Measure, *below: str) -> str:
    """The claimant's signature, with the date written by hand; `below` stays on one page with it."""
    signer = para("Signed", "{{ signer.name }}, {{ signer.title }}") + para(
        "Signed", "for {{ creditor.name }}, {{ creditor.phone }}"
    )
    return _together(measure, _blanks(measure.width, ("Date", 30), (signer, 62)), *below)


def sworn(measure: Measure) -> str:
    """The signature, and the text before a notary."""
    return signature(
        measure,
        _blanks(measure.width, ("State of", 40), ("County of", 52), height=480),
        gap(120),
        para("Signed", "Subscribed and sworn to (or affirmed) before me by {{ signer.name }} on the date below."),
        _blanks(measure.width, ("Date", 24), ("Notary public (signature and seal)", 40), ("My commission expires", 26)),
    )


def regards(measure: Measure, *, title: bool) -> str:
    """The end of a letter, with its enclosures. Without the title where whoever opens it must not learn from which
    department it is."""
    who = [para("Signed", "{{ signer.name }}")]
    enclosed: list[str] = []
    if title:
        who.append(para("Signed", "{{ signer.title }}"))
        listed = each("for paper in enclosures", para("Signed", "{{ loop.index }}. {{ paper }}"))
        enclosed.append(each("if enclosures", para("Under", "Enclosures"), listed))
    who.append(para("Signed", "{{ creditor.name }}"))
    return _together(measure, para("Signed", "Sincerely,"), gap(500), *who, *enclosed)


def service(measure: Measure) -> str:
    """To whom, how and when a copy was sent: the recorded mailings, otherwise lines to fill in."""
    return gap(200) + _together(
        measure,
        para("Under", "Certificate of service"),
        para(measure.text, "A true copy of this paper was sent to each of the following, as stated:"),
        each("if mailings", rows_of(MAILINGS, measure)),
        each("if not mailings", _to_be_served(measure), gap(60)),
        _blanks(measure.width, ("Date", 30), ("Signature of the person who sent it", 62)),
    )


def _to_be_served(measure: Measure) -> str:
    who, how = measure.width * 58 // 100, measure.width - measure.width * 58 // 100
    ways = para("Row", "☐ first-class mail   ☐ certified mail") + para("Row", "☐ by hand   ☐ electronic service")

    def line(*told: str, at_least: int = 0) -> str:
        return row(cell(who, *told), cell(how, ways), at_least=at_least)

    def party(name: str, role: str) -> list[str]:
        where = f"{{{{ {name}.address_lines|join(', ') }}}}"
        named = para("Row", run(f"{{{{ {name}.name }}}}", "Strong"), run(f", {role}", "Faint"))
        return [row_tag(f"if {name}", 2), line(named, para("Row", where)), row_tag("endif", 2)]

    rows = [*party("representative", "personal representative"), *party("estate_attorney", "attorney for the estate")]
    rows.append(line(para("Row", run("Name and address", "Faint")), at_least=760))
    borders = edges(top=("single", 6, GREY), bottom=("single", 6, GREY), insideH=("single", 4, HAIR))
    return table((who, how), *rows, pad=padding(60, 0, 60, 0), borders=borders)


def approval(measure: Measure) -> str:
    """The preparer of a memorandum, and its approver."""
    return _together(
        measure,
        para("Signed", "Prepared by {{ signer.name }}, {{ signer.title }}, {{ sheet.date|date }}"),
        _blanks(measure.width, ("Approved by (name and title)", 42), ("Signature", 32), ("Date", 16)),
    )


def acceptance(measure: Measure) -> str:
    """Where a representative accepts an offer, for the estate alone."""
    return _torn(
        measure,
        "Acceptance, to be returned",
        para(
            "Signed", run("Accepted for the estate of {{ decedent.name }}: {{ offer.amount_cents|money }}.", "Strong")
        ),
        para(
            "Signed", "The person who signs here signs for the estate only and does not become personally responsible."
        ),
        _blanks(measure.width, ("Signature", 42), ("Name and capacity", 32), ("Date", 16)),
    )


def who_handles_it(measure: Measure) -> str:
    """The reply form of a household: who handles the estate, and nothing else."""
    return _torn(
        measure,
        "✂  Detach and return this part",
        para("Signed", run("Who handles the estate of {{ decedent.name }}?", "Strong")),
        para("Signed", "☐  I do.     ☐  The person named here does:"),
        _blanks(measure.width, ("Name", 62), ("Phone", 32), height=420),
        _blanks(measure.width, ("Address", 100), height=420),
        gap(90),
        para("Signed", "☐  No one has been named, as far as I know.     ☐  I do not know."),
        para("Blank", "{{ sheet.number }}"),
    )


def where_it_stands(measure: Measure) -> str:
    """The reply form of a representative: court, case, attorney, insurance."""
    return _torn(
        measure,
        "✂  Detach and return this part",
        para("Signed", run("The estate of {{ decedent.name }}", "Strong")),
        _blanks(measure.width, ("Court and county", 60), ("Case number, if any", 32), height=400),
        _blanks(measure.width, ("Attorney of the estate, if any", 60), ("Phone", 32), height=400),
        _blanks(
            measure.width,
            ("Insurance, Medicare or Medicaid at the time of care", 60),
            ("Member number", 32),
            height=400,
        ),
        para("Blank", "{{ sheet.number }}"),
    )


def _blanks(width: int, *named: tuple[str, int], height: int = _SIGN_HEIGHT) -> str:
    """Lines to write on, each with its name (or paragraphs) below and its share of the width in percent.

    The rest of the width is the space between them.
    """
    spaces = (100 - sum(share for _, share in named)) // max(1, len(named) - 1) if len(named) > 1 else 0
    widths: list[int] = []
    above: list[str] = []
    below: list[str] = []
    for n, (name, share) in enumerate(named):
        if n and spaces:
            widths.append(width * spaces // 100)
            above.append(cell(widths[-1], para("Signed", "")))
            below.append(cell(widths[-1], para("Blank", "")))
        widths.append(width * share // 100)
        above.append(cell(widths[-1], para("Signed", ""), borders=_LINE))
        below.append(cell(widths[-1], name if name.startswith("<w:") else para("Blank", name)))
    return table(widths, row(*above, at_least=height), row(*below))


def _together(measure: Measure, *inside: str) -> str:
    """In a row that never breaks, so that a signature block is not split across pages."""
    return table((measure.width,), row(cell(measure.width, *inside, para("Tag", ""))))


def _torn(measure: Measure, title: str, *inside: str) -> str:
    cut = para("Cut", title)
    return gap(220) + table(
        (measure.width,),
        row(cell(measure.width, cut, *inside, para("Tag", ""), borders=edges(top=("dashed", 8, CUT)))),
    )


def drawn(piece: Piece, measure: Measure) -> str:
    """Each of these parts, by its name."""
    match piece:
        case Piece.SIGNATURE:
            return signature(measure)
        case Piece.REGARDS:
            return regards(measure, title=True)
        case Piece.REGARDS_OF_NOBODY:
            return regards(measure, title=False)
        case Piece.SWORN:
            return sworn(measure)
        case Piece.SERVICE:
            return service(measure)
        case Piece.APPROVAL:
            return approval(measure)
        case Piece.ACCEPTANCE:
            return acceptance(measure)
        case Piece.WHO_HANDLES_IT:
            return who_handles_it(measure)
        case Piece.WHERE_IT_STANDS:
            return where_it_stands(measure)
