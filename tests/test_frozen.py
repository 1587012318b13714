"""What outsiders see does not change unnoticed."""

import json
from pathlib import Path

import pytest

from tests.frozen import KEPT, everything


@pytest.mark.long
def test_what_outsiders_see_is_what_was_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("PASTDUE_HOME", str(home))
    monkeypatch.delenv("PASTDUE_DATABASE_URL", raising=False)
    kept: dict[str, str] = json.loads(KEPT.read_text())
    found = everything(home)
    changed = sorted(name for name in kept.keys() | found.keys() if kept.get(name) != found.get(name))
    assert changed == [], "read what changed; where it is meant, accept it with `python -m tests.frozen`"
