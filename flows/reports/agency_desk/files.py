"""Files to and from agencies with what came of them: acknowledged, overdue, different; and whose data is in a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.happenings import TASK
from flows.agency_handoff.queries import ACCOUNT, AGENCY, AGENCY_FILE, NOTICE, PLACEMENT
from flows.agency_handoff.remittance.reconcile import REMIT
from flows.reports.agencies import AgencyFileLine, agency_files
from flows.settings.contracts.queries import agencies_now
from models.columns import AnyRow
from models.enums import AgencyFileKind, AgencyFileState, PlacementState, TaskState
from models.errors import NotFound
from models.task_kinds import TaskKind

UNSENT = (AgencyFileState.MADE, AgencyFileState.RENAMING, AgencyFileState.UNSURE)
"""The states in which a user can mark a file as sent, resend it, or write it again."""


class Show(StrEnum):
    """Which files are listed."""

    UNSENT = "unsent"
    OVERDUE = "overdue"
    DIFFERENT = "different"
    OUT = "out"
    IN = "in"


@dataclass(frozen=True, slots=True)
class Answered:
    """The accounts of a placement file: accepted or rejected by the agency, or not acknowledged yet."""

    accepted: int = 0
    rejected: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class DeskFile:
    """A file, with what the agency acknowledged and by when it had to, and how many of its lines differ."""

    row: AgencyFileLine
    answered: Answered | None
    acknowledge_by: date | None
    overdue: bool
    differences: int

    @property
    def unsent(self) -> bool:
        """Whether it waits to be sent, or its delivery is unknown."""
        return self.row["state"] in UNSENT

    def is_among(self, show: Show | None) -> bool:
        """Whether it is one of the files that are asked for."""
        match show:
            case None:
                return True
            case Show.UNSENT:
                return self.unsent
            case Show.OVERDUE:
                return self.overdue
            case Show.DIFFERENT:
                return self.differences > 0
            case Show.OUT | Show.IN:
                return self.row["way"] == show.value


def desk_files(conn: Connection, today: date, code: str | None = None) -> list[DeskFile]:
    """The files to and from agencies, newest first."""
    terms, answers = agencies_now(conn).terms, _answers(conn)
    remitted, reported = _remit_differences(conn), _open_differences(conn)
    found: list[DeskFile] = []
    for row in agency_files(conn, code):
        placement = row["kind"] == AgencyFileKind.PLACEMENT and row["sent_on"] is not None
        answered = answers.get(row["id"], Answered()) if placement else None
        days = timedelta(days=terms[row["agency"]].acknowledge_days)
        by = row["sent_on"] + days if placement and row["sent_on"] is not None else None
        overdue = by is not None and by < today and answered is not None and answered.missing > 0
        differ = max(remitted.get(row["id"], 0), sum(one.startswith(f"{row['name']}, line ") for one in reported))
        found.append(DeskFile(row, answered, by, overdue, differ))
    return found


def _answers(conn: Connection) -> dict[int, Answered]:
    refused = PLACEMENT.c.state == PlacementState.REFUSED.value
    accepted = sa.and_(PLACEMENT.c.acknowledged_on.is_not(None), sa.not_(refused))
    missing = sa.and_(PLACEMENT.c.state == PlacementState.PLACED.value, PLACEMENT.c.acknowledged_on.is_(None))
    counts = [sa.func.sum(sa.case((one, 1), else_=0)) for one in (accepted, refused, missing)]
    query = sa.select(PLACEMENT.c.file_id, *counts).where(PLACEMENT.c.file_id.is_not(None))
    return {row[0]: Answered(*map(int, row[1:])) for row in conn.execute(query.group_by(PLACEMENT.c.file_id))}


def _remit_differences(conn: Connection) -> dict[int, int]:
    query = sa.select(REMIT.c.file_id, sa.func.count(REMIT.c.difference)).group_by(REMIT.c.file_id)
    return {row[0]: int(row[1]) for row in conn.execute(query)}


def _open_differences(conn: Connection) -> Sequence[str]:
    """The reasons of the open tasks about lines that differ; each begins with the name of its file."""
    query = sa.select(TASK.c.reason).where(
        TASK.c.kind == TaskKind.AGENCY_DIFFERENCE, TASK.c.state == TaskState.OPEN.value
    )
    return conn.execute(query).scalars().all()


def file_of_agency(conn: Connection, file_id: int) -> AnyRow:
    """A file with the code of its agency. Raises NotFound."""
    query = sa.select(AGENCY_FILE, AGENCY.c.code).join(AGENCY, AGENCY.c.id == AGENCY_FILE.c.agency_id)
    row = conn.execute(query.where(AGENCY_FILE.c.id == file_id)).first()
    if row is None:
        raise NotFound(f"agency file {file_id} was not found", "open the list of files again")
    return row


def accounts_in_file(conn: Connection, file_id: int) -> Sequence[AnyRow]:
    """The accounts of a file that the database knows of: placed, notified of, or paid in it. The lines of
    acknowledgments, statuses and returns are only in the file."""
    placed = sa.select(PLACEMENT.c.account_id).where(PLACEMENT.c.file_id == file_id)
    told = sa.select(NOTICE.c.account_id).where(NOTICE.c.file_id == file_id)
    paid = sa.select(PLACEMENT.c.account_id).join(REMIT, REMIT.c.placement_id == PLACEMENT.c.id)
    paid = paid.where(REMIT.c.file_id == file_id)
    query = sa.select(ACCOUNT.c.id, ACCOUNT.c.guarantor_id).where(ACCOUNT.c.id.in_(sa.union(placed, told, paid)))
    return conn.execute(query.order_by(ACCOUNT.c.id)).all()
