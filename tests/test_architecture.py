"""The map of the code is true: rooms import one way, modules marked pure are pure, every announced change is handled."""

import ast
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from flows.consequences import CONSEQUENCES

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONTRACTS = {one["type"]: one for one in PROJECT["tool"]["importlinter"]["contracts"]}
CODE = ("models", "compliance", "letters", "flows", "web", "cli")


@cache
def below(top: str) -> tuple[tuple[str, ast.Module], ...]:
    """Every module below a folder, by its dotted name."""
    return tuple(
        (".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), ast.parse(path.read_text()))
        for path in sorted((ROOT / top).rglob("*.py"))
    )


def modules(*tops: str) -> Iterator[tuple[str, ast.Module]]:
    """Every module below these folders, by its dotted name."""
    for top in tops:
        yield from below(top)


def imports_of(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_every_module_that_says_it_is_pure_is_held_to_it() -> None:
    """compliance as a whole and every `decide` are in the contract by name; any other module is listed."""
    listed = set(CONTRACTS["forbidden"]["source_modules"])
    say_so = {
        name
        for name, module in modules("flows", "letters", "compliance")
        if re.search(r"\bPure\b", (ast.get_docstring(module) or "").split("\n\n")[0])
    }
    held = {name for name in say_so if name.startswith("compliance") or name.endswith(".decide") or name in listed}
    assert say_so == held
    assert {name for name in listed if "*" not in name and name != "compliance"} <= say_so


def test_no_room_of_flows_imports_in_a_circle_with_another() -> None:
    edges: dict[str, set[str]] = defaultdict(set)
    for name, module in modules("flows"):
        if name == "flows":
            continue
        here = name.split(".")[1]
        for target in imports_of(module):
            parts = target.split(".")
            if parts[0] == "flows" and len(parts) > 1 and parts[1] != here:
                edges[here].add(parts[1])

    def reaches(start: str, goal: str) -> bool:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            for found in edges[waiting.pop()] - seen:
                if found == goal:
                    return True
                seen.add(found)
                waiting.append(found)
        return False

    assert [room for room in sorted(edges) if reaches(room, room)] == []


def test_no_package_holds_one_module_only() -> None:
    lonely: list[str] = []
    for top in CODE:
        for folder in {path.parent for path in (ROOT / top).rglob("*.py")}:
            files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
            folders = [path for path in folder.iterdir() if path.is_dir() and (path / "__init__.py").exists()]
            if len(files) + len(folders) == 1 and not any(
                path.suffix != ".py" for path in folder.iterdir() if path.is_file()
            ):
                lonely.append(str(folder.relative_to(ROOT)))
    assert lonely == []


def test_prefect_is_imported_by_flow_files_alone() -> None:
    """import-linter holds the list; here, that none of it is idle, and that each of its modules says what it is."""
    listed = set(CONTRACTS["protected"]["allowed_importers"])
    importing = {
        name: (ast.get_docstring(module) or "").split("\n\n")[0]
        for name, module in modules(*CODE)
        if any(target.split(".")[0] == "prefect" for target in imports_of(module))
    }
    assert set(importing) == listed
    assert [name for name, says in importing.items() if not re.search(r"\b(flow|deployment)\b", says)] == []


def test_prefect_is_loaded_by_name_only_where_its_server_is_started() -> None:
    """Before a run, with the address of the server: what import-linter does not see."""
    found = {
        name
        for name, module in modules(*CODE)
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "import_module"
        if "prefect" in ast.unparse(node.args[0])
    }
    assert found == {"flows.scheduler.own_server"}


def test_a_process_that_starts_a_server_loads_none_of_the_rooms() -> None:
    """A process that waits for a Prefect server does not also wait for the engine."""
    code = "import sys, flows.scheduler.own_server; print(sorted(n for n in sys.modules if n.startswith('flows.')))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert ast.literal_eval(loaded) == ["flows.scheduler", "flows.scheduler.own_server"]


def announced() -> set[str]:
    """The names of all announced changes."""
    found: set[str] = set()
    for _, module in modules("flows"):
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "announce":
                change = node.args[1]
                assert isinstance(change, ast.Call)
                assert isinstance(change.func, ast.Name), "announce a change by its own constructor"
                found.add(change.func.id)
    return found


def test_every_change_that_is_announced_has_its_lines_and_every_line_its_change() -> None:
    assert announced() == {line.change.__name__ for line in CONSEQUENCES}


def test_every_line_of_the_table_says_why_it_stands() -> None:
    assert [line.then.__name__ for line in CONSEQUENCES if len(line.because.split()) < 5] == []


@pytest.mark.parametrize("folder", ["flows", "compliance", "letters", "models"])
def test_no_command_line_syntax_is_parsed_below_the_command_line(folder: str) -> None:
    found = {name for name, module in modules(folder) if {"typer", "click", "argparse"} & set(imports_of(module))}
    assert found == set()
