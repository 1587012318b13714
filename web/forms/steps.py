"""The form of a step of a schedule: its fields read as a step, and a step as its fields."""

import re

from flows.schedules.actions import StepKind
from flows.schedules.edit import Only, StepEdit
from flows.schedules.schedule import (
    Action,
    At,
    OfferArrangement,
    OpenCall,
    OpenEstate,
    OpenTask,
    Place,
    SendLetter,
    WriteOff,
)
from letters.kinds import letter_name
from models.enums import PayerClass
from models.errors import BadInput
from models.task_kinds import task_name
from models.user_enums import role_named
from web.forms.fields import Typed

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_STATE = re.compile(r"[A-Z]{2}")


def step_of(typed: Typed) -> StepEdit:
    """The step that a form describes. Raises BadInput with the field."""
    name = typed.needed("step_name", "Step name").lower().replace(" ", "-")
    if _ID.fullmatch(name) is None:
        raise BadInput("Step name must have letters, digits and hyphens only", "such as final-notice")
    return StepEdit(name, _at(typed), _act(typed), _only(typed))


def _at(typed: Typed) -> At:
    and_after = None
    if (other := typed.some("other_step")) is not None:
        and_after = (other, typed.number("other_days", "Days after the other step") or 0)
    days = typed.number("days", "Days")
    if days is None:
        raise BadInput("Days are required", "enter a number, such as 30")
    counted = typed.some("after")
    if counted is None:
        return At(day=days, and_after=and_after)
    return At(after=counted, days=days, and_after=and_after)


def _act(typed: Typed) -> Action:
    match typed.word("step_kind", StepKind, "Step type"):
        case StepKind.LETTER:
            return SendLetter(letter_name(typed.needed("letter_kind", "Letter")), tuple(typed.texts("enclose")))
        case StepKind.CALL:
            return OpenCall(
                typed.needed("script", "Script"),
                typed.number("attempts", "Attempts") or 3,
                typed.number("every_days", "Days between attempts") or 3,
                typed.number("give_up_after_days", "Days until it is given up") or 14,
            )
        case StepKind.TASK:
            return OpenTask(
                task_name(typed.needed("task_kind", "Task")),
                role_named(typed.needed("task_role", "Role")),
                typed.number("due_days", "Due in days") or 0,
                typed.flag("gate"),
            )
        case StepKind.OFFER_ARRANGEMENT:
            return OfferArrangement(typed.needed("terms", "Terms"))
        case StepKind.PLACE:
            return Place(typed.needed("pool", "Agency pool"), typed.flag("recall"))
        case StepKind.WRITE_OFF:
            return WriteOff(typed.needed("write_off_reason", "Reason"))
        case StepKind.ESTATE:
            return OpenEstate()


def _only(typed: Typed) -> Only:
    states = tuple(typed.text("states").upper().replace(",", " ").split())
    for state in states:
        if _STATE.fullmatch(state) is None:
            raise BadInput(f'"{state}" is not a state', "enter two letters for each, such as OH, KY")
    return Only(
        typed.cents("at_least", "Balance of at least"),
        typed.cents("below", "Balance under"),
        tuple(one.value for one in typed.words("payers", PayerClass)),
        states,
        tuple(typed.texts("languages")),
    )
