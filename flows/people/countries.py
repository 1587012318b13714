"""The country of an address, as files and people write it. Pure."""

from functools import lru_cache

import pycountry

from models.places import PROVINCES, STATES
from models.values import BadValue

HOME = ""
"""The stored value for an address whose state or province implies its country."""

HOMES = ("US", "CA")
"""Countries whose states and provinces are known by their letters."""

_ALSO = {"u.s.a.": "US", "u.s.": "US", "uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB"}
"""Frequent names that are not in the standard."""


@lru_cache(2_048)
def read_country(text: str) -> str:
    """The two letters (ISO 3166-1) of a country written by its code or its name. Raises BadValue."""
    plain = text.strip()
    if plain.casefold() in _ALSO:
        return _ALSO[plain.casefold()]
    try:
        return str(pycountry.countries.lookup(plain).alpha_2)
    except LookupError:
        reason = f'"{text}" is not a country; enter a two-letter code or a name, such as MX or Mexico'
        raise BadValue(reason) from None


def country_name(code: str) -> str:
    """A country's name as the last line of an address has it: in English capitals (USPS IMM 122)."""
    found = pycountry.countries.get(alpha_2=code)
    return str(getattr(found, "common_name", found.name) if found else code).partition(",")[0].upper()


def country_of(state: str | None, country: str) -> str:
    """The two letters of the country of an address: the stored one, else that of its state or province."""
    return country or ("CA" if state in PROVINCES else "US")


def country_line(state: str | None, country: str) -> tuple[str, ...]:
    """The country line under an address abroad; none for a domestic one."""
    code = country_of(state, country)
    return () if code == "US" else (country_name(code),)


def fits(state: str | None, code: str) -> bool:
    """Whether a state or province is one of a country; regions of other countries are not known by letters, so none
    matches."""
    if state is None:
        return True
    return state in STATES if code == "US" else code == "CA" and state in PROVINCES
