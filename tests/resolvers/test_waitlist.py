"""Waiting for a place: who may, and how it ends."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain.ids import Key
from domain.refusals import BookingLocked, Conflict, Forbidden, InvalidInput, NotFound, WrongState
from domain.times import shanghai_day
from domain.viewer import Viewer
from resolvers import waitlist
from tests.resolvers.clinic import DAY, Clinic, busy_clinic, open_clinic
from tests.resolvers.world import World, public


@pytest.fixture
async def clinic(world: World) -> Clinic:
    return await busy_clinic(world)


async def join(clinic: Clinic, viewer: Viewer, start: int = 0, end: int = 5, **given: Any) -> Key:
    """Waits for the days so far from today."""
    today = shanghai_day(clinic.world.now)
    days: dict[str, Any] = {"from": today + timedelta(days=start), "to": today + timedelta(days=end)}
    named: dict[str, Any] = {"department_id": clinic.public_id, **days, **given}
    made = await clinic.world.change(waitlist.join_waitlist, viewer, **named)
    key: Key = made.fields["entry"]
    return key


async def leave(clinic: Clinic, viewer: Viewer, entry: Key) -> None:
    id = public("W", entry.id, entry.resident_id)
    await clinic.world.change(waitlist.leave_waitlist, viewer, entry_id=id)


async def status(world: World, entry: Key) -> str:
    sql = "select status from waitlist_entry where resident_id = $1 and id = $2"
    found: str = await world.value(sql, entry.resident_id, entry.id)
    return found


async def test_who_waits_already_keeps_the_place(world: World, clinic: Clinic) -> None:
    resident = await world.resident()
    entry = await join(clinic, resident)
    assert await join(clinic, resident) == entry
    with pytest.raises(Conflict):
        await join(clinic, resident, end=6)
    await leave(clinic, resident, entry)
    await leave(clinic, resident, entry)
    assert await status(world, entry) == "LEFT"
    assert await join(clinic, resident, end=6) != entry
    sql = "select action from audit where subject_id = $1 and action like 'waitlist%' order by id"
    audited = await world.rows(sql, resident.resident_id)
    assert [row["action"] for row in audited] == ["waitlist.joined", "waitlist.left", "waitlist.joined"]


async def test_many_times_at_once_is_one_place(world: World, clinic: Clinic) -> None:
    resident = await world.resident()
    entries = await asyncio.gather(*(join(clinic, resident) for _ in range(8)))
    assert len(set(entries)) == 1


@pytest.mark.parametrize(("start", "end", "field"), [(-1, 2, "from"), (2, 1, "to"), (0, 91, "to")])
async def test_days_are_to_come_in_order_and_not_too_far(world: World, clinic: Clinic, start: int, end: int, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await join(clinic, await world.resident(), start, end)
    assert refused.value.field == (field,)
    await join(clinic, await world.resident(), 0, 90)


async def test_what_leads_nowhere_is_not_found(world: World, clinic: Clinic) -> None:
    resident, gone = await world.resident(), await open_clinic(world)
    await world.rows("update department set active = false where id = $1", gone.id)
    for id in (gone.public_id, public("D", gone.institution.institution_id or gone.id), public("I", clinic.id), "x"):
        with pytest.raises(NotFound):
            await join(clinic, resident, department_id=id)
    entry = await join(clinic, await world.resident())
    for other in (Key(entry.id, resident.resident_id), entry):
        with pytest.raises(NotFound):
            await leave(clinic, resident, other)
    assert await status(world, entry) == "WAITING"


@pytest.mark.parametrize("ended", ["BOOKED", "EXPIRED"])
async def test_what_came_to_an_end_cannot_be_left(world: World, clinic: Clinic, ended: str) -> None:
    resident = await world.resident()
    entry = await join(clinic, resident)
    await world.rows("update waitlist_entry set status = $2 where id = $1", entry.id, ended)
    with pytest.raises(WrongState):
        await leave(clinic, resident, entry)


async def test_who_may_not_book_may_not_wait(world: World, clinic: Clinic) -> None:
    resident = await world.resident()
    for n in range(3):
        key = await clinic.book(resident, await clinic.slot((5 + n) * DAY))
        await world.rows("update appointment set status = 'NO_SHOW', ends_at = $2 where id = $1", key.id, world.now)
    with pytest.raises(BookingLocked):
        await join(clinic, resident)


async def test_carer_with_the_scope_waits_and_leaves_for_another(world: World, clinic: Clinic) -> None:
    parent, carer, billing, stranger = [await world.resident() for _ in range(4)]
    await world.care_for(parent, carer, "APPOINTMENTS")
    await world.care_for(parent, billing, "CARD", "BILLS")
    assert parent.resident_id is not None
    of_parent = public("R", parent.resident_id)
    entry = await join(clinic, carer, resident_id=of_parent)
    assert entry.resident_id == parent.resident_id
    for viewer, refused in ((billing, Forbidden), (stranger, NotFound), (clinic.institution, Forbidden)):
        with pytest.raises(refused):
            await join(clinic, viewer, resident_id=of_parent)
        with pytest.raises(refused):
            await leave(clinic, viewer, entry)
    await leave(clinic, carer, entry)
    assert await status(world, entry) == "LEFT"
