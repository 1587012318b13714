"""A file from an agency while it is imported: its agency, and the outcome of each line."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic

import sqlalchemy as sa

from flows.accounts.happenings import NewTask, open_tasks
from flows.agency_handoff.files.reading import BadLine, Line, Values
from flows.agency_handoff.queries import ACCOUNT, NOT_CANCELLED, PLACEMENT
from flows.settings.contracts.terms import Terms
from models.columns import AnyRow, in_keys
from models.database import Transaction, batches
from models.task_kinds import TaskKind
from models.user_enums import Role

DIFFERENCE = TaskKind.AGENCY_DIFFERENCE
UNKNOWN = TaskKind.AGENCY_UNKNOWN_ACCOUNT


@dataclass(slots=True)
class Page(Generic[Values]):
    """Some lines of a file, and their results."""

    lines: list[Line[Values]]
    taken: int = 0
    known: int = 0
    differences: int = 0
    rejects: list[BadLine] = field(default_factory=list[BadLine])

    def reject(self, line: Line[Values], name: str, reason: str) -> None:
        """A rejected line."""
        told = tuple("" if value is None else str(value) for value in line.values.values())
        self.rejects.append(BadLine(line.number, name, reason, told))


@dataclass(slots=True)
class IncomingFile:
    """An agency's file, with the totals of its pages."""

    agency_id: int
    terms: Terms
    file_id: int
    name: str
    taken: int = 0
    known: int = 0
    differences: int = 0
    rejects: list[BadLine] = field(default_factory=list[BadLine])

    def add(self, page: Page[Values], unread: Sequence[BadLine]) -> None:
        """Add one more page, with its lines that could not be read."""
        self.taken += page.taken
        self.known += page.known
        self.differences += page.differences
        self.rejects += sorted([*page.rejects, *unread], key=lambda one: one.number)


@dataclass(frozen=True, slots=True)
class Placed:
    """An account with its newest placement at the agency, which may have ended."""

    account: AnyRow
    placement: AnyRow

    @property
    def is_there(self) -> bool:
        """Whether the agency has the account now."""
        return self.placement.ended_on is None


def accounts_of(tx: Transaction, page: Page[Values]) -> dict[str, AnyRow]:
    """The accounts named in the lines, locked until the transaction ends if the database locks rows."""
    numbers = sorted({line.values["account_number"] for line in page.lines})
    found: dict[str, AnyRow] = {}
    for part in batches(numbers):
        query = sa.select(ACCOUNT).where(ACCOUNT.c.number.in_(part)).order_by(ACCOUNT.c.id).with_for_update()
        found.update((row.number, row) for row in tx.conn.execute(query))
    return found


def placed_with(tx: Transaction, incoming: IncomingFile, page: Page[Values]) -> dict[str, Placed]:
    """The accounts named in the lines that the agency has or had, by number."""
    accounts = accounts_of(tx, page)
    by_id = {row.id: row for row in accounts.values()}
    found: dict[str, Placed] = {}
    for part in batches(list(by_id)):
        mine = sa.and_(
            in_keys(PLACEMENT.c.account_id, part),
            PLACEMENT.c.agency_id == incoming.agency_id,
            NOT_CANCELLED,
        )
        # The newest is last and overwrites the others.
        for row in tx.conn.execute(sa.select(PLACEMENT).where(mine).order_by(PLACEMENT.c.id)):
            account = by_id[row.account_id]
            found[account.number] = Placed(account, row)
    strangers = {number: row for number, row in accounts.items() if number not in found}
    _reject_strangers(tx, incoming, page, found, strangers)
    return found


def _reject_strangers(
    tx: Transaction, incoming: IncomingFile, page: Page[Values], found: dict[str, Placed], strangers: dict[str, AnyRow]
) -> None:
    """Lines of accounts that the agency does not have; if the account is ours, a task is created."""
    tasks: dict[str, NewTask] = {}
    for line in page.lines:
        number = line.values["account_number"]
        if number in found:
            continue
        if (account := strangers.get(number)) is None:
            page.reject(line, "account_number", f'account "{number}" was not found')
            continue
        reason = f"it was never placed with {incoming.terms.name}; it is on line {line.number} of {incoming.name}"
        page.reject(line, "account_number", f'account "{number}" was never placed with {incoming.terms.name}')
        tasks[number] = NewTask(
            UNKNOWN, Role.MANAGER, reason, account.guarantor_id, account.creditor_id, (account.id,), 2
        )
    open_tasks(tx, list(tasks.values()))
    page.lines = [line for line in page.lines if line.values["account_number"] in found]


def differs(
    tx: Transaction, incoming: IncomingFile, page: Page[Values], placed: Placed, line: Line[Values], what: str
) -> None:
    """A line differs from the contract or our database: create a task for the manager."""
    page.differences += 1
    reason = f"{incoming.name}, line {line.number}: {what}"
    account = placed.account
    task = NewTask(DIFFERENCE, Role.MANAGER, reason, account.guarantor_id, account.creditor_id, (account.id,), 5)
    open_tasks(tx, [task])
