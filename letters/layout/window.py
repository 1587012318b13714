"""The window of the envelope: the part of the folded sheet that can show in it, and the size of an address in it.

A standard #10 envelope has its window 7/8 inch from the left and 1/2 inch from the bottom. The sheet is US Letter,
folded in thirds (C-fold) with the address on the outer panel, and slides in the envelope by the panel's play. The
window can be at one end of the play or the other. So the part of the page that shows in every position is the window
less the play, and the part that can show in some position is the window plus the play:

- vertically, the panel is on the bottom of the envelope or up to `PLAY_DOWN` above it; from the top of the page the
  window begins at `FOLDED_HIGH - FROM_BOTTOM - WINDOW_HIGH` (2.04 in) in the first case and 0.46 in lower in the other;
- horizontally, the left edge of the sheet touches the envelope's or is up to `PLAY_RIGHT` away from it; the window
  begins 7/8 inch from the left of the page in the first case and 1 inch more to the left in the other.

The envelope is measured at its outer edges, because its inside is a little smaller and never larger. In inches.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

INCH = 1440  # twips
POINT = 20

ENVELOPE_WIDE, ENVELOPE_HIGH = 9.5, 4.125
WINDOW_WIDE, WINDOW_HIGH = 4.5, 1.125
FROM_LEFT, FROM_BOTTOM = 0.875, 0.5
SHEET_WIDE, FOLDED_HIGH = 8.5, 11 / 3

CLEAR = 0.125
"""The distance that everything else keeps from where the window can be, and an address from the window's left and
right."""

PLAY_RIGHT = ENVELOPE_WIDE - SHEET_WIDE
PLAY_DOWN = ENVELOPE_HIGH - FOLDED_HIGH


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the page, in inches from its left and top."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: "Area") -> bool:
        """Whether the other is entirely within it."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def meets(self, other: "Area") -> bool:
        """Whether the two have a point in common."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def shown(right: float, up: float) -> Area:
    """The part of the page that shows if the sheet is `right` of the envelope's left edge and `up` from its bottom."""
    top = FOLDED_HIGH - FROM_BOTTOM - WINDOW_HIGH + up
    left = FROM_LEFT - right
    return Area(left, top, left + WINDOW_WIDE, top + WINDOW_HIGH)


_FIRST, _LAST = shown(0, 0), shown(PLAY_RIGHT, PLAY_DOWN)

ALWAYS = Area(_FIRST.left, _LAST.top, _LAST.right, _FIRST.bottom)
"""The part that shows in every position: 0.875 to 4.375 inches from the left, 2.5 to 3.167 from the top."""

EVER = Area(_LAST.left, _FIRST.top, _FIRST.right, _LAST.bottom)
"""The part that shows in some position: up to 5.375 inches from the left, 2.042 to 3.625 from the top."""

KEPT_FREE = Area(EVER.left - CLEAR, EVER.top - CLEAR, EVER.right + CLEAR, EVER.bottom + CLEAR)
"""The part with nothing but the address: up to 5.5 inches from the left, 1.917 to 3.75 from the top."""

_ABOVE_INK = 36
"""Twips of a first line above its print: it begins that much higher, and its last line is as far from the other
edge."""

ADDRESS_LEFT = round((ALWAYS.left + CLEAR) * INCH)
ADDRESS_TOP = round(ALWAYS.top * INCH) - _ABOVE_INK
ADDRESS_WIDE = round((ALWAYS.right - ALWAYS.left - 2 * CLEAR) * INCH)
BELOW = round(KEPT_FREE.bottom * INCH)
"""In twips: where the lines of an address begin, how wide they can be, and where the letter continues."""

BARS_HIGH = 170
"""In twips: the bar code, above the address. It is low, because both share two thirds of an inch (the part of an 1 1/8
inch window that always shows with 0.46 inch of play)."""

IMB_HIGH = 264
"""In twips: the Intelligent Mail barcode with the clear zone around it, in the place of the other bar code."""

_ROOM = round((ALWAYS.bottom - ALWAYS.top) * INCH)


class AddressSize(StrEnum):
    """A print size for an address, by the name of its paragraph style."""

    USUAL = "Address"
    CLOSE = "AddressClose"
    TIGHT = "AddressTight"


@dataclass(frozen=True, slots=True)
class _Print:
    """A print size: half-points, and the line pitch in twips."""

    size: int
    pitch: int

    def rows_in(self, room: int) -> int:
        """How many lines fit in a height: a line is 1.117 times its size (Arial), and pitches may overlap."""
        last = self.size * POINT * 1117 // 2000
        return 1 + (room - last) // self.pitch


PRINT = {
    AddressSize.USUAL: _Print(21, 240),
    AddressSize.CLOSE: _Print(17, 192),
    AddressSize.TIGHT: _Print(16, 150),
}
"""The sizes, the largest first; USPS requires at least 8 points."""

_CAPITAL, _OTHER = 720, 560  # thousandths of the size: about the widest of Arial's letters on average


def address_size(lines: Sequence[str], *first: str) -> str:
    """The largest size in which an address below a bar code (`first` lines, then the others) always shows completely,
    by style."""
    return _largest((*first, *lines), _ROOM - BARS_HIGH)


def address_size_below_imb(lines: Sequence[str], *first: str) -> str:
    """The same below an Intelligent Mail barcode."""
    return _largest((*first, *lines), _ROOM - IMB_HIGH)


def address_size_without_bars(lines: Sequence[str], *first: str) -> str:
    """The same for an address without a bar code above it."""
    return _largest((*first, *lines), _ROOM)


def _largest(lines: Sequence[str], room: int) -> str:
    for name, look in PRINT.items():
        if sum(_rows(line, look.size) for line in lines) <= look.rows_in(room):
            return name.value
    return AddressSize.TIGHT.value


def _rows(line: str, size: int) -> int:
    thousandths = sum(_CAPITAL if sign.isupper() else _OTHER for sign in line)
    return max(1, -(-thousandths * size * POINT // (2000 * ADDRESS_WIDE)))
