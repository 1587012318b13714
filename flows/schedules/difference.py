"""What differs between two versions of a schedule, as sentences that a manager can read aloud. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from flows.schedules.actions import act_words
from flows.schedules.conditions import ALWAYS, Between, Condition
from flows.schedules.plain_words import amount, at_words, condition_words, step_title
from flows.schedules.schedule import (
    Action,
    AfterTrigger,
    Calendar,
    Happening,
    OpenCall,
    Place,
    Schedule,
    SendLetter,
    Step,
    Terms,
    Trigger,
)
from models.labels import label, words
from models.step_words import AFTER, step_name
from models.values import counted, dollars

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class What(StrEnum):
    """What kind of change it is."""

    TITLE = "title"
    ANCHOR = "anchor"
    ENTER = "enter"
    CALENDAR = "calendar"
    SPACING = "spacing"
    ADDED = "added"
    DROPPED = "dropped"
    RENAMED = "renamed"
    MOVED = "moved"
    ORDER = "order"
    ACTION = "action"
    CONDITION = "condition"
    SMALL_BALANCE = "small_balance"
    ON = "on"
    TERMS = "terms"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `step`: the step, the trigger or the terms that it is about, if any."""

    what: What
    step: str | None
    before: str | None
    after: str | None
    sentence: str


def differences(old: Schedule, new: Schedule) -> list[Change]:
    """Every difference between two versions, in the order of the file: the settings, the steps, the triggers."""
    renamed = renames(old, new)
    return [
        *_settings(old, new),
        *_steps(old, new, renamed),
        *_small_balance(old, new),
        *_triggers(old.on, new.on),
        *_terms(old.arrangements, new.arrangements),
        *_late(old, new),
    ]


def renames(old: Schedule, new: Schedule) -> dict[str, str]:
    """Steps that only got another name: gone from the one, new in the other, with the same action on the same day."""
    gone = [step for step in old.steps if step.id not in new.position]
    fresh = [step for step in new.steps if step.id not in old.position]
    found: dict[str, str] = {}
    for step in gone:
        same = (one.id for one in fresh if one.act == step.act and one.nominal_day == step.nominal_day)
        name = next((one for one in same if one not in found.values()), None)
        if name is not None:
            found[step.id] = name
    return found


def _settings(old: Schedule, new: Schedule) -> Iterator[Change]:
    if old.title != new.title:
        yield _between(What.TITLE, None, old.title, new.title, "The title")
    if old.anchor != new.anchor:
        yield _between(What.ANCHOR, None, _anchor(old.anchor), _anchor(new.anchor), "The day that steps count from")
    if old.enter.overdue_days != new.enter.overdue_days:
        before, after = (f"{counted(one.enter.overdue_days, 'day')} overdue" for one in (old, new))
        yield _between(What.ENTER, None, before, after, "When accounts enter")
    if old.enter.condition != new.enter.condition:
        before, after = condition_words(old.enter.condition), condition_words(new.enter.condition)
        yield _between(What.ENTER, None, before, after, "Which accounts enter")
    if old.calendar != new.calendar:
        before, after = _days_off(old.calendar), _days_off(new.calendar)
        yield _between(What.CALENDAR, None, before, after, "Days off")
    spacings = (
        (old.letters.at_least_days, new.letters.at_least_days, "Minimum days between letters"),
        (old.letters.gather_days, new.letters.gather_days, "Days ahead that a letter includes other accounts"),
    )
    for before, after, name in spacings:
        if before != after:
            yield _between(What.SPACING, None, str(before), str(after), name)
    if old.calls != new.calls:
        before, after = (
            f"{counted(one.at_most, 'call')} in {counted(one.in_days, 'day')}" for one in (old.calls, new.calls)
        )
        yield _between(What.SPACING, None, before, after, "The call limit")


def _anchor(name: str) -> str:
    return words(name.removesuffix("_on").removesuffix("_from")) + (" date" if name == "service_from" else "")


def _days_off(calendar: Calendar) -> str:
    days = [WEEKDAYS[day] for day in sorted(calendar.off_weekdays)]
    if calendar.holidays_off:
        days.append(f"{calendar.state or 'federal'} holidays")
    return ", ".join(days) or "none"


def _between(what: What, step: str | None, before: str, after: str, subject: str) -> Change:
    plural = subject.endswith(("days", "letters", "accounts", "off")) and not subject.startswith(("When", "Which"))
    verb = "change" if plural else "changes"
    return Change(what, step, before, after, f"{subject} {verb} from {before} to {after}.")


