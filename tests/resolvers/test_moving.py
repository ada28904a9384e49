"""Moving an appointment: the same one in another slot, all of it or nothing."""

from datetime import timedelta

import pytest

from domain.refusals import AlreadyBooked, SlotTaken
from tests.resolvers.clinic import DAY, HOUR, Clinic, busy_clinic
from tests.resolvers.world import World


@pytest.fixture
async def clinic(world: World) -> Clinic:
    return await busy_clinic(world)


async def test_moving_keeps_the_appointment_and_lets_its_old_place_rest(world: World, clinic: Clinic) -> None:
    resident, old, new = await world.resident(), await clinic.slot(capacity=2), await clinic.slot(3 * DAY, capacity=2)
    await clinic.book(await world.resident(), new)
    key = await clinic.book(resident, old, reason="复诊")
    before = await clinic.row(key)
    await clinic.move(resident, key, new)
    row = await clinic.row(key)
    assert (row["slot_id"], row["queue_number"], row["starts_at"]) == (new.id, 2, new.starts_at)
    assert {name: row[name] for name in ("status", "reason", "booked_at")} == {
        name: before[name] for name in ("status", "reason", "booked_at")
    }
    assert await clinic.places(old) == [(1, True)]
    assert await clinic.places(new) == [(1, False), (2, False)]
    await clinic.move(resident, key, new)
    assert await clinic.places(new) == [(1, False), (2, False)]


async def test_moving_within_the_same_day_is_no_clash_with_itself(world: World, clinic: Clinic) -> None:
    resident, old, near = await world.resident(), await clinic.slot(), await clinic.slot(2 * DAY + timedelta(minutes=10))
    key = await clinic.book(resident, old)
    await clinic.move(resident, key, near)
    assert (await clinic.row(key))["slot_id"] == near.id


async def test_move_that_is_refused_changes_nothing(world: World, clinic: Clinic) -> None:
    resident, old = await world.resident(), await clinic.slot()
    key, other = await clinic.book(resident, old), await clinic.book(resident, await clinic.slot(5 * DAY))
    full, clash = await clinic.slot(4 * DAY), await clinic.slot(5 * DAY + 3 * HOUR)
    await clinic.book(await world.resident(), full)
    for target, refused in ((full, SlotTaken), (clash, AlreadyBooked)):
        with pytest.raises(refused):
            await clinic.move(resident, key, target)
    assert await clinic.places(old) == [(1, False)]
    assert await clinic.places(clash) == []
    assert (await clinic.row(key))["slot_id"] == old.id
    await clinic.cancel(resident, other)


async def test_bill_stays_for_the_same_fee_and_is_exchanged_for_another(world: World, clinic: Clinic) -> None:
    resident = await world.resident()
    key = await clinic.book(resident, await clinic.slot(fee=1000))
    first = (await clinic.row(key))["bill_id"]
    await clinic.move(resident, key, await clinic.slot(3 * DAY, fee=1000))
    assert (await clinic.row(key))["bill_id"] == first
    await clinic.move(resident, key, await clinic.slot(4 * DAY, fee=3000))
    second = (await clinic.row(key))["bill_id"]
    bills = await world.rows("select id, self_paid, status from bill where resident_id = $1 order by id", resident.resident_id)
    assert [tuple(bill.values()) for bill in bills] == [(first, 1000, "CANCELLED"), (second, 3000, "UNPAID")]
    await clinic.move(resident, key, await clinic.slot(5 * DAY))
    assert (await clinic.row(key))["bill_id"] is None
    assert await world.value("select status from bill where id = $1", second) == "CANCELLED"
