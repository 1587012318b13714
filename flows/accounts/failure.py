"""What went wrong, in words that a manager may read: never personal data."""

from types import TracebackType

from sqlalchemy.exc import IntegrityError, OperationalError

OURS = ("flows", "models", "letters", "compliance")
"""Packages whose lines show more about a failure than those of a library."""


def failure(error: Exception) -> str:
    """A failure by its kind, the part of the database that refused it, and its place in our code: no personal data."""
    last = None
    step = error.__traceback__
    while step is not None:
        if last is None or _is_ours(step):
            last = step
        step = step.tb_next
    where = f" in {last.tb_frame.f_code.co_name}, line {last.tb_lineno}" if last is not None else ""
    why = _why(error)
    return f"{type(error).__name__}{f' ({why})' if why else ''}{where}"


def _why(error: Exception) -> str:
    """The cause in the words of the system or the database, where those cannot hold a row's values."""
    match error:
        case IntegrityError():
            return _refused_by(error)
        case OperationalError():
            return str(error.orig).splitlines()[0]
        case OSError() if error.strerror:
            return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
        case _:
            return ""


def _is_ours(step: TracebackType) -> bool:
    return step.tb_frame.f_globals.get("__name__", "").partition(".")[0] in OURS


def _refused_by(error: IntegrityError) -> str:
    """The constraint of the database that would have been violated, by its names and never by values."""
    said = getattr(error.orig, "diag", None)
    if said is None:
        return str(error.orig)
    return " ".join(name for name in (said.table_name, said.constraint_name or said.column_name) if name)
