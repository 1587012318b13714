"""Users: adding and changing them, their roles and second factor. Every change is recorded permanently."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from flows.users.passwords import hash_password, is_password
from flows.users.queries import USER, attorney_row, person_of, roles_of, user_row
from flows.users.second_factor import digest_of_code
from models import Creditor, User, UserChange
from models.columns import AnyRow, table
from models.database import Transaction
from models.errors import BadInput, NotFound, NotPermitted, Refused
from models.remedies import Remedy
from models.user_enums import Role
from models.values import utc_text

CREDITOR = table(Creditor)

ABOVE = frozenset({Role.ADMIN, Role.AUDITOR, Role.MANAGER})
"""Roles that only an administrator assigns, changes and removes."""

WATCHING = frozenset({Role.ADMIN, Role.AUDITOR})
"""Roles that supervise the others: two administrators must approve who gets them."""

NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,62}")
"""The name of a user or a key."""


def record_change(tx: Transaction, name: str, what: str, now: datetime) -> None:
    """Record a change of a user or a key, permanently."""
    row = {
        "id": tx.ids(UserChange, 1)[0],
        "at": utc_text(now),
        "business_date": tx.business_date,
        "name": name,
        "what": what,
        "actor": tx.recorded_actor,
    }
    tx.insert(UserChange, [row])


def _known(tx: Transaction, name: str) -> AnyRow:
    row = user_row(tx.conn, name)
    if row is None:
        raise NotFound(f'there is no user "{name}"', remedy=Remedy.LIST_USERS)
    return row


def roles_text(tx: Transaction, roles: Iterable[Role], attorney: str | None) -> str:
    """Roles as they are stored. Raises Refused or BadInput for roles that don\'t go together."""
    words = sorted({role.value for role in roles})
    if not words:
        raise Refused(f"a user needs at least one role: {', '.join(Role)}")
    if Role.ATTORNEY in words:
        if len(words) > 1:
            raise Refused("an attorney sees only their own matters", "choose this role alone")
        if attorney is None:
            raise BadInput("a user with the role attorney needs the attorney's code", field="attorney")
        attorney_row(tx.conn, attorney)
    elif attorney is not None:
        raise Refused("only a user with the role attorney can have an attorney's code")
    return ",".join(words)


def add_user(
    tx: Transaction,
    name: str,
    full_name: str,
    roles: Iterable[Role],
    password: str | None,
    now: datetime,
    *,
    attorney: str | None = None,
    oidc_subject: str | None = None,
    system_user: str | None = None,
    must_change: bool = True,
) -> None:
    """Add a user. Raises Refused or BadInput."""
    if not NAME.fullmatch(name):
        raise BadInput(f'"{name}" is not a valid username', "use 2 to 63 lowercase letters, digits, or one of . _ @ -")
    if user_row(tx.conn, name) is not None:
        raise Refused(f'user "{name}" already exists', "a username stays with the person in every history")
    wanted = frozenset(roles)
    words = roles_text(tx, wanted, attorney)
    require_admin_for(tx, wanted)
    _free_system_user(tx, name, system_user)
    asks = _needs_a_second(tx, name, wanted)
    row = {
        "id": tx.ids(User, 1)[0],
        "name": name,
        "full_name": full_name.strip() or name,
        "roles": "" if asks else words,
        "password_hash": None if password is None else hash_password(password, name),
        "must_change": must_change and password is not None,
        "attorney": attorney,
        "creditors": limits_of(tx, tx.actor),
        "oidc_subject": oidc_subject,
        "os_user": system_user,
        "epoch": 1,
        "second_factor": None,
        "second_factor_at": 0,
        "recovery": "",
        "asked_roles": words if asks else None,
        "asked_by": tx.actor if asks else None,
        "created_on": tx.business_date,
        "disabled_on": None,
    }
    tx.insert(User, [row])
    said = words.replace(",", ", ").replace("_", " ")
    record_change(tx, name, f"added; roles requested: {said}" if asks else f"added as {said}", now)


def _change(tx: Transaction, name: str, values: Mapping[str, object], what: str, now: datetime) -> None:
    """Change a user; every session they have ends."""
    ended = {**values, "epoch": USER.c.epoch + 1}
    tx.conn.execute(sa.update(USER).where(USER.c.name == name).values(**ended))
    record_change(tx, name, what, now)


