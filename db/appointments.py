"""Appointments: a resident's place in a slot."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from db.connection import Connection

_COLUMNS = (
    "resident_id, id, slot_id, institution_id, department_id, doctor_id, day, starts_at, ends_at, cancellable_until,"
    " queue_number, fee, status, reason, app_id, booked_at, checked_in_at, completed_at, cancelled_at, cancel_reason,"
    " visit_id, bill_id"
)

FIND = f"select {_COLUMNS} from appointment where resident_id = $1 and id = $2"


@dataclass(frozen=True, slots=True)
class Appointment:
    """A row. What the slot says is copied; `fee`: fen; `app_id`: through which it was booked; `visit_id`: with which it was checked
    in; `bill_id`: the fee's."""

    resident_id: UUID
    id: UUID
    slot_id: UUID
    institution_id: UUID
    department_id: UUID
    doctor_id: UUID
    day: date
    starts_at: datetime
    ends_at: datetime
    cancellable_until: datetime
    queue_number: int
    fee: int
    status: str
    reason: str | None
    app_id: UUID | None
    booked_at: datetime
    checked_in_at: datetime | None = None
    completed_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    visit_id: UUID | None = None
    bill_id: UUID | None = None


async def find(connection: Connection, resident_id: UUID, id: UUID) -> Appointment | None:
    """The row, or None."""
    row = await connection.fetchrow(FIND, resident_id, id)
    return None if row is None else Appointment(**row)
