"""What may be told of an insurance, and when it is looked at again. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from models.cards import looks_like_card
from models.enums import PayerClass
from models.errors import BadInput

PROVIDED = "insurance_provided"
"""How a call ends in which somebody names an insurance."""

BILL_DAYS = 3
"""Within so many days a clerk bills an insurance that was named."""

NEAR_DAYS = 30
"""So many days before the last day for a claim a manager is told of one that is not billed yet."""


@dataclass(frozen=True, slots=True)
class ReportedInsurance:
    """An insurance as it was named. `holder`: whose policy it is, where not the patient's; `source`: who says so."""

    payer: str
    payer_class: PayerClass
    member_id: str
    source: str
    group_number: str | None = None
    holder: str | None = None


def read_report(reported: ReportedInsurance) -> ReportedInsurance:
    """What was reported, cleaned. Raises BadInput for what can be none."""
    payer, member = " ".join(reported.payer.split()), " ".join(reported.member_id.split())
    if not 2 <= len(payer) <= 80:
        raise BadInput("enter the insurer in 2 to 80 characters, such as: Acme Health")
    if reported.payer_class is PayerClass.SELF_PAY:
        raise BadInput("self_pay is not insurance", "enter the coverage type, such as commercial")
    if not 3 <= len(member) <= 40 or not any(sign.isdigit() for sign in member):
        raise BadInput("enter the policy or member number from the card: 3 to 40 characters with a digit")
    if looks_like_card(member):
        raise BadInput("that looks like a payment card number, which is never stored", "enter the member number")
    if not reported.source.strip():
        raise BadInput("enter the source of the insurance information, such as: the guarantor by phone", field="source")
    group, holder = _or_none(reported.group_number), _or_none(reported.holder)
    return ReportedInsurance(payer, reported.payer_class, member, reported.source.strip(), group, holder)


def require_named(code: str, reported: ReportedInsurance | None, note: str | None) -> None:
    """A call that ends with an insurance names it, so that a clerk has something to bill. Raises BadInput."""
    if code == PROVIDED and reported is None and not (note or "").strip():
        raise BadInput("enter the insurer and the policy number, or what the caller knows in the note")


def _or_none(text: str | None) -> str | None:
    return " ".join(text.split())[:80] or None if text else None


def same_policy(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether a payer and member number are those of another: case, spaces and dashes do not matter."""
    return _plain(one[0]) == _plain(other[0]) and _plain(one[1]) == _plain(other[1])


def same_payer(said: str, on_file: str) -> bool:
    """Whether a remittance's payer is one that somebody named: the one name begins with the other."""
    one, other = _plain(said), _plain(on_file)
    return bool(one and other) and (one.startswith(other) or other.startswith(one))


def _plain(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def review_unbilled_on(reported_on: date, file_by: date | None) -> date:
    """When one that was named is looked at, unless it was billed: soon, or while its claim can still be filed."""
    soon = reported_on + timedelta(BILL_DAYS + 4)
    return soon if file_by is None else max(reported_on + timedelta(1), min(soon, file_by - timedelta(NEAR_DAYS)))
