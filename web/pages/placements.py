"""The placement queue: what waits for an agency, and the release of the selected accounts."""

from enum import StrEnum

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.agency_handoff.commands import review_all
from flows.dunning.stuck.reasons import rule_title
from flows.reports.agencies import agency_names
from flows.reports.agency_desk.queue import QueueFilter, QueueSort, Stage, Waiting, in_order, queue, totals
from flows.users.view_log import View
from models.enums import PayerClass
from models.errors import Refused
from models.labels import label, words
from models.user_enums import Seen
from models.values import counted, dollars
from web.auth.rights import Right
from web.auth.session import Page, RequestContext, Requires
from web.forms.fields import Typed, link_without

router = APIRouter()
Staff = Depends(Requires(Right.TAKE_FILES))
Deciders = Depends(Requires(Right.APPROVE_MONEY))

A_PAGE = 100


class Verdict(StrEnum):
    """The decision about the selected placements: the buttons of the page."""

    APPROVE = "approve"
    DECLINE = "decline"


def _asked(visit: RequestContext) -> tuple[QueueFilter, dict[str, str]]:
    """The filter of the address, and its fields."""
    asked = visit.asked
    found = QueueFilter(
        stage=asked.some_word("stage", Stage),
        pool=asked.some("pool"),
        agency=asked.some("agency"),
        payer_class=asked.some_word("payer_class", PayerClass),
        age=asked.some("age"),
        rule=asked.some("rule"),
        sort=asked.some_word("sort", QueueSort) or QueueSort.WAITING,
    )
    names = ("stage", "pool", "agency", "payer_class", "age", "rule")
    return found, {**{name: asked.text(name) for name in names}, "sort": found.sort.value}


def _saw(visit: RequestContext, rows: list[Waiting]) -> None:
    visit.saw(Seen.AGENCIES, [View(one.guarantor_id, one.account_id) for one in rows])


@router.get("/agencies")
def waiting(page: Page = 1, visit: RequestContext = Staff) -> Response:
    """The placement queue with its totals. Who can't approve placements starts with the files."""
    if not visit.may(Right.APPROVE_MONEY):
        return visit.go("/agencies/files")
    wanted, fields = _asked(visit)
    with visit.reading() as conn:
        every = queue(conn, visit.today)
        agencies = agency_names(conn)
    found = in_order([one for one in every if wanted.takes(one)], wanted.sort)
    shown = found[(page - 1) * A_PAGE : page * A_PAGE]
    _saw(visit, shown)
    return visit.page(
        "placements.html",
        rows=shown,
        every=len(every),
        total=len(found),
        total_cents=sum(one.balance_cents for one in found),
        to_release=sum(one.stage is Stage.RELEASE for one in every),
        totals=totals(found),
        choices=_choices(every),
        agencies=agencies,
        fields=fields,
        link={name: link_without("/agencies", fields, name) for name in ("sort", "stage", "page")},
        page=page,
        a_page=A_PAGE,
    )


def _choices(every: list[Waiting]) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen in each filter: only what is in the queue."""
    rules = {one.rule for one in every if one.rule is not None}
    return {
        "pool": [(name, words(name)) for name in sorted({one.pool for one in every})],
        "payer_class": sorted({(one.payer_class.value, label(one.payer_class)) for one in every}),
        "age": [(name, name) for name in sorted({one.age for one in every})],
        "rule": sorted(((name, rule_title(name)) for name in rules), key=lambda one: one[1]),
    }


def _ticked(typed: Typed) -> list[int]:
    ticked = typed.keys("placement")
    if not ticked:
        raise Refused("no account is selected", "select one or more accounts that wait for approval")
    return ticked


@router.get("/agencies/release")
def before_release(visit: RequestContext = Deciders) -> Response:
    """The selected placements with their totals, before they are released or declined."""
    ticked = set(_ticked(visit.asked))
    with visit.reading() as conn:
        chosen = [one for one in queue(conn, visit.today) if one.placement in ticked]
        agencies = agency_names(conn)
    found = [one for one in chosen if one.stage is Stage.RELEASE]
    if not found:
        raise Refused("none of the selected accounts waits for approval", "select accounts that can be released")
    _saw(visit, found)
    return visit.page(
        "placements_release.html",
        rows=found,
        left_out=len(ticked) - len(found),
        total_cents=sum(one.balance_cents for one in found),
        blocked=[one for one in found if one.rule is not None],
        totals=totals(found),
        agencies=agencies,
    )


@router.post("/agencies/release")
def release(visit: RequestContext = Deciders) -> Response:
    """Approve the selected placements, or decline them with a reason: all of them, or none."""
    typed, ticked = visit.typed, _ticked(visit.typed)
    yes = typed.word("verdict", Verdict, "Decision") is Verdict.APPROVE
    reason = None if yes else typed.needed("reason", "Reason to decline")
    with visit.transaction() as tx:
        done = review_all(tx, ticked, approve=yes, reason=reason)
    what = "released; the next run places them" if yes else "declined"
    total = dollars(sum(one.balance_cents for one in done))
    return visit.go("/agencies", f"{counted(len(done), 'account')}, {total}: {what}.")
