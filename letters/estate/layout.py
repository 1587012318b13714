"""The layout of an estate document: its beginning, its pieces in order, and the required statements."""

from collections.abc import Sequence

from letters.docx.drawing import each, gap, para, with_bold
from letters.estate.kinds import PaperKind, Reader
from letters.estate.layout_head import beginning, counsel_block
from letters.estate.pieces import ClaimParts, Facts, Form, Note, Piece, Rows, Said, Under, When, Wording
from letters.estate.signing import drawn
from letters.estate.styles import MEASURES, Measure
from letters.estate.tables import claim_parts, facts, note, rows_of


def body_of(words: Wording, kind: PaperKind) -> str:
    """The whole document. If it states that money is owed and a representative can read it, it states whose debt it is:
    a court document below its title, a letter before its end."""
    measure = MEASURES[words.form]
    said, blocks = words.said, beginning(words)
    if kind.names_debt and Reader.REPRESENTATIVE in kind.readers:
        if words.form is Form.COURT:
            blocks.append(para("EstateOnly", words.whose))
        else:
            ends = said.index(Piece.REGARDS)
            said = (*said[:ends], words.whose, *said[ends:])
    ends = _counsel_at_end() if words.form is Form.COURT else []
    return "".join((*blocks, *_pieces(said, measure), *ends, gap(20)))


def _counsel_at_end() -> list[str]:
    """The attorney's block below a court paper, where it does not stand at the top."""
    held = "counsel and not counsel.at_top"
    return [each(f"if {held}", gap(240)), *counsel_block(held)]


def _pieces(said: Sequence[Said], measure: Measure) -> list[str]:
    followed_by = [*said[1:], None]
    return [_piece(one, after, measure) for one, after in zip(said, followed_by, strict=True)]


def _leads_to(after: Said | None) -> bool:
    """Whether a paragraph stays on one page with the next piece: a signature, or a table."""
    return (
        _leads_to(after.pieces[0]) if isinstance(after, When) else isinstance(after, Piece | Rows | Facts | ClaimParts)
    )


def _piece(one: Said, after: Said | None, measure: Measure) -> str:
    match one:
        case Piece():  # before str, because it is also one
            return drawn(one, measure)
        case str():
            kept = "Kept" if _leads_to(after) else ""
            return para(measure.text + kept, *with_bold(one))
        case Under(text):
            return para("Under", *with_bold(text))
        case Note():
            return note(one, measure)
        case Facts():
            return facts(one, measure)
        case Rows():
            return rows_of(one, measure)
        case ClaimParts():
            return claim_parts(measure)
        case When(condition, pieces):
            return each(f"if {condition}", *_pieces(pieces, measure))
