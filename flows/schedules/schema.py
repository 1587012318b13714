"""The words of a schedule file, as Pydantic checks them; schedule_file.py turns them into a Schedule."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from flows.settings.tables.words import Days, Money, Name, Text
from models.documents import is_list
from models.enums import HoldKind, HoldScope, PayerClass


def _as_list(value: object) -> object:
    return value if is_list(value) else [value]


Words = Annotated[list[str], BeforeValidator(_as_list), Field(min_length=1)]


class MoneyLimits(Text):
    """Limits of an amount in dollars."""

    at_least: Money | None = None
    at_most: Money | None = None
    below: Money | None = None
    above: Money | None = None


class NumberLimits(Text):
    """Limits of a whole number."""

    at_least: int | None = None
    at_most: int | None = None
    below: int | None = None
    above: int | None = None


class ConditionText(Text):
    """A condition. All words in one mapping must be met."""

    balance: MoneyLimits | None = None
    age_days: NumberLimits | None = None
    payer_class: Annotated[list[PayerClass], BeforeValidator(_as_list), Field(min_length=1)] | None = None
    creditor: Words | None = None
    state: Annotated[list[Annotated[str, Field(pattern="^[A-Z]{2}$")]], BeforeValidator(_as_list)] | None = None
    language: Words | None = None
    patient_is_minor: bool | None = None
    has_email: bool | None = None
    in_arrangement: bool | None = None
    prior_arrangement_broken: bool | None = None
    claims_medicare_bad_debt: bool | None = None
    prior_agency_returns: NumberLimits | None = None
    score: NumberLimits | None = None
    all_: list["ConditionText"] | None = Field(default=None, alias="all")
    any_: list["ConditionText"] | None = Field(default=None, alias="any")
    not_: "ConditionText | None" = Field(default=None, alias="not")


class EnterText(ConditionText):
    """Which accounts enter automatically."""

    overdue_days: Days
    creditors: Literal["all"] | list[str] = "all"


class AndAfter(Text):
    """A second limit: a number of days after a step."""

    step: Name
    days: Days


class AtText(Text):
    """When a step is due."""

    day: Days | None = None
    after: Name | None = None
    days: Days | None = None
    and_after: AndAfter | None = None

    @model_validator(mode="after")
    def one_of_day_and_after(self) -> "AtText":
        if (self.day is None) == (self.after is None):
            raise ValueError("enter either `day: N` or `after: STEP, days: N`")
        if (self.after is None) != (self.days is None):
            raise ValueError("`after: STEP` and `days: N` go together")
        return self


class CallText(Text):
    """A call to make."""

    script: Name
    attempts: Annotated[int, Field(ge=1, le=20)] = 3
    every_days: Annotated[int, Field(ge=1, le=60)] = 3
    give_up_after_days: Annotated[int, Field(ge=1, le=120)] = 14


class TaskText(Text):
    """A task for a role."""

    kind: Name
    role: Literal["manager", "clerk", "collector", "mail room", "estate desk", "attorney"] = "manager"
    due_days: Days = 5
    gate: bool = False


class WriteOffText(Text):
    """Writing off the balance."""

    reason: Name


class PlaceText(Text):
    """Placing the account with an agency."""

    pool: Name
    recall: bool = False


class DoText(Text):
    """What is done: exactly one of these (`enclose` goes with a letter)."""

    letter: Name | None = None
    enclose: list[Name] | None = None
    call: CallText | None = None
    offer_arrangement: Name | None = None
    task: TaskText | None = None
    write_off: WriteOffText | None = None
    place: PlaceText | None = None
    estate: Literal["open"] | None = None

    @model_validator(mode="after")
    def exactly_one(self) -> "DoText":
        given = [name for name in DO_WORDS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"enter exactly one of {', '.join(DO_WORDS)}; found {', '.join(given) or 'none'}")
        if self.enclose is not None and self.letter is None:
            raise ValueError("`enclose` goes with `letter`")
        return self


DO_WORDS = ("letter", "call", "offer_arrangement", "task", "write_off", "place", "estate")


class StepText(Text):
    """One step of the list."""

    id: Name
    at: AtText
    do: DoText
    when: ConditionText = ConditionText()


class ResumeText(Text):
    """The step at which the account continues."""

    resume_at: Name


class HoldText(Text):
    """A hold to open."""

    kind: HoldKind
    scope: HoldScope = HoldScope.ALL


class HappeningText(Text):
    """The action after a trigger."""

    do: DoText | None = None
    then: Literal["finish", "keep_going"] | ResumeText = "keep_going"
    hold: HoldText | None = None


class OnText(Text):
    """The triggers."""

    promise_broken: HappeningText | None = None
    arrangement_broken: HappeningText | None = None
    mail_returned: HappeningText | None = None
    death_reported: HappeningText | None = None
    paid_in_full: HappeningText | None = None
    new_charge: HappeningText | None = None


DayOff = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "holidays"]


class CalendarText(Text):
    """The days off."""

    country: Literal["US"] = "US"
    state: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    roll: Literal["forward"] = "forward"
    skip: list[DayOff] = Field(default_factory=list[DayOff])


class LetterSpacingText(Text):
    """Between letters."""

    at_least_days: Days = 14
    gather_days: Days = 7


class CallSpacingText(Text):
    """Between calls."""

    at_most: Annotated[int, Field(ge=1)] = 7
    in_days: Annotated[int, Field(ge=1)] = 7


class SpacingText(Text):
    """Per guarantor and creditor, over all accounts."""

    letters: LetterSpacingText = LetterSpacingText()
    calls: CallSpacingText = CallSpacingText()


class SmallBalanceText(Text):
    """A small balance."""

    below: Money
    after_day: Days
    do: DoText


class ArrangementText(Text):
    """Terms of payment plans."""

    min_payment: Money
    max_months: Annotated[int, Field(ge=1, le=120)]
    down_payment_percent: Annotated[int, Field(ge=0, le=100)] = 0
    grace_days: Days = 5
    broken_after_missed: Annotated[int, Field(ge=1)] = 2
    frequency: Literal["weekly", "biweekly", "monthly"] = "monthly"
    days_of_month: list[Annotated[int, Field(ge=1, le=31)]] = Field(default_factory=lambda: [1, 15])


class LateText(Text):
    """A run that missed days, or a step whose day has passed."""

    catch_up: Literal["one_step_at_a_time"] = "one_step_at_a_time"
    skip_if_older_than_days: Days | None = None


class ScheduleText(Text):
    """The whole file."""

    schedule: Name
    title: Annotated[str, Field(min_length=1, max_length=200)]
    anchor: Literal["first_statement_on", "service_from"] = "first_statement_on"
    calendar: CalendarText = CalendarText()
    enter: EnterText
    spacing: SpacingText = SpacingText()
    steps: Annotated[list[StepText], Field(min_length=1)]
    small_balance: SmallBalanceText | None = None
    on: OnText = OnText()
    arrangements: dict[str, ArrangementText] = Field(default_factory=dict[str, ArrangementText])
    late: LateText = LateText()


def words_at(location: tuple[Any, ...]) -> list[str]:
    """The words that are allowed in the mapping at a place of the file, to suggest the nearest one."""
    model: Any = ScheduleText
    for part in location:
        model = _inner(model, part)
        if model is None:
            return []
    fields = getattr(model, "model_fields", {})
    return [str(field.alias or name) for name, field in fields.items()]


def _inner(model: Any, part: Any) -> Any:
    if isinstance(part, int):
        return model
    if not hasattr(model, "model_fields"):
        return None
    for name, field in model.model_fields.items():
        if part in (name, field.alias):
            return _model_in(field.annotation)
    # Pydantic names the member of a union in its locations; it is not a word of the file.
    return model if part in ("ResumeText",) else None


def _model_in(annotation: Any) -> Any:
    inners: tuple[Any, ...] = getattr(annotation, "__args__", ())
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in inners:
        if (found := _model_in(inner)) is not None:
            return found
    return None
