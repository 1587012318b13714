"""Columns that were renamed keep what they held, in old books too, and an older version finds its own names again."""

from datetime import date

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from models import Coverage
from models.database import Database
from models.migrate import MIGRATIONS, migrate
from tests.small_book import account_of, publish_shipped, rows, someone, take_in

TODAY = date(2026, 2, 2)

NAMES = (
    ("account", "look_on", "review_on"),
    ("coverage", "told_on", "reported_on"),
    ("estate_matter", "silence_on", "no_response_on"),
    ("person", "not_at", "no_call_times"),
    ("task", "dealt_to", "assigned_to"),
)
INDEXED = ("account", "arrangement", "coverage")


def migrate_down(database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.connect().execution_options(pastdue_writes=True) as conn:
        config.attributes["connection"] = conn
        command.downgrade(config, "0052")
        conn.commit()


@pytest.fixture
def named(database: Database) -> Database:
    """A book with an account whose insurance was reported."""
    take_in(database, [someone("Ann")], TODAY)
    publish_shipped(database)
    account = account_of(database, "A1").id
    policy = {"payer": "Acme Health", "payer_class": "commercial", "member_id": "XQ1", "source": "a letter"}
    known = {"id": 1, "account_id": account, "reported_on": TODAY, "recorded_by": "maria", "review_on": TODAY}
    with database.transaction(actor="test", business_date=TODAY) as tx:
        tx.insert(Coverage, [{**policy, **known}])
    return database


def columns(database: Database, table: str) -> set[str]:
    with database.reading() as conn:
        return {column["name"] for column in sa.inspect(conn).get_columns(table)}


def indexes(database: Database) -> set[str]:
    with database.reading() as conn:
        found = sa.inspect(conn)
        return {str(index["name"]) for table in INDEXED for index in found.get_indexes(table)}


def test_an_older_version_finds_its_names_and_words_again(named: Database) -> None:
    migrate_down(named)
    assert [name for table, name, _ in NAMES if name not in columns(named, table)] == []
    ((state, taken_by),) = rows(named, "SELECT state, taken_by FROM coverage")
    assert (state, taken_by) == ("told", "maria")
    assert "ix_account_look_on" in indexes(named)


def test_what_was_held_under_the_old_names_is_there_under_the_new_ones(named: Database) -> None:
    accounts, insurance = "SELECT review_on FROM account", "SELECT state, recorded_by, review_on FROM coverage"
    before = (rows(named, accounts), rows(named, insurance), indexes(named))
    migrate_down(named)
    migrate(named)
    assert (rows(named, accounts), rows(named, insurance), indexes(named)) == before
    assert before[1][0][:2] == ("reported", "maria")
    assert [name for table, _, name in NAMES if name not in columns(named, table)] == []
