"""What somebody typed, shown again: under the words of its form, and what was chosen there not as a text to change."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flows.people.contact.languages import language_name
from web.rendering.templates import heading

LABELS: Mapping[str, str] = {
    "account": "Account",
    "address1": "Street and number",
    "address2": "Apartment",
    "amends": "The claim's number that it amends",
    "amount": "Dollars",
    "asked": "What is asked",
    "at": "Time",
    "attorney": "Attorney",
    "authority": "Acts by",
    "budget": "Budget, dollars",
    "changed": "What an amended claim changes",
    "city": "City",
    "code": "How it ended",
    "day": "Day",
    "death": "Day of death",
    "digits": "Code from the app",
    "down": "Paid at once",
    "email": "E-mail",
    "end": "The referral ends: why",
    "expires": "Until",
    "fee": "Fee agreed",
    "first": "First on",
    "from_sheet": "From sheet",
    "full_name": "Full name",
    "group": "Group number",
    "handler": "Who handles the estate, and how to reach them",
    "holder": "Whose policy",
    "how": "How",
    "income": "Monthly income",
    "kind": "Kind",
    "language": "Language",
    "letter": "Letter, L-…",
    "letters": "Letters' numbers, one a line",
    "member": "Policy or member number",
    "method": "How",
    "mobile": "Mobile",
    "monthly": "Dollars each",
    "months": "Payments",
    "more": "More",
    "clear": "Take it back",
    "fact": "Fact",
    "from": "From account",
    "name": "Name",
    "no_call_times": "When not to call",
    "note": "Note",
    "number": "Account",
    "off": "The date that is off",
    "oidc_subject": "Subject at your organisation's sign-in",
    "on": "Day",
    "outcome": "What came of it",
    "paper": "Paper",
    "payer": "Insurer",
    "payer_class": "Who the insurer is",
    "payment": "Payment",
    "percent": "Percent",
    "phone": "Phone",
    "place": "Place",
    "reason": "Why",
    "received": "Dollars received",
    "ref": "The check's or payment's number",
    "role": "Role",
    "sample": "So many at random",
    "says": "What there is to report",
    "scope": "Stops",
    "since": "From",
    "source": "Who or what says so",
    "source_on": "Its date",
    "spoken_name": "How the name is said",
    "state": "State",
    "text": "Note",
    "title": "You sign as",
    "to": "To",
    "tracking": "Tracking number or stamp",
    "until": "Until",
    "user": "User",
    "decision": "Decision",
    "service_from": "Right date of service",
    "service_to": "Last day, if later",
    "act": "Action",
    "numbers": "Accounts",
    "value": "Value",
    "wanted": "Whom you look for",
    "what": "What happened",
    "why": "Why",
    "zip": "ZIP",
    "country": "Country",
}
"""The fields of the forms, by the words that stand on them; a test holds that none is missing."""

TICKS: Mapping[str, str] = {
    "everyone": "All accounts of the reason",
    "asked_more": "They asked to be written to again",
    "email_consent": "Letters may come by e-mail",
    "filed": "This is the claim, and by it the matter is filed",
    "large_print": "Large print",
    "more": "It is more than is owed: somebody gets it back",
    "part": "The same check pays other accounts of this guarantor too",
    "patient": "It is the patient who died",
    "same_number": "Another patient's check has the same number",
    "text_consent": "Text messages may come",
}

KEYS = frozenset(
    {
        "account",
        "before",
        "do",
        "hold",
        "next",
        "participant",
        "party",
        "person",
        "review",
        "stuck_for",
        "task",
        "verdict",
        "waiting",
        "was",
        "whose",
    }
)
"""What only the page knows the meaning of: it is sent again, and not shown."""

CHOSEN = frozenset(
    {
        "act",
        "authority",
        "code",
        "decision",
        "kind",
        "language",
        "off",
        "paper",
        "payer_class",
        "payment",
        "role",
        "scope",
        "what",
    }
)
"""What is chosen from a list: it is told, and chosen otherwise on its own page."""

_STORED = re.compile(r"[a-z]+(?:_[a-z]+)+")
_AT_TIMES_CHOSEN = frozenset({"name", "number", "reason", "to", "why"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A field of a form as it is shown again. `how` is text, long, tick, chosen or key."""

    name: str
    value: str
    label: str
    how: str
    says: str = ""


def shown(fields: Iterable[tuple[str, str]]) -> list[Shown]:
    """The fields of a form that was not saved, in their order."""
    return [_shown(name, value) for name, value in fields]


def _shown(name: str, value: str) -> Shown:
    if name in TICKS and value == "yes":
        return Shown(name, value, TICKS[name], "tick")
    label = LABELS.get(name, heading(name))
    if name in KEYS:
        return Shown(name, value, label, "key")
    # A setting of money is typed in dollars, whatever its stored name ends in.
    if name in CHOSEN or (name in _AT_TIMES_CHOSEN and _STORED.fullmatch(value)):
        says = language_name(value) if name == "language" else heading(value.removesuffix("_cents"))
        return Shown(name, value, label, "chosen" if value else "key", says)
    return Shown(name, value, label, "long" if len(value) > 60 or "\n" in value else "text")
