"""The letter's number as a Code 128 bar code made of text, for scanning returned mail.

Each character of the text is two modules wide: full block, left half, right half or a non-breaking space. In a
monospaced font (Courier New), the bars touch and can be scanned; no bar code font is needed, and the letter remains
text.
"""

from functools import lru_cache

from barcode import Code128

_PAIRS = {"11": "\u2588", "10": "\u258c", "01": "\u2590", "00": "\u00a0"}


@lru_cache(4096)
def barcode(letter_number: str) -> str:
    """The bars of a letter's number, digits only: `L-00000123-4` reads as `000001234`. Empty if it has no digits."""
    digits = "".join(sign for sign in letter_number if sign.isdigit())
    if not digits:
        return ""
    modules = "".join(Code128(digits).build())
    modules += "0" * (len(modules) % 2)
    return "".join(_PAIRS[modules[at : at + 2]] for at in range(0, len(modules), 2))
