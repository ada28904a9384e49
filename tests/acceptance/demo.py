"""`ecard up` as a real process, as a person starts it."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

PATIENCE = 180.0  # seconds: only so that a test that hangs ends


def ecard(*arguments: str, environment: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    """Runs a command to its end."""
    command = [sys.executable, "-m", "ecard", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, env=environment)


class Demo:
    """A running demo. `folder`: where it is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ready_file = folder / "demo.json"
        self._output = folder.with_suffix(".out")
        with self._output.open("w") as output:
            command = [sys.executable, "-m", "ecard", "up", "--port", "0", "--data", str(folder)]
            self.process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        self.ready = self._wait_until_ready()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        # Whatever a test came to, nothing goes on after it.
        self.process.kill()
        self.process.wait()

    @property
    def output(self) -> str:
        """What it printed."""
        return self._output.read_text()

    def child(self, name: str) -> psutil.Process:
        """Its web process or its worker."""
        return psutil.Process(int((self.folder / f"{name}.pid").read_text()))

    def everything(self) -> list[psutil.Process]:
        """All processes that it started, and it."""
        own = psutil.Process(self.process.pid)
        return [*own.children(recursive=True), own]

    def stop(self, how: signal.Signals) -> list[psutil.Process]:
        """Sends the signal and waits for the end; the processes that are left."""
        started = self.everything()
        self.process.send_signal(how)
        self.process.wait(PATIENCE)
        return psutil.wait_procs(started, timeout=PATIENCE)[1]

    def _wait_until_ready(self) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while not self.ready_file.exists():
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"The demo did not start:\n{self.output}")
            time.sleep(0.05)
        ready: dict[str, Any] = json.loads(self.ready_file.read_text())
        return ready
