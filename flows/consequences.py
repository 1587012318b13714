"""The consequences of changes: one ordered table, run in the transaction of the change.

A package announces what it changed (flows/changes.py) and knows no package above it. Each line says why it is needed,
and why at its place; add a test with each line.
"""

from typing import Any

from flows.accounts.balances import balances_moved
from flows.accounts.happenings import happen
from flows.accounts.holds import HoldsCleared, HoldsOpened, hold_suspects
from flows.agency_handoff.placement.watch import died, entries_posted, hold_cleared, hold_opened
from flows.arrangements.letter_section import plan_of_each_letter
from flows.arrangements.nightly import watch
from flows.arrangements.settlements.nightly import due_entries
from flows.arrangements.settlements.reversals import entries_after_reversal
from flows.calls.promises import money_moved
from flows.changes import Consequence, follow
from flows.correspondence.letters.sections import read_with
from flows.correspondence.money_letters import write_of_money
from flows.correspondence.queue import answer
from flows.correspondence.void import void_unsent
from flows.estates.death.stop import (
    confirm_tip,
    know_the_day,
    open_for_death,
    open_for_suspicion,
    stop_for_death,
    stop_for_suspicion,
)
from flows.estates.matters.opening import join_matters
from flows.estates.payments.reversals import estate_payment_reversed
from flows.ledger.commands import post
from flows.ledger.posted import LedgerChanged
from flows.ledger.refunds.credit import watch_credits
from flows.ledger.refunds.watch import payments_back
from flows.people.death import DeathProved, DeathSuspected, Died, hold_suspected
from flows.people.duplicates.commands import RecordsJoined
from flows.schedules.schedule import Trigger
from letters.kinds import LetterKind, Section
from models.database import Transaction
from models.enums import HoldKind, HoldScope, LedgerKind
from models.labels import label

STOPS_THE_MAIL = frozenset({HoldScope.ALL, HoldScope.LETTERS})


def _accounts(tx: Transaction, change: LedgerChanged) -> None:
    balances_moved(tx, change.moved)


def _refunds(tx: Transaction, change: LedgerChanged) -> None:
    if change.taken_back:
        payments_back(tx, change.taken_back)


def _settlements_undone(tx: Transaction, change: LedgerChanged) -> None:
    if change.taken_back:
        ids = sorted({entry.account_id for entry in change.taken_back})
        change.to_post.extend(entries_after_reversal(tx, ids))


def _estates_undone(tx: Transaction, change: LedgerChanged) -> None:
    if change.taken_back:
        change.to_post.extend(estate_payment_reversed(tx, change.taken_back))


def _matters(tx: Transaction, change: LedgerChanged) -> None:
    if change.owed_again:
        join_matters(tx, change.owed_again, "balance due again after the death")


def _plans(tx: Transaction, change: LedgerChanged) -> None:
    watch(tx, change.account_ids)


def _agencies(tx: Transaction, change: LedgerChanged) -> None:
    entries_posted(tx, change.posted)


def _new_charges(tx: Transaction, change: LedgerChanged) -> None:
    happen(tx, Trigger.NEW_CHARGE, change.accounts_with(LedgerKind.CHARGE), tx.business_date)


def _money_letters(tx: Transaction, change: LedgerChanged) -> None:
    write_of_money(tx, change.posted)


def _post_undone(tx: Transaction, change: LedgerChanged) -> None:
    post(tx, change.to_post)


def _settlements_paid(tx: Transaction, change: LedgerChanged) -> None:
    post(tx, due_entries(tx, change.account_ids))


def _credits(tx: Transaction, change: LedgerChanged) -> None:
    watch_credits(tx, change.account_ids)


def _promises(tx: Transaction, change: LedgerChanged) -> None:
    money_moved(tx, change.accounts_with(LedgerKind.PATIENT_PAYMENT))


def _void_letters(tx: Transaction, change: HoldsOpened) -> None:
    for (kind, scope), accounts in change.by_kind().items():
        if scope in STOPS_THE_MAIL:
            void_unsent(tx, accounts, f"on hold ({label(kind).lower()})", kind)


def _agencies_wait(tx: Transaction, change: HoldsOpened) -> None:
    for (kind, scope), accounts in change.by_kind().items():
        hold_opened(tx, kind, scope, accounts)


