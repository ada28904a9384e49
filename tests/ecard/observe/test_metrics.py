"""Metrics, in one process and in several."""

import asyncio
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from ecard.observe.metrics import Metrics, metrics_route
from tests.support.waiting import until


@dataclass
class Cache:
    hits: int = 0
    misses: int = 0
    weight: int = 0
    entries: int = 0

    def __len__(self) -> int:
        return self.entries


@dataclass
class Pool:
    in_use: int = 3
    waiting: int = 1


@dataclass(frozen=True)
class Backlog:
    job: str
    state: str
    rows: int
    age: float


def shown(metrics: Metrics) -> list[str]:
    return metrics.exposition().decode().splitlines()


def test_caches_and_pools_are_shown_as_they_are() -> None:
    metrics, cache, pool = Metrics(), Cache(), Pool()
    metrics.watch_cache("plans", cache)
    metrics.watch_pool("web", pool)
    cache.hits, cache.misses, cache.weight, cache.entries = 5, 2, 900, 2
    assert 'ecard_cache_hits_total{cache="plans"} 5.0' in shown(metrics)
    cache.hits = 8
    lines = shown(metrics)
    for line in (
        'ecard_cache_hits_total{cache="plans"} 8.0',
        'ecard_cache_misses_total{cache="plans"} 2.0',
        'ecard_cache_entries{cache="plans"} 2.0',
        'ecard_cache_characters{cache="plans"} 900.0',
        'ecard_pool_connections_in_use{pool="web"} 3.0',
        'ecard_pool_waiting{pool="web"} 1.0',
    ):
        assert line in lines


def test_the_outbox_is_shown_as_it_is() -> None:
    metrics = Metrics()
    metrics.show_backlog([Backlog("qr", "READY", 5, 12.5), Backlog("notify", "FAILED", 1, 3)])
    assert 'ecard_outbox_rows{job="qr",state="READY"} 5.0' in shown(metrics)
    assert 'ecard_outbox_age_seconds{job="qr",state="READY"} 12.5' in shown(metrics)
    metrics.show_backlog([Backlog("notify", "FAILED", 2, 4)])
    lines = shown(metrics)
    assert 'ecard_outbox_rows{job="qr",state="READY"} 0.0' in lines
    assert 'ecard_outbox_age_seconds{job="qr",state="READY"} 0.0' in lines
    assert 'ecard_outbox_rows{job="notify",state="FAILED"} 2.0' in lines


async def test_sampling_goes_on_when_the_database_does_not() -> None:
    metrics = Metrics()
    rounds = 0

    async def backlog() -> list[Backlog]:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            raise ConnectionError
        return [Backlog("qr", "READY", rounds, 0)]

    task = asyncio.create_task(metrics.keep_sampling(backlog, every=0.001))
    await until(lambda: rounds >= 3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert any(line.startswith('ecard_outbox_rows{job="qr",state="READY"}') for line in shown(metrics))


def test_durations_fall_into_buckets() -> None:
    metrics = Metrics()
    metrics.finished("query", "OK", 0.004)
    metrics.finished("query", "OK", 0.3)
    lines = shown(metrics)
    assert 'ecard_request_seconds_bucket{kind="query",le="0.0025",outcome="OK"} 0.0' in lines
    assert 'ecard_request_seconds_bucket{kind="query",le="0.005",outcome="OK"} 1.0' in lines
    assert 'ecard_request_seconds_bucket{kind="query",le="+Inf",outcome="OK"} 2.0' in lines


async def test_the_route() -> None:
    app = Starlette(routes=[metrics_route(Metrics())])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "# TYPE ecard_request_seconds histogram" in answer.text


SHARE = "import sys; from pathlib import Path; from ecard.observe.metrics import *; share_between_processes(Path(sys.argv[1]))"
COUNT = """
import os, signal
from ecard.observe.metrics import Metrics
metrics = Metrics()
metrics.finished("query", "OK", 0.1)
metrics.stream("sse", 1)
"""


def test_several_processes_are_summed_up(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    root = Path(__file__).parents[3]
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(folder), "PATH": ""}

    def run(program: str, *arguments: str) -> str:
        command = [sys.executable, "-c", program, *arguments]
        return subprocess.run(command, env=environment, cwd=root, check=True, capture_output=True, text=True).stdout

    folder.mkdir()
    (folder / "counter_1.db").write_bytes(b"of a former run")
    run(SHARE, str(folder))
    run(COUNT)
    # One that is killed leaves what was open behind.
    subprocess.run([sys.executable, "-c", COUNT + "os.kill(os.getpid(), signal.SIGKILL)"], env=environment, cwd=root, check=False)
    lines = run(COUNT + "print(metrics.exposition().decode())").splitlines()
    assert 'ecard_request_seconds_count{kind="query",outcome="OK"} 3.0' in lines
    assert 'ecard_streams_open{transport="sse"} 1.0' in lines
