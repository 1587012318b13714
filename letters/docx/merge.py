"""The requirements of a dataclass to be merged into a template: plain values that can be stored and read back.

A class lists in `worked_out` the computed values that can be shown too.
"""

# At the edge: letter data of any shape has no types.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import datetime as dt
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from letters.errors import LetterFault

_UNIONS = (Union, types.UnionType)
_PLAIN_NAMES = {str: "text", int: "a whole number of cents", bool: "true or false", dt.date: "a day"}

T = TypeVar("T")


@cache
def hints(cls: type) -> Mapping[str, object]:
    """The fields of a merge dataclass with their resolved types."""
    known = get_type_hints(cls)
    return {field.name: known[field.name] for field in fields(cls)}


def worked_out(cls: type) -> tuple[str, ...]:
    """Names of a merge dataclass that are computed, not stored."""
    return getattr(cls, "worked_out", ())


@cache
def classes_in(cls: type) -> tuple[type, ...]:
    """Every dataclass in the merge data of a class, itself first."""
    found: list[type] = [cls]
    for one in found:
        found.extend(inner for hint in hints(one).values() if (inner := _inner(hint)) and inner not in found)
    return tuple(found)


@cache
def names_in(cls: type) -> frozenset[str]:
    """Every name that a template can use, with dots: "letter", "letter.number", "accounts.patient", ..."""
    return frozenset(_names(cls, ""))


def _names(cls: type, prefix: str) -> list[str]:
    names = [prefix + name for name in worked_out(cls)]
    for name, hint in hints(cls).items():
        names.append(prefix + name)
        inner = _inner(hint)
        if inner is not None:
            names.extend(_names(inner, f"{prefix}{name}."))
    return names


def _inner(hint: Any) -> type | None:
    """The merge dataclass in a field, alone or in a list; None without one."""
    inner = get_args(hint)[0] if get_origin(hint) in (tuple, *_UNIONS) else hint
    return inner if is_dataclass(inner) else None  # pyright: ignore[reportReturnType]


def plain(value: Any) -> Any:
    """JSON values: dates as ISO text, tuples as lists; default values are left out."""
    if is_dataclass(value):
        usual = _usual(type(value))
        return {
            name: plain(found)
            for name in hints(type(value))
            if (found := getattr(value, name)) != usual.get(name, MISSING)
        }
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


@cache
def _usual(cls: type) -> Mapping[str, object]:
    return {field.name: field.default for field in fields(cls) if field.default is not MISSING}


def build(cls: type[T], values: Any, where: str = "") -> T:
    """Read the output of `plain`. Raises `LetterFault` with the field that is missing or wrong."""
    if not isinstance(values, Mapping):
        raise LetterFault(f"{where.rstrip('.') or 'the letter'} must be a mapping of fields, not {values!r}")
    wanted = hints(cls)
    if unknown := sorted(str(key) for key in values if key not in wanted):
        raise LetterFault(f"{where}{unknown[0]} is not a field of a letter; the fields here are {', '.join(wanted)}")
    required = {field.name for field in fields(cls) if field.default is MISSING}  # pyright: ignore[reportArgumentType]
    if missing := [name for name in wanted if name in required and name not in values]:
        raise LetterFault(f"{where}{missing[0]} is missing from the letter's data; give it a value")
    return cls(**{name: _read(wanted[name], value, where + name) for name, value in values.items()})


def _read(hint: Any, value: Any, where: str) -> Any:
    if get_origin(hint) is tuple:
        if not isinstance(value, list | tuple):
            raise LetterFault(f"{where} must be a list, not {value!r}")
        return tuple(_read(get_args(hint)[0], item, f"{where}[{n}]") for n, item in enumerate(value))
    if get_origin(hint) in _UNIONS:
        return None if value is None else _read(get_args(hint)[0], value, where)
    if is_dataclass(hint):
        return build(hint, value, where + ".")  # pyright: ignore[reportArgumentType]
    if hint is dt.date and isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError as error:
            raise LetterFault(f"{where} is {value!r}; write a day as YYYY-MM-DD") from error
    if type(value) is not hint:
        raise LetterFault(f"{where} must be {_PLAIN_NAMES[hint]}, not {value!r}")
    return value
