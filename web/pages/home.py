"""The first page: where somebody's own work is."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from web.door import Allowed, Visit
from web.menu import FIRST
from web.rights import Right

router = APIRouter()
Anybody = Depends(Allowed(Right.OWN_PASSWORD))


@router.get("/")
def first_page(visit: Visit = Anybody) -> Response:
    """On to the first page that is theirs."""
    return visit.go(next((entry.path for entry in FIRST if visit.may(entry.right)), "/password"))


@router.get("/health")
def health() -> dict[str, str]:
    """Whether it is up; nothing else is told."""
    return {"status": "ok"}
