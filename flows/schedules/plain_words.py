"""The parts of a schedule in the words that people read: what a step does, when, and for which accounts. Pure."""

from flows.schedules.conditions import SWITCH_WORDS, All, AnyOf, Between, Condition, Not, OneOf, Switch
from flows.schedules.schedule import (
    At,
)
from models.enums import PayerClass
from models.labels import label_of
from models.step_words import step_name
from models.values import capitalized, counted, dollars

EVERY_ACCOUNT = "every account"

_AMOUNT = {
    "balance": "a balance",
    "age_days": "an age in days since the first statement",
    "score": "a score",
    "prior_agency_returns": "a number of returns from agencies",
}
_WORD = {"payer_class": "payer class", "creditor": "creditor", "state": "state", "language": "language"}


def step_title(step: str) -> str:
    """The name of a step at the beginning of a sentence: `final-notice` as `Final notice`."""
    return capitalized(step_name(step))


def condition_words(condition: Condition) -> str:
    """For which accounts a condition holds: ``a balance of at least $200.00 and payer class Medicare``."""
    match condition:
        case Between():
            return f"{_AMOUNT[condition.field]} of {' and '.join(_limits(condition))}"
        case OneOf():
            any_of = sorted(_word(condition.field, one) for one in condition.words)
            return f"{_WORD[condition.field]} {' or '.join(any_of)}"
        case Switch():
            return SWITCH_WORDS[condition.field][0 if condition.on else 1]
        case All():
            return " and ".join(map(_grouped, condition.parts)) or EVERY_ACCOUNT
        case AnyOf():
            return " or ".join(map(_grouped, condition.parts))
        case Not():
            return f"not ({condition_words(condition.part)})"


def _grouped(condition: Condition) -> str:
    return f"({condition_words(condition)})" if isinstance(condition, AnyOf) else condition_words(condition)


def _limits(one: Between) -> list[str]:
    limits = (
        ("at least", one.at_least),
        ("at most", one.at_most),
        ("less than", one.below),
        ("more than", one.above),
    )
    return [f"{word} {amount(one.field, limit)}" for word, limit in limits if limit is not None]


def amount(field: str, limit: int) -> str:
    """A limit of a condition: a balance in dollars, anything else as a number."""
    return dollars(limit) if field == "balance" else str(limit)


def _word(field: str, word: str) -> str:
    return label_of(PayerClass, word) if field == "payer_class" else word


def at_words(at: At) -> str:
    """When a step is due: ``day 90``, ``10 days after reminder 1, or day 30 if that is later``."""
    first = f"day {at.day}" if at.day is not None else _after(at.after or "", at.days)
    if at.and_after is None:
        return first
    return f"{first} or {_after(*at.and_after)}, whichever is later"


def _after(step: str, days: int) -> str:
    return f"{counted(days, 'day')} after {step_name(step)}" if days else f"the day of {step_name(step)}"
