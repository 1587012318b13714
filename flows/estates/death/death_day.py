"""Correction of a date of death: for the person on every matter, with the deadlines. Nothing else is reopened."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from flows.agency_handoff.placement.wrong_death import death_day_was_wrong
from flows.estates.claims.claim import RefusedClaim
from flows.estates.claims.claimed import claim_columns, claim_now
from flows.estates.deadlines.alerts import desk_task, escalate
from flows.estates.deadlines.commands import recompute
from flows.estates.death.later_services import watch_services
from flows.estates.matters.fact_values import refuse_against_death, refuse_impossible
from flows.estates.matters.facts import days_of
from flows.estates.matters.numbers import matter_number
from flows.estates.matters.queries import (
    MATTER,
    PERSON,
    fact_values,
    facts_of,
    matter_row,
    matters_of_person,
    papers_of,
)
from flows.people.death import refuse_wrong_death
from flows.people.queries import accounts_concerned, person_of
from models.columns import AnyRow
from models.database import Transaction
from models.errors import BadInput, Refused
from models.estate_enums import EstateFactName, MatterState
from models.estate_events import DeathCorrected
from models.remedies import Remedy
from models.task_kinds import TaskKind

SENT = TaskKind.ESTATE_DEATH_CORRECTED
"""Work for the desk: documents that were sent state the wrong date of death."""

_DATED = (EstateFactName.PETITION_FILED, EstateFactName.MARRIED_ON)


def correct_death(tx: Transaction, matter_id: int, died_on: date, source: str, why: str) -> list[int]:
    """Replace a wrong date of death with the right one; returns the matters. The same date changes nothing.

    Raises Refused, or BadInput for a date that is not possible, with what to do.
    """
    row = matter_row(tx.conn, matter_id, lock=True)
    person = person_of(tx.conn, row.person_id)
    if row.state == MatterState.ANNULLED.value or person.death_date is None:
        raise Refused(
            f"matter {matter_id} has no date of death on record",
            "confirm the death with its date",
            remedy=Remedy.CONFIRM_DEATH,
            matter=matter_id,
        )
    if not source.strip() or not why.strip():
        raise BadInput(
            "a corrected date of death requires its source and how the error occurred", field=("source", "why")
        )
    matters = matters_of_person(tx.conn, row.person_id)
    ids = [matter.id for matter in matters]
    if person.death_date == died_on:
        return ids
    refuse_wrong_death(person.birth_date, died_on, tx.business_date)
    for matter in matters:
        _refuse(tx, matter, died_on)
    _put(tx, row.person_id, ids, died_on)
    concerned = accounts_concerned(tx, row.person_id)
    for account in concerned:
        who = "guarantor" if account.guarantor_id == row.person_id else "patient"
        tx.record(
            DeathCorrected(
                account_id=account.id, who=who, died_on=died_on, before=person.death_date, source=source, reason=why
            )
        )
    death_day_was_wrong(tx, [account.id for account in concerned], person.death_date, died_on)
    for matter in matters:
        _follow(tx, matter_row(tx.conn, matter.id), person.death_date)
        watch_services(tx, matter_row(tx.conn, matter.id))
    recompute(tx, ids)
    escalate(tx, ids)
    return ids


def _refuse(tx: Transaction, matter: AnyRow, died_on: date) -> None:
    """A death is before everything it caused: letters, notices, documents, filings, and the report of it."""
    refuse_impossible(replace(days_of(matter), death_on=died_on), tx.business_date)
    values = fact_values(facts_of(tx.conn, matter.id))
    for name in _DATED:
        if name in values:
            refuse_against_death(name, values[name], died_on)
    sent = [paper.sent_on for paper in papers_of(tx.conn, matter.id) if paper.sent_on is not None]
    after = (
        ("was opened", matter.opened_on),
        ("had documents sent", min(sent, default=None)),
        ("had its claim filed", matter.filed_on),
    )
    for what, day in after:
        if day is not None and died_on > day:
            raise BadInput(
                f"a death on {died_on} is after {day}, when matter {matter.id} {what}",
                "correct the date, or annul the report if it was the wrong person",
                field="on",
                remedy=Remedy.UNDO_DEATH,
                matter=matter.id,
            )


def _put(tx: Transaction, person_id: int, matter_ids: Sequence[int], died_on: date) -> None:
    person = sa.update(PERSON).where(PERSON.c.id == person_id)
    tx.conn.execute(person.values(death_date=died_on, version=PERSON.c.version + 1))
    for key in matter_ids:
        matter = sa.update(MATTER).where(MATTER.c.id == key)
        tx.conn.execute(matter.values(death_on=died_on, version=MATTER.c.version + 1))


def _follow(tx: Transaction, matter: AnyRow, before: date) -> None:
    """Recompute the part for the last illness while the claim is not filed, and review the documents that were sent."""
    if matter.state == MatterState.CLAIM_DUE.value:
        try:
            values = claim_columns(claim_now(tx, matter, matter.claim_cents))
        except RefusedClaim:
            # The decided claim is now more than is owed: the desk sees this when it files.
            values = None
        if values is not None:
            tx.conn.execute(sa.update(MATTER).where(MATTER.c.id == matter.id).values(**values))
    if any(paper.sent_on is not None for paper in papers_of(tx.conn, matter.id)):
        why = (
            f"{matter_number(matter.id)}: documents that were sent state {before} as the date of death; "
            "the correct date is "
        )
        desk_task(tx, matter, SENT, f"{why}{matter.death_on}. Check whether the claim must be amended", 3)
