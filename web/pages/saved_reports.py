"""Saved reports: saved from a report's page, opened, deleted."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from flows.reports.asked import Given
from flows.reports.registry import report_named
from flows.reports.saved.commands import Wanted, forget_report, save_report
from flows.reports.saved.decide import Every, Period, SendBy, TargetWay
from flows.reports.saved.queries import Saved, Sending, Target, saved_by_key
from models.errors import BadInput
from models.user_enums import Role
from web.auth.rights import Right
from web.auth.session import RequestContext, Requires
from web.forms.fields import Typed
from web.pages.report_reading import Address

router = APIRouter()
Readers = Depends(Requires(Right.SEE_REPORTS))
SavedKey = Annotated[int, Path(ge=1, le=2**53)]


@router.post("/reports/{name}/save")
def save(name: str, visit: RequestContext = Readers) -> Response:
    """Save a report with the parameters of its page."""
    typed = visit.typed
    groups, filters = tuple(typed.texts("by")), tuple(typed.texts("where"))
    given = Given(creditors=tuple(typed.texts("creditor")), by=groups, where=filters, days=typed.number("days", "Days"))
    wanted = Wanted(
        typed.needed("saved_as", "Name"),
        report_named(name),
        typed.word("period", Period, "Period"),
        given,
        tuple(typed.texts("columns")),
        typed.some_word("share", Role),
        _sending(typed),
        _target(typed),
        typed.flag("replace"),
    )
    with visit.transaction() as tx:
        save_report(tx, wanted, visit.who.roles, visit.who.creditors)
    return visit.go("/reports", f"{wanted.name} saved.")


def _sending(typed: Typed) -> Sending | None:
    every = typed.some_word("every", Every)
    if every is None:
        return None
    return Sending(
        every, typed.word("send_by", SendBy, "Delivery"), typed.text("send_to"), typed.text("format") or "xlsx"
    )


def _target(typed: Typed) -> Target | None:
    column = typed.some("target")
    if column is None:
        return None
    way, is_money = typed.word("target_way", TargetWay, "Target"), column.endswith("_cents")
    value = typed.cents("target_value", "Target") if is_money else typed.number("target_value", "Target")
    if value is None:
        raise BadInput("the target has no value", "enter a number", field="target_value")
    return Target(column, way, value, typed.text("alert_to"))


@router.get("/reports/saved/{key}")
def open_saved(key: SavedKey, visit: RequestContext = Readers) -> Response:
    """The page of a saved report, with the days of today."""
    saved = _found(visit, key)
    given = saved.given(visit.today)
    first, last, on = ("" if one is None else one.isoformat() for one in (given.first, given.last, given.on))
    address = Address(
        first,
        last,
        on,
        given.creditors,
        given.by,
        given.where,
        "" if given.days is None else str(given.days),
        saved.columns,
    )
    return visit.go(address.link(f"/reports/{saved.report.name}"))


def _found(visit: RequestContext, key: int) -> Saved:
    with visit.reading() as conn:
        return saved_by_key(conn, key, visit.who.name, visit.who.roles)


@router.post("/reports/saved/{key}/forget")
def forget(key: SavedKey, visit: RequestContext = Readers) -> Response:
    """Delete a saved report of one's own."""
    saved = _found(visit, key)
    with visit.transaction() as tx:
        forget_report(tx, saved.name, visit.who.roles)
    return visit.go("/reports", f"{saved.name} deleted.")
