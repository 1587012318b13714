"""What a source said of a person's contact data before. Only what it says anew replaces what is on file here. Pure.

A practice system exports the same address, phone and consent each night. A clerk who corrected one of them, a
forwarding address from USPS, or a person who withdrew consent must not be overruled by the export of the next night.
"""

import hashlib
from collections.abc import Mapping

import orjson

from flows.intake.rows import PersonRow

TOGETHER: Mapping[str, tuple[str, ...]] = {
    "address": ("address1", "address2", "city", "state", "zip", "country"),
    "phone": ("phone",),
    "mobile": ("mobile",),
    "email": ("email",),
    "email_consent": ("email_consent",),
    "language": ("language",),
}
"""What is corrected together: half of an old address is not a newer address."""

_BYTES = 6


def said_by(row: PersonRow) -> dict[str, str]:
    """A digest of each part that a row has; an empty part is unknown."""
    return {part: digest for part, names in TOGETHER.items() if (digest := _digest(row, names))}


def _digest(row: PersonRow, names: tuple[str, ...]) -> str:
    values = [getattr(row, name) for name in names]
    if all(value is None for value in values):
        return ""
    return hashlib.blake2b(repr(values).encode(), digest_size=_BYTES).hexdigest()


def stored(said: Mapping[str, str]) -> str:
    """The digests as they are stored."""
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode()


def read(text: str | None) -> dict[str, str]:
    """The stored digests; none for a person of an earlier version."""
    return orjson.loads(text) if text else {}


def repeated(now: Mapping[str, str], before: Mapping[str, str]) -> frozenset[str]:
    """The fields that a row only repeats: what is on file here stays."""
    return frozenset(name for part, digest in now.items() if before.get(part) == digest for name in TOGETHER[part])
