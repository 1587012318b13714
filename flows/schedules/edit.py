"""Edits of a schedule's text: a step added, changed, moved or removed, its comments kept. Pure: text in, text out."""

# At the edge: the nodes of ruamel.yaml have no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import io
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarfloat import ScalarFloat

from flows.schedules.actions import row_of
from flows.schedules.schedule import Action, At, Schedule
from flows.schedules.schedule_file import build, read_source
from flows.schedules.schema import ConditionText
from models.errors import BadInput, NotFound
from models.step_words import step_name
from models.values import counted

LINE_WIDTH = 4096
"""Long lines stay as they were written."""


@dataclass(frozen=True, slots=True)
class Only:
    """For which accounts a step is done, as far as a form has it; None and empty: no such limit. Amounts are cents."""

    balance_at_least: int | None = None
    balance_below: int | None = None
    payer_class: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    language: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepEdit:
    """A step as a form has it."""

    id: str
    at: At
    act: Action
    only: Only = Only()


def add_step(text: str, edit: StepEdit, after: str | None = None) -> str:
    """Add a step after another one, or at the end. Raises BadInput if the name is taken, NotFound for `after`."""
    document = _read(text)
    steps = document["steps"]
    if any(step.get("id") == edit.id for step in steps):
        raise BadInput(f'step name "{edit.id}" is used already', "enter a different name", field="id")
    place = len(steps) if after is None else _place(steps, after) + 1
    steps.insert(place, _step(edit))
    return _written(document)


def change_step(text: str, step: str, edit: StepEdit) -> str:
    """Change a step; references to it follow a new name. Conditions that no form has stay as they are."""
    document = _read(text)
    steps = document["steps"]
    node = steps[_place(steps, step)]
    if edit.id != step:
        if any(other.get("id") == edit.id for other in steps):
            raise BadInput(f'step name "{edit.id}" is used already', "enter a different name", field="id")
        node["id"] = edit.id
        _rename(document, step, edit.id)
    fresh = _step(edit)
    for key in ("at", "do"):
        if _plain(node.get(key)) != _plain(fresh[key]):
            node[key] = fresh[key]
    when = _when(node.get("when"), edit.only)
    if when:
        if _plain(node.get("when")) != _plain(when):
            node["when"] = when
    elif "when" in node:
        del node["when"]
    return _written(document)


def move_step(text: str, step: str, day: int) -> str:
    """Move a step to a day after the anchor. A step that counts from another one keeps counting from it.

    Raises BadInput for a day before the step that it counts from, or before its other limit (`and_after`).
    """
    if day < 0:
        raise BadInput("a step can't be before day 0", "enter a day of 0 or later", field="day")
    schedule = _built(text)
    document = _read(text)
    steps = document["steps"]
    node = steps[_place(steps, step)]
    at = schedule.step(step).at
    if at.day is not None:
        node["at"]["day"] = day
    else:
        node["at"]["days"] = _distance(schedule, at.after or "", day)
    if at.and_after is not None:
        other, days = at.and_after
        first = schedule.step(other).nominal_day + days
        if first > day:
            # A limit that protects the patient's time to answer is not lowered by a drag.
            what = f"it is at least {counted(days, 'day')} after {step_name(other)}, on day {first}"
            raise BadInput(what, f"enter day {first} or later, or change that limit in the step's form", field="day")
    return _written(document)


def _distance(schedule: Schedule, other: str, day: int) -> int:
    first = schedule.step(other).nominal_day
    if day < first:
        raise BadInput(
            f"it counts from {step_name(other)}, which is on day {first}", f"enter day {first} or later", field="day"
        )
    return day - first


def reorder_step(text: str, step: str, by: int) -> str:
    """Move a step up (-1) or down (1) in the list, in which steps are done."""
    document = _read(text)
    steps = document["steps"]
    place = _place(steps, step)
    other = place + by
    if not 0 <= other < len(steps):
        raise BadInput(f"{step_name(step)} is already {'first' if by < 0 else 'last'}", "nothing was changed")
    node = steps.pop(place)
    steps.insert(other, node)
    return _written(document)


def remove_step(text: str, step: str) -> str:
    """Remove a step. Steps that counted from it count from the anchor, on the same day as before."""
    schedule = _built(text)
    document = _read(text)
    steps = document["steps"]
    if len(steps) == 1:
        raise BadInput("a schedule needs at least one step", "add another step before removing this one")
    place = _place(steps, step)
    for node in steps:
        at = node["at"]
        if at.get("after") == step:
            node["at"] = _flow({"day": schedule.step(node["id"]).nominal_day})
        elif at.get("and_after") is not None and at["and_after"].get("step") == step:
            del at["and_after"]
    for happening in (document.get("on") or {}).values():
        then = happening.get("then") if happening else None
        if isinstance(then, dict) and then.get("resume_at") == step:
            raise BadInput(
                f"an event of the schedule continues at {step_name(step)}", "change that event first", field="step"
            )
    del steps[place]
    return _written(document)


