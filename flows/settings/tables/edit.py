"""Edits of a table's text: values set and removed, its comments kept. Pure: text in, text out."""

# At the edge: the nodes of ruamel.yaml have no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarfloat import ScalarFloat

from models.documents import is_list, is_mapping, read_yaml

LINE_WIDTH = 4096
"""Long lines stay as they were written."""

Place = tuple[str, ...]
"""Where a value of a table is: the words that lead to it."""

REMOVED = object()
"""In place of a value: it is no longer there."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A list of lines that was edited, each known by its first word: as it was, and as it should be."""

    before: list[Any]
    after: list[Any]

    def on(self, present: list[Any]) -> list[Any]:
        """The present lines with what was edited; a line that was not edited stays as it is now."""
        old, new, now = (_by_first(one) for one in (self.before, self.after, present))
        keys = [*now, *(key for key in new if key not in now)]
        found = [new.get(key) if _differs(old, new, key) else now.get(key) for key in keys]
        lines = [one for one in found if one is not None]
        return sorted(lines, key=_first) if all(isinstance(_first(one), int | float) for one in lines) else lines

    def without(self, mine: "Lines") -> "Lines":
        """The same edit, except the lines that another edit changes too."""
        old, new, own = (_by_first(one) for one in (self.before, self.after, mine.after))
        keys = [*new, *(key for key in old if key not in new)]
        found = [old.get(key) if _differs(old, own, key) else new.get(key) for key in keys]
        return Lines(self.before, [one for one in found if one is not None])


def _first(line: Any) -> Any:
    return plain_value(next(iter(line.values()), None))


def _by_first(lines: list[Any]) -> dict[Any, Any]:
    return {(next(iter(line), None), _first(line)): line for line in lines}


def _differs(one: Mapping[Any, Any], other: Mapping[Any, Any], key: Any) -> bool:
    return plain_value(one.get(key)) != plain_value(other.get(key))


def plain_of(text: str) -> Mapping[str, Any]:
    """A text as plain values, to compare. Numbers are as YAML has them, days are days."""
    return read_yaml(text) or {}


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[Place, Any]:
    """Which values differ, with their new value, REMOVED, or the Lines of a list; any other list is one value."""
    return dict(_changes(before, after, ()))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], place: Place) -> Iterator[tuple[Place, Any]]:
    for key in [*before, *(key for key in after if key not in before)]:
        here = (*place, str(key))
        if key not in after:
            yield here, REMOVED
        elif key not in before:
            yield here, after[key]
        elif is_mapping(before[key]) and is_mapping(after[key]):
            yield from _changes(before[key], after[key], here)
        elif before[key] != after[key]:
            yield here, Lines(before[key], after[key]) if _has_lines(before[key], after[key]) else after[key]


def _has_lines(before: Any, after: Any) -> bool:
    return is_list(before) and is_list(after) and all(is_mapping(line) and line for line in (*before, *after))


def with_changes(text: str, wanted: Mapping[Place, Any]) -> str:
    """The text with these values; what it says besides them, and its comments, stay as they are."""
    if not wanted:
        return text
    yaml = _yaml()
    document = yaml.load(text)
    if document is None:
        document = CommentedMap()
    for place, value in wanted.items():
        _set(document, place, value)
    to = io.StringIO()
    yaml.dump(document, to)
    return to.getvalue()


def merged(base: str, mine: str, theirs: str) -> str:
    """My text with what others changed meanwhile; where both changed the same value, mine stays."""
    own = changes(plain_of(base), plain_of(mine))
    others = changes(plain_of(base), plain_of(theirs))
    wanted: dict[Place, Any] = {}
    for place, value in others.items():
        if isinstance(value, Lines) and isinstance(lines := own.get(place), Lines):
            wanted[place] = value.without(lines)
        elif not _touches(place, own):
            wanted[place] = value
    return with_changes(mine, wanted)


def _touches(place: Place, own: Mapping[Place, Any]) -> bool:
    return any(place[: len(one)] == one or one[: len(place)] == place for one in own)


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = LINE_WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _set(document: Any, place: Place, value: Any) -> None:
    node = document
    for part in place[:-1]:
        if not is_mapping(node.get(part)):
            node[part] = CommentedMap()
        node = node[part]
    if value is REMOVED:
        node.pop(place[-1], None)
        return
    before = node.get(place[-1])
    if isinstance(value, Lines):
        value = value.on([plain_value(line) for line in before or ()])
    if is_list(before) and is_list(value):
        _set_list(before, value)
    else:
        node[place[-1]] = node_of(value)


def _set_list(before: Any, value: list[Any]) -> None:
    """Lines that stay keep their form, and the comments beside them."""
    there = [(plain_value(one), one, before.ca.items.get(place)) for place, one in enumerate(before)]
    del before[:]
    before.ca.items.clear()
    if any(is_mapping(one) for one in value):
        before.fa.set_block_style()
    for place, one in enumerate(value):
        node, comment = next(((node, said) for plain, node, said in there if plain == plain_value(one)), (None, None))
        before.append(node_of(one) if node is None else node)
        if comment is not None:
            before.ca.items[place] = comment


def node_of(value: Any) -> Any:
    """A value as a node: mappings and lists on one line, amounts with two decimals."""
    if is_mapping(value):
        node = CommentedMap((key, node_of(one)) for key, one in value.items())
        node.fa.set_flow_style()
        return node
    if is_list(value):
        found = CommentedSeq(node_of(one) for one in value)
        if not any(is_mapping(one) for one in value):
            found.fa.set_flow_style()
        return found
    return _amount(value) if isinstance(value, Decimal) else value


def plain_value(node: Any) -> Any:
    """A node as a plain value."""
    if is_mapping(node):
        return {str(key): plain_value(value) for key, value in node.items()}
    if is_list(node):
        return [plain_value(one) for one in node]
    if isinstance(node, Decimal | float):
        return float(node)
    return node if isinstance(node, date | int | bool) or node is None else str(node)


def _amount(value: Decimal) -> Any:
    text = f"{value:.2f}"
    return ScalarFloat(float(value), width=len(text), prec=text.index("."), m_sign=False, m_lead0=0)
