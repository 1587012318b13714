"""The practice settings: their names, meanings and defaults."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from enum import StrEnum
from types import NoneType
from typing import Annotated, Any, get_args, get_type_hints

from flows.settings.text_settings import TEXTS
from models.errors import BadInput
from models.user_enums import Role


class Group(StrEnum):
    """The heading under which a setting is shown."""

    PRINT = "Printing"
    PROMISES = "Promises and refunds"
    SETTLEMENTS = "Settlements"
    INSURANCE = "Insurance"
    AGENCIES = "Agencies and reviews"
    ESTATES = "Estates"
    SIMULATIONS = "Simulations and experiments"
    PRACTICE = "Practice"


_HELD = "A print batch over one of the three limits is held until a manager releases it."
_SIMULATED = "Used to simulate and compare schedules only; it changes no account."


@dataclass(frozen=True, slots=True)
class Policy:
    """The present values: a line for each setting, with its meaning, its group, what it affects, and its default.

    A limit of None is no limit; a run over any of them waits for a manager's release.
    """

    release_over_letters: Annotated[
        int | None, "Maximum letters in a batch without manager release (none: no limit)", Group.PRINT, _HELD
    ] = None
    release_over_sheets: Annotated[
        int | None, "Maximum sheets in a batch without manager release (none: no limit)", Group.PRINT, _HELD
    ] = None
    release_over_cents: Annotated[
        int | None,
        "Maximum total amount due in a batch without manager release, in cents (none: no limit)",
        Group.PRINT,
        _HELD,
    ] = None
    duplex: Annotated[
        bool,
        "Two-sided printing of letters (yes or no)",
        Group.PRINT,
        "Each letter begins on a new sheet. It changes the number of sheets, and so whether a batch is held.",
    ] = False
    mailer_id: Annotated[
        str,
        "USPS mailer ID, 6 or 9 digits (none: no Intelligent Mail barcode)",
        Group.PRINT,
        "With the service type ID, letters carry an Intelligent Mail barcode above the address.",
    ] = ""
    service_type_id: Annotated[
        str,
        "USPS service type ID of the mail, 3 digits (none: no Intelligent Mail barcode)",
        Group.PRINT,
        "It says the class of mail and the services: see the USPS table of service type IDs.",
    ] = ""
    certified_letters: Annotated[
        str,
        "Kinds of letter that always go by certified mail, separated by commas (none: only what the law asks for)",
        Group.PRINT,
        "Such a letter is marked as mailed with its article number only.",
    ] = ""
    address_check_days: Annotated[
        int,
        "Days until an address counts as not checked (USPS: 95 for automation prices)",
        Group.PRINT,
        "Letters to an address that was not checked since then are listed with the batch.",
    ] = 95
    promise_grace_days: Annotated[
        int,
        "Grace period for promises to pay (business days)",
        Group.PROMISES,
        "Later, a promise counts as broken, and the account continues in its schedule.",
    ] = 3
    note_phrases: Annotated[
        str,
        "Quick phrases for call notes, separated by semicolons (none: no phrases)",
        Group.PROMISES,
        "They are offered as buttons above the note of a call.",
    ] = "Will call back; Asked for an itemized statement; Waiting for insurance; Pays on payday; Asked for e-mail"
    collector_settlement_percent: Annotated[
        int,
        "Maximum settlement discount without manager approval (%)",
        Group.SETTLEMENTS,
        "It can't be more than the maximum with approval. A larger discount waits for a manager.",
    ] = 10
    max_settlement_percent: Annotated[
        int,
        "Maximum settlement discount with manager approval (%)",
        Group.SETTLEMENTS,
        "It can't be less than the maximum without approval. A larger discount can't be offered.",
    ] = 50
    refund_days: Annotated[
        int,
        "Refund credit balances within (days)",
        Group.PROMISES,
        "The due date of a refund to a patient. A refund to a federal payer is due within 60 days by law.",
    ] = 30
    insurance_wait_days: Annotated[
        int,
        "Waiting period for billed insurance before a follow-up task (days)",
        Group.INSURANCE,
        "The account stays on hold meanwhile.",
    ] = 45
    placement_minimum_cents: Annotated[
        int,
        "Minimum balance to place an account with an agency, in cents",
        Group.AGENCIES,
        "Accounts with a smaller balance are not placed.",
    ] = 25_00
    placement_review_over_cents: Annotated[
        int | None,
        "Maximum balance to place an account with an agency without manager approval, in cents (none: no limit)",
        Group.AGENCIES,
        "A larger account waits under My approvals.",
    ] = 5_000_00
    review_escalate_days: Annotated[
        int | None,
        "Days until a pending review is escalated to a manager's task (none: never)",
        Group.AGENCIES,
        "A review holds the next steps of its accounts until a manager decides.",
    ] = 10
    estate_minimum_claim_cents: Annotated[
        int,
        "Minimum balance to file an estate claim, in cents",
        Group.ESTATES,
        "A claim below it is not worth filing, unless a manager decides otherwise with a reason.",
    ] = 200_00
    estate_filing_cost_cents: Annotated[
        int,
        "Cost of filing an estate claim, in cents (fee, service and time)",
        Group.ESTATES,
        "Compared with what the claim can be expected to bring.",
    ] = 75_00
    estate_compromise_percent: Annotated[
        int,
        "Maximum discount of an estate claim without manager approval (%)",
        Group.ESTATES,
        "A larger discount waits for a manager.",
    ] = 25
    estate_reminder_days: Annotated[
        int,
        "Interval between up to three payment reminders to an estate's representative, in days (0: no reminders)",
        Group.ESTATES,
        "Only while a payment of the estate is awaited. It changes no deadline of a court.",
    ] = 30
    estate_signer: Annotated[
        str,
        "Default signer of estate documents, as: Name, Title (none: no default); never used for sworn documents",
        Group.ESTATES,
        "Printed on documents that are made from now on.",
    ] = ""
    practice_name: Annotated[
        str,
        "Name of the practice on every page (none: pastdue)",
        Group.PRACTICE,
        "It is shown to staff. Letters carry the name of their creditor.",
    ] = ""
    time_zone: Annotated[
        str,
        "Time zone of the practice, such as America/Chicago, for dates and times in the browser",
        Group.PRACTICE,
        "The business date follows it. Calling hours follow the guarantor's own time zone.",
    ] = "America/New_York"
    nightly_run_time: Annotated[
        str,
        "Start time of the nightly run if the workspace starts it, as HH:MM in the practice's time zone",
        Group.PRACTICE,
        "Depends on the time zone. Letters and calls of the day are ready after it.",
    ] = "02:00"
    second_factor_roles: Annotated[
        str,
        "Roles that must use two-factor authentication, such as: admin, manager (none: no role)",
        Group.PRACTICE,
        "Users with one of these roles set it up at their next sign-in.",
    ] = ""
    call_minutes: Annotated[
        int, "Collector time per call attempt, for simulations of schedules (minutes)", Group.SIMULATIONS, _SIMULATED
    ] = 6
    letter_cost_cents: Annotated[
        int, "Cost of a mailed letter (postage, paper, printing), in cents", Group.SIMULATIONS, _SIMULATED
    ] = 95
    collector_hour_cents: Annotated[
        int, "Cost of an hour of a collector, for experiments, in cents", Group.SIMULATIONS, _SIMULATED
    ] = 28_00
    weekly_collector_hours: Annotated[
        int | None,
        "Collector hours available per week, for simulations of schedules (none: not compared)",
        Group.SIMULATIONS,
        _SIMULATED,
    ] = None
    weekly_letters: Annotated[
        int | None,
        "Letters that the mail room can send per week, for simulations of schedules (none: not compared)",
        Group.SIMULATIONS,
        _SIMULATED,
    ] = None
    schedule_approval: Annotated[
        bool,
        "Approval of a published schedule by a second manager before it takes effect (yes or no)",
        Group.PRACTICE,
        "With one manager only, no schedule could take effect.",
    ] = False
    make_pdf: Annotated[
        bool,
        "PDF of each print batch, if LibreOffice is installed (yes or no)",
        Group.PRINT,
        "The Word file is always made.",
    ] = True

    def wants_second_factor(self, roles: Collection[Role]) -> bool:
        """Whether a user with one of these roles must set up a second factor."""
        wanted = self.second_factor_roles.split(", ")
        return any(role.value in wanted for role in roles)


_HINTS: Mapping[str, Any] = get_type_hints(Policy, include_extras=True)

_KEYS: Mapping[str, str] = {
    "duplex": "two_sided",
    "collector_settlement_percent": "settle_without_manager_percent",
    "max_settlement_percent": "settle_at_most_percent",
    "placement_minimum_cents": "placement_at_least_cents",
    "estate_minimum_claim_cents": "estate_at_least_cents",
    "estate_filing_cost_cents": "estate_cost_cents",
    "nightly_run_time": "nightly_at",
    "make_pdf": "pdf",
}
"""The typed and stored key of each field of a Policy that has another name here."""

FIELD_OF: Mapping[str, str] = {_KEYS.get(name, name): name for name in _HINTS}
"""The field of a Policy for the key of each setting, in the order in which they are shown."""

MEANING: Mapping[str, str] = {key: get_args(_HINTS[name])[1] for key, name in FIELD_OF.items()}
"""The meaning of each setting, by its key."""

GROUP: Mapping[str, Group] = {key: get_args(_HINTS[name])[2] for key, name in FIELD_OF.items()}
"""The heading of each setting, by its key."""

AFFECTS: Mapping[str, str] = {key: get_args(_HINTS[name])[3] for key, name in FIELD_OF.items()}
"""What each setting affects or depends on, by its key."""

_WORDS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


@dataclass(frozen=True, slots=True)
class _Bound:
    """The maximum of a number setting: in its own unit, and in words."""

    unit: str
    most: int
    said: str


MOST_DIGITS = 15

_BOUNDS: Mapping[str, _Bound] = {
    "_percent": _Bound("percent", 100, "100"),
    "_days": _Bound("days", 3_650, "3,650 (ten years)"),
    "_cents": _Bound("cents", 1_000_000_000_00, "100,000,000,000 ($1,000,000,000.00)"),
    "_letters": _Bound("letters", 10_000_000, "10,000,000"),
    "_sheets": _Bound("sheets", 10_000_000, "10,000,000"),
    "_minutes": _Bound("minutes", 600, "600 (ten hours)"),
    "_hours": _Bound("hours", 100_000, "100,000"),
}
"""The maximum of a number, by the ending of its setting's name: a larger one is a typing error."""


