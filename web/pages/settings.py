"""The settings of the practice and its limits, for the manager: by subject, with bounds and earlier values."""

from collections import defaultdict

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.accounts.load import present_schedules
from flows.correspondence.creditors.queries import list_creditors
from flows.settings import in_dollars
from flows.settings.commands import SettingChanged, change_setting
from flows.settings.limits.commands import LimitChanged, set_limit
from flows.settings.limits.limits import KNOWN
from flows.settings.limits.queries import limit_history, limits_now
from flows.settings.policy import AFFECTS, GROUP, Entry, Group, allowed, default_of, entry_of
from flows.settings.queries import SettingVersion, setting_history, settings_now
from models.places import STATE_NAMES
from models.values import capitalized, day_text
from web.auth.rights import Right
from web.auth.session import RequestContext, Requires
from web.rendering.refusals import Changed

router = APIRouter()
Lookers = Depends(Requires(Right.SEE_PRACTICE))
Managers = Depends(Requires(Right.CHANGE_SETTINGS))

ANYWAY = "Save anyway to use your value"


@router.get("/house/settings")
def settings(visit: RequestContext = Lookers) -> Response:
    """The settings of the practice by subject: what they affect, who set them, when and why, and earlier values."""
    with visit.reading() as conn:
        rows = [in_dollars.shown(row) for row in settings_now(conn)]
        earlier: dict[str, list[SettingVersion]] = defaultdict(list)
        for one in setting_history(conn):
            earlier[one["name"]].append(one)
        schedules = [each.schedule for each in present_schedules(conn, visit.today)]
    return visit.page(
        "settings.html",
        groups={group: [row for row in rows if GROUP[row["name"]] is group] for group in Group},
        earlier=earlier,
        affects=AFFECTS,
        allowed=allowed,
        default_of=default_of,
        entry_of=entry_of,
        Entry=Entry,
        shown_value=in_dollars.shown_value,
        schedules=schedules,
        may_set=visit.may(Right.CHANGE_SETTINGS),
    )


@router.post("/house/settings")
def set_one(visit: RequestContext = Managers) -> Response:
    """Change a setting; its earlier values stay on record."""
    typed = visit.typed
    name, value, reason = (
        typed.needed("name", "Setting"),
        typed.needed("value", "Value"),
        typed.needed("reason", "Reason"),
    )
    with visit.transaction() as tx:
        try:
            change_setting(tx, name, in_dollars.typed(name, value), reason, typed.number("seen", "Version"))
        except SettingChanged as error:
            now = error.now
            title, said = in_dollars.shown(now)["title"].replace("_", " "), in_dollars.shown_value(name, now["value"])
            when = f" on {day_text(now['set_on'])}" if now["set_on"] else ""
            why = f"It is now {said}. Set{when}; reason: {now['reason']}"
            event = {"number": capitalized(title), "why": why, "actor": visit.name_of(now["set_by"])}
            raise Changed([event], str(now["version"]), "setting", ANYWAY) from None
    return visit.go("/house/settings", said="Saved.")


@router.get("/house/limits")
def limits(visit: RequestContext = Lookers) -> Response:
    """The limits in force, the form of a new one, and all that were set or removed."""
    with visit.reading() as conn:
        rows, history, creditors = limits_now(conn), limit_history(conn), list_creditors(conn)
    return visit.page(
        "limits.html",
        rows=rows,
        history=history,
        known=KNOWN,
        creditors=creditors,
        names={row["external_id"]: row["name"] for row in creditors},
        states=STATE_NAMES,
        seen=history[0]["id"] if history else 0,
        may_set=visit.may(Right.CHANGE_SETTINGS),
    )


@router.post("/house/limits")
def set_one_limit(visit: RequestContext = Managers) -> Response:
    """Set a limit that is stricter than the law, or remove one."""
    typed = visit.typed
    name, value, reason = (
        typed.needed("limit", "Limit"),
        typed.needed("value", "Value"),
        typed.needed("reason", "Reason"),
    )
    creditor, state = typed.text("creditor"), typed.text("state")
    with visit.transaction() as tx:
        try:
            set_limit(
                tx, name, value, creditor=creditor, state=state, reason=reason, seen=typed.number("seen", "Version")
            )
        except LimitChanged as error:
            now = error.now
            said = "It was removed" if now["value"] is None else f"It is now {now['value']}"
            why = f"{said}. Set on {day_text(now['set_on'])}; reason: {now['reason']}"
            event = {"number": KNOWN[name].says, "why": why, "actor": visit.name_of(now["set_by"])}
            raise Changed([event], str(now["id"]), "limit", ANYWAY) from None
    return visit.go("/house/limits", said="Saved.")
