"""Transfer of files: to a folder, or over SFTP. A file is uploaded whole under a temporary name, then renamed."""

# At the edge: asyncssh has no types.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, TypeVar

import asyncssh
from asyncssh.constants import FILEXFER_TYPE_REGULAR

from flows.settings.contracts.terms import Folder, Sftp
from models.errors import Refused
from models.files import write_whole

V = TypeVar("V")

BLOCK = 32_768
CONNECT_SECONDS = 20
SETTLE_SECONDS = 5.0
"""How long to wait until the server shows a renamed file."""


class NotSent(Refused):
    """A file was not delivered, or none could be downloaded; the message states why. The next run retries."""


class Where(StrEnum):
    """What is at the other end under a file's names. OTHER: a different file has the name."""

    NOTHING = "nothing"
    PART = "part"
    WHOLE = "whole"
    OTHER = "other"


class Carrier(Protocol):
    """A connection to an agency. Each method raises NotSent with a sentence if there is no connection."""

    async def where(self, path: Path) -> Where:
        """What is already there of a file."""
        ...

    async def upload(self, path: Path) -> None:
        """Upload the whole file under its temporary name; a part that is already there is not sent again."""
        ...

    async def finish(self, path: Path) -> None:
        """Rename an uploaded file to its final name."""
        ...

    async def waiting(self) -> list[str]:
        """The files there for us."""
        ...

    async def fetch(self, name: str, into: Path) -> Path:
        """Download one of them, all of it or nothing."""
        ...

    async def remove(self, name: str) -> None:
        """Delete a file that was imported."""
        ...


def part_name(name: str) -> str:
    """The temporary name of a file during upload."""
    return f".{name}.part"


