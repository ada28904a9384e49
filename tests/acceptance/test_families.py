"""The real worker process ends care that has expired, once for each, although it is killed meanwhile."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from db.migrate import migrate
from db.pool import Pool, PoolOptions
from domain.limits import Limit
from ecard.app import utc_now
from ecard.embedded import EmbeddedServers
from tests.acceptance.worker import WorkerProcess
from tests.resolvers.household import add, asked, child_of
from tests.resolvers.world import World, new_world, somebody
from tests.support.waiting import until_found

CHILDREN, STAYING = 30, 3
PATIENCE = 60.0  # seconds, for a machine that is busy with other things
ENDED = "select count(*) from audit where action = 'carer.expired'"
TOLD = (
    "select count(distinct args ->> 'subject_id') as carers, count(*) as jobs from outbox"
    " where job = 'send_notification' and args ->> 'event' = 'CARER_ENDED'"
)


@pytest.fixture
async def world(own_servers: EmbeddedServers) -> AsyncIterator[World]:
    """It is yesterday, and nobody counts how many children somebody has."""
    pool = Pool(PoolOptions(own_servers.database_url, 4, "http://localhost"))
    async with pool.connection() as connection:
        await migrate(connection)
    world = await new_world(pool, making_limits=(Limit(timedelta(minutes=1), 10_000),))
    world.now = utc_now() - timedelta(days=1)
    yield world
    await pool.close()


async def test_care_ends_once_whatever_dies_meanwhile(own_servers: EmbeddedServers, world: World, tmp_path: Path) -> None:
    parent = somebody()
    carer = await world.resident(parent)
    for index in range(CHILDREN + STAYING):
        until = world.now + timedelta(hours=1) if index < CHILDREN else None
        await add(world, carer, asked(child_of(world, parent), expires_at=until))

    async def ended(at_least: int) -> bool:
        return int(await world.value(ENDED)) >= at_least

    worker = WorkerProcess(own_servers, tmp_path)
    with worker.running() as first:
        await until_found(lambda: ended(1), PATIENCE)
        first.kill()
        first.wait()
    with worker.running():
        await until_found(lambda: ended(CHILDREN), PATIENCE)
    assert await world.value(ENDED) == CHILDREN
    assert await world.rows(TOLD) == [{"carers": CHILDREN, "jobs": CHILDREN}]
    for table, owner in (("carer", "carer_id"), ("family_member", "resident_id")):
        assert await world.value(f"select count(*) from {table} where {owner} = $1", carer.resident_id) == STAYING
