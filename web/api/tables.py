"""The API for the tables that a manager owns: versions, differences, publishing, and the way back."""

from typing import Annotated

from fastapi import Depends, Path, Query
from pydantic import Field

from flows.practice_tables import (
    publish_table,
    roll_back_table,
    table_difference,
    table_history,
    table_now,
    tables_now,
)
from flows.settings.tables.difference import difference_row
from web.api.door import Call, Key
from web.api.values import Anything, Value, Words
from web.auth.rights import Right

Name = Annotated[str, Path(pattern="^[a-z][a-z0-9-]{0,59}(:[a-z0-9-]{1,60})?$", description="The name of the table.")]
VersionNumber = Annotated[int, Query(ge=0, le=100_000, description="A version; 0 is the shipped table.")]
Version = Annotated[int, Field(ge=0, le=100_000, description="A version; 0 is the shipped table.")]

Looking = Annotated[Call, Depends(Key(Right.SEE_PRACTICE))]
Changing = Annotated[Call, Depends(Key(Right.CHANGE_SETTINGS))]


class TableIn(Value):
    """A table to publish: its YAML text, with the reason. `based_on`: the version that was read before, so that nothing
    is lost if another one was published since."""

    text: Annotated[str, Field(min_length=1, max_length=1_000_000)]
    reason: Words
    based_on: Version | None = None


class TableBackIn(Value):
    """The version to return to."""

    version: Version
    reason: Words


class TableOut(Value):
    """The version that is in force now."""

    table: str
    version: int


def listed(call: Looking) -> list[Anything]:
    """Every table: the version in force, by whom, when and why."""
    with call.reading() as conn:
        return [{name: value for name, value in one._asdict().items() if name != "text"} for one in tables_now(conn)]


def shown(name: Name, call: Looking) -> Anything:
    """A table in force, with its text."""
    with call.reading() as conn:
        return table_now(conn, name)._asdict()


def history(name: Name, call: Looking) -> list[Anything]:
    """Every version of a table, the newest first, with what each changed."""
    with call.reading() as conn:
        return [
            {**one._asdict(), "changes": [difference_row(each) for each in one.changes]}
            for one in table_history(conn, name)
        ]


def compared(name: Name, one: VersionNumber, two: VersionNumber, call: Looking) -> list[Anything]:
    """What differs between two versions of a table, in sentences."""
    with call.reading() as conn:
        return [{**difference_row(each)} for each in table_difference(conn, name, one, two)]


def published(name: Name, what: TableIn, call: Changing) -> TableOut:
    """Publish a table from its text. A text with errors is refused with all of them."""
    with call.transaction() as tx:
        version = publish_table(tx, name, what.text, "text", what.reason, what.based_on)
    return TableOut(table=name, version=version)


def rolled_back(name: Name, what: TableBackIn, call: Changing) -> TableOut:
    """Return to an earlier version of a table, or to the shipped one."""
    with call.transaction() as tx:
        version = roll_back_table(tx, name, what.version, what.reason)
    return TableOut(table=name, version=version)


ROUTES = (
    ("/tables", listed, "GET"),
    ("/tables/{name}", shown, "GET"),
    ("/tables/{name}/history", history, "GET"),
    ("/tables/{name}/diff", compared, "GET"),
    ("/tables/{name}/publish", published, "POST"),
    ("/tables/{name}/rollback", rolled_back, "POST"),
)
