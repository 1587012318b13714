"""The made-up creditors' letters: a color, a drawn logo, hours, payment address; and people who use large print."""

import random
import struct
import zlib
from collections.abc import Callable
from datetime import date

import sqlalchemy as sa

from flows.correspondence.creditors.commands import Picture, change_creditor
from flows.correspondence.creditors.queries import list_creditors
from flows.people.contact.commands import change_person
from flows.practice import Practice
from models import Person
from models.columns import table

PERSON = table(Person)

_ACCENTS = ("#14606B", "#5B3A8C", "#8A3B12")
_WIDE, _TALL = 480, 120

Point = Callable[[int, int], bool]
"""Whether a point is inked."""


def dress_creditors(practice: Practice, seed: int, first: date) -> None:
    """Set every creditor's letter design, and large print for a few people."""
    chance = random.Random(f"{seed} look")
    with practice.database.transaction(actor="manager", business_date=first) as tx:
        for number, creditor in enumerate(list_creditors(tx.conn)):
            site = creditor["name"].lower().replace(" ", "").replace("'", "") + ".example"
            accent = _ACCENTS[number % len(_ACCENTS)]
            look = {
                "accent": accent,
                "pay_online": f"pay.{site}",
                "assistance_url": f"{site}/help",
                "email_from": f"billing@{site}",
            }
            logo = practice.settings.home / "made-up-book" / f"logo-{number + 1}.png"
            logo.write_bytes(_png(_drawings()[number % 3], accent))
            change_creditor(
                tx,
                creditor["external_id"],
                look,
                Picture(logo.name, logo.read_bytes()),
                "the practice's own letterhead",
            )
        for person in tx.conn.execute(sa.select(PERSON.c.id).order_by(PERSON.c.id)).scalars().all():
            if chance.random() < 0.03:
                change_person(tx, person, {"large_print": True}, "consent given at registration")


def _drawings() -> tuple[Point, Point, Point]:
    """A sun over a hill, a cross in a ring, two leaves: each with a bar beside it in place of a name."""

    def ring(x: int, y: int, at: int, outer: int, inner: int = 0) -> bool:
        return inner**2 <= (x - at) ** 2 + (y - 60) ** 2 <= outer**2

    def bar(x: int, y: int) -> bool:
        return 150 < x < 460 and (48 < y < 60 or (66 < y < 70 and x < 330))

    return (
        lambda x, y: bar(x, y) or (ring(x, y, 60, 46) and y < 62) or (x < 120 and 70 < y < 78),
        lambda x, y: bar(x, y) or ring(x, y, 60, 54, 46) or (ring(x, y, 60, 34) and min(abs(x - 60), abs(y - 60)) < 10),
        lambda x, y: bar(x, y) or (ring(x, y, 40, 40) and ring(x, y, 84, 40)) or (abs(x - 62) < 3 and 60 < y < 112),
    )


def _png(inked: Point, colour: str) -> bytes:
    """A picture in one color on white."""
    ink = bytes.fromhex(colour.removeprefix("#"))
    rows = b"".join(
        b"\0" + b"".join(ink if inked(x, y) else b"\xff\xff\xff" for x in range(_WIDE)) for y in range(_TALL)
    )
    head = struct.pack(">IIBBBBB", _WIDE, _TALL, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
