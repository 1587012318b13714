"""Accounts in the placement queue: recheck of the requirements, choice of the agency, and the placement file."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import sqlalchemy as sa

from flows.accounts.blocker import Blocker
from flows.accounts.counts import Count, Counts
from flows.accounts.eligibility import Fit, who_may_have
from flows.accounts.happenings import NewTask, close_gone, close_moot_calls, open_tasks
from flows.accounts.load import Unread, groups_of_accounts
from flows.accounts.pages import FAILED, Subject, close_failed, each_alone, failed_reason
from flows.accounts.placement_eligibility import no_eca_before
from flows.accounts.placements import Ending, end_placements
from flows.accounts.snapshot import AccountNow, GroupNow
from flows.accounts.tasks.causes import Gone
from flows.accounts.tasks.standing import failed_work, tasks_about
from flows.agency_handoff.files.desk import Desk, open_file
from flows.agency_handoff.placement.choose import Candidate, Room, assign
from flows.agency_handoff.placement.decide import PlacementClock, next_look
from flows.agency_handoff.queries import (
    ACCOUNT,
    PLACEMENT,
    agencies_of_guarantors,
    month_after,
    rooms_used,
    unreported_cancels,
    waiting_by_guarantor,
)
from flows.correspondence.queue import answer
from flows.correspondence.void import void_unsent
from flows.schedules.schedule import Place
from flows.settings.contracts.queries import agencies_now, agency_codes
from flows.settings.contracts.terms import Agencies, Member
from letters.kinds import LetterKind
from models.agency_events import PlacedWithAgency, PlacementHeld, PlacementReviewed
from models.columns import AnyRow, ColumnValues, in_keys
from models.database import Transaction, batches, bulk, group_by_key
from models.enums import AgencyFileKind, PlacementState
from models.task_kinds import Failed, TaskKind, missing
from models.user_enums import Role
from models.values import dollars

PAGE = 2_000
"""Guarantors per transaction."""

NOUN = "the placements of guarantor"
UNREAD_NOUN = "placement"

UNREAD = "house-unread"
"""The blocking rule of a placement whose account cannot be read."""

NOTICE_LETTER = LetterKind.PLACEMENT_NOTICE

_HOLD = (
    sa.update(PLACEMENT)
    .where(PLACEMENT.c.id == sa.bindparam("key"))
    .values(
        review_on=sa.bindparam("again"),
        blocked_by=sa.bindparam("rule"),
        blocked_until=sa.bindparam("until"),
        blocked_why=sa.bindparam("why"),
    )
)

_PLACE = (
    sa.update(PLACEMENT)
    .where(PLACEMENT.c.id == sa.bindparam("key"))
    .values(
        {
            "state": PlacementState.PLACED.value,
            "blocked_by": None,
            "blocked_until": None,
            "blocked_why": None,
            **{
                name: sa.bindparam(f"new_{name}")
                for name in (
                    "agency_id",
                    "file_id",
                    "role",
                    "placed_on",
                    "placed_cents",
                    "age_days",
                    "rate_bp",
                    "direct_bp",
                    "no_eca_before",
                    "review_on",
                )
            },
        }
    )
)

_WITH = (
    sa.update(ACCOUNT)
    .where(ACCOUNT.c.id == sa.bindparam("key"))
    .values(placement_id=sa.bindparam("placement"), version=ACCOUNT.c.version + 1)
)


def place_waiting(desk: Desk, today: date) -> Counts:
    """Process every account in the placement queue that is due today; returns the counts.

    A guarantor whose accounts fail becomes an exception with a task.
    """
    with desk.database.reading() as conn:
        waiting = waiting_by_guarantor(conn, today)
        used = rooms_used(conn, today)

    def work(tx: Transaction, guarantors: Sequence[int]) -> Counts:
        # A page that fails does not change the agencies' remaining room.
        rooms = dict(used)
        keys = [key for one in guarantors for key in waiting[one]]
        counts = Placing(tx, agencies_now(tx.conn), rooms).page(guarantors, keys)
        used.update(rooms)
        return counts

    def subject(tx: Transaction, guarantor: int) -> Subject:
        """A guarantor's queued accounts at the creditor of the first one."""
        mine = [placement_subject(tx, key) for key in waiting[guarantor]]
        first = mine[0]
        about = [key for one in mine if one.creditor_id == first.creditor_id for key in one.account_ids]
        return Subject(first.guarantor_id, first.creditor_id, tuple(about))

    counts = each_alone(desk.database, desk.actor, today, NOUN, list(waiting), work, subject, PAGE)
    _close_read(desk, today)
    return counts


