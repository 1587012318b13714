"""A form is filled in from what was there when its page was drawn; what came between is shown, and nothing is lost."""

from collections.abc import Iterable, Mapping

from sqlalchemy.engine import Connection

from flows.reports.account import events_of
from flows.reports.person import account_by_id
from models.errors import BadInput
from web.forms.fields import Typed
from web.rendering.refusals import Changed


def seen_of(accounts: Iterable[tuple[int, int]]) -> str:
    """How far the histories of accounts had come when a page was drawn: keys with the number of the last event."""
    return ",".join(f"{key}:{seq}" for key, seq in sorted(accounts))


def check_seen(conn: Connection, typed: Typed) -> None:
    """Raise Changed where an account's history has gone on since the page was drawn, with what happened."""
    events: list[Mapping[str, object]] = []
    now: list[tuple[int, int]] = []
    for part in filter(None, typed.text("seen").split(",")):
        key, _, seq = part.partition(":")
        if not (key.isdigit() and seq.isdigit()):
            raise BadInput("this form was changed outside its page", "open the page again")
        row = account_by_id(conn, int(key))
        now.append((row.id, row.history_seq))
        if row.history_seq != int(seq):
            events += [{"number": row.number, **event} for event in events_of(conn, row.id) if event["seq"] > int(seq)]
    if events:
        raise Changed(events, seen_of(now))
