"""Where the law delays the steps of a schedule: each step tried on its day for the practice's own creditors and states.
Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from flows.accounts.eligibility import stop_for
from flows.accounts.snapshot import AccountNow, GroupNow, StepDone
from flows.schedules.picture import Delay
from flows.schedules.schedule import Schedule, SendLetter, Step
from letters.kinds import LetterKind
from models.enums import CreditorKind, FactName, PayerClass, StepOutcome
from models.labels import words

MOST_DAYS = 400
TRIES = 20
PRACTICE = "house-"
"""The prefix of rules of the practice itself: an address or a phone number that is missing."""


class _Found(NamedTuple):
    """A rule that delays a step by some days, or that asks for something first."""

    citation: str
    first: str
    days: int


def law_delays(schedule: Schedule, groups: Sequence[GroupNow], today: date) -> list[Delay]:
    """What the law asks of each step for some of these creditors and states, the longest delay by citation.

    Every earlier step is taken as done on its day, and every letter as mailed then.
    """
    delays: list[Delay] = []
    for step in schedule.steps:
        who: dict[tuple[str, str], dict[str, int]] = {}
        for group in groups:
            found = _delay(schedule, step, group, today)
            if found is not None:
                states = who.setdefault((found.citation, found.first), {})
                state = group.person.state or "an unknown state"
                states[state] = max(states.get(state, 0), found.days)
        for (citation, first), states in sorted(who.items()):
            delays.append(Delay(step.id, max(states.values()), citation, _accounts_in(sorted(states)), first))
    return delays


def _accounts_in(states: Iterable[str]) -> str:
    return f"some accounts in {', '.join(states)}"


def _delay(schedule: Schedule, step: Step, group: GroupNow, today: date) -> _Found | None:
    """What a rule asks of a step that is due today for a made-up account of this creditor and state."""
    account = _account(schedule, step, group, today - timedelta(days=step.nominal_day))
    alone = replace(group, accounts=(account,))
    day, citation = today, ""
    for _ in range(TRIES):
        stop = stop_for(step.act, account, alone, day)
        if stop is None:
            break
        if stop.needs is not None and not stop.rule.startswith(PRACTICE):
            return _Found(stop.citation, words(stop.needs), 0)
        if stop.until is None or stop.until <= day or (stop.until - today).days > MOST_DAYS:
            return None
        day, citation = stop.until, citation or stop.citation
    return _Found(citation, "", (day - today).days) if day > today else None


def _account(schedule: Schedule, step: Step, group: GroupNow, anchor: date) -> AccountNow:
    before = schedule.steps[: schedule.position[step.id]]
    taken = {one.id: StepDone(StepOutcome.DONE, anchor + timedelta(days=one.nominal_day)) for one in before}
    notices = [
        taken[one.id].on
        for one in before
        if isinstance(one.act, SendLetter) and one.act.kind == LetterKind.FINAL_NOTICE
    ]
    charity = group.creditor.kind == CreditorKind.NONPROFIT_HOSPITAL.value
    return AccountNow(
        id=0,
        number="",
        schedule_version_id=0,
        cycle=1,
        anchor_on=anchor,
        payer_class=PayerClass.SELF_PAY.value,
        balance_cents=500_00,
        first_statement_on=anchor,
        service_from=anchor - timedelta(days=20),
        taken=taken,
        facts={FactName.ECA_NOTICE: max(notices)} if notices and charity else {},
    )
