"""What a manager can set for a creditor's letters: labels, checks, and differences in words. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flows.people.addresses import agrees, read_zip
from flows.settings.contact_checks import is_email, is_us_number
from flows.settings.tables.difference import NOTHING, Difference, differences
from letters.wording.values import is_colour
from models.enums import CreditorKind
from models.errors import BadInput
from models.labels import label_of
from models.places import STATES

Look = Mapping[str, str | None]
"""The values of a creditor that a manager can set, by column."""


@dataclass(frozen=True, slots=True)
class LookField:
    """A value that a manager can set: its label, what to enter, and what it is for. `optional`: may be empty."""

    label: str
    hint: str
    group: str
    optional: bool = True


CONTACT, PAYMENT, WEB, DESIGN = "Contact", "Where payments go", "Web and e-mail", "Design"

FIELDS: Mapping[str, LookField] = {
    "phone": LookField("Phone", "Ten digits, such as 937-555-0101; on letters and in calls", CONTACT),
    "phone_hours": LookField("Phone hours", "Such as: Monday to Friday, 8:00 am to 5:00 pm", CONTACT, optional=False),
    "phone_hours_es": LookField("Phone hours in Spanish", "On letters in Spanish", CONTACT, optional=False),
    "accent": LookField(
        "Letterhead color", "Six digits or letters, such as #14606B; a light color is darkened", DESIGN, optional=False
    ),
    "remit_name": LookField("Payee", "Empty: the creditor's name", PAYMENT),
    "remit_address1": LookField("Street or PO box", "Empty: payments go to the creditor's own address", PAYMENT),
    "remit_address2": LookField("Suite or department", "", PAYMENT),
    "remit_city": LookField("City", "", PAYMENT),
    "remit_state": LookField("State", "Two letters, such as WI", PAYMENT),
    "remit_zip": LookField("ZIP", "Five or nine digits, in the state above", PAYMENT),
    "pay_online": LookField("Online payment page", "Such as pay.example.org; printed on letters", WEB),
    "assistance_url": LookField("Financial assistance page", "Such as example.org/help; printed on letters", WEB),
    "email_from": LookField("E-mail sender", "Such as billing@example.org; empty: the practice's sender", WEB),
    "voicemail_name": LookField("Name for voicemail", "A name that does not show what the call is about", CONTACT),
}
"""What a manager can change about a creditor; the rest comes with its file."""

LOOK = tuple(FIELDS)

FILE_LABELS: Mapping[str, str] = {
    "name": "Name",
    "kind": "Type",
    "ein": "EIN",
    "npi": "NPI",
    "address1": "Own street address",
    "address2": "Own suite",
    "city": "Own city",
    "state": "Own state",
    "zip": "Own ZIP",
    "timezone": "Time zone",
}
"""What only the account file changes about a creditor."""


class BadLook(BadInput):
    """Values of a creditor that are invalid: what is wrong with each, by its column."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{FIELDS[name].label}: {error}" for name, error in wrong.items()), field=(*wrong,))
        self.wrong = wrong


LOGO = ("logo_digest", "logo_suffix", "logo_width", "logo_height")
"""The columns of a logo, which are set together."""

_WEB_ADDRESS = re.compile(r"(https://)?([a-z0-9][a-z0-9-]*\.)+[a-z]{2,}(:\d{1,5})?(/[^\s<>]*)?", re.IGNORECASE)
"""A page as letters print it: with https:// or without a scheme, and never another one."""

_ADDRESS = ("remit_address1", "remit_city", "remit_state", "remit_zip")
_NEVER_NULL = frozenset({"pay_online", "assistance_url"})
LONGEST = 200


def checked_look(now: Look, changes: Mapping[str, str]) -> dict[str, str | None]:
    """The values to store for what was entered. Raises BadLook with every error.

    `now`: the present values, which a new one must go together with.
    """
    if strange := sorted(set(changes) - set(FIELDS)):
        raise BadInput(f"{strange[0]} can't be changed here", f"change one of {', '.join(LOOK)}")
    wanted = {name: text.strip() for name, text in changes.items()}
    if "remit_state" in wanted:
        wanted["remit_state"] = wanted["remit_state"].upper()
    then: dict[str, str | None] = {**now, **wanted}
    if wanted.get("remit_zip"):
        then["remit_zip"] = wanted["remit_zip"] = read_zip(wanted["remit_zip"], then["remit_state"]) or ""
    wrong = [*_wrong(wanted)]
    if not wrong and any(name.startswith("remit_") for name in wanted):
        wrong += _wrong_address(then)
    if wrong:
        raise BadLook(dict(wrong))
    return {name: text if text or name in _NEVER_NULL else None for name, text in wanted.items()}


def _wrong(wanted: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, text in wanted.items():
        if not text and not FIELDS[name].optional:
            yield name, f"is required; enter it {FIELDS[name].hint[:1].lower()}{FIELDS[name].hint[1:]}"
        elif len(text) > LONGEST or not text.isprintable():
            yield name, f"must have at most {LONGEST} characters, on one line"
        elif text and (error := _wrong_value(name, text)):
            yield name, error


def _wrong_value(name: str, text: str) -> str | None:
    match name:
        case "accent" if not is_colour(text):
            return f'"{text}" is not a color; enter six digits or letters, such as #14606B'
        case "phone" if not is_us_number(text):
            return f'"{text}" is not a valid phone number; enter ten digits, such as 937-555-0101'
        case "email_from" if not is_email(text):
            return f'"{text}" is not a valid e-mail address; enter one such as billing@example.org'
        case "pay_online" | "assistance_url" if _WEB_ADDRESS.fullmatch(text) is None:
            return f'must be a web address, such as pay.example.org or https://example.org/pay; not "{text}"'
        case "remit_state" if text not in STATES:
            return f'"{text}" is not a state; enter its two letters, such as NY'
        case "remit_zip" if re.fullmatch(r"\d{5}(-\d{4})?", text) is None:
            return f'"{text}" is not a ZIP; enter five digits, or nine such as 53201-4120'
        case _:
            return None


def _wrong_address(then: Look) -> Iterator[tuple[str, str]]:
    """A payment address is complete, with its ZIP in its state, or there is none."""
    if any(then[name] for name in _ADDRESS):
        for name in _ADDRESS:
            if not then[name]:
                yield name, "is required for a payment address; or clear the whole address"
    zip_code, state = then["remit_zip"], then["remit_state"]
    if zip_code and state and not agrees(zip_code, state):
        yield "remit_zip", f"{zip_code} is not in {state}; correct one of them"


def look_differences(before: Look, after: Look) -> list[Difference]:
    """What differs between two looks, in sentences."""
    return differences({"": dict(_lines(before))}, {"": dict(_lines(after))})


def _lines(look: Look) -> Iterator[tuple[str, str]]:
    for name, one in FIELDS.items():
        if name in look:
            yield one.label, look[name] or NOTHING
    for name, title in FILE_LABELS.items():
        if name in look:
            yield title, label_of(CreditorKind, look[name] or "") if name == "kind" else look[name] or NOTHING
    if "logo_digest" in look:
        digest = look["logo_digest"]
        yield "Logo", NOTHING if digest is None else f"picture {digest[:8]}"
