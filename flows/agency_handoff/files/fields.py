"""The fields of agency files, each with its type, and the closed lists of words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NotRequired, TypedDict

from models.enums import AgencyFileKind, NoticeKind, PayerClass, RemitKind


class FieldType(StrEnum):
    """The format of a value. AMOUNT is cents in the database, PERCENT hundredths of a percent."""

    TEXT = "text"
    WORD = "word"
    DATE = "date"
    AMOUNT = "amount"
    NUMBER = "number"
    PERCENT = "percent"
    FLAG = "flag"


class Answer(StrEnum):
    """An agency's acknowledgment of a placed account."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Status(StrEnum):
    """The status that an agency reports for an account."""

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
    """Why an agency returns an account."""

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
    """A field: its type, the words allowed in it, whether every layout must have it and every line must fill it."""

    type: FieldType
    says: str
    words: tuple[str, ...] = ()
    carried: bool = False
    filled: bool = False


def _words(enum: type[StrEnum]) -> tuple[str, ...]:
    return tuple(word.value for word in enum)


_ACCOUNT = Field(FieldType.TEXT, "our account number", carried=True, filled=True)
_THEIRS = Field(FieldType.TEXT, "the agency's account number")

FIELDS: Mapping[AgencyFileKind, Mapping[str, Field]] = {
    AgencyFileKind.PLACEMENT: {
        "account_number": _ACCOUNT,
        "creditor_name": Field(FieldType.TEXT, "the creditor"),
        "creditor_id": Field(FieldType.TEXT, "our creditor id"),
        "payer_class": Field(FieldType.WORD, "the payer class", _words(PayerClass)),
        "placed_on": Field(FieldType.DATE, "the placement date", carried=True, filled=True),
        "balance": Field(FieldType.AMOUNT, "the balance", carried=True, filled=True),
        "original": Field(FieldType.AMOUNT, "the original balance"),
        "itemized_on": Field(FieldType.DATE, "the itemization date of 12 CFR 1006.34(b)(3): the first bill"),
        "itemized_balance": Field(FieldType.AMOUNT, "the balance on the itemization date"),
        "paid_since": Field(FieldType.AMOUNT, "payments since the itemization date"),
        "credited_since": Field(FieldType.AMOUNT, "credits since the itemization date"),
        "charged_since": Field(FieldType.AMOUNT, "interest, fees and charges since the itemization date"),
        "service_from": Field(FieldType.DATE, "the first date of service"),
        "service_to": Field(FieldType.DATE, "the last date of service"),
        "first_bill_on": Field(FieldType.DATE, "the date of the first bill"),
        "last_paid_on": Field(FieldType.DATE, "the date of the last payment"),
        "first_name": Field(FieldType.TEXT, "the guarantor's first name", carried=True, filled=True),
        "last_name": Field(FieldType.TEXT, "the guarantor's last name", carried=True, filled=True),
        "birth_date": Field(FieldType.DATE, "the guarantor's birth date"),
        "ssn_last4": Field(FieldType.TEXT, "the last four digits of the guarantor's SSN"),
        "address1": Field(FieldType.TEXT, "street"),
        "address2": Field(FieldType.TEXT, "the second address line"),
        "city": Field(FieldType.TEXT, "town"),
        "state": Field(FieldType.TEXT, "state"),
        "zip": Field(FieldType.TEXT, "ZIP"),
        "country": Field(FieldType.TEXT, "two-letter country code of an address outside the United States and Canada"),
        "phone": Field(FieldType.TEXT, "telephone"),
        "mobile": Field(FieldType.TEXT, "the mobile phone number"),
        "email": Field(FieldType.TEXT, "the e-mail address, if the person consented to e-mail"),
        "language": Field(FieldType.TEXT, "the language, such as en or es"),
        "patient_first_name": Field(FieldType.TEXT, "the patient's first name"),
        "patient_last_name": Field(FieldType.TEXT, "the patient's last name"),
        "no_calls": Field(FieldType.FLAG, "the person asked us not to call", carried=True),
        "no_letters": Field(FieldType.FLAG, "the person asked us not to write", carried=True),
        "not_at": Field(FieldType.TEXT, "the person's do-not-call times", carried=True),
        "address_bad": Field(FieldType.FLAG, "mail to this address was returned"),
        "no_eca_before": Field(
            FieldType.DATE,
            "no extraordinary collection action before this date; 9999-12-31: none until we send "
            "a date; empty: no charity (26 CFR 1.501(r)-6)",
            carried=True,
        ),
        "assistance_until": Field(FieldType.DATE, "the last date to apply for financial assistance", carried=True),
        "rate": Field(FieldType.PERCENT, "the commission rate in percent"),
        "tier": Field(FieldType.NUMBER, "first, second or third placement"),
        "creditor_npi": Field(FieldType.TEXT, "the creditor's NPI"),
        "creditor_phone": Field(FieldType.TEXT, "the creditor's phone number"),
        "patient_birth_date": Field(FieldType.DATE, "the patient's birth date"),
        "is_patient": Field(FieldType.FLAG, "the guarantor is the patient"),
        "total_charges": Field(FieldType.AMOUNT, "all charges of the account"),
        "insurance_paid": Field(FieldType.AMOUNT, "payments by insurance"),
        "patient_paid": Field(FieldType.AMOUNT, "payments by the patient"),
        "adjusted": Field(FieldType.AMOUNT, "adjustments, discounts and write-offs"),
        "insurer": Field(FieldType.TEXT, "the insurance that was last reported for the account"),
        "policy_number": Field(FieldType.TEXT, "its member or policy number"),
        "letters_sent": Field(FieldType.NUMBER, "letters that were mailed or e-mailed about the account"),
        "last_letter_on": Field(FieldType.DATE, "the date of the last of them"),
        "final_notice_on": Field(FieldType.DATE, "the date of the last final notice"),
        "calls_made": Field(FieldType.NUMBER, "our calls to the guarantor for this creditor"),
        "last_talked_on": Field(FieldType.DATE, "the date of the last conversation with the guarantor"),
        "promises_broken": Field(FieldType.NUMBER, "promises to pay that were not kept"),
        "plans_broken": Field(FieldType.NUMBER, "payment plans that were not kept"),
        "prior_agency": Field(FieldType.TEXT, "the agency that had the account before"),
    },
    AgencyFileKind.UPDATE: {
        "account_number": _ACCOUNT,
        "their_number": _THEIRS,
        "notice": Field(FieldType.WORD, "the event", _words(NoticeKind), carried=True, filled=True),
        "on": Field(FieldType.DATE, "the date of the event", carried=True, filled=True),
        "amount": Field(FieldType.AMOUNT, "the amount paid or adjusted", carried=True),
        "balance": Field(FieldType.AMOUNT, "the balance after the event", carried=True),
        "until": Field(FieldType.DATE, "the end of the suspension; for a death, the date of death", carried=True),
        "reason": Field(FieldType.TEXT, "why"),
    },
    AgencyFileKind.ACKNOWLEDGMENT: {
        "account_number": _ACCOUNT,
        "their_number": _THEIRS,
        "answer": Field(FieldType.WORD, "accepted or rejected", _words(Answer), carried=True, filled=True),
        "balance": Field(FieldType.AMOUNT, "the agency's balance"),
        "reason": Field(FieldType.TEXT, "the reason for the rejection"),
    },
    AgencyFileKind.STATUS: {
        "account_number": _ACCOUNT,
        "status": Field(FieldType.WORD, "the status", _words(Status), carried=True, filled=True),
        "as_of": Field(FieldType.DATE, "the date of the status", carried=True, filled=True),
        "note": Field(FieldType.TEXT, "comments"),
    },
    AgencyFileKind.PAYMENTS: {
        "reference": Field(FieldType.TEXT, "the agency's payment reference, unique", carried=True, filled=True),
        "account_number": _ACCOUNT,
        "kind": Field(FieldType.WORD, "the kind of line", _words(RemitKind), carried=True, filled=True),
        "paid_on": Field(FieldType.DATE, "the payment date", carried=True, filled=True),
        "gross": Field(FieldType.AMOUNT, "the amount paid; negative for a reversal", carried=True, filled=True),
        "commission": Field(FieldType.AMOUNT, "the commission kept by the agency", carried=True, filled=True),
        "net": Field(FieldType.AMOUNT, "the amount remitted to us", carried=True, filled=True),
        "of_reference": Field(FieldType.TEXT, "the payment that is reversed"),
    },
    AgencyFileKind.RETURNS: {
        "account_number": _ACCOUNT,
        "code": Field(FieldType.WORD, "the return reason", _words(ReturnCode), carried=True, filled=True),
        "returned_on": Field(FieldType.DATE, "the return date", carried=True, filled=True),
        "balance": Field(FieldType.AMOUNT, "the agency's balance"),
        "note": Field(FieldType.TEXT, "comments"),
    },
}
"""Every field allowed in a layout, by the kind of file."""


class OfAccount(TypedDict):
    """The fields of every line from an agency: the account."""

    account_number: str


class Acknowledged(OfAccount):
    """A line by which an agency accepts or rejects an account."""

    their_number: NotRequired[str | None]
    answer: str
    balance: NotRequired[int | None]
    reason: NotRequired[str | None]


class Reported(OfAccount):
    """A line by which an agency reports the status of an account."""

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
    """A line by which an agency returns an account."""

    code: str
    returned_on: date
    balance: NotRequired[int | None]
    note: NotRequired[str | None]


ABOUT: Mapping[str, Field] = {
    "agency": Field(FieldType.TEXT, "the agency's code"),
    "creditor": Field(FieldType.TEXT, "the sender or recipient"),
    "date": Field(FieldType.DATE, "the date of the file"),
    "sequence": Field(FieldType.NUMBER, "the file's sequence number within its kind"),
    "kind": Field(FieldType.WORD, "the kind of file", _words(AgencyFileKind)),
}
"""The fields about the file itself, for a header or trailer."""
