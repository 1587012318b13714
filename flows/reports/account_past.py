"""An account's holds and the last letter about it, as sentences that an auditor can quote."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.account_documents import HoldFacts, HoldPast, LastLetter, WayAhead
from flows.users.queries import called_by
from letters.numbers import letter_number
from models import AccountEvent, Hold, Letter, LetterAccount
from models.columns import AnyRow, in_keys, table
from models.database import group_by_key
from models.enums import Channel, HoldKind, HoldScope
from models.events import HoldCleared
from models.labels import label_of, letter_label
from models.step_words import act, dated
from models.values import day_text

EVENT = table(AccountEvent)
HOLD = table(Hold)
LETTER = table(Letter)
LETTER_ACCOUNT = table(LetterAccount)


@dataclass(frozen=True, slots=True)
class Past:
    """The holds on an account, including ended ones, in the order of their opening; and the last letter about it."""

    holds: list[HoldPast]
    last_letter: LastLetter | None


def past_of_each(
    conn: Connection, rows: Sequence[AnyRow], holds: Mapping[int, Sequence[AnyRow]], today: date
) -> dict[int, Past]:
    """The past of accounts, by account. `holds`: what `holds_about` found. One query for each, for any number."""
    reasons = _release_reasons(conn, [row.id for row in rows])
    who = called_by(conn, {name for found in holds.values() for hold in found for name in _actors(hold)})
    letters = _last_letters(conn, [row.id for row in rows])
    return {
        row.id: Past(
            [_past(hold, reasons.get((row.id, hold.id)), who, today) for hold in holds[row.id]], letters.get(row.id)
        )
        for row in rows
    }


def holds_about(conn: Connection, rows: Iterable[AnyRow]) -> dict[int, list[AnyRow]]:
    """The holds on accounts and on the people of these accounts, by account."""
    accounts = list(rows)
    persons = sorted({key for row in accounts for key in (row.guarantor_id, row.patient_id)})
    mine = in_keys(HOLD.c.account_id, [row.id for row in accounts])
    query = sa.select(HOLD).where(sa.or_(mine, in_keys(HOLD.c.person_id, persons))).order_by(HOLD.c.id)
    holds = list(conn.execute(query))
    return {
        row.id: [
            hold for hold in holds if hold.account_id == row.id or hold.person_id in (row.guarantor_id, row.patient_id)
        ]
        for row in accounts
    }


def answer_of(view: WayAhead, past: Past) -> list[str]:
    """The explanation of an account's status: the last letter, each hold, the next step, and what blocks it. Pure."""
    letter = past.last_letter
    said = ["No letter has been sent about this account." if letter is None else letter["sentence"]]
    said += [hold["sentence"] for hold in past.holds]
    following = view["next"]
    if following is None:
        return [*said, f"No next step: {dated(view.get('why')) or 'the schedule has none left'}."]
    step = act(following["do"])
    if following["on"] is not None:
        said.append(f"Next step: {step} on {day_text(following['on'])}.")
    else:
        said.append(f"Next step: {step}, date pending.")
    for stop in view["blocked_by"]:
        until = f" until {day_text(stop['until'])}" if stop["until"] else ""
        said.append(f"Blocked{until}: {dated(stop['reason'])} ({stop['citation']}).")
    return said


def hold_sentence(hold: HoldFacts, who: Mapping[str, str]) -> str:
    """A hold in words: who opened it and when, why, what it stops, and how it ended. Pure."""
    kind = label_of(HoldKind, hold["kind"])
    note = f" ({dated(hold['note'])})" if hold["note"] else ""
    opened = f"{kind}: hold opened {day_text(hold['from_on'])} by {who.get(hold['opened_by'], hold['opened_by'])}{note}"
    stopped, ended = label_of(HoldScope, hold["scope"]), hold["ended_on"]
    if ended is None:
        until = f"until {day_text(hold['until_on'])}" if hold["until_on"] else "until it is released"
        return f"{opened}; it stops {stopped} {until}."
    if hold["cleared_by"] is None:
        return f"{opened}; it stopped {stopped} until it ended {day_text(ended)}."
    by = who.get(hold["cleared_by"], hold["cleared_by"])
    why = f": {dated(hold['reason'])}" if hold["reason"] else ""
    return f"{opened}; it stopped {stopped} until it was released {day_text(ended)} by {by}{why}."


def _past(row: AnyRow, reason: str | None, who: Mapping[str, str], today: date) -> HoldPast:
    over = row.cleared_on is None and row.until_on is not None and row.until_on <= today
    hold: HoldFacts = {
        "kind": row.kind,
        "scope": row.scope,
        "of": "person" if row.person_id else "account",
        "from_on": row.from_on,
        "until_on": row.until_on,
        "ended_on": row.until_on if over else row.cleared_on,
        "opened_by": row.opened_by,
        "cleared_by": row.cleared_by,
        "note": row.note,
        "reason": reason,
    }
    return {**hold, "sentence": hold_sentence(hold, who)}


def _actors(row: AnyRow) -> list[str]:
    return [name for name in (row.opened_by, row.cleared_by) if name]


def _release_reasons(conn: Connection, account_ids: Sequence[int]) -> dict[tuple[int, int], str]:
    """Why holds were released, by account and hold, from the history."""
    query = sa.select(EVENT.c.account_id, EVENT.c.data).where(
        in_keys(EVENT.c.account_id, account_ids), EVENT.c.kind == HoldCleared.kind
    )
    found = ((row.account_id, orjson.loads(row.data)) for row in conn.execute(query))
    return {(key, data["hold"]): data["reason"] for key, data in found}


def _last_letters(conn: Connection, account_ids: Sequence[int]) -> dict[int, LastLetter]:
    """The last letter sent about each of these accounts."""
    went_on = sa.func.coalesce(LETTER.c.mailed_on, LETTER.c.sent_on)
    query = (
        sa.select(LETTER_ACCOUNT.c.account_id, LETTER.c.id, LETTER.c.kind, LETTER.c.channel, went_on.label("on"))
        .join(LETTER, LETTER.c.id == LETTER_ACCOUNT.c.letter_id)
        .where(in_keys(LETTER_ACCOUNT.c.account_id, account_ids), went_on.is_not(None))
        .order_by(LETTER_ACCOUNT.c.account_id, went_on, LETTER.c.id)
    )
    by_account = group_by_key((row.account_id, row) for row in conn.execute(query))
    return {key: _letter(rows[-1]) for key, rows in by_account.items()}


def _letter(row: AnyRow) -> LastLetter:
    number = letter_number(row.id)
    went = "e-mailed" if row.channel == Channel.EMAIL.value else "mailed"
    sentence = f"Last letter: {letter_label(row.kind)} ({number}), {went} {day_text(row.on)}."
    return {"number": number, "kind": row.kind, "on": row.on, "sentence": sentence}
