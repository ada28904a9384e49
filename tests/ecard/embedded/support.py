"""What the tests of the embedded servers do often."""

import os
import site
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import psutil
from redis import Redis

from ecard.embedded import EmbeddedServers
from ecard.embedded.account import Account

ROOT = Path(__file__).parents[3]

# A program that starts the servers, says their process ids, and lives until it is killed or its input ends.
PROGRAM = """
import sys
from pathlib import Path
from ecard.embedded import EmbeddedServers
with EmbeddedServers(Path(sys.argv[1]), durable=False) as servers:
    print(servers.postgres.pid, servers.redis.pid, flush=True)
    sys.stdin.read()
"""


def wait_until(condition: Callable[[], bool]) -> None:
    """Returns when the condition holds; a test that hangs here has failed."""
    while not condition():
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    """Whether the process does anything; one that only waits to be collected does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def family(pid: int) -> list[int]:
    """The process and all that it started."""
    process = psutil.Process(pid)
    return [pid, *(child.pid for child in process.children(recursive=True))]


def python_for(account: Account) -> str | None:
    """A Python of our version that the account can run, if there is one: ours may stand in a closed home."""
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        if account.can_run(Path(python)):
            return python
    return None


def start_program(folder: Path, account: Account | None = None, python: str = sys.executable) -> "subprocess.Popen[str]":
    """Starts PROGRAM, as another account where one is given."""
    return subprocess.Popen(
        [python, "-c", PROGRAM, str(folder)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([str(ROOT), *site.getsitepackages()])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def run_program(folder: Path, account: Account | None, python: str) -> None:
    """Starts and stops the servers in a program of their own."""
    with start_program(folder, account, python) as program:
        program.communicate()
    assert program.returncode == 0


@asynccontextmanager
async def connected(servers: EmbeddedServers) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the database for the length of the block."""
    connection = await asyncpg.connect(servers.database_url)
    try:
        yield connection
    finally:
        await connection.close()


async def remember(servers: EmbeddedServers) -> None:
    """Writes something into both servers."""
    async with connected(servers) as connection:
        await connection.execute("create table kept (n int); insert into kept values (7)")
    with Redis.from_url(servers.redis_url) as redis:
        redis.set("kept", "7")


async def recall(servers: EmbeddedServers) -> tuple[int, bytes | None]:
    """Reads back what `remember` wrote."""
    async with connected(servers) as connection:
        number = await connection.fetchval("select n from kept")
    with Redis.from_url(servers.redis_url) as redis:
        return number, redis.get("kept")
