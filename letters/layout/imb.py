"""The Intelligent Mail barcode of the USPS above an address: its digits, its 65 bars, and their drawing. Pure.

USPS-B-3200: twenty digits of tracking code (barcode identifier, service type, mailer ID, serial number) and a routing
code of 0, 5, 9 or 11 digits (ZIP, ZIP+4, delivery point). Each bar is full (F), ascending (A), descending (D) or the
tracker alone (T).
"""

# At the edge: reportlab has no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import re
from dataclasses import dataclass
from functools import lru_cache

from letters.errors import LetterFault

TRACKING = 20
ROUTING = (0, 5, 9, 11)
BARS = 65

NO_ENDORSEMENT = "00"
"""The barcode identifier of mail without an optional endorsement line for presorting."""

MAILER = re.compile(r"\d{6}|\d{9}")
SERVICE_TYPE = re.compile(r"\d{3}")

PITCH, WIDE = 45, 20
HALF_FULL, HALF_TRACKER = 72, 24
"""In thousandths of an inch: 22 bars to the inch, a full bar of 0.144 inch, a tracker of 0.048 inch."""

DRAWN_WIDE = PITCH * (BARS - 1) + WIDE
DRAWN_HIGH = 2 * HALF_FULL


@dataclass(frozen=True, slots=True)
class Mailer:
    """A mailer as the USPS knows it: the mailer ID (six or nine digits) and the service type of its mail."""

    mailer_id: str
    service_type: str

    def tracking(self, letter: int) -> str:
        """The tracking code of a letter: its own number is the serial number, in six digits below a long mailer ID, in
        nine below a short one."""
        digits = TRACKING - len(NO_ENDORSEMENT) - len(self.service_type) - len(self.mailer_id)
        return f"{NO_ENDORSEMENT}{self.service_type}{self.mailer_id}{letter % 10**digits:0{digits}d}"


def mailer_of(mailer_id: str, service_type: str) -> Mailer | None:
    """The mailer of these settings; None unless both are complete, because no barcode is better than a wrong one."""
    if MAILER.fullmatch(mailer_id) is None or SERVICE_TYPE.fullmatch(service_type) is None:
        return None
    return Mailer(mailer_id, service_type)


def routing(zip_code: str | None, delivery_point: str | None) -> str:
    """The routing code of a ZIP or ZIP+4 and, below a ZIP+4, the two digits of its delivery point."""
    digits = (zip_code or "").replace("-", "")
    if not digits.isdigit() or len(digits) not in (5, 9):
        return ""
    point = delivery_point or ""
    return digits + point if len(digits) == 9 and len(point) == 2 and point.isdigit() else digits


@lru_cache(4096)
def bars(digits: str) -> str:
    """The 65 bars of tracking and routing code, as the letters F, A, D and T; raises LetterFault for other digits."""
    # Loaded with the first barcode: a practice without a mailer ID never needs it.
    from reportlab.graphics.barcode.usps4s import USPS_4State

    tracked, routed = digits[:TRACKING], digits[TRACKING:]
    if not digits.isascii() or not digits.isdigit() or len(tracked) != TRACKING or len(routed) not in ROUTING:
        raise LetterFault(
            f"an Intelligent Mail barcode has {TRACKING} digits and a routing code of 0, 5, 9 or 11, not {len(digits)}"
        )
    if digits[1] > "4":
        raise LetterFault("the second digit of an Intelligent Mail barcode is 0 to 4")
    return str(USPS_4State(tracked, routed).barcodes)


@lru_cache(4096)
def outline(digits: str) -> str:
    """The bars as the path of a drawing, in thousandths of an inch from its top left; empty without digits."""
    if not digits:
        return ""
    return "".join(_bar(n * PITCH, bar) for n, bar in enumerate(bars(digits))) + "e"


def _bar(left: int, bar: str) -> str:
    top = 0 if bar in "FA" else HALF_FULL - HALF_TRACKER
    bottom = DRAWN_HIGH if bar in "FD" else HALF_FULL + HALF_TRACKER
    right = left + WIDE
    return f"m{left},{top}l{right},{top},{right},{bottom},{left},{bottom}x"
