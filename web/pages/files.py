"""Incoming files: uploaded on the page, with what was imported and what was rejected, line by line."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypedDict

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.agency_handoff.files.desk import agency_desk
from flows.agency_handoff.files.take import Taken, is_from_agency, take_file
from flows.intake.file_format import Options
from flows.intake.queries import files_taken
from flows.intake.rows import FileReport
from flows.intake.take import take_files
from flows.reports.audit_packet import audit_packet
from flows.reports.person import account_by_id
from flows.users.view_log import NOBODY_KNOWN, View
from models.enums import IntakeKind
from models.errors import BadInput, Refused
from models.user_enums import Seen
from models.values import counted
from web.auth.rights import Right
from web.auth.session import AccountKey, RequestContext, Requires
from web.rendering.files import bytes_of, file_of, first_rejects, store
from web.rendering.refusals import told
from web.rendering.slow import drawn_at_length

router = APIRouter()
Takers = Depends(Requires(Right.TAKE_FILES))
Packers = Depends(Requires(Right.AUDIT_PACKET))


@router.get("/files")
def files_page(visit: RequestContext = Takers) -> Response:
    """The upload page, with recent uploads."""
    return _page(visit)


def _page(visit: RequestContext, status: int = 200, **values: object) -> Response:
    with visit.reading() as conn:
        taken = files_taken(conn)
    shown = {"reports": None, "refused": (), "wrong": "", "kind": "", "balance": None, **values}
    return visit.page("files.html", status, taken=taken, kinds=list(IntakeKind), **shown)


@router.post("/files")
def take(visit: RequestContext = Takers) -> Response:
    """Import files. Each is reported with its rejected rows; a file that is rejected as a whole, with the reason."""
    try:
        return _taken(visit)
    except Refused as error:
        return _page(visit, 422, wrong=told(error), kind=visit.typed.text("kind"))


def _taken(visit: RequestContext) -> Response:
    chosen = visit.typed.files("files")
    if not chosen:
        raise BadInput("choose a file to upload")
    kind = visit.typed.some_word("kind", IntakeKind)
    reports: list[FileShown] = []
    refused: list[dict[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        paths = [store(one.file, one.filename, Path(folder)) for one in chosen]
        mapping = next((store(one.file, one.filename, Path(folder)) for one in visit.typed.files("mapping")), None)
        options = Options(kind, mapping)
        desk = agency_desk(visit.practice, visit.who.name)
        from_agencies = [path for path in paths if is_from_agency(desk, path.name)]
        paths = [path for path in paths if path not in from_agencies]
        # Several account files belong together. If one is rejected, each is tried separately.
        try:
            found = take_files(visit.practice.database, paths, options, visit.today, visit.practice.settings.rejects)
            reports = [_told(visit, one) for one in found]
        except Refused as error:
            if len(paths) == 1:
                refused.append({"name": paths[0].name, "why": told(error)})
            else:
                reports, refused = _one_by_one(visit, paths, options)
        for path in from_agencies:
            try:
                reports.append(_told_of_agency(visit, take_file(desk, path, visit.today)))
            except Refused as error:
                refused.append({"name": path.name, "why": told(error)})
    shown = [
        View(NOBODY_KNOWN, None, one["reject_file"]) for one in reports if one["reject_file"] and one["reject_rows"]
    ]
    visit.saw(Seen.REJECTS, shown)
    deposit = visit.typed.cents("deposit", "Deposit total")
    balance = None if deposit is None else _against(deposit, reports)
    return _page(visit, reports=reports, refused=refused, kind=kind or "", balance=balance)


class RejectsShown(TypedDict):
    """The first rejected rows of a file, and the name of the file that contains them all."""

    reject_file: str | None
    reject_rows: list[list[str]]


class FileShown(RejectsShown):
    """The result of a file, as the page shows it."""

    name: str
    kind: str
    already_taken: bool
    rows: int
    taken: int
    rejected: int
    known: int
    warnings: tuple[str, ...]
    taken_cents: int
    known_cents: int
    rejected_cents: int


class Balance(NamedTuple):
    """The dollars of uploaded files against the bank's deposit, in cents. `off_cents` is what the deposit has more."""

    deposit_cents: int
    posted_cents: int
    known_cents: int
    unapplied_cents: int

    @property
    def off_cents(self) -> int:
        """How far the deposit and the files are apart."""
        return self.deposit_cents - self.posted_cents - self.known_cents - self.unapplied_cents


def _against(deposit: int, reports: Sequence[FileShown]) -> Balance:
    return Balance(
        deposit,
        sum(abs(one["taken_cents"]) for one in reports),
        sum(abs(one["known_cents"]) for one in reports),
        sum(abs(one["rejected_cents"]) for one in reports),
    )


def _one_by_one(
    visit: RequestContext, paths: list[Path], options: Options
) -> tuple[list[FileShown], list[dict[str, str]]]:
    reports: list[FileShown] = []
    refused: list[dict[str, str]] = []
    for path in paths:
        try:
            found = take_files(visit.practice.database, [path], options, visit.today, visit.practice.settings.rejects)
            reports += [_told(visit, one) for one in found]
        except Refused as error:
            refused.append({"name": path.name, "why": told(error)})
    return reports, refused


def _told(visit: RequestContext, report: FileReport) -> FileShown:
    return {
        "name": report.name,
        "kind": report.kind,
        "already_taken": report.already_taken,
        "rows": report.rows,
        "taken": report.taken,
        "rejected": report.rejected,
        "known": report.known,
        "warnings": report.warnings,
        "taken_cents": report.taken_cents,
        "known_cents": report.known_cents,
        "rejected_cents": report.rejected_cents,
        **_rejects(visit, report.reject_file),
    }


def _told_of_agency(visit: RequestContext, taken: Taken) -> FileShown:
    told = f"From agency {taken.agency}" + (
        f"; {counted(taken.differences, 'difference')}" if taken.differences else ""
    )
    return {
        "name": taken.name,
        "kind": taken.kind,
        "already_taken": taken.already_taken,
        "rows": taken.rows,
        "taken": taken.taken,
        "rejected": taken.rejected,
        "known": taken.known,
        "taken_cents": taken.totals_cents.get("gross", 0),
        "known_cents": 0,
        "rejected_cents": 0,
        "warnings": (told,),
        **_rejects(visit, taken.reject_file),
    }


def _rejects(visit: RequestContext, reject_file: str | None) -> RejectsShown:
    """The first rejected rows, as in the reject file."""
    name = None if reject_file is None else Path(reject_file).name
    return {"reject_file": name, "reject_rows": first_rejects(visit.practice.settings.rejects, name)}


@router.get("/files/rejects/{name}")
def reject_file(name: str, visit: RequestContext = Takers) -> Response:
    """A reject file, to correct and resubmit."""
    rejects = visit.practice.settings.rejects
    answer = file_of(rejects / Path(name).name, within=rejects)
    visit.saw(Seen.REJECTS, [View(NOBODY_KNOWN, None, Path(name).name)])
    return answer


@router.post("/accounts/{account}/packet")
@drawn_at_length
def packet(account: AccountKey, visit: RequestContext = Packers) -> Response:
    """Everything on one account in a ZIP: history, ledger, letters, who viewed it, and proof that it is complete."""
    with visit.reading() as conn:
        row = account_by_id(conn, account)
    visit.saw(Seen.AUDIT_PACKET, [View(row.guarantor_id, row.id)])
    made = audit_packet(visit.practice, row.number, visit.today)
    return bytes_of(made.name, made.content)
