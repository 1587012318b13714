"""The conditions of rules: a safe part of Python's expression syntax over named facts, compiled once to closures.

Nothing is ever evaluated as Python. A fact that is absent is None (a list: empty; a policy: its default). An
ordering comparison with None is false; == and != work as usual; arithmetic with None gives None; and, or and not
take None as false.
"""

import ast
import difflib
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any, TypeAlias

Fact: TypeAlias = "bool | int | float | str | date | time | tuple[str, ...] | frozenset[str] | list[str] | None"
Facts: TypeAlias = Mapping[str, Any]
Test: TypeAlias = Callable[[Facts], Any]


class FactType(StrEnum):
    """What kind of value a fact is."""

    BOOL = "bool"
    INT = "int"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    TEXT = "text"
    ENUM = "enum"
    LIST = "list"


NUMERIC = frozenset({FactType.INT, FactType.NUMBER})
WORDS = frozenset({FactType.TEXT, FactType.ENUM})


@dataclass(frozen=True, slots=True)
class Field:
    """A fact of the vocabulary: its type, its words where they are closed, its value where it is absent."""

    name: str
    type: FactType
    words: frozenset[str] = frozenset()
    default: Any = None


class BadCondition(ValueError):
    """A condition that is not in the safe part, or asks for what the vocabulary does not have."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition. `asks` are the facts it reads.

    `only_with` are facts of which one must be present (and, where a value is given, be or hold that value) for it to
    be true; None: it may be true whatever is absent. `never`: it is the word False, a rule kept for its note.
    """

    text: str
    holds: Test
    asks: tuple[str, ...]
    only_with: frozenset[tuple[str, Any]] | None
    never: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """A compiled piece: its test, its type, its constant if it is one, and what it needs to be true."""

    test: Test
    type: FactType | None
    constant: Any = None
    only_with: frozenset[tuple[str, Any]] | None = None
    field: Field | None = None


def compile_condition(text: str, vocabulary: Mapping[str, Field]) -> Condition:
    """Check a condition against the vocabulary and compile it; raises BadCondition."""
    try:
        tree = ast.parse(" ".join(text.split()), mode="eval")
    except SyntaxError as error:
        raise BadCondition(f"cannot be read at column {error.offset}: {error.msg}") from None
    compiler = _Compiler(vocabulary)
    part = compiler.part(tree.body)
    asks = tuple(dict.fromkeys(compiler.asks))
    return Condition(text, part.test, asks, part.only_with, never=part.constant is False)


class _Compiler:
    def __init__(self, vocabulary: Mapping[str, Field]) -> None:
        self.vocabulary = vocabulary
        self.asks: list[str] = []

    def part(self, node: ast.expr) -> _Part:
        match node:
            case ast.BoolOp(op=ast.And()):
                return _and([self.part(value) for value in node.values])
            case ast.BoolOp():
                return _or([self.part(value) for value in node.values])
            case ast.UnaryOp(op=ast.Not()):
                inner = self.part(node.operand).test
                return _Part(lambda facts: not inner(facts), FactType.BOOL)
            case ast.Compare():
                return self._comparisons(node)
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.Constant(value=bool() | int() | float() | str() | None):
                return _constant(node.value)
            case ast.List() | ast.Tuple():
                return self._words(node)
            case ast.Name() | ast.Attribute():
                return self._field(node)
            case _:
                raise BadCondition(
                    f"{ast.unparse(node)} is not allowed; use and, or, not, comparisons, in, + - * and facts"
                )

    def _field(self, node: ast.Name | ast.Attribute) -> _Part:
        name = ast.unparse(node)
        field = self.vocabulary.get(name)
        if field is None:
            near = difflib.get_close_matches(name, self.vocabulary, n=1)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            raise BadCondition(f'"{name}" is not a fact of the vocabulary{hint}')
        self.asks.append(name)
        default = () if field.type is FactType.LIST and field.default is None else field.default
        if default is None:
            test: Test = lambda facts: facts.get(name)  # noqa: E731
        else:
            test = lambda facts: default if (value := facts.get(name)) is None else value  # noqa: E731
        needs = None if field.default else frozenset({(name, None)})
        return _Part(test, field.type, only_with=needs, field=field)

    def _words(self, node: ast.List | ast.Tuple) -> _Part:
        values: list[Any] = []
        for element in node.elts:
            if not isinstance(element, ast.Constant):
                raise BadCondition(f"{ast.unparse(element)} in a list is not a plain value")
            values.append(element.value)
        held = tuple(values)
        return _Part(lambda facts: held, FactType.LIST, constant=held)

    def _comparisons(self, node: ast.Compare) -> _Part:
        parts = [self.part(node.left), *(self.part(one) for one in node.comparators)]
        tests = [
            self._comparison(op, left, right, node) for op, left, right in zip(node.ops, parts, parts[1:], strict=False)
        ]
        return tests[0] if len(tests) == 1 else _and(tests)

    def _comparison(self, op: ast.cmpop, left: _Part, right: _Part, node: ast.expr) -> _Part:
        a, b = left.test, right.test
        _check_words(left, right, node)
        match op:
            case ast.Eq() | ast.Is():
                return _Part(lambda facts: a(facts) == b(facts), FactType.BOOL, only_with=_equal_needs(left, right))
            case ast.NotEq() | ast.IsNot():
                needs = left.only_with if right.type is None else None
                return _Part(lambda facts: a(facts) != b(facts), FactType.BOOL, only_with=needs)
            case ast.In():
                return _Part(lambda facts: a(facts) in b(facts), FactType.BOOL, only_with=_in_needs(left, right))
            case ast.NotIn():
                return _Part(lambda facts: a(facts) not in b(facts), FactType.BOOL)
            case ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE():
                return self._ordering(op, left, right, node)
            case _:
                raise BadCondition(f"{ast.unparse(node)} uses a comparison that is not allowed")

    def _ordering(self, op: ast.cmpop, left: _Part, right: _Part, node: ast.expr) -> _Part:
        if not _comparable(left, right):
            raise BadCondition(f"{ast.unparse(node)} compares {left.type} with {right.type}")
        order = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}[type(op)]  # type: ignore[index]
        a, b = _typed(left, right), _typed(right, left)

        def test(facts: Facts) -> bool:
            one, other = a(facts), b(facts)
            return one is not None and other is not None and order(one, other)

        needs = left.only_with if left.only_with is not None else right.only_with
        return _Part(test, FactType.BOOL, only_with=needs)

    def _arithmetic(self, node: ast.BinOp) -> _Part:
        left, right = self.part(node.left), self.part(node.right)
        ops: dict[type, Callable[[Any, Any], Any]] = {
            ast.Add: operator.add,
            ast.Sub: operator.sub,
            ast.Mult: operator.mul,
        }
        work = ops.get(type(node.op))
        if work is None or left.type not in NUMERIC or right.type not in NUMERIC:
            raise BadCondition(f"{ast.unparse(node)} is not arithmetic of numbers with + - *")
        a, b = left.test, right.test

        def test(facts: Facts) -> Any:
            one, other = a(facts), b(facts)
            return None if one is None or other is None else work(one, other)

        needs = left.only_with if left.only_with is not None else right.only_with
        return _Part(test, FactType.NUMBER, only_with=needs)


