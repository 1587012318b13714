"""The facts of an estate as entered: the type of each value, and which values are invalid. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from compliance.nonclaim import EstateFacts, deadline
from compliance.nonclaim_table import BadEstateFacts, rule_of
from models.errors import BadInput
from models.estate_enums import EstateFactName
from models.values import cents_from_dollars, date_from_iso

MOST_SIGNS = 200
"""The longest name, text or source: it must fit a line of a document."""


class ValueKind(StrEnum):
    """The format of a fact's value."""

    DAY = "day"
    TEXT = "text"
    MONEY = "money"
    YES_NO = "yes_no"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class About:
    """The definition of a fact. `of_estate`: it holds for every creditor; a notice is to one creditor. `column`: the
    column that the deadline is computed from."""

    kind: ValueKind
    says: str
    of_estate: bool = True
    column: str | None = None


ABOUT: Mapping[EstateFactName, About] = {
    EstateFactName.COUNTY: About(ValueKind.TEXT, "The county of the probate court"),
    EstateFactName.STATE: About(ValueKind.STATE, "The state whose law governs the claim", column="jurisdiction"),
    EstateFactName.COURT: About(ValueKind.TEXT, "The court's name"),
    EstateFactName.CASE_NUMBER: About(ValueKind.TEXT, "The court's case number"),
    EstateFactName.LETTERS_ISSUED: About(ValueKind.DAY, "The date letters were issued", column="letters_on"),
    EstateFactName.FIRST_PUBLICATION: About(
        ValueKind.DAY, "The date the notice to creditors was first published", column="published_on"
    ),
    EstateFactName.NOTICE_RECEIVED: About(
        ValueKind.DAY, "The date a notice was mailed to us or served on us", False, "notice_on"
    ),
    EstateFactName.NOTICE_HOW: About(ValueKind.TEXT, "How the notice was received", False),
    EstateFactName.CLAIM_BY: About(
        ValueKind.DAY, "The claim deadline set by the notice or the court", False, "court_set_claim_by"
    ),
    EstateFactName.PROBATE_SEARCH: About(
        ValueKind.TEXT, "The result of a probate court search, on the date of its source"
    ),
    EstateFactName.ASSETS: About(ValueKind.MONEY, "The estate's assets by its inventory"),
    EstateFactName.DEBTS_AHEAD: About(ValueKind.MONEY, "Senior claims: costs, funeral, family, federal debts"),
    EstateFactName.DEBTS_BESIDE: About(ValueKind.MONEY, "Other claims in our class"),
    EstateFactName.SMALL_ESTATE: About(ValueKind.YES_NO, "A small-estate affidavit is in use"),
    EstateFactName.SPOUSE_LIABLE: About(
        ValueKind.YES_NO, "A surviving spouse may be liable under state law, according to counsel"
    ),
    EstateFactName.PETITION_FILED: About(ValueKind.DAY, "The date the petition to appoint a representative was filed"),
    EstateFactName.MARRIED_ON: About(ValueKind.DAY, "The date of marriage of the surviving spouse and the deceased"),
    EstateFactName.LIVED_TOGETHER: About(ValueKind.YES_NO, "The spouses lived together at the time of the care"),
    EstateFactName.MEDICAID_RECOVERY: About(ValueKind.YES_NO, "The state claims Medicaid recovery"),
    EstateFactName.PROOF_OF_DEATH: About(ValueKind.TEXT, "The proof of death, such as a certificate"),
    EstateFactName.INSOLVENCY_FOUND: About(
        ValueKind.DAY, "The date the court found the estate insolvent", column="insolvent_on"
    ),
    EstateFactName.INDEPENDENT_ADMINISTRATION: About(
        ValueKind.YES_NO, "Independent administration, without the court, as is usual in Texas", column="independent"
    ),
}
"""All facts."""

_FUTURE_ALLOWED = frozenset({EstateFactName.CLAIM_BY, EstateFactName.FIRST_PUBLICATION})


def refuse_against_death(name: EstateFactName, value: str, died_on: date | None) -> None:
    """Raise BadInput for a date on the wrong side of the death."""
    if died_on is None:
        return
    if name is EstateFactName.PETITION_FILED and date.fromisoformat(value) < died_on:
        raise BadInput(f"{name} {value} is before the death on {died_on}", "correct one of the dates")
    if name is EstateFactName.MARRIED_ON and date.fromisoformat(value) > died_on:
        raise BadInput(f"{name} {value} is after the death on {died_on}", "correct one of the dates")


_A_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_fact(name: EstateFactName, text: str, today: date) -> str:
    """A value as it is stored: dates in ISO format, amounts in cents, yes or no.

    Raises BadInput, BadValue or BadEstateFacts for an invalid value.
    """
    text = text.strip()
    if not text:
        raise BadInput(f"{name} is empty", "enter a value, with its source")
    match ABOUT[name].kind:
        case ValueKind.DAY:
            day = date_from_iso(text)
            if day > today and name not in _FUTURE_ALLOWED:
                raise BadInput(f"{name} {day} is in the future; today is {today}", "enter it after it happened")
            return day.isoformat()
        case ValueKind.MONEY:
            cents = cents_from_dollars(text.removeprefix("$").replace(",", ""))
            if cents < 0:
                raise BadInput(f"{name} {text} is below zero", "enter zero or more dollars")
            return str(cents)
        case ValueKind.YES_NO:
            if text.lower() not in ("yes", "no"):
                raise BadInput(f'{name} is yes or no, not "{text}"')
            return text.lower()
        case ValueKind.STATE:
            return rule_of(text.upper()).state
        case ValueKind.TEXT:
            refuse_long(str(name), text)
            if _A_DAY.fullmatch(text):
                raise BadInput(f"{name} is text, not a date such as {text}", "choose a fact that is a date")
            return text


def refuse_long(what: str, text: str) -> None:
    """Raise BadInput for a text that is too long for a document."""
    if len(text) > MOST_SIGNS:
        raise BadInput(f"{what} has {len(text)} characters", f"the limit is {MOST_SIGNS}")


@dataclass(frozen=True, slots=True)
class Days:
    """The dates and the state that a deadline is computed from."""

    jurisdiction: str | None
    death_on: date | None
    letters_on: date | None = None
    published_on: date | None = None
    notice_on: date | None = None
    court_set_claim_by: date | None = None
    insolvent_on: date | None = None


def is_to_come(name: EstateFactName, value: str, today: date) -> bool:
    """Whether a fact names a future publication: no deadline counts from it before its date."""
    return name is EstateFactName.FIRST_PUBLICATION and date.fromisoformat(value) > today


def refuse_impossible(days: Days, today: date) -> None:
    """Raise BadInput if the dates of an estate cannot all be right, or its state is invalid."""
    if days.death_on is None:
        return
    facts = EstateFacts(
        days.death_on,
        days.letters_on,
        days.published_on,
        days.notice_on,
        days.court_set_claim_by,
        insolvent=days.insolvent_on,
    )
    try:
        deadline(days.jurisdiction or "", facts, today) if days.jurisdiction else None
    except BadEstateFacts as error:
        raise BadInput(str(error)) from error
