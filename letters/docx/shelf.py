"""Templates, found by kind and language and compiled once.

shelf = Shelf([Path("/srv/pastdue/letters"), SHIPPED])
shelf.find("reminder-1", "es")   # reminder-1.es.docx, else reminder-1.docx
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from letters.docx.envelope import JOINED, put_together
from letters.docx.package import Package, read_package
from letters.docx.template import Template
from letters.errors import UnknownKind
from letters.kinds import LANGUAGES

SHIPPED = Path(__file__).parent.parent / "templates"
"""The folder of the templates that come with pastdue."""

_SUFFIX = ".docx"


@dataclass(frozen=True, slots=True)
class Sheets:
    """The content of an envelope: a kind of letter, in a language and a print size, with its enclosures."""

    kind: str
    language: str = "en"
    large_print: bool = False
    enclose: tuple[str, ...] = ()


class Shelf:
    """Templates in one or more folders; an earlier folder overrides later files of the same name.

    A file that changes on disk is read again at the next `find`; the same content is never compiled twice.
    """

    def __init__(self, folders: Iterable[Path] = (SHIPPED,)) -> None:
        self.folders = tuple(folders)
        for folder in self.folders:
            if not folder.is_dir():
                raise UnknownKind(f"the letters folder {folder} does not exist; create it or correct the setting")
        self._seen: dict[Path, tuple[tuple[int, int], Package, bytes]] = {}
        self._compiled: dict[tuple[str, str], Template] = {}

    def kinds(self) -> tuple[str, ...]:
        """The available kinds of letters, sorted; a file for one language or size is not a kind."""
        return tuple(sorted({name.partition(".")[0] for name in self._files()}))

    def only_english(self) -> tuple[str, ...]:
        """The kinds without a template in Spanish, sorted: such a letter is sent in English."""
        files = self._files()
        return tuple(kind for kind in self.kinds() if f"{kind}.{LANGUAGES[1]}" not in files)

    def find(self, kind: str, language: str = "en", *, large_print: bool = False) -> Template:
        """The template of a kind in a language ("es", "es-MX") and size, otherwise the kind's general one.

        `reminder_1` is `reminder-1`. Raises `UnknownKind` with the available kinds, or `LetterError` if the file cannot
        be used.
        """
        return self._compile([self._package(self._path(kind, language, large_print))])

    def envelope(self, sheets: Sheets) -> Template:
        """The content of one envelope as one template: the letter, its English version if it is in another language,
        and the enclosures. Raises as `find`, and `LetterError` if they cannot be combined."""
        paths = [self._path(sheets.kind, sheets.language, sheets.large_print)]
        if sheets.language != "en":
            paths.append(self._path(sheets.kind, "en", sheets.large_print))
        paths += [self._path(kind, sheets.language, sheets.large_print) for kind in sheets.enclose]
        return self._compile([self._package(path) for path in dict.fromkeys(paths)])

    def files_of(self, kind: str) -> list[Path]:
        """Every file of a kind, in any language and size."""
        return [path for name, path in sorted(self._files().items()) if name.partition(".")[0] == kind]

    def content(self, digest: str) -> tuple[str, bytes]:
        """The name and bytes of a template file that was found, by its digest."""
        for _, package, content in self._seen.values():
            if package.digest == digest:
                return package.name, content
        raise UnknownKind(f"no template file with the digest {digest} was found on this shelf")

    def _path(self, kind: str, language: str, large_print: bool) -> Path:
        files = self._files()
        wanted = kind.strip().lower().replace("_", "-")
        spoken = language.strip().lower().replace("_", "-")
        names = (f"{wanted}.{spoken}", f"{wanted}.{spoken.partition('-')[0]}", wanted)
        large = tuple(f"{name}.large" for name in names) if large_print else ()
        for name in (*large, *names):
            if name in files:
                return files[name]
        raise self._unknown(kind, wanted)

    def _unknown(self, kind: str, wanted: str) -> UnknownKind:
        known = self.kinds()
        near = get_close_matches(wanted, known, 1)
        hint = f'; did you mean "{near[0]}"?' if near else ";"
        listing = ", ".join(known) or "none"
        places = ", ".join(str(folder) for folder in self.folders)
        return UnknownKind(
            f'there is no letter of kind "{kind}"{hint} The kinds are: {listing}. '
            f"To add one, put {wanted or 'a file'}{_SUFFIX} into one of: {places}"
        )

    def _files(self) -> dict[str, Path]:
        files: dict[str, Path] = {}
        for folder in self.folders:
            for name in os.listdir(folder):
                # Word keeps a hidden "~$name.docx" beside a file that is open
                if name.lower().endswith(_SUFFIX) and not name.startswith(("~$", ".")):
                    files.setdefault(name[: -len(_SUFFIX)].lower(), folder / name)
        return files

    def _package(self, path: Path) -> Package:
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        seen = self._seen.get(path)
        if seen is None or seen[0] != stamp:
            content = path.read_bytes()
            seen = self._seen[path] = (stamp, read_package(content, path.name), content)
        return seen[1]

    def _compile(self, packages: Sequence[Package]) -> Template:
        key = (packages[0].name, JOINED.join(package.digest for package in packages))
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = put_together(packages)
        return found


class Pile:
    """The templates of one run, each looked up once: the run uses the shelf as it was at its start."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self._found: dict[Sheets, Template] = {}

    def envelope(self, sheets: Sheets) -> Template:
        """As `Shelf.envelope`."""
        found = self._found.get(sheets)
        if found is None:
            found = self._found[sheets] = self.shelf.envelope(sheets)
        return found
