"""Form input, read field by field: each value is valid, or is rejected with the name of its field."""

from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from starlette.datastructures import FormData, UploadFile

from models.errors import BadInput
from models.values import BadValue, cents_from_dollars, date_from_iso

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class Typed:
    """The fields of a form."""

    def __init__(self, form: FormData) -> None:
        self._form = form

    def text(self, name: str) -> str:
        """A text without surrounding blanks; empty if it was left out."""
        value = self._form.get(name)
        return value.strip() if isinstance(value, str) else ""

    def some(self, name: str) -> str | None:
        """A text, or None if nothing was entered."""
        return self.text(name) or None

    def needed(self, name: str, what: str) -> str:
        """A required text; `what` names it in an error."""
        value = self.text(name)
        if not value:
            raise BadInput(_required(what), field=name)
        return value

    def texts(self, name: str) -> list[str]:
        """All values of a field that may occur several times."""
        return [value for value in self._form.getlist(name) if isinstance(value, str) and value]

    def keys(self, name: str) -> list[int]:
        """The records that were selected, by their keys; what is no key is left out."""
        return [int(key) for key in self.texts(name) if key.isdecimal() and len(key) <= 15]

    def column(self, name: str) -> list[str]:
        """All values of a field of a list, also the empty ones, so that the fields of a line stay together."""
        return [value.strip() for value in self._form.getlist(name) if isinstance(value, str)]

    def flag(self, name: str) -> bool:
        """Whether a box was checked."""
        return self.text(name) in ("yes", "on", "true", "1")

    def word(self, name: str, kind: type[E], what: str) -> E:
        """A required word of a closed list."""
        return _word(self.needed(name, what), kind)

    def some_word(self, name: str, kind: type[E]) -> E | None:
        """A word of a closed list, or None if none was chosen."""
        value = self.text(name)
        return _word(value, kind) if value else None

    def words(self, name: str, kind: type[E]) -> list[E]:
        """Words of a closed list."""
        return [_word(value, kind) for value in self.texts(name)]

    def number(self, name: str, what: str) -> int | None:
        """A whole number, or None if nothing was entered."""
        value = self.text(name)
        if value and not (value.isdecimal() and len(value) <= 15):
            raise BadInput(f'{what} must be a whole number, such as 12; "{value}" is not')
        return int(value) if value else None

    def cents(self, name: str, what: str) -> int | None:
        """An amount in dollars as cents, or None if nothing was entered."""
        value = self.text(name).removeprefix("$")
        try:
            return cents_from_dollars(value) if value else None
        except BadValue as error:
            raise BadInput(f"{what}: {error}") from None

    def day(self, name: str, what: str) -> date | None:
        """A day, or None if nothing was entered."""
        value = self.text(name)
        try:
            return date_from_iso(value) if value else None
        except BadValue as error:
            raise BadInput(f"{what}: {error}") from None

    def time(self, name: str, what: str) -> time | None:
        """A time of day, or None if nothing was entered."""
        value = self.text(name)
        try:
            return time.fromisoformat(value.zfill(5)) if value else None
        except ValueError:
            raise BadInput(f'{what}: enter a time such as 08:45; "{value}" is not a time') from None

    def files(self, name: str) -> list[UploadFile]:
        """The files that were chosen."""
        return [value for value in self._form.getlist(name) if isinstance(value, UploadFile) and value.filename]

    def fields(self) -> tuple[tuple[str, str], ...]:
        """All input, except the fields that belong to the page."""
        return tuple(
            (name, value)
            for name, value in self._form.multi_items()
            if isinstance(value, str) and name not in ("form_key", "seen") and "password" not in name
        )

    def file_names(self) -> tuple[str, ...]:
        """The names of the files that were chosen."""
        files = (value for _, value in self._form.multi_items() if isinstance(value, UploadFile))
        return tuple(one.filename for one in files if one.filename)


def _word(value: str, kind: type[E]) -> E:
    try:
        return kind(value)
    except ValueError:
        raise BadInput(f'"{value}" is not one of: {", ".join(kind)}') from None


def link_without(path: str, fields: Mapping[str, str], but: str) -> str:
    """The address of a list with all fields that are filled in but one, which a link adds."""
    return f"{path}?" + urlencode({name: value for name, value in fields.items() if value and name != but})


def must(value: T | None, what: str) -> T:
    """A required value; `what` names it in an error."""
    if value is None:
        raise BadInput(_required(what))
    return value


NOTHING_TYPED = Typed(FormData())
"""An empty form."""


def _required(what: str) -> str:
    """That a field is required, by its label: ``Reason is required``, ``Letter numbers are required``."""
    many = what.endswith("s") and not what.endswith(("ss", "us", "is"))
    return f"{what} {'are' if many else 'is'} required"
