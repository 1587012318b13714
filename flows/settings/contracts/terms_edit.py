"""What the form of an agency's contract has: commission, monthly maximums, days and end dates. Pure: text in, text out.

The rest of the contract stays in its text: address, licenses, layout, and how files travel.
"""

from datetime import date
from typing import Annotated

from pydantic import Field

from flows.settings.contracts.contract_file import AgencyText, CapsText, Percent, RateText
from flows.settings.tables.edit import Lines, changes, with_changes
from flows.settings.tables.reading import read_words
from flows.settings.tables.words import Days, Text


class AgreementPart(Text):
    """When the business associate agreement ends."""

    ends: date | None = None


class ContractPart(Text):
    """The days of a contract, and when it ends."""

    ends: date | None = None
    acknowledge_days: Days = 3
    suspend_days: Annotated[int, Field(ge=1, le=365)] = 30
    recall_after_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    earns_after_days: Days = 30


class TermsPart(Text):
    """The terms that the form has, by the words of the contract's text."""

    rates: Annotated[list[RateText], Field(min_length=1)]
    direct_percent: Percent | None = None
    caps: CapsText = CapsText()
    contract: ContractPart = ContractPart()
    business_associate_agreement: AgreementPart = AgreementPart()


def terms_part(text: str, file: str = "agency") -> TermsPart:
    """The terms of a contract as its form has them. Raises BadSchedule."""
    words, _ = read_words(text, file, AgencyText)
    return TermsPart.model_validate(
        {
            "rates": words.rates,
            "direct_percent": words.direct_percent,
            "caps": words.caps,
            "contract": {name: getattr(words.contract, name) for name in ContractPart.model_fields},
            "business_associate_agreement": {"ends": words.business_associate_agreement.ends},
        }
    )


def edit_terms(base: str, present: str, mine: TermsPart) -> str:
    """The contract in force with what a form changed since `base`, the text that it was drawn from."""
    before, after = (one.model_dump(exclude_none=True) for one in (terms_part(base), mine))
    wanted = changes(before, after)
    # The order of the commission's lines counts: the last one that fits an account applies.
    found = {place: after["rates"] if isinstance(value, Lines) else value for place, value in wanted.items()}
    return with_changes(present, found)
