"""The platforms as processes: each listens on a port of this machine alone, and is stopped at the end, whatever happens."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import request
from benchmarks.questions import Question

ROOT = Path(__file__).parent.parent
PATIENCE = 20  # seconds for a process to stop


@dataclass(frozen=True, slots=True)
class Platform:
    """One that is running. `share`: which part of the requests it gets, so that the slowest does not take all the time."""

    name: str
    title: str
    share: float
    port: int
    pid: int

    def request(self, question: Question, token: str) -> bytes:
        """The question as a request. The bare limit reads no document; what it is asked stands in the path."""
        path = f"/graphql/{question.name}" if self.name == "limit" else "/graphql"
        return request(path, token, question.body)


TITLES = {
    "platform": ("this platform", 1.0),
    "limit": ("the bare limit: one prepared statement's bytes", 1.0),
    "conventional": ("the conventional way: Strawberry with DataLoaders", 0.2),
}


@contextmanager
def running(environment: Mapping[str, str]) -> Iterator[list[Platform]]:
    """All three, started with these settings."""
    with ExitStack() as stack:
        yield [stack.enter_context(_running(name, environment)) for name in TITLES]


@contextmanager
def _running(name: str, environment: Mapping[str, str]) -> Iterator[Platform]:
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        port = listening.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.serve", name, str(listening.fileno())],
            cwd=ROOT,
            env={**os.environ, **environment},
            pass_fds=[listening.fileno()],
            # The platform writes a line for each request, and is to pay for it.
            stdout=subprocess.DEVNULL,
        )
    try:
        title, share = TITLES[name]
        yield Platform(name, title, share, port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
