"""Everything that people read, as texts with their locations: the input of the tests of wording."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import typer.main

from cli.app import app
from cli.rights import NEEDS, OLD_NAMES

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("cli", "compliance", "demo", "flows", "letters", "models", "web")
SPANISH = ROOT / "letters/wording/spanish.py"
COMMANDS = NEEDS.keys() | OLD_NAMES.keys()
DATA = ("flows/**/*.yaml", "compliance/**/*.yaml", "schedules/*.yaml")

AFTER_THE_FIELD = ("WrongField", "StageFailed")
"""Errors whose first argument is the name of a field or a stage, and whose second argument is what is wrong with it."""

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_MARKUP = re.compile(r"<[^>]*>|&\w+;")
_QUOTED = re.compile(r"```.*?```|`[^`]*`|^ {4}[^\n]*$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(
    r"^\s*(SELECT|CREATE|INSERT|UPDATE|DELETE|PRAGMA|WITH|ALTER|DROP)\b|^[\w\s]*[{;<>=]|^<|\\[sdwb(]|w:|^\w+ in [\w.]+$|"
    r"^\s*\w+: .*\n(.*\n)*\w+: "
)


class Text(NamedTuple):
    """A text that people read: its file and line, or its command."""

    where: str
    said: str


def strings() -> Iterator[Text]:
    """The sentences in the code that reach a screen, a file or a log: strings of several words, but no docstring."""
    for path in sources():
        if path == SPANISH:
            continue
        tree = tree_of(path)
        silent = _documentation(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                silent |= {id(part) for part in node.values}
                said = _sentence(node)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
                said = node.value
            else:
                continue
            said = _TAG.sub(" X ", said)
            if " " in said.strip() and said not in COMMANDS and not _CODE.search(said):
                yield Text(f"{path.relative_to(ROOT)}:{node.lineno}", _QUOTED.sub("X", said))


@cache
def tree_of(path: Path) -> ast.Module:
    """A file of the product, parsed once."""
    return ast.parse(path.read_text("utf-8"))


def sources() -> Iterator[Path]:
    """The Python files of the product."""
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def _documentation(tree: ast.Module) -> set[int]:
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def _sentence(node: ast.JoinedStr) -> str:
    """An f-string with X for each value."""
    return "".join(part.value if isinstance(part, ast.Constant) else "X" for part in node.values)  # type: ignore[misc]


def templates() -> Iterator[Text]:
    """The text of pages and e-mails, without markup and tags."""
    for path in [*(ROOT / "web/templates").glob("*.html"), *(ROOT / "letters/email").glob("*.j2")]:
        if ".es." in path.name:
            continue
        for number, line in enumerate(_blanked(path.read_text("utf-8")).splitlines(), 1):
            if line.strip():
                yield Text(f"{path.relative_to(ROOT)}:{number}", line)


def _blanked(text: str) -> str:
    """A template with its tags and markup blanked, lines kept."""
    for pattern in (_TAG, _MARKUP):
        text = pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    return text


def documents() -> Iterator[Text]:
    """README, changelog and guides, paragraph by paragraph, without input examples and code."""
    for path in [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("**/*.md")]:
        text = _QUOTED.sub(lambda found: "\n" * found[0].count("\n") + "X", path.read_text("utf-8"))
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield Text(f"{path.relative_to(ROOT)}:{number}", line)


def tables() -> Iterator[Text]:
    """The sentences in tables of data that are shipped: rules, call results, scripts."""
    for pattern in DATA:
        for path in sorted(ROOT.glob(pattern)):
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                if not line.lstrip().startswith(("#", "- id:")) and " " in line.strip():
                    yield Text(f"{path.relative_to(ROOT)}:{number}", line)


@cache
def helps() -> tuple[Text, ...]:
    """The help of every command and of its options, from the program itself."""
    return tuple(_help_of(typer.main.get_command(app), "pastdue"))


def _help_of(command: object, name: str) -> Iterator[Text]:
    yield Text(f"{name} --help", _QUOTED.sub("X", getattr(command, "help", None) or ""))
    for option in getattr(command, "params", ()):
        yield Text(f"{name} --help", _QUOTED.sub("X", getattr(option, "help", None) or ""))
    for word, inner in getattr(command, "commands", {}).items():
        if not inner.hidden:
            yield from _help_of(inner, f"{name} {word}")


def refusals() -> Iterator[Text]:
    """The messages of errors that people receive: the first argument of each, with X for each value."""
    kinds = _refusal_names()
    for path in sources():
        for node in ast.walk(tree_of(path)):
            if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args):
                continue
            called = node.exc.func
            if isinstance(called, ast.Name) and called.id in kinds:
                message = node.exc.args[called.id in AFTER_THE_FIELD]
                if isinstance(message, ast.JoinedStr):
                    yield Text(f"{path.relative_to(ROOT)}:{node.lineno}", _sentence(message))
                elif isinstance(message, ast.Constant) and isinstance(message.value, str):
                    yield Text(f"{path.relative_to(ROOT)}:{node.lineno}", message.value)


def _refusal_names() -> set[str]:
    """Refused and every class below it."""
    kinds = {"Refused"}
    classes = [
        node for path in sources() for node in tree_of(path).body if isinstance(node, ast.ClassDef) and node.bases
    ]
    while True:
        more = {one.name for one in classes for base in one.bases if isinstance(base, ast.Name) and base.id in kinds}
        if more <= kinds:
            return kinds
        kinds |= more
