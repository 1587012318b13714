"""Reads the rules: every file of the folder is checked, with each error's file, line and remedy."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml.error import MarkedYAMLError

from compliance.facts import FactType, Field, flaws_of, nearest_name
from compliance.lookup import Catalogue
from compliance.rows import LOOKS_OF_EFFECT, STATES, Flaw, RowReader
from compliance.rules import Outcome, Rule, Stage
from compliance.tables import BadTable, as_day
from models.documents import Kind, flaw_of, is_list, is_mapping, read_yaml

FOLDER = Path(__file__).with_name("rules")
VOCABULARY = "vocabulary.yaml"
LIMITATION = "limitation.yaml"


@cache
def catalogue(folder: Path = FOLDER) -> Catalogue:
    """The rules of a folder, read once; raises BadTable with all errors."""
    vocabulary, effects = _vocabulary(folder / VOCABULARY)
    reader, rules = RowReader(vocabulary, effects), list[Rule]()
    flaws: list[str] = []
    stands_in: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name in (VOCABULARY, LIMITATION):
            continue
        wrong: list[tuple[int, str, Flaw]] = []
        as_known, rows = _rows(path)
        for place, row in enumerate(rows):
            name = str(row.get("id", "?")) if is_mapping(row) else "?"
            read = reader.read(row, as_known)
            found = read if is_list(read) else []
            if name in stands_in and name != "?":
                found = [*found, Flaw("id", f"is already in {stands_in[name]}; use a unique id")]
            stands_in.setdefault(name, path.name)
            wrong += [(place, name, flaw) for flaw in found]
            if isinstance(read, Rule) and not found:
                rules.append(read)
        flaws += _told(path, wrong)
    if flaws:
        raise BadTable("\n".join(flaws))
    return Catalogue(tuple(sorted(rules, key=lambda rule: rule.id)), vocabulary, _limitation(folder / LIMITATION))


def _load(path: Path, kind: Kind = "safe") -> Any:
    try:
        return read_yaml(path.read_text("utf-8"), kind)
    except FileNotFoundError:
        raise BadTable(f"{path.name}:1: is missing; a folder of rules requires it") from None
    except MarkedYAMLError as error:
        line, problem = flaw_of(error)
        raise BadTable(f"{path.name}:{line}: is not valid YAML here: {problem}; also check the lines above") from error


def _rows(path: Path) -> tuple[date, list[Any]]:
    """The date of a file, and its rows."""
    found = _load(path)
    if not is_mapping(found) or set(found) != {"as_known", "rules"}:
        raise BadTable(f"{path.name}:1: lacks as_known or rules; write as_known: '2026-01-31', then rules:")
    if not is_list(found["rules"]):
        raise BadTable(f"{path.name}:1: rules is not a list; each rule begins with `- id: ...`")
    try:
        return as_day(f"{path.name}:1", found["as_known"]), found["rules"]
    except BadTable as error:
        raise BadTable(str(error)) from None


def _told(path: Path, wrong: list[tuple[int, str, Flaw]]) -> Iterator[str]:
    """Each error with its line. Reading with line numbers needs seconds, so it is done only for a file with errors."""
    if not wrong:
        return
    rows = _load(path, "rt")["rules"]
    for place, name, flaw in wrong:
        row = rows[place]
        line = rows.lc.item(place)[0]
        if flaw.key is not None and flaw.key in row:
            line = row.lc.key(flaw.key)[0]
        yield f"{path.name}:{line + 1}: rule {name}: {flaw.text}"


def _vocabulary(path: Path) -> tuple[dict[str, Field], dict[str, Outcome]]:
    words = _load(path)
    flaws: list[str] = []
    fields: dict[str, Field] = {}
    for name, given in words["fields"].items():
        try:
            fields[name] = _field(name, given)
        except Flaw as flaw:
            flaws.append(flaw.text)
    stages = [stage["name"] for stage in words["stages"]]
    if stages != [stage.name.lower() for stage in Stage]:
        flaws.append(f"stages are {', '.join(stages)}; write {', '.join(stage.name.lower() for stage in Stage)}")
    if set(words["effects"]) != set(LOOKS_OF_EFFECT):
        flaws.append(f"effects are not those that the engine has; write {', '.join(LOOKS_OF_EFFECT)}")
    if flaws:
        lines = path.read_text("utf-8").splitlines()
        raise BadTable("\n".join(f"{path.name}:{_line_of(lines, flaw)}: {flaw}" for flaw in flaws))
    return fields, {name: Outcome(outcome) for name, outcome in words["effects"].items()}


def _line_of(lines: list[str], flaw: str) -> int:
    """The line of the word with which a vocabulary error begins."""
    word = flaw.split()[0].strip('"')
    return next((number for number, line in enumerate(lines, 1) if line.strip().startswith(f"{word}:")), 1)


def _field(name: str, given: Any) -> Field:
    if not is_mapping(given) or given.get("type") not in set(FactType):
        said = str(given.get("type")) if is_mapping(given) else "nothing"
        raise Flaw(
            name, f"{name} has type {said}{nearest_name(said, list(FactType)) or '; one of ' + ', '.join(FactType)}"
        )
    if unknown := set(given) - {"type", "words", "default", "says"}:
        raise Flaw(name, f"{name} says {', '.join(sorted(unknown))}; a fact has type, words, default and says")
    default = given.get("default")
    held = tuple(default) if is_list(default) else default
    field = Field(name, FactType(given["type"]), frozenset(given.get("words", ())), held, given.get("says", ""))
    for flaw in flaws_of({name: held}, {name: field}):
        raise Flaw(name, f"{flaw} as its default")
    if field.type is FactType.ENUM and not field.words:
        raise Flaw(name, f"{name} is an enum without words; list them, or make it text")
    return field


def _limitation(path: Path) -> dict[str, int]:
    """The limitation years by state: the state's number for medical debts, or else its shorter number."""
    if not path.exists():
        return {}
    rows: Mapping[str, Mapping[str, Any]] = _load(path)["limitation_years"]
    if unknown := set(rows) - STATES:
        raise BadTable(f"{path.name}:1: {', '.join(sorted(unknown))} is not a state; write two letters")
    return {
        state: given.get("medical") or min(given["written"], given["open_or_oral"]) for state, given in rows.items()
    }


__all__ = ["BadTable", "Catalogue", "catalogue"]