def _close_read(desk: Desk, today: date) -> None:
    """Close the tasks about placements that could not be read, if they are readable now or no longer queued."""
    with desk.database.reading() as conn:
        failed = failed_work(conn, UNREAD_NOUN)
        unread = sa.and_(PLACEMENT.c.state == PlacementState.QUEUED.value, PLACEMENT.c.blocked_by == UNREAD)
        query = sa.select(PLACEMENT.c.id).where(in_keys(PLACEMENT.c.id, sorted(failed)), unread)
        still: Sequence[int] = conn.execute(query).scalars().all() if failed else []
    over = [task for key in sorted(failed.keys() - set(still)) for task in failed[key]]
    if over:
        with desk.database.transaction(actor=desk.actor, business_date=today) as tx:
            close_failed(tx, over, Gone.WORKED)


def placement_subject(tx: Transaction, key: int) -> Subject:
    """The account of a placement, with its guarantor and creditor."""
    query = sa.select(PLACEMENT.c.guarantor_id, PLACEMENT.c.creditor_id, PLACEMENT.c.account_id)
    row = tx.conn.execute(query.where(PLACEMENT.c.id == key)).one()
    return Subject(row.guarantor_id, row.creditor_id, (row.account_id,))


def had_before(row: AnyRow) -> frozenset[str]:
    """The agencies that may not get a queued placement, because they had its account before."""
    return frozenset(code for code in row.not_with.split(",") if code)


def candidate(row: AnyRow, account: AccountNow, fit: Fit) -> Candidate:
    """A queued placement that may be placed, as the choice of its agency sees it."""
    return Candidate(row.id, account.balance_cents, fit.members, had_before(row))


@dataclass(slots=True)
class One:
    """A queued placement with its account."""

    row: AnyRow
    account: AccountNow
    group: GroupNow
    fit: Fit


