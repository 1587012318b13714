"""Commands for users and API keys: user, token."""

from typing import Annotated

import typer

from cli.output import (
    BusinessDate,
    Json,
    business_date,
    labels,
    open_practice,
    out,
    refusals,
    say_done,
    say_json,
    say_table,
)
from cli.setup import user as typing_user
from cli.typist import typist
from flows.practice import Practice
from flows.users import commands, keys
from flows.users.passwords import made_up_password
from flows.users.queries import tokens, users
from models.clock import system_clock
from models.labels import label
from models.user_enums import Role
from web.auth.sealed import Seal, link_path, secret_of

ROLES = {"roles": labels(Role)}

user = typer.Typer(help="Manage users of the workspace.", no_args_is_help=True)
token = typer.Typer(help="Manage API keys.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The username, as shown in every history.")]
Roles = Annotated[list[Role], typer.Option("--role", help="The user's role (can be repeated).")]
KeyName = Annotated[str, typer.Argument(help="The name of the API key, as shown in every history.")]
KeyRoles = Annotated[list[Role], typer.Option("--role", help="A role of the API key (can be repeated).")]
AttorneyCode = Annotated[
    str | None, typer.Option("--attorney", help="The attorney code whose matters the user sees, for the role attorney.")
]


@user.command("add")
@refusals
def add(
    name: Name,
    role: Roles,
    full_name: Annotated[str, typer.Option("--full-name")] = "",
    attorney: AttorneyCode = None,
    oidc_subject: Annotated[
        str | None, typer.Option("--oidc-subject", help="The user's subject ID at your organization's sign-in (OIDC).")
    ] = None,
    system_user: Annotated[
        str | None, typer.Option("--system-user", help="The system user under which they run commands.")
    ] = None,
    ask: Annotated[
        bool, typer.Option("--ask-password", help="Enter the password instead of creating a temporary one.")
    ] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Add a user. A temporary password is shown once and changed at the first sign-in."""
    with open_practice() as practice:
        # A signed-in administrator gets a link to pass on, so that only the new user ever sees the password.
        by_link = typist().person is not None and not ask
        password = None if by_link else _prompted() if ask else made_up_password()
        with practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx:
            commands.add_user(
                tx,
                name,
                full_name,
                role,
                password,
                system_clock(),
                attorney=attorney,
                oidc_subject=oidc_subject,
                system_user=system_user,
                must_change=not ask,
            )
        link = _link(practice, name, 1) if by_link else None
    if json:
        say_json({"name": name, "roles": role, "password": None if ask else password, "link": link})
    else:
        told = "" if ask else f"; {_secret(link, password)}"
        out.print(f"User {name} added. Roles: {', '.join(map(label, role))}{told}", soft_wrap=True, markup=False)


@user.command("list")
@refusals
def list_users(json: Json = False) -> None:
    """List users, active and deactivated."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = users(conn)
    if json:
        say_json(rows)
    else:
        say_table(
            "Users",
            rows,
            ("name", "full_name", "roles", "creditors", "attorney", "os_user", "created_on", "disabled_on"),
            ROLES,
        )


@user.command("role")
@refusals
def role_of(
    name: Name, role: Roles, attorney: AttorneyCode = None, date: BusinessDate = None, json: Json = False
) -> None:
    """Replace the roles of a user, who must sign in again."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx,
    ):
        holds = commands.set_roles(tx, name, role, system_clock(), attorney=attorney)
    words = ", ".join(map(label, role))
    done = f"{name} now has: {words}" if holds else f"{words} is pending until a second administrator approves it"
    say_done({"name": name, "roles": role, "waits": not holds}, done, json)


@user.command("system")
@refusals
def system(
    name: Name,
    account: Annotated[str, typer.Argument(help="The user's system user name (`id -un`), or none.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Link a user to a system user of this computer, so that they can run commands as their roles allow."""
    given = None if account == "none" else account
    with (
        open_practice() as practice,
        practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx,
    ):
        commands.set_system_user(tx, name, given, system_clock())
    done = f"{name} runs commands as system user {given}" if given else f"{name} is not linked to a system user"
    say_done({"name": name, "system_user": given}, done, json)


@user.command("disable")
@refusals
def disable(name: Name, date: BusinessDate = None, json: Json = False) -> None:
    """Deactivate a user, who is signed out at once."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx,
    ):
        commands.disable_user(tx, name, system_clock())
    say_done({"name": name, "disabled": True}, f"User {name} deactivated", json)


@user.command("enable")
@refusals
def enable(name: Name, date: BusinessDate = None, json: Json = False) -> None:
    """Reactivate a user who was deactivated, or locked after wrong passwords."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx,
    ):
        commands.enable_user(tx, name, system_clock())
    say_done({"name": name, "disabled": False}, f"User {name} reactivated", json)