def _steps(old: Schedule, new: Schedule, renamed: Mapping[str, str]) -> Iterator[Change]:
    back = {now: was for was, now in renamed.items()}
    for step in old.steps:
        if step.id not in new.position and step.id not in renamed:
            act = act_words(step.act)
            text = f"{step_title(step.id)} is removed: {_sentence_start(act)} on day {step.nominal_day}."
            yield Change(What.DROPPED, step.id, f"{act} on day {step.nominal_day}", None, text)
    for step in new.steps:
        was = old.position.get(back.get(step.id, step.id))
        if was is None:
            yield _added(step)
        else:
            yield from _step(old.steps[was], step, renamed)
    yield from _order(old, new, renamed)


def _sentence_start(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _added(step: Step) -> Change:
    act = act_words(step.act)
    only = "" if step.when == ALWAYS else f", only for {condition_words(step.when)}"
    after = f"{act} on day {step.nominal_day}{only}"
    return Change(What.ADDED, step.id, None, after, f"{step_title(step.id)} is added: {_sentence_start(after)}.")


def _step(old: Step, new: Step, renamed: Mapping[str, str]) -> Iterator[Change]:
    name = step_title(new.id)
    if old.id != new.id:
        text = f"{step_title(old.id)} is renamed {step_name(new.id)}."
        yield Change(What.RENAMED, new.id, old.id, new.id, text)
    yield from _moved(old, new, name, renamed)
    if old.act != new.act:
        yield _acts_differently(old.act, new.act, new.id, name)
    if old.when != new.when:
        yield _for_others(old.when, new.when, new.id, name)


def _moved(old: Step, new: Step, name: str, renamed: Mapping[str, str]) -> Iterator[Change]:
    before, after = f"day {old.nominal_day}", f"day {new.nominal_day}"
    also = (
        None
        if old.at.and_after is None
        else (renamed.get(old.at.and_after[0], old.at.and_after[0]), old.at.and_after[1])
    )
    after_step = None if old.at.after is None else renamed.get(old.at.after, old.at.after)
    same_rule = (old.at.day, after_step, old.at.days, also) == (new.at.day, new.at.after, new.at.days, new.at.and_after)
    if same_rule and old.nominal_day == new.nominal_day:
        return
    if same_rule:
        other = new.at.after or (new.at.and_after or ("", 0))[0]
        why = f", because it counts from {step_name(other)}"
        yield Change(What.MOVED, new.id, before, after, f"{name} moves from {before} to {after}{why}.")
        return
    was, now = at_words(old.at), at_words(new.at)
    if old.at.day is not None and new.at.day is not None and old.at.and_after == new.at.and_after:
        nominal = "" if was == before and now == after else f" (from {before} to {after})"
    elif old.nominal_day == new.nominal_day:
        nominal = f" (still {after})"
    else:
        nominal = f" (from {before} to {after})"
    yield Change(What.MOVED, new.id, was, now, f"{name} moves from {was} to {now}{nominal}.")


def _acts_differently(old: Action, new: Action, step: str, name: str) -> Change:
    before, after = act_words(old), act_words(new)
    text = f"{name} changes from {_sentence_start(before)} to {_sentence_start(after)}."
    match old, new:
        case OpenCall(), OpenCall():
            parts = _parts(
                ("script", step_name(old.script), step_name(new.script)),
                ("attempts", old.attempts, new.attempts),
                ("days between attempts", old.every_days, new.every_days),
                ("days until it is given up", old.give_up_after_days, new.give_up_after_days),
            )
            text = f"{name}: {parts}."
        case SendLetter(), SendLetter() if old.kind == new.kind:
            parts = [f"{words(one)} is enclosed" for one in new.enclose if one not in old.enclose]
            parts += [f"{words(one)} is no longer enclosed" for one in old.enclose if one not in new.enclose]
            text = f"{name}: {'; '.join(parts)}."
        case Place(), Place():
            parts = _parts(
                ("pool", words(old.pool), words(new.pool)), ("recall first", _yes(old.recall), _yes(new.recall))
            )
            text = f"{name}: {parts}."
        case _:
            pass
    return Change(What.ACTION, step, before, after, text)


def _yes(on: bool) -> str:
    return "yes" if on else "no"


def _parts(*parts: tuple[str, object, object]) -> str:
    return "; ".join(f"{name} from {before} to {after}" for name, before, after in parts if before != after)


def _for_others(old: Condition, new: Condition, step: str, name: str) -> Change:
    before, after = condition_words(old), condition_words(new)
    low, was = _least(new), _least(old)
    if low is not None and (old == ALWAYS or (was is not None and was < low)):
        text = f"{name} is dropped for balances under {amount('balance', low)}."
    elif was is not None and (new == ALWAYS or (low is not None and low < was)):
        under = "every balance" if low is None else f"balances of {amount('balance', low)} or more"
        text = f"{name} is now for {under} (before: {amount('balance', was)} or more)."
    else:
        text = f"{name} is now for {after} (before: {before})."
    return Change(What.CONDITION, step, before, after, text)


def _least(condition: Condition) -> int | None:
    """The lowest balance of a condition that asks for nothing else."""
    if not isinstance(condition, Between) or condition.field != "balance":
        return None
    others = (condition.at_most, condition.below, condition.above)
    return condition.at_least if others == (None, None, None) else None


def _order(old: Schedule, new: Schedule, renamed: Mapping[str, str]) -> Iterator[Change]:
    """Steps that both have, in another order: steps are completed in the order of the list."""
    before = [renamed.get(step.id, step.id) for step in old.steps if renamed.get(step.id, step.id) in new.position]
    kept = set(before)
    after = [step.id for step in new.steps if step.id in kept]
    if before == after:
        return
    was, now = (", ".join(map(step_name, order)) for order in (before, after))
    yield Change(What.ORDER, None, was, now, f"The order of steps changes from {was} to {now}.")


def _small_balance(old: Schedule, new: Schedule) -> Iterator[Change]:
    if old.small_balance == new.small_balance:
        return
    before, after = _small(old), _small(new)
    yield Change(
        What.SMALL_BALANCE, None, before, after, f"Small balances: {_sentence_start(after)} (before: {before})."
    )


def _small(schedule: Schedule) -> str:
    small = schedule.small_balance
    if small is None:
        return "no automatic write-off"
    return f"write-off under {dollars(small.below_cents)} from day {small.after_day}"


def _triggers(old: Mapping[Trigger, Happening], new: Mapping[Trigger, Happening]) -> Iterator[Change]:
    for trigger in Trigger:
        before, after = old.get(trigger), new.get(trigger)
        if before == after:
            continue
        name = AFTER[trigger.value]
        was, now = happening_words(before), happening_words(after)
        text = f"{name[:1].upper()}{name[1:]}: {now} (before: {was})."
        yield Change(What.ON, trigger.value, was, now, text)


def happening_words(happening: Happening | None) -> str:
    """What a schedule does after a trigger."""
    if happening is None:
        return "no action"
    parts = [] if happening.act is None else [_sentence_start(act_words(happening.act))]
    if happening.hold is not None:
        kind, scope = happening.hold
        parts.append(f"{words(kind)} hold ({words(scope)})")
    parts.append(_then(happening.then))
    return ", then ".join(parts)


def _then(then: AfterTrigger) -> str:
    if then.finish:
        return "the schedule ends"
    return "the next step" if then.resume_at is None else f"back to {step_name(then.resume_at)}"


def _terms(old: Mapping[str, Terms], new: Mapping[str, Terms]) -> Iterator[Change]:
    for name in [*old, *(one for one in new if one not in old)]:
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        was, now = terms_words(before), terms_words(after)
        title = f"Payment plan terms {words(name)}"
        if before is None:
            text = f"{title} are added: {now}."
        elif after is None:
            text = f"{title} are removed."
        else:
            text = f"{title}: {_changed_terms(before, after)}."
        yield Change(What.TERMS, name, None if before is None else was, None if after is None else now, text)


def _changed_terms(old: Terms, new: Terms) -> str:
    return _parts(
        ("minimum payment", dollars(old.min_payment_cents), dollars(new.min_payment_cents)),
        ("maximum months", old.max_months, new.max_months),
        ("down payment percent", old.down_payment_percent, new.down_payment_percent),
        ("days of grace", old.grace_days, new.grace_days),
        ("missed payments before default", old.broken_after_missed, new.broken_after_missed),
        ("frequency", label(old.frequency).lower(), label(new.frequency).lower()),
        ("days of the month", _listed(old.days_of_month), _listed(new.days_of_month)),
    )


def _listed(days: tuple[int, ...]) -> str:
    return " and ".join(map(str, days))


def terms_words(terms: Terms | None) -> str:
    """The terms of a payment plan in one line."""
    if terms is None:
        return "none"
    down = f", {terms.down_payment_percent}% down" if terms.down_payment_percent else ""
    return (
        f"at least {dollars(terms.min_payment_cents)} {label(terms.frequency).lower()} for at most "
        f"{counted(terms.max_months, 'month')}{down}, {counted(terms.grace_days, 'day')} of grace, "
        f"default after {counted(terms.broken_after_missed, 'missed payment')}"
    )


def _late(old: Schedule, new: Schedule) -> Iterator[Change]:
    before, after = old.skip_if_older_than_days, new.skip_if_older_than_days
    if before != after:
        was, now = ("never" if one is None else f"after {counted(one, 'day')}" for one in (before, after))
        yield Change(What.LATE, None, was, now, f"Late steps are skipped {now} (before: {was}).")
