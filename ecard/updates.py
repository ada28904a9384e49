"""What has changed, heard from the database: one connection of each web process listens, whoever watches something is woken.

A notification wakes, and says nothing: who is woken reads for themselves, as themselves. So one that comes while they read another
is not lost and not kept either, however slow they are; and after an outage everyone is woken, since nobody knows what was missed.
"""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from db.pool import Pool
from db.updates import CHANNEL

log = logging.getLogger(__name__)

PAUSE = 0.5  # seconds between two tries to listen
CHECK = 5.0  # seconds between two looks whether the connection still stands, and for how long it may be silent then


class Updates:
    """One for each process; `listen` must run beside it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._watching: dict[str, set[asyncio.Event]] = {}

    @property
    def watched(self) -> int:
        """How many topics somebody watches."""
        return len(self._watching)

    @contextmanager
    def watch(self, topic: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever the topic may have changed."""
        event = asyncio.Event()
        self._watching.setdefault(topic, set()).add(event)
        try:
            yield event
        finally:
            watching = self._watching[topic]
            watching.discard(event)
            if not watching:
                del self._watching[topic]

    async def listen(self) -> None:
        """Hears of changes until it is cancelled."""
        while True:
            try:
                await self._listen_once()
            except Exception as error:
                log.warning("Changes cannot be heard; streams show no news meanwhile", exc_info=error)
            await asyncio.sleep(PAUSE)

    async def _listen_once(self) -> None:
        connection = await self._pool.connect()
        try:
            await connection.add_listener(CHANNEL, self._hear)
            for topic in list(self._watching):
                self._wake(topic)
            while True:
                await asyncio.sleep(CHECK)
                async with asyncio.timeout(CHECK):
                    await connection.execute("select 1")
        finally:
            connection.terminate()

    def _hear(self, _connection: Any, _process: int, _channel: str, topic: object) -> None:
        self._wake(str(topic))

    def _wake(self, topic: str) -> None:
        for event in self._watching.get(topic, ()):
            event.set()
