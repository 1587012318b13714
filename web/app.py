"""The workspace in the browser, put together."""

from dataclasses import dataclass

from fastapi import FastAPI
from starlette.middleware import Middleware

from flows.stages import House
from models.clock import Clock, system_clock
from web.answers import add_answers
from web.assets import router as assets
from web.door import Workspace
from web.pages import calls, estates, files, home, logs, mail, matters, money, people, signin, tasks, users
from web.pages import house as at_a_glance
from web.sealing import Seal, secret_of
from web.shell import Shell

UPLOADS = frozenset({"/files"})
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
    app.state.oidc = None
    add_answers(app)
    app.include_router(assets)
    for room in (signin, home, calls, people, money, mail, files, tasks, estates, matters, at_a_glance, users, logs):
        app.include_router(room.router)
    return app
