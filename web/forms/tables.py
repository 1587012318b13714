"""The forms of tables that a manager owns: their fields read as the words of the table, each error with its label."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from flows.calls.dispositions import DispositionText, Needs
from flows.calls.scoring import ScoringText
from flows.calls.table_words import FRESH, FRESH_DAYS, POINTS
from flows.schedules.practice_days import PracticeDaysText
from flows.settings.contracts.terms_edit import TermsPart
from flows.settings.tables.yaml_text import BadSchedule
from models.errors import BadInput
from web.forms.fields import Typed

M = TypeVar("M", bound=BaseModel)

SPARE_LINES = 2
"""Empty lines at the end of a list, for new ones."""


def scoring_of(typed: Typed) -> ScoringText:
    """The call priority of a form; an empty line of the balances and ages is left out. Raises BadInput."""
    points: dict[str, object] = {name: typed.text(f"points_{name}") or 0 for name in POINTS}
    points["fresh"] = {"days": typed.text("fresh_days"), "points": typed.text("fresh_points")}
    values = {
        "points": points,
        "balance": [
            {"at_least": _amount(least), "points": given}
            for least, given in form_lines(typed, "balance_from", "balance_points")
        ],
        "age": [
            {"at_least_days": least, "points": given} for least, given in form_lines(typed, "age_from", "age_points")
        ],
    }
    labels = {**POINTS, "fresh.days": FRESH_DAYS, "fresh.points": FRESH}
    found = read_form(ScoringText, values, {**{f"points.{name}": title for name, title in labels.items()}, **_LINES})
    for what, least in (
        ("Balances", [one.at_least for one in found.balance]),
        ("Ages", [one.at_least_days for one in found.age]),
    ):
        if len(set(least)) < len(least):
            raise BadInput(f"{what}: two lines begin at the same value", "change or empty one of them")
    return found


_LINES: Mapping[str, str] = {
    "balance.at_least": "Balance from ($)",
    "balance.points": "Points by balance",
    "age.at_least_days": "Days since the first bill",
    "age.points": "Points by age",
}


def form_lines(typed: Typed, *names: str) -> Iterator[tuple[str, ...]]:
    """The lines of a list of a form, without the empty ones."""
    return (line for line in zip(*(typed.column(name) for name in names), strict=False) if any(line))


def _amount(text: str) -> str:
    return text.removeprefix("$").replace(",", "")


def calendar_of(typed: Typed) -> PracticeDaysText:
    """The practice's calendar of a form; an empty line is left out. Raises BadInput."""
    closed: list[dict[str, object]] = []
    for on, repeats, name in form_lines(typed, "closed_on", "closed_repeats", "closed_name"):
        if not on and not name:
            continue
        if not on:
            raise BadInput(f"{name}: the date is missing", "enter it, or clear the line")
        closed.append({"yearly": on[5:], "name": name} if repeats == "yearly" else {"date": on, "name": name})
    if len({(one.get("date"), one.get("yearly")) for one in closed}) < len(closed):
        raise BadInput("Closed days: a day is listed twice", "change or clear one of the lines")
    return read_form(PracticeDaysText, {"closed": closed, "works_on": typed.texts("works_on")}, CALENDAR_LABELS)


CALENDAR_LABELS: Mapping[str, str] = {
    "closed": "Closed days",
    "closed.date": "Date",
    "closed.yearly": "Date",
    "closed.name": "Name of the day",
    "works_on": "Holidays on which the practice works",
}
"""The label of each field of the calendar."""


TERMS_LABELS: Mapping[str, str] = {
    "rates": "Commission lines",
    "rates.0": "First commission line",
    "rates.percent": "Commission (%)",
    "rates.older_than_days": "Older than (days)",
    "rates.at_least": "Balance from ($)",
    "rates.below": "Balance below ($)",
    "direct_percent": "Commission on payments made to the practice (%)",
    "caps.accounts": "Most accounts a month",
    "caps.dollars": "Most placed a month ($)",
    "contract.ends": "Contract ends",
    "contract.acknowledge_days": "Acknowledge a file within (days)",
    "contract.suspend_days": "Longest suspension (days)",
    "contract.recall_after_days": "Recall after days without a payment",
    "contract.earns_after_days": "Payments still earn commission (days after a recall)",
    "business_associate_agreement.ends": "Business associate agreement ends",
}
"""The label of each field of an agency's terms, by its place in the text."""


