"""How creditors' letters look, for the manager: a form with its checks, a preview, the history, and the way back."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import orjson
from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.correspondence.creditors.commands import (
    LookChanged,
    Picture,
    change_creditor,
    require_look,
    restore_creditor,
)
from flows.correspondence.creditors.looks import FIELDS, LOOK, BadLook, Look
from flows.correspondence.creditors.queries import (
    creditor_by_id,
    creditor_history,
    list_creditors,
    look_of,
    mark_of,
)
from flows.correspondence.creditors.sample import write_sample
from flows.settings.templates.queries import KeptPapers
from letters.docx.pictures import LARGEST_PICTURE
from letters.errors import LetterFault
from models.columns import AnyRow
from models.documents import is_mapping
from models.errors import BadInput, NotFound, Refused
from web.auth.rights import Right
from web.auth.session import CreditorKey, RequestContext, Requires
from web.rendering.files import file_name, pages_of
from web.rendering.refusals import Changed, sentence
from web.rendering.slow import drawn_shortly

router = APIRouter()
Lookers = Depends(Requires(Right.SEE_PRACTICE))
Managers = Depends(Requires(Right.CHANGE_SETTINGS))

GROUPS = tuple(dict.fromkeys(field.group for field in FIELDS.values()))


@router.get("/house/creditors")
def all_creditors(visit: RequestContext = Lookers) -> Response:
    """The creditors, and how their letters look."""
    with visit.reading() as conn:
        rows = list_creditors(conn)
        last = {row["id"]: next(iter(creditor_history(conn, row["external_id"])), None) for row in rows}
    return visit.page("creditors.html", rows=rows, last=last)


@router.get("/house/creditors/{creditor}")
def one_creditor(creditor: CreditorKey, visit: RequestContext = Lookers) -> Response:
    """The form of a creditor's letters, with every change of it."""
    with visit.reading() as conn:
        look = look_of(creditor_by_id(conn, creditor))
    return _form(visit, creditor, look, seen=mark_of(look), was=orjson.dumps(look).decode())


def _form(visit: RequestContext, creditor: CreditorKey, look: Look, status: int = 200, **values: object) -> Response:
    with visit.reading() as conn:
        row = creditor_by_id(conn, creditor)
        history = creditor_history(conn, row.external_id)
    first: dict[str, object] = {"reason": "", "no_logo": False, "wrong": {}, "says": "", "chosen": False}
    return visit.page(
        "creditor.html",
        status,
        row=row,
        look=look,
        fields=FIELDS,
        groups=GROUPS,
        history=history,
        largest=LARGEST_PICTURE,
        may_change=visit.may(Right.CHANGE_SETTINGS),
        **{**first, **values},
    )


def _form_again(visit: RequestContext, creditor: CreditorKey, error: Refused) -> Response:
    """The form as it was typed, with what is wrong at its fields, or above them all."""
    typed, field = visit.typed, "logo" if isinstance(error, LetterFault) else error.advice.field
    wrong = error.wrong if isinstance(error, BadLook) else {field: sentence(error)} if isinstance(field, str) else {}
    return _form(
        visit,
        creditor,
        {name: typed.text(name) for name in LOOK},
        422,
        seen=typed.text("seen"),
        was=typed.text("was"),
        reason=typed.text("reason"),
        no_logo=typed.flag("no_logo"),
        wrong=wrong,
        says="" if wrong else sentence(error),
        chosen=bool(typed.files("logo")),
    )


@router.get("/house/creditors/{creditor}/logo")
def logo(creditor: CreditorKey, visit: RequestContext = Lookers) -> Response:
    """The logo of a creditor."""
    with visit.reading() as conn:
        row = creditor_by_id(conn, creditor)
    if row.logo_digest is None:
        raise NotFound(f"{row.name} has no logo", "upload one")
    return Response(KeptPapers(visit.practice.database)[row.logo_digest], media_type=f"image/{row.logo_suffix}")


@router.post("/house/creditors/{creditor}")
def change(creditor: CreditorKey, visit: RequestContext = Managers) -> Response:
    """Save what was changed in the form, unless another person changed the creditor meanwhile."""
    try:
        _save(visit, creditor)
    except (Changed, NotFound):
        raise
    except Refused as error:
        return _form_again(visit, creditor, error)
    return visit.go(f"/house/creditors/{creditor}", "Saved.")


def _save(visit: RequestContext, creditor: CreditorKey) -> None:
    typed = visit.typed
    reason, picture = typed.needed("reason", "Reason"), _picture(visit)
    shown, changes = _shown_look(visit), _changes(visit)
    if not (changes or picture or typed.flag("no_logo")):
        raise Refused("no value was changed", "change a value, then save")
    with visit.transaction() as tx:
        row = creditor_by_id(tx.conn, creditor)
        try:
            require_look(row, typed.text("seen"), shown)
        except LookChanged as error:
            raise _meanwhile(row, error) from None
        change_creditor(tx, row.external_id, changes, picture, reason, no_logo=typed.flag("no_logo"))


def _meanwhile(row: AnyRow, error: LookChanged) -> Changed:
    events = [{"number": row.external_id, "why": one.sentence, "actor": ""} for one in error.changes]
    advice = "Save anyway to add your change. Values that you did not change stay as they are now"
    return Changed(events, error.mark, "creditor", advice)


def _picture(visit: RequestContext) -> Picture | None:
    chosen = visit.typed.files("logo")
    return Picture(file_name(chosen[0].filename), chosen[0].file.read(LARGEST_PICTURE + 1)) if chosen else None


def _shown_look(visit: RequestContext) -> Mapping[str, str | None]:
    """The values of the creditor when its page was drawn."""
    try:
        shown = orjson.loads(visit.typed.needed("was", "Values"))
    except orjson.JSONDecodeError:
        raise BadInput("this form was changed outside its page", "open the page again") from None
    if not is_mapping(shown):
        raise BadInput("this form was changed outside its page", "open the page again")
    return {name: None if value is None else str(value) for name, value in shown.items()}


def _changes(visit: RequestContext) -> dict[str, str]:
    """The values that differ from those that the page had."""
    shown = _shown_look(visit)
    return {name: value for name in LOOK if (value := visit.typed.text(name)) != (shown.get(name) or "")}


@router.post("/house/creditors/{creditor}/preview")
@drawn_shortly
def preview(creditor: CreditorKey, visit: RequestContext = Managers) -> Response:
    """A letter with made-up people as the form would have it; nothing is saved."""
    with visit.reading() as conn:
        row = creditor_by_id(conn, creditor)
    language = "es" if visit.typed.text("language") == "es" else "en"
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "preview.docx"
        changes, picture = _changes(visit), _picture(visit)
        write_sample(visit.practice, row.external_id, changes, picture, visit.today, target, language=language)
        return pages_of(target, visit.work.lanes.drawn)


@router.post("/house/creditors/{creditor}/undo")
def undo(creditor: CreditorKey, visit: RequestContext = Managers) -> Response:
    """Return to the values after an earlier change."""
    to, reason = visit.typed.number("change", "Change") or 0, visit.typed.needed("reason", "Reason")
    with visit.transaction() as tx:
        restore_creditor(tx, creditor_by_id(tx.conn, creditor).external_id, to, reason)
    return visit.go(f"/house/creditors/{creditor}", "Earlier values are set again.")
