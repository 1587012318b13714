"""Insurance reported, billed, processed or not in force: the account is on hold, and resumes after the decision."""

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from compliance.timely_filing import FileBy, file_claim_by
from flows.accounts.happenings import NewTask, close_tasks, open_tasks, open_tasks_on
from flows.accounts.holds import NewHold, clear_holds, holds_of, open_holds
from flows.insurance.decide import (
    BILL_DAYS,
    ReportedInsurance,
    read_report,
    review_unbilled_on,
    same_payer,
    same_policy,
)
from flows.insurance.queries import ACCOUNT, COVERAGE, coverage_row, waiting_on
from flows.settings.queries import policy_now
from models import Coverage
from models.columns import AnyRow, ColumnValues, in_keys
from models.database import Transaction
from models.enums import CoverageState, HoldKind, PayerClass, TaskState
from models.errors import BadInput
from models.ids import AccountId
from models.insurance_events import InsuranceAnswered, InsuranceBilled, InsuranceNotInForce, InsuranceTold
from models.labels import label_of
from models.remedies import Remedy
from models.task_kinds import TaskKind
from models.user_enums import Role

BILL, SILENT, LATE = TaskKind.BILL_INSURANCE, TaskKind.INSURANCE_SILENT, TaskKind.INSURANCE_NOT_BILLED
"""Tasks: bill an insurance, follow up with one that does not respond, and one near or past its filing deadline."""


def report_insurance(tx: Transaction, account_ids: Sequence[int], said: ReportedInsurance) -> list[int]:
    """Report an insurance for accounts: they are on hold, and a clerk bills it; returns the numbers of the new ones.

    The same policy reported twice changes nothing. Raises BadInput.
    """
    reported = read_report(said)
    query = sa.select(ACCOUNT).where(in_keys(ACCOUNT.c.id, account_ids)).order_by(ACCOUNT.c.id).with_for_update()
    accounts = tx.conn.execute(query).all()
    known = waiting_on(tx.conn, account_ids)
    fresh = [
        account
        for account in accounts
        if not any(
            one.account_id == account.id
            and same_policy((one.payer, one.member_id), (reported.payer, reported.member_id))
            for one in known
        )
    ]
    numbers = list(tx.ids(Coverage, len(fresh)))
    for number, account in zip(numbers, fresh, strict=True):
        _record(tx, number, account, reported)
    return numbers


def _record(tx: Transaction, number: int, account: AnyRow, reported: ReportedInsurance) -> None:
    limit = file_claim_by(reported.payer_class, account.service_to or account.service_from)
    file_by = None if limit is None else limit.on
    row: ColumnValues = {
        "id": number,
        "account_id": account.id,
        "payer": reported.payer,
        "payer_class": reported.payer_class.value,
        "member_id": reported.member_id,
        "group_number": reported.group_number,
        "holder": reported.holder,
        "state": CoverageState.REPORTED.value,
        "reported_on": tx.business_date,
        "source": reported.source,
        "recorded_by": tx.actor,
        "file_by_on": file_by,
        "review_on": review_unbilled_on(tx.business_date, file_by),
    }
    tx.insert(Coverage, [row])
    tx.record(
        InsuranceTold(
            account_id=account.id,
            coverage=number,
            payer=reported.payer,
            payer_class=reported.payer_class.value,
            source=reported.source,
            file_by=file_by,
        )
    )
    wait_for(tx, account.id, f"bill {reported.payer}")
    open_tasks(tx, [_to_bill(tx, account, reported.payer, limit)])


def wait_for(tx: Transaction, account_id: AccountId, note: str) -> None:
    """Put the account on hold for insurance, unless it already is."""
    if not holds_of(tx, account_id, HoldKind.INSURANCE_PENDING):
        open_holds(tx, [NewHold(HoldKind.INSURANCE_PENDING, account_id=account_id, note=note)])


def _to_bill(tx: Transaction, account: AnyRow, payer: str, limit: FileBy | None) -> NewTask:
    if limit is None:
        until = "see the payer contract for the filing deadline"
    elif limit.on < tx.business_date:
        until = f"the filing deadline {limit.on} has passed ({limit.citation}); check for an exception"
    else:
        until = f"filing deadline {limit.on} ({limit.citation})"
    why = f"Bill {payer} for account {account.number}; {until}"
    return NewTask(BILL, Role.CLERK, why, account.guarantor_id, account.creditor_id, (account.id,), BILL_DAYS)


