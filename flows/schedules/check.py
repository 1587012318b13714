"""Checks of a schedule as a whole, beyond its single words."""

from collections.abc import Collection, Iterator

from flows.schedules.schedule import DECIDES
from flows.schedules.schedule_file import Source, build
from flows.schedules.schema import ConditionText, DoText
from flows.schedules.sense import warnings_of
from flows.settings.tables.yaml_text import BadSchedule, Problem, nearest
from models.task_kinds import TaskKind

PLACEMENT_REVIEW = TaskKind.PLACEMENT_REVIEW
"""The kind of task by which a manager reviews an account before an agency has it."""


def problems_of(
    source: Source,
    *,
    letters: Collection[str],
    pools: Collection[str],
    roles: Collection[str] | None = None,
    one_language: Collection[str] = (),
) -> list[Problem]:
    """All problems of a schedule whose words are valid, in the order of the file.

    `letters` are the kinds of letter that have a template, `pools` those that have an agency, `roles` those that an
    active user has (None: not known), `one_language` the kinds without a Spanish template.
    """
    found = [
        *_doubled(source),
        *_references(source),
        *_cycles(source),
        *_unreachable(source),
        *_gates(source),
        *_acts(source, letters, pools),
        *warnings_of(source, roles, one_language),
    ]
    return sorted(found, key=lambda problem: (problem.line, problem.field))


def refuse_if_wrong(
    source: Source,
    *,
    letters: Collection[str],
    pools: Collection[str],
    roles: Collection[str] | None = None,
    one_language: Collection[str] = (),
) -> list[Problem]:
    """Raise BadSchedule if there is any error; return the warnings otherwise."""
    found = problems_of(source, letters=letters, pools=pools, roles=roles, one_language=one_language)
    if any(not problem.warning for problem in found):
        raise BadSchedule(found)
    return found


def _doubled(source: Source) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for index, step in enumerate(source.words.steps):
        if step.id in seen:
            message = f'step name "{step.id}" is used twice; enter a different name'
            yield source.problem(("steps", index, "id"), message)
        seen.setdefault(step.id, index)


def _references(source: Source) -> Iterator[Problem]:
    ids = {step.id for step in source.words.steps}

    def unknown(location: tuple[str | int, ...], name: str) -> Iterator[Problem]:
        if name not in ids:
            yield source.problem(location, f'step "{name}" is not defined{nearest(name, ids)}')

    for index, step in enumerate(source.words.steps):
        if step.at.after is not None:
            yield from unknown(("steps", index, "at", "after"), step.at.after)
        if step.at.and_after is not None:
            yield from unknown(("steps", index, "at", "and_after", "step"), step.at.and_after.step)
    for name, happening in source.words.on:
        resume = getattr(getattr(happening, "then", None), "resume_at", None)
        if resume is not None:
            yield from unknown(("on", name, "then", "resume_at"), resume)


def _needs(source: Source) -> dict[str, set[str]]:
    """Which steps each step waits for."""
    needs: dict[str, set[str]] = {}
    for step in source.words.steps:
        named = {step.at.after, step.at.and_after.step if step.at.and_after else None}
        needs.setdefault(step.id, set()).update(name for name in named if name is not None)
    return needs


def _cycles(source: Source) -> Iterator[Problem]:
    needs = _needs(source)
    for index, step in enumerate(source.words.steps):
        waits, met = list(needs[step.id]), set[str]()
        while waits:
            name = waits.pop()
            if name in met:
                continue
            met.add(name)
            waits.extend(needs.get(name, ()))
        if step.id in met:
            ring = " and ".join(sorted(name for name in met if step.id in _all_needs(needs, name)))
            message = f'"{step.id}" has a circular reference ({ring}); count one of them from the anchor with `day: N`'
            yield source.problem(("steps", index, "at"), message)


def _all_needs(needs: dict[str, set[str]], name: str) -> set[str]:
    met: set[str] = set()
    waits = list(needs.get(name, ()))
    while waits:
        here = waits.pop()
        if here not in met:
            met.add(here)
            waits.extend(needs.get(here, ()))
    return met


def _unreachable(source: Source) -> Iterator[Problem]:
    needs = _needs(source)
    order = {step.id: index for index, step in reversed(list(enumerate(source.words.steps)))}
    ended_by: str | None = None
    for index, step in enumerate(source.words.steps):
        later = sorted(name for name in needs[step.id] if order.get(name, -1) > index)
        if later and step.id not in _all_needs(needs, step.id):
            message = f'can never be reached: it waits for "{later[0]}" below it; move it down'
            yield source.problem(("steps", index, "at"), message)
        if ended_by is not None:
            message = f'can never be reached: "{ended_by}" above it ends the schedule; move it up or remove it'
            yield source.problem(("steps", index), message)
        yield from _never_holds(source, index)
        if step.do.write_off is not None and step.when == ConditionText():
            ended_by = step.id


