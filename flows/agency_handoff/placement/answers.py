"""Agencies' responses about accounts: acknowledgment, status, and return."""

from dataclasses import replace

import sqlalchemy as sa

from flows.accounts.happenings import NewTask, open_tasks
from flows.accounts.holds import hold_for, open_holds
from flows.accounts.placements import Ending, end_placements
from flows.agency_handoff.complaints import complain
from flows.agency_handoff.files.fields import Acknowledged, Answer, Reported, ReturnCode, Returned, Status
from flows.agency_handoff.files.incoming_file import IncomingFile, Page, Placed, differs, placed_with
from flows.agency_handoff.files.reading import Line
from flows.agency_handoff.placement.decide import next_look
from flows.agency_handoff.placement.watch import stay_of
from flows.agency_handoff.queries import PLACEMENT
from flows.agency_handoff.remittance.bad_debt import list_bad_debts
from flows.people.death import suspect_death
from models import Hold
from models.agency_events import AgencyReported, PlacementAcknowledged
from models.columns import AnyRow, table
from models.database import Transaction
from models.enums import HoldKind, HoldScope, PlacementState
from models.task_kinds import TaskKind
from models.user_enums import Role
from models.values import dollars

HOLD = table(Hold)

HOLD_OF: dict[str, HoldKind] = {
    Status.DISPUTED: HoldKind.DISPUTE,
    Status.BANKRUPTCY: HoldKind.BANKRUPTCY,
    Status.CEASE: HoldKind.CEASE,
    Status.ATTORNEY: HoldKind.ATTORNEY,
    Status.ASSISTANCE: HoldKind.FINANCIAL_ASSISTANCE,
}
"""The consequence of an agency's status; a return code can mean the same."""

GIVEN_UP = frozenset({ReturnCode.UNCOLLECTIBLE, ReturnCode.NOT_FOUND, ReturnCode.TOO_OLD, ReturnCode.TOO_SMALL})
"""Returns after which the account counts as uncollectible."""


def take_acknowledgments(tx: Transaction, incoming: IncomingFile, page: Page[Acknowledged]) -> None:
    """Record the accounts that the agency accepted and rejected."""
    placed = placed_with(tx, incoming, page)
    for line in page.lines:
        one = placed[line.values["account_number"]]
        page.taken += 1
        if line.values["answer"] == Answer.REJECTED:
            _rejected(tx, incoming, page, one, line)
        else:
            _accepted(tx, incoming, page, one, line)


def _accepted(
    tx: Transaction, incoming: IncomingFile, page: Page[Acknowledged], one: Placed, line: Line[Acknowledged]
) -> None:
    row = one.placement
    theirs = line.values.get("their_number")
    if row.acknowledged_on is None and one.is_there:
        stay = replace(stay_of(row), acknowledged_on=tx.business_date)
        look = next_look(stay, incoming.terms, tx.business_date)
        this = sa.update(PLACEMENT).where(PLACEMENT.c.id == row.id)
        tx.conn.execute(this.values(acknowledged_on=tx.business_date, their_number=theirs, review_on=look))
        tx.record(
            PlacementAcknowledged(
                account_id=one.account.id, placement=row.id, agency=incoming.terms.code, their_number=theirs
            )
        )
    told = line.values.get("balance")
    if told is not None and told not in (row.placed_cents, one.account.balance_cents):
        what = f"the agency shows {dollars(told)}; the account was placed with {dollars(row.placed_cents)}"
        differs(tx, incoming, page, one, line, what)


def _rejected(
    tx: Transaction, incoming: IncomingFile, page: Page[Acknowledged], one: Placed, line: Line[Acknowledged]
) -> None:
    if not one.is_there:
        return
    end_placements(tx, [Ending(one.placement.id, PlacementState.REFUSED, "not_taken", tell=False)])
    differs(tx, incoming, page, one, line, f"the agency rejected it: {line.values.get('reason') or 'no reason given'}")


