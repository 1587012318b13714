"""The reason in a write-off memorandum: the matter's own reason if it has one, because a file has one reason. Pure."""

from models.errors import Refused
from models.estate_enums import MatterState

KIND = "write-off-memo"

DECIDED = frozenset(
    {MatterState.CLOSED_WRITTEN_OFF, MatterState.NOT_COST_EFFECTIVE, MatterState.BARRED, MatterState.NO_ESTATE}
)
"""States in which the matter's reason is that of the write-off. In any other state it is the estate's, or empty."""


def memo_reason(matter: int, state: MatterState, reason: str | None, given: str) -> str:
    """The reason in words. The entered reason counts only while the matter has none. Raises Refused."""
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
