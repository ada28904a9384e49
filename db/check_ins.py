"""Checking in: an appointment meets the visit of who has it."""

from datetime import datetime
from uuid import UUID

from db.connection import Connection

CHECK_IN = (
    "update appointment set status = 'CHECKED_IN', checked_in_at = $3, visit_id = $4"
    " where resident_id = $1 and id = $2 and status = 'BOOKED' and slot_id = $5 returning id"
)
# $3 the department, where one is known; $4 and $5: the time of the scan, and until when a slot may begin.
FITTING = (
    "select id, slot_id from appointment where resident_id = $1 and institution_id = $2 and status = 'BOOKED'"
    " and ($3::uuid is null or department_id = $3) and ends_at > $4 and starts_at <= $5"
)


async def check_in(connection: Connection, resident_id: UUID, id: UUID, slot_id: UUID, visit_id: UUID, at: datetime) -> bool:
    """Checks it in; False when it is not booked there any more."""
    return await connection.fetchval(CHECK_IN, resident_id, id, at, visit_id, slot_id) is not None


async def fitting(
    connection: Connection, resident_id: UUID, institution_id: UUID, department_id: UUID | None, at: datetime, until: datetime
) -> list[tuple[UUID, UUID]]:
    """(id, slot) of what the resident has booked there that is not over `at` that time, and begins `until` then."""
    rows = await connection.fetch(FITTING, resident_id, institution_id, department_id, at, until)
    return [(row["id"], row["slot_id"]) for row in rows]
