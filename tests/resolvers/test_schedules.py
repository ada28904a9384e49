"""Sessions become slots, once; slots that are withdrawn cancel what is booked of them, and tell the people."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.enums import CodePurpose
from domain.ids import Key
from domain.refusals import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    Refusal,
    SlotWithdrawn,
    TooLate,
)
from domain.slots import slot_id
from domain.times import shanghai_day
from resolvers import appointments, check_ins, schedules
from tests.resolvers.hospital import DEPARTMENTS, DOCTORS, Hospital, new_hospital, publish, session
from tests.resolvers.world import World, public


@pytest.fixture
async def hospital(world: World) -> Hospital:
    return await new_hospital(world)


def tomorrow(hospital: Hospital, **later: float) -> Any:
    return hospital.world.now.replace(microsecond=0) + timedelta(days=1, **later)


async def told(hospital: Hospital, key: Key) -> list[str]:
    """What the workers will tell of the appointment at once."""
    rows = await hospital.world.rows(
        "select args from outbox where job = 'send_notification' and args->>'subject_id' = $1 order by id", str(key.id)
    )
    return [row["args"] for row in rows if "REMINDER" not in row["args"]]


# ---------------------------------------------------------------- publishing


async def test_sessions_are_cut_into_slots(hospital: Hospital) -> None:
    start = tomorrow(hospital)
    ids = await hospital.publish(session(start, 70, capacity=7, fee=Decimal("12.50")), session(start + timedelta(hours=3)))
    rows = await hospital.world.rows("select * from slot where doctor_id = $1 order by starts_at", hospital.doctors["M1"])
    assert [row["id"] for row in rows] == ids
    assert ids == [slot_id(hospital.doctors["M1"], start + timedelta(minutes=away)) for away in (0, 30, 180, 210)]
    first = rows[0]
    assert (first["starts_at"], first["ends_at"], first["day"]) == (start, start + timedelta(minutes=30), shanghai_day(start))
    assert (first["capacity"], first["taken"], first["fee"]) == (7, 0, 1250)
    assert (first["institution_id"], first["department_id"]) == (hospital.viewer.institution_id, hospital.departments["D1"])
    assert [row["fee"] for row in rows] == [1250, 1250, 0, 0]


async def test_the_same_again_changes_nothing(hospital: Hospital) -> None:
    start = tomorrow(hospital)
    ids = await hospital.publish(session(start))
    await hospital.withdraw(ids[1])
    before = [await hospital.slot(id) for id in ids]
    assert await hospital.publish(session(start, capacity=9, fee=Decimal("99"))) == ids
    assert [await hospital.slot(id) for id in ids] == before
    longer = await hospital.publish(session(start, 90))
    assert longer[:2] == ids
    assert [await hospital.slot(id) for id in ids] == before
    hospital.world.later(days=1, minutes=1)
    assert await hospital.publish(session(start, 90)) == longer


async def test_of_many_who_publish_at_once_all_get_the_same_slots(hospital: Hospital) -> None:
    start = tomorrow(hospital)
    answers = await asyncio.gather(*(hospital.publish(session(start, 600)) for _ in range(12)))
    assert len({tuple(ids) for ids in answers}) == 1
    assert await hospital.world.value("select count(*) from slot where doctor_id = $1", hospital.doctors["M1"]) == 20


async def test_of_overlapping_schedules_at_once_one_is_published(hospital: Hospital) -> None:
    start = tomorrow(hospital)
    wanted = [session(start + timedelta(minutes=minute), 60) for minute in range(12)]
    done = await asyncio.gather(*(hospital.publish(one) for one in wanted), return_exceptions=True)
    assert [type(one) for one in done if isinstance(one, BaseException)] == [Conflict] * 11
    assert await hospital.world.value("select count(*) from slot where doctor_id = $1", hospital.doctors["M1"]) == 2


async def test_a_doctor_is_in_one_place(hospital: Hospital) -> None:
    start = tomorrow(hospital)
    ids = await hospital.publish(session(start))
    for department, away in (("D1", 10), ("D2", 0), ("D2", -30)):
        with pytest.raises(Conflict) as refused:
            await hospital.publish(session(start + timedelta(minutes=away)), department=department)
        assert refused.value.field == ("sessions", "0")
    assert len(await hospital.publish(session(start), doctor="M2", department="D2")) == 2
    assert len(await hospital.publish(session(start + timedelta(hours=1)), department="D2")) == 2
    await hospital.withdraw(*ids)
    assert len(await hospital.publish(session(start + timedelta(minutes=10), 20, slot_minutes=10))) == 2


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"fee": Decimal("-1")}, InvalidInput, ("sessions", "0", "fee")),
        ({"fee": Decimal("0.001")}, InvalidInput, ("sessions", "0", "fee")),
        ({"capacity": 0}, InvalidInput, ("sessions", "0", "capacity")),
        ({"slot_minutes": 0}, InvalidInput, ("sessions", "0", "slot_minutes")),
        ({"slot_minutes": 61}, InvalidInput, ("sessions", "0", "ends_at")),
    ],
)
async def test_what_is_no_session_is_refused(
    hospital: Hospital, changes: Mapping[str, Any], refusal: type[Refusal], field: tuple[str, ...]
) -> None:
    with pytest.raises(refusal) as refused:
        await hospital.publish(session(tomorrow(hospital), **changes))
    assert refused.value.field == field


async def test_limits_of_a_schedule(hospital: Hospital) -> None:
    start = tomorrow(hospital)
    every_hour = [session(start + timedelta(hours=2 * hour)) for hour in range(101)]
    for wanted in ([], every_hour, [session(start, 300, slot_minutes=1), session(start + timedelta(hours=5), 201, slot_minutes=1)]):
        with pytest.raises(InvalidInput) as refused:
            await hospital.publish(*wanted)
        assert refused.value.field == ("sessions",)
    with pytest.raises(InvalidInput) as refused:
        await hospital.publish(session(start), session(start + timedelta(minutes=59)))
    assert refused.value.field == ("sessions", "1")


async def test_what_has_begun_cannot_be_published(hospital: Hospital) -> None:
    with pytest.raises(TooLate) as refused:
        await hospital.publish(session(tomorrow(hospital)), session(hospital.world.now - timedelta(minutes=30)))
    assert refused.value.field == ("sessions", "1", "starts_at")
    assert await hospital.world.value("select count(*) from slot where doctor_id = $1", hospital.doctors["M1"]) == 0


async def test_a_schedule_is_of_ones_own_doctors_in_ones_own_departments(world: World, hospital: Hospital) -> None:
    other = await new_hospital(world)
    wanted = session(tomorrow(hospital))
    ids: dict[str, Any] = {
        "department_id": public("D", hospital.departments["D1"]),
        "doctor_id": public("H", hospital.doctors["M1"]),
    }
    theirs = {"department_id": public("D", other.departments["D1"]), "doctor_id": public("H", other.doctors["M1"])}
    for field, id in theirs.items():
        with pytest.raises(NotFound) as refused:
            await world.change(schedules.publish_schedule, hospital.viewer, **{**ids, field: id}, sessions=[wanted])
        assert refused.value.field == (field,)
    with pytest.raises(Forbidden):
        await world.change(schedules.publish_schedule, await world.resident(), **ids, sessions=[wanted])


async def test_nobody_publishes_for_what_is_hidden(world: World, hospital: Hospital) -> None:
    await publish(world, hospital.viewer, [{**DEPARTMENTS[1], "active": False}], [{**DOCTORS[0], "active": False}])
    with pytest.raises(NotFound) as refused:
        await hospital.publish(session(tomorrow(hospital)))
    assert refused.value.field == ("doctor_id",)
    with pytest.raises(NotFound) as refused:
        await hospital.publish(session(tomorrow(hospital)), doctor="M2", department="D2")
    assert refused.value.field == ("department_id",)


# ---------------------------------------------------------------- withdrawing


async def test_withdrawn_slots_cancel_their_bookings_and_tell_the_people(hospital: Hospital) -> None:
    ids = await hospital.publish(session(tomorrow(hospital), 90, fee=Decimal("20")))
    booked = [await hospital.book(ids[0]), await hospital.book(ids[0]), await hospital.book(ids[1])]
    kept = await hospital.book(ids[2])
    cancelled = await hospital.withdraw(ids[0], ids[1], reason="停电")
    assert set(cancelled) == set(booked)
    for key in booked:
        row = await hospital.appointment(key)
        assert (row["status"], row["cancel_reason"], row["cancelled_at"]) == ("CANCELLED", "停电", hospital.world.now)
        assert len(await told(hospital, key)) == 1
        bill = "select status from bill where resident_id = $1 and id = $2"
        assert await hospital.world.value(bill, key.resident_id, row["bill_id"]) == "CANCELLED"
        audited = "select reason from audit where subject_id = $1 and object_id = $2 and action = 'appointment.cancelled'"
        assert await hospital.world.value(audited, key.resident_id, key.id) == "停电"
    assert (await hospital.appointment(kept))["status"] == "BOOKED"
    assert await told(hospital, kept) == []
    for id in ids[:2]:
        row = await hospital.slot(id)
        assert (row["withdrawn_at"], row["withdrawn_reason"], row["taken"]) == (hospital.world.now, "停电", 0)
        assert await hospital.world.value("select count(*) from slot_place where slot_id = $1", id) == 0
    assert (await hospital.slot(ids[2]))["taken"] == 1


async def test_withdrawing_again_changes_nothing(hospital: Hospital) -> None:
    ids = await hospital.publish(session(tomorrow(hospital)))
    await hospital.book(ids[0])
    await hospital.withdraw(ids[0])
    before = await hospital.slot(ids[0])
    assert await hospital.withdraw(ids[0], ids[1], reason="别的原因") == []
    assert await hospital.slot(ids[0]) == before
    assert (await hospital.slot(ids[1]))["withdrawn_reason"] == "别的原因"


async def test_nobody_books_what_is_withdrawn(hospital: Hospital) -> None:
    ids = await hospital.publish(session(tomorrow(hospital)))
    await hospital.withdraw(ids[0])
    with pytest.raises(SlotWithdrawn):
        await hospital.book(ids[0])


async def test_a_place_that_rests_goes_with_its_slot(hospital: Hospital) -> None:
    ids, resident = await hospital.publish(session(tomorrow(hospital))), await hospital.world.resident()
    key = await hospital.book(ids[0], resident)
    given: dict[str, Any] = {"appointment_id": public("B", key.id, key.resident_id), "reason": "有事"}
    await hospital.world.change(appointments.cancel_appointment, resident, **given)
    assert (await hospital.slot(ids[0]))["taken"] == 1
    assert await hospital.withdraw(ids[0]) == []
    assert (await hospital.slot(ids[0]))["taken"] == 0
    row = await hospital.appointment(key)
    assert row["cancel_reason"] == "有事"
    assert await told(hospital, key) == []


async def test_who_has_checked_in_keeps_the_place(hospital: Hospital) -> None:
    world = hospital.world
    ids, here = await hospital.publish(session(world.now + timedelta(minutes=20))), await world.resident()
    key, other = await hospital.book(ids[0], here), await hospital.book(ids[0])
    await world.verify(hospital.viewer, await world.present(here, CodePurpose.IDENTIFY))
    assert (await hospital.appointment(key))["status"] == "CHECKED_IN"
    assert await hospital.withdraw(ids[0]) == [other]
    assert (await hospital.appointment(key))["status"] == "CHECKED_IN"
    assert (await hospital.slot(ids[0]))["taken"] == 1


async def test_what_is_over_or_not_ones_own_cannot_be_withdrawn(world: World, hospital: Hospital) -> None:
    other = await new_hospital(world)
    ids = await hospital.publish(session(tomorrow(hospital)))
    (theirs, *_) = await other.publish(session(tomorrow(hospital)))
    booked = await other.book(theirs)
    with pytest.raises(NotFound):
        await hospital.withdraw(ids[0], theirs)
    assert (await other.appointment(booked))["status"] == "BOOKED"
    assert (await hospital.slot(ids[0]))["withdrawn_at"] is None
    world.later(days=1, minutes=30)
    with pytest.raises(TooLate):
        await hospital.withdraw(ids[0], ids[1])
    assert await hospital.withdraw(ids[1]) == []
    for wanted in ([], [UUID(int=n) for n in range(101)]):
        with pytest.raises(InvalidInput):
            await hospital.withdraw(*wanted)
    with pytest.raises(InvalidInput):
        await hospital.withdraw(ids[1], reason=" ")


async def test_bookings_cancellations_and_a_withdrawal_at_once_leave_nobody_booked(hospital: Hospital) -> None:
    """Whoever was booked is cancelled; nobody is booked afterwards; nothing is counted wrong."""
    world = hospital.world
    ids = await hospital.publish(session(tomorrow(hospital), capacity=8))
    early = [await world.resident() for _ in range(6)]
    booked = [await hospital.book(ids[n % 2], resident) for n, resident in enumerate(early)]
    late = [await world.resident() for _ in range(8)]
    cancelling = [
        world.change(appointments.cancel_appointment, who, appointment_id=public("B", key.id, key.resident_id))
        for who, key in zip(early[:3], booked[:3], strict=True)
    ]
    booking = [hospital.book(ids[n % 2], resident) for n, resident in enumerate(late)]
    done = await asyncio.gather(*cancelling, hospital.withdraw(*ids), *booking, return_exceptions=True)
    assert not isinstance(done[3], BaseException), done[3]
    assert {type(one) for one in done if isinstance(one, BaseException)} <= {SlotWithdrawn, Conflict}
    sql = "select status, count(*) as n from appointment where slot_id = any($1) group by status"
    assert {row["status"] for row in await world.rows(sql, ids)} == {"CANCELLED"}
    for id in ids:
        assert (
            (await hospital.slot(id))["taken"] == await world.value("select count(*) from slot_place where slot_id = $1", id) == 0
        )


async def test_check_in_and_withdrawal_at_once_agree(hospital: Hospital) -> None:
    world, resident = hospital.world, await hospital.world.resident()
    ids = await hospital.publish(session(world.now + timedelta(hours=3)))
    key = await hospital.book(ids[0], resident)
    visit = await world.verify(hospital.viewer, await world.present(resident))
    given: dict[str, Any] = {
        "appointment_id": public("B", key.id, key.resident_id),
        "visit_id": public("V", visit.id, visit.resident_id),
    }
    done = await asyncio.gather(
        world.change(check_ins.check_in, hospital.viewer, **given), hospital.withdraw(ids[0]), return_exceptions=True
    )
    row = await hospital.appointment(key)
    if row["status"] == "CHECKED_IN":
        assert done[1] == []
    else:
        assert done[1] == [key]
        assert isinstance(done[0], Refusal)
    assert (await hospital.slot(ids[0]))["taken"] == (row["status"] == "CHECKED_IN")
