"""Payments of an estate and final write-offs: posted to the ledger, to the cent of each account."""

from collections.abc import Sequence

import sqlalchemy as sa

from flows.accounts.happenings import close_tasks, open_tasks_on
from flows.accounts.placements import Ending, end_placements
from flows.agency_handoff.placement.watch import placed_accounts
from flows.estates.deadlines.commands import recompute
from flows.estates.deadlines.decide import PAYING
from flows.estates.matters.queries import MATTER, account_rows, accounts_of_matter, claimable_rows, matter_row, owed_on
from flows.estates.payments.ledger import SOURCE, estate_entry, paid_cents
from flows.ledger.commands import already_posted, post
from flows.ledger.entry import Entry
from flows.ledger.queries import LEDGER, REVERSAL
from flows.ledger.write_off import write_off_refused
from models import Enrollment
from models.columns import AnyRow, in_keys, table
from models.database import Transaction
from models.enums import EnrollmentState, LedgerKind, PlacementState, TaskState
from models.errors import BadInput, Refused
from models.estate_enums import MatterState, WriteOffReason
from models.estate_events import EstateWrittenOff
from models.events import ScheduleFinished
from models.ids import MatterId
from models.labels import label_of
from models.remedies import Remedy
from models.task_kinds import TaskKind
from models.values import dollars

ENROLLMENT = table(Enrollment)

PAYS = frozenset(
    {
        MatterState.FILED,
        MatterState.ALLOWED,
        MatterState.ALLOWED_IN_PART,
        MatterState.COMPROMISED,
        MatterState.INSOLVENT,
        MatterState.AWAITING_PAYMENT,
        MatterState.SMALL_ESTATE,
        MatterState.INSURANCE_FIRST,
        MatterState.SUIT_FILED,
        MatterState.FOUND,
        MatterState.CLAIM_DUE,
        MatterState.SEARCHING,
        MatterState.CONFIRMED,
    }
)
"""States in which a payment of the estate is accepted: before the end, but not on an unconfirmed report."""

IN_LAW: dict[WriteOffReason, str] = {
    WriteOffReason.NO_ESTATE: "deceased_no_estate",
    WriteOffReason.SMALL: "small_balance",
}
"""The rules' names for reasons; any other reason is an uncollectible debt."""


def pay(tx: Transaction, matter_id: MatterId, amount_cents: int, ref: str) -> list[Entry]:
    """Post the estate's payment, the oldest service first; returns the entries, none if it was already posted.

    A check number is unique within its matter: one check may pay the claims of two creditors. Raises Refused for more
    than is owed, for a closed matter, and for a check number already used for another amount. Raises BadInput unless
    the amount is more than zero.
    """
    matter = matter_row(tx.conn, matter_id, lock=True)
    if amount_cents <= 0:
        raise BadInput(
            "a payment must be more than $0", "reverse a payment that the bank returned", remedy=Remedy.REVERSE_PAYMENT
        )
    ref = ref.strip()
    if not ref:
        raise BadInput("a payment requires its reference number, to detect duplicates", field="ref")
    if _is_posted(tx, matter_id, amount_cents, ref):
        return []
    if MatterState(matter.state) not in PAYS:
        raise Refused(
            f"the state of matter {matter_id} is {label_of(MatterState, matter.state)}",
            "move it to a state that accepts payments first",
            remedy=Remedy.TAKE_STEP,
        )
    accounts = sorted(claimable_rows(tx.conn, matter), key=lambda one: (one.service_from, one.id))
    owed = owed_on(accounts)
    if amount_cents > owed:
        raise Refused(
            f"{dollars(amount_cents)} is more than the balance of {dollars(owed)} in matter {matter_id}",
            "the rest belongs to the estate: post the balance, and return the rest",
        )
    _refuse_more_than_allowed(tx, matter, amount_cents)
    entries: list[Entry] = []
    left = amount_cents
    for account in accounts:
        part = min(left, max(0, account.balance_cents))
        if part:
            key = f"{ref}#{len(entries) + 1}"
            entries.append(estate_entry(tx, matter_id, account.id, LedgerKind.PATIENT_PAYMENT, -part, key, ref))
            left -= part
    posted = post(tx, entries)
    _end_clock(tx, matter)
    return posted