def read_setting(name: str, text: str) -> Any:
    """Read a typed value. Raises BadInput for an unknown name or an invalid value."""
    if name not in MEANING:
        near = get_close_matches(name, MEANING, 1)
        hint = f'; did you mean "{near[0]}"?' if near else f"; the settings are {', '.join(MEANING)}"
        raise BadInput(f'there is no setting "{name}"{hint}')
    if isinstance(default_of(name), bool):
        value = _WORDS.get(text.strip().lower())
        if value is None:
            raise BadInput(f'{name} must be yes or no, not "{text}"')
        return value
    if name in TEXTS:
        value = TEXTS[name].read(text.strip())
        if value is None:
            raise BadInput(f'{name} must be {TEXTS[name].says}, not "{text}"')
        return value
    digits = text.strip()
    if digits.lower() == "none" and may_be_none(name):
        return None
    bound = _bound(name)
    # A longer text than any maximum is too large, whatever its number of digits.
    readable = digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS
    if not readable or int(digits) > bound.most:
        none = ", or none" if may_be_none(name) else ""
        raise BadInput(
            f"{name} must be a whole number of {bound.unit} from 0 to {bound.said}{none}", f'not "{text[:40]}"'
        )
    return int(digits)


def require_together(now: Policy, name: str, value: object) -> None:
    """Raise BadInput if a value conflicts with the other settings."""
    then = replace(now, **{FIELD_OF[name]: value})
    if then.collector_settlement_percent > then.max_settlement_percent:
        raise BadInput(
            f"settle_without_manager_percent ({then.collector_settlement_percent}) can't be more than "
            f"settle_at_most_percent ({then.max_settlement_percent}), which is the most that a manager can approve",
            "change the other setting first",
        )


