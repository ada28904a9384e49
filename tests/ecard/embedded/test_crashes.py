"""The embedded servers when something is killed."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from redis import Redis

from ecard.embedded import EmbeddedServers, throwaway_servers
from tests.ecard.embedded.support import family, is_running, recall, remember, start_program, wait_until


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


def test_durable_redis_outlives_a_crash() -> None:
    for durable in (True, False):
        with throwaway_servers(postgres=False, redis_durable=durable) as servers:
            with Redis.from_url(servers.redis_url) as redis:
                redis.set("kept", "7")
            servers.redis.kill()
            servers.redis.start()
            with Redis.from_url(servers.redis_url) as redis:
                assert redis.get("kept") == (b"7" if durable else None)


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
            psutil.Process(pid).parent().kill()  # type: ignore[union-attr]  # it has one
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
