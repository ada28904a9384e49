"""`ecard web` as a real process: several workers on one port, and a graceful stop."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from ecard.launch.ports import free_port
from tests.acceptance.demo import PATIENCE

WORKERS = 2


@pytest.fixture
def web(environment: dict[str, str], tmp_path: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]", Path]]:
    """A running `ecard web`: its address, the process and its log."""
    port = free_port("127.0.0.1")
    log = tmp_path / "web.log"
    command = [sys.executable, "-m", "ecard", "web", "--workers", str(WORKERS), "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=output, stderr=subprocess.STDOUT)
    yield f"http://127.0.0.1:{port}", process, log
    if process.poll() is None:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
        process.kill()
        process.wait()


def ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def test_workers_serve_on_one_port_and_all_stop(web: tuple[str, "subprocess.Popen[bytes]", Path]) -> None:
    url, process, log = web
    end = time.monotonic() + PATIENCE
    while not (ready(url) and log.read_text().count("Application startup complete.") == WORKERS):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.05)
    assert httpx.post(f"{url}/graphql", json={"query": "{ serverTime }"}).json()["data"]["serverTime"]
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGTERM)
    process.wait(PATIENCE)
    assert psutil.wait_procs(children, timeout=PATIENCE)[1] == []
    assert log.read_text().count("Application shutdown complete.") == WORKERS
