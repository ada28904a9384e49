"""One server program on a socket, run under the guard."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path

import psutil

from ecard.embedded.account import ENVIRONMENT, Account
from ecard.embedded.errors import EmbeddedError

GUARD = Path(__file__).resolve().with_name("guard.py")
POLL = 0.005  # seconds
PATIENCE = 20.0  # seconds until a server that does not stop is killed
# What each parser of URLs and of lists of folders takes as it is. A socket's path has at most 107 bytes (macOS: 103).
PLAIN_PATH = re.compile(r"[A-Za-z0-9_./+-]{1,103}")


class Server(ABC):
    """A server that is started, stopped, killed and restarted; between two starts it keeps its data and its URL.

    folder: where the log and the process id are kept.
    home: the server's own folder, of the account that runs it: its data and its socket.
    socket: the name of the longest socket file that it makes.
    """

    name: str
    stop_signal: signal.Signals = signal.SIGTERM

    def __init__(self, folder: Path, home: Path, account: Account, socket: str) -> None:
        self.account = account
        self.home = home
        self.data = home / "data"
        self.log = folder / f"{self.name.lower()}.log"
        self.sockets = home
        if not PLAIN_PATH.fullmatch(str(home / socket)):
            self.sockets = Path(tempfile.mkdtemp(prefix="ecard-", dir="/tmp"))
            account.own(self.sockets)
        self._pid_file = folder / f"{self.name.lower()}.pid"
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients connect."""

    @abstractmethod
    def command(self) -> list[str]:
        """The program and its arguments."""

    @abstractmethod
    def ready(self) -> bool:
        """Whether the server answers; asked many times a second while it starts."""

    @property
    def pid(self) -> int:
        """The process id of the running server itself. Raises OSError or ValueError when none runs."""
        return int(self._pid_file.read_text())

    def start(self) -> None:
        """Starts the server and returns when it answers. Raises EmbeddedError with its last word if it ends instead.

        There is no limit of time: a server that recovers from a crash takes as long as it takes.
        """
        self.end_leftover()
        account = ["", ""] if self.account.uid is None else [str(self.account.uid), str(self.account.gid)]
        guard = [sys.executable, "-I", "-S", str(GUARD), str(os.getpid()), str(self._pid_file)]
        with self.log.open("wb") as log:
            self._guard = subprocess.Popen(  # noqa: S603 - our own programs
                [*guard, str(int(self.stop_signal)), *account, *self.command()],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=ENVIRONMENT,
                # A Ctrl-C in the terminal is for the program alone, which then stops its servers in order.
                start_new_session=True,
            )
        while not (self._pid_file.exists() and self.ready()):
            if self._guard.poll() is not None:
                raise EmbeddedError(f"{self.name} did not start: {self._last_word()} (the whole log: {self.log}).")
            time.sleep(POLL)

    def stop(self) -> None:
        """Stops the server in good order, and returns when it is gone."""
        if self._guard is None:
            return
        if self._guard.stdin is not None:
            self._guard.stdin.close()
        self._guard.wait()
        self._guard = None

    def kill(self) -> None:
        """Ends the server as a crash would; `start` brings it back."""
        server = psutil.Process(self.pid)
        for process in (server, *server.children(recursive=True)):
            process.kill()
        self.stop()

    def restart(self) -> None:
        """Stops and starts the server."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stops the server for good."""
        self.stop()
        if self.sockets != self.home:
            shutil.rmtree(self.sockets)

    def is_ours(self, pid: int) -> bool:
        """Whether this process is the server of this very data: a process id may have gone to another program since."""
        try:
            return Path(psutil.Process(pid).cwd()) == self.data.resolve()
        except psutil.Error:
            return False

    def end_leftover(self) -> None:
        """Ends the server that a killed program may have left behind."""
        try:
            pid = self.pid
        except (OSError, ValueError):
            return
        for number in (self.stop_signal, signal.SIGKILL):
            deadline = time.monotonic() + PATIENCE
            while self.is_ours(pid) and time.monotonic() < deadline:
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
                time.sleep(0.05)
        self._pid_file.unlink(missing_ok=True)

    def _last_word(self) -> str:
        lines = [line.strip() for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        told = [line for line in lines if "FATAL" in line or "rror" in line]
        return ["it said nothing", *lines, *told][-1].rstrip(".")
