"""Documents from files, read before their structure is checked."""

from typing import Any, Literal, TypeGuard

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

Kind = Literal["safe", "rt"]


def read_yaml(text: str, kind: Kind = "safe") -> Any:
    """A YAML text as values; with `rt` the values keep their line numbers. Raises YAMLError."""
    loader: Any = YAML(typ=kind)
    return loader.load(text)


def is_mapping(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a value of a document is a mapping. Its keys are strings, as in YAML and JSON."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a value of a document is a list."""
    return isinstance(value, list)


def is_tuple(value: object) -> TypeGuard[tuple[Any, ...]]:
    """Whether a value is a tuple."""
    return isinstance(value, tuple)


def flaw_of(error: MarkedYAMLError) -> tuple[int, str]:
    """The line on which a text is not valid YAML, and why."""
    told: Any = error
    mark = told.problem_mark or told.context_mark
    return (1 if mark is None else int(mark.line) + 1), str(told.problem)