@user.command("password")
@refusals
def password(name: Name, date: BusinessDate = None, json: Json = False) -> None:
    """Reset a user's password. The temporary password is shown once, and the user is signed out everywhere."""
    with open_practice() as practice:
        by_link = typist().person is not None
        made = None if by_link else made_up_password()
        with practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx:
            if made is None:
                epoch = commands.invite(tx, name, system_clock())
            else:
                commands.set_password(tx, name, made, system_clock(), must_change=True)
                epoch = 0
        link = _link(practice, name, epoch) if by_link else None
    if json:
        say_json({"name": name, "password": made, "link": link})
    else:
        out.print(f"{name}: {_secret(link, made)}", soft_wrap=True, markup=False)


@user.command("creditors")
@refusals
def creditors_of(
    name: Name,
    codes: Annotated[list[str] | None, typer.Argument(help="The codes of the creditors; none: all of them.")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Limit the reports that a user may read to some creditors. The user must sign in again."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx,
    ):
        commands.set_creditors(tx, name, codes or (), system_clock())
    what = f"limited to {', '.join(codes)}" if codes else "not limited"
    say_done({"name": name, "creditors": codes or []}, f"Reports of {name}: {what}", json)


@user.command("second-factor")
@refusals
def reset_second_factor(name: Name, date: BusinessDate = None, json: Json = False) -> None:
    """Remove a user's second factor, such as after a lost phone. The password alone is then enough to sign in."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx,
    ):
        commands.set_second_factor(tx, name, None, (), system_clock())
    say_done({"name": name, "second_factor": False}, f"Second factor of {name} removed", json)


@user.command("agree")
@refusals
def agree(name: Name, date: BusinessDate = None, json: Json = False) -> None:
    """Approve a role change that another administrator requested."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx,
    ):
        commands.agree_to_roles(tx, name, system_clock())
    say_done({"name": name, "agreed": True}, f"Role change of {name} approved", json)


@user.command("decline")
@refusals
def decline(name: Name, date: BusinessDate = None, json: Json = False) -> None:
    """Decline a role change that an administrator requested, or withdraw your own request."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx,
    ):
        commands.decline_roles(tx, name, system_clock())
    say_done({"name": name, "agreed": False}, f"Role change of {name} declined", json)


def _prompted() -> str:
    return typer.prompt("Password", hide_input=True, confirmation_prompt=True)


def _link(practice: Practice, name: str, epoch: int) -> str:
    """The link by which a user chooses a password, with the workspace's own address."""
    oidc = practice.settings.oidc
    return (oidc.web_url if oidc else "") + link_path(Seal(secret_of(practice.settings.home)), name, epoch)


def _secret(link: str | None, password: str | None) -> str:
    if link is not None:
        return f"one-time link to choose a password, valid for three days: {link}"
    return f"temporary password, shown only once: {password}"


@token.command("add")
@refusals
def add_token(
    name: KeyName,
    role: KeyRoles,
    days: Annotated[
        int, typer.Option("--days", help="The number of days for which the key is valid.")
    ] = keys.TOKEN_DAYS,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Create an API key with the rights of a role. The key is shown once."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx,
    ):
        key = keys.add_token(tx, name, role, system_clock(), days)
    if json:
        say_json({"name": name, "roles": role, "token": key})
    else:
        out.print(f"API key of {name}, shown only once: {key}", soft_wrap=True, markup=False)


@token.command("list")
@refusals
def list_tokens(json: Json = False) -> None:
    """List API keys, active and revoked."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = tokens(conn)
    if json:
        say_json(rows)
    else:
        say_table(
            "API keys",
            rows,
            ("name", "roles", "created_on", "created_by", "ends_on", "used_at", "revoked_on"),
            ROLES,
            {"ends_on": "Expires"},
        )


@token.command("revoke")
@refusals
def revoke(name: KeyName, date: BusinessDate = None, json: Json = False) -> None:
    """Revoke an API key."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx,
    ):
        keys.revoke_token(tx, name, system_clock())
    say_done({"name": name, "revoked": True}, f"API key of {name} revoked", json)
