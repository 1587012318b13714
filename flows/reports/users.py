"""Users in reports: stored by username, which programs read, and shown to people by full name."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from sqlalchemy.engine import Connection

from flows.reports.model import Column
from flows.users.queries import full_names


def with_full_names(conn: Connection, columns: Iterable[Column]) -> tuple[Column, ...]:
    """Columns of usernames as people read them: on screens, in CSV and in Excel. Other names stay as they are."""
    found = tuple(columns)
    if not any(one.user for one in found):
        return found
    names = full_names(conn)
    times = Counter(names.values())
    labels = {user: name if times[name] == 1 else f"{name} ({user})" for user, name in names.items()}
    return tuple(replace(one, read=_reader(labels, one.read)) if one.user else one for one in found)


def _reader(labels: Mapping[str, str], read: Callable[[str], str] | None) -> Callable[[str], str]:
    return lambda word: labels.get(word) or (word if read is None else read(word))
