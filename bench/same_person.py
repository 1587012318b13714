"""How many double records of one person are found: a made-up book with the typical typing mistakes."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import sqlalchemy as sa

from bench.measured import Measured
from demo.names import FIRST, LAST, STREETS
from demo.towns import TOWNS
from flows.people.duplicates.queries import SUSPECT
from flows.people.duplicates.suspects import find_suspects
from flows.people.nearly import SHORT_FORMS, turned
from models import Person
from models.database import open_database
from models.migrate import migrate

PEOPLE, SEED, DOUBLED = 2_000, 11, 10
FAMILY = 15
"""One record of so many is another person of the same family: twin, parent of the same name, spouse."""

TODAY = date(2026, 3, 2)
GIVEN = (*FIRST, *sorted({name.title() for group in SHORT_FORMS for name in group}))


@dataclass(frozen=True, slots=True)
class Somebody:
    """A record of a person, as it is inserted."""

    first_name: str
    last_name: str
    birth_date: date
    ssn_last4: str | None
    address1: str
    zip: str
    state: str
    city: str
    phone: str | None
    email: str | None


def _swapped(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) - 1)
    return (text[:at] + text[at + 1] + text[at] + text[at + 2 :]).capitalize()


def _nickname(chance: random.Random, one: Somebody) -> Somebody:
    known = [group for group in SHORT_FORMS if one.first_name.lower() in group]
    others = sorted({name for group in known for name in group} - {one.first_name.lower()})
    return replace(one, first_name=chance.choice(others).title()) if others else _swap_first(chance, one)


def _swap_first(chance: random.Random, one: Somebody) -> Somebody:
    return replace(one, first_name=_swapped(chance, one.first_name))


def _swap_last(chance: random.Random, one: Somebody) -> Somebody:
    return replace(one, last_name=_swapped(chance, one.last_name))


def _turned_day(chance: random.Random, one: Somebody) -> Somebody:
    return replace(one, birth_date=turned(one.birth_date) or one.birth_date + timedelta(days=1))


def _digit(chance: random.Random, one: Somebody) -> Somebody:
    day = one.birth_date.day
    return replace(one, birth_date=one.birth_date.replace(day=day + 1 if day % 10 < 8 and day < 28 else day - 1))


def _street(chance: random.Random, one: Somebody) -> Somebody:
    return replace(one, address1=f"{chance.randrange(1, 990)} {chance.choice(STREETS)}")


def _no_phone(chance: random.Random, one: Somebody) -> Somebody:
    return replace(one, phone=None)


SLIPS: dict[str, Callable[[random.Random, Somebody], Somebody]] = {
    "first name": _swap_first,
    "last name": _swap_last,
    "nickname": _nickname,
    "day and month": _turned_day,
    "digit of birth": _digit,
    "street": _street,
    "no phone": _no_phone,
}


def _somebody(chance: random.Random) -> Somebody:
    town = chance.choice(TOWNS)
    first, last = chance.choice(GIVEN), chance.choice(LAST)
    return Somebody(
        first,
        last,
        date(1935, 1, 1) + timedelta(days=chance.randrange(25_000)),
        f"{chance.randrange(10_000):04d}" if chance.random() < 0.7 else None,
        f"{chance.randrange(1, 990)} {chance.choice(STREETS)}",
        town.zip,
        town.state,
        town.city,
        f"{town.area}-555-01{chance.randrange(100):02d}" if chance.random() < 0.9 else None,
        f"{first}.{last}{chance.randrange(100)}@example.com".lower() if chance.random() < 0.5 else None,
    )


def _relative(chance: random.Random, one: Somebody) -> Somebody:
    """Somebody else at the same address and phone: a twin, a child of the same name, or a spouse."""
    other = _somebody(chance)
    same = replace(one, ssn_last4=other.ssn_last4, email=other.email)
    match chance.randrange(3):
        case 0:
            return replace(same, first_name=other.first_name)
        case 1:
            return replace(
                same, birth_date=one.birth_date.replace(year=one.birth_date.year + 30, day=min(28, one.birth_date.day))
            )
        case _:
            return replace(same, first_name=other.first_name, birth_date=other.birth_date)


def made_up(people: int, seed: int) -> tuple[list[Somebody], dict[tuple[int, int], str]]:
    """Records, and which pairs of them, by number, are one person, with the slip that tells the second from the first.

    What a practice types in twice it knows in part: half of the second records have no SSN or no e-mail.
    """
    chance = random.Random(seed)
    found = [_somebody(chance) for _ in range(people)]
    found += [_relative(chance, chance.choice(found[:people])) for _ in range(people // FAMILY)]
    same: dict[tuple[int, int], str] = {}
    for number in chance.sample(range(people), people // DOUBLED):
        slip = chance.choice(sorted(SLIPS))
        second = SLIPS[slip](chance, found[number])
        if chance.random() < 0.5:
            second = replace(second, ssn_last4=None)
        if chance.random() < 0.5:
            second = replace(second, email=None)
        found.append(second)
        same[number + 1, len(found)] = slip
    return found, same


@dataclass(frozen=True, slots=True)
class Doubles:
    """What was found of a book: `by_slip` how many of how many, for each slip."""

    recall: float
    precision: float
    by_slip: dict[str, tuple[int, int]]
    seconds: float


def measure(folder: Path, people: int = PEOPLE, seed: int = SEED) -> Doubles:
    """Import a made-up book and look which pairs are suspected."""
    records, same = made_up(people, seed)
    database = open_database(f"sqlite:///{folder / 'bench.db'}")
    migrate(database)
    with database.transaction(actor="bench", business_date=TODAY) as tx:
        rows = [
            {name: getattr(one, name) for name in one.__slots__} | {"id": number, "version": 1}
            for number, one in enumerate(records, 1)
        ]
        tx.insert(Person, rows)
        start = perf_counter()
        find_suspects(tx, range(1, len(records) + 1))
        seconds = perf_counter() - start
        found = {(row.first_id, row.second_id) for row in tx.conn.execute(sa.select(SUSPECT))}
    database.engine.dispose()
    by_slip: dict[str, tuple[int, int]] = {}
    for pair, slip in same.items():
        hits, total = by_slip.get(slip, (0, 0))
        by_slip[slip] = (hits + (pair in found), total + 1)
    right = len(found & set(same))
    return Doubles(right / len(same), right / max(1, len(found)), by_slip, seconds)


def bench(scale: float) -> list[Measured]:
    """Recall against the double records that there are; the note has precision and the slips."""
    with TemporaryDirectory() as folder:
        found = measure(Path(folder), int(PEOPLE * scale))
    slips = ", ".join(f"{slip} {hits}/{total}" for slip, (hits, total) in sorted(found.by_slip.items()))
    note = f"recall {found.recall:.1%}, precision {found.precision:.1%}: {slips}"
    return [
        {
            "name": "same-person",
            "per_second": PEOPLE * scale / found.seconds,
            "ratio": found.recall,
            "against": "all doubles",
            "note": note,
        }
    ]
