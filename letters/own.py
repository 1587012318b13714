"""Errors in a practice's own templates, reported before a letter is on hold because of one."""

from pathlib import Path

from letters.check import Problem, check_template
from letters.errors import UnknownKind
from letters.estate.check import estate_fields_found
from letters.estate.shelf import SUBFOLDER


def problems_of_own(folder: Path) -> list[Problem]:
    """Everything wrong with the templates in a practice's folder: letters, and estate documents in `estate/`."""
    found = [problem for path in _templates(folder) for problem in check_template(path)]
    for path in _templates(folder / SUBFOLDER):
        try:
            found += estate_fields_found(path).problems
        except UnknownKind as error:
            found.append(Problem(f"{SUBFOLDER}/{path.name}", str(error), "name the file after a kind of paper"))
    return found


def _templates(folder: Path) -> list[Path]:
    # Word keeps a hidden "~$name.docx" beside a file that is open
    return sorted(path for path in folder.glob("*.docx") if not path.name.startswith(("~$", ".")))
