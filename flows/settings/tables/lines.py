"""A list of a table that a form edits as a whole: its order counts, and what others changed meanwhile stays. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Line = Mapping[str, Any]
Named = Callable[[Line], str]
"""What a line of a list is about, such as the state of a license."""


def keyed(lines: Sequence[Line], named: Named) -> dict[str, Line]:
    """Lines by what they are about; the second one about the same thing gets a number."""
    seen: Counter[str] = Counter()
    found: dict[str, Line] = {}
    for line in lines:
        name = named(line)
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name}#{seen[name]}"] = line
    return found


def merged_lines(before: Sequence[Line], after: Sequence[Line], present: Sequence[Line], named: Named) -> list[Line]:
    """The lines of a form, in its order, on top of those in force now.

    `before`: the lines that the form was drawn from. A line that the user did not change is as it is now, also if it
    was removed; a line that others added is kept, at the end.
    """
    old, new, now = (keyed(lines, named) for lines in (before, after, present))
    found = [now.get(name) if name in old and dict(old[name]) == dict(line) else line for name, line in new.items()]
    added = [line for name, line in now.items() if name not in old and name not in new]
    return [line for line in [*found, *added] if line is not None]
