"""The arithmetic of the proof: pure functions of a key and values.

Append-only rows are chained in the order of their keys. Heads of accounts change in any order, so they are summed:
each as an HMAC, modulo 2^256, so that a changed one is subtracted and added again without reading the rest.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

import orjson

from models.history import plain

MODULUS = 1 << 256
START = ""


@dataclass(frozen=True, slots=True)
class Chained:
    """Rows of a table up to a key: the last key, how many there are, and the digest over them in their order."""

    last: int = 0
    rows: int = 0
    digest: str = START


@dataclass(frozen=True, slots=True)
class Summed:
    """Heads of accounts: how many, and the sum over them."""

    heads: int = 0
    total: str = "0"


def mac(key: bytes, *values: object) -> str:
    """The HMAC-SHA-256 of values, in hexadecimal."""
    return hmac.digest(key, orjson.dumps(values, default=plain), sha256).hex()


def chained(key: bytes, before: Chained, rows: Iterable[Sequence[object]]) -> Chained:
    """The chain with these rows appended; each begins with its key, and they are in the order of their keys."""
    last, count, digest = before.last, before.rows, before.digest
    for row in rows:
        digest = mac(key, digest, *row)
        last, count = int(str(row[0])), count + 1
    return Chained(last, count, digest)


def head_value(key: bytes, account_id: int, seq: int, digest: str) -> int:
    """What the head of an account adds to the sum."""
    return int(mac(key, account_id, seq, digest), 16)


def moved(before: Summed, added: int, value: int) -> Summed:
    """The sum after some heads were added, and values of heads were added and subtracted."""
    return Summed(before.heads + added, f"{(int(before.total, 16) + value) % MODULUS:x}")


def key_id(key: bytes) -> str:
    """The id of a key, which does not reveal it."""
    return mac(key, "the name of this key")[:16]
