"""The nightly reminder of an awaited payment: created automatically if the law allows it, otherwise a task."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.counts import Count, Counts
from flows.accounts.happenings import NewTask, open_tasks
from flows.estates.documents.commands import Desk, make_paper
from flows.estates.documents.compose import DocumentRequest
from flows.estates.documents.signing import signer_from
from flows.estates.matters.numbers import matter_number
from flows.estates.matters.queries import HOLD, account_rows, parties_of, party_with
from flows.estates.payments.awaited import ABOUT_SHARE, KIND, is_insolvent, waiting_of
from flows.estates.payments.decide import AT_MOST, Reminder, reminder_day, reminder_today
from flows.settings.queries import policy_now
from letters.estate.kinds import Reader
from models.columns import AnyRow, in_keys
from models.database import Transaction
from models.enums import HoldKind
from models.errors import Refused
from models.estate_enums import MatterState, PartyRole
from models.remedies import Remedy
from models.task_kinds import TaskKind
from models.user_enums import Role

SIGNER = "Estate desk, Patient accounts"

TO_SEND, TO_SPEAK = TaskKind.ESTATE_REMINDER, TaskKind.ESTATE_PAYMENT_LATE
"""Tasks for the desk: a reminder to send or one that could not be created, and a representative who does not
respond."""

HELD = frozenset(HoldKind) - {
    HoldKind.DECEASED,
    HoldKind.ADDRESS_UNKNOWN,
    HoldKind.PHONE_UNKNOWN,
    HoldKind.PROMISE,
    HoldKind.ARRANGEMENT,
}
"""Holds under which no reminder is created automatically, a court's stay among them. The excluded holds are the
decedent's own."""


def remind(tx: Transaction, desk: Desk, matter: AnyRow) -> tuple[date | None, Counts]:
    """Create the reminder of a matter if it is due; returns the next review date and the counts."""
    if MatterState(matter.state) is not MatterState.AWAITING_PAYMENT:
        return None, Counts()
    every_days = policy_now(tx.conn).estate_reminder_days
    waiting = waiting_of(tx.conn, matter, every_days)
    counts = Counts()
    number = matter_number(matter.id)
    match reminder_today(waiting, tx.business_date):
        case Reminder.NOTHING:
            return reminder_day(waiting), counts
        case Reminder.DESK:
            counts[Count.ESTATE_PAYMENTS_LATE] += 1
            why = (
                f"{number}: {AT_MOST} reminders and no payment; call the representative of the estate, or ask the court"
            )
            _task(tx, matter, TO_SPEAK, why)
        case Reminder.WRITE if is_insolvent(tx.conn, matter.id):
            counts[Count.ESTATE_PAYMENTS_LATE] += 1
            _task(tx, matter, TO_SPEAK, f"{number}: {ABOUT_SHARE}")
        case Reminder.WRITE:
            try:
                paper = _write(tx, desk, matter)
            except Refused as refused:
                counts[Count.ESTATE_REMINDERS_REFUSED] += 1
                _task(tx, matter, TO_SEND, f"{number}: no payment reminder was created: {refused}")
            else:
                counts[Count.ESTATE_REMINDERS] += 1
                _task(tx, matter, TO_SEND, f"{number}: send the reminder {paper}, and mark it as sent")
    return tx.business_date + timedelta(every_days), counts


def _write(tx: Transaction, desk: Desk, matter: AnyRow) -> str:
    if held := _holds(tx.conn, matter):
        raise Refused(f"there is a hold ({', '.join(held)})", "review it, and write manually after its release")
    parties = parties_of(tx.conn, matter.id)
    to = party_with(parties, PartyRole.ESTATE_ATTORNEY) or party_with(parties, PartyRole.REPRESENTATIVE)
    if to is None:
        raise Refused(
            "no party on file may receive letters", "add the representative of the estate", remedy=Remedy.ENTER_PARTY
        )
    signer = signer_from(policy_now(tx.conn).estate_signer or SIGNER)
    return make_paper(tx, desk, matter.id, DocumentRequest(KIND, Reader.REPRESENTATIVE, to.id, signer)).number


def _holds(conn: Connection, matter: AnyRow) -> list[str]:
    ids = [account.id for account in account_rows(conn, matter.id)]
    whose = sa.or_(HOLD.c.person_id == matter.person_id, in_keys(HOLD.c.account_id, ids))
    query = sa.select(HOLD.c.kind).where(whose, HOLD.c.cleared_on.is_(None)).distinct()
    return sorted(kind for kind in conn.execute(query).scalars() if HoldKind(kind) in HELD)


def _task(tx: Transaction, matter: AnyRow, kind: TaskKind, why: str) -> None:
    accounts = account_rows(tx.conn, matter.id)
    about = tuple(account.id for account in accounts)
    open_tasks(tx, [NewTask(kind, Role.ESTATE_DESK, why, accounts[0].guarantor_id, matter.creditor_id, about, 3)])
