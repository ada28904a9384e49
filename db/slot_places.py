"""Places of slots: held by an appointment, or resting after one was given up, until they return.

The key of a place is its number within the slot, so no number is held twice. Who adds or removes one has counted it in `slot.taken`
in the same transaction, and so holds the slot's row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.connection import Connection

HOLD = (
    "insert into slot_place (slot_id, number, resident_id, appointment_id)"
    " select $1::uuid, n, $3::uuid, $4::uuid from generate_series(1, $2::int) n"
    " where not exists (select from slot_place p where p.slot_id = $1 and p.number = n) order by n limit 1 returning number"
)
GIVE_UP = (
    "update slot_place set given_up_at = $4, returns_at = $5"
    " where slot_id = $1 and number = $2 and appointment_id = $3 and given_up_at is null returning number"
)
IS_DUE = "select exists (select from slot_place where slot_id = $1 and number = $2 and returns_at <= $3)"
HAND_ON = (
    "update slot_place set resident_id = $3, appointment_id = $4, given_up_at = null, returns_at = null"
    " where slot_id = $1 and number = $2 and returns_at <= $5 returning number"
)
OF_SLOTS = (
    "select p.slot_id, p.number, p.resident_id, p.appointment_id, p.given_up_at from slot_place p join slot s on s.id = p.slot_id"
    " where p.slot_id = any($1) and s.id = any($1) and s.institution_id = $2 order by p.slot_id, p.number"
)
CLEAR = "delete from slot_place where slot_id = any($1) and (given_up_at is not null or appointment_id = any($2))"
FREE = "delete from slot_place where slot_id = $1 and number = $2 and returns_at <= $3 returning number"


@dataclass(frozen=True, slots=True)
class Place:
    """A row. `given_up_at`: of one that rests; the resident and the appointment are those that gave it up."""

    slot_id: UUID
    number: int
    resident_id: UUID
    appointment_id: UUID
    given_up_at: datetime | None


async def of_slots(connection: Connection, slot_ids: Sequence[UUID], institution_id: UUID) -> list[Place]:
    """The places of the institution's slots that are held or rest."""
    return [Place(**row) for row in await connection.fetch(OF_SLOTS, slot_ids, institution_id)]


async def clear(connection: Connection, slot_ids: Sequence[UUID], appointment_ids: Sequence[UUID]) -> None:
    """Removes those that rest and those of the appointments; `slot.taken` is the caller's."""
    await connection.execute(CLEAR, slot_ids, appointment_ids)


async def hold(connection: Connection, slot_id: UUID, capacity: int, resident_id: UUID, appointment_id: UUID) -> int:
    """Takes the lowest free number of a slot in which a place was taken before: that number."""
    number: int = await connection.fetchval(HOLD, slot_id, capacity, resident_id, appointment_id)
    return number


async def give_up(
    connection: Connection, slot_id: UUID, number: int, appointment_id: UUID, now: datetime, returns_at: datetime
) -> bool:
    """Lets the appointment's place rest until then. False when it does not hold it."""
    return await connection.fetchval(GIVE_UP, slot_id, number, appointment_id, now, returns_at) is not None


async def is_due(connection: Connection, slot_id: UUID, number: int, now: datetime) -> bool:
    """Whether the place rests, and its time has come."""
    due: bool = await connection.fetchval(IS_DUE, slot_id, number, now)
    return due


async def hand_on(
    connection: Connection, slot_id: UUID, number: int, resident_id: UUID, appointment_id: UUID, now: datetime
) -> bool:
    """Gives a place that is due to another appointment. False when it is not due, or no longer."""
    return await connection.fetchval(HAND_ON, slot_id, number, resident_id, appointment_id, now) is not None


async def free(connection: Connection, slot_id: UUID, number: int, now: datetime) -> bool:
    """Removes a place that is due, so that anyone may hold it; `slot.taken` is the caller's. False when it is not due, or no
    longer."""
    return await connection.fetchval(FREE, slot_id, number, now) is not None
