"""The basis of every part of a page: the sheet's measures, its colors, and the print size."""

from dataclasses import dataclass

from letters.docx.drawing import para
from letters.wording.words import Frame

MARGIN = 1008  # 0.7 inch
TOP = 720
WIDTH = 12240 - 2 * MARGIN
LEFT = 6960  # the letterhead's and the window's column; ends 5.53 inches from the paper's edge
RIGHT = WIDTH - LEFT
GREY = "B8C0C8"
HAIR = "D5DBE0"
CUT = "6B7680"


@dataclass(frozen=True, slots=True)
class Look:
    """The frame of a language, and the print size. Styles exist in both sizes, with similar names."""

    frame: Frame
    large: bool = False

    def para(self, style: str, *runs: str, extra: str = "") -> str:
        """A paragraph in a style of this size."""
        return para(self.style(style), *runs, extra=extra)

    def style(self, name: str) -> str:
        """The name of a style in this size."""
        return f"{name}Large" if self.large else name
