"""What a refusal says in the browser: a whole sentence, and nothing of what one would type on a command line."""

import ast
import re
from pathlib import Path

import pytest

from models.errors import Refused
from models.step_words import dated
from models.user_enums import Role
from tests.web.site import Browser, Site
from web.rendering.refusals import sentence, told

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("the amount is missing", "The amount is missing."),
        ("promise_to_pay needs amount", "Promise to pay needs amount."),
        ("say allowed, not allowed_in_part", "Say allowed, not allowed in part."),
        ('"promis_to_pay" is none; my_file.csv is as it was', '"promis_to_pay" is none; my_file.csv is as it was.'),
        ("nothing was typed; really!", "Nothing was typed; really!"),
    ],
)
def test_a_refusal_is_a_sentence(said: str, shown: str) -> None:
    assert told(Refused(said)) == shown


def test_a_program_is_told_the_words_that_it_must_send() -> None:
    assert sentence(Refused("say allowed, not allowed_in_part")) == "Say allowed, not allowed_in_part."


def test_no_refusal_speaks_of_the_books_own_columns() -> None:
    columns = ("external_id", "account_id", "person_id", "guarantor_id", "history_seq", "posted_on")
    wrong: list[str] = []
    for path in [*ROOT.glob("flows/**/*.py"), *ROOT.glob("web/**/*.py")]:
        if path.is_relative_to(ROOT / "flows" / "intake"):
            continue  # Its refusals name the columns of the file that somebody has before them.
        for raised in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Raise)):
            said = [
                one.value for one in ast.walk(raised) if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
            wrong += [f"{path}:{raised.lineno}" for text in said if any(name in text for name in columns)]
    assert wrong == []


def test_each_cell_of_a_table_says_what_it_is_where_the_head_is_not_seen() -> None:
    wrong: list[str] = []
    for path in sorted(ROOT.glob("web/templates/*.html")):
        for found in re.findall(r"<table.*?</table>", path.read_text(), re.DOTALL):
            cells = re.findall(r"<td(?![^>]*colspan)[^>]*>", found)
            wrong += [f"{path.name}: {cell}" for cell in cells if "data-label" not in cell]
            if not re.match(r'<table class="table (stack|few)', found):
                wrong.append(f"{path.name}: {found[:60]}")
    assert wrong == []


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        ("on hold since 2026-03-04", "on hold since Mar 4, 2026"),
        ("2026-03-04 is in the future, 2026-03-02", "Mar 4, 2026 is in the future, Mar 2, 2026"),
        ("check 12-2026-03-04", "check 12-2026-03-04"),
        ("2026-13-44", "2026-13-44"),
        (None, ""),
    ],
)
def test_days_in_a_sentence_are_written_as_days_are_read(kept: str | None, read: str) -> None:
    assert dated(kept) == read


def test_an_unknown_address_keeps_the_menu_of_the_user_and_shows_a_stranger_none(site: Site) -> None:
    page = site.as_(Role.CLERK).get("/no-such-page")
    assert page.status_code == 404 and 'aria-label="Main"' in page.text
    page = Browser(site.app).get("/no-such-page")
    assert page.status_code == 404 and 'aria-label="Main"' not in page.text
