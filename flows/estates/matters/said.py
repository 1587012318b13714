"""A fact of an estate as people read it. What is stored is whole cents; nobody reads those as dollars. Pure."""

from flows.estates.matters.fact_values import ABOUT, ValueKind
from models.estate_enums import EstateFactName
from models.values import dollars


def fact_said(name: str, value: str) -> str:
    """The stored value of a fact for people: an amount in dollars, anything else as it is."""
    money = ABOUT[EstateFactName(name)].kind is ValueKind.MONEY
    return dollars(int(value)) if money else value
