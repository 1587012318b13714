"""What a step of a schedule can do: one row for each action, with its word, its lane, and how it is read, written and
described. Pure.

A new action is a dataclass in schedule.py, its text in schema.py, and a row here; the type checker and
tests/flows/schedules/test_actions.py name what is missing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar, cast

from compliance.rules import StepKind as LawStep
from flows.schedules.schedule import (
    Action,
    OfferArrangement,
    OpenCall,
    OpenEstate,
    OpenTask,
    Place,
    SendLetter,
    WriteOff,
)
from flows.schedules.schema import CallText, DoText, PlaceText, TaskText, WriteOffText
from letters.kinds import letter_name
from models.labels import letter_label, task_label, words
from models.step_words import step_name
from models.task_kinds import task_name
from models.user_enums import label_of_role, role_named
from models.values import counted


class Lane(StrEnum):
    """A line of the picture of a schedule."""

    LETTERS = "Letters"
    CALLS = "Calls"
    TASKS = "Tasks"
    PLAN_OFFERS = "Plan offers"
    PLACEMENT = "Placement"
    WRITE_OFF = "Write-off"


class StepKind(StrEnum):
    """The kind of a step, by the word of its action in a schedule file."""

    LETTER = "letter"
    CALL = "call"
    TASK = "task"
    OFFER_ARRANGEMENT = "offer_arrangement"
    PLACE = "place"
    WRITE_OFF = "write_off"
    ESTATE = "estate"


A = TypeVar("A", bound=Action)


@dataclass(frozen=True, slots=True)
class ActionRow(Generic[A]):
    """One action. `law`: what the rules call such a step, None if they have none.

    `read`: from its text in a file and its enclosures; `write`: its `do` as plain values; `says`: with its details;
    `short`: as forecasts have it.
    """

    kind: StepKind
    label: str
    lane: Lane
    law: LawStep | None
    read: Callable[[Any, tuple[str, ...]], A]
    write: Callable[[A], dict[str, object]]
    says: Callable[[A], str]
    short: Callable[[A], str]


def _letter(act: SendLetter) -> str:
    name = letter_label(act.kind)
    letter = name if name.lower().endswith(("letter", "notice")) else f"{name} letter"
    inside = " and ".join(letter_label(one).lower() for one in act.enclose)
    return f"{letter} with {inside}" if inside else letter


def _write_letter(act: SendLetter) -> dict[str, object]:
    inside: dict[str, object] = {"enclose": list(act.enclose)} if act.enclose else {}
    return {"letter": str(act.kind)} | inside


def _read_call(text: CallText, _: tuple[str, ...]) -> OpenCall:
    return OpenCall(text.script, text.attempts, text.every_days, text.give_up_after_days)


def _write_call(act: OpenCall) -> dict[str, object]:
    tries = {"attempts": act.attempts, "every_days": act.every_days, "give_up_after_days": act.give_up_after_days}
    return {"call": {"script": act.script, **tries}}


def _call(act: OpenCall) -> str:
    tries = f"up to {counted(act.attempts, 'attempt')}, {counted(act.every_days, 'day')} apart"
    return f"Call ({step_name(act.script)} script; {tries}, within {counted(act.give_up_after_days, 'day')})"


def _read_task(text: TaskText, _: tuple[str, ...]) -> OpenTask:
    return OpenTask(task_name(text.kind), role_named(text.role), text.due_days, text.gate)


def _write_task(act: OpenTask) -> dict[str, object]:
    task: dict[str, object] = {"kind": str(act.kind), "role": label_of_role(act.role), "due_days": act.due_days}
    return {"task": task | ({"gate": True} if act.gate else {})}


def _task(act: OpenTask) -> str:
    waits = "; later steps wait for the decision" if act.gate else ""
    return f"{task_label(act.kind)} task ({label_of_role(act.role)}, due in {counted(act.due_days, 'day')}{waits})"


def _read_offer(text: str, _: tuple[str, ...]) -> OfferArrangement:
    return OfferArrangement(text)


def _read_place(text: PlaceText, _: tuple[str, ...]) -> Place:
    return Place(text.pool, text.recall)


def _write_place(act: Place) -> dict[str, object]:
    return {"place": {"pool": act.pool} | ({"recall": True} if act.recall else {})}


def _place(act: Place) -> str:
    recall = ", after recall from the first agency" if act.recall else ""
    return f"Placement with an agency ({words(act.pool)} pool{recall})"


def _read_write_off(text: WriteOffText, _: tuple[str, ...]) -> WriteOff:
    return WriteOff(text.reason)


ROWS: Mapping[type[Action], ActionRow[Any]] = {
    SendLetter: ActionRow(
        StepKind.LETTER,
        "Letter",
        Lane.LETTERS,
        LawStep.LETTER,
        lambda text, inside: SendLetter(letter_name(text), inside),
        _write_letter,
        _letter,
        lambda act: f"letter {act.kind}",
    ),
    OpenCall: ActionRow(
        StepKind.CALL,
        "Call",
        Lane.CALLS,
        LawStep.CALL,
        _read_call,
        _write_call,
        _call,
        lambda act: f"call ({act.script})",
    ),
    OpenTask: ActionRow(
        StepKind.TASK,
        "Task or review",
        Lane.TASKS,
        None,
        _read_task,
        _write_task,
        _task,
        lambda act: f"task {act.kind} for the {label_of_role(act.role)}",
    ),
    OfferArrangement: ActionRow(
        StepKind.OFFER_ARRANGEMENT,
        "Payment plan offer",
        Lane.PLAN_OFFERS,
        None,
        _read_offer,
        lambda act: {"offer_arrangement": act.terms},
        lambda act: f"Payment plan offer ({words(act.terms)} terms)",
        lambda act: f"payment plan offer ({act.terms})",
    ),
    Place: ActionRow(
        StepKind.PLACE,
        "Placement with an agency",
        Lane.PLACEMENT,
        LawStep.PLACEMENT,
        _read_place,
        _write_place,
        _place,
        lambda act: f"placement (pool {act.pool})",
    ),
    WriteOff: ActionRow(
        StepKind.WRITE_OFF,
        "Write-off",
        Lane.WRITE_OFF,
        LawStep.WRITE_OFF,
        _read_write_off,
        lambda act: {"write_off": {"reason": act.reason}},
        lambda act: f"Write-off ({words(act.reason)})",
        lambda act: f"write-off ({act.reason})",
    ),
    OpenEstate: ActionRow(
        StepKind.ESTATE,
        "Estate matter",
        Lane.TASKS,
        None,
        lambda _text, _inside: OpenEstate(),
        lambda _act: {"estate": "open"},
        lambda _act: "Estate matter",
        lambda _act: "estate matter",
    ),
}
"""Every action; a test checks that none is missing."""


def row_of(act: Action) -> ActionRow[Any]:
    """The row of an action."""
    return ROWS[type(act)]


def act_of(do: DoText) -> Action:
    """The action of a `do`, which has exactly one."""
    for row in ROWS.values():
        text = getattr(do, row.kind.value)
        if text is not None:
            return cast(Action, row.read(text, tuple(do.enclose or ())))
    raise ValueError("a `do` without an action")


def act_words(act: Action | None) -> str:
    """What a step does, with its details, at the start of a sentence."""
    return "No action" if act is None else row_of(act).says(act)


def said(act: Action | None) -> str:
    """An action in a few words, as forecasts have it."""
    return "no action" if act is None else row_of(act).short(act)
