"""The forms of an agency's licenses and files, of the pools and of a layout's columns: what they show and read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import Connection

from flows.agency_handoff.files.desk import LAYOUT
from flows.agency_handoff.files.layout_edit import Columns, ColumnText, columns_of
from flows.practice_tables import tables_now
from flows.settings.contracts.agency_edit import FilesPart, LicensesPart, part_of, pools_part
from flows.settings.contracts.contract_file import PoolsText, PoolText
from flows.settings.contracts.queries import POOLS, TERMS, agencies_now
from models.enums import AgencyFileKind
from models.errors import BadInput
from models.values import counted
from web.forms.fields import Typed
from web.forms.tables import form_lines, read_form

NEW_POOL = "+new"
"""In place of a pool's name: the empty lines for a new one."""


@dataclass(frozen=True, slots=True)
class AgencyForms:
    """What the page of a table of agencies has as forms; the parts of other tables are None."""

    licenses: LicensesPart | None = None
    files: FilesPart | None = None
    pools: PoolsText | None = None
    columns: Columns | None = None
    agencies: tuple[str, ...] = ()
    layouts: tuple[str, ...] = ()


def forms_of(conn: Connection, name: str, text: str, kind: AgencyFileKind | None) -> AgencyForms:
    """The forms of a table; none if it is not a table of agencies. Raises BadSchedule, or NotFound."""
    if name == POOLS:
        return AgencyForms(pools=pools_part(text), agencies=tuple(sorted(agencies_now(conn).terms)))
    if name.startswith(LAYOUT):
        return AgencyForms(columns=columns_of(text, kind))
    if name.startswith(TERMS):
        found = (one.name.removeprefix(LAYOUT) for one in tables_now(conn) if one.name.startswith(LAYOUT))
        return AgencyForms(part_of(LicensesPart, text), part_of(FilesPart, text), layouts=tuple(sorted(found)))
    return AgencyForms()


def weights_of(pool: PoolText | None) -> dict[str, int]:
    """The weight of each agency in a pool."""
    return {} if pool is None else {one.agency: one.weight for one in pool.agencies}


def days_left(until: date, today: date) -> str:
    """How long a license is still valid, in words."""
    left = (until - today).days
    return f"{left:,} day{'' if left == 1 else 's'} left" if left >= 0 else f"expired {counted(-left, 'day')} ago"


LICENSE_LABELS: Mapping[str, str] = {
    "licences": "Licenses",
    "licences.state": "State",
    "licences.number": "License number",
    "licences.until": "Valid through",
    "no_licence_needed": "States where no license is needed",
}


def licenses_of(typed: Typed) -> LicensesPart:
    """The licenses of a form; a line without number and date is left out. Raises BadInput."""
    lines = [
        {"state": state, "number": number, "until": until}
        for state, number, until in form_lines(typed, "license_state", "license_number", "license_until")
        if number or until
    ]
    states = [str(one["state"]) for one in lines]
    if twice := next((one for one in states if one and states.count(one) > 1), None):
        raise BadInput(f"Licenses: {twice} is listed twice", "keep one line for each state")
    if any(not one for one in states):
        raise BadInput("Licenses: a line has no state", "choose it, or clear the line")
    needless = typed.text("no_license").upper().replace(",", " ").split()
    return read_form(LicensesPart, {"licences": lines, "no_licence_needed": needless}, LICENSE_LABELS)


FILES_LABELS: Mapping[str, str] = {
    "layout": "Layout of the files",
    "transport": "Files travel by",
    "transport.folder.put": "Folder for files to the agency",
    "transport.folder.get": "Folder of files from the agency",
    "transport.sftp.host": "Server",
    "transport.sftp.port": "Port",
    "transport.sftp.user": "User on the server",
    "transport.sftp.key": "File of our key",
    "transport.sftp.known_hosts": "File of known hosts",
    "transport.sftp.put": "Directory for files to the agency",
    "transport.sftp.get": "Directory of files from the agency",
    "seal": "Encryption",
    "seal.age": "File of the agency's public key",
    "seal.pgp": "File of the agency's public key",
    "seal.open_with": "File of our key that opens their files",
}


