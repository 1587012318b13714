"""Chance that is always the same for the same things: in every run, process and version of Python."""

import hashlib


def stable_number(*about: object) -> int:
    """A number of 64 bits, spread evenly over the things that it is about."""
    digest = hashlib.blake2b("|".join(map(str, about)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")
