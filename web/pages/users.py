"""For the administrator and the manager: users and their roles, and programs that connect."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.estates.attorneys import attorneys
from flows.users import commands, keys
from flows.users.queries import tokens, user_changes, users
from models.user_enums import Role
from web.auth.rights import RIGHTS, Right
from web.auth.sealed import link_path
from web.auth.session import RequestContext, Requires

router = APIRouter()
Admins = Depends(Requires(Right.RUN_USERS))


def _page(visit: RequestContext, told: dict[str, str] | None = None) -> Response:
    with visit.reading() as conn:
        rows, programs, changes, known = users(conn), tokens(conn), user_changes(conn, limit=30), attorneys(conn)
    return visit.page(
        "users.html",
        users=rows,
        tokens=programs,
        changes=changes,
        roles=list(Role),
        attorneys=known,
        told=told,
        rights=RIGHTS,
    )


@router.get("/users")
def users_page(visit: RequestContext = Admins) -> Response:
    """All users, the rights of each role, and the changes."""
    return _page(visit)


def _link(visit: RequestContext, name: str, epoch: int) -> dict[str, str]:
    """The link by which a user sets their own password. The person who sends it never sees that password."""
    url = str(visit.request.base_url).rstrip("/") + link_path(visit.work.seal, name, epoch)
    return {"what": f"One-time link for {name} to set a password, valid for 3 days", "secret": url}


@router.post("/users")
def add(visit: RequestContext = Admins) -> Response:
    """Add a user. The link to choose a password is shown only once."""
    typed = visit.typed
    name = typed.needed("name", "Username").lower()
    with visit.transaction() as tx:
        commands.add_user(
            tx,
            name,
            typed.text("full_name"),
            typed.words("role", Role),
            None,
            visit.now,
            attorney=typed.some("attorney"),
            oidc_subject=typed.some("oidc_subject"),
        )
    return _page(visit, _link(visit, name, 1))


@router.post("/users/{name}/{what}")
def change(name: str, what: str, visit: RequestContext = Admins) -> Response:
    """Request, approve or decline roles, reset a password, remove a second factor, deactivate or reactivate a user."""
    typed, told = visit.typed, None
    with visit.transaction() as tx:
        match what:
            case "roles":
                commands.set_roles(tx, name, typed.words("role", Role), visit.now, attorney=typed.some("attorney"))
            case "password":
                told = _link(visit, name, commands.invite(tx, name, visit.now))
            case "agree":
                commands.agree_to_roles(tx, name, visit.now)
            case "decline":
                commands.decline_roles(tx, name, visit.now)
            case "second-factor":
                commands.set_second_factor(tx, name, None, (), visit.now)
            case "disable":
                commands.disable_user(tx, name, visit.now)
            case "enable":
                commands.enable_user(tx, name, visit.now)
            case _:
                raise commands.Refused("choose what to change for this user")
    return visit.go("/users") if told is None else _page(visit, told)


@router.post("/tokens")
def add_token(visit: RequestContext = Admins) -> Response:
    """Create an API key for a program; it is shown only once."""
    name = visit.typed.needed("name", "Username").lower()
    with visit.transaction() as tx:
        key = keys.add_token(tx, name, visit.typed.words("role", Role), visit.now)
    return _page(visit, {"what": f"API key for {name}", "secret": key})


@router.post("/tokens/{name}/revoke")
def revoke(name: str, visit: RequestContext = Admins) -> Response:
    """Revoke a program's API key."""
    with visit.transaction() as tx:
        keys.revoke_token(tx, name, visit.now)
    return visit.go("/users")
