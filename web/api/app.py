"""/api: the same commands for practice systems and dialers, described by OpenAPI at /api/openapi.json."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from starlette.responses import JSONResponse, Response

from models.errors import RefusalKind, Refused
from web.api import (
    accounts,
    calls,
    estates,
    experiments,
    files,
    insurance,
    reports,
    saved_reports,
    schedules,
    settings,
    tables,
    values,
    work,
)
from web.api.door import Call, Key, NoKey, NoRight, TooManyKeys
from web.auth.rights import Right
from web.auth.session import Workspace
from web.rendering.refusals import sentence

PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"model": values.Problem, "description": "No key, or an unknown key"},
    403: {"model": values.Problem, "description": "The key's role does not have this right"},
    404: {"model": values.Problem, "description": "Not found"},
    409: {"model": values.Problem, "description": "Refused, with what to do"},
    422: {"model": values.Unfit, "description": "The request is invalid or does not match this description"},
    429: {"model": values.Problem, "description": "Too many wrong keys from this address"},
}


PARTS = (
    accounts,
    calls,
    files,
    estates,
    insurance,
    work,
    schedules,
    experiments,
    tables,
    settings,
    reports,
    saved_reports,
)
"""The parts of the API, in the order of its description."""


def create_api(workspace: Workspace) -> FastAPI:
    """The API of a workspace."""
    api = FastAPI(title="pastdue", version="1", docs_url=None, redoc_url=None, openapi_url=None, responses=PROBLEMS)
    api.state.work = workspace
    api.add_exception_handler(NoKey, _no_key)
    api.add_exception_handler(NoRight, _no_right)
    api.add_exception_handler(RequestValidationError, _wrong)
    api.add_exception_handler(Refused, _refused)
    api.add_exception_handler(TooManyKeys, _too_many)
    for part in PARTS:
        for path, endpoint, method in part.ROUTES:
            api.add_api_route(path, endpoint, methods=[method])
    api.add_api_route("/openapi.json", described, methods=["GET"], include_in_schema=False)
    return api


def described(request: Request, _call: Annotated[Call, Depends(Key(Right.OWN_PASSWORD))]) -> JSONResponse:
    """All addresses, for programs that have a key."""
    return JSONResponse({**request.app.openapi(), "servers": [{"url": request.scope["root_path"]}]})


def _too_many(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"error": "too many wrong keys from this address; wait a few minutes, then try again"}, 429)


def _no_key(_request: Request, _error: Exception) -> Response:
    says = "send an API key: Authorization: Bearer KEY"
    return JSONResponse({"error": says}, 401, {"WWW-Authenticate": "Bearer"})


def _no_right(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 403)


def _wrong(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # The request is not sent back: it may contain a person's data.
    detail = [{"loc": list(one["loc"]), "msg": one["msg"], "type": one["type"]} for one in error.errors()]
    says = "The request does not match the description of the API."
    return JSONResponse({"error": says, "kind": RefusalKind.BAD_INPUT, "detail": jsonable_encoder(detail)}, 422)


def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return JSONResponse(_problem(error), STATUS_OF[error.kind])


STATUS_OF = {
    RefusalKind.NOT_FOUND: 404,
    RefusalKind.CONFLICT: 409,
    RefusalKind.BAD_INPUT: 422,
    RefusalKind.NOT_ALLOWED: 403,
}
"""The HTTP status for each kind of refusal."""


def _problem(error: Refused) -> Mapping[str, object]:
    remedy = error.advice.remedy
    facts = {**error.advice.facts} or None
    return {"error": sentence(error), "kind": error.kind, "remedy": remedy, "facts": facts}
