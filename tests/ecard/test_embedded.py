"""The embedded servers, really started and really killed."""

import os
import pwd
import shutil
import signal
import site
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest
from redis import Redis

from ecard.embedded import EmbeddedError, EmbeddedServers, place, throwaway_servers
from ecard.embedded.account import Account, unprivileged
from ecard.embedded.programs import PostgresPrograms, postgres_programs

ROOT = Path(__file__).parents[2]
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change the account")

# A program that starts the servers, says their process ids, and lives until it is killed or its input ends.
PROGRAM = """
import sys
from pathlib import Path
from ecard.embedded import EmbeddedServers
with EmbeddedServers(Path(sys.argv[1]), durable=False) as servers:
    print(servers.postgres.pid, servers.redis.pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A passing folder that an unprivileged account can reach, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="ecard-test-", dir="/tmp"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


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


def start_program(
    folder: Path, account: Account | None = None, python: str = sys.executable
) -> "subprocess.Popen[str]":
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


async def test_second_start_finds_the_data_of_the_first(folder: Path) -> None:
    with EmbeddedServers(folder) as servers:
        await remember(servers)
    with EmbeddedServers(folder) as servers:
        assert await recall(servers) == (7, b"7")


def test_nothing_runs_after_the_block(folder: Path) -> None:
    with EmbeddedServers(folder, durable=False) as servers:
        pids = family(servers.postgres.pid) + family(servers.redis.pid)
        assert len(pids) > 3
        assert all(is_running(pid) for pid in pids)
    assert not any(is_running(pid) for pid in pids)


def test_sockets_are_closed_to_others_and_no_port_is_open(folder: Path) -> None:
    with EmbeddedServers(folder, durable=False) as servers:
        for server in (servers.postgres, servers.redis):
            assert server.sockets.stat().st_mode & 0o077 == 0
            assert not [c for c in psutil.Process(server.pid).net_connections("inet") if c.status == "LISTEN"]


def test_secrets_of_the_environment_do_not_reach_the_servers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECARD_NATIONAL_KEY", "a secret")
    with EmbeddedServers(folder, durable=False) as servers:
        for server in (servers.postgres, servers.redis):
            assert not [name for name in psutil.Process(server.pid).environ() if name.startswith("ECARD")]


async def test_restart_keeps_and_wipe_loses(folder: Path) -> None:
    with EmbeddedServers(folder) as servers:
        await remember(servers)
        urls = servers.database_url, servers.redis_url
        servers.postgres.restart()
        servers.redis.restart()
        assert await recall(servers) == (7, b"7")
        servers.redis.wipe()
        assert await recall(servers) == (7, None)
        assert (servers.database_url, servers.redis_url) == urls


async def test_servers_come_back_from_a_crash(folder: Path) -> None:
    with EmbeddedServers(folder, durable=False) as servers:
        await remember(servers)
        servers.redis.kill()
        with pytest.raises(ConnectionRefusedError), socket.socket(socket.AF_UNIX) as client:
            client.connect(servers.redis_url.removeprefix("unix://"))
        servers.redis.start()
        servers.postgres.kill()
        servers.postgres.start()
        assert await recall(servers) == (7, None)


def test_kill_of_the_program_leaves_nothing_running(folder: Path) -> None:
    with start_program(folder) as program:
        assert program.stdout
        pids = [pid for word in program.stdout.readline().split() for pid in family(int(word))]
        program.kill()
    wait_until(lambda: not any(is_running(pid) for pid in pids))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux'")
def test_kill_of_the_guards_leaves_nothing_running(folder: Path) -> None:
    with EmbeddedServers(folder, durable=False) as servers:
        pids = [servers.postgres.pid, servers.redis.pid]
        for pid in pids:
            psutil.Process(pid).parent().kill()  # type: ignore[union-attr]
        wait_until(lambda: not any(is_running(pid) for pid in pids))


async def test_start_ends_what_was_left_behind(folder: Path) -> None:
    with start_program(folder) as program:
        assert program.stdout
        pids = [int(word) for word in program.stdout.readline().split()]
        # Stopped, the guards cannot clean up: the servers outlive the program.
        guards = [psutil.Process(pid).parent() for pid in pids]
        for guard in guards:
            assert guard
            guard.suspend()
        program.kill()
    assert all(is_running(pid) for pid in pids)
    with EmbeddedServers(folder, durable=False) as servers:
        assert not any(is_running(pid) for pid in pids)
        await remember(servers)
    for guard in guards:
        assert guard
        guard.resume()


def test_a_process_id_that_went_to_another_program_is_left_alone(folder: Path) -> None:
    with EmbeddedServers(folder, durable=False) as servers:
        lock = servers.postgres.data / "postmaster.pid"
        text = lock.read_text()
        pid = servers.postgres.pid
        servers.postgres.kill()
        stranger = subprocess.Popen(["sleep", "1000"])
        lock.write_text(text.replace(str(pid), str(stranger.pid), 1))
        (folder / "postgresql.pid").write_text(str(stranger.pid))
        servers.postgres.start()
        assert stranger.poll() is None
        stranger.send_signal(signal.SIGKILL)
        stranger.wait()


def test_one_program_at_a_time_uses_a_folder(folder: Path) -> None:
    with EmbeddedServers(folder, postgres=False, durable=False) as servers:
        with pytest.raises(EmbeddedError, match=f"in use by process {os.getpid()}: stop that one first"):
            EmbeddedServers(folder, postgres=False).__enter__()
        assert is_running(servers.redis.pid)


def test_unwritable_folder_is_one_clear_sentence(folder: Path) -> None:
    (folder / "file").touch()
    with pytest.raises(EmbeddedError, match=r"^.*/file/data cannot be written \(.*\): choose another data folder\.$"):
        EmbeddedServers(folder / "file" / "data").__enter__()


def test_a_server_that_does_not_start_says_why(folder: Path) -> None:
    servers = EmbeddedServers(folder, redis=False, durable=False, postgres_settings={"shared_buffers": "a lot"})
    with pytest.raises(EmbeddedError, match=r"PostgreSQL did not start: .*shared_buffers.*whole log"):
        servers.__enter__()


async def test_folder_whose_path_no_socket_can_have(folder: Path) -> None:
    far = folder / ("很长的路径 %20,?" * 4) / ("x" * 100)
    far.parent.mkdir(mode=0o711)
    far.parent.chmod(0o711)
    with EmbeddedServers(far, durable=False) as servers:
        await remember(servers)
        servers.postgres.restart()
        assert await recall(servers) == (7, b"7")
        sockets = [servers.postgres.sockets, servers.redis.sockets]
    assert not any(path.exists() for path in sockets)


async def test_throwaway_servers_leave_no_folder() -> None:
    with throwaway_servers() as servers:
        await remember(servers)
        left = servers.postgres.log.parent
        assert left.exists()
    assert not left.exists()


@AS_ROOT
async def test_closed_folder_keeps_its_data_in_a_private_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "PRIVATE", (folder / "private",))
    data = folder / "closed" / "data"
    (folder / "closed").mkdir(mode=0o700)
    with EmbeddedServers(data) as servers:
        await remember(servers)
        first = servers.postgres.home
    assert first.is_relative_to(folder / "private")
    assert first.stat().st_mode & 0o077 == 0
    assert (folder / "closed").stat().st_mode & 0o777 == 0o700
    with EmbeddedServers(data) as servers:
        assert await recall(servers) == (7, b"7")
    shutil.rmtree(data)
    with EmbeddedServers(data) as servers, pytest.raises(asyncpg.UndefinedTableError):
        await recall(servers)
    assert not first.exists()


@AS_ROOT
async def test_programs_out_of_reach_are_copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "PRIVATE", (folder / "private",))
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    found = postgres_programs()
    hidden = PostgresPrograms(closed)
    shutil.copytree(found.install, hidden.install)
    if found.libraries.exists():
        shutil.copytree(found.libraries, hidden.libraries)
    monkeypatch.setattr("ecard.embedded.postgres.postgres_programs", lambda: hidden)
    for _ in range(2):  # the second time finds the copy
        with EmbeddedServers(folder / "data", redis=False, durable=False) as servers:
            assert psutil.Process(servers.postgres.pid).exe().startswith(str(folder / "private"))


@AS_ROOT
def test_root_and_an_ordinary_user_one_after_the_other(folder: Path) -> None:
    nobody = unprivileged(folder / "none")
    python = python_for(nobody)
    if python is None or nobody.run(["/bin/sh", "-c", f"test -r {ROOT}/Makefile"]).returncode != 0:
        pytest.skip("an ordinary user reaches no fitting Python or not this clone")
    for name, account in (("first", None), ("second", nobody), ("third", None)):
        (folder / name).mkdir(mode=0o711)
        if account:
            nobody.own(folder / name)
        run_program(folder / name, account, python)
    # And in one folder: root runs an ordinary user's servers as that user, who can use them again.
    for account in (None, nobody):
        run_program(folder / "second", account, python)
    owners = {path.owner() for path in (folder / "second").rglob("*")}
    assert owners == {pwd.getpwuid(nobody.uid or 0).pw_name}
