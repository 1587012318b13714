"""A form is based on the data when its page was drawn. Changes since then are shown, and no input is lost."""

from collections.abc import Iterable, Mapping

from sqlalchemy.engine import Connection

from flows.reports.account import events_of
from flows.reports.person import account_by_id
from models.errors import BadInput
from web.forms.fields import Typed
from web.rendering.refusals import Changed


def seen_of(accounts: Iterable[tuple[int, int]]) -> str:
    """The position of account histories when a page was drawn: keys with the number of the last event."""
    return ",".join(f"{key}:{seq}" for key, seq in sorted(accounts))


def check_seen(conn: Connection, typed: Typed) -> None:
    """Raise Changed if an account has new history events since the page was drawn, with those events."""
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
