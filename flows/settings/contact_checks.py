"""What can be a phone number or an e-mail address: of a person who owes, and of one who takes part in an estate."""

import re

from compliance.hours import is_number
from models.errors import BadInput

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
"""As far as a slip of the pen goes; whether anybody is there the mail server knows."""


def check_email(text: str | None) -> None:
    """Raise BadInput for a text that is no e-mail address; none at all is none."""
    if text and _EMAIL.fullmatch(text) is None:
        raise BadInput("that is not a valid e-mail address", "enter an address such as name@example.org")


def check_number(text: str | None) -> None:
    """Raise BadInput for a text that is no phone number; none at all is none."""
    if text and not is_number(text):
        raise BadInput(f'"{text}" is not a valid phone number', "enter ten digits, such as 937-555-0101")
