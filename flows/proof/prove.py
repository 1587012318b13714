"""The check of the whole database against its heads: what was altered, what is missing, and what can't be verified."""

import hashlib
from collections.abc import Mapping, Sequence

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.queries import account_row
from flows.proof.commands import head_file
from flows.proof.digests import MODULUS, Chained, Summed, chained, head_value, key_id, mac
from flows.proof.histories import Flaw, HistoriesRead, verify_history
from flows.proof.key import FILE, history_key
from flows.proof.queries import CHAINED, EVENT, all_seals, rows_between, sealed_heads, wrong_balances
from letters.numbers import letter_number
from models import Letter
from models.columns import AnyRow, in_keys, table
from models.database import batches
from models.environment import Settings
from models.values import counted

LETTER = table(Letter)
A_PAGE = 5_000


class Proof(HistoriesRead):
    """The counts and errors. `head`: the newest seal, None if nothing was sealed yet."""

    letters: int
    heads: int
    head: str | None


def prove(conn: Connection, settings: Settings, number: str | None = None) -> Proof:
    """Read the database, or one account, and check it against its history, its ledger and the sealed heads.

    Returns the counts, the newest head, and each error with its place; unverifiable data is an error too.
    """
    found = verify_history(conn, number)
    broken = found["broken"]
    account = None if number is None else account_row(conn, number).id
    broken += [
        _flaw(row["number"], f"the balance is {row['balance_cents']} cents, the ledger total {row['ledger_cents']}")
        for row in wrong_balances(conn, account)
    ]
    letters, wrong = _letters(conn, account)
    seals = all_seals(conn)
    broken += wrong + _heads(conn, settings, seals, account)
    head = f"{seals[-1].id} of {seals[-1].business_date}" if seals else None
    return {**found, "letters": letters, "heads": len(seals), "head": head, "broken": broken}


def _flaw(number: str, what: str, seq: int | None = None) -> Flaw:
    return {"number": number, "seq": seq, "what": what}


def _letters(conn: Connection, account: int | None) -> tuple[int, list[Flaw]]:
    """Letters against the history: their data by its digest."""
    query = sa.select(EVENT.c.at, EVENT.c.data).where(EVENT.c.kind == "letter_rendered")
    if account is not None:
        query = query.where(EVENT.c.account_id == account)
    written: dict[int, str] = {}
    for row in conn.execute(query.order_by(EVENT.c.at)).yield_per(A_PAGE):
        told = orjson.loads(row.data)
        written[told["letter"]] = told["data_digest"]
    flaws: list[Flaw] = []
    read = 0
    for part in batches(sorted(written), A_PAGE):
        query = sa.select(LETTER.c.id, LETTER.c.data).where(in_keys(LETTER.c.id, part))
        letters = {row.id: row.data for row in conn.execute(query)}
        read += len(letters)
        for key in part:
            if key not in letters:
                flaws.append(_flaw(letter_number(key), "the letter is missing"))
            elif letters[key] is not None and _digest(letters[key]) != written[key]:
                flaws.append(_flaw(letter_number(key), "the letter's data was altered"))
    return read, flaws


def _digest(data: str) -> str:
    return hashlib.sha256(data.encode()).hexdigest()


def _heads(conn: Connection, settings: Settings, seals: Sequence[AnyRow], account: int | None) -> list[Flaw]:
    key = history_key(settings)
    if not seals:
        # A new database has none yet; the key and the files are made with the first one.
        there = (settings.home / FILE).exists() or any(settings.heads.glob("*.head"))
        said = "the database has no heads, but there are head files: it was replaced, or they were deleted"
        return [_flaw("heads", said)] if there else []
    if key is None or key_id(key) != seals[-1].key_id:
        return [_flaw("heads", "the key that sealed the heads is missing, so they can't be verified; restore the key")]
    flaws = _chain(key, seals) + _files(settings, seals)
    totals = orjson.loads(seals[-1].totals)
    flaws += _histories(conn, key, Summed(**totals["histories"]), account)
    if account is None:
        flaws += _tables(conn, key, {one.name: Chained(**totals[one.name]) for one in CHAINED})
    return flaws


def _chain(key: bytes, seals: Sequence[AnyRow]) -> list[Flaw]:
    flaws: list[Flaw] = []
    previous = ""
    for place, seal in enumerate(seals, 1):
        if seal.id != place:
            return [*flaws, _flaw("heads", f"head {place} is missing")]
        right = mac(key, seal.id, seal.at, seal.business_date, seal.totals, previous)
        if seal.previous != previous or seal.mac != right:
            flaws.append(_flaw("heads", f"head {place} was altered"))
        previous = seal.mac
    return flaws


def _files(settings: Settings, seals: Sequence[AnyRow]) -> list[Flaw]:
    """The heads in the database against those in the home, which the database's owner cannot write."""
    kept = {seal.id: head_file(seal) for seal in seals}
    flaws: list[Flaw] = []
    found = {int(path.stem): path for path in settings.heads.glob("*.head")} if settings.heads.is_dir() else {}
    for number in sorted(found):
        if number not in kept:
            said = f"head {number} is in {settings.heads} but not in the database: the database is older than the file"
            flaws.append(_flaw("heads", said))
        elif found[number].read_bytes() != kept[number]:
            flaws.append(_flaw("heads", f"head {number} in the database differs from the file in {settings.heads}"))
    missing = sorted(set(kept) - set(found))
    if missing:
        heads = counted(len(missing), "head")
        said = f"{heads} without a file in {settings.heads}, first {missing[0]}; the next run writes the files"
        flaws.append(_flaw("heads", said))
    return flaws


def _histories(conn: Connection, key: bytes, sealed: Summed, account: int | None) -> list[Flaw]:
    flaws: list[Flaw] = []
    total = heads = 0
    for row in sealed_heads(conn):
        total += head_value(key, row.account_id, row.seq, row.digest)
        heads += 1
        if row.now != row.digest and account in (None, row.account_id):
            what = "is missing" if row.now is None else "is not the sealed event"
            flaws.append(_flaw(row.number, f"event {row.seq} {what}", row.seq))
    if (heads, f"{total % MODULUS:x}") != (sealed.heads, sealed.total):
        flaws.append(_flaw("heads", "the sealed account heads were altered, or some are missing"))
    return flaws


def _tables(conn: Connection, key: bytes, totals: Mapping[str, Chained]) -> list[Flaw]:
    flaws: list[Flaw] = []
    for one in CHAINED:
        sealed = totals[one.name]
        now = chained(key, Chained(), (tuple(row) for row in rows_between(conn, one, 0, sealed.last)))
        if now.rows != sealed.rows:
            flaws.append(_flaw(one.name, f"{sealed.rows:,} rows were sealed, but {now.rows:,} are in the database"))
        elif now != sealed:
            flaws.append(_flaw(one.name, "a sealed row was altered"))
    return flaws
