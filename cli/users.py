"""Commands for who signs in and which programs connect: user, token."""

from typing import Annotated

import typer

from cli.output import BusinessDate, Json, business_date, open_practice, out, refusals, say_json, say_table
from cli.setup import user as typing_user
from cli.typist import typist
from flows.practice import Practice
from flows.users import commands
from flows.users.passwords import made_up_password
from flows.users.queries import tokens, users
from models.clock import system_clock
from models.user_enums import Role
from web.auth.sealed import Seal, link_path, secret_of

user = typer.Typer(help="Users of the workspace.", no_args_is_help=True)
token = typer.Typer(help="Programs that connect to /api.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The name to sign in by; it stands in every history.")]
Roles = Annotated[list[Role], typer.Option("--role", help="What they do here; as often as needed.")]
AttorneyCode = Annotated[
    str | None, typer.Option("--attorney", help="The attorney whose matters they see, with the role attorney.")
]


@user.command("add")
@refusals
def add(
    name: Name,
    role: Roles,
    full_name: Annotated[str, typer.Option("--full-name")] = "",
    attorney: AttorneyCode = None,
    oidc_subject: Annotated[
        str | None, typer.Option("--oidc-subject", help="By what their organisation's sign-in knows them.")
    ] = None,
    system_user: Annotated[
        str | None, typer.Option("--system-user", help="The account of this machine under which they type commands.")
    ] = None,
    ask: Annotated[
        bool, typer.Option("--ask-password", help="Type the password instead of having one made up.")
    ] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Add somebody who signs in; a made-up password is told once and changed at the first sign-in."""
    with open_practice() as practice:
        # Who colleagues could be borrowed from gives a link: nobody but its owner ever sees the password.
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
        out.print(f"{name} may sign in as {', '.join(role)}{told}", soft_wrap=True, markup=False)


@user.command("list")
@refusals
def list_users(json: Json = False) -> None:
    """Everybody who signs in, or did."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = users(conn)
    if json:
        say_json(rows)
    else:
        say_table("Users", rows, ("name", "full_name", "roles", "attorney", "os_user", "created_on", "disabled_on"))


@user.command("role")
@refusals
def role_of(
    name: Name, role: Roles, attorney: AttorneyCode = None, date: BusinessDate = None, json: Json = False
) -> None:
    """Give a user other roles instead of those they have; they sign in anew."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx,
    ):
        holds = commands.set_roles(tx, name, role, system_clock(), attorney=attorney)
    words = ", ".join(role)
    done = f"{name} is now {words}" if holds else f"{words} waits until a second administrator agrees to it"
    _done({"name": name, "roles": role, "waits": not holds}, done, json)


@user.command("system")
@refusals
def system(
    name: Name,
    account: Annotated[str, typer.Argument(help="Their account of this machine (`id -un`), or none.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Say under which account of this machine a user types commands; their roles decide which."""
    given = None if account == "none" else account
    with (
        open_practice() as practice,
        practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx,
    ):
        commands.set_system_user(tx, name, given, system_clock())
    done = f"{name} types commands as {given}" if given else f"{name} types no commands"
    _done({"name": name, "system_user": given}, done, json)


@user.command("disable")
@refusals
def disable(name: Name, date: BusinessDate = None, json: Json = False) -> None:
    """A user signs in no more, and is signed out at once."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx,
    ):
        commands.disable_user(tx, name, system_clock())
    _done({"name": name, "disabled": True}, f"{name} is deactivated", json)


@user.command("enable")
@refusals
def enable(name: Name, date: BusinessDate = None, json: Json = False) -> None:
    """A user signs in again who was disabled, or locked after wrong passwords."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx,
    ):
        commands.enable_user(tx, name, system_clock())
    _done({"name": name, "disabled": False}, f"{name} may sign in again", json)


@user.command("password")
@refusals
def password(name: Name, date: BusinessDate = None, json: Json = False) -> None:
    """Give a user a new made-up password, told once; they are signed out everywhere."""
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


@user.command("second-factor")
@refusals
def reset_second_factor(name: Name, date: BusinessDate = None, json: Json = False) -> None:
    """Remove a user's second factor, such as after a lost phone; they sign in with the password alone."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx,
    ):
        commands.set_second_factor(tx, name, None, (), system_clock())
    _done({"name": name, "second_factor": False}, f"{name} has no second factor now", json)


@user.command("agree")
@refusals
def agree(name: Name, date: BusinessDate = None, json: Json = False) -> None:
    """Agree, as a second administrator, to roles that another one asked for."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx,
    ):
        commands.agree_to_roles(tx, name, system_clock())
    _done({"name": name, "agreed": True}, f"{name} has the roles that were asked for", json)


@user.command("decline")
@refusals
def decline(name: Name, date: BusinessDate = None, json: Json = False) -> None:
    """Decline roles that an administrator asked for, or take the request back."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx,
    ):
        commands.decline_roles(tx, name, system_clock())
    _done({"name": name, "agreed": False}, f"{name} keeps the roles they have", json)


def _prompted() -> str:
    return typer.prompt("Password", hide_input=True, confirmation_prompt=True)


def _link(practice: Practice, name: str, epoch: int) -> str:
    """The link by which a user chooses a password; the address before it is the workspace's own."""
    oidc = practice.settings.oidc
    return (oidc.web_url if oidc else "") + link_path(Seal(secret_of(practice.settings.home)), name, epoch)


def _secret(link: str | None, password: str | None) -> str:
    if link is not None:
        return f"the link by which they choose a password, good once, for three days: {link}"
    return f"their password, shown this once: {password}"


@token.command("add")
@refusals
def add_token(
    name: Name,
    role: Roles,
    days: Annotated[int, typer.Option("--days", help="For how many days the key is good.")] = commands.TOKEN_DAYS,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Let a program connect, with the rights of a role; its key is shown once."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx,
    ):
        key = commands.add_token(tx, name, role, system_clock(), days)
    if json:
        say_json({"name": name, "roles": role, "token": key})
    else:
        out.print(f"The key of {name}, told this once: {key}", soft_wrap=True, markup=False)


@token.command("list")
@refusals
def list_tokens(json: Json = False) -> None:
    """The programs that connect, or did."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = tokens(conn)
    if json:
        say_json(rows)
    else:
        say_table("Tokens", rows, ("name", "roles", "created_on", "created_by", "ends_on", "used_at", "revoked_on"))


@token.command("revoke")
@refusals
def revoke(name: Name, date: BusinessDate = None, json: Json = False) -> None:
    """A program connects no more."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=typing_user(), business_date=business_date(date)) as tx,
    ):
        commands.revoke_token(tx, name, system_clock())
    _done({"name": name, "revoked": True}, f"{name} connects no more", json)


def _done(value: dict[str, object], sentence: str, json: bool) -> None:
    if json:
        say_json(value)
    else:
        out.print(sentence)
