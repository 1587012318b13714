"""A person: patient, guarantor or both."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from models.columns import Key, ShortText


class Person(SQLModel, table=True):
    """One person is one row, under any number of identifiers in other systems.

    `email_failed_on` is the day on which an e-mail failed permanently: letters are mailed from then on. `no_call_times`
    are the times not to call, in the person's own time: ``mon-fri 09:00-17:00; sun``.
    `country`: two letters (ISO 3166-1) outside the United States and Canada; empty otherwise, because the state or
    province shows the country. `spoken_name`: the name's pronunciation, as collectors record it for each other: "NWIN,
    rhymes with win".
    `alert` is what every user must see first, such as "speak with the daughter".
    `address_checked_on` is the day of the last check of this address by a CASS and NCOALink service, empty for one that
    was not checked; `dpv` is its delivery point validation (Y, S, D or N), `delivery_point` its last two digits.
    `version` counts the changes, so that a form filled in from an older version is found to be stale.
    """

    __table_args__ = (
        Index("ix_person_name", "last_name", "first_name"),
        Index("ix_person_phone", "phone"),
        Index("ix_person_mobile", "mobile"),
        Index("ix_person_birth", "birth_date"),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    first_name: str
    last_name: str
    birth_date: date | None = None
    death_date: date | None = None
    ssn_last4: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str = ""
    phone: str | None = None
    mobile: str | None = None
    email: str | None = None
    email_consent: bool = False
    language: str = "en"
    large_print: bool = False
    text_consent: bool = False
    email_failed_on: date | None = None
    no_call_times: str | None = None
    spoken_name: str | None = None
    alert: str | None = None
    address_checked_on: date | None = None
    dpv: str | None = Field(default=None, sa_type=ShortText)
    delivery_point: str | None = Field(default=None, sa_type=ShortText)
    version: int = 1


class PersonKey(SQLModel, table=True):
    """A number by which another system identifies a person, as guarantor or as patient.

    `said` has digests of the contact data that it last sent, as JSON: what it only repeats overrules no correction.
    """

    __tablename__ = "person_key"  # pyright: ignore[reportAssignmentType]

    source: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    external_id: str = Field(primary_key=True)
    person_id: int = Field(sa_type=Key, foreign_key="person.id", index=True)
    said: str | None = None


class PersonSuspect(SQLModel, table=True):
    """Two records that may be one person, the older one first, until a person decides. `kept_id` is the record that has
    the other's accounts while they are one."""

    __tablename__ = "person_suspect"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        sa.UniqueConstraint("first_id", "second_id", name="uq_person_suspect"),
        Index("ix_person_suspect_second", "second_id"),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    first_id: int = Field(sa_type=Key, foreign_key="person.id")
    second_id: int = Field(sa_type=Key, foreign_key="person.id")
    why: str
    state: str = Field(sa_type=ShortText)
    opened_on: date
    decided_on: date | None = None
    decided_by: str | None = None
    reason: str | None = None
    kept_id: int | None = Field(default=None, sa_type=Key)


class AuthorizedParty(SQLModel, table=True):
    """Someone with whom the practice may discuss a person's accounts, by which proof, and what they may hear.

    It ends on `until_on`, or when it is ended by hand.
    """

    __tablename__ = "authorized_party"  # pyright: ignore[reportAssignmentType]

    id: int = Field(primary_key=True, sa_type=Key)
    person_id: int = Field(sa_type=Key, foreign_key="person.id", index=True)
    name: str
    relation: str
    phone: str | None = None
    proof: str = Field(sa_type=ShortText)
    may_hear: str = Field(sa_type=ShortText)
    from_on: date
    until_on: date | None = None
    recorded_by: str
    ended_on: date | None = None
    ended_by: str | None = None


class PersonMoved(SQLModel, table=True):
    """A row that was moved to the kept record when two were found to be one person, to be moved back if that was wrong.
    `noun` is the table with its column, such as `account.guarantor_id`."""

    __tablename__ = "person_moved"  # pyright: ignore[reportAssignmentType]

    suspect_id: int = Field(primary_key=True, sa_type=Key, foreign_key="person_suspect.id")
    noun: str = Field(primary_key=True, sa_type=ShortText)
    key: str = Field(primary_key=True)
