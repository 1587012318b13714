"""Files of a matter that came from outside: added after a check, kept as they came, withdrawn with a reason.

Nothing is deleted. The digest of each file is in the history of the matter's accounts, and so in the daily head: a
file that was altered since is refused when it is read.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.estates.documents.commands import Desk
from flows.estates.documents.file_check import Media, checked_file
from flows.estates.matters.numbers import matter_number
from flows.estates.matters.queries import ATTACHMENT, accounts_of_matter, files_of, matter_row
from models import EstateAttachment
from models.columns import AnyRow
from models.database import Transaction
from models.errors import BadInput, NotFound, NotPermitted, Refused
from models.estate_enums import AttachmentKind, MatterState
from models.estate_file_events import EstateFileAdded, EstateFileWithdrawn
from models.files import write_whole
from models.ids import MatterId
from models.labels import label_of
from models.remedies import Remedy
from models.user_enums import Role

OF_ATTORNEY = (AttachmentKind.STAMPED_COPY, AttachmentKind.DISALLOWANCE, AttachmentKind.LETTERS)
"""What our attorney adds to a matter: papers of the court, and the estate's answer."""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to add. `name` is that of the file that was chosen. `in_packet`: whether it goes into the packet."""

    kind: AttachmentKind
    name: str
    content: bytes
    in_packet: bool = True


def add_file(tx: Transaction, desk: Desk, matter_id: MatterId, new: NewFile, role: Role = Role.ESTATE_DESK) -> int:
    """Add a file to a matter; returns its number. The same content twice is stored once.

    Raises BadInput for a file that may not be stored (`checked_file`), Refused for an annulled matter, and NotPermitted
    for a kind that an attorney does not add.
    """
    matter = matter_row(tx.conn, matter_id, lock=True)
    if matter.state == MatterState.ANNULLED.value:
        raise Refused(f"matter {matter_id} is annulled", "nothing is added to it")
    if role is Role.ATTORNEY and new.kind not in OF_ATTORNEY:
        raise NotPermitted("attorneys add stamped copies, disallowances and letters", "send other files to the desk")
    found = checked_file(new.content)
    digest = hashlib.sha256(new.content).hexdigest()
    there = files_of(tx.conn, matter_id)
    if (same := _same(there, digest, new.kind)) is not None:
        return same
    serial = max((row.serial for row in there), default=0) + 1
    path = desk.folder(matter_id) / "files" / f"{serial:02d}-{new.kind.value}.{found.media.value}"
    write_whole(path, new.content)
    row = {
        "id": tx.ids(EstateAttachment, 1)[0],
        "matter_id": matter_id,
        "serial": serial,
        "kind": new.kind.value,
        "media": found.media.value,
        "name": new.name[:200],
        "size": len(new.content),
        "pages": found.pages,
        "digest": digest,
        "file": str(path.relative_to(desk.home)),
        "in_packet": new.in_packet,
        "added_on": tx.business_date,
        "added_by": tx.actor,
    }
    tx.insert(EstateAttachment, [row])
    _record_added(tx, matter_id, serial, new, found.media, digest)
    return serial


def _same(there: Sequence[AnyRow], digest: str, kind: AttachmentKind) -> int | None:
    """The number under which this content is already stored. Raises Refused if it is there as another kind."""
    same = next((row for row in there if row.digest == digest and row.withdrawn_on is None), None)
    if same is None or same.kind == kind.value:
        return None if same is None else same.serial
    raise Refused(
        f"the same file is file {same.serial} ({label_of(AttachmentKind, same.kind)})", "withdraw that one first"
    )


def _record_added(tx: Transaction, matter_id: MatterId, serial: int, new: NewFile, media: Media, digest: str) -> None:
    tx.record_all(
        EstateFileAdded(
            account_id=key,
            matter=matter_id,
            file=serial,
            file_kind=new.kind.value,
            media=media.value,
            size=len(new.content),
            digest=digest,
        )
        for key in accounts_of_matter(tx.conn, matter_id)
    )


def withdraw_file(tx: Transaction, matter_id: MatterId, serial: int, why: str) -> None:
    """Withdraw a file with a reason: it stays, and goes into no packet. Raises NotFound, or Refused if it already
    is."""
    matter_row(tx.conn, matter_id, lock=True)
    row = file_row(tx.conn, matter_id, serial)
    if not why.strip():
        raise BadInput("enter why the file is withdrawn", field="why")
    if row.withdrawn_on is not None:
        raise Refused(f"file {serial} was already withdrawn on {row.withdrawn_on}")
    values = {"withdrawn_on": tx.business_date, "withdrawn_by": tx.actor, "withdrawn_why": why}
    tx.conn.execute(sa.update(ATTACHMENT).where(ATTACHMENT.c.id == row.id).values(**values))
    tx.record_all(
        EstateFileWithdrawn(account_id=key, matter=matter_id, file=serial, file_kind=row.kind, reason=why)
        for key in accounts_of_matter(tx.conn, matter_id)
    )


def packet_files(conn: Connection, matter_id: int) -> list[AnyRow]:
    """The files that go into the packet, and that the matter's attorney may see."""
    return [row for row in files_of(conn, matter_id) if goes_to_attorney(row.in_packet, row.withdrawn_on)]


def goes_to_attorney(in_packet: bool, withdrawn_on: date | None) -> bool:
    """Whether a file goes into the packet, and so to the matter's attorney."""
    return in_packet and withdrawn_on is None


def attorney_file_row(conn: Connection, matter_id: int, serial: int) -> AnyRow:
    """A file of a matter that its attorney may see. Raises NotFound, also for one that is kept out of the packet."""
    row = file_row(conn, matter_id, serial)
    if not goes_to_attorney(row.in_packet, row.withdrawn_on):
        raise NotFound(f"file {serial} of matter {matter_id} was not found")
    return row


def file_row(conn: Connection, matter_id: int, serial: int) -> AnyRow:
    """A file of a matter by its number. Raises NotFound."""
    row = next((one for one in files_of(conn, matter_id) if one.serial == serial), None)
    if row is None:
        raise NotFound(f"file {serial} of {matter_number(matter_id)} was not found", remedy=Remedy.SHOW_MATTER)
    return row


def content_of(home: Path, row: AnyRow) -> bytes:
    """The content of a file as it came. Raises Refused if it is missing or was altered."""
    path = home / row.file
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != row.digest:
        what = "is missing" if not content else "was altered since it was added"
        raise Refused(f"file {row.serial} of {matter_number(row.matter_id)} {what}", "restore it from a backup")
    return content


def file_title(row: AnyRow) -> str:
    """A file as an index lists it."""
    return f"{label_of(AttachmentKind, row.kind)} (file {row.serial}, added on {row.added_on})"


def download_name(row: AnyRow) -> str:
    """The name under which a file is downloaded: without a person's name."""
    return f"{matter_number(row.matter_id)}-file-{row.serial}.{Media(row.media).value}"


def names_of(rows: Sequence[AnyRow]) -> list[str]:
    """The names of files within a packet."""
    return [f"file-{row.serial:02d}-{row.kind.replace('_', '-')}.{row.media}" for row in rows]
