"""Form input shown again: with the form's own labels. A choice is not shown as a text to edit."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flows.calls.table_words import FRESH, FRESH_DAYS, POINTS
from flows.correspondence.creditors.looks import FIELDS
from flows.people.contact.languages import language_name
from models.labels import plain

LABELS: Mapping[str, str] = {
    "account": "Account",
    "date": "As of",
    "where": "Filters",
    "by": "Rows by",
    "target_way": "Should be",
    "target_value": "Target",
    "target": "Target for",
    "share": "Share with",
    "send_to": "Address (e-mail or SFTP)",
    "send_by": "By",
    "saved_as": "Name",
    "period": "Period",
    "format": "File",
    "every": "Deliver",
    "columns": "Columns",
    "address1": "Street and number",
    "address2": "Apartment",
    "amends": "Number of the claim being amended",
    "amount": "Amount",
    "asked": "Assignment",
    "at": "Time",
    "attorney": "Attorney",
    "authority": "Authority",
    "budget": "Budget ($)",
    "changed": "Changes (amended claim)",
    "city": "City",
    "code": "Call result (disposition)",
    "creditor": "Creditor",
    "day": "Date",
    "death": "Date of death",
    "digits": "Code from the app",
    "down": "Down payment",
    "email": "E-mail",
    "end": "Reason for ending the referral",
    "expires": "Offer expires",
    "fee": "Fee agreement",
    "first": "First due date",
    "from_sheet": "Reprint from sheet",
    "full_name": "Full name",
    "group": "Group number",
    "handler": "Person handling the estate, and contact information",
    "holder": "Subscriber",
    "how": "Method",
    "income": "Monthly income",
    "kind": "Type",
    "language": "Language",
    "letter": "Letter (L-…)",
    "letters": "Letter numbers, one per line",
    "member": "Policy or member number",
    "method": "Payment method",
    "mobile": "Mobile",
    "monthly": "Monthly payment",
    "months": "Number of payments",
    "more": "Details",
    "clear": "Remove this fact",
    "fact": "Fact",
    "from": "From account",
    "name": "Name",
    "no_call_times": "Do-not-call times",
    "note": "Note",
    "number": "Account number",
    "off": "Date to cancel",
    "oidc_subject": "OIDC subject",
    "on": "Date",
    "outcome": "Outcome",
    "paper": "Document",
    "payer": "Insurer",
    "payer_class": "Coverage type",
    "payment": "Payment",
    "percent": "Settlement percent",
    "phone": "Phone",
    "place": "Place",
    "reason": "Reason",
    "received": "Amount received (release)",
    "ref": "Reference number",
    "role": "Role",
    "sample": "Random sample",
    "says": "Status report",
    "scope": "Applies to",
    "since": "From",
    "source": "Source",
    "source_on": "Source date",
    "spoken_name": "Name pronunciation",
    "state": "State",
    "text": "Note",
    "title": "Signer's title",
    "to": "To",
    "tracking": "Tracking number or file stamp",
    "until": "Until",
    "user": "User",
    "decision": "Decision",
    "service_from": "Correct date of service",
    "service_to": "Last date of service, if later",
    "act": "Action",
    "numbers": "Accounts",
    "value": "Value",
    "wanted": "Search",
    "what": "What happened",
    "why": "Reason",
    "after": "Counted from",
    "approve_after": "Reviews approved after days",
    "arms": "Try against the version in force",
    "check": "Only show what it takes",
    "difference": "Smallest difference that matters ($ per guarantor)",
    "follow_days": "Days that count for each account",
    "holdout": "Held out (%)",
    "winner": "Version to publish",
    "answers": "People answer as in our history",
    "at_least": "Balance of at least ($)",
    "at_least_days": "Minimum days between letters",
    "at_most": "Call limit",
    "attempts": "Attempts",
    "below": "Balance under ($)",
    "days": "Days",
    "draft_text": "Text of the schedule",
    "due_days": "Due in days",
    "enclose": "Enclosure",
    "every_days": "Days between attempts",
    "gather_days": "Combine letters due within (days)",
    "give_up_after_days": "Give up after days",
    "in_days": "Within days",
    "languages": "Language",
    "letter_kind": "Letter",
    "other_days": "But not before (days)",
    "other_step": "After",
    "overdue_days": "Accounts enter after days overdue",
    "place_after": "Place in the list after",
    "pool": "Agency pool",
    "script": "Script",
    "starts": "In force from",
    "states": "States",
    "step_name": "Step name",
    "task_kind": "Task",
    "task_role": "Role",
    "terms": "Terms",
    "version": "Version",
    "write_off_reason": "Reason",
    "zip": "ZIP",
    "country": "Country",
    "age_from": "Days since the first bill",
    "age_points": "Points by age",
    "balance_from": "Balance from ($)",
    "balance_points": "Points by balance",
    "closed_name": "Name of the day",
    "closed_on": "Date",
    "closed_repeats": "Repeats",
    "does": "Special action",
    "fresh_days": FRESH_DAYS,
    "fresh_points": FRESH,
    "hold_days": "Hold ends after (days)",
    "hold_kind": "Hold",
    "hold_scope": "Hold stops",
    "next_try_days": "Next attempt after (days)",
    "result_key": "Key",
    "result_label": "Button label",
    "resume_step": "Continue at step",
    "table_text": "Text of the table (YAML)",
    "then": "Schedule",
    "rate_percent": "Commission (%)",
    "rate_older": "Older than (days)",
    "rate_from": "Balance from ($)",
    "rate_below": "Balance below ($)",
    "direct_percent": "Commission on payments made to the practice (%)",
    "most_accounts": "Most accounts a month",
    "most_dollars": "Most placed a month ($)",
    "acknowledge_days": "Acknowledge a file within (days)",
    "suspend_days": "Longest suspension (days)",
    "recall_after_days": "Recall after days without a payment",
    "earns_after_days": "Payments still earn commission (days after a recall)",
    "contract_ends": "Contract ends",
    "agreement_ends": "Business associate agreement ends",
    **{name: one.label for name, one in FIELDS.items()},
    "change": "Change",
    "limit": "Limit",
    **{f"points_{name}": title for name, title in POINTS.items()},
}
"""The labels of form fields, as on the forms. A test checks that none is missing."""

TICKS: Mapping[str, str] = {
    "closes": "The call is completed",
    "counts": "Counts as a call of the week",
    "needs_amount": "Amount",
    "needs_date": "Date",
    "no_logo": "Remove the logo",
    "talked": "A conversation took place",
    "gate": "Later steps wait for the decision",
    "mailed": "Letters are mailed the day they are written",
    "migrate": "Move accounts already in the schedule too",
    "recall": "Recall from the present agency first",
    "everyone": "All accounts with this reason",
    "asked_more": "Asked for further mail",
    "email_consent": "E-mail consent",
    "filed": "This is the claim; mark the matter filed",
    "large_print": "Large print",
    "more": "Overpayment: leave as credit balance",
    "part": "Same check also pays this guarantor's other accounts",
    "patient": "The patient died, not the guarantor",
    "same_number": "Different check with the same number (another patient)",
    "text_consent": "Text consent",
}

KEYS = frozenset(
    {
        "account",
        "based_on",
        "before",
        "do",
        "hold",
        "next",
        "participant",
        "party",
        "payers",
        "person",
        "review",
        "sort",
        "step_kind",
        "stuck_for",
        "task",
        "verdict",
        "waiting",
        "was",
        "which",
        "whose",
        "works_on",
    }
)
"""Fields that only the page itself understands: they are submitted again, and not shown."""

CHOSEN = frozenset(
    {
        "act",
        "after",
        "authority",
        "closed_repeats",
        "code",
        "decision",
        "does",
        "enclose",
        "hold_kind",
        "hold_scope",
        "kind",
        "language",
        "letter_kind",
        "limit",
        "off",
        "other_step",
        "paper",
        "payer_class",
        "payment",
        "place_after",
        "pool",
        "resume_step",
        "role",
        "scope",
        "script",
        "task_kind",
        "task_role",
        "terms",
        "then",
        "version",
        "what",
        "write_off_reason",
    }
)
"""Fields with a choice from a list: the choice is shown, and changed on its own page."""

_STORED = re.compile(r"[a-z]+(?:_[a-z]+)+")
_AT_TIMES_CHOSEN = frozenset({"name", "number", "reason", "to", "why"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A field of a form, shown again. `how` is text, long, tick, chosen or key."""

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
    label = LABELS.get(name, plain(name))
    if name in KEYS:
        return Shown(name, value, label, "key")
    # A money setting is entered in dollars, whatever its stored name ends in.
    if name in CHOSEN or (name in _AT_TIMES_CHOSEN and _STORED.fullmatch(value)):
        says = language_name(value) if name == "language" else plain(value.removesuffix("_cents"))
        return Shown(name, value, label, "chosen" if value else "key", says)
    return Shown(name, value, label, "long" if len(value) > 60 or "\n" in value else "text")
