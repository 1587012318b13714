"""Imported files: recognized by content, identified by their SHA-256, with a reject file for rejected rows."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from flows.intake import address_check, certified, deaths, mapped, payments, remittance
from flows.intake.book import Part, take_book
from flows.intake.book_files import BOOK_FILES, BookFile, unknown_columns
from flows.intake.commands import remember_file
from flows.intake.file_format import Options, UnknownFile
from flows.intake.queries import file_known
from flows.intake.reading import CsvFile, Reject, columns_named, sha256_of
from flows.intake.rows import FileReport
from flows.intake.synthea import SYNTHEA_FILES, check_folder, take_synthea
from flows.intake.tally import Tally
from models.csv_files import csv_bytes
from models.database import Database
from models.enums import IntakeKind
from models.errors import Advice, BadFile, Refused
from models.files import write_whole

_SUFFIXES = (".csv", ".835", ".edi", ".txt", ".x12")

_BINARY = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "an Excel workbook or a ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "a gzip archive",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}
"""The first bytes of files that people send by mistake."""


FORMATS = (
    remittance.FORMAT,
    mapped.FORMAT,
    payments.FORMAT,
    deaths.FORMAT,
    address_check.FORMAT,
    certified.FORMAT,
)
"""The kinds of file other than account files, in the order in which they are recognized."""

_FORMAT_OF = {one.kind: one for one in FORMATS}


@dataclass(frozen=True, slots=True)
class Found:
    """A file, its type, and which account file it is if it is one."""

    path: Path
    kind: IntakeKind
    book_file: BookFile | None = None


def take_files(
    database: Database, paths: Sequence[Path], options: Options, today: date, rejects: Path
) -> list[FileReport]:
    """Import files and folders; returns a report per file.

    A file that is named twice counts once. Raises BadFile, before anything is imported, for a file that is missing, of
    unknown type, without a required column, or broken as a whole; and Refused for one whose rows do not add up. With
    several files, the message has the result of each.
    """
    strangers: list[Path] = []
    found: list[Found] = []
    refused: list[Refused] = []
    for path in paths:
        try:
            found += _find(path, options, strangers)
        except BadFile as error:
            refused.append(error)
    found = list({sha256_of(one.path) if one.path.is_file() else one.path: one for one in found}.values())
    sound: list[Found] = []
    for one in found:
        try:
            _check(one, options)
            sound.append(one)
        except BadFile as error:
            refused.append(error)
    if refused:
        raise _none_taken(refused, sound)
    return [*(_passed_over(path) for path in strangers), *_take_each(_Run(database, options, today, rejects), found)]


def _take_each(run: "_Run", found: Sequence[Found]) -> list[FileReport]:
    """Import the checked files: account files together, then each of the others."""
    books = [one for one in found if one.kind is IntakeKind.BOOK]
    reports = run.book_files(books) if books else []
    refused: list[Refused] = []
    for one in found:
        if one.kind is not IntakeKind.BOOK:
            try:
                reports += run.other(one)
            except Refused as error:
                refused.append(error)
    if refused and len(found) == 1:
        raise refused[0]
    if refused:
        done = [Advice(f"{one.name}: {one.taken:,} of {one.rows:,} rows were imported") for one in reports]
        problem = f"{len(refused)} of {len(found)} files were refused"
        raise Refused(problem, lacks=[*map(_as_part, refused), *done])
    return reports


def _none_taken(refused: Sequence[Refused], sound: Sequence[Found]) -> Refused:
    files = len(refused) + len(sound)
    if files == 1:
        return refused[0]
    unread = [Advice(f"{one.path.name}: no errors found, but not imported") for one in sound]
    advice = "correct the errors, or import the other files without it" if sound else ""
    problem = f"{len(refused)} of {files} files can't be imported, so none was imported"
    return BadFile(problem, advice, lacks=[*map(_as_part, refused), *unread])


def _as_part(error: Refused) -> Advice:
    return replace(error.advice, text=str(error))


class NotOurs(BadFile):
    """A file whose columns match no known file type."""


def _passed_over(path: Path) -> FileReport:
    """An unknown file beside others in a folder: reported, not imported, and no reason to stop."""
    warning = "has an unknown file type and was skipped; enter its type"
    return FileReport(path.name, "unknown", sha256_of(path), False, 0, 0, 0, None, (warning,))


def _find(path: Path, options: Options, strangers: list[Path]) -> list[Found]:
    """The files to import under a path; unknown files beside them in a folder go to the strangers."""
    if not path.exists():
        raise BadFile(f"{path} was not found", "enter the path of a file or a folder")
    if not path.is_dir():
        return [_found_kind(path, options)]
    files = [entry for entry in sorted(path.iterdir()) if entry.is_file() and not entry.name.startswith(".")]
    names = {entry.name.lower() for entry in files}
    if options.kind is IntakeKind.SYNTHEA or (options.kind is None and set(SYNTHEA_FILES) <= names):
        return [Found(path, IntakeKind.SYNTHEA)]
    if not files:
        raise BadFile(f"{path}: the folder is empty")
    found: list[Found] = []
    for entry in files:
        if entry.suffix.lower() in _SUFFIXES:
            try:
                found.append(_found_kind(entry, options))
            except NotOurs:
                strangers.append(entry)
    if not found:
        endings = ", ".join(_SUFFIXES)
        raise BadFile(f"{path}: the folder has no known file that ends in {endings}")
    return found


def _found_kind(path: Path, options: Options) -> Found:
    """The type of a file, by its content."""
    file = UnknownFile(path, options)
    if not file.head.strip():
        raise BadFile(f"{path.name}:1: the file is empty")
    for begin, what in _BINARY.items():
        if file.head.startswith(begin):
            raise BadFile(f"{path.name}:1: the file is {what}", "save it as CSV (UTF-8), or import the 835 itself")
    if options.kind is IntakeKind.SYNTHEA:
        raise BadFile(f"{path.name}: a Synthea export is a folder", "enter the path of the folder")
    for one in FORMATS:
        if options.kind is one.kind or (options.kind is None and one.recognizes(file)):
            return Found(path, one.kind)
    kind = _book_file(path, file.header)
    if kind is None:
        raise NotOurs(
            f"{path.name}:1: the columns {', '.join(sorted(file.header))} match no known file type"
            f"{_nearly(file.header)}",
            "choose its type",
            field="as",
        )
    return Found(path, IntakeKind.BOOK, kind)


def _nearly(header: Set[str]) -> str:
    """The nearest file type and its missing column, as words; empty if none is near."""
    required = {one.kind.value: one.required for one in FORMATS if one.required}
    required |= {kind.name: kind.required for kind in BOOK_FILES}
    missing = {name: [one for one in columns if one not in header] for name, columns in required.items()}
    nearest = min(missing, key=lambda name: (len(missing[name]), -len(required[name])))
    if 2 * len(missing[nearest]) >= len(required[nearest]):
        return ""
    return f"; a {nearest} file also needs the {columns_named(missing[nearest])}"


def _book_file(path: Path, header: Set[str]) -> BookFile | None:
    """The account file of that name; else the one whose first column it has and most of whose columns it has."""
    for kind in BOOK_FILES:
        if path.stem.lower() == kind.name:
            return kind
    fitting = [kind for kind in BOOK_FILES if set(kind.required) <= header]
    return max(fitting, key=lambda kind: len(set(kind.columns) & header), default=None)


def _check(one: Found, options: Options) -> None:
    """Check what refuses a file whole, before anything is imported."""
    if one.kind is IntakeKind.SYNTHEA:
        check_folder(one.path)
    elif one.book_file is not None:
        one.book_file.check(CsvFile(one.path))
    else:
        _FORMAT_OF[one.kind].check(one.path, options)


@dataclass(frozen=True, slots=True)
class _Run:
    """An import of files on one business date."""

    database: Database
    options: Options
    today: date
    rejects: Path

    def book_files(self, found: Sequence[Found]) -> list[FileReport]:
        parts: list[tuple[Part, str, bool]] = []
        skipped: list[FileReport] = []
        for one in found:
            assert one.book_file is not None
            digest, known = self._known(one)
            if known is not None and known.rejected == 0:
                skipped.append(known)
            else:
                part = Part(one.book_file, CsvFile(one.path), Tally())
                parts.append((part, digest, known is not None))
        take_book(self.database, [part for part, _, _ in parts], self.today)
        taken = [
            self._report(part.file.path, IntakeKind.BOOK, digest, part.tally, again, _warnings(part))
            for part, digest, again in parts
        ]
        return [*taken, *skipped]

    def other(self, one: Found) -> list[FileReport]:
        if one.kind is IntakeKind.SYNTHEA:
            return self._folder(one)
        digest, known = self._known(one)
        if known is not None and known.rejected == 0:
            return [known]
        tally = Tally()
        _FORMAT_OF[one.kind].take(self.database, one.path, self.options, tally, self.today)
        return [self._report(one.path, one.kind, digest, tally, known is not None)]

    def _folder(self, one: Found) -> list[FileReport]:
        """A folder that is imported as a whole: its files are identified together, with the import options."""
        tallies = take_synthea(self.database, one.path, self.options.synthea, self.today)
        return [
            self._report(one.path / name, one.kind, sha256_of(one.path / name), tally, again=False, folder=True)
            for name, tally in tallies.items()
        ]

    def _known(self, one: Found) -> tuple[str, FileReport | None]:
        digest = sha256_of(one.path)
        with self.database.reading() as conn:
            row = file_known(conn, digest, one.kind.value, self.options.text())
        if row is None:
            return digest, None
        return digest, FileReport(
            one.path.name,
            one.kind.value,
            digest,
            True,
            row.rows,
            0,
            row.rejected,
            row.reject_file,
            known=row.taken + row.known,
            known_cents=row.taken_cents + row.known_cents,
            rejected_cents=row.rejected_cents,
        )

    def _report(
        self,
        path: Path,
        kind: IntakeKind,
        digest: str,
        tally: Tally,
        again: bool,
        warnings: tuple[str, ...] = (),
        folder: bool = False,
    ) -> FileReport:
        reject_file = self._write_rejects(path, digest, tally.rejects) if tally.rejects else None
        report = FileReport(
            name=path.name,
            kind=kind.value,
            sha256=digest,
            already_taken=again and tally.taken == 0 if not folder else tally.taken == 0 and not tally.rejects,
            rows=tally.rows,
            taken=tally.taken,
            rejected=len(tally.rejects),
            reject_file=reject_file,
            warnings=(*warnings, *tally.warnings),
            known=tally.known,
            taken_cents=tally.taken_cents,
            known_cents=tally.known_cents,
            rejected_cents=tally.rejected_cents,
        )
        remember_file(self.database, report, self.options.text(), self.today)
        if tally.unaccounted:
            raise Refused(
                f"{path.name}: {tally.unaccounted} of {tally.rows} rows were not imported, not known and not rejected",
                "compare the file with the accounts, and report this as a program error",
            )
        return report

    def _write_rejects(self, path: Path, digest: str, rejects: Sequence[Reject]) -> str:
        ordered = sorted(rejects, key=lambda one: one.line)
        content = csv_bytes(
            ("line", "field", "reason", "row"),
            ((one.line, one.field, one.reason, ",".join(one.row)) for one in ordered),
        )
        target = self.rejects / f"{path.name.removesuffix('.csv')}.csv"
        if target.exists() and target.read_bytes() != content:
            target = target.with_name(f"{target.stem}-{digest[:8]}.csv")
        write_whole(target, content)
        return str(target)


def _warnings(part: Part) -> tuple[str, ...]:
    unknown = unknown_columns(part.file, part.kind)
    return (f"columns ignored: {', '.join(unknown)}",) if unknown else ()
