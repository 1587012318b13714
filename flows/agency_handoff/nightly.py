"""The agency stages of a day: import their files, apply due dates, send files to them."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from flows.accounts.counts import Count, Counts
from flows.accounts.happenings import NewTask, open_tasks
from flows.accounts.pages import each_alone
from flows.accounts.placed import PLACED
from flows.accounts.placements import Ending, end_placements
from flows.agency_handoff.files.desk import Desk
from flows.agency_handoff.files.export import file_updates, send_files, write_files
from flows.agency_handoff.files.take import fetch_all
from flows.agency_handoff.placement.decide import ENDS, PlacementAction, next_look, placement_action
from flows.agency_handoff.placement.place import place_waiting, placement_subject
from flows.agency_handoff.placement.watch import stay_of
from flows.agency_handoff.queries import PLACEMENT
from flows.agency_handoff.remittance.bad_debt import list_bad_debts
from flows.dunning.engine.nightly import few_collections
from flows.settings.contracts.queries import agencies_now, agency_codes
from models.columns import in_keys
from models.database import Transaction
from models.enums import PlacementState
from models.task_kinds import TaskKind
from models.user_enums import Role


def take_from_agencies(desk: Desk, today: date) -> Counts:
    """Download and import files from agencies; returns the counts."""
    fetched = fetch_all(desk, today)
    counts: Counts = Counts({Count.AGENCY_FILES_REFUSED: len(fetched.refused)})
    for one in fetched.taken:
        counts.update(
            {
                Count.AGENCY_FILES_TAKEN: int(not one.already_taken),
                Count.AGENCY_LINES: one.taken,
                Count.REJECTED: one.rejected,
                Count.AGENCY_DIFFERENCES: one.differences,
            }
        )
    return counts


def hand_off(desk: Desk, today: date) -> Counts:
    """Apply due dates of placements, then write notices to agencies, then place new accounts."""
    with few_collections():
        counts = watch_stays(desk, today)
        counts += export(desk, today)
        placed = place_waiting(desk, today)
        counts += placed
        if placed[Count.PLACED]:
            counts += export(desk, today)
    return counts


def export(desk: Desk, today: date) -> Counts:
    """Write the pending files and send them; a file that fails is sent by a later run."""
    return file_updates(desk, today) + write_files(desk, today) + send_files(desk, today)


def watch_stays(desk: Desk, today: date) -> Counts:
    """Recall accounts whose contract or suspension has ended or that had no payment; follow up on missing
    acknowledgments.

    A placement that fails becomes an exception with a task.
    """
    with desk.database.reading() as conn:
        due = sorted(conn.execute(sa.select(PLACEMENT.c.id).where(PLACED, PLACEMENT.c.review_on <= today)).scalars())
    return each_alone(desk.database, desk.actor, today, "stay with an agency", due, _watch, placement_subject)


def _watch(tx: Transaction, placement_ids: Sequence[int]) -> Counts:
    today = tx.business_date
    rows = tx.conn.execute(sa.select(PLACEMENT).where(in_keys(PLACEMENT.c.id, placement_ids), PLACED)).all()
    terms, codes = agencies_now(tx.conn).terms, agency_codes(tx.conn)
    endings: list[Ending] = []
    tasks: list[NewTask] = []
    for row in sorted(rows, key=lambda row: row.id):
        agreed, stay = terms[codes[row.agency_id]], stay_of(row)
        ask = placement_action(stay, agreed, today)
        if ask is not None and ask in ENDS:
            endings.append(Ending(row.id, PlacementState.RECALLED, ask.value))
            continue
        if ask is PlacementAction.NOT_ACKNOWLEDGED:
            reason = f"No acknowledgment from {agreed.name} since {row.placed_on}"
            about = (row.account_id,)
            tasks.append(
                NewTask(TaskKind.AGENCY_SILENT, Role.MANAGER, reason, row.guarantor_id, row.creditor_id, about)
            )
        this = sa.update(PLACEMENT).where(PLACEMENT.c.id == row.id)
        tx.conn.execute(this.values(review_on=next_look(stay, agreed, today)))
    end_placements(tx, endings)
    open_tasks(tx, tasks)
    given_up = {ending.placement_id for ending in endings if ending.code == PlacementAction.NO_PAYMENT.value}
    list_bad_debts(tx, [row.account_id for row in rows if row.id in given_up])
    return Counts({Count.RECALLED: len(endings), Count.AGENCY_SILENT: len(tasks)})
