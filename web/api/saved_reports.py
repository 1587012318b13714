"""The API for saved reports: listed, saved with their sharing, delivery and target, run, deleted."""

from typing import Annotated

from fastapi import Path
from pydantic import Field

from flows.reports.asked import MOST_DAYS, Given
from flows.reports.document import document
from flows.reports.files import FileKind, views_of
from flows.reports.registry import report_named
from flows.reports.saved.commands import Wanted, forget_report, save_report
from flows.reports.saved.decide import Every, Period, SendBy, TargetWay
from flows.reports.saved.queries import Saved, Sending, Target, saved_by_key, saved_named, saved_of
from flows.reports.saved.reading import read_saved, saved_row
from models.user_enums import Role
from web.api.door import Call
from web.api.reports import Looking
from web.api.values import Anything, Value

SavedKey = Annotated[int, Path(ge=1, le=2**53, description="The number of the saved report, as in the list.")]
Line = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f]+$")]
Lines = Annotated[list[Line], Field(max_length=20)]
Whole = Annotated[int, Field(ge=-(2**53), le=2**53)]


class SendingIn(Value):
    """How often the report is delivered, and how: to a folder, an e-mail address, or ``sftp://user@host/folder``."""

    every: Every
    by: SendBy
    address: Annotated[str, Field(max_length=300)] = ""
    format: FileKind = FileKind.XLSX


class TargetIn(Value):
    """What the total of a column should be, in the unit of the column; money in cents. `alert_to`: an e-mail
    address that is notified once each time that the target is missed."""

    column: Line
    way: TargetWay
    value: Whole
    alert_to: Annotated[str, Field(max_length=200)] = ""


class SavedIn(Value):
    """A report to save. `share`: a role whose users read it too; `replace`: your own one of this name is replaced."""

    name: Annotated[str, Field(min_length=2, max_length=60)]
    report: Line
    period: Period = Period.LAST_MONTH
    by: Lines = Field(default_factory=list)
    where: Lines = Field(default_factory=list)
    creditors: Lines = Field(default_factory=list)
    columns: Lines = Field(default_factory=list)
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] | None = None
    share: Role | None = None
    sending: SendingIn | None = None
    target: TargetIn | None = None
    replace: bool = False

    def wanted(self) -> Wanted:
        """The report to save, as the command reads it."""
        sending, target = self.sending, self.target
        return Wanted(
            self.name,
            report_named(self.report),
            self.period,
            Given(creditors=tuple(self.creditors), by=tuple(self.by), where=tuple(self.where), days=self.days),
            tuple(self.columns),
            self.share,
            None if sending is None else Sending(sending.every, sending.by, sending.address, sending.format.value),
            None if target is None else Target(target.column, target.way, target.value, target.alert_to),
            self.replace,
        )


class DeletedOut(Value):
    """The saved report that was deleted."""

    id: int
    name: str


def listed(call: Looking) -> list[Anything]:
    """The saved reports of the key, and those that are shared with its roles."""
    with call.reading() as conn:
        found = saved_of(conn, call.who.name, call.who.roles, call.who.creditors)
    return [{**saved_row(one)} for one in found]


def shown(key: SavedKey, call: Looking) -> Anything:
    """A saved report with its parameters, sharing, delivery and target."""
    return {**saved_row(_found(call, key))}


def saved(what: SavedIn, call: Looking) -> Anything:
    """Save a report under a name, or replace the key's own one of this name."""
    with call.transaction() as tx:
        save_report(tx, what.wanted(), call.who.roles, call.who.creditors)
        return {**saved_row(saved_named(tx.conn, what.name, call.who.name, call.who.roles))}


def run(key: SavedKey, call: Looking) -> Anything:
    """A saved report as of today: its columns, rows and total. Amounts are cents."""
    one = _found(call, key)
    with call.reading() as conn:
        asked, table = read_saved(conn, one, call.today, call.who.creditors)
        found = document(one.report, asked, table)
        if one.report.names_people:
            call.saw(views_of(table), one.report.name)
    return {**found}


def deleted(key: SavedKey, call: Looking) -> DeletedOut:
    """Delete a saved report of the key's own."""
    one = _found(call, key)
    with call.transaction() as tx:
        forget_report(tx, one.name, call.who.roles)
    return DeletedOut(id=one.id, name=one.name)


def _found(call: Call, key: int) -> Saved:
    with call.reading() as conn:
        return saved_by_key(conn, key, call.who.name, call.who.roles, call.who.creditors)


ROUTES = (
    ("/saved-reports", listed, "GET"),
    ("/saved-reports", saved, "POST"),
    ("/saved-reports/{key}", shown, "GET"),
    ("/saved-reports/{key}", deleted, "DELETE"),
    ("/saved-reports/{key}/run", run, "GET"),
)
