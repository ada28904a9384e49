"""The program's own child processes. Each runs under the guard of the embedded servers, so it ends with us, however we end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ecard.embedded.server import GUARD

LONGEST_PAUSE = 30.0  # seconds before a child that keeps dying is started again
STEADY = 60.0  # a child that lived this long starts again at once


class Child:
    """`ecard ARGUMENTS` as a child with an environment of its own; what it prints goes to the end of its log.

    deaths: how often it ended by itself lately. clock: seconds.
    """

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.name = arguments[0]
        self.log = folder / f"{self.name}.log"
        self._command = [sys.executable, "-m", "ecard", *arguments]
        self._environment = dict(environment)
        self._pid_file = folder / f"{self.name}.pid"
        self._clock = clock
        self._guard: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self.deaths = 0
        self._start_at = 0.0

    def start(self) -> None:
        """Starts it and returns at once."""
        guard = [sys.executable, "-I", "-S", str(GUARD), str(os.getpid()), str(self._pid_file), str(int(signal.SIGTERM)), "", ""]
        with open(self.log, "ab", opener=_private) as log:
            self._guard = subprocess.Popen(  # noqa: S603 - our own program
                [*guard, *self._command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                # A Ctrl-C in the terminal is for the parent alone, which then stops its children in order.
                start_new_session=True,
            )
        self._started = self._clock()

    @property
    def running(self) -> bool:
        """Whether it is there."""
        return self._guard is not None and self._guard.poll() is None

    def revive(self) -> str | None:
        """Starts it again when it has ended, later each time it dies young. What happened, in words, or None."""
        if self.running:
            return None
        now = self._clock()
        if self._guard is not None:
            code = self._guard.returncode
            self.stop()
            self.deaths = 1 if now - self._started > STEADY else self.deaths + 1
            pause = 0.0 if self.deaths == 1 else min(LONGEST_PAUSE, 2.0 ** (self.deaths - 2))
            self._start_at = now + pause
            return f"The {self.name} process ended with code {code} and starts again in {pause:.0f} s (its log: {self.log})."
        if now >= self._start_at:
            self.start()
        return None

    def wait(self) -> None:
        """Returns when it has ended by itself."""
        if self._guard is not None:
            self._guard.wait()

    def stop(self) -> None:
        """Ends it in good order, and returns when it is gone."""
        if self._guard is None:
            return
        if self._guard.stdin is not None:
            self._guard.stdin.close()
        self._guard.wait()
        self._guard = None

    def last_words(self, lines: int = 3) -> str:
        """The end of its log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
