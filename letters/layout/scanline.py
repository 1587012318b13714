"""The machine-readable line at the foot of a payment coupon.

Layout: ``<letter number> <amount, ten digits of cents> <check digit>``. A lockbox reads it with an OCR scanner. The
check digit detects every single misread character and nearly every swap of two neighbors (the Luhn method, with letters
counted as 10 to 35, mod 36).
"""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
AMOUNT_DIGITS = 10


def check_digit(text: str) -> str:
    """The Luhn mod 36 check character over the letters and digits of `text`.

    Case, spaces, dashes and other characters do not count, so a line retyped without its dashes is still valid.

        >>> check_digit("R-2026-000123 0000014320")
        'E'
    """
    total, factor, base = 0, 2, len(_ALPHABET)
    for character in reversed(text.upper()):
        value = _VALUE.get(character)
        if value is None:
            continue
        product = value * factor
        total += product // base + product % base
        factor = 3 - factor
    return _ALPHABET[-total % base]


def scan_line(letter_number: str, amount_cents: int) -> str:
    """The scan line of a coupon: letter number, amount in cents, check character.

    A credit (negative amount) prints as zero, because nothing is due.

        >>> scan_line("R-2026-000123", 14320)
        'R-2026-000123 0000014320 E'
    """
    body = f"{letter_number.upper()} {max(amount_cents, 0):0{AMOUNT_DIGITS}d}"
    return f"{body} {check_digit(body)}"


def reads_true(line: str) -> bool:
    """Whether a scanned line matches its own check character (its last)."""
    body, _, check = line.strip().rpartition(" ")
    return bool(body) and check_digit(body) == check.upper()
