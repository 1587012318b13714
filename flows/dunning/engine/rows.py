"""From decisions to rows: what a page of groups adds to the database, collected to be written in a few statements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple, TypedDict, assert_never

from flows.accounts.blocker import BILL, Blocker
from flows.accounts.counts import Count, Counts, count_of_rule
from flows.accounts.eligibility import with_enclosures
from flows.accounts.placements import Ending, NewPlacement
from flows.accounts.snapshot import AccountNow, GroupNow
from flows.dunning.engine.decide import (
    PAID,
    Blocked,
    Decision,
    GroupDecision,
    LeaveSchedule,
    SkipStep,
    TakeStep,
    Wait,
    resumed,
)
from flows.dunning.engine.gate import GATE, REVIEW
from flows.schedules.schedule import (
    OfferArrangement,
    OpenCall,
    OpenEstate,
    OpenTask,
    Pending,
    Place,
    Schedule,
    SendLetter,
    WriteOff,
)
from letters.kinds import LetterKind, LetterOrigin
from models.columns import ColumnValues
from models.enums import (
    AccountState,
    EnrollmentState,
    GateState,
    LedgerKind,
    LetterState,
    PlacementState,
    StepOutcome,
    TaskState,
)
from models.events import (
    Event,
    LedgerPosted,
    Resumed,
    ScheduleFinished,
    StepBlocked,
    StepSkipped,
    TaskOpened,
    WrittenOff,
)
from models.ids import AccountId
from models.labels import plain
from models.letter_events import LetterQueued
from models.task_kinds import TaskKind, TaskName, missing
from models.user_enums import Role, WorkRole, label_of_role


class NewBalance(NamedTuple):
    """The balance and state of an account after the page."""

    account_id: int
    cents: int
    state: AccountState


class ByStep(TypedDict):
    """The fields of an event that identify the account, the step and the schedule version."""

    account_id: int
    step: str | None
    cycle: int
    schedule_version_id: int


@dataclass(slots=True)
class Work:
    """The rows of a page of decisions, collected to be written in a few bulk statements."""

    letters: list[ColumnValues] = field(default_factory=list[ColumnValues])
    letter_accounts: list[ColumnValues] = field(default_factory=list[ColumnValues])
    tasks: list[ColumnValues] = field(default_factory=list[ColumnValues])
    reviews: list[ColumnValues] = field(default_factory=list[ColumnValues])
    task_accounts: list[ColumnValues] = field(default_factory=list[ColumnValues])
    steps: list[ColumnValues] = field(default_factory=list[ColumnValues])
    moves: list[ColumnValues] = field(default_factory=list[ColumnValues])
    entries: list[ColumnValues] = field(default_factory=list[ColumnValues])
    balances: list[NewBalance] = field(default_factory=list[NewBalance])
    events: list[Event] = field(default_factory=list[Event])
    placements: list[NewPlacement] = field(default_factory=list[NewPlacement])
    endings: list[Ending] = field(default_factory=list[Ending])
    counts: Counts = field(default_factory=Counts)


def tasks_in(group: GroupNow, decision: GroupDecision) -> int:
    """How many tasks a group's decisions may open."""
    calls = any(isinstance(one, TakeStep) and isinstance(one.act, OpenCall) for one in decision.decisions)
    others = sum(
        (isinstance(one, TakeStep) and isinstance(one.act, OpenTask | OfferArrangement | OpenEstate))
        or (isinstance(one, Blocked) and _asks_for_paper(one) and one.stop.needs != BILL)
        for one in decision.decisions
    )
    return others + (calls and group.contacts.open_call is None)


def letters_in(decision: GroupDecision) -> int:
    """How many letters a group's decisions may queue: its envelope, and an itemized statement that a rule requires."""
    bill = any(
        isinstance(one, Blocked) and _asks_for_paper(one) and one.stop.needs == BILL for one in decision.decisions
    )
    return (decision.envelope is not None) + bill


def _asks_for_paper(blocked: Blocked) -> bool:
    """Whether the law requires something first, and no task asks for it yet."""
    if blocked.stop.needs == REVIEW:
        return True
    return blocked.stop.needs is not None and blocked.account.blocked_by != blocked.stop.rule


