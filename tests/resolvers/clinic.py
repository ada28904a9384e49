"""A department whose doctors' slots a test makes as it needs them, and what is done with them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from db import institutions, slots
from db.slots import Slot
from domain.ids import Key, new_id
from domain.slots import slot_id
from domain.times import shanghai_day
from domain.viewer import Viewer
from resolvers import appointments
from tests.resolvers.world import World, public

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LENGTH = timedelta(minutes=30)
DOCTOR = "insert into doctor (id, institution_id, department_id, code, name, title) values ($1, $2, $3, $4, '李医生', '主任医师')"


@dataclass
class Clinic:
    """`id`: of the department."""

    world: World
    institution: Viewer
    id: UUID

    @property
    def public_id(self) -> str:
        return public("D", self.id)

    async def doctor(self) -> UUID:
        """A doctor of the department."""
        id = new_id(self.world.now, os.urandom)
        await self.world.rows(DOCTOR, id, self.institution.institution_id, self.id, id.hex)
        return id

    async def slot(self, after: timedelta = 2 * DAY, capacity: int = 1, fee: int = 0) -> Slot:
        """A slot of half an hour that begins so long from now, to the minute, of a doctor of its own."""
        starts_at = (self.world.now + after).replace(second=0, microsecond=0)
        doctor = await self.doctor()
        assert self.institution.institution_id is not None
        row = Slot(
            id=slot_id(doctor, starts_at),
            institution_id=self.institution.institution_id,
            department_id=self.id,
            doctor_id=doctor,
            starts_at=starts_at,
            ends_at=starts_at + LENGTH,
            day=shanghai_day(starts_at),
            capacity=capacity,
            taken=0,
            fee=fee,
            published_at=self.world.now,
        )
        async with self.world.pool.transaction() as connection:
            await slots.insert(connection, [row])
        return row

    async def book(self, resident: Viewer, slot: Slot, **given: Any) -> Key:
        """Books: the appointment's key."""
        made = await self.world.change(appointments.book_appointment, resident, slot_id=public("T", slot.id), **given)
        key: Key = made.fields["appointment"]
        return key

    async def cancel(self, resident: Viewer, appointment: Key, **given: Any) -> None:
        """Cancels."""
        id = public("B", appointment.id, appointment.resident_id)
        await self.world.change(appointments.cancel_appointment, resident, appointment_id=id, **given)

    async def move(self, resident: Viewer, appointment: Key, slot: Slot) -> None:
        """Moves it to another slot."""
        id = public("B", appointment.id, appointment.resident_id)
        change = appointments.reschedule_appointment
        await self.world.change(change, resident, appointment_id=id, slot_id=public("T", slot.id))

    async def row(self, appointment: Key) -> Mapping[str, Any]:
        """The appointment as it is stored."""
        sql = "select * from appointment where resident_id = $1 and id = $2"
        (row,) = await self.world.rows(sql, appointment.resident_id, appointment.id)
        return row

    async def places(self, slot: Slot) -> list[tuple[int, bool]]:
        """The slot's places: number, and whether it rests. `taken` agrees with them."""
        found = await self.world.rows("select number, returns_at from slot_place where slot_id = $1 order by number", slot.id)
        assert await self.world.value("select taken from slot where id = $1", slot.id) == len(found)
        return [(row["number"], row["returns_at"] is not None) for row in found]


async def open_clinic(world: World, institution: Viewer | None = None) -> Clinic:
    """A new department, of a new institution unless one is given."""
    institution = institution or await world.institution()
    id = new_id(world.now, os.urandom)
    assert institution.institution_id is not None
    async with world.pool.transaction() as connection:
        await institutions.insert_department(connection, id, institution.institution_id, id.hex, "心内科")
    return Clinic(world, institution, id)


async def busy_clinic(world: World) -> Clinic:
    """With other people's appointments, and a place that rests; beside another one like it."""
    clinics = [await open_clinic(world) for _ in range(2)]
    for clinic in clinics:
        slot, leaving = await clinic.slot(3 * DAY, capacity=3), await world.resident()
        await clinic.book(await world.resident(), slot)
        await clinic.cancel(leaving, await clinic.book(leaving, slot))
    return clinics[0]
