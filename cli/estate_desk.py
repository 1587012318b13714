"""What the commands of the estate desk share: their group, the matter, the role in which a user acts, the signer.

Each file of the desk takes the group from the one before it, so that the help lists the commands in the order of the
work: matters, facts, documents, attorneys, liability.
"""

import os
from enum import StrEnum
from typing import Annotated

import typer

from cli.typist import typist
from flows.estates.documents.signing import signer_from
from flows.estates.matters.numbers import BadMatterNumber, read_matter_number
from models import user_enums as roles
from models.ids import MatterId

estate = typer.Typer(help="Work estate matters: deadlines, claims, documents, payments.", no_args_is_help=True)


def matter_key(text: str) -> MatterId:
    """The number of a matter as typed: with or without its letter."""
    try:
        return MatterId(read_matter_number(text))
    except BadMatterNumber as error:
        raise typer.BadParameter(str(error)) from error


Matter = Annotated[MatterId, typer.Argument(help="The matter number, such as E-000042 or 42.", parser=matter_key)]

Source = Annotated[str, typer.Option("--source", help="The source: a document or a person.")]

SourceOn = Annotated[str | None, typer.Option("--source-on", help="The date of the source (default: today).")]


class _Desk(StrEnum):
    """The roles that work on estates, as --role offers them."""

    COLLECTOR = roles.Role.COLLECTOR.value
    ESTATE_DESK = roles.Role.ESTATE_DESK.value
    MANAGER = roles.Role.MANAGER.value
    ATTORNEY = roles.Role.ATTORNEY.value
    AUDITOR = roles.Role.AUDITOR.value


Role = Annotated[
    _Desk | None,
    typer.Option("--role", help="The role in which you act (default: PASTDUE_ROLE, else the estate desk)."),
]

SignerName = Annotated[str | None, typer.Option("--signer", help="The signer, as: Name, Title.")]


def role_of(given: _Desk | None) -> roles.Role:
    """The role in which the user acts, one of their own. PASTDUE_ROLE is trusted until the first user can sign in."""
    who = typist()
    if who.free:
        return roles.Role(given or _Desk(os.environ.get("PASTDUE_ROLE") or _Desk.ESTATE_DESK))
    return who.staff_role(None if given is None else roles.Role(given))


def signer_of(text: str | None) -> tuple[str, str]:
    """The signer's name and title; empty if none was entered."""
    return signer_from(text or "")
