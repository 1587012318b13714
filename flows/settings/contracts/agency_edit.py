"""What the forms of an agency's licenses and files have, and the form of the pools. Pure: text in, text out.

The commission and the days of a contract are in `terms_edit`. Its address stays in its text.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import Field

from flows.settings.contracts.contract_file import AgencyText, LicenceText, PoolsText, SealText, State, TransportText
from flows.settings.tables.edit import Lines, changes, plain_of, with_changes
from flows.settings.tables.lines import Line, merged_lines
from flows.settings.tables.reading import read_words
from flows.settings.tables.words import Name, Text
from models.documents import is_mapping

P = TypeVar("P", bound=Text)


class LicensesPart(Text):
    """The licenses of an agency, and the states where it needs none, by the words of the contract's text."""

    licences: list[LicenceText] = Field(default_factory=list[LicenceText])
    no_licence_needed: list[State] = Field(default_factory=list[State])


class FilesPart(Text):
    """The layout of an agency's files, how they travel and how they are encrypted."""

    layout: Name
    transport: TransportText
    seal: SealText = SealText()


def part_of(part: type[P], text: str) -> P:
    """A part of a contract as its form has it. Raises BadSchedule."""
    words, _ = read_words(text, "agency", AgencyText)
    return part.model_validate({name: getattr(words, name) for name in part.model_fields})


def edit_part(base: str, present: str, mine: LicensesPart | FilesPart) -> str:
    """The contract in force with what a form changed since `base`, the text that it was drawn from."""
    before = part_of(type(mine), base).model_dump(exclude_none=True)
    return _edited(present, before, mine.model_dump(exclude_none=True))


def pools_part(text: str) -> PoolsText:
    """The pools as their form has them. Raises BadSchedule."""
    return read_words(text, "agency-pools", PoolsText)[0]


def edit_pools(base: str, present: str, mine: PoolsText) -> str:
    """The pools in force with what a form changed since `base`."""
    before, after = (one.model_dump(exclude_none=True, mode="json") for one in (pools_part(base), mine))
    return _edited(present, before, after)


def _edited(present: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    found = {
        place: merged_lines(value.before, value.after, _list_at(present, place), _named)
        if isinstance(value, Lines)
        else value
        for place, value in changes(before, after).items()
    }
    return with_changes(present, found)


def _named(line: Line) -> str:
    return str(line.get("state") or line.get("agency"))


def _list_at(text: str, place: tuple[str, ...]) -> list[Line]:
    found: Any = plain_of(text)
    for part in place:
        found = found[part] if is_mapping(found) and part in found else None
    return found or []
