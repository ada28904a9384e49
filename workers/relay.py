"""Carries due rows of the outbox to Redis, where arq's workers find them.

Redis gets the id of a row and nothing else. That it has one already is no error: then the job waits or runs there. Rows are claimed
and sent in one transaction, so that a Redis that is down leaves them unclaimed; a worker that is quicker than the commit waits.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from arq.connections import ArqRedis
from redis.asyncio import ConnectionPool

from db import outbox
from db.connection import Connection
from db.outbox import CHANNEL, LANES
from db.pool import Pool
from workers.loops import Outage, repeat

QUEUE = "ecard:jobs"
FUNCTION = "run"
# Redis is kept to about so many jobs: the rest is safer, and in better order, where it is.
QUEUE_LIMIT = 1000
POLL = 1.0  # seconds between looks at all lanes: for rows whose time comes, and for notifications that were lost
PAUSE = 1.0  # seconds after something failed
REDIS_SECONDS = 5.0  # a Redis that says nothing for so long is taken for dead


def to_bytes(content: dict[str, Any]) -> bytes:
    """For arq, which pickles by default: who can write to Redis could then run what they like here. What JSON does not know (arq
    stores exceptions) is told by its type."""
    return json.dumps(content, default=lambda value: type(value).__name__).encode()


def connect(url: str) -> ArqRedis:
    """A client that connects when it is first needed, and again after each failure."""
    connections = ConnectionPool.from_url(url, socket_connect_timeout=REDIS_SECONDS, socket_timeout=REDIS_SECONDS)
    return ArqRedis(connections, job_serializer=to_bytes, job_deserializer=json.loads, default_queue_name=QUEUE)


class Relay:
    """Sends what is due. Any number of them may run beside each other."""

    def __init__(self, pool: Pool, redis: ArqRedis, clock: Callable[[], datetime], lease: timedelta) -> None:
        self._pool = pool
        self._redis = redis
        self._clock = clock
        self._lease = lease
        self._notified: set[int] = set()
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """Sends until it is cancelled, through outages of either side."""
        listening = asyncio.create_task(repeat("Listening to the outbox", self._listen, PAUSE))
        outage = Outage("Sending the outbox")
        loop = asyncio.get_running_loop()
        try:
            next_poll = loop.time()
            while True:
                lanes = await self._due_lanes(next_poll - loop.time())
                if lanes is LANES:
                    next_poll = loop.time() + POLL
                try:
                    await self.send(lanes)
                    outage.works()
                except Exception as error:
                    outage.failed(error)
                    await asyncio.sleep(PAUSE)
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening

    async def send(self, lanes: "range | set[int]" = LANES) -> int:
        """Sends what is due in these lanes, as far as Redis has room. How many rows that was."""
        room = QUEUE_LIMIT - await self._redis.zcard(QUEUE)
        share = -(-room // len(lanes))
        if share <= 0:
            return 0
        return sum([await self._send_lane(lane, share) for lane in lanes])

    async def _send_lane(self, lane: int, most: int) -> int:
        now = self._clock()
        async with self._pool.transaction() as connection:
            ids = await outbox.claim(connection, lane, now, now + self._lease, most)
            for id in ids:
                await self._enqueue(id)
        return len(ids)

    async def _enqueue(self, id: UUID) -> None:
        await self._redis.enqueue_job(FUNCTION, _job_id=str(id))

    async def _due_lanes(self, until_poll: float) -> "range | set[int]":
        """The lanes that something was put into, or all of them when it is time to look at all."""
        # The time is looked at first: under constant notifications the wait would never end by it.
        if until_poll <= 0:
            return LANES
        try:
            async with asyncio.timeout(until_poll):
                await self._woken.wait()
        except TimeoutError:
            return LANES
        self._woken.clear()
        lanes, self._notified = self._notified, set()
        return lanes

    def _hear(self, connection: Connection, pid: int, channel: str, payload: str) -> None:
        self._notified.add(int(payload))
        self._woken.set()

    async def _listen(self) -> None:
        """Until the connection breaks."""
        connection = await self._pool.connect()
        gone = asyncio.Event()
        connection.add_termination_listener(lambda _: gone.set())
        try:
            await connection.add_listener(CHANNEL, self._hear)
            await gone.wait()
        finally:
            connection.terminate()
