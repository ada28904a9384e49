"""The real worker process brings places back at their time, down the line, once, although it is killed meanwhile."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from db.migrate import migrate
from db.pool import Pool, PoolOptions
from domain.booking import BookingRules
from domain.times import shanghai_day
from ecard.app import utc_now
from ecard.embedded import EmbeddedServers
from resolvers import waitlist
from tests.acceptance.worker import WorkerProcess
from tests.resolvers.clinic import DAY, Clinic, open_clinic
from tests.resolvers.world import new_world
from tests.support.waiting import until_found

PLACES, WAITING = 24, 10
PATIENCE = 60.0  # seconds, for a machine that is busy with other things
SOON = BookingRules(return_after_min=timedelta(0), return_after_max=timedelta(seconds=5))


@pytest.fixture
async def clinic(own_servers: EmbeddedServers) -> AsyncIterator[Clinic]:
    pool = Pool(PoolOptions(own_servers.database_url, 4, "http://localhost"))
    async with pool.connection() as connection:
        await migrate(connection)
    world = await new_world(pool, booking=SOON)
    world.now = utc_now()
    yield await open_clinic(world)
    await pool.close()


async def test_every_place_returns_once_whatever_dies_meanwhile(
    own_servers: EmbeddedServers, clinic: Clinic, tmp_path: Path
) -> None:
    world = clinic.world
    waiting = [await world.resident() for _ in range(WAITING)]
    today = shanghai_day(world.now)
    for resident in waiting:
        days: dict[str, Any] = {"from": today, "to": today + timedelta(days=9)}
        await world.change(waitlist.join_waitlist, resident, department_id=clinic.public_id, **days)
    slot, leaving = await clinic.slot(3 * DAY, capacity=PLACES), [await world.resident() for _ in range(PLACES)]
    booked = [await clinic.book(resident, slot) for resident in leaving]
    world.now = utc_now()
    for resident, appointment in zip(leaving, booked, strict=True):
        await clinic.cancel(resident, appointment)

    async def resting(at_most: int) -> bool:
        return int(await world.value("select count(*) from slot_place where returns_at is not null")) <= at_most

    worker = WorkerProcess(own_servers, tmp_path)
    with worker.running() as first:
        await until_found(lambda: resting(PLACES - 5), PATIENCE)
        first.kill()
        first.wait()
    with worker.running():
        await until_found(lambda: resting(0), PATIENCE)
    held = await world.rows("select resident_id, number from slot_place where slot_id = $1", slot.id)
    assert {row["resident_id"] for row in held} == {resident.resident_id for resident in waiting}
    assert len(await clinic.places(slot)) == WAITING
    statuses = await world.rows("select status, count(*) from waitlist_entry group by status")
    assert [tuple(row.values()) for row in statuses] == [("BOOKED", WAITING)]
    assert await world.value("select count(*) from appointment where status = 'BOOKED' and slot_id = $1", slot.id) == WAITING
