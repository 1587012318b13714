"""The documents are complete: a missing command, disposition, hold, setting or schedule word fails here."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.agency_handoff.files.fields import ReturnCode, Status
from flows.calls.dispositions import DISPOSITIONS
from flows.intake.book_files import BOOK_FILES
from flows.intake.deaths import DEATHS
from flows.schedules.schema import DO_WORDS, ConditionText, OnText, ScheduleText
from flows.settings.contracts.contract_file import AgencyText, LicenceText, PoolText, pools_from, terms_from
from models.enums import FactName, HoldKind, NoticeKind, RemitKind
from tests.command_line import all_commands

ROOT = Path(__file__).parent.parent
DOCS = "\n".join(path.read_text() for path in sorted((ROOT / "docs").glob("*.md")))
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("command", sorted(all_commands()))
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
    kinds = (*BOOK_FILES, DEATHS)
    missing = [f"{kind.name}.{column}" for kind in kinds for column in kind.columns if column not in clerk]
    assert missing == []


def test_every_setting_is_told_of() -> None:
    code = "\n".join(path.read_text() for folder in ("models", "console") for path in (ROOT / folder).glob("*.py"))
    settings = set(re.findall(r"PASTDUE_[A-Z_]+", code))
    assert settings
    assert all(name in (ROOT / "docs/operator.md").read_text() for name in settings)


def test_the_commands_of_the_readme_exist() -> None:
    known = set(all_commands())
    typed = re.findall(r"^\.venv/bin/(pastdue [^#\n]*)", README, re.MULTILINE)
    assert len(typed) >= 7
    for line in typed:
        words = shlex.split(line)
        assert " ".join(words[:2]) in known or " ".join(words[:3]) in known, line


def test_every_file_that_a_document_names_is_there() -> None:
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text()):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


AGENCIES = (ROOT / "docs/agencies.md").read_text()


def words_of(model: Any) -> Iterator[str]:
    """Every word of a file that a manager writes."""
    for name, field in model.model_fields.items():
        yield name
        for one in [field.annotation, *getattr(field.annotation, "__args__", ())]:
            if hasattr(one, "model_fields"):
                yield from words_of(one)


@pytest.mark.parametrize("word", sorted({*words_of(AgencyText), *PoolText.model_fields, *LicenceText.model_fields}))
def test_every_word_of_an_agencys_file_is_told_of(word: str) -> None:
    assert re.search(rf"\b{word}\b", AGENCIES)


@pytest.mark.parametrize("words", [Status, ReturnCode, NoticeKind, RemitKind, FactName], ids=lambda one: one.__name__)
def test_every_word_of_an_agencys_records_is_told_of(words: Any) -> None:
    assert [word.value for word in words if not re.search(rf"`{word.value}`", AGENCIES)] == []


def test_the_agency_and_the_pools_of_the_docs_can_be_published() -> None:
    agency, pools = re.findall(r"```yaml\n(.*?)```", AGENCIES, re.S)
    terms = terms_from(agency)
    assert terms.rate_for(400, 500_00) == 2800
    beacon = terms_from(agency.replace("agency: harbor", "agency: beacon"))
    assert set(pools_from(pools, {"harbor": terms, "beacon": beacon})) == {"primary", "secondary"}
