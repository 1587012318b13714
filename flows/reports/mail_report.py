"""A day of letters for the mail room: the letters written, and each blocked account with the reason."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TypedDict

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.load import groups_of_accounts, schedules_by_id
from flows.correspondence.letters.queries import LETTER, PRINT_BATCH
from flows.dunning.engine.due import next_due
from flows.schedules.schedule import SendLetter
from models import Account, AccountEvent, Enrollment
from models.columns import AnyRow, in_keys, table
from models.database import batches
from models.enums import EnrollmentState, LetterState
from models.events import StepBlocked
from models.labels import letter_label
from models.letter_events import LetterHeldBack, LetterVoided

ACCOUNT = table(Account)
ENROLLMENT = table(Enrollment)
EVENT = table(AccountEvent)

LONGEST_SPACING = timedelta(days=60)
"""How far ahead a letter can wait because of the minimum days between letters."""


class HeldLine(TypedDict):
    """A letter that was not sent, and why."""

    account: str
    step: str | None
    why: str


class WaitingBatch(TypedDict):
    """A print batch that awaits the mail room."""

    batch: int
    letters: int
    sheets: int
    why: str


class LetterDay(TypedDict):
    """A day of letters: those written, those blocked, and the held batches."""

    business_date: date
    letters: int
    people: int
    pages: int
    amount_cents: int
    by_kind: dict[str, int]
    by_channel: dict[str, int]
    held_back: list[HeldLine]
    waiting: list[WaitingBatch]


class _HeldBack(TypedDict):
    """The data of an event about a blocked letter, as far as it is used here."""

    letter: int
    reason: str


def day_of_letters(conn: Connection, today: date) -> LetterDay:
    """The letters written on a business date, and those not written, with the reason."""
    letters = conn.execute(sa.select(LETTER).where(LETTER.c.queued_on == today)).all()
    gone = [row for row in letters if row.state != LetterState.VOIDED.value]
    held = [*_stopped(conn, today), *_spaced(conn, today)]
    kept = sa.and_(PRINT_BATCH.c.state == "waiting", PRINT_BATCH.c.why_waiting.is_not(None))
    waiting = conn.execute(sa.select(PRINT_BATCH).where(kept).order_by(PRINT_BATCH.c.id)).all()
    return {
        "business_date": today,
        "letters": len(gone),
        "people": len({row.guarantor_id for row in gone}),
        "pages": sum(row.pages or 0 for row in gone),
        "amount_cents": sum(row.total_cents or 0 for row in gone),
        "by_kind": dict(sorted(Counter(row.kind for row in gone).items())),
        "by_channel": dict(sorted(Counter(row.channel for row in gone).items())),
        "held_back": held,
        "waiting": [
            {"batch": row.id, "letters": row.letters, "sheets": row.sheets, "why": row.why_waiting} for row in waiting
        ],
    }


def _stopped(conn: Connection, today: date) -> list[HeldLine]:
    """Letters voided, and letters blocked by a rule or a hold, on a day; by ix_account_event_day."""
    kinds = (LetterVoided.kind, LetterHeldBack.kind, StepBlocked.kind)
    query = (
        sa.select(ACCOUNT.c.number, EVENT.c.kind, EVENT.c.step, EVENT.c.why, EVENT.c.data)
        .join(ACCOUNT, ACCOUNT.c.id == EVENT.c.account_id)
        .where(EVENT.c.business_date == today, EVENT.c.kind.in_(kinds))
        .order_by(ACCOUNT.c.number, EVENT.c.seq)
    )
    found = conn.execute(query).all()
    kinds_now = _kinds_of(conn, [_held(row)["letter"] for row in found if row.kind == LetterHeldBack.kind])
    return [{"account": row.number, "step": row.step, "why": _why(row, kinds_now)} for row in found]


def _why(row: AnyRow, kinds: Mapping[int, str]) -> str:
    """Why a letter was not sent: all letters of a pulled type have the same reason."""
    if row.kind != LetterHeldBack.kind:
        return row.why
    held = _held(row)
    return f"{letter_label(kinds[held['letter']])} letters are on hold: {held['reason']}"


def _held(row: AnyRow) -> _HeldBack:
    return orjson.loads(row.data)


def _kinds_of(conn: Connection, letter_ids: Sequence[int]) -> dict[int, str]:
    query = sa.select(LETTER.c.id, LETTER.c.kind)
    return {
        row[0]: row[1] for part in batches(letter_ids) for row in conn.execute(query.where(in_keys(LETTER.c.id, part)))
    }


def _spaced(conn: Connection, today: date) -> list[HeldLine]:
    """Accounts whose letter was due by that day and waits because of the minimum days since the guarantor's last
    one."""
    lately = (
        sa.select(LETTER.c.guarantor_id)
        .where(LETTER.c.queued_on > today - LONGEST_SPACING, LETTER.c.state != LetterState.VOIDED.value)
        .distinct()
    )
    query = sa.select(ENROLLMENT.c.account_id).where(
        ENROLLMENT.c.guarantor_id.in_(lately),
        ENROLLMENT.c.state == EnrollmentState.ACTIVE.value,
        ENROLLMENT.c.next_action_on > today,
        ENROLLMENT.c.next_action_on <= today + LONGEST_SPACING,
        ENROLLMENT.c.blocked_by.is_(None),
    )
    return [one for part in batches(list(conn.execute(query).scalars())) for one in _waiting(conn, part, today)]


def _waiting(conn: Connection, account_ids: Sequence[int], today: date) -> list[HeldLine]:
    schedules = schedules_by_id(conn)
    found: list[HeldLine] = []
    for group in groups_of_accounts(conn, account_ids, today)[0]:
        last = group.contacts.last_letter_on
        for account in group.accounts:
            schedule = schedules[account.schedule_version_id]
            due = next_due(account, schedule)
            if due is None or last is None or not isinstance(due.act, SendLetter) or due.on > today:
                continue
            days = schedule.letters.at_least_days
            if last + timedelta(days=days) > today:
                why = (
                    f"The last letter was sent on {last}; {days} days must pass. The next is sent on "
                    f"{account.next_action_on}"
                )
                found.append({"account": account.number, "step": due.step, "why": why})
    return found