@dataclass(slots=True)
class DecisionWriter:
    """One group's decisions, turned into rows."""

    today: date
    group: GroupNow
    decision: GroupDecision
    schedules: Mapping[int, Schedule]
    work: Work
    letter_ids: Iterable[int]
    task_ids: Iterable[int]
    letter: int | None = None
    call: int | None = None
    bill: int | None = None
    papers: dict[str, int] = field(default_factory=dict[str, int])

    def take(self) -> None:
        if self.decision.envelope is not None:
            self._open_letter(self.decision.envelope)
        self.call = self.group.contacts.open_call
        for decision in self.decision.decisions:
            self._take_one(decision)

    def _take_one(self, decision: Decision) -> None:
        counts = self.work.counts
        match decision:
            case TakeStep():
                counts[Count.ADVANCED] += 1
                self._do(decision)
            case SkipStep():
                counts[Count.ADVANCED] += 1
                counts[Count.SKIPPED] += 1
                self._step(decision.account, decision.step, StepOutcome.SKIPPED, decision.why)
                self.work.events.append(StepSkipped(**_by(decision.account, decision.step), reason=decision.why))
                self._move(decision.account, next_on=decision.next_on)
            case Blocked():
                counts[Count.BLOCKED] += 1
                counts[count_of_rule(decision.stop.rule)] += 1
                self._blocked(decision)
            case Wait():
                counts[Count.WAITING] += 1
                account = decision.account
                if account.next_action_on != decision.until:
                    # A step that is not due yet is not blocked; one that waits because of a day off may still be.
                    kept = (account.blocked_by, account.blocked_until) if decision.due else (None, None)
                    self._move(account, next_on=decision.until, pending=account.pending, blocked=kept)
            case LeaveSchedule():
                counts[Count.FINISHED] += 1
                self._finish(decision.account, decision.reason)
            case _:
                assert_never(decision)

    def _open_letter(self, kind: str) -> None:
        enclosed: dict[str, None] = {}
        for one in self.decision.decisions:
            if isinstance(one, TakeStep) and isinstance(one.act, SendLetter):
                enclosed.update(dict.fromkeys(with_enclosures(one.act, self.group).enclose))
        self.letter = self._queue_letter(kind, LetterOrigin.SCHEDULED, tuple(enclosed))

    def _queue_letter(self, kind: str, origin: LetterOrigin, enclose: tuple[str, ...] = ()) -> int:
        letter = next(iter(self.letter_ids))
        self.work.counts[Count.LETTERS] += 1
        self.work.letters.append(
            {
                "id": letter,
                "guarantor_id": self.group.person.id,
                "creditor_id": self.group.creditor.id,
                "kind": kind,
                "language": self.group.person.language,
                "large_print": self.group.person.large_print,
                "state": LetterState.QUEUED.value,
                "origin": origin.value,
                "enclose": ",".join(enclose),
                "queued_on": self.today,
            }
        )
        return letter

    def _do(self, do: TakeStep) -> None:
        account = do.account
        self._step(account, do.step, StepOutcome.DONE, "sent early in the same envelope" if do.gathered else None)
        match do.act:
            case SendLetter():
                self._letter_speaks_of(do, do.act)
            case OpenCall():
                self._call(do, do.act)
            case OpenTask():
                self._open_task(account, do.step, do.act)
            case OfferArrangement():
                self._task(
                    account,
                    do.step,
                    TaskKind.OFFER_ARRANGEMENT,
                    Role.COLLECTOR,
                    5,
                    f"Offer a payment plan ({do.act.terms})",
                )
            case OpenEstate():
                self._task(account, do.step, TaskKind.OPEN_ESTATE, Role.ESTATE_DESK, 5, "A death was reported")
            case WriteOff():
                self._write_off(do, do.act)
                return
            case Place():
                self._place(do, do.act)
            case None:
                pass
            case _:
                assert_never(do.act)
        if do.then.resume_at is not None:
            self._resume(do, do.then.resume_at)
        elif do.then.finish:
            self._finish(account, PAID if account.balance_cents <= 0 else f"completed with {do.step}")
        else:
            self._move(account, next_on=do.next_on, delay=do.delay_days)

    def _letter_speaks_of(self, do: TakeStep, act: SendLetter) -> None:
        assert self.letter is not None and self.decision.envelope is not None
        self._speak_of(do.account, self.letter, act.kind, do.step, do.account.cycle, self.decision.envelope)

    def _speak_of(
        self, account: AccountNow, letter: int, kind: str, step: str | None, cycle: int | None, envelope: str
    ) -> None:
        self.work.letter_accounts.append(
            {"letter_id": letter, "account_id": account.id, "kind": kind, "step": step, "cycle": cycle}
        )
        since = account.first_statement_on
        self.work.events.append(
            LetterQueued(
                **_by(account, step),
                letter=letter,
                letter_kind=kind,
                balance_cents=account.balance_cents,
                days_since_first_statement=None if since is None else (self.today - since).days,
                envelope=envelope,
            )
        )

    def _call(self, do: TakeStep, act: OpenCall) -> None:
        """Open a call, or join the open one: a guarantor has one call at a creditor at a time."""
        today, contacts, account = self.today, self.group.contacts, do.account
        if self.call is None:
            self.call = next(iter(self.task_ids))
            self.work.counts[Count.CALLS] += 1
            self.work.tasks.append(
                self._task_row(
                    self.call,
                    kind=TaskKind.CALL,
                    role=Role.COLLECTOR.label,
                    reason=f"Step {do.step} of the schedule",
                    script=act.script,
                    not_before_on=today,
                    attempts_allowed=act.attempts,
                    every_days=act.every_days,
                    give_up_on=today + timedelta(days=act.give_up_after_days),
                )
            )
        joins = self.call == contacts.open_call
        if not (joins and account.id in contacts.call_about):
            self.work.task_accounts.append({"task_id": self.call, "account_id": account.id})
        how = "added to the open call" if joins else f"up to {act.attempts} attempts"
        self.work.events.append(
            TaskOpened(
                **_by(account, do.step),
                task=self.call,
                task_kind=TaskKind.CALL,
                role=Role.COLLECTOR.label,
                reason=f"{plain(act.script)} script, {how}",
            )
        )

    def _open_task(self, account: AccountNow, step: str, act: OpenTask) -> None:
        """The task of a step; at a gate, the decision that the next steps wait for."""
        task = self._task(account, step, act.kind, act.role, act.due_days, f"Step {step} of the schedule")
        if act.gate:
            self.work.reviews.append(
                {
                    "account_id": account.id,
                    "step": step,
                    "cycle": account.cycle,
                    "opened_on": self.today,
                    "task_id": task,
                    "state": GateState.WAITING.value,
                }
            )

    def _task(self, account: AccountNow, step: str, kind: TaskName, role: WorkRole, due_days: int, reason: str) -> int:
        task = next(iter(self.task_ids))
        due_on = self.today + timedelta(days=due_days)
        self.work.counts[Count.TASKS] += 1
        self.work.tasks.append(self._task_row(task, kind=kind, role=label_of_role(role), reason=reason, due_on=due_on))
        self.work.task_accounts.append({"task_id": task, "account_id": account.id})
        self.work.events.append(
            TaskOpened(
                **_by(account, step), task=task, task_kind=kind, role=label_of_role(role), reason=reason, due_on=due_on
            )
        )
        return task

    def _task_row(self, task: int, *, kind: TaskName, role: str, reason: str, **more: object) -> ColumnValues:
        return {
            "id": task,
            "kind": kind,
            "guarantor_id": self.group.person.id,
            "creditor_id": self.group.creditor.id,
            "state": TaskState.OPEN.value,
            "role": role,
            "reason": reason,
            "script": None,
            "opened_on": self.today,
            "due_on": None,
            "not_before_on": None,
            "attempts_allowed": 1,
            "attempts_made": 0,
            "every_days": 1,
            "give_up_on": None,
            **more,
        }

    def _place(self, do: TakeStep, act: Place) -> None:
        account = do.account
        self._recall(account, "second_placement")
        self.work.counts[Count.TO_PLACE] += 1
        self.work.placements.append(
            NewPlacement(
                AccountId(account.id),
                self.group.person.id,
                self.group.creditor.id,
                account.balance_cents,
                act.pool,
                do.step,
                account.cycle,
                account.schedule_version_id,
            )
        )

    def _recall(self, account: AccountNow, code: str) -> None:
        if account.placed is not None:
            ending = Ending(account.placed.placement_id, PlacementState.RECALLED, code)
            self.work.endings.append(ending)

    def _write_off(self, do: TakeStep, act: WriteOff) -> None:
        account = do.account
        self._recall(account, "written_off")
        amount = account.balance_cents
        self.work.counts[Count.WRITTEN_OFF] += 1
        external_id = f"{account.id}:{account.cycle}:{do.step}"
        self.work.entries.append(
            {
                "account_id": account.id,
                "posted_on": self.today,
                "recorded_on": self.today,
                "payer_class": account.payer_class,
                "kind": LedgerKind.WRITE_OFF.value,
                "amount_cents": -amount,
                "source": "schedule",
                "external_id": external_id,
                "reference": act.reason,
            }
        )
        self.work.balances.append(NewBalance(account.id, 0, AccountState.WRITTEN_OFF))
        by = _by(account, do.step)
        self.work.events.append(WrittenOff(**by, reason=act.reason, amount_cents=amount))
        self.work.events.append(
            LedgerPosted(
                **by,
                entry=LedgerKind.WRITE_OFF.value,
                amount_cents=-amount,
                posted_on=self.today,
                balance_cents=0,
                source="schedule",
                external_id=external_id,
                reference=act.reason,
            )
        )
        self._finish(account, "written off")

    def _resume(self, do: TakeStep, step_id: str) -> None:
        account = do.account
        after = resumed(account, self.schedules[account.schedule_version_id], step_id, self.today)
        self.work.events.append(Resumed(**_by(account, do.step), resume_at=step_id))
        self._move(account, next_on=do.next_on, cycle=after.cycle, delay=do.delay_days)
        for step, taken in after.taken.items():
            why = "completed in an earlier cycle" if step in account.taken else f"schedule restarted at {step_id}"
            self._step(account, step, taken.outcome, why, cycle=after.cycle, on=taken.on)

    def _blocked(self, blocked: Blocked) -> None:
        account, stop = blocked.account, blocked.stop
        if _asks_for_paper(blocked):
            self._ask_for_paper(account, blocked.step, stop)
        if _is_news(account, stop):
            self.work.events.append(
                StepBlocked(
                    **_by(account, blocked.step),
                    rule=stop.rule,
                    citation=stop.citation,
                    until=stop.until,
                    cleared_by=stop.cleared_by,
                    reason=stop.reason,
                )
            )
        self._move(account, next_on=stop.review_on, pending=account.pending, blocked=(stop.rule, stop.until))

    def _ask_for_paper(self, account: AccountNow, step: str, stop: Blocker) -> None:
        """Make what is missing, or open a task for it: once for all accounts of the group that wait for it."""
        if stop.needs == BILL:
            if self.bill is None:
                self.bill = self._queue_letter(LetterKind.ITEMISED_STATEMENT, LetterOrigin.REPLY)
            self._speak_of(account, self.bill, LetterKind.ITEMISED_STATEMENT, None, None, LetterKind.ITEMISED_STATEMENT)
            return
        if stop.needs == REVIEW:
            gate = stop.rule.removeprefix(GATE)
            act = self.schedules[account.schedule_version_id].step(gate).act
            assert isinstance(act, OpenTask)
            self._open_task(account, gate, act)
            return
        kind = missing(stop.needs or "")
        known = self.papers.get(kind)
        if known is not None:
            self.work.task_accounts.append({"task_id": known, "account_id": account.id})
            return
        self.papers[kind] = self._task(account, step, kind, Role.CLERK, 10, f"{stop.reason} ({stop.citation})")

    def _finish(self, account: AccountNow, reason: str) -> None:
        self.work.events.append(ScheduleFinished(**_by(account, None), reason=reason))
        self._move(account, next_on=None, state=EnrollmentState.FINISHED)

    def _step(
        self,
        account: AccountNow,
        step: str,
        outcome: StepOutcome,
        why: str | None,
        *,
        cycle: int | None = None,
        on: date | None = None,
    ) -> None:
        self.work.steps.append(
            {
                "account_id": account.id,
                "cycle": cycle or account.cycle,
                "step": step,
                "outcome": outcome.value,
                "on": on or self.today,
                "why": why,
            }
        )

    def _move(
        self,
        account: AccountNow,
        *,
        next_on: date | None,
        state: EnrollmentState = EnrollmentState.ACTIVE,
        cycle: int | None = None,
        pending: Pending | None = None,
        delay: int | None = None,
        blocked: tuple[str | None, date | None] = (None, None),
    ) -> None:
        self.work.moves.append(
            {
                "key": account.id,
                "new_state": state.value,
                "new_cycle": cycle or account.cycle,
                "new_pending_trigger": None if pending is None else pending.on.value,
                "new_pending_trigger_id": None if pending is None else pending.mark,
                "new_delay_days": account.delay_days if delay is None else delay,
                "new_next_action_on": next_on,
                "new_blocked_by": blocked[0],
                "new_blocked_until": blocked[1],
            }
        )


def _is_news(account: AccountNow, stop: Blocker) -> bool:
    """A finding is recorded once, and again only when the rule or its date changes."""
    return (account.blocked_by, account.blocked_until) != (stop.rule, stop.until)


def _by(account: AccountNow, step: str | None) -> ByStep:
    return {
        "account_id": account.id,
        "step": step,
        "cycle": account.cycle,
        "schedule_version_id": account.schedule_version_id,
    }
