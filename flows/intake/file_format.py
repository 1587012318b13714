"""The definition of a file type: how it is recognized, what refuses it whole, and how its rows are imported."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from flows.intake.reading import BOM, CsvFile, sha256_of
from flows.intake.synthea import SyntheaOptions
from flows.intake.tally import Tally
from models.database import Database
from models.enums import IntakeKind

_SNIFF = 4_096


@dataclass(frozen=True, slots=True)
class Options:
    """Import options: the file type if it was named, a mapping, and what a synthetic import leaves out."""

    kind: IntakeKind | None = None
    mapping: Path | None = None
    synthea: SyntheaOptions = SyntheaOptions()

    def text(self) -> str:
        """The options that make a second import of the same file a different one."""
        parts = [str(self.synthea)] if self.synthea != SyntheaOptions() else []
        if self.mapping is not None:
            parts.append(sha256_of(self.mapping))
        return " ".join(parts)


@dataclass(frozen=True)
class UnknownFile:
    """A file of a type not known yet: its first bytes, and its columns if it is a table."""

    path: Path
    options: Options

    @cached_property
    def head(self) -> bytes:
        """The first bytes, without a byte order mark."""
        with self.path.open("rb") as file:
            return file.read(_SNIFF).removeprefix(BOM)

    @cached_property
    def header(self) -> frozenset[str]:
        """The names in its first line. Raises BadFile for a file that is not a table."""
        return frozenset(CsvFile(self.path).header)


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A file type with its own reader. `check` raises BadFile for what refuses a file whole, before anything is
    imported; `required` are the columns that it must have, and an error names the missing ones.
    """

    kind: IntakeKind
    recognizes: Callable[[UnknownFile], bool]
    check: Callable[[Path, Options], None]
    take: Callable[[Database, Path, Options, Tally, date], None]
    required: tuple[str, ...] = ()
