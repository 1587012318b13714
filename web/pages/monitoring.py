"""For a monitor: whether the workspace is up and ready, and figures of the installation. No person's data."""

from collections.abc import Callable, Sequence
from hmac import compare_digest
from typing import TypeVar

from anyio import move_on_after, to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response

from flows.operations.figures import Figure, figures
from flows.operations.readiness import readiness
from flows.settings.queries import policy_now
from models.database import Database
from web.auth.session import Workspace

T = TypeVar("T")

router = APIRouter()
Bearer = Depends(HTTPBearer(auto_error=False))

HEALTH_SECONDS = 5
"""How long the database may need to respond to a health check."""


@router.get("/health")
async def health(request: Request) -> Response:
    """Whether the workspace is up and the database responds; nothing else is reported. It waits for no other page."""
    if await _asked(request, _answers):
        return JSONResponse({"status": "ok"})
    return JSONResponse({"status": "down", "why": "the database does not respond"}, 503)


@router.get("/healthz")
async def alive() -> Response:
    """Whether the process responds. It asks nothing of the database: a process manager restarts what fails this."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
async def ready(request: Request) -> Response:
    """Whether pages can be served: database, revision, disk. The last night is reported, too; it makes nothing unready,
    because the workspace is needed most when a night failed."""
    work = request.app.state.work
    found = await _asked(request, lambda database: readiness(database, work.practice.settings, work.clock()))
    if found is None:
        return JSONResponse({"status": "down", "database": "does not respond"}, 503)
    return JSONResponse({"status": found.status, **found.parts}, 200 if found.is_ready else 503)


@router.get("/metrics")
def metrics(request: Request, given: HTTPAuthorizationCredentials | None = Bearer) -> Response:
    """The figures of the installation and of its requests, as Prometheus reads them, for who has PASTDUE_METRICS_KEY.

    The key opens nothing else: a monitor needs no access to patients. Without the setting there is no such page.
    """
    work: Workspace = request.app.state.work
    key = work.practice.settings.operator.metrics_key
    if not key:
        raise HTTPException(404)
    if given is None or not compare_digest(given.credentials.encode(), key.encode()):
        return PlainTextResponse("send the key: Authorization: Bearer KEY\n", 401, {"WWW-Authenticate": "Bearer"})
    with work.practice.database.reading() as conn:
        found = list(figures(conn, work.clock()))
    text = generate_latest(_registry(found)) + generate_latest(request.app.state.times.registry)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


def _registry(found: Sequence[Figure]) -> CollectorRegistry:
    registry = CollectorRegistry()
    gauges: dict[str, Gauge] = {}
    for one in found:
        if one.name not in gauges:
            gauges[one.name] = Gauge(one.name, one.says, tuple(one.labels), registry=registry)
        gauge = gauges[one.name].labels(**one.labels) if one.labels else gauges[one.name]
        gauge.set(one.value)
    return registry


async def _asked(request: Request, ask: Callable[[Database], T]) -> T | None:
    """What the database says, within HEALTH_SECONDS; None if it does not respond."""
    database = request.app.state.work.practice.database
    with move_on_after(HEALTH_SECONDS):
        return await to_thread.run_sync(ask, database, limiter=request.app.state.health, abandon_on_cancel=True)
    return None


def _answers(database: Database) -> bool:
    try:
        with database.reading() as conn:
            policy_now(conn)
    except SQLAlchemyError:
        return False
    return True