def _never_holds(source: Source, index: int) -> Iterator[Problem]:
    when, enter = source.words.steps[index].when, source.words.enter
    for name in ("payer_class", "creditor"):
        asked, entering = getattr(when, name), getattr(enter, name)
        if asked and entering and not set(asked) & set(entering):
            message = f"can never be reached: no account with this {name} enters; `enter` has {', '.join(entering)}"
            yield source.problem(("steps", index, "when", name), message)
    for name in ("balance", "age_days", "score", "prior_agency_returns"):
        limits = getattr(when, name)
        if limits is not None and _empty(limits.at_least, limits.at_most, limits.below, limits.above):
            yield source.problem(
                ("steps", index, "when", name), "can never be true: its lower limit is above its upper limit"
            )


def _empty(at_least: object, at_most: object, below: object, above: object) -> bool:
    lows = [(low, strict) for low, strict in ((at_least, False), (above, True)) if low is not None]
    highs = [(high, strict) for high, strict in ((at_most, False), (below, True)) if high is not None]
    return any(low > high or (low == high and (one or other)) for low, one in lows for high, other in highs)  # type: ignore[operator]


def _acts(source: Source, letters: Collection[str], pools: Collection[str]) -> Iterator[Problem]:
    places: list[tuple[tuple[str | int, ...], DoText]] = [
        (("steps", index, "do"), step.do) for index, step in enumerate(source.words.steps)
    ]
    places += [(("on", name, "do"), given.do) for name, given in source.words.on if given and given.do]
    if source.words.small_balance is not None:
        small = source.words.small_balance.do
        places.append((("small_balance", "do"), small))
        if small.write_off is None:
            yield source.problem(
                ("small_balance", "do"), "a small balance can only be written off: `write_off: {reason: small-balance}`"
            )
    for location, do in places:
        yield from _act(source, location, do, letters, pools)


def _gates(source: Source) -> Iterator[Problem]:
    """A gate stops the list of steps: it is in the list, a step follows it, and a manager decides."""
    steps = source.words.steps
    for index, step in enumerate(steps):
        if step.do.task is None or not step.do.task.gate:
            continue
        where = ("steps", index, "do", "task", "gate")
        if index == len(steps) - 1:
            yield source.problem(where, "no step follows this gate; add a step below it, or remove the gate")
        if step.do.task.role != DECIDES:
            message = f"a {DECIDES} decides at a gate, but this task is for the {step.do.task.role}; remove `role`"
            yield source.problem(("steps", index, "do", "task", "role"), message)
    for name, happening in source.words.on:
        if happening and happening.do and happening.do.task and happening.do.task.gate:
            message = "only a step under `steps` can be a gate; no step waits for this task, so remove the gate"
            yield source.problem(("on", name, "do", "task", "gate"), message)
    yield from _reviews_without_gate(source)


def _reviews_without_gate(source: Source) -> Iterator[Problem]:
    """A review before a placement without a gate stops nothing: the account is placed whatever the result."""
    steps = source.words.steps
    for index, step in enumerate(steps):
        task = step.do.task
        if task is None or task.gate or task.kind != PLACEMENT_REVIEW:
            continue
        after = next((later.id for later in steps[index + 1 :] if later.do.place is not None), None)
        if after is not None:
            message = f'"{after}" does not wait for this review; add `gate: true` if it should'
            yield source.problem(("steps", index, "do", "task"), message, warning=True)


def _act(
    source: Source, location: tuple[str | int, ...], do: DoText, letters: Collection[str], pools: Collection[str]
) -> Iterator[Problem]:
    if do.letter is not None and do.letter not in letters:
        yield source.problem(
            (*location, "letter"), f'there is no template for letter "{do.letter}"{nearest(do.letter, letters)}'
        )
    for number, enclosure in enumerate(do.enclose or ()):
        if enclosure not in letters:
            message = f'there is no template for enclosure "{enclosure}"{nearest(enclosure, letters)}'
            yield source.problem((*location, "enclose", number), message)
    if do.place is not None and do.place.pool not in pools:
        message = f'pool "{do.place.pool}" has no agency{nearest(do.place.pool, pools)}; add an agency to it first'
        yield source.problem((*location, "place", "pool"), message)
    terms = source.words.arrangements
    if do.offer_arrangement is not None and do.offer_arrangement not in terms:
        hint = nearest(do.offer_arrangement, terms)
        message = f'there are no payment plan terms "{do.offer_arrangement}"{hint}; add them under `arrangements`'
        yield source.problem((*location, "offer_arrangement"), message)


__all__ = ["build", "problems_of", "refuse_if_wrong"]
