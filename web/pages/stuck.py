"""Stuck accounts by reason, with actions for all accounts of one reason."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.dunning.stuck.commands import Order, act_on_stuck
from flows.dunning.stuck.queries import stuck_for, stuck_reasons
from flows.dunning.stuck.reasons import Act
from flows.users.view_log import View
from models.enums import PayerClass
from models.errors import BadInput
from models.user_enums import Seen
from models.values import counted, dollars
from web.auth.rights import Right
from web.auth.session import Page, RequestContext, Requires

router = APIRouter()
Workers = Depends(Requires(Right.HOLD_ACCOUNTS))

A_PAGE = 100

_DONE = {
    Act.BILL: "tasks created to bill the payer",
    Act.CLASS: "payer class corrected",
    Act.WRITE_OFF: "written off",
    Act.CLEAR: "hold released",
    Act.AGAIN: "will be rechecked tonight",
}
"""What was done, as the page reports it."""


@router.get("/stuck")
def reasons(visit: RequestContext = Workers) -> Response:
    """Every reason for stuck accounts, the largest balance first."""
    with visit.reading() as conn:
        rows = stuck_reasons(conn, visit.today)
    return visit.page(
        "stuck.html",
        rows=rows,
        owed_cents=sum(one.owed_cents for one in rows),
        accounts=sum(one.accounts for one in rows),
    )


@router.get("/stuck/accounts")
def accounts(reason: str, page: Page = 1, visit: RequestContext = Workers) -> Response:
    """The accounts of one reason, nearest payer filing deadline first, with the possible actions."""
    with visit.reading() as conn:
        found = stuck_for(conn, reason)
    shown = found[(page - 1) * A_PAGE : page * A_PAGE]
    visit.saw(Seen.ACCOUNT, [View(one.guarantor_id, one.id) for one in shown])
    return visit.page(
        "stuck_accounts.html",
        reason=found[0].reason,
        rows=shown,
        total=len(found),
        page=page,
        a_page=A_PAGE,
        owed_cents=sum(one.balance_cents for one in found),
        classes=list(PayerClass),
        Act=Act,
        manager=visit.may(Right.APPROVE_MONEY),
    )


@router.post("/stuck/act")
def act(visit: RequestContext = Workers) -> Response:
    """Do one action for the selected accounts, or for all accounts of the reason."""
    typed = visit.typed
    code = typed.needed("stuck_for", "Reason")
    chosen = typed.word("act", Act, "Action")
    numbers = () if typed.flag("everyone") else tuple(typed.texts("numbers"))
    order = Order(
        code,
        chosen,
        typed.text("why"),
        numbers,
        typed.some_word("payer_class", PayerClass),
        visit.may(Right.APPROVE_MONEY),
    )
    if not typed.flag("everyone") and not numbers:
        raise BadInput("select one or more accounts, or all of them")
    with visit.transaction() as tx:
        done = act_on_stuck(tx, order)
    left = f" Not changed: {counted(len(done.left), 'account')} ({done.left[0][1]})." if done.left else ""
    return visit.go(
        "/stuck", said=f"{counted(done.accounts, 'account')}, {dollars(done.owed_cents)}: {_DONE[chosen]}.{left}"
    )
