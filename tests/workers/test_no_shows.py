"""Who did not come is marked once, after the doctor's day, and is told when it locks booking."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from db import outbox
from db.outbox import Job, JobKind
from domain.times import to_text
from tests.workers.city import fresh_id
from tests.workers.clinic import Clinic, add_appointment, add_clinic, add_resident, add_slot
from tests.workers.conftest import Clock
from workers.no_shows import judge_no_shows
from workers.tools import Tools

NINE = datetime(2026, 11, 24, 1, tzinfo=UTC)
HALF_PAST_NINE, TEN = NINE + timedelta(minutes=30), NINE + timedelta(hours=1)


@dataclass
class Morning:
    """A resident's appointments at a clinic, among another's."""

    tools: Tools
    clinic: Clinic
    resident_id: UUID

    async def appointment(self, starts_at: datetime = NINE, status: str = "BOOKED") -> UUID:
        async with self.tools.pool.transaction() as connection:
            return await add_appointment(connection, self.clinic, self.resident_id, starts_at, status)

    async def judge(self) -> None:
        id = fresh_id()
        async with self.tools.pool.transaction() as connection:
            await outbox.put(connection, JobKind.JUDGE_NO_SHOWS, {}, id, self.tools.clock())
            job = await outbox.start(connection, id, self.tools.clock())
        assert job == Job(id, JobKind.JUDGE_NO_SHOWS, {}, 1)
        await judge_no_shows(self.tools, job)
        async with self.tools.pool.connection() as connection:
            assert await connection.fetchval("select state from outbox where id = $1", id) == "done"

    async def status(self, id: UUID) -> str:
        async with self.tools.pool.connection() as connection:
            status: str = await connection.fetchval("select status from appointment where id = $1", id)
        return status

    async def told(self) -> list[str]:
        """Until when they may not book, as they are told."""
        async with self.tools.pool.connection() as connection:
            rows = await connection.fetch(
                "select args ->> 'until' as until from outbox where args ->> 'event' = 'BOOKING_LOCKED'"
                " and args ->> 'resident_id' = $1 order by id",
                str(self.resident_id),
            )
        return [row["until"] for row in rows]


@pytest.fixture
def clock() -> Clock:
    return Clock(HALF_PAST_NINE)


@pytest.fixture
async def morning(tools: Tools) -> Morning:
    async with tools.pool.transaction() as connection:
        # What other tests left in the shared database is none of this one's.
        await connection.execute("update appointment set status = 'CANCELLED' where status = 'BOOKED'")
        clinic = await add_clinic(connection, NINE)
        other, resident_id = [await add_resident(connection, tools.sealer, NINE, None) for _ in range(2)]
        for days in (1, 2, 3):
            await add_appointment(connection, clinic, other, NINE - timedelta(days=days), "NO_SHOW")
    return Morning(tools, clinic, resident_id)


async def test_who_did_not_come_is_marked_when_the_time_is_over(morning: Morning, clock: Clock) -> None:
    id = await morning.appointment()
    clock.now = HALF_PAST_NINE - timedelta(seconds=1)
    await morning.judge()
    assert await morning.status(id) == "BOOKED"
    clock.now = HALF_PAST_NINE
    await morning.judge()
    assert await morning.status(id) == "NO_SHOW"


async def test_who_is_late_is_still_seen_that_day(morning: Morning, clock: Clock) -> None:
    id = await morning.appointment()
    async with morning.tools.pool.transaction() as connection:
        await add_slot(connection, morning.clinic, HALF_PAST_NINE)
    await morning.judge()
    assert await morning.status(id) == "BOOKED"
    clock.now = TEN
    await morning.judge()
    assert await morning.status(id) == "NO_SHOW"


async def test_another_day_of_the_doctor_changes_nothing(morning: Morning) -> None:
    id = await morning.appointment()
    async with morning.tools.pool.transaction() as connection:
        await add_slot(connection, morning.clinic, HALF_PAST_NINE + timedelta(hours=23))
    await morning.judge()
    assert await morning.status(id) == "NO_SHOW"


@pytest.mark.parametrize("status", ["CHECKED_IN", "COMPLETED", "CANCELLED"])
async def test_who_came_or_cancelled_is_not_marked(morning: Morning, status: str) -> None:
    id = await morning.appointment(status=status)
    await morning.judge()
    assert await morning.status(id) == status


async def test_the_third_time_locks_and_is_told_once(morning: Morning) -> None:
    await morning.appointment(NINE - timedelta(days=89), "NO_SHOW")
    await morning.appointment(NINE - timedelta(days=8))
    await morning.judge()
    assert await morning.told() == []
    await morning.appointment()
    await asyncio.gather(morning.judge(), morning.judge())
    await morning.judge()
    assert await morning.told() == [to_text(HALF_PAST_NINE + timedelta(days=30))]


async def test_what_was_missed_long_ago_counts_no_more(morning: Morning) -> None:
    await morning.appointment(NINE - timedelta(days=91), "NO_SHOW")
    await morning.appointment(NINE - timedelta(days=8), "NO_SHOW")
    await morning.appointment()
    await morning.judge()
    assert await morning.told() == []


async def test_more_than_a_page_is_judged_in_one_turn(morning: Morning, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.no_shows.PAGE", 2)
    ids = [await morning.appointment(NINE - timedelta(days=days)) for days in range(5)]
    await morning.judge()
    assert [await morning.status(id) for id in ids] == ["NO_SHOW"] * 5
