"""Facts of an estate: recorded with their source and in the history; the deadline is computed again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.counts import Counts
from flows.estates.deadlines.alerts import desk_task, escalate
from flows.estates.deadlines.commands import recompute
from flows.estates.deadlines.compute import facts_missing
from flows.estates.matters.administration import count_again
from flows.estates.matters.fact_values import (
    ABOUT,
    Days,
    ValueKind,
    is_to_come,
    read_fact,
    refuse_against_death,
    refuse_impossible,
    refuse_long,
)
from flows.estates.matters.numbers import matter_number
from flows.estates.matters.queries import FACT, MANY, MATTER, accounts_of_matter, matter_row
from flows.estates.matters.work import EARLY, PUBLISHED, close_kinds
from flows.people.queries import RUNS, running_matters
from models import EstateFact
from models.columns import AnyRow
from models.database import Transaction
from models.errors import BadInput
from models.estate_enums import EstateFactName, MatterState
from models.estate_events import EstateFactSet
from models.labels import label_of
from models.remedies import Remedy
from models.task_kinds import TaskKind
from models.values import dollars


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact as entered. `source` is the document or person it is from, `source_on` the source's date."""

    name: EstateFactName
    text: str
    source: str
    source_on: date


def set_fact(tx: Transaction, matter_id: int, fact: NewFact) -> list[int]:
    """Add a fact; returns the matters that it holds for. A fact of the estate holds for every creditor.

    Raises BadInput for an invalid fact, with what to do. A fact that is already recorded from the same source changes
    nothing.
    """
    value = read_fact(fact.name, fact.text, tx.business_date)
    if not fact.source.strip():
        raise BadInput(f"{fact.name} requires its source: a person or a document", field="source")
    refuse_long("the source", fact.source)
    if fact.source_on > tx.business_date:
        raise BadInput(
            f"the source date {fact.source_on} is in the future; today is {tx.business_date}",
            "correct the date",
            field="source_on",
        )
    about, row = ABOUT[fact.name], matter_row(tx.conn, matter_id, lock=True)
    matters = running_matters(tx.conn, row.person_id) if about.of_estate else [row]
    if row.id not in [matter.id for matter in matters]:
        if row.state == MatterState.ANNULLED.value:
            raise BadInput(
                f"matter {row.id} is annulled: no facts can be added",
                "if the person did die, open a new matter",
                remedy=Remedy.OPEN_MATTER,
            )
        raise BadInput(
            f"the state of matter {row.id} is {label_of(MatterState, row.state)}",
            "reopen it first",
            remedy=Remedy.TAKE_STEP,
            matter=row.id,
            step="searching",
        )
    for matter in matters:
        _refuse_wrong(tx, matter, fact.name, value)
    for matter in matters:
        _put(tx, matter, fact, value)
        if fact.name is EstateFactName.PETITION_FILED:
            _answer_open_by(tx, matter)
        if fact.name is EstateFactName.INDEPENDENT_ADMINISTRATION:
            count_again(tx, matter.id)
        if fact.name is EstateFactName.FIRST_PUBLICATION:
            close_kinds(tx, matter.id, [PUBLISHED], "the publication was entered again")
        if fact.name is EstateFactName.PROBATE_SEARCH:
            close_kinds(tx, matter.id, [TaskKind.SEARCH_PROBATE], "the court was searched")
    ids = [matter.id for matter in matters]
    recompute(tx, ids)
    for matter in matters:
        if not facts_missing(matter_row(tx.conn, matter.id)):
            close_kinds(tx, matter.id, [EARLY], "the missing facts were added")
    escalate(tx, ids)
    return ids


def _answer_open_by(tx: Transaction, row: AnyRow) -> None:
    """A petition to open the estate was filed: close the tasks about its deadline."""
    kinds = [TaskKind.ESTATE_OPEN_BY]
    if row.deadline_on is None:
        kinds += [TaskKind.ESTATE_DEADLINE, TaskKind.ESTATE_DEADLINE_MANAGER]
    close_kinds(tx, row.id, kinds, "a petition was filed")


def forget_fact(tx: Transaction, matter_id: int, name: EstateFactName, why: str) -> None:
    """Remove a wrong fact without a replacement. Raises BadInput if there is none."""
    row = matter_row(tx.conn, matter_id, lock=True)
    known = _known(tx, matter_id, name)
    if not known:
        raise BadInput(f"matter {matter_id} has no fact {name}", remedy=Remedy.SHOW_MATTER)
    _replace(tx, matter_id, name)
    if (column := ABOUT[name].column) is not None and column != "jurisdiction":
        _set_column(tx, row, column, None)
    if name is EstateFactName.INDEPENDENT_ADMINISTRATION:
        count_again(tx, matter_id)
    _record(tx, matter_id, NewFact(name, "", why, tx.business_date), "not known", _spoken(name, known[-1].value))
    if name is EstateFactName.FIRST_PUBLICATION:
        close_kinds(tx, matter_id, [PUBLISHED], "the publication was removed")
    recompute(tx, [matter_id])


def days_of(row: AnyRow) -> Days:
    """The dates of a matter from its row."""
    return Days(
        row.jurisdiction,
        row.death_on,
        row.letters_on,
        row.published_on,
        row.notice_on,
        row.court_set_claim_by,
        row.insolvent_on,
    )