def _refuse_more_than_allowed(tx: Transaction, matter: AnyRow, amount_cents: int) -> None:
    """The allowed or agreed amount is what the estate owes, until the rest is sued for."""
    if matter.allowed_cents is None or MatterState(matter.state) not in PAYING:
        return
    came = paid_cents(tx.conn, matter.id)
    if came + amount_cents > matter.allowed_cents:
        raise Refused(
            f"{dollars(amount_cents)} plus the {dollars(came)} already received is more than the "
            f"{dollars(matter.allowed_cents)} allowed or agreed in matter {matter.id}",
            "post the amount due and return the rest, or correct the step",
        )


def _is_posted(tx: Transaction, matter_id: int, amount_cents: int, ref: str) -> bool:
    """Whether a check is posted for a matter. Raises Refused if its number was used for another payment there."""
    query = sa.select(LEDGER).where(
        in_keys(LEDGER.c.account_id, accounts_of_matter(tx.conn, matter_id)),
        LEDGER.c.source == SOURCE,
        LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value,
        LEDGER.c.amount_cents < 0,
        LEDGER.c.reference == ref,
    )
    before = tx.conn.execute(query).all()
    if not before:
        return False
    came = -sum(row.amount_cents for row in before)
    said = f"payment {ref} is already posted for matter {matter_id}: {dollars(came)} on {before[0].posted_on}"
    if came != amount_cents:
        raise Refused(f"{said}", "use a unique reference number for this payment")
    if already_posted(tx, [(SOURCE, f"{row.external_id}{REVERSAL}") for row in before]):
        raise Refused(f"{said}, and reversed", "use a unique reference number for this payment")
    return True


def _end_clock(tx: Transaction, matter: AnyRow) -> None:
    """A paid compromise ends the time to sue: the deadline runs until then."""
    agreed = matter.offer_cents
    if matter.sue_by_on is None or agreed is None or matter.allowed_cents != agreed:
        return
    if paid_cents(tx.conn, matter.id) < agreed:
        return
    ended: dict[str, object] = {"sue_by_on": None, "previous_sue_by_on": matter.sue_by_on}
    tx.conn.execute(sa.update(MATTER).where(MATTER.c.id == matter.id).values(**ended))
    kinds = (TaskKind.ESTATE_DEADLINE, TaskKind.ESTATE_DEADLINE_MANAGER, TaskKind.ESTATE_OFFER_OVER)
    open_ = open_tasks_on(tx, accounts_of_matter(tx.conn, matter.id), kinds)
    close_tasks(tx, open_, TaskState.DONE, "the agreed amount is paid")
    recompute(tx, [matter.id])


def write_off(tx: Transaction, matter_id: MatterId, reason: WriteOffReason) -> int:
    """Write off the remaining balances, under a reason; returns the cents. The write-off rules are checked first.

    Raises Refused where a rule forbids it.
    """
    owing = [account for account in account_rows(tx.conn, matter_id) if account.balance_cents > 0]
    for account in owing:
        refused = write_off_refused(account, IN_LAW.get(reason, "uncollectible"), tx.business_date)
        if refused is not None:
            raise Refused(f"account {account.number}: {refused}")
    ids = [account.id for account in owing]
    _leave_schedules(tx, ids, f"written off: {label_of(WriteOffReason, reason).lower()}")
    ending = [Ending(row.id, PlacementState.RECALLED, "written_off") for row in placed_accounts(tx, ids).values()]
    end_placements(tx, ending)
    version = matter_row(tx.conn, matter_id).version
    entries = [
        estate_entry(
            tx,
            matter_id,
            one.id,
            LedgerKind.WRITE_OFF,
            -one.balance_cents,
            f"{version}:{one.id}:write_off",
            f"estate: {reason.value}",
        )
        for one in owing
    ]
    post(tx, entries)
    tx.record_all(
        EstateWrittenOff(account_id=one.id, matter=matter_id, reason=reason.value, amount_cents=one.balance_cents)
        for one in owing
    )
    return sum(account.balance_cents for account in owing)


def _leave_schedules(tx: Transaction, ids: Sequence[int], why: str) -> None:
    """Accounts leave their schedules without the thank-you letter for a payment."""
    going = sa.and_(in_keys(ENROLLMENT.c.account_id, ids), ENROLLMENT.c.state == EnrollmentState.ACTIVE.value)
    rows = tx.conn.execute(sa.select(ENROLLMENT).where(going).order_by(ENROLLMENT.c.account_id)).all()
    values = {"state": EnrollmentState.FINISHED.value, "next_action_on": None, "pending_trigger": None}
    tx.conn.execute(sa.update(ENROLLMENT).where(going).values(**values))
    tx.record_all(
        ScheduleFinished(
            account_id=row.account_id, cycle=row.cycle, schedule_version_id=row.schedule_version_id, reason=why
        )
        for row in rows
    )
