"""Checks of phone numbers and e-mail addresses, of guarantors and of parties to an estate."""

import re

from compliance.hours import is_number
from models.errors import BadInput

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
"""Only against typing errors; whether the address exists, only the mail server knows."""


def is_email(text: str) -> bool:
    """Whether a text is an e-mail address."""
    return _EMAIL.fullmatch(text) is not None


def is_us_number(text: str) -> bool:
    """Whether a text is a phone number of ten digits, with a valid area code and exchange."""
    digits = "".join(one for one in text if one.isdigit())
    return len(digits.removeprefix("1")) == 10 and is_number(text)


def check_email(text: str | None) -> None:
    """Raise BadInput for an invalid e-mail address; an empty one is valid."""
    if text and not is_email(text):
        raise BadInput("that is not a valid e-mail address", "enter an address such as name@example.org")


def check_number(text: str | None) -> None:
    """Raise BadInput for an invalid phone number; an empty one is valid."""
    if text and not is_number(text):
        raise BadInput(f'"{text}" is not a valid phone number', "enter ten digits, such as 937-555-0101")
