"""Whether two records may be the same person: name, birth date and one more field agree, except one typo. Pure."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flows.people.nearly import nearly_same_day, one_slip, same_first_name

OWN = frozenset({"SSN", "phone", "e-mail"})
"""Fields that identify one person: if one agrees, the newer record is on hold. An address alone only opens a task."""


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of a person's record; None is unknown. `of_many`: those of its phones that many records share, such as
    a clinic's, which do not identify a person."""

    person_id: int
    first_name: str
    last_name: str
    birth_date: date | None
    ssn_last4: str | None = None
    phones: frozenset[str] = frozenset()
    email: str | None = None
    street: str | None = None
    zip: str | None = None
    of_many: frozenset[str] = frozenset()


def alike(one: Record, other: Record) -> tuple[str, ...]:
    """The fields in which two records agree so that they may be the same person; empty if they can't be.

    Both birth dates must be known and agree. Then name, and one of SSN, phone, e-mail or address; or SSN and one of the
    two names, as after a marriage. A nickname counts as the name. One typo is allowed, in a name or in the birth
    date, if SSN, phone or e-mail agree. Two known and different SSNs mean two people.
    """
    if one.birth_date is None or other.birth_date is None:
        return ()
    born = one.birth_date == other.birth_date
    if not born and not nearly_same_day(one.birth_date, other.birth_date):
        return ()
    if one.ssn_last4 and other.ssn_last4 and one.ssn_last4 != other.ssn_last4:
        return ()
    found = _more(one, other)
    sure = bool(OWN & set(found))
    first, last = _first(one, other), folded(one.last_name) == folded(other.last_name)
    if not born:
        return ("name", "birth date (except a typo)", *found) if first and last and sure else ()
    if first and last and found:
        return ("name", "birth date", *found)
    if "SSN" in found and (first or last):
        return ("first or last name", "birth date", *found)
    return ("name (except a typo)", "birth date", *found) if sure and _slip(one, other, first, last) else ()


def _more(one: Record, other: Record) -> tuple[str, ...]:
    """The agreeing fields besides name and birth date."""
    phones = one.phones & other.phones
    own = phones - one.of_many - other.of_many
    agreeing = (
        ("SSN", bool(one.ssn_last4) and one.ssn_last4 == other.ssn_last4),
        ("phone", bool(own)),
        ("a shared phone number", bool(phones) and not own),
        ("e-mail", bool(one.email) and folded(one.email) == folded(other.email)),
        ("address", bool(one.street and one.zip) and _address(one) == _address(other)),
    )
    return tuple(what for what, agrees in agreeing if agrees)


def _first(one: Record, other: Record) -> bool:
    mine, theirs = folded(one.first_name), folded(other.first_name)
    return mine == theirs or same_first_name(mine, theirs)


def _slip(one: Record, other: Record, first: bool, last: bool) -> bool:
    """Whether one of the two names agrees, and the other except one typo."""
    if first:
        return one_slip(folded(one.last_name), folded(other.last_name))
    return last and one_slip(folded(one.first_name), folded(other.first_name))


@lru_cache(65_536)
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
