"""The columns of accounts.csv with the facts that the law asks about: one for each fact, under its name. Pure."""

from collections.abc import Callable
from datetime import date

from flows.accounts.facts.called import FACT_CALLED, Asked
from flows.intake.rows import GivenFact
from models.enums import FACTS_ONLY_WITH_AMOUNT, FACTS_WITH_AMOUNT, FactName
from models.values import cents_from_dollars

FACT_COLUMNS = frozenset(name.value for name in FactName)


class NotAFact(ValueError):
    """A cell without a valid fact; the message says what is valid."""


def given_fact(column: str, text: str, read_day: Callable[[str], date]) -> GivenFact:
    """The fact in a cell: yes or no, the date of a notice, or a number. Raises NotAFact or BadValue."""
    name, word = FactName(column), text.lower()
    if word == "no":
        return GivenFact(name, there=False)
    if name in FACTS_ONLY_WITH_AMOUNT:
        return GivenFact(name, there=True, amount_cents=_number(text))
    if any(called.asked is Asked.DAY for called in FACT_CALLED[name]):
        return GivenFact(name, there=True, on=read_day(text))
    if word == "yes":
        return GivenFact(name, there=True)
    if name in FACTS_WITH_AMOUNT:
        return GivenFact(name, there=True, amount_cents=_number(text))
    raise NotAFact(f'"{text}" is not yes or no')


def _number(text: str) -> int:
    cents = cents_from_dollars(text)
    if cents < 0:
        raise NotAFact(f'"{text}" is below zero; enter zero or more')
    return cents