def bill(tx: Transaction, number: int, on: date) -> None:
    """Record that an insurance was billed: the account gets its payer class, and waits for its decision.

    Raises BadInput for an invalid date, and for an insurance that has decided. Billed again, the newer date counts.
    """
    row = _waiting(tx, number)
    account = tx.conn.execute(sa.select(ACCOUNT).where(ACCOUNT.c.id == row.account_id).with_for_update()).one()
    if on > tx.business_date or on < account.service_from:
        raise BadInput(
            f"{on} is not between the date of service {account.service_from} and today, {tx.business_date}",
            "correct the date",
        )
    if row.state == CoverageState.BILLED.value and row.billed_on == on:
        return
    wait_days = policy_now(tx.conn).insurance_wait_days
    before = row.class_before or account.payer_class
    values = {
        "state": CoverageState.BILLED.value,
        "billed_on": on,
        "class_before": before,
        "review_on": max(on, tx.business_date) + timedelta(wait_days),
    }
    tx.conn.execute(sa.update(COVERAGE).where(COVERAGE.c.id == number).values(**values))
    _set_class(tx, account, row.payer_class)
    tx.record(
        InsuranceBilled(
            account_id=account.id,
            coverage=number,
            payer=row.payer,
            on=on,
            class_before=account.payer_class,
            class_after=row.payer_class,
        )
    )
    wait_for(tx, account.id, f"{row.payer} was billed on {on}")
    if not any(one.state == CoverageState.REPORTED.value for one in waiting_on(tx.conn, [account.id])):
        _close(tx, account.id, (BILL, LATE), f"{row.payer} was billed")


def not_in_force(tx: Transaction, number: int, why: str) -> None:
    """Record that a reported insurance does not cover the account, which resumes. Raises BadInput."""
    row, said = _waiting(tx, number), why.strip()
    if not said:
        raise BadInput("enter why it does not cover the account, such as: it ended before the service", field="why")
    account = tx.conn.execute(sa.select(ACCOUNT).where(ACCOUNT.c.id == row.account_id).with_for_update()).one()
    after = row.class_before or account.payer_class
    _end(tx, row, CoverageState.NOT_IN_FORCE, said)
    _set_class(tx, account, after)
    tx.record(
        InsuranceNotInForce(account_id=account.id, coverage=number, payer=row.payer, reason=said, class_after=after)
    )
    _go_on(tx, account.id, f"{row.payer} does not cover the account")


def answered(tx: Transaction, number: int, says: str) -> None:
    """Record the decision of an insurance by hand; a remittance records it automatically.

    Raises BadInput for an insurance that was not billed.
    """
    row, said = _waiting(tx, number), says.strip()
    if row.state != CoverageState.BILLED.value:
        raise BadInput(f"insurance {number} is not billed yet", "record the billing first", remedy=Remedy.MARK_BILLED)
    if not said:
        raise BadInput("enter the decision, such as: paid $80.00, the rest is patient responsibility", field="says")
    _answer(tx, row, said)
    _go_on(tx, row.account_id, f"{row.payer} processed the claim")


def decided(tx: Transaction, account_id: int, payer: str, says: str) -> bool:
    """Record a remittance for an account as the decision of its insurance; returns whether another is still to decide.

    If the payer's name matches none, the only billed one is meant.
    """
    waiting = waiting_on(tx.conn, [account_id])
    billed = [one for one in waiting if one.state == CoverageState.BILLED.value]
    mine = [one for one in waiting if same_payer(payer, one.payer)] or (billed if len(billed) == 1 else [])
    for one in mine:
        _answer(tx, one, says)
    left = [one for one in waiting if one not in mine]
    if mine and not any(one.state == CoverageState.REPORTED.value for one in left):
        _close(tx, account_id, (BILL, LATE), f"{payer} processed the claim")
    if mine:
        _close(tx, account_id, (SILENT,), f"{payer} processed the claim")
    return bool(left)


def _answer(tx: Transaction, row: AnyRow, says: str) -> None:
    _end(tx, row, CoverageState.ANSWERED, says)
    tx.record(InsuranceAnswered(account_id=row.account_id, coverage=row.id, payer=row.payer, says=says))


def _end(tx: Transaction, row: AnyRow, state: CoverageState, why: str) -> None:
    values = {"state": state.value, "ended_on": tx.business_date, "ended_why": why, "review_on": None}
    tx.conn.execute(sa.update(COVERAGE).where(COVERAGE.c.id == row.id).values(**values))


def _set_class(tx: Transaction, account: AnyRow, payer_class: str) -> None:
    """The law's requirements for an account depend on its payer class."""
    if account.payer_class != payer_class:
        changed = sa.update(ACCOUNT).where(ACCOUNT.c.id == account.id)
        tx.conn.execute(changed.values(payer_class=PayerClass(payer_class).value, version=ACCOUNT.c.version + 1))


def _go_on(tx: Transaction, account_id: int, why: str) -> None:
    """If no other insurance is pending, release the account."""
    left = waiting_on(tx.conn, [account_id])
    if not any(one.state == CoverageState.REPORTED.value for one in left):
        _close(tx, account_id, (BILL, LATE), why)
    if not left:
        _close(tx, account_id, (SILENT,), why)
        clear_holds(tx, holds_of(tx, account_id, HoldKind.INSURANCE_PENDING), why)


def _close(tx: Transaction, account_id: int, kinds: Sequence[TaskKind], outcome: str) -> None:
    close_tasks(tx, open_tasks_on(tx, [account_id], kinds), TaskState.DONE, outcome)


def _waiting(tx: Transaction, number: int) -> AnyRow:
    row = coverage_row(tx.conn, number, lock=True)
    if row.ended_on is not None:
        state = label_of(CoverageState, row.state).lower()
        raise BadInput(f"insurance {number} was closed on {row.ended_on} ({state})", "add it again if that was wrong")
    return row
