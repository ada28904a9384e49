"""A load generator: a fixed number of requests over connections that stay open, each sent as soon as the one before it is answered.

It does as little as it can, since it shares the machine with what it measures: the requests are bytes made beforehand.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import cast

import httptools

PATIENCE = 120.0  # seconds for one block of requests; a server that hangs ends the run


class LoadError(Exception):
    """A server answered with something else than 200, or not at all."""


@dataclass(frozen=True, slots=True)
class Load:
    """What came of one block: `seconds` altogether, and of each request, in the order in which they were answered."""

    seconds: float
    latencies: list[float]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, part: float) -> float:
        """The latency, in seconds, that this part (0 to 1) of the requests did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def request(path: str, token: str, body: bytes) -> bytes:
    """A POST of JSON, as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\naccept: application/json\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def run(port: int, requests: Sequence[bytes], connections: int) -> Load:
    """Sends all requests, over so many connections at once. Raises LoadError at the first answer that is not 200."""
    waiting = iter(requests)
    latencies: list[float] = []
    started = perf_counter()
    clients = [_Client(waiting, latencies) for _ in range(min(connections, len(requests)))]
    await _all_done(port, clients)
    return Load(perf_counter() - started, latencies)


async def ask(port: int, request: bytes) -> bytes:
    """The body of one answer."""
    client = _Client(iter([request]), [], keep=True)
    await _all_done(port, [client])
    return bytes(client.body)


async def _all_done(port: int, clients: Sequence["_Client"]) -> None:
    loop = asyncio.get_running_loop()
    for client in clients:
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port)  # type: ignore[misc]  # bound at once
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(client.done for client in clients))
    except TimeoutError:
        raise LoadError(f"Not all requests were answered within {PATIENCE:.0f} seconds.") from None
    finally:
        for client in clients:
            client.close()


class _Client(asyncio.Protocol):
    """One connection. httptools calls its `on_…`."""

    def __init__(self, waiting: Iterator[bytes], latencies: list[float], keep: bool = False) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.body = bytearray()
        self._waiting = waiting
        self._latencies = latencies
        self._keep = keep
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._sent = 0.0

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by class
        self._next()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, error: Exception | None) -> None:
        self._fail("The server closed a connection.")

    def on_body(self, body: bytes) -> None:
        if self._keep:
            self.body += body

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status != 200:
            self._fail(f"The server answered with {status}.")
            return
        self._latencies.append(perf_counter() - self._sent)
        self._next()

    def _next(self) -> None:
        request = next(self._waiting, None)
        if request is None:
            if not self.done.done():
                self.done.set_result(None)
            return
        assert self._transport is not None
        self._sent = perf_counter()
        self._transport.write(request)

    def _fail(self, reason: str) -> None:
        if not self.done.done():
            self.done.set_exception(LoadError(reason))
