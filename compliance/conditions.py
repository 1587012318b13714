"""The conditions of rules: a safe part of Python's expression syntax over named facts, compiled once to closures.

Nothing is ever evaluated as Python. A missing fact is None (a list: empty; a policy: its default). An ordering
comparison with None is false; == and != work as usual; arithmetic with None returns None; and, or and not treat None as
false. Types are checked when a condition is compiled, not when it is evaluated.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from compliance.facts import MOMENTS, NUMBERS, WORDS, Facts, FactType, Field, nearest_name, read_moment
from compliance.needs import Need, needs_of
from models.documents import is_tuple

Test: TypeAlias = Callable[[Facts], Any]

ORDERINGS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
ALLOWED = "use and, or, not, comparisons, in, + - *, plain values, lists of them and facts"


class BadCondition(ValueError):
    """A condition outside the safe part, or with a name that is not in the vocabulary."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition. `asks` are the facts it reads, in the order of the text.

    `needs`: at least one of these facts must be known for it to hold; None: it may hold with any fact missing.
    `leaves`: its comparisons and yes-or-no facts, each with the facts it reads, to measure how near it came. `never`:
    it is the word False, a rule kept for its note.
    """

    text: str
    holds: Test
    asks: tuple[str, ...]
    needs: frozenset[Need] | None
    leaves: tuple[tuple[Test, frozenset[str]], ...]
    never: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """A compiled piece: its test, its type (None: the word None), its constant or its field if it is one."""

    test: Test
    type: FactType | None
    constant: Any = None
    field: Field | None = None


def compile_condition(text: str, vocabulary: Mapping[str, Field]) -> Condition:
    """Check a condition against the vocabulary and compile it; raises BadCondition."""
    try:
        tree = ast.parse(" ".join(text.split()), mode="eval").body
    except (SyntaxError, ValueError, RecursionError) as error:
        raise BadCondition(f"cannot be read: {error}") from None
    compiler = _Compiler(vocabulary)
    part = compiler.yes_or_no(tree)
    asks = tuple(dict.fromkeys(compiler.asks))
    needs, never = needs_of(tree, vocabulary), part.constant is False
    return Condition(text, part.test, asks, needs, tuple(compiler.leaves), never)


class _Compiler:
    def __init__(self, vocabulary: Mapping[str, Field]) -> None:
        self.vocabulary = vocabulary
        self.asks: list[str] = []
        self.leaves: list[tuple[Test, frozenset[str]]] = []

    def part(self, node: ast.expr) -> _Part:
        match node:
            case ast.BoolOp():
                tests = [self.yes_or_no(value).test for value in node.values]
                return _Part(_all(tests) if isinstance(node.op, ast.And) else _any(tests), FactType.BOOL)
            case ast.UnaryOp(op=ast.Not()):
                inner = self.yes_or_no(node.operand).test
                return _Part(lambda facts: not inner(facts), FactType.BOOL)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
                return _constant(-value)
            case ast.Compare():
                return self._comparisons(node)
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.Constant(value=bool() | int() | float() | str() | None):
                return _constant(node.value)
            case ast.List() | ast.Tuple():
                return self._list(node)
            case ast.Name() | ast.Attribute():
                return self._field(node)
            case _:
                raise BadCondition(f"{ast.unparse(node)} is not allowed; {ALLOWED}")

    def yes_or_no(self, node: ast.expr) -> _Part:
        part = self.part(node)
        if part.type is not FactType.BOOL:
            raise BadCondition(f"{ast.unparse(node)} is not true or false but {_kind(part)}; compare it with a value")
        if part.field is not None:
            self.leaves.append((part.test, frozenset({part.field.name})))
        return part

    def _field(self, node: ast.Name | ast.Attribute) -> _Part:
        name = ast.unparse(node)
        field = self.vocabulary.get(name)
        if field is None:
            raise BadCondition(f'"{name}" is not a fact of the vocabulary{nearest_name(name, self.vocabulary)}')
        self.asks.append(name)
        return _Part(_reader(field), field.type, field=field)

    def _list(self, node: ast.List | ast.Tuple) -> _Part:
        parts = [self.part(element) for element in node.elts]
        if any(part.type not in WORDS | NUMBERS or part.field is not None for part in parts):
            raise BadCondition(f"{ast.unparse(node)} may contain only words and numbers")
        held = tuple(part.constant for part in parts)
        return _Part(lambda facts: held, FactType.LIST, constant=held)

    def _comparisons(self, node: ast.Compare) -> _Part:
        before = len(self.asks)
        parts = [self.part(node.left), *(self.part(one) for one in node.comparators)]
        tests = [
            self._comparison(op, left, right, node) for op, left, right in zip(node.ops, parts, parts[1:], strict=False)
        ]
        test = _all(tests)
        self.leaves.append((test, frozenset(self.asks[before:])))
        return _Part(test, FactType.BOOL)

    def _comparison(self, op: ast.cmpop, left: _Part, right: _Part, node: ast.expr) -> Test:
        match op:
            case ast.Is() | ast.IsNot() if right.type is not None:
                raise BadCondition(f"{ast.unparse(node)}: use == and !=; `is` is for None")
            case ast.Eq() | ast.Is():
                return _equal(left, right, node)
            case ast.NotEq() | ast.IsNot():
                equal = _equal(left, right, node)
                return lambda facts: not equal(facts)
            case ast.In():
                return _inside(left, right, node)
            case ast.NotIn():
                inside = _inside(left, right, node)
                return lambda facts: not inside(facts)
            case _:
                return _ordering(op, left, right, node)

    def _arithmetic(self, node: ast.BinOp) -> _Part:
        work = ARITHMETIC.get(type(node.op))
        left, right = self.part(node.left), self.part(node.right)
        if work is None or left.type not in NUMBERS or right.type not in NUMBERS:
            raise BadCondition(f"{ast.unparse(node)} is not arithmetic of numbers with + - *")
        a, b = left.test, right.test

        def test(facts: Facts) -> Any:
            one, other = a(facts), b(facts)
            return None if one is None or other is None else work(one, other)

        whole = left.type is FactType.INT and right.type is FactType.INT
        return _Part(test, FactType.INT if whole else FactType.FLOAT)


def _reader(field: Field) -> Test:
    """How a fact is looked up. Dates and times entered as text are parsed here, for every comparison alike."""
    name, kind, default = field.name, field.type, field.default
    if kind is FactType.LIST:
        held = () if default is None else default
        return lambda facts: held if (value := facts.get(name)) is None else value
    if default is not None:
        return lambda facts: default if (value := facts.get(name)) is None else value
    if kind in MOMENTS:
        return lambda facts: read_moment(value, kind) if isinstance(value := facts.get(name), str) else value
    return lambda facts: facts.get(name)


def _constant(value: Any) -> _Part:
    kinds: dict[type[object], FactType] = {
        bool: FactType.BOOL,
        int: FactType.INT,
        float: FactType.FLOAT,
        str: FactType.TEXT,
    }
    held: object = value
    return _Part(lambda facts: value, kinds.get(type(held)), constant=value)


def _kind(part: _Part) -> str:
    return "None" if part.type is None else f"{part.field.name} ({part.type})" if part.field else str(part.type)


def _alike(left: _Part, right: _Part, node: ast.expr) -> tuple[_Part, _Part]:
    """The two sides of a comparison, of one type; a date or time written as text is parsed. BadCondition otherwise."""
    for one, other in ((left, right), (right, left)):
        if one.type is not None and one.type in MOMENTS and isinstance(other.constant, str):
            moment = _moment(other.constant, one.type, node)
            return (left, moment) if one is left else (moment, right)
    kinds = {left.type, right.type}
    if not (len(kinds) == 1 or kinds <= NUMBERS or kinds <= WORDS):
        raise BadCondition(f"{ast.unparse(node)} compares {_kind(left)} with {_kind(right)}")
    return left, right


def _moment(text: str, kind: FactType, node: ast.expr) -> _Part:
    try:
        read = read_moment(text, kind)
    except ValueError:
        shape = "HH:MM" if kind is FactType.TIME else "YYYY-MM-DD"
        raise BadCondition(f'"{text}" in {ast.unparse(node)} is not a {kind}; write {shape}') from None
    return _Part(lambda facts: read, kind, constant=read)


def _equal(left: _Part, right: _Part, node: ast.expr) -> Test:
    if left.type is not None and right.type is not None:
        left, right = _alike(left, right, node)
        _check_words(left, right, node)
    if right.field is None and left.field is not None and left.field.default is None:
        value = right.constant
        if left.type not in MOMENTS and left.type is not FactType.LIST and right.type is not None:
            name = left.field.name
            return lambda facts: facts.get(name) == value
        if value is None and right.type is None:
            a = left.test
            return lambda facts: a(facts) is None
    a, b = left.test, right.test
    return lambda facts: a(facts) == b(facts)


def _inside(left: _Part, right: _Part, node: ast.expr) -> Test:
    held = right.constant if is_tuple(right.constant) else None
    if right.type is not FactType.LIST or (held is None and left.type not in WORDS):
        raise BadCondition(f"{ast.unparse(node)}: {_kind(left)} can't be in {_kind(right)}")
    if held is not None:
        wanted = WORDS if left.type in WORDS else NUMBERS if left.type in NUMBERS else frozenset[FactType]()
        if any(_constant(one).type not in wanted for one in held):
            raise BadCondition(f"{ast.unparse(node)} compares {_kind(left)} with a list of something else")
    _check_words(left, right, node)
    a, b, word = left.test, right.test, left.constant
    if right.field is not None and word is not None and right.field.default is None:
        name = right.field.name
        return lambda facts: (value := facts.get(name)) is not None and word in value
    return lambda facts: a(facts) in b(facts)


def _ordering(op: ast.cmpop, left: _Part, right: _Part, node: ast.expr) -> Test:
    order = ORDERINGS.get(type(op))
    if order is None:
        raise BadCondition(f"{ast.unparse(node)} uses a comparison that is not allowed; {ALLOWED}")
    if left.type is not None and right.type is not None:
        left, right = _alike(left, right, node)
    if left.type not in NUMBERS | MOMENTS or right.type not in NUMBERS | MOMENTS:
        raise BadCondition(f"{ast.unparse(node)} compares {_kind(left)} with {_kind(right)}, which have no order")
    a, b, limit = left.test, right.test, right.constant
    if limit is not None:
        return lambda facts: (one := a(facts)) is not None and order(one, limit)

    def test(facts: Facts) -> bool:
        one, other = a(facts), b(facts)
        return one is not None and other is not None and order(one, other)

    return test


def _check_words(left: _Part, right: _Part, node: ast.expr) -> None:
    for one, other in ((left, right), (right, left)):
        if one.field is None or not one.field.words or other.field is not None:
            continue
        given = other.constant if is_tuple(other.constant) else (other.constant,)
        for word in given:
            if isinstance(word, str) and word not in one.field.words:
                hint = nearest_name(word, one.field.words)
                raise BadCondition(f'"{word}" is not a value of {one.field.name} in {ast.unparse(node)}{hint}')


def _all(tests: list[Test]) -> Test:
    """A test that all tests hold. Chains of two are unrolled: a loop in a closure costs more than the tests it runs."""
    if len(tests) == 1:
        return tests[0]
    first, rest = tests[0], _all(tests[1:])
    return lambda facts: bool(first(facts) and rest(facts))


def _any(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    first, rest = tests[0], _any(tests[1:])
    return lambda facts: bool(first(facts) or rest(facts))
