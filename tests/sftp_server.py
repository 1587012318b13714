"""A real SFTP server on this machine, for tests, which can fail as servers do."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import asyncssh


class Trouble:
    """What the server does wrong."""

    drop_after: ClassVar[int | None] = None
    full_after: ClassVar[int | None] = None
    rename: ClassVar[str] = "at once"
    written: ClassVar[int] = 0
    uploads: ClassVar[list[str]] = []

    @classmethod
    def reset(cls) -> None:
        cls.drop_after = cls.full_after = None
        cls.rename, cls.written, cls.uploads = "at once", 0, []


class Server(asyncssh.SFTPServer):
    """An SFTP server with troubles."""

    def __init__(self, chan: Any, root: str) -> None:
        super().__init__(chan, chroot=root.encode())

    def open(self, path: bytes, pflags: int, attrs: Any) -> Any:
        if pflags & asyncssh.FXF_CREAT:
            Trouble.uploads.append(path.decode())
        return super().open(path, pflags, attrs)

    def write(self, file_obj: Any, offset: int, data: bytes) -> int:
        if Trouble.full_after is not None and offset + len(data) > Trouble.full_after:
            raise asyncssh.SFTPFailure("No space left on device")
        done = super().write(file_obj, offset, data)
        Trouble.written += len(data)
        if Trouble.drop_after is not None and Trouble.written >= Trouble.drop_after:
            Trouble.drop_after = None
            file_obj.flush()
            self.connection.abort()
        return done

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        old, new = Path(self.map_path(oldpath).decode()), Path(self.map_path(newpath).decode())
        if Trouble.rename == "late":
            hidden = old.with_name("moving")
            old.rename(hidden)
            threading.Timer(0.6, lambda: hidden.rename(new)).start()
        elif Trouble.rename == "loses":
            old.unlink()
        elif Trouble.rename == "drops after":
            super().rename(oldpath, newpath)
            self.connection.abort()
        elif Trouble.rename == "drops before":
            self.connection.abort()
        else:
            super().rename(oldpath, newpath)


@contextmanager
def sftp_server(folder: Path) -> Iterator[dict[str, Any]]:
    """A server with its folder (`root`, with `in` and `out`) and the keys to it: `id`, `known`, `other`."""
    root, keys = folder / "root", folder / "keys"
    for one in (root / "in", root / "out", keys):
        one.mkdir(parents=True)
    host, user = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    user.write_private_key(str(keys / "id"))
    user.write_public_key(str(folder / "authorized"))
    loop = asyncio.new_event_loop()

    async def listen() -> Any:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[host],
            authorized_client_keys=str(folder / "authorized"),
            sftp_factory=lambda chan: Server(chan, str(root)),
            allow_scp=False,
        )

    listener = loop.run_until_complete(listen())
    port = listener.get_port()
    (keys / "known").write_text(f"[127.0.0.1]:{port} {host.export_public_key().decode()}")
    (keys / "other").write_text(
        f"[127.0.0.1]:{port} {asyncssh.generate_private_key('ssh-ed25519').export_public_key().decode()}"
    )
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield {"root": root, "keys": keys, "port": port}
    loop.call_soon_threadsafe(listener.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
