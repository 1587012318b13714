"""Card numbers, which are never stored: how to detect one in a reference."""


def looks_like_card(text: str) -> bool:
    """Whether a reference may be a card number: twelve or more digits, with little else, and a valid check digit.

    The check digit follows ISO/IEC 7812-1 (Luhn's formula).
    """
    digits = "".join(sign for sign in text if sign.isascii() and sign.isdigit())
    return len(digits) >= 12 and len(digits) >= len(text.strip()) - 5 and _checks(digits)


def _checks(digits: str) -> bool:
    total = 0
    for place, sign in enumerate(reversed(digits)):
        value = int(sign) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
