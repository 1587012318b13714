"""Drafts of schedules: created, saved as they are typed, published, discarded. A change that the user has not seen
is never overwritten."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.dunning.versions.queries import schedule_text
from flows.schedules.check import problems_of
from flows.schedules.difference import differences
from flows.schedules.schedule import Schedule
from flows.schedules.schedule_file import build, read_source
from flows.settings.contracts.queries import agencies_now
from flows.settings.tables.yaml_text import BadSchedule, Problem
from flows.users.queries import roles_held
from letters.docx.shelf import Shelf
from models import ScheduleDraft, ScheduleDraftChange
from models.columns import AnyRow, table
from models.database import Transaction, group_by_key
from models.enums import DraftState
from models.errors import NotFound, Refused

CHANGE = table(ScheduleDraftChange)
DRAFT = table(ScheduleDraft)


class DraftLine(NamedTuple):
    """An open draft in a list."""

    id: int
    name: str
    owner: str
    based_on: int | None
    changed_on: date
    changed_by: str


class DraftChanged(Refused):
    """Another user changed the draft since it was shown: what they changed, in sentences, and the present number."""

    def __init__(self, row: AnyRow, changes: list[str]) -> None:
        what = " ".join(changes) or "Only its wording changed."
        super().__init__(
            f"{row.changed_by} changed this draft in the meantime: {what}", "save again to add your change"
        )
        self.seq = int(row.seq)
        self.by = str(row.changed_by)
        self.changes = changes


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands: its text, the schedule that it describes if it has no errors, and its problems."""

    id: int
    name: str
    text: str
    owner: str
    based_on: int | None
    seq: int
    state: DraftState
    changed_on: date
    changed_by: str
    schedule: Schedule | None
    problems: tuple[Problem, ...]

    @property
    def is_publishable(self) -> bool:
        """Whether it has no error; warnings do not stop it."""
        return all(problem.warning for problem in self.problems)

    @property
    def step_problems(self) -> dict[str, list[str]]:
        """What to check at each step, by its name."""
        steps = () if self.schedule is None else self.schedule.steps
        return group_by_key(
            (step.id, problem.message)
            for place, step in enumerate(steps)
            for problem in self.problems
            if f"{problem.field}.".startswith(f"steps.{place}.")
        )


def open_drafts(conn: Connection) -> list[DraftLine]:
    """The open drafts, the last changed first."""
    query = sa.select(*(DRAFT.c[name] for name in DraftLine._fields)).where(DRAFT.c.state == DraftState.OPEN.value)
    return [DraftLine._make(row) for row in conn.execute(query.order_by(DRAFT.c.changed_on.desc(), DRAFT.c.id.desc()))]


def draft_of(conn: Connection, draft_id: int, shelf: Shelf) -> Draft:
    """A draft with its problems. Raises NotFound."""
    row = _row(conn, draft_id)
    schedule, problems = checked(conn, row.text, row.name, shelf)
    return Draft(
        row.id,
        row.name,
        row.text,
        row.owner,
        row.based_on,
        row.seq,
        DraftState(row.state),
        row.changed_on,
        row.changed_by,
        schedule,
        problems,
    )


def checked(conn: Connection, text: str, file: str, shelf: Shelf) -> tuple[Schedule | None, tuple[Problem, ...]]:
    """The schedule of a text, None if its words are wrong, with its errors and warnings."""
    try:
        source = read_source(text, file)
        problems = problems_of(
            source,
            letters=shelf.kinds(),
            pools=agencies_now(conn).pools,
            roles=roles_held(conn),
            one_language=shelf.only_english(),
        )
        if any(not problem.warning for problem in problems):
            return None, tuple(problems)
        return build(source.words), tuple(problems)
    except BadSchedule as error:
        return None, error.problems


def begin(tx: Transaction, name: str, version: int | None = None) -> int:
    """Begin a draft of a published schedule, from its newest version or an earlier one; returns its number."""
    row = schedule_text(tx.conn, name, version)
    number = tx.ids(ScheduleDraft, 1)[0]
    draft = {
        "id": number,
        "name": row.name,
        "text": row.text,
        "owner": tx.actor,
        "based_on": row.version,
        "seq": 1,
        "created_on": tx.business_date,
        "changed_on": tx.business_date,
        "changed_by": tx.actor,
        "state": DraftState.OPEN.value,
    }
    tx.insert(ScheduleDraft, [draft])
    _keep(tx, number, 1, row.text)
    return number


def change(tx: Transaction, draft_id: int, seq: int, edit: Callable[[str], str]) -> int:
    """Apply an edit to the present text of a draft; returns the number of the change.

    `seq` is the change that was seen last. Raises DraftChanged if another user changed it since, Refused if it is no
    longer open, and what the edit raises.
    """
    row = _open(tx.conn, draft_id)
    if row.seq != seq:
        raise DraftChanged(row, _changed_since(tx.conn, row, seq))
    text = edit(row.text)
    if text == row.text:
        return row.seq
    this = sa.update(DRAFT).where(DRAFT.c.id == draft_id, DRAFT.c.seq == seq)
    values = {"text": text, "seq": seq + 1, "changed_on": tx.business_date, "changed_by": tx.actor}
    if tx.conn.execute(this.values(**values)).rowcount == 0:
        now = _row(tx.conn, draft_id)
        raise DraftChanged(now, _changed_since(tx.conn, now, seq))
    _keep(tx, draft_id, seq + 1, text)
    return seq + 1


def undo(tx: Transaction, draft_id: int, seq: int) -> int:
    """Return to the text before the last change, as a change of its own; returns its number. Raises as `change`."""
    before = _text_at(tx.conn, draft_id, seq - 1)
    if before is None:
        raise Refused("there is no earlier change of this draft", "nothing was changed")
    return change(tx, draft_id, seq, lambda _: before)


def _keep(tx: Transaction, draft_id: int, seq: int, text: str) -> None:
    row = {"draft_id": draft_id, "seq": seq, "text": text, "on": tx.business_date, "by": tx.actor}
    tx.insert(ScheduleDraftChange, [row])


def _text_at(conn: Connection, draft_id: int, seq: int) -> str | None:
    query = sa.select(CHANGE.c.text).where(CHANGE.c.draft_id == draft_id, CHANGE.c.seq == seq)
    return conn.execute(query).scalar()


def _changed_since(conn: Connection, row: AnyRow, seq: int) -> list[str]:
    """What differs between the text after a change and the present one; nothing if either has errors."""
    before = _text_at(conn, row.id, seq)
    try:
        if before is None:
            return []
        two = [build(read_source(text, "draft").words) for text in (before, row.text)]
    except BadSchedule:
        return []
    return [one.sentence for one in differences(*two)]


def end(tx: Transaction, draft_id: int, state: DraftState) -> None:
    """End a draft: it was published, or is discarded. Raises Refused if it is no longer open."""
    _open(tx.conn, draft_id)
    tx.conn.execute(sa.update(DRAFT).where(DRAFT.c.id == draft_id).values(state=state.value))


def _open(conn: Connection, draft_id: int) -> AnyRow:
    row = _row(conn, draft_id)
    if row.state != DraftState.OPEN.value:
        raise Refused(f"this draft was already {row.state}", "begin a new draft")
    return row


def _row(conn: Connection, draft_id: int) -> AnyRow:
    row = conn.execute(sa.select(DRAFT).where(DRAFT.c.id == draft_id)).first()
    if row is None:
        raise NotFound(f"draft {draft_id} was not found", "open the list of schedules")
    return row
