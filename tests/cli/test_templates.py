"""Letter templates at the command line."""

from pathlib import Path

from docx import Document

from letters.docx.shelf import SHIPPED
from tests.command_line import ok, run


def test_a_template_is_taken_out_edited_published_and_put_back(ran: Path, tmp_path: Path) -> None:
    file = tmp_path / "reminder-1.docx"
    ok("template", "get", "reminder-1", str(file))
    assert file.read_bytes() == (SHIPPED / "reminder-1.docx").read_bytes()
    assert "exists already" in run("template", "get", "reminder-1", str(file)).output
    document = Document(str(file))
    text = next(
        run_ for one in document.paragraphs for run_ in one.runs if len(run_.text) > 20 and "{" not in run_.text
    )
    text.text = f"{text.text} "
    document.save(str(file))
    assert ok("template", "check", str(file))["problems"] == []
    assert ok("template", "publish", str(file), "--reason", "friendlier") == {"template": "reminder-1", "version": 1}
    (mine,) = [one for one in ok("template", "list") if one["own"]]
    assert (mine["name"], mine["version"], mine["reason"], mine["changed_outside"]) == (
        "reminder-1",
        1,
        "friendlier",
        False,
    )
    assert ok("template", "rollback", "reminder-1", "--to", "0", "--reason", "no")["version"] == 2
    assert not [one for one in ok("template", "list") if one["own"]]
    assert [(one["version"], one["shipped"]) for one in ok("template", "history", "reminder-1")] == [
        (2, True),
        (1, False),
    ]


def test_a_wrong_file_is_refused_with_each_error(ran: Path, tmp_path: Path) -> None:
    file = tmp_path / "reminder-1.docx"
    file.write_bytes(b"no Word file")
    checked = run("template", "check", str(file))
    assert checked.exit_code == 1 and "not a Word file" in checked.output
    refused = run("template", "publish", str(file), "--reason", "x")
    assert refused.exit_code == 1 and "not a Word file" in " ".join(refused.output.split())
    assert not [one for one in ok("template", "list") if one["own"]]
    assert "can't be read" in run("template", "check", str(tmp_path / "none.docx")).output
    assert "there is no template" in run("template", "get", "nothing", str(tmp_path / "x.docx")).output