def set_roles(tx: Transaction, name: str, roles: Iterable[Role], now: datetime, *, attorney: str | None = None) -> bool:
    """Change a user's roles; they must sign in again. The last administrator stays one; users can't change their own
    roles.

    Returns whether the roles are in force: a new administrator or auditor needs a second administrator, if there is
    one.
    """
    row = _known(tx, name)
    if tx.actor == name:
        raise NotPermitted("users can't change their own roles", "ask another administrator")
    wanted = frozenset(roles)
    if Role.ADMIN not in wanted:
        _keep_an_admin(tx, row)
    words = roles_text(tx, wanted, attorney)
    has = roles_of(row.roles)
    require_admin_for(tx, wanted | has)
    if _needs_a_second(tx, name, wanted - has):
        asked = {"asked_roles": words, "asked_by": tx.actor}
        tx.conn.execute(sa.update(USER).where(USER.c.name == name).values(**asked))
        record_change(tx, name, f"roles requested: {words} (current: {row.roles})", now)
        return False
    what = f"roles: {words} (before: {row.roles})"
    _change(tx, name, {"roles": words, "attorney": attorney, **_NOTHING_ASKED}, what, now)
    return True


def agree_to_roles(tx: Transaction, name: str, now: datetime) -> None:
    """Approve, as a second administrator, roles that another one requested. Raises Refused."""
    row = _asked(tx, name)
    if tx.actor in (row.asked_by, name):
        raise NotPermitted("another administrator must approve: not the requester, and not the user who gets the roles")
    require_admin_for(tx, WATCHING)
    what = f"roles: {row.asked_roles} (before: {row.roles or 'none'}); requested by {row.asked_by}"
    _change(tx, name, {"roles": row.asked_roles, **_NOTHING_ASKED}, what, now)


def decline_roles(tx: Transaction, name: str, now: datetime) -> None:
    """Withdraw, or decline, requested roles. Raises Refused."""
    row = _asked(tx, name)
    require_admin_for(tx, WATCHING)
    tx.conn.execute(sa.update(USER).where(USER.c.name == name).values(**_NOTHING_ASKED))
    record_change(tx, name, f"declined roles {row.asked_roles}, requested by {row.asked_by}", now)


_NOTHING_ASKED: dict[str, None] = {"asked_roles": None, "asked_by": None}


def _asked(tx: Transaction, name: str) -> AnyRow:
    row = _known(tx, name)
    if row.asked_roles is None:
        raise Refused(f"no role change is requested for {name}")
    return row


def require_admin_for(tx: Transaction, roles: Iterable[Role]) -> None:
    """Raise NotPermitted if a user who is not an administrator changes roles above their own."""
    actor = user_row(tx.conn, tx.actor)
    if actor is not None and ABOVE & frozenset(roles) and Role.ADMIN not in person_of(actor).roles:
        words = "managers, auditors and administrators"
        raise NotPermitted(f"only an administrator can add, change or deactivate {words}")


def _needs_a_second(tx: Transaction, name: str, new: frozenset[Role]) -> bool:
    """Whether a second administrator must approve, and there is one who can. The initial setup is not done by a user,
    and needs no approval."""
    if not WATCHING & new or user_row(tx.conn, tx.actor) is None:
        return False
    others = sa.select(USER).where(USER.c.disabled_on.is_(None), USER.c.name.not_in([tx.actor, name]))
    return any(Role.ADMIN in person_of(one).roles for one in tx.conn.execute(others))


def set_system_user(tx: Transaction, name: str, system_user: str | None, now: datetime) -> None:
    """Set the operating system account under which a user types commands; None: none. Raises Refused."""
    _known(tx, name)
    _free_system_user(tx, name, system_user)
    what = "no command-line account" if system_user is None else f"command-line account {system_user}"
    _change(tx, name, {"os_user": system_user}, what, now)