def _refuse_wrong(tx: Transaction, row: AnyRow, name: EstateFactName, value: str) -> None:
    column = ABOUT[name].column
    refuse_against_death(name, value, row.death_on)
    if name is EstateFactName.FIRST_PUBLICATION:
        _refuse_second_publication(tx, row, value)
    if column is None or ABOUT[name].kind is ValueKind.YES_NO or is_to_come(name, value, tx.business_date):
        return
    refuse_impossible(replace(days_of(row), **{column: _in_column(name, value)}), tx.business_date)


def _in_column(name: EstateFactName, value: str) -> Any:
    """A value in the type of the matter's own column."""
    match ABOUT[name].kind:
        case ValueKind.DAY:
            return date.fromisoformat(value)
        case ValueKind.YES_NO:
            return value == "yes"
        case _:
            return value


def _refuse_second_publication(tx: Transaction, row: AnyRow, value: str) -> None:
    """A county has one first publication: a second is an error in one of the two, for staff to resolve."""
    if row.published_on is not None and row.published_on.isoformat() != value:
        raise BadInput(
            f"matter {row.id} already has its first publication on {row.published_on}",
            "if that is wrong, remove it first",
            remedy=Remedy.FORGET_FACT,
            matter=row.id,
            fact="first_publication",
        )


def _put(tx: Transaction, row: AnyRow, fact: NewFact, value: str) -> None:
    known = _known(tx, row.id, fact.name)
    same = (value, fact.source, fact.source_on)
    if any((one.value, one.source, one.source_on) == same for one in known):
        return
    before = None
    if fact.name not in MANY and known:
        before = _spoken(fact.name, known[-1].value)
        _replace(tx, row.id, fact.name)
    tx.insert(
        EstateFact,
        [
            {
                "id": tx.ids(EstateFact, 1)[0],
                "matter_id": row.id,
                "name": fact.name.value,
                "value": value,
                "source": fact.source,
                "source_on": fact.source_on,
                "set_on": tx.business_date,
                "set_by": tx.actor,
                "replaced_on": None,
            }
        ],
    )
    to_come = is_to_come(fact.name, value, tx.business_date)
    if not to_come and (column := ABOUT[fact.name].column) is not None:
        _set_column(tx, row, column, _in_column(fact.name, value))
    _record(tx, row.id, fact, _spoken(fact.name, value), before)


def publications_due(conn: Connection, today: date) -> list[int]:
    """The matters whose notice named a first publication date that has now been reached."""
    due = (
        sa.select(FACT.c.matter_id)
        .join(MATTER, MATTER.c.id == FACT.c.matter_id)
        .where(FACT.c.name == EstateFactName.FIRST_PUBLICATION.value, FACT.c.replaced_on.is_(None))
        .where(FACT.c.value <= today.isoformat(), MATTER.c.published_on.is_(None), RUNS)
    )
    return sorted(conn.execute(due).scalars())


def count_publications(tx: Transaction, matter_ids: Sequence[int]) -> Counts:
    """The date of a publication named in a notice was reached: the deadline counts from it, and the desk verifies
    it."""
    for key in matter_ids:
        row, (known, *_) = matter_row(tx.conn, key), _known(tx, key, EstateFactName.FIRST_PUBLICATION)
        _set_column(tx, row, "published_on", date.fromisoformat(known.value))
        why = (
            f"{matter_number(key)}: the notice states {known.value} as the date of first publication. Check the "
            "newspaper, and enter the date again with its source, or remove it"
        )
        desk_task(tx, row, PUBLISHED, why, 3)
    recompute(tx, matter_ids)
    return Counts()


def _known(tx: Transaction, matter_id: int, name: EstateFactName) -> Sequence[AnyRow]:
    query = sa.select(FACT).where(
        FACT.c.matter_id == matter_id, FACT.c.name == name.value, FACT.c.replaced_on.is_(None)
    )
    return tx.conn.execute(query.order_by(FACT.c.id)).all()


def _replace(tx: Transaction, matter_id: int, name: EstateFactName) -> None:
    tx.conn.execute(
        sa.update(FACT)
        .where(FACT.c.matter_id == matter_id, FACT.c.name == name.value, FACT.c.replaced_on.is_(None))
        .values(replaced_on=tx.business_date)
    )


def _set_column(tx: Transaction, row: AnyRow, column: str, value: Any) -> None:
    values = {column: value, "version": MATTER.c.version + 1}
    tx.conn.execute(sa.update(MATTER).where(MATTER.c.id == row.id).values(**values))


def _record(tx: Transaction, matter_id: int, fact: NewFact, said: str, before: str | None) -> None:
    tx.record_all(
        EstateFactSet(
            account_id=key,
            matter=matter_id,
            fact=fact.name.value,
            value=said,
            source=fact.source,
            source_on=fact.source_on,
            before=before,
        )
        for key in accounts_of_matter(tx.conn, matter_id)
    )


def _spoken(name: EstateFactName, value: str) -> str:
    return dollars(int(value)) if ABOUT[name].kind is ValueKind.MONEY else value
