"""Who has booked is here: checked in at a window, or by the scan itself where that leaves no choice."""

from datetime import timedelta
from typing import Any

import pytest

from domain.enums import CareSetting, CareStep, CodePurpose
from domain.ids import Key
from domain.refusals import Forbidden, InvalidInput, NotFound, NotReady, TooLate, VisitExpired, WrongState
from domain.viewer import Viewer
from resolvers import appointments, check_ins, visits
from tests.resolvers.hospital import Hospital, new_hospital, session
from tests.resolvers.world import World, public, scan

HOUR = timedelta(hours=1)


@pytest.fixture
async def hospital(world: World) -> Hospital:
    """At half past nine in the morning."""
    return await new_hospital(world)


async def booked(hospital: Hospital, resident: Viewer, away: timedelta, **where: str) -> Key:
    """The resident's appointment of half an hour that begins so far away."""
    (slot,) = await hospital.publish(session(hospital.world.now + away, 30), **where)
    return await hospital.book(slot, resident)


async def scanned(hospital: Hospital, resident: Viewer, step: CareStep = CareStep.REGISTER, **given: Any) -> Key:
    """The visit that the resident's code opens."""
    purpose = CodePurpose.IDENTIFY if step is CareStep.REGISTER else CodePurpose.RECORDS
    return await hospital.world.verify(hospital.viewer, await hospital.world.present(resident, purpose), step, **given)


async def check_in(hospital: Hospital, appointment: Key, visit: Key, who: Viewer | None = None) -> Key:
    ids = {
        "appointment_id": public("B", appointment.id, appointment.resident_id),
        "visit_id": public("V", visit.id, visit.resident_id),
    }
    made = await hospital.world.change(check_ins.check_in, who or hospital.viewer, None, **ids)
    key: Key = made.fields["appointment"]
    return key


async def status(hospital: Hospital, appointment: Key) -> Any:
    return (await hospital.appointment(appointment))["status"]


async def test_a_scan_checks_in_what_it_is_for(hospital: Hospital) -> None:
    world, resident, other = hospital.world, await hospital.world.resident(), await hospital.world.resident()
    key, noise = await booked(hospital, resident, HOUR), await booked(hospital, other, HOUR, doctor="M2", department="D2")
    visit = await scanned(hospital, resident)
    row = await hospital.appointment(key)
    assert (row["status"], row["checked_in_at"], row["visit_id"]) == ("CHECKED_IN", world.now, visit.id)
    audited = "select count(*) from audit where subject_id = $1 and object_id = $2 and action = 'appointment.checked_in'"
    assert await world.value(audited, key.resident_id, key.id) == 1
    assert await status(hospital, noise) == "BOOKED"
    assert await check_in(hospital, key, visit) == key
    assert await hospital.appointment(key) == row
    assert await world.value(audited, key.resident_id, key.id) == 1


@pytest.mark.parametrize(
    ("away", "expected"),
    [(3 * HOUR, "BOOKED"), (2 * HOUR, "CHECKED_IN"), (timedelta(minutes=1), "CHECKED_IN"), (timedelta(hours=25), "BOOKED")],
)
async def test_a_scan_checks_in_what_begins_soon(hospital: Hospital, away: timedelta, expected: str) -> None:
    resident = await hospital.world.resident()
    key = await booked(hospital, resident, away)
    await scanned(hospital, resident)
    assert await status(hospital, key) == expected


@pytest.mark.parametrize(("late", "expected"), [(29, "CHECKED_IN"), (30, "BOOKED")])
async def test_a_scan_checks_in_until_the_slot_is_over(hospital: Hospital, late: int, expected: str) -> None:
    world, resident = hospital.world, await hospital.world.resident()
    key = await booked(hospital, resident, HOUR)
    world.now = (await hospital.appointment(key))["starts_at"] + timedelta(minutes=late, seconds=-1)
    code = await world.present(resident)
    world.now = (await hospital.appointment(key))["starts_at"] + timedelta(minutes=late)
    await world.verify(hospital.viewer, code)
    assert await status(hospital, key) == expected


async def test_of_two_that_begin_soon_a_person_or_the_department_decides(hospital: Hospital) -> None:
    resident = await hospital.world.resident()
    first = await booked(hospital, resident, HOUR)
    second = await booked(hospital, resident, 2 * HOUR, doctor="M2", department="D2")
    visit = await scanned(hospital, resident)
    assert [await status(hospital, key) for key in (first, second)] == ["BOOKED", "BOOKED"]
    await scanned(hospital, resident, department_code="D2")
    assert [await status(hospital, key) for key in (first, second)] == ["BOOKED", "CHECKED_IN"]
    await check_in(hospital, first, visit)
    assert await status(hospital, first) == "CHECKED_IN"


