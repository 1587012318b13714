"""The numbers of matters and their documents: E-000042, and its third document E-000042/3."""

import re

from models.errors import BadInput, Refused
from models.ids import MatterId

_MATTER = re.compile(r"(?:E-?)?0*(\d{1,18})", re.IGNORECASE)
_PAPER = re.compile(r"E-?0*(\d+)[/.-](\d+)", re.IGNORECASE)


class BadMatterNumber(Refused):
    """A text that is not a matter number."""


def matter_number(matter_id: int) -> str:
    """A matter's number as printed."""
    return f"E-{matter_id:06d}"


def paper_number(matter_id: MatterId, serial: int) -> str:
    """A document's number as printed."""
    return f"{matter_number(matter_id)}/{serial}"


def read_matter_number(text: str) -> int:
    """A matter's id by its number as printed, or by the plain number. Raises BadMatterNumber."""
    found = _MATTER.fullmatch(text.strip())
    if found is None:
        raise BadMatterNumber(f'"{text}" is not a matter number', "enter it as E-000042 or 42")
    return int(found[1])


def read_paper_number(text: str) -> tuple[int, int]:
    """The matter and serial of a document's number. Raises BadInput."""
    found = _PAPER.fullmatch(text.strip())
    if found is None:
        raise BadInput(f'"{text}" is not an estate document number', "enter it as E-000042/3")
    return int(found[1]), int(found[2])