def files_of(typed: Typed) -> FilesPart:
    """The layout, transport and encryption of a form. Raises BadInput."""
    seal = typed.text("seal")
    values = {
        "layout": typed.needed("layout", FILES_LABELS["layout"]),
        "transport": _transport(typed),
        "seal": {
            **({seal: typed.needed("seal_key", FILES_LABELS["seal.age"])} if seal in ("age", "pgp") else {}),
            "open_with": typed.some("open_with"),
        },
    }
    return read_form(FilesPart, values, FILES_LABELS)


def _transport(typed: Typed) -> Mapping[str, object]:
    if typed.text("transport") == "folder":
        put = typed.needed("folder_put", FILES_LABELS["transport.folder.put"])
        return {"folder": {"put": put, "get": typed.some("folder_get")}}
    needed = {name: typed.needed(f"sftp_{name}", FILES_LABELS[f"transport.sftp.{name}"]) for name in _NEEDED}
    more = {
        "port": typed.text("sftp_port") or 22,
        "put": typed.text("sftp_put") or ".",
        "get": typed.some("sftp_get"),
        "taken_at_once": typed.flag("taken_at_once"),
    }
    return {"sftp": needed | more}


_NEEDED = ("host", "user", "key", "known_hosts")

POOLS_LABELS: Mapping[str, str] = {
    "pools": "Pools",
    "agencies": "Agencies",
    "weight": "Weight",
    "champion": "Champion",
    "leave_out": "Payer classes left out",
}


def pools_of(typed: Typed) -> PoolsText:
    """The pools of a form: a pool without any weight is removed, as is an agency of a pool. Raises BadInput."""
    names, added = typed.column("pool_name"), typed.text("new_pool")
    weights = list(form_lines(typed, "weight_pool", "weight_agency", "weight"))
    left_out = [one.partition(":") for one in typed.texts("leave_out")]
    pools: dict[str, object] = {}
    lines = zip(names, *(typed.column(one) for one in ("champion", "pool_together", "pool_notice")), strict=False)
    for pool, champion, together, notice in lines:
        name = added if pool == NEW_POOL else pool
        members = [{"agency": agency, "weight": given} for mine, agency, given in weights if mine == pool and given]
        if not members or not name:
            if pool == NEW_POOL and bool(members) != bool(name):
                raise BadInput("New pool: name and weights belong together", "enter both, or clear both")
            continue
        pools[name] = {
            "agencies": members,
            "champion": champion or None,
            "keep_together": together == "yes",
            "notice_letter": notice == "yes",
            "leave_out": [payer for mine, _, payer in left_out if mine == pool],
        }
    return read_form(PoolsText, {"pools": pools}, POOLS_LABELS)


COLUMN_LABELS: Mapping[str, str] = {
    "line": "Columns",
    "title": "Title",
    "width": "Width",
    "at": "Starts at",
}


def columns_typed(typed: Typed) -> list[ColumnText]:
    """The columns of a form in their order, without those that are removed. Raises BadInput."""
    gone = set(typed.texts("column_gone"))
    names = ("column_key", "column_place", "column_title", "column_width", "column_at")
    found: list[tuple[float, ColumnText]] = []
    for key, place, title, width, at in zip(*(typed.column(name) for name in names), strict=False):
        if not key or key in gone:
            continue
        values = {"key": key, "title": title or None, "width": width or None, "at": at or None}
        found.append((_place(place), read_form(ColumnText, values, COLUMN_LABELS)))
    keys = [one.key for _, one in found]
    if twice := next((one for one in keys if keys.count(one) > 1), None):
        raise BadInput(f"{twice.partition(' ')[2]} was added twice", "choose each column once")
    return [one for _, one in sorted(found, key=lambda each: each[0])]


def _place(text: str) -> float:
    try:
        return float(text) if text else float("inf")
    except ValueError:
        raise BadInput(f'Place: must be a number such as 3; "{text}" is not') from None
