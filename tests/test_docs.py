"""The documents tell all there is: a command, disposition, hold, setting or schedule word that they lack fails here."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from cli import app
from flows.calls.dispositions import DISPOSITIONS
from flows.dunning.language import DO_WORDS, ConditionText, OnText, ScheduleText
from flows.intake.book_files import BOOK_FILES
from models.kinds import HoldKind

ROOT = Path(__file__).parent.parent
DOCS = "\n".join(path.read_text() for path in sorted((ROOT / "docs").glob("*.md")))
README = (ROOT / "README.md").read_text()


def commands(group: Any = None, before: str = "pastdue") -> Iterator[str]:
    """Every command as it is typed."""
    group = typer.main.get_command(app) if group is None else group
    if group.invoke_without_command:
        yield before
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}"


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_is_told_of(command: str) -> None:
    assert command in DOCS


@pytest.mark.parametrize("code", sorted(DISPOSITIONS))
def test_every_disposition_is_told_of(code: str) -> None:
    assert code in DOCS


@pytest.mark.parametrize("kind", sorted(HoldKind))
def test_every_kind_of_hold_is_told_of(kind: str) -> None:
    assert kind in DOCS


def schedule_words() -> set[str]:
    conditions = {field.alias or name for name, field in ConditionText.model_fields.items()}
    return {
        *ScheduleText.model_fields,
        *conditions,
        *OnText.model_fields,
        *DO_WORDS,
        "and_after",
        "resume_at",
        "enclose",
    }


@pytest.mark.parametrize("word", sorted(schedule_words()))
def test_every_word_of_a_schedule_is_told_of(word: str) -> None:
    assert re.search(rf"\b{word}\b", (ROOT / "docs/manager.md").read_text())


def test_every_column_of_a_book_is_told_of() -> None:
    clerk = (ROOT / "docs/clerk.md").read_text()
    missing = [f"{kind.name}.{column}" for kind in BOOK_FILES for column in kind.columns if column not in clerk]
    assert missing == []


def test_every_setting_is_told_of() -> None:
    code = "\n".join(path.read_text() for folder in ("models", "console") for path in (ROOT / folder).glob("*.py"))
    settings = set(re.findall(r"PASTDUE_[A-Z_]+", code))
    assert settings
    assert all(name in (ROOT / "docs/operator.md").read_text() for name in settings)


def test_the_commands_of_the_readme_exist() -> None:
    known = set(commands())
    typed = re.findall(r"^\.venv/bin/(pastdue [^#\n]*)", README, re.MULTILINE)
    assert len(typed) >= 7
    for line in typed:
        words = shlex.split(line)
        assert " ".join(words[:2]) in known or " ".join(words[:3]) in known, line


def test_every_file_that_a_document_names_is_there() -> None:
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text()):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
