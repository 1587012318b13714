"""Why a manager changes something. Pure."""

from models.errors import BadInput

NO_REASON = "no reason given"
"""The reason of a command that was entered without one."""


def require_reason(reason: str) -> None:
    """Raise BadInput for an empty reason."""
    if not reason.strip():
        raise BadInput("a reason is required", "enter why, for the history", field="reason")
