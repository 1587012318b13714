"""Letter templates in the browser: a good file is published with a reason, a bad one is refused with each error."""

from html import unescape
from pathlib import Path

import pytest
from docx import Document

from letters.docx.shelf import SHIPPED
from models.user_enums import Role
from tests.web.site import Browser, Site


@pytest.fixture
def manager(site: Site) -> Browser:
    return site.as_(Role.MANAGER)


def edited(folder: Path, before: str, after: str, name: str = "reminder-1.docx") -> bytes:
    """The shipped template with a word changed, as Word would save it."""
    document = Document(str(SHIPPED / name))
    changed = 0
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            if before in run.text:
                run.text = run.text.replace(before, after)
                changed += 1
    assert changed, f"{before} is not in {name}"
    path = folder / name
    document.save(str(path))
    return path.read_bytes()


def upload(who: Browser, content: bytes, name: str = "reminder-1.docx", reason: str = "friendlier") -> str:
    got = who.post(
        "/templates",
        data={"form_key": who.key, "reason": reason},
        files={"template": (name, content, "application/zip")},
    )
    return got.text


def some_word() -> str:
    """A word of the shipped letter that is not a field."""
    document = Document(str(SHIPPED / "reminder-1.docx"))
    return next(
        run.text for one in document.paragraphs for run in one.runs if len(run.text) > 20 and "{" not in run.text
    )


def test_a_template_is_downloaded_edited_published_and_put_back(site: Site, manager: Browser, tmp_path: Path) -> None:
    assert "All letters use the shipped templates." in manager.get("/templates").text
    shipped = manager.get("/templates/reminder-1/file").content
    assert shipped == (SHIPPED / "reminder-1.docx").read_bytes()
    word = some_word()
    mine = edited(tmp_path, word, f"{word} ")
    assert "Reminder 1 version 1 published." in upload(manager, mine)
    assert manager.get("/templates/reminder-1/file").content == mine
    assert "is the same file" in upload(manager, mine)
    other = edited(tmp_path, word, f"{word}  ")
    upload(manager, other, reason="again")
    page = manager.submit("/templates/reminder-1/rollback", version=1, reason="the first was better").text
    assert "Version 3 published." in page and "the first was better" in page
    assert manager.get("/templates/reminder-1/file").content == mine
    manager.submit("/templates/reminder-1/rollback", version=0, reason="shipped again")
    assert manager.get("/templates/reminder-1/file").content == shipped
    assert "shipped template already" in manager.submit("/templates/reminder-1/rollback", version=0, reason="x").text


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("reminder-1.docx", b"not a Word file", "not a Word file"),
        ("Brief.txt.docx", b"x", "not named after a kind of letter"),
        ("reminder-1.docx", b"\0" * 20_000_001, "larger than 20 MB"),
    ],
)
def test_what_is_no_template_is_refused_whole(manager: Browser, name: str, content: bytes, says: str) -> None:
    assert says in upload(manager, content, name)
    assert "All letters use the shipped templates." in manager.get("/templates").text


def test_each_unknown_field_is_named_with_what_to_do(manager: Browser, tmp_path: Path) -> None:
    word = some_word()
    wrong = edited(tmp_path, word, "{{ guarantor.nmae }} {{ total_due }}")
    page = upload(manager, wrong)
    assert "can't be used" in page and "guarantor.nmae" in page and "guarantor.name" in page
    assert "total_due" in page
    assert "All letters use the shipped templates." in manager.get("/templates").text


def test_only_a_manager_changes_templates(site: Site, manager: Browser, tmp_path: Path) -> None:
    auditor = site.as_(Role.AUDITOR)
    assert "Upload a template" not in auditor.get("/templates").text
    word = some_word()
    got = auditor.post(
        "/templates",
        data={"form_key": auditor.key, "reason": "x"},
        files={"template": ("reminder-1.docx", edited(tmp_path, word, f"{word} "), "application/zip")},
    )
    assert got.status_code == 403
    assert site.as_(Role.COLLECTOR).get("/templates").status_code == 403
    assert manager.get("/templates/nothing").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "reason", "says"),
    [
        ("reminder-1.docx", b"not a Word file", "friendlier", "reminder-1.docx can't be used"),
        ("reminder-1.docx", b"PK", "", "Reason is required."),
        ("nothing.docx", b"PK", "friendlier", "nothing.docx can't be used"),
        ("reminder-1.docx", b"0" * 20_000_001, "friendlier", "Make its pictures smaller. Choose the file again."),
    ],
)
def test_a_refused_upload_is_told_at_its_form_to_try_again(
    manager: Browser, name: str, content: bytes, reason: str, says: str
) -> None:
    page = unescape(upload(manager, content, name, reason))
    assert says in page and "</header>" in page and 'aria-label="Main"' in page
    assert 'action="/templates"' in page and f'name="reason" type="text" value="{reason}"' in page
    got = manager.submit("/templates", reason="friendlier")
    assert got.status_code == 422 and "Choose one Word file (.docx)." in got.text and 'value="friendlier"' in got.text
