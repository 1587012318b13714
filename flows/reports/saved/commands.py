"""Saving, replacing and deleting a report under a name."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from flows.reports.access import may_read, require_reader
from flows.reports.asked import Given, asked_of
from flows.reports.creditors import creditor_keys
from flows.reports.files import FileKind
from flows.reports.model import Column, Report, Unit
from flows.reports.saved.decide import Period, SendBy, sftp_address
from flows.reports.saved.queries import SAVED, Sending, Target, saved_named
from models import SavedReport
from models.database import Transaction
from models.errors import BadInput, NotPermitted, Refused
from models.user_enums import Role

NAME = re.compile(r"[^\s/\\][^\x00-\x1f/\\]{0,58}[^\s/\\]")
NEW: Mapping[str, object] = {"problem": "", "missed": "", "alerted_on": None}
"""What is not known yet of a report that was saved just now."""

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report to save. `given` has its parameters without days; `period` says which days. `replace`: one of the
    same name is replaced."""

    name: str
    report: Report
    period: Period
    given: Given
    columns: tuple[str, ...] = ()
    share: Role | None = None
    sending: Sending | None = None
    target: Target | None = None
    replace: bool = False


def save_report(tx: Transaction, wanted: Wanted, roles: Collection[Role], allowed: frozenset[int] | None) -> None:
    """Save a report for the user who does it, or replace their own of the same name. Raises Refused or BadInput."""
    _check(tx, wanted, roles, allowed)
    known = tx.conn.execute(sa.select(SAVED).where(SAVED.c.name == wanted.name)).first()
    if known is not None and known.owner != tx.actor:
        raise Refused(f'another user has a saved report "{wanted.name}"', "choose another name", field="name")
    if known is not None and not wanted.replace:
        raise Refused(
            f'you have a saved report "{wanted.name}"', "choose another name, or to replace it", field="replace"
        )
    values = _values(wanted)
    if known is None:
        row = {"id": tx.ids(SavedReport, 1)[0], "owner": tx.actor, "made_on": tx.business_date, "delivered_on": None}
        tx.insert(SavedReport, [{**row, **NEW, **values}])
    else:
        mine = SAVED.c.id == known.id
        tx.conn.execute(sa.update(SAVED).where(mine).values(**values, **NEW))


def forget_report(tx: Transaction, name: str, roles: Collection[Role]) -> None:
    """Delete a saved report of the user. Raises NotFound or NotPermitted."""
    saved = saved_named(tx.conn, name, tx.actor, roles)
    if saved.owner != tx.actor:
        raise NotPermitted(f'"{name}" belongs to {saved.owner}', "ask its owner to delete it")
    tx.conn.execute(sa.delete(SAVED).where(SAVED.c.id == saved.id))


def _check(tx: Transaction, wanted: Wanted, roles: Collection[Role], allowed: frozenset[int] | None) -> None:
    report = wanted.report
    if not NAME.fullmatch(wanted.name):
        raise BadInput("the name must have 2 to 60 characters, without a slash", field="name")
    require_reader(report, roles)
    if any(not one.isprintable() for one in wanted.given.where):
        raise BadInput("a filter may not have a line break or a control character", field="where")
    keys = creditor_keys(tx.conn)
    asked_of(report, wanted.given, tx.business_date, keys, allowed)
    names = {column.name for column in report.measures}
    if strange := sorted(set(wanted.columns) - names):
        raise BadInput(
            f'{report.title} has no column "{strange[0]}"', f"use {', '.join(sorted(names))}", field="columns"
        )
    if wanted.share is not None and not may_read(report, {wanted.share}):
        raise BadInput(f"the role {wanted.share.label} may not read {report.title}", field="share")
    if wanted.target is not None:
        _target_column(report, wanted.target.column)
        if wanted.target.alert_to:
            _check_address(wanted.target.alert_to, "alert_to")
    if wanted.sending is not None:
        _check_sending(report, wanted.sending)


def _target_column(report: Report, name: str) -> Column:
    column = next((one for one in report.measures if one.name == name), None)
    if column is None or not column.unit.is_number:
        raise BadInput(f'{report.title} has no total of "{name}"', "choose one of its columns", field="target")
    return column


def _check_sending(report: Report, sending: Sending) -> None:
    if sending.format not in tuple(FileKind):
        raise BadInput(f'"{sending.format}" is not a kind of file', "use csv or xlsx", field="format")
    if sending.by is SendBy.EMAIL:
        if report.names_people or any(one.unit is Unit.PERSON for one in report.measures):
            raise BadInput(
                f"{report.title} names persons, so it can't go by e-mail", "choose a folder or SFTP", field="to"
            )
        _check_address(sending.address, "address")
    if sending.by is SendBy.SFTP:
        sftp_address(sending.address)


def _check_address(text: str, field: str) -> None:
    if not ADDRESS.fullmatch(text):
        raise BadInput("an e-mail address is needed", "enter an address such as grace@example.com", field=field)


def _values(wanted: Wanted) -> dict[str, object]:
    given, sending, target = wanted.given, wanted.sending, wanted.target
    return {
        "name": wanted.name,
        "report": wanted.report.name,
        "period": wanted.period.value,
        "by": "\n".join(given.by),
        "where": "\n".join(given.where),
        "creditors": "\n".join(given.creditors),
        "columns": "\n".join(wanted.columns),
        "days": given.days,
        "share": wanted.share.value if wanted.share else "",
        "every": sending.every.value if sending else "",
        "channel": sending.by.value if sending else "",
        "address": sending.address if sending else "",
        "format": sending.format if sending else FileKind.CSV.value,
        "target_column": target.column if target else "",
        "target_way": target.way.value if target else "",
        "target_value": target.value if target else None,
        "alert_to": target.alert_to if target else "",
    }
