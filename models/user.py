"""Who signs in, which programs connect, and what was looked at by whom."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from models.columns import Key, ShortText


class User(SQLModel, table=True):
    """Somebody who signs in. `name` stands as the actor in every history, and is never given to another person.

    `roles` as ``clerk,mail_room``. `epoch` counts up with every change that ends their sessions. `attorney` is the code
    of the attorney that an attorney's sign-in belongs to. `os_user` is the account of the operating system under
    which they type commands. `second_factor` is the secret of their authenticator, sealed by the workspace, and
    `second_factor_at` the last time step that was used; `recovery` holds digests of codes, with blanks between.
    `asked_roles` are roles that `asked_by` wants them to have, and that a second administrator must agree to. Instants
    are UTC, as text.
    """

    __tablename__ = "app_user"  # pyright: ignore[reportAssignmentType]

    id: int = Field(primary_key=True, sa_type=Key)
    name: str = Field(unique=True)
    full_name: str
    roles: str
    password_hash: str | None = None
    must_change: bool = False
    attorney: str | None = None
    oidc_subject: str | None = Field(default=None, unique=True)
    os_user: str | None = Field(default=None, unique=True)
    epoch: int = 1
    second_factor: str | None = None
    second_factor_at: int = Field(default=0, sa_type=sa.BigInteger)
    recovery: str = ""
    asked_roles: str | None = None
    asked_by: str | None = None
    created_on: date
    disabled_on: date | None = None


class UserChange(SQLModel, table=True):
    """What was changed about a user or a token, by whom; only ever added to."""

    __tablename__ = "user_change"  # pyright: ignore[reportAssignmentType]

    id: int = Field(primary_key=True, sa_type=Key)
    at: str
    business_date: date
    name: str
    what: str
    actor: str


class SignIn(SQLModel, table=True):
    """An attempt to sign in, from which address, and how it ended; only ever added to."""

    __tablename__ = "sign_in"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_sign_in_address", "address", "at"), Index("ix_sign_in_name", "name", "address", "at"))

    id: int = Field(primary_key=True, sa_type=Key)
    at: str
    name: str
    address: str
    outcome: str = Field(sa_type=ShortText)


class AppSession(SQLModel, table=True):
    """A session in a browser, so that it can be seen and ended alone; known by the digest of its key."""

    __tablename__ = "app_session"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_app_session_user", "user_name", "began"),)

    key: str = Field(primary_key=True)
    user_name: str
    began: str
    address: str
    browser: str
    ended: str | None = None


class ApiToken(SQLModel, table=True):
    """A program that connects: its key is known by its SHA-256 only. `roles` as those of a user.

    It is good through `ends_on`. `used_at` is to the hour.
    """

    __tablename__ = "api_token"  # pyright: ignore[reportAssignmentType]

    id: int = Field(primary_key=True, sa_type=Key)
    name: str = Field(unique=True)
    digest: str = Field(unique=True)
    roles: str
    created_on: date
    created_by: str
    ends_on: date | None = None
    used_at: str | None = None
    revoked_on: date | None = None


class PatientView(SQLModel, table=True):
    """That somebody saw a person's data: who, what, when, and why where they were asked; only ever added to.

    A list that shows many people leaves one row for each of them.
    """

    __tablename__ = "patient_view"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_patient_view_person", "person_id", "id"),
        Index("ix_patient_view_user", "user_name", "business_date"),
        Index("ix_patient_view_day", "business_date"),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    at: str
    business_date: date
    user_name: str
    what: str = Field(sa_type=ShortText)
    person_id: int = Field(sa_type=sa.BigInteger)
    account_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    about: str = ""
    why: str = ""
