"""What was asked for and cannot be done."""

from enum import StrEnum
from typing import ClassVar


class RefusalKind(StrEnum):
    """Why something is refused, for programs: what a sentence says for people."""

    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    BAD_INPUT = "bad_input"
    NOT_ALLOWED = "not_allowed"


class Refused(ValueError):
    """Something that cannot be done as asked; nothing was changed. The message says why, and what to do."""

    kind: ClassVar[RefusalKind] = RefusalKind.CONFLICT


class BadFile(Refused):
    """A file that is refused whole: nothing of it was taken. The message says where and what to do."""

    kind = RefusalKind.BAD_INPUT
