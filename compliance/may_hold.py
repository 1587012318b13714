"""Whether a rule's condition can still hold, when some facts are settled and others may still become known. Pure."""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any, TypeAlias

from compliance.conditions import Condition, compile_condition
from compliance.facts import Facts, FactType
from compliance.lookup import Catalogue

Open: TypeAlias = Callable[[str, str | None], bool]
"""Whether a fact may still become known, or, for a word, whether that word of a list or an enum may."""


class May(IntEnum):
    """The state of a condition: it does not hold, it may hold, it holds."""

    NO = 0
    PERHAPS = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """The state of a condition, and the facts it depends on if it only may hold."""

    may: May
    hangs_on: frozenset[str] = frozenset()


def may_hold(condition: Condition, law: Catalogue, facts: Facts, is_open: Open) -> Answer:
    """Whether a condition holds on facts of which the `open` ones may still become known."""
    tree = ast.parse(" ".join(condition.text.split()), mode="eval").body
    return _Asker(law, facts, is_open).answer(tree)


@dataclass(frozen=True, slots=True)
class _Asker:
    law: Catalogue
    facts: Facts
    is_open: Open

    def answer(self, node: ast.expr) -> Answer:
        match node:
            case ast.BoolOp(op=ast.And()):
                return _joined((self.answer(one) for one in node.values), decides=May.NO)
            case ast.BoolOp():
                return _joined((self.answer(one) for one in node.values), decides=May.YES)
            case ast.UnaryOp(op=ast.Not()):
                return _turned(self.answer(node.operand))
            case ast.Compare(left=left, ops=[ast.NotEq()], comparators=[right]):
                return _turned(self.answer(ast.Compare(left, [ast.Eq()], [right])))
            case ast.Compare(left=left, ops=[ast.NotIn()], comparators=[right]):
                return _turned(self.answer(ast.Compare(left, [ast.In()], [right])))
            case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[right]):
                return _turned(self.answer(ast.Compare(left, [ast.Is()], [right])))
            case _:
                return self._leaf(node)

    def _leaf(self, node: ast.expr) -> Answer:
        hangs_on = frozenset(name for name in _names(node) if self._may_change(name, node))
        if hangs_on:
            return Answer(May.PERHAPS, hangs_on)
        condition = _compiled(ast.unparse(node), self.law)
        return Answer(May.YES if condition.holds(self.facts) else May.NO)

    def _may_change(self, name: str, node: ast.expr) -> bool:
        field = self.law.vocabulary.get(name)
        if field is None:
            return False
        words = _words(node)
        if words and field.words and field.type in (FactType.LIST, FactType.ENUM):
            return any(self.is_open(name, word) for word in words)
        return self.is_open(name, None)


def _joined(answers: Iterable[Answer], *, decides: May) -> Answer:
    """Several answers joined: one that decides is enough; otherwise it depends on all that are not settled."""
    found = list(answers)
    if any(one.may is decides for one in found):
        return Answer(decides)
    hangs_on = frozenset(name for one in found for name in one.hangs_on)
    return Answer(May.PERHAPS, hangs_on) if hangs_on else Answer(May(2 - decides))


def _turned(answer: Answer) -> Answer:
    return Answer(May(2 - answer.may), answer.hangs_on)


def _names(node: ast.expr) -> list[str]:
    """The facts that a leaf reads."""
    whole = [one for one in ast.walk(node) if isinstance(one, ast.Attribute | ast.Name)]
    inside = {id(one.value) for one in whole if isinstance(one, ast.Attribute)}
    return [ast.unparse(one) for one in whole if id(one) not in inside]


def _words(node: ast.expr) -> list[str]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]


@lru_cache(4_096)
def _compiled(text: str, law: Catalogue) -> Condition:
    return compile_condition(text, law.vocabulary)


def never_open(_name: str, _word: str | None) -> bool:
    """No more facts become known."""
    return False


def given_only(facts: Facts, settled: Iterable[str]) -> Open:
    """Facts that are missing and not derived may still become known."""
    known: set[Any] = {name for name, value in facts.items() if value is not None} | set(settled)
    return lambda name, _: name not in known
