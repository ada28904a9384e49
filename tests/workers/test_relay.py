"""From the outbox to Redis."""

import asyncio
import json
import pickle
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
from arq.connections import ArqRedis
from redis.exceptions import RedisError

from db import outbox
from db.outbox import JobKind
from ecard.embedded import EmbeddedServers
from tests.support.waiting import until_found
from tests.workers.city import fresh_id
from tests.workers.conftest import Clock
from workers import relay
from workers.relay import FUNCTION, QUEUE, QUEUE_LIMIT, Relay, connect, to_bytes
from workers.tools import Tools

LEASE = timedelta(minutes=1)


@pytest.fixture
async def redis(servers: EmbeddedServers) -> AsyncIterator[ArqRedis]:
    client = connect(servers.redis_url)
    await client.flushdb()
    yield client
    await client.aclose(close_connection_pool=True)


async def _put(tools: Tools, count: int = 1) -> list[UUID]:
    ids = [fresh_id() for _ in range(count)]
    async with tools.pool.transaction() as connection:
        for id in ids:
            await outbox.put(connection, JobKind.RENDER_FILE, {"id": str(fresh_id())}, id, tools.clock())
    return ids


async def _queued(redis: ArqRedis) -> set[str]:
    return {name.decode() for name in await redis.zrange(QUEUE, 0, -1)}


def _relay(tools: Tools, redis: ArqRedis) -> Relay:
    return Relay(tools.pool, redis, tools.clock, LEASE)


async def test_what_is_due_is_sent_once(tools: Tools, redis: ArqRedis) -> None:
    ids = await _put(tools, 40)
    assert await _relay(tools, redis).send() == 40
    assert await _queued(redis) == {str(id) for id in ids}
    assert await _relay(tools, redis).send() == 0


async def test_redis_hears_ids_alone_and_as_json(tools: Tools, redis: ArqRedis) -> None:
    [id] = await _put(tools)
    await _relay(tools, redis).send()
    stored = json.loads(await redis.get(f"arq:job:{id}"))
    assert (stored["f"], stored["a"], stored["k"]) == (FUNCTION, [], {})


async def test_what_was_lost_on_the_way_is_sent_again_when_its_lease_ends(tools: Tools, clock: Clock, redis: ArqRedis) -> None:
    ids = await _put(tools, 5)
    await _relay(tools, redis).send()
    await redis.flushdb()
    clock.move(LEASE - timedelta(seconds=1))
    assert await _relay(tools, redis).send() == 0
    clock.move(timedelta(seconds=1))
    assert await _relay(tools, redis).send() == 5
    assert await _queued(redis) == {str(id) for id in ids}


async def test_what_still_waits_in_redis_is_not_queued_twice(tools: Tools, clock: Clock, redis: ArqRedis) -> None:
    [id] = await _put(tools)
    await _relay(tools, redis).send()
    before = await redis.get(f"arq:job:{id}")
    clock.move(LEASE)
    await _relay(tools, redis).send()
    assert await redis.zcard(QUEUE) == 1
    assert await redis.get(f"arq:job:{id}") == before


async def test_a_redis_that_fails_leaves_the_rows_to_be_sent(tools: Tools, redis: ArqRedis) -> None:
    ids = await _put(tools, 3)
    broken = connect("unix:///nowhere/redis.sock")
    with pytest.raises(RedisError):
        await _relay(tools, broken).send()
    assert await _relay(tools, redis).send() == 3
    assert await _queued(redis) == {str(id) for id in ids}


async def test_redis_is_not_filled_over_its_limit(tools: Tools, redis: ArqRedis) -> None:
    await _put(tools, 40)
    await redis.zadd(QUEUE, {secrets.token_hex(8): 1 for _ in range(QUEUE_LIMIT - 1)})
    # Each lane may have its share of the room that is left, so that none has to wait for the others.
    assert 0 < await _relay(tools, redis).send() <= len(outbox.LANES)
    await redis.zadd(QUEUE, {secrets.token_hex(8): 1 for _ in range(QUEUE_LIMIT)})
    assert await _relay(tools, redis).send() == 0


async def test_two_relays_beside_each_other_send_each_row_once(tools: Tools, redis: ArqRedis) -> None:
    await _put(tools, 60)
    sent = await asyncio.gather(*(_relay(tools, redis).send() for _ in range(4)))
    assert sum(sent) == 60
    assert await redis.zcard(QUEUE) == 60


@pytest.mark.parametrize("poll", [0.05, 3600], ids=["polled", "notified"])
async def test_a_running_relay_finds_what_is_put(
    tools: Tools, redis: ArqRedis, monkeypatch: pytest.MonkeyPatch, poll: float
) -> None:
    monkeypatch.setattr(relay, "POLL", poll)
    if poll < 1:
        monkeypatch.setattr(outbox, "CHANNEL", "elsewhere")
    running = asyncio.create_task(_relay(tools, redis).run())
    try:
        await until_found(lambda: _is_listened_to(tools))
        ids = await _put(tools, 3)
        await until_found(lambda: _has(redis, 3))
        assert await _queued(redis) == {str(id) for id in ids}
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _has(redis: ArqRedis, count: int) -> bool:
    return bool(await redis.zcard(QUEUE) == count)


async def _is_listened_to(tools: Tools) -> bool:
    async with tools.pool.connection() as connection:
        listening: bool = await connection.fetchval("select exists (select from pg_stat_activity where query ilike 'listen%')")
        return listening


def test_nothing_is_pickled_and_what_json_cannot_hold_is_named() -> None:
    stored = to_bytes({"r": ValueError("13800001111")})
    assert json.loads(stored) == {"r": "ValueError"}
    with pytest.raises(pickle.UnpicklingError):
        pickle.loads(stored)  # noqa: S301  # to see that it is no pickle
