"""The facts that a condition needs, found in its text, so that most rules can be skipped.

A need is a fact and its required state: known, true, equal to a word, or a list with a word in it. A condition has a
set of needs of which at least one is met whenever it holds (never fewer; a test compares this with checking every
rule).
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from compliance.facts import FactType, Field


class How(IntEnum):
    """The required state of a fact; the rarest is first."""

    HOLDS = 0
    """The list contains the word."""
    IS = 1
    """The fact equals the value."""
    TRUE = 2
    """The fact is true."""
    THERE = 3
    """The fact is not None; a list is not empty."""


@dataclass(frozen=True, slots=True)
class Need:
    """One fact that must be known, and its required state."""

    name: str
    how: How
    value: Any = None


Needs = frozenset[Need]
IMPOSSIBLE: Needs = frozenset()
"""The needs of a condition that never holds: none of them can be met."""


def needs_of(node: ast.expr, vocabulary: Mapping[str, Field]) -> Needs | None:
    """The needs of a checked condition; None if it may hold with every fact missing."""
    match node:
        case ast.BoolOp(op=ast.And()):
            known = [needs for value in node.values if (needs := needs_of(value, vocabulary)) is not None]
            return min(known, key=_breadth, default=None)
        case ast.BoolOp():
            each = [needs_of(value, vocabulary) for value in node.values]
            known = [needs for needs in each if needs is not None]
            return frozenset[Need]().union(*known) if len(known) == len(each) else None
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _of_comparison(left, op, right, vocabulary)
        case ast.Constant(value=False):
            return IMPOSSIBLE
        case ast.Name() | ast.Attribute():
            field = vocabulary[ast.unparse(node)]
            return None if field.default else frozenset({Need(field.name, How.TRUE)})
        case _:
            return None


def _breadth(needs: Needs) -> tuple[int, int]:
    return max((need.how for need in needs), default=How.HOLDS), len(needs)


def _of_comparison(left: ast.expr, op: ast.cmpop, right: ast.expr, vocabulary: Mapping[str, Field]) -> Needs | None:
    one, other = _field(left, vocabulary), _field(right, vocabulary)
    match op:
        case ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE():
            # Neither side may be None, so any fact in either, arithmetic or not, must be known.
            return min(
                (_there(name) for name in (*_in(left, vocabulary), *_in(right, vocabulary))), default=None, key=len
            )
        case ast.Eq() | ast.Is():
            if one is not None and isinstance(right, ast.Constant):
                return _equal(one, right.value)
            if other is not None and isinstance(left, ast.Constant):
                return _equal(other, left.value)
            return None
        case ast.NotEq() | ast.IsNot() if isinstance(right, ast.Constant) and right.value is None:
            return (
                _there(one.name) if one is not None and one.type is not FactType.LIST and one.default is None else None
            )
        case ast.In() if isinstance(left, ast.Constant) and other is not None and not other.default:
            return frozenset({Need(other.name, How.HOLDS, left.value)})
        case ast.In() if one is not None and isinstance(right, ast.List | ast.Tuple) and one.default is None:
            return frozenset(Need(one.name, How.IS, ast.literal_eval(word)) for word in right.elts)
        case ast.In() if other is not None and not other.default:
            return _there(other.name)
        case _:
            return None


def _equal(field: Field, value: Any) -> Needs | None:
    # A date may be text, so its value cannot be looked up; but it can be seen whether it is known.
    if value is None or field.default is not None or field.type is FactType.LIST:
        return None
    if field.type in (FactType.DATE, FactType.TIME):
        return _there(field.name)
    if value is True:
        return frozenset({Need(field.name, How.TRUE)})
    return frozenset({Need(field.name, How.IS, value)})


def _there(name: str) -> Needs:
    return frozenset({Need(name, How.THERE)})


def _field(node: ast.expr, vocabulary: Mapping[str, Field]) -> Field | None:
    return vocabulary.get(ast.unparse(node)) if isinstance(node, ast.Name | ast.Attribute) else None


def _in(node: ast.expr, vocabulary: Mapping[str, Field]) -> list[str]:
    """The facts in one side of a comparison that are None if they are missing."""
    if isinstance(node, ast.BinOp):
        return _in(node.left, vocabulary) + _in(node.right, vocabulary)
    field = _field(node, vocabulary)
    return [field.name] if field is not None and field.default is None else []
