"""What can stand in a file to an agency or from one: each field with its type, and the closed lists of words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

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


T, D, A, N, P, F, W = (
    FieldType.TEXT,
    FieldType.DATE,
    FieldType.AMOUNT,
    FieldType.NUMBER,
    FieldType.PERCENT,
    FieldType.FLAG,
    FieldType.WORD,
)

_ACCOUNT = Field(T, "our number of the account", carried=True, filled=True)
_THEIRS = Field(T, "the agency's number of the account")

FIELDS: Mapping[AgencyFileKind, Mapping[str, Field]] = {
    AgencyFileKind.PLACEMENT: {
        "account_number": _ACCOUNT,
        "creditor_name": Field(T, "who is owed"),
        "creditor_id": Field(T, "our number of the creditor"),
        "payer_class": Field(W, "who pays by contract", _words(PayerClass)),
        "placed_on": Field(D, "the day of placement", carried=True, filled=True),
        "balance": Field(A, "what is owed", carried=True, filled=True),
        "original": Field(A, "what was owed at first"),
        "itemized_on": Field(D, "the itemization date of 12 CFR 1006.34(b)(3): the first bill"),
        "itemized_balance": Field(A, "what was owed on that day"),
        "paid_since": Field(A, "what was paid since that day"),
        "credited_since": Field(A, "what was credited since that day"),
        "charged_since": Field(A, "interest, fees and charges since that day"),
        "service_from": Field(D, "the first day of the care"),
        "service_to": Field(D, "the last day of the care"),
        "first_bill_on": Field(D, "the day of the first bill"),
        "last_paid_on": Field(D, "the day of the last payment"),
        "first_name": Field(T, "the guarantor's first name", carried=True, filled=True),
        "last_name": Field(T, "the guarantor's last name", carried=True, filled=True),
        "birth_date": Field(D, "the guarantor's birth date"),
        "ssn_last4": Field(T, "the last four digits of the guarantor's SSN"),
        "address1": Field(T, "street"),
        "address2": Field(T, "second line of the street"),
        "city": Field(T, "town"),
        "state": Field(T, "state"),
        "zip": Field(T, "ZIP"),
        "country": Field(T, "country, two letters, of an address that is neither in the United States nor in Canada"),
        "phone": Field(T, "telephone"),
        "mobile": Field(T, "mobile telephone"),
        "email": Field(T, "e-mail address, where the person agreed to e-mail"),
        "language": Field(T, "language, such as en or es"),
        "patient_first_name": Field(T, "the patient's first name"),
        "patient_last_name": Field(T, "the patient's last name"),
        "no_calls": Field(F, "the person asked us not to call", carried=True),
        "no_letters": Field(F, "the person asked us not to write", carried=True),
        "not_at": Field(T, "hours at which the person does not want to be called", carried=True),
        "address_bad": Field(F, "mail came back from this address"),
        "no_eca_before": Field(
            D,
            "no extraordinary collection action before this day; 9999-12-31: none until we tell "
            "a day; empty: no charity (26 CFR 1.501(r)-6)",
            carried=True,
        ),
        "assistance_until": Field(D, "through this day the person may apply for financial assistance", carried=True),
        "rate": Field(P, "the commission in percent"),
        "tier": Field(N, "first, second or third placement"),
    },
    AgencyFileKind.UPDATE: {
        "account_number": _ACCOUNT,
        "their_number": _THEIRS,
        "notice": Field(W, "what happened", _words(NoticeKind), carried=True, filled=True),
        "on": Field(D, "the day on which it happened", carried=True, filled=True),
        "amount": Field(A, "the amount that was paid or adjusted", carried=True),
        "balance": Field(A, "the balance after it", carried=True),
        "until": Field(D, "through when to wait; for a death the day of death", carried=True),
        "reason": Field(T, "why"),
    },
    AgencyFileKind.ACKNOWLEDGMENT: {
        "account_number": _ACCOUNT,
        "their_number": _THEIRS,
        "answer": Field(W, "taken or not", _words(Answer), carried=True, filled=True),
        "balance": Field(A, "the balance as they have it"),
        "reason": Field(T, "why it was not taken"),
    },
    AgencyFileKind.STATUS: {
        "account_number": _ACCOUNT,
        "status": Field(W, "what they tell of it", _words(Status), carried=True, filled=True),
        "as_of": Field(D, "since when", carried=True, filled=True),
        "note": Field(T, "what else they say"),
    },
    AgencyFileKind.PAYMENTS: {
        "reference": Field(T, "their number of the payment, each once", carried=True, filled=True),
        "account_number": _ACCOUNT,
        "kind": Field(W, "what the line is", _words(RemitKind), carried=True, filled=True),
        "paid_on": Field(D, "the day of the payment", carried=True, filled=True),
        "gross": Field(A, "what was paid; with a minus where a payment is taken back", carried=True, filled=True),
        "commission": Field(A, "what they keep of it", carried=True, filled=True),
        "net": Field(A, "what they send of it", carried=True, filled=True),
        "of_reference": Field(T, "the payment that is taken back"),
    },
    AgencyFileKind.RETURNS: {
        "account_number": _ACCOUNT,
        "code": Field(W, "why it comes back", _words(ReturnCode), carried=True, filled=True),
        "returned_on": Field(D, "the day on which it comes back", carried=True, filled=True),
        "balance": Field(A, "the balance as they have it"),
        "note": Field(T, "what else they say"),
    },
}
"""Every field that a layout may carry, by the kind of file."""

ABOUT: Mapping[str, Field] = {
    "agency": Field(T, "the agency's code"),
    "creditor": Field(T, "who sends or gets it"),
    "date": Field(D, "the day of the file"),
    "sequence": Field(N, "the number of the file among those of its kind"),
    "kind": Field(W, "the kind of file", _words(AgencyFileKind)),
}
"""What a header or trailer may say of the file itself."""
