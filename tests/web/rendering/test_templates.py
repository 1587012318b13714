"""What a template is like: short lines, so that a change of it can be read."""

from pathlib import Path

import pytest

from web.rendering.templates import TEMPLATES

LONGEST = 160


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_no_line_of_a_template_is_longer_than_one_reads_at_a_glance(path: Path) -> None:
    long = [number for number, line in enumerate(path.read_text().splitlines(), 1) if len(line) > LONGEST]
    assert not long, f"{path.name}: lines {long} have more than {LONGEST} characters"
