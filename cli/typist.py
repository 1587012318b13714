"""Who runs a command: the account of the operating system, and the workspace user linked to it.

A claimed name (PASTDUE_USER) is trusted only until a user can sign in; from then on it is only recorded.
"""

import os
import pwd
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

import typer

from cli.rights import OLD_NAMES, need_of, operator_may
from flows.practice import Practice
from flows.users.queries import Person, user_of_system
from models.errors import NotPermitted
from models.user_enums import Role
from web.auth.rights import RIGHTS, Right, may

ACTS_AS = (Role.MANAGER, Role.ATTORNEY, Role.ESTATE_DESK)


@dataclass(frozen=True, slots=True)
class Typist:
    """Who runs the command. `person` is the workspace user linked to the system account. `free`: no user can sign in
    yet, and every command is allowed. `owner`: the home belongs to this system account."""

    system_user: str
    claimed: str
    free: bool
    owner: bool
    person: Person | None = None

    @property
    def name(self) -> str:
        """The name for the history: a user's, or one that no user can have."""
        if self.free:
            return self.claimed or self.system_user
        return self.person.name if self.person is not None else f"system:{self.system_user}"

    @property
    def typed_by(self) -> str:
        """What the history shows beside the name: the system account, and a different name that was claimed."""
        beside = [] if self.system_user in (self.name, self.name.removeprefix("system:")) else [self.system_user]
        if self.claimed not in ("", self.name):
            beside.append(f"as {self.claimed}")
        return " ".join(beside)

    @property
    def roles(self) -> frozenset[Role]:
        """The user's roles; all roles while no user can sign in yet."""
        if self.free:
            return frozenset(Role)
        return frozenset() if self.person is None else frozenset(self.person.roles)

    @property
    def creditors(self) -> frozenset[int] | None:
        """The creditors whose reports the user may read; None: all."""
        return None if self.person is None else self.person.creditors

    def may(self, right: Right) -> bool:
        """Whether the user has a right of the workspace."""
        return may(self.roles, right)

    def staff_role(self, given: Role | None) -> Role:
        """The user's own role for estates: the one that was entered, or the one with the most rights."""
        own = [role for role in ACTS_AS if self.has(role)]
        if given is None and own:
            return own[0]
        if given is None or given not in own:
            raise NotPermitted(
                f"{self.name} does not have the role {given or 'to work on estates'}", "leave out --role"
            )
        return given

    def has(self, role: Role) -> bool:
        """Whether the user has a role."""
        return role in self.roles


_now: ContextVar[Typist | None] = ContextVar("typist", default=None)
_command: ContextVar[str | None] = ContextVar("command", default=None)

P = ParamSpec("P")
R = TypeVar("R")


def system_user(home_owner: bool = False) -> str:
    """The system account of the user: the one this process runs under, by its number, or the one that used sudo.

    sudo sets SUDO_UID itself. It is trusted only under the account that owns the home: who can forge it there owns the
    database too.
    """
    came_from = os.environ.get("SUDO_UID", "")
    uid = int(came_from) if home_owner and came_from.isdecimal() else os.getuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid-{uid}"


def typist() -> Typist:
    """Who runs the current command; before the database is open, the claimed name."""
    return _now.get() or Typist(system_user(), os.environ.get("PASTDUE_USER", ""), free=True, owner=True)


def sit_down(practice: Practice) -> Typist:
    """Find out who runs the command. Raises NotPermitted if the user has no right to it."""
    home, claimed = practice.settings.home, os.environ.get("PASTDUE_USER", "")
    owner = os.getuid() == 0 or (home.exists() and home.stat().st_uid == os.getuid())
    found = system_user(owner)
    with practice.database.reading() as conn:
        free = not practice.is_at_work(conn)
        person = None if free else user_of_system(conn, found)
    who = Typist(found, claimed, free, owner, person)
    command = _command.get()
    if command is not None:
        _require(who, command, str(home))
    _now.set(who)
    practice.database.typed_by = who.typed_by
    return who


def add_old_names(group: typer.Typer, before: str = "") -> None:
    """Add to a group, and to the groups in it, the earlier names of their commands, hidden from the help."""
    present = {before + (one.name or ""): one.callback for one in group.registered_commands}
    for old, name in OLD_NAMES.items():
        if (callback := present.get(name)) is not None:
            group.command(old.removeprefix(before), hidden=True)(callback)
    for inner in group.registered_groups:
        assert inner.typer_instance is not None and inner.name is not None
        add_old_names(inner.typer_instance, f"{before}{inner.name} ")


def name_commands(group: typer.Typer, before: str = "") -> None:
    """Record for every command of a group, and of the groups in it, the words by which it is run."""
    for command in group.registered_commands:
        assert command.callback is not None and command.name is not None
        command.callback = _named(before + command.name, command.callback)
    for inner in group.registered_groups:
        assert inner.typer_instance is not None and inner.name is not None
        whole = inner.typer_instance.registered_callback
        if whole is not None and whole.callback is not None:
            whole.callback = _named(before + inner.name, whole.callback)
        name_commands(inner.typer_instance, f"{before}{inner.name} ")


def _named(words: str, command: Callable[P, R]) -> Callable[P, R]:
    @wraps(command)
    def named(*args: P.args, **kwargs: P.kwargs) -> R:
        before = _command.set(OLD_NAMES.get(words, words))
        try:
            return command(*args, **kwargs)
        finally:
            _command.reset(before)
            _now.set(None)

    return named


def _require(who: Typist, command: str, home: str) -> None:
    need = need_of(command)
    if who.free or (who.owner and operator_may(command)):
        return
    if who.person is None:
        raise NotPermitted(
            f'"{who.system_user}" is not linked to a user of this workspace. The owner of {home} or '
            f"an administrator can link it: pastdue user system NAME {who.system_user}"
        )
    if need is not None and not who.may(need):
        roles = ", ".join(sorted(role.value for role in who.person.roles))
        able = ", ".join(sorted(role.value for role in RIGHTS[need]))
        raise NotPermitted(
            f"{who.name} ({roles}) has no permission for `pastdue {command}`", f"it requires one of these roles: {able}"
        )
