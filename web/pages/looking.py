"""Who may look at a person without being asked why: the minimum necessary (45 CFR 164.502(b), 164.514(d))."""

from sqlalchemy.engine import Connection

from flows.calls.queries import works_on
from flows.reports.view_log import gave_a_reason
from models.errors import Refused
from web.auth.rights import Right
from web.auth.session import RequestContext


def may_look(conn: Connection, person: int, visit: RequestContext) -> bool:
    """Whether somebody need not be asked, or not again today, why they look at a person."""
    return (
        visit.may(Right.SEE_WITHOUT_REASON)
        or works_on(conn, visit.who.name, person, visit.today)
        or gave_a_reason(conn, visit.who.name, person, visit.today)
    )


def ask_why(conn: Connection, person: int, visit: RequestContext) -> None:
    """Raise Refused where somebody must say first why they look at a person."""
    if not may_look(conn, person, visit):
        raise Refused(
            "this account is not on your list today", "open the profile, enter a reason for access, and try again"
        )
