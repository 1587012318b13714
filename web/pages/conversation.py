"""The screen of a conversation, the same for a call that we make and for one that we get."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy.engine import Connection

from flows.accounts.notes import LONGEST
from flows.arrangements.plan import Plan
from flows.calls.dispositions import Disposition, Does
from flows.calls.queries import dispositions_now
from flows.calls.script import Script
from flows.insurance.decide import PROVIDED
from flows.people.contact.languages import choices
from flows.people.contact.parties import parties_of
from flows.reports.conversation import CallHeader, header_of
from flows.reports.person import (
    PersonAccount,
    accounts_of_person,
    age,
    holds_of_person,
    person_row,
    tasks_of_person,
)
from flows.reports.person_account import sight_of
from flows.reports.timeline import Family, timeline_of
from flows.settings.queries import policy_now
from models.enums import HoldKind, MayHear, Proof, Verified
from models.ids import CreditorId, PersonId
from models.values import dollars
from web.auth.session import RequestContext
from web.forms.fields import NOTHING_TYPED
from web.forms.insurance import CLASSES
from web.forms.stale import seen_of
from web.pages.money import quotes_of
from web.rendering.templates import Context

GRAVE = frozenset({HoldKind.CEASE.value, HoldKind.ATTORNEY.value, HoldKind.BANKRUPTCY.value})
"""A result that stops a person's calls permanently needs two keys: its key selects the button, Enter submits it."""

PANELS = frozenset({"promise_to_pay", "callback", PROVIDED, "arrangement", "deceased", "attorney", "bankruptcy"})
"""The results that open a form of their own."""

CHAPTERS = ("7", "11", "12", "13")
"""The chapters of the Bankruptcy Code under which a person can file."""

FRIDAY = 4


class Quick(NamedTuple):
    """A value to fill in with one click."""

    label: str
    value: str


def conversation_of(
    conn: Connection, person: PersonId, creditor: CreditorId, script: Script | None, visit: RequestContext
) -> tuple[Context, list[PersonAccount]]:
    """What the screen shows about a guarantor at one creditor, and the accounts that it is about."""
    row = person_row(conn, person)
    everything = accounts_of_person(conn, person)
    accounts = [one for one in everything if one["creditor_id"] == creditor and one["guarantor_id"] == person]
    owing = [one for one in accounts if one["balance_cents"] > 0 and one["placement_id"] is None]
    sight = sight_of(conn, [one["id"] for one in accounts], visit.today)
    header = header_of(conn, person, everything, creditor, visit.today)
    quotes = quotes_of(conn, [one["id"] for one in owing], NOTHING_TYPED, visit)
    table = dispositions_now(conn)
    values: Context = {
        "person": row,
        "age": age(row.birth_date, row.death_date or visit.today),
        "creditor_name": accounts[0]["creditor"] if accounts else "",
        "header": header,
        "accounts": accounts,
        "others": len(everything) - len(accounts),
        "sight": sight,
        "script": script,
        "dispositions": _simple(table),
        "stops_contact": sorted(code for code in table if code in ("attorney", "bankruptcy")),
        "holds": _holds_shown(conn, person, accounts),
        "timeline": timeline_of([one.view for one in sight]),
        "families": list(Family),
        "tasks": tasks_of_person(conn, person),
        "parties": parties_of(conn, person, visit.today),
        "proofs": list(Proof),
        "may_hear": list(MayHear),
        "verified_ways": list(Verified),
        "verified": visit.request.query_params.get("verified", ""),
        "seen": seen_of((one["id"], one["history_seq"]) for one in accounts),
        "payer_classes": CLASSES,
        "languages": choices(row.language),
        "quotes": quotes,
        "amounts": _amounts(header, owing, quotes["plans"]),
        "days": _days(visit.today),
        "phrases": [one.strip() for one in policy_now(conn).note_phrases.split(";") if one.strip()],
        "longest_note": LONGEST,
        "chapters": CHAPTERS,
        "GRAVE": GRAVE,
    }
    return values, accounts


def _simple(table: dict[str, Disposition]) -> list[tuple[str, Disposition]]:
    """The results that need nothing but a key."""
    return [
        (code, one)
        for code, one in table.items()
        if code not in PANELS and not one.needs and one.does not in (Does.DEATH, Does.PROMISE, Does.CALLBACK)
    ]


class HoldShown(NamedTuple):
    """A hold once, for all accounts that it is on."""

    kind: str
    scope: str
    until_on: date | None
    from_on: date
    note: str | None
    numbers: tuple[str, ...]


def _holds_shown(conn: Connection, person: PersonId, accounts: list[PersonAccount]) -> list[HoldShown]:
    found: dict[tuple[object, ...], HoldShown] = {}
    for hold in holds_of_person(conn, person, [one["id"] for one in accounts]):
        key = (hold["kind"], hold["scope"], hold["until_on"], hold["note"])
        before = found.get(key)
        numbers = (*(() if before is None else before.numbers), *filter(None, [hold["number"]]))
        start = hold["from_on"] if before is None else min(before.from_on, hold["from_on"])
        found[key] = HoldShown(hold["kind"], hold["scope"], hold["until_on"], start, hold["note"], numbers)
    return list(found.values())


def _amounts(header: CallHeader, owing: list[PersonAccount], plans: tuple[Plan, ...]) -> list[Quick]:
    """Amounts to promise with one click: everything due here, what a plan is behind, the smallest payment of a plan."""
    due = sum(one["balance_cents"] for one in owing)
    found = [("Full balance", due)]
    if header.plan is not None and header.plan.behind_cents:
        found.append(("Past due", header.plan.behind_cents))
    least = min((part.amount_cents for plan in plans for part in plan.instalments), default=0)
    if 0 < least < due:
        found.append(("Minimum", least))
    return [Quick(f"{label} {dollars(cents)}", f"{cents // 100}.{cents % 100:02d}") for label, cents in found if cents]


def _days(today: date) -> list[Quick]:
    """Days to promise with one click."""
    friday = today + timedelta(days=(FRIDAY - today.weekday()) % 7 or 7)
    found = [("Friday", friday)]
    for label, number in (("the 1st", 1), ("the 15th", 15)):
        found.append((label, _next(number, today)))
    return [Quick(f"{label}, {on:%b} {on.day}", on.isoformat()) for label, on in found]


def _next(number: int, today: date) -> date:
    """The next day of a month after today with this number."""
    on = today + timedelta(days=1)
    while on.day != number:
        on += timedelta(days=1)
    return on
