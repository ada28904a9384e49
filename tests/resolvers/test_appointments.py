"""Booking, cancelling and moving: the rules, and what is left in the tables."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from domain.draw import Seed, returns_at
from domain.refusals import (
    AlreadyBooked,
    BookingLocked,
    Forbidden,
    InvalidInput,
    NotFound,
    NotReady,
    Refusal,
    SlotTaken,
    SlotWithdrawn,
    TooLate,
    WrongState,
)
from domain.times import shanghai_day
from domain.viewer import Viewer
from tests.resolvers.clinic import DAY, HOUR, Clinic, busy_clinic, open_clinic
from tests.resolvers.world import World, public


@pytest.fixture
async def clinic(world: World) -> Clinic:
    return await busy_clinic(world)


async def miss(world: World, clinic: Clinic, resident: Viewer, ago: timedelta) -> datetime:
    """The resident did not come, so long ago: when that ended."""
    slot = await clinic.slot(10 * DAY)
    key, ended = await clinic.book(resident, slot), world.now - ago
    await world.rows(
        "update appointment set status = 'NO_SHOW', starts_at = $3, ends_at = $4, day = $5 where resident_id = $1 and id = $2",
        key.resident_id,
        key.id,
        ended - HOUR,
        ended,
        shanghai_day(ended),
    )
    return ended


async def test_booking_copies_the_slot_and_takes_its_first_free_number(world: World, clinic: Clinic) -> None:
    slot = await clinic.slot(capacity=3)
    residents = [await world.resident() for _ in range(3)]
    keys = [await clinic.book(resident, slot, reason=" 头晕 ") for resident in residents]
    rows = [await clinic.row(key) for key in keys]
    assert [row["queue_number"] for row in rows] == [1, 2, 3]
    copied = ("department_id", "doctor_id", "institution_id", "starts_at", "ends_at", "day", "fee")
    for row in rows:
        assert {name: row[name] for name in copied} == {name: getattr(slot, name) for name in copied}
        assert row["cancellable_until"] == slot.starts_at - world.tools.booking.cancel_until
        assert (row["slot_id"], row["status"], row["reason"], row["bill_id"]) == (slot.id, "BOOKED", "头晕", None)
        assert row["app_id"] == world.app_id
    assert await clinic.places(slot) == [(1, False), (2, False), (3, False)]
    with pytest.raises(SlotTaken):
        await clinic.book(await world.resident(), slot)


async def test_fee_is_a_bill_and_none_without_one(world: World, clinic: Clinic) -> None:
    resident = await world.resident()
    key = await clinic.book(resident, await clinic.slot(fee=2550))
    bill_id = (await clinic.row(key))["bill_id"]
    bills = await world.rows("select * from bill where resident_id = $1", resident.resident_id)
    assert [(bill["id"], bill["appointment_id"], bill["self_paid"], bill["status"]) for bill in bills] == [
        (bill_id, key.id, 2550, "UNPAID")
    ]
    await clinic.cancel(resident, key)
    assert await world.value("select status from bill where resident_id = $1", resident.resident_id) == "CANCELLED"


async def test_booking_and_cancelling_are_audited_and_reminded_of(world: World, clinic: Clinic) -> None:
    resident = await world.resident()
    key = await clinic.book(resident, await clinic.slot(3 * DAY))
    await clinic.cancel(resident, key, reason="有事")
    done = await world.rows(
        "select action, reason from audit where subject_id = $1 and object_id = $2", resident.resident_id, key.id
    )
    assert [(row["action"], row["reason"]) for row in done] == [("appointment.booked", None), ("appointment.cancelled", "有事")]
    jobs = await world.rows("select args from outbox where job = 'send_notification' and args ->> 'subject_id' = $1", str(key.id))
    assert len(jobs) == 2


@pytest.mark.parametrize(
    ("after", "refused"), [(-HOUR, TooLate), (timedelta(0), TooLate), (16 * DAY, NotReady)], ids=["past", "now", "too far ahead"]
)
async def test_slot_outside_the_days_is_refused(world: World, clinic: Clinic, after: timedelta, refused: type[Refusal]) -> None:
    slot = await clinic.slot(after)
    with pytest.raises(refused):
        await clinic.book(await world.resident(), slot)
    assert await clinic.places(slot) == []


async def test_withdrawn_and_unknown_slots_are_refused(world: World, clinic: Clinic) -> None:
    slot, resident = await clinic.slot(), await world.resident()
    await world.rows("update slot set withdrawn_at = $2 where id = $1", slot.id, world.now)
    with pytest.raises(SlotWithdrawn):
        await clinic.book(resident, slot)
    for unknown in (replace(slot, id=clinic.id), replace(slot, id=resident.resident_id or clinic.id)):
        with pytest.raises(NotFound) as refused:
            await clinic.book(resident, unknown)
        assert refused.value.field == ("slot_id",)
    with pytest.raises(InvalidInput):
        await clinic.book(resident, slot, reason="长" * 201)


async def test_one_person_has_one_time_and_one_day_at_a_department(world: World, clinic: Clinic) -> None:
    resident, elsewhere = await world.resident(), await open_clinic(world)
    slot = await clinic.slot(2 * DAY, capacity=5)
    await clinic.book(resident, slot)
    for taken in (
        slot,
        await elsewhere.slot(2 * DAY + timedelta(minutes=29)),
        await elsewhere.slot(2 * DAY - timedelta(minutes=29)),
        await clinic.slot(2 * DAY + 3 * HOUR),
    ):
        with pytest.raises(AlreadyBooked):
            await clinic.book(resident, taken)
    assert await clinic.places(slot) == [(1, False)]
    await clinic.book(resident, await elsewhere.slot(2 * DAY + timedelta(minutes=30)))
    await clinic.book(resident, await clinic.slot(3 * DAY))


async def test_cancelled_and_missed_appointments_keep_no_time(world: World, clinic: Clinic) -> None:
    resident, slot = await world.resident(), await clinic.slot(capacity=3)
    await clinic.cancel(resident, await clinic.book(resident, slot))
    key = await clinic.book(resident, slot)
    await world.rows("update appointment set status = 'COMPLETED' where id = $1", key.id)
    await clinic.book(resident, slot)


async def test_given_up_place_rests_until_the_time_that_is_drawn(world: World, clinic: Clinic) -> None:
    resident, slot = await world.resident(), await clinic.slot()
    key = await clinic.book(resident, slot)
    await clinic.cancel(resident, key)
    row = await clinic.row(key)
    assert (row["status"], row["cancelled_at"]) == ("CANCELLED", world.now)
    assert await clinic.places(slot) == [(1, True)]
    with pytest.raises(SlotTaken):
        await clinic.book(await world.resident(), slot)
    (place,) = await world.rows("select * from slot_place where slot_id = $1", slot.id)
    (drawn,) = await world.rows("select * from place_return where slot_id = $1", slot.id)
    (seed,) = await world.rows("select * from draw_seed where day = $1", shanghai_day(world.now))
    rules = world.tools.booking
    of_day = Seed(seed["day"], seed["seed"], rules.return_after_min, rules.return_after_max)
    expected = returns_at(of_day, slot.id, 1, row["cancelled_at"], slot.starts_at)
    assert place["returns_at"] == drawn["returns_at"] == expected
    (job,) = await world.rows("select * from outbox where job = 'return_place' and args ->> 'slot_id' = $1", str(slot.id))
    assert job["run_at"] == expected


async def test_cancelling_again_is_no_refusal_and_gives_nothing_up_again(world: World, clinic: Clinic) -> None:
    resident, slot = await world.resident(), await clinic.slot()
    key = await clinic.book(resident, slot)
    for _ in range(2):
        await clinic.cancel(resident, key)
    assert await world.value("select count(*) from place_return where slot_id = $1", slot.id) == 1


async def test_after_its_time_an_appointment_is_neither_cancelled_nor_moved(world: World, clinic: Clinic) -> None:
    resident, slot, other = await world.resident(), await clinic.slot(3 * HOUR), await clinic.slot(2 * DAY)
    key = await clinic.book(resident, slot)
    world.now = slot.starts_at - world.tools.booking.cancel_until
    with pytest.raises(TooLate):
        await clinic.cancel(resident, key)
    with pytest.raises(TooLate):
        await clinic.move(resident, key, other)
    await world.rows("update appointment set status = 'CHECKED_IN' where id = $1", key.id)
    with pytest.raises(WrongState):
        await clinic.cancel(resident, key)


async def test_three_missed_lock_booking_and_moving_until_it_is_over(world: World, clinic: Clinic) -> None:
    resident, slot = await world.resident(), await clinic.slot(5 * DAY)
    key = await clinic.book(resident, await clinic.slot())
    for ago in (80 * DAY, 2 * DAY):
        await miss(world, await open_clinic(world), resident, ago)
    last = await miss(world, await open_clinic(world), resident, DAY)
    for act in (lambda: clinic.book(resident, slot), lambda: clinic.move(resident, key, slot)):
        with pytest.raises(BookingLocked) as refused:
            await act()
        assert refused.value.retry_at == last + 30 * DAY
    # Giving back what one has is no booking.
    await clinic.cancel(resident, key)
    world.now = last + 30 * DAY
    await clinic.book(resident, await clinic.slot())


async def test_carer_with_the_scope_books_and_cancels_and_others_do_not(world: World, clinic: Clinic) -> None:
    parent, carer, billing, stranger = [await world.resident() for _ in range(4)]
    await world.care_for(parent, carer, "APPOINTMENTS")
    await world.care_for(parent, billing, "CARD", "BILLS")
    assert parent.resident_id is not None
    slot, of_parent = await clinic.slot(capacity=3), public("R", parent.resident_id)
    for viewer, refused in ((billing, Forbidden), (stranger, NotFound), (clinic.institution, Forbidden)):
        with pytest.raises(refused):
            await clinic.book(viewer, slot, resident_id=of_parent)
    key = await clinic.book(carer, slot, resident_id=of_parent)
    assert key.resident_id == parent.resident_id
    for viewer, refused in ((billing, Forbidden), (stranger, NotFound)):
        with pytest.raises(refused):
            await clinic.cancel(viewer, key)
        with pytest.raises(refused):
            await clinic.move(viewer, key, await clinic.slot(3 * DAY))
    await clinic.cancel(carer, key)


async def test_number_that_returned_is_the_next_to_be_held(world: World, clinic: Clinic) -> None:
    slot = await clinic.slot(capacity=3)
    first, second = await world.resident(), await world.resident()
    key = await clinic.book(first, slot)
    await clinic.book(second, slot)
    await clinic.cancel(first, key)
    third = await clinic.book(await world.resident(), slot)
    assert (await clinic.row(third))["queue_number"] == 3
    await world.rows("delete from slot_place where slot_id = $1 and number = 1", slot.id)
    await world.rows("update slot set taken = taken - 1 where id = $1", slot.id)
    fourth = await clinic.book(await world.resident(), slot)
    assert (await clinic.row(fourth))["queue_number"] == 1


async def test_two_bookings_of_one_person_at_once_make_one(world: World, clinic: Clinic) -> None:
    elsewhere = await open_clinic(world)
    resident = await world.resident()
    targets = [await clinic.slot(), await elsewhere.slot(2 * DAY + timedelta(minutes=10)), await clinic.slot(2 * DAY + HOUR)]
    outcomes = await asyncio.gather(*(clinic.book(resident, slot) for slot in targets), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert len(refused) in (1, 2)
    assert {type(outcome) for outcome in refused} == {AlreadyBooked}
    times = "select starts_at, ends_at from appointment where resident_id = $1 order by starts_at"
    held = await world.rows(times, resident.resident_id)
    assert all(one["ends_at"] <= two["starts_at"] for one, two in pairwise(held))
