"""The access log: for auditors, and to check whether a user already entered a reason today."""

from dataclasses import dataclass
from datetime import date
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import Account, PatientView, Person
from models.columns import table

ACCOUNT = table(Account)
PERSON = table(Person)
VIEW = table(PatientView)

A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter for an auditor: views by a user, of an account's people, or in a period; `before` is for paging."""

    user: str = ""
    number: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


class ViewLine(TypedDict):
    """One view of a person's data: the user, the person, the screen, and the reason."""

    id: int
    at: str
    user: str
    what: str
    number: str | None
    person: str
    about: str
    why: str


def views(conn: Connection, asked: Asked) -> list[ViewLine]:
    """The latest views first, a page of them; by ix_patient_view_person or ix_patient_view_user."""
    query = (
        sa.select(VIEW, PERSON.c.first_name, PERSON.c.last_name, ACCOUNT.c.number)
        .outerjoin(PERSON, PERSON.c.id == VIEW.c.person_id)
        .outerjoin(ACCOUNT, ACCOUNT.c.id == VIEW.c.account_id)
        .order_by(VIEW.c.id.desc())
        .limit(A_PAGE)
    )
    if asked.user:
        query = query.where(VIEW.c.user_name == asked.user)
    if asked.number:
        of = sa.select(ACCOUNT.c.guarantor_id, ACCOUNT.c.patient_id).where(ACCOUNT.c.number == asked.number)
        persons = {key for row in conn.execute(of) for key in row}
        query = query.where(VIEW.c.person_id.in_(persons))
    if asked.since is not None:
        query = query.where(VIEW.c.business_date >= asked.since)
    if asked.until is not None:
        query = query.where(VIEW.c.business_date <= asked.until)
    if asked.before is not None:
        query = query.where(VIEW.c.id < asked.before)
    return [
        {
            "id": row.id,
            "at": row.at,
            "user": row.user_name,
            "what": row.what,
            "number": row.number,
            "person": "" if row.first_name is None else f"{row.first_name} {row.last_name}",
            "about": row.about,
            "why": row.why,
        }
        for row in conn.execute(query)
    ]


def gave_a_reason(conn: Connection, user: str, person_id: int, today: date) -> bool:
    """Whether a user entered a reason for access to this person today."""
    query = sa.select(VIEW.c.id).where(
        VIEW.c.person_id == person_id, VIEW.c.user_name == user, VIEW.c.business_date == today, VIEW.c.why != ""
    )
    return conn.execute(query.limit(1)).first() is not None
