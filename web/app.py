"""The workspace in the browser, put together."""

from dataclasses import dataclass

from fastapi import FastAPI
from starlette.middleware import Middleware

from flows.stages import House
from models.clock import Clock, system_clock
from web.answers import add_answers
from web.api.app import create_api
from web.assets import router as assets
from web.door import Workspace
from web.pages import (
    calls,
    deaths,
    estates,
    files,
    home,
    logs,
    mail,
    matters,
    money,
    oidc,
    people,
    signin,
    tasks,
    users,
)
from web.pages import house as at_a_glance
from web.sealing import Seal, secret_of
from web.shell import Shell

ROOMS = (
    signin, oidc, home, calls, people, money, mail, files, tasks, deaths, estates, matters, at_a_glance, users, logs,
)  # fmt: skip
"""The pages, room by room."""

UPLOADS = frozenset({"/files", "/api/files"})
"""Where files are sent to."""


@dataclass(frozen=True, slots=True)
class Serving:
    """How it is served: behind HTTPS, cookies and browsers are told so."""

    https: bool = False


def create_app(house: House, serving: Serving | None = None, clock: Clock = system_clock) -> FastAPI:
    """The workspace around a house."""
    how = serving or Serving()
    app = FastAPI(
        title="pastdue", openapi_url=None, docs_url=None, redoc_url=None,
        middleware=[Middleware(Shell, secure=how.https, upload_paths=UPLOADS)],
    )  # fmt: skip
    app.state.work = Workspace(house, Seal(secret_of(house.settings.home)), clock, how.https)
    app.state.oidc = house.settings.oidc
    add_answers(app)
    app.mount("/api", create_api(app.state.work))
    app.include_router(assets)
    for room in ROOMS:
        app.include_router(room.router)
    return app
