"""Serves an application on loopback, with uvicorn and the options of the program."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from ecard.transport.asgi import App
from ecard.transport.server import uvicorn_options
from tests.support.waiting import until


class _Server(uvicorn.Server):
    """Leaves the signals of the process to the tests."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: App) -> AsyncIterator[int]:
    """The port on which it answers within the block. The lifespan is the caller's."""
    options = uvicorn_options(trusted_proxies="", drain_seconds=5, message_bytes=65_536)
    server = _Server(uvicorn.Config(app, "127.0.0.1", 0, **{**options, "lifespan": "off"}))
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    try:
        port: int = server.servers[0].sockets[0].getsockname()[1]
        yield port
    finally:
        server.should_exit = True
        await task
