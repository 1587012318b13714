"""Who else may hear about a person's accounts, by which proof, and how much; recorded and ended with an event."""

from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.settings.contact_checks import check_number
from models import Account, AuthorizedParty, Person
from models.columns import AnyRow, table
from models.database import Transaction
from models.enums import MayHear, Proof
from models.errors import BadInput, NotFound
from models.events import PartyAuthorized, PartyEnded

ACCOUNT = table(Account)
PARTY = table(AuthorizedParty)
PERSON = table(Person)

LONGEST = 80


class NewParty(NamedTuple):
    """Someone whom the guarantor, a court or a document authorizes."""

    name: str
    relation: str
    proof: Proof
    may_hear: MayHear
    phone: str | None = None
    until_on: date | None = None


class Party(NamedTuple):
    """An authorized party as it is in force."""

    id: int
    name: str
    relation: str
    phone: str | None
    proof: str
    may_hear: str
    from_on: date
    until_on: date | None


def parties_of(conn: Connection, person_id: int, today: date) -> list[Party]:
    """The parties in force today, the oldest first."""
    mine = sa.select(PARTY).where(
        PARTY.c.person_id == person_id,
        PARTY.c.ended_on.is_(None),
        sa.or_(PARTY.c.until_on.is_(None), PARTY.c.until_on >= today),
    )
    return [
        Party(row.id, row.name, row.relation, row.phone, row.proof, row.may_hear, row.from_on, row.until_on)
        for row in conn.execute(mine.order_by(PARTY.c.id))
    ]


def authorize(tx: Transaction, person_id: int, new: NewParty) -> int:
    """Record an authorized party; returns its number. Raises BadInput for a missing name or relation, a wrong phone
    number, and a day in the past."""
    name, relation = " ".join(new.name.split()), " ".join(new.relation.split())
    for what, text in (("name", name), ("relation", relation)):
        if not 2 <= len(text) <= LONGEST:
            raise BadInput(f"enter the {what} in 2 to {LONGEST} characters", field=what)
    if new.phone is not None:
        check_number(new.phone)
    if new.until_on is not None and new.until_on < tx.business_date:
        raise BadInput(f"{new.until_on} is in the past", "enter the last day of the authorization", field="until")
    tx.conn.execute(sa.select(PERSON.c.id).where(PERSON.c.id == person_id).with_for_update()).one()
    number = tx.ids(AuthorizedParty, 1)[0]
    row: dict[str, object] = {
        "id": number,
        "person_id": person_id,
        "name": name,
        "relation": relation,
        "phone": new.phone,
        "proof": new.proof.value,
        "may_hear": new.may_hear.value,
        "from_on": tx.business_date,
        "until_on": new.until_on,
        "recorded_by": tx.actor,
    }
    tx.insert(AuthorizedParty, [row])
    tx.record_all(
        PartyAuthorized(
            account_id=key, party=number, relation=relation, proof=new.proof.value, may_hear=new.may_hear.value
        )
        for key in _accounts(tx, person_id)
    )
    return number


def end_party(tx: Transaction, person_id: int, number: int, reason: str) -> None:
    """End an authorization, with a reason. Raises NotFound if it is not in force for this person."""
    why = " ".join(reason.split())
    if not why:
        raise BadInput("enter the reason", field="reason")
    mine = sa.and_(PARTY.c.id == number, PARTY.c.person_id == person_id, PARTY.c.ended_on.is_(None))
    row: AnyRow | None = tx.conn.execute(sa.select(PARTY).where(mine)).first()
    if row is None:
        raise NotFound("this authorization was already ended", "open the profile again")
    tx.conn.execute(sa.update(PARTY).where(mine).values(ended_on=tx.business_date, ended_by=tx.actor))
    tx.record_all(
        PartyEnded(account_id=key, party=number, relation=row.relation, reason=why) for key in _accounts(tx, person_id)
    )


def _accounts(tx: Transaction, person_id: int) -> list[int]:
    mine = sa.or_(ACCOUNT.c.guarantor_id == person_id, ACCOUNT.c.patient_id == person_id)
    return sorted(tx.conn.execute(sa.select(ACCOUNT.c.id).where(mine)).scalars())