class FolderCarrier:
    """Files are exchanged in folders that both sides can access."""

    def __init__(self, folder: Folder, home: Path) -> None:
        self.put = home / folder.put
        self.get = None if folder.get is None else home / folder.get

    async def where(self, path: Path) -> Where:
        there = self.put / path.name
        if there.exists():
            return Where.WHOLE if _digest(there) == _digest(path) else Where.OTHER
        return Where.PART if (self.put / part_name(path.name)).exists() else Where.NOTHING

    async def upload(self, path: Path) -> None:
        try:
            write_whole(self.put / part_name(path.name), path.read_bytes())
        except OSError as error:
            raise NotSent(f"{self.put}: {error.strerror or error}") from None

    async def finish(self, path: Path) -> None:
        try:
            (self.put / part_name(path.name)).rename(self.put / path.name)
        except OSError as error:
            raise NotSent(f"{self.put}: {error.strerror or error}") from None

    async def waiting(self) -> list[str]:
        if self.get is None or not self.get.is_dir():
            return []
        return sorted(one.name for one in self.get.iterdir() if one.is_file() and not one.name.startswith("."))

    async def fetch(self, name: str, into: Path) -> Path:
        assert self.get is not None
        write_whole(into / name, (self.get / name).read_bytes())
        return into / name

    async def remove(self, name: str) -> None:
        assert self.get is not None
        (self.get / name).unlink(missing_ok=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class SftpCarrier:
    """Files are exchanged over SFTP."""

    def __init__(self, sftp: asyncssh.SFTPClient, terms: Sftp) -> None:
        self.sftp = sftp
        self.terms = terms

    def _at(self, name: str) -> str:
        return f"{self.terms.put.rstrip('/')}/{name}"

    async def _size(self, name: str) -> int | None:
        try:
            return (await self.sftp.stat(self._at(name))).size
        except asyncssh.SFTPNoSuchFile:
            return None

    async def where(self, path: Path) -> Where:
        size = await self._size(path.name)
        if size is not None:
            same = size == path.stat().st_size and await self._ends_like(path.name, path, size)
            return Where.WHOLE if same else Where.OTHER
        return Where.NOTHING if await self._size(part_name(path.name)) is None else Where.PART

    async def _ends_like(self, name: str, path: Path, size: int) -> bool:
        """Whether the file there is the beginning of ours, judged by its last block."""
        start = max(0, size - BLOCK)
        async with self.sftp.open(self._at(name), "rb") as there:
            theirs = await there.read(BLOCK, start)
        with path.open("rb") as here:
            here.seek(start)
            return here.read(size - start) == theirs

    async def upload(self, path: Path) -> None:
        part, whole = part_name(path.name), path.stat().st_size
        there = await self._size(part)
        if there is not None and (there > whole or not await self._ends_like(part, path, there)):
            await self.sftp.remove(self._at(part))
            there = None
        start = there or 0
        async with self.sftp.open(self._at(part), "r+b" if start else "wb") as out:
            with path.open("rb") as here:
                here.seek(start)
                while block := here.read(BLOCK):
                    await out.write(block, start)
                    start += len(block)
        if (arrived := await self._size(part)) != whole:
            raise NotSent(f"{self.terms.host}: {arrived} of {whole} bytes of {path.name} arrived")

    async def finish(self, path: Path) -> None:
        await self.sftp.rename(self._at(part_name(path.name)), self._at(path.name))

    async def waiting(self) -> list[str]:
        if self.terms.get is None:
            return []
        names = [str(entry.filename) async for entry in self.sftp.scandir(self.terms.get) if _is_file(entry)]
        return sorted(name for name in names if not name.startswith("."))

    async def fetch(self, name: str, into: Path) -> Path:
        async with self.sftp.open(f"{self.terms.get}/{name}", "rb") as there:
            content = await there.read()
        write_whole(into / name, bytes(content))
        return into / name

    async def remove(self, name: str) -> None:
        await self.sftp.remove(f"{self.terms.get}/{name}")


def _is_file(entry: Any) -> bool:
    return entry.attrs.type in (None, FILEXFER_TYPE_REGULAR)


@asynccontextmanager
async def carrier(way: Folder | Sftp, home: Path) -> AsyncGenerator[Carrier, None]:
    """An open connection to the other side. Raises NotSent if it is refused, unknown, or broken."""
    if isinstance(way, Folder):
        yield FolderCarrier(way, home)
        return
    key, known = home / way.key, home / way.known_hosts
    for path in (key, known):
        if not path.is_file():
            raise NotSent(f"{path}: the file was not found", "add it, or correct its name")
    try:
        connecting = asyncssh.connect(
            way.host,
            way.port,
            username=way.user,
            client_keys=[str(key)],
            known_hosts=str(known),
            config=None,
            agent_path=None,
            connect_timeout=CONNECT_SECONDS,
            login_timeout=CONNECT_SECONDS,
            keepalive_interval=15,
        )
        async with connecting as connection, connection.start_sftp_client() as sftp:
            yield SftpCarrier(sftp, way)
    except asyncssh.HostKeyNotVerifiable:
        message = f"{way.host} has a different host key than the one in {known}. Nothing was sent; call its owner"
        raise NotSent(message) from None
    except (asyncssh.Error, asyncssh.KeyImportError, OSError, TimeoutError) as error:
        raise NotSent(f"{way.host}: {type(error).__name__}: {str(error)[:200]}") from None


class Outcome(StrEnum):
    """The outcome of sending, if it did not fail."""

    SENT = "sent"
    UNSURE = "unsure"


async def send(
    way: Carrier, path: Path, *, renaming: bool, taken_at_once: bool, about_to_rename: Callable[[], None]
) -> Outcome:
    """Deliver one file to its agency, once. `renaming`: an earlier try uploaded all of it and was about to rename it.

    `about_to_rename` records that state, so that a try that was stopped there can be distinguished from one that never
    reached it. Raises NotSent, with nothing there under the file's name.
    """
    where = await way.where(path)
    if where is Where.WHOLE:
        return Outcome.SENT
    if where is Where.OTHER:
        raise NotSent(f"a different file named {path.name} already exists", "ask the owner of the server to remove it")
    if renaming and where is Where.NOTHING:
        return Outcome.UNSURE
    if not renaming:
        await way.upload(path)
        about_to_rename()
    await way.finish(path)
    return await _seen(way, path, taken_at_once=taken_at_once)


async def _seen(way: Carrier, path: Path, *, taken_at_once: bool) -> Outcome:
    """Whether a renamed file is there; servers may need a moment."""
    waited = 0.0
    while True:
        where = await way.where(path)
        if where is Where.WHOLE or (taken_at_once and where is Where.NOTHING):
            return Outcome.SENT
        if waited >= SETTLE_SECONDS:
            return Outcome.UNSURE
        await asyncio.sleep(0.25)
        waited += 0.25


def run(work: Callable[[], Awaitable[V]]) -> V:
    """Run asynchronous work from synchronous code, also where an event loop already runs (as under Prefect)."""

    async def whole() -> V:
        return await work()

    with ThreadPoolExecutor(1) as one:
        return one.submit(lambda: asyncio.run(whole())).result()
