"""Places that were given up return at their time: to the first in line whom they suit, else to everybody."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from db import outbox
from db.outbox import Job
from db.pool import Pool
from db.slots import Slot
from domain.ids import Key
from domain.times import shanghai_day
from domain.viewer import Viewer
from resolvers import waitlist
from tests.resolvers.clinic import DAY, HOUR, Clinic, open_clinic
from tests.resolvers.world import World, new_world, public
from tests.workers.conftest import Clock
from workers.jobs import JOBS
from workers.tools import Tools

NEWEST_JOB = (
    "select id from outbox where job = 'return_place' and args ->> 'slot_id' = $1 and args ->> 'number' = $2"
    " order by id desc limit 1"
)


@pytest.fixture
async def world(pool: Pool, tools: Tools) -> World:
    return await new_world(pool)


@pytest.fixture
async def clinic(world: World) -> Clinic:
    """Beside another department in whose line somebody waits, and a place of which rests."""
    noise = await open_clinic(world)
    await wait(noise, await world.resident())
    slot = await noise.slot(capacity=2)
    await give_up(noise, slot)
    return await open_clinic(world)


async def wait(clinic: Clinic, resident: Viewer, start: int = 0, end: int = 9) -> Key:
    """The resident waits in the clinic's line, for days so far from today."""
    today = shanghai_day(clinic.world.now)
    days: dict[str, Any] = {"from": today + timedelta(days=start), "to": today + timedelta(days=end)}
    made = await clinic.world.change(waitlist.join_waitlist, resident, department_id=clinic.public_id, **days)
    key: Key = made.fields["entry"]
    return key


async def give_up(clinic: Clinic, slot: Slot) -> datetime:
    """Somebody books and cancels: when the place returns."""
    resident = await clinic.world.resident()
    await clinic.cancel(resident, await clinic.book(resident, slot))
    returns_at: datetime = await clinic.world.value("select max(returns_at) from slot_place where slot_id = $1", slot.id)
    return returns_at


async def run(tools: Tools, slot: Slot, number: int = 1) -> None:
    """Runs the job that returns the place, as a worker does."""
    async with tools.pool.connection() as connection:
        id = await connection.fetchval(NEWEST_JOB, str(slot.id), str(number))
        job = await outbox.start(connection, id, tools.clock() + HOUR)
    assert isinstance(job, Job)
    await JOBS[job.kind].run(tools, job)


async def entry(world: World, key: Key) -> dict[str, Any]:
    (row,) = await world.rows("select * from waitlist_entry where resident_id = $1 and id = $2", key.resident_id, key.id)
    return dict(row)


async def test_place_is_free_for_anyone_when_nobody_waits(world: World, clinic: Clinic, tools: Tools, clock: Clock) -> None:
    slot = await clinic.slot()
    clock.now = await give_up(clinic, slot)
    await run(tools, slot)
    assert await clinic.places(slot) == []
    await clinic.book(await world.resident(), slot)


async def test_place_does_not_return_before_its_time(clinic: Clinic, tools: Tools, clock: Clock) -> None:
    slot = await clinic.slot()
    clock.now = await give_up(clinic, slot) - timedelta(seconds=1)
    await run(tools, slot)
    assert await clinic.places(slot) == [(1, True)]


async def test_first_in_line_is_booked_billed_reminded_and_told(world: World, clinic: Clinic, tools: Tools, clock: Clock) -> None:
    slot = await clinic.slot(3 * DAY, fee=900)
    first, second = await world.resident(), await world.resident()
    entries = [await wait(clinic, resident) for resident in (first, second)]
    clock.now = await give_up(clinic, slot)
    await run(tools, slot)
    assert await clinic.places(slot) == [(1, False)]
    (booked,) = await world.rows("select * from appointment where resident_id = $1", first.resident_id)
    assert (booked["slot_id"], booked["queue_number"], booked["status"]) == (slot.id, 1, "BOOKED")
    ended = await entry(world, entries[0])
    assert (ended["status"], ended["appointment_id"], ended["ended_at"]) == ("BOOKED", booked["id"], clock.now)
    assert (await entry(world, entries[1]))["status"] == "WAITING"
    assert await world.value("select self_paid from bill where id = $1", booked["bill_id"]) == 900
    told = await world.rows("select args ->> 'event' as event from outbox where args ->> 'subject_id' = $1", str(booked["id"]))
    assert sorted(row["event"] for row in told) == [
        "APPOINTMENT_REMINDER_DAY",
        "APPOINTMENT_REMINDER_HOURS",
        "WAITLIST_BOOKED",
    ]
    assert await world.value("select actor_kind from audit where object_id = $1", booked["id"]) == "PLATFORM"
    # It runs twice one day.
    await world.rows("update outbox set state = 'waiting' where job = 'return_place'")
    await run(tools, slot)
    assert await clinic.places(slot) == [(1, False)]
    assert await world.value("select count(*) from appointment where slot_id = $1 and status = 'BOOKED'", slot.id) == 1


