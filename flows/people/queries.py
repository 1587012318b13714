"""A person, the accounts that they answer for or are the patient of, and the estate matters that run for them."""

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
"""Matters that are not at their end, written as their index has it."""


def running_matters(conn: Connection, person_id: int) -> list[AnyRow]:
    """The matters of a person that are not at their end."""
    query = sa.select(MATTER).where(MATTER.c.person_id == person_id, RUNS)
    return list(conn.execute(query.order_by(MATTER.c.id)))


def person_of(conn: Connection, person_id: int) -> AnyRow:
    """A person's row."""
    return conn.execute(sa.select(PERSON).where(PERSON.c.id == person_id)).one()


def accounts_concerned(tx: Transaction, person_id: int) -> list[AnyRow]:
    """Every account on which a person is guarantor, or patient where no living guarantor answers for it alone."""
    as_patient = sa.and_(ACCOUNT.c.patient_id == person_id, ACCOUNT.c.guarantor_liable_since.is_(None))
    concerns = sa.or_(ACCOUNT.c.guarantor_id == person_id, as_patient)
    query = sa.select(
        ACCOUNT.c.id,
        ACCOUNT.c.number,
        ACCOUNT.c.guarantor_id,
        ACCOUNT.c.patient_id,
        ACCOUNT.c.creditor_id,
        ACCOUNT.c.balance_cents,
        ACCOUNT.c.placement_id,
    )
    return list(tx.conn.execute(query.where(concerns).order_by(ACCOUNT.c.id)))
