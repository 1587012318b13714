"""Sealing: a head over all that was recorded so far, in the database and in a file beside it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import orjson
import sqlalchemy as sa

from flows.proof.digests import Chained, Summed, chained, head_value, key_id, mac, moved
from flows.proof.key import HistoryKeyLost, history_key, make_key
from flows.proof.queries import CHAINED, SEALED, all_seals, moved_heads, newest_seal, rows_between
from models import Seal, SealedHead
from models.clock import Clock, system_clock
from models.columns import AnyRow
from models.database import Database, Transaction, bulk
from models.environment import Settings
from models.files import write_whole
from models.values import utc_text

_MOVE = (
    sa.update(SEALED)
    .where(SEALED.c.account_id == sa.bindparam("key"))
    .values(seq=sa.bindparam("new_seq"), digest=sa.bindparam("new_digest"))
)


@dataclass(frozen=True, slots=True)
class Head:
    """A head as it is reported and kept: its number, its day, and the seal on it."""

    number: int
    business_date: date
    mac: str

    def __str__(self) -> str:
        return f"{self.number}:{self.mac[:16]}"


def seal_book(database: Database, settings: Settings, today: date, clock: Clock = system_clock) -> Head:
    """Seal all that was recorded so far. Raises HistoryKeyLost if there are heads and their key is missing."""
    with database.transaction(actor="seal", business_date=today) as tx:
        last = newest_seal(tx.conn)
        key = _key(settings, last)
        before: Mapping[str, Any] = {} if last is None else orjson.loads(last.totals)
        histories = _seal_heads(tx, key, Summed(**before.get("histories", {})))
        totals: dict[str, Summed | Chained] = {"histories": histories}
        for one in CHAINED:
            so_far = Chained(**before.get(one.name, {}))
            fresh = (tuple(row) for row in rows_between(tx.conn, one, so_far.last))
            totals[one.name] = chained(key, so_far, fresh)
        head = _write(tx, key, totals, last, utc_text(clock()))
        seals = all_seals(tx.conn)
    _write_files(settings, seals)
    return head


def _key(settings: Settings, last: AnyRow | None) -> bytes:
    key = history_key(settings)
    if last is None:
        return key or make_key(settings.home)
    if key is None or key_id(key) != last.key_id:
        found = "is missing" if key is None else "is a different key"
        raise HistoryKeyLost(
            f"the key that sealed the history (history.key in {settings.home}, or PASTDUE_HISTORY_KEY) {found}",
            "restore it from a backup. No day can be sealed until then",
        )
    return key


def _seal_heads(tx: Transaction, key: bytes, before: Summed) -> Summed:
    rows = moved_heads(tx.conn)
    value = 0
    for row in rows:
        value += head_value(key, row.id, row.history_seq, row.history_digest)
        if row.sealed_seq is not None:
            value -= head_value(key, row.id, row.sealed_seq, row.sealed_digest)
    fresh = [
        {"account_id": row.id, "seq": row.history_seq, "digest": row.history_digest}
        for row in rows
        if row.sealed_seq is None
    ]
    tx.insert(SealedHead, fresh)
    on = [
        {"key": row.id, "new_seq": row.history_seq, "new_digest": row.history_digest}
        for row in rows
        if row.sealed_seq is not None
    ]
    if on:
        bulk(tx.conn, _MOVE, on)
    return moved(before, len(fresh), value)


def _write(tx: Transaction, key: bytes, totals: Mapping[str, Summed | Chained], last: AnyRow | None, at: str) -> Head:
    number, previous = (1, "") if last is None else (last.id + 1, last.mac)
    document = {name: asdict(total) for name, total in totals.items()}
    text = orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()
    sealed = mac(key, number, at, tx.business_date, text, previous)
    row = {
        "id": number,
        "at": at,
        "business_date": tx.business_date,
        "totals": text,
        "previous": previous,
        "key_id": key_id(key),
        "mac": sealed,
    }
    tx.insert(Seal, [row])
    return Head(number, tx.business_date, sealed)


def head_file(seal: AnyRow) -> bytes:
    """A head as its file holds it."""
    return f"{seal.id} {seal.business_date} {seal.at} {seal.mac}\n".encode()


def _write_files(settings: Settings, seals: list[AnyRow]) -> None:
    """The heads that have no file yet, also of a run that was killed between the two."""
    there = {path.name for path in settings.heads.glob("*.head")} if settings.heads.is_dir() else set[str]()
    for seal in seals:
        name = f"{seal.id:08d}.head"
        if name not in there:
            write_whole(settings.heads / name, head_file(seal))
