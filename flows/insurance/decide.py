"""What can be reported about an insurance, and when it is reviewed. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from models.cards import looks_like_card
from models.enums import PayerClass
from models.errors import BadInput

PROVIDED = "insurance_provided"
"""The call result of a caller who reports insurance."""

BILL_DAYS = 3
"""A clerk bills a reported insurance within this many days."""

NEAR_DAYS = 30
"""A manager is notified of an unbilled insurance this many days before the filing deadline."""


@dataclass(frozen=True, slots=True)
class ReportedInsurance:
    """An insurance as it was reported. `holder`: the subscriber, if not the patient; `source`: who reported it."""

    payer: str
    payer_class: PayerClass
    member_id: str
    source: str
    group_number: str | None = None
    holder: str | None = None


def read_report(reported: ReportedInsurance) -> ReportedInsurance:
    """The reported insurance, cleaned. Raises BadInput for invalid fields."""
    payer, member = " ".join(reported.payer.split()), " ".join(reported.member_id.split())
    if not 2 <= len(payer) <= 80:
        raise BadInput("enter the insurer in 2 to 80 characters, such as: Acme Health")
    if reported.payer_class is PayerClass.SELF_PAY:
        raise BadInput("self-pay is not insurance", "enter the coverage type, such as commercial")
    if not 3 <= len(member) <= 40 or not any(sign.isdigit() for sign in member):
        raise BadInput("enter the policy or member number from the card: 3 to 40 characters with a digit")
    if looks_like_card(member):
        raise BadInput("that looks like a payment card number, which is never stored", "enter the member number")
    if not reported.source.strip():
        raise BadInput("enter the source of the insurance information, such as: the guarantor by phone", field="source")
    group, holder = _or_none(reported.group_number), _or_none(reported.holder)
    return ReportedInsurance(payer, reported.payer_class, member, reported.source.strip(), group, holder)


def require_named(code: str, reported: ReportedInsurance | None, note: str | None) -> None:
    """A call that ends with reported insurance must name it, so that a clerk can bill it. Raises BadInput."""
    if code == PROVIDED and reported is None and not (note or "").strip():
        raise BadInput("enter the insurer and the policy number, or what the caller knows in the note")


def _or_none(text: str | None) -> str | None:
    return " ".join(text.split())[:80] or None if text else None


def same_policy(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether a payer and member number are those of another: case, spaces and dashes do not matter."""
    return _plain(one[0]) == _plain(other[0]) and _plain(one[1]) == _plain(other[1])


def same_payer(said: str, on_file: str) -> bool:
    """Whether a remittance's payer is a reported one: one name begins with the other."""
    one, other = _plain(said), _plain(on_file)
    return bool(one and other) and (one.startswith(other) or other.startswith(one))


def _plain(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def review_unbilled_on(reported_on: date, file_by: date | None) -> date:
    """The review date of a reported but unbilled insurance: soon, or while its claim can still be filed."""
    soon = reported_on + timedelta(BILL_DAYS + 4)
    return soon if file_by is None else max(reported_on + timedelta(1), min(soon, file_by - timedelta(NEAR_DAYS)))
