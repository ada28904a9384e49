"""The embedded servers: started, restarted, stopped, and their data kept."""

import os
from pathlib import Path

import psutil
import pytest

from ecard.embedded import EmbeddedError, EmbeddedServers
from tests.ecard.embedded.support import family, is_running, recall, remember


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


def test_one_program_at_a_time_uses_a_folder(folder: Path) -> None:
    with EmbeddedServers(folder, postgres=False, durable=False) as servers:
        with pytest.raises(EmbeddedError, match=f"in use by process {os.getpid()}: stop that one first"):
            EmbeddedServers(folder, postgres=False).__enter__()
        assert is_running(servers.redis.pid)


def test_a_server_that_does_not_start_says_why(folder: Path) -> None:
    servers = EmbeddedServers(folder, redis=False, durable=False, postgres_settings={"shared_buffers": "a lot"})
    with pytest.raises(EmbeddedError, match=r"PostgreSQL did not start: .*shared_buffers.*whole log"):
        servers.__enter__()
