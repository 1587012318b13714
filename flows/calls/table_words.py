"""What the tables of calls say, in words that a manager reads: call priority and call results. Pure."""

from collections.abc import Iterator, Mapping

from flows.calls.dispositions import SHIPPED as SHIPPED_RESULTS
from flows.calls.dispositions import DispositionsText, DispositionText, Does
from flows.calls.scoring import ScoringText
from flows.schedules.schema import ResumeText
from flows.settings.tables.difference import NOTHING, Sections
from flows.settings.tables.reading import read_words
from models.enums import HoldScope
from models.labels import label, letter_label, result_label, task_label, words
from models.step_words import step_name
from models.values import counted, dollars

POINTS: Mapping[str, str] = {
    "callback": "Callback scheduled for today",
    "broken_promise": "Broken promise to pay",
    "missed_instalment": "Missed payment plan installment",
    "reached_on_this_weekday": "Answered on this weekday before",
    "reached_at_this_hour": "Answered at this hour before",
    "each_try_unanswered": "Each attempt without an answer",
    "prefers_another_language": "Prefers another language",
}
"""The label of each line of the call priority, as the file names it; `fresh` has two values and is not among them."""

FRESH = "New call without an attempt"
FRESH_DAYS = "Days that a call counts as new"

DOES: Mapping[Does, str] = {
    Does.PROMISE: "Records a promise to pay",
    Does.CALLBACK: "Schedules a callback",
    Does.DEATH: "Records a death and stops all contact",
    Does.BAD_NUMBER: "Marks the phone number as wrong",
}
"""What a call result does beyond holds and tasks, as its form says it."""


def scoring_words(text: str) -> ScoringText:
    """The call priority of a text. Raises BadSchedule."""
    return read_words(text, "call-scoring", ScoringText)[0]


def scoring_sections(text: str) -> Sections:
    """What a call priority table says."""
    found = scoring_words(text)
    return {"": dict(_scoring(found))}


def _scoring(found: ScoringText) -> Iterator[tuple[str, str]]:
    for name, title in POINTS.items():
        yield title, points_words(getattr(found.points, name))
    yield FRESH, points_words(found.points.fresh.points)
    yield FRESH_DAYS, counted(found.points.fresh.days, "day")
    for line in found.balance:
        yield f"Balance from {dollars(int(line.at_least * 100))}", points_words(line.points)
    for age in found.age:
        yield f"Account age from {counted(age.at_least_days, 'day')}", points_words(age.points)


def points_words(points: int) -> str:
    """Points as people read them."""
    return f"{points:,} points"


def results_words(text: str) -> dict[str, DispositionText]:
    """Every call result by its code: those of a text, and the shipped ones that it leaves as they are."""
    shipped = read_words(SHIPPED_RESULTS.read_text("utf-8"), SHIPPED_RESULTS.name, DispositionsText)[0]
    own = read_words(text, "dispositions", DispositionsText)[0]
    return {**shipped.dispositions, **own.dispositions}


def results_sections(text: str) -> Sections:
    """What a table of call results says."""
    return {result_label(code): result_lines(code, one) for code, one in results_words(text).items()}


def result_lines(code: str, one: DispositionText) -> dict[str, str]:
    """What follows from a call result, line by line."""
    needs = ", ".join(word.value for word in one.needs)
    return {
        "Button": one.says or result_label(code),
        "Key": one.key or NOTHING,
        "Conversation": _yes(one.talked),
        "Counts as a call of the week": _yes(one.counts),
        "The call": _call(one),
        "Hold": _hold(one),
        "Task": _task(one),
        "Letter": NOTHING if one.letter is None else letter_label(one.letter),
        "To be entered": needs or NOTHING,
        "Special action": NOTHING if one.does is None else DOES[one.does].lower(),
        "Schedule": _then(one),
    }


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _call(one: DispositionText) -> str:
    if one.closes:
        return "is completed"
    if one.next_try_days is None:
        return "is tried again as the schedule says"
    return f"is tried again after {counted(one.next_try_days, 'day')}"


def _hold(one: DispositionText) -> str:
    if one.hold is None:
        return NOTHING
    scope = "" if one.hold.scope in (None, HoldScope.ALL) else f" ({words(one.hold.scope)})"
    days = "" if one.hold.days is None else f", for {counted(one.hold.days, 'day')}"
    return f"{label(one.hold.kind)}{scope}{days}"


def _task(one: DispositionText) -> str:
    if one.task is None:
        return NOTHING
    return f"{task_label(one.task.kind)}, {one.task.role}, due in {counted(one.task.due_days, 'day')}"


def _then(one: DispositionText) -> str:
    if one.then is None:
        return "continues"
    return f"continues at {step_name(one.then.resume_at)}" if isinstance(one.then, ResumeText) else "ends"