@pytest.mark.parametrize(
    ("step", "given", "expected"),
    [
        (CareStep.DIAGNOSE, {"department_code": "D1"}, "CHECKED_IN"),
        (CareStep.DIAGNOSE, {"department_code": "D2"}, "BOOKED"),
        (CareStep.DIAGNOSE, {}, "BOOKED"),
        (CareStep.REGISTER, {"care_setting": CareSetting.INPATIENT}, "BOOKED"),
    ],
)
async def test_a_scan_in_the_department_checks_in_too(
    hospital: Hospital, step: CareStep, given: dict[str, Any], expected: str
) -> None:
    resident = await hospital.world.resident()
    key = await booked(hospital, resident, HOUR)
    await scanned(hospital, resident, step, **given)
    assert await status(hospital, key) == expected


async def test_a_scan_elsewhere_checks_in_nothing(hospital: Hospital) -> None:
    world, resident = hospital.world, await hospital.world.resident()
    key = await booked(hospital, resident, HOUR)
    await world.verify(await world.institution(), await world.present(resident))
    assert await status(hospital, key) == "BOOKED"


async def test_a_scan_that_is_told_later_checks_in_when_it_was(hospital: Hospital) -> None:
    world, resident = hospital.world, await hospital.world.resident()
    key = await booked(hospital, resident, HOUR)
    code = await world.present(resident)
    at = world.now
    world.later(hours=3)
    given = {**scan(code), "client_reference": "r-1", "scanned_at": at}
    await world.change(visits.upload_offline_scans, hospital.viewer, scans=[given])
    row = await hospital.appointment(key)
    assert (row["status"], row["checked_in_at"]) == ("CHECKED_IN", at)


async def test_only_todays_appointments_are_checked_in(hospital: Hospital) -> None:
    world, resident = hospital.world, await hospital.world.resident()
    key = await booked(hospital, resident, timedelta(days=1))
    visit = await scanned(hospital, resident)
    with pytest.raises(NotReady) as refused:
        await check_in(hospital, key, visit)
    assert refused.value.retry_at == world.now.replace(hour=16, minute=0, second=0, microsecond=0)  # midnight in Shanghai
    world.later(days=2)
    visit = await scanned(hospital, resident)
    with pytest.raises(TooLate):
        await check_in(hospital, key, visit)
    assert await status(hospital, key) == "BOOKED"


async def test_a_visit_that_is_over_checks_in_nothing(hospital: Hospital) -> None:
    resident = await hospital.world.resident()
    key = await booked(hospital, resident, 4 * HOUR)
    visit = await scanned(hospital, resident)
    hospital.world.later(minutes=30)
    with pytest.raises(VisitExpired):
        await check_in(hospital, key, visit)
    assert await status(hospital, key) == "BOOKED"


async def test_what_was_cancelled_is_not_checked_in(hospital: Hospital) -> None:
    world, resident = hospital.world, await hospital.world.resident()
    key = await booked(hospital, resident, 4 * HOUR)
    await world.change(appointments.cancel_appointment, resident, appointment_id=public("B", key.id, key.resident_id))
    visit = await scanned(hospital, resident)
    with pytest.raises(WrongState):
        await check_in(hospital, key, visit)


async def test_visit_and_appointment_are_of_one_resident_and_of_the_institution(world: World, hospital: Hospital) -> None:
    resident, somebody, elsewhere = await world.resident(), await world.resident(), await new_hospital(world)
    key = await booked(hospital, resident, 4 * HOUR)
    visit, theirs, away = [
        await scanned(place, who) for place, who in ((hospital, resident), (hospital, somebody), (elsewhere, resident))
    ]
    for given, refusal in (((key, theirs), InvalidInput), ((key, away), NotFound), ((visit, visit), NotFound)):
        with pytest.raises(refusal):
            await check_in(hospital, *given)
    with pytest.raises(NotFound):
        await check_in(hospital, key, away, elsewhere.viewer)
    with pytest.raises(Forbidden):
        await check_in(hospital, key, visit, resident)
    assert await status(hospital, key) == "BOOKED"