def set_word(text: str, path: tuple[str, ...], value: object) -> str:
    """Set a word outside the steps, such as ``spacing.letters.at_least_days``; None removes it."""
    document = _read(text)
    node = document
    for part in path[:-1]:
        if node.get(part) is None:
            node[part] = _flow({})
        node = node[part]
    if value is None:
        node.pop(path[-1], None)
    else:
        node[path[-1]] = _node(value)
    return _written(document)


def only_of(words: ConditionText) -> Only:
    """The conditions of a step that a form has."""
    balance = words.balance
    return Only(
        None if balance is None or balance.at_least is None else int(balance.at_least * 100),
        None if balance is None or balance.below is None else int(balance.below * 100),
        tuple(one.value for one in words.payer_class or ()),
        tuple(words.state or ()),
        tuple(words.language or ()),
    )


def has_other_conditions(words: ConditionText) -> bool:
    """Whether a step has conditions that no form has; they stay as they are."""
    others = words.model_dump(exclude_none=True, exclude=set(FORM_WORDS))
    balance = words.balance
    return bool(others) or (balance is not None and (balance.at_most is not None or balance.above is not None))


# Between text and nodes.


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = LINE_WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _read(text: str) -> Any:
    """The nodes of a text whose words are valid. Raises BadSchedule."""
    read_source(text, "draft")
    return _yaml().load(text)


def _built(text: str) -> Schedule:
    return build(read_source(text, "draft").words)


def _written(document: Any) -> str:
    to = io.StringIO()
    _yaml().dump(document, to)
    return to.getvalue()


def _place(steps: Any, step: str) -> int:
    for place, node in enumerate(steps):
        if node.get("id") == step:
            return place
    raise NotFound(f'step "{step}" was not found', "reload the draft; another person may have removed it")


def _rename(document: Any, old: str, new: str) -> None:
    for node in document["steps"]:
        at = node["at"]
        if at.get("after") == old:
            at["after"] = new
        if at.get("and_after") is not None and at["and_after"].get("step") == old:
            at["and_after"]["step"] = new
    for happening in (document.get("on") or {}).values():
        then = happening.get("then") if happening else None
        if isinstance(then, dict) and then.get("resume_at") == old:
            then["resume_at"] = new


def _step(edit: StepEdit) -> CommentedMap:
    node = CommentedMap()
    node["id"] = edit.id
    node["at"] = _at(edit.at)
    node["do"] = _flow(row_of(edit.act).write(edit.act))
    when = _when(None, edit.only)
    if when:
        node["when"] = when
    return node


def _at(at: At) -> CommentedMap:
    words: dict[str, object] = {"day": at.day} if at.day is not None else {"after": at.after, "days": at.days}
    if at.and_after is not None:
        words["and_after"] = {"step": at.and_after[0], "days": at.and_after[1]}
    return _flow(words)


FORM_WORDS = ("balance", "payer_class", "state", "language")
"""The conditions that a form has."""


def _when(before: Any, only: Only) -> CommentedMap:
    """The condition of a form, with what was there beside it."""
    words: dict[str, object] = {key: value for key, value in (before or {}).items() if key not in FORM_WORDS}
    balance: dict[str, object] = {}
    if only.balance_at_least is not None:
        balance["at_least"] = _dollars(only.balance_at_least)
    if only.balance_below is not None:
        balance["below"] = _dollars(only.balance_below)
    balance |= {
        key: value for key, value in ((before or {}).get("balance") or {}).items() if key in ("at_most", "above")
    }
    fields = {"balance": balance, "payer_class": only.payer_class, "state": only.state, "language": only.language}
    words |= {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items() if value}
    return _flow(words)


def _dollars(cents: int) -> Decimal:
    return Decimal(cents) / 100


def _flow(words: Mapping[str, object]) -> CommentedMap:
    node = CommentedMap((key, _node(value)) for key, value in words.items())
    node.fa.set_flow_style()
    return node


def _node(value: Any) -> Any:
    if isinstance(value, dict):
        return _flow(value)
    if isinstance(value, list | tuple):
        found = CommentedSeq(_node(one) for one in value)
        found.fa.set_flow_style()
        return found
    if isinstance(value, Decimal):
        return _scalar(value)
    return value


def _scalar(value: Decimal) -> Any:
    """An amount with two decimals, as managers write it."""
    text = f"{value:.2f}"
    whole = text.index(".")
    return ScalarFloat(float(value), width=len(text), prec=whole, m_sign=False, m_lead0=0)


def _plain(node: Any) -> Any:
    """A node as plain values, to compare."""
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_plain(one) for one in node]
    return float(node) if isinstance(node, float | Decimal) else node
