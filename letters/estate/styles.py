"""The basis of estate documents: their styles, and the measures of a letter and of a court document."""

from dataclasses import dataclass

from letters.docx.base import Paper
from letters.docx.drawing import paragraph_style
from letters.estate.pieces import Form
from letters.layout.sheet import MARGIN

_PAGE = 12240
_NONE = 'w:before="0" w:after="0"'
_RIGHT = '<w:jc w:val="right"/>'
_CENTRE = '<w:jc w:val="center"/>'
_BOLD = "<w:b/><w:bCs/>"
_GREY = '<w:color w:val="56616B"/>'
_INSET = '<w:ind w:left="60" w:right="60"/>'

_STYLES = (
    paragraph_style("Body", 21, spacing='w:before="0" w:after="130" w:line="264" w:lineRule="auto"'),
    paragraph_style(
        "BodyKept", 21, spacing='w:before="0" w:after="130" w:line="264" w:lineRule="auto"', keep_next=True
    ),
    paragraph_style("Plea", 22, spacing='w:before="0" w:after="140" w:line="276" w:lineRule="auto"'),
    paragraph_style(
        "PleaKept", 22, spacing='w:before="0" w:after="140" w:line="276" w:lineRule="auto"', keep_next=True
    ),
    paragraph_style("Court", 22, _CENTRE, 'w:before="0" w:after="40"', keep_next=True),
    paragraph_style("Counsel", 20, spacing=_NONE, keep_next=True),
    paragraph_style("Caption", 22, spacing='w:before="0" w:after="40"'),
    paragraph_style("PaperTitle", 26, _CENTRE, 'w:before="0" w:after="160"', _BOLD, keep_next=True),
    paragraph_style("Under", 21, spacing='w:before="100" w:after="70"', runs=_BOLD, keep_next=True),
    paragraph_style("Fact", 20, _INSET, 'w:before="0" w:after="0" w:line="252" w:lineRule="auto"'),
    paragraph_style("Row", 18, _INSET, _NONE),
    paragraph_style("RowRight", 18, _INSET + _RIGHT, _NONE),
    paragraph_style("RowKept", 18, _INSET, _NONE, keep_next=True),
    paragraph_style("RowRightKept", 18, _INSET + _RIGHT, _NONE, keep_next=True),
    paragraph_style("RowHead", 17, _INSET, _NONE, _BOLD, keep_next=True),
    paragraph_style("RowHeadRight", 17, _INSET + _RIGHT, _NONE, _BOLD, keep_next=True),
    paragraph_style("Signed", 21, spacing=_NONE, keep_next=True),
    paragraph_style("Blank", 16, spacing='w:before="20" w:after="0"', runs=_GREY),
    paragraph_style("EstateOnly", 18, spacing='w:before="0" w:after="180"', runs='<w:color w:val="3D4750"/>'),
)


@dataclass(frozen=True, slots=True)
class Measure:
    """The side margin and the width of the text (twips), and the style of a plain paragraph."""

    side: int
    text: str

    @property
    def width(self) -> int:
        """What is between the margins."""
        return _PAGE - 2 * self.side

    @property
    def paper(self) -> Paper:
        """The package's page."""
        return Paper(self.side, 720, "Page ", _STYLES)


LETTER = Measure(MARGIN, "Body")
COURT = Measure(1440, "Plea")

MEASURES = {Form.HOUSEHOLD: LETTER, Form.LETTER: LETTER, Form.COURT: COURT, Form.RECORD: LETTER}
