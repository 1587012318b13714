"""Creates the workspace for browsers."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from starlette.middleware import Middleware

from flows.practice import Practice
from models.clock import Clock, system_clock
from web.api.app import create_api
from web.auth.known import is_known
from web.auth.sealed import Seal, secret_of
from web.auth.session import Workspace
from web.pages import (
    after_death,
    agency_accounts,
    agency_files,
    agency_money,
    agency_tables,
    call_list,
    call_results,
    calls,
    court_forms,
    creditors,
    deaths,
    docket,
    drafts,
    estates,
    experiments,
    files,
    home,
    inbound,
    insurance,
    logs,
    mail,
    mail_desk,
    matter_files,
    matters,
    money,
    monitoring,
    oidc,
    parties,
    people,
    persons,
    placements,
    reports,
    reviews,
    saved_reports,
    schedules,
    second_factor,
    settings,
    signin,
    simulations,
    stuck,
    tables,
    tasks,
    templates,
    users,
)
from web.pages import practice as at_a_glance
from web.rendering.assets import router as assets
from web.rendering.measured import Measured, RequestTimes
from web.rendering.refusals import add_answers, too_large
from web.rendering.shell import Shell

ROOMS = (
    signin,
    second_factor,
    oidc,
    home,
    monitoring,
    call_list,
    calls,
    call_results,
    after_death,
    inbound,
    parties,
    people,
    persons,
    money,
    insurance,
    mail,
    mail_desk,
    files,
    tasks,
    stuck,
    placements,
    agency_accounts,
    agency_files,
    agency_money,
    deaths,
    docket,
    court_forms,
    estates,
    matters,
    matter_files,
    reviews,
    schedules,
    drafts,
    simulations,
    experiments,
    saved_reports,
    reports,
    templates,
    agency_tables,
    tables,
    creditors,
    settings,
    at_a_glance,
    users,
    logs,
)
"""The routes of the pages, by area."""

UPLOADS = frozenset(
    {
        "/files",
        "/agencies/files",
        "/api/files",
        "/api/estates/files",
        "/api/estates/forms",
        "/templates",
        "/estates/files",
        "/estates/forms",
        "/mail/files",
        "/matters/files",
    }
)
"""Where files are uploaded."""


@dataclass(frozen=True, slots=True)
class Serving:
    """How the workspace is served. Behind HTTPS, cookies and headers require HTTPS."""

    https: bool = False


THREADS = 5
"""Requests handled at the same time, besides two that wait for LibreOffice (web/rendering/slow.py). Each may need two
connections, and the connection pool has at most fifteen."""


@asynccontextmanager
async def _at_work(_app: FastAPI) -> AsyncGenerator[None]:
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield


def create_app(practice: Practice, serving: Serving | None = None, clock: Clock = system_clock) -> FastAPI:
    """The workspace of a practice."""
    how = serving or Serving()
    work = Workspace(practice, Seal(secret_of(practice.settings.home)), clock, how.https)
    times = RequestTimes()
    app = FastAPI(
        title="pastdue",
        lifespan=_at_work,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(Measured, times=times),
            Middleware(
                Shell, secure=how.https, upload_paths=UPLOADS, is_known=partial(is_known, work), too_large=too_large
            ),
        ],
    )
    app.state.work = work
    app.state.times = times
    app.state.health = CapacityLimiter(1)
    app.state.oidc = practice.settings.oidc
    add_answers(app)
    app.mount("/api", create_api(work))
    app.include_router(assets)
    for room in ROOMS:
        app.include_router(room.router)
    return app
