"""What the command line says of a refusal can be typed as it stands."""

import ast
import re
from pathlib import Path

import pytest
from typer.main import get_command

from cli.app import app
from cli.remedies import COMMANDS, OR, remedy_of, sentence
from models.errors import Advice, BadInput, NotFound, Refused
from models.remedies import Remedy

ROOT = get_command(app)
ROOT_FOLDER = Path(__file__).parents[2]
ROOMS = ("flows", "models", "letters", "compliance", "web")


def test_each_remedy_has_its_command() -> None:
    assert set(COMMANDS) == set(Remedy)


@pytest.mark.parametrize("typed", [one for text in COMMANDS.values() for one in text.split(OR)])
def test_a_command_and_its_options_are_there(typed: str) -> None:
    words = typed.split()
    if words[0] != "pastdue":
        assert words == ["--role", "manager"]
        return
    command = ROOT
    for word in words[1:]:
        commands = getattr(command, "commands", None)
        if commands is None:
            break
        assert word in commands, f"there is no command {typed}"
        command = commands[word]
    assert getattr(command, "invoke_without_command", True), f"{typed} is a group of commands"
    options = {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
    assert set(re.findall(r"--[a-z-]+", typed)) <= options


@pytest.mark.parametrize(
    ("refused", "says"),
    [
        (NotFound("there is no call 7", remedy=Remedy.LIST_CALLS), "there is no call 7; see `pastdue calls`"),
        (BadInput("say why", field="why"), "say why (--why)"),
        (
            Refused("matter 7 is closed", "reopen it", remedy=Remedy.TAKE_STEP, matter=7, step="searching"),
            "matter 7 is closed; reopen it (`pastdue estate step 7 searching --source ...`)",
        ),
        (
            Refused("it cannot be filed; missing", lacks=[Advice("an offer", Remedy.MAKE_OFFER)], matter=7),
            "it cannot be filed; missing: an offer (`pastdue estate offer 7 --amount ... --until ...`)",
        ),
        (
            Refused("it waits", "say why, or decide it", field="reason", remedy=Remedy.APPROVE_REVIEW, accounts="A1"),
            "it waits; say why, or decide it (--reason or `pastdue review approve A1`)",
        ),
        (
            Refused("it is too late", "a manager may", field="why", remedy=Remedy.AS_MANAGER),
            "it is too late; a manager may (--why, --role manager)",
        ),
        (Refused("it is over"), "it is over"),
    ],
)
def test_a_refusal_ends_with_what_to_type(refused: Refused, says: str) -> None:
    assert sentence(refused) == says


def test_what_a_refusal_does_not_know_stands_in_capitals() -> None:
    assert remedy_of(Refused("it is over", remedy=Remedy.SHOW_MATTER)) == "see `pastdue estate show MATTER`"


TYPED = re.compile(
    r"`pastdue |\((?:estate|agency|insurance|deaths|review|settings|table|settlement) [a-z]|(?:^|[ (])--[a-z]"
)
PROGRAMS = frozenset({"flows/correspondence/print_batches/pdf.py", "flows/operations/database_copy.py"})
"""Modules whose options are those of another program."""


def test_no_sentence_below_the_command_line_names_a_command_or_an_option() -> None:
    wrong: list[str] = []
    for path in (path for room in ROOMS for path in ROOT_FOLDER.glob(f"{room}/**/*.py")):
        tree = ast.parse(path.read_text())
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
        where = path.relative_to(ROOT_FOLDER).as_posix()
        wrong += [
            f"{where}:{text.lineno}"
            for text in texts
            if id(text) not in docs and where not in PROGRAMS and TYPED.search(str(text.value))
        ]
    assert wrong == []
