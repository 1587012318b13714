"""Any CSV with a mapping file: columns to fields, tables of values, a date format. A practice's export without code."""

import difflib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml.error import YAMLError

from flows.intake.book import SOURCE, Part, take_book
from flows.intake.book_files import BOOK_FILES
from flows.intake.file_format import FileFormat, Options
from flows.intake.payments import take_payments
from flows.intake.payments_file import PAYMENTS
from flows.intake.reading import CsvFile, Record, Reject, Rows
from flows.intake.tally import Tally
from models.database import Database
from models.documents import read_yaml
from models.enums import IntakeKind
from models.errors import BadFile

DATE_FIELDS = frozenset({"birth_date", "death_date", "service_from", "service_to", "first_statement_on", "date"})
MONEY_FIELDS = frozenset({"balance", "amount"})


class Mapping(BaseModel):
    """A mapping file.

    `take` names the account file (or payments) that rows become; `columns` has the column of each field;
    `constants` sets one value of a field for all rows; `values` translates a column's words into ours;
    `dates` is the format of its dates for strptime; `negate` lists amounts whose sign is reversed;
    `source` separates the ids of this system from those of others.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    take: str
    columns: dict[str, str]
    constants: dict[str, str] = Field(default_factory=dict[str, str])
    values: dict[str, dict[str, str]] = Field(default_factory=dict[str, dict[str, str]])
    dates: str = "%Y-%m-%d"
    negate: list[str] = Field(default_factory=list[str])
    source: Annotated[str, Field(min_length=1, max_length=40)] = SOURCE
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","


def read_mapping(path: Path) -> Mapping:
    """Read and check a mapping file; raises BadFile with the field at fault and the nearest right name."""
    try:
        document: Any = read_yaml(path.read_text("utf-8"))
    except FileNotFoundError:
        raise BadFile(f"the mapping file {path} was not found", "check the path") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise BadFile(f"{path}: is not YAML: {error}") from error
    try:
        mapping = Mapping.model_validate(document)
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg'].lower()}" for one in error.errors())
        raise BadFile(f"{path}: {said}") from None
    known = fields_of(mapping.take, path)
    for name in (*mapping.columns, *mapping.constants, *mapping.values, *mapping.negate):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f'; did you mean "{near[0]}"?' if near else f"; the fields are {', '.join(known)}"
            raise BadFile(f'{path}: "{name}" is not a field of {mapping.take}{hint}')
    for name in required_of(mapping.take):
        if name not in mapping.columns and not mapping.constants.get(name):
            raise BadFile(f'{path}: {mapping.take} needs "{name}"', "add it under columns or constants")
    return mapping


def required_of(take: str) -> tuple[str, ...]:
    """The required fields of rows of a kind."""
    if take == "payments":
        return PAYMENTS.required
    return next(kind.required for kind in BOOK_FILES if kind.name == take)


def fields_of(take: str, path: Path) -> tuple[str, ...]:
    """The fields of rows of a kind; raises BadFile for an unknown kind."""
    if take == "payments":
        return PAYMENTS.columns
    for kind in BOOK_FILES:
        if kind.name == take:
            return kind.columns
    names = ", ".join(kind.name for kind in BOOK_FILES)
    raise BadFile(f'{path}: take: "{take}" is not valid', f"enter one of {names}, payments")


class MappedFile(Rows):
    """A CSV seen through its mapping: rows as if it had been written in our columns, with their own line numbers."""

    def __init__(self, path: Path, mapping: Mapping) -> None:
        self.path = path
        self.mapping = mapping
        self.source = CsvFile(path, mapping.delimiter)
        self._columns = {name: column.strip().lower() for name, column in mapping.columns.items()}
        self.source.require(list(self._columns.values()))
        known = fields_of(mapping.take, path)
        self.header = tuple(name for name in known if name in mapping.columns or name in mapping.constants)

    def check(self) -> None:
        """Raise BadFile for payments without account and guarantor."""
        if self.mapping.take == "payments":
            PAYMENTS.check(self)

    def own_name(self, column: str) -> str:
        return self.mapping.columns.get(column, column)

    def __iter__(self) -> Iterator[Record | Reject]:
        places = {field: self.source.header.index(column) for field, column in self._columns.items()}
        for found in self.source:
            if isinstance(found, Reject):
                yield found
            else:
                yield self._row(found, places)

    def _row(self, found: Record, places: dict[str, int]) -> Record | Reject:
        values: list[str] = []
        for field in self.header:
            text = found.values[places[field]].strip() if field in places else self.mapping.constants.get(field, "")
            text = self.mapping.values.get(field, {}).get(text, text)
            if text and field in DATE_FIELDS and field in places:
                try:
                    text = datetime.strptime(text, self.mapping.dates).date().isoformat()
                except ValueError:
                    reason = f'"{text}" is not a date in the format {self.mapping.dates}'
                    return Reject(found.line, self.mapping.columns[field], reason, found.values)
            if text and field in MONEY_FIELDS:
                text = _plain_money(text, turn=field in self.mapping.negate)
            values.append(text)
        return Record(found.line, tuple(values))


def _plain_money(text: str, *, turn: bool) -> str:
    """`$1,234.50` and `(5.00)` as `1234.50` and `-5.00`; only unambiguous forms are changed."""
    plain = text.replace("$", "").strip()
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1]}"
    whole, point, cents = plain.partition(".")
    groups = whole.lstrip("-").split(",")
    if point and len(groups) > 1 and len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]):
        plain = f"{'-' if whole.startswith('-') else ''}{''.join(groups)}.{cents}"
    if turn:
        plain = plain[1:] if plain.startswith("-") else f"-{plain}"
    return plain


def take_mapped(database: Database, path: Path, mapping: Mapping, tally: Tally, today: date) -> None:
    """Import a file through its mapping, as an account file or as payments."""
    file = MappedFile(path, mapping)
    tally.columns = mapping.columns
    if mapping.take == "payments":
        take_payments(database, file, tally, today)
        return
    kind = next(kind for kind in BOOK_FILES if kind.name == mapping.take)
    take_book(database, [Part(kind, file, tally)], today, mapping.source)


def _mapping_of(path: Path, options: Options) -> Mapping:
    if options.mapping is None:
        raise BadFile(f"{path.name}: a mapped file needs a mapping", "enter the path of its YAML file", field="mapping")
    return read_mapping(options.mapping)


def _take(database: Database, path: Path, options: Options, tally: Tally, today: date) -> None:
    take_mapped(database, path, _mapping_of(path, options), tally, today)


FORMAT = FileFormat(
    IntakeKind.MAPPED,
    recognizes=lambda file: file.options.mapping is not None,
    check=lambda path, options: MappedFile(path, _mapping_of(path, options)).check(),
    take=_take,
)
"""A practice system's export, with a mapping of its columns."""
