"""The real worker process lets prescriptions expire, each once, although it is killed meanwhile."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from db.migrate import migrate
from db.pool import Pool, PoolOptions
from ecard.app import utc_now
from ecard.embedded import EmbeddedServers
from tests.acceptance.worker import WorkerProcess
from tests.resolvers.pharmacy import Pharmacy, open_pharmacy, paying_world
from tests.support.waiting import until_found

MANY = 30
PATIENCE = 60.0  # seconds, for a machine that is busy with other things
OVERDUE = "select count(*) from prescription where status <> 'EXPIRED' and expires_at <= now()"


@pytest.fixture
async def pharmacy(own_servers: EmbeddedServers) -> AsyncIterator[Pharmacy]:
    pool = Pool(PoolOptions(own_servers.database_url, 4, "http://localhost"))
    async with pool.connection() as connection:
        await migrate(connection)
    world = await paying_world(pool)
    world.now = utc_now() - timedelta(days=2)
    pharmacy = await open_pharmacy(replace(world, tools=replace(world.tools, prescription_life=timedelta(days=1))))
    yield pharmacy
    await pool.close()


async def test_each_expires_once_whatever_dies_meanwhile(own_servers: EmbeddedServers, pharmacy: Pharmacy, tmp_path: Path) -> None:
    keys = [await pharmacy.issue() for _ in range(MANY)]
    pharmacy.world.now = utc_now()
    kept = await pharmacy.issue()

    async def overdue(at_most: int) -> bool:
        return int(await pharmacy.world.value(OVERDUE)) <= at_most

    worker = WorkerProcess(own_servers, tmp_path)
    with worker.running() as first:
        await until_found(lambda: overdue(MANY - 1), PATIENCE)
        first.kill()
        first.wait()
    with worker.running():
        await until_found(lambda: overdue(0), PATIENCE)
    for key in keys:
        assert ((await pharmacy.row(key))["status"], (await pharmacy.bill(key))["status"]) == ("EXPIRED", "CANCELLED")
        assert set(await pharmacy.told(key.id)) == {"PRESCRIPTION_EXPIRED"}  # at night it is put off by another row
    assert await pharmacy.done("prescription.expired") == MANY + 1  # with the one from elsewhere
    assert (await pharmacy.row(kept))["status"] == "ISSUED"
