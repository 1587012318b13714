"""What can stand in a file to an agency or from one: each field with its type, and the closed lists of words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NotRequired, TypedDict

from models.enums import AgencyFileKind, NoticeKind, PayerClass, RemitKind


class FieldType(StrEnum):
    """How a value is written. AMOUNT is cents in the book, PERCENT hundredths of a percent."""

    TEXT = "text"
    WORD = "word"
    DATE = "date"
    AMOUNT = "amount"
    NUMBER = "number"
    PERCENT = "percent"
    FLAG = "flag"


class Answer(StrEnum):
    """What an agency says to an account that was placed with it."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Status(StrEnum):
    """What an agency tells of an account that it works."""

    WORKING = "working"
    PROMISE = "promise"
    PAYMENT_PLAN = "payment_plan"
    NOT_FOUND = "not_found"
    REFUSES = "refuses"
    DISPUTED = "disputed"
    DECEASED = "deceased"
    BANKRUPTCY = "bankruptcy"
    CEASE = "cease"
    ATTORNEY = "attorney"
    ASSISTANCE = "assistance"
    COMPLAINT = "complaint"


class ReturnCode(StrEnum):
    """Why an agency gives an account back."""

    UNCOLLECTIBLE = "uncollectible"
    NOT_FOUND = "not_found"
    DECEASED = "deceased"
    BANKRUPTCY = "bankruptcy"
    DISPUTED = "disputed"
    CEASE = "cease"
    ATTORNEY = "attorney"
    PAID = "paid"
    SETTLED = "settled"
    TOO_OLD = "too_old"
    TOO_SMALL = "too_small"
    PLACED_IN_ERROR = "placed_in_error"
    AT_REQUEST = "at_request"


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its type, the words that it may hold, whether every layout must carry it and every line must fill it."""

    type: FieldType
    says: str
    words: tuple[str, ...] = ()
    carried: bool = False
    filled: bool = False


def _words(enum: type[StrEnum]) -> tuple[str, ...]:
    return tuple(word.value for word in enum)


_ACCOUNT = Field(FieldType.TEXT, "our number of the account", carried=True, filled=True)
_THEIRS = Field(FieldType.TEXT, "the agency's number of the account")

FIELDS: Mapping[AgencyFileKind, Mapping[str, Field]] = {
    AgencyFileKind.PLACEMENT: {
        "account_number": _ACCOUNT,
        "creditor_name": Field(FieldType.TEXT, "who is owed"),
        "creditor_id": Field(FieldType.TEXT, "our number of the creditor"),
        "payer_class": Field(FieldType.WORD, "who pays by contract", _words(PayerClass)),
        "placed_on": Field(FieldType.DATE, "the day of placement", carried=True, filled=True),
        "balance": Field(FieldType.AMOUNT, "what is owed", carried=True, filled=True),
        "original": Field(FieldType.AMOUNT, "what was owed at first"),
        "itemized_on": Field(FieldType.DATE, "the itemization date of 12 CFR 1006.34(b)(3): the first bill"),
        "itemized_balance": Field(FieldType.AMOUNT, "what was owed on that day"),
        "paid_since": Field(FieldType.AMOUNT, "what was paid since that day"),
        "credited_since": Field(FieldType.AMOUNT, "what was credited since that day"),
        "charged_since": Field(FieldType.AMOUNT, "interest, fees and charges since that day"),
        "service_from": Field(FieldType.DATE, "the first day of the care"),
        "service_to": Field(FieldType.DATE, "the last day of the care"),
        "first_bill_on": Field(FieldType.DATE, "the day of the first bill"),
        "last_paid_on": Field(FieldType.DATE, "the day of the last payment"),
        "first_name": Field(FieldType.TEXT, "the guarantor's first name", carried=True, filled=True),
        "last_name": Field(FieldType.TEXT, "the guarantor's last name", carried=True, filled=True),
        "birth_date": Field(FieldType.DATE, "the guarantor's birth date"),
        "ssn_last4": Field(FieldType.TEXT, "the last four digits of the guarantor's SSN"),
        "address1": Field(FieldType.TEXT, "street"),
        "address2": Field(FieldType.TEXT, "second line of the street"),
        "city": Field(FieldType.TEXT, "town"),
        "state": Field(FieldType.TEXT, "state"),
        "zip": Field(FieldType.TEXT, "ZIP"),
        "country": Field(
            FieldType.TEXT, "country, two letters, of an address that is neither in the United States nor in Canada"
        ),
        "phone": Field(FieldType.TEXT, "telephone"),
        "mobile": Field(FieldType.TEXT, "mobile telephone"),
        "email": Field(FieldType.TEXT, "e-mail address, where the person agreed to e-mail"),
        "language": Field(FieldType.TEXT, "language, such as en or es"),
        "patient_first_name": Field(FieldType.TEXT, "the patient's first name"),
        "patient_last_name": Field(FieldType.TEXT, "the patient's last name"),
        "no_calls": Field(FieldType.FLAG, "the person asked us not to call", carried=True),
        "no_letters": Field(FieldType.FLAG, "the person asked us not to write", carried=True),
        "not_at": Field(FieldType.TEXT, "hours at which the person does not want to be called", carried=True),
        "address_bad": Field(FieldType.FLAG, "mail came back from this address"),
        "no_eca_before": Field(
            FieldType.DATE,
            "no extraordinary collection action before this day; 9999-12-31: none until we tell "
            "a day; empty: no charity (26 CFR 1.501(r)-6)",
            carried=True,
        ),
        "assistance_until": Field(
            FieldType.DATE, "through this day the person may apply for financial assistance", carried=True
        ),
        "rate": Field(FieldType.PERCENT, "the commission in percent"),
        "tier": Field(FieldType.NUMBER, "first, second or third placement"),
    },
    AgencyFileKind.UPDATE: {
        "account_number": _ACCOUNT,
        "their_number": _THEIRS,
        "notice": Field(FieldType.WORD, "what happened", _words(NoticeKind), carried=True, filled=True),
        "on": Field(FieldType.DATE, "the day on which it happened", carried=True, filled=True),
        "amount": Field(FieldType.AMOUNT, "the amount that was paid or adjusted", carried=True),
        "balance": Field(FieldType.AMOUNT, "the balance after it", carried=True),
        "until": Field(FieldType.DATE, "through when to wait; for a death the day of death", carried=True),
        "reason": Field(FieldType.TEXT, "why"),
    },
    AgencyFileKind.ACKNOWLEDGMENT: {
        "account_number": _ACCOUNT,
        "their_number": _THEIRS,
        "answer": Field(FieldType.WORD, "taken or not", _words(Answer), carried=True, filled=True),
        "balance": Field(FieldType.AMOUNT, "the balance as they have it"),
        "reason": Field(FieldType.TEXT, "why it was not taken"),
    },
    AgencyFileKind.STATUS: {
        "account_number": _ACCOUNT,
        "status": Field(FieldType.WORD, "what they tell of it", _words(Status), carried=True, filled=True),
        "as_of": Field(FieldType.DATE, "since when", carried=True, filled=True),
        "note": Field(FieldType.TEXT, "what else they say"),
    },
    AgencyFileKind.PAYMENTS: {
        "reference": Field(FieldType.TEXT, "their number of the payment, each once", carried=True, filled=True),
        "account_number": _ACCOUNT,
        "kind": Field(FieldType.WORD, "what the line is", _words(RemitKind), carried=True, filled=True),
        "paid_on": Field(FieldType.DATE, "the day of the payment", carried=True, filled=True),
        "gross": Field(
            FieldType.AMOUNT, "what was paid; with a minus where a payment is taken back", carried=True, filled=True
        ),
        "commission": Field(FieldType.AMOUNT, "what they keep of it", carried=True, filled=True),
        "net": Field(FieldType.AMOUNT, "what they send of it", carried=True, filled=True),
        "of_reference": Field(FieldType.TEXT, "the payment that is taken back"),
    },
    AgencyFileKind.RETURNS: {
        "account_number": _ACCOUNT,
        "code": Field(FieldType.WORD, "why it comes back", _words(ReturnCode), carried=True, filled=True),
        "returned_on": Field(FieldType.DATE, "the day on which it comes back", carried=True, filled=True),
        "balance": Field(FieldType.AMOUNT, "the balance as they have it"),
        "note": Field(FieldType.TEXT, "what else they say"),
    },
}
"""Every field that a layout may carry, by the kind of file."""


class OfAccount(TypedDict):
    """What every line of an agency says: which account it is about."""

    account_number: str


class Acknowledged(OfAccount):
    """A line by which an agency says whether it took an account."""

    their_number: NotRequired[str | None]
    answer: str
    balance: NotRequired[int | None]
    reason: NotRequired[str | None]


class Reported(OfAccount):
    """A line by which an agency says how it stands with an account."""

    status: str
    as_of: date
    note: NotRequired[str | None]


class Paid(OfAccount):
    """A line of a remittance. Amounts are cents."""

    reference: str
    kind: str
    paid_on: date
    gross: int
    commission: int
    net: int
    of_reference: NotRequired[str | None]


class Returned(OfAccount):
    """A line by which an agency gives an account back."""

    code: str
    returned_on: date
    balance: NotRequired[int | None]
    note: NotRequired[str | None]


ABOUT: Mapping[str, Field] = {
    "agency": Field(FieldType.TEXT, "the agency's code"),
    "creditor": Field(FieldType.TEXT, "who sends or gets it"),
    "date": Field(FieldType.DATE, "the day of the file"),
    "sequence": Field(FieldType.NUMBER, "the number of the file among those of its kind"),
    "kind": Field(FieldType.WORD, "the kind of file", _words(AgencyFileKind)),
}
"""What a header or trailer may say of the file itself."""
