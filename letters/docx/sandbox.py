"""The constructs allowed in a template: show fields, loop over lists, and choose. Nothing else.

A manager can edit a template, so a template is not trusted. There are two protections. The parsed tags can contain only
the constructs listed here (no calls, no assignments, no includes, no loop within a loop, so no template runs for long).
In addition, they run in Jinja2's sandbox, in which only a letter's own fields are visible.
"""

# At the edge: Jinja2 has no types.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from collections.abc import Iterator
from typing import Any

from jinja2 import StrictUndefined, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment

from letters import kinds
from letters.data import LetterData
from letters.docx.merge import classes_in, hints, worked_out
from letters.errors import LetterError
from letters.estate import kinds as estate_kinds
from letters.estate.data import EstatePaper
from letters.layout import window
from letters.wording import values

_VISIBLE: dict[type, frozenset[str]] = {
    cls: frozenset((*hints(cls), *worked_out(cls))) for root in (LetterData, EstatePaper) for cls in classes_in(root)
}
_LOOP = frozenset({"index", "index0", "first", "last", "length", "revindex", "revindex0"})

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Slice,
    nodes.Const,
    nodes.For,
    nodes.If,
    nodes.CondExpr,
    nodes.Filter,
    nodes.Test,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Add,
    nodes.Sub,
    nodes.Neg,
    nodes.Concat,
    nodes.List,
    nodes.Tuple,
)
LETTERS_OWN = {
    "money": values.money,
    "date": values.date,
    "accent": values.accent,
    "tint": values.tint,
    "titled": kinds.titled,
    "called": kinds.called,
    "entry": kinds.entry,
    "recorded": estate_kinds.recorded,
    "address_size": window.address_size,
    "address_size_below_imb": window.address_size_below_imb,
    "address_size_without_bars": window.address_size_without_bars,
}
_JINJAS = ("upper", "lower", "title", "capitalize", "trim", "length", "count", "first", "last", "join", "default")
FILTERS = (*LETTERS_OWN, *_JINJAS)
TESTS = ("defined", "undefined", "none", "equalto", "eq", "ne", "lt", "le", "gt", "ge", "odd", "even", "in")


class LetterEnvironment(SandboxedEnvironment):
    """A Jinja2 sandbox in which only the fields of a letter are visible and nothing can be called."""

    def __init__(self) -> None:
        # on_paper escapes every value, so autoescape would do it twice
        super().__init__(autoescape=False, undefined=StrictUndefined, finalize=values.on_paper, cache_size=0)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _JINJAS} | LETTERS_OWN
        self.tests = {name: self.tests[name] for name in TESTS}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field of a letter's dataclass, or a loop counter; anything else is undefined."""
        if attribute in _VISIBLE.get(type(obj), ()) or (type(obj) is LoopContext and attribute in _LOOP):
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """`accounts[0]`, `texts[:2]`, and `letter["number"]` as `letter.number`."""
        if isinstance(argument, str):
            return self.getattr(obj, str(argument))
        if isinstance(obj, tuple | str) and isinstance(argument, int | slice):
            try:
                return obj[argument]
            except IndexError:
                return self.undefined(obj=obj, name=str(argument))
        return self.undefined(obj=obj, name=str(argument))

    def is_safe_callable(self, obj: Any) -> bool:
        """Nothing can be called: a letter does not need it."""
        return False


def refuse_what_is_not_allowed(tree: nodes.Template, where: str) -> None:
    """Raise `LetterError` if the parsed tags do more than show, loop and choose."""
    for node in _walk(tree):
        if isinstance(node, nodes.Name) and node.ctx == "load" and node.name.startswith("_"):
            raise LetterError(f'{where}: the tag "{node.name}" is not a field; take it out')
        if not isinstance(node, _ALLOWED):
            raise LetterError(
                f"{where}: a tag uses {_SPOKEN.get(type(node).__name__, type(node).__name__.lower())}, which a letter "
                "may not; use only {{ fields }}, {% for %} and {% if %}"
            )
        if isinstance(node, nodes.Filter | nodes.Test):
            known = FILTERS if isinstance(node, nodes.Filter) else TESTS
            if node.name not in known:
                raise LetterError(f'{where}: there is no filter "{node.name}"; use one of {", ".join(known)}')
        if isinstance(node, nodes.For):
            if node.recursive or any(True for part in node.body for _ in _loops(part)):
                raise LetterError(f"{where}: a loop stands inside another loop; write one after the other")
            if not isinstance(node.target, nodes.Name):
                raise LetterError(f"{where}: a loop takes two names at once; write {{% for a in accounts %}}")


_SPOKEN = {
    "Call": "a call with ( )",
    "Assign": "{% set %}",
    "AssignBlock": "{% set %}",
    "Include": "{% include %}",
    "Import": "{% import %}",
    "FromImport": "{% from %}",
    "Extends": "{% extends %}",
    "Macro": "{% macro %}",
    "Mul": "* (multiplication)",
    "Pow": "** (power)",
}


def fields_used(tree: nodes.Template) -> frozenset[str]:
    """The fields used in the tags, with dots; a loop's variable is replaced by its list.

    `{% for a in accounts %}{{ a.patient }}` uses "accounts" and "accounts.patient".
    """
    found: set[str] = set()
    _collect(tree, {}, found)
    return frozenset(found)


def _collect(node: nodes.Node, scope: dict[str, str | None], found: set[str]) -> None:
    match node:
        case nodes.For(target=nodes.Name(name=name)):
            _collect(node.iter, scope, found)
            inner = scope | {name: _path(node.iter, scope), "loop": None}
            for part in (*node.body, *node.else_, *([node.test] if node.test else [])):
                _collect(part, inner, found)
        case nodes.Name() | nodes.Getattr() | nodes.Getitem():
            path = _path(node, scope)
            if path is not None:
                found.add(path)
            elif not isinstance(node, nodes.Name):
                _collect(node.node, scope, found)
        case _:
            for child in node.iter_child_nodes():
                _collect(child, scope, found)


def _path(node: nodes.Node, scope: dict[str, str | None]) -> str | None:
    match node:
        case nodes.Name(name=name):
            return scope.get(name, name)
        case nodes.Getattr(attr=str(attribute)) | nodes.Getitem(arg=nodes.Const(value=str(attribute))):
            parent = _path(node.node, scope)
            return None if parent is None else f"{parent}.{attribute}"
        case nodes.Getitem() | nodes.Filter(name="first" | "last"):
            return None if node.node is None else _path(node.node, scope)
        case _:
            return None


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def _loops(node: nodes.Node) -> Iterator[nodes.For]:
    return (inner for inner in _walk(node) if isinstance(inner, nodes.For))
