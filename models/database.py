"""The database session: SQLite by default, PostgreSQL by URL, with one way to read and one way to change."""

import os
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar
from urllib.parse import quote

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.event import listen
from sqlalchemy.exc import ArgumentError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import SQLModel

from models.account import Account
from models.clock import Clock, system_clock
from models.columns import AnySelect, ColumnValues, in_keys, table
from models.errors import Refused
from models.events import Event
from models.history import AccountEvent, event_digest, plain
from models.values import utc_text

K = TypeVar("K")
V = TypeVar("V")

ACCOUNT = table(Account)
ACCOUNT_EVENT = table(AccountEvent)

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 30000",
    # A page of work that was reported as done must survive a power failure.
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -65536",
    "PRAGMA mmap_size = 4294967296",
    "PRAGMA temp_store = FILE",
)

IN_LIST = 5_000
"""The most keys in one IN list. SQLite allows 32,766."""


class Transaction:
    """One unit of work: changes and their history events are committed together or not at all."""

    def __init__(self, conn: Connection, *, actor: str, business_date: date, clock: Clock, typed_by: str = "") -> None:
        self.conn = conn
        self.actor = actor
        self.recorded_actor = f"{actor} ({typed_by})" if typed_by else actor
        self.business_date = business_date
        self._clock = clock
        self._events: list[Event] = []
        self._reserved: dict[str, int] = {}

    def record(self, *events: Event) -> None:
        """Add events to the history of their accounts, in this order, when the transaction commits."""
        self._events.extend(events)

    def record_all(self, events: Iterable[Event]) -> None:
        """Like record, for a page of events."""
        self._events.extend(events)

    def insert(self, noun: type[SQLModel], rows: Sequence[Mapping[str, object]]) -> None:
        """Insert rows of one noun. Every row names the same columns."""
        if rows:
            bulk(self.conn, sa.insert(table(noun)), rows)

    def ids(self, noun: type[SQLModel], how_many: int) -> range:
        """Reserve consecutive keys for rows that will be inserted: the keys after the greatest one, without gaps.

        A sequence would leave a gap where a transaction failed or was killed. A day that was rerun would then number
        its letters differently from a day that was not.
        """
        if how_many == 0:
            return range(0)
        target = table(noun)
        if self.conn.dialect.name != "sqlite":
            # SQLite has one writer. Here the lock separates two of them; it ends with the transaction.
            self.conn.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext(:t))"), {"t": f"ids of {target.name}"})
        top = self.conn.execute(sa.select(sa.func.coalesce(sa.func.max(target.c.id), 0))).scalar_one()
        first = max(top, self._reserved.get(target.name, 0)) + 1
        self._reserved[target.name] = first + how_many - 1
        return range(first, first + how_many)

    def flush_events(self) -> int:
        """Chain the recorded events onto their accounts' histories; returns how many there were."""
        if not self._events:
            return 0
        heads = self._heads(sorted({event.account_id for event in self._events}))
        at = utc_text(self._clock())
        rows: list[ColumnValues] = []
        for event in self._events:
            seq, previous = heads[event.account_id]
            digest, row = self._chained(event, seq + 1, previous, at)
            heads[event.account_id] = (seq + 1, digest)
            rows.append(row)
        bulk(self.conn, _INSERT_EVENT, rows)
        moved = [{"key": key, "seq": seq, "digest": digest} for key, (seq, digest) in heads.items()]
        bulk(self.conn, _MOVE_HEAD, moved)
        count = len(self._events)
        self._events = []
        return count

    def _heads(self, account_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
        heads: dict[int, tuple[int, str]] = {}
        for part in batches(account_ids):
            found = sa.select(ACCOUNT.c.id, ACCOUNT.c.history_seq, ACCOUNT.c.history_digest)
            # On PostgreSQL two writers to one account wait for each other here, in the order of the keys.
            locked = found.where(in_keys(ACCOUNT.c.id, part)).order_by(ACCOUNT.c.id).with_for_update()
            heads.update((row[0], (row[1], row[2])) for row in self.conn.execute(locked).all())
        return heads

    def _chained(self, event: Event, seq: int, previous: str, at: str) -> tuple[str, ColumnValues]:
        """The digest of an event, which covers all history before it, and its row."""
        why = event.why()
        data = orjson.dumps(event.data(), default=plain, option=orjson.OPT_SORT_KEYS).decode()
        hashed = (
            event.account_id,
            seq,
            at,
            self.business_date,
            event.kind,
            event.step,
            event.cycle,
            event.schedule_version_id,
            self.recorded_actor,
            why,
            data,
        )
        digest = event_digest(previous, hashed)
        row: ColumnValues = {
            "account_id": event.account_id,
            "seq": seq,
            "at": at,
            "business_date": self.business_date,
            "kind": event.kind,
            "step": event.step,
            "cycle": event.cycle,
            "schedule_version_id": event.schedule_version_id,
            "actor": self.recorded_actor,
            "why": why,
            "data": data,
            "previous_digest": previous,
            "digest": digest,
        }
        return digest, row


_INSERT_EVENT = sa.insert(ACCOUNT_EVENT)
_MOVE_HEAD = (
    sa.update(ACCOUNT)
    .where(ACCOUNT.c.id == sa.bindparam("key"))
    .values(history_seq=sa.bindparam("seq"), history_digest=sa.bindparam("digest"))
)


_READING: Mapping[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class Database:
    """The whole account database, wherever it is stored. `events_written` counts the events committed through it.

    `typed_by` is the operating system account at the keyboard. It is recorded beside the actor of each change.
    """

    def __init__(self, engine: Engine, clock: Clock = system_clock, *, read_only: bool = False) -> None:
        self.engine = engine
        self.read_only = read_only
        self.events_written = 0
        self.typed_by = ""
        self._clock = clock
        self._reading: Mapping[str, Any] = _READING if engine.dialect.name == "postgresql" else {}

    @contextmanager
    def reading(self) -> Generator[Connection, None, None]:
        """A connection that sees one moment of the database, changes nothing and waits for no other transaction.

        On PostgreSQL the server enforces this: a statement that writes or locks is refused.
        """
        with self.engine.connect().execution_options(**self._reading) as conn, conn.begin():
            yield conn

    @contextmanager
    def transaction(self, *, actor: str, business_date: date) -> Generator[Transaction, None, None]:
        """A unit of work. It commits with its events when the block ends, and leaves no trace if it fails."""
        with self.engine.connect().execution_options(pastdue_writes=True) as conn, conn.begin():
            tx = Transaction(conn, actor=actor, business_date=business_date, clock=self._clock, typed_by=self.typed_by)
            yield tx
            written = tx.flush_events()
        self.events_written += written

    @contextmanager
    def trial(self, *, actor: str, business_date: date) -> Generator[Transaction, None, None]:
        """A unit of work that shows its result and is always rolled back."""
        with self.engine.connect().execution_options(pastdue_writes=True) as conn:
            begun = conn.begin()
            try:
                yield Transaction(conn, actor=actor, business_date=business_date, clock=self._clock)
            finally:
                begun.rollback()

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()


def open_database(url: str, clock: Clock = system_clock) -> Database:
    """The database at a URL, such as ``sqlite:///pastdue.db`` or ``postgresql+psycopg://user@host/name``.

    A SQLite file on a read-only medium, such as an auditor's copy, is opened for reading only. Raises Refused.
    """
    engine = _engine(url)
    read_only = engine.dialect.name == "sqlite" and _is_read_only(engine.url.database)
    if read_only:
        engine = sa.create_engine(f"sqlite:///file:{quote(engine.url.database or '')}?mode=ro&immutable=1&uri=true")
        listen(engine, "begin", _begin_sqlite)
    elif engine.dialect.name == "sqlite":
        listen(engine, "connect", _prepare_sqlite)
        listen(engine, "begin", _begin_sqlite)
    return Database(engine, clock, read_only=read_only)


def _engine(url: str) -> Engine:
    try:
        engine = sa.create_engine(url)
    except (ArgumentError, ImportError):
        # An address may contain a password, so it is not shown.
        raise Refused(
            "PASTDUE_DATABASE_URL is not a database that pastdue can use",
            "enter sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME",
        ) from None
    if engine.dialect.name not in ("sqlite", "postgresql"):
        raise Refused(f"pastdue stores its data in SQLite or PostgreSQL, not in {engine.dialect.name}")
    return engine


def _is_read_only(file: str | None) -> bool:
    """Whether a file exists and SQLite could not write beside it. Unfinished writes there are not read."""
    if not file or not os.path.exists(file):
        return False
    waiting = f"{file}-wal"
    unfinished = os.path.exists(waiting) and os.path.getsize(waiting) > 0
    return not unfinished and not (os.access(file, os.W_OK) and os.access(os.path.dirname(file) or ".", os.W_OK))


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    # The driver's own implicit BEGIN is deferred; a writer must lock at once or fail later, half done.
    dbapi_connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        dbapi_connection.execute(pragma)


def _begin_sqlite(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN IMMEDIATE" if writes(conn) else "BEGIN")


def locked(conn: Connection, query: AnySelect, *, of: sa.FromClause | None = None) -> AnySelect:
    """A query whose rows stay locked until its transaction ends, if the transaction writes. A reader locks nothing."""
    return query.with_for_update(of=of) if writes(conn) else query


def writes(conn: Connection) -> bool:
    """Whether a connection belongs to a unit of work; false if it only reads."""
    return bool(conn.get_execution_options().get("pastdue_writes", False))


def bulk(conn: Connection, statement: sa.Insert | sa.Update, rows: Sequence[Mapping[str, object]]) -> None:
    """Run one statement for many rows that all have the same column names.

    The statement is compiled once for all rows and passed to the driver. Going through SQLAlchemy row by row costs
    three times as much as the database itself (measured by the benchmark `advance-sqlite`).
    """
    defaults = _defaults(statement, rows[0]) if isinstance(statement, sa.Insert) else {}
    if defaults:
        rows = [{**defaults, **row} for row in rows]
    names = tuple(rows[0])
    compiled = _compiled(statement, conn.dialect, names)
    literals = {name: bind.value for name, bind in compiled.binds.items() if name not in rows[0]}
    if literals:
        rows = [{**literals, **row} for row in rows]
    order = compiled.positiontup or names
    processors = compiled._bind_processors  # pyright: ignore[reportPrivateUsage]
    shape = tuple((name, _remembered(processors.get(name))) for name in order)
    if not compiled.positional:
        conn.exec_driver_sql(str(compiled), list(rows))  # pyright: ignore[reportArgumentType]
        return
    if all(process is None for _, process in shape):
        values = [tuple([row[name] for name in order]) for row in rows]
    else:
        values = [
            tuple([row[name] if process is None else process[row[name]] for name, process in shape]) for row in rows
        ]
    conn.exec_driver_sql(str(compiled), values)


class _Remembered(dict[Any, Any]):
    """A conversion for the driver that runs once for each value: the same few dates are in every row."""

    def __init__(self, process: Callable[[Any], Any]) -> None:
        super().__init__()
        self._process = process

    def __missing__(self, value: Any) -> Any:
        converted = self[value] = self._process(value)
        return converted


def _remembered(process: Any) -> _Remembered | None:
    return None if process is None else _Remembered(process)


def _defaults(statement: sa.Insert, row: Mapping[str, object]) -> ColumnValues:
    """The plain default values of columns that the rows do not name."""
    return {
        column.name: column.default.arg
        for column in statement.table.columns
        if column.name not in row and isinstance(column.default, sa.ColumnDefault) and column.default.is_scalar
    }


def _compiled(statement: sa.Insert | sa.Update, dialect: sa.Dialect, names: tuple[str, ...]) -> SQLCompiler:
    key = (id(statement) if isinstance(statement, sa.Update) else statement.table.name, dialect.name, names)
    found = _COMPILED.get(key)
    if found is None:
        columns = list(names) if isinstance(statement, sa.Insert) else None
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        assert isinstance(compiled, SQLCompiler)
        # The statement is kept with its text: its identity is the key, and must not be reused for another statement.
        found = _COMPILED[key] = (statement, compiled)
    return found[1]


_COMPILED: dict[tuple[object, str, tuple[str, ...]], tuple[object, SQLCompiler]] = {}


def batches(keys: Sequence[V], size: int = IN_LIST) -> Iterable[Sequence[V]]:
    """Split a list of keys into batches that fit an IN list."""
    return (keys[start : start + size] for start in range(0, len(keys), size))


def group_by_key(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    """Pairs as lists by key, in their original order."""
    found: defaultdict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
