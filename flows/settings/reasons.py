"""Why a manager changes something. Pure."""

from models.errors import BadInput

NO_REASON = "no reason given"
"""The reason of a command that was entered without one."""


def require_reason(reason: str, remedy: str = "enter why, for the history") -> None:
    """Raise BadInput for an empty reason; `remedy` says what to enter."""
    if not reason.strip():
        raise BadInput("a reason is required", remedy, field="reason")