def _bound(name: str) -> "_Bound":
    return next(bound for ending, bound in _BOUNDS.items() if name.endswith(ending))


def policy_of(values: Mapping[str, Any]) -> Policy:
    """The policy of these values, by their keys, over the defaults."""
    return Policy(**{FIELD_OF[key]: value for key, value in values.items() if key in FIELD_OF})


class Entry(StrEnum):
    """How a setting is entered."""

    YES_NO = "yes_no"
    NUMBER = "number"
    MONEY = "money"
    TEXT = "text"


def entry_of(name: str) -> Entry:
    """How a setting is entered."""
    if isinstance(default_of(name), bool):
        return Entry.YES_NO
    if name in TEXTS:
        return Entry.TEXT
    return Entry.MONEY if name.endswith("_cents") else Entry.NUMBER


def allowed(name: str) -> str:
    """What can be entered for a setting, as a form says it; money in dollars."""
    match entry_of(name):
        case Entry.YES_NO:
            return "yes or no"
        case Entry.TEXT:
            return TEXTS[name].says
        case Entry.MONEY:
            said = "an amount from $0 to $1,000,000,000.00"
        case Entry.NUMBER:
            bound = _bound(name)
            said = f"a whole number of {bound.unit} from 0 to {bound.said}"
    return f"{said}, or none" if may_be_none(name) else said


def may_be_none(name: str) -> bool:
    """Whether a setting is an optional limit."""
    return NoneType in get_args(get_args(_HINTS[FIELD_OF[name]])[0])


def default_of(name: str) -> Any:
    """The value of a setting that was never set."""
    return next(field.default for field in fields(Policy) if field.name == FIELD_OF[name])
