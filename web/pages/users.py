"""The administrator and the manager: who signs in, in which roles; which programs connect."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.estates.attorneys import attorneys
from flows.users import commands
from flows.users.passwords import made_up_password
from flows.users.queries import roles_of, tokens, user_changes, user_row, users
from models.user_kinds import Role
from web.door import Allowed, Visit
from web.rights import RIGHTS, Right

router = APIRouter()
Admins = Depends(Allowed(Right.RUN_USERS))

ABOVE = frozenset({Role.ADMIN, Role.AUDITOR})


def _page(visit: Visit, told: dict[str, str] | None = None) -> Response:
    with visit.reading() as conn:
        rows, programs, changes, known = users(conn), tokens(conn), user_changes(conn, limit=30), attorneys(conn)
    return visit.page(
        "users.html", users=rows, tokens=programs, changes=changes, roles=list(Role), attorneys=known, told=told,
        rights=RIGHTS,
    )  # fmt: skip


@router.get("/users")
def users_page(visit: Visit = Admins) -> Response:
    """Everybody who signs in, what each role may, and what was changed."""
    return _page(visit)


def _roles(visit: Visit) -> list[Role]:
    """The roles that were ticked; a manager gives none that watches over managers."""
    wanted = visit.typed.words("role", Role)
    if ABOVE & set(wanted):
        _only_an_admin(visit)
    return wanted


def _only_an_admin(visit: Visit) -> None:
    if Role.ADMIN not in visit.who.roles:
        raise commands.RefusedUser("administrators and auditors are made, changed and ended by an administrator only")


@router.post("/users")
def add(visit: Visit = Admins) -> Response:
    """Add somebody; their made-up password is shown this once."""
    typed = visit.typed
    password, name = made_up_password(), typed.needed("name", "The name").lower()
    with visit.transaction() as tx:
        commands.add_user(
            tx, name, typed.text("full_name"), _roles(visit), password, visit.now, attorney=typed.some("attorney"),
            oidc_subject=typed.some("oidc_subject"),
        )  # fmt: skip
    return _page(visit, {"what": f"The password of {name}", "secret": password})


@router.post("/users/{name}/{what}")
def change(name: str, what: str, visit: Visit = Admins) -> Response:
    """Other roles, a new password, no more sign-in, or sign-in again."""
    typed, told = visit.typed, None
    with visit.transaction() as tx:
        row = user_row(tx.conn, name)
        if row is not None and ABOVE & roles_of(row.roles):
            _only_an_admin(visit)
        match what:
            case "roles":
                commands.set_roles(tx, name, _roles(visit), visit.now, attorney=typed.some("attorney"))
            case "password":
                password = made_up_password()
                commands.set_password(tx, name, password, visit.now, must_change=True)
                told = {"what": f"The new password of {name}", "secret": password}
            case "disable":
                commands.disable_user(tx, name, visit.now)
            case "enable":
                commands.enable_user(tx, name, visit.now)
            case _:
                raise commands.RefusedUser("say what is to be changed about the user")
    return visit.go("/users") if told is None else _page(visit, told)


@router.post("/tokens")
def add_token(visit: Visit = Admins) -> Response:
    """Let a program connect; its key is shown this once."""
    name = visit.typed.needed("name", "The name").lower()
    with visit.transaction() as tx:
        key = commands.add_token(tx, name, _roles(visit), visit.now)
    return _page(visit, {"what": f"The key of {name}", "secret": key})


@router.post("/tokens/{name}/revoke")
def revoke(name: str, visit: Visit = Admins) -> Response:
    """A program connects no more."""
    with visit.transaction() as tx:
        commands.revoke_token(tx, name, visit.now)
    return visit.go("/users")