@dataclass(slots=True)
class Placing:
    """One page of queued placements, decided and written."""

    tx: Transaction
    agencies: Agencies
    used: dict[str, Room]
    holds: list[ColumnValues] = field(default_factory=list[ColumnValues])
    placed: dict[int, ColumnValues] = field(default_factory=dict[int, ColumnValues])
    letters: list[tuple[int, int, int]] = field(default_factory=list[tuple[int, int, int]])
    counts: Counts = field(default_factory=Counts)
    keys: dict[str, int] = field(default_factory=dict[str, int])
    already: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    files: dict[str, tuple[int, str]] = field(default_factory=dict[str, tuple[int, str]])

    def page(self, guarantors: Sequence[int], placement_ids: Sequence[int]) -> Counts:
        """Decide and write a page of guarantors."""
        tx, today = self.tx, self.tx.business_date
        # Read again: one may have been recalled since.
        mine = sa.and_(in_keys(PLACEMENT.c.id, placement_ids), PLACEMENT.c.state == PlacementState.QUEUED.value)
        rows = tx.conn.execute(sa.select(PLACEMENT).where(mine).order_by(PLACEMENT.c.id)).all()
        self.keys = {code: key for key, code in agency_codes(tx.conn).items()}
        self.already = agencies_of_guarantors(tx.conn, guarantors)
        by_account = {row.account_id: row for row in rows}
        groups, unread = groups_of_accounts(tx.conn, list(by_account), today)
        for one in unread:
            stop = Blocker(UNREAD, "practice policy", one.reason, None, "manager", today + timedelta(days=1))
            for key in one.account_ids:
                self._hold(by_account[key], stop)
            self._cannot_be_read(by_account[one.account_ids[0]], one)
        unreported = unreported_cancels(tx.conn, list(by_account))
        able: list[One] = []
        for group in groups:
            for account in group.accounts:
                one = self._look(by_account[account.id], account, group, unreported)
                if one is not None:
                    able.append(one)
        for (_, pool), together in group_by_key(((one.row.guarantor_id, one.row.pool), one) for one in able).items():
            self._choose(pool, together)
        self._write()
        return self.counts

    def _cannot_be_read(self, row: AnyRow, unread: Unread) -> None:
        reason = failed_reason(UNREAD_NOUN, row.id, unread.reason)
        task = NewTask(FAILED, Role.MANAGER, reason, row.guarantor_id, row.creditor_id, unread.account_ids)
        open_tasks(self.tx, [replace(task, failed=Failed(UNREAD_NOUN, row.id))])
        self.counts[Count.SET_ASIDE] += len(unread.account_ids)

    def _look(self, row: AnyRow, account: AccountNow, group: GroupNow, unreported: set[int]) -> One | None:
        """Check the placement requirements; above the limit, a manager reviews it."""
        tx, today = self.tx, self.tx.business_date
        if account.balance_cents <= 0:
            end_placements(tx, [Ending(row.id, PlacementState.CANCELLED, "paid_before")])
            self.counts[Count.NOT_NEEDED] += 1
            return None
        if account.id in unreported:
            reason = "the previous agency must be notified first"
            self._hold(row, Blocker("house-recalled", "practice policy", reason, None, None, today + timedelta(days=1)))
            return None
        found = who_may_have(Place(row.pool), account, group, today)
        if isinstance(found, Blocker):
            self._hold(row, found)
            return None
        limit = self.agencies.review_over_cents
        if limit is not None and account.balance_cents > limit and row.approved_by is None:
            self._to_review(row, account, limit)
            return None
        return One(row, account, group, found)

    def _to_review(self, row: AnyRow, account: AccountNow, limit: int) -> None:
        tx = self.tx
        reason = f"the balance of {dollars(account.balance_cents)} is above the limit of {dollars(limit)}"
        waits = sa.update(PLACEMENT).where(PLACEMENT.c.id == row.id)
        tx.conn.execute(waits.values(state=PlacementState.REVIEW.value, review_on=None))
        tx.record(
            PlacementReviewed(
                account_id=account.id,
                placement=row.id,
                decision="waits",
                balance_cents=account.balance_cents,
                reason=reason,
            )
        )
        task = NewTask(
            TaskKind.APPROVE_PLACEMENT,
            Role.MANAGER,
            f"Placement of {reason}",
            row.guarantor_id,
            row.creditor_id,
            (account.id,),
        )
        open_tasks(tx, [task])
        self.counts[Count.TO_REVIEW] += 1

    def _hold(self, row: AnyRow, stop: Blocker) -> None:
        """Record the blocking reason once; an account that can never be placed leaves the queue."""
        if stop.never:
            end_placements(self.tx, [Ending(row.id, PlacementState.CANCELLED, stop.rule)])
            self.counts[Count.NEVER] += 1
            return
        self.counts[Count.HELD] += 1
        if (row.blocked_by, row.blocked_until) != (stop.rule, stop.until):
            self.tx.record(
                PlacementHeld(
                    account_id=row.account_id,
                    placement=row.id,
                    rule=stop.rule,
                    citation=stop.citation,
                    reason=stop.reason,
                    until=stop.until,
                    cleared_by=stop.cleared_by,
                )
            )
            if stop.needs is not None:
                kind = missing(stop.needs)
                about = (row.account_id,)
                task = NewTask(
                    kind, Role.CLERK, f"{stop.reason} ({stop.citation})", row.guarantor_id, row.creditor_id, about, 10
                )
                open_tasks(self.tx, [task])
        self.holds.append(
            {"key": row.id, "again": stop.review_on, "rule": stop.rule, "until": stop.until, "why": stop.reason}
        )

    def _choose(self, pool_name: str, together: Sequence[One]) -> None:
        guarantor = together[0].row.guarantor_id
        candidates = [candidate(one.row, one.account, one.fit) for one in together]
        already = self.already.get(guarantor, ())
        result = assign(self.agencies.pools[pool_name], guarantor, candidates, self.used, already)
        self.used.update(result.used)
        self.already[guarantor] = list(result.with_already)
        for one in together:
            member = result.agencies[one.row.id]
            if member is None:
                self._hold(one.row, self._no_room(one))
            else:
                self._assign(one, member)

    def _no_room(self, one: One) -> Blocker:
        """Why no eligible agency receives an account."""
        today = self.tx.business_date
        before = had_before(one.row)
        if all(member.terms.code in before for member in one.fit.members):
            reason = "the account was already with every eligible agency of the pool"
            return Blocker("house-had-it", "practice policy", reason, None, "manager", today + timedelta(days=30))
        until = month_after(today)
        reason = "the eligible agencies have reached their monthly limit"
        return Blocker("house-cap", "practice policy", reason, until, None, until)

    def _assign(self, one: One, member: Member) -> None:
        today, account, code = self.tx.business_date, one.account, member.terms.code
        if code not in self.files:
            self.files[code] = open_file(self.tx, self.keys[code], member.terms, AgencyFileKind.PLACEMENT)
        file_id, file_name = self.files[code]
        age = None if account.first_statement_on is None else (today - account.first_statement_on).days
        rate = member.terms.rate_for(age, account.balance_cents)
        eca = no_eca_before(one.fit.facts, today)
        self.placed[one.row.id] = {
            "new_agency_id": self.keys[code],
            "new_file_id": file_id,
            "new_role": member.role.value,
            "new_placed_on": today,
            "new_placed_cents": account.balance_cents,
            "new_age_days": age,
            "new_rate_bp": rate,
            "new_direct_bp": member.terms.direct_for(rate),
            "new_no_eca_before": eca,
            "new_review_on": next_look(PlacementClock(today), member.terms, today),
        }
        if self.agencies.pools[one.row.pool].notice_letter:
            self.letters.append((one.row.guarantor_id, one.row.creditor_id, account.id))
        self.counts[Count.PLACED] += 1
        self.tx.record(
            PlacedWithAgency(
                account_id=account.id,
                placement=one.row.id,
                agency=code,
                pool=one.row.pool,
                role=member.role.value,
                balance_cents=account.balance_cents,
                rate_bp=rate,
                no_eca_before=eca,
                file=file_name,
            )
        )

    def _write(self) -> None:
        if self.holds:
            bulk(self.tx.conn, _HOLD, self.holds)
        if not self.placed:
            return
        bulk(self.tx.conn, _PLACE, [{"key": key, **values} for key, values in self.placed.items()])
        accounts = {
            row.id: row.account_id
            for part in batches(list(self.placed))
            for row in self.tx.conn.execute(
                sa.select(PLACEMENT.c.id, PLACEMENT.c.account_id).where(in_keys(PLACEMENT.c.id, part))
            )
        }
        bulk(self.tx.conn, _WITH, [{"key": account, "placement": key} for key, account in accounts.items()])
        taken = sorted(accounts.values())
        void_unsent(self.tx, taken, "the account was placed with an agency", again=False)
        close_moot_calls(self.tx, taken, "the account was placed with an agency")
        close_gone(self.tx, tasks_about(self.tx.conn, taken))
        for _, about in group_by_key(
            ((person, creditor), account) for person, creditor, account in self.letters
        ).items():
            answer(self.tx, NOTICE_LETTER, about)
