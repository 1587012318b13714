"""The API for what a manager owns beside tables and schedules: settings, limits, and how creditors' letters look."""

from typing import Annotated

from fastapi import Depends, Path
from pydantic import Base64Bytes, Field

from flows.correspondence.creditors.commands import Picture, change_creditor, require_look, restore_creditor
from flows.correspondence.creditors.queries import (
    CreditorVersion,
    creditor_history,
    creditor_row,
    list_creditors,
    look_of,
    mark_of,
)
from flows.settings.commands import change_setting
from flows.settings.limits.commands import set_limit
from flows.settings.limits.queries import limit_history, limits_now
from flows.settings.queries import setting_history, setting_now, settings_now
from flows.settings.tables.difference import difference_row
from letters.docx.pictures import LARGEST_PICTURE
from web.api.door import Call, Key
from web.api.values import Anything, Value, Words
from web.auth.rights import Right

SettingName = Annotated[str, Path(pattern="^[a-z][a-z0-9_]{0,59}$", description="The name of the setting.")]
CreditorId = Annotated[str, Path(min_length=1, max_length=64, description="The creditor's id in the account file.")]
Text = Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")]
Seen = Annotated[int, Field(ge=0, le=2**53)]

Looking = Annotated[Call, Depends(Key(Right.SEE_PRACTICE))]
Changing = Annotated[Call, Depends(Key(Right.CHANGE_SETTINGS))]


class SettingIn(Value):
    """A value as it is typed at the command line: a number, yes, no, none, or a text. `based_on`: the version that was
    read before, so that another user's change is not lost."""

    value: Text
    reason: Words
    based_on: Seen | None = None


class LimitIn(Value):
    """A limit, or `none` to remove it, for a creditor and a state (empty: all). `seen`: the newest id of the history
    that was read before."""

    name: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00]+$")]
    value: Text
    reason: Words
    creditor: Text = ""
    state: Text = ""
    seen: Seen | None = None


class LookIn(Value):
    """Values of a creditor to change, by name. `seen`: the mark of the values that were read before."""

    changes: dict[Annotated[str, Field(max_length=60)], Text] = Field(default_factory=dict[str, str])
    reason: Words
    seen: Annotated[str, Field(max_length=64)] | None = None
    logo: Annotated[Base64Bytes, Field(max_length=LARGEST_PICTURE)] | None = None
    no_logo: bool = False


class LookBackIn(Value):
    """The change to return to; 0: before the first one."""

    change: Seen
    reason: Words


def settings(call: Looking) -> list[Anything]:
    """Every setting: its value, by whom, when and why."""
    with call.reading() as conn:
        return [{**row} for row in settings_now(conn)]


def earlier(name: SettingName, call: Looking) -> list[Anything]:
    """Every value of a setting, the newest first."""
    with call.reading() as conn:
        setting_now(conn, name)
        return [{**row} for row in setting_history(conn) if row["name"] == name]


def set_setting(name: SettingName, what: SettingIn, call: Changing) -> Anything:
    """Change a setting."""
    with call.transaction() as tx:
        setting_now(tx.conn, name)
        change_setting(tx, name, what.value, what.reason, what.based_on)
        return {**setting_now(tx.conn, name)}


def limits(call: Looking) -> list[Anything]:
    """The limits in force."""
    with call.reading() as conn:
        return [{**row} for row in limits_now(conn)]


def earlier_limits(call: Looking) -> list[Anything]:
    """Every limit that was set or removed, the newest first."""
    with call.reading() as conn:
        return [{**row} for row in limit_history(conn)]


def limit(what: LimitIn, call: Changing) -> list[Anything]:
    """Set a limit that is stricter than the law, or remove one; returns the limits in force."""
    with call.transaction() as tx:
        set_limit(
            tx, what.name, what.value, creditor=what.creditor, state=what.state, reason=what.reason, seen=what.seen
        )
        return [{**row} for row in limits_now(tx.conn)]


def creditors(call: Looking) -> list[Anything]:
    """Every creditor with all that is set for it."""
    with call.reading() as conn:
        return [{**row} for row in list_creditors(conn)]


def look(creditor: CreditorId, call: Looking) -> Anything:
    """How a creditor's letters look, with the mark of these values."""
    with call.reading() as conn:
        found = look_of(creditor_row(conn, creditor))
    return {"creditor": creditor, "values": found, "seen": mark_of(found)}


def looks(creditor: CreditorId, call: Looking) -> list[Anything]:
    """Every change of a creditor, the newest first."""
    with call.reading() as conn:
        return [_version(one) for one in creditor_history(conn, creditor)]


def set_look(creditor: CreditorId, what: LookIn, call: Changing) -> Anything:
    """Change how a creditor's letters look. The logo is a PNG or JPEG in base64."""
    with call.transaction() as tx:
        row = creditor_row(tx.conn, creditor)
        if what.seen is not None:
            require_look(row, what.seen, look_of(row))
        logo = None if what.logo is None else Picture("logo", what.logo)
        return {**change_creditor(tx, creditor, what.changes, logo, what.reason, no_logo=what.no_logo)}


def look_back(creditor: CreditorId, what: LookBackIn, call: Changing) -> Anything:
    """Return a creditor to its values after an earlier change."""
    with call.transaction() as tx:
        return {**restore_creditor(tx, creditor, what.change, what.reason)}


def _version(one: CreditorVersion) -> Anything:
    return {**one._asdict(), "changes": [difference_row(each) for each in one.changes]}


ROUTES = (
    ("/settings", settings, "GET"),
    ("/settings/{name}/history", earlier, "GET"),
    ("/settings/{name}", set_setting, "POST"),
    ("/limits", limits, "GET"),
    ("/limits/history", earlier_limits, "GET"),
    ("/limits", limit, "POST"),
    ("/creditors", creditors, "GET"),
    ("/creditors/{creditor}", look, "GET"),
    ("/creditors/{creditor}/history", looks, "GET"),
    ("/creditors/{creditor}", set_look, "POST"),
    ("/creditors/{creditor}/undo", look_back, "POST"),
)
