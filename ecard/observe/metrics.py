"""Metrics for Prometheus. No label value comes from a client: kinds, outcomes, names of jobs and states are all ours.

With several web processes each writes its figures into files of one directory, and whichever is asked sums up all of them.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

log = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Mode = Literal["livesum", "mostrecent"]  # how the figures of several processes become one
_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class CacheFigures(Protocol):
    """What is shown of a cache: `weight` in characters."""

    hits: int
    misses: int
    weight: int

    def __len__(self) -> int: ...


class PoolFigures(Protocol):
    """What is shown of a pool of database connections."""

    @property
    def in_use(self) -> int: ...

    @property
    def waiting(self) -> int: ...


class Backlog(Protocol):
    """The outbox rows of one job in one state, and how long the oldest of them has been due, in seconds."""

    @property
    def job(self) -> str: ...

    @property
    def state(self) -> str: ...

    @property
    def rows(self) -> int: ...

    @property
    def age(self) -> float: ...


class Metrics:
    """The figures of this process."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._requests = Histogram(
            "ecard_request_seconds",
            "Requests by kind (query, mutation, subscription, none; http for all else) and outcome (OK or the first error's code)",
            ["kind", "outcome"],
            registry=registry,
            buckets=_SECONDS,
        )
        self._by_kind: dict[tuple[str | None, str], Histogram] = {}
        self._streams = _gauge(registry, "ecard_streams_open", "Open streams by transport", ["transport"])
        self._hits = Counter("ecard_cache_hits", "Look-ups that a cache answered", ["cache"], registry=registry)
        self._misses = Counter("ecard_cache_misses", "Look-ups that it did not", ["cache"], registry=registry)
        self._entries = _gauge(registry, "ecard_cache_entries", "What a cache holds", ["cache"])
        self._weight = _gauge(registry, "ecard_cache_characters", "The characters in it", ["cache"])
        self._in_use = _gauge(registry, "ecard_pool_connections_in_use", "Connections at work", ["pool"])
        self._waiting = _gauge(registry, "ecard_pool_waiting", "Requests that wait for a connection", ["pool"])
        labels = ["job", "state"]
        self._rows = _gauge(registry, "ecard_outbox_rows", "Outbox rows", labels, mode="mostrecent")
        self._age = _gauge(registry, "ecard_outbox_age_seconds", "How long the oldest has been due", labels, mode="mostrecent")
        told = "Notifications of payment providers by outcome (KEPT, KNOWN, NOT_KEPT, or why it was refused)"
        self._callbacks = Counter("ecard_callbacks", told, ["method", "outcome"], registry=registry)
        self._caches: dict[str, tuple[CacheFigures, int, int]] = {}
        self._pools: dict[str, PoolFigures] = {}
        self._backlogs: set[tuple[str, str]] = set()

    def finished(self, kind: str | None, outcome: str, seconds: float) -> None:
        """One request more. Both names must be of a small set."""
        found = self._by_kind.get((kind, outcome))
        if found is None:
            found = self._by_kind[kind, outcome] = self._requests.labels(kind or "none", outcome)
        found.observe(seconds)

    def stream(self, transport: str, change: int) -> None:
        """A stream that opened (1) or ended (-1)."""
        self._streams.labels(transport).inc(change)

    def callback(self, method: str, outcome: str) -> None:
        """A payment provider has told something. Both names must be of a small set."""
        self._callbacks.labels(method, outcome).inc()

    def watch_cache(self, name: str, cache: CacheFigures) -> None:
        """Shows a cache under this name."""
        self._caches[name] = (cache, 0, 0)

    def watch_pool(self, name: str, pool: PoolFigures) -> None:
        """Shows a pool under this name."""
        self._pools[name] = pool

    def sample(self) -> None:
        """Takes the present figures of all that is watched."""
        for name, (cache, hits, misses) in self._caches.items():
            self._hits.labels(name).inc(cache.hits - hits)
            self._misses.labels(name).inc(cache.misses - misses)
            self._caches[name] = (cache, cache.hits, cache.misses)
            self._entries.labels(name).set(len(cache))
            self._weight.labels(name).set(cache.weight)
        for name, pool in self._pools.items():
            self._in_use.labels(name).set(pool.in_use)
            self._waiting.labels(name).set(pool.waiting)

    def show_backlog(self, backlog: Iterable[Backlog]) -> None:
        """Shows the outbox as it is now; what is no longer in it is shown as nothing."""
        present = {(one.job, one.state): one for one in backlog}
        self._backlogs.update(present)
        for key in self._backlogs:
            one = present.get(key)
            self._rows.labels(*key).set(one.rows if one else 0)
            self._age.labels(*key).set(one.age if one else 0)

    async def keep_sampling(self, backlog: Callable[[], Awaitable[Sequence[Backlog]]], every: float = 15) -> None:
        """Samples every so many seconds until it is cancelled: a background task of each web process."""
        while True:
            self.sample()
            try:
                self.show_backlog(await backlog())
            except Exception as error:
                log.warning("The outbox could not be counted", exc_info=error)
            await asyncio.sleep(every)

    def exposition(self) -> bytes:
        """The figures of all web processes, in Prometheus' text format."""
        self.sample()
        directory = os.environ.get(_DIRECTORY)
        if directory is None:
            return generate_latest(self.registry)
        _forget_dead(Path(directory))
        together = CollectorRegistry()
        MultiProcessCollector(together, directory)  # type: ignore[no-untyped-call]  # the library has no types for it
        return generate_latest(together)


def metrics_route(metrics: Metrics) -> Route:
    """`GET /metrics`."""

    async def show(_: Request) -> Response:
        return Response(metrics.exposition(), headers={"content-type": CONTENT_TYPE, "cache-control": "no-store"})

    return Route("/metrics", show)


def share_between_processes(directory: Path) -> None:
    """Lets the web processes that are started after this share their figures in a folder, which is emptied."""
    directory.mkdir(parents=True, exist_ok=True)
    for file in directory.glob("*.db"):
        file.unlink()
    os.environ[_DIRECTORY] = str(directory)


def _gauge(registry: CollectorRegistry, name: str, text: str, labels: list[str], mode: Mode = "livesum") -> Gauge:
    return Gauge(name, text, labels, registry=registry, multiprocess_mode=mode)


def _forget_dead(directory: Path) -> None:
    """A process that was killed still stands in the sums of what is open and in use."""
    for pid in {file.stem.rpartition("_")[2] for file in directory.glob("gauge_live*_*.db")}:
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            with suppress(FileNotFoundError):
                mark_process_dead(int(pid), str(directory))  # type: ignore[no-untyped-call]  # the library has no types for it
        except PermissionError:
            continue
