"""The reason of a write-off memorandum: that of the matter where it has one, for a file has one reason. Pure."""

from models.errors import Refused
from models.estate_enums import MatterState

KIND = "write-off-memo"

DECIDED = frozenset(
    {MatterState.CLOSED_WRITTEN_OFF, MatterState.NOT_COST_EFFECTIVE, MatterState.BARRED, MatterState.NO_ESTATE}
)
"""States whose reason is that of the write-off; in any other a matter's reason is the estate's, or none."""


def memo_reason(matter: int, state: MatterState, reason: str | None, given: str) -> str:
    """The reason as it is spoken. What was typed counts only while the matter has none. Raises Refused."""
    if state not in DECIDED or not reason:
        return given
    spoken, typed = reason.replace("_", " "), " ".join(given.replace("_", " ").split()).lower()
    if typed and typed != spoken:
        raise Refused(
            (f'the reason in matter {matter} is "{spoken}", and a memorandum can\'t state another'),
            "leave the reason out",
            field="reason",
        )
    return spoken
