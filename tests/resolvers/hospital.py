"""A hospital with doctors whose slots are booked, for tests. Beside it there is always another one, with the same codes and
bookings of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.ids import Key
from domain.viewer import Viewer
from resolvers import appointments, directory, schedules
from tests.resolvers.world import World, public

DEPARTMENTS = [{"code": "D1", "name": "心内科"}, {"code": "D2", "name": "儿科"}]
DOCTORS = [
    {"code": "M1", "name": "李慧", "title": "主任医师", "department_code": "D1"},
    {"code": "M2", "name": "王强", "title": "副主任医师", "speciality": "小儿哮喘", "department_code": "D2"},
]


def session(starts_at: datetime, minutes: int = 60, **changes: Any) -> dict[str, Any]:
    """A clinic session: two slots of half an hour with two places, unless the changes say otherwise."""
    plain = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=minutes)}
    return {**plain, "slot_minutes": 30, "capacity": 2, "fee": Decimal("0"), **changes}


@dataclass
class Hospital:
    """`departments` and `doctors`: code → id."""

    world: World
    viewer: Viewer
    departments: Mapping[str, UUID]
    doctors: Mapping[str, UUID]

    @property
    def id(self) -> UUID:
        assert self.viewer.institution_id is not None
        return self.viewer.institution_id

    async def publish(self, *sessions: Mapping[str, Any], doctor: str = "M1", department: str = "D1") -> list[UUID]:
        """The ids of the sessions' slots."""
        made = await self.world.change(
            schedules.publish_schedule,
            self.viewer,
            department_id=public("D", self.departments[department]),
            doctor_id=public("H", self.doctors[doctor]),
            sessions=sessions,
        )
        return [key.id for key in made.fields["slots"]]

    async def withdraw(self, *slots: UUID, reason: str = "医生外出") -> list[Key]:
        """The appointments that this cancelled."""
        ids = [public("T", slot) for slot in slots]
        made = await self.world.change(schedules.withdraw_slots, self.viewer, slot_ids=ids, reason=reason)
        cancelled: list[Key] = made.fields["cancelled_appointments"]
        return cancelled

    async def book(self, slot: UUID, resident: Viewer | None = None, **given: Any) -> Key:
        """The appointment of the resident, or of a new one."""
        who = resident or await self.world.resident()
        made = await self.world.change(appointments.book_appointment, who, slot_id=public("T", slot), **given)
        key: Key = made.fields["appointment"]
        return key

    async def appointment(self, key: Key) -> Mapping[str, Any]:
        """As it is stored."""
        sql = "select * from appointment where resident_id = $1 and id = $2"
        (row,) = await self.world.rows(sql, key.resident_id, key.id)
        return row

    async def slot(self, id: UUID) -> Mapping[str, Any]:
        """As it is stored."""
        (row,) = await self.world.rows("select * from slot where id = $1", id)
        return row


async def publish(
    world: World,
    hospital: Viewer,
    departments: Sequence[Mapping[str, Any]] = DEPARTMENTS,
    doctors: Sequence[Mapping[str, Any]] = DOCTORS,
) -> list[UUID]:
    """Publishes a directory: the ids of the departments in the payload."""
    made = await world.change(directory.publish_directory, hospital, departments=departments, doctors=doctors)
    return [key.id for key in made.fields["departments"]]


async def new_hospital(world: World) -> Hospital:
    """A hospital with its directory, beside another one whose slots are booked at the same times."""
    noise = await _hospital(world)
    (slot, *_) = await noise.publish(session(world.now + timedelta(days=1)))
    await noise.book(slot)
    return await _hospital(world)


async def _hospital(world: World) -> Hospital:
    viewer = await world.institution()
    await publish(world, viewer)
    departments = await world.rows("select code, id from department where institution_id = $1", viewer.institution_id)
    doctors = await world.rows("select code, id from doctor where institution_id = $1", viewer.institution_id)
    ids = [{row["code"]: row["id"] for row in rows} for rows in (departments, doctors)]
    return Hospital(world, viewer, *ids)