def terms_of(typed: Typed) -> TermsPart:
    """The terms of an agency's form; an empty line of the commission is left out. Raises BadInput."""
    lines = [
        {"percent": percent, "older_than_days": older or None, "at_least": least or None, "below": below or None}
        for percent, older, least, below in (
            (percent, older, _amount(least), _amount(below))
            for percent, older, least, below in form_lines(
                typed, "rate_percent", "rate_older", "rate_from", "rate_below"
            )
        )
    ]
    days = ("acknowledge_days", "suspend_days", "earns_after_days")
    values = {
        "rates": lines,
        "direct_percent": typed.some("direct_percent"),
        "caps": {"accounts": typed.some("most_accounts"), "dollars": _amount(typed.text("most_dollars")) or None},
        "contract": {
            "ends": typed.some("contract_ends"),
            "recall_after_days": typed.some("recall_after_days"),
            **{name: typed.text(name) for name in days},
        },
        "business_associate_agreement": {"ends": typed.some("agreement_ends")},
    }
    return read_form(TermsPart, values, TERMS_LABELS)


def result_of(typed: Typed, says: str | None) -> DispositionText:
    """The call result of a form. Raises BadInput."""
    values: dict[str, object] = {
        "says": says,
        "key": typed.text("result_key").lower() or None,
        "talked": typed.flag("talked"),
        "counts": typed.flag("counts"),
        "closes": typed.flag("closes"),
        "next_try_days": typed.some("next_try_days"),
        "letter": typed.some("letter_kind"),
        "needs": [one.value for one in Needs if typed.flag(f"needs_{one.value}")],
        "does": typed.some("does"),
        "then": _then(typed),
    }
    if (kind := typed.some("hold_kind")) is not None:
        values["hold"] = {"kind": kind, "scope": typed.some("hold_scope"), "days": typed.some("hold_days")}
    if (task := typed.some("task_kind")) is not None:
        due = typed.text("due_days") or 5
        values["task"] = {"kind": task, "role": typed.needed("task_role", "Role"), "due_days": due}
    return read_form(DispositionText, values, RESULT_LABELS)


def _then(typed: Typed) -> object:
    then = typed.text("then")
    if then == "resume":
        return {"resume_at": typed.needed("resume_step", "Continue at step")}
    return then or None


RESULT_LABELS: Mapping[str, str] = {
    "says": "Button label",
    "key": "Key",
    "next_try_days": "Next attempt after (days)",
    "letter": "Letter",
    "does": "Special action",
    "hold.kind": "Hold",
    "hold.scope": "Hold stops",
    "hold.days": "Hold ends after (days)",
    "task.kind": "Task",
    "task.role": "Role",
    "task.due_days": "Due in days",
    "then.resume_at": "Continue at step",
    "then": "Schedule",
}
"""The label of each field of a call result."""


def in_form(error: BadSchedule, labels: Mapping[str, str]) -> BadInput:
    """The errors of a table that a form made, by the label of its field instead of the line of its text."""
    return BadInput("; ".join(f"{_label(one.field, labels)}: {one.message}" for one in error.problems))


def _label(field: str, labels: Mapping[str, str]) -> str:
    """The label of a place in the text; a line of a list by its number."""
    above, _, last = field.rpartition(".")
    if field not in labels and last.isdecimal() and above:
        return f"{_label(above, labels)}, line {int(last) + 1}"
    return labels.get(field) or labels.get(last, field)


def read_form(model: type[M], values: object, labels: Mapping[str, str]) -> M:
    """The values of a form as the words of a table. Raises BadInput with every error, by the label of its field."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        said = dict.fromkeys(_problem(wrong, labels) for wrong in error.errors())
        raise BadInput("; ".join(said)) from None


def _problem(wrong: Any, labels: Mapping[str, str]) -> str:
    place = [str(part) for part in wrong["loc"] if isinstance(part, str) and not part.endswith("Text")]
    title = next((labels[".".join(place[:n])] for n in range(len(place), 0, -1) if ".".join(place[:n]) in labels), "")
    return f"{title or ' '.join(place)}: {_needed(wrong)}"


def _needed(wrong: Any) -> str:
    context, given = wrong.get("ctx", {}), str(wrong["input"])[:40]
    match wrong["type"]:
        case "greater_than_equal":
            return f"must be {context['ge']:,} or more; {given} is not"
        case "less_than_equal":
            return f"must be {context['le']:,} or less; {given} is not"
        case "int_parsing" | "int_type" | "int_from_float":
            return "is required" if not given else f'must be a whole number; "{given}" is not'
        case "decimal_parsing" | "decimal_max_places" | "decimal_type" | "decimal_max_digits":
            return f'must be an amount such as 250.00; "{given}" is not'
        case "date_from_datetime_parsing" | "date_parsing" | "date_type":
            return "is required" if not given else f'"{given}" is not a date; choose one'
        case "string_too_short":
            return "is required"
        case "string_pattern_mismatch":
            return (
                f'"{given}" can\'t be used; enter one lowercase letter or digit'
                if len(given) != 1
                else "enter a letter or digit"
            )
        case _:
            return str(wrong["msg"])[:1].lower() + str(wrong["msg"])[1:]
