"""Text that a manager edits, as YAML with line numbers: every error with its line and a remedy. Pure."""

import difflib
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from models.documents import flaw_of, is_mapping, read_yaml
from models.errors import Refused

MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of a schedule file, its place, and what to do. A warning does not stop it from being published; `law`:
    it warns of what the law does not allow, and nothing is tried out with it."""

    file: str
    line: int
    field: str
    message: str
    warning: bool = False
    law: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {'warning: ' if self.warning else ''}{self.field}: {self.message}"


class BadSchedule(Refused):
    """A schedule, or another table of the practice, that can't be used; `problems` has all its errors."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def document_of(text: str, file: str, what: str) -> Any:
    """A YAML text as a document with line numbers; raises BadSchedule if it is not YAML, or not a mapping."""
    if len(text) > MAX_BYTES:
        raise BadSchedule([Problem(file, 1, "file", f"is larger than {MAX_BYTES:,} characters; is it {what}?")])
    try:
        document = read_yaml(text, "rt")
    except MarkedYAMLError as error:
        line, problem = flaw_of(error)
        raise BadSchedule([Problem(file, line, "file", f"is not YAML here: {problem}")]) from error
    except ValueError as error:
        # A date such as 2026-02-30: YAML reads it as a day, and no day is so.
        line, found = _impossible_day(text)
        raise BadSchedule([Problem(file, line, "file", f'"{found}" is not a day; correct it')]) from error
    except YAMLError as error:
        raise BadSchedule([Problem(file, 1, "file", f"is not YAML: {error}")]) from error
    if not is_mapping(document):
        raise BadSchedule([Problem(file, 1, "file", f"the file is empty, or is not {what}")])
    return document


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _impossible_day(text: str) -> tuple[int, str]:
    for number, line in enumerate(text.splitlines(), 1):
        for found in _DAY.findall(line):
            try:
                date.fromisoformat(found)
            except ValueError:
                return number, found
    return 1, "a date"


def problem_of(file: str, document: Any, wrong: Any, known: Callable[[tuple[Any, ...]], Collection[str]]) -> Problem:
    """An error of Pydantic, with its line and a remedy; `known` returns the words that are allowed at a place."""
    location = tuple(part for part in wrong["loc"] if not str(part).endswith("Text"))
    field = ".".join(str(part) for part in location) or "file"
    if wrong["type"] == "extra_forbidden":
        message = f'"{location[-1]}" is not allowed here{nearest(str(location[-1]), known(location[:-1]))}'
    elif wrong["type"] == "missing":
        message = "is missing; add it"
    else:
        given = wrong["input"] if isinstance(wrong["input"], str | int | float) else ""
        message = f"{_plain(wrong)}{f'; found {given!r}' if given != '' else ''}{_nearest_choice(given, wrong)}"
    return Problem(file, line_of(document, location), field, message)


def nearest(word: str, choices: Collection[str]) -> str:
    """A remedy for an unknown word: the nearest valid one, or all of them."""
    near = difflib.get_close_matches(word, list(choices), n=1, cutoff=0.5)
    if near:
        return f'; did you mean "{near[0]}"?'
    return f"; the choices are {', '.join(sorted(choices))}" if choices else ""


def line_of(document: Any, location: Sequence[str | int]) -> int:
    """The line, counted from 1, of the deepest part of a place that the file has."""
    line, here = 0, document
    for part in location:
        try:
            line = here.lc.item(part)[0] if isinstance(part, int) else here.lc.key(part)[0]
            here = here[part]
        except (KeyError, IndexError, AttributeError, TypeError):
            break
    return line + 1


def _plain(wrong: Any) -> str:
    said = str(wrong["msg"]).removeprefix("Value error, ")
    if wrong["type"] in ("model_type", "model_attributes_type", "dict_type"):
        return "must have words of its own, in indented lines below it"
    if "should match pattern '^[a-z]" in said:
        return "must be a name of lowercase letters, digits and single hyphens, such as final-notice"
    return said[0].lower() + said[1:]


def _nearest_choice(given: object, wrong: Any) -> str:
    expected = str(wrong.get("ctx", {}).get("expected", ""))
    choices = [choice.strip(" '") for choice in expected.replace(" or ", ", ").split(",") if choice.strip()]
    near = difflib.get_close_matches(str(given), choices, n=1, cutoff=0.5)
    return f'; did you mean "{near[0]}"?' if near else ""
