"""Who may view a person without entering a reason: the minimum necessary (45 CFR 164.502(b), 164.514(d))."""

import re

from sqlalchemy.engine import Connection

from flows.calls.queries import works_on
from flows.reports.view_log import gave_a_reason
from models.errors import Refused
from models.ids import PersonId
from web.auth.rights import Right
from web.auth.session import RequestContext
from web.forms.fields import Typed

_BACK = re.compile(r"/(calls/\d{1,15}|people/\d{1,15}(/inbound/\d{1,15})?)")


def back_to(typed: Typed, person: PersonId) -> str:
    """The page that a form returns to: the conversation that it stood on, or else the person's profile."""
    place = typed.text("next")
    return place if _BACK.fullmatch(place) else f"/people/{person}"


def may_look(conn: Connection, person: int, visit: RequestContext) -> bool:
    """Whether a user may view a person without entering a reason, or has entered one today."""
    return (
        visit.may(Right.SEE_WITHOUT_REASON)
        or works_on(conn, visit.who.name, person, visit.today)
        or gave_a_reason(conn, visit.who.name, person, visit.today)
    )


def ask_why(conn: Connection, person: int, visit: RequestContext) -> None:
    """Raise Refused if the user must first enter a reason to view a person."""
    if not may_look(conn, person, visit):
        raise Refused(
            "this account is not on your list today", "open the profile, enter a reason for access, and try again"
        )
