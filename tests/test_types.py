"""The type checker is strict everywhere. Only a file at an edge, where a library has no types, declares an exception."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pyright"]
RELAXED = "=false"

EDGES = {
    "flows/agency_handoff/files/transport.py",
    "flows/correspondence/email/replies.py",
    "flows/estates/deadlines/calendar.py",
    "flows/people/addresses.py",
    "flows/schedules/edit.py",
    "flows/settings/tables/edit.py",
    "letters/docx/base.py",
    "letters/docx/merge.py",
    "letters/docx/sandbox.py",
    "letters/docx/template.py",
    "letters/layout/imb.py",
    "web/auth/session.py",
    "web/pages/oidc.py",
    "web/rendering/slow.py",
}

DICTIONARIES_OF_ANYTHING = {
    "cli/serve.py",
    "compliance/rows.py",
    "flows/agency_handoff/files/reading.py",
    "models/documents.py",
    "web/api/app.py",
    "web/auth/sealed.py",
}
"""Values read from a file, a cookie or JSON before their type is known, and settings of third-party libraries."""


def checked() -> list[Path]:
    folders = [ROOT / name for name in SETTINGS["include"]]
    return [path for folder in folders for path in ([folder] if folder.is_file() else sorted(folder.rglob("*.py")))]


def relaxed(path: Path) -> bool:
    lines = path.read_text("utf-8").splitlines()
    return any(line.startswith("# pyright:") and (RELAXED in line or "basic" in line) for line in lines)


def test_the_settings_relax_nothing_but_the_lack_of_stubs() -> None:
    assert SETTINGS["typeCheckingMode"] == "strict"
    assert {name for name, value in SETTINGS.items() if name.startswith("report") and not value} == {
        "reportMissingTypeStubs"
    }


def test_only_the_edges_are_relaxed() -> None:
    assert {str(path.relative_to(ROOT)) for path in checked() if relaxed(path)} == EDGES


def test_every_decision_and_the_law_are_strict() -> None:
    decisions = list((ROOT / "flows").rglob("decide.py"))
    held = [*decisions, *(ROOT / "models").rglob("*.py"), *(ROOT / "compliance").rglob("*.py")]
    assert len(decisions) >= 5
    assert not [path for path in [*held, *(ROOT / "flows/accounts").rglob("*.py")] if relaxed(path)]
    assert {*held} <= {*checked()}


def test_only_the_edges_hold_dictionaries_of_anything() -> None:
    held = {str(path.relative_to(ROOT)) for path in checked() if "dict[str, Any]" in path.read_text("utf-8")}
    assert held == DICTIONARIES_OF_ANYTHING