def _constant(value: Any) -> _Part:
    kinds: dict[type, FactType] = {bool: FactType.BOOL, int: FactType.INT, float: FactType.NUMBER, str: FactType.TEXT}
    return _Part(lambda facts: value, kinds.get(type(value)), constant=value)


def _comparable(left: _Part, right: _Part) -> bool:
    kinds = {left.type, right.type}
    if kinds <= NUMERIC:
        return True
    if FactType.TIME in kinds or FactType.DATE in kinds:
        return len(kinds) == 1 or FactType.TEXT in kinds
    return False


def _typed(part: _Part, other: _Part) -> Test:
    """A time or date written as text, read once; a fact given as text, read when it is asked for."""
    if part.constant is not None and isinstance(part.constant, str):
        fixed = _read(part.constant, other.type)
        return lambda facts: fixed
    if part.type in (FactType.TIME, FactType.DATE):
        test, kind = part.test, part.type
        return lambda facts: _read(value, kind) if isinstance(value := test(facts), str) else value
    return part.test


def _read(text: str, kind: FactType | None) -> Any:
    try:
        return time.fromisoformat(text) if kind is FactType.TIME else date.fromisoformat(text)
    except ValueError:
        raise BadCondition(f'"{text}" is not a {kind}') from None


def _check_words(left: _Part, right: _Part, node: ast.expr) -> None:
    """A word that a closed list does not have can never be met: that is a slip of the pen."""
    for one, other in ((left, right), (right, left)):
        if one.field is None or not one.field.words or other.constant is None:
            continue
        given = other.constant if isinstance(other.constant, tuple) else (other.constant,)
        for word in given:
            if isinstance(word, str) and word not in one.field.words:
                near = difflib.get_close_matches(word, one.field.words, n=1)
                hint = f'; did you mean "{near[0]}"?' if near else ""
                raise BadCondition(f'"{word}" is not a word of {one.field.name} in {ast.unparse(node)}{hint}')


def _equal_needs(left: _Part, right: _Part) -> frozenset[tuple[str, Any]] | None:
    for one, other in ((left, right), (right, left)):
        if one.field is not None and one.field.default is None and other.field is None:
            if other.constant is None or other.constant is False:
                return None
            return frozenset({(one.field.name, other.constant)})
    return None


def _in_needs(left: _Part, right: _Part) -> frozenset[tuple[str, Any]] | None:
    if right.field is not None and right.field.default is None and left.constant is not None:
        return frozenset({(right.field.name, left.constant)})
    if left.field is not None and left.field.default is None and right.constant is not None:
        return frozenset((left.field.name, word) for word in right.constant)
    return None


def _and(parts: list[_Part]) -> _Part:
    tests = tuple(part.test for part in parts)
    known = [part.only_with for part in parts if part.only_with is not None]
    # The narrowest need will do: values before mere presence, few before many.
    best = min(known, key=lambda needs: (any(value is None for _, value in needs), len(needs)), default=None)
    if len(tests) == 2:
        first, second = tests
        return _Part(lambda facts: bool(first(facts) and second(facts)), FactType.BOOL, only_with=best)
    return _Part(lambda facts: all(test(facts) for test in tests), FactType.BOOL, only_with=best)


def _or(parts: list[_Part]) -> _Part:
    tests = tuple(part.test for part in parts)
    needs: set[tuple[str, Any]] = set()
    for part in parts:
        if part.only_with is None:
            return _Part(lambda facts: any(test(facts) for test in tests), FactType.BOOL)
        needs |= part.only_with
    return _Part(lambda facts: any(test(facts) for test in tests), FactType.BOOL, only_with=frozenset(needs))
