"""A person, the accounts of which they are guarantor or patient, and their open estate matters."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import Account, EstateMatter, Person
from models.columns import AnyRow, table
from models.database import Transaction
from models.estate import RUNNING

ACCOUNT = table(Account)
MATTER = table(EstateMatter)
PERSON = table(Person)
RUNS = sa.text(f"estate_matter.{RUNNING}")
"""Open matters, as a literal that matches their index."""


def running_matters(conn: Connection, person_id: int) -> list[AnyRow]:
    """The open matters of a person."""
    query = sa.select(MATTER).where(MATTER.c.person_id == person_id, RUNS)
    return list(conn.execute(query.order_by(MATTER.c.id)))


def person_of(conn: Connection, person_id: int) -> AnyRow:
    """A person's row."""
    return conn.execute(sa.select(PERSON).where(PERSON.c.id == person_id)).one()


def accounts_concerned(tx: Transaction, person_id: int) -> list[AnyRow]:
    """Every account on which a person is guarantor, or patient unless a living guarantor alone is liable."""
    as_patient = sa.and_(ACCOUNT.c.patient_id == person_id, ACCOUNT.c.guarantor_liable_since.is_(None))
    concerns = sa.or_(ACCOUNT.c.guarantor_id == person_id, as_patient)
    query = sa.select(
        ACCOUNT.c.id,
        ACCOUNT.c.number,
        ACCOUNT.c.guarantor_id,
        ACCOUNT.c.patient_id,
        ACCOUNT.c.creditor_id,
        ACCOUNT.c.balance_cents,
        ACCOUNT.c.service_from,
        ACCOUNT.c.placement_id,
    )
    return list(tx.conn.execute(query.where(concerns).order_by(ACCOUNT.c.id)))