def take_statuses(tx: Transaction, incoming: IncomingFile, page: Page[Reported]) -> None:
    """Record the status of accounts, and open the holds that follow from it."""
    placed = placed_with(tx, incoming, page)
    for line in page.lines:
        one, status = placed[line.values["account_number"]], line.values["status"]
        if line.values["as_of"] > tx.business_date:
            page.reject(line, "as_of", f"{line.values['as_of']} is in the future; today is {tx.business_date}")
            continue
        page.taken += 1
        note = line.values.get("note")
        tx.record(
            AgencyReported(
                account_id=one.account.id,
                agency=incoming.terms.code,
                status=status,
                as_of=line.values["as_of"],
                file=incoming.name,
                note=note,
            )
        )
        if status == Status.COMPLAINT:
            complain(tx, one.account, incoming.agency_id, incoming.terms.code, "the agency", note or "no details given")
        _follow(tx, incoming, one.account, status)


def _follow(tx: Transaction, incoming: IncomingFile, account: AnyRow, status: str) -> None:
    """Open the hold that follows from an agency's status, unless it is already open."""
    if status == Status.DECEASED:
        suspect_death(tx, account.guarantor_id, f"reported by {incoming.terms.name}")
    kind = HOLD_OF.get(status)
    if kind is None:
        return
    hold = hold_for(kind, account)
    whose = HOLD.c.person_id == hold.person_id if hold.person_id is not None else HOLD.c.account_id == account.id
    stands = sa.and_(whose, HOLD.c.kind == kind.value, HOLD.c.scope == HoldScope.ALL.value, HOLD.c.cleared_on.is_(None))
    if tx.conn.execute(sa.select(HOLD.c.id).where(stands)).first() is None:
        open_holds(tx, [replace(hold, note=f"reported by {incoming.terms.name}")])


def take_returns(tx: Transaction, incoming: IncomingFile, page: Page[Returned]) -> None:
    """Process the accounts that the agency returns, with the reason."""
    placed = placed_with(tx, incoming, page)
    given_up: list[int] = []
    for line in page.lines:
        one, code = placed[line.values["account_number"]], line.values["code"]
        if not one.is_there:
            number = line.values["account_number"]
            page.reject(
                line,
                "account_number",
                f'account "{number}" has not been with the agency since {one.placement.ended_on}',
            )
            continue
        page.taken += 1
        told = line.values.get("balance")
        if told is not None and told != one.account.balance_cents:
            what = f"the agency returned it with {dollars(told)}; our balance is {dollars(one.account.balance_cents)}"
            differs(tx, incoming, page, one, line, what)
        end_placements(tx, [Ending(one.placement.id, PlacementState.RETURNED, code, tell=False)])
        _after_return(tx, incoming, one, code)
        if code in GIVEN_UP:
            given_up.append(one.account.id)
        # A second line of the same account finds it already returned.
        placed[line.values["account_number"]] = Placed(one.account, _ended(tx, one.placement.id))
    list_bad_debts(tx, given_up)


def _ended(tx: Transaction, placement_id: int) -> AnyRow:
    return tx.conn.execute(sa.select(PLACEMENT).where(PLACEMENT.c.id == placement_id)).one()


def _after_return(tx: Transaction, incoming: IncomingFile, one: Placed, code: str) -> None:
    """The task that a return creates."""
    _follow(tx, incoming, one.account, code)
    work = {
        ReturnCode.NOT_FOUND: (TaskKind.FIND_ADDRESS, Role.CLERK, "The agency could not find the guarantor"),
        ReturnCode.PLACED_IN_ERROR: (
            TaskKind.AGENCY_RETURNED,
            Role.MANAGER,
            "The agency reports that it was placed in error",
        ),
        ReturnCode.SETTLED: (
            TaskKind.AGENCY_RETURNED,
            Role.MANAGER,
            "The agency reports that it was settled; check the settlement terms",
        ),
        ReturnCode.PAID: (
            TaskKind.AGENCY_RETURNED,
            Role.MANAGER,
            "The agency reports that it is paid in full; check that all payments were received",
        ),
    }.get(ReturnCode(code))
    if work is None or one.account.balance_cents <= 0:
        return
    kind, role, reason = work
    account = one.account
    said = f"{reason} ({incoming.terms.name}, {incoming.name})"
    open_tasks(tx, [NewTask(kind, role, said, account.guarantor_id, account.creditor_id, (account.id,))])
