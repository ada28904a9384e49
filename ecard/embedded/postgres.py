"""The embedded PostgreSQL."""

import shutil
import signal
from collections.abc import Mapping
from pathlib import Path

import psutil

from ecard.embedded.errors import EmbeddedError
from ecard.embedded.place import data_home, reachable_programs, remove_private_home
from ecard.embedded.programs import postgres_programs
from ecard.embedded.server import Server

DATABASE = "ecard"
PORT = 5432  # only a part of the socket's name: nothing listens on the network

COMMON = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # DETAIL lines quote rows, and rows are about people.
    "log_error_verbosity": "terse",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
# A crash may take the last moments' work with it; the rest stays whole.
DURABLE = {"synchronous_commit": "off"}
# For data that a test makes and throws away: they outlive a crash of the server, not one of the system.
FLEETING = {"fsync": "off", "full_page_writes": "off"}


class Postgres(Server):
    """PostgreSQL 18 with the database `ecard` and its superuser `ecard`, on a socket that only we can reach."""

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast": sessions are ended, data are flushed

    def __init__(self, folder: Path, settings: Mapping[str, str], *, durable: bool) -> None:
        home, account = data_home(folder)
        self._programs = reachable_programs(postgres_programs(), account)
        self._settings = COMMON | (DURABLE if durable else FLEETING) | dict(settings)
        self._folder, self._durable = folder, durable
        super().__init__(folder, home, account, f".s.PGSQL.{PORT}.lock")

    @property
    def url(self) -> str:
        """For asyncpg and libpq alike."""
        return f"postgresql:///{DATABASE}?host={self.sockets}&port={PORT}&user={DATABASE}"

    def command(self) -> list[str]:
        """The server, on its own socket."""
        options = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        program = str(self._programs.program("postgres"))
        return [program, "-D", str(self.data), "-p", str(PORT), "-k", str(self.sockets), *options]

    def start(self) -> None:
        """Starts PostgreSQL; the first time it makes the data first."""
        if not self.data.exists():
            self._make_data()
        super().start()

    def close(self) -> None:
        """Stops PostgreSQL for good. Data to throw away that stand elsewhere would be found by nobody: they go too."""
        super().close()
        if not self._durable:
            remove_private_home(self._folder)

    def ready(self) -> bool:
        """PostgreSQL says `ready` in its lock file; so reads pg_ctl."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return int(lines[0]) == self.pid and lines[7].strip() == "ready"
        except (OSError, ValueError, IndexError):
            return False

    def end_leftover(self) -> None:
        """Ends what is left of an earlier run, and removes a lock file whose process id another program has now."""
        super().end_leftover()
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return
        if psutil.pid_exists(pid) and not self.is_ours(pid):
            lock.unlink()

    def _make_data(self) -> None:
        """Makes the data under a passing name first, so that they are there whole or not at all."""
        passing = self.home / "data.new"
        shutil.rmtree(passing, ignore_errors=True)
        # The built-in locale sorts alike on every system.
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        initdb = str(self._programs.program("initdb"))
        # Waiting for the disk takes seconds here; the system writes these files by itself within a minute.
        made = self.account.run([initdb, "-D", str(passing), "-U", DATABASE, "-A", "trust", "--no-sync", *locale])
        if made.returncode == 0:
            postgres = str(self._programs.program("postgres"))
            single = [postgres, "--single", "-D", str(passing), "-c", "fsync=off", "postgres"]
            made = self.account.run(single, f"create database {DATABASE} strategy file_copy;\n")
        if made.returncode != 0:
            raise EmbeddedError(f"PostgreSQL could not make its data in {self.home}: {made.stderr.strip()[-300:]}")
        passing.rename(self.data)
