"""Who signs in, which programs connect, and who viewed which data."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from models.columns import Key, ShortText


class User(SQLModel, table=True):
    """A person who signs in. `name` is the actor in every history, and is never reused for another person.

    `roles` such as ``clerk,mail_room``. `epoch` increases with every change that ends their sessions. `attorney` is the
    code of the attorney that an attorney's sign-in belongs to. `os_user` is the operating system account under which
    they type commands. `creditors` are the keys of those whose reports they may read, separated by commas; empty: all.
    `second_factor` is the secret of their authenticator, sealed by the workspace, and
    `second_factor_at` is the last time step used. `recovery` holds digests of codes, separated by blanks. `asked_roles`
    are roles that `asked_by` requested for them and that a second administrator must approve. Instants are UTC, as
    text.
    """

    __tablename__ = "app_user"  # pyright: ignore[reportAssignmentType]

    id: int = Field(primary_key=True, sa_type=Key)
    name: str = Field(unique=True)
    full_name: str
    roles: str
    password_hash: str | None = None
    must_change: bool = False
    attorney: str | None = None
    creditors: str = Field(default="", sa_column_kwargs={"server_default": ""})
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
    """A change of a user or a token, and who made it. Rows are only added."""

    __tablename__ = "user_change"  # pyright: ignore[reportAssignmentType]

    id: int = Field(primary_key=True, sa_type=Key)
    at: str
    business_date: date
    name: str
    what: str
    actor: str


class SignIn(SQLModel, table=True):
    """An attempt to sign in, its address, and its result. Rows are only added."""

    __tablename__ = "sign_in"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_sign_in_address", "address", "at"), Index("ix_sign_in_name", "name", "address", "at"))

    id: int = Field(primary_key=True, sa_type=Key)
    at: str
    name: str
    address: str
    outcome: str = Field(sa_type=ShortText)


class AppSession(SQLModel, table=True):
    """A browser session, so that it can be seen and ended alone. It is identified by the digest of its key."""

    __tablename__ = "app_session"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_app_session_user", "user_name", "began"),)

    key: str = Field(primary_key=True)
    user_name: str
    began: str
    address: str
    browser: str
    ended: str | None = None


class ApiToken(SQLModel, table=True):
    """A program that connects. Only the SHA-256 of its key is stored. `roles` and `creditors` are as a user's.

    It is valid through `ends_on`. `used_at` is accurate to the hour.
    """

    __tablename__ = "api_token"  # pyright: ignore[reportAssignmentType]

    id: int = Field(primary_key=True, sa_type=Key)
    name: str = Field(unique=True)
    digest: str = Field(unique=True)
    roles: str
    creditors: str = Field(default="", sa_column_kwargs={"server_default": ""})
    created_on: date
    created_by: str
    ends_on: date | None = None
    used_at: str | None = None
    revoked_on: date | None = None


class PatientView(SQLModel, table=True):
    """A view of a person's data: who, what, when, and why if a reason was required. Rows are only added.

    A list that shows many people adds one row for each of them.
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
