"""Accounts that wait at a gate of their schedule, and what waits there."""

from datetime import date

from flows.dunning.reviews.queries import Review, Wanted, reviews
from models.database import Database
from models.enums import GateState
from tests.small_book import rows

GATED = """
schedule: to-agency
title: To an agency, once somebody looked at it
enter: {overdue_days: 30, balance: {at_least: 1.00}}
steps:
  - {id: reminder-1, at: {day: 30}, do: {letter: reminder-1}}
  - {id: review, at: {day: 60}, do: {task: {kind: placement-review, due_days: 5, gate: true}}}
  - {id: place, at: {day: 65}, do: {place: {pool: primary}}}
"""
REVIEWED = date(2026, 3, 6)
PLACED = date(2026, 3, 11)
LATER = date(2026, 4, 20)
DAY = ("enter", "advance")


def waiting(database: Database, *states: GateState, on: date = LATER) -> list[Review]:
    with database.reading() as conn:
        return reviews(conn, on, Wanted(states or (GateState.WAITING,)))


def keys(database: Database, *numbers: str) -> list[int]:
    return [one.id for one in waiting(database, GateState.WAITING, GateState.KEPT) if one.account in numbers]


def open_tasks(database: Database) -> list[str]:
    return [row[0] for row in rows(database, "SELECT kind FROM task WHERE state = 'open' ORDER BY id")]
