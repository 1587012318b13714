"""Whether two records may be one person: name, birth date and one thing more agree. Pure."""

import unicodedata
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Record:
    """What a record says of a person; None is unknown."""

    person_id: int
    first_name: str
    last_name: str
    birth_date: date | None
    ssn_last4: str | None = None
    phones: frozenset[str] = frozenset()
    email: str | None = None
    street: str | None = None
    zip: str | None = None


def alike(one: Record, other: Record) -> tuple[str, ...]:
    """In what two records agree so that they may be one person; empty where they may not.

    Both birth dates must be known and equal. Then name, and one of SSN, phone, e-mail or address; or SSN and one of the
    two names, as after a marriage or with a nickname. SSNs that are both known and differ are two persons.
    """
    if one.birth_date is None or one.birth_date != other.birth_date:
        return ()
    if one.ssn_last4 and other.ssn_last4 and one.ssn_last4 != other.ssn_last4:
        return ()
    first, last = folded(one.first_name) == folded(other.first_name), folded(one.last_name) == folded(other.last_name)
    found = tuple(
        what
        for what, agrees in (
            ("SSN", bool(one.ssn_last4) and one.ssn_last4 == other.ssn_last4),
            ("phone", bool(one.phones & other.phones)),
            ("e-mail", bool(one.email) and folded(one.email) == folded(other.email)),
            ("address", bool(one.street and one.zip) and _address(one) == _address(other)),
        )
        if agrees
    )
    if first and last and found:
        return ("name", "birth date", *found)
    return ("first or last name", "birth date", *found) if "SSN" in found and (first or last) else ()


def folded(text: str | None) -> str:
    """A text without case, accents, blanks and punctuation: `O'Neil-Díaz` as `oneildiaz`."""
    plain = unicodedata.normalize("NFKD", text or "").casefold()
    return "".join(mark for mark in plain if mark.isalnum())


def digits(phone: str | None) -> str | None:
    """The last ten digits of a phone number; None for fewer, or for one digit ten times."""
    found = "".join(mark for mark in phone or "" if mark.isdigit())[-10:]
    return found if len(found) == 10 and len(set(found)) > 1 else None


def _address(one: Record) -> tuple[str, str]:
    return folded(one.street), (one.zip or "")[:5]
