"""The number of a Certified Mail label: 20 or 22 digits, the last of which is a check digit. Pure."""

import re

from models.errors import BadInput

LENGTHS = (20, 22)
_ROUTED = re.compile(r"420\d{5}(?:\d{4})?(?=\d{22}$)")
"""A scan of the label may begin with the application identifier 420 and the ZIP of the addressee."""


def article_check_digit(digits: str) -> str:
    """The check digit of the digits before it (modulus 10 of USPS Publication 199: the last digit counts three times,
    then every other one)."""
    total = sum(int(digit) * (1 if n % 2 else 3) for n, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def read_article(text: str) -> str:
    """The digits of a typed or scanned number. Raises BadInput for a wrong length or check digit."""
    digits = _ROUTED.sub("", re.sub(r"[\s-]", "", text))
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in LENGTHS:
        raise BadInput(
            f'"{text[:40]}" is not a Certified Mail number',
            "enter the 20 or 22 digits of the label, such as 9407 1000 0000 0000 0000 06",
            field="article",
        )
    if article_check_digit(digits[:-1]) != digits[-1]:
        raise BadInput(
            f'"{text[:40]}" is not a Certified Mail number: the check digit does not match, so a digit is wrong or '
            "switched with another",
            "enter it again as printed on the label",
            field="article",
        )
    return digits


def spaced(article: str) -> str:
    """A number in groups of four, as the label has it."""
    return " ".join(article[at : at + 4] for at in range(0, len(article), 4))