def _free_system_user(tx: Transaction, name: str, system_user: str | None) -> None:
    if system_user is None:
        return
    if not NAME.fullmatch(system_user):
        raise BadInput(f'"{system_user}" is not a system user of this computer', "the command id -un shows yours")
    theirs = sa.select(USER.c.name).where(USER.c.os_user == system_user, USER.c.name != name)
    other = tx.conn.execute(theirs).scalar()
    if other is not None:
        raise Refused(f"system user {system_user} is linked to {other}", "a system user can be linked to one user only")


def limits_of(tx: Transaction, name: str) -> str:
    """The creditors that a user is limited to, as they are stored; what a limited user adds has the same limits."""
    row = user_row(tx.conn, name)
    return "" if row is None else row.creditors


def set_creditors(tx: Transaction, name: str, codes: Sequence[str], now: datetime) -> None:
    """Limit the reports that a user may read to some creditors; none: all of them. Raises Refused."""
    _known(tx, name)
    actor = user_row(tx.conn, tx.actor)
    if actor is not None and Role.ADMIN not in person_of(actor).roles:
        raise NotPermitted("only an administrator can limit the reports of a user")
    keys: list[int] = []
    for code in dict.fromkeys(codes):
        key = tx.conn.execute(sa.select(CREDITOR.c.id).where(CREDITOR.c.external_id == code)).scalar()
        if key is None:
            raise NotFound(f'there is no creditor "{code}"', remedy=Remedy.LIST_CREDITORS)
        keys.append(key)
    said = f"reports limited to {', '.join(codes)}" if codes else "reports of all creditors"
    _change(tx, name, {"creditors": ",".join(map(str, sorted(keys)))}, said, now)


def disable_user(tx: Transaction, name: str, now: datetime) -> None:
    """Deactivate a user, who is signed out at once; the name stays in the histories."""
    row = _known(tx, name)
    require_admin_for(tx, roles_of(row.roles))
    if row.disabled_on is not None:
        raise Refused(f"{name} was deactivated on {row.disabled_on}")
    _keep_an_admin(tx, row)
    _change(tx, name, {"disabled_on": tx.business_date}, "deactivated", now)


def enable_user(tx: Transaction, name: str, now: datetime) -> None:
    """Reactivate a user."""
    require_admin_for(tx, roles_of(_known(tx, name).roles))
    _change(tx, name, {"disabled_on": None}, "reactivated", now)


def _keep_an_admin(tx: Transaction, row: AnyRow) -> None:
    if Role.ADMIN not in person_of(row).roles:
        return
    others = sa.select(USER).where(USER.c.disabled_on.is_(None), USER.c.name != row.name)
    if not any(Role.ADMIN in person_of(one).roles for one in tx.conn.execute(others)):
        raise Refused(f"{row.name} is the last administrator", "assign the role to another user first")


def set_password(tx: Transaction, name: str, password: str, now: datetime, *, must_change: bool) -> None:
    """Set a user's password; they are signed out everywhere. Raises Refused or BadInput."""
    row = _known(tx, name)
    if tx.actor != name:
        require_admin_for(tx, roles_of(row.roles))
    if is_password(password, row.password_hash):
        raise Refused("that is the current password", "choose a different one")
    values = {"password_hash": hash_password(password, name), "must_change": must_change}
    _change(tx, name, values, "password set" if must_change else "password changed", now)


def invite(tx: Transaction, name: str, now: datetime) -> int:
    """Let a user set a password by a link: the old one is removed. Returns the epoch until which the link is
    valid. Raises Refused."""
    row = _known(tx, name)
    require_admin_for(tx, roles_of(row.roles))
    if row.disabled_on is not None:
        raise Refused(f"{name} was deactivated on {row.disabled_on}", "reactivate the user first")
    _change(tx, name, {"password_hash": None, "must_change": False}, "password link created", now)
    return row.epoch + 1


def set_second_factor(tx: Transaction, name: str, sealed: str | None, codes: Iterable[str], now: datetime) -> None:
    """Set a user's second factor, its secret sealed, with the digests of its recovery codes; None: remove it."""
    row = _known(tx, name)
    if tx.actor != name:
        require_admin_for(tx, roles_of(row.roles))
    recovery = " ".join(digest_of_code(code) for code in codes)
    values = {"second_factor": sealed, "second_factor_at": 0, "recovery": recovery}
    _change(tx, name, values, "second factor set up" if sealed else "second factor removed", now)
