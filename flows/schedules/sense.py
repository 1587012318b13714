"""Likely mistakes in a schedule: its words are valid, it can be published, with a warning."""

from collections.abc import Collection, Iterator
from math import ceil

from flows.schedules.conditions import SWITCHES
from flows.schedules.schedule_file import Source, nominal_days
from flows.schedules.schema import ConditionText, StepText
from flows.settings.tables.yaml_text import Problem
from letters.data import FINAL_NOTICE_DAYS
from letters.kinds import LetterKind
from models.values import counted

FINAL = LetterKind.FINAL_NOTICE
REMINDER = "reminder"
CALLS_A_WEEK = 7
WEEK = 7


def warnings_of(source: Source, roles: Collection[str] | None, one_language: Collection[str]) -> Iterator[Problem]:
    """Steps in a wrong order; letters closer than the minimum days; more calls than the law allows; tasks for a role
    that no user has; letters without a Spanish template."""
    yield from _order_of_letters(source)
    yield from _spacing(source)
    yield from _placements(source)
    yield from _calls(source)
    yield from _languages(source, one_language)
    if roles is not None:
        yield from _roles(source, roles)


def _languages(source: Source, one_language: Collection[str]) -> Iterator[Problem]:
    for index, step in enumerate(source.words.steps):
        if step.do.letter is not None and step.do.letter in one_language:
            message = f'letter "{step.do.letter}" has no Spanish template; Spanish-speaking patients get it in English'
            yield source.problem(("steps", index, "do", "letter"), message, warning=True)


def _roles(source: Source, roles: Collection[str]) -> Iterator[Problem]:
    for index, step in enumerate(source.words.steps):
        if step.do.task is not None and step.do.task.role not in roles:
            message = f"no user has the role {step.do.task.role}; its tasks would be on no one's list"
            yield source.problem(("steps", index, "do", "task", "role"), message, warning=True)


def _order_of_letters(source: Source) -> Iterator[Problem]:
    days = nominal_days(source.words)
    steps = list(enumerate(source.words.steps))
    contacts = [(days[step.id], index, step) for index, step in steps if step.do.letter or step.do.call]
    if contacts:
        _, index, first = min(contacts, key=lambda one: one[:2])
        if first.do.letter == FINAL:
            yield _warn(source, index, "is a final notice and the first contact; send a reminder before it")
    for index, step in steps:
        if step.do.letter != FINAL:
            continue
        here = (days[step.id], index)
        later = [other.id for place, other in steps if _is_reminder(other) and (days[other.id], place) > here]
        if later:
            after = f'"{later[0]}" is a reminder after it on day {days[later[0]]}'
            message = f"is a final notice on day {days[step.id]}, and {after}; send the final notice last"
            yield _warn(source, index, message)


def _spacing(source: Source) -> Iterator[Problem]:
    """A letter within the minimum days after another one waits until they are over; so does what counts from it."""
    least = source.words.spacing.letters.at_least_days
    days = nominal_days(source.words)
    steps = enumerate(source.words.steps)
    letters = sorted(((days[step.id], index, step) for index, step in steps if step.do.letter), key=lambda one: one[:2])
    sent: list[tuple[int, StepText]] = []
    for day, index, step in letters:
        before = [(on, other) for on, other in sent if not _exclude_each_other(other.when, step.when)]
        last, other = max(before, key=lambda one: one[0], default=(day - least, step))
        goes = max(day, last + least)
        sent.append((goes, step))
        if goes > day:
            message = (
                f'is a letter on day {day}, after "{other.id}" on day {last}; letters are at least '
                f"{counted(least, 'day')} apart: this one would wait until day {goes}"
            )
            yield _warn(source, index, message)


def _exclude_each_other(one: ConditionText, other: ConditionText) -> bool:
    """Whether no account meets both conditions, as far as their own words show."""
    for field in ("payer_class", "creditor", "state", "language"):
        mine, theirs = getattr(one, field), getattr(other, field)
        if mine is not None and theirs is not None and set(mine).isdisjoint(theirs):
            return True
    if any({getattr(one, field), getattr(other, field)} == {True, False} for field in SWITCHES):
        return True
    return _is_below(one, other) or _is_below(other, one)


def _is_below(one: ConditionText, other: ConditionText) -> bool:
    """Whether the balances of one condition end before those of the other begin."""
    mine, theirs = one.balance, other.balance
    if mine is None or theirs is None or mine.below is None or theirs.at_least is None:
        return False
    return mine.below <= theirs.at_least


def _is_reminder(step: StepText) -> bool:
    return step.do.letter is not None and step.do.letter.startswith(REMINDER)


def _placements(source: Source) -> Iterator[Problem]:
    """A final notice allows thirty days; a placement before they are over contradicts it."""
    days = nominal_days(source.words)
    notices = [days[step.id] for step in source.words.steps if step.do.letter == FINAL]
    for index, step in enumerate(source.words.steps):
        before = [day for day in notices if day <= days[step.id]]
        if step.do.place is None or not before:
            continue
        left = days[step.id] - max(before)
        if left < FINAL_NOTICE_DAYS:
            message = (
                f"places the account {counted(left, 'day')} after the final notice, which leaves {FINAL_NOTICE_DAYS} "
                "days to answer "
                f"(a charity must: 26 CFR 1.501(r)-6(c)(4)); place it {FINAL_NOTICE_DAYS} days after it or later"
            )
            yield source.problem(("steps", index, "at"), message, warning=True, law=True)


def _calls(source: Source) -> Iterator[Problem]:
    calls = source.words.spacing.calls
    weekly = calls.at_most * ceil(WEEK / calls.in_days)
    if weekly > CALLS_A_WEEK:
        message = (
            f"allows up to {weekly} calls in {WEEK} days; more than {CALLS_A_WEEK} are presumed to be harassment "
            "(12 CFR 1006.14(b)(2)(i)(A)), and the nightly run makes no more; enter at_most: 7, in_days: 7, or less"
        )
        yield source.problem(("spacing", "calls", "at_most"), message, warning=True, law=True)


def _warn(source: Source, index: int, message: str) -> Problem:
    return source.problem(("steps", index, "at"), message, warning=True)