async def test_whom_it_does_not_suit_is_passed_over_and_waits_on(world: World, clinic: Clinic, tools: Tools, clock: Clock) -> None:
    slot, elsewhere = await clinic.slot(3 * DAY), await open_clinic(world)
    other_days, busy, locked, left, right = [await world.resident() for _ in range(5)]
    entries = [await wait(clinic, other_days, 4, 9), *[await wait(clinic, who) for who in (busy, locked, left, right)]]
    await elsewhere.book(busy, await elsewhere.slot(3 * DAY))
    for n in range(3):
        key = await elsewhere.book(locked, await elsewhere.slot((5 + n) * DAY))
        await world.rows("update appointment set status = 'NO_SHOW', ends_at = $2 where id = $1", key.id, world.now)
    leaving = public("W", entries[3].id, entries[3].resident_id)
    await world.change(waitlist.leave_waitlist, left, entry_id=leaving)
    clock.now = await give_up(clinic, slot)
    await run(tools, slot)
    assert await world.value("select resident_id from slot_place where slot_id = $1", slot.id) == right.resident_id
    statuses = [(await entry(world, key))["status"] for key in entries]
    assert statuses == ["WAITING", "WAITING", "WAITING", "LEFT", "BOOKED"]


async def test_nobody_is_booked_into_what_they_could_not_cancel(world: World, clinic: Clinic, tools: Tools, clock: Clock) -> None:
    slot = await clinic.slot(DAY)
    await wait(clinic, await world.resident())
    await give_up(clinic, slot)
    clock.now = slot.starts_at - tools.booking.cancel_until
    await run(tools, slot)
    assert await clinic.places(slot) == []


async def test_place_that_was_withdrawn_meanwhile_returns_to_nobody(
    world: World, clinic: Clinic, tools: Tools, clock: Clock
) -> None:
    slot = await clinic.slot()
    key = await wait(clinic, await world.resident())
    clock.now = await give_up(clinic, slot)
    await world.rows("update slot set withdrawn_at = $2 where id = $1", slot.id, world.now)
    await run(tools, slot)
    assert await clinic.places(slot) == []
    assert (await entry(world, key))["status"] == "WAITING"


async def test_many_returns_at_once_go_down_the_line(world: World, clinic: Clinic, tools: Tools, clock: Clock) -> None:
    slots = [await clinic.slot(days * DAY, capacity=2) for days in (3, 4, 5)]
    returns = [await give_up(clinic, slot) for slot in slots for _ in range(2)]
    waiting = [await world.resident() for _ in range(9)]
    entries = [await wait(clinic, resident) for resident in waiting]
    clock.now = max(returns)
    await asyncio.gather(*(run(tools, slot, number) for slot in slots for number in (1, 2)))
    statuses = [(await entry(world, key))["status"] for key in entries]
    assert statuses == ["BOOKED"] * 6 + ["WAITING"] * 3
    for slot in slots:
        assert await clinic.places(slot) == [(1, False), (2, False)]
    held = await world.rows("select resident_id from slot_place where slot_id = any($1)", [slot.id for slot in slots])
    assert {row["resident_id"] for row in held} == {resident.resident_id for resident in waiting[:6]}


async def test_two_lines_with_the_same_people_in_other_orders_do_not_lock_each_other_out(
    world: World, clinic: Clinic, tools: Tools, clock: Clock
) -> None:
    other = await open_clinic(world)
    people = [await world.resident() for _ in range(4)]
    for line, order in ((clinic, people), (other, people[::-1])):
        for resident in order:
            await wait(line, resident)
    one, two = await clinic.slot(3 * DAY, capacity=3), await other.slot(3 * DAY, capacity=3)
    clock.now = max([await give_up(line, slot) for line, slot in ((clinic, one), (other, two)) for _ in range(3)])
    await asyncio.gather(*(run(tools, slot, number) for number in (1, 2, 3) for slot in (one, two)))
    held = await world.rows("select resident_id from slot_place where slot_id = any($1)", [one.id, two.id])
    assert sorted(str(row["resident_id"]) for row in held) == sorted(str(resident.resident_id) for resident in people)
    # Of six places four are booked, since both are at one time; two are free.
    assert len(await clinic.places(one)) + len(await other.places(two)) == 4
