"""A fact of an estate in readable form: amounts are stored as whole cents and shown as dollars. Pure."""

from flows.estates.matters.fact_values import ABOUT, ValueKind
from models.estate_enums import EstateFactName
from models.values import dollars


def fact_said(name: str, value: str) -> str:
    """The value of a fact for people: an amount in dollars, anything else as stored."""
    money = ABOUT[EstateFactName(name)].kind is ValueKind.MONEY
    return dollars(int(value)) if money else value
