"""Where templates are kept: found by kind and language, compiled once.

shelf = Shelf([Path("/srv/pastdue/letters"), SHIPPED])
shelf.find("reminder-1", "es")   # reminder-1.es.docx, else reminder-1.docx
"""

import os
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from letters.errors import UnknownKind
from letters.package import read_package
from letters.template import Template

SHIPPED = Path(__file__).parent / "templates"
"""The folder of the templates that come with pastdue."""

_SUFFIX = ".docx"


class Shelf:
    """Templates in one or more folders; a folder before another hides its files of the same name.

    A file that changes on disk is read again at the next `find`; the same content is never
    compiled twice.
    """

    def __init__(self, folders: Iterable[Path] = (SHIPPED,)) -> None:
        self.folders = tuple(folders)
        for folder in self.folders:
            if not folder.is_dir():
                raise UnknownKind(f"the letters folder {folder} does not exist; create it or correct the setting")
        self._seen: dict[Path, tuple[tuple[int, int], Template]] = {}
        self._compiled: dict[str, Template] = {}

    def kinds(self) -> tuple[str, ...]:
        """The kinds of letters there are, sorted; a language's own file is not a kind."""
        return tuple(sorted({name.partition(".")[0] for name in self._files()}))

    def find(self, kind: str, language: str = "en") -> Template:
        """The template of a kind in a language ("es", "es-MX"), else the kind's general one.

        `reminder_1` is `reminder-1`. Raises `UnknownKind` listing the kinds there are, or
        `TemplateRefused` if the file cannot be used.
        """
        files = self._files()
        wanted = kind.strip().lower().replace("_", "-")
        spoken = language.strip().lower().replace("_", "-")
        for name in (f"{wanted}.{spoken}", f"{wanted}.{spoken.partition('-')[0]}", wanted):
            if name in files:
                return self._compile(files[name])
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

    def _compile(self, path: Path) -> Template:
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        seen = self._seen.get(path)
        if seen and seen[0] == stamp:
            return seen[1]
        package = read_package(path.read_bytes(), path.name)
        template = self._compiled.get(package.digest)
        if template is None or template.name != path.name:
            template = self._compiled[package.digest] = Template(package)
        self._seen[path] = (stamp, template)
        return template
