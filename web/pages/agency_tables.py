"""The forms of agencies' tables: licenses, files and their transport, pools, and the columns of a layout."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from flows.agency_handoff.files.desk import LAYOUT
from flows.agency_handoff.files.layout_edit import edit_columns
from flows.practice_tables import Edit, table_named
from flows.settings.contracts.agency_edit import edit_part, edit_pools
from flows.settings.contracts.queries import POOLS, TERMS
from flows.settings.tables.yaml_text import BadSchedule
from models.enums import AgencyFileKind
from models.errors import BadInput, NotFound
from web.auth.rights import Right
from web.auth.session import RequestContext, Requires
from web.forms.agencies import (
    COLUMN_LABELS,
    FILES_LABELS,
    LICENSE_LABELS,
    POOLS_LABELS,
    columns_typed,
    files_of,
    licenses_of,
    pools_of,
)
from web.forms.published import publish_form
from web.forms.tables import in_form

router = APIRouter()
Managers = Depends(Requires(Right.CHANGE_SETTINGS))
Code = Annotated[str, Path(pattern="^[a-z0-9-]{1,60}$")]


@router.post("/house/tables/agency:{code}/licenses")
def publish_licenses(code: Code, visit: RequestContext = Managers) -> Response:
    """Publish an agency's licenses as their form has them."""
    mine = licenses_of(visit.typed)
    return _published(visit, f"{TERMS}{code}", lambda base, present: edit_part(base, present, mine), LICENSE_LABELS)


@router.post("/house/tables/agency:{code}/files")
def publish_files(code: Code, visit: RequestContext = Managers) -> Response:
    """Publish an agency's layout, transport and encryption as their form has them."""
    mine = files_of(visit.typed)
    return _published(visit, f"{TERMS}{code}", lambda base, present: edit_part(base, present, mine), FILES_LABELS)


@router.post("/house/tables/agency-pools/pools")
def publish_pools(visit: RequestContext = Managers) -> Response:
    """Publish the pools as their form has them."""
    mine = pools_of(visit.typed)
    if not mine.pools:
        raise BadInput("Pools: no pool has an agency with a weight", "enter a weight")
    return _published(visit, POOLS, lambda base, present: edit_pools(base, present, mine), POOLS_LABELS)


@router.post("/house/tables/layout:{code}/columns")
def publish_columns(code: Code, visit: RequestContext = Managers) -> Response:
    """Publish the columns of one kind of file of a layout as their form has them."""
    kind, mine = visit.typed.word("file", AgencyFileKind, "File"), columns_typed(visit.typed)

    def edit(base: str, present: str) -> str:
        return edit_columns(base, present, kind, mine)

    return _published(visit, f"{LAYOUT}{code}", edit, COLUMN_LABELS, f"?file={kind.value}")


def _published(visit: RequestContext, name: str, edit: Edit, labels: Mapping[str, str], query: str = "") -> Response:
    says = table_named(name).says
    reason = visit.typed.needed("reason", "Reason")
    try:
        version = publish_form(visit, name, edit, reason)
    except BadSchedule as error:
        raise in_form(error, labels) from None
    except NotFound as error:
        raise BadInput(error.problem, error.advice.text) from None
    return visit.go(f"/house/tables/{name}{query}", f"{says}: version {version} published.")
