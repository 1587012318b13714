"""Pairs of records that may be the same person, with what distinguishes the two."""

from datetime import date
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.holds import STOPS_OF_A_PERSON
from models import Account, Hold, Person, PersonSuspect
from models.columns import AnyRow, table
from models.enums import HoldKind, SuspectState
from models.ids import PersonId

ACCOUNT = table(Account)
HOLD = table(Hold)
PERSON = table(Person)
SUSPECT = table(PersonSuspect)


class PersonCard(TypedDict):
    """The fields that distinguish a record of a person from another."""

    person: PersonId
    name: str
    birth_date: date | None
    address: str
    phone: str | None
    accounts: list[str]


class SuspectLine(TypedDict):
    """Two records that may be the same person."""

    suspect: int
    why: str
    state: str
    opened_on: date
    persons: list[PersonCard]


def open_suspects(conn: Connection, state: SuspectState = SuspectState.OPEN) -> list[SuspectLine]:
    """Pairs of records, pending ones by default, with the fields that distinguish the two."""
    query = sa.select(SUSPECT).where(SUSPECT.c.state == state.value).order_by(SUSPECT.c.id)
    return [
        {
            "suspect": row.id,
            "why": row.why,
            "state": row.state,
            "opened_on": row.opened_on,
            "persons": [_card(conn, row.first_id), _card(conn, row.second_id)],
        }
        for row in conn.execute(query).all()
    ]


def _card(conn: Connection, person_id: PersonId) -> PersonCard:
    person = conn.execute(sa.select(PERSON).where(PERSON.c.id == person_id)).one()
    place = (person.address1, person.city, person.state, person.zip, person.country)
    return {
        "person": person_id,
        "name": f"{person.first_name} {person.last_name}",
        "birth_date": person.birth_date,
        "address": ", ".join(text for text in place if text),
        "phone": person.phone,
        "accounts": [one.number for one in accounts_of_person(conn, person_id)],
    }


def is_stopped(conn: Connection, person_id: int) -> bool:
    """Whether a person's stop is active: death, cease, attorney or bankruptcy."""
    if conn.execute(sa.select(PERSON.c.death_date).where(PERSON.c.id == person_id)).scalar() is not None:
        return True
    query = sa.select(HOLD.c.id).where(
        HOLD.c.person_id == person_id,
        HOLD.c.cleared_on.is_(None),
        HOLD.c.kind.in_([kind.value for kind in STOPS_OF_A_PERSON]),
    )
    return conn.execute(query.limit(1)).first() is not None


def identity_holds(conn: Connection, person_id: int) -> list[int]:
    """The holds of a person until a pair is decided."""
    # A hold with an end waits for a decision about a death, and belongs to the estate desk.
    query = sa.select(HOLD.c.id).where(
        HOLD.c.person_id == person_id,
        HOLD.c.kind == HoldKind.IDENTITY.value,
        HOLD.c.cleared_on.is_(None),
        HOLD.c.until_on.is_(None),
    )
    return list(conn.execute(query).scalars())


def accounts_of_person(conn: Connection, person_id: int) -> list[AnyRow]:
    """The accounts of which a person is guarantor or patient, the largest balance first."""
    mine = sa.or_(ACCOUNT.c.guarantor_id == person_id, ACCOUNT.c.patient_id == person_id)
    return list(conn.execute(sa.select(ACCOUNT).where(mine).order_by(ACCOUNT.c.balance_cents.desc(), ACCOUNT.c.id)))