def _acknowledge_disputes(tx: Transaction, change: HoldsOpened) -> None:
    for one in change.holds:
        if one.hold.kind is HoldKind.DISPUTE and one.hold.account_id is not None:
            answer(tx, LetterKind.DISPUTE_RECEIVED, [one.hold.account_id])


def _agencies_go_on(tx: Transaction, change: HoldsCleared) -> None:
    hold_cleared(tx, change.account_ids)


def _hold_doubles(tx: Transaction, change: Died) -> None:
    hold_suspects(tx, change.person_id)


def _agencies_give_back(tx: Transaction, change: Died) -> None:
    died(tx, change.account_ids, change.died_on)


def _schedules_of_the_dead(tx: Transaction, change: Died) -> None:
    happen(tx, Trigger.DEATH_REPORTED, change.account_ids, change.person_id)


def _matters_of_both(tx: Transaction, change: RecordsJoined) -> None:
    join_matters(tx, change.account_ids, "two records are one person")


CONSEQUENCES: tuple[Consequence[Any], ...] = (
    # Money was posted.
    Consequence(
        LedgerChanged, _accounts, "accounts are paid, reopened or woken first: all lines below depend on their state"
    ),
    Consequence(LedgerChanged, _refunds, "a refund of a returned payment must not be sent"),
    Consequence(
        LedgerChanged,
        _settlements_undone,
        "a returned check settles nothing; the waiver is reversed below",
    ),
    Consequence(
        LedgerChanged,
        _estates_undone,
        "a matter that bounced money had closed is open again, so that the next line joins it and opens no second one",
    ),
    Consequence(LedgerChanged, _matters, "accounts of the deceased with a new balance belong to a matter"),
    Consequence(LedgerChanged, _plans, "a payment plan is up to date before an agency is notified"),
    Consequence(
        LedgerChanged,
        _agencies,
        "the agency is notified of its payments, and its placement may end",
    ),
    Consequence(LedgerChanged, _new_charges, "a schedule may react to a new charge"),
    Consequence(LedgerChanged, _money_letters, "one letter covers all payments that were returned together"),
    Consequence(LedgerChanged, _post_undone, "after the letters, which show the payment and not what it causes"),
    Consequence(
        LedgerChanged,
        _settlements_paid,
        "a paid settlement waives the rest; its entries complete no other settlement",
    ),
    Consequence(LedgerChanged, _credits, "a credit puts the other balances on hold, after all of the above is posted"),
    Consequence(LedgerChanged, _promises, "a promise is judged after all postings"),
    # A hold was opened or cleared.
    Consequence(HoldsOpened, _void_letters, "letters that the hold stops are voided"),
    Consequence(HoldsOpened, _agencies_wait, "an agency that has the account is notified, waits or returns it"),
    Consequence(HoldsOpened, _acknowledge_disputes, "after the void, which would stop this letter too"),
    Consequence(HoldsCleared, _agencies_go_on, "an agency that waited resumes, unless another hold is active"),
    # A person died, or may have.
    Consequence(
        Died,
        stop_for_death,
        "before other lines close anything: what stops is recorded, to be resumed if wrong",
    ),
    Consequence(Died, _hold_doubles, "another record of the same person gets no letters either"),
    Consequence(Died, _agencies_give_back, "after the stop has recorded which accounts an agency had"),
    Consequence(Died, know_the_day, "matters that waited for the date get it before others are opened"),
    Consequence(Died, open_for_death, "a matter at each creditor with a balance"),
    Consequence(Died, _schedules_of_the_dead, "last: a schedule may open its own tasks for the estate desk"),
    Consequence(DeathSuspected, stop_for_suspicion, "before the hold, which voids letters that must be recorded"),
    Consequence(DeathSuspected, hold_suspected, "the death may be wrong: a hold is active until it is confirmed"),
    Consequence(DeathSuspected, open_for_suspicion, "the estate desk confirms the death by a matter"),
    Consequence(DeathProved, confirm_tip, "matters of a reported death are confirmed, or the desk compares the days"),
    # Two records are one person.
    Consequence(RecordsJoined, _matters_of_both, "the living record's balance belongs to the matter of the deceased"),
)
"""The table. Lines of one change run in this order."""

follow(CONSEQUENCES)
read_with(Section.ARRANGEMENT, plan_of_each_letter)
