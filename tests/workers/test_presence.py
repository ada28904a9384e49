"""A worker's signs of life."""

import secrets
from datetime import timedelta
from typing import Any

from tests.workers.conftest import Clock
from workers.presence import Presence
from workers.run import Runner
from workers.tools import Tools


async def _seen(tools: Tools, name: str) -> dict[str, Any] | None:
    async with tools.pool.connection() as connection:
        row = await connection.fetchrow(
            "select started_at, last_seen_at, jobs_done, jobs_failed from api.worker where name = $1", name
        )
    return None if row is None else dict(row)


async def test_a_worker_is_seen_with_its_jobs_until_it_leaves(tools: Tools, clock: Clock) -> None:
    name, started = secrets.token_hex(8), clock()
    runner = Runner(tools, {}, 5, timedelta(minutes=1))
    presence = Presence(name, tools, runner)
    await presence.beat()
    assert await _seen(tools, name) == {"started_at": started, "last_seen_at": started, "jobs_done": 0, "jobs_failed": 0}
    runner.done, runner.failed = 3, 1
    clock.move(timedelta(seconds=5))
    await presence.beat()
    later = started + timedelta(seconds=5)
    assert await _seen(tools, name) == {"started_at": started, "last_seen_at": later, "jobs_done": 3, "jobs_failed": 1}
    await presence.leave()
    assert await _seen(tools, name) is None
