"""What differs between two versions of a table, as sentences that a manager can read aloud. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flows.settings.tables.edit import plain_of
from models.documents import is_list, is_mapping
from models.labels import plain, words

Sections = Mapping[str, Mapping[str, str]]
"""What a table says: for each of its parts (empty: the table itself) its values, by their label."""

NOTHING = "none"
"""The value of what a table leaves out."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `part`: what it is about, such as a call result. `before` and `after`: None if not there."""

    part: str
    what: str
    before: str | None
    after: str | None
    sentence: str


def difference_row(one: Difference) -> dict[str, str | None]:
    """A difference as programs read it."""
    return {"part": one.part, "what": one.what, "from": one.before, "to": one.after, "sentence": one.sentence}


def differences(before: Sections, after: Sections) -> list[Difference]:
    """Every difference between two versions, in the order of the table."""
    return list(_differences(before, after))


def _differences(before: Sections, after: Sections) -> Iterator[Difference]:
    for part in [*before, *(one for one in after if one not in before)]:
        old, new = before.get(part), after.get(part)
        if part and old is None and new is not None:
            yield Difference(part, "", None, _all(new), f"{part} is added: {_all(new)}.")
        elif part and old is not None and new is None:
            yield Difference(part, "", _all(old), None, f"{part} is removed (before: {_all(old)}).")
        else:
            yield from _values(part, old or {}, new or {})


def _values(part: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Difference]:
    for what in [*old, *(one for one in new if one not in old)]:
        was, now = old.get(what), new.get(what)
        if was == now:
            continue
        title = f"{part}: {what[:1].lower()}{what[1:]}" if part else what
        if was is None:
            sentence = f"{title} is added: {now}."
        elif now is None:
            sentence = f"{title} is removed (before: {was})."
        else:
            sentence = f"{title}: {now} (before: {was})."
        yield Difference(part, what, was, now, sentence)


def _all(values: Mapping[str, str]) -> str:
    said = (f"{what[:1].lower()}{what[1:]}: {value}" for what, value in values.items() if value != NOTHING)
    return "; ".join(said) or "no values"


def sections_of(text: str) -> Sections:
    """What any table says, by the words of its file. A table with labels of its own has its own function."""
    return {"": dict(_lines(plain_of(text), ()))}


def _lines(value: Any, place: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if is_mapping(value) and value:
        for key, one in value.items():
            yield from _lines(one, (*place, str(key)))
    elif is_list(value) and any(is_mapping(one) for one in value):
        for number, one in enumerate(value, 1):
            yield from _lines(one, (*place, str(number)))
    else:
        yield ", ".join(filter(None, (plain(place[0]), *map(words, place[1:])))) if place else "", _value(value)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_list(value):
        return ", ".join(map(_value, value)) or NOTHING
    return NOTHING if value is None or value == {} else str(value)
