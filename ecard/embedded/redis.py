"""The embedded Redis."""

import shutil
import socket
from pathlib import Path

from ecard.embedded.account import owner_of
from ecard.embedded.programs import redis_server
from ecard.embedded.server import Server

SOCKET = "redis.sock"


class Redis(Server):
    """Redis on a socket that only we can reach. `durable` keeps its data in the append-only file."""

    name = "Redis"

    def __init__(self, folder: Path, *, durable: bool) -> None:
        home = folder / "redis"
        account = owner_of(home)
        account.own(home)
        super().__init__(folder, home, account, SOCKET)
        account.own(self.data)
        self._durable = durable

    @property
    def url(self) -> str:
        """For redis-py and arq alike."""
        return f"unix://{self.sockets / SOCKET}"

    def command(self) -> list[str]:
        """The server, on its own socket."""
        where = ["--port", "0", "--unixsocket", str(self.sockets / SOCKET), "--unixsocketperm", "700"]
        kept = ["--dir", str(self.data), "--appendonly", "yes" if self._durable else "no", "--save", ""]
        return [str(redis_server()), *where, *kept]

    def ready(self) -> bool:
        """Whether it answers PING; not while it still loads its data."""
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(self.sockets / SOCKET))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def wipe(self) -> None:
        """Loses all data, as a failed disk would, and comes back empty."""
        self.stop()
        shutil.rmtree(self.data)
        self.account.own(self.data)
        self.start()
