"""The events that a request recorded in the histories of accounts."""

from flows.calls.queries import numbers_of
from flows.reports.account import events_of
from flows.reports.account_documents import EventLine
from web.api import values
from web.api.door import Call


def events_since(call: Call, before: dict[int, int]) -> list[values.EventOut]:
    """What was recorded since each account had that many events."""
    with call.reading() as conn:
        numbers = numbers_of(conn, list(before))
        return [
            _event_out(numbers[key], event)
            for key, seen in before.items()
            for event in events_of(conn, key)
            if event["seq"] > seen
        ]


def _event_out(account: str, event: EventLine) -> values.EventOut:
    return values.EventOut(
        account=account,
        seq=event["seq"],
        business_date=event["business_date"],
        kind=event["kind"],
        why=event["why"],
        actor=event["actor"],
    )
