"""Style sheets and scripts: from the installed packages, and our own few lines."""

import hashlib
import importlib.util
import mimetypes
from functools import cache
from pathlib import Path

from fastapi import APIRouter, HTTPException
from starlette.responses import FileResponse, Response

OWN = Path(__file__).parent.parent / "static"
router = APIRouter()

PACKAGED = {
    "tabler.css": ("starlette_admin", "static/css/vendor/tabler.min.css"),
    "apexcharts.js": ("starlette_admin", "static/js/vendor/apexcharts.min.js"),
    "htmx.js": ("django_htmx", "static/django_htmx/htmx-2.min.js"),
}
"""The files that are served, and from which package."""


@cache
def _files() -> dict[str, Path]:
    found = {path.name: path for path in OWN.iterdir() if path.is_file()}
    for name, (package, path) in PACKAGED.items():
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            raise RuntimeError(f"the package {package} is not installed; run make install")
        found[name] = Path(spec.origin).parent / path
    return found


@cache
def version() -> str:
    """A version that changes with any of the files, so that a browser may cache them permanently."""
    sums = [hashlib.sha256(path.read_bytes()).hexdigest() for _, path in sorted(_files().items())]
    return hashlib.sha256("".join(sums).encode()).hexdigest()[:12]


@router.get("/assets/{version}/{name}")
def asset(version: str, name: str) -> Response:
    """A file that every page may use; no sign-in is required."""
    path = _files().get(name)
    if path is None:
        raise HTTPException(404)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return FileResponse(path, media_type=kind, headers={"Cache-Control": "public, max-age=31536000, immutable"})
