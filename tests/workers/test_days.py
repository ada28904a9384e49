"""What a new day brings to booking."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pytest

from db import outbox, waitlist
from db.connection import Record
from db.outbox import JobKind
from db.waitlist import Entry
from tests.workers.city import fresh_id
from tests.workers.clinic import add_clinic, add_resident
from tests.workers.conftest import Clock
from workers.days import turn_day
from workers.tools import Tools

DAY = date(2031, 5, 6)
MIDNIGHT = datetime(2031, 5, 5, 16, tzinfo=UTC)


@pytest.fixture
async def clock(pool: object) -> Clock:
    return Clock(MIDNIGHT)


@pytest.fixture(autouse=True)
async def no_seeds(tools: Tools) -> None:
    async with tools.pool.connection() as connection:
        await connection.execute("delete from draw_seed where day >= $1", DAY - timedelta(days=1))


async def _turn(tools: Tools) -> None:
    id, now = fresh_id(), tools.clock()
    async with tools.pool.transaction() as connection:
        await outbox.put(connection, JobKind.TURN_DAY, {}, id, now)
        job = await outbox.start(connection, id, now)
    assert job is not None
    await turn_day(tools, job)
    async with tools.pool.connection() as connection:
        assert await connection.fetchval("select state from outbox where id = $1", id) == "done"


async def _seed(tools: Tools, day: date) -> Record | None:
    async with tools.pool.connection() as connection:
        return await connection.fetchrow("select seed, commitment, revealed_at from draw_seed where day = $1", day)


async def test_a_day_has_one_seed_from_its_start_on(tools: Tools, clock: Clock) -> None:
    await _turn(tools)
    first = await _seed(tools, DAY)
    assert first is not None
    assert sha256(first["seed"]).digest() == first["commitment"]
    clock.move(timedelta(hours=5))
    await _turn(tools)
    assert await _seed(tools, DAY) == first
    assert await _seed(tools, DAY + timedelta(days=1)) is None


async def test_it_is_told_when_the_last_draw_is_over_and_not_before(tools: Tools, clock: Clock) -> None:
    await _turn(tools)
    over = MIDNIGHT + timedelta(days=1) + tools.booking.return_after_max + timedelta(minutes=10)
    for now, revealed_at in ((over - timedelta(seconds=1), None), (over, over), (over + timedelta(days=1), over)):
        clock.now = now
        await _turn(tools)
        seed = await _seed(tools, DAY)
        assert seed is not None
        assert seed["revealed_at"] == revealed_at


async def _wait(tools: Tools, to_day: date) -> UUID:
    async with tools.pool.transaction() as connection:
        clinic = await add_clinic(connection, MIDNIGHT)
        resident_id, id = await add_resident(connection, tools.sealer, MIDNIGHT, None), fresh_id()
        where = (clinic.institution_id, clinic.department_id)
        await waitlist.insert(
            connection, Entry(resident_id, id, *where, DAY - timedelta(days=9), to_day, "WAITING", None, MIDNIGHT)
        )
    return id


async def test_who_waited_for_days_that_are_past_waits_no_longer(tools: Tools) -> None:
    ids = [await _wait(tools, DAY - timedelta(days=1)), await _wait(tools, DAY)]
    await _turn(tools)
    async with tools.pool.connection() as connection:
        found = [await connection.fetchval("select status from waitlist_entry where id = $1", id) for id in ids]
    assert found == ["EXPIRED", "WAITING"]
